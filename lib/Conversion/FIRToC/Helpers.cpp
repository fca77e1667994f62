//===- Helpers.cpp - checked operations on each type ----------------------===//
//
// C has no templates: the small functions that check arithmetic, convert and
// take parts of slices are written for the types that a program uses.  Nothing
// here depends on what C leaves open; `__builtin_..._overflow` is known to gcc
// and clang, and right shifts and conversions to narrower types do there what
// all processors do.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Dialect/FIR/LoweringSupport.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace flux;
using namespace flux::c;

namespace {

/// A number type by its short name: "i64", "u8", "f32".
struct Number {
  char kind;
  unsigned width;

  explicit Number(llvm::StringRef name) : kind(name[0]), width(0) {
    name.drop_front().getAsInteger(10, width);
  }
  bool isFloat() const { return kind == 'f'; }
  bool isSigned() const { return kind == 'i'; }
  std::string getName() const {
    if (isFloat())
      return width == 32 ? "float" : "double";
    return (isSigned() ? "int" : "uint") + std::to_string(width) + "_t";
  }
  /// The type that values have in programs, which knows no sign.
  std::string getStored() const {
    if (isFloat())
      return getName();
    return width == 8 ? "uint8_t" : "int" + std::to_string(width) + "_t";
  }
  std::string getUnsigned() const {
    return "uint" + std::to_string(width) + "_t";
  }
  std::string getMin() const {
    return isSigned() ? "INT" + std::to_string(width) + "_MIN" : "0";
  }
  std::string getMax() const {
    return (isSigned() ? "INT" : "UINT") + std::to_string(width) + "_MAX";
  }
};

} // namespace

static llvm::StringRef getPattern(llvm::StringRef kind) {
  return llvm::StringSwitch<llvm::StringRef>(kind)
#define TRAP(NAME, VALUES, MESSAGE) .Case(#NAME, MESSAGE)
#include "runtime/base/TrapKinds.def"
      .Default("");
}

/// A call that traps; `{0}` of the message becomes `{i0}`, `{u0}`, `{f0}` or
/// `{d0}`, so that the message itself says how to read the values.
std::string ModuleWriter::makeTrap(llvm::StringRef kind, llvm::StringRef type,
                                   llvm::StringRef resultType,
                                   llvm::ArrayRef<std::string> values) {
  std::string text;
  llvm::StringRef rest = getPattern(kind);
  Number number(type);
  char read = number.isFloat() && number.width == 64 ? 'd' : number.kind;
  while (!rest.empty()) {
    auto [plain, behind] = rest.split('{');
    text += plain;
    if (behind.empty())
      break;
    auto [what, after] = behind.split('}');
    if (what == "t")
      text += type;
    else if (what == "r")
      text += resultType;
    else if (what.size() == 1)
      text += std::string("{") + read + what.str() + "}";
    else
      text += ("{" + what + "}").str();
    rest = after;
  }
  if (number.isFloat())
    return use("flux_trap_float") + "(caller, at, \"" + text + "\", " +
           use(number.width == 32 ? "flux_bits_f32" : "flux_bits_f64") + "(" +
           values[0] + "));\n";
  std::string call = use("flux_trap") + "(caller, at, \"" + text + "\"";
  for (size_t i = 0; i != 3; ++i)
    call += i < values.size() ? ", (uint64_t)" + values[i] : ", 0";
  return call + ");\n";
}

/// The bounds of floats that truncate to a value of \p to, as a condition on
/// `a`.
static std::string getFloatRange(const Number &from, const Number &to) {
  const llvm::fltSemantics &semantics = from.width == 32
                                            ? llvm::APFloat::IEEEsingle()
                                            : llvm::APFloat::IEEEdouble();
  fir::TruncationBounds bounds =
      fir::getTruncationBounds(semantics, to.width, to.isSigned());
  auto write = [&](const llvm::APFloat &value) {
    llvm::SmallString<64> text;
    value.toString(text, /*FormatPrecision=*/0, /*FormatMaxPadding=*/25);
    return (llvm::Twine(text) +
            (llvm::StringRef(text).contains('.') ? "" : ".0") +
            (from.width == 32 ? "f" : ""))
        .str();
  };
  return "a " + std::string(bounds.isLowIncluded ? ">=" : ">") + " " +
         write(bounds.low) + " && a < " + write(bounds.high);
}

