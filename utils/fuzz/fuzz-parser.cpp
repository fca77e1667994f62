//===- fuzz-parser.cpp - any bytes as code, steps and keys ----------------===//
//
// Beyond not crashing, the parser must return a tree that can be walked
// whatever it reported, and without errors the tree must print.  The input is
// read twice: as a whole document, and as the body of one fence, so that the
// fuzzer need not find the Markdown around code first.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Parser.h"
#include "flux/Support/Diagnostics.h"

using namespace flux;
using llvm::StringRef;

static void parse(const std::string &text) {
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.flux.md");
  llvm::MemoryBufferRef ref = *buffer;
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());

  std::string output;
  llvm::raw_string_ostream os(output);
  DiagnosticEngine diags(sources);
  diags.addRenderer(createTextRenderer(sources, os, /*colors=*/false));
  Document document = parseDocument(ref, diags);
  ASTContext context;
  Module *module = parseModule(document, context, diags);
  diags.finish();
  printAST(*module, os);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  parse(text);
  parse("# T\n\n```flux\n" + text + "\n```\n");
  return 0;
}
