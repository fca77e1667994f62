//===- Constants.cpp - values that are known ------------------------------===//
//
// Numbers and text as C writes them, so that every compiler reads back the same
// bits: floats with as few digits as they need, text with escapes where C's
// rules or its compilers would see something else.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <cstdio>
#include <cstdlib>

using namespace flux;
using namespace flux::c;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// True for text whose letters can stand in a source file: nothing that changes
/// the direction of text, which compilers warn about.
static bool isPlainUTF8(llvm::StringRef bytes) {
  const auto *at = reinterpret_cast<const llvm::UTF8 *>(bytes.begin());
  if (!llvm::isLegalUTF8String(
          &at, reinterpret_cast<const llvm::UTF8 *>(bytes.end())))
    return false;
  return !bytes.contains("\xE2\x80") && !bytes.contains("\xE2\x81") &&
         !bytes.contains("\xEF\xBB\xBF") && !bytes.contains("\xC2\x85");
}

std::string c::quote(llvm::StringRef bytes) {
  constexpr size_t longest = 4000; // C promises 4095
  if (bytes.size() > longest)
    return "";
  bool isPlain = isPlainUTF8(bytes);
  std::string text = "\"";
  char last = 0;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    switch (c) {
    case '\n':
      text += "\\n";
      break;
    case '\t':
      text += "\\t";
      break;
    case '\r':
      text += "\\r";
      break;
    case '"':
    case '\\':
      text += '\\';
      text += c;
      break;
    default:
      if (c == '?' && last == '?') {
        text += "\\?"; // no trigraph
      } else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !isPlain)) {
        text += '\\';
        for (int shift : {6, 3, 0})
          text += char('0' + (byte >> shift & 7));
      } else {
        text += c;
      }
    }
    last = c;
  }
  return text + '"';
}

Expr ModuleWriter::getString(llvm::StringRef text) {
  std::string quoted = quote(text);
  if (!quoted.empty())
    return {use("FLUX_STR") + "(" + quoted + ")"};
  mlir::Type byte = mlir::IntegerType::get(source.getContext(), 8);
  llvm::SmallVector<mlir::Attribute, 0> bytes;
  for (char c : text)
    bytes.push_back(mlir::IntegerAttr::get(byte, c));
  std::string name = makeData(
      byte, mlir::ArrayAttr::get(source.getContext(), bytes), text.size());
  return {"((" + use("flux_str") + "){(const char *)" + name + ", " +
          std::to_string(text.size()) + "})"};
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static std::string writeInteger(const llvm::APInt &value) {
  unsigned width = value.getBitWidth();
  if (width == 1)
    return value.isZero() ? "false" : "true";
  if (width >= 32 && value.isMinSignedValue())
    return width == 32 ? "INT32_MIN" : "INT64_MIN";
  return llvm::toString(value, 10, /*Signed=*/width != 8);
}

static std::string writeFloat(const llvm::APFloat &value) {
  bool isSingle = &value.getSemantics() == &llvm::APFloat::IEEEsingle();
  double number = isSingle ? value.convertToFloat() : value.convertToDouble();
  char buffer[64];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, number);
    if (isSingle ? std::strtof(buffer, nullptr) == float(number)
                 : std::strtod(buffer, nullptr) == number)
      break;
  }
  std::string text = buffer;
  if (llvm::StringRef(text).find_first_of(".e") == llvm::StringRef::npos)
    text += ".0";
  return text + (isSingle ? "f" : "");
}

