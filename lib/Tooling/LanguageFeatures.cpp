//===- LanguageFeatures.cpp - what the language server can do -------------===//
//
// Each request about an open document, in terms of its analysis.  A repair or a
// new name is offered only after it was tried.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Tooling/Completion.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Format.h"
#include "flux/Tooling/Highlight.h"
#include "flux/Tooling/Hints.h"
#include "flux/Tooling/LanguageServer.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;
namespace json = llvm::json;

static constexpr int requestFailed = -32803, invalidParams = -32602;

//===----------------------------------------------------------------------===//
// Completion and hover
//===----------------------------------------------------------------------===//

/// The protocol's number for a kind of completion.
static int getItemKind(Completion::Kind kind) {
  switch (kind) {
  case Completion::Keyword:
    return 14;
  case Completion::Word:
    return 12;
  case Completion::Variable:
    return 6;
  case Completion::Constant:
    return 21;
  case Completion::Function:
    return 3;
  case Completion::Struct:
    return 22;
  case Completion::Field:
    return 5;
  case Completion::Type:
    return 25;
  case Completion::Module:
    return 9;
  }
  llvm_unreachable("covered switch");
}

LanguageServer::Result LanguageServer::completion(const Target &target) {
  json::Value range =
      toRange(target.positions, getWordBefore(*target.analysis, target.place));
  json::Array items;
  for (const Completion &entry : complete(*target.analysis, target.place)) {
    json::Value replaced =
        entry.range.empty() ? range : toRange(target.positions, entry.range);
    std::string order = std::to_string(items.size());
    order.insert(0, 5 - std::min<size_t>(order.size(), 5), '0');
    json::Object item{
        {"label", entry.label},
        {"kind", getItemKind(entry.kind)},
        {"sortText", order},
        {"textEdit",
         json::Object{
             {"range", std::move(replaced)},
             {"newText", entry.insert.empty() ? entry.label : entry.insert}}}};
    if (!entry.detail.empty())
      item["detail"] = entry.detail;
    if (!entry.doc.empty())
      item["documentation"] =
          json::Object{{"kind", "markdown"}, {"value", entry.doc}};
    if (entry.symbol >= 0)
      item["data"] =
          json::Object{{"uri", target.uri}, {"symbol", entry.symbol}};
    items.push_back(std::move(item));
  }
  // A shorter word has other items.
  bool isPart = !getWordBefore(*target.analysis, target.place).empty();
  return json::Value(
      json::Object{{"isIncomplete", isPart}, {"items", std::move(items)}});
}

LanguageServer::Result LanguageServer::resolve(const Object &item) {
  json::Object result = item;
  const json::Object *data = item.getObject("data");
  std::optional<StringRef> uri = data ? data->getString("uri") : std::nullopt;
  auto it = uri ? files.find(uri->str()) : files.end();
  if (it == files.end())
    return json::Value(std::move(result));
  // The document may have changed since: then the name tells.
  const Analysis &analysis = analyze(it->first, it->second);
  auto symbols = analysis.getIndex().getSymbols();
  int64_t number = data->getInteger("symbol").value_or(-1);
  if (number >= 0 && number < int64_t(symbols.size()) &&
      item.getString("label") == symbols[number].name) {
    std::string text = getDocumentation(symbols[number], analysis);
    if (!text.empty())
      result["documentation"] =
          json::Object{{"kind", "markdown"}, {"value", text}};
  }
  return json::Value(std::move(result));
}

