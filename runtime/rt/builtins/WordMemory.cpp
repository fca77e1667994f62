//===- WordMemory.cpp - copying, filling and comparing by words -----------===//
//
// The functions of Memory.cpp for processors that may not load and store words
// at any address (RISC-V without further promises): words are only read and
// written where they are aligned, and a copy between addresses that are not
// aligned alike shifts them.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdint.h>

// The unit tests run on a libc that has these names.
#ifdef FLUX_BUILTINS_TESTED
#define FLUX_BUILTIN(NAME) flux_word_##NAME
#else
#define FLUX_BUILTIN(NAME) NAME
#endif

namespace {

/// A word that may lie over objects of any type.
using Word = uint64_t __attribute__((may_alias));
constexpr size_t wordSize = sizeof(Word);

size_t misalignment(const void *address) {
  return reinterpret_cast<uintptr_t>(address) % wordSize;
}

/// Whole words from an address that is not aligned: each is put together from
/// two aligned ones, and the next one is read only if it holds wanted bytes.
void copyShifted(char *&to, const char *&from, size_t &size) {
  size_t skew = misalignment(from);
  auto *words = reinterpret_cast<const Word *>(from - skew);
  uint64_t low = *words++;
  for (; size >= wordSize; size -= wordSize) {
    uint64_t high = *words++;
    *reinterpret_cast<Word *>(to) = low >> (8 * skew) | high << (64 - 8 * skew);
    low = high;
    to += wordSize;
    from += wordSize;
  }
}

/// Few bytes, or such as no words can be made of; four in a round take half the
/// instructions.
void copyBytesUp(char *to, const char *from, size_t size) {
  for (; size >= 4; size -= 4) {
    char a = from[0], b = from[1], c = from[2], d = from[3];
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
    to += 4;
    from += 4;
  }
  for (; size != 0; --size)
    *to++ = *from++;
}

/// Part of memmove, which otherwise would save registers for this call, and
/// most copies are of few bytes.
__attribute__((always_inline)) inline void copyUp(char *to, const char *from,
                                                  size_t size) {
  if (size >= 2 * wordSize) {
    for (; misalignment(to) != 0; --size)
      *to++ = *from++;
    if (misalignment(from) != 0) {
      copyShifted(to, from, size);
    } else {
      for (; size >= 4 * wordSize; size -= 4 * wordSize) {
        auto *source = reinterpret_cast<const Word *>(from);
        auto *target = reinterpret_cast<Word *>(to);
        uint64_t a = source[0], b = source[1], c = source[2], d = source[3];
        target[0] = a;
        target[1] = b;
        target[2] = c;
        target[3] = d;
        to += 4 * wordSize;
        from += 4 * wordSize;
      }
      for (; size >= wordSize; size -= wordSize) {
        *reinterpret_cast<Word *>(to) = *reinterpret_cast<const Word *>(from);
        to += wordSize;
        from += wordSize;
      }
    }
  }
  copyBytesUp(to, from, size);
}

void *copyDown(char *target, const char *from, size_t size) {
  char *to = target + size;
  from += size;
  if (size >= 2 * wordSize && misalignment(to) == misalignment(from)) {
    for (; misalignment(to) != 0; --size)
      *--to = *--from;
    for (; size >= wordSize; size -= wordSize) {
      to -= wordSize;
      from -= wordSize;
      *reinterpret_cast<Word *>(to) = *reinterpret_cast<const Word *>(from);
    }
  }
  for (; size != 0; --size)
    *--to = *--from;
  return target;
}

} // namespace

extern "C" {

void *FLUX_BUILTIN(memmove)(void *target, const void *source, size_t size) {
  auto *to = static_cast<char *>(target);
  auto *from = static_cast<const char *>(source);
  // Upwards is right unless the target begins within the source.
  if (static_cast<size_t>(to - from) < size)
    return copyDown(to, from, size);
  copyUp(to, from, size);
  return target;
}

void *FLUX_BUILTIN(memcpy)(void *__restrict target,
                           const void *__restrict source, size_t size) {
  return FLUX_BUILTIN(memmove)(target, source, size);
}

void *FLUX_BUILTIN(memset)(void *target, int value, size_t size) {
  auto *to = static_cast<char *>(target);
  if (size >= 2 * wordSize) {
    for (; misalignment(to) != 0; --size)
      *to++ = static_cast<char>(value);
    uint64_t word = static_cast<unsigned char>(value) * 0x0101010101010101u;
    for (; size >= 4 * wordSize; size -= 4 * wordSize) {
      auto *words = reinterpret_cast<Word *>(to);
      words[0] = words[1] = words[2] = words[3] = word;
      to += 4 * wordSize;
    }
    for (; size >= wordSize; size -= wordSize) {
      *reinterpret_cast<Word *>(to) = word;
      to += wordSize;
    }
  }
  for (; size != 0; --size)
    *to++ = static_cast<char>(value);
  return target;
}

int FLUX_BUILTIN(memcmp)(const void *left, const void *right, size_t size) {
  auto *a = static_cast<const unsigned char *>(left);
  auto *b = static_cast<const unsigned char *>(right);
  if (size >= 2 * wordSize && misalignment(a) == misalignment(b)) {
    for (; misalignment(a) != 0; --size, ++a, ++b)
      if (*a != *b)
        return *a - *b;
    // Bytes tell the order of words that differ.
    for (; size >= wordSize && *reinterpret_cast<const Word *>(a) ==
                                   *reinterpret_cast<const Word *>(b);
         size -= wordSize) {
      a += wordSize;
      b += wordSize;
    }
  }
  for (; size != 0; --size, ++a, ++b)
    if (*a != *b)
      return *a - *b;
  return 0;
}

/// Compilers call this where only equality counts.
int FLUX_BUILTIN(bcmp)(const void *left, const void *right, size_t size) {
  return FLUX_BUILTIN(memcmp)(left, right, size);
}

} // extern "C"
