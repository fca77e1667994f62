//===- Highlight.cpp - what each piece of a program is --------------------===//
//
// Colours in editors and on the pages of `fluxc doc`: the lexer says what is a
// word or a number, the index says what a name means.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Highlight.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

StringRef flux::getHighlightName(Highlight::Kind kind) {
  static constexpr StringRef names[] = {
      "comment",  "keyword",   "number",   "string",   "operator", "type",
      "variable", "parameter", "constant", "function", "field"};
  return names[kind];
}

bool flux::hasCodeInHeading(SectionKind kind) {
  return kind == SectionKind::Function || kind == SectionKind::Tile ||
         kind == SectionKind::Struct || kind == SectionKind::Enum;
}

namespace {

class Highlighter {
public:
  explicit Highlighter(const Analysis &analysis)
      : analysis(analysis), diags(sources) {}
  std::vector<Highlight> run();

private:
  void addCode(StringRef code, bool inStep);
  void addToken(const Token &token, bool inStep);
  void addName(StringRef name, bool inStep);
  void addString(StringRef text, bool inStep);
  void addComments(StringRef gap);
  void addLines(Highlight::Kind kind, StringRef range);
  void addSteps(llvm::ArrayRef<Step> steps);

  const Analysis &analysis;
  llvm::SourceMgr sources;
  DiagnosticEngine diags; ///< without renderers
  ASTContext context;
  std::vector<Highlight> result;
};

} // namespace

static Highlight::Kind getKind(const Symbol &symbol) {
  switch (symbol.kind) {
  case SymbolKind::Variable:
  case SymbolKind::State:
    return Highlight::Variable;
  case SymbolKind::Parameter:
    return Highlight::Parameter;
  case SymbolKind::Constant:
    return Highlight::Constant;
  case SymbolKind::Function:
  case SymbolKind::Builtin:
    return Highlight::Function;
  case SymbolKind::Struct:
  case SymbolKind::Enum:
    return Highlight::Type;
  case SymbolKind::Variant:
    return Highlight::Constant;
  case SymbolKind::Field:
    return Highlight::Field;
  }
  llvm_unreachable("covered switch");
}

/// Adds \p range line by line.
void Highlighter::addLines(Highlight::Kind kind, StringRef range) {
  while (!range.empty()) {
    StringRef line = range.take_until([](char c) { return c == '\n'; });
    StringRef text = line.trim(" \t\r");
    if (!text.empty())
      result.push_back({kind, text});
    range = range.drop_front(std::min(range.size(), line.size() + 1));
  }
}

/// Finds the comments in what stands between two tokens.
void Highlighter::addComments(StringRef gap) {
  while (true) {
    size_t at = gap.find('/');
    if (at == StringRef::npos)
      return;
    gap = gap.drop_front(at);
    size_t size = 2;
    if (gap.starts_with("//")) {
      size = std::min(gap.find('\n'), gap.size());
    } else if (gap.starts_with("/*")) {
      for (unsigned depth = 1; depth && size < gap.size();) {
        bool opens = gap.substr(size).starts_with("/*");
        bool closes = gap.substr(size).starts_with("*/");
        depth += opens;
        depth -= closes;
        size += opens || closes ? 2 : 1;
      }
    } else {
      gap = gap.drop_front();
      continue;
    }
    addLines(Highlight::Comment, gap.take_front(size));
    gap = gap.drop_front(std::min(size, gap.size()));
  }
}

void Highlighter::addName(StringRef name, bool inStep) {
  if (const Occurrence *occurrence = analysis.getIndex().find(name.begin())) {
    const StringRef range = occurrence->range;
    if (range.begin() <= name.begin() && name.end() <= range.end()) {
      const Symbol &symbol =
          analysis.getIndex().getSymbols()[occurrence->symbol];
      result.push_back({getKind(symbol), name, occurrence->declares,
                        int(occurrence->symbol)});
      return;
    }
  }
  if (!inStep && context.types.lookupBuiltin(name))
    result.push_back({Highlight::Type, name});
}

/// The names between the braces of a step's string are no part of the string.
void Highlighter::addString(StringRef text, bool inStep) {
  if (inStep) {
    auto all = analysis.getIndex().getOccurrences();
    const Occurrence *it = llvm::partition_point(all, [&](const Occurrence &o) {
      return o.range.begin() < text.begin();
    });
    for (; it != all.end() && it->range.begin() < text.end(); ++it) {
      const StringRef range = it->range;
      const char *begin = text.begin();
      if (range.begin() > begin)
        addLines(Highlight::String, StringRef(begin, range.begin() - begin));
      addName(range, inStep);
      text = text.drop_front(range.end() - begin);
    }
  }
  addLines(Highlight::String, text);
}

void Highlighter::addToken(const Token &token, bool inStep) {
  switch (token.kind) {
  case TokenKind::End:
  case TokenKind::Error:
    return;
  case TokenKind::Identifier:
    return addName(token.text, inStep);
  case TokenKind::IntLiteral:
  case TokenKind::FloatLiteral:
    result.push_back(
        {token.text.starts_with("'") ? Highlight::String : Highlight::Number,
         token.text});
    return;
  case TokenKind::StrLiteral:
    return addString(token.text, inStep);
  default:
    break;
  }
  if (isKeyword(token.kind)) {
    // In a sentence only some of the keywords are more than words.
    bool isWord = inStep && token.kind != TokenKind::kw_true &&
                  token.kind != TokenKind::kw_false &&
                  token.kind != TokenKind::kw_not;
    if (!isWord)
      result.push_back({Highlight::Keyword, token.text});
    return;
  }
  result.push_back({Highlight::Operator, token.text});
}

void Highlighter::addCode(StringRef code, bool inStep) {
  Lexer lexer(code, context, diags);
  const char *at = code.begin();
  while (true) {
    Token token = lexer.next();
    bool isEnd = token.kind == TokenKind::End;
    const char *begin = isEnd ? code.end() : token.text.begin();
    addComments(StringRef(at, begin - at));
    if (isEnd)
      return;
    addToken(token, inStep);
    at = token.text.end();
  }
}

void Highlighter::addSteps(llvm::ArrayRef<Step> steps) {
  for (const Step &step : steps) {
    StringRef verb, rest = step.text;
    if (findStepForm(step.text, verb)) {
      result.push_back({Highlight::Keyword, verb});
      rest = rest.drop_front(verb.size());
    }
    addCode(rest, /*inStep=*/true);
    addSteps(step.children);
  }
}

std::vector<Highlight> Highlighter::run() {
  for (const Section &section : analysis.getDocument().sections) {
    if (hasCodeInHeading(section.kind))
      addCode(section.name, false);
    addSteps(section.steps);
    for (const Fence &fence : section.fences)
      addCode(fence.body, false);
    for (const TestFence &test : section.tests)
      addCode(test.code.body, false);
  }
  llvm::sort(result, [](const Highlight &a, const Highlight &b) {
    return a.range.begin() < b.range.begin();
  });
  return std::move(result);
}

std::vector<Highlight> flux::highlight(const Analysis &analysis) {
  return Highlighter(analysis).run();
}
