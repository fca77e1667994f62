//===- Container.h - what travels with a program ---------------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_BYTECODE_CONTAINER_H
#define FLUX_LIB_TARGET_BYTECODE_CONTAINER_H

#include "runtime/bytecode/Package.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace flux::fbc {

/// Memory of an arena, which is freed with it.
struct Chunks {
  std::vector<std::unique_ptr<uint8_t[]>> chunks;

  static void *get(void *self, uint64_t size);
  static void fail(void *);
};

/// Compresses the document of \p contents into \p packed, if that makes it
/// smaller.
void packDocument(bytecode::Contents &contents,
                  llvm::SmallVectorImpl<uint8_t> &packed);

} // namespace flux::fbc

#endif // FLUX_LIB_TARGET_BYTECODE_CONTAINER_H
