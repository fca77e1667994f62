//===- Headings.h - which headings are part of the program -----*- C++ -*-===//
#ifndef FLUX_LIB_SOURCE_HEADINGS_H
#define FLUX_LIB_SOURCE_HEADINGS_H

#include "Markdown.h"
#include "flux/Source/Document.h"

namespace flux {

/// What a level-2 heading means.
struct HeadingInfo {
  SectionKind kind = SectionKind::Prose;
  llvm::StringRef word; ///< the reserved word as written
  llvm::StringRef name; ///< what follows the word (and its colon), trimmed
};

/// Classifies \p heading by DOC-3 and DOC-4; \p beforeList tells whether a list
/// follows it.  A heading that was reported is prose, so that its section
/// causes no further messages.
HeadingInfo classifyHeading(llvm::StringRef heading, bool beforeList,
                            DiagnosticEngine &diags);

/// Classifies the level-3 heading \p heading: `test`, `test: name`, `struct:
/// name`, `enum: name`, and `meta` below a tile, attach a section to the one
/// \p above; all others are prose.
HeadingInfo classifySubheading(llvm::StringRef heading, SectionKind above,
                               DiagnosticEngine &diags);

/// Reports \p heading, of another level than 2, if it says what a section's
/// heading says: `# Loop` behind the title, or, where \p following may be the
/// contents of the section, anywhere.
void checkHeadingLevel(const Block &heading, const Block *following,
                       bool hasTitle, DiagnosticEngine &diags);

/// Reports \p line of a paragraph if it is a section's heading but for its
/// marks: `##Loop`, `*## Loop`.
void checkHeadingLine(llvm::StringRef line, DiagnosticEngine &diags);

/// Removes a final `{.prose}` from \p heading; tells whether there was one.
bool consumeProseMarker(llvm::StringRef &heading);

/// True if the first word of \p heading is reserved.
bool startsWithReservedWord(llvm::StringRef heading);

} // namespace flux

#endif // FLUX_LIB_SOURCE_HEADINGS_H
