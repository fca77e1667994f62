//===- NextKernel.cpp - one kernel starts another -------------------------===//
//
// The started kernel finds the machine as its loader would have left it:
// without tables of addresses, and on ARM without caches.  Where kernels run at
// any address it is started where it was unpacked; on x86_64 a few instructions
// in a page of their own put it over this one.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/NextKernel.h"
#include "runtime/hal/Internal.h"

namespace flux::hal {

static uint64_t loadNumber(Bytes bytes) {
  uint64_t value = 0;
  if (bytes.size == sizeof value)
    __builtin_memcpy(&value, bytes.data, sizeof value);
  return value;
}

bool useHandover(const void *told, BootInfo &info) {
  using Kind = slots::Handover::Kind;
  const slots::Handover *record = slots::Handover::recognize(told);
  if (record == nullptr)
    return false;
  info.tree = loadNumber(record->find(Kind::Tree));
  if (record->version != slots::Handover::currentVersion) {
    info.refusal = "the kernel that started this one is of another version";
    return true;
  }
  info.rsdp = loadNumber(record->find(Kind::Rsdp));
  Bytes memory = record->find(Kind::Memory);
  for (uint64_t at = 0; at + sizeof(MemoryRange) <= memory.size;
       at += sizeof(MemoryRange)) {
    MemoryRange range;
    __builtin_memcpy(&range, memory.data + at, sizeof range);
    info.addMemory(range.base, range.size);
  }
  Bytes text = record->find(Kind::CommandLine);
  if (text.size != 0 && text.data[text.size - 1] == '\0')
    info.commandLine =
        keepCommandLine(reinterpret_cast<const char *>(text.data));
  Bytes slot = record->find(Kind::Slot);
  if (slot.size == sizeof info.slot) {
    __builtin_memcpy(&info.slot, slot.data, sizeof info.slot);
    info.hasSlot = true;
  }
  return true;
}

#if defined(__x86_64__)

extern "C" char flux_hal_kexec[], flux_hal_kexec_end[];

void *getHandoverPlace() { return reinterpret_cast<void *>(handoverPlace); }

void cleanMemory(MemoryRange) {} // caches stay on

bool canStart(const NextKernel &next, const BootInfo &info) {
  constexpr uint64_t lowest = 0x100000, end = uint64_t(1) << 32;
  auto from = reinterpret_cast<uint64_t>(next.image);
  uint64_t to = next.loadAddress;
  if (to < lowest || to >= end || next.memorySize > end - to || from >= end ||
      next.size > end - from)
    return false;
  // It is copied by rising addresses.
  if (from < to && to - from < next.size)
    return false;
  for (unsigned i = 0; i != info.numInstalled; ++i) {
    const MemoryRange &range = info.installed[i];
    if (to >= range.base && to - range.base < range.size &&
        next.memorySize <= range.size - (to - range.base))
      return true;
  }
  return false;
}

void startKernel(const NextKernel &next, const slots::Handover &record) {
  using Code = void (*)(uint64_t record, const void *image, uint64_t target,
                        uint64_t size, uint64_t entry);
  disableInterrupts();
  reinterpret_cast<Code>(kexecPlace)(reinterpret_cast<uint64_t>(&record),
                                     next.image, next.loadAddress, next.size,
                                     next.loadAddress + next.entry);
  __builtin_unreachable();
}

void prepareNextKernel() {
  __builtin_memcpy(reinterpret_cast<void *>(kexecPlace), flux_hal_kexec,
                   static_cast<size_t>(flux_hal_kexec_end - flux_hal_kexec));
}

#else

extern "C" [[noreturn]] void flux_hal_kexec(const void *record, uint64_t entry);
#if defined(__aarch64__)
extern "C" void flux_hal_clean(const void *begin, const void *end);
#else
static void flux_hal_clean(const void *, const void *) {} // one view of memory
#endif

void cleanMemory(MemoryRange range) {
  auto *begin = reinterpret_cast<const char *>(range.base);
  flux_hal_clean(begin, begin + range.size);
}

void *getHandoverPlace() { return nullptr; }

bool canStart(const NextKernel &next, const BootInfo &) {
  return next.loadAddress == 0 &&
         reinterpret_cast<uint64_t>(next.image) % pageSize == 0;
}

void startKernel(const NextKernel &next, const slots::Handover &record) {
  disableInterrupts();
  // What caches would write back later would overwrite what it makes.
  flux_hal_clean(flux_kernel_data, flux_kernel_end);
  flux_hal_kexec(&record, reinterpret_cast<uint64_t>(next.image) + next.entry);
}

#endif

} // namespace flux::hal
