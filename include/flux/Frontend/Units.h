//===- Units.h - dimensions and units of quantities ------------*- C++ -*-===//
//
// A number with a unit is a quantity, and a quantity has a dimension: what it
// measures.  Both are closed tables (Units.def), so that a misspelt unit is an
// error and conversion is exact.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_UNITS_H
#define FLUX_FRONTEND_UNITS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>

namespace flux {

class DiagnosticEngine;
struct Type;
class TypeContext;

/// What a quantity measures; None for plain numbers.
enum class Dimension : uint8_t {
  None,
#define DIMENSION(ID, NAME, BASE, DIFFERENCE, DISPLAY) ID,
#include "flux/Frontend/Units.def"
};

struct DimensionInfo {
  Dimension dimension;
  llvm::StringLiteral name;
  bool isInteger;              ///< held by an `i64`, else by an `f64`
  Dimension difference;        ///< of two points on a scale; else the dimension
  llvm::StringLiteral display; ///< unit for printing; empty: there is none
  /// Points on a scale have no sum and no multiples.
  bool isPoint() const { return difference != dimension; }
};

struct Unit {
  Dimension dimension;
  llvm::StringLiteral names; ///< separated by spaces, the usual one first
  int64_t numerator, denominator, offset;
  /// The usual spelling.
  llvm::StringRef getName() const { return names.split(' ').first; }
};

/// All dimensions but None, in the order of Units.def.
llvm::ArrayRef<DimensionInfo> getDimensions();
/// What is known about \p dimension, which is not None.
const DimensionInfo &getInfo(Dimension dimension);
/// Finds a dimension by its name, or null.
const DimensionInfo *findDimension(llvm::StringRef name);
/// The type that \p word names in a step or a setting: a dimension, or a type
/// of the language. Reports an unknown one, and gives the error type then.
const Type *resolveTypeWord(llvm::StringRef word, TypeContext &types,
                            DiagnosticEngine &diags);

llvm::ArrayRef<Unit> getUnits();
/// Finds a unit by one of its spellings, or null.
const Unit *findUnit(llvm::StringRef name);
/// All spellings of units, for suggestions.
llvm::ArrayRef<llvm::StringRef> getUnitNames();
/// The unit in which \p dimension is printed, or null.
const Unit *getDisplayUnit(Dimension dimension);

/// \p text, a decimal number, times \p unit in base units; nullopt where an
/// integer dimension has no such value.
std::optional<int64_t> toBaseInteger(llvm::StringRef text, bool isNegative,
                                     const Unit &unit);
/// \p number of \p unit in base units, correctly rounded where the factors
/// allow it.
double toBase(double number, const Unit &unit);

/// Writes the tables as Markdown, for `--print-steps`.
void printUnits(llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_UNITS_H
