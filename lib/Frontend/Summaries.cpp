//===- Summaries.cpp - lifetimes across calls -----------------------------===//
//
// What a function does to the lifetimes of its arguments is computed once, not
// at each call: callees come before their callers, functions that call each
// other are repeated until their summaries do not change.  Summaries only grow,
// and where many rounds were not enough, the worst is assumed, which is always
// sound.
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"
#include "flux/Frontend/Lexer.h"

using namespace flux;

LifetimeSummary flux::getWorstSummary(llvm::ArrayRef<bool> paramsHaveCells,
                                      bool resultHasCells) {
  constexpr Lifetime worst = {Lifetime::Turn, ~uint64_t(0)};
  LifetimeSummary summary;
  summary.result = worst;
  bool anyCells = resultHasCells;
  for (bool hasCells : paramsHaveCells) {
    summary.stored.push_back(worst);
    summary.classOf.push_back(hasCells ? 0 : LifetimeSummary::none);
    anyCells |= hasCells;
  }
  if (resultHasCells)
    summary.resultClass = 0;
  if (anyCells)
    summary.classes.push_back(worst);
  return summary;
}

namespace {

class SummaryComputation {
public:
  SummaryComputation(llvm::ArrayRef<Module *> modules, DiagnosticEngine &diags)
      : modules(modules), diags(diags) {}
  void run();

private:
  struct Entry {
    const FunctionDecl *decl;
    llvm::SmallVector<unsigned, 4> callees, callers;
    unsigned rounds = 0;
    bool isQueued = false;
    bool mayReport = false; ///< some error is possible
  };

  void addFunctions();
  void findCallees();
  std::vector<unsigned> getOrder() const;
  void propagate();
  void analyze(LifetimeAnalysis &analysis, const FunctionDecl &decl);
  void checkAgent(const AgentDecl &agent);

  llvm::ArrayRef<Module *> modules;
  DiagnosticEngine &diags;
  ReferenceTraits traits;
  std::vector<Entry> entries;
  llvm::DenseMap<const FunctionDecl *, unsigned> numbers;
  SummaryMap summaries;
};

} // namespace

void SummaryComputation::analyze(LifetimeAnalysis &analysis,
                                 const FunctionDecl &decl) {
  analysis.run(*decl.body, decl.params, decl.resultType);
}

void SummaryComputation::addFunctions() {
  // Generic bodies first: their type parameters may lead to anything, so that
  // what is wrong in an instance was wrong there.
  for (const Module *module : modules)
    for (const auto *list : {&module->functions, &module->functionInstances})
      for (const FunctionDecl *decl : *list) {
        if (!decl->body || decl->hasErrors)
          continue;
        numbers[decl] = unsigned(entries.size());
        summaries[decl];
        entries.push_back({decl, {}, {}});
      }
}

/// The first round: who calls whom, and what can be reported at all.
void SummaryComputation::findCallees() {
  for (auto [number, entry] : llvm::enumerate(entries)) {
    LifetimeAnalysis analysis(traits, summaries);
    analyze(analysis, *entry.decl);
    for (const FunctionDecl *callee : analysis.getCallees()) {
      auto it = numbers.find(callee);
      if (it == numbers.end() || llvm::is_contained(entry.callees, it->second))
        continue;
      entry.callees.push_back(it->second);
      entries[it->second].callers.push_back(unsigned(number));
    }
  }
}

/// Callees before callers, as far as there are no cycles.
std::vector<unsigned> SummaryComputation::getOrder() const {
  std::vector<unsigned> order;
  std::vector<bool> seen(entries.size());
  llvm::SmallVector<std::pair<unsigned, unsigned>> stack;
  for (unsigned root = 0; root < entries.size(); ++root) {
    if (seen[root])
      continue;
    seen[root] = true;
    stack.push_back({root, 0});
    while (!stack.empty()) {
      auto &[number, next] = stack.back();
      llvm::ArrayRef<unsigned> callees = entries[number].callees;
      if (next == callees.size()) {
        order.push_back(number);
        stack.pop_back();
        continue;
      }
      unsigned callee = callees[next++];
      if (!seen[callee]) {
        seen[callee] = true;
        stack.push_back({callee, 0});
      }
    }
  }
  return order;
}

void SummaryComputation::propagate() {
  constexpr unsigned maxRounds = 16;
  std::vector<unsigned> work = getOrder();
  std::reverse(work.begin(), work.end());
  for (unsigned number : work)
    entries[number].isQueued = true;
  while (!work.empty()) {
    unsigned number = work.back();
    work.pop_back();
    Entry &entry = entries[number];
    entry.isQueued = false;
    if (entry.rounds > maxRounds)
      continue; // the worst is assumed already
    LifetimeAnalysis analysis(traits, summaries);
    analyze(analysis, *entry.decl);
    entry.mayReport = analysis.hasSites();
    LifetimeSummary summary = analysis.summarize();
    if (++entry.rounds > maxRounds) {
      llvm::SmallVector<bool> cells;
      for (const VarDecl *param : entry.decl->params)
        cells.push_back(traits.hasCells(param->type));
      summary = getWorstSummary(cells, traits.hasCells(entry.decl->resultType));
    }
    LifetimeSummary &known = summaries[entry.decl];
    if (summary == known)
      continue;
    known = std::move(summary);
    for (unsigned caller : entry.callers)
      if (!entries[caller].isQueued) {
        entries[caller].isQueued = true;
        work.push_back(caller);
      }
  }
}

void SummaryComputation::run() {
  addFunctions();
  findCallees();
  propagate();
  llvm::DenseSet<const FunctionDecl *> reported;
  for (const Entry &entry : entries) {
    const FunctionDecl &decl = *entry.decl;
    if (!entry.mayReport || reported.contains(decl.pattern))
      continue;
    unsigned errors = diags.getNumErrors();
    LifetimeAnalysis analysis(traits, summaries);
    analyze(analysis, decl);
    analysis.report(diags);
    if (diags.getNumErrors() == errors)
      continue;
    reported.insert(&decl);
    if (decl.pattern)
      diags.report(decl.generics.place, diag::instance_made_here,
                   shorten(decl.generics.displayName, 60));
  }
  for (const Module *module : modules)
    if (module->agent && !module->agent->hasErrors)
      checkAgent(*module->agent);
}

void SummaryComputation::checkAgent(const AgentDecl &agent) {
  for (const Block *block : {agent.init, agent.loop}) {
    if (!block)
      continue;
    LifetimeAnalysis analysis(traits, summaries);
    analysis.run(*block, {}, nullptr);
    analysis.report(diags);
  }
}

void flux::checkLifetimes(llvm::ArrayRef<Module *> modules,
                          DiagnosticEngine &diags) {
  SummaryComputation(modules, diags).run();
}
