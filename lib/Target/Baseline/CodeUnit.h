//===- CodeUnit.h - what the baseline compiler makes of code --*- C++ -*-===//
//-*-===//
#ifndef FLUX_LIB_TARGET_BASELINE_CODEUNIT_H
#define FLUX_LIB_TARGET_BASELINE_CODEUNIT_H

#include "../CallTable.h"
#include "flux/Target/BaselineCompiler.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace flux::baseline {

enum class SectionKind : uint8_t { Text, ReadOnly, Data, Zero, Undefined };
inline constexpr unsigned numFilledSections = 3; ///< all but Zero

/// A function or a piece of data.
struct Symbol {
  std::string name; ///< empty: it has none in the object
  SectionKind section = SectionKind::Undefined;
  bool isGlobal = true; ///< known outside of the unit
  bool isHidden = false;
  bool isFunction = false;
  uint64_t offset = 0, size = 0;
};

/// A place that needs the address of a symbol.
struct Relocation {
  uint64_t offset;
  uint32_t symbol;
  uint32_t type; ///< R_X86_64_*
  int64_t addend;
};

/// The code and data of one part of a program, before its object file.
struct CodeUnit {
  struct Section {
    llvm::SmallVector<char, 0> bytes;
    std::vector<Relocation> relocations;
  };
  Section sections[numFilledSections];
  uint64_t zeroSize = 0;
  uint64_t alignments[numFilledSections + 1] = {16, 1, 1, 1};
  std::vector<Symbol> symbols;
  CallTableData calls;

  Section &get(SectionKind kind) { return sections[unsigned(kind)]; }
  const Section &get(SectionKind kind) const {
    return sections[unsigned(kind)];
  }
};

/// Writes \p units as one relocatable object.  Sections are put together in
/// order, and what one unit needs of another is resolved.
void writeELF(llvm::ArrayRef<const CodeUnit *> units, bool withCallTable,
              llvm::SmallVectorImpl<char> &out);

} // namespace flux::baseline

#endif // FLUX_LIB_TARGET_BASELINE_CODEUNIT_H
