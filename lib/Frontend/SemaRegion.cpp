//===- SemaRegion.cpp - regions -------------------------------------------===//
//
// A region is a block's own memory: `slice` takes from it, and it is given back
// as a whole at the end of the block.  Its handle can be passed to functions
// but not kept (REG-3), so that no handle outlives its region; the slices are
// the business of the checker of lifetimes.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

using namespace flux;
using llvm::StringRef;

const Type *Sema::resolveParamType(TypeExpr *expr) {
  if (expr && expr->kind == TypeExpr::Named && expr->name == "region")
    return types.getRegion();
  return resolveType(expr);
}

bool Sema::checkRegion(RegionStmt *stmt) {
  expect(stmt->size, types.getI64(), "the size of the region");
  ScopeMark scope = pushScope();
  stmt->var->type = types.getRegion();
  declareVar(stmt->var);
  regions.push_back(stmt->var);
  bool reachesEnd = checkBlock(*stmt->body);
  regions.pop_back();
  popScope(scope);
  return reachesEnd;
}

/// Memory that outlives a turn without being state (EFF-1).
VarDecl *Sema::useRegion(StringRef place, RegionDecl &decl) {
  noteEffect(place, effect::MEMORY,
             context.copyString("the region '" + decl.name.str() + "'"));
  return decl.var;
}

bool Sema::checkSliceRegion(CallExpr *call) {
  StringRef name = call->region;
  if (name == "turn")
    return true;
  if (name.empty()) {
    if (!regions.empty())
      call->regionVar = regions.back();
    return true;
  }
  VarDecl *var = lookupVar(name);
  if (var && var->type && var->type->isRegion()) {
    call->regionVar = var;
    return true;
  }
  if (var && var->type && var->type->isError())
    return false;
  const ModuleName *entry = var ? nullptr : lookupModuleName(name);
  if (entry && entry->kind == ModuleName::Region) {
    call->regionVar = useRegion(name, *static_cast<RegionDecl *>(entry->decl));
    return true;
  }
  auto report = diags.report(name, diag::unknown_region, name);
  if (var)
    report.note(DiagnosticEngine::rangeOf(var->name), "it is declared here");
  llvm::SmallVector<StringRef> candidates = {"turn"};
  for (VarDecl *other : visible)
    if (other->type && other->type->isRegion())
      candidates.push_back(other->name);
  for (RegionDecl *decl : module.regions)
    candidates.push_back(decl->name);
  if (StringRef near = findNearMiss(name, candidates); !near.empty())
    offerName(report, diags, name, near);
  return false;
}
