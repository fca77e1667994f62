//===- Completion.cpp - what can be written at a place --------------------===//
//
// A document is hardly ever right while somebody writes in it, so the place is
// understood from the text of its section and line, and only names and types
// come from the tree.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Completion.h"
#include "flux/Frontend/Imports.h"
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
  void completeStep(const StepPlace &step);
  void completePhrases(StringRef text);
  void completeSlot(StringRef slot, StringRef text);
  void completeUnits(StringRef text);
  void completeNamed(llvm::ArrayRef<StringRef> names, StringRef detail);
  void completeExports();
  void completeSettings();
  bool completePatterns();
  void completeCode(StringRef before, bool atStatement);
  bool completeMembers(StringRef before);
  const EnumDecl *findImportedEnum(StringRef chain) const;
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
      result.push_back({kind, label.str(), insert.str(), detail.str(),
                        doc.str(), -1, StringRef()});
  }
  void add(const Symbol &symbol);
  bool isCandidate(StringRef label) const;

  const Analysis &analysis;
  const Section &section;
  bool inStep = false;
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

/// What may follow `## `, and `## import: ` and `## export: `.
void Completer::completeHeading() {
  StringRef title = line.ltrim("#").ltrim();
  if (title.empty()) {
    for (auto kind = SectionKind::Compile; kind <= SectionKind::Vocabulary;
         kind = SectionKind(unsigned(kind) + 1))
      if (StringRef reserved = getSectionWord(kind); !reserved.empty())
        add(Completion::Word, reserved, "a section of the program");
  } else if (section.kind == SectionKind::Import) {
    // A path is more than a word.
    StringRef path = title.split(':').second.ltrim();
    StringRef typed(path.begin(), word.end() - path.begin());
    std::swap(word, typed);
    for (StringRef name : getLibraryDocuments())
      add(Completion::Module, name, "a document of the library");
    for (Completion &entry : result)
      entry.range = word;
  } else if (section.kind == SectionKind::Export) {
    completeExports();
  } else if (section.kind == SectionKind::Function ||
             section.kind == SectionKind::Tile) {
    completeCode(line, false);
  } else if (expectsType(line)) {
    completeTypes();
  }
}

/// What the document declares and does not export yet.
void Completer::completeExports() {
  for (const Symbol *symbol : visible)
    if ((symbol->kind == SymbolKind::Function ||
         symbol->kind == SymbolKind::Constant ||
         symbol->kind == SymbolKind::Struct ||
         symbol->kind == SymbolKind::Enum) &&
        !llvm::is_contained(analysis.getModule().exports, symbol->name))
      add(*symbol);
}

/// The types of settings, behind the colon.
void Completer::completeSettings() {
  StringRef value = line.split(':').second;
  if (!line.contains(':') || !value.trim().empty())
    return completeUnits(line);
  for (const DimensionInfo &info : getDimensions())
    add(Completion::Type, info.name, "a dimension");
  for (StringRef type : typeWords)
    if (type != "Option")
      add(Completion::Type, type, "a type");
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
    return completeFlags(value);
  if (section.kind == SectionKind::Import &&
      key.trim().equals_insensitive("names"))
    for (const ImportDecl *import : analysis.getModule().imports)
      if (import->module && import->range.begin() == section.heading.begin())
        for (StringRef name : import->module->exports)
          if (!value.contains(name))
            add(Completion::Word, name, "an exported name");
}

/// The capabilities that \p list lacks.
void Completer::completeFlags(StringRef list) {
  for (StringRef name : capabilityNames)
    if (!list.contains(name))
      add(Completion::Word, name, "a capability");
}

void Completer::completeSteps() {
  inStep = true;
  StepPlace step = findStepPlace(section, line);
  StringRef text = step.text;
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
  if (!completeMembers(text))
    completeStep(step);
}

