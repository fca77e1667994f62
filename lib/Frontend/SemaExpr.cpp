//===- SemaExpr.cpp - types of expressions --------------------------------===//
//
// Literals have no type of their own (TYPE-2), so checking goes both ways: the
// caller hands down the type it expects, and where there is none, the typed
// operand of a pair decides for the other one.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

const Type *Sema::check(Expr *expr, const Type *expected) {
  isExpectedUnknown = expected && expected->isError();
  if (isExpectedUnknown)
    expected = nullptr;
  bool mayBeTuple = std::exchange(allowsTuple, false);
  if (expr->isVarArg && !std::exchange(acceptsVarArg, false))
    diags.report(expr->range, diag::stray_var_marker);
  expr->type = checkKind(expr, expected);
  if (expr->type->isTuple() && !mayBeTuple) {
    diags.report(expr->range, diag::tuple_as_value, expr->type->str())
        .note("give each part a name: 'let a, b = ...'");
    expr->type = types.getError();
  }
  return expr->type;
}

const Type *Sema::checkKind(Expr *expr, const Type *expected) {
  switch (expr->kind) {
  case Expr::Invalid:
    return types.getError();
  case Expr::IntLiteral:
    return checkIntLiteral(cast<IntLiteralExpr>(expr), expected, false);
  case Expr::FloatLiteral:
    return checkFloatLiteral(cast<FloatLiteralExpr>(expr), expected);
  case Expr::BoolLiteral:
    return types.getBool();
  case Expr::StrLiteral:
    return types.getStr();
  case Expr::Name:
    return checkName(cast<NameExpr>(expr), expected);
  case Expr::Unary:
    return checkUnary(cast<UnaryExpr>(expr), expected);
  case Expr::Binary:
    return checkBinary(cast<BinaryExpr>(expr), expected);
  case Expr::Call:
    return checkCall(cast<CallExpr>(expr), expected);
  case Expr::StructLiteral:
    return checkStructLiteral(cast<StructLiteralExpr>(expr), expected);
  case Expr::Convert:
    return checkConvert(cast<ConvertExpr>(expr));
  case Expr::Index:
    return checkIndex(cast<IndexExpr>(expr));
  case Expr::SliceRange:
    return checkSliceRange(cast<SliceRangeExpr>(expr));
  case Expr::Member:
    return checkMember(cast<MemberExpr>(expr), expected);
  case Expr::ArrayLiteral:
    return checkArrayLiteral(cast<ArrayLiteralExpr>(expr), expected);
  case Expr::ArrayFill:
    return checkArrayFill(cast<ArrayFillExpr>(expr), expected);
  case Expr::Try:
    return checkTry(cast<TryExpr>(expr));
  case Expr::Tuple:
    checkTuple(cast<TupleExpr>(expr), nullptr);
    return types.getError();
  case Expr::InUnit:
    return checkInUnit(cast<InUnitExpr>(expr));
  }
  llvm_unreachable("covered switch");
}

bool Sema::isAssignable(const Type *from, const Type *to) const {
  if (from == to || from->isError() || to->isError())
    return true;
  if (from->isFunc() && to->isFunc() && from->params == to->params &&
      from->element == to->element)
    return !to->statesEffects ||
           (from->statesEffects && !(from->effects & ~to->effects));
  return from->isSlice() && to->isSlice() && from->element == to->element &&
         from->isWritable;
}

