//===- LanguageServer.cpp - the language server protocol ------------------===//
//
// Which message gets which answer, and the life of the server and of its
// documents.  A client may send anything at any time: whatever is missing or of
// another type is an error in the answer, never in the server.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/LanguageServer.h"
#include "flux/Support/Version.h"
#include "flux/Tooling/Highlight.h"
#include "flux/Tooling/Messages.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <chrono>

using namespace flux;
using llvm::StringRef;
namespace json = llvm::json;

namespace {

/// Codes of JSON-RPC and of the protocol.
enum ErrorCode {
  parseError = -32700,
  invalidRequest = -32600,
  methodNotFound = -32601,
  invalidParams = -32602,
  notInitialized = -32002,
};

} // namespace

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

bool LanguageServer::handle(StringRef message) {
  auto begin = std::chrono::steady_clock::now();
  std::optional<json::Value> value = parseMessage(message);
  auto reply = [&](json::Value id, Result result) {
    json::Object answer{{"jsonrpc", "2.0"}, {"id", std::move(id)}};
    if (auto *error = std::get_if<Error>(&result))
      answer["error"] =
          json::Object{{"code", error->code}, {"message", error->message}};
    else
      answer["result"] = std::move(std::get<json::Value>(result));
    send(std::move(answer));
  };
  const json::Object *object = value ? value->getAsObject() : nullptr;
  if (!object) {
    reply(nullptr, Error{value ? invalidRequest : parseError,
                         value ? "a message is an object" : "no JSON"});
    return true;
  }
  std::optional<StringRef> method = object->getString("method");
  const json::Value *id = object->get("id");
  if (!method) {
    // An answer to a question, which this server never asks.
    if (!object->get("result") && !object->get("error"))
      reply(id ? *id : json::Value(nullptr),
            Error{invalidRequest, "a message has a method"});
    return true;
  }
  if (*method == "exit")
    return false;

  static const json::Object none;
  const json::Object *params = object->getObject("params");
  if (!params)
    params = &none;
  if (!id)
    notify(*method, *params);
  else
    reply(*id, answer(*method, *params));

  std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - begin;
  if (log) {
    *log << *method << ' ' << llvm::format("%.3f", time.count()) << " ms\n";
    log->flush();
    constexpr size_t maxKinds = 100;
    if (times.size() < maxKinds || times.count(method->str()))
      times[method->str()].push_back(time.count());
  }
  return true;
}

void LanguageServer::logSummary() {
  if (!log)
    return;
  for (auto &[method, list] : times) {
    llvm::sort(list);
    *log << "summary: " << method << ": " << list.size() << " messages, median "
         << llvm::format("%.3f", list[list.size() / 2]) << " ms, most "
         << llvm::format("%.3f", list.back()) << " ms\n";
  }
  log->flush();
}

LanguageServer::Result LanguageServer::answer(StringRef method,
                                              const Object &params) {
  if (isShutDown)
    return Error{invalidRequest, "the server was shut down"};
  if (method == "initialize")
    return initialize(params);
  if (!isInitialized)
    return Error{notInitialized, "the server is not initialized"};
  if (method == "shutdown") {
    isShutDown = true;
    return json::Value(nullptr);
  }

  if (method == "completionItem/resolve")
    return resolve(params);
  static constexpr StringRef methods[] = {
      "textDocument/completion",          "textDocument/hover",
      "textDocument/definition",          "textDocument/references",
      "textDocument/prepareRename",       "textDocument/rename",
      "textDocument/formatting",          "textDocument/documentSymbol",
      "textDocument/codeAction",          "textDocument/documentHighlight",
      "textDocument/semanticTokens/full", "textDocument/signatureHelp",
      "textDocument/foldingRange",        "textDocument/inlayHint"};
  if (!llvm::is_contained(methods, method))
    return Error{methodNotFound, "unknown method '" + method.str() + "'"};
  std::optional<Target> target = getTarget(params);
  if (!target)
    return Error{invalidParams, "the document is not open"};
  if (method == "textDocument/completion")
    return completion(*target);
  if (method == "textDocument/hover")
    return hover(*target);
  if (method == "textDocument/definition")
    return definition(*target);
  if (method == "textDocument/references")
    return references(*target, params);
  if (method == "textDocument/documentHighlight")
    return highlights(*target);
  if (method == "textDocument/prepareRename")
    return prepareRename(*target);
  if (method == "textDocument/rename")
    return rename(*target, params);
  if (method == "textDocument/formatting")
    return format(*target);
  if (method == "textDocument/documentSymbol")
    return symbols(*target);
  if (method == "textDocument/codeAction")
    return codeActions(*target, params);
  if (method == "textDocument/signatureHelp")
    return signatureHelp(*target);
  if (method == "textDocument/foldingRange")
    return foldingRanges(*target);
  if (method == "textDocument/inlayHint")
    return inlayHints(*target, params);
  return semanticTokens(*target);
}