/// The legal next words of \p step.
void Completer::completeStep(const StepPlace &step) {
  StringRef text = step.text;
  if (step.isFailure) {
    constexpr StringRef words[] = {"If", "it", "fails", ":"};
    size_t numWords = 0;
    for (StringRef rest = text.trim(); !rest.empty(); ++numWords)
      rest = rest.split(' ').second.ltrim();
    if (numWords < std::size(words))
      add(Completion::Word, words[numWords],
          "If it fails:", "steps for the case that the step above fails", "");
    return;
  }
  if (text.trim().empty()) {
    for (const VerbInfo &info : getVerbs())
      if (mayStand(info.verb, step, section.kind))
        add(Completion::Word, info.name, info.form, info.doc);
    return completePhrases("");
  }
  StringRef verbText;
  Verb verb = readVerb(text, verbText);
  if (verb == Verb::Unknown)
    return completePhrases(text);
  const VerbInfo &info = getInfo(verb);
  for (const std::string &next : getNextWords(text)) {
    StringRef part = next;
    if (part.consume_front("<") && part.consume_back(">")) {
      completeSlot(part, text);
      continue;
    }
    // Of the words for numbers that of the bus is legal.
    const auto *bus = llvm::find_if(getSensorBuses(), [&](const SensorBus &b) {
      return text.contains((" " + b.name).str());
    });
    bool isNumberWord = llvm::any_of(
        getSensorBuses(), [&](const SensorBus &b) { return b.word == part; });
    if (verb == Verb::Read && isNumberWord && bus != getSensorBuses().end() &&
        bus->word != part)
      continue;
    if (part == "if" && !mayStand(Verb::ElseIf, step, section.kind))
      continue;
    add(Completion::Word, part, info.form, info.doc);
  }
  completeUnits(text);
}

/// The words of the document's own steps.
void Completer::completePhrases(StringRef text) {
  llvm::SmallVector<StringRef, 16> written;
  for (StringRef rest = text.trim(); !rest.empty(); rest = rest.ltrim()) {
    written.push_back(rest.take_until(llvm::isSpace));
    rest = rest.drop_front(written.back().size());
  }
  for (const PhraseDecl &phrase : analysis.getModule().vocabulary) {
    size_t at = 0, i = 0;
    while (i < written.size() && at < phrase.words.size()) {
      StringRef next = at + 1 < phrase.words.size() ? phrase.words[at + 1] : "";
      if (!PhraseDecl::isHole(phrase.words[at])) {
        if (!written[i].equals_insensitive(phrase.words[at]))
          break;
        ++at;
      } else if (i + 1 == written.size() ||
                 written[i + 1].equals_insensitive(next)) {
        ++at; // the value is over
      }
      ++i;
    }
    if (i < written.size() || at == phrase.words.size())
      continue;
    if (PhraseDecl::isHole(phrase.words[at]))
      completeCode(text, false);
    else
      add(Completion::Word, phrase.words[at], phrase.range, phrase.call);
  }
}

/// Names that may hold hyphens, or are strings.
void Completer::completeNamed(llvm::ArrayRef<StringRef> names,
                              StringRef detail) {
  const char *begin = start;
  while (begin > line.begin() && (isWord(begin[-1]) || begin[-1] == '-'))
    --begin;
  StringRef longWord(begin, word.end() - begin);
  std::swap(word, longWord);
  size_t before = result.size();
  for (StringRef name : names)
    add(Completion::Word, name, detail);
  for (Completion &entry : llvm::drop_begin(result, before))
    entry.range = word;
  std::swap(word, longWord);
}

