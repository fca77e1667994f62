//===- Exclusive.cpp - which var parameters nothing else leads to ---------===//
//
// Slices may view the same memory under several names, so the rule about the
// arguments of one call (VAR-3) does not tell the optimizer that nothing else
// leads to a `var` parameter.  Types often do: memory that a slice views lies
// in arrays, and a `[var i64]` never leads to the fields of a `List`.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/SetVector.h"

using namespace flux;

namespace {

/// The types found in a type: values that lie in it, and elements of slices
/// that it leads to.
struct Parts {
  llvm::SmallPtrSet<const Type *, 16> values;   ///< itself included
  llvm::SmallPtrSet<const Type *, 8> elements;  ///< of arrays in it
  llvm::SmallSetVector<const Type *, 8> viewed; ///< by slices in it
  bool hasText = false;
};

} // namespace

/// Collects the parts of \p type in its own memory.
static void addParts(const Type *type, Parts &parts) {
  if (!parts.values.insert(type).second)
    return;
  parts.hasText |= type->isStr();
  if (type->isSlice()) {
    parts.viewed.insert(type->element);
  } else if (type->isArray()) {
    parts.elements.insert(type->element);
    addParts(type->element, parts);
  } else if (type->isStruct()) {
    for (const FieldDecl &field : type->decl->fields)
      addParts(field.type, parts);
  } else if (type->isEnum()) {
    for (const VariantDecl &variant : type->enumDecl->variants)
      for (const FieldDecl &field : variant.fields)
        addParts(field.type, parts);
  }
}

bool flux::isExclusive(const FunctionDecl &decl, const VarDecl &param) {
  Parts own;
  addParts(param.type, own);
  // What all arguments lead to, through any number of slices.
  Parts all;
  for (const VarDecl *other : decl.params)
    addParts(other->type, all);
  for (size_t i = 0; i < all.viewed.size(); ++i)
    addParts(all.viewed[i], all);

  // A slice leads to the parameter if its elements hold it, or lie in it.
  auto leadsTo = [&](const Type *element) {
    if (own.elements.contains(element))
      return true;
    Parts parts;
    addParts(element, parts);
    return parts.values.contains(param.type);
  };
  for (const Type *element : all.viewed)
    if (leadsTo(element))
      return false;
  // Text views bytes.
  if (all.hasText)
    for (const Type *type : own.values)
      if (type->isInt() && type->width == 8 && !type->isSigned &&
          (type == param.type || own.elements.contains(type)))
        return false;
  // Two `var` parameters may be elements that two slices view.
  for (const VarDecl *other : decl.params) {
    if (other == &param || !other->isVarParam)
      continue;
    Parts parts;
    addParts(other->type, parts);
    if (parts.values.contains(param.type) || own.values.contains(other->type))
      return false;
  }
  return true;
}
