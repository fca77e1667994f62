//===- main.cpp - flux-lsp-server, FLUX for editors -----------------------===//
//
// Speaks the language server protocol over standard input and output.  All of
// it is in lib/Tooling.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/LanguageServer.h"

int main(int argc, char **argv) {
  return flux::runLanguageServer(
      llvm::ArrayRef(const_cast<const char **>(argv), argc).drop_front());
}
