//===- Highlight.cpp - what each piece of a program is --------------------===//
//
// Colours in editors and on the pages of `fluxc doc`: the lexer says what is a
// word or a number, the index says what a name means.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Highlight.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

StringRef flux::getHighlightName(Highlight::Kind kind) {
  static constexpr StringRef names[] = {
      "comment",  "keyword",   "number",   "string",   "operator", "type",
      "variable", "parameter", "constant", "function", "field",    "module"};
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
  void addStep(StringRef text);
  void addSteps(llvm::ArrayRef<Step> steps);
  void addWords(StringRef text);
  void noteWords();

  const Analysis &analysis;
  llvm::SourceMgr sources;
  DiagnosticEngine diags; ///< without renderers
  ASTContext context;
  std::vector<Highlight> result;
  /// Words whose place says what they are, by that place: constraints, types of
  /// settings, the words of forms.
  llvm::DenseMap<const char *, Highlight::Kind> words;
  StringRef lastNumber; ///< a unit may follow it
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
  case SymbolKind::TypeParam:
    return Highlight::Type;
  case SymbolKind::Module:
    return Highlight::Module;
  case SymbolKind::Variant:
  case SymbolKind::Setting:
  case SymbolKind::Fact:
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

/// True if \p name is the unit of \p number, which it follows.
static bool isUnitOf(StringRef number, StringRef name) {
  if (number.empty() || number.end() > name.begin() || !findUnit(name))
    return false;
  StringRef gap(number.end(), name.begin() - number.end());
  return gap.trim(" \t").empty();
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
  if (auto it = words.find(name.begin()); it != words.end())
    result.push_back({it->second, name});
  else if (inStep && isUnitOf(lastNumber, name))
    result.push_back({Highlight::Number, name});
  else if (findEffect(name))
    result.push_back({Highlight::Constant, name});
  else if (context.types.lookupBuiltin(name) ||
           (!inStep && (name == "Option" || name == "region")))
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
    lastNumber = token.text;
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
    if (!isWord || words.contains(token.text.begin()))
      result.push_back({Highlight::Keyword, token.text});
    return;
  }
  result.push_back({Highlight::Operator, token.text});
}

void Highlighter::addCode(StringRef code, bool inStep) {
  Lexer lexer(code, context, diags);
  if (inStep)
    lexer.allowUnits();
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

/// The steps of one line, which may hold each other.
void Highlighter::addStep(StringRef text) {
  for (const StepPart &part : splitStep(text)) {
    if (part.info || !part.verb.empty())
      result.push_back({Highlight::Keyword, part.verb});
    for (StringRef word : getFormWords(part.text))
      words[word.begin()] = Highlight::Keyword;
    const char *begin = part.verb.empty() ? part.text.begin() : part.verb.end();
    addCode(StringRef(begin, part.text.end() - begin), /*inStep=*/true);
  }
}

void Highlighter::addSteps(llvm::ArrayRef<Step> steps) {
  for (const Step &step : steps) {
    addStep(step.text);
    addSteps(step.children);
  }
}

/// Words that mean something only where they stand.
void Highlighter::noteWords() {
  const Module &module = analysis.getModule();
  auto noteConstraints = [&](const Generics &generics) {
    for (const TypeParamDecl *param : generics.params)
      for (StringRef word : param->constraints)
        words[word.begin()] = Highlight::Keyword;
  };
  for (const StructDecl *decl : module.structs)
    noteConstraints(decl->generics);
  for (const EnumDecl *decl : module.enums)
    noteConstraints(decl->generics);
  for (const FunctionDecl *decl : module.functions)
    noteConstraints(decl->generics);
  for (const SettingDecl *setting : module.settings)
    if (!setting->typeText.empty())
      words[setting->typeText.begin()] = Highlight::Type;
}

/// The names of \p text, which is no code: what is no name stays as it is.
void Highlighter::addWords(StringRef text) {
  while (!text.empty()) {
    StringRef word =
        text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!word.empty())
      addName(word, /*inStep=*/true);
    text = text.drop_front(std::max<size_t>(word.size(), 1));
  }
}

std::vector<Highlight> Highlighter::run() {
  noteWords();
  for (const Section &section : analysis.getDocument().sections) {
    if (hasCodeInHeading(section.kind))
      addCode(section.name, false);
    else if (section.kind == SectionKind::Import ||
             section.kind == SectionKind::Export)
      addWords(section.name);
    addSteps(section.steps);
    for (const KeyValue &entry : section.keys) {
      if (section.kind == SectionKind::Settings) {
        addWords(entry.key);
        addCode(entry.value, /*inStep=*/true);
        continue;
      }
      result.push_back({Highlight::Field, entry.key});
      addWords(entry.value);
    }
    for (const auto &table : section.tables)
      for (const auto &row : llvm::drop_begin(table))
        for (StringRef cell : row) {
          // Defaults and ranges, but no descriptions.
          StringRef first = cell.take_front();
          if (!first.empty() && StringRef("-.\"0123456789").contains(first))
            addCode(cell, /*inStep=*/true);
          else
            addWords(cell);
        }
    for (const auto &row : section.rows)
      for (StringRef cell : row)
        addWords(cell);
    for (StringRef name : section.names)
      addWords(name);
    for (const Fence &fence : section.fences)
      addCode(fence.body, false);
    for (const TestFence &test : section.tests)
      addCode(test.code.body, false);
  }
  llvm::sort(result, [](const Highlight &a, const Highlight &b) {
    return std::tuple(a.range.begin(), b.range.size(), a.kind) <
           std::tuple(b.range.begin(), a.range.size(), b.kind);
  });
  // Pieces do not overlap, whatever the document looks like.
  const char *end = nullptr;
  llvm::erase_if(result, [&](const Highlight &entry) {
    if (entry.range.begin() < end)
      return true;
    end = entry.range.end();
    return false;
  });
  return std::move(result);
}

std::vector<Highlight> flux::highlight(const Analysis &analysis) {
  return Highlighter(analysis).run();
}
