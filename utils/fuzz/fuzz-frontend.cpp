//===- fuzz-frontend.cpp - any bytes through analysis and lowering --------===//
//
// What analysis accepts must lower: a document without errors becomes FIR that
// MLIR's verifier accepts, and then LLVM IR that LLVM's verifier accepts.  The
// input is read as a whole document and as the body of one fence.
//
//===----------------------------------------------------------------------===//
#include "flux/Conversion/ASTToFIR.h"
#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "flux/Support/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/TargetParser/Triple.h"

using namespace flux;

static void lower(const Module &module, const llvm::SourceMgr &sources) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  mlir::OwningOpRef<mlir::ModuleOp> fir =
      convertASTToFIR(module, context, sources, "fuzz.flux.md");
  if (mlir::failed(mlir::verify(*fir)))
    __builtin_trap();
  // Steps that the driver refuses have no lowering.
  bool isRefused = false;
  fir->walk([&](mlir::Operation *op) {
    isRefused |= op->hasTrait<fir::AgentStep>();
  });
  if (isRefused)
    return;
  llvm::LLVMContext llvmContext;
  FIRToLLVMOptions options;
  options.debug = DebugLevel::Full;
  std::unique_ptr<llvm::Module> result = convertFIRToLLVM(
      *fir, llvmContext, llvm::Triple("x86_64-unknown-linux-gnu"),
      "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:"
      "32:64-S128",
      options);
  if (llvm::verifyModule(*result, &llvm::errs()))
    __builtin_trap();
}

static void compile(const std::string &text) {
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.flux.md");
  llvm::MemoryBufferRef ref = *buffer;
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());

  DiagnosticEngine diags(sources);
  Document document = parseDocument(ref, diags);
  ASTContext context;
  Module *module = parseModule(document, context, diags);
  // Analysis runs on what the parser could save, too.
  if (analyzeModule(*module, context, diags) && !diags.hasErrors())
    lower(*module, sources);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  compile(text);
  compile("# T\n\n```flux\n" + text + "\n```\n");
  return 0;
}
