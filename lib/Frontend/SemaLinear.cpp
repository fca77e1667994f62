//===- SemaLinear.cpp - types whose values are used exactly once ----------===//
//
// Handles of the machine around the program, `linear struct`s and what contains
// one of them are linear (LIN-1).  Here are their types and who may make and
// end their values; Linear.cpp follows the values.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::StringRef;

const Type *Sema::resolveHandle(TypeExpr *expr) {
  constexpr int none = -1;
  int kind = llvm::StringSwitch<int>(expr->name)
                 .Case("agent", int(HandleKind::Agent))
                 .Case("bytecode", int(HandleKind::Bytecode))
                 .Case("capability", int(HandleKind::Capability))
                 .Case("device", int(HandleKind::Device))
                 .Case("reply", int(HandleKind::Reply))
                 .Default(none);
  if (kind == none)
    return nullptr;
  size_t wanted = kind == int(HandleKind::Bytecode) ? 0 : 1;
  if (expr->args.size() != wanted) {
    diags.report(expr->range, diag::type_argument_count, expr->name, wanted,
                 wanted == 1 ? "" : "s", expr->args.size());
    return types.getError();
  }
  const Type *element = nullptr;
  if (wanted) {
    llvm::SaveAndRestore behind(sliceDepth, sliceDepth + 1);
    element = resolveType(expr->args[0]);
    if (element->isError())
      return element;
  }
  return types.getHandle(HandleKind(kind), element);
}

void Sema::checkMaker(StringRef place, const StructDecl &decl, StringRef what) {
  if (decl.isLinear && decl.module != &module)
    diags.report(place, diag::linear_maker, decl.getDisplayName(), what);
}

const Type *Sema::checkDiscard(CallExpr *expr) {
  if (!checkArgCount(expr, 1))
    return types.getError();
  Expr *arg = expr->args[0];
  const Type *type = check(arg);
  if (type->isError())
    return type;
  if (type->isStruct() && type->decl->isLinear)
    checkMaker(arg->range, *type->decl, "discard");
  else if (!type->isHandle() || type->handle != HandleKind::Capability)
    diags.report(arg->range, diag::linear_discard, type->str());
  return types.getVoid();
}
