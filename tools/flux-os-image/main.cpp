//===- main.cpp - flux-os-image, programs as machines ---------------------===//
//
// Makes images that boot of packages, and runs them.  All of it is in
// lib/Image.
//
//===----------------------------------------------------------------------===//
#include "flux/Image/ImageTool.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

int main(int argc, char **argv) {
  int status = flux::runImageTool(
      llvm::ArrayRef(const_cast<const char **>(argv), argc).drop_front());
  llvm::outs().flush();
  llvm::errs().flush();
  _exit(status);
}
