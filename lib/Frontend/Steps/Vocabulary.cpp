//===- Vocabulary.cpp - steps in a document's own words -------------------===//
//
// `Open valve {n} for {t} means open_valve(n, t)` adds a step.  Patterns are
// compared with each other and with the verbs when they are read, not when a
// step is: at each word of a step at most one of "this word" and "a value" can
// go on, so that a step has one meaning or none.
//
//===----------------------------------------------------------------------===//
#include "StepParser.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::StringRef;

static bool isPhraseCharacter(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '-';
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

namespace {

/// Reads one line of `## vocabulary`.
class PhraseReader {
public:
  explicit PhraseReader(ParserState &state)
      : state(state), diags(state.diags) {}
  void read(StringRef line);

private:
  bool readPattern(PhraseDecl &phrase);
  bool checkWord(StringRef word, bool isFirst, bool afterHole);
  bool readCall(PhraseDecl &phrase);
  bool checkOverlap(const PhraseDecl &phrase);

  ParserState &state;
  DiagnosticEngine &diags;
};

} // namespace

bool PhraseReader::checkWord(StringRef word, bool isFirst, bool afterHole) {
  for (StringRef article : {"the", "a", "an"})
    if (word.equals_insensitive(article)) {
      StringRef gap(word.end(), 1); // the line goes on, or ends
      diags.report(word, diag::bad_phrase, "an article means nothing")
          .fixIt(
              DiagnosticEngine::rangeOf(
                  gap == " " ? StringRef(word.begin(), word.size() + 1) : word),
              "");
      return false;
    }
  if (isFirst)
    for (const VerbInfo &info : getVerbs())
      if (editDistance(word, info.name, 1) <= 1) {
        diags.report(word, diag::phrase_like_verb, word, info.name);
        return false;
      }
  if (!afterHole)
    return true;
  // What could belong to the value before it.
  bool isOperator = word.equals_insensitive("in") || word == "and" ||
                    word == "or" || word == "not" || word == "as";
  if (!isOperator && !findUnit(word))
    return true;
  diags.report(word, diag::bad_phrase,
               "'" + word.str() + "' after a hole could belong to the value");
  return false;
}

bool PhraseReader::readPattern(PhraseDecl &phrase) {
  llvm::SmallVector<StringRef, 8> words;
  bool afterHole = false;
  StringRef rest = phrase.range;
  while (!(rest = rest.ltrim(" \t")).empty()) {
    if (rest.front() == '{') {
      size_t end = rest.find('}');
      StringRef name = rest.slice(1, end).trim();
      if (end == StringRef::npos || name.empty() ||
          !llvm::all_of(name,
                        [](char c) { return llvm::isAlnum(c) || c == '_'; })) {
        auto report = diags.report(rest.take_front(), diag::bad_phrase,
                                   "a hole is a name in braces");
        StringRef written = rest.drop_front().take_while(
            [](char c) { return llvm::isAlnum(c) || c == '_'; });
        auto after = llvm::SMLoc::getFromPointer(written.end());
        if (!written.empty() && *written.end() != '}')
          report.fixIt({after, after}, "}");
        return false;
      }
      StringRef hole = rest.take_front(end + 1);
      if (words.empty() || afterHole) {
        diags.report(hole, diag::bad_phrase,
                     words.empty() ? "a phrase begins with a word"
                                   : "there must be a word between two holes");
        return false;
      }
      words.push_back(hole);
      rest = rest.drop_front(end + 1);
      afterHole = true;
      continue;
    }
    StringRef word = rest.take_while(isPhraseCharacter);
    if (word.empty() || !llvm::isAlpha(word.front())) {
      diags.report(rest.take_front(), diag::bad_phrase,
                   "a phrase consists of words and holes");
      return false;
    }
    if (!checkWord(word, words.empty(), afterHole))
      return false;
    words.push_back(word);
    rest = rest.drop_front(word.size());
    afterHole = false;
  }
  if (words.empty()) {
    diags.report(phrase.range, diag::bad_phrase, "a phrase begins with a word");
    return false;
  }
  phrase.words = state.context.copy(ArrayRef<StringRef>(words));
  return true;
}

static StringRef getHoleName(StringRef hole) {
  return hole.drop_front().drop_back().trim();
}

static bool isHoleName(const PhraseDecl &phrase, StringRef name) {
  return llvm::any_of(phrase.words, [&](StringRef word) {
    return PhraseDecl::isHole(word) && getHoleName(word) == name;
  });
}

bool PhraseReader::readCall(PhraseDecl &phrase) {
  Parser parser(phrase.call, state, ParseMode::Step);
  Expr *expr = parser.parseExpr();
  if (!expr)
    return false;
  auto *call = llvm::dyn_cast<CallExpr>(expr);
  if (!call || !parser.is(TokenKind::End)) {
    diags.report(phrase.call, diag::bad_phrase,
                 "after 'means' stands a call, for example 'f(x)'");
    return false;
  }
  phrase.module = call->module;
  phrase.function = call->name;
  phrase.numArgs = call->args.size();
  for (StringRef hole : phrase.words) {
    if (!PhraseDecl::isHole(hole))
      continue;
    size_t uses = llvm::count_if(call->args, [&](const Expr *arg) {
      return arg->range == getHoleName(hole);
    });
    if (uses == 1)
      continue;
    auto report = diags.report(hole, diag::bad_phrase,
                               "each hole is one argument of the call");
    // A name of the call that is no hole may be a misspelled one.
    llvm::SmallVector<StringRef, 8> others;
    for (const Expr *arg : call->args)
      if (llvm::isa<NameExpr>(arg) && !isHoleName(phrase, arg->range))
        others.push_back(arg->range);
    if (uses == 0 && others.size() == 1)
      report.fixIt(DiagnosticEngine::rangeOf(others[0]), getHoleName(hole));
    return false;
  }
  for (const Expr *arg : call->args) {
    const auto *name = llvm::dyn_cast<NameExpr>(arg);
    if (!name || isHoleName(phrase, name->range))
      continue;
    auto report =
        diags.report(arg->range, diag::bad_phrase,
                     "'" + arg->range.str() + "' is no hole of the phrase");
    llvm::SmallVector<StringRef, 8> holes;
    for (StringRef word : phrase.words)
      if (PhraseDecl::isHole(word))
        holes.push_back(getHoleName(word));
    if (StringRef near = findNearMiss(arg->range, holes); !near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(arg->range), near);
    return false;
  }
  return true;
}

/// Two phrases may be confused unless a word keeps them apart before one has a
/// hole where the other has a word.
bool PhraseReader::checkOverlap(const PhraseDecl &phrase) {
  for (const PhraseDecl &other : state.module.vocabulary) {
    auto report = [&](StringRef place) {
      diags.report(place, diag::phrases_overlap, phrase.range)
          .note(DiagnosticEngine::rangeOf(other.range),
                "the other phrase is here");
      return false;
    };
    size_t common = std::min(phrase.words.size(), other.words.size());
    bool isApart = false;
    for (size_t i = 0; i < common && !isApart; ++i) {
      StringRef a = phrase.words[i], b = other.words[i];
      bool isHole = PhraseDecl::isHole(a);
      if (isHole != PhraseDecl::isHole(b))
        return report(a);
      if (isHole)
        continue;
      unsigned distance = editDistance(a, b, 1);
      if (distance == 1) // a typo would make one of the other
        return report(a);
      isApart = distance > 1;
    }
    if (!isApart && phrase.words.size() == other.words.size())
      return report(phrase.range);
  }
  return true;
}

void PhraseReader::read(StringRef line) {
  line.consume_back(".");
  size_t means = line.find(" means ");
  if (means == StringRef::npos) {
    auto report =
        diags.report(line, diag::bad_phrase, "expected 'phrase means f(x)'");
    // The word before the call.
    StringRef before = line.take_until([](char c) { return c == '('; });
    llvm::SmallVector<StringRef, 16> words;
    before.split(words, ' ', -1, /*KeepEmpty=*/false);
    for (StringRef word : llvm::reverse(words))
      if (!findNearMiss(word, {"means"}).empty() || word == "mean") {
        report.fixIt(DiagnosticEngine::rangeOf(word), "means");
        break;
      }
    return;
  }
  PhraseDecl phrase;
  phrase.range = line.take_front(means).rtrim();
  phrase.call = line.substr(means + 7).trim();
  if (readPattern(phrase) && readCall(phrase) && checkOverlap(phrase))
    state.module.vocabulary.push_back(phrase);
}

void flux::parseVocabulary(const Section &section, ParserState &state) {
  for (const Step &step : section.steps) {
    if (!step.children.empty())
      state.diags.report(step.children.front().text, diag::bad_phrase,
                         "nothing stands below a phrase");
    PhraseReader(state).read(step.text);
  }
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

bool StepParser::parsePhrase(const StepText &step, Stmt *&result) {
  StringRef first = step.whole.take_while(isPhraseCharacter);
  llvm::SmallVector<const PhraseDecl *, 8> candidates;
  for (const PhraseDecl &phrase : state.module.vocabulary)
    if (phrase.words.front().equals_insensitive(first))
      candidates.push_back(&phrase);
  if (candidates.empty())
    return false;

  result = nullptr;
  StringRef rest = step.whole.drop_front(first.size());
  llvm::SmallVector<Expr *, 4> values;
  const PhraseDecl *found = nullptr;
  for (size_t i = 1; !found; ++i) {
    rest = rest.ltrim(" \t");
    auto hasWord = [&](const PhraseDecl *phrase) {
      return phrase->words.size() > i;
    };
    bool isOver = rest.empty() || rest == "." || rest.starts_with("(") ||
                  llvm::none_of(candidates, hasWord);
    if (isOver) {
      auto *it = llvm::find_if(candidates, [&](const PhraseDecl *phrase) {
        return phrase->words.size() == i;
      });
      if (it == candidates.end()) {
        reportExpected(rest, PhraseDecl::isHole(candidates[0]->words[i])
                                 ? "a value"
                                 : ("'" + candidates[0]->words[i] + "'").str());
        return true;
      }
      found = *it;
      break;
    }
    llvm::erase_if(candidates,
                   [&](const PhraseDecl *phrase) { return !hasWord(phrase); });
    if (PhraseDecl::isHole(candidates.front()->words[i])) {
      Parser parser(rest, state, ParseMode::Step);
      Expr *value = parser.parseExpr();
      if (!value)
        return true;
      values.push_back(value);
      rest = parser.getRest(step.whole);
      continue;
    }
    skipArticles(rest);
    StringRef word = rest.take_while(isPhraseCharacter);
    llvm::SmallVector<StringRef, 4> words;
    for (const PhraseDecl *phrase : candidates)
      words.push_back(phrase->words[i]);
    llvm::erase_if(candidates, [&](const PhraseDecl *phrase) {
      return !phrase->words[i].equals_insensitive(word);
    });
    if (candidates.empty()) {
      StringRef near = findNearMiss(word, words);
      if (near.empty()) {
        reportExpected(rest, ("'" + words.front() + "'").str());
      } else {
        diags
            .report(word, diag::expected_in_step, ("'" + near + "'").str(),
                    ("'" + word + "'").str())
            .fixIt(DiagnosticEngine::rangeOf(word), near);
      }
      return true;
    }
    rest = rest.drop_front(word.size());
  }
  finishText(rest);

  // Each use has a tree of its own, because Sema writes into it.
  auto *call = llvm::cast<CallExpr>(
      Parser(found->call, state, ParseMode::Step).parseExpr());
  llvm::SmallVector<Expr *, 8> args(call->args.begin(), call->args.end());
  size_t next = 0;
  for (StringRef word : found->words) {
    if (!PhraseDecl::isHole(word))
      continue;
    for (Expr *&arg : args)
      if (arg->range.data() != values[next]->range.data() &&
          llvm::isa<NameExpr>(arg) && arg->range == getHoleName(word)) {
        arg = values[next];
        break;
      }
    ++next;
  }
  auto *copy = context.make<CallExpr>(step.whole, call->module, call->name,
                                      context.copy(ArrayRef<Expr *>(args)));
  result = context.make<ExprStmt>(step.whole, copy);
  return true;
}
