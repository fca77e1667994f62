//===- X86Versions.cpp - the best version of each function ----------------===//
//
// Programs for all x86-64 machines may hold hot loops for newer ones, too. What
// the machine and its system can do is asked once, before anything runs.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"

namespace flux::rt {

namespace {

struct Registers {
  uint32_t a, b, c, d;
};

} // namespace

static Registers askProcessor(uint32_t leaf) {
  Registers r = {leaf, 0, 0, 0};
  __asm__ volatile("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
  return r;
}

/// What of the registers the system saves for each process.
static uint32_t askSavedRegisters() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static constexpr bool hasAll(uint32_t value, uint32_t bits) {
  return (value & bits) == bits;
}

/// N of the greatest level x86-64-vN that this machine has, from 2 to 4.
static unsigned findLevel() {
  constexpr uint32_t fma = 1u << 12, movbe = 1u << 22, osxsave = 1u << 27,
                     avx = 1u << 28, f16c = 1u << 29;
  constexpr uint32_t bmi1 = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8;
  constexpr uint32_t avx512f = 1u << 16, avx512dq = 1u << 17,
                     avx512cd = 1u << 28, avx512bw = 1u << 30,
                     avx512vl = 1u << 31;
  constexpr uint32_t lzcnt = 1u << 5;
  constexpr uint32_t wideRegisters = 0x06, widestRegisters = 0xe6;
  constexpr uint32_t lastLeaf = 7, extended = 0x80000000u;
  if (askProcessor(0).a < lastLeaf || askProcessor(extended).a <= extended)
    return 2;
  uint32_t leaf7 = askProcessor(lastLeaf).b;
  if (!hasAll(askProcessor(1).c, fma | movbe | osxsave | avx | f16c) ||
      !hasAll(leaf7, bmi1 | avx2 | bmi2) ||
      !hasAll(askProcessor(extended + 1).c, lzcnt))
    return 2;
  uint32_t saved = askSavedRegisters();
  if (!hasAll(saved, wideRegisters))
    return 2;
  if (hasAll(leaf7, avx512f | avx512dq | avx512cd | avx512bw | avx512vl) &&
      hasAll(saved, widestRegisters))
    return 4;
  return 3;
}

extern "C" void flux_select_versions(const VersionEntry *begin,
                                     const VersionEntry *end) {
  unsigned level = findLevel();
  for (const VersionEntry *entry = begin; entry != end; ++entry)
    for (unsigned version = 3; version <= level; ++version)
      if (const void *code = entry->versions[version - 3])
        *entry->slot = code;
}

} // namespace flux::rt
