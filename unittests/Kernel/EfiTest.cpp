//===- EfiTest.cpp - firmware that offers services ------------------------===//
//
// The kernel asks firmware for memory, the map of it and its options, and
// leaves it.  Here the firmware is simulated: good, refusing, and saying
// nonsense.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Efi.h"
#include "runtime/base/BootProtocol.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace flux;
using namespace flux::hal;

#if defined(__x86_64__)
#define EFI_CALL __attribute__((ms_abi))
#else
#define EFI_CALL
#endif

extern "C" EFI_CALL uint64_t flux_hal_efi_main(void *self, void *system);

namespace {

/// What the firmware does, and what the kernel was told.
struct Firmware {
  std::vector<uint8_t> map;
  uint64_t step = 48, mapStatus = 0, optionsStatus = 0;
  unsigned refusals = 0; ///< how often the map has changed
  bool hasLowMemory = true, hasMemory = true;
  alignas(8) uint8_t options[64] = {};
  std::unique_ptr<uint8_t[]> memory; ///< exactly what was asked for
  unsigned numExits = 0, numTexts = 0;
  const EfiHandover *told = nullptr;
  std::jmp_buf end;
};
Firmware *firmware;

EFI_CALL uint64_t allocate(uint32_t how, uint32_t, uint64_t count,
                           uint64_t *address) {
  if (!firmware->hasMemory || (how == 1 && !firmware->hasLowMemory))
    return 9;
  firmware->memory.reset(new uint8_t[count * pageSize]);
  *address = reinterpret_cast<uint64_t>(firmware->memory.get());
  return 0;
}

EFI_CALL uint64_t getMap(uint64_t *size, void *map, uint64_t *key,
                         uint64_t *step, uint32_t *version) {
  uint64_t room = *size;
  *size = firmware->map.size();
  *step = firmware->step;
  *key = 1;
  *version = 1;
  if (firmware->mapStatus != 0 || room < *size)
    return uint64_t(1) << 63 | 5;
  std::copy(firmware->map.begin(), firmware->map.end(),
            static_cast<uint8_t *>(map));
  return 0;
}

EFI_CALL uint64_t getProtocol(void *, const void *, void **out) {
  *out = firmware->options;
  return firmware->optionsStatus;
}

EFI_CALL uint64_t leave(void *, uint64_t) {
  return firmware->numExits++ < firmware->refusals ? 2 : 0;
}

EFI_CALL uint64_t print(void *, const char16_t *) {
  ++firmware->numTexts;
  return 0;
}

template <class T>
void put(uint8_t *at, T value) {
  std::memcpy(at, &value, sizeof value);
}

void addMemory(Firmware &to, uint32_t type, uint64_t base, uint64_t pages) {
  to.map.resize(to.map.size() + to.step);
  uint8_t *entry = &to.map[to.map.size() - to.step];
  put(entry, type);
  put(entry + 8, base);
  put(entry + 24, pages);
}

/// True if the kernel left the firmware.
bool start(Firmware &with, const std::vector<uint8_t> &tables) {
  firmware = &with;
  uint8_t services[256] = {}, system[128] = {}, output[16] = {};
  put(services + 40, &allocate);
  put(services + 56, &getMap);
  put(services + 152, &getProtocol);
  put(services + 232, &leave);
  put(output + 8, &print);
  put(system + 64, &output[0]);
  put(system + 96, &services[0]);
  put(system + 104, tables.size() / 24);
  put(system + 112, tables.data());
  if (setjmp(with.end) != 0)
    return true;
  flux_hal_efi_main(nullptr, system);
  return false;
}

std::vector<uint8_t> makeTables() {
  static const uint8_t guids[2][16] = {
      {0x71, 0xE8, 0x68, 0x88, 0xF1, 0xE4, 0xD3, 0x11, 0xBC, 0x22, 0x00, 0x80,
       0xC7, 0x3C, 0x88, 0x81},
      {0xD5, 0x21, 0xB6, 0xB1, 0x9C, 0xF1, 0xA5, 0x41, 0x83, 0x0B, 0xD9, 0x15,
       0x2C, 0x69, 0xAA, 0xE0}};
  std::vector<uint8_t> tables(3 * 24);
  for (unsigned i = 0; i != 2; ++i) {
    std::memcpy(&tables[(i + 1) * 24], guids[i], 16);
    put(&tables[(i + 1) * 24 + 16], uint64_t(0x1000 * (i + 1)));
  }
  return tables;
}

void setOptions(Firmware &to, const std::u16string &text) {
  put(to.options + 48, static_cast<uint32_t>(2 * text.size()));
  put(to.options + 56, text.data());
}

} // namespace

