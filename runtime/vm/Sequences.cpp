//===- Sequences.cpp - several operations in one handler ------------------===//
//
// Jumping from handler to handler costs more than most operations.  Sequences
// that programs often run have a handler of their own.  Sequences.inc lists
// them; utils/choose-sequences.py finds them in profiles of other programs than
// the benchmarks.  Where size counts more, FLUX_FOR_SIZE leaves them out.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/ForSize.h"
#include "runtime/vm/Threaded.h"

#if FLUX_FOR_SIZE

#include "runtime/vm/Handlers.h"

namespace flux::vm {

Handler findSequence(const u16 *, u64, bool, unsigned &length) {
  length = 1;
  return nullptr;
}

} // namespace flux::vm

#elif defined(__clang__)

#include "runtime/vm/Bodies.h"

namespace flux::vm {

namespace {

using isa::Opcode;

constexpr unsigned longestSequence = 4;

struct NoPart {};

// Does part P, the last one if LAST, and leaves pc at the one behind.
#define FLUX_DO_PART(P, LAST)                                                  \
  if constexpr (P::isBranch) {                                                 \
    FLUX_JUMP_IF(P::taken(FLUX_PASS));                                         \
  } else if constexpr (P::isJump) {                                            \
    i64 cost = pc->c;                                                          \
    pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +     \
                                      pc->imm);                                \
    FLUX_ENTER(cost);                                                          \
  } else {                                                                     \
    if (!P::run(FLUX_PASS))                                                    \
      FLUX_TAIL slow(FLUX_PASS);                                               \
    if constexpr (LAST)                                                        \
      FLUX_NEXT(1);                                                            \
    pc += 1;                                                                   \
  }

template <class A, class B, class C, class D>
void sequence(FLUX_STATE) {
  constexpr bool hasC = !__is_same(C, NoPart), hasD = !__is_same(D, NoPart);
  FLUX_DO_PART(A, false)
  FLUX_DO_PART(B, !hasC)
  if constexpr (hasC) {
    FLUX_DO_PART(C, !hasD)
    if constexpr (hasD) {
      FLUX_DO_PART(D, true)
    }
  }
}

struct Sequence {
  u16 keys[longestSequence];
  Handler handler;
  bool isGuarded;
};

template <Opcode O, Form F>
struct Key {
  using Plain = Part<O, F, FLUX_HAS_GUARD != 0>;
  static constexpr u16 key = keyOf(O, F);
  static constexpr bool isAccess = isAccessOpcode(O);
};
struct NoKey {
  using Plain = NoPart;
  static constexpr u16 key = 0;
  static constexpr bool isAccess = false;
};

template <class A, class B, class C = NoKey, class D = NoKey>
constexpr Sequence makeSequence() {
  return {{A::key, B::key, C::key, D::key},
          sequence<typename A::Plain, typename B::Plain, typename C::Plain,
                   typename D::Plain>,
          FLUX_HAS_GUARD &&
              (A::isAccess || B::isAccess || C::isAccess || D::isAccess)};
}

#define K(OPCODE, FORM) Key<Opcode::OPCODE, FORM>
constexpr Sequence listed[] = {
#define FLUX_SEQUENCE(...) makeSequence<__VA_ARGS__>(),
#include "runtime/vm/Sequences.inc"
};
#undef K
constexpr unsigned numSequences = sizeof listed / sizeof listed[0];

constexpr u32 startOf(const u16 *keys) {
  return static_cast<u32>(keys[0]) << 16 | keys[1];
}

/// The list by the first two keys, then the longest first.
struct SortedSequences {
  Sequence rows[numSequences] = {};

  constexpr SortedSequences() {
    for (unsigned i = 0; i != numSequences; ++i) {
      unsigned at = i;
      for (; at != 0 && isBefore(listed[i], rows[at - 1]); --at)
        rows[at] = rows[at - 1];
      rows[at] = listed[i];
    }
  }
  static constexpr unsigned lengthOf(const Sequence &row) {
    return 2u + (row.keys[2] != 0) + (row.keys[3] != 0);
  }
  static constexpr bool isBefore(const Sequence &a, const Sequence &b) {
    u32 first = startOf(a.keys), second = startOf(b.keys);
    return first != second ? first < second : lengthOf(a) > lengthOf(b);
  }
};
constexpr SortedSequences sorted;

} // namespace

Handler findSequence(const u16 *keys, u64 count, bool isGuarded,
                     unsigned &length) {
  if (count < 2 || keys[1] == 0)
    return nullptr;
  u32 start = startOf(keys);
  unsigned low = 0, high = numSequences;
  while (low != high) {
    unsigned middle = (low + high) / 2;
    if (startOf(sorted.rows[middle].keys) < start)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low != numSequences && startOf(sorted.rows[low].keys) == start;
       ++low) {
    const Sequence &row = sorted.rows[low];
    length = SortedSequences::lengthOf(row);
    // Handlers with accesses are made for the window.
    bool fits = count >= length && (!row.isGuarded || isGuarded);
    for (unsigned i = 2; fits && i != length; ++i)
      fits = row.keys[i] == keys[i];
    if (fits)
      return row.handler;
  }
  length = 1;
  return nullptr;
}

} // namespace flux::vm

#endif
