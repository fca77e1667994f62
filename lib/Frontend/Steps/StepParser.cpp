//===- StepParser.cpp - the sentences of Init and Loop --------------------===//
//
// A step is a sentence whose first word decides its form (section 9 of the
// language reference), so one word of lookahead suffices, and what a step
// means never depends on guessing.  Expressions inside of steps are read by
// the parser of code, in place.  The result are the statements of code plus
// Set, Every and Yield.
//
//===----------------------------------------------------------------------===//
#include "StepParser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::StringRef;

static StepText splitVerb(StringRef text) {
  StepText step;
  step.whole = text;
  step.verb = readVerb(text, step.verbText);
  step.rest = text.drop_front(step.verbText.size());
  return step;
}

/// Reports an unknown verb and what it was perhaps meant to be.
void StepParser::reportUnknown(const StepText &step) {
  StringRef word = step.whole.take_until(
      [](char c) { return llvm::isSpace(c) || c == ':' || c == '('; });
  word = shorten(word, 40);
  if (word.empty()) {
    diags.report(step.whole, diag::expected_in_step, "a step",
                 step.whole.empty()
                     ? "nothing"
                     : "'" + step.whole.take_front(1).str() + "'");
    return;
  }
  llvm::SmallVector<StringRef> candidates;
  for (const VerbInfo &info : getVerbs())
    candidates.push_back(info.name);
  for (const PhraseDecl &phrase : state.module.vocabulary)
    candidates.push_back(phrase.words.front());
  llvm::SmallVector<StringRef, 4> nearest = findNearMisses(word, candidates);
  auto report = diags.report(word, diag::unknown_step, word);
  if (!nearest.empty()) {
    std::string names;
    for (StringRef name : nearest)
      names += (names.empty() ? "'" : " or '") + name.str() + "'";
    report.note("did you mean " + names + "?");
    for (StringRef name : nearest)
      report.fixIt(DiagnosticEngine::rangeOf(word), name);
    return;
  }
  StringRef other =
      llvm::StringSwitch<StringRef>(word.lower())
          .Cases({"print", "println", "show", "display", "say"}, "Write")
          .Cases({"echo", "output"}, "Write")
          .Cases({"sleep", "pause", "delay"}, "Wait")
          .Cases({"exit", "quit", "halt", "end", "terminate"}, "Stop")
          .Cases({"elif", "elseif", "elsif"}, "Else if")
          .Case("otherwise", "Else")
          .Cases({"while", "for", "loop"}, "Repeat")
          .Cases({"let", "var", "define", "assign", "store"}, "Set")
          .Cases({"run", "execute", "do", "invoke"}, "Call")
          .Cases({"send", "notify"}, "TELL")
          .Cases({"get", "measure", "sample"}, "Read")
          .Cases({"publish", "broadcast"}, "EMIT")
          .Cases({"answer", "respond", "return"}, "REPLY")
          .Cases({"on", "upon"}, "When")
          .Cases({"assert", "check", "ensure"}, "Expect")
          .Default("");
  if (!other.empty())
    report.note("did you mean '" + other + "'?");
  else
    report.note("'fluxc --print-steps' lists the steps");
}

//===----------------------------------------------------------------------===//
// Lists and bodies
//===----------------------------------------------------------------------===//

Block *StepParser::parseList(ArrayRef<Step> steps, StringRef emptyRange) {
  llvm::SmallVector<Stmt *, 16> statements;
  ElseTarget target;
  for (const Step &step : steps) {
    StepText text = splitVerb(step.text);
    if (text.verb == Verb::Else || text.verb == Verb::ElseIf) {
      parseElse(text, step.children, target);
      continue;
    }
    Stmt *stmt = parseStep(text, step.children);
    if (stmt)
      statements.push_back(stmt);
    target = ElseTarget();
    target.last = llvm::dyn_cast_or_null<IfStmt>(stmt);
    target.isUnclear = !stmt;
  }
  StringRef range = emptyRange;
  if (!steps.empty())
    range = StringRef(steps.front().text.begin(),
                      steps.back().text.end() - steps.front().text.begin());
  return context.make<Block>(range, context.copy(ArrayRef(statements)),
                             StringRef());
}

