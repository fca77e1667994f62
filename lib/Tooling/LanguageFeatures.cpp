//===- LanguageFeatures.cpp - what the language server can do -------------===//
//
// Each request about an open document, in terms of its analysis.  A repair or a
// new name is offered only after it was tried.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Lexer.h"
#include "flux/Tooling/Completion.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Format.h"
#include "flux/Tooling/Highlight.h"
#include "flux/Tooling/LanguageServer.h"
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
    std::string order = std::to_string(items.size());
    order.insert(0, 5 - std::min<size_t>(order.size(), 5), '0');
    json::Object item{
        {"label", entry.label},
        {"kind", getItemKind(entry.kind)},
        {"sortText", order},
        {"textEdit",
         json::Object{
             {"range", range},
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
  if (symbol.builtin)
    return json::Value(nullptr);
  if (!symbol.isForeign)
    return json::Value(
        json::Object{{"uri", target.uri},
                     {"range", toRange(target.positions, symbol.name)}});
  // What is part of the compiler has no file.
  llvm::MemoryBufferRef source = target.analysis->getSource(symbol.name);
  if (!source.getBufferIdentifier().starts_with("/"))
    return json::Value(nullptr);
  Positions positions(source.getBuffer(), utf16);
  return json::Value(
      json::Object{{"uri", getFileURI(source.getBufferIdentifier())},
                   {"range", toRange(positions, symbol.name)}});
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

static bool canRename(const Symbol &symbol) {
  return !symbol.builtin && !symbol.isForeign;
}

LanguageServer::Result LanguageServer::prepareRename(const Target &target) {
  const Index &index = target.analysis->getIndex();
  const Occurrence *occurrence = index.find(target.place);
  if (!occurrence || !canRename(index.getSymbols()[occurrence->symbol]))
    return json::Value(nullptr);
  return toRange(target.positions, occurrence->range);
}

/// The numbers, by place, of the names that mean what \p symbol means.
static std::vector<size_t> getPattern(const Index &index, unsigned symbol) {
  std::vector<size_t> pattern;
  for (auto [i, occurrence] : llvm::enumerate(index.getOccurrences()))
    if (occurrence.symbol == symbol)
      pattern.push_back(i);
  return pattern;
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
  std::vector<size_t> pattern = getPattern(index, occurrence->symbol);
  const Index &other = renamed.getIndex();
  if (pattern.front() >= other.getOccurrences().size() ||
      getPattern(other, other.getOccurrences()[pattern.front()].symbol) !=
          pattern)
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

LanguageServer::Result LanguageServer::symbols(const Target &target) {
  const Analysis &analysis = *target.analysis;
  auto makeSymbol = [&](StringRef name, int kind, StringRef range,
                        std::string detail) {
    return json::Object{{"name", name},
                        {"kind", kind},
                        {"detail", std::move(detail)},
                        {"range", toRange(target.positions, range)},
                        {"selectionRange", toRange(target.positions, name)}};
  };
  json::Array list;
  for (const Section &section : analysis.getDocument().sections) {
    json::Array children;
    for (const Symbol &symbol : analysis.getIndex().getSymbols()) {
      int kind = symbol.kind == SymbolKind::Function   ? 12
                 : symbol.kind == SymbolKind::Struct   ? 23
                 : symbol.kind == SymbolKind::Enum     ? 10
                 : symbol.kind == SymbolKind::Constant ? 14
                 : symbol.kind == SymbolKind::State    ? 13
                                                       : 0;
      if (kind && symbol.name.begin() >= section.range.begin() &&
          symbol.name.begin() < section.range.end())
        children.push_back(
            makeSymbol(symbol.name, kind, symbol.name, getSignature(symbol)));
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
                   section.range, "");
    symbol["children"] = std::move(children);
    list.push_back(std::move(symbol));
  }
  return json::Value(std::move(list));
}

LanguageServer::Result LanguageServer::codeActions(const Target &target,
                                                   const Object &params) {
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
