//===- Authority.cpp - which line needs which authority -------------------===//
//
// Who reviews a program asks: what may it do, and why?  The report answers with
// lines of the document, and for each with the calls that lead there.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/AST.h"
#include "flux/Frontend/Effects.h"
#include "llvm/Support/JSON.h"

using namespace flux;
using llvm::StringRef;

namespace {

class Report {
public:
  Report(const Module &module, const EffectGraph &graph,
         const AuthorityPlaces &places)
      : module(module), places(places), needs(findAuthority(module, graph)) {}
  void print(llvm::raw_ostream &os) const;
  void printJSON(llvm::raw_ostream &os) const;

private:
  std::string locate(StringRef place) const {
    auto [file, line, column] = places.locate(place);
    return file + ":" + std::to_string(line);
  }
  static std::string getName(const FunctionDecl *function) {
    return qualify(function->module, function->name);
  }

  const Module &module;
  const AuthorityPlaces &places;
  std::vector<AuthorityNeed> needs;
};

} // namespace

bool AuthorityNeed::concerns(const Module &module, EffectSet flag) const {
  if (!((use->flags | optional) & flag))
    return false;
  const AgentDecl *agent = module.agent;
  return !use->oneOf || !agent || !agent->hasCapabilities ||
         (agent->capabilities & flag) || !(agent->capabilities & use->flags);
}

std::vector<AuthorityNeed> flux::findAuthority(const Module &module,
                                               const EffectGraph &graph) {
  std::vector<AuthorityNeed> needs;
  struct Step {
    const EffectGraph::Body *body;
    size_t previous;
    StringRef call; ///< empty: a beginning
  };
  std::vector<Step> steps;
  llvm::DenseSet<const EffectGraph::Body *> seen;
  auto enter = [&](const FunctionDecl *function, size_t previous,
                   StringRef call) {
    const EffectGraph::Body *body = graph.find(function);
    if (body && seen.insert(body).second)
      steps.push_back({body, previous, call});
  };
  if (module.main)
    enter(module.main, 0, "");
  else if (module.agent && (module.agent->init || module.agent->loop))
    enter(nullptr, 0, "");
  else
    for (const FunctionDecl *function : module.functions)
      if (!function->testNumber)
        enter(function, 0, "");

  for (size_t i = 0; i < steps.size(); ++i) {
    const EffectGraph::Body &body = *steps[i].body;
    for (const EffectUse &use : body.uses) {
      if (use.callee) {
        enter(use.callee, i, use.place);
        continue;
      }
      // A step that needs one of some flags and may use others besides is noted
      // with the larger set once more.
      if (!needs.empty() && use.oneOf && needs.back().use->oneOf &&
          needs.back().use->place.begin() == use.place.begin()) {
        needs.back().optional |= use.flags & ~needs.back().use->flags;
        continue;
      }
      AuthorityNeed need{&use, 0, body.function, {}};
      for (size_t at = i; !steps[at].call.empty(); at = steps[at].previous)
        need.calls.push_back(
            {steps[at].call, steps[steps[at].previous].body->function});
      needs.push_back(std::move(need));
    }
  }
  return needs;
}

void Report::print(llvm::raw_ostream &os) const {
  os << "authority of '" << module.title << "'\n";
  if (module.agent && module.agent->hasCapabilities)
    os << "capabilities: " << getEffectNames(module.agent->capabilities)
       << '\n';
  if (needs.empty())
    os << "\nnothing is needed\n";
  for (size_t i = 0; i != capabilityNames.size(); ++i) {
    EffectSet flag = EffectSet(1u << i);
    bool isFirst = true;
    for (const AuthorityNeed &need : needs) {
      if (!need.concerns(module, flag))
        continue;
      if (std::exchange(isFirst, false))
        os << '\n' << capabilityNames[i] << '\n';
      os << "  " << locate(need.use->place) << ": " << need.use->what;
      if (need.function) {
        os << " in " << getName(need.function);
      } else if (std::string where = places.describe(need.use->place);
                 !where.empty()) {
        os << ' ' << where;
      }
      if (need.optional & flag)
        os << " (may use it)";
      else if (need.use->oneOf)
        os << " (" << getEffectNames(need.use->flags, " or ") << ")";
      os << '\n';
      for (const AuthorityNeed::Call &call : need.calls) {
        os << "    called at " << locate(call.place);
        std::string where = call.caller ? "in " + getName(call.caller)
                                        : places.describe(call.place);
        if (!where.empty())
          os << ' ' << where;
        os << '\n';
      }
    }
  }
}

void Report::printJSON(llvm::raw_ostream &os) const {
  llvm::json::OStream json(os, 2);
  auto attributePlace = [&](StringRef place, const FunctionDecl *function) {
    auto [file, line, column] = places.locate(place);
    json.attribute("file", llvm::json::fixUTF8(file));
    json.attribute("line", line);
    json.attribute("column", column);
    if (function)
      json.attribute("function", llvm::json::fixUTF8(getName(function)));
    else
      json.attribute("step", llvm::json::fixUTF8(places.describe(place)));
  };
  auto attributeFlags = [&](StringRef name, EffectSet flags) {
    json.attributeArray(name, [&] {
      for (size_t i = 0; i != capabilityNames.size(); ++i)
        if (flags >> i & 1)
          json.value(capabilityNames[i]);
    });
  };
  json.object([&] {
    json.attribute("title", llvm::json::fixUTF8(module.title));
    if (module.agent && module.agent->hasCapabilities)
      attributeFlags("capabilities", EffectSet(module.agent->capabilities));
    json.attributeArray("needs", [&] {
      for (const AuthorityNeed &need : needs)
        json.object([&] {
          if (need.optional)
            attributeFlags("optional", need.optional);
          attributeFlags(need.use->oneOf ? "oneOf" : "flags", need.use->flags);
          json.attribute("what", llvm::json::fixUTF8(need.use->what));
          attributePlace(need.use->place, need.function);
          json.attributeArray("calls", [&] {
            for (const AuthorityNeed::Call &call : need.calls)
              json.object([&] { attributePlace(call.place, call.caller); });
          });
        });
    });
  });
  os << '\n';
}

void flux::printAuthority(const Module &module, const EffectGraph &graph,
                          const AuthorityPlaces &places,
                          llvm::raw_ostream &os) {
  Report(module, graph, places).print(os);
}

void flux::printAuthorityJSON(const Module &module, const EffectGraph &graph,
                              const AuthorityPlaces &places,
                              llvm::raw_ostream &os) {
  Report(module, graph, places).printJSON(os);
}