/// Hangs `Else` and `Else if` onto the `If` before them.
void StepParser::parseElse(const StepText &step, ArrayRef<Step> children,
                           ElseTarget &target) {
  if (!target.last && !target.isUnclear)
    diags.report(step.verbText, diag::else_without_if, step.verbText);
  if (step.verb == Verb::Else) {
    StringRef tail = step.rest.ltrim(" \t");
    if (!tail.consume_front(":"))
      diags
          .report(step.verbText, diag::expected_in_step, "':' after 'Else'",
                  tail.empty() ? "the end of the step" : "other text")
          .fixIt({llvm::SMLoc::getFromPointer(step.verbText.end()),
                  llvm::SMLoc::getFromPointer(step.verbText.end())},
                 ":");
    Block *body = parseBody(step, tail, children);
    if (target.last)
      target.last->elseStmt = body;
    target = ElseTarget();
    return;
  }
  IfStmt *stmt = parseIf(step, children);
  if (!target.last) {
    target.isUnclear = true;
    return;
  }
  if (++target.length > ParserLimits::maxChain) {
    if (target.length == ParserLimits::maxChain + 1)
      diags.report(step.verbText, diag::chain_too_long, ParserLimits::maxChain,
                   "conditions");
    return;
  }
  target.last->elseStmt = stmt;
  target.last = stmt;
}

/// The steps under \p step, or the one on its line, \p tail.
Block *StepParser::parseBody(const StepText &step, StringRef tail,
                             ArrayRef<Step> children) {
  tail = tail.trim(" \t");
  if (tail.starts_with("(") || tail == ".") {
    finishText(tail);
    tail = StringRef();
  }
  llvm::SaveAndRestore depth(nesting, nesting + 1);
  if (nesting > ParserLimits::maxNesting) {
    diags.report(step.verbText, diag::nesting_too_deep,
                 ParserLimits::maxNesting);
    return parseList({}, step.whole);
  }
  if (tail.empty()) {
    if (children.empty())
      diags.report(step.verbText, diag::missing_nested_steps, step.verbText);
    return parseList(children, step.whole);
  }
  StepText inner = splitVerb(tail);
  llvm::SmallVector<Stmt *, 1> statements;
  if (inner.verb == Verb::Else || inner.verb == Verb::ElseIf) {
    ElseTarget none;
    parseElse(inner, children, none);
  } else if (Stmt *stmt = parseStep(inner, children)) {
    statements.push_back(stmt);
  }
  return context.make<Block>(tail, context.copy(ArrayRef(statements)),
                             StringRef());
}

/// The body behind the colon that \p parser is at; \p what stands before it.
Block *StepParser::parseBodyAfterColon(const StepText &step, Parser &parser,
                                       ArrayRef<Step> children,
                                       StringRef what) {
  if (parser.is(TokenKind::colon))
    return parseBody(step, parser.getRest(step.whole).drop_front(), children);
  parser.reportUnexpected(diag::expected_in_step, what);
  return parseList(children, step.whole);
}

/// A step that is not `Else`; null if it could not be understood.
Stmt *StepParser::parseStep(const StepText &step, ArrayRef<Step> children) {
  Stmt *phrase = nullptr;
  switch (step.verb) {
  case Verb::If:
    return parseIf(step, children);
  case Verb::Repeat:
    return parseRepeat(step, children);
  case Verb::Every:
    return parseEvery(step, children);
  case Verb::When:
    return parseWhen(step, children);
  case Verb::Unknown:
    if (!parsePhrase(step, phrase)) {
      reportUnknown(step);
      parseList(children, step.whole);
      return nullptr;
    }
    break;
  default:
    break;
  }
  bool takesNone =
      step.verb == Verb::Unknown || getInfo(step.verb).nested == Nested::None;
  if (!children.empty() && takesNone)
    diags.report(children.front().text, diag::steps_under_plain_step,
                 step.verbText);
  return step.verb == Verb::Unknown ? phrase : parseSimple(step, children);
}

Stmt *StepParser::parseSimple(const StepText &step, ArrayRef<Step> children) {
  switch (step.verb) {
  case Verb::Write:
  case Verb::Log:
    return parseWrite(step);
  case Verb::Set:
    return parseSet(step);
  case Verb::Call:
    return parseCall(step);
  case Verb::Wait:
    return parseWait(step);
  case Verb::Yield:
    return parseYield(step);
  case Verb::Stop:
    return parseStop(step);
  case Verb::Read:
    return parseRead(step);
  case Verb::Expect:
    return parseExpect(step);
  default:
    return parseMessage(step, children);
  }
}

