//===- JSONRenderer.cpp - messages for programs ---------------------------===//
//
// Editors and scripts should not parse prose.  Each message is one JSON object
// on one line, written at once, so that a reader sees it while the compiler
// still runs.
//
//===----------------------------------------------------------------------===//
#include "SourcePlace.h"

#include "llvm/Support/JSON.h"

using namespace flux;

namespace {

class JSONRenderer : public DiagnosticRenderer {
public:
  JSONRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os)
      : sources(sources), os(os) {}

  void handle(const Diagnostic &diagnostic) override;

private:
  void writeLocation(llvm::json::OStream &json, llvm::SMRange range);

  const llvm::SourceMgr &sources;
  llvm::raw_ostream &os;
};

} // namespace

void JSONRenderer::writeLocation(llvm::json::OStream &json,
                                 llvm::SMRange range) {
  auto place = getPlace(sources, range);
  if (!place)
    return;
  json.attributeObject("location", [&] {
    json.attribute("file", toUTF8(place->file));
    json.attribute("line", place->line);
    json.attribute("column", place->column);
    json.attribute("endLine", place->endLine);
    json.attribute("endColumn", place->endColumn);
  });
}

void JSONRenderer::handle(const Diagnostic &diagnostic) {
  llvm::json::OStream json(os);
  const DiagInfo &info = getDiagInfo(diagnostic.id);
  json.object([&] {
    json.attribute("id", info.code);
    json.attribute("name", info.name);
    json.attribute("severity", getSeverityName(diagnostic.severity));
    json.attribute("message", toUTF8(diagnostic.message));
    writeLocation(json, diagnostic.range);
    if (!diagnostic.trail.empty())
      json.attribute("trail", toUTF8(diagnostic.trail));
    json.attributeArray("notes", [&] {
      for (const DiagNote &note : diagnostic.notes)
        json.object([&] {
          json.attribute("message", toUTF8(note.message));
          writeLocation(json, note.range);
        });
    });
    json.attributeArray("fixIts", [&] {
      for (const FixIt &fixIt : diagnostic.fixIts)
        json.object([&] {
          json.attribute("text", toUTF8(fixIt.text));
          writeLocation(json, fixIt.range);
        });
    });
  });
  os << '\n';
}

std::unique_ptr<DiagnosticRenderer>
flux::createJSONRenderer(const llvm::SourceMgr &sources,
                         llvm::raw_ostream &os) {
  return std::make_unique<JSONRenderer>(sources, os);
}
