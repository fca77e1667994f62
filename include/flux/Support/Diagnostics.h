//===- Diagnostics.h - one engine for every message ------------*- C++ -*-===//
//
// Every message that a user sees goes through DiagnosticEngine: it has a stable
// id from Diagnostics.def, a place in the document, and, where one is known, a
// repair.  Three renderers (text, JSON lines, SARIF) consume the same objects.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_SUPPORT_DIAGNOSTICS_H
#define FLUX_SUPPORT_DIAGNOSTICS_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SMLoc.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace flux {

enum class Severity { Note, Warning, Error };

namespace diag {
/// The messages of Diagnostics.def by their C++ name.
enum ID : uint16_t {
#define DIAG(NUMBER, NAME, SEVERITY, MESSAGE, EXPLANATION) NAME,
#include "flux/Support/Diagnostics.def"
  NumDiagnostics
};
} // namespace diag

/// What the catalogue says about one id.
struct DiagInfo {
  llvm::StringLiteral code; ///< stable, for example "FLX0201"
  llvm::StringLiteral name; ///< the C++ name, for example "unknown_name"
  Severity severity;
  llvm::StringLiteral message;     ///< llvm::formatv pattern
  llvm::StringLiteral explanation; ///< Markdown, printed by --explain
};

/// Returns the catalogue entry of \p id.
const DiagInfo &getDiagInfo(diag::ID id);

/// Finds an entry by code ("FLX0201", also in lower case) or name.
std::optional<diag::ID> findDiagnostic(llvm::StringRef codeOrName);

/// An edit that makes the document right: replace \p range by \p text.
struct FixIt {
  llvm::SMRange range;
  std::string text;
};

struct DiagNote {
  llvm::SMRange range; ///< may be invalid: a note without a place
  std::string message;
};

/// One message, complete, as renderers get it.
struct Diagnostic {
  diag::ID id;
  Severity severity;
  llvm::SMRange range; ///< may be invalid: a message without a place
  std::string message;
  std::string trail; ///< for example "in section 'Loop', step 2"
  llvm::SmallVector<DiagNote, 2> notes;
  llvm::SmallVector<FixIt, 1> fixIts;
};

/// Receives complete diagnostics in the order in which they were reported.
class DiagnosticRenderer {
public:
  virtual ~DiagnosticRenderer() = default;
  virtual void handle(const Diagnostic &diagnostic) = 0;
  /// Called once after the last diagnostic.
  virtual void finish() {}
};

/// `file:line:col: error: message [FLX0201]`, the source line, a caret, the
/// heading trail, notes and repairs.  \p colors paints with ANSI sequences.
std::unique_ptr<DiagnosticRenderer>
createTextRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os,
                   bool colors);
/// One JSON object a line: {"id","severity","message","location",...}.
std::unique_ptr<DiagnosticRenderer>
createJSONRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os);
/// One SARIF 2.1.0 log, written by finish(); repairs become `fixes`, notes
/// `relatedLocations`.
std::unique_ptr<DiagnosticRenderer>
createSARIFRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os);

class DiagnosticEngine;

/// A diagnostic under construction: notes and repairs may be added; it is
/// delivered when the builder is destroyed.
class DiagnosticBuilder {
public:
  DiagnosticBuilder(DiagnosticEngine &engine, Diagnostic diagnostic)
      : engine(&engine), diagnostic(std::move(diagnostic)) {}
  DiagnosticBuilder(DiagnosticBuilder &&other)
      : engine(other.engine), diagnostic(std::move(other.diagnostic)) {
    other.engine = nullptr;
  }
  DiagnosticBuilder(const DiagnosticBuilder &) = delete;
  DiagnosticBuilder &operator=(DiagnosticBuilder &&) = delete;
  ~DiagnosticBuilder();

  /// Adds a note, at \p range or without a place.
  DiagnosticBuilder &note(llvm::SMRange range, const llvm::Twine &message) {
    diagnostic.notes.push_back({range, message.str()});
    return *this;
  }
  DiagnosticBuilder &note(const llvm::Twine &message) {
    return note(llvm::SMRange(), message);
  }
  /// Adds a repair.
  DiagnosticBuilder &fixIt(llvm::SMRange range, const llvm::Twine &text) {
    diagnostic.fixIts.push_back({range, text.str()});
    return *this;
  }

private:
  DiagnosticEngine *engine;
  Diagnostic diagnostic;
};

