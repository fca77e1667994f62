//===- Messages.cpp - steps that talk to sensors and agents ---------------===//
//
// Names of agents may hold hyphens, which are operators in expressions, so
// these steps are read word by word from their text, and only calls, values
// and conditions go to the parser of code.
//
//===----------------------------------------------------------------------===//
#include "StepParser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

static bool isWordCharacter(char c) { return llvm::isAlnum(c) || c == '_'; }

static bool isAgentCharacter(char c) { return isWordCharacter(c) || c == '-'; }

/// The words between slots, which can be no names of agents.
static bool isReserved(StringRef word) {
  for (StringRef other : {"to", "from", "with", "within", "as", "on", "for",
                          "and", "or", "in", "the"})
    if (word.equals_insensitive(other))
      return true;
  return false;
}

bool flux::takeWord(StringRef &rest, StringRef word) {
  StringRef text = rest.ltrim(" \t");
  StringRef found = text.take_while(isAgentCharacter);
  if (!found.equals_insensitive(word))
    return false;
  rest = text.drop_front(found.size());
  return true;
}

void flux::skipArticles(StringRef &rest) {
  rest = rest.ltrim(" \t");
  for (bool found = true; found;) {
    found = false;
    for (StringRef article : {"the", "an", "a"}) {
      StringRef after = rest;
      // An article stands before a word, never alone.
      if (!takeWord(after, article) ||
          !after.ltrim(" \t").starts_with_insensitive(
              after.ltrim(" \t").take_while(llvm::isAlpha)) ||
          after.ltrim(" \t").take_while(llvm::isAlpha).empty() ||
          isReserved(after.ltrim(" \t").take_while(isAgentCharacter)))
        continue;
      rest = after.ltrim(" \t");
      found = true;
    }
  }
}

void StepParser::reportExpected(StringRef rest, StringRef what) {
  rest = rest.ltrim(" \t");
  StringRef word = rest.take_while(isAgentCharacter);
  if (word.empty())
    word = rest.take_front(1);
  diags.report(word, diag::expected_in_step, what,
               word.empty() ? "the end of the step"
                            : ("'" + shorten(word, 40) + "'").str());
}

bool StepParser::expectWord(StringRef &rest, StringRef word) {
  if (takeWord(rest, word))
    return true;
  rest = rest.ltrim(" \t");
  StringRef found = rest.take_while(isAgentCharacter);
  auto report =
      diags.report(found, diag::expected_in_step, ("'" + word + "'").str(),
                   found.empty() ? "the end of the step"
                                 : ("'" + shorten(found, 40) + "'").str());
  if (editDistance(found, word, 1) <= 1)
    report.fixIt(DiagnosticEngine::rangeOf(found), word);
  return false;
}

bool StepParser::takeName(StringRef &rest, StringRef what, StringRef &name) {
  skipArticles(rest);
  name = rest.take_while(isWordCharacter);
  if (name.empty() || llvm::isDigit(name.front()) || isReserved(name)) {
    reportExpected(rest, what);
    return false;
  }
  rest = rest.drop_front(name.size());
  return true;
}

bool StepParser::takeAgent(StringRef &rest, StringRef &agent) {
  skipArticles(rest);
  agent = rest.take_while(isAgentCharacter).rtrim('-');
  if (agent.empty() || !llvm::isAlpha(agent.front()) || isReserved(agent)) {
    reportExpected(rest, "the name of an agent");
    return false;
  }
  rest = rest.drop_front(agent.size());
  return true;
}

/// A string without escapes and braces: the name of a topic.
bool StepParser::takeString(StringRef &rest, StringRef what, StringRef &text) {
  rest = rest.ltrim(" \t");
  size_t end = rest.starts_with("\"") ? rest.find('"', 1) : StringRef::npos;
  if (end == StringRef::npos || end == 1) {
    reportExpected(rest, what);
    return false;
  }
  text = rest.slice(1, end);
  if (size_t bad = text.find_first_of("\\{}"); bad != StringRef::npos) {
    diags.report(text.substr(bad, 1), diag::expected_in_step,
                 "letters, digits, spaces and '.-_/' in a topic",
                 "'" + text.substr(bad, 1).str() + "'");
    return false;
  }
  rest = rest.drop_front(end + 1);
  return true;
}

bool StepParser::takeTime(StringRef &rest, StringRef word, int64_t &time) {
  if (!takeWord(rest, word))
    return true;
  StringRef text = rest.ltrim(" \t").take_until(
      [](char c) { return c == '(' || c == ':' || c == ','; });
  rest = StringRef(text.end(), rest.end() - text.end());
  text = text.rtrim(" \t");
  text.consume_back(".");
  std::optional<int64_t> value = parseDuration(text, diags);
  time = value.value_or(0);
  return value.has_value();
}

