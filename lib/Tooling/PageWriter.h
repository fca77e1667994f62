//===- PageWriter.h - what pages are made of -------------------*- C++ -*-===//
//
// Private to lib/Tooling.  The document itself is rendered in Page.cpp, what
// the compiler adds to it in PageParts.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_TOOLING_PAGEWRITER_H
#define FLUX_LIB_TOOLING_PAGEWRITER_H

#include "flux/Frontend/Paraphrase.h"
#include "flux/Tooling/Highlight.h"
#include "flux/Tooling/Page.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <set>

struct cmark_node;

namespace flux {

/// Appends \p text to \p out as text of HTML.
void escapeHTML(llvm::StringRef text, std::string &out);
std::string escapeHTML(llvm::StringRef text);

class PageWriter {
public:
  PageWriter(const Analysis &analysis, const PageTests &tests);
  std::string run();

private:
  /// What the compiler adds at the end.
  struct Part {
    std::string id, title, html;
  };

  // Page.cpp
  /// The line, from 1, that \p place is on.
  unsigned getLine(const char *place) const;
  llvm::StringRef getLineText(unsigned line) const;
  std::string getAnchor(int symbol) const;
  std::string makeSlug(llvm::StringRef heading);
  std::string paint(llvm::StringRef code) const;
  std::string paintLines(llvm::StringRef body);
  std::string renderStep(unsigned line, llvm::StringRef text);
  std::string renderKey(const KeyValue &entry);
  /// ` id="L7"`, if no element has it yet.
  std::string markLine(unsigned line);
  void notePlaces();
  void noteAnchors(llvm::StringRef code);
  void noteSteps(llvm::ArrayRef<Step> steps);
  void change(cmark_node *root);
  void changeHeading(cmark_node *node);
  void changeFence(cmark_node *node);
  void changeParagraph(cmark_node *node);
  void changeRow(cmark_node *node);
  void changeImage(cmark_node *node);
  std::string renderDocument();

  // PageParts.cpp
  std::string renderNeeds(EffectSet effects) const;
  static std::string renderBadge(const TestOutcome &test, bool isRefused);
  /// Why a test failed; empty if it did not.
  static std::string renderReason(const TestOutcome &test);
  std::string getTestSummary() const;
  /// A link to \p line, or to what stands before it.
  std::string linkLine(unsigned line) const;
  /// A link to the line of \p place; empty if that is in another document.
  std::string linkOwn(llvm::StringRef place) const;
  /// "line 7" or "shapes.flux.md, line 7".
  std::string linkPlace(llvm::StringRef place) const;
  std::string renderFacts() const;
  std::string renderContents() const;
  std::string renderDeclarations() const;
  std::string renderSettings() const;
  std::string renderDecisions() const;
  std::string renderAuthority() const;
  std::string renderTests() const;
  void makeParts();

  const Analysis &analysis;
  const PageTests &tests;
  llvm::StringRef text;
  std::vector<const char *> lineStarts;
  std::vector<Highlight> highlights;
  std::vector<AuthorityNeed> needs;
  std::vector<Part> parts;

  // What the compiler knows, by line.
  llvm::DenseMap<unsigned, const Fence *> fences;
  llvm::DenseMap<unsigned, const Section *> headings;
  llvm::DenseMap<unsigned, llvm::StringRef> steps;
  llvm::DenseMap<unsigned, const KeyValue *> keys;
  llvm::DenseMap<unsigned, const TestOutcome *> outcomes;
  llvm::DenseMap<unsigned, std::vector<StepParaphrase>> readings;
  llvm::DenseMap<const Section *, std::string> slugs;
  llvm::StringMap<unsigned> usedSlugs;
  llvm::DenseSet<int> anchored;     ///< symbols whose declaration is painted
  std::set<unsigned> lines;         ///< that can be linked to
  llvm::DenseSet<unsigned> refused; ///< lines of fences `flux error`
};

} // namespace flux

#endif // FLUX_LIB_TOOLING_PAGEWRITER_H
