//===- Intrinsics.cpp - what fir.intrinsic may name -----------------------===//
//
// The functions of Builtins.def keep their one definition: their signatures,
// written in the language's syntax, are read here to check operands and
// results, and their lowering class tells whether they have effects.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Frontend/Builtins.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace flux;
using namespace flux::fir;

namespace {
struct Intrinsic {
  llvm::StringRef signature; ///< empty: there is no such function
  bool isPure = false;
};
} // namespace

static Intrinsic lookup(llvm::StringRef name) {
  constexpr auto Special = BuiltinLowering::Special,
                 Runtime = BuiltinLowering::Runtime,
                 RuntimeTraps = BuiltinLowering::RuntimeTraps,
                 Intrinsic = BuiltinLowering::Intrinsic;
  return llvm::StringSwitch<::Intrinsic>(name)
      .Case("print.i64", {"(value: i64, error: bool)"})
      .Case("print.u64", {"(value: u64, error: bool)"})
      .Case("print.f32", {"(value: f32, error: bool)"})
      .Case("print.f64", {"(value: f64, error: bool)"})
      .Case("print.bool", {"(value: bool, error: bool)"})
      .Case("print.str", {"(value: str, error: bool)"})
      .Case("agent.turn_end", {"()"})
      .Case("hash.str", {"(value: str) -> u64"})
      .Case("memory.copy", {"(to: [var u8], from: [u8])"})
      .Case("math.abs", {"(x: float) -> float", true})
#define BUILTIN(MODULE, NAME, SIGNATURE, LOWERING, EFFECTS, DOC)               \
  .Case(MODULE "." NAME, LOWERING == Special                                   \
                             ? ::Intrinsic()                                   \
                             : ::Intrinsic{SIGNATURE, LOWERING == Intrinsic})
#include "flux/Frontend/Builtins.def"
      .Default({});
}

/// True if \p type is what \p word of a signature means; \p generic is the type
/// that `int`, `float` and `num` stand for, null before the first.
static bool matches(llvm::StringRef word, Type type, Type &generic) {
  if (word == "[u8]" || word == "[var u8]") {
    auto slice = dyn_cast<SliceType>(type);
    return slice && slice.getElement().isInteger(8);
  }
  if (word == "int" || word == "float" || word == "num") {
    bool ofClass = (word != "float" && isa<IntegerType>(type)) ||
                   (word != "int" && isa<FloatType>(type));
    if (!generic)
      generic = type;
    return ofClass && type == generic;
  }
  return llvm::StringSwitch<bool>(word)
      .Cases({"i64", "u64"}, type.isInteger(64))
      .Case("i32", type.isInteger(32))
      .Case("bool", type.isInteger(1))
      .Case("f32", type.isF32())
      .Case("f64", type.isF64())
      .Case("str", isa<StrType>(type))
      .Default(false);
}

LogicalResult IntrinsicOp::verify() {
  llvm::StringRef signature = lookup(getName()).signature;
  if (signature.empty())
    return emitOpError("'") << getName() << "' is not a built-in function";

  auto [params, result] = signature.split(" -> ");
  llvm::SmallVector<llvm::StringRef, 4> words;
  params.drop_front().drop_back().split(words, ", ", -1, /*KeepEmpty=*/false);
  bool hasResult = !result.empty() && result != "never";
  Type generic;
  bool ok =
      words.size() == getArgs().size() &&
      getResults().size() == size_t(hasResult) &&
      llvm::all_of_zip(words, getArgs().getTypes(),
                       [&](llvm::StringRef word, Type type) {
                         return matches(word.split(": ").second, type, generic);
                       }) &&
      (!hasResult || matches(result, getResults()[0].getType(), generic));
  if (ok)
    return success();
  return emitOpError("'") << getName() << "' is used as "
                          << FunctionType::get(getContext(),
                                               getArgs().getTypes(),
                                               getResults().getTypes())
                          << ", but it is '" << signature << "'";
}

void IntrinsicOp::getEffects(
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  if (lookup(getName()).isPure)
    return;
  effects.emplace_back(MemoryEffects::Read::get());
  effects.emplace_back(MemoryEffects::Write::get());
}