/// Collects diagnostics, counts them and hands them to the renderers.
class DiagnosticEngine {
public:
  explicit DiagnosticEngine(llvm::SourceMgr &sources) : sources(sources) {}

  /// Reports \p id at \p range; \p args fill the message's {0}, {1}, ...
  template <class... Args>
  DiagnosticBuilder report(llvm::SMRange range, diag::ID id, Args &&...args) {
    return start(range, id,
                 llvm::formatv(getDiagInfo(id).message.data(),
                               std::forward<Args>(args)...)
                     .str());
  }
  template <class... Args>
  DiagnosticBuilder report(llvm::SMLoc loc, diag::ID id, Args &&...args) {
    return report(llvm::SMRange(loc, loc), id, std::forward<Args>(args)...);
  }
  /// \p text must point into a buffer of the SourceMgr.
  template <class... Args>
  DiagnosticBuilder report(llvm::StringRef text, diag::ID id, Args &&...args) {
    return report(rangeOf(text), id, std::forward<Args>(args)...);
  }

  static llvm::SMRange rangeOf(llvm::StringRef text) {
    return {llvm::SMLoc::getFromPointer(text.begin()),
            llvm::SMLoc::getFromPointer(text.end())};
  }

  void addRenderer(std::unique_ptr<DiagnosticRenderer> renderer) {
    renderers.push_back(std::move(renderer));
  }
  /// Names the headings and steps around a place, for example "in section
  /// 'Loop', step 2"; an empty answer means that there is nothing to say.
  void setTrail(std::function<std::string(llvm::SMLoc)> function) {
    trail = std::move(function);
  }
  void setWarningsAsErrors(bool value) { warningsAsErrors = value; }
  /// After \p limit errors the rest is counted, not shown; 0 shows all.
  void setErrorLimit(unsigned limit) { errorLimit = limit; }

  unsigned getNumErrors() const { return numErrors; }
  unsigned getNumWarnings() const { return numWarnings; }
  bool hasErrors() const { return numErrors != 0; }
  llvm::SourceMgr &getSources() { return sources; }

  /// Delivers a complete diagnostic; DiagnosticBuilder calls it.  A second
  /// report of the same id at the same place is dropped.
  void deliver(Diagnostic &&diagnostic);
  /// Ends the run: tells how many errors were not shown, finishes renderers.
  void finish();

private:
  DiagnosticBuilder start(llvm::SMRange range, diag::ID id,
                          std::string message);

  llvm::SourceMgr &sources;
  std::vector<std::unique_ptr<DiagnosticRenderer>> renderers;
  std::function<std::string(llvm::SMLoc)> trail;
  llvm::DenseSet<std::pair<unsigned, const char *>> reported;
  unsigned numErrors = 0, numWarnings = 0, errorLimit = 50, numHidden = 0;
  bool warningsAsErrors = false;
};

/// The candidates that \p word may have been meant to be: those with the
/// smallest Damerau-Levenshtein distance of at most one (two from six letters
/// on), compared without case, the likeliest slip of fingers first.
llvm::SmallVector<llvm::StringRef, 4>
findNearMisses(llvm::StringRef word,
               llvm::ArrayRef<llvm::StringRef> candidates);

/// The first of findNearMisses(); empty if none or if two are as likely.
llvm::StringRef findNearMiss(llvm::StringRef word,
                             llvm::ArrayRef<llvm::StringRef> candidates);

/// Offers \p near for the unknown name \p written in \p report.  If \p near is
/// a name in the same document that stands only where it is declared, and
/// \p written stands in several places, the declaration is what is misspelt.
void offerName(DiagnosticBuilder &report, DiagnosticEngine &diags,
               llvm::StringRef written, llvm::StringRef near);

/// Damerau-Levenshtein distance (optimal string alignment), without case;
/// stops at \p limit + 1.
unsigned editDistance(llvm::StringRef a, llvm::StringRef b, unsigned limit);

} // namespace flux

#endif // FLUX_SUPPORT_DIAGNOSTICS_H
