//===- TargetSpec.cpp - targets/*.json as structs -------------------------===//
//
// A target is data, so that a new one needs no code here.  The descriptions are
// part of the compiler's file, because it must work with no other file around.
// An entry that a description leaves out comes from the one that it inherits;
// abstract descriptions exist only for that.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/JSON.h"
#include <deque>
#include <vector>

using namespace flux;
using llvm::StringRef;

static constexpr StringRef targetFiles[] = {
#include "TargetFiles.inc"
};

namespace {

struct Registry {
  std::deque<TargetSpec> targets;
  std::vector<StringRef> names;
  std::deque<std::string> aliasTexts;
  std::vector<StringRef> aliases;
  std::vector<const TargetSpec *> aliasTargets; ///< of each alias

  Registry();
};

} // namespace

/// Takes from \p base what \p object leaves out, except for what belongs to one
/// description alone.
static void inherit(llvm::json::Object &object,
                    const llvm::json::Object &base) {
  for (const auto &[key, value] : base)
    if (key != "abstract" && key != "aliases" && key != "name")
      object.try_emplace(key, value);
}

Registry::Registry() {
  std::vector<std::pair<std::string, llvm::json::Object>> files;
  for (StringRef text : targetFiles) {
    llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
    if (!value || !value->getAsObject())
      llvm::report_fatal_error("malformed target description");
    llvm::json::Object object = std::move(*value->getAsObject());
    files.emplace_back(object.getString("name").value_or("").str(),
                       std::move(object));
  }

  for (auto &[name, object] : files) {
    if (object.getBoolean("abstract").value_or(false))
      continue;
    // Every round takes one step up; more steps than files would be a circle.
    for (size_t step = 0; step < files.size(); ++step) {
      std::optional<StringRef> parent = object.getString("inherits");
      if (!parent)
        break;
      auto base = llvm::find_if(
          files, [&](const auto &file) { return file.first == *parent; });
      if (base == files.end())
        llvm::report_fatal_error("a target inherits an unknown description");
      object.erase("inherits");
      inherit(object, base->second);
    }
    auto get = [&object = object](StringRef key) {
      return object.getString(key).value_or("").str();
    };
    const TargetSpec &target = targets.emplace_back(
        TargetSpec{name, get("triple"), get("cpu"), get("features"),
                   get("tune"), get("linker-emulation")});
    names.push_back(target.name);
    if (const llvm::json::Array *array = object.getArray("aliases"))
      for (const llvm::json::Value &alias : *array) {
        aliasTexts.push_back(alias.getAsString().value_or("").str());
        aliases.push_back(aliasTexts.back());
        aliasTargets.push_back(&target);
      }
  }
}

static const Registry &getRegistry() {
  static const Registry registry;
  return registry;
}

llvm::ArrayRef<llvm::StringLiteral> flux::getPlannedTargets() {
  static constexpr llvm::StringLiteral names[] = {
      "bytecode",      "c",      "arm64", "arm64-linux", "riscv64",
      "riscv64-linux", "wasm32",
  };
  return names;
}

llvm::ArrayRef<StringRef> flux::getTargetNames() { return getRegistry().names; }

llvm::ArrayRef<StringRef> flux::getTargetAliases() {
  return getRegistry().aliases;
}

const TargetSpec *flux::findTarget(StringRef name) {
  for (const TargetSpec &target : getRegistry().targets)
    if (target.name == name)
      return &target;
  const Registry &registry = getRegistry();
  for (auto [alias, target] :
       llvm::zip_equal(registry.aliases, registry.aliasTargets))
    if (alias == name)
      return target;
  return nullptr;
}
