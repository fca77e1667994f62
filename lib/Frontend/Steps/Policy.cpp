//===- Policy.cpp - the sections Supervise and Policy ---------------------===//
//
// Both are closed forms.  A policy is a sentence about who may hold what; it
// is checked against the capabilities that the agent asks for.
//
//===----------------------------------------------------------------------===//
#include "StepParser.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Supervise
//===----------------------------------------------------------------------===//

void flux::parseSuperviseKeys(const Section &section, ParserState &state) {
  static constexpr StringRef names[] = {"strategy", "max", "backoff",
                                        "escalate"};
  static constexpr StringRef strategies[] = {"one-for-one", "rest-for-one",
                                             "all"};
  static constexpr StringRef escalations[] = {"stop", "safe-state"};
  DiagnosticEngine &diags = state.diags;
  auto *decl = state.context.makeOwned<SuperviseDecl>();
  decl->range = section.heading;
  state.module.supervise = decl;
  auto choose = [&](StringRef key, StringRef value,
                    ArrayRef<StringRef> choices) -> StringRef {
    if (llvm::is_contained(choices, value))
      return value;
    auto report = diags.report(value, diag::bad_key_value, value, key);
    if (StringRef near = findNearMiss(value, choices); !near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(value), near);
    else
      report.note("the values are " + llvm::join(choices, ", "));
    return "";
  };
  KeyReader(section, names, diags).read([&](unsigned index, StringRef value) {
    switch (index) {
    case 0:
      decl->strategy = choose("strategy", value, strategies);
      break;
    case 1: {
      // `3 restarts in 60s`
      StringRef rest = value, count = value.take_while(llvm::isDigit);
      rest = rest.drop_front(count.size());
      bool isOk = !count.getAsInteger(10, decl->maxRestarts) &&
                  (takeWord(rest, "restarts") || takeWord(rest, "restart")) &&
                  takeWord(rest, "in");
      if (!isOk)
        diags.report(value, diag::bad_key_value, value, "max")
            .note("write, for example, '3 restarts in 60s'");
      else if (auto time = parseDuration(rest, diags))
        decl->withinNs = *time;
      break;
    }
    case 2:
      decl->backoffNs = parseDuration(value, diags).value_or(0);
      break;
    case 3:
      decl->escalate = choose("escalate", value, escalations);
      break;
    }
  });
}

//===----------------------------------------------------------------------===//
// Policy
//===----------------------------------------------------------------------===//

namespace {

/// Reads and checks one line of `## Policy`.
class PolicyReader {
public:
  PolicyReader(StringRef line, ParserState &state)
      : line(line), rest(line), state(state), diags(state.diags) {}
  void read();

private:
  bool readOnly(PolicyRule &rule);
  bool readNotBoth(PolicyRule &rule);
  bool readAtMost(PolicyRule &rule);
  bool expect(StringRef word) {
    if (takeWord(rest, word))
      return true;
    isExpected(("'" + word + "'").str(), word);
    return false;
  }
  bool takeAgent(StringRef &agent);
  bool takeFlag(uint32_t &flags);
  void isExpected(StringRef what, StringRef word = "");

  StringRef line, rest;
  ParserState &state;
  DiagnosticEngine &diags;
};

} // namespace

/// Reports what stands where \p what is expected.  A misspelled \p word is
/// repaired; one that is missing before a word that could follow it is added.
void PolicyReader::isExpected(StringRef what, StringRef word) {
  StringRef found =
      rest.ltrim(" \t").take_until([](char c) { return llvm::isSpace(c); });
  auto report =
      diags.report(found.empty() ? line : found, diag::expected_in_step, what,
                   found.empty() ? "the end of the line"
                                 : ("'" + shorten(found, 40) + "'").str());
  if (found.empty() || word.empty())
    return;
  StringRef letters = found.take_while(llvm::isAlpha);
  if (!letters.empty() && !findNearMiss(letters, {word}).empty()) {
    report.fixIt(DiagnosticEngine::rangeOf(letters), word);
    return;
  }
  static constexpr StringRef next[][2] = {
      {"may", "hold"}, {"agent", "holds"}, {"holds", "both"},
      {"most", ""},    {"agent", "reach"}, {"agents", "reach"},
  };
  auto begin = llvm::SMLoc::getFromPointer(found.begin());
  for (auto [first, second] : next)
    if (word == first && found.equals_insensitive(second)) {
      report.fixIt({begin, begin}, word + " ");
      return;
    }
}

