//===- DebugInfo.h - DWARF for compiled functions --------------*- C++ -*-===//
//
// Locations, subprograms, variables and types.  Types are known only by their
// spelling in the language, because FIR has forgotten signs and names.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_CONVERSION_FIRTOLLVM_DEBUGINFO_H
#define FLUX_LIB_CONVERSION_FIRTOLLVM_DEBUGINFO_H

#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Places.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DIBuilder.h"
#include <map>

namespace flux::lowering {

using fir::getInlinedCall;
using fir::getPlace;
using fir::getSourceName;
using fir::Place;

class DebugInfo {
public:
  DebugInfo(mlir::ModuleOp source, llvm::Module &target,
            const FIRToLLVMOptions &options);

  /// The one subprogram of \p function, also if only its inlined bodies are in
  /// the module.
  llvm::DISubprogram *getSubprogram(mlir::func::FuncOp function);
  /// \p place in the function of \p scope.
  llvm::DILocation *getLocation(llvm::DISubprogram *scope, const Place &place,
                                llvm::DILocation *inlinedAt = nullptr);
  /// The place of \p location in the function of \p scope, within the calls
  /// that were inlined there.
  llvm::DILocation *getLocation(llvm::DISubprogram *scope,
                                mlir::Location location,
                                llvm::DILocation *inlinedAt = nullptr);
  /// Declares a local variable that lives in \p storage, at the place of
  /// \p location.
  void declareLocal(fir::LocalOp op, llvm::Value *storage,
                    llvm::DILocation *location, llvm::BasicBlock *block);
  /// Declares the parameter \p name with number \p index (from 1).  \p storage
  /// holds the value, or, if \p isIndirect, the address of the value.
  void declareParameter(llvm::StringRef name, unsigned index,
                        mlir::func::FuncOp source, llvm::Value *storage,
                        bool isIndirect, llvm::DISubprogram *scope,
                        llvm::BasicBlock *block);
  void declareGlobal(fir::GlobalOp op, llvm::GlobalVariable *variable);
  bool isFull() const { return options.debug == DebugLevel::Full; }
  void finish();

private:
  struct SourceType {
    llvm::DIType *type = nullptr; ///< null: void or unknown
    uint64_t size = 0, align = 1; ///< in bytes
  };

  llvm::DIFile *getFile(mlir::StringAttr name);
  SourceType getType(llvm::StringRef text);
  SourceType parseType(llvm::StringRef &text, unsigned depth);
  SourceType parseFunction(llvm::StringRef &text, unsigned depth);
  SourceType makeView(llvm::StringRef name, llvm::DIType *element);
  SourceType makeStruct(llvm::StringRef name, unsigned depth);
  SourceType makeEnum(llvm::StringRef name, mlir::ArrayAttr variants,
                      unsigned depth);
  SourceType makeFields(llvm::StringRef name, mlir::ArrayAttr fields,
                        unsigned depth);
  llvm::DIDerivedType *makeMember(llvm::StringRef name, const SourceType &type,
                                  uint64_t offset);

  mlir::ModuleOp source;
  llvm::Module &target;
  const FIRToLLVMOptions &options;
  llvm::DIBuilder builder;
  llvm::DenseMap<mlir::StringAttr, llvm::DIFile *> files;
  llvm::DenseMap<mlir::StringAttr, mlir::func::FuncOp> functions; ///< by symbol
  llvm::DenseMap<mlir::Operation *, llvm::DISubprogram *> subprograms;
  /// By the place of the call, and the function it stands in.
  std::map<std::tuple<const void *, llvm::DISubprogram *, llvm::DILocation *>,
           llvm::DILocation *>
      inlinedCalls;
  /// Those of functions, each of which may be inlined more than once.
  std::map<
      std::tuple<llvm::DISubprogram *, llvm::StringRef, unsigned, unsigned>,
      llvm::DILocalVariable *>
      variables;
  unsigned getAddressBits() const {
    return target.getDataLayout().getPointerSizeInBits();
  }

  llvm::DIFile *mainFile = nullptr;
  llvm::DICompileUnit *unit = nullptr;
  llvm::DISubroutineType *plainSignature = nullptr;
  llvm::StringMap<SourceType> types;
};

} // namespace flux::lowering

#endif // FLUX_LIB_CONVERSION_FIRTOLLVM_DEBUGINFO_H
