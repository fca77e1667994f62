//===- Commands.h - what fluxc does besides compiling ----------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_COMMANDS_H
#define FLUX_LIB_DRIVER_COMMANDS_H

#include "flux/Driver/Driver.h"
#include "llvm/Option/ArgList.h"

namespace flux {

class DiagnosticEngine;
class OptionTable;

/// `fluxc fmt`: lays out the documents that \p args name.
ExitStatus runFormat(const llvm::opt::InputArgList &args,
                     DiagnosticEngine &diags);

/// `fluxc doc`: writes a page for each document that \p args name.
ExitStatus runDoc(const OptionTable &table, const llvm::opt::InputArgList &args,
                  DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_DRIVER_COMMANDS_H
