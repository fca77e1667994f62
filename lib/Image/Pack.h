//===- Pack.h - making images and programs small ---------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_PACK_H
#define FLUX_LIB_IMAGE_PACK_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace flux {

/// Appends \p bytes to \p out as unpackLzma() of runtime/base wants them;
/// \p machine, as ELF calls it, says for what instructions.  False if there is
/// no memory.
bool pack(llvm::ArrayRef<uint8_t> bytes, uint16_t machine,
          llvm::SmallVectorImpl<char> &out);

} // namespace flux

#endif // FLUX_LIB_IMAGE_PACK_H