void Sema::reportMismatch(Expr *expr, const Type *type, StringRef what) {
  const Type *actual = expr->type;
  if (actual->isVoid()) {
    diags.report(expr->range, diag::no_value);
    return;
  }
  auto report = diags.report(expr->range, diag::type_mismatch, what,
                             type->str(), actual->str());
  auto range = DiagnosticEngine::rangeOf(expr->range);
  if (actual->isNumber() && type->isNumber()) {
    if (type->isInt())
      report.note("convert it: '" + type->str() +
                  "(...)' traps if the value does not fit");
    report.fixIt(range, type->str() + "(" + expr->range + ")");
  } else if (actual->isArray() && type->isSlice() && isPlace(expr) &&
             actual->element == type->element) {
    report.fixIt(range, expr->range + "[..]");
  } else if (actual->isStr() && type->isSlice()) {
    report.fixIt(range, expr->range + ".bytes");
  } else if (actual->isSlice() && type->isSlice() &&
             actual->element == type->element) {
    report.note("a '[T]' slice may not be written through; slice a 'var' "
                "array, or take a '[var T]' parameter");
  } else if (type->isOption() && actual == types.getTryType(type)) {
    report.fixIt(range, "some(" + expr->range + ")");
  } else if (type->isResult() && actual == types.getTryType(type)) {
    report.fixIt(range, "ok(" + expr->range + ")");
  } else if (type->isResult() && actual == type->getErrorType()) {
    report.fixIt(range, "err(" + expr->range + ")");
  } else if (actual->isFunc() && type->isFunc() && type->statesEffects &&
             actual->params == type->params &&
             actual->element == type->element) {
    report.note(actual->statesEffects
                    ? "a value may not do more than its type states"
                    : "its type does not state what it may do; add 'uses' to "
                      "the type of what holds it");
  } else if (actual->isEnum() && types.getTryType(actual) == type) {
    report.note("take the value out with 'match', or with '?' in a function "
                "that passes on the failure");
  }
}

bool Sema::expect(Expr *expr, const Type *type, StringRef what) {
  const Type *actual = check(expr, type);
  if (accepts(expr, type))
    return !actual->isError();
  reportMismatch(expr, type, what);
  return false;
}

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

bool Sema::isUntyped(const Expr *expr) {
  // Chains of operators lean left: walk them without recursion.
  while (true) {
    if (auto *literal = dyn_cast<IntLiteralExpr>(expr))
      return literal->suffix.empty() && !literal->unit;
    if (auto *literal = dyn_cast<FloatLiteralExpr>(expr))
      return literal->suffix.empty() && !literal->unit;
    if (auto *unary = dyn_cast<UnaryExpr>(expr)) {
      if (unary->op == UnaryOp::Not)
        return false;
      expr = unary->operand;
      continue;
    }
    auto *binary = dyn_cast<BinaryExpr>(expr);
    if (!binary || binary->op >= BinaryOp::Eq)
      return false;
    bool isShift = binary->op == BinaryOp::Shl || binary->op == BinaryOp::Shr;
    if (!isShift && !isUntyped(binary->rhs))
      return false;
    expr = binary->lhs;
  }
}

bool Sema::hasFloatLiteral(const Expr *expr) {
  while (true) {
    if (isa<FloatLiteralExpr>(expr))
      return true;
    if (auto *unary = dyn_cast<UnaryExpr>(expr)) {
      expr = unary->operand;
      continue;
    }
    auto *binary = dyn_cast<BinaryExpr>(expr);
    if (!binary)
      return false;
    if (hasFloatLiteral(binary->rhs))
      return true;
    expr = binary->lhs;
  }
}

const Type *Sema::defaultType(const Expr *expr, const Type *expected) const {
  if (expected && expected->actsAsFloat())
    return expected;
  if (hasFloatLiteral(expr))
    return types.getF64();
  return expected && expected->actsAsNumber() ? expected : types.getI64();
}

const Type *Sema::checkIntLiteral(IntLiteralExpr *expr, const Type *expected,
                                  bool negated) {
  const Type *type = types.getI64();
  if (expr->unit)
    return types.getQuantity(expr->unit->dimension);
  if (!expr->suffix.empty())
    type = types.lookupBuiltin(expr->suffix);
  else if (expected && expected->actsAsNumber())
    type = expected;
  if (!type)
    return types.getError();
  if (type->actsAsFloat())
    return type;
  if (type->isParam())
    return checkParamLiteral(expr, type, negated);
  uint64_t limit = type->isSigned ? (1ull << (type->width - 1)) - !negated
                                  : llvm::maxUIntN(type->width);
  if (expr->value > limit || (negated && !type->isSigned && expr->value)) {
    auto report =
        diags.report(expr->range, diag::literal_out_of_range,
                     (negated ? "-" : "") + expr->range.str(), type->str());
    if (expr->suffix.empty() && !expected && expr->value > limit)
      report.note("a literal without context is an 'i64'; write its type: '" +
                  expr->range + "u64'");
    return types.getError();
  }
  return type;
}