/// Checks that nothing but a full stop and a remark follows.
void StepParser::finishText(StringRef rest) {
  rest = rest.trim(" \t");
  StringRef place = rest;
  rest.consume_front(".");
  rest = rest.ltrim(" \t");
  if (rest.starts_with("(")) {
    unsigned depth = 0;
    size_t size = 0;
    for (char c : rest) {
      ++size;
      depth += c == '(';
      if (c == ')' && --depth == 0)
        break;
    }
    if (depth == 0) {
      state.module.remarks.push_back(rest.take_front(size));
      rest = rest.drop_front(size);
    }
    rest.consume_front(".");
    place = rest = rest.ltrim(" \t");
  }
  if (rest.empty())
    return;
  StringRef word = shorten(place.take_until(llvm::isSpace), 40);
  diags.report(place, diag::text_after_step, "'" + word.str() + "'");
}

void StepParser::finish(Parser &parser, const StepText &step) {
  if (!parser.is(TokenKind::End) && !parser.is(TokenKind::Error))
    finishText(parser.getRest(step.whole));
}

Stmt *StepParser::makeCall(StringRef range, StringRef module, StringRef name,
                           ArrayRef<Expr *> args) {
  Expr *call = context.make<CallExpr>(range, module, name, context.copy(args));
  return context.make<ExprStmt>(range, call);
}

//===----------------------------------------------------------------------===//
// Write and Log
//===----------------------------------------------------------------------===//

Expr *StepParser::parseInterpolated(StringRef text) {
  Parser parser(text, state, ParseMode::Braces);
  Expr *expr = parser.parseExpr();
  if (expr && !parser.is(TokenKind::End)) {
    parser.reportUnexpected(diag::expected_in_step, "'}'");
    return nullptr;
  }
  return expr;
}

/// Splits a string at its braces into strings and expressions.
bool StepParser::interpolate(StrLiteralExpr *literal,
                             llvm::SmallVectorImpl<Expr *> &parts) {
  StringRef raw = literal->range.drop_front().drop_back();
  llvm::SmallString<64> decoded;
  const char *runBegin = raw.begin(); // of the string before the next brace
  bool isOk = true;
  auto report = [&](StringRef place, StringRef what) {
    diags.report(place, diag::bad_interpolation, what);
    isOk = false;
  };
  auto flush = [&](const char *runEnd) {
    if (!decoded.empty())
      parts.push_back(context.make<StrLiteralExpr>(
          StringRef(runBegin, runEnd - runBegin), context.copyString(decoded)));
    decoded.clear();
  };
  for (StringRef rest = raw; !rest.empty();) {
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      decoded += rest.front();
      rest = rest.drop_front(2);
    } else if (rest.front() == '}') {
      report(rest.take_front(), "a single '}'");
      rest = rest.drop_front();
    } else if (rest.front() == '{') {
      flush(rest.begin());
      size_t end = rest.find('}');
      if (end == StringRef::npos) {
        report(rest.take_front(), "a '{' without '}'");
        return false;
      }
      StringRef text = rest.slice(1, end);
      if (size_t escape = text.find('\\'); escape != StringRef::npos)
        report(text.substr(escape, 2), "an escape inside of braces");
      else if (text.trim().empty())
        report(rest.take_front(end + 1), "an empty '{}'");
      else if (Expr *expr = parseInterpolated(text))
        parts.push_back(expr);
      else
        isOk = false;
      rest = rest.drop_front(end + 1);
      runBegin = rest.begin();
    } else {
      // An escape may hold braces itself.
      size_t size = 1;
      if (rest.starts_with("\\u{"))
        size = rest.find('}') + 1;
      else if (rest.front() == '\\')
        size = rest.size() > 3 && rest[1] == 'x' ? 4 : 2;
      Lexer::decodeString(rest.take_front(size), context, diags, decoded);
      rest = rest.drop_front(size);
    }
  }
  flush(raw.end());
  return isOk;
}

