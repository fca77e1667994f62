//===- Files.h - what processes have open ----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_FILES_H
#define FLUX_RUNTIME_KERNEL_FILES_H

#include "runtime/base/Arena.h"
#include "runtime/kernel/Lock.h"
#include "runtime/store/Store.h"

namespace flux::kernel {

struct Process;

/// Errors of files, with the numbers that Linux gives them.
enum FileError : int64_t {
  NotPermitted = -1,
  NoSuchFile = -2,
  NoSuchProcess = -3,
  BadHandle = -9,
  NoMemoryLeft = -12,
  AccessDenied = -13,
  OtherDevice = -18,
  NoFolder = -20,
  IsFolder = -21,
  BadArgument = -22,
  TooManyFiles = -24,
  ReadOnly = -30,
};

enum class OpenMode : uint64_t { Read, Create, Append, CreateNew };

/// The handles of a process, over the files of the image, those that stay
/// (`store/`) and those of the system (`sys/`).  Results are as those of the
/// imports `flux.file_...` (docs/vm-host.md).  All need the kernel's lock.
class Files {
public:
  /// The first handle: the numbers below are the streams.
  static constexpr uint64_t firstHandle = 3;

  int64_t open(Process &self, Bytes path, OpenMode mode);
  /// May wait for the end of a program, without the lock.
  int64_t read(Process &self, Guard &guard, uint64_t handle, uint8_t *out,
               uint64_t size);
  int64_t write(Process &self, uint64_t handle, const uint8_t *data,
                uint64_t size);
  int64_t sync(uint64_t handle);
  int64_t getSize(uint64_t handle);
  bool isFolder(uint64_t handle) {
    Open *open = find(handle);
    return open != nullptr && open->place.node <= lastFolder;
  }
  /// The next names of a folder, each with a zero byte behind it.
  int64_t getNames(uint64_t handle, uint8_t *out, uint64_t size);
  int64_t close(uint64_t handle);
  void closeAll();
  /// 1 for a file, 2 for a folder.
  static int64_t getKind(Bytes path);
  static int64_t rename(Bytes from, Bytes to);
  static int64_t remove(Bytes path);

private:
  enum Node : uint8_t {
    Root,
    StoreFolder,
    SystemFolder,
    ImageFile,
    StoreFile,
    Writer, ///< of a file of the store
    SystemFile,
    Child, ///< a program that was started by a name below `sys/`, or a number
  };
  static constexpr Node lastFolder = SystemFolder;
  /// What a path leads to.
  struct Place {
    Node node = Root;
    /// Of a file of the system: opened for writing; of a child: its number is
    /// all that is read.
    bool isSpecial = false;
    uint32_t number = 0; ///< of the file in the image or `sys/`, of the writer,
                         ///< of the process
    Bytes name;          ///< below the folder; after find() only
    store::Store::File file;
  };
  struct Open {
    bool used = false;
    bool hasEnded = false; ///< of a file of the system
    Place place;
    uint64_t position = 0; ///< of a folder: number of the next name
  };
  static constexpr unsigned maxOpen = 16;

  Open *find(uint64_t handle);
  static int64_t find(Bytes path, Place &place);

  Open handles[maxOpen];
};

/// Where files stay; it may not be mounted.
store::Store &getStore();
/// Looks for a disk with a place for files, and mounts it.
void mountStore();

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_FILES_H