const Type *Sema::checkFloatLiteral(FloatLiteralExpr *expr,
                                    const Type *expected) {
  const Type *type = types.getF64();
  if (expr->unit)
    return types.getQuantity(expr->unit->dimension);
  if (!expr->suffix.empty())
    type = types.lookupBuiltin(expr->suffix);
  else if (expected && expected->actsAsFloat())
    type = expected;
  return type ? type : types.getError();
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

const Type *Sema::checkUnary(UnaryExpr *expr, const Type *expected) {
  Expr *operand = expr->operand;
  if (expr->op == UnaryOp::Not) {
    if (!expect(operand, types.getBool(), "the operand of 'not'"))
      return types.getError();
    return types.getBool();
  }
  const Type *type = nullptr;
  if (auto *literal = dyn_cast<IntLiteralExpr>(operand);
      literal && expr->op == UnaryOp::Neg) {
    // The smallest value of a type has no positive counterpart.
    type = literal->type = checkIntLiteral(literal, expected, true);
  } else {
    type = check(operand,
                 isUntyped(operand) ? defaultType(operand, expected) : nullptr);
  }
  if (type->isError())
    return type;
  if (expr->op == UnaryOp::BitNot) {
    if (type->actsAsInt())
      return type;
    auto report =
        diags.report(expr->range, diag::bad_operand, "~", type->str());
    if (type->isBool())
      report.note("use 'not' on a bool");
    return types.getError();
  }
  if (type->actsAsFloat() || (type->isInt() && type->isSigned) ||
      (type->isQuantity() && !getInfo(type->dimension).isPoint()) ||
      (type->isQuantity() && isa<IntLiteralExpr>(operand)))
    return type;
  auto report = diags.report(expr->range, diag::bad_operand, "-", type->str());
  if (type->isInt())
    report.note("unsigned integers have no negative values; to wrap, write "
                "'0 -% x'");
  return types.getError();
}

const Type *Sema::checkShift(BinaryExpr *expr, const Type *expected) {
  const Type *type =
      check(expr->lhs,
            isUntyped(expr->lhs) ? defaultType(expr->lhs, expected) : nullptr);
  const Type *amount = check(expr->rhs);
  if (type->isError() || amount->isError())
    return types.getError();
  for (const Type *operand : {type, amount})
    if (!operand->actsAsInt()) {
      diags.report(expr->opRange, diag::bad_operands, getSpelling(expr->op),
                   type->str(), amount->str());
      return types.getError();
    }
  return type;
}

const Type *Sema::checkBinary(BinaryExpr *expr, const Type *expected) {
  BinaryOp op = expr->op;
  StringRef spelling = getSpelling(op);
  if (op == BinaryOp::LogicalAnd || op == BinaryOp::LogicalOr) {
    bool good = expect(expr->lhs, types.getBool(), "the left side");
    good &= expect(expr->rhs, types.getBool(), "the right side");
    return good ? types.getBool() : types.getError();
  }
  if (op == BinaryOp::Shl || op == BinaryOp::Shr)
    return checkShift(expr, expected);
  bool lhsOpen = isOpen(expr->lhs), rhsOpen = isOpen(expr->rhs);
  if (lhsOpen && rhsOpen)
    return reportBothOpen(expr);

  bool compares = op >= BinaryOp::Eq;
  if (compares)
    expected = nullptr;
  bool lhsUntyped = isUntyped(expr->lhs), rhsUntyped = isUntyped(expr->rhs);
  const Type *lhs, *rhs;
  if (lhsUntyped && rhsUntyped && !lhsOpen && !rhsOpen) {
    const Type *type = hasFloatLiteral(expr->lhs)
                           ? defaultType(expr->lhs, expected)
                           : defaultType(expr->rhs, expected);
    lhs = check(expr->lhs, type);
    rhs = check(expr->rhs, type);
  } else if (lhsOpen || (lhsUntyped && !rhsOpen)) {
    rhs =
        check(expr->rhs, lhsOpen && rhsUntyped ? defaultType(expr->rhs, nullptr)
                                               : nullptr);
    lhs = check(expr->lhs, getOtherSide(op, rhs, expr->lhs));
  } else {
    lhs = check(expr->lhs, rhsOpen && isUntyped(expr->lhs)
                               ? defaultType(expr->lhs, nullptr)
                               : nullptr);
    rhs = check(expr->rhs, getOtherSide(op, lhs, expr->rhs));
  }
  if (lhs->isError() || rhs->isError())
    return types.getError();
  if (lhs->isQuantity() || rhs->isQuantity())
    return checkQuantities(expr, lhs, rhs);

  bool good = lhs == rhs;
  if (good) {
    switch (op) {
    case BinaryOp::Add:
    case BinaryOp::Sub:
    case BinaryOp::Mul:
    case BinaryOp::Div:
      good = lhs->actsAsNumber();
      break;
    case BinaryOp::Eq:
    case BinaryOp::Ne:
      good = lhs->satisfies(Constraint::Eq);
      break;
    case BinaryOp::Lt:
    case BinaryOp::Le:
    case BinaryOp::Gt:
    case BinaryOp::Ge:
      good = lhs->satisfies(Constraint::Ord);
      break;
    default:
      good = lhs->actsAsInt();
      break;
    }
  }
  if (good)
    return compares ? types.getBool() : lhs;

  if (lhs->isVoid() || rhs->isVoid()) {
    diags.report((lhs->isVoid() ? expr->lhs : expr->rhs)->range,
                 diag::no_value);
    return types.getError();
  }
  auto report = diags.report(expr->opRange, diag::bad_operands, spelling,
                             lhs->str(), rhs->str());
  if (lhs == rhs && (lhs->isParam() || lhs->isFunc())) {
    noteMissingAbility(report, lhs, op);
  } else if (lhs != rhs && lhs->isNumber() && rhs->isNumber()) {
    report.note("there is no implicit conversion; convert one side, for "
                "example '" +
                lhs->str() + "(" + expr->rhs->range + ")'");
    report.fixIt(DiagnosticEngine::rangeOf(expr->rhs->range),
                 lhs->str() + "(" + expr->rhs->range + ")");
  } else if (lhs == rhs && lhs->isEnum() && !lhs->satisfies(Constraint::Eq)) {
    report.note("only enums whose fields are numbers, bools, strings and such "
                "enums compare; use 'match'");
  } else if (lhs->isStr() && op == BinaryOp::Add) {
    report.note("strings are not joined with '+'; print the parts one after "
                "the other");
  } else if (op == BinaryOp::Rem && lhs->isFloat()) {
    report.note("'%' is for integers; use x - math.trunc(x / y) * y");
  }
  return types.getError();
}

//===----------------------------------------------------------------------===//
// Structs and conversions
//===----------------------------------------------------------------------===//

const Type *Sema::checkStructLiteral(StructLiteralExpr *expr,
                                     const Type *expected) {
  if (!expr->module.empty() && !findImport(expr->module))
    return checkVariantLiteral(expr, expected);
  const ModuleName *entry = expr->module.empty()
                                ? lookupModuleName(expr->name)
                                : lookupQualified(expr->module, expr->name);
  if (!entry || entry->kind != ModuleName::Struct) {
    for (FieldInit &init : expr->fields)
      check(init.value);
    if (!entry && !expr->module.empty())
      return types.getError();
    if (entry && entry->kind == ModuleName::Function)
      diags.report(expr->name, diag::named_arguments, expr->name)
          .note(DiagnosticEngine::rangeOf(entry->place), "it is declared here");
    else {
      auto report = diags.report(expr->name, diag::unknown_type, expr->name);
      llvm::SmallVector<StringRef> candidates;
      for (StructDecl *decl : module.structs)
        candidates.push_back(decl->name);
      if (StringRef near = findNearMiss(expr->name, candidates); !near.empty())
        offerName(report, diags, expr->name, near);
    }
    return types.getError();
  }
  auto *decl = static_cast<StructDecl *>(entry->decl);
  resolveStruct(*decl);
  checkMaker(expr->range, *decl, "make");
  bool isBad = decl->state != StructDecl::Resolved;
  if (!isBad && decl->generics.isGeneric()) {
    const Type *instance = resolveGenericLiteral(expr, *decl, expected);
    isBad = instance->isError();
    decl = instance->decl;
  } else {
    isBad |= refuseTypeArgs(expr->name, expr->typeArgs);
  }
  if (isBad) {
    for (FieldInit &init : expr->fields)
      if (!init.value->type)
        check(init.value);
    return types.getError();
  }

  return checkFieldInits(*expr, decl->getDisplayName(), decl->fields)
             ? types.getStruct(decl)
             : types.getError();
}

/// What stands between the type and the parentheses.
static StringRef getForm(ConvertMode mode) {
  switch (mode) {
  case ConvertMode::Checked:
    return "";
  case ConvertMode::Wrapping:
    return "%";
  case ConvertMode::Saturating:
    return "|";
  case ConvertMode::Optional:
    return "?";
  }
  llvm_unreachable("covered switch");
}

const Type *Sema::checkConvert(ConvertExpr *expr) {
  const Type *to = types.lookupBuiltin(expr->typeName);
  bool isParam = !to; // also in an instance, where the type is known
  if (isParam)
    to = typeParams.lookup(expr->typeName).type;
  if (!to || to->isError())
    return types.getError();
  if (isParam && !to->actsAsNumber()) {
    check(expr->operand);
    diags.report(expr->typeName, diag::bad_conversion_parameter,
                 expr->typeName);
    return types.getError();
  }
  if (to->isStr()) {
    if (!expect(expr->operand, types.getSlice(types.getInt(8, false), false),
                "the operand of 'str'"))
      return types.getError();
    if (expr->mode == ConvertMode::Checked)
      return to;
    if (expr->mode == ConvertMode::Optional)
      return types.getOption(to);
    diags.report(expr->range, diag::bad_conversion, expr->operand->type->str(),
                 "str" + getForm(expr->mode).str());
    return types.getError();
  }
  // A literal takes the target's type, so that 'u8(300)' is found here; with
  // wrapping and saturating forms it is the source that matters.
  const Type *hint = nullptr;
  if (expr->mode == ConvertMode::Checked && !isParam &&
      isUntyped(expr->operand) &&
      (to->isFloat() || (to->isInt() && !hasFloatLiteral(expr->operand))))
    hint = to;
  const Type *from = check(expr->operand, hint);
  if (from->isError())
    return from;
  bool good = to->actsAsNumber();
  switch (expr->mode) {
  case ConvertMode::Checked:
    good &= from->actsAsNumber() || (from->isBool() && to->actsAsInt());
    break;
  case ConvertMode::Wrapping:
    good &= from->actsAsInt() && to->actsAsInt();
    break;
  case ConvertMode::Saturating:
    good &= from->actsAsNumber() && to->actsAsInt();
    break;
  case ConvertMode::Optional:
    good &= from->actsAsNumber() && to->isInt();
    break;
  }
  if (good)
    return expr->mode == ConvertMode::Optional ? types.getOption(to) : to;
  diags.report(expr->range, diag::bad_conversion, from->str(),
               to->str() + getForm(expr->mode).str());
  return types.getError();
}

//===----------------------------------------------------------------------===//
// Elements and members
//===----------------------------------------------------------------------===//

bool Sema::checkIndexOperand(Expr *index) {
  const Type *type = check(index);
  if (type->isError() || type->actsAsInt())
    return !type->isError();
  diags.report(index->range, diag::bad_index, type->str());
  return false;
}

const Type *Sema::checkIndex(IndexExpr *expr) {
  if (expr->isRow)
    return checkRow(expr);
  const Type *base = check(expr->base);
  if (!base->isError() && !checkIndexCount(expr->base, expr->range))
    base = types.getError();
  bool good = checkIndexOperand(expr->index);
  if (base->isError() || !good)
    return types.getError();
  if (base->isArray()) {
    // A literal index out of an array's bounds can only trap.
    if (auto *literal = dyn_cast<IntLiteralExpr>(expr->index);
        literal && literal->value >= base->count) {
      diags.report(expr->index->range, diag::index_out_of_bounds,
                   literal->value, base->count);
      return types.getError();
    }
    return base->element;
  }
  if (base->isSlice())
    return base->element;
  if (base->isStr())
    return types.getInt(8, false);
  diags.report(expr->base->range, diag::not_indexable, base->str());
  return types.getError();
}

bool Sema::isPlace(const Expr *expr) {
  while (true) {
    if (isa<NameExpr>(expr))
      return true;
    if (auto *member = dyn_cast<MemberExpr>(expr)) {
      if (member->member != MemberExpr::Field)
        return false;
      expr = member->base;
    } else if (auto *index = dyn_cast<IndexExpr>(expr)) {
      if (index->base->type && index->base->type->isSlice())
        return true;
      expr = index->base;
    } else {
      return false;
    }
  }
}

bool Sema::isMutablePlace(const Expr *expr) {
  while (true) {
    if (auto *name = dyn_cast<NameExpr>(expr))
      return name->var && name->var->isMutable();
    if (auto *member = dyn_cast<MemberExpr>(expr)) {
      if (member->member != MemberExpr::Field)
        return false;
      expr = member->base;
    } else if (auto *index = dyn_cast<IndexExpr>(expr)) {
      if (index->base->type && index->base->type->isSlice())
        return index->base->type->isWritable;
      if (index->base->type && index->base->type->isStr())
        return false;
      expr = index->base;
    } else {
      return false;
    }
  }
}

const Type *Sema::checkSliceRange(SliceRangeExpr *expr) {
  bool mayHaveSizes = std::exchange(acceptsSizes, false);
  const Type *base = check(expr->base);
  bool good = base->isError() || (!expr->low && !expr->high) ||
              checkIndexCount(expr->base, expr->range);
  good &= checkSizes(*expr, mayHaveSizes);
  for (Expr *end : {expr->low, expr->high})
    if (end)
      good &= checkIndexOperand(end);
  if (base->isError() || !good)
    return types.getError();
  if (base->isSlice() || base->isStr())
    return base;
  if (!base->isArray()) {
    diags.report(expr->base->range, diag::not_indexable, base->str());
    return types.getError();
  }
  if (!isPlace(expr->base)) {
    diags.report(expr->base->range, diag::slice_of_temporary)
        .note("give the array a name with 'let' first");
    return types.getError();
  }
  return types.getSlice(base->element, isMutablePlace(expr->base));
}

const Type *Sema::checkMember(MemberExpr *expr, const Type *expected) {
  if (auto *name = dyn_cast<NameExpr>(expr->base))
    if (EnumDecl *decl = lookupEnum(name->module, name->name))
      return checkVariantName(expr, *decl, expected);
  return checkMemberOf(expr, check(expr->base));
}

const Type *Sema::checkMemberOf(MemberExpr *expr, const Type *base) {
  if (base->isError() || !complete(base))
    return types.getError();
  StringRef name = expr->name;
  if (base->isStruct()) {
    llvm::SmallVector<StringRef> candidates;
    for (auto [index, field] : llvm::enumerate(base->decl->fields)) {
      if (field.name == name) {
        expr->member = MemberExpr::Field;
        expr->index = index;
        return field.type;
      }
      candidates.push_back(field.name);
    }
    auto report = diags.report(name, diag::unknown_field, base->str(), name);
    if (StringRef near = findNearMiss(name, candidates); !near.empty())
      offerName(report, diags, name, near);
    report.note(DiagnosticEngine::rangeOf(base->decl->name),
                "the struct is declared here");
    return types.getError();
  }
  if (name == "len" && (base->isArray() || base->isSlice() || base->isStr())) {
    expr->member = MemberExpr::Len;
    return types.getI64();
  }
  if (name == "bytes" && base->isStr()) {
    expr->member = MemberExpr::Bytes;
    return types.getSlice(types.getInt(8, false), false);
  }
  auto report = diags.report(name, diag::unknown_member, base->str(), name);
  if (base->isArray() || base->isSlice() || base->isStr()) {
    StringRef near = findNearMiss(name, {"len", "bytes"});
    if (name == "length" || name == "size" || name == "count" || near == "len")
      report.fixIt(DiagnosticEngine::rangeOf(name), "len");
    else if (base->isStr() && !near.empty())
      offerName(report, diags, name, near);
  }
  if (base->isEnum())
    report.note("'match' takes the fields of a variant out");
  return types.getError();
}

const Type *Sema::checkArrayLiteral(ArrayLiteralExpr *expr,
                                    const Type *expected) {
  if (expr->elements.empty()) {
    if (expected && expected->isSlice())
      return expected;
    if (!isExpectedUnknown)
      diags.report(expr->range, diag::empty_array);
    return types.getError();
  }
  const Type *element = nullptr;
  if (expected && (expected->isArray() || expected->isSlice()))
    element = expected->element;
  if (!element) {
    // The first element with a type of its own decides; literals follow.
    bool isFloat = false;
    for (Expr *value : expr->elements) {
      if (!isUntyped(value) && !isa<ArrayLiteralExpr>(value)) {
        element = check(value);
        break;
      }
      isFloat |= hasFloatLiteral(value);
    }
    if (!element)
      element = isa<ArrayLiteralExpr>(expr->elements[0])
                    ? check(expr->elements[0])
                    : (isFloat ? types.getF64() : types.getI64());
    if (element->isVoid()) {
      diags.report(expr->range, diag::no_value);
      return types.getError();
    }
  }
  if (element->isError()) {
    for (Expr *value : expr->elements)
      if (!value->type)
        check(value);
    return element;
  }
  bool good = true;
  for (Expr *value : expr->elements) {
    if (value->type && !isUntyped(value)) { // checked above
      if (!accepts(value, element)) {
        reportMismatch(value, element, "the element");
        good = false;
      }
    } else {
      good &= expect(value, element, "the element");
    }
  }
  return good ? makeArray(expr->range, element, expr->elements.size())
              : types.getError();
}

const Type *Sema::checkArrayFill(ArrayFillExpr *expr, const Type *expected) {
  const Type *element = nullptr;
  if (expected && (expected->isArray() || expected->isSlice()))
    element = expected->element;
  bool good;
  if (element) {
    good = expect(expr->value, element, "the element");
  } else {
    element = check(expr->value);
    good = !element->isError();
    if (element->isVoid()) {
      diags.report(expr->value->range, diag::no_value);
      good = false;
    }
  }
  const Type *countType = check(expr->count, types.getI64());
  if (!good || countType->isError())
    return types.getError();
  if (!countType->isInt()) {
    reportMismatch(expr->count, types.getI64(), "the number of elements");
    return types.getError();
  }
  std::optional<ConstValue> count = evaluate(expr->count);
  if (!count)
    return types.getError();
  if (count->intValue < 1) {
    diags.report(expr->count->range, diag::bad_array_count,
                 int64_t(count->intValue));
    return types.getError();
  }
  return makeArray(expr->range, element, uint64_t(count->intValue));
}
