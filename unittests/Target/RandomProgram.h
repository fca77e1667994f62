//===- RandomProgram.h - programs in LLVM IR, by chance --------*- C++ -*-===//
//
// Makes programs for comparing code generators: each prints numbers that
// depend on all that it computed.  Everything is defined: no poison, no
// undefined behaviour, and NaNs and zeros are alike wherever they are looked
// at.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_TARGET_RANDOMPROGRAM_H
#define FLUX_UNITTESTS_TARGET_RANDOMPROGRAM_H

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include <random>

namespace flux {

class RandomProgram {
public:
  RandomProgram(llvm::Module &module, unsigned seed);
  /// Fills the module; the program starts at flux_main.
  void make();

private:
  using Values = std::vector<llvm::Value *>;

  unsigned below(unsigned limit) { return random() % limit; }
  llvm::Type *anyType() { return types[below(types.size())]; }
  llvm::Type *anyInt() { return types[below(5)]; }
  llvm::Type *anyWideInt() { return types[1 + below(4)]; }
  llvm::Type *anyFloat() { return types[5 + below(2)]; }
  llvm::Constant *anyConstant(llvm::Type *type);
  /// A value of \p type that is known here.
  llvm::Value *any(llvm::Type *type);
  llvm::Value *anyToStore(llvm::Type *type);
  void keep(llvm::Value *value) { values.push_back(value); }

  void makeFunction(bool isMain);
  void makeStatements(unsigned count, unsigned depth);
  void makeStatement(unsigned depth);
  void makeInteger();
  void makeFloat();
  void makeConversion();
  void makeIntrinsic();
  void makeMemory();
  void makeCheck();
  void makeColdBlock();
  void makeCall(llvm::Function *callee);
  void makeIf(unsigned depth);
  void makeSwitch(unsigned depth);
  void makeLoop(unsigned depth);
  void makeSelect();
  void makePair();
  llvm::Value *call(llvm::Intrinsic::ID id, llvm::ArrayRef<llvm::Type *> types,
                    llvm::ArrayRef<llvm::Value *> arguments) {
    return builder.CreateIntrinsic(id, types, arguments);
  }
  /// The bits of \p value as an i64.
  llvm::Value *toWord(llvm::Value *value);
  llvm::BasicBlock *newBlock() {
    return llvm::BasicBlock::Create(module.getContext(), "", function);
  }

  llvm::Module &module;
  llvm::IRBuilder<> builder;
  std::mt19937 random;
  std::vector<llvm::Type *> types;
  llvm::StructType *pair;
  std::vector<llvm::Function *> functions; ///< made so far
  llvm::GlobalVariable *sites, *table;
  llvm::Function *print, *newLine, *function = nullptr;
  llvm::AllocaInst *local = nullptr;
  Values values;
};

} // namespace flux

#endif // FLUX_UNITTESTS_TARGET_RANDOMPROGRAM_H
