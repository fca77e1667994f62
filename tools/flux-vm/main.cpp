//===- main.cpp - flux-vm, the machine for .fluxbc packages ---------------===//
//
// Chooses the command.
//
//===----------------------------------------------------------------------===//
#include "Tool.h"

using namespace flux;
using namespace flux::tool;

static const char help[] =
    R"(usage: flux-vm COMMAND FILE [OPTIONS]

  run [OPTIONS] FILE [ARGUMENTS]
                           run a package; what follows it is for the program
  profile --output=FILE [OPTIONS] FILE [ARGUMENTS]
                           run it and tell which lines need the gas
  debug [OPTIONS] FILE [ARGUMENTS]
                           run it step by step; 'help' tells the commands
  trace --output=FILE [OPTIONS] FILE [ARGUMENTS]
                           run it and tell each instruction
  bench [OPTIONS] FILE [ARGUMENTS]
                           run it and tell how long each step took
  record --record=LOG [OPTIONS] FILE [ARGUMENTS]
                           run it and keep what the host answered
  replay --record=LOG FILE run it again with the same answers
  asm FILE -o PACKAGE      make a package of assembler text
  dis FILE [-o TEXT]       show a package as assembler text
  verify [--key=PUBLIC] FILE
                           check a package; silent if it is good
  keygen FILE              make a key: the secret in FILE, the public one in
                           FILE.pub (Ed25519, PEM)
  sign --key=SECRET FILE -o PACKAGE
                           sign a package
  extract [--key=PUBLIC] [--native=TARGET] FILE [-o FILE]
                           write the document, or the code for a processor
  info FILE                tell what is in a package
  check FILE...            run checks (test/VM/conformance/README.md)
  host                     list what programs can import (docs/vm-host.md)

FILE is a .fluxbc package, assembler text that ends in .fluxasm, or - for
standard input. --help and --version tell about flux-vm.

Options of run:
  --key=PUBLIC             refuse what the owner of this key did not sign
  --gas=N                  stop after N units of gas
  --memory=BYTES           limit of all regions (default 1073741824)
  --allow=CAP,... | ALL    capabilities (default IO_READ,IO_WRITE)
  --dir=FOLDER             with FILESYSTEM: the folder whose files are reached
                           (default the current one, / for all files)
  --read-only              do not change files
  --set NAME=VALUE         value of a setting
  --show-gas               tell what was used
  --snapshot=FILE          out of gas: save the machine
  --restore=FILE           go on with a saved machine
  --plain                  use the plain interpreter, which is slow
  --checked                compare addresses instead of letting them fault

Options of profile, besides the limits and rights of run:
  --every=N                look at the program after each N units of gas
  --folded                 stacks, as programs that draw flame graphs read them
  --operations             how often each operation ran

Options of debug and trace:
  --commands=FILE          commands for debug, else standard input
  --dap                    an editor debugs it by the Debug Adapter Protocol
  --gdb                    gdb debugs it by its remote protocol
  --limit=N                trace at most N instructions

The status of run is that of the program, 101 after a trap. Otherwise it is 0, 1 after an error, 2 for a wrong command line.
)";

static int choose(Arguments args) {
  if (args.isEmpty())
    return failUsage("a command is missing");
  Bytes command = args.next();
  if (equals(command, "--help") || equals(command, "-h"))
    return Output().text << help, Success;
  if (equals(command, "--version"))
    return Output().text << "flux-vm " FLUX_VERSION "\n", Success;
  static const struct {
    const char *name;
    int (*run)(Arguments &args);
  } commands[] = {{"run", runCommand},         {"check", checkCommand},
                  {"asm", assembleCommand},    {"dis", disassembleCommand},
                  {"verify", verifyCommand},   {"info", infoCommand},
                  {"host", hostCommand},       {"keygen", keygenCommand},
                  {"sign", signCommand},       {"extract", extractCommand},
                  {"profile", profileCommand}, {"bench", benchCommand},
                  {"debug", debugCommand},     {"trace", traceCommand},
                  {"record", recordCommand},   {"replay", replayCommand}};
  for (const auto &known : commands)
    if (equals(command, known.name))
      return known.run(args);
  return failUsage("there is no command", command);
}

extern "C" int32_t flux::rt::flux_main(const rt::View *args, int64_t count) {
  return choose(Arguments(args, count));
}
