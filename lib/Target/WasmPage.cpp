//===- WasmPage.cpp - the loader, and pages that hold a program -----------===//
//
// A page has to work from a disk, a mail or any server, so it is one file: the
// program, the loader that also runs it in Node, and a console.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/WasmPage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

using namespace flux;
using llvm::StringRef;

/// Embeds the file FILE as the symbols flux_NAME and flux_NAME_end.
#define EMBED(NAME, FILE)                                                      \
  extern "C" const char flux_##NAME[], flux_##NAME##_end[];                    \
  __asm__(".pushsection .rodata.flux_runtime,\"a\",@progbits\n"                \
          "flux_" #NAME ":\n"                                                  \
          ".incbin \"" FILE "\"\n"                                             \
          "flux_" #NAME "_end:\n"                                              \
          ".popsection\n");
EMBED(wasm_loader, FLUX_WASM_FOLDER "/flux.mjs")
EMBED(wasm_page, FLUX_WASM_FOLDER "/page.html")
#undef EMBED

bool flux::isWasmTarget(const TargetSpec &target) {
  return llvm::Triple(target.triple).isWasm();
}

bool flux::runsInPages(const TargetSpec &target) {
  return target.runtime == "wasm32";
}

StringRef flux::getWasmLoader() {
  return {flux_wasm_loader,
          static_cast<size_t>(flux_wasm_loader_end - flux_wasm_loader)};
}

std::vector<std::string>
flux::withWasmServer(llvm::ArrayRef<std::string> command) {
  std::vector<std::string> result;
  for (const std::string &word : command) {
    if (word != wasmLoaderWord) {
      result.push_back(word);
      continue;
    }
    result.push_back("--input-type=module");
    result.push_back("--eval");
    result.push_back(getWasmLoader().str() + "await serve(process.argv[1]);");
  }
  return result;
}

void flux::fillPage(StringRef page, StringRef title, StringRef loader,
                    StringRef module, llvm::raw_ostream &os) {
  while (!page.empty()) {
    auto [text, rest] = page.split("{{");
    os << text;
    auto [name, after] = rest.split("}}");
    if (name == "title")
      llvm::printHTMLEscaped(title, os);
    else if (name == "loader")
      os << loader;
    else if (name == "program")
      os << llvm::encodeBase64(module);
    page = after;
  }
}

void flux::writeWasmPage(StringRef module, StringRef title,
                         llvm::raw_ostream &os) {
  StringRef page(flux_wasm_page,
                 static_cast<size_t>(flux_wasm_page_end - flux_wasm_page));
  fillPage(page, title, getWasmLoader(), module, os);
}