/// What may fill the \p slot of a form behind \p text.
void Completer::completeSlot(StringRef slot, StringRef text) {
  const Index &index = analysis.getIndex();
  StringRef verbText;
  Verb verb = readVerb(text, verbText);
  bool isOpen = text.count('(') > text.count(')');
  if (slot == "quantity") {
    for (const SensorQuantity &quantity : getSensorQuantities())
      add(Completion::Word, quantity.name, "what a sensor measures");
  } else if (slot == "bus") {
    for (const SensorBus &bus : getSensorBuses())
      add(Completion::Word, bus.name, "a bus");
  } else if (slot == "driver") {
    // Behind the word that goes with the bus stands the address.
    unsigned address = 0;
    StringRef number = text.split('(').second.ltrim().split(' ').second.ltrim();
    number.consumeInteger(0, address);
    for (const SensorDriver &driver : getSensorDrivers())
      if (address >= driver.first && address <= driver.last &&
          text.contains((" " + driver.bus).str()) &&
          text.contains((" " + driver.quantity + " ").str()))
        add(Completion::Word, driver.name, "a driver");
  } else if (slot == "agent" || slot == "agents") {
    completeNamed(index.getAgents(), "an agent");
  } else if (slot == "topic") {
    for (StringRef topic : index.getTopics())
      add(Completion::Word, ("\"" + topic + "\"").str(), "a topic");
  } else if (slot == "capability") {
    completeFlags("");
  } else if (slot == "call" && !isOpen) {
    if (verb == Verb::Call)
      for (const Symbol *symbol : visible)
        if (symbol->function && symbol->type && symbol->type->isVoid())
          add(*symbol);
  } else if (slot == "name") {
    if (verb == Verb::Set)
      for (const Symbol *symbol : visible)
        if (symbol->kind == SymbolKind::State ||
            symbol->kind == SymbolKind::Variable)
          add(*symbol);
  } else if (slot == "value" || slot == "values" || slot == "condition" ||
             slot == "call" || (slot == "time" && verb == Verb::Wait) ||
             (slot == "number" && verb == Verb::Repeat)) {
    completeCode(text, false);
  }
}

