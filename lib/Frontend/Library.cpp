//===- Library.cpp - the standard library inside the compiler -------------===//
//
// fluxc is one file that works in an empty root, so the documents of the
// library are part of it.  Library.inc is made by CMake from system/std.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Imports.h"

using namespace flux;
using llvm::StringRef;

// Each text ends with a NUL, as the parser wants it.
#define LIBRARY(NAME, SYMBOL, FILE)                                            \
  extern "C" const char flux_library_##SYMBOL[], flux_library_end_##SYMBOL[];  \
  __asm__(".pushsection .rodata.flux_library,\"a\",@progbits\n"                \
          "flux_library_" #SYMBOL ":\n"                                        \
          ".incbin \"" FILE "\"\n"                                             \
          "flux_library_end_" #SYMBOL ":\n"                                    \
          ".byte 0\n"                                                          \
          ".popsection\n");
#include "Library.inc"
#undef LIBRARY

static constexpr llvm::StringLiteral names[] = {
#define LIBRARY(NAME, SYMBOL, FILE) NAME,
#include "Library.inc"
#undef LIBRARY
};

llvm::ArrayRef<llvm::StringLiteral> flux::getLibraryDocuments() {
  return names;
}

StringRef flux::findLibraryDocument(StringRef name) {
#define LIBRARY(NAME, SYMBOL, FILE)                                            \
  if (name == NAME)                                                            \
    return StringRef(flux_library_##SYMBOL,                                    \
                     flux_library_end_##SYMBOL - flux_library_##SYMBOL);
#include "Library.inc"
#undef LIBRARY
  return StringRef();
}
