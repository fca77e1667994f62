//===- Linear.cpp - linear values in types, places and expressions --------===//
//
// Which parts of a variable are places of linear values, and which expressions
// use them up.
//
//===----------------------------------------------------------------------===//

#include "Linear.h"
#include "flux/Frontend/Builtins.h"

using namespace flux;
using namespace flux::linear;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// True for structs whose linear fields are places of their own.
static bool isPlain(const Type *type) {
  return type->isStruct() && !type->decl->isLinear;
}

/// Structs with very many linear fields count as one place.
unsigned LinearAnalysis::countPlaces(const Type *type) {
  constexpr unsigned maxPlaces = 256;
  if (!type || !type->isLinear())
    return 0;
  if (!isPlain(type))
    return 1;
  if (auto it = counts.find(type); it != counts.end())
    return it->second;
  unsigned count = 0;
  for (const FieldDecl &field : type->decl->fields)
    count = std::min(count + countPlaces(field.type), maxPlaces + 1);
  return counts[type] = count > maxPlaces ? 1 : count;
}

/// The linear type that arrays or slices in \p type have as elements, or null.
const Type *LinearAnalysis::findLinearElement(const Type *type) {
  if (!type)
    return nullptr;
  auto [it, isNew] = elements.try_emplace(type, nullptr);
  if (!isNew)
    return it->second;
  const Type *found = nullptr;
  auto look = [&](const Type *part) {
    if (!found)
      found = findLinearElement(part);
  };
  if (type->isSlice() || type->isArray()) {
    found = type->element->isLinear() ? type->element : nullptr;
    look(type->element);
  } else if (type->isStruct()) {
    for (const FieldDecl &field : type->decl->fields)
      look(field.type);
  } else if (type->isEnum()) {
    for (const VariantDecl &variant : type->enumDecl->variants)
      for (const FieldDecl &field : variant.fields)
        look(field.type);
  }
  return elements[type] = found;
}

