//===- Page.h - a document as one HTML page --------------------*- C++ -*-===//
#ifndef FLUX_TOOLING_PAGE_H
#define FLUX_TOOLING_PAGE_H

#include "flux/Tooling/Analysis.h"

namespace flux {

/// What the compiler has to say about a document besides its text.
struct PagePart {
  std::string id, title;
  std::string text; ///< plain, as it should be read
};

/// Documents that are larger become no page: rendering needs time that may grow
/// faster than they do.
constexpr size_t maxPageSource = 4u << 20;

/// Renders \p analysis as a page that needs nothing else: no scripts, no
/// pictures, no styles from elsewhere.  Nothing of the document becomes markup
/// that Markdown does not define.  \p parts stand at its end.
std::string renderPage(const Analysis &analysis,
                       llvm::ArrayRef<PagePart> parts = {});

} // namespace flux

#endif // FLUX_TOOLING_PAGE_H
