//===- Completion.cpp - what can be written at a place --------------------===//
//
// A document is hardly ever right while somebody writes in it, so the place is
// understood from the text of its section and line, and only names and types
// come from the tree.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Completion.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/Parser.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace flux;
using llvm::StringRef;

static bool isWord(char c) { return llvm::isAlnum(c) || c == '_'; }

static constexpr StringRef typeWords[] = {"bool", "i8",  "i16",   "i32", "i64",
                                          "u8",   "u16", "u32",   "u64", "f32",
                                          "f64",  "str", "Option"};

static constexpr StringRef keywords[] = {
#define KEYWORD(NAME) #NAME,
#include "flux/Frontend/Tokens.def"
};

namespace {

class Completer {
public:
  Completer(const Analysis &analysis, const char *place);
  std::vector<Completion> run();

private:
  void completeHeading();
  void completeKeys();
  void completeFlags(StringRef list);
  void completeSteps();
  void completeCode(StringRef before, bool atStatement);
  bool completeMembers(StringRef before);
  void completeModule(const Module &module);
  void completeArguments(StringRef before);
  void completeTypes();
  void completeNames();
  bool isInFence() const;
  bool expectsType(StringRef before) const;
  const Type *getTypeOf(StringRef chain) const;
  const Symbol *findVisible(StringRef name) const;
  void add(Completion::Kind kind, StringRef label, StringRef detail = "",
           StringRef doc = "", StringRef insert = "") {
    if (isCandidate(label) && seen.insert(label).second)
      result.push_back(
          {kind, label.str(), insert.str(), detail.str(), doc.str()});
  }
  void add(const Symbol &symbol);
  bool isCandidate(StringRef label) const;

  const Analysis &analysis;
  const Section &section;
  StringRef word;    ///< before the place
  const char *start; ///< of the word
  StringRef line;    ///< up to the word
  std::vector<const Symbol *> visible;
  std::vector<Completion> result;
  llvm::StringSet<> seen;
};

} // namespace

StringRef flux::getWordBefore(const Analysis &analysis, const char *place) {
  const char *begin = place;
  while (begin > analysis.getText().begin() && isWord(begin[-1]))
    --begin;
  return StringRef(begin, place - begin);
}

Completer::Completer(const Analysis &analysis, const char *place)
    : analysis(analysis), section(analysis.getSection(place)),
      word(getWordBefore(analysis, place)), start(word.begin()) {
  const char *begin = start;
  while (begin > analysis.getText().begin() && begin[-1] != '\n')
    --begin;
  line = StringRef(begin, start - begin);
  visible = analysis.getIndex().getVisible(start);
}

//===----------------------------------------------------------------------===//
// Headings, keys, steps
//===----------------------------------------------------------------------===//

/// True if a fence of code is open before the line; also one without an end.
bool Completer::isInFence() const {
  // The line of the mark that some editors begin with is before all sections.
  if (line.begin() < section.range.begin())
    return false;
  StringRef text(section.range.begin(), line.begin() - section.range.begin());
  StringRef fence;
  bool isFlux = false;
  while (!text.empty()) {
    auto [first, rest] = text.split('\n');
    text = rest;
    StringRef content = first.trim();
    StringRef run = content.take_while(
        [&](char c) { return c == content.front() && (c == '`' || c == '~'); });
    if (run.size() < 3)
      continue;
    if (fence.empty()) {
      fence = run;
      StringRef info = content.drop_front(run.size()).trim();
      isFlux = info.take_until(llvm::isSpace) == "flux";
    } else if (run.size() >= fence.size() && run[0] == fence[0] &&
               run.size() == content.size()) {
      fence = StringRef();
    }
  }
  return !fence.empty() && isFlux;
}

void Completer::completeHeading() {
  for (auto kind = SectionKind::Compile; kind <= SectionKind::Vocabulary;
       kind = SectionKind(unsigned(kind) + 1))
    if (StringRef reserved = getSectionWord(kind); !reserved.empty())
      add(Completion::Word, reserved, "a section of the program");
}