void LanguageServer::notify(StringRef method, const Object &params) {
  if (!isInitialized || isShutDown)
    return;
  if (method == "textDocument/didOpen")
    open(params);
  else if (method == "textDocument/didChange")
    change(params);
  else if (method == "textDocument/didClose")
    close(params);
}

LanguageServer::Result LanguageServer::initialize(const Object &params) {
  isInitialized = true;
  if (const json::Object *capabilities = params.getObject("capabilities"))
    if (const json::Object *general = capabilities->getObject("general"))
      if (const json::Array *list = general->getArray("positionEncodings"))
        for (const json::Value &encoding : *list)
          utf16 &= encoding.getAsString() != std::optional<StringRef>("utf-8");
  json::Array kinds;
  for (unsigned i = 0; i < numHighlightKinds; ++i) {
    auto kind = static_cast<Highlight::Kind>(i);
    // Three have other names in the protocol.
    kinds.push_back(kind == Highlight::Constant ? "enumMember"
                    : kind == Highlight::Field  ? "property"
                    : kind == Highlight::Module ? "namespace"
                                                : getHighlightName(kind));
  }
  json::Object sync{{"openClose", true}, {"change", 2}};
  json::Object capabilities{
      {"positionEncoding", utf16 ? "utf-16" : "utf-8"},
      {"textDocumentSync", std::move(sync)},
      {"completionProvider",
       json::Object{{"triggerCharacters", json::Array{".", " ", "#", ":"}},
                    {"resolveProvider", true}}},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"documentHighlightProvider", true},
      {"renameProvider", json::Object{{"prepareProvider", true}}},
      {"signatureHelpProvider",
       json::Object{{"triggerCharacters", json::Array{"(", ","}}}},
      {"foldingRangeProvider", true},
      {"inlayHintProvider", true},
      {"documentFormattingProvider", true},
      {"documentSymbolProvider", true},
      {"codeActionProvider",
       json::Object{{"codeActionKinds", json::Array{"quickfix"}}}},
      {"semanticTokensProvider",
       json::Object{{"legend", json::Object{{"tokenTypes", std::move(kinds)},
                                            {"tokenModifiers",
                                             json::Array{"declaration"}}}},
                    {"full", true}}}};
  return json::Value(
      json::Object{{"capabilities", std::move(capabilities)},
                   {"serverInfo", json::Object{{"name", "flux-lsp-server"},
                                               {"version", getVersion()}}}});
}

//===----------------------------------------------------------------------===//
// Documents
//===----------------------------------------------------------------------===//

LanguageServer::File *LanguageServer::findFile(const Object &params,
                                               std::string *uri) {
  const json::Object *document = params.getObject("textDocument");
  std::optional<StringRef> name =
      document ? document->getString("uri") : std::nullopt;
  if (!name)
    return nullptr;
  if (uri)
    *uri = name->str();
  auto it = files.find(name->str());
  return it == files.end() ? nullptr : &it->second;
}

/// The path of a `file:` address; else a name for messages.
static std::string getPath(StringRef uri) {
  if (!uri.consume_front("file://"))
    return "document.flux.md";
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    unsigned value;
    if (uri[i] == '%' && i + 2 < uri.size() &&
        !uri.substr(i + 1, 2).getAsInteger(16, value)) {
      path += char(value);
      i += 2;
    } else {
      path += uri[i];
    }
  }
  return path;
}

const Analysis &LanguageServer::analyze(const std::string &uri, File &file) {
  if (!file.analysis)
    file.analysis = std::make_unique<Analysis>(file.text, getPath(uri));
  return *file.analysis;
}

/// Numbers outside of what a document can have mean its end.
static Position toPosition(const json::Object *position) {
  auto get = [&](StringRef key) {
    int64_t value = position ? position->getInteger(key).value_or(0) : 0;
    return unsigned(std::clamp<int64_t>(value, 0, INT32_MAX));
  };
  return {get("line"), get("character")};
}

std::optional<LanguageServer::Target>
LanguageServer::getTarget(const Object &params) {
  std::string uri;
  File *file = findFile(params, &uri);
  if (!file)
    return std::nullopt;
  const Analysis &analysis = analyze(uri, *file);
  Target target{&analysis, Positions(analysis.getText(), utf16), nullptr, uri};
  target.place =
      target.positions.find(toPosition(params.getObject("position")));
  return target;
}

