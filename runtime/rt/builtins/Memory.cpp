//===- Memory.cpp - copying, filling and comparing memory -----------------===//
//
// Compilers call these functions where no libc is asked for: for copies of
// large values and for loops that they recognise as one.  So they are hot at
// all sizes. Small sizes are done by loads and stores that overlap in the
// middle, without loops; medium ones by 64 bytes a turn; large ones by the
// processor's own string instructions, where it has them.  This needs unaligned
// accesses and 16-byte vectors; WordMemory.cpp is for processors without.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdint.h>

// The unit tests run on a libc that has these names.
#ifdef FLUX_BUILTINS_TESTED
#define FLUX_BUILTIN(NAME) flux_##NAME
#else
#define FLUX_BUILTIN(NAME) NAME
#endif

namespace {

template <class T>
T load(const char *from) {
  T value;
  __builtin_memcpy_inline(&value, from, sizeof(T));
  return value;
}

template <class T>
void store(char *to, T value) {
  __builtin_memcpy_inline(to, &value, sizeof(T));
}

using Block = char __attribute__((vector_size(16)));

#if defined(__x86_64__)
constexpr size_t stringCopySize = 1024;
constexpr size_t stringFillSize = 1024;
#endif

/// Sizes from sizeof(T) to 2 * sizeof(T).
template <class T>
void copyPair(char *to, const char *from, size_t size) {
  T first = load<T>(from), last = load<T>(from + size - sizeof(T));
  store(to, first);
  store(to + size - sizeof(T), last);
}

struct Blocks4 {
  Block a, b, c, d;
};

__attribute__((always_inline)) inline Blocks4 load4(const char *from) {
  return {load<Block>(from), load<Block>(from + 16), load<Block>(from + 32),
          load<Block>(from + 48)};
}

__attribute__((always_inline)) inline void store4(char *to,
                                                  const Blocks4 &blocks) {
  store(to, blocks.a);
  store(to + 16, blocks.b);
  store(to + 32, blocks.c);
  store(to + 48, blocks.d);
}

/// More than 128 bytes, upwards: right unless `to` lies within the source.
void copyUp(char *to, const char *from, size_t size) {
  Block first = load<Block>(from);
  Blocks4 last = load4(from + size - 64);
  char *end = to + size;
  char *start = to;
  size_t skip = 16 - (reinterpret_cast<uintptr_t>(to) & 15);
  to += skip;
  from += skip;
  for (; end - to > 64; to += 64, from += 64)
    store4(to, load4(from));
  store4(end - 64, last);
  store(start, first);
}

/// More than 128 bytes, downwards: right if `to` lies within the source.
void copyDown(char *to, const char *from, size_t size) {
  Blocks4 first = load4(from);
  Block last = load<Block>(from + size - 16);
  char *end = to + size;
  size_t skip = reinterpret_cast<uintptr_t>(end) & 15;
  size_t left = size - skip;
  for (; left > 64; left -= 64)
    store4(to + left - 64, load4(from + left - 64));
  store4(to, first);
  store(end - 16, last);
}

void copyLarge(char *to, const char *from, size_t size) {
  size_t ahead = static_cast<size_t>(to - from);
  if (ahead < size)
    return copyDown(to, from, size);
#if defined(__x86_64__)
  // The string instruction is slow where the target is close behind the source,
  // and on some processors up to thirty times slower than a loop where it is
  // close ahead within a page.
  if (size >= stringCopySize && -ahead >= 64 && ((ahead - 1) & 4095) >= 63) {
    __asm__ volatile("rep movsb"
                     : "+D"(to), "+S"(from), "+c"(size)
                     :
                     : "memory");
    return;
  }
#endif
  copyUp(to, from, size);
}

void fillLarge(char *to, Block block, size_t size) {
  char *end = to + size;
#if defined(__x86_64__)
  if (size >= stringFillSize) {
    __asm__ volatile("rep stosb"
                     : "+D"(to), "+c"(size)
                     : "a"(block[0])
                     : "memory");
    return;
  }
#endif
  store(to, block);
  to += 16 - (reinterpret_cast<uintptr_t>(to) & 15);
  for (; end - to > 64; to += 64)
    store4(to, {block, block, block, block});
  store4(end - 64, {block, block, block, block});
}

template <class T>
int compareWords(T a, T b) {
  if (a == b)
    return 0;
  if constexpr (sizeof(T) == 8)
    return __builtin_bswap64(a) < __builtin_bswap64(b) ? -1 : 1;
  else
    return __builtin_bswap32(a) < __builtin_bswap32(b) ? -1 : 1;
}

/// Sizes from sizeof(T) to 2 * sizeof(T).
template <class T>
int comparePair(const char *a, const char *b, size_t size) {
  if (int order = compareWords(load<T>(a), load<T>(b)))
    return order;
  size_t rest = size - sizeof(T);
  return compareWords(load<T>(a + rest), load<T>(b + rest));
}

/// Order of 16 bytes.
int compareBlock(const char *a, const char *b) {
#if defined(__x86_64__)
  auto equal = load<Block>(a) == load<Block>(b);
  unsigned different =
      0xFFFFu ^ static_cast<unsigned>(__builtin_ia32_pmovmskb128(equal));
  if (different == 0)
    return 0;
  int at = __builtin_ctz(different);
  return static_cast<unsigned char>(a[at]) - static_cast<unsigned char>(b[at]);
#else
  return comparePair<uint64_t>(a, b, 16);
#endif
}

bool isEqual4(const char *a, const char *b) {
  Blocks4 left = load4(a), right = load4(b);
  auto equal = (left.a == right.a) & (left.b == right.b) & (left.c == right.c) &
               (left.d == right.d);
#if defined(__x86_64__)
  return __builtin_ia32_pmovmskb128(equal) == 0xFFFF;
#else
  return __builtin_reduce_and(equal) == -1;
#endif
}

} // namespace