void Completer::completeKeys() {
  StringRef text = line.ltrim(" \t");
  text.consume_front("- ");
  auto [key, value] = text.split(':');
  if (key.size() == text.size()) {
    for (StringRef name : getKeyNames(section.kind))
      add(Completion::Word, name, "a key of this section", "",
          (name + ": ").str());
    return;
  }
  if (section.kind == SectionKind::Agent &&
      key.trim().equals_insensitive("capabilities"))
    completeFlags(value);
}

/// The capabilities that \p list lacks.
void Completer::completeFlags(StringRef list) {
  for (StringRef name : capabilityNames)
    if (!list.contains(name))
      add(Completion::Word, name, "a capability");
}

void Completer::completeSteps() {
  bool isNested;
  StringRef text = getStepStart(line, isNested);
  // Inside of a string only `{...}` is more than text.
  bool inString = false;
  size_t brace = StringRef::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"')
      inString = !inString;
    else if (inString && text[i] == '\\')
      ++i;
    else if (inString && text[i] == '{')
      brace = i;
    else if (inString && text[i] == '}')
      brace = StringRef::npos;
  }
  if (inString) {
    if (brace != StringRef::npos)
      completeCode(text.drop_front(brace + 1), false);
    return;
  }
  if (completeMembers(text))
    return;
  StepChoice choice = getStepChoices(text);
  for (auto &[choiceWord, form] : choice.words) {
    bool inLoop = section.kind == SectionKind::Loop;
    if (choiceWord == "Expect" && section.kind != SectionKind::Test)
      continue;
    if (!inLoop && (choiceWord == "YIELD" || choiceWord == "Every"))
      continue;
    if (isNested && text.trim().empty() && choiceWord == "Else")
      continue; // there is no step before it
    add(Completion::Word, choiceWord, form->form, form->doc);
  }
  if (choice.name)
    for (const Symbol *symbol : visible)
      if (symbol->kind == SymbolKind::State ||
          symbol->kind == SymbolKind::Variable)
        add(*symbol);
  if (choice.call)
    for (const Symbol *symbol : visible)
      if (symbol->function && symbol->type && symbol->type->isVoid())
        add(*symbol);
  if (choice.expr)
    completeCode(text, false);
  if (choice.duration)
    for (StringRef unit : {"ms", "s", "min", "h"})
      add(Completion::Word, unit, "a unit of time");
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// True if \p label has the letters of the word, in this order.
bool Completer::isCandidate(StringRef label) const {
  StringRef left = word;
  for (char c : label)
    if (!left.empty() && llvm::toLower(c) == llvm::toLower(left.front()))
      left = left.drop_front();
  return left.empty();
}

void Completer::add(const Symbol &symbol) {
  if (!isCandidate(symbol.name))
    return;
  Completion::Kind kind = Completion::Variable;
  if (symbol.kind == SymbolKind::Function)
    kind = Completion::Function;
  else if (symbol.kind == SymbolKind::Constant)
    kind = Completion::Constant;
  else if (symbol.structure || symbol.enumeration)
    kind = Completion::Struct;
  size_t before = result.size();
  add(kind, symbol.name, getSignature(symbol));
  if (result.size() > before)
    result.back().symbol = &symbol - analysis.getIndex().getSymbols().data();
}

const Symbol *Completer::findVisible(StringRef name) const {
  for (const Symbol *symbol : visible)
    if (symbol->name == name)
      return symbol;
  return nullptr;
}

/// Where the chain `a.b[i](x)` at the end of \p text begins.
static size_t findChainStart(StringRef text) {
  size_t at = text.size();
  while (at > 0) {
    char c = text[at - 1];
    if (c == ')' || c == ']') {
      unsigned depth = 0;
      while (at > 0) {
        --at;
        depth += text[at] == ')' || text[at] == ']';
        depth -= text[at] == '(' || text[at] == '[';
        if (!depth)
          break;
      }
    } else if (isWord(c) || c == '.') {
      --at;
    } else {
      break;
    }
  }
  return at;
}

