//===- DocCommand.cpp - fluxc doc -----------------------------------------===//
//
// The command around the pages: a document that does not compile gets messages
// and no page.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "Commands.h"
#include "Output.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Tooling/Page.h"
#include "llvm/Support/Path.h"

using namespace flux;
using llvm::StringRef;

/// Reports what is wrong with the document in \p buffer.
static bool checkDocument(llvm::MemoryBufferRef buffer,
                          DiagnosticEngine &diags) {
  unsigned before = diags.getNumErrors();
  Document document = parseDocument(buffer, diags);
  diags.setTrail([&](llvm::SMLoc loc) { return document.describe(loc); });
  ASTContext context;
  Module *module = parseModule(document, context, diags);
  if (diags.getNumErrors() == before)
    analyzeModule(*module, context, diags);
  diags.setTrail(nullptr);
  return diags.getNumErrors() == before;
}

static ExitStatus writePage(StringRef input, StringRef output,
                            DiagnosticEngine &diags) {
  auto buffer = readFile(input, DocumentLimits::maxBytes);
  if (!buffer) {
    diags.report(llvm::SMRange(), diag::cannot_read, input,
                 buffer.getError().message());
    return exitErrors;
  }
  llvm::MemoryBufferRef text = (*buffer)->getMemBufferRef();
  diags.getSources().AddNewSourceBuffer(std::move(*buffer), {});
  if (text.getBufferSize() > maxPageSource) {
    diags.report(text.getBuffer().take_front(0), diag::document_too_large,
                 maxPageSource, "bytes, which is the limit for 'fluxc doc'");
    return exitErrors;
  }
  if (!checkDocument(text, diags))
    return exitErrors;
  std::string page = renderPage(Analysis(text.getBuffer(), input));
  std::string error = writeFile(output, page, /*executable=*/false);
  if (error.empty())
    return exitSuccess;
  diags.report(llvm::SMRange(), diag::cannot_write, output, error);
  return exitErrors;
}

ExitStatus flux::runDoc(const llvm::opt::InputArgList &args,
                        DiagnosticEngine &diags) {
  std::vector<std::string> inputs = args.getAllArgValues(OPT_INPUT);
  std::string output = args.getLastArgValue(OPT_o).str();
  if (inputs.empty()) {
    diags.report(llvm::SMRange(), diag::no_input)
        .note("usage: fluxc doc [options] document.flux.md...");
    return exitUsage;
  }
  if (inputs.size() > 1 && !output.empty()) {
    diags.report(llvm::SMRange(), diag::output_for_several_inputs, "-o",
                 inputs.size());
    return exitUsage;
  }
  ExitStatus status = exitSuccess;
  for (const std::string &input : inputs) {
    std::string name = output;
    if (name.empty() && input == "-") {
      name = "-";
    } else if (name.empty()) {
      StringRef stem = llvm::sys::path::filename(input);
      if (!stem.consume_back(".flux.md"))
        stem = llvm::sys::path::stem(stem);
      name = stem.str() + ".html";
    }
    status = std::max(status, writePage(input, name, diags));
  }
  return status;
}