/// `Write value to console` and `Log value`.
Stmt *StepParser::parseWrite(const StepText &step) {
  Parser parser(step.rest, state, ParseMode::Step);
  Expr *value = parser.parseExpr();
  if (!value)
    return nullptr;
  bool isOk = true;
  llvm::SmallVector<Expr *, 8> args;
  auto *literal = llvm::dyn_cast<StrLiteralExpr>(value);
  if (literal && !parser.getBracedString().empty()) {
    isOk = interpolate(literal, args);
  } else {
    args.push_back(value);
    if (!parser.getBracedString().empty())
      diags.report(parser.getBracedString(), diag::nested_interpolation);
  }

  StringRef name = "eprintln";
  if (step.verb == Verb::Write) {
    if (!parser.isWord("to")) {
      parser.reportUnexpected(diag::expected_in_step, "'to console'");
      return nullptr;
    }
    parser.advance();
    parser.skipArticle();
    if (parser.isWord("console") || parser.isWord("output")) {
      name = "println";
    } else if (!parser.isWord("error")) {
      if (!parser.is(TokenKind::Identifier)) {
        parser.reportUnexpected(diag::expected_in_step,
                                "'console', 'output' or 'error'");
        return nullptr;
      }
      StringRef place = parser.current().text;
      StringRef near = findNearMiss(place, {"console", "output", "error"});
      auto report = diags.report(place, diag::unknown_output, place);
      if (!near.empty())
        report.fixIt(DiagnosticEngine::rangeOf(place), near);
      else
        report.note("write 'to console', 'to output' or 'to error'");
    }
    parser.advance();
  }
  finish(parser, step);
  return isOk ? makeCall(step.whole, "", name, args) : nullptr;
}

//===----------------------------------------------------------------------===//
// Set, Call, Wait, YIELD, Stop
//===----------------------------------------------------------------------===//

Stmt *StepParser::parseSet(const StepText &step) {
  Parser parser(step.rest, state, ParseMode::Step);
  parser.skipArticle();
  if (!parser.is(TokenKind::Identifier)) {
    parser.reportUnexpected(diag::set_without_name);
    return nullptr;
  }
  StringRef name = parser.current().text;
  parser.advance();
  if (parser.is(TokenKind::l_square) || parser.is(TokenKind::dot)) {
    parser.reportUnexpected(diag::set_without_name);
    return nullptr;
  }
  if (parser.is(TokenKind::equal)) {
    StringRef place = parser.current().text;
    diags.report(place, diag::set_with_equal)
        .fixIt(DiagnosticEngine::rangeOf(place), "to");
  } else if (!parser.isWord("to")) {
    parser.reportUnexpected(diag::expected_in_step, "'to' and a value");
    return nullptr;
  }
  parser.advance();
  Expr *value = parser.parseExpr();
  if (value)
    finish(parser, step);
  else
    value = context.make<InvalidExpr>(name);
  return context.make<SetStmt>(step.whole, name, value);
}

Stmt *StepParser::parseCall(const StepText &step) {
  Parser parser(step.rest, state, ParseMode::Step);
  Expr *call = parser.parseExpr();
  if (!call)
    return nullptr;
  if (!llvm::isa<CallExpr, InvalidExpr>(call)) {
    auto report = diags.report(call->range, diag::call_without_call);
    if (llvm::isa<NameExpr>(call))
      report.fixIt(DiagnosticEngine::rangeOf(call->range), call->range + "()");
    return nullptr;
  }
  finish(parser, step);
  return context.make<ExprStmt>(step.whole, call);
}

Stmt *StepParser::parseWait(const StepText &step) {
  StringRef text = step.rest.ltrim(" \t");
  if (takeWord(text, "until")) {
    Parser parser(text, state, ParseMode::Step);
    Expr *condition = parser.parseCondition(), *limit = nullptr;
    if (!condition)
      return nullptr;
    if (parser.is(TokenKind::kw_for)) {
      StringRef rest = parser.getRest(step.whole).drop_front(3);
      if (!expectWord(rest, "at") || !expectWord(rest, "most"))
        return nullptr;
      Parser time(rest, state, ParseMode::Step);
      if (!(limit = time.parseExpr()))
        return nullptr;
      finish(time, step);
    } else {
      finish(parser, step);
    }
    return context.make<WaitStmt>(step.whole, limit, condition);
  }
  // The name of a setting or binding, or a calculation.
  if (!text.empty() && (llvm::isAlpha(text[0]) || text[0] == '_')) {
    Parser parser(text, state, ParseMode::Step);
    Expr *time = parser.parseExpr();
    if (!time)
      return nullptr;
    finish(parser, step);
    return context.make<WaitStmt>(step.whole, time, nullptr);
  }
  text = step.rest.take_until([](char c) { return c == '('; });
  StringRef remark = step.rest.drop_front(text.size());
  text = text.trim(" \t");
  text.consume_back(".");
  if (!remark.empty())
    finishText(remark);
  std::optional<int64_t> duration = parseDuration(text, diags);
  if (!duration)
    return nullptr;
  Expr *value =
      context.make<IntLiteralExpr>(text, uint64_t(*duration), StringRef());
  return makeCall(step.whole, "time", "sleep", value);
}