void LanguageServer::open(const Object &params) {
  const json::Object *document = params.getObject("textDocument");
  if (!document)
    return;
  std::optional<StringRef> uri = document->getString("uri");
  std::optional<StringRef> text = document->getString("text");
  if (!uri || !text)
    return;
  File &file = files[uri->str()];
  file.text = text->str();
  file.version = document->getInteger("version").value_or(0);
  file.analysis.reset();
  publish(uri->str());
}

void LanguageServer::change(const Object &params) {
  std::string uri;
  File *file = findFile(params, &uri);
  const json::Array *changes = params.getArray("contentChanges");
  if (!file || !changes)
    return;
  for (const json::Value &value : *changes) {
    const json::Object *edit = value.getAsObject();
    std::optional<StringRef> text =
        edit ? edit->getString("text") : std::nullopt;
    if (!text)
      continue;
    const json::Object *range = edit->getObject("range");
    if (!range) {
      file->text = text->str();
      continue;
    }
    Positions positions(file->text, utf16);
    const char *begin = positions.find(toPosition(range->getObject("start")));
    const char *end = positions.find(toPosition(range->getObject("end")));
    size_t offset = std::min(begin, end) - file->text.data();
    file->text.replace(offset, std::max(begin, end) - std::min(begin, end),
                       text->data(), text->size());
  }
  file->version =
      params.getObject("textDocument")->getInteger("version").value_or(0);
  file->analysis.reset();
  publish(uri);
}

void LanguageServer::close(const Object &params) {
  std::string uri;
  if (!findFile(params, &uri))
    return;
  files.erase(uri);
  send(json::Object{
      {"jsonrpc", "2.0"},
      {"method", "textDocument/publishDiagnostics"},
      {"params", json::Object{{"uri", uri}, {"diagnostics", json::Array()}}}});
}

json::Value LanguageServer::toRange(const Positions &positions,
                                    StringRef range) const {
  auto convert = [&](const char *place) {
    Position position = positions.get(place);
    return json::Object{{"line", int64_t(position.line)},
                        {"character", int64_t(position.character)}};
  };
  return json::Object{{"start", convert(range.begin())},
                      {"end", convert(range.end())}};
}

json::Value LanguageServer::toEdits(const Positions &positions,
                                    llvm::ArrayRef<Edit> edits) const {
  json::Array list;
  for (const Edit &edit : edits)
    list.push_back(json::Object{{"range", toRange(positions, edit.range)},
                                {"newText", edit.text}});
  return list;
}

static StringRef getText(llvm::SMRange range, StringRef document) {
  if (!range.isValid())
    return document.take_front(0);
  const char *begin = range.Start.getPointer();
  return StringRef(begin, range.End.getPointer() - begin);
}

json::Value LanguageServer::toDiagnostic(const Target &target,
                                         const Diagnostic &diagnostic) const {
  StringRef document = target.analysis->getText();
  std::string message = diagnostic.message;
  json::Array related;
  for (const DiagNote &note : diagnostic.notes) {
    if (!note.range.isValid()) {
      message += "\n" + note.message;
      continue;
    }
    json::Object location{
        {"uri", target.uri},
        {"range", toRange(target.positions, getText(note.range, document))}};
    related.push_back(json::Object{{"location", std::move(location)},
                                   {"message", note.message}});
  }
  if (!diagnostic.trail.empty())
    message += "\n" + diagnostic.trail;
  int severity = diagnostic.severity == Severity::Error     ? 1
                 : diagnostic.severity == Severity::Warning ? 2
                                                            : 3;
  json::Object result{
      {"range", toRange(target.positions, getText(diagnostic.range, document))},
      {"severity", severity},
      {"code", getDiagInfo(diagnostic.id).code},
      {"source", "fluxc"},
      {"message", message}};
  if (!related.empty())
    result["relatedInformation"] = std::move(related);
  return result;
}

void LanguageServer::publish(const std::string &uri) {
  File &file = files[uri];
  const Analysis &analysis = analyze(uri, file);
  Target target{&analysis, Positions(analysis.getText(), utf16), nullptr, uri};
  json::Array list;
  for (const Diagnostic &diagnostic : analysis.getDiagnostics())
    list.push_back(toDiagnostic(target, diagnostic));
  send(
      json::Object{{"jsonrpc", "2.0"},
                   {"method", "textDocument/publishDiagnostics"},
                   {"params", json::Object{{"uri", uri},
                                           {"version", file.version},
                                           {"diagnostics", std::move(list)}}}});
}
