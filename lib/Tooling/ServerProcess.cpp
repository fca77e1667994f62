//===- ServerProcess.cpp - the process of the language server -------------===//
//
// How bytes come and go, and what the command line means.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Version.h"
#include "flux/Tooling/LanguageServer.h"
#include "flux/Tooling/Messages.h"
#include "llvm/Support/thread.h"
#include <unistd.h>

using llvm::StringRef;

static int serve(llvm::raw_ostream *log) {
  flux::LanguageServer server(
      [](llvm::json::Value message) {
        llvm::outs() << flux::frameMessage(std::move(message));
        llvm::outs().flush();
      },
      log);
  auto read = [](char *buffer, size_t size) -> size_t {
    return std::max<ssize_t>(::read(STDIN_FILENO, buffer, size), 0);
  };
  flux::MessageReader reader(read);
  while (std::optional<std::string> message = reader.next())
    if (!server.handle(*message))
      break;
  server.logSummary();
  return server.getExitStatus();
}

int flux::runLanguageServer(llvm::ArrayRef<const char *> args) {
  std::unique_ptr<llvm::raw_fd_ostream> log;
  for (StringRef arg : args) {
    std::error_code error;
    if (arg == "--version") {
      llvm::outs() << "flux-lsp-server " << flux::getVersion() << '\n';
      return 0;
    }
    if (arg == "--stdio") // the only way there is
      continue;
    if (!arg.consume_front("--log=")) {
      llvm::errs() << "usage: flux-lsp-server [--stdio] [--log=FILE]\n";
      return arg == "--help" ? 0 : 2;
    }
    log = std::make_unique<llvm::raw_fd_ostream>(arg, error);
    if (error) {
      llvm::errs() << "flux-lsp-server: error: cannot write '" << arg
                   << "': " << error.message() << '\n';
      return 1;
    }
  }
  int status = 0;
  // Documents may nest deeply.
  llvm::thread(std::optional<unsigned>(64u << 20), [&] {
    status = serve(log.get());
  }).join();
  llvm::outs().flush();
  return status;
}
