//===- Types.cpp - FIR types in C -----------------------------------------===//
//
// Memory is laid out alike on every machine, so that sizes in messages and what
// fits a region do not depend on it: C's own layout is that of FIR, except that
// some 32-bit machines align 8-byte numbers less; there fields say it.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using namespace flux::c;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

std::string c::toIdentifier(llvm::StringRef name) {
  std::string result;
  for (char c : name) {
    bool isLetter = llvm::isAlnum(c) || c == '_';
    if (isLetter)
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  }
  while (result.size() > 1 && result.back() == '_' && name.back() != '_')
    result.pop_back();
  if (result.empty() || llvm::isDigit(result[0]))
    result.insert(0, "_");
  return result;
}

bool c::isReserved(llvm::StringRef name) {
  static const llvm::StringSet<> words = {
      "alignas",   "alignof",  "asm",          "auto",          "bool",
      "break",     "case",     "char",         "const",         "continue",
      "default",   "do",       "double",       "else",          "enum",
      "extern",    "false",    "float",        "for",           "goto",
      "if",        "inline",   "int",          "long",          "register",
      "restrict",  "return",   "short",        "signed",        "sizeof",
      "static",    "struct",   "switch",       "true",          "typedef",
      "typeof",    "union",    "unsigned",     "void",          "volatile",
      "while",     "NULL",     "NAN",          "INFINITY",      "caller",
      "here",      "memcpy",   "memmove",      "memset",        "int8_t",
      "int16_t",   "int32_t",  "int64_t",      "uint8_t",       "uint16_t",
      "uint32_t",  "uint64_t", "uintptr_t",    "linux",         "unix",
      "sqrt",      "sqrtf",    "fabs",         "fabsf",         "nullptr",
      "constexpr", "errno",    "thread_local", "static_assert", "i386"};
  return words.contains(name) || name.starts_with("fx_") ||
         name.starts_with("flux_") || name.starts_with("FLUX_") ||
         name.starts_with("__") || name.starts_with("INT") ||
         name.starts_with("UINT") || name.starts_with("slice_") ||
         name.starts_with("func_") ||
         (name.size() > 1 && name[0] == '_' && llvm::isUpper(name[1]));
}

std::string NameTable::make(llvm::StringRef wanted) {
  std::string base = toIdentifier(wanted);
  if (isReserved(base) && !wanted.starts_with("fx_") &&
      !wanted.starts_with("slice_") && !wanted.starts_with("func_"))
    base += '_';
  std::string name = base;
  for (unsigned number = 2; !taken.insert(name).second; ++number)
    name = base + "_" + std::to_string(number);
  return name;
}

/// The name in a "name: type" of the attributes of the module.
static std::string getFieldName(mlir::Attribute text) {
  auto string = llvm::dyn_cast<mlir::StringAttr>(text);
  return string ? string.getValue().split(':').first.str() : std::string();
}

static std::vector<std::string> makeFieldNames(mlir::Attribute list) {
  std::vector<std::string> result;
  NameTable names;
  if (auto array = llvm::dyn_cast_or_null<mlir::ArrayAttr>(list))
    for (mlir::Attribute field : array)
      result.push_back(names.make(getFieldName(field)));
  return result;
}

/// How names inside of a type call \p type; empty if they do not.
static std::string spell(mlir::Type type) {
  if (auto record = llvm::dyn_cast<fir::StructType>(type))
    return record.getName().str();
  if (auto variants = llvm::dyn_cast<fir::EnumType>(type))
    return variants.getName().str();
  if (auto named = llvm::dyn_cast<fir::NamedType>(type))
    return named.getName().str();
  auto array = llvm::dyn_cast<fir::ArrayType>(type);
  std::string element = array ? spell(array.getElement()) : std::string();
  return element.empty()
             ? element
             : "[" + element + "; " + std::to_string(array.getCount()) + "]";
}

