//===- SemaTile.cpp - what a tile may be ----------------------------------===//
//
// A tile is a kernel that the compiler may run many elements at a time: it has
// no effects, its loops are bounded, and the sizes of what it works on are
// known when it starts.  Rules: docs/language.md, section "Tiles".
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

#include "llvm/Support/MathExtras.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

/// Of one shape.
static constexpr size_t maxShapeSizes = 4;

/// True for `[T; N]` whose size is a name that stands for nothing else, for
/// `[var T; N]`, and where there are several sizes.
bool Sema::isShape(const TypeExpr &expr) const {
  if (expr.kind != TypeExpr::Array || !expr.count)
    return false;
  const auto *name = dyn_cast<NameExpr>(expr.count);
  return expr.isWritable || !expr.moreCounts.empty() ||
         (name && !findModuleName(name->range));
}

/// One size of \p shape: a constant, or a name that is or becomes one of \p
/// dimensions.
std::optional<ShapeSize>
Sema::resolveSize(const TypeExpr &shape, Expr *size, const Type *element,
                  llvm::SmallVectorImpl<VarDecl *> &dimensions) {
  auto *name = dyn_cast<NameExpr>(size);
  if (!name || !name->module.empty() || findModuleName(name->range)) {
    const Type *array = resolveArray(shape.range, element, size);
    if (array->isError()) // it checked the size
      return std::nullopt;
    return ShapeSize{nullptr, array->count};
  }
  for (VarDecl *dimension : dimensions)
    if (dimension->name == name->range) {
      dimension->isUsed = true; // it ties two sizes together
      return ShapeSize{dimension, 0};
    }
  auto *dimension = context.make<VarDecl>();
  dimension->kind = VarDecl::Let;
  dimension->name = name->range;
  dimension->type = types.getI64();
  dimensions.push_back(dimension);
  return ShapeSize{dimension, 0};
}

/// Gives the parameters of \p decl that have a shape the type of a slice, and
/// finds the names of sizes.
void Sema::resolveShapes(FunctionDecl &decl) {
  llvm::SmallVector<VarDecl *> dimensions;
  for (VarDecl *param : decl.params) {
    TypeExpr &expr = *param->typeExpr;
    if (!isShape(expr))
      continue;
    if (param->isVarParam && !expr.moreCounts.empty())
      diags.report(expr.range, diag::not_supported,
                   "a 'var' parameter with several sizes");
    const Type *element = resolveType(expr.element);
    param->type = element;
    if (element->isError())
      continue;
    param->type = types.getError();
    if (!element->isNumber() && !element->isBool()) {
      diags.report(expr.element->range, diag::shape_element, element->str());
      continue;
    }
    if (expr.moreCounts.size() >= maxShapeSizes) {
      diags.report(expr.range, diag::too_many_sizes, maxShapeSizes);
      continue;
    }
    llvm::SmallVector<ShapeSize, 4> shape;
    llvm::SmallVector<Expr *, 4> sizes = {expr.count};
    llvm::append_range(sizes, expr.moreCounts);
    for (Expr *size : sizes)
      if (auto resolved = resolveSize(expr, size, element, dimensions))
        shape.push_back(*resolved);
    if (shape.size() != sizes.size())
      continue;
    param->shape = context.copy(llvm::ArrayRef(shape));
    param->type = types.getSlice(element, expr.isWritable);
  }
  decl.dimensions = context.copy(llvm::ArrayRef(dimensions));
}

