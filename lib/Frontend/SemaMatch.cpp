//===- SemaMatch.cpp - exhaustive match -----------------------------------===//
//
// A match has an arm for every value and no arm for none (MATCH-2, MATCH-3).
// Integers and bools are checked as sets of intervals, which also tells the
// lowering which values an arm is the first to match, so that arms can become
// a switch in any order.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringSet.h"
#include <map>

using namespace flux;
using llvm::StringRef;

namespace {

using Interval = std::pair<__int128, __int128>; // both ends belong to it

/// A set of integers.
class IntervalSet {
public:
  /// Adds \p interval and returns the parts that were not in the set.
  llvm::SmallVector<Interval, 1> add(Interval interval);
  /// The parts of \p whole that are not in the set.
  llvm::SmallVector<Interval, 1> getMissing(Interval whole) const;

private:
  std::map<__int128, __int128> parts; ///< disjoint: first to last
};

} // namespace

llvm::SmallVector<Interval, 1> IntervalSet::getMissing(Interval whole) const {
  llvm::SmallVector<Interval, 1> missing;
  __int128 next = whole.first;
  auto it = parts.upper_bound(next);
  if (it != parts.begin())
    --it;
  for (; it != parts.end() && it->first <= whole.second; ++it) {
    if (it->second < next)
      continue;
    if (it->first > next)
      missing.push_back({next, it->first - 1});
    next = it->second + 1;
  }
  if (next <= whole.second)
    missing.push_back({next, whole.second});
  return missing;
}

llvm::SmallVector<Interval, 1> IntervalSet::add(Interval interval) {
  llvm::SmallVector<Interval, 1> added = getMissing(interval);
  for (Interval part : added)
    parts[part.first] = part.second;
  return added;
}

static std::string spell(__int128 value) {
  // All values fit into 65 bits.
  return value < 0 ? std::to_string(int64_t(value))
                   : std::to_string(uint64_t(value));
}

static std::string spell(Interval interval) {
  if (interval.first == interval.second)
    return spell(interval.first);
  return spell(interval.first) + "..=" + spell(interval.second);
}

/// The first of \p names, quoted, and how many there are more.
static std::string join(llvm::ArrayRef<std::string> names) {
  constexpr size_t maxNames = 8;
  std::string text;
  for (const std::string &name : names.take_front(maxNames))
    text += (text.empty() ? "'" : ", '") + name + "'";
  if (names.size() > maxNames)
    text += " and " + std::to_string(names.size() - maxNames) + " more";
  return text;
}

namespace flux {

/// The patterns of one match, arm by arm.
class MatchChecker {
public:
  MatchChecker(Sema &sema, const Type *type)
      : sema(sema), diags(sema.diags), type(type),
        variants(type->isEnum() ? type->enumDecl->variants.size() : 0) {}
  void check(Pattern &pattern, bool isAlternative);
  /// True if every pattern was understood.
  bool isComplete() const { return !isBroken; }
  /// What no arm matches, for messages; empty if nothing.
  std::string getMissing() const;

private:
  void checkVariant(Pattern &pattern, bool isAlternative);
  void checkInterval(Pattern &pattern);
  void checkString(Pattern &pattern);
  void reportKind(const Pattern &pattern);
  std::optional<ConstValue> evaluate(Expr *expr);
  void reportUnreachable(const Pattern &pattern) {
    diags.report(pattern.range, diag::unreachable_arm,
                 "'" + pattern.range.str() + "'");
  }

  Sema &sema;
  DiagnosticEngine &diags;
  const Type *type;
  llvm::BitVector variants;
  IntervalSet intervals;
  llvm::StringSet<> strings;
  bool isBroken = false; ///< a pattern was reported
};

} // namespace flux

void MatchChecker::reportKind(const Pattern &pattern) {
  isBroken = true;
  auto report = diags.report(pattern.range, diag::pattern_kind, type->str());
  if (type->isEnum())
    report.note("the patterns of an enum are its variants");
  else if (type->isBool())
    report.note("the patterns of a bool are 'true' and 'false'");
  else if (pattern.kind == Pattern::Range)
    report.note("ranges are patterns of integers");
  else
    report.note("its patterns are literals and constants");
}

std::optional<ConstValue> MatchChecker::evaluate(Expr *expr) {
  if (sema.expect(expr, type, "the pattern"))
    if (std::optional<ConstValue> value = sema.evaluate(expr))
      return value;
  isBroken = true;
  return std::nullopt;
}

