//===- Page.h - a document as one HTML page --------------------*- C++ -*-===//
#ifndef FLUX_TOOLING_PAGE_H
#define FLUX_TOOLING_PAGE_H

#include "flux/Support/TestOutcome.h"
#include "flux/Tooling/Analysis.h"

namespace flux {

/// What came out of the tests of a document.
struct PageTests {
  std::vector<TestOutcome> outcomes;
  /// Why there are no outcomes: "it needs a device"; empty: nobody asked.
  std::string whyNot;
};

/// Documents that are larger become no page: rendering needs time that may grow
/// faster than they do.
constexpr size_t maxPageSource = 4u << 20;

/// Renders \p analysis, which has no errors, as a page that needs nothing else:
/// no scripts, no pictures, no styles from elsewhere.  Nothing of the document
/// becomes markup that Markdown does not define.
std::string renderPage(const Analysis &analysis, const PageTests &tests = {});

} // namespace flux

#endif // FLUX_TOOLING_PAGE_H
