//===- SARIFRenderer.cpp - messages for code-scanning services ------------===//
//
// SARIF 2.1.0 is one JSON document a run: the rules that fired, and a result
// for each message with its notes and repairs.  Its columns count characters,
// not bytes, and its file names are URIs.
//
//===----------------------------------------------------------------------===//
#include "SourcePlace.h"

#include "flux/Support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace flux;
using llvm::StringRef;
using llvm::json::OStream;

namespace {

class SARIFRenderer : public DiagnosticRenderer {
public:
  SARIFRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os)
      : sources(sources), os(os) {}

  void handle(const Diagnostic &diagnostic) override {
    diagnostics.push_back(diagnostic);
  }
  void finish() override;

private:
  void writeRules(OStream &json);
  void writeResult(OStream &json, const Diagnostic &diagnostic);
  void writePlace(OStream &json, const SourcePlace &place);

  const llvm::SourceMgr &sources;
  llvm::raw_ostream &os;
  std::vector<Diagnostic> diagnostics;
};

} // namespace

/// \p name as a URI reference (RFC 3986).
static std::string toURI(StringRef name) {
  std::string uri;
  for (unsigned char c : name) {
    if (llvm::isAlnum(c) || StringRef("-._~/").contains(c))
      uri += c;
    else
      uri += "%" + llvm::utohexstr(c, /*LowerCase=*/false, /*Width=*/2);
  }
  return uri;
}

/// The column in characters of the byte column \p column of \p line.
static unsigned toCharacters(StringRef line, unsigned column) {
  unsigned count = 1;
  for (char c : line.take_front(column - 1))
    count += (c & 0xC0) != 0x80;
  return count;
}

static void writeText(OStream &json, StringRef key, StringRef text) {
  json.attributeObject(key, [&] { json.attribute("text", toUTF8(text)); });
}

static void writeRegion(OStream &json, StringRef key,
                        const SourcePlace &place) {
  json.attributeObject(key, [&] {
    json.attribute("startLine", place.line);
    json.attribute("startColumn", toCharacters(place.lineText, place.column));
    json.attribute("endLine", place.endLine);
    json.attribute("endColumn",
                   toCharacters(place.endLineText, place.endColumn));
  });
}

static void writeArtifact(OStream &json, const SourcePlace &place) {
  json.attributeObject("artifactLocation",
                       [&] { json.attribute("uri", toURI(place.file)); });
}

void SARIFRenderer::writePlace(OStream &json, const SourcePlace &place) {
  json.attributeObject("physicalLocation", [&] {
    writeArtifact(json, place);
    writeRegion(json, "region", place);
  });
}

void SARIFRenderer::writeRules(OStream &json) {
  std::vector<bool> fired(diag::NumDiagnostics);
  for (const Diagnostic &diagnostic : diagnostics)
    fired[diagnostic.id] = true;
  json.attributeArray("rules", [&] {
    for (unsigned id = 0; id < diag::NumDiagnostics; ++id) {
      if (!fired[id])
        continue;
      const DiagInfo &info = getDiagInfo(static_cast<diag::ID>(id));
      json.object([&] {
        json.attribute("id", info.code);
        json.attribute("name", info.name);
        json.attributeObject("help", [&] {
          json.attribute("text", info.explanation);
          json.attribute("markdown", info.explanation);
        });
        json.attributeObject("defaultConfiguration", [&] {
          json.attribute("level", getSeverityName(info.severity));
        });
      });
    }
  });
}

void SARIFRenderer::writeResult(OStream &json, const Diagnostic &diagnostic) {
  auto place = getPlace(sources, diagnostic.range);
  std::string message = diagnostic.message;
  if (!diagnostic.trail.empty())
    message += " (" + diagnostic.trail + ")";
  for (const DiagNote &note : diagnostic.notes)
    if (!getPlace(sources, note.range))
      message += "\n" + note.message;

  json.object([&] {
    json.attribute("ruleId", getDiagInfo(diagnostic.id).code);
    json.attribute("level", getSeverityName(diagnostic.severity));
    writeText(json, "message", message);
    if (place)
      json.attributeArray(
          "locations", [&] { json.object([&] { writePlace(json, *place); }); });
    json.attributeArray("relatedLocations", [&] {
      for (const DiagNote &note : diagnostic.notes)
        if (auto notePlace = getPlace(sources, note.range))
          json.object([&] {
            writePlace(json, *notePlace);
            writeText(json, "message", note.message);
          });
    });
    json.attributeArray("fixes", [&] {
      for (const FixIt &fixIt : diagnostic.fixIts) {
        auto fixPlace = getPlace(sources, fixIt.range);
        if (!fixPlace)
          continue;
        json.object([&] {
          writeText(json, "description", describeFixIt(fixIt));
          json.attributeArray("artifactChanges", [&] {
            json.object([&] {
              writeArtifact(json, *fixPlace);
              json.attributeArray("replacements", [&] {
                json.object([&] {
                  writeRegion(json, "deletedRegion", *fixPlace);
                  writeText(json, "insertedContent", fixIt.text);
                });
              });
            });
          });
        });
      }
    });
  });
}

void SARIFRenderer::finish() {
  OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json.attribute("version", "2.1.0");
    json.attributeArray("runs", [&] {
      json.object([&] {
        json.attributeObject("tool", [&] {
          json.attributeObject("driver", [&] {
            json.attribute("name", "fluxc");
            json.attribute("version", getVersion());
            writeRules(json);
          });
        });
        json.attribute("columnKind", "unicodeCodePoints");
        json.attributeArray("results", [&] {
          for (const Diagnostic &diagnostic : diagnostics)
            writeResult(json, diagnostic);
        });
      });
    });
  });
  os << '\n';
}

std::unique_ptr<DiagnosticRenderer>
flux::createSARIFRenderer(const llvm::SourceMgr &sources,
                          llvm::raw_ostream &os) {
  return std::make_unique<SARIFRenderer>(sources, os);
}