/// The type of \p chain, a name with members, indices and calls; or null.
const Type *Completer::getTypeOf(StringRef chain) const {
  StringRef name = chain.take_while(isWord);
  chain = chain.drop_front(name.size());
  if (name.empty())
    return nullptr;
  const Type *type = nullptr;
  if (const Symbol *symbol = findVisible(name)) {
    type = symbol->type;
    if (symbol->structure && symbol->kind == SymbolKind::Struct)
      type = analysis.getTypes().getStruct(symbol->structure);
  }
  while (type && !chain.empty()) {
    if (chain.consume_front(".")) {
      StringRef field = chain.take_while(isWord);
      chain = chain.drop_front(field.size());
      const Type *owner = type;
      type = nullptr;
      if (owner->isStruct())
        for (const FieldDecl &decl : owner->decl->fields)
          if (decl.name == field)
            type = decl.type;
      continue;
    }
    char open = chain.front();
    if (open != '(' && open != '[')
      return nullptr;
    unsigned depth = 0;
    size_t end = 0;
    for (; end < chain.size(); ++end) {
      depth += chain[end] == '(' || chain[end] == '[';
      depth -= chain[end] == ')' || chain[end] == ']';
      if (!depth)
        break;
    }
    StringRef inside = chain.slice(1, end);
    chain = chain.drop_front(std::min(chain.size(), end + 1));
    if (open == '[' && !inside.contains(".."))
      type = type->element; // a part of a str has no members
  }
  return type;
}

/// What \p module exports.
void Completer::completeModule(const Module &module) {
  auto isExported = [&](StringRef name) {
    return llvm::is_contained(module.exports, name);
  };
  for (const FunctionDecl *decl : module.functions) {
    Symbol symbol;
    symbol.kind = SymbolKind::Function;
    symbol.name = decl->name;
    symbol.function = decl;
    if (isExported(decl->name))
      add(Completion::Function, decl->name, getSignature(symbol));
  }
  for (const ConstDecl *decl : module.constants)
    if (isExported(decl->name))
      add(Completion::Constant, decl->name,
          decl->type ? decl->type->str() : "?");
  for (const StructDecl *decl : module.structs)
    if (isExported(decl->name))
      add(Completion::Struct, decl->name, "a struct");
  for (const EnumDecl *decl : module.enums)
    if (isExported(decl->name))
      add(Completion::Struct, decl->name, "an enum");
}

/// Completes what follows a dot; false if there is none.
bool Completer::completeMembers(StringRef before) {
  if (!before.consume_back(".") || before.ends_with("."))
    return false;
  StringRef chain = before.drop_front(findChainStart(before));
  if (chain.empty() || llvm::isDigit(chain.front()))
    return false;
  const Symbol *owner = findVisible(chain);
  if (owner && owner->kind == SymbolKind::Enum) {
    for (const Symbol &symbol : analysis.getIndex().getSymbols())
      if (symbol.kind == SymbolKind::Variant &&
          symbol.enumeration == owner->enumeration)
        add(Completion::Constant, symbol.name, getSignature(symbol));
    return true;
  }
  if (const Type *type = getTypeOf(chain)) {
    if (type->isStruct())
      for (const FieldDecl &field : type->decl->fields)
        add(Completion::Field, field.name,
            field.type ? field.type->str() : "?");
    if (type->isArray() || type->isSlice() || type->isStr())
      add(Completion::Field, "len", "i64",
          type->isStr() ? "the number of bytes" : "the number of elements");
    if (type->isStr())
      add(Completion::Field, "bytes", "[u8]", "the bytes of the string");
    return true;
  }
  for (const ImportDecl *import : analysis.getModule().imports)
    if (import->name == chain && import->module)
      completeModule(*import->module);
  for (const Builtin &builtin : getBuiltins())
    if (builtin.module == chain)
      add(Completion::Function, builtin.name, builtin.signature, builtin.doc);
  return true;
}

