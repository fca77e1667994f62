//===- LanguageServer.h - the language server protocol ---------*- C++ -*-===//
#ifndef FLUX_TOOLING_LANGUAGESERVER_H
#define FLUX_TOOLING_LANGUAGESERVER_H

#include "flux/Tooling/Analysis.h"
#include "flux/Tooling/Positions.h"
#include "llvm/Support/JSON.h"
#include <functional>
#include <map>
#include <memory>
#include <variant>

namespace flux {

/// Answers the messages of one editor.  It has no threads: each message is
/// handled before the next one is read.
class LanguageServer {
public:
  /// \p send delivers a message; \p log, if not null, gets a line for each
  /// message with the time that it took.
  LanguageServer(std::function<void(llvm::json::Value)> send,
                 llvm::raw_ostream *log)
      : send(std::move(send)), log(log) {}

  /// Handles the JSON text \p message; false when the server should end.
  bool handle(llvm::StringRef message);
  /// The status that the process should end with.
  int getExitStatus() const { return isShutDown ? 0 : 1; }
  /// Writes how many messages of each kind there were, and the median time.
  void logSummary();

private:
  /// An open document.
  struct File {
    std::string text;
    std::unique_ptr<Analysis> analysis; ///< of the text; null: not yet made
    int64_t version = 0;
  };
  /// An open document and the place that a request is about.
  struct Target {
    const Analysis *analysis = nullptr;
    Positions positions;
    const char *place = nullptr;
    std::string uri;
  };
  struct Error {
    int code;
    std::string message;
  };
  using Result = std::variant<llvm::json::Value, Error>;
  using Object = llvm::json::Object;

  Result answer(llvm::StringRef method, const Object &params);
  void notify(llvm::StringRef method, const Object &params);
  Result initialize(const Object &params);
  void open(const Object &params);
  void change(const Object &params);
  void close(const Object &params);
  void publish(const std::string &uri);

  File *findFile(const Object &params, std::string *uri = nullptr);
  const Analysis &analyze(const std::string &uri, File &file);
  std::optional<Target> getTarget(const Object &params);
  llvm::json::Value toRange(const Positions &positions,
                            llvm::StringRef range) const;
  llvm::json::Value toEdits(const Positions &positions,
                            llvm::ArrayRef<Edit> edits) const;
  llvm::json::Value toDiagnostic(const Target &target,
                                 const Diagnostic &diagnostic) const;

  Result completion(const Target &target);
  Result resolve(const Object &item);
  Result hover(const Target &target);
  Result definition(const Target &target);
  Result references(const Target &target, const Object &params);
  Result highlights(const Target &target);
  Result prepareRename(const Target &target);
  Result rename(const Target &target, const Object &params);
  Result format(const Target &target);
  Result symbols(const Target &target);
  Result codeActions(const Target &target, const Object &params);
  Result semanticTokens(const Target &target);
  Result signatureHelp(const Target &target);
  Result foldingRanges(const Target &target);
  Result inlayHints(const Target &target, const Object &params);
  /// The text that the member "range" of \p params is about.
  static llvm::StringRef getRange(const Target &target, const Object &params);

  std::function<void(llvm::json::Value)> send;
  llvm::raw_ostream *log;
  std::map<std::string, File> files;
  std::map<std::string, std::vector<double>> times; ///< in milliseconds
  bool isInitialized = false, isShutDown = false;
  bool utf16 = true;
};

/// Runs the server on standard input and output; \p args are the arguments of
/// the program, without its name.  Returns the status to end with.
int runLanguageServer(llvm::ArrayRef<const char *> args);

} // namespace flux

#endif // FLUX_TOOLING_LANGUAGESERVER_H