void MatchChecker::checkVariant(Pattern &pattern, bool isAlternative) {
  if (pattern.kind != Pattern::Name)
    return reportKind(pattern);
  const EnumDecl &decl = *type->enumDecl;
  const VariantDecl *variant = sema.findVariant(decl, pattern.name);
  isBroken |= !variant;
  if (!variant)
    return;
  size_t count = variant->fields.size();
  if (pattern.hasBindings && pattern.bindings.size() != count) {
    isBroken = true;
    auto report =
        diags.report(pattern.range, diag::variant_fields, variant->name, count,
                     count == 1 ? "" : "s", pattern.bindings.size());
    if (count == 0)
      report.note("write '" + variant->name + "' alone");
  } else {
    for (auto [var, field] : llvm::zip(pattern.bindings, variant->fields)) {
      var->type = field.type;
      if (!isAlternative || var->name == "_")
        continue;
      diags.report(var->name, diag::binding_in_alternative, var->name)
          .note("bind it to '_', or write an arm for each variant");
    }
  }
  pattern.variant = variant - decl.variants.data();
  if (variants.test(pattern.variant))
    reportUnreachable(pattern);
  variants.set(pattern.variant);
}

void MatchChecker::checkInterval(Pattern &pattern) {
  if (pattern.hasBindings || (type->isBool() && pattern.kind != Pattern::Value))
    return reportKind(pattern);
  std::optional<ConstValue> low = evaluate(pattern.low);
  std::optional<ConstValue> high = low;
  if (pattern.kind == Pattern::Range)
    high = evaluate(pattern.high);
  if (!low || !high)
    return;
  bool isOpen = pattern.kind == Pattern::Range && !pattern.inclusive;
  Interval interval = {low->intValue, high->intValue - isOpen};
  if (interval.first > interval.second) {
    isBroken = true;
    diags.report(pattern.range, diag::empty_range, pattern.range);
    return;
  }
  llvm::SmallVector<Interval, 1> added = intervals.add(interval);
  if (added.empty())
    reportUnreachable(pattern);
  pattern.intervals = sema.context.copy(llvm::ArrayRef<Interval>(added));
}

void MatchChecker::checkString(Pattern &pattern) {
  if (pattern.hasBindings || pattern.kind == Pattern::Range)
    return reportKind(pattern);
  std::optional<ConstValue> value = evaluate(pattern.low);
  if (!value)
    return;
  pattern.strValue = value->strValue;
  if (!strings.insert(value->strValue).second)
    reportUnreachable(pattern);
}

void MatchChecker::check(Pattern &pattern, bool isAlternative) {
  for (VarDecl *var : pattern.bindings)
    var->type = sema.types.getError();
  if (type->isEnum())
    checkVariant(pattern, isAlternative);
  else if (type->isInt() || type->isBool())
    checkInterval(pattern);
  else if (type->isStr())
    checkString(pattern);
}

std::string MatchChecker::getMissing() const {
  if (isBroken || type->isError())
    return "";
  std::vector<std::string> names;
  if (type->isEnum()) {
    for (auto [index, variant] : llvm::enumerate(type->enumDecl->variants))
      if (!variants.test(index))
        names.push_back(variant.name.str());
  } else if (type->isBool()) {
    for (Interval part : intervals.getMissing({0, 1}))
      for (__int128 i = part.first; i <= part.second; ++i)
        names.push_back(i ? "true" : "false");
  } else if (type->isInt()) {
    __int128 one = 1;
    __int128 low = type->isSigned ? -(one << (type->width - 1)) : 0;
    __int128 high = (one << (type->width - type->isSigned)) - 1;
    for (Interval part : intervals.getMissing({low, high}))
      names.push_back(spell(part));
  } else {
    return "all other strings";
  }
  return join(names);
}

bool Sema::checkMatch(MatchStmt *stmt) {
  const Type *type = check(stmt->subject);
  if (type->isVoid())
    diags.report(stmt->subject->range, diag::no_value);
  else if (!type->isError() && !type->isEnum() && !type->isInt() &&
           !type->isBool() && !type->isStr())
    diags.report(stmt->subject->range, diag::match_subject, type->str());
  if (!type->isEnum() && !type->isInt() && !type->isBool() && !type->isStr())
    type = types.getError();
  MatchChecker checker(*this, type);
  bool reachesEnd = stmt->arms.empty() && !stmt->elseBlock;
  for (MatchArm &arm : stmt->arms) {
    ScopeMark scope = pushScope();
    for (Pattern &pattern : arm.patterns) {
      checker.check(pattern, arm.patterns.size() > 1);
      for (VarDecl *var : pattern.bindings) {
        frameBytes += var->type->getSize();
        declareVar(var);
      }
    }
    reachesEnd |= checkBlock(*arm.body);
    popScope(scope);
  }
  std::string missing = checker.getMissing();
  if (stmt->elseBlock) {
    if (missing.empty() && !type->isError() && checker.isComplete())
      diags
          .report(stmt->elseBlock->range.take_front(1), diag::unreachable_arm,
                  "'else'")
          .note("the arms before it match every value");
    reachesEnd |= checkBlock(*stmt->elseBlock);
  } else if (!missing.empty()) {
    diags.report(stmt->subject->range, diag::missing_arms, missing)
        .note("write an arm for each, or 'else { ... }' for the rest");
  }
  return reachesEnd;
}
