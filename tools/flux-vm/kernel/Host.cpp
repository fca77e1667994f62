//===- Host.cpp - flux-vm check inside the kernel of images ---------------===//
//
// Whether the virtual machine does what docs/isa.md says is not known of a
// kernel until it was asked in the booted image: there it was compiled another
// way, and lies beside interrupts and page faults.  The checks become a part of
// the kernel when its image is linked with this (flux-os-image --link), run as
// its own process, and end the machine.
//
//===----------------------------------------------------------------------===//

#include "../Tool.h"
#include "../Window.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/Console.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/rt/System.h"

namespace flux {

using namespace kernel;

//===----------------------------------------------------------------------===//
// What the tool asks the runtime for
//===----------------------------------------------------------------------===//

namespace rt {

void *mapPages(uint64_t size) {
  Guard guard;
  Process &self = getCurrent();
  Mapping *mapping = reserve(self.mappings, self.account, self.slot, size,
                             MemoryKind::Kernel, hal::Read | hal::Write);
  return mapping != nullptr ? reinterpret_cast<void *>(mapping->base) : nullptr;
}

void unmapPages(void *memory, uint64_t) {
  Guard guard;
  Process &self = getCurrent();
  release(self.mappings,
          findMapping(self.mappings, reinterpret_cast<uint64_t>(memory)));
}

static Bytes toBytes(const void *data, int64_t size) {
  return {static_cast<const uint8_t *>(data), static_cast<uint64_t>(size)};
}

int64_t writeAll(int64_t handle, const char *data, int64_t length) {
  Guard guard;
  print(handle == 2 ? Stream::Error : Stream::Output, toBytes(data, length));
  return 0;
}

// One file of the image is read at a time.
static Bytes opened;

int64_t readSome(int64_t, void *buffer, int64_t length) {
  auto size = static_cast<uint64_t>(length);
  size = size < opened.size ? size : opened.size;
  __builtin_memcpy(buffer, opened.data, size);
  opened = {opened.data + size, opened.size - size};
  return static_cast<int64_t>(size);
}

extern "C" {

void flux_console_write(const void *data, int64_t length) {
  writeAll(1, static_cast<const char *>(data), length);
}
void flux_console_flush() {}

View flux_error_text(int64_t) { return {"no such file", 12}; }

int64_t flux_file_open(const char *path, int64_t length) {
  opened = getArchive().find(toBytes(path, length));
  return opened.data != nullptr ? 3 : -2;
}
int64_t flux_file_size(int64_t) { return static_cast<int64_t>(opened.size); }
int64_t flux_file_close(int64_t) { return 0; }

void flux_process_exit(const TrapSite *, int32_t status) {
  hal::powerOff(status);
}

} // extern "C"
} // namespace rt

namespace tool {

bool reserveWindow() { return false; }
uint8_t *mapRegion(unsigned, uint64_t size) {
  return static_cast<uint8_t *>(rt::mapPages(size));
}
void unmapRegion(unsigned, uint8_t *base, uint64_t size) {
  rt::unmapPages(base, size);
}
void guardRegions(vm::Machine &) {}

} // namespace tool

//===----------------------------------------------------------------------===//
// What the kernel calls
//===----------------------------------------------------------------------===//

/// Makes the checks of all files of the image that end in `.check`.
int kernel::runChecks() {
  constexpr int64_t maxFiles = 16;
  constexpr uint64_t endLength = 6;
  rt::View names[maxFiles];
  int64_t count = 0;
  const Archive &archive = getArchive();
  for (unsigned i = 0; i != archive.getCount() && count != maxFiles; ++i) {
    Bytes name = archive.getName(i);
    if (name.size > endLength &&
        tool::equals({name.data + name.size - endLength, endLength}, ".check"))
      names[count++] = {name.data, static_cast<int64_t>(name.size)};
  }
  tool::Arguments args(names, count);
  return tool::checkCommand(args);
}

} // namespace flux