void ModuleWriter::readNames() {
  if (auto structs =
          source->getAttrOfType<mlir::DictionaryAttr>(fir::structsAttr))
    for (mlir::NamedAttribute entry : structs) {
      namedTypes.insert(entry.getName().getValue());
      fieldNames[("S" + entry.getName().getValue()).str()] =
          makeFieldNames(entry.getValue());
    }
  if (auto enums = source->getAttrOfType<mlir::DictionaryAttr>(fir::enumsAttr))
    for (mlir::NamedAttribute entry : enums)
      namedTypes.insert(entry.getName().getValue());
  // Types that contain themselves are known by name inside of themselves.
  llvm::DenseSet<mlir::Type> seen;
  auto look = [&](mlir::Type type) {
    if (!seen.insert(type).second)
      return;
    type.walk([&](mlir::Type part) {
      if (auto named = llvm::dyn_cast<fir::NamedType>(part))
        namedTypes.insert(named.getName());
      else if (auto variants = llvm::dyn_cast<fir::EnumType>(part))
        variantTypes.insert_range(variants.getVariants());
      std::string name = spell(part);
      if (!name.empty() && !llvm::isa<fir::NamedType>(part) &&
          !variantTypes.contains(part))
        fullTypes.try_emplace(name, part);
    });
  };
  source.walk([&](mlir::Operation *op) {
    llvm::for_each(op->getResultTypes(), look);
    if (auto function = llvm::dyn_cast<mlir::func::FuncOp>(op))
      look(function.getFunctionType());
    else if (auto global = llvm::dyn_cast<fir::GlobalOp>(op))
      look(global.getType());
  });
}

/// The names of variants and of their fields.
void ModuleWriter::nameVariants() {
  auto enums = source->getAttrOfType<mlir::DictionaryAttr>(fir::enumsAttr);
  for (auto &entry : fullTypes) {
    auto type = llvm::dyn_cast<fir::EnumType>(entry.second);
    auto described =
        type && enums ? enums.getAs<mlir::ArrayAttr>(type.getName()) : nullptr;
    if (!described || described.size() != type.getVariants().size())
      continue;
    for (auto [variant, names] : llvm::zip(type.getVariants(), described)) {
      std::string key = getKey(variant);
      llvm::StringRef name = llvm::cast<fir::StructType>(variant).getName();
      auto parts = llvm::dyn_cast<mlir::ArrayAttr>(names);
      if (!variantNames.try_emplace(key, (type.getName() + "_" + name).str())
               .second ||
          !parts || parts.size() != 2)
        continue;
      fieldNames[key] = makeFieldNames(parts[1]);
    }
  }
}

/// The type that a name stands for.
mlir::Type ModuleWriter::resolve(mlir::Type type) {
  if (auto named = llvm::dyn_cast<fir::NamedType>(type))
    if (auto full = fullTypes.find(named.getName().str());
        full != fullTypes.end())
      return full->second;
  return type;
}

