//===- Data.h - where globals and functions lie ----------------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_BYTECODE_DATA_H
#define FLUX_LIB_TARGET_BYTECODE_DATA_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Module.h"
#include <optional>
#include <string>
#include <vector>

namespace flux::fbc {

/// Regions of a compiled package; the machine has no region 0, and region 1 is
/// the data stack.
inline constexpr unsigned constantRegion = 2, variableRegion = 3,
                          heapRegion = 4;

/// The data of a module: addresses are numbers from the beginning, since
/// nothing is linked afterwards.
class Data {
public:
  explicit Data(const llvm::Module &module);

  /// The number of \p constant as it is in a register, or nullopt if it is no
  /// scalar that is known.
  std::optional<int64_t> evaluate(const llvm::Constant *constant) const;
  uint64_t getAddress(const llvm::GlobalVariable *global) const {
    return addresses.lookup(global);
  }
  /// The number of a function that has a body, from 1 on.
  uint32_t getNumber(const llvm::Function *function) const {
    return numbers.lookup(function);
  }
  /// Functions with a body, in the order of their numbers.
  const std::vector<const llvm::Function *> &getFunctions() const {
    return functions;
  }
  /// Writes the regions as directives of the assembler.  False, with \p error,
  /// if something cannot be expressed.
  bool write(llvm::raw_ostream &os, std::string &error) const;

private:
  struct Contents {
    unsigned region;
    std::vector<const llvm::GlobalVariable *> globals;
    uint64_t size = 0, initialized = 0;
  };

  void place(Contents &contents, const llvm::GlobalVariable *global);
  bool fill(const llvm::Constant *constant, uint8_t *out,
            std::string &error) const;

  const llvm::DataLayout &layout;
  Contents constants{constantRegion, {}}, variables{variableRegion, {}};
  llvm::DenseMap<const llvm::GlobalVariable *, uint64_t> addresses;
  llvm::DenseMap<const llvm::Function *, uint32_t> numbers;
  std::vector<const llvm::Function *> functions;
};

/// \p value as a register holds an integer of \p width bits: 32 bits with
/// their sign, fewer ones and those between 32 and 64 with zeros above.
int64_t toCanonical(uint64_t value, unsigned width);

} // namespace flux::fbc

#endif // FLUX_LIB_TARGET_BYTECODE_DATA_H
