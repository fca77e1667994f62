//===- Builtins.cpp - the table of built-in functions ---------------------===//
//
// Calls name built-in functions often, so the look-up is a hash table that is
// filled once from Builtins.def.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Builtins.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;

static constexpr Builtin builtins[] = {
#define BUILTIN(MODULE, NAME, SIGNATURE, LOWERING, EFFECTS, DOC)               \
  {MODULE, NAME, SIGNATURE, BuiltinLowering::LOWERING, effect::EFFECTS, DOC},
#include "flux/Frontend/Builtins.def"
};

llvm::ArrayRef<Builtin> flux::getBuiltins() { return builtins; }

const Builtin *flux::findBuiltin(llvm::StringRef module, llvm::StringRef name) {
  using Key = std::pair<llvm::StringRef, llvm::StringRef>;
  static const llvm::DenseMap<Key, const Builtin *> table = [] {
    llvm::DenseMap<Key, const Builtin *> map;
    for (const Builtin &builtin : builtins)
      map[{builtin.module, builtin.name}] = &builtin;
    return map;
  }();
  return table.lookup({module, name});
}

bool flux::isBuiltinModule(llvm::StringRef module) {
  return !module.empty() && llvm::any_of(builtins, [&](const Builtin &b) {
    return b.module == module;
  });
}

void flux::printBuiltins(llvm::raw_ostream &os) {
  os << "| function | what it does | needs |\n|---|---|---|\n";
  for (const Builtin &builtin : builtins)
    os << "| `" << builtin.getFullName() << builtin.signature << "` | "
       << builtin.doc << " | " << getEffectNames(builtin.effects) << " |\n";
}
