//===- Analysis.cpp - one document, as far as understood ------------------===//
//
// The front end as a library: it keeps what it understood of a wrong document.
// A repair is only worth offering if the document is better with it, so each is
// tried before anybody sees it.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Analysis.h"
#include "flux/Frontend/Imports.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace flux;
using llvm::StringRef;

namespace {

class Collector : public DiagnosticRenderer {
public:
  explicit Collector(std::vector<Diagnostic> &list) : list(list) {}
  void handle(const Diagnostic &diagnostic) override {
    list.push_back(diagnostic);
  }

private:
  std::vector<Diagnostic> &list;
};

} // namespace

Analysis::Analysis(StringRef source, StringRef name,
                   const AnalysisOptions &searched) {
  constexpr unsigned maxShown = 200;
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(source, name);
  text = buffer->getBuffer();
  llvm::MemoryBufferRef ref = *buffer;
  sources.AddNewSourceBuffer(std::move(buffer), {});

  DiagnosticEngine diags(sources);
  diags.addRenderer(std::make_unique<Collector>(diagnostics));
  diags.setErrorLimit(maxShown);
  document = parseDocument(ref, diags);
  diags.setTrail([this](llvm::SMLoc loc) { return document.describe(loc); });
  if (document.sections.empty()) // not even text
    document.sections.emplace_back().range = text;
  module = parseModule(document, context, diags,
                       {/*all=*/true, /*refused=*/nullptr});
  ImportOptions options;
  options.readFile = [](StringRef path, size_t) {
    return llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                       /*RequiresNullTerminator=*/true,
                                       /*IsVolatile=*/true);
  };
  options.stdDir = searched.stdDir;
  options.dirs = searched.importDirs;
  ImportLoader(options, context, diags).load(*module, name, name);
  numErrors = numParseErrors = diags.getNumErrors();
  if (numParseErrors) {
    DiagnosticEngine silent(sources); // without renderers
    analyzeModule(*module, context, silent);
  } else {
    analyzeModule(*module, context, diags);
    numErrors = diags.getNumErrors();
  }
  for (Diagnostic &diagnostic : diagnostics)
    moveIntoText(diagnostic);
  index = Index(*module, document, text);
}

/// The place in this document of a place in what it imports: the import.
llvm::SMRange Analysis::moveIntoText(llvm::SMRange range) const {
  while (range.Start.isValid()) {
    unsigned id = sources.FindBufferContainingLoc(range.Start);
    if (id <= 1)
      break;
    llvm::SMLoc import = sources.getParentIncludeLoc(id);
    range = {import, import};
  }
  return range;
}

void Analysis::moveIntoText(Diagnostic &diagnostic) const {
  llvm::SMRange own = moveIntoText(diagnostic.range);
  if (own.Start != diagnostic.range.Start) {
    diagnostic.message = "in the imported document: " + diagnostic.message;
    diagnostic.range = own;
    diagnostic.trail.clear();
    diagnostic.fixIts.clear();
  }
  for (DiagNote &note : diagnostic.notes)
    note.range = moveIntoText(note.range);
}

llvm::MemoryBufferRef Analysis::getSource(StringRef place) const {
  auto loc = llvm::SMLoc::getFromPointer(place.begin());
  unsigned id = std::max(sources.FindBufferContainingLoc(loc), 1u);
  return *sources.getMemoryBuffer(id);
}

std::tuple<std::string, unsigned, unsigned>
Analysis::locate(StringRef place) const {
  auto loc = llvm::SMLoc::getFromPointer(place.begin());
  auto [line, column] = sources.getLineAndColumn(loc);
  StringRef name = getSource(place).getBufferIdentifier();
  return {llvm::sys::path::filename(name).str(), line, column};
}

const Section &Analysis::getSection(const char *place) const {
  const Section *result = &document.sections.front();
  for (const Section &section : document.sections)
    if (section.range.begin() <= place)
      result = &section;
  return *result;
}

//===----------------------------------------------------------------------===//
// Repairs
//===----------------------------------------------------------------------===//

static bool isBetter(const Analysis &analysis, const Diagnostic &diagnostic,
                     const std::vector<Edit> &edits) {
  Analysis repaired(applyEdits(analysis.getText(), edits),
                    analysis.getBuffer().getBufferIdentifier());
  if (diagnostic.severity == Severity::Error) {
    if (repaired.getNumParseErrors() != analysis.getNumParseErrors())
      return repaired.getNumParseErrors() < analysis.getNumParseErrors();
    return repaired.getNumErrors() < analysis.getNumErrors();
  }
  return repaired.getNumErrors() <= analysis.getNumErrors() &&
         repaired.getDiagnostics().size() < analysis.getDiagnostics().size();
}

std::vector<std::vector<Edit>>
flux::getVerifiedRepairs(const Analysis &analysis,
                         const Diagnostic &diagnostic) {
  std::vector<std::vector<Edit>> result;
  std::vector<Edit> all;
  for (const FixIt &fix : diagnostic.fixIts) {
    if (!fix.range.isValid())
      continue;
    const char *begin = fix.range.Start.getPointer();
    StringRef range(begin, fix.range.End.getPointer() - begin);
    all.push_back({range, fix.text});
    std::vector<Edit> edits = {all.back()};
    if (isBetter(analysis, diagnostic, edits))
      result.push_back(std::move(edits));
  }
  // Most repairs are alternatives; a pair of brackets is one repair.
  sortEdits(all);
  bool overlap = false;
  for (size_t i = 1; i < all.size(); ++i)
    overlap |= all[i].range.begin() < all[i - 1].range.end();
  if (result.empty() && all.size() > 1 && !overlap &&
      isBetter(analysis, diagnostic, all))
    result.push_back(std::move(all));
  return result;
}
