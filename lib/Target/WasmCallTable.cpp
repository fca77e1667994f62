//===- WasmCallTable.cpp - the calls of WebAssembly modules ---------------===//
//
// A program in WebAssembly cannot look at its stack; who runs it can, and tells
// for each call where its instruction lies in the module.  So a place for each
// call instruction is all that a backtrace needs, and it needs nothing of the
// code.  Where code comes to lie only the linker knows: it treats the places
// here as it treats those of debug information.
//
//===----------------------------------------------------------------------===//

#include "CallTable.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/AsmPrinterHandler.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCSectionWasm.h"
#include "llvm/MC/MCStreamer.h"

using namespace flux;

namespace {

class WasmCallTableHandler : public llvm::AsmPrinterHandler {
public:
  explicit WasmCallTableHandler(llvm::AsmPrinter &printer)
      : printer(printer), collector(table) {}

  void beginFunction(const llvm::MachineFunction *) override {}
  void beginInstruction(const llvm::MachineInstr *instruction) override;
  void endInstruction() override {}
  void endFunction(const llvm::MachineFunction *) override {}
  void endModule() override;

private:
  llvm::AsmPrinter &printer;
  std::vector<llvm::MCSymbol *> calls; ///< in the order of the sites
  CallTableData table;
  PlaceCollector collector;
};

} // namespace

void WasmCallTableHandler::beginInstruction(
    const llvm::MachineInstr *instruction) {
  const llvm::DILocation *location = instruction->getDebugLoc().get();
  if (!instruction->isCall() || instruction->isReturn() || !location)
    return;
  llvm::MCSymbol *call = printer.OutContext.createTempSymbol();
  printer.OutStreamer->emitLabel(call);
  calls.push_back(call);
  table.sites.push_back({0, collector.getPlace(location)});
}

/// As finishWasmModule() reads it.
void WasmCallTableHandler::endModule() {
  llvm::MCStreamer &streamer = *printer.OutStreamer;
  streamer.switchSection(printer.OutContext.getWasmSection(
      wasmCallSection, llvm::SectionKind::getMetadata()));
  streamer.emitInt32(table.sites.size());
  streamer.emitInt32(table.places.size());
  streamer.emitInt32(table.strings.size());
  for (size_t i = 0, e = calls.size(); i != e; ++i) {
    streamer.emitValue(
        llvm::MCSymbolRefExpr::create(calls[i], printer.OutContext), 4);
    streamer.emitInt32(table.sites[i].place);
  }
  table.emitPlaces(streamer);
}

std::unique_ptr<llvm::AsmPrinterHandler>
flux::createWasmCallTableHandler(llvm::AsmPrinter &printer) {
  return std::make_unique<WasmCallTableHandler>(printer);
}
