//===- Window.cpp - memory of regions, 64 GiB of addresses ----------------===//
//
// Region r lies at r * 4 GiB of a reservation whose other pages cannot be
// reached, so an access needs no comparison: what is wrong faults.
//
//===----------------------------------------------------------------------===//

#include "Window.h"
#include "runtime/rt/linux/Syscalls.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace rt;

static constexpr int none = 0, readOnly = 1, readWrite = 3,
                     reserved = 0x4022, // private, anonymous, no swap
    fixed = 0x10;
static constexpr uint64_t regionSpace = uint64_t(1) << 32;
static constexpr uint64_t windowSpace = 16 * regionSpace + 65536;

static constinit uint8_t *window = nullptr;
static SignalAction before;

static int64_t mapAt(void *address, uint64_t size, int rights, int flags) {
  return systemCall(Syscall::Mmap, toArgument(address),
                    static_cast<int64_t>(size), rights, flags, -1, 0);
}

bool reserveWindow() {
  if (!vm::canGuard() || window != nullptr)
    return window != nullptr;
  int64_t result = mapAt(nullptr, windowSpace, none, reserved);
  if (result > 0)
    window = reinterpret_cast<uint8_t *>(result);
  return result > 0;
}

uint8_t *mapRegion(unsigned number, uint64_t size) {
  if (window == nullptr)
    return static_cast<uint8_t *>(mapPages(size));
  uint8_t *base = window + number * regionSpace;
  return mapAt(base, size, readWrite, reserved | fixed) < 0 ? nullptr : base;
}

void unmapRegion(unsigned, uint8_t *base, uint64_t size) {
  if (window == nullptr)
    unmapPages(base, size);
  else
    mapAt(base, size, none, reserved | fixed);
}

static void handleFault(int number, const SignalInfo *info,
                        const void *context) {
  if (vm::redirectFault(const_cast<void *>(context), info->address, window))
    return;
  before.handler(number, info, context);
}

void guardRegions(vm::Machine &machine) {
  constexpr int segmentationFault = 11;
  constexpr uint64_t withInfo = 4, onOwnStack = 0x08000000;
  if (window == nullptr)
    return;
  for (const vm::RegionState &region : machine.regions)
    if (region.base != nullptr && !(region.rights & bytecode::RegionRead))
      return;
  for (const vm::RegionState &region : machine.regions)
    if (region.base != nullptr && !(region.rights & bytecode::RegionWrite) &&
        systemCall(Syscall::Mprotect, toArgument(region.base),
                   static_cast<int64_t>(region.size), readOnly) != 0)
      return;
  SignalAction action = makeSignalAction(handleFault, withInfo | onOwnStack);
  static constinit bool isInstalled = false;
  if (!isInstalled &&
      systemCall(Syscall::RtSigaction, segmentationFault, toArgument(&action),
                 toArgument(&before), 8) != 0)
    return;
  isInstalled = true;
  machine.regionWindow = window;
}

} // namespace flux::tool