extern "C" {
// What the start files and the linker have.
char flux_kernel_begin[1];
extern const EfiPlace flux_hal_efi_place = {0, 0, 0};
void flux_hal_leave_efi(const EfiHandover *handover) {
  firmware->told = handover;
  std::longjmp(firmware->end, 1);
}
}

TEST(Efi, TellsTheKernel) {
  Firmware good;
  addMemory(good, 7, 0x1000, 15);
  addMemory(good, 4, 0x10000, 16);
  addMemory(good, 6, 0x20000, 1); // the firmware's own
  addMemory(good, 3, 0x30000, 2);
  std::u16string options = u"log=debug \u00e9 -- x";
  setOptions(good, options);
  good.refusals = 3;
  ASSERT_TRUE(start(good, makeTables()));
  EXPECT_EQ(good.numExits, 4u);
  EXPECT_EQ(good.told->rsdp, 0x1000u);
  EXPECT_EQ(good.told->tree, 0x2000u);
  EXPECT_STREQ(good.told->commandLine, "log=debug ? -- x");
  ASSERT_EQ(good.told->numRanges, 2u);
  EXPECT_EQ(good.told->ranges[0].base, 0x1000u);
  EXPECT_EQ(good.told->ranges[0].size, 0x1F000u);
  EXPECT_EQ(good.told->ranges[1].base, 0x30000u);
}

TEST(Efi, WhoGetsNothingGivesUp) {
  Firmware none;
  none.hasMemory = false;
  EXPECT_FALSE(start(none, {}));
  Firmware noMap;
  noMap.mapStatus = 1;
  EXPECT_FALSE(start(noMap, {}));
  Firmware changing;
  changing.refusals = 1000;
  EXPECT_FALSE(start(changing, {}));
  Firmware high; // no memory below 4 GiB, and no options
  high.hasLowMemory = false;
  high.optionsStatus = 1;
  EXPECT_TRUE(start(high, {}));
  EXPECT_STREQ(high.told->commandLine, "");
}

// Sanitizers tell if anything outside is read or written.
TEST(Efi, NoDamageReachesOutside) {
  std::mt19937 random(3);
  auto one = [&](std::initializer_list<uint64_t> values) {
    return values.begin()[random() % values.size()];
  };
  unsigned numStarted = 0;
  for (unsigned n = 0; n != 5000; ++n) {
    Firmware damaged;
    for (unsigned i = 0, count = random() % 300; i != count; ++i)
      addMemory(damaged, random() % 9, (random() % 4096) * pageSize,
                random() % 8);
    for (unsigned i = 0, count = random() % 8;
         i != count && !damaged.map.empty(); ++i)
      damaged.map[random() % damaged.map.size()] =
          static_cast<uint8_t>(random() % 3 != 0 ? random() : 0xFF);
    if (n % 4 == 0)
      damaged.step = one({0, 1, 8, 39, 40, 41, 47, 49, 4096, ~uint64_t(0)});
    damaged.refusals = random() % 12;
    std::u16string options(random() % 5000, u'x');
    for (char16_t &c : options)
      c = static_cast<char16_t>(random() | 1);
    setOptions(damaged, options);
    if (n % 3 == 0) // half a character more than whole ones
      put(damaged.options + 48, static_cast<uint32_t>(2 * options.size() | 1));
    std::vector<uint8_t> tables = makeTables();
    tables[random() % tables.size()] ^= static_cast<uint8_t>(random());
    if (!start(damaged, tables))
      continue;
    ++numStarted;
    EXPECT_LE(damaged.told->numRanges, EfiHandover::maxRanges);
    EXPECT_LE(std::strlen(damaged.told->commandLine), boot::maxCommandLine);
    BootInfo info;
    for (uint64_t i = 0; i != damaged.told->numRanges; ++i)
      info.addMemory(damaged.told->ranges[i].base,
                     damaged.told->ranges[i].size);
    EXPECT_LE(info.numMemory, BootInfo::maxRanges);
  }
  EXPECT_GT(numStarted, 1000u);
}
