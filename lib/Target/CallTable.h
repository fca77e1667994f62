//===- CallTable.h - the call-site table of executables --------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_CALLTABLE_H
#define FLUX_LIB_TARGET_CALLTABLE_H

#include "flux/Target/ObjectEmitter.h"

namespace llvm {
class AsmPrinter;
class AsmPrinterHandler;
} // namespace llvm

namespace flux {

/// Makes the handler that writes section `.flux.calls` (symbol `flux_calls`,
/// laid out as runtime/base/TrapSite.h says) and the symbol `flux_text_begin`
/// into the object that \p printer writes.  The table of one of several parts
/// has no symbol and is not linked; mergeCallTables() reads it.
std::unique_ptr<llvm::AsmPrinterHandler>
createCallTableHandler(llvm::AsmPrinter &printer, Part part);

} // namespace flux

#endif // FLUX_LIB_TARGET_CALLTABLE_H