/// What tells types apart in C: a struct with a name of the document is the
/// same type wherever it stands.
std::string ModuleWriter::getKey(mlir::Type type) {
  type = resolve(type);
  auto list = [&](mlir::TypeRange types) {
    std::string text = "(";
    for (mlir::Type element : types)
      text += getKey(element) + ",";
    return text + ")";
  };
  auto named = [&](llvm::StringRef name, llvm::ArrayRef<mlir::Type> parts) {
    std::string key = ("S" + name).str();
    return namedTypes.contains(name) ? key : key + list(parts);
  };
  return llvm::TypeSwitch<mlir::Type, std::string>(type)
      .Case([&](fir::StructType record) {
        // A variant may have the name of a struct.
        if (variantTypes.contains(record))
          return ("V" + record.getName()).str() + list(record.getFields());
        return named(record.getName(), record.getFields());
      })
      .Case([&](fir::EnumType variants) {
        return named(variants.getName(), variants.getVariants());
      })
      .Case([&](fir::NamedType name) { return ("S" + name.getName()).str(); })
      .Case([&](fir::SliceType slice) {
        return "[" + getKey(slice.getElement()) + "]";
      })
      .Case([&](fir::ArrayType array) {
        return "[" + std::to_string(array.getCount()) + "x" +
               getKey(array.getElement()) + "]";
      })
      .Case([&](fir::RefType ref) { return "&" + getKey(ref.getPointee()); })
      .Case([&](mlir::FunctionType function) {
        return "F" + list(function.getInputs()) + list(function.getResults());
      })
      .Default([](mlir::Type other) {
        std::string text;
        llvm::raw_string_ostream(text) << other;
        return text;
      });
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

static bool isScalar(mlir::Type type) { return type.isIntOrIndexOrFloat(); }

void ModuleWriter::layOut(mlir::Type type, TypeInfo &info) {
  auto scalar = [&](llvm::StringRef name, llvm::StringRef shortName,
                    uint64_t size) {
    info.name = name.str();
    info.shortName = shortName.str();
    info.size = info.align = size;
    info.isDefined = true;
  };
  if (auto integer = llvm::dyn_cast<mlir::IntegerType>(type)) {
    switch (integer.getWidth()) {
    case 1:
      return scalar("bool", "bool", 1);
    case 8:
      return scalar("uint8_t", "u8", 1);
    case 16:
      return scalar("int16_t", "i16", 2);
    case 32:
      return scalar("int32_t", "i32", 4);
    case 64:
      return scalar("int64_t", "i64", 8);
    }
  }
  if (type.isIndex())
    return scalar("int64_t", "i64", 8);
  if (type.isF32())
    return scalar("float", "f32", 4);
  if (type.isF64())
    return scalar("double", "f64", 8);
  if (llvm::isa<fir::StrType>(type)) {
    scalar(use("flux_str"), "str", 8);
    info.size = 16;
  } else if (auto array = llvm::dyn_cast<fir::ArrayType>(type)) {
    const TypeInfo &element = getType(array.getElement());
    info.name = element.name;
    info.shortName = element.shortName + "x" + std::to_string(array.getCount());
    info.size = element.size * array.getCount();
    info.align = element.align;
    info.isAggregate = true;
  } else if (auto ref = llvm::dyn_cast<fir::RefType>(type)) {
    scalar("", "ref_" + getShortName(ref.getPointee()), 8);
  } else if (auto slice = llvm::dyn_cast<fir::SliceType>(type)) {
    info.shortName = "slice_" + getShortName(slice.getElement());
    info.size = 16;
    info.align = 8;
    if (info.shortName == "slice_u8" || info.shortName == "slice_str") {
      info.name = use(info.shortName);
      info.isDefined = true;
    } else {
      info.name = info.shortName = names.make(info.shortName);
      forward += "typedef struct " + info.name + " " + info.name + ";\n";
      openTypes.push_back(type);
    }
  } else if (auto function = llvm::dyn_cast<mlir::FunctionType>(type)) {
    std::string name = "func";
    for (mlir::Type input : function.getInputs())
      name += "_" + getShortName(input);
    for (mlir::Type result : function.getResults())
      name += "_to_" + getShortName(result);
    info.name = info.shortName = names.make(name);
    info.size = info.align = 8;
    forward += "typedef struct " + info.name + " " + info.name + ";\n";
    openTypes.push_back(type);
  } else if (llvm::isa<fir::RegionType>(type)) {
    scalar(use("flux_region") + " *", "region", 8);
  } else if (llvm::isa<fir::PtrType>(type)) {
    scalar("void *", "ptr", 8);
  } else {
    std::string text;
    llvm::raw_string_ostream(text) << "a value of type '" << type << "'";
    refuse(source.getLoc(), text);
    scalar("void *", "unknown", 8);
  }
}

/// Sizes of structs and enums, whose names are known.
static void layOutFields(llvm::ArrayRef<const TypeInfo *> fields,
                         TypeInfo &info) {
  info.size = 0;
  for (const TypeInfo *field : fields) {
    info.size = llvm::alignTo(info.size, field->align) + field->size;
    info.align = std::max(info.align, field->align);
  }
  info.size = llvm::alignTo(info.size, info.align);
}

/// The struct of a record, whose layout may not be known yet.
TypeInfo &ModuleWriter::nameRecord(mlir::Type type) {
  TypeInfo *&cached = typeCache[type];
  if (cached)
    return *cached;
  std::string key = getKey(type);
  auto [entry, isNew] = types.try_emplace(key);
  if (isNew)
    entry->second = std::make_unique<TypeInfo>();
  TypeInfo &info = *entry->second;
  cached = &info;
  if (!isNew)
    return info;
  std::string known = variantNames.lookup(key);
  llvm::StringRef name = llvm::StringRef(key).drop_front();
  if (!namedTypes.contains(name) || key[0] == 'V')
    name = name.take_until([](char c) { return c == '('; });
  info.name = names.make("fx_" + (known.empty() ? name.str() : known));
  info.shortName = info.name.substr(3);
  info.isAggregate = true;
  forward += "typedef struct " + info.name + " " + info.name + ";\n";
  if (auto named = llvm::dyn_cast<fir::NamedType>(type)) {
    info.size = named.getSize();
    info.align = named.getAlign();
    info.isLaidOut = info.isDefined = true;
  } else {
    openTypes.push_back(type);
  }
  return info;
}

/// How other names call \p type, which may be incomplete.
std::string ModuleWriter::getShortName(mlir::Type type) {
  type = resolve(type);
  if (llvm::isa<fir::StructType, fir::EnumType, fir::NamedType>(type))
    return nameRecord(type).shortName;
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type))
    return getShortName(array.getElement()) + "x" +
           std::to_string(array.getCount());
  return find(type).shortName;
}

