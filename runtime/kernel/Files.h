//===- Files.h - what processes have open ----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_FILES_H
#define FLUX_RUNTIME_KERNEL_FILES_H

#include "runtime/base/Arena.h"

namespace flux::kernel {

/// Errors of files, with the numbers that Linux gives them.
enum FileError : int64_t {
  NoSuchFile = -2,
  BadHandle = -9,
  IsFolder = -21,
  BadArgument = -22,
  TooManyFiles = -24,
  ReadOnly = -30,
};

enum class OpenMode : uint64_t { Read, Create, Append, CreateNew };

/// The handles of a process, over the files of the image.  Results are as those
/// of the imports `flux.file_...` (docs/vm-host.md).
class Files {
public:
  /// The first handle: the numbers below are the streams.
  static constexpr uint64_t firstHandle = 3;

  int64_t open(Bytes path, OpenMode mode);
  int64_t read(uint64_t handle, uint8_t *out, uint64_t size);
  int64_t getSize(uint64_t handle);
  bool isFolder(uint64_t handle) {
    Open *open = find(handle);
    return open != nullptr && open->isFolder;
  }
  /// The next names of a folder, each with a zero byte behind it.
  int64_t getNames(uint64_t handle, uint8_t *out, uint64_t size);
  int64_t close(uint64_t handle);
  /// 1 for a file, 2 for a folder.
  static int64_t getKind(Bytes path);

private:
  struct Open {
    bool used = false, isFolder = false;
    uint32_t file = 0;
    uint64_t position = 0; ///< of a folder: number of the next name
  };
  static constexpr unsigned maxOpen = 16;

  Open *find(uint64_t handle);

  Open handles[maxOpen];
};

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_FILES_H
