//===- Runnable.cpp - what keeps a program from being made ----------------===//
//
// Steps that talk to devices and other agents are compiled down to FIR, but a
// program of them needs a runtime that does not exist yet: each is refused by
// name, at its place, before code is generated.
//
//===----------------------------------------------------------------------===//
#include "Runnable.h"

#include "flux/Dialect/FIR/FIR.h"
#include "flux/Support/Diagnostics.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace flux;
using llvm::StringRef;

/// The handle in \p type that only the machine around a program makes, or an
/// empty text.
static StringRef findHandle(mlir::Type type) {
  StringRef found;
  type.walk([&](mlir::Type part) {
    if (llvm::isa<flux::fir::AgentType>(part))
      found = "agent";
    else if (llvm::isa<flux::fir::BytecodeType>(part))
      found = "bytecode";
    else if (llvm::isa<flux::fir::CapabilityType>(part))
      found = "capability";
  });
  return found;
}

bool flux::checkRunnable(mlir::ModuleOp fir, unsigned bufferID,
                         DiagnosticEngine &diags) {
  unsigned before = diags.getNumErrors();
  auto getPlace = [&](mlir::Operation *op) {
    if (auto place = llvm::dyn_cast<mlir::FileLineColLoc>(op->getLoc()))
      return diags.getSources().FindLocForLineAndColumn(
          bufferID, place.getLine(), place.getColumn());
    return llvm::SMLoc();
  };
  fir.walk([&](mlir::func::FuncOp function) {
    StringRef handle = findHandle(function.getFunctionType());
    if (!handle.empty())
      diags
          .report(getPlace(function), diag::step_not_runnable,
                  ("a function with a value of type '" + handle + "'").str())
          .note("'--emit=fir' shows what it means");
  });
  fir.walk([&](mlir::Operation *op) {
    if (!op->hasTrait<flux::fir::AgentStep>())
      return;
    llvm::SMLoc loc = getPlace(op);
    if (auto value = llvm::dyn_cast<flux::fir::SettingValueOp>(op)) {
      StringRef name = value.getSetting();
      name.consume_front("flux.setting.");
      diags.report(loc, diag::setting_without_value, name)
          .note("give it a default in '## Settings', or '--set=" + name +
                "=VALUE'");
      return;
    }
    StringRef name = op->getName().stripDialect();
    std::string what;
    if (auto fact = llvm::dyn_cast<flux::fir::FactOp>(op))
      what = ("the fact '" + fact.getName() + "'").str();
    else if (name == "supervise")
      what = "the section 'Supervise'";
    else if (name == "sensor_read")
      what = "the step 'Read'";
    else if (name == "receive")
      what = "the step 'When'";
    else
      what = "the step '" + name.upper() + "'";
    diags.report(loc, diag::step_not_runnable, what)
        .note("'--emit=fir' and '--emit=paraphrase' show what it means");
  });
  return diags.getNumErrors() == before;
}