/// The units, if \p text ends with a number.
void Completer::completeUnits(StringRef text) {
  StringRef trimmed = text.rtrim(" \t");
  StringRef number = trimmed.drop_front(
      trimmed.find_last_not_of("0123456789._") + 1); // npos + 1 is 0
  if (number.empty() || !llvm::isDigit(number.front()) ||
      (number.begin() > text.begin() && isWord(number.begin()[-1])))
    return;
  StringRef before(text.begin(), number.begin() - text.begin());
  bool isTime = false;
  if (inStep) {
    std::vector<std::string> slots = getNextWords(before);
    isTime = llvm::is_contained(slots, "<time>");
    if (llvm::is_contained(slots, "<number>"))
      return;
  }
  for (const Unit &unit : getUnits())
    if (!isTime || unit.dimension == Dimension::Time)
      add(Completion::Word, unit.getName(),
          ("a unit of " + getInfo(unit.dimension).name).str());
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
  else if (symbol.kind == SymbolKind::Constant ||
           symbol.kind == SymbolKind::Setting)
    kind = Completion::Constant;
  else if (symbol.kind == SymbolKind::Module)
    kind = Completion::Module;
  else if (symbol.kind == SymbolKind::TypeParam)
    kind = Completion::Type;
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

/// \p text without the type arguments at its end: `Tree` of `Tree<[i64]>`.
static StringRef dropTypeArgs(StringRef text) {
  if (!text.ends_with(">"))
    return text;
  unsigned depth = 0;
  for (size_t at = text.size(); at-- > 0;) {
    char c = text[at];
    depth += c == '>';
    if (c == '<' && --depth == 0)
      return text.take_front(at);
    if (!isWord(c) && !StringRef("<>[]();,. ").contains(c))
      break; // a comparison
  }
  return text;
}

/// The enum that \p chain, `module.Enum`, names, or null.
const EnumDecl *Completer::findImportedEnum(StringRef chain) const {
  auto [name, last] = chain.split('.');
  for (const ImportDecl *import : analysis.getModule().imports)
    if (import->name == name && import->module &&
        llvm::is_contained(import->module->exports, last))
      for (const EnumDecl *decl : import->module->enums)
        if (decl->name == last)
          return decl;
  return nullptr;
}

/// Completes what follows a dot; false if there is none.
bool Completer::completeMembers(StringRef before) {
  if (!before.consume_back(".") || before.ends_with("."))
    return false;
  before = dropTypeArgs(before);
  StringRef chain = before.drop_front(findChainStart(before));
  if (chain.empty() || llvm::isDigit(chain.front()))
    return false;
  const Symbol *owner = findVisible(chain);
  if (const EnumDecl *decl = findImportedEnum(chain)) {
    for (const VariantDecl &variant : decl->variants)
      add(Completion::Constant, variant.name, "a variant");
    return true;
  }
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
    if (symbol->structure || symbol->enumeration || symbol->typeParam ||
        symbol->import)
      add(*symbol);
  for (StringRef type : typeWords)
    add(Completion::Type, type, "a type");
}

void Completer::completeNames() {
  auto isKnown = [&](const Symbol &symbol) {
    return inStep || symbol.kind != SymbolKind::Setting;
  };
  // What is declared nearest comes first.
  for (const Symbol *symbol : llvm::reverse(visible))
    if (symbol->var && isKnown(*symbol))
      add(*symbol);
  for (const Symbol *symbol : visible)
    if (isKnown(*symbol))
      add(*symbol);
  if (inStep)
    for (const Fact &fact : getFacts())
      add(Completion::Constant, fact.name, fact.doc);
  for (const ImportDecl *import : analysis.getModule().imports)
    for (StringRef name : import->names)
      add(Completion::Word, name, ("from " + import->name).str());
  for (const Builtin &builtin : getBuiltins()) {
    if (builtin.module.empty())
      add(Completion::Function, builtin.name, builtin.signature, builtin.doc);
    else
      add(Completion::Module, builtin.module, "built-in functions");
  }
  for (StringRef type : typeWords)
    add(Completion::Type, type, "converts to this type");
}

/// In the braces of a `match`, the variants of its subject; false elsewhere.
bool Completer::completePatterns() {
  StringRef text(section.range.begin(), line.begin() - section.range.begin());
  // The brace that is open: what is in other braces does not count.
  unsigned depth = 0;
  constexpr size_t maxDistance = 20000;
  size_t least = text.size() - std::min(text.size(), maxDistance);
  for (size_t i = text.size(); i-- > least;) {
    if (text[i] == '}')
      ++depth;
    else if (text[i] == '{' && depth-- == 0) {
      StringRef head = text.take_front(i).rtrim();
      head = head.substr(head.rfind('\n') + 1).ltrim();
      if (!head.consume_front("match "))
        return false;
      const Type *type = getTypeOf(head.trim());
      if (!type || !type->isEnum())
        return false;
      for (const VariantDecl &variant : type->enumDecl->variants)
        add(Completion::Constant, variant.name, "a variant of " + type->str());
      add(Completion::Keyword, "else", "all others");
      return true;
    }
  }
  return false;
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
    if (!line.trim().empty() || !completePatterns())
      completeCode(line, atStatement);
    return std::move(result);
  }
  if (StringRef(line).starts_with("##")) {
    completeHeading();
    return std::move(result);
  }
  if (StringRef(line).trim() == "```" || StringRef(line).trim() == "~~~") {
    add(Completion::Word, "flux", "a fence of code");
    return std::move(result);
  }
  if (section.kind == SectionKind::Init || section.kind == SectionKind::Loop ||
      section.kind == SectionKind::Test)
    completeSteps();
  else if (section.kind == SectionKind::Export)
    completeExports();
  else if (section.kind == SectionKind::Settings)
    completeSettings();
  else if (!getKeyNames(section.kind).empty())
    completeKeys();
  return std::move(result);
}

std::vector<Completion> flux::complete(const Analysis &analysis,
                                       const char *place) {
  return Completer(analysis, place).run();
}
