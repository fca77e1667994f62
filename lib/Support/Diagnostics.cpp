//===- Diagnostics.cpp - one engine for every message ---------------------===//
//
// Phases report; the engine decides what is shown: it counts, drops
// repetitions, holds the error limit and hands the rest, in order, to the
// renderers.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Diagnostics.h"

using namespace flux;
using llvm::StringRef;

static constexpr DiagInfo catalogue[] = {
#define DIAG(NUMBER, NAME, SEVERITY, MESSAGE, EXPLANATION)                     \
  {"FLX" #NUMBER, #NAME, Severity::SEVERITY, MESSAGE, EXPLANATION},
#include "flux/Support/Diagnostics.def"
};

const DiagInfo &flux::getDiagInfo(diag::ID id) {
  assert(id < diag::NumDiagnostics && "not an id of the catalogue");
  return catalogue[id];
}

std::optional<diag::ID> flux::findDiagnostic(StringRef codeOrName) {
  for (unsigned i = 0; i < diag::NumDiagnostics; ++i)
    if (codeOrName.equals_insensitive(catalogue[i].code) ||
        codeOrName == catalogue[i].name)
      return static_cast<diag::ID>(i);
  return std::nullopt;
}

DiagnosticBuilder::~DiagnosticBuilder() {
  if (engine)
    engine->deliver(std::move(diagnostic));
}

DiagnosticBuilder DiagnosticEngine::start(llvm::SMRange range, diag::ID id,
                                          std::string message) {
  Diagnostic diagnostic;
  diagnostic.id = id;
  diagnostic.severity = getDiagInfo(id).severity;
  if (warningsAsErrors && diagnostic.severity == Severity::Warning)
    diagnostic.severity = Severity::Error;
  diagnostic.range = range;
  diagnostic.message = std::move(message);
  if (trail && range.Start.isValid())
    diagnostic.trail = trail(range.Start);
  return DiagnosticBuilder(*this, std::move(diagnostic));
}

void DiagnosticEngine::deliver(Diagnostic &&diagnostic) {
  // Recovery may visit a place twice; one message a place and rule is enough.
  if (diagnostic.range.Start.isValid() &&
      !reported.insert({diagnostic.id, diagnostic.range.Start.getPointer()})
           .second)
    return;

  // How the program came to a document that was imported.
  constexpr unsigned maxImports = 6;
  unsigned numImports = 0;
  for (llvm::SMLoc loc = diagnostic.range.Start; loc.isValid();) {
    unsigned id = sources.FindBufferContainingLoc(loc);
    loc = id ? sources.getParentIncludeLoc(id) : llvm::SMLoc();
    if (loc.isValid() && ++numImports <= maxImports)
      diagnostic.notes.push_back(
          {llvm::SMRange(loc, loc), "the document is imported here"});
  }
  if (numImports > maxImports)
    diagnostic.notes.push_back(
        {llvm::SMRange(), llvm::formatv("{0} more imports lead there",
                                        numImports - maxImports)});

  bool full = errorLimit && numErrors >= errorLimit;
  if (diagnostic.severity == Severity::Error) {
    ++numErrors;
    numHidden += full;
  } else if (diagnostic.severity == Severity::Warning) {
    ++numWarnings;
  }
  if (full)
    return;
  for (auto &renderer : renderers)
    renderer->handle(diagnostic);
}

void DiagnosticEngine::finish() {
  if (numHidden) {
    Diagnostic rest;
    rest.id = diag::errors_not_shown;
    rest.severity = Severity::Note;
    rest.message = llvm::formatv(getDiagInfo(rest.id).message.data(), numHidden,
                                 numHidden == 1 ? "error" : "errors");
    for (auto &renderer : renderers)
      renderer->handle(rest);
  }
  for (auto &renderer : renderers)
    renderer->finish();
}
