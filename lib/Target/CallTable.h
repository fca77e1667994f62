//===- CallTable.h - the call-site table of executables --------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_CALLTABLE_H
#define FLUX_LIB_TARGET_CALLTABLE_H

#include "flux/Target/ObjectEmitter.h"
#include "runtime/base/TrapSite.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace llvm {
class AsmPrinter;
class AsmPrinterHandler;
class DILocation;
class MCStreamer;
} // namespace llvm

namespace flux {

/// A call-site table.
struct CallTableData {
  std::vector<rt::CallSite> sites;
  std::vector<rt::Place> places;
  std::string strings;

  /// Adds the table of a part of the program whose code begins \p base bytes
  /// behind the first one.
  void append(const CallTableData &part, uint64_t base);
  /// The bytes of the section.
  std::string getBytes() const;
  /// Writes what stands behind the sites: the places and the strings.
  void emitPlaces(llvm::MCStreamer &streamer) const;
};

/// Collects the places of a table.
class PlaceCollector {
public:
  explicit PlaceCollector(CallTableData &table) : table(table) {}
  /// The index of \p location among the places.
  unsigned getPlace(const llvm::DILocation *location);

private:
  unsigned getString(llvm::StringRef text);

  CallTableData &table;
  llvm::DenseMap<const llvm::DILocation *, unsigned> placeIndices;
  llvm::StringMap<unsigned> stringOffsets;
};

/// Makes the handler that writes section `.flux.calls` (symbol `flux_calls`,
/// laid out as runtime/base/TrapSite.h says) and the symbol `flux_text_begin`
/// into the object that \p printer writes.  The table of one of several parts
/// has no symbol and is not linked; mergeCallTables() reads it.
std::unique_ptr<llvm::AsmPrinterHandler>
createCallTableHandler(llvm::AsmPrinter &printer, Part part);

/// The same for WebAssembly: writes a custom section that the linker joins, and
/// finishWasmModule() turns into the section `flux.calls`.
std::unique_ptr<llvm::AsmPrinterHandler>
createWasmCallTableHandler(llvm::AsmPrinter &printer);

/// The name of the custom section in objects.  lld gives the places of code
/// that it leaves out as 0xFFFFFFFF only in sections with such names.
inline constexpr llvm::StringLiteral wasmCallSection = ".debug_flux_calls";

} // namespace flux

#endif // FLUX_LIB_TARGET_CALLTABLE_H