TypeInfo &ModuleWriter::find(mlir::Type type) {
  type = resolve(type);
  if (!llvm::isa<fir::StructType, fir::EnumType, fir::NamedType>(type)) {
    if (TypeInfo *known = typeCache.lookup(type))
      return *known;
    std::string key = getKey(type);
    auto [entry, isNew] = types.try_emplace(key);
    if (isNew)
      entry->second = std::make_unique<TypeInfo>();
    TypeInfo &info = *entry->second;
    typeCache[type] = &info;
    if (isNew)
      layOut(type, info);
    return info;
  }
  TypeInfo &info = nameRecord(type);
  if (info.isLaidOut)
    return info;
  info.isLaidOut = true;
  llvm::SmallVector<const TypeInfo *> parts;
  if (auto record = llvm::dyn_cast<fir::StructType>(type)) {
    info.fields = fieldNames.lookup(getKey(type));
    if (info.fields.size() != record.getFields().size()) {
      info.fields.clear();
      for (size_t i = 0; i != record.getFields().size(); ++i)
        info.fields.push_back("f" + std::to_string(i));
    }
    for (mlir::Type field : record.getFields())
      parts.push_back(&getType(field));
    layOutFields(parts, info);
    return info;
  }
  auto variants = llvm::cast<fir::EnumType>(type);
  NameTable variantTable;
  for (mlir::Type variant : variants.getVariants())
    info.fields.push_back(
        variantTable.make(llvm::cast<fir::StructType>(variant).getName()));
  TypeInfo payload;
  for (mlir::Type variant : variants.getVariants()) {
    const TypeInfo &part = getType(variant);
    payload.size = std::max(payload.size, part.size);
    payload.align = std::max(payload.align, part.align);
  }
  parts = {&getType(variants.getTagType()), &payload};
  payload.size = llvm::alignTo(payload.size, payload.align);
  layOutFields(parts, info);
  return info;
}

const TypeInfo &ModuleWriter::getType(mlir::Type type) { return find(type); }

const std::string &ModuleWriter::getField(mlir::Type type, unsigned index) {
  return find(type).fields[index];
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

std::string ModuleWriter::declare(mlir::Type type, const std::string &name) {
  type = resolve(type);
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type)) {
    uint64_t count = std::max<uint64_t>(array.getCount(), 1);
    return declare(array.getElement(),
                   name + "[" + std::to_string(count) + "]");
  }
  if (auto ref = llvm::dyn_cast<fir::RefType>(type))
    return declarePointer(ref.getPointee(), name);
  const std::string &base = getType(type).name;
  if (name.empty())
    return base;
  return base + (base.back() == '*' ? "" : " ") + name;
}

std::string ModuleWriter::declarePointer(mlir::Type type,
                                         const std::string &name) {
  type = resolve(type);
  if (llvm::isa<fir::ArrayType>(type))
    return declare(type, "(*" + name + ")");
  return declare(type, "*" + name);
}