/// True as `a`, of type \p from, is a value of \p to.
static std::string getRange(const Number &from, const Number &to) {
  if (from.isFloat())
    return getFloatRange(from, to);
  bool above = from.width - from.isSigned() > to.width - to.isSigned();
  bool below = from.isSigned() && (!to.isSigned() || from.width > to.width);
  std::string text;
  if (below)
    text = "a >= " + to.getMin();
  if (above)
    text += std::string(below ? " && " : "") + "a <= " + to.getMax();
  return text;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

std::string ModuleWriter::makeNumberHelper(llvm::StringRef operation,
                                           llvm::StringRef from,
                                           llvm::StringRef to,
                                           const std::string &name) {
  Number type(from);
  std::string own = type.getName(), stored = type.getStored();
  std::string width = std::to_string(type.width);
  std::string check = "const " + use("flux_frame") + " *caller, int at, ";
  std::string cast = own == stored ? "" : "(" + stored + ")";
  auto begin = [&](const std::string &result, const std::string &params) {
    return "\nstatic inline " + result + " " + name + "(" + params + ") {\n";
  };
  std::string two = own + " a, " + own + " b", one = own + " a";

  if (operation == "add" || operation == "sub" || operation == "mul") {
    llvm::StringRef kind = operation == "add"   ? "AddOverflow"
                           : operation == "sub" ? "SubOverflow"
                                                : "MulOverflow";
    return begin(stored, check + two) + "  " + own +
           " result;\n  if (__builtin_" + operation.str() +
           "_overflow(a, b, &result))\n    " +
           makeTrap(kind, from, "", {"a", "b"}) + "  return " + cast +
           "result;\n}\n";
  }
  if (operation == "div" || operation == "rem") {
    bool isDiv = operation == "div";
    std::string text =
        begin(stored, check + two) + "  if (b == 0)\n    " +
        makeTrap(isDiv ? "DivByZero" : "RemByZero", from, "", {"a"});
    if (type.isSigned())
      text +=
          "  if (a == " + type.getMin() + " && b == -1)\n    " +
          makeTrap(isDiv ? "DivOverflow" : "RemOverflow", from, "", {"a", "b"});
    std::string narrow = type.width < 32 ? "(" + stored + ")" : cast;
    return text + "  return " + narrow + "(a " + (isDiv ? "/" : "%") +
           " b);\n}\n";
  }
  if (operation == "neg" || operation == "abs")
    return begin(stored, check + one) + "  if (a == " + type.getMin() +
           ")\n    " +
           makeTrap(operation == "neg" ? "NegOverflow" : "AbsOverflow", from,
                    "", {"a"}) +
           "  return (" + stored + ")" +
           (operation == "neg" ? "-a" : "(a < 0 ? -a : a)") + ";\n}\n";
  if (operation == "shl" || operation == "shr")
    return begin(stored, check + own + " a, int64_t amount") +
           "  if (amount < 0 || amount >= " + width + ")\n    " +
           makeTrap("ShiftAmount", from, "", {"amount"}) + "  return (" +
           stored + ")(" +
           (operation == "shl" ? "(uint64_t)a << amount" : "a >> amount") +
           ");\n}\n";
  if (operation == "add_sat" || operation == "sub_sat") {
    bool isAdd = operation == "add_sat";
    std::string limit = type.isSigned()
                            ? (isAdd ? "b < 0" : "b > 0") + std::string(" ? ") +
                                  type.getMin() + " : " + type.getMax()
                        : isAdd ? type.getMax()
                                : "0";
    return begin(stored, two) + "  " + own + " result;\n  if (__builtin_" +
           (isAdd ? "add" : "sub") + "_overflow(a, b, &result))\n    return (" +
           stored + ")(" + limit + ");\n  return " + cast + "result;\n}\n";
  }
  if (operation == "min" || operation == "max") {
    bool isMin = operation == "min";
    return begin(own, two) +
           "  if (a != a || b != b)\n    return a + b;\n  if (a == b)\n    "
           "return signbit(a) " +
           (isMin ? "? a : b" : "? b : a") + ";\n  return a " +
           (isMin ? "<" : ">") + " b ? a : b;\n}\n";
  }
  if (operation == "convert" || operation == "fits" ||
      operation == "saturate") {
    Number target(to);
    std::string range = getRange(type, target);
    if (operation == "fits")
      return begin("bool", one) + "  return " + range + ";\n}\n";
    if (operation == "convert")
      return begin(target.getStored(), check + one) + "  if (!(" + range +
             "))\n    " +
             makeTrap(type.isFloat() ? "ConvertFloat" : "ConvertInt", from, to,
                      {"a"}) +
             "  return (" + target.getStored() + ")" +
             (target.getName() == target.getStored()
                  ? ""
                  : "(" + target.getName() + ")") +
             "a;\n}\n";
    std::string text = begin(target.getStored(), one);
    if (type.isFloat())
      text += "  if (a != a)\n    return 0;\n";
    return text + "  if (" + range + ")\n    return (" + target.getStored() +
           ")(" + target.getName() + ")a;\n  return (" + target.getStored() +
           ")(" +
           (type.kind == 'u' ? "" : "a < 0 ? " + target.getMin() + " : ") +
           target.getMax() + ");\n}\n";
  }
  bool isLeft = operation == "rotate_left";
  if (isLeft || operation == "rotate_right")
    return begin(stored, own + " a, int64_t amount") +
           "  unsigned by = (unsigned)amount & " +
           std::to_string(type.width - 1) + ", rest = (" + width + " - by) & " +
           std::to_string(type.width - 1) + ";\n  return (" + stored + ")((" +
           own + ")(" + (type.width < 32 ? "(unsigned)a" : "a") +
           (isLeft ? " << by" : " >> by") + ") | (" + own + ")(" +
           (type.width < 32 ? "(unsigned)a" : "a") +
           (isLeft ? " >> rest" : " << rest") + "));\n}\n";
  std::string unused = std::to_string(64 - type.width);
  if (operation == "count_ones")
    return begin("int64_t", one) + "  return __builtin_popcountll(a);\n}\n";
  if (operation == "leading_zeros")
    return begin("int64_t", one) + "  return a == 0 ? " + width +
           " : __builtin_clzll(a) - " + unused + ";\n}\n";
  if (operation == "trailing_zeros")
    return begin("int64_t", one) + "  return a == 0 ? " + width +
           " : __builtin_ctzll(a);\n}\n";
  assert(operation == "swap_bytes" && "unknown helper");
  return begin(stored, one) + "  return (" + stored + ")__builtin_bswap" +
         width + "(a);\n}\n";
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

std::string ModuleWriter::makeSliceHelper(llvm::StringRef operation,
                                          llvm::StringRef sliceName,
                                          mlir::Type element,
                                          const std::string &name) {
  std::string slice = sliceName.str();
  std::string check = "const " + use("flux_frame") + " *caller, int at, ";
  std::string begin = "\nstatic inline ";
  if (operation == "part")
    return begin + slice + " " + name + "(" + check + slice +
           " slice, int64_t low, int64_t high) {\n  " +
           use("flux_check_range") +
           "(caller, at, low, high, slice.length);\n"
           "  slice.data += low;\n"
           "  slice.length = high - low;\n"
           "  return slice;\n}\n";
  if (operation == "row")
    return begin + slice + " " + name + "(" + slice +
           " slice, int64_t index, int64_t length) {\n"
           "  slice.data += index * length;\n"
           "  slice.length = length;\n"
           "  return slice;\n}\n";
  if (operation == "shape") {
    // Of a size, or of a slice that has it.
    std::string length = slice == "int64_t" ? "slice" : "slice.length";
    return begin + slice + " " + name + "(" + check + slice +
           " slice, int64_t count) {\n"
           "  if (" +
           length + " != count)\n    " +
           makeTrap("Shape", "i64", "", {length, "count"}) +
           "  return slice;\n}\n";
  }
  if (operation == "new" || operation == "new_in") {
    bool isIn = operation == "new_in";
    std::string size = std::to_string(getType(element).size);
    return begin + slice + " " + name + "(" + check +
           (isIn ? use("flux_region") + " *region, " : "") +
           "int64_t count) {\n  " + slice + " slice = {" +
           use(isIn ? "flux_region_alloc" : "flux_alloc") + "(caller, at, " +
           (isIn ? "region, " : "") + "count, " + size +
           "), count};\n  return slice;\n}\n";
  }
  bool isPointer = operation != "fill";
  std::string value =
      isPointer ? declarePointer(element, "value") : declare(element, "value");
  std::string text = begin + "void " + name + "(" + slice + " slice, " + value +
                     ") {\n"
                     "  for (int64_t i = 0; i < slice.length; i++)\n    ";
  if (operation == "fill_arrays") {
    text += "memcpy(&slice.data[i], value, sizeof *value);\n}\n";
  } else {
    text += std::string("slice.data[i] = ") + (isPointer ? "*" : "") +
            "value;\n}\n";
  }
  return text;
}

std::string ModuleWriter::useHelper(llvm::StringRef operation,
                                    llvm::StringRef from, llvm::StringRef to,
                                    mlir::Type element) {
  llvm::StringRef between = operation == "fits" ? "_in_" : "_to_";
  std::string name = ("flux_" + operation + "_" + from).str();
  if (!to.empty())
    name += (between + to).str();
  if (helperNames.insert(name).second) {
    bool isSlice = element || operation == "part" || operation == "shape" ||
                   operation == "row";
    helpers.push_back({name, "",
                       isSlice ? makeSliceHelper(operation, from, element, name)
                               : makeNumberHelper(operation, from, to, name)});
  }
  return name;
}
