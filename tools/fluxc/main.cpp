//===- main.cpp - the compiler's entry ------------------------------------===//
//
// Everything is in lib/Driver.  What is left is how the process ends: without
// destructors, because freeing what LLVM and MLIR built takes milliseconds.
//
//===----------------------------------------------------------------------===//

#include "flux/Driver/Driver.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

int main(int argc, char **argv) {
  int status = flux::runDriver(
      llvm::ArrayRef(const_cast<const char **>(argv), argc).drop_front());
  llvm::outs().flush();
  llvm::errs().flush();
  _exit(status);
}
