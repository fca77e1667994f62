//===- Document.h - the document as the compiler sees it -------*- C++ -*-===//
//
// CommonMark says what is a heading, a list or a fence; this model says what
// those mean for FLUX: sections with their keys, steps and fences.  Nothing is
// copied: every StringRef points into the one buffer of the document, so its
// address is its place in the document.  Rules: docs/language.md, section 1.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_SOURCE_DOCUMENT_H
#define FLUX_SOURCE_DOCUMENT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/SMLoc.h"
#include <optional>
#include <string>
#include <vector>

namespace flux {

class DiagnosticEngine;

enum class SectionKind {
  Prose, ///< also the part before the first level-2 heading
  Compile,
  Agent,
  Init,
  Loop,
  Function,
  Import,
  Export,
  Test,
  Tile,
  Meta, ///< only below a tile
  // Reserved words that this compiler refuses:
  Settings,
  Supervise,
  Policy,
  Region,
  Struct,
  Enum,
  Vocabulary,
};

/// The reserved word of \p kind as the design spells it ("Compile",
/// "function").
llvm::StringRef getSectionWord(SectionKind kind);

/// `key: value (remark)`, a bullet of that form, or a row of a table.
struct KeyValue {
  llvm::StringRef key;
  llvm::StringRef value;  ///< trimmed, without the remark
  llvm::StringRef remark; ///< inside the parentheses; empty if there is none
};

/// One step: its text up to the end of its line, without list marker and
/// trailing space; nested steps are children.  The text keeps its remark and
/// full stop, because only the step parser knows whether they belong to it.
struct Step {
  llvm::StringRef text;
  unsigned number = 0; ///< position among its siblings, from 1
  std::vector<Step> children;
};

/// A fenced block at top level.
struct Fence {
  llvm::StringRef language; ///< first word of the info string
  llvm::StringRef info;     ///< the whole info string
  llvm::StringRef body;     ///< the lines between the fences, contiguous
  llvm::StringRef opening;  ///< the opening line without its indentation
};

/// A fence `flux test` or `flux error FLXnnnn` (TEST-2 to TEST-4).
struct TestFence {
  Fence code;
  llvm::StringRef id;   ///< of the error that must be reported; empty: a test
  llvm::StringRef name; ///< what follows `test` or `trap`; may be empty
  std::optional<Fence> output; ///< what a test must print
  bool traps = false; ///< it must end with a trap whose message is the name
};

struct Section {
  SectionKind kind = SectionKind::Prose;
  llvm::StringRef heading; ///< the heading's text; empty before the first one
  llvm::StringRef word;    ///< the reserved word as written
  llvm::StringRef name;    ///< what follows the word (and its colon), trimmed
  /// Compile, Agent, Import, Meta, Settings and Supervise.
  std::vector<KeyValue> keys;
  /// Settings: tables as rows of cells, the head first.
  std::vector<std::vector<std::vector<llvm::StringRef>>> tables;
  std::vector<llvm::StringRef> names; ///< Export
  std::vector<Step> steps;   ///< Init, Loop, Test, Policy and vocabulary
  std::vector<Fence> fences; ///< only those whose info string is "flux"
  std::vector<TestFence> tests;
  /// Of a section whose level-3 heading attaches it to the one above, which it
  /// is the index of; -1: a section of its own.
  int parent = -1;
  /// Struct and Enum: the cells of the table, line by line, the header first.
  std::vector<std::vector<llvm::StringRef>> rows;
  llvm::StringRef range; ///< from the heading to the next section's
};

struct Document {
  llvm::StringRef title; ///< text of the first level-1 heading
  std::vector<Section> sections;

  /// Names the section and step at \p loc: "in section 'Loop', step 2"; empty
  /// when \p loc is outside of every section with a heading.
  std::string describe(llvm::SMLoc loc) const;
};

/// Limits that turn hostile input into errors.
struct DocumentLimits {
  static constexpr size_t maxBytes = 64u << 20;
  /// Lines, list markers and quote markers together.
  static constexpr size_t maxUnits = 2u << 20;
  static constexpr unsigned maxStepDepth = 32;
};

/// Reads \p buffer (which must be a buffer of the engine's SourceMgr and end
/// with a NUL, as MemoryBuffers do).  Reports every violation of DOC-1 to
/// DOC-9; the result holds what could be understood.
Document parseDocument(llvm::MemoryBufferRef buffer, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_SOURCE_DOCUMENT_H