//===----------------------------------------------------------------------===//
// Read
//===----------------------------------------------------------------------===//

/// Finds the row of \p table that \p word names; reports if there is none.
template <class Row>
static const Row *findRow(ArrayRef<Row> table, StringRef word, diag::ID id,
                          DiagnosticEngine &diags) {
  llvm::SmallVector<StringRef, 32> names;
  for (const Row &row : table) {
    if (word.equals_insensitive(row.name))
      return &row;
    if (!llvm::is_contained(names, StringRef(row.name)))
      names.push_back(row.name);
  }
  auto report = diags.report(word, id, word);
  if (StringRef near = findNearMiss(word, names); !near.empty())
    report.fixIt(DiagnosticEngine::rangeOf(word), near);
  else
    report.note("the choice is " + llvm::join(names, ", "));
  return nullptr;
}

/// `(addr 0x48, driver lm75)`.
bool StepParser::parseSensor(StringRef &rest, const SensorBus &bus,
                             uint64_t &address, StringRef &driver) {
  rest = rest.ltrim(" \t");
  if (!rest.consume_front("(")) {
    reportExpected(rest, ("'(" + bus.word + " ...)'").str());
    return false;
  }
  if (!expectWord(rest, bus.word))
    return false;
  rest = rest.ltrim(" \t");
  StringRef number = rest.take_while(isWordCharacter);
  if (number.getAsInteger(0, address) || address < bus.first ||
      address > bus.last) {
    diags
        .report(number.empty() ? rest.take_front(1) : number, diag::bad_address,
                shorten(number, 40), bus.name)
        .note("the range is " + llvm::Twine(bus.first) + " to " +
              llvm::Twine(bus.last) + " (0x" + llvm::utohexstr(bus.first) +
              " to 0x" + llvm::utohexstr(bus.last) + ")");
    return false;
  }
  rest = rest.drop_front(number.size()).ltrim(" \t");
  if (rest.consume_front(",") &&
      (!expectWord(rest, "driver") || !takeName(rest, "a driver", driver)))
    return false;
  rest = rest.ltrim(" \t");
  if (rest.consume_front(")"))
    return true;
  reportExpected(rest, "')'");
  return false;
}

Stmt *StepParser::parseRead(const StepText &step) {
  StringRef rest = step.rest, word, busName, driverName;
  if (!takeName(rest, "what is measured, for example 'temperature'", word))
    return nullptr;
  const auto *quantity =
      findRow(getSensorQuantities(), word, diag::unknown_quantity, diags);
  if (!quantity || !expectWord(rest, "from") ||
      !takeName(rest, "a bus, for example 'I2C'", busName))
    return nullptr;
  const auto *bus =
      findRow(getSensorBuses(), busName, diag::unknown_bus, diags);
  if (!bus)
    return nullptr;
  if (!takeWord(rest, "sensor") && !rest.ltrim(" \t").starts_with("(")) {
    expectWord(rest, "sensor");
    return nullptr;
  }
  uint64_t address = 0;
  if (!parseSensor(rest, *bus, address, driverName))
    return nullptr;
  StringRef name = word;
  if (takeWord(rest, "as") && !takeName(rest, "a name after 'as'", name))
    return nullptr;
  finishText(rest);

  const SensorDriver *driver = nullptr;
  bool isKnown = false;
  llvm::SmallVector<StringRef, 4> drivers;
  for (const SensorDriver &row : getSensorDrivers()) {
    isKnown |= driverName.equals_insensitive(row.name);
    if (row.bus != bus->name || row.quantity != quantity->name)
      continue;
    if (!llvm::is_contained(drivers, StringRef(row.name)))
      drivers.push_back(row.name);
    bool fits = address >= row.first && address <= row.last;
    // A driver that the step names may sit at any address.
    if (driver ||
        (driverName.empty() ? !fits : !driverName.equals_insensitive(row.name)))
      continue;
    driver = &row;
  }
  if (!driver) {
    StringRef place = driverName.empty() ? step.whole : driverName;
    auto report = diags.report(place, diag::no_driver, quantity->name,
                               bus->name, address);
    StringRef near = isKnown ? StringRef() : findNearMiss(driverName, drivers);
    if (!near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(driverName), near);
    else if (drivers.empty())
      report.note(
          ("no driver reads " + quantity->name + " on " + bus->name).str());
    else
      report.note("the drivers are " + llvm::join(drivers, ", "));
    return nullptr;
  }
  return context.make<ReadStmt>(step.whole, quantity, bus, driver, address,
                                !driverName.empty(), name);
}

//===----------------------------------------------------------------------===//
// When
//===----------------------------------------------------------------------===//

