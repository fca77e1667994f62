//===- Zstd.h - unpacking what zstd packed ---------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_ZSTD_H
#define FLUX_RUNTIME_BASE_ZSTD_H

#include "runtime/base/Arena.h"

namespace flux {

/// Unpacks \p packed, one frame of zstd (RFC 8878) without a dictionary and
/// without a checksum, to exactly the \p size bytes at \p out.  Returns false
/// if it is anything else; then \p out may have been written to.  Takes at most
/// 160 KiB of \p scratch besides.
bool unpackZstd(Bytes packed, uint8_t *out, uint64_t size, Arena &scratch);

} // namespace flux

#endif // FLUX_RUNTIME_BASE_ZSTD_H
