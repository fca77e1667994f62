//===- Messages.cpp - JSON messages with a header -------------------------===//
//
// LLVM's reader of such messages ends the server at the first one that it does
// not understand, and its parser recurses as deeply as the input nests.  A
// language server outlives whatever its editor sends.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Messages.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

bool MessageReader::fill() {
  constexpr size_t chunk = 64u << 10;
  buffer.erase(0, at);
  at = 0;
  size_t size = buffer.size();
  buffer.resize(size + chunk);
  size_t got = read(buffer.data() + size, chunk);
  buffer.resize(size + got);
  return got != 0;
}

/// Reads a line without its end; a longer one than a header can be is cut.
bool MessageReader::readLine(std::string &line) {
  line.clear();
  while (true) {
    for (; at < buffer.size(); ++at) {
      if (buffer[at] == '\n') {
        ++at;
        if (!line.empty() && line.back() == '\r')
          line.pop_back();
        return true;
      }
      if (line.size() < MessageLimits::maxHeaderBytes)
        line += buffer[at];
    }
    if (!fill())
      return false;
  }
}

std::optional<std::string> MessageReader::next() {
  std::string line;
  std::optional<size_t> length;
  while (readLine(line)) {
    if (!line.empty()) {
      auto [name, value] = StringRef(line).split(':');
      size_t number;
      if (name.trim().equals_insensitive("content-length") &&
          !value.trim().getAsInteger(10, number))
        length = number;
      continue;
    }
    if (!length)
      continue;
    // Too long ones are skipped, not kept.
    std::string message;
    size_t left = *length;
    bool keep = left <= MessageLimits::maxBytes;
    while (left) {
      if (at == buffer.size() && !fill())
        return std::nullopt;
      size_t count = std::min(left, buffer.size() - at);
      if (keep)
        message.append(buffer, at, count);
      at += count;
      left -= count;
    }
    return message;
  }
  return std::nullopt;
}

std::optional<llvm::json::Value> flux::parseMessage(StringRef text) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > MessageLimits::maxDepth)
        return std::nullopt;
    } else if ((c == ']' || c == '}') && depth) {
      --depth;
    }
  }
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (value)
    return std::move(*value);
  llvm::consumeError(value.takeError());
  return std::nullopt;
}

std::string flux::frameMessage(llvm::json::Value message) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << message;
  return "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
}
