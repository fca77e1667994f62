//===- LLVMInput.cpp - inputs that are LLVM IR ----------------------------===//
//
// A C program that clang compiled joins the phases where documents have become
// LLVM IR, too.
//
//===----------------------------------------------------------------------===//

#include "LLVMInput.h"
#include "Output.h"
#include "llvm/TargetParser/Triple.h"

using namespace flux;

static void report(const LLVMInputError &error, unsigned bufferID,
                   DiagnosticEngine &diags) {
  llvm::SMLoc loc;
  if (error.line)
    loc = diags.getSources().FindLocForLineAndColumn(bufferID, error.line,
                                                     error.column);
  auto builder = diags.report(loc,
                              error.isUnsupported ? diag::llvm_ir_not_supported
                                                  : diag::invalid_llvm_ir,
                              error.message);
  if (!error.function.empty())
    builder.note("it is in the function '" + error.function + "'" +
                 (error.place.empty() ? "" : ", at " + error.place));
}

/// Whether the result is one program, with its entry.
static bool makesProgram(const Options &options, const TargetSpec &target) {
  Phase last = options.getLastPhase();
  return last == Phase::Exe || target.runtime == "bytecode";
}

bool flux::checkLLVM(unsigned bufferID, const Options &options,
                     llvm::ArrayRef<TargetSpec> targets,
                     DiagnosticEngine &diags) {
  Phase last = options.getLastPhase();
  if (last < Phase::LLVM || last == Phase::C) {
    diags.report(llvm::SMRange(), diag::no_form_of_llvm_ir, getInfo(last).name);
    return false;
  }
  for (const TargetSpec &target : targets) {
    llvm::Triple triple(target.triple);
    if (triple.isArch64Bit())
      continue;
    diags.report(llvm::SMRange(), diag::llvm_ir_not_supported,
                 "LLVM IR with 64-bit addresses for '" + target.name + "'");
    return false;
  }
  llvm::MemoryBufferRef buffer =
      diags.getSources().getMemoryBuffer(bufferID)->getMemBufferRef();
  LLVMInputError error;
  if (!canReadLLVM(buffer)) {
    error.message = "LLVM fails when it reads it";
    report(error, bufferID, diags);
    return false;
  }
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = readLLVM(buffer, context, error);
  if (module &&
      (last == Phase::Exe || last == Phase::FBC ||
       last == Phase::BytecodeAsm) &&
      !adaptLLVM(*module, getHostTarget(), /*isWholeProgram=*/true)) {
    error.message = "it has no function 'int main(void)' or 'int main(int, "
                    "char **)'";
    module.reset();
  }
  if (module && last == Phase::Exe)
    for (const llvm::GlobalVariable &global : module->globals())
      if (global.isDeclaration() && !global.use_empty()) {
        error.message =
            ("the variable '" + global.getName() + "' is defined nowhere")
                .str();
        module.reset();
        break;
      }
  if (!module)
    report(error, bufferID, diags);
  return module != nullptr;
}

std::unique_ptr<llvm::Module> flux::importLLVM(unsigned bufferID,
                                               const Options &options,
                                               const TargetSpec &target,
                                               llvm::LLVMContext &context,
                                               DiagnosticEngine &diags) {
  LLVMInputError error;
  std::unique_ptr<llvm::Module> module =
      readLLVM(diags.getSources().getMemoryBuffer(bufferID)->getMemBufferRef(),
               context, error);
  if (!module)
    failInternally("LLVM IR was read in two ways");
  // Without an entry it is an object, or text to look at.
  bool isWhole = makesProgram(options, target);
  if (!adaptLLVM(*module, target, isWhole) && options.emit == Phase::Exe)
    failInternally("LLVM IR has lost its entry");
  return module;
}