void LinearAnalysis::checkType(StringRef place, const Type *type) {
  if (const Type *element = findLinearElement(type))
    diags.report(place, diag::linear_element, element->str(),
                 "an element of an array or slice");
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

Places LinearAnalysis::getVariable(const VarDecl *var) {
  auto it = variables.find(var);
  if (it != variables.end())
    return it->second;
  Places places;
  places.count = countPlaces(var->type);
  places.first = unsigned(owners.size());
  places.var = places.count ? var : nullptr;
  owners.insert(owners.end(), places.count, var);
  takenAt.resize(owners.size());
  pins.resize(owners.size());
  touched.resize(owners.size());
  return variables[var] = places;
}

void LinearAnalysis::fill(const Places &places, State state) {
  for (unsigned i = 0; i < places.count; ++i)
    at(here, places.first + i) = state;
}

void LinearAnalysis::declare(const VarDecl *var, State state) {
  Places places = getVariable(var);
  checkType(var->name, var->type);
  if (!places.var)
    return;
  fill(places, state);
  scopes.back().vars.push_back(var);
}

Places LinearAnalysis::getPlaces(const Expr *expr) {
  if (auto *name = dyn_cast<NameExpr>(expr))
    return name->var ? getVariable(name->var) : Places();
  auto *member = dyn_cast<MemberExpr>(expr);
  if (!member || member->member != MemberExpr::Field || member->variant)
    return {};
  Places base = getPlaces(member->base);
  if (!base.var || base.isInside)
    return base;
  const Type *type = member->base->type;
  Places found;
  unsigned first = base.first;
  if (isPlain(type))
    for (const FieldDecl &field : type->decl->fields) {
      unsigned count = countPlaces(field.type);
      if (count && &field == &type->decl->fields[member->index])
        found = {first, count, base.var, false};
      first += count;
    }
  if (isPlain(type) && (first == base.first + base.count || !found.var))
    return found;
  base.isInside = true; // the whole is one place
  return base;
}

void LinearAnalysis::reportUsed(unsigned place, StringRef range) {
  auto report = diags.report(range, diag::linear_used, getName(place));
  if (!takenAt[place].empty())
    report.note(DiagnosticEngine::rangeOf(takenAt[place]),
                "it was used up here");
}

/// Uses up what lies in \p places.
void LinearAnalysis::take(const Places &places, const Expr *expr) {
  if (places.isInside || places.var->kind == VarDecl::State) {
    diags.report(expr->range, diag::linear_part, expr->type->str());
    return;
  }
  touch(places, expr->range);
  for (unsigned i = places.first; i < places.first + places.count; ++i) {
    if (at(here, i) == State::Deferred) {
      reportUsed(i, expr->range);
      return;
    }
    if (pins[i] != 0)
      reportUsed(i, expr->range);
    at(here, i) = State::Empty;
    takenAt[i] = expr->range;
  }
}

/// What lies in \p places is needed, and stays there.
void LinearAnalysis::touch(const Places &places, StringRef range) {
  for (unsigned i = places.first; i < places.first + places.count; ++i) {
    touched[i] = true;
    if (at(here, i) == State::Empty) {
      reportUsed(i, range);
      return;
    }
  }
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// The base of an index or member that is read but not used up.
void LinearAnalysis::useBase(const Expr *base) {
  if (!base->type || !base->type->isLinear())
    return use(base);
  Places places = getPlaces(base);
  if (places.var)
    return touch(places, base->range);
  if (auto *member = dyn_cast<MemberExpr>(base))
    return useBase(member->base);
  // A part of a value that no variable holds: the rest would be lost.
  diags.report(base->range, diag::linear_dropped, base->type->str());
  use(base);
}

void LinearAnalysis::useMember(const MemberExpr *member) {
  if (member->variant)
    return;
  Places places = getPlaces(member);
  if (member->member != MemberExpr::Field)
    return use(member->base);
  if (!member->type->isLinear()) {
    if (places.var)
      return touch(places, member->range); // inside of a linear value
    // A number beside linear fields may be read when those are empty.
    const Expr *base = member->base;
    while (auto *outer = dyn_cast<MemberExpr>(base))
      base = outer->base;
    if (!isa<NameExpr>(base))
      useBase(member->base);
    return;
  }
  if (places.var)
    return take(places, member);
  diags.report(member->range, diag::linear_part, member->type->str());
}

static bool returnsNever(const CallExpr &call) {
  return call.builtin && call.builtin->signature.ends_with("never");
}

void LinearAnalysis::useCall(const CallExpr *call) {
  if (call->target)
    use(call->target);
  for (const Expr *arg : call->args) {
    if (!arg->isVarArg) {
      use(arg);
      continue;
    }
    checkChange(arg);
    Places places = getPlaces(arg);
    if (places.var && places.isInside && arg->type->isLinear())
      diags.report(arg->range, diag::linear_part, arg->type->str());
    else if (places.var)
      touch(places, arg->range);
    else if (!isa<NameExpr>(arg))
      use(arg);
  }
  if (call->callee)
    for (const Type *arg : call->callee->generics.args)
      if (arg->isLinear())
        diags.report(call->range, diag::linear_element, arg->str(),
                     "a type argument of a function");
  if (call->builtin)
    checkType(call->range, call->type);
  if (returnsNever(*call))
    here.isReachable = false;
}

/// A place in a linear struct changes: its document does that.
void LinearAnalysis::checkChange(const Expr *place) {
  for (const Expr *part = place;;) {
    if (auto *index = dyn_cast<IndexExpr>(part)) {
      if (index->base->type->isSlice())
        return; // memory elsewhere
      part = index->base;
      continue;
    }
    auto *member = dyn_cast<MemberExpr>(part);
    if (!member)
      return;
    const Type *type = member->base->type;
    if (type && type->isStruct() && type->decl->isLinear &&
        type->decl->module != &module) {
      diags.report(place->range, diag::linear_maker,
                   type->decl->getDisplayName(), "change");
      return;
    }
    part = member->base;
  }
}

void LinearAnalysis::use(const Expr *expr) {
  if (!expr || !expr->type)
    return;
  switch (expr->kind) {
  case Expr::Name: {
    Places places = getPlaces(expr);
    if (places.var)
      take(places, expr);
    return;
  }
  case Expr::Member:
    return useMember(cast<MemberExpr>(expr));
  case Expr::Call:
    return useCall(cast<CallExpr>(expr));
  case Expr::StructLiteral:
    for (const FieldInit &field : cast<StructLiteralExpr>(expr)->fields)
      use(field.value);
    return;
  case Expr::Unary:
    return use(cast<UnaryExpr>(expr)->operand);
  case Expr::Binary: {
    // Chains of operators lean left.
    llvm::SmallVector<const BinaryExpr *> chain;
    while (auto *binary = dyn_cast<BinaryExpr>(expr)) {
      chain.push_back(binary);
      expr = binary->lhs;
    }
    use(expr);
    for (const BinaryExpr *binary : llvm::reverse(chain)) {
      bool isOptional = binary->op == BinaryOp::LogicalAnd ||
                        binary->op == BinaryOp::LogicalOr;
      Point before = isOptional ? here : Point();
      use(binary->rhs);
      if (isOptional)
        here = join(std::move(before), here, binary->rhs->range);
    }
    return;
  }
  case Expr::Convert:
    return use(cast<ConvertExpr>(expr)->operand);
  case Expr::Index:
    useBase(cast<IndexExpr>(expr)->base);
    return use(cast<IndexExpr>(expr)->index);
  case Expr::SliceRange:
    useBase(cast<SliceRangeExpr>(expr)->base);
    use(cast<SliceRangeExpr>(expr)->low);
    use(cast<SliceRangeExpr>(expr)->high);
    for (const Expr *size : cast<SliceRangeExpr>(expr)->sizes)
      use(size);
    return;
  case Expr::ArrayLiteral:
    checkType(expr->range, expr->type);
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      use(element);
    return;
  case Expr::ArrayFill:
    checkType(expr->range, expr->type);
    return use(cast<ArrayFillExpr>(expr)->value);
  case Expr::Try: {
    use(cast<TryExpr>(expr)->operand);
    if (!here.isReachable)
      return;
    Point before = here;
    leave(0, expr->range, /*returns=*/true);
    here = std::move(before);
    return;
  }
  case Expr::Tuple:
    for (const Expr *element : cast<TupleExpr>(expr)->elements)
      use(element);
    return;
  case Expr::InUnit:
    return use(cast<InUnitExpr>(expr)->operand);
  case Expr::IntLiteral:
  case Expr::FloatLiteral:
  case Expr::BoolLiteral:
  case Expr::StrLiteral:
  case Expr::Invalid:
    return;
  }
  llvm_unreachable("covered switch");
}
