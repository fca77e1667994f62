//===- fuzz-messages.cpp - any bytes as what an editor sends --------------===//
//
// The language server must outlive everything: the input is read as a stream of
// messages, with headers, and as one message without.
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

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  serve(text);
  serve("Content-Length: " + std::to_string(size) + "\r\n\r\n" + text);
  return 0;
}