/// `(name, name: type)`, if it is there.
bool StepParser::parseParams(StringRef &rest,
                             llvm::SmallVectorImpl<VarDecl *> &params) {
  if (!rest.consume_front("("))
    return true;
  rest = rest.ltrim(" \t");
  if (rest.consume_front(")"))
    return true;
  while (true) {
    auto *param = context.make<VarDecl>();
    param->kind = VarDecl::Let;
    if (!takeName(rest, "the name of a parameter", param->name))
      return false;
    rest = rest.ltrim(" \t");
    if (rest.consume_front(":")) {
      StringRef word;
      if (!takeName(rest, "a type", word))
        return false;
      param->type = resolveTypeWord(word, context.types, diags);
    }
    params.push_back(param);
    rest = rest.ltrim(" \t");
    if (rest.consume_front(")"))
      return true;
    if (!rest.consume_front(",")) {
      reportExpected(rest, "',' or ')'");
      return false;
    }
  }
}

Stmt *StepParser::parseWhen(const StepText &step, ArrayRef<Step> children) {
  if (!inLoop)
    diags.report(step.verbText, diag::only_in_loop, step.verbText);
  else if (inRepeat || inWhen)
    diags.report(step.verbText, diag::when_inside, inWhen ? "When" : "Repeat");
  llvm::SaveAndRestore scope(inWhen, true);
  auto *stmt = context.make<WhenStmt>(step.whole);
  StringRef rest = step.rest.ltrim(" \t");
  llvm::SmallVector<VarDecl *, 4> params;
  stmt->isTopic = rest.starts_with("\"");
  bool isOk = stmt->isTopic ? takeString(rest, "a topic", stmt->event)
                            : takeName(rest,
                                       "the name of a message, or a "
                                       "topic in quotes",
                                       stmt->event);
  isOk = isOk && parseParams(rest, params);
  if (isOk && takeWord(rest, "from"))
    isOk = takeAgent(rest, stmt->agent);
  rest = rest.ltrim(" \t");
  if (isOk && !rest.consume_front(":")) {
    reportExpected(rest, "':' after the message");
    isOk = false;
  }
  stmt->params = context.copy(ArrayRef<VarDecl *>(params));
  stmt->body =
      isOk ? parseBody(step, rest, children) : parseList(children, step.whole);
  return isOk ? stmt : nullptr;
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

/// `to agent: call as name within time`.
bool StepParser::parseSend(MessageStmt &stmt, StringRef &rest) {
  takeWord(rest, "to");
  StringRef agent;
  if (!takeAgent(rest, agent))
    return false;
  stmt.agents = context.copy(ArrayRef<StringRef>(agent));
  rest = rest.ltrim(" \t");
  if (!rest.consume_front(":")) {
    reportExpected(rest, "':' after the agent");
    return false;
  }
  Parser parser(rest, state, ParseMode::Step);
  Expr *expr = parser.parseExpr();
  if (!expr)
    return false;
  auto *call = llvm::dyn_cast<CallExpr>(expr);
  if (!call || !call->module.empty()) {
    if (!llvm::isa<InvalidExpr>(expr)) {
      auto report = diags.report(expr->range, diag::message_without_call);
      if (llvm::isa<NameExpr>(expr))
        report.fixIt(DiagnosticEngine::rangeOf(expr->range),
                     expr->range + "()");
    }
    return false;
  }
  stmt.what = call->name;
  stmt.args = call->args;
  rest = parser.getRest(stmt.range);
  if (stmt.verb == Verb::Ask &&
      (!expectWord(rest, "as") ||
       !takeName(rest, "a name after 'as'", stmt.name)))
    return false;
  return stmt.verb == Verb::Tell || takeTime(rest, "within", stmt.timeNs);
}

bool StepParser::parseReply(MessageStmt &stmt, const StepText &step,
                            StringRef &rest) {
  if (!inWhen)
    diags.report(step.verbText, diag::reply_outside, step.verbText);
  takeWord(rest, "with");
  Parser parser(rest, state, ParseMode::Step);
  Expr *value = parser.parseExpr();
  if (!value)
    return false;
  stmt.args = context.copy(ArrayRef<Expr *>(value));
  rest = parser.getRest(stmt.range);
  return true;
}

/// `to "topic"` or `"topic"(values)`.
bool StepParser::parseTopic(MessageStmt &stmt, StringRef &rest) {
  if (stmt.verb == Verb::Subscribe)
    return expectWord(rest, "to") &&
           takeString(rest, "a topic in quotes", stmt.what);
  if (!takeString(rest, "a topic in quotes", stmt.what))
    return false;
  if (!rest.starts_with("(")) {
    reportExpected(rest, "'(' and the values of the event");
    return false;
  }
  // A call of a function with no name, as far as the parser is concerned.
  llvm::SmallVector<Expr *, 4> args;
  StringRef inner = rest.drop_front();
  if (inner.ltrim(" \t").starts_with(")")) {
    rest = inner.ltrim(" \t").drop_front();
    return true;
  }
  while (true) {
    Parser parser(inner, state, ParseMode::Step);
    Expr *arg = parser.parseExpr();
    if (!arg)
      return false;
    args.push_back(arg);
    bool isLast = parser.is(TokenKind::r_paren);
    if (!isLast && !parser.is(TokenKind::comma)) {
      parser.reportUnexpected(diag::expected_in_step, "',' or ')'");
      return false;
    }
    inner = parser.getRest(stmt.range).drop_front();
    if (isLast)
      break;
  }
  stmt.args = context.copy(ArrayRef<Expr *>(args));
  rest = inner;
  return true;
}

/// `name with agent, agent and agent within time`.
bool StepParser::parseBarrier(MessageStmt &stmt, StringRef &rest) {
  if (!takeName(rest, "the name of the barrier", stmt.what) ||
      !expectWord(rest, "with"))
    return false;
  llvm::SmallVector<StringRef, 4> agents;
  do {
    StringRef agent;
    if (!takeAgent(rest, agent))
      return false;
    agents.push_back(agent);
    rest = rest.ltrim(" \t");
  } while (rest.consume_front(",") || takeWord(rest, "and"));
  stmt.agents = context.copy(ArrayRef<StringRef>(agents));
  return takeTime(rest, "within", stmt.timeNs);
}

/// `flag on resource to agent for time`.
bool StepParser::parseCapability(MessageStmt &stmt, StringRef &rest) {
  if (!takeName(rest, "a capability", stmt.what) ||
      !parseEffect(stmt.what, diags))
    return false;
  if (takeWord(rest, "on")) {
    rest = rest.ltrim(" \t");
    stmt.resource = rest.take_while([](char c) {
      return isAgentCharacter(c) || c == '@' || c == '/' || c == '.' ||
             c == ':';
    });
    if (stmt.resource.empty()) {
      reportExpected(rest, "a resource, for example 'i2c@0x48'");
      return false;
    }
    rest = rest.drop_front(stmt.resource.size());
  }
  StringRef agent;
  bool isGrant = stmt.verb == Verb::Grant;
  if (!expectWord(rest, isGrant ? "to" : "from") || !takeAgent(rest, agent))
    return false;
  stmt.agents = context.copy(ArrayRef<StringRef>(agent));
  return !isGrant || takeTime(rest, "for", stmt.timeNs);
}

/// `If it fails:` under a step.
Block *StepParser::parseFailure(const StepText &step, ArrayRef<Step> children) {
  Block *result = nullptr;
  for (const Step &child : children) {
    StringRef rest = child.text;
    bool isFailure =
        takeWord(rest, "if") && takeWord(rest, "it") && takeWord(rest, "fails");
    rest = rest.ltrim(" \t");
    if (!isFailure || !rest.consume_front(":") || result) {
      diags.report(child.text, diag::only_failure, step.verbText);
      continue;
    }
    StepText text;
    text.whole = child.text;
    text.verbText = child.text.take_front(2);
    text.verb = Verb::If;
    result = parseBody(text, rest, child.children);
  }
  return result;
}

Stmt *StepParser::parseMessage(const StepText &step, ArrayRef<Step> children) {
  auto *stmt = context.make<MessageStmt>(step.whole, step.verb);
  StringRef rest = step.rest;
  bool isOk = false;
  switch (step.verb) {
  case Verb::Tell:
  case Verb::Ask:
  case Verb::Delegate:
    isOk = parseSend(*stmt, rest);
    break;
  case Verb::Reply:
    isOk = parseReply(*stmt, step, rest);
    break;
  case Verb::Subscribe:
  case Verb::Emit:
    isOk = parseTopic(*stmt, rest);
    break;
  case Verb::Barrier:
    isOk = parseBarrier(*stmt, rest);
    break;
  case Verb::Grant:
  case Verb::Revoke:
    isOk = parseCapability(*stmt, rest);
    break;
  case Verb::Restart: {
    StringRef agent, tail = rest.ltrim(" \t");
    isOk = true;
    if (!tail.empty() && llvm::isAlpha(tail.front())) {
      isOk = takeAgent(rest, agent);
      stmt->agents = context.copy(ArrayRef<StringRef>(agent));
    }
    break;
  }
  default:
    llvm_unreachable("the verb is parsed elsewhere");
  }
  if (getInfo(step.verb).nested == Nested::Failure)
    stmt->onFailure = parseFailure(step, children);
  if (!isOk)
    return nullptr;
  finishText(rest);
  return stmt;
}
