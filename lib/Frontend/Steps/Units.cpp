//===- Units.cpp - the tables of dimensions and units ---------------------===//
//
// Integers are converted exactly, in 128 bits, because a duration that is off
// by a nanosecond is another duration; floats multiply before they divide, so
// that `20 mV` is the double nearest to 0.02.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Types.h"
#include "flux/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace flux;
using llvm::StringRef;

namespace {
enum BaseType { I64, F64 };
} // namespace

static constexpr DimensionInfo dimensions[] = {
#define DIMENSION(ID, NAME, BASE, DIFFERENCE, DISPLAY)                         \
  {Dimension::ID, NAME, BASE == I64, Dimension::DIFFERENCE, DISPLAY},
#include "flux/Frontend/Units.def"
};

static constexpr Unit units[] = {
#define UNIT(DIMENSION, NAMES, NUMERATOR, DENOMINATOR, OFFSET)                 \
  {Dimension::DIMENSION, NAMES, NUMERATOR, DENOMINATOR, OFFSET},
#include "flux/Frontend/Units.def"
};

llvm::ArrayRef<DimensionInfo> flux::getDimensions() { return dimensions; }

const DimensionInfo &flux::getInfo(Dimension dimension) {
  return dimensions[static_cast<unsigned>(dimension) - 1];
}

const DimensionInfo *flux::findDimension(StringRef name) {
  const auto *it = llvm::find_if(
      dimensions, [&](const DimensionInfo &info) { return info.name == name; });
  return it == std::end(dimensions) ? nullptr : it;
}

const Type *flux::resolveTypeWord(StringRef word, TypeContext &types,
                                  DiagnosticEngine &diags) {
  if (const DimensionInfo *info = findDimension(word))
    return types.getQuantity(info->dimension);
  if (const Type *type = types.lookupBuiltin(word))
    return type;
  llvm::SmallVector<StringRef, 32> names = {"bool", "i64", "f64", "str"};
  for (const DimensionInfo &info : getDimensions())
    names.push_back(info.name);
  auto report = diags.report(word, diag::unknown_type, word);
  if (StringRef near = findNearMiss(word, names); !near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(word), near);
  return types.getError();
}

llvm::ArrayRef<Unit> flux::getUnits() { return units; }

static const llvm::StringMap<const Unit *> &getUnitTable() {
  static const llvm::StringMap<const Unit *> table = [] {
    llvm::StringMap<const Unit *> map;
    for (const Unit &unit : units) {
      llvm::SmallVector<StringRef, 8> names;
      unit.names.split(names, ' ');
      for (StringRef name : names)
        map[name] = &unit;
    }
    return map;
  }();
  return table;
}

const Unit *flux::findUnit(StringRef name) {
  return getUnitTable().lookup(name);
}

llvm::ArrayRef<StringRef> flux::getUnitNames() {
  static const llvm::SmallVector<StringRef, 0> names = [] {
    llvm::SmallVector<StringRef, 0> all;
    for (const Unit &unit : units)
      unit.names.split(all, ' ');
    return all;
  }();
  return names;
}

const Unit *flux::getDisplayUnit(Dimension dimension) {
  return findUnit(getInfo(dimension).display);
}

std::optional<int64_t> flux::toBaseInteger(StringRef text, bool isNegative,
                                           const Unit &unit) {
  // All digits as one number; what stands behind the point divides it.
  constexpr unsigned __int128 limit = (unsigned __int128)(1e12) * 1000000000000;
  unsigned __int128 value = 0, divisor = unit.denominator;
  auto [whole, fraction] = text.split('.');
  for (StringRef digits : {whole, fraction.rtrim("0_")})
    for (char c : digits) {
      if (c == '_')
        continue;
      if (!llvm::isDigit(c))
        return std::nullopt;
      value = value * 10 + (c - '0');
      if (digits.begin() != whole.begin())
        divisor *= 10;
      if (value > limit || divisor > limit)
        return std::nullopt;
    }
  value *= unit.numerator;
  if (value % divisor != 0)
    return std::nullopt;
  value /= divisor;
  if (value > INT64_MAX)
    return std::nullopt;
  return isNegative ? -int64_t(value) : int64_t(value);
}

double flux::toBase(double number, const Unit &unit) {
  return (number - double(unit.offset)) * double(unit.numerator) /
         double(unit.denominator);
}

void flux::printUnits(llvm::raw_ostream &os) {
  os << "| dimension | type | units |\n|---|---|---|\n";
  for (const DimensionInfo &info : dimensions) {
    os << "| `" << info.name << "` | " << (info.isInteger ? "`i64`" : "`f64`")
       << " | ";
    llvm::ListSeparator comma;
    for (const Unit &unit : units) {
      if (unit.dimension != info.dimension)
        continue;
      llvm::SmallVector<StringRef, 8> names;
      unit.names.split(names, ' ');
      os << comma << '`' << llvm::join(names, "` `") << '`';
    }
    os << " |\n";
  }
}