bool PolicyReader::takeAgent(StringRef &agent) {
  skipArticles(rest);
  agent = rest.take_while(
      [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; });
  if (agent.empty() || !llvm::isAlpha(agent.front())) {
    isExpected("the name of an agent");
    return false;
  }
  rest = rest.drop_front(agent.size());
  return true;
}

bool PolicyReader::takeFlag(uint32_t &flags) {
  rest = rest.ltrim(" \t");
  StringRef word =
      rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (word.empty()) {
    isExpected("a capability");
    return false;
  }
  EffectSet bit = parseEffect(word, diags);
  if (!bit)
    return false;
  flags |= bit;
  rest = rest.drop_front(word.size());
  return true;
}

/// `a, b and c may hold FLAG`
bool PolicyReader::readOnly(PolicyRule &rule) {
  rule.kind = PolicyRule::OnlyHold;
  llvm::SmallVector<StringRef, 4> agents;
  do {
    StringRef agent;
    if (!takeAgent(agent))
      return false;
    agents.push_back(agent);
    rest = rest.ltrim(" \t");
  } while (rest.consume_front(",") || takeWord(rest, "and"));
  rule.agents = state.context.copy(ArrayRef<StringRef>(agents));
  return expect("may") && expect("hold") && takeFlag(rule.flags);
}

/// `agent holds both FLAG and FLAG`
bool PolicyReader::readNotBoth(PolicyRule &rule) {
  rule.kind = PolicyRule::NotBoth;
  return expect("agent") && expect("holds") && expect("both") &&
         takeFlag(rule.flags) && expect("and") && takeFlag(rule.flags);
}

/// `most n agents reach agent`
bool PolicyReader::readAtMost(PolicyRule &rule) {
  rule.kind = PolicyRule::AtMostReach;
  if (!expect("most"))
    return false;
  rest = rest.ltrim(" \t");
  StringRef count = rest.take_while(llvm::isDigit), agent;
  if (count.getAsInteger(10, rule.count)) {
    isExpected("a number");
    return false;
  }
  rest = rest.drop_front(count.size());
  if ((!takeWord(rest, "agent") && !expect("agents")) || !expect("reach") ||
      !takeAgent(agent))
    return false;
  rule.agents = state.context.copy(ArrayRef<StringRef>(agent));
  return true;
}

void PolicyReader::read() {
  PolicyRule rule;
  rule.range = line;
  bool isOk = false;
  if (takeWord(rest, "only")) {
    isOk = readOnly(rule);
  } else if (takeWord(rest, "no")) {
    isOk = readNotBoth(rule);
  } else if (takeWord(rest, "at")) {
    isOk = readAtMost(rule);
  } else {
    StringRef first = rest.take_while(llvm::isAlpha);
    StringRef near = findNearMiss(first, {"Only", "No", "At"});
    auto report = diags.report(line, diag::bad_policy, shorten(line, 60));
    if (!near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(first), near);
    return;
  }
  if (!isOk)
    return;
  rest = rest.ltrim(" \t");
  rest.consume_front(".");
  rest = rest.trim(" \t");
  if (!rest.empty() && !rest.starts_with("("))
    diags.report(rest, diag::text_after_step,
                 ("'" + shorten(rest, 40) + "'").str());
  else
    state.module.policy.push_back(rule);
}

void flux::parsePolicy(const Section &section, ParserState &state) {
  for (const Step &step : section.steps) {
    if (!step.children.empty())
      state.diags.report(step.children.front().text, diag::bad_policy,
                         shorten(step.children.front().text, 60));
    PolicyReader(step.text, state).read();
  }
}