/// A size that stands once says nothing.  Beside one that is used, it likely is
/// that one, misspelt.  Needs the body to be checked.
void Sema::checkSizes(const FunctionDecl &decl) {
  if (llvm::none_of(decl.dimensions,
                    [](const VarDecl *size) { return size->isUsed; }))
    return;
  for (const VarDecl *size : decl.dimensions) {
    if (size->isUsed)
      continue;
    auto report = diags.report(size->name, diag::single_size, size->name);
    for (const VarDecl *other : decl.dimensions)
      if (other->isUsed)
        report.note(DiagnosticEngine::rangeOf(other->name),
                    "if it equals '" + other->name + "', give it that name");
    report.note("if not, say in the tile that it may differ: 'let _ = " +
                size->name + "'");
  }
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// The parameter of a tile that \p expr names, if it has several sizes.
static const VarDecl *getShaped(const Expr *expr) {
  const auto *name = dyn_cast<NameExpr>(expr);
  return name && name->var && name->var->shape.size() > 1 ? name->var : nullptr;
}

/// How many indices stand in \p base, itself the base of a further one.
static size_t countRows(const Expr *&base) {
  size_t rows = 0;
  for (; isa<IndexExpr>(base) && cast<IndexExpr>(base)->isRow; ++rows)
    base = cast<IndexExpr>(base)->base;
  return rows;
}

const Type *Sema::checkRow(IndexExpr *expr) {
  const Type *base = check(expr->base);
  if (!checkIndexOperand(expr->index) || base->isError())
    return types.getError();
  const Expr *root = expr;
  size_t rows = countRows(root);
  if (const VarDecl *var = getShaped(root); var && rows < var->shape.size())
    return base;
  return reportIndexCount(root, rows + 1, expr->range);
}

/// False if another number of indices than one behind \p base is needed.
bool Sema::checkIndexCount(const Expr *base, StringRef place) {
  size_t rows = countRows(base);
  const VarDecl *var = getShaped(base);
  if (rows + 1 == (var ? var->shape.size() : 1))
    return true;
  reportIndexCount(base, rows + 1, place);
  return false;
}

const Type *Sema::reportIndexCount(const Expr *root, size_t count,
                                   StringRef place) {
  const VarDecl *var = getShaped(root);
  auto report = diags.report(place, diag::wrong_index_count, root->range,
                             var ? var->shape.size() : 1, count);
  if (var) {
    report.note(DiagnosticEngine::rangeOf(var->name), "it is declared here");
    report.note("'" + var->name + "[..]' is the slice of all elements");
  } else if (root->type->isSlice() || root->type->isArray()) {
    if (root->type->element->isArray() || root->type->element->isSlice())
      report.note("an element of an element is 'a[i][j]'");
    else
      report.note("rows are those of a parameter '[T; M, N]' of a tile");
  }
  return types.getError();
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// False if \p arg does not tell the sizes of \p param, which has several.
bool Sema::checkShaped(Expr *arg, const VarDecl &param) {
  const auto *range = dyn_cast<SliceRangeExpr>(arg);
  acceptsSizes = range && !range->sizes.empty();
  const Type *type = check(arg);
  acceptsSizes = false;
  size_t count = 0;
  if (range)
    count = range->sizes.size();
  else if (const VarDecl *var = getShaped(arg))
    count = var->shape.size();
  if (!type->isError() && count != param.shape.size()) {
    std::string names;
    for (const ShapeSize &size : param.shape)
      names += (names.empty() ? "" : ", ") +
               (size.name ? size.name->name.str() : std::to_string(size.count));
    auto report = diags.report(arg->range, diag::shape_argument, param.name,
                               param.shape.size(), count);
    report
        .note("write 'x[..; " + names +
              "]', where the sizes are those of the slice or array x")
        .note(DiagnosticEngine::rangeOf(param.name),
              "the parameter is declared here");
    return false;
  }
  if (accepts(arg, param.type))
    return !type->isError();
  reportMismatch(arg, param.type, "the argument");
  return false;
}

/// The value of a size that is known now.
std::optional<int64_t> Sema::getConstantSize(const Expr *size) const {
  if (const auto *literal = dyn_cast<IntLiteralExpr>(size))
    return int64_t(std::min<uint64_t>(literal->value, INT64_MAX));
  if (const auto *name = dyn_cast<NameExpr>(size))
    if (name->constant && name->constant->value.kind == ConstValue::Int)
      return int64_t(name->constant->value.intValue);
  return std::nullopt;
}

/// How many elements \p expr has, if that is known now.
static std::optional<uint64_t> getKnownLength(const Expr *expr) {
  if (const auto *name = dyn_cast<NameExpr>(expr);
      name && name->var && name->var->shape.size() == 1 &&
      !name->var->shape[0].name)
    return name->var->shape[0].count;
  const auto *range = dyn_cast<SliceRangeExpr>(expr);
  if (range && !range->low && !range->high && range->base->type->isArray())
    return range->base->type->count;
  return std::nullopt;
}

/// Checks the sizes of `x[..; m, n]`, which stands where a tile takes it.
bool Sema::checkSizes(SliceRangeExpr &expr, bool isArgument) {
  if (expr.sizes.empty())
    return true;
  bool isGood = true;
  for (Expr *size : expr.sizes)
    isGood &= checkIndexOperand(size);
  if (!isArgument) {
    diags.report(expr.range, diag::stray_sizes);
    return false;
  }
  if (!isGood || !expr.base->type || expr.base->type->isError())
    return isGood;
  uint64_t product = 1;
  for (const Expr *size : expr.sizes) {
    std::optional<int64_t> value = getConstantSize(size);
    if (!value)
      return true;
    if (*value < 0) {
      diags.report(size->range, diag::shape_mismatch,
                   "a size of " + std::to_string(*value) + " elements");
      return false;
    }
    product = llvm::SaturatingMultiply(product, uint64_t(*value));
  }
  std::optional<uint64_t> length = getKnownLength(&expr);
  if (!length || *length == product)
    return true;
  diags.report(expr.range, diag::shape_mismatch,
               std::to_string(*length) + " elements, not " +
                   std::to_string(product));
  return false;
}

/// Compares the sizes of the arguments that are known now.
void Sema::checkShapes(const CallExpr &call) {
  struct Known {
    uint64_t value;
    StringRef place;
  };
  llvm::DenseMap<const VarDecl *, Known> known;
  for (auto [arg, param] : llvm::zip(call.args, call.callee->params)) {
    const auto *range = dyn_cast<SliceRangeExpr>(arg);
    const VarDecl *shaped = getShaped(arg);
    for (auto [index, size] : llvm::enumerate(param->shape)) {
      std::optional<uint64_t> value;
      StringRef place = arg->range;
      if (param->shape.size() == 1) {
        value = getKnownLength(arg);
      } else if (shaped) {
        if (!shaped->shape[index].name)
          value = shaped->shape[index].count;
      } else {
        value = getConstantSize(range->sizes[index]);
        place = range->sizes[index]->range;
      }
      if (!value)
        continue;
      uint64_t wanted = size.count;
      StringRef other;
      if (size.name) {
        auto [it, isNew] = known.try_emplace(size.name, Known{*value, place});
        wanted = it->second.value;
        other = it->second.place;
      }
      if (*value == wanted)
        continue;
      std::string what = size.name
                             ? "'" + size.name->name.str() + "' is "
                             : "size " + std::to_string(index + 1) + " is ";
      auto report = diags.report(place, diag::shape_mismatch,
                                 what + std::to_string(*value) + " here, not " +
                                     std::to_string(wanted));
      if (!other.empty())
        report.note(DiagnosticEngine::rangeOf(other), "the other size is here");
      report.note(DiagnosticEngine::rangeOf(param->name),
                  "the parameter is declared here");
      return;
    }
  }
}

/// Reports \p what, which may not stand in a tile; true if it is in one.
bool Sema::refuseInTile(StringRef place, const llvm::Twine &what) {
  if (!function || !function->isTile)
    return false;
  diags.report(place, diag::not_in_tile, what.str());
  return true;
}

/// Reports a call that a tile may not make.
void Sema::checkTileCall(const CallExpr *expr) {
  if (!function || !function->isTile)
    return;
  if (expr->callee && !expr->callee->isTile)
    diags
        .report(expr->range, diag::not_in_tile,
                "a call of '" + expr->callee->name.str() + "'")
        .note(DiagnosticEngine::rangeOf(expr->callee->name),
              "it is a function; a tile calls tiles only");
  if (expr->builtin && expr->builtin->lowering != BuiltinLowering::Intrinsic &&
      expr->builtin->module != "math")
    diags
        .report(expr->range, diag::not_in_tile,
                "a call of '" + expr->builtin->getFullName() + "'")
        .note("a tile may call the functions of 'math' and 'bits'");
}