std::string ModuleWriter::getNumber(mlir::Attribute value, mlir::Type type) {
  if (auto integer = llvm::dyn_cast<mlir::IntegerAttr>(value)) {
    unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
    return writeInteger(integer.getValue().sextOrTrunc(width));
  }
  const llvm::APFloat number = llvm::cast<mlir::FloatAttr>(value).getValue();
  if (number.isFinite())
    return writeFloat(number);
  std::string text = number.isNaN() ? "NAN" : "INFINITY";
  if (number.isNegative() && !number.isNaN())
    text = "-" + text;
  return type.isF64() ? "(double)" + text : text;
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

/// Elements on lines of a width that people can read.
static std::string joinElements(llvm::ArrayRef<std::string> elements) {
  constexpr size_t widest = 76;
  size_t total = 0;
  for (const std::string &element : elements)
    total += element.size() + 2;
  if (total < widest)
    return "{" + llvm::join(elements, ", ") + "}";
  std::string text = "{", line;
  for (const std::string &element : elements) {
    if (!line.empty() && line.size() + element.size() > widest) {
      text += "\n  " + line;
      line.clear();
    }
    line += (line.empty() ? "" : " ") + element + ",";
  }
  return text + "\n  " + line + "\n}";
}

std::string ModuleWriter::getElements(mlir::Attribute value, mlir::Type element,
                                      uint64_t count, bool fill) {
  std::vector<std::string> parts;
  if (auto list = llvm::dyn_cast<mlir::ArrayAttr>(value)) {
    for (mlir::Attribute item : list)
      parts.push_back(getInitializer(item, element));
    if (fill && !parts.empty() && parts[0] != getZero(element))
      parts.resize(count, std::string(parts[0]));
  } else if (auto dense = llvm::dyn_cast<mlir::DenseElementsAttr>(value)) {
    for (mlir::Attribute item : dense.getValues<mlir::Attribute>())
      parts.push_back(getNumber(item, element));
  } else if (auto dense = llvm::dyn_cast<mlir::DenseArrayAttr>(value)) {
    llvm::ArrayRef<char> raw = dense.getRawData();
    size_t size = raw.size() / std::max<size_t>(dense.size(), 1);
    for (int64_t i = 0; i != dense.size(); ++i) {
      uint64_t bits = 0;
      memcpy(&bits, raw.data() + i * size, size);
      unsigned width = element.getIntOrFloatBitWidth();
      llvm::APInt number(width, bits, false, /*implicitTrunc=*/true);
      if (auto real = llvm::dyn_cast<mlir::FloatType>(element))
        parts.push_back(getNumber(
            mlir::FloatAttr::get(
                real, llvm::APFloat(real.getFloatSemantics(), number)),
            element));
      else
        parts.push_back(writeInteger(number));
    }
  }
  std::string zero = getZero(element);
  if (llvm::all_of(parts,
                   [&](const std::string &part) { return part == zero; }))
    return "{0}";
  return joinElements(parts);
}

std::string ModuleWriter::getZero(mlir::Type type) {
  if (type.isInteger(1))
    return "false";
  if (type.isF32())
    return "0.0f";
  if (type.isF64())
    return "0.0";
  return type.isIntOrIndex() ? "0" : "{0}";
}

/// A constant array of its own; gives its name.
std::string ModuleWriter::makeData(mlir::Type element, mlir::Attribute value,
                                   uint64_t count) {
  std::string text = getElements(value, element, count, /*fill=*/false);
  define(element);
  std::string key = getName(element) + text;
  auto [entry, isNew] = dataNames.try_emplace(key);
  if (isNew) {
    entry->second = names.make("fx_data");
    std::string array =
        declare(element, entry->second + "[" + std::to_string(count) + "]");
    data.push_back(
        {entry->second, "", "static const " + array + " = " + text + ";\n"});
  }
  return entry->second;
}

std::string ModuleWriter::getInitializer(mlir::Attribute value,
                                         mlir::Type type) {
  if (llvm::isa<mlir::IntegerAttr, mlir::FloatAttr>(value))
    return getNumber(value, type);
  if (auto symbol = llvm::dyn_cast<mlir::FlatSymbolRefAttr>(value))
    return "{" + getFunction(symbol.getAttr()) + "}";
  if (auto text = llvm::dyn_cast<mlir::StringAttr>(value)) {
    std::string quoted = quote(text.getValue());
    if (!quoted.empty())
      return "{" + quoted + ", " + std::to_string(text.getValue().size()) + "}";
    Expr string = getString(text.getValue()); // ((flux_str){data, size})
    llvm::StringRef parts = string.text;
    return parts.drop_front(parts.find('{')).drop_back().str();
  }
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type))
    return getElements(value, array.getElement(), array.getCount(), false);
  if (auto record = llvm::dyn_cast<fir::StructType>(type)) {
    if (record.getFields().empty())
      return "{0}";
    std::vector<std::string> parts;
    for (auto [item, field] : llvm::zip_equal(
             llvm::cast<mlir::ArrayAttr>(value), record.getFields()))
      parts.push_back(getInitializer(item, field));
    return joinElements(parts);
  }
  if (auto variants = llvm::dyn_cast<fir::EnumType>(type)) {
    auto parts = llvm::cast<mlir::ArrayAttr>(value);
    auto number = unsigned(
        llvm::cast<mlir::IntegerAttr>(parts[0]).getValue().getZExtValue());
    fir::StructType fields = variants.getVariant(number);
    std::string text = "{.tag = " + std::to_string(number);
    if (getType(fields).size != 0)
      text += ", .as = {." + getField(type, number) + " = " +
              getInitializer(parts[1], fields) + "}";
    return text + "}";
  }
  // A constant slice is the address of its elements.
  mlir::Type element = llvm::cast<fir::SliceType>(type).getElement();
  uint64_t count = 0;
  if (auto list = llvm::dyn_cast<mlir::ArrayAttr>(value))
    count = list.size();
  else if (auto dense = llvm::dyn_cast<mlir::DenseArrayAttr>(value))
    count = uint64_t(dense.size());
  else if (auto dense = llvm::dyn_cast<mlir::DenseElementsAttr>(value))
    count = uint64_t(dense.getNumElements());
  std::string address = "(" + getPointerName(element) + ")";
  if (count == 0)
    return "{" + address + use("flux_nothing") + ", 0}";
  return "{" + address + makeData(element, value, count) + ", " +
         std::to_string(count) + "}";
}