/// Offers the fields of a struct whose literal is open before the word.
void Completer::completeArguments(StringRef before) {
  unsigned depth = 0;
  for (size_t i = before.size(); i-- > 0;) {
    if (before[i] == ')' || before[i] == ']')
      ++depth;
    else if ((before[i] == '(' || before[i] == '[') && depth-- == 0) {
      StringRef name = before.take_front(i);
      name = name.drop_front(findChainStart(name));
      const Symbol *symbol = findVisible(name);
      StringRef last = before.drop_front(i + 1).rsplit(',').second;
      if (symbol && symbol->kind == SymbolKind::Struct && !last.contains(':'))
        for (const FieldDecl &field : symbol->structure->fields)
          if (!before.drop_front(i).contains((field.name + ":").str()))
            add(Completion::Field, field.name,
                field.type ? field.type->str() : "?", "",
                (field.name + ": ").str());
      return;
    }
  }
}

/// True behind `->` and behind the colon of a declaration.
bool Completer::expectsType(StringRef before) const {
  StringRef text = before.rtrim(" \t[");
  text.consume_back("[var");
  text = text.rtrim(" \t[");
  if (text.ends_with("->"))
    return true;
  if (!text.ends_with(":"))
    return false;
  StringRef first = before.ltrim().take_while(isWord);
  if (first == "let" || first == "var" || first == "const")
    return !before.contains('=');
  if (first == "fn" || first == "struct")
    return true;
  if (before.starts_with("##"))
    return true;
  // A field on a line of its own, not the argument of a struct.
  return !before.contains('(') && before.count(':') == 1;
}

void Completer::completeTypes() {
  for (const Symbol *symbol : visible)
    if (symbol->structure || symbol->enumeration)
      add(*symbol);
  for (StringRef type : typeWords)
    add(Completion::Type, type, "a type");
}

void Completer::completeNames() {
  // What is declared nearest comes first.
  for (const Symbol *symbol : llvm::reverse(visible))
    if (symbol->var)
      add(*symbol);
  for (const Symbol *symbol : visible)
    add(*symbol);
  for (const ImportDecl *import : analysis.getModule().imports)
    add(Completion::Module, import->name, "an imported document");
  for (const Builtin &builtin : getBuiltins()) {
    if (builtin.module.empty())
      add(Completion::Function, builtin.name, builtin.signature, builtin.doc);
    else
      add(Completion::Module, builtin.module, "built-in functions");
  }
  for (StringRef type : typeWords)
    add(Completion::Type, type, "converts to this type");
}

void Completer::completeCode(StringRef before, bool atStatement) {
  if (completeMembers(before))
    return;
  // `uses IO_READ, `
  StringRef flags = before.rtrim("ABCDEFGHIJKLMNOPQRSTUVWXYZ_, ");
  if (flags.ends_with(" uses"))
    return completeFlags(before.drop_front(flags.size()));
  if (expectsType(before))
    return completeTypes();
  completeArguments(before);
  if (atStatement)
    for (StringRef keyword : keywords)
      add(Completion::Keyword, keyword);
  completeNames();
  if (!atStatement)
    for (StringRef keyword : {"true", "false", "not", "none"})
      add(Completion::Keyword, keyword);
}

std::vector<Completion> Completer::run() {
  if (isInFence()) {
    // No completion in comments and strings.
    StringRef code = line.split("//").first;
    if (code.size() < line.size() || line.count('"') % 2)
      return {};
    bool atStatement = line.trim().empty() || line.trim().ends_with("{") ||
                       line.trim().ends_with("}");
    completeCode(line, atStatement);
    return std::move(result);
  }
  if (StringRef(line).starts_with("##")) {
    StringRef title = line.ltrim("#").ltrim();
    if (title.empty())
      completeHeading();
    else if (section.kind == SectionKind::Function ||
             section.kind == SectionKind::Tile)
      completeCode(line, false);
    else if (expectsType(line))
      completeTypes();
    return std::move(result);
  }
  if (StringRef(line).trim() == "```" || StringRef(line).trim() == "~~~") {
    add(Completion::Word, "flux", "a fence of code");
    return std::move(result);
  }
  if (section.kind == SectionKind::Init || section.kind == SectionKind::Loop ||
      section.kind == SectionKind::Test)
    completeSteps();
  else if (!getKeyNames(section.kind).empty())
    completeKeys();
  return std::move(result);
}

std::vector<Completion> flux::complete(const Analysis &analysis,
                                       const char *place) {
  return Completer(analysis, place).run();
}
