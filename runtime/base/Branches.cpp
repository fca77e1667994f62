//===- Branches.cpp - branches that pack well -----------------------------===//
//
// A function is called from many places, each time by another distance.  Before
// an image is packed the distances become targets, which repeat; that saves a
// twentieth.  Each conversion finds the same branches in both directions: it
// looks only at bits that it does not change.  A kernel has the one of its
// machine.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Branches.h"

#if __STDC_HOSTED__ || defined(__x86_64__)
#define FLUX_HAS_X86_64
#endif
#if __STDC_HOSTED__ || defined(__aarch64__)
#define FLUX_HAS_ARM64
#endif
#if __STDC_HOSTED__ || defined(__riscv)
#define FLUX_HAS_RISCV64
#endif

namespace flux {

template <class T>
[[maybe_unused]] static T load(const uint8_t *from) {
  T value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
[[maybe_unused]] static void store(uint8_t *to, T value) {
  __builtin_memcpy(to, &value, sizeof value);
}

#ifdef FLUX_HAS_X86_64
/// The distances of 32 bits of CALL, JMP and Jcc.  Those from \p at to
/// somewhere in the code become targets; the others whose values targets have
/// now take the place of those distances.
static void convertX86(uint8_t *code, int64_t size, Targets to) {
  constexpr int64_t length = 5;
  bool isEscaped = false;
  for (int64_t at = 0; at + length <= size;) {
    uint8_t opcode = code[at];
    bool isBranch =
        (opcode & 0xFE) == 0xE8 || (isEscaped && (opcode & 0xF0) == 0x80);
    int64_t value = load<int32_t>(code + at + 1);
    isEscaped = !isBranch && opcode == 0x0F;
    if (!isBranch || value < -at || value >= size) {
      ++at;
      continue;
    }
    if (to == Targets::Absolute)
      value += value < size - at ? at : -size;
    else
      value += value >= 0 ? -at : size;
    store(code + at + 1, static_cast<int32_t>(value));
    at += length;
  }
}
#endif

#ifdef FLUX_HAS_ARM64
/// B and BL, and the pages of ADRP.
static void convertArm64(uint8_t *code, uint64_t size, Targets to) {
  for (uint64_t at = 0; at + 4 <= size; at += 4) {
    auto word = load<uint32_t>(code + at);
    uint32_t here = static_cast<uint32_t>(at);
    if (to == Targets::Relative)
      here = -here;
    if ((word & 0x7C000000) == 0x14000000) {
      word = (word & 0xFC000000) |
             ((word + (static_cast<int32_t>(here) >> 2)) & 0x03FFFFFF);
    } else if ((word & 0x9F000000) == 0x90000000) {
      uint32_t pages = (word >> 29 & 3) | (word >> 3 & 0x1FFFFC);
      uint32_t page = static_cast<uint32_t>(at >> 12);
      pages += to == Targets::Absolute ? page : -page;
      word = (word & 0x9F00001F) | (pages & 3) << 29 | (pages & 0x1FFFFC) << 3;
    }
    store(code + at, word);
  }
}
#endif

#ifdef FLUX_HAS_RISCV64
/// JAL with a link, whose target is told with its highest bits first, and AUIPC
/// with the load, addition or jump behind it.
static void convertRiscV(uint8_t *code, uint64_t size, Targets to) {
  bool isBack = to == Targets::Relative;
  for (uint64_t at = 0; at + 8 <= size; at += 2) {
    uint8_t *bytes = code + at;
    auto word = load<uint32_t>(bytes);
    auto here = static_cast<uint32_t>(at);
    if ((word & 0xDFF) == 0x0EF) { // with x1 or x5
      if (isBack) {
        uint32_t target = (word & 0xF000) << 5 | bytes[2] << 9 | bytes[3] << 1;
        uint32_t distance = target - here;
        store(bytes, (word & 0xFFF) | (distance & 0x100000) << 11 |
                         (distance & 0x7FE) << 20 | (distance & 0x800) << 9 |
                         (distance & 0xFF000));
      } else {
        uint32_t distance = (word >> 11 & 0x100000) | (word >> 20 & 0x7FE) |
                            (word >> 9 & 0x800) | (word & 0xFF000);
        uint32_t target = distance + here;
        store(bytes,
              static_cast<uint16_t>((word & 0xFFF) | (target >> 5 & 0xF000)));
        bytes[2] = static_cast<uint8_t>(target >> 9);
        bytes[3] = static_cast<uint8_t>(target >> 1);
      }
      at += 2;
      continue;
    }
    if ((word & 0x7F) != 0x17 || (word & 0xF80) == 0)
      continue;
    // What was looked at is left behind, or the other direction may see others.
    at += 6;
    auto next = load<uint32_t>(bytes + 4);
    uint32_t opcode = next & 0x7F;
    if ((next >> 8 & 0xF80) != (word & 0xF80) ||
        (opcode != 0x03 && opcode != 0x07 && opcode != 0x13 && opcode != 0x67))
      continue;
    // The lower 12 bits of a distance have a sign, those of a target none.
    uint32_t high = word & 0xFFFFF000, low = next >> 20;
    if (isBack) {
      uint32_t distance = (high | low) - here;
      high = (distance + 0x800) & 0xFFFFF000;
      low = distance - high;
    } else {
      uint32_t target = high + low - (low >> 11 << 12) + here;
      high = target & 0xFFFFF000;
      low = target;
    }
    store(bytes, (word & 0xFFF) | high);
    store(bytes + 4, (next & 0xFFFFF) | low << 20);
  }
}
#endif

void convertBranches([[maybe_unused]] uint16_t machine,
                     [[maybe_unused]] uint8_t *code,
                     [[maybe_unused]] uint64_t size,
                     [[maybe_unused]] Targets to) {
  enum { X86_64 = 62, Arm64 = 183, RiscV = 243 };
#ifdef FLUX_HAS_X86_64
  if (machine == X86_64)
    convertX86(code, static_cast<int64_t>(size), to);
#endif
#ifdef FLUX_HAS_ARM64
  if (machine == Arm64)
    convertArm64(code, size, to);
#endif
#ifdef FLUX_HAS_RISCV64
  if (machine == RiscV)
    convertRiscV(code, size, to);
#endif
}

} // namespace flux