std::string ModuleWriter::getSignature(mlir::FunctionType type,
                                       llvm::StringRef declarator,
                                       llvm::ArrayRef<std::string> params) {
  std::string text = (declarator + "(const " + use("flux_frame") + " *").str();
  if (!declarator.starts_with("(*"))
    text += "caller";
  for (auto [i, input] : llvm::enumerate(type.getInputs()))
    text += ", " + declare(input, params.empty() ? "" : params[i]);
  text += ")";
  if (type.getNumResults() == 0)
    return "void " + text;
  return declare(type.getResult(0), text);
}

/// A field, which says its alignment where some machine would not keep it.
std::string ModuleWriter::writeField(mlir::Type type, const std::string &name,
                                     uint64_t offset, uint64_t &end32,
                                     bool isFirst) {
  const TypeInfo &info = getType(type);
  mlir::Type base = type;
  while (auto array = llvm::dyn_cast<fir::ArrayType>(base))
    base = array.getElement();
  // Numbers of 8 bytes may be aligned to 4 there, pointers are smaller.
  bool isWeak = isScalar(base) && info.align == 8;
  bool isPointer = llvm::isa<fir::RefType, fir::RegionType, fir::PtrType>(base);
  bool needed =
      isPointer || (isWeak && (isFirst || llvm::alignTo(end32, 4) != offset));
  end32 = offset + info.size;
  return (needed ? "  _Alignas(8) " : "  ") + declare(type, name) + ";\n";
}

void ModuleWriter::defineStruct(fir::StructType type, TypeInfo &info) {
  std::string text = "struct " + info.name + " {\n";
  uint64_t offset = 0, end32 = 0;
  bool isFirst = true, isExact = true;
  for (auto [i, field] : llvm::enumerate(type.getFields())) {
    define(field);
    const TypeInfo &part = getType(field);
    offset = llvm::alignTo(offset, part.align);
    text += writeField(field, info.fields[i], offset, end32,
                       isFirst && part.align == 8);
    isFirst &= part.align != 8;
    isExact &= part.size != 0;
    offset += part.size;
  }
  if (type.getFields().empty())
    text += "  char nothing;\n";
  text += "};\n";
  if (isExact && offset)
    text += "_Static_assert(sizeof(" + info.name +
            ") == " + std::to_string(info.size) + ", \"the layout\");\n";
  definitions += "\n" + text;
}

void ModuleWriter::defineEnum(fir::EnumType type, TypeInfo &info) {
  std::string text = "struct " + info.name + " {\n  " +
                     declare(type.getTagType(), "tag") + ";\n";
  std::string parts;
  for (auto [i, variant] : llvm::enumerate(type.getVariants())) {
    if (getType(variant).size == 0)
      continue;
    define(variant);
    parts += "    " + declare(variant, info.fields[i]) + ";\n";
  }
  if (!parts.empty())
    text += "  union {\n" + parts + "  } as;\n";
  text += "};\n";
  text += "_Static_assert(sizeof(" + info.name +
          ") == " + std::to_string(info.size) + ", \"the layout\");\n";
  definitions += "\n" + text;
}

/// Writes the definition of \p type, after those of what it contains.
void ModuleWriter::define(mlir::Type type) {
  type = resolve(type);
  TypeInfo &info = find(type);
  if (info.isDefined || llvm::isa<fir::NamedType>(type))
    return;
  info.isDefined = true;
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type)) {
    define(array.getElement());
  } else if (auto slice = llvm::dyn_cast<fir::SliceType>(type)) {
    if (llvm::isa<fir::ArrayType>(resolve(slice.getElement())))
      define(slice.getElement());
    definitions += "\nstruct " + info.name + " {\n  _Alignas(8) " +
                   declarePointer(slice.getElement(), "data") +
                   ";\n  _Alignas(8) int64_t length;\n};\n";
  } else if (auto function = llvm::dyn_cast<mlir::FunctionType>(type)) {
    definitions += "\nstruct " + info.name + " {\n  _Alignas(8) " +
                   getSignature(function, "(*call)", {}) + ";\n};\n";
  } else if (auto record = llvm::dyn_cast<fir::StructType>(type)) {
    defineStruct(record, info);
  } else if (auto variants = llvm::dyn_cast<fir::EnumType>(type)) {
    defineEnum(variants, info);
  }
}