Stmt *StepParser::parseYield(const StepText &step) {
  if (!inLoop)
    diags.report(step.verbText, diag::only_in_loop, step.verbText);
  finishText(step.rest);
  return context.make<YieldStmt>(step.whole);
}

Stmt *StepParser::parseStop(const StepText &step) {
  finishText(step.rest);
  Expr *status = context.make<IntLiteralExpr>(step.verbText, 0, StringRef());
  return makeCall(step.whole, "process", "exit", status);
}

/// `Expect condition` and `Expect value to be value`.
Stmt *StepParser::parseExpect(const StepText &step) {
  if (!inTest)
    diags.report(step.verbText, diag::expect_outside_test, step.verbText);
  Parser parser(step.rest, state, ParseMode::Step);
  Expr *value = parser.parseCondition();
  if (!value)
    return nullptr;
  if (parser.isWord("to")) {
    const char *begin = parser.current().text.begin();
    parser.advance();
    if (!parser.isWord("be")) {
      parser.reportUnexpected(diag::expected_in_step, "'be' and a value");
      return nullptr;
    }
    StringRef words(begin, parser.current().text.end() - begin);
    parser.advance();
    Expr *wanted = parser.parseExpr();
    if (!wanted)
      return nullptr;
    StringRef range(value->range.begin(),
                    wanted->range.end() - value->range.begin());
    value = context.make<BinaryExpr>(range, BinaryOp::Eq, value, wanted, words);
  }
  finish(parser, step);
  return context.make<ExpectStmt>(step.whole, value);
}

//===----------------------------------------------------------------------===//
// If, Repeat, Every
//===----------------------------------------------------------------------===//

IfStmt *StepParser::parseIf(const StepText &step, ArrayRef<Step> children) {
  Parser parser(step.rest, state, ParseMode::Step);
  Expr *condition = parser.parseCondition();
  Block *body = condition ? parseBodyAfterColon(step, parser, children,
                                                "':' after the condition")
                          : parseList(children, step.whole);
  if (!condition)
    condition = context.make<InvalidExpr>(step.whole);
  return context.make<IfStmt>(step.whole, condition, body, nullptr);
}

Stmt *StepParser::parseRepeat(const StepText &step, ArrayRef<Step> children) {
  Parser parser(step.rest, state, ParseMode::Step);
  Expr *count = parser.parseExpr();
  llvm::SaveAndRestore scope(inRepeat, true);
  Block *body = nullptr;
  if (!count) {
    parseList(children, step.whole);
    return nullptr;
  }
  if (!parser.isWord("times")) {
    parser.reportUnexpected(diag::expected_in_step, "'times:'");
    parseList(children, step.whole);
    return nullptr;
  }
  parser.advance();
  body = parseBodyAfterColon(step, parser, children, "':' after 'times'");
  auto *var = context.make<VarDecl>();
  var->kind = VarDecl::LoopVar;
  var->name = "_";
  return context.make<ForRangeStmt>(step.whole, var, nullptr, count,
                                    /*inclusive=*/false, body);
}

Stmt *StepParser::parseEvery(const StepText &step, ArrayRef<Step> children) {
  if (!inLoop)
    diags.report(step.verbText, diag::only_in_loop, step.verbText);
  else if (inRepeat || inEvery || inWhen)
    diags.report(step.verbText, diag::every_inside,
                 inRepeat  ? "Repeat"
                 : inEvery ? "Every"
                           : "When");
  llvm::SaveAndRestore scope(inEvery, true);
  auto [text, tail] = step.rest.split(':');
  bool hasColon = text.size() != step.rest.size();
  std::optional<int64_t> duration = parseDuration(text, diags);
  if (!hasColon && duration)
    diags.report(StringRef(step.whole.end(), 0), diag::expected_in_step,
                 "':' after the duration", "the end of the step");
  Block *body = hasColon ? parseBody(step, tail, children)
                         : parseList(children, step.whole);
  return context.make<EveryStmt>(step.whole, duration.value_or(1), body);
}

Block *flux::parseSteps(const Section &section, ParserState &state) {
  return StepParser(state, section.kind)
      .parseList(section.steps, section.heading);
}
