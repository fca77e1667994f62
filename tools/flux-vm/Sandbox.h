//===- Sandbox.h - the files that a program may reach ----------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_SANDBOX_H
#define FLUX_TOOLS_FLUX_VM_SANDBOX_H

#include "runtime/base/Arena.h"

namespace flux::tool {

/// The files below one folder.  Handles are numbers of its own, so that nothing
/// else that the process has open can be reached.  Results are those of Linux:
/// negative is an error.
class Sandbox {
public:
  /// The folder, `/` for all files; the current one if nothing is said.
  Bytes folder;
  bool readOnly = false;

  /// Modes of `flux.file_open`.
  int64_t open(Bytes path, uint64_t mode);
  int64_t read(uint64_t handle, void *buffer, int64_t size);
  int64_t write(uint64_t handle, const void *data, int64_t size);
  int64_t getSize(uint64_t handle);
  int64_t getNames(uint64_t handle, char *buffer, int64_t size);
  int64_t sync(uint64_t handle);
  int64_t close(uint64_t handle);
  int64_t rename(Bytes path, Bytes to);
  int64_t remove(Bytes path);
  int64_t getKind(Bytes path);

private:
  static constexpr unsigned firstHandle = 3, maxHandles = 1024;

  bool isWhole() const { return folder.size == 1 && folder.data[0] == '/'; }
  int64_t openRoot();
  int64_t resolve(Bytes path, uint64_t flags);
  int64_t openParent(Bytes path, char *name);
  int64_t getFile(uint64_t handle) const;

  int64_t root = -1;
  int32_t files[maxHandles] = {}; ///< 0: free
};

/// True if somebody watches stream 1 or 2.
bool isTerminal(uint64_t stream);

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_SANDBOX_H
