//===- Lock.h - flux.lock: what a compilation decided by itself -*- C++ -*-===//
//
// A document may leave things open that the compiler then decides: the type of
// an undeclared setting, the driver of a sensor, the contents of an import.
// `flux.lock` keeps these decisions beside the documents, so that a later
// change of one of them is seen (docs/language.md, section "Lock file").  The
// file is text in sections of `key = value` lines, sorted, without anything
// that depends on time or place.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_LOCK_H
#define FLUX_FRONTEND_LOCK_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <optional>
#include <string>

namespace flux {

class DiagnosticEngine;

/// Something that the compiler decided, as the lock file will know it.
struct Decision {
  llvm::StringLiteral kind; ///< "setting", "import": part of the section's name
  std::string key, value;
  llvm::StringRef place; ///< in the document, for messages
};

/// The contents of one lock file.  A section is named after a document and a
/// kind of decision: "sensor.flux.md setting".
class LockFile {
public:
  using Section = std::map<std::string, std::string>;

  /// The name of the file, beside the documents.
  static constexpr llvm::StringLiteral fileName = "flux.lock";
  /// Limits that turn hostile files into errors.
  static constexpr size_t maxBytes = 16u << 20;

  /// The name of the section for decisions of \p kind about \p document.
  static std::string getSectionName(llvm::StringRef document,
                                    llvm::StringRef kind);

  /// Reads \p buffer, which must be a buffer of the engine's SourceMgr;
  /// reports and returns nullopt if it is no lock file.
  static std::optional<LockFile> parse(llvm::MemoryBufferRef buffer,
                                       DiagnosticEngine &diags);

  /// The value of \p key, or nullopt.
  std::optional<llvm::StringRef> lookup(llvm::StringRef section,
                                        llvm::StringRef key) const;
  /// The entries of \p section in order, or null.
  const Section *findSection(llvm::StringRef section) const;
  /// Adds or replaces an entry.  Line ends in keys and values become spaces.
  void set(llvm::StringRef section, llvm::StringRef key, llvm::StringRef value);
  /// Removes what is known about \p document, of every kind.
  void removeDocument(llvm::StringRef document);
  bool empty() const { return sections.empty(); }

  /// Writes the file: equal contents give equal bytes.
  void print(llvm::raw_ostream &os) const;

private:
  std::map<std::string, Section> sections;
};

} // namespace flux

#endif // FLUX_FRONTEND_LOCK_H
