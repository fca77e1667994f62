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

class OptionTable : public llvm::opt::GenericOptTable {
public:
  OptionTable();
  /// Prints the grouped help.
  void printHelp(llvm::raw_ostream &os) const;
  /// Prints a completion script; false if \p shell is not known.
  bool printCompletion(llvm::StringRef shell, llvm::raw_ostream &os) const;
  /// The values that the option \p id lists in Options.td.
  llvm::SmallVector<llvm::StringRef, 10> getValues(unsigned id) const;
};

/// Reports what is wrong with \p args, and understands the rest.
/// \p missingIndex and \p missingCount are what ParseArgs() found.  Returns
/// false after an error.
bool readOptions(const OptionTable &table, const llvm::opt::InputArgList &args,
                 unsigned missingIndex, unsigned missingCount,
                 DiagnosticEngine &diags, Options &options);

} // namespace flux

#endif // FLUX_LIB_DRIVER_COMMANDLINE_H
