//===- TrapMessage.h - the text of a trap ----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_TRAPMESSAGE_H
#define FLUX_RUNTIME_BASE_TRAPMESSAGE_H

#include "runtime/base/TrapSite.h"

namespace flux::rt {

/// Takes a piece of text.
using TextSink = void (*)(const char *data, int64_t length);

/// Sends the message of \p kind, its pattern filled in with \p values (as many
/// as the kind has) and the types of \p site, to \p sink in pieces.
void formatTrapMessage(uint8_t kind, const TrapSite &site,
                       const uint64_t *values, TextSink sink);

/// Sends `file:line:column`, as far as it is known, to \p sink.
void formatPlace(const char *file, uint32_t line, uint32_t column,
                 TextSink sink);

/// Sends \p text, line \p line of a document, and under it a caret at byte
/// \p column (from 1; 0 if it is not known) to \p sink.
void formatSourceLine(const char *text, uint32_t line, uint32_t column,
                      TextSink sink);

} // namespace flux::rt

#endif // FLUX_RUNTIME_BASE_TRAPMESSAGE_H
