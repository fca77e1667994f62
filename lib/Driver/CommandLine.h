//===- CommandLine.h - the option table of fluxc ---------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_COMMANDLINE_H
#define FLUX_LIB_DRIVER_COMMANDLINE_H

#include "flux/Driver/Options.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"

namespace flux {

class DiagnosticEngine;

/// The ids of Options.td: OPT_o, OPT_emit_EQ, ...
enum OptionID : unsigned {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "Options.inc"
#undef OPTION
};

/// The command that has an option, as Options.td says with `Visibility`; llvm's
/// DefaultVis is bit 0.
inline constexpr unsigned FormatVis = 1u << 1, DocVis = 1u << 2;

/// What fluxc is asked to do: its first argument, if it is one of these words.
enum class Command : uint8_t { Compile, Format, Doc };

/// What is known about one command.
struct CommandInfo {
  Command command;
  llvm::StringLiteral word; ///< empty: compile
  unsigned user;            ///< the options that it has
  llvm::StringLiteral usage, help;
};

llvm::ArrayRef<CommandInfo> getCommands();
/// The command that the first of \p args names, else compile.
const CommandInfo &findCommand(llvm::ArrayRef<const char *> args);

/// What is known about one option of a command.
struct OptionEntry {
  std::string name;      ///< "--emit=", "-o"
  llvm::StringRef value; ///< what it takes, "FILE"; empty: nothing
  llvm::StringRef help, group;
  bool isJoined = false; ///< the value follows without a blank
  llvm::SmallVector<llvm::StringRef, 10> values; ///< all, if there are few
};

class OptionTable : public llvm::opt::GenericOptTable {
public:
  OptionTable();
  /// The options of \p command, in the order of the table.
  std::vector<OptionEntry> listOptions(const CommandInfo &command) const;
  // CommandLineHelp.cpp
  /// Prints the grouped help of \p command.
  void printHelp(const CommandInfo &command, llvm::raw_ostream &os) const;
  /// Prints a completion script; false if \p shell is not known.
  bool printCompletion(llvm::StringRef shell, llvm::raw_ostream &os) const;
  /// Prints the manual page, for man(1).
  void printManual(llvm::raw_ostream &os) const;
  /// The values that the option \p id lists in Options.td.
  llvm::SmallVector<llvm::StringRef, 10> getValues(unsigned id) const;
};

/// Reports unknown options and missing values in the arguments of \p command.
/// Returns false after an error.
bool checkOptions(const OptionTable &table, const CommandInfo &command,
                  const llvm::opt::InputArgList &args, unsigned missingIndex,
                  unsigned missingCount, DiagnosticEngine &diags);

/// Reports what is wrong with \p args, and understands the rest.
/// Returns false after an error.
bool readOptions(const OptionTable &table, const llvm::opt::InputArgList &args,
                 DiagnosticEngine &diags, Options &options);

/// Reads the options that `fluxc doc` shares with compiling.
bool readDocOptions(const OptionTable &table,
                    const llvm::opt::InputArgList &args,
                    DiagnosticEngine &diags, Options &options);

} // namespace flux

#endif // FLUX_LIB_DRIVER_COMMANDLINE_H
