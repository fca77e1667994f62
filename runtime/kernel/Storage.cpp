//===- Storage.cpp - where files stay -------------------------------------===//
//
// The part `flux-store` of a disk, which is formatted if nothing was ever
// written to it, or a whole disk that is a store already; with `store=new`, one
// that is empty.  What cannot be read is told and left as it is.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/Gpt.h"
#include "runtime/drivers/Drivers.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Files.h"
#include "runtime/kernel/Log.h"

namespace flux::kernel {

static constinit store::Store fileStore;
static constinit slots::Partition storePart;

store::Store &getStore() { return fileStore; }

/// True if the store of \p device can be used from now on.
static bool mount(BlockDevice &device, bool mayFormat) {
  int64_t error;
  switch (fileStore.look(device)) {
  case store::Mark::Store:
    error = fileStore.mount(device);
    break;
  case store::Mark::Nothing:
    if (!mayFormat)
      return false;
    error = fileStore.format(device);
    break;
  default:
    if (mayFormat)
      log(Level::Error, "the disk's place for files is damaged");
    return false;
  }
  if (error != 0)
    log(Level::Error, "files cannot stay: error %u",
        static_cast<uint64_t>(-error));
  else
    log(Level::Info, "%u files stay, there is room for %u KiB",
        fileStore.getNumFiles(), fileStore.getFreeBytes() / 1024);
  return error == 0;
}

void mountStore() {
  bool mayFormatAll =
      equals(getOption(getBootInfo().commandLine, "store"), "new");
  for (unsigned i = 0; i != drivers::getBlockDeviceCount(); ++i) {
    BlockDevice &disk = drivers::getBlockDevice(i);
    if (slots::findPartition(disk, "flux-store", storePart)
            ? mount(storePart, /*mayFormat=*/true)
            : mount(disk, mayFormatAll))
      return;
  }
}

} // namespace flux::kernel
