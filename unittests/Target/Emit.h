//===- Emit.h - LLVM IR as text to an object, for tests --------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_TARGET_EMIT_H
#define FLUX_UNITTESTS_TARGET_EMIT_H

#include "flux/Target/ObjectEmitter.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

namespace flux {

inline llvm::SmallVector<char, 0> emit(llvm::StringRef text, OptLevel level,
                                       EmitFormat format) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic problem;
  std::unique_ptr<llvm::Module> module =
      llvm::parseAssemblyString(text, problem, context);
  llvm::SmallVector<char, 0> object;
  if (!module) {
    ADD_FAILURE() << problem.getMessage().str();
    return object;
  }
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine =
      createTargetMachine(*findTarget("x86_64-linux"), level, error);
  EXPECT_TRUE(machine) << error;
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  dropDebugSections(*module);
  simplifyModule(*module, *machine, level, /*verifyEach=*/true);
  optimizeModule(*module, *machine, level, /*verifyEach=*/true);
  EXPECT_TRUE(emitModule(*module, *machine, format, object));
  return object;
}

} // namespace flux

#endif // FLUX_UNITTESTS_TARGET_EMIT_H
