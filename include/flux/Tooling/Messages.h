//===- Messages.h - JSON messages with a header ----------------*- C++ -*-===//
#ifndef FLUX_TOOLING_MESSAGES_H
#define FLUX_TOOLING_MESSAGES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace flux {

/// Limits for what a client sends.
struct MessageLimits {
  static constexpr size_t maxBytes = 256u << 20;
  static constexpr size_t maxHeaderBytes = 16u << 10;
  static constexpr unsigned maxDepth = 128;
};

/// Splits what a client sends into messages: `Content-Length: N`, an empty
/// line, N bytes.
class MessageReader {
public:
  /// \p read fills a buffer and returns how much it got; 0 at the end.
  explicit MessageReader(llvm::function_ref<size_t(char *, size_t)> read)
      : read(read) {}
  /// The next message; nullopt at the end.  What has no good header is skipped.
  std::optional<std::string> next();

private:
  bool fill();
  bool readLine(std::string &line);

  llvm::function_ref<size_t(char *, size_t)> read;
  std::string buffer;
  size_t at = 0;
};

/// Parses \p text; nullopt if it is no JSON or nests too deeply.
std::optional<llvm::json::Value> parseMessage(llvm::StringRef text);

/// \p message with its header.
std::string frameMessage(llvm::json::Value message);

} // namespace flux

#endif // FLUX_TOOLING_MESSAGES_H
