//===- Effects.cpp - what functions need, and what they state -------------===//
//
// Effects are a fixed point over the graph of calls: what a function needs is
// what it uses itself and what all that it calls need.  A statement that is too
// small would hide authority, and one that is too large would ask for authority
// that nobody needs, so both are errors, and each comes with the way of calls
// that shows why.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Effects.h"
#include "flux/Frontend/AST.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

std::string flux::getEffectNames(EffectSet effects, StringRef separator) {
  std::string names;
  for (size_t i = 0; i != capabilityNames.size(); ++i) {
    if (!(effects >> i & 1))
      continue;
    if (!names.empty())
      names += separator;
    names += capabilityNames[i];
  }
  return names;
}

EffectSet flux::findEffect(StringRef word) {
  const auto *it = llvm::find(capabilityNames, word);
  return it == capabilityNames.end()
             ? 0
             : EffectSet(1u << (it - capabilityNames.begin()));
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

void EffectGraph::add(const FunctionDecl *function, EffectUse use) {
  auto [it, isNew] = indices.try_emplace(function, unsigned(bodies.size()));
  if (isNew)
    bodies.push_back({function, {}, 0, {}});
  Body &body = bodies[it->second];
  if (!use.callee || body.callees.insert(use.callee).second)
    body.uses.push_back(use);
}

const EffectGraph::Body *EffectGraph::find(const FunctionDecl *function) const {
  auto it = indices.find(function);
  return it == indices.end() ? nullptr : &bodies[it->second];
}

EffectSet EffectGraph::getEffects(const FunctionDecl *function) const {
  const Body *body = find(function);
  return body ? body->effects : EffectSet(0);
}

bool EffectGraph::isRecursive(const FunctionDecl *function) const {
  llvm::SmallVector<const FunctionDecl *> work = {function};
  llvm::DenseSet<const FunctionDecl *> seen;
  while (!work.empty()) {
    const Body *body = find(work.pop_back_val());
    if (!body)
      continue;
    for (const EffectUse &use : body->uses) {
      if (use.callee == function)
        return true;
      if (use.callee && seen.insert(use.callee).second)
        work.push_back(use.callee);
    }
  }
  return false;
}

void EffectGraph::solve() {
  std::vector<std::vector<unsigned>> callers(bodies.size());
  std::vector<unsigned> changed;
  for (auto [index, body] : llvm::enumerate(bodies)) {
    body.effects = 0;
    for (const EffectUse &use : body.uses) {
      if (!use.callee && !use.oneOf)
        body.effects |= use.flags;
      if (auto it = indices.find(use.callee); use.callee && it != indices.end())
        callers[it->second].push_back(unsigned(index));
    }
    if (body.effects)
      changed.push_back(unsigned(index));
  }
  // Sets only grow, by eleven flags at most.
  while (!changed.empty()) {
    unsigned callee = changed.back();
    changed.pop_back();
    for (unsigned caller : callers[callee]) {
      EffectSet effects = bodies[caller].effects | bodies[callee].effects;
      if (effects == bodies[caller].effects)
        continue;
      bodies[caller].effects = effects;
      changed.push_back(caller);
    }
  }
}

std::vector<const EffectUse *> EffectGraph::findWay(const Body &start,
                                                    EffectSet flag) const {
  struct Step {
    const Body *body;
    size_t previous;
    const EffectUse *call;
  };
  std::vector<Step> steps = {{&start, 0, nullptr}};
  llvm::DenseSet<const Body *> seen = {&start};
  for (size_t i = 0; i < steps.size(); ++i) {
    const Body &body = *steps[i].body;
    for (const EffectUse &use : body.uses) {
      if (use.callee) {
        const Body *callee = find(use.callee);
        if (callee && (callee->effects & flag) && seen.insert(callee).second)
          steps.push_back({callee, i, &use});
        continue;
      }
      if (!(use.flags & flag))
        continue;
      std::vector<const EffectUse *> way = {&use};
      for (size_t at = i; steps[at].call; at = steps[at].previous)
        way.push_back(steps[at].call);
      std::reverse(way.begin(), way.end());
      return way;
    }
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

namespace {

class Checker {
public:
  Checker(const EffectGraph &graph, DiagnosticEngine &diags)
      : graph(graph), diags(diags) {}
  /// \p mustState: that nothing is stated means that nothing is needed.
  void checkFunction(const FunctionDecl &function, bool mustState);
  void checkAgent(const AgentDecl &agent);
  void checkLimit(const EffectLimit &limit);

private:
  void explain(DiagnosticBuilder &report, const EffectGraph::Body &body,
               EffectSet flag, bool skipFirst);
  void checkUse(const AgentDecl &agent, const EffectUse &use);

  const EffectGraph &graph;
  DiagnosticEngine &diags;
  unsigned numExplained = 0;
};

} // namespace

/// Adds the way from \p body to what needs \p flag as notes.
void Checker::explain(DiagnosticBuilder &report, const EffectGraph::Body &body,
                      EffectSet flag, bool skipFirst) {
  constexpr size_t maxCalls = 8;
  constexpr unsigned maxExplained = 100; // each looks through the whole graph
  if (++numExplained > maxExplained)
    return;
  std::vector<const EffectUse *> way = graph.findWay(body, flag);
  const FunctionDecl *caller = body.function;
  for (auto [number, use] : llvm::enumerate(way)) {
    llvm::SMRange range = DiagnosticEngine::rangeOf(use->place);
    if (!use->callee) {
      report.note(range, "'" + use->what + "' needs " + getEffectNames(flag));
      return;
    }
    bool shown = number < maxCalls || number + 2 >= way.size();
    if (number == maxCalls && !shown)
      report.note("... and " + llvm::Twine(way.size() - maxCalls - 2) +
                  " more calls");
    if (shown && !(skipFirst && number == 0))
      report.note(range,
                  (caller ? "'" + caller->name + "' calls '" : "calls '") +
                      use->callee->name + "' here");
    caller = use->callee;
  }
}

/// What to delete so that \p word no longer stands in its list.
static StringRef getListEntry(StringRef word, llvm::ArrayRef<StringRef> words,
                              StringRef whole) {
  if (words.size() == 1)
    return whole;
  if (word.begin() == words.back().begin())
    return StringRef(words[words.size() - 2].end(),
                     word.end() - words[words.size() - 2].end());
  const auto *it = llvm::find_if(
      words, [&](StringRef other) { return other.begin() == word.begin(); });
  return StringRef(word.begin(), it[1].begin() - word.begin());
}

void Checker::checkFunction(const FunctionDecl &function, bool mustState) {
  if (function.testNumber || !(function.statesEffects || mustState))
    return;
  const EffectGraph::Body *body = graph.find(&function);
  EffectSet needed = body ? body->effects : EffectSet(0);
  if (EffectSet missing = needed & ~function.statedEffects) {
    auto report = diags.report(function.name, diag::unstated_effect,
                               function.name, getEffectNames(missing));
    for (size_t i = 0; i != capabilityNames.size(); ++i)
      if (missing >> i & 1)
        explain(report, *body, EffectSet(1u << i), /*skipFirst=*/false);
    bool isFirst = function.effectWords.empty();
    auto end = llvm::SMLoc::getFromPointer(
        isFirst ? function.range.end() : function.effectWords.back().end());
    if (isFirst && function.statesEffects) // `uses none`
      report.fixIt(DiagnosticEngine::rangeOf(function.usesRange),
                   "uses " + getEffectNames(missing));
    else
      report.fixIt({end, end},
                   (isFirst ? " uses " : ", ") + getEffectNames(missing));
  }
  for (StringRef word : function.effectWords)
    if (!(findEffect(word) & needed))
      diags.report(word, diag::unneeded_effect, function.name, word)
          .fixIt(DiagnosticEngine::rangeOf(getListEntry(
                     word, function.effectWords, function.usesRange)),
                 "");
}

/// Each step that needs more than the agent may do is an error (STEP-6).
void Checker::checkUse(const AgentDecl &agent, const EffectUse &use) {
  if (use.callee) {
    const EffectGraph::Body *callee = graph.find(use.callee);
    EffectSet missing = callee ? callee->effects & ~agent.capabilities : 0;
    for (size_t i = 0; i != capabilityNames.size(); ++i) {
      if (!(missing >> i & 1))
        continue;
      auto report =
          diags.report(use.place, diag::missing_capability, capabilityNames[i]);
      explain(report, *callee, EffectSet(1u << i), /*skipFirst=*/false);
    }
    return;
  }
  if (use.oneOf ? use.flags & agent.capabilities
                : !(use.flags & ~agent.capabilities))
    return;
  EffectSet missing = use.flags & ~agent.capabilities;
  diags.report(use.place, diag::missing_capability,
               getEffectNames(missing, use.oneOf ? "' or '" : "', '"));
}

void Checker::checkAgent(const AgentDecl &agent) {
  if (!agent.hasCapabilities)
    return;
  EffectSet needed = 0;
  if (const EffectGraph::Body *body = graph.find(nullptr)) {
    needed = body->effects;
    for (const EffectUse &use : body->uses) {
      checkUse(agent, use);
      if (use.oneOf)
        needed |= use.flags & agent.capabilities;
    }
  }
  for (StringRef word : agent.capabilityWords)
    if (findEffect(word) & ~needed)
      diags.report(word, diag::unneeded_capability, word)
          .note("an agent has the least authority that it needs; "
                "'--emit=authority' tells which lines need what");
}

/// The functions that are in a cycle of calls, or from which one is reached.
static llvm::DenseSet<const FunctionDecl *>
findCycles(const EffectGraph &graph) {
  llvm::DenseMap<const FunctionDecl *, unsigned> numCallees;
  llvm::DenseMap<const FunctionDecl *,
                 llvm::SmallVector<const FunctionDecl *, 2>>
      callers;
  llvm::SmallVector<const FunctionDecl *> leaves;
  llvm::DenseSet<const FunctionDecl *> left;
  for (const EffectGraph::Body &body : graph.getBodies()) {
    left.insert(body.function);
    unsigned &count = numCallees[body.function];
    for (const EffectUse &use : body.uses)
      if (use.callee && graph.find(use.callee)) {
        ++count;
        callers[use.callee].push_back(body.function);
      }
    if (count == 0)
      leaves.push_back(body.function);
  }
  while (!leaves.empty()) {
    const FunctionDecl *leaf = leaves.pop_back_val();
    left.erase(leaf);
    for (const FunctionDecl *caller : callers[leaf])
      if (--numCallees[caller] == 0)
        leaves.push_back(caller);
  }
  return left;
}

/// A function that becomes a value of a type that states less than it needs.
void Checker::checkLimit(const EffectLimit &limit) {
  const EffectGraph::Body *body = graph.find(limit.function);
  EffectSet missing = body ? body->effects & ~limit.allowed : 0;
  if (!missing)
    return;
  auto report = diags.report(limit.place, diag::function_effects,
                             limit.function->name, getEffectNames(missing));
  for (size_t i = 0; i != capabilityNames.size(); ++i)
    if (missing >> i & 1)
      explain(report, *body, EffectSet(1u << i), /*skipFirst=*/false);
}

void flux::checkEffects(llvm::ArrayRef<Module *> modules, EffectGraph &graph,
                        DiagnosticEngine &diags) {
  graph.solve();
  Checker checker(graph, diags);
  const llvm::DenseSet<const FunctionDecl *> cycles = findCycles(graph);
  for (const Module *module : modules) {
    llvm::DenseSet<StringRef> exports(module->exports.begin(),
                                      module->exports.end());
    for (const FunctionDecl *function : module->functions) {
      checker.checkFunction(*function, function->isTile ||
                                           exports.contains(function->name));
      if (function->isTile && cycles.contains(function) &&
          graph.isRecursive(function))
        diags.report(function->name, diag::recursive_tile, function->name);
    }
    if (module->agent)
      checker.checkAgent(*module->agent);
  }
  for (const EffectLimit &limit : graph.getLimits())
    checker.checkLimit(limit);
}
