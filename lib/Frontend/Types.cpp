//===- Types.cpp - the types of the language ------------------------------===//
//
// Uniquing, layout and spelling of types.  The layout is the same on every
// target (an address takes 8 bytes), so that constants and messages do not
// depend on where a program runs.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Types.h"
#include "flux/Frontend/AST.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;

bool Type::holdsReference() const {
  switch (kind) {
  case TypeKind::Str:
  case TypeKind::Slice:
    return true;
  case TypeKind::Array:
    return element->holdsReference();
  case TypeKind::Struct:
    return llvm::any_of(decl->fields, [](const FieldDecl &field) {
      return field.type && field.type->holdsReference();
    });
  default:
    return false;
  }
}

uint64_t Type::getSize() const {
  switch (kind) {
  case TypeKind::Error:
  case TypeKind::Void:
    return 0;
  case TypeKind::Bool:
    return 1;
  case TypeKind::Int:
  case TypeKind::Float:
    return width / 8;
  case TypeKind::Str:
  case TypeKind::Slice:
    return 16;
  case TypeKind::Array:
    return llvm::SaturatingMultiply(count, element->getSize());
  case TypeKind::Struct:
    return decl->size;
  }
  llvm_unreachable("covered switch");
}

uint64_t Type::getAlign() const {
  switch (kind) {
  case TypeKind::Error:
  case TypeKind::Void:
  case TypeKind::Bool:
    return 1;
  case TypeKind::Int:
  case TypeKind::Float:
    return width / 8;
  case TypeKind::Str:
  case TypeKind::Slice:
    return 8;
  case TypeKind::Array:
    return element->getAlign();
  case TypeKind::Struct:
    return decl->align;
  }
  llvm_unreachable("covered switch");
}

std::string Type::str() const {
  switch (kind) {
  case TypeKind::Error:
    return "unknown";
  case TypeKind::Void:
    return "nothing";
  case TypeKind::Bool:
    return "bool";
  case TypeKind::Int:
    return (isSigned ? "i" : "u") + std::to_string(width);
  case TypeKind::Float:
    return "f" + std::to_string(width);
  case TypeKind::Str:
    return "str";
  case TypeKind::Array:
    return "[" + element->str() + "; " + std::to_string(count) + "]";
  case TypeKind::Slice:
    return (isWritable ? "[var " : "[") + element->str() + "]";
  case TypeKind::Struct:
    return decl->name.str();
  }
  llvm_unreachable("covered switch");
}

TypeContext::TypeContext()
    : error{TypeKind::Error}, voidType{TypeKind::Void},
      boolType{TypeKind::Bool}, strType{TypeKind::Str},
      f32Type{TypeKind::Float, 32}, f64Type{TypeKind::Float, 64} {
  for (bool isSigned : {false, true})
    for (unsigned log = 0; log < 4; ++log)
      ints[isSigned][log] = {TypeKind::Int, uint8_t(8u << log), isSigned};
}

const Type *TypeContext::getInt(unsigned width, bool isSigned) const {
  return &ints[isSigned][llvm::Log2_32(width) - 3];
}

const Type *TypeContext::getSlice(const Type *element, bool isWritable) {
  const Type *&slot = slices[{element, isWritable}];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Slice};
    type->element = element;
    type->isWritable = isWritable;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getArray(const Type *element, uint64_t count) {
  const Type *&slot = arrays[{element, count}];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Array};
    type->element = element;
    type->count = count;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getStruct(StructDecl *decl) {
  const Type *&slot = structs[decl];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Struct};
    type->decl = decl;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::lookupBuiltin(llvm::StringRef word) const {
  return llvm::StringSwitch<const Type *>(word)
      .Case("bool", &boolType)
      .Case("i8", &ints[1][0])
      .Case("i16", &ints[1][1])
      .Case("i32", &ints[1][2])
      .Case("i64", &ints[1][3])
      .Case("u8", &ints[0][0])
      .Case("u16", &ints[0][1])
      .Case("u32", &ints[0][2])
      .Case("u64", &ints[0][3])
      .Case("f32", &f32Type)
      .Case("f64", &f64Type)
      .Case("str", &strType)
      .Default(nullptr);
}
