//===- fuzz-messages.cpp - any bytes as what an editor sends --------------===//
//
// The language server must outlive everything: the input is read as a stream of
// messages, with headers, as one message without, and as a list of changes and
// requests about one document, three bytes each.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/LanguageServer.h"
#include "flux/Tooling/Messages.h"

using namespace flux;
using llvm::StringRef;

static void serve(StringRef input) {
  LanguageServer server(
      [](llvm::json::Value message) { frameMessage(std::move(message)); },
      nullptr);
  server.handle(R"({"id": 1, "method": "initialize"})");
  server.handle(R"({"method": "textDocument/didOpen", "params": {
    "textDocument": {"uri": "u", "text": "# T\n\n## Init\n\n- Set n to 1\n"}}})");
  auto read = [&](char *buffer, size_t size) {
    size = std::min(size, input.size());
    std::copy_n(input.begin(), size, buffer);
    input = input.drop_front(size);
    return size;
  };
  MessageReader reader(read);
  while (std::optional<std::string> message = reader.next())
    if (!server.handle(*message))
      break;
}

/// A document with something of everything.
static constexpr StringRef document = R"(# T

## import: std/list

```flux
struct Pair<A, B> { a: A, b: B }
enum Shape { Circle(r: i64), Empty }
const LIMIT: i64 = 3
fn larger<T: ord>(x: T, y: T) -> T { if x < y { return y }
  return x }
fn area(s: Shape) -> Option<i64> {
  match s { Circle(r) { return some(larger<i64>(r, LIMIT)) }
    Empty { return none } }
}
```

## Settings

- limit: temperature = 25 degC in 0 degC..50 degC

## Loop

1. Read temperature from I2C sensor (addr 0x48)
2. If temperature > limit:
   - TELL cloud-agent: alarm(temperature)
     - If it fails: Log "no cloud {uptime}"
3. Else: Log "{temperature}"

## Test

1. Expect area(Shape.Circle(r: 1)) to be some(3)
)";

static void request(StringRef input) {
  constexpr StringRef methods[] = {"completion",    "hover",
                                   "definition",    "references",
                                   "prepareRename", "rename",
                                   "formatting",    "documentSymbol",
                                   "codeAction",    "documentHighlight",
                                   "signatureHelp", "foldingRange",
                                   "inlayHint",     "semanticTokens/full"};
  LanguageServer server(
      [](llvm::json::Value message) { frameMessage(std::move(message)); },
      nullptr);
  auto send = [&](StringRef method, llvm::json::Object params,
                  bool isQuestion) {
    params["textDocument"] = llvm::json::Object{{"uri", "u"}, {"version", 1}};
    llvm::json::Object message{{"method", method},
                               {"params", std::move(params)}};
    if (isQuestion)
      message["id"] = 1;
    std::string text;
    llvm::raw_string_ostream(text) << llvm::json::Value(std::move(message));
    server.handle(text);
  };
  server.handle(R"({"id": 1, "method": "initialize"})");
  std::string open;
  llvm::raw_string_ostream(open) << llvm::json::Value(llvm::json::Object{
      {"method", "textDocument/didOpen"},
      {"params", llvm::json::Object{
                     {"textDocument",
                      llvm::json::Object{{"uri", "u"}, {"text", document}}}}}});
  server.handle(open);
  constexpr size_t maxRequests = 24;
  for (size_t i = 0; i + 3 <= input.size() && i / 3 < maxRequests; i += 3) {
    unsigned char kind = input[i], line = input[i + 1], column = input[i + 2];
    using llvm::json::Array, llvm::json::Object;
    Object place{{"line", line % 40}, {"character", column % 80}};
    Object range{{"start", Object(place)}, {"end", Object(place)}};
    if (kind % 3 == 0) {
      std::string text(1, char(32 + column % 95));
      Object edit{{"range", std::move(range)}, {"text", text}};
      Object changes{{"contentChanges", Array{std::move(edit)}}};
      send("textDocument/didChange", std::move(changes), false);
      continue;
    }
    std::string method = "textDocument/";
    method += methods[kind / 3 % std::size(methods)];
    Object params{{"position", std::move(place)},
                  {"range", std::move(range)},
                  {"newName", column % 2 ? "other" : "limit"}};
    send(method, std::move(params), true);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  serve(text);
  request(text);
  serve("Content-Length: " + std::to_string(size) + "\r\n\r\n" + text);
  return 0;
}
