//===- SectionReader.h - the keys and steps of a section -------*- C++ -*-===//
#ifndef FLUX_LIB_SOURCE_SECTIONREADER_H
#define FLUX_LIB_SOURCE_SECTIONREADER_H

#include "Markdown.h"
#include "flux/Source/Document.h"

namespace flux {

/// Reads \p block of a `Compile` or `Agent` section into section.keys.
void readKeys(const Block &block, Section &section, DiagnosticEngine &diags);

/// Reads \p block of a `struct` or `enum` section: a table into section.rows;
/// paragraphs are prose.
void readTable(const Block &block, Section &section, DiagnosticEngine &diags);

/// Reads \p block of an `Init` or `Loop` section into section.steps.
void readSteps(const Block &block, Section &section, DiagnosticEngine &diags);

/// Reads \p block of an `Export` section into section.names.
void readNames(const Block &block, Section &section, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_SOURCE_SECTIONREADER_H