extern "C" {

void *FLUX_BUILTIN(memmove)(void *target, const void *source, size_t size) {
  auto *to = static_cast<char *>(target);
  auto *from = static_cast<const char *>(source);
  if (size <= 16) {
    if (size >= 8)
      copyPair<uint64_t>(to, from, size);
    else if (size >= 4)
      copyPair<uint32_t>(to, from, size);
    else if (size >= 2)
      copyPair<uint16_t>(to, from, size);
    else if (size == 1)
      *to = *from;
  } else if (size <= 32) {
    copyPair<Block>(to, from, size);
  } else if (size <= 64) {
    Block a = load<Block>(from), b = load<Block>(from + 16);
    Block c = load<Block>(from + size - 32), d = load<Block>(from + size - 16);
    store(to, a);
    store(to + 16, b);
    store(to + size - 32, c);
    store(to + size - 16, d);
  } else if (size <= 128) {
    Blocks4 first = load4(from), last = load4(from + size - 64);
    store4(to, first);
    store4(to + size - 64, last);
  } else {
    copyLarge(to, from, size);
  }
  return target;
}

void *FLUX_BUILTIN(memcpy)(void *__restrict target,
                           const void *__restrict source, size_t size)
#if !defined(FLUX_BUILTINS_TESTED)
    __attribute__((alias("memmove")));
#else
{
  return FLUX_BUILTIN(memmove)(target, source, size);
}
#endif

void *FLUX_BUILTIN(memset)(void *target, int value, size_t size) {
  auto *to = static_cast<char *>(target);
  uint64_t word = static_cast<unsigned char>(value) * 0x0101010101010101u;
  if (size < 16) {
    if (size >= 8) {
      store(to, word);
      store(to + size - 8, word);
    } else if (size >= 4) {
      store(to, static_cast<uint32_t>(word));
      store(to + size - 4, static_cast<uint32_t>(word));
    } else if (size >= 2) {
      store(to, static_cast<uint16_t>(word));
      store(to + size - 2, static_cast<uint16_t>(word));
    } else if (size == 1) {
      *to = static_cast<char>(value);
    }
    return target;
  }
  Block block = Block{} + static_cast<char>(value);
  if (size <= 32) {
    store(to, block);
    store(to + size - 16, block);
  } else if (size <= 64) {
    store(to, block);
    store(to + 16, block);
    store(to + size - 32, block);
    store(to + size - 16, block);
  } else if (size <= 128) {
    store4(to, {block, block, block, block});
    store4(to + size - 64, {block, block, block, block});
  } else {
    fillLarge(to, block, size);
  }
  return target;
}

int FLUX_BUILTIN(memcmp)(const void *left, const void *right, size_t size) {
  auto *a = static_cast<const char *>(left);
  auto *b = static_cast<const char *>(right);
  if (size < 16) {
    if (size >= 8)
      return comparePair<uint64_t>(a, b, size);
    if (size >= 4)
      return comparePair<uint32_t>(a, b, size);
    for (size_t i = 0; i != size; ++i)
      if (a[i] != b[i])
        return static_cast<unsigned char>(a[i]) -
               static_cast<unsigned char>(b[i]);
    return 0;
  }
  size_t last = size - 16, i = 0;
  for (; i + 64 <= last; i += 64)
    if (!isEqual4(a + i, b + i))
      break;
  for (; i < last; i += 16)
    if (int order = compareBlock(a + i, b + i))
      return order;
  return compareBlock(a + last, b + last);
}

/// Compilers call this where only equality counts.
int FLUX_BUILTIN(bcmp)(const void *left, const void *right, size_t size)
#if !defined(FLUX_BUILTINS_TESTED)
    __attribute__((alias("memcmp")));
#else
{
  return FLUX_BUILTIN(memcmp)(left, right, size);
}
#endif

} // extern "C"
