//===- UnitBuilder.h - a module on its way to machine code -----*- C++ -*-===//
//
// What all functions of a module share: the memory that code goes to, symbols,
// relocations, what is known about callees, and the module's data.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_TARGET_BASELINE_UNITBUILDER_H
#define FLUX_LIB_TARGET_BASELINE_UNITBUILDER_H

#include "CodeUnit.h"
#include "X86Assembler.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DebugInfoMetadata.h"

namespace flux::baseline {

/// A scalar of a value: what fits one register.
struct PartType {
  uint8_t width = 0; ///< bytes: 1, 2, 4 or 8
  bool isFloat = false;
  bool isBool = false;
  uint32_t offset = 0; ///< in memory, from the start of the value
};

/// What a call of a function is.
struct CalleeInfo {
  enum Kind : uint8_t {
    Call,
    Intrinsic,
    CheckedAdd,
    CheckedSub,
    CheckedMul,
    CheckIndex,
    CheckRange,
    Trap,
  } kind = Call;
  bool isSigned = false;   ///< of checked operations
  bool isSupported = true; ///< its parameters are passed in a known way
  uint32_t symbol = 0;     ///< of all but intrinsics
};

class UnitBuilder {
public:
  UnitBuilder(const llvm::Module &module, CodeUnit &unit);
  /// Compiles the module; false if it holds something unknown.
  bool run();
  const std::string &getReason() const { return reason; }

  /// Gives up: the module holds \p what.
  void fail(const llvm::Twine &what);
  bool hasFailed() const { return !reason.empty(); }

  x86::Assembler &getAssembler() { return assembler; }
  const llvm::DataLayout &getLayout() const { return layout; }

  /// The scalars of \p type; false if there is one that is not known.
  bool getParts(llvm::Type *type, llvm::SmallVectorImpl<PartType> &parts,
                uint64_t offset = 0);
  static bool getScalar(llvm::Type *type, PartType &part);

  uint32_t getSymbol(const llvm::GlobalValue *value);
  /// A symbol that the module does not declare.
  uint32_t getExternal(llvm::StringRef name);
  const CalleeInfo &getCallee(const llvm::Function *function);
  /// Splits a constant address into symbol and offset.
  bool getAddress(const llvm::Constant *constant, uint32_t &symbol,
                  int64_t &offset);
  /// Code that adds the address of \p base to its first argument and goes on
  /// with \p target: calls of it need no relocations of their own.
  uint32_t getThunk(uint32_t target, uint32_t base);

  /// The 4 bytes of code at \p at are the distance from their end to
  /// \p symbol + \p addend.
  void relocate(uint32_t at, uint32_t symbol, int64_t addend = 0);
  /// The code written last was a call at \p location.
  void addCall(const llvm::DILocation *location);

private:
  static void growCode(x86::Assembler &assembler, void *owner);
  uint32_t addSymbol(Symbol symbol);
  void declare(const llvm::GlobalValue &value);
  void emitThunks();
  void emitGlobal(const llvm::GlobalVariable &global);
  bool emitConstant(const llvm::Constant *constant, SectionKind section,
                    uint64_t offset);

  struct Thunk {
    uint32_t symbol, target, base;
  };

  const llvm::Module &module;
  const llvm::DataLayout &layout;
  CodeUnit &unit;
  x86::Assembler assembler;
  PlaceCollector places;
  std::string reason;
  llvm::DenseMap<const llvm::GlobalValue *, uint32_t> symbols;
  llvm::StringMap<uint32_t> externals;
  llvm::DenseMap<const llvm::Function *, CalleeInfo> callees;
  llvm::SmallVector<Thunk, 4> thunks;
};

} // namespace flux::baseline

#endif // FLUX_LIB_TARGET_BASELINE_UNITBUILDER_H
