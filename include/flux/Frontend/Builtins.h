//===- Builtins.h - the table of built-in functions ------------*- C++ -*-===//
#ifndef FLUX_FRONTEND_BUILTINS_H
#define FLUX_FRONTEND_BUILTINS_H

#include "flux/Frontend/Effects.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace flux {

enum class BuiltinLowering : uint8_t {
  Special,
  Runtime,
  RuntimeTraps,
  Intrinsic,
};

/// One row of Builtins.def.
struct Builtin {
  llvm::StringLiteral module, name, signature;
  BuiltinLowering lowering;
  EffectSet effects;
  llvm::StringLiteral doc;
  /// "module.name", or "name" where there is no module.
  std::string getFullName() const {
    return module.empty() ? name.str() : module.str() + "." + name.str();
  }
};

llvm::ArrayRef<Builtin> getBuiltins();
/// Finds a function by module ("" for plain names) and name, or null.
const Builtin *findBuiltin(llvm::StringRef module, llvm::StringRef name);
/// True if some built-in function lives in \p module.
bool isBuiltinModule(llvm::StringRef module);
/// Writes the table as Markdown (`--print-builtins`, docs/builtins.md).
void printBuiltins(llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_BUILTINS_H
