//===- Lzma.h - unpacking what LZMA packed ---------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_LZMA_H
#define FLUX_RUNTIME_BASE_LZMA_H

#include "runtime/base/Arena.h"

namespace flux {

/// Unpacks \p packed to exactly the \p size bytes at \p out: the byte of LZMA's
/// properties, then the data without a mark of the end (I. Pavlov, "LZMA
/// specification").  Returns false if it is anything else; then \p out may have
/// been written to.  Takes at most 28 KiB of \p scratch besides.
bool unpackLzma(Bytes packed, uint8_t *out, uint64_t size, Arena &scratch);

} // namespace flux

#endif // FLUX_RUNTIME_BASE_LZMA_H
