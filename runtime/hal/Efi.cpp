//===- Efi.cpp - the kernel as an application of EFI ----------------------===//
//
// Firmware loads the kernel like a program, to any place, and offers services.
// All that is needed of them is asked for here, before the kernel starts as on
// a bare machine.  This code runs before anything is relocated: it must not
// hold addresses in its data.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Efi.h"
#include "runtime/base/BootProtocol.h"
#include "runtime/hal/Internal.h"

namespace flux::hal {

#if defined(__x86_64__)
#define EFI_CALL __attribute__((ms_abi))
#else
#define EFI_CALL
#endif

namespace {

using Status = uint64_t;

struct Guid {
  uint32_t a;
  uint16_t b, c;
  uint8_t d[8];
};

struct Header {
  uint64_t signature;
  uint32_t revision, size, checksum, reserved;
};

struct Descriptor {
  uint32_t type, padding;
  uint64_t physical, address, pages, attributes;
};

enum MemoryType : uint32_t {
  LoaderCode = 1,
  LoaderData,
  BootServicesCode,
  BootServicesData,
  ConventionalMemory = 7,
};

enum AllocateType : uint32_t { AnyPages, BelowAddress, AtAddress };

struct BootServices {
  Header header;
  void *priority[2];
  EFI_CALL Status (*allocatePages)(AllocateType, MemoryType, uint64_t count,
                                   uint64_t *address);
  void *freePages;
  EFI_CALL Status (*getMemoryMap)(uint64_t *size, void *map, uint64_t *key,
                                  uint64_t *step, uint32_t *version);
  void *pool[2];
  void *events[6];
  void *installProtocol[3];
  EFI_CALL Status (*handleProtocol)(void *handle, const Guid *,
                                    void **interface);
  void *protocols[5];
  void *images[4];
  EFI_CALL Status (*exitBootServices)(void *image, uint64_t key);
};
static_assert(__builtin_offsetof(BootServices, allocatePages) == 40);
static_assert(__builtin_offsetof(BootServices, handleProtocol) == 152);
static_assert(__builtin_offsetof(BootServices, exitBootServices) == 232);

struct TextOutput {
  void *reset;
  EFI_CALL Status (*print)(TextOutput *, const char16_t *);
};

struct Configuration {
  Guid guid;
  uint64_t table;
};

struct SystemTable {
  Header header;
  const char16_t *vendor;
  uint32_t revision;
  void *input[2], *outputHandle;
  TextOutput *output;
  void *errorHandle, *error, *runtime;
  BootServices *boot;
  uint64_t numConfigurations;
  const Configuration *configurations;
};

struct LoadedImage {
  uint32_t revision;
  void *parent, *system, *device, *path, *reserved;
  uint32_t optionsSize;
  const char16_t *options;
};

} // namespace

static bool isSame(const Guid &a, const Guid &b) {
  return __builtin_memcmp(&a, &b, sizeof a) == 0;
}

/// Copies the options of the application, of which it may have none.
static void readOptions(BootServices &boot, void *self, char *out) {
  const Guid loadedImage = {0x5B1B31A1,
                            0x9562,
                            0x11D2,
                            {0x8E, 0x3F, 0, 0xA0, 0xC9, 0x69, 0x72, 0x3B}};
  LoadedImage *image = nullptr;
  unsigned length = 0;
  if (boot.handleProtocol(self, &loadedImage,
                          reinterpret_cast<void **>(&image)) == 0 &&
      image->options != nullptr)
    for (uint32_t i = 0; i != image->optionsSize / 2; ++i) {
      char16_t c = image->options[i];
      if (c == 0 || length == boot::maxCommandLine)
        break;
      out[length++] = c < 128 ? static_cast<char>(c) : '?';
    }
  out[length] = '\0';
}

static bool isUsable(uint32_t type) {
  return (type >= LoaderCode && type <= BootServicesData) ||
         type == ConventionalMemory;
}

/// The memory of the last map, neighbours as one.
static void readMap(const uint8_t *map, uint64_t size, uint64_t step,
                    EfiHandover &handover) {
  handover.numRanges = 0;
  if (step < sizeof(Descriptor))
    return;
  for (uint64_t at = 0; at + step <= size; at += step) {
    Descriptor entry;
    __builtin_memcpy(&entry, map + at, sizeof entry);
    if (!isUsable(entry.type))
      continue;
    uint64_t length = entry.pages * pageSize;
    MemoryRange *last = handover.numRanges != 0
                            ? &handover.ranges[handover.numRanges - 1]
                            : nullptr;
    if (last != nullptr && last->base + last->size == entry.physical)
      last->size += length;
    else if (handover.numRanges != EfiHandover::maxRanges)
      handover.ranges[handover.numRanges++] = {entry.physical, length};
  }
}

/// The way of EFI into the kernel; returns only if it cannot start.
extern "C" EFI_CALL Status flux_hal_efi_main(void *self, SystemTable &system) {
  constexpr uint64_t mapPages = 16, headPages = 2;
  constexpr Status failed = uint64_t(1) << 63 | 1;
  BootServices &boot = *system.boot;
  // The kernel reads it before it has tables of its own.
  uint64_t address = 0xFFFFFFFF;
  if (boot.allocatePages(BelowAddress, LoaderData, headPages + mapPages,
                         &address) != 0) {
    address = 0;
    if (boot.allocatePages(AnyPages, LoaderData, headPages + mapPages,
                           &address) != 0)
      return failed;
  }
  static_assert(sizeof(EfiHandover) + boot::maxCommandLine <=
                headPages * pageSize);
  auto &handover = *reinterpret_cast<EfiHandover *>(address);
  __builtin_memset(&handover, 0, sizeof handover);
  handover.magic = EfiHandover::expectedMagic;
  readOptions(boot, self, handover.commandLine);
  const Guid acpi = {0x8868E871,
                     0xE4F1,
                     0x11D3,
                     {0xBC, 0x22, 0, 0x80, 0xC7, 0x3C, 0x88, 0x81}};
  const Guid tree = {0xB1B621D5,
                     0xF19C,
                     0x41A5,
                     {0x83, 0x0B, 0xD9, 0x15, 0x2C, 0x69, 0xAA, 0xE0}};
  for (uint64_t i = 0; i != system.numConfigurations; ++i) {
    const Configuration &entry = system.configurations[i];
    if (isSame(entry.guid, acpi))
      handover.rsdp = entry.table;
    else if (isSame(entry.guid, tree))
      handover.tree = entry.table;
  }
  const EfiPlace place = flux_hal_efi_place;
  uint64_t here = FLUX_FAR_ADDRESS(flux_kernel_begin);
  if (place.begin != 0 && place.begin != here) {
    uint64_t target = place.begin;
    if (boot.allocatePages(AtAddress, LoaderData,
                           (place.end - place.begin) / pageSize,
                           &target) != 0) {
      const char16_t message[] = u"FLUX: its memory is taken\r\n";
      system.output->print(system.output, message);
      return failed;
    }
    __builtin_memcpy(reinterpret_cast<void *>(target),
                     reinterpret_cast<const void *>(here),
                     place.dataEnd - place.begin);
  }
  auto *map = reinterpret_cast<uint8_t *>(address + headPages * pageSize);
  uint64_t size, key, step;
  uint32_t version;
  constexpr unsigned maxAttempts = 8;
  for (unsigned attempt = 0; attempt != maxAttempts; ++attempt) {
    size = mapPages * pageSize;
    if (boot.getMemoryMap(&size, map, &key, &step, &version) != 0)
      return failed;
    // The map may change between the two calls.
    if (boot.exitBootServices(self, key) == 0) {
      readMap(map, size, step, handover);
      flux_hal_leave_efi(&handover);
    }
  }
  return failed;
}

} // namespace flux::hal