LanguageServer::Result LanguageServer::hover(const Target &target) {
  StringRef range;
  std::string text = describePlace(*target.analysis, target.place, range);
  if (text.empty())
    return json::Value(nullptr);
  return json::Value(json::Object{
      {"contents", json::Object{{"kind", "markdown"}, {"value", text}}},
      {"range", toRange(target.positions, range)}});
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// The address of the file at \p path.
static std::string getFileURI(StringRef path) {
  std::string uri = "file://";
  for (char c : path) {
    if (llvm::isAlnum(c) || StringRef("-._~/").contains(c))
      uri += c;
    else
      uri += "%" + llvm::utohexstr(static_cast<unsigned char>(c),
                                   /*LowerCase=*/false, /*Width=*/2);
  }
  return uri;
}

LanguageServer::Result LanguageServer::definition(const Target &target) {
  const Index &index = target.analysis->getIndex();
  const Occurrence *occurrence = index.find(target.place);
  if (!occurrence)
    return json::Value(nullptr);
  const Symbol &symbol = index.getSymbols()[occurrence->symbol];
  if (symbol.builtin || symbol.kind == SymbolKind::Fact)
    return json::Value(nullptr);
  // The name of a module leads to its document.
  StringRef place = symbol.name;
  bool isModule = symbol.import && symbol.import->module;
  if (isModule)
    place = symbol.import->module->source.take_front(0);
  if (!symbol.isForeign && !isModule)
    return json::Value(
        json::Object{{"uri", target.uri},
                     {"range", toRange(target.positions, symbol.name)}});
  // What is part of the compiler has no file.
  llvm::MemoryBufferRef source = target.analysis->getSource(place);
  if (!source.getBufferIdentifier().starts_with("/"))
    return json::Value(nullptr);
  Positions positions(source.getBuffer(), utf16);
  return json::Value(
      json::Object{{"uri", getFileURI(source.getBufferIdentifier())},
                   {"range", toRange(positions, place)}});
}

LanguageServer::Result LanguageServer::references(const Target &target,
                                                  const Object &params) {
  const Index &index = target.analysis->getIndex();
  const json::Object *context = params.getObject("context");
  bool withDeclaration =
      context && context->getBoolean("includeDeclaration").value_or(false);
  json::Array list;
  if (const Occurrence *occurrence = index.find(target.place))
    for (const Occurrence &other : index.getOccurrencesOf(occurrence->symbol))
      if (withDeclaration || !other.declares)
        list.push_back(
            json::Object{{"uri", target.uri},
                         {"range", toRange(target.positions, other.range)}});
  return json::Value(std::move(list));
}

LanguageServer::Result LanguageServer::highlights(const Target &target) {
  const Index &index = target.analysis->getIndex();
  json::Array list;
  if (const Occurrence *occurrence = index.find(target.place))
    for (const Occurrence &other : index.getOccurrencesOf(occurrence->symbol))
      list.push_back(
          json::Object{{"range", toRange(target.positions, other.range)}});
  return json::Value(std::move(list));
}

/// True if the document alone says what \p symbol is called.
static bool canRename(const Symbol &symbol) {
  // The name of a module may be a part of its path.
  if (symbol.import) {
    StringRef path = symbol.import->path, name = symbol.name;
    return name.begin() < path.begin() || name.begin() >= path.end();
  }
  return !symbol.builtin && !symbol.isForeign;
}

LanguageServer::Result LanguageServer::prepareRename(const Target &target) {
  const Index &index = target.analysis->getIndex();
  const Occurrence *occurrence = index.find(target.place);
  if (!occurrence || !canRename(index.getSymbols()[occurrence->symbol]))
    return json::Value(nullptr);
  return toRange(target.positions, occurrence->range);
}

/// True if the names of both documents mean the same: which of them mean one
/// thing, in their order.
static bool meansTheSame(const Index &before, const Index &after) {
  llvm::ArrayRef<Occurrence> old = before.getOccurrences();
  llvm::ArrayRef<Occurrence> changed = after.getOccurrences();
  if (old.size() != changed.size())
    return false;
  llvm::DenseMap<unsigned, unsigned> there, back;
  for (auto [a, b] : llvm::zip_equal(old, changed))
    if (a.declares != b.declares ||
        there.try_emplace(a.symbol, b.symbol).first->second != b.symbol ||
        back.try_emplace(b.symbol, a.symbol).first->second != a.symbol)
      return false;
  return true;
}

LanguageServer::Result LanguageServer::rename(const Target &target,
                                              const Object &params) {
  const Analysis &analysis = *target.analysis;
  const Index &index = analysis.getIndex();
  const Occurrence *occurrence = index.find(target.place);
  if (!occurrence || !canRename(index.getSymbols()[occurrence->symbol]))
    return Error{requestFailed, "there is no name that can be changed"};
  std::string name = params.getString("newName").value_or("").str();
  if (name.empty() || llvm::isDigit(name[0]) ||
      !llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return Error{invalidParams, "'" + name + "' is no name"};
  if (analysis.getNumErrors())
    return Error{requestFailed, "the document has errors; repair them first"};

  std::vector<Edit> edits;
  for (const Occurrence &other : index.getOccurrencesOf(occurrence->symbol))
    edits.push_back({other.range, name});
  // The new document must be right, and each name mean what it meant before.
  Analysis renamed(applyEdits(analysis.getText(), edits),
                   analysis.getBuffer().getBufferIdentifier());
  if (renamed.getNumErrors()) {
    std::string reason;
    for (const Diagnostic &diagnostic : renamed.getDiagnostics())
      if (diagnostic.severity == Severity::Error && reason.empty())
        reason = diagnostic.message;
    return Error{requestFailed, "with the name '" + name + "': " + reason};
  }
  if (!meansTheSame(index, renamed.getIndex()))
    return Error{requestFailed, "with the name '" + name +
                                    "' the document would mean something else"};
  json::Object changes;
  changes[target.uri] = toEdits(target.positions, edits);
  return json::Value(json::Object{{"changes", std::move(changes)}});
}

//===----------------------------------------------------------------------===//
// The document as a whole
//===----------------------------------------------------------------------===//

LanguageServer::Result LanguageServer::format(const Target &target) {
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources); // without renderers
  FormatResult result = formatDocument(target.analysis->getBuffer(), diags);
  if (result.status == FormatResult::Changed)
    return toEdits(target.positions, result.edits);
  if (result.status == FormatResult::Unchanged)
    return json::Value(json::Array());
  return Error{requestFailed, "the document has errors; repair them first"};
}

/// The protocol's number for a kind of symbol in outlines; 0: it is not shown.
static int getSymbolKind(const Symbol &symbol) {
  switch (symbol.kind) {
  case SymbolKind::Function:
    return 12;
  case SymbolKind::Struct:
    return 23;
  case SymbolKind::Enum:
    return 10;
  case SymbolKind::Constant:
    return 14;
  case SymbolKind::State:
    return 13;
  case SymbolKind::Setting:
    return symbol.var->setting->isInferred ? 0 : 20;
  case SymbolKind::Variant:
    return 22;
  case SymbolKind::Field:
    return symbol.variant ? 0 : 8;
  default:
    return 0;
  }
}

/// The whole declaration of \p symbol.
static StringRef getExtent(const Symbol &symbol) {
  StringRef range = symbol.name;
  if (symbol.kind == SymbolKind::Struct)
    range = symbol.structure->range;
  else if (symbol.kind == SymbolKind::Enum)
    range = symbol.enumeration->range;
  else if (symbol.kind == SymbolKind::Constant)
    range = symbol.constant->range;
  else if (symbol.kind == SymbolKind::Function)
    range = symbol.function->range;
  const char *begin = std::min(range.begin(), symbol.name.begin());
  const char *end = std::max(range.end(), symbol.name.end());
  if (symbol.function && symbol.function->body)
    end = std::max(end, symbol.function->body->end.end());
  return StringRef(begin, end - begin);
}

LanguageServer::Result LanguageServer::symbols(const Target &target) {
  const Analysis &analysis = *target.analysis;
  auto makeSymbol = [&](StringRef name, int kind, StringRef range,
                        StringRef selection, std::string detail) {
    return json::Object{
        {"name", name},
        {"kind", kind},
        {"detail", std::move(detail)},
        {"range", toRange(target.positions, range)},
        {"selectionRange", toRange(target.positions, selection)}};
  };
  // Fields and variants belong to their types, the rest to sections.
  std::vector<std::pair<const Symbol *, json::Array>> shown;
  for (const Symbol &symbol : analysis.getIndex().getSymbols()) {
    int kind = getSymbolKind(symbol);
    if (!kind || symbol.isForeign)
      continue;
    bool isPart =
        symbol.kind == SymbolKind::Variant || symbol.kind == SymbolKind::Field;
    if (!isPart)
      shown.push_back({&symbol, json::Array()});
    else if (!shown.empty())
      shown.back().second.push_back(makeSymbol(
          symbol.name, kind, symbol.name, symbol.name, getSignature(symbol)));
  }
  llvm::sort(shown, [](const auto &a, const auto &b) {
    return a.first->name.begin() < b.first->name.begin();
  });
  json::Array list;
  size_t next = 0;
  for (const Section &section : analysis.getDocument().sections) {
    json::Array children;
    for (; next < shown.size() &&
           shown[next].first->name.begin() < section.range.end();
         ++next) {
      auto &[symbol, parts] = shown[next];
      json::Object child =
          makeSymbol(symbol->name, getSymbolKind(*symbol), getExtent(*symbol),
                     symbol->name, getSignature(*symbol));
      if (!parts.empty())
        child["children"] = std::move(parts);
      children.push_back(std::move(child));
    }
    if (section.heading.empty()) {
      for (json::Value &child : children)
        list.push_back(std::move(child));
      continue;
    }
    constexpr int namespaceKind = 3, stringKind = 15;
    bool isProse = section.kind == SectionKind::Prose;
    json::Object symbol =
        makeSymbol(section.heading, isProse ? stringKind : namespaceKind,
                   section.range, section.heading, "");
    symbol["children"] = std::move(children);
    list.push_back(std::move(symbol));
  }
  return json::Value(std::move(list));
}

LanguageServer::Result LanguageServer::codeActions(const Target &target,
                                                   const Object &params) {
  StringRef range = getRange(target, params);
  const char *begin = range.begin(), *end = range.end();
  constexpr unsigned maxDiagnostics = 8; // each repair is a compilation
  unsigned count = 0;
  json::Array list;
  for (const Diagnostic &diagnostic : target.analysis->getDiagnostics()) {
    if (!diagnostic.range.isValid() || diagnostic.fixIts.empty() ||
        diagnostic.range.Start.getPointer() > end ||
        diagnostic.range.End.getPointer() < begin || ++count > maxDiagnostics)
      continue;
    for (const std::vector<Edit> &edits :
         getVerifiedRepairs(*target.analysis, diagnostic)) {
      constexpr size_t maxShown = 40;
      const Edit &first = edits.front();
      std::string title =
          first.text.empty()
              ? "Remove '" + shorten(first.range, maxShown).str() + "'"
          : first.range.empty()
              ? "Insert '" + shorten(first.text, maxShown).str() + "'"
              : "Replace '" + shorten(first.range, maxShown).str() + "' by '" +
                    shorten(first.text, maxShown).str() + "'";
      json::Object changes;
      changes[target.uri] = toEdits(target.positions, edits);
      list.push_back(json::Object{
          {"title", title},
          {"kind", "quickfix"},
          {"diagnostics", json::Array{toDiagnostic(target, diagnostic)}},
          {"edit", json::Object{{"changes", std::move(changes)}}}});
    }
  }
  return json::Value(std::move(list));
}

LanguageServer::Result LanguageServer::semanticTokens(const Target &target) {
  json::Array data;
  Position last;
  for (const Highlight &entry : highlight(*target.analysis)) {
    Position begin = target.positions.get(entry.range.begin());
    Position end = target.positions.get(entry.range.end());
    if (begin.line != end.line)
      continue;
    bool sameLine = begin.line == last.line;
    data.push_back(int64_t(begin.line - last.line));
    data.push_back(int64_t(begin.character - (sameLine ? last.character : 0)));
    data.push_back(int64_t(end.character - begin.character));
    data.push_back(int64_t(entry.kind));
    data.push_back(int64_t(entry.declares));
    last = begin;
  }
  return json::Value(json::Object{{"data", std::move(data)}});
}

StringRef LanguageServer::getRange(const Target &target, const Object &params) {
  const json::Object *range = params.getObject("range");
  auto find = [&](StringRef key) {
    const json::Object *position = range ? range->getObject(key) : nullptr;
    Position result;
    if (position) {
      result.line = std::clamp<int64_t>(
          position->getInteger("line").value_or(0), 0, INT32_MAX);
      result.character = std::clamp<int64_t>(
          position->getInteger("character").value_or(0), 0, INT32_MAX);
    }
    return target.positions.find(result);
  };
  const char *begin = find("start"), *end = find("end");
  return StringRef(begin, std::max(begin, end) - begin);
}

//===----------------------------------------------------------------------===//
// Hints
//===----------------------------------------------------------------------===//

LanguageServer::Result LanguageServer::signatureHelp(const Target &target) {
  std::optional<CallHelp> help = findCall(*target.analysis, target.place);
  if (!help)
    return json::Value(nullptr);
  json::Array parameters;
  for (auto [begin, end] : help->parameters)
    parameters.push_back(
        json::Object{{"label", json::Array{int64_t(begin), int64_t(end)}}});
  json::Object signature{{"label", help->label},
                         {"parameters", std::move(parameters)}};
  if (!help->doc.empty())
    signature["documentation"] =
        json::Object{{"kind", "markdown"}, {"value", help->doc}};
  return json::Value(
      json::Object{{"signatures", json::Array{std::move(signature)}},
                   {"activeSignature", 0},
                   {"activeParameter", int64_t(help->active)}});
}

LanguageServer::Result LanguageServer::foldingRanges(const Target &target) {
  json::Array list;
  for (StringRef fold : findFolds(*target.analysis)) {
    Position begin = target.positions.get(fold.begin());
    Position end = target.positions.get(fold.end());
    json::Object range{{"startLine", int64_t(begin.line)},
                       {"endLine", int64_t(end.line)}};
    if (fold.starts_with("//") || fold.starts_with("/*"))
      range["kind"] = "comment";
    list.push_back(std::move(range));
  }
  return json::Value(std::move(list));
}

LanguageServer::Result LanguageServer::inlayHints(const Target &target,
                                                  const Object &params) {
  json::Array list;
  for (const InlayHint &hint :
       findHints(*target.analysis, getRange(target, params))) {
    Position place = target.positions.get(hint.place);
    list.push_back(json::Object{
        {"position", json::Object{{"line", int64_t(place.line)},
                                  {"character", int64_t(place.character)}}},
        {"label", hint.text},
        {"kind", 1}});
  }
  return json::Value(std::move(list));
}
