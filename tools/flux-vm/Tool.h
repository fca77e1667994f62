//===- Tool.h - what the commands of flux-vm share -------------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_TOOL_H
#define FLUX_TOOLS_FLUX_VM_TOOL_H

#include "runtime/bytecode/Assembler.h"
#include "runtime/bytecode/Package.h"
#include "runtime/crypto/KeyFile.h"
#include "runtime/rt/rt.h"

namespace flux::tool {

/// Exit statuses besides that of the program that `run` runs.
enum Status : int { Success = 0, Failure = 1, Usage = 2 };

/// The arguments behind the command, taken one after the other.
class Arguments {
public:
  Arguments(const rt::View *args, int64_t count) : args(args), count(count) {}

  bool isEmpty() const { return at == count; }
  Bytes next() {
    const rt::View &view = args[at++];
    return {static_cast<const uint8_t *>(view.data),
            static_cast<uint64_t>(view.length)};
  }

private:
  const rt::View *args;
  int64_t count;
  int64_t at = 0;
};

/// The memory of the tool.
Arena &getArena();

/// Text for one of the streams, written when the builder is flushed.
class Output {
public:
  explicit Output(bool toError = false);
  ~Output();
  bytecode::TextBuilder text;

private:
  bool toError;
};

bool equals(Bytes text, const char *other);
/// True if \p text starts with \p prefix; what follows is \p rest.
bool startsWith(Bytes text, const char *prefix, Bytes &rest);
/// A number in decimal or, after 0x, hexadecimal; false if it is none.
bool parseNumber(Bytes text, uint64_t &value);

/// Writes `flux-vm: error: WHAT` with the name after it, if there is one.
int fail(const char *what, Bytes name = {});
/// The same for a wrong command line, with a hint at --help.
int failUsage(const char *what, Bytes name = {});

/// The whole contents of a file, `-` for standard input; false after a message.
bool readFile(Bytes path, Bytes &contents);
/// Writes a file, `-` for standard output; false after a message.
bool writeFile(Bytes path, Bytes contents);
/// What commands that do not run programs take; null: not this one.
struct FileOptions {
  Bytes *output; ///< `-o FILE`
  Bytes *key;    ///< `--key=FILE`
  Bytes *native; ///< `--native=TARGET`
};
/// Takes one input and options; returns an exit status or -1.
int takeFiles(Arguments &args, Bytes &input, const FileOptions &options);
/// Reads a package, from assembler text if that is what the file holds, and
/// verifies it if \p verified; false after a message.
bool loadPackage(Bytes path, bool verified, bytecode::Package &package);
/// Reads a key of \p kind, ed25519::keySize bytes; false after a message.
bool readKey(ed25519::KeyKind kind, Bytes path, uint8_t *key);
/// True if the owner of the key in the file \p keyPath signed the package;
/// false after a message.
bool checkKey(const bytecode::Package &package, Bytes path, Bytes keyPath);

// The commands; each returns the exit status.
int assembleCommand(Arguments &args);
int disassembleCommand(Arguments &args);
int verifyCommand(Arguments &args);
int infoCommand(Arguments &args);
int keygenCommand(Arguments &args);
int signCommand(Arguments &args);
int extractCommand(Arguments &args);
int runCommand(Arguments &args);
int checkCommand(Arguments &args);
int hostCommand(Arguments &args);
int profileCommand(Arguments &args);
int debugCommand(Arguments &args);
int benchCommand(Arguments &args);
int traceCommand(Arguments &args);
int recordCommand(Arguments &args);
int replayCommand(Arguments &args);

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_TOOL_H
