//===- Common.cpp - what all hosts of modules have in common --------------===//
//
// Compilers take for granted that there are functions to copy memory and to
// multiply wide numbers, and files are read and written like the console; none
// of this depends on what the host is.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

int64_t checkPath(const char *path, int64_t length) {
  constexpr int64_t longest = 4095; // as on Linux
  if (length > longest)
    return -ENAMETOOLONG;
  for (int64_t i = 0; i != length; ++i)
    if (path[i] == '\0')
      return -EINVAL;
  return 0;
}

extern "C" {

int64_t flux_file_read(int64_t handle, void *buffer, int64_t length) {
  return isHandle(handle) ? readSome(handle, buffer, length) : -EBADF;
}

int64_t flux_file_write(int64_t handle, const void *data, int64_t length) {
  if (!isHandle(handle))
    return -EBADF;
  int64_t error = writeAll(handle, static_cast<const char *>(data), length);
  return error < 0 ? error : length;
}

// Engines copy and fill memory by instructions.

void *memcpy(void *__restrict to, const void *__restrict from, size_t size) {
  return __builtin_memmove(to, from, size);
}

void *memmove(void *to, const void *from, size_t size) {
  return __builtin_memmove(to, from, size);
}

void *memset(void *to, int value, size_t size) {
  return __builtin_memset(to, value, size);
}

int memcmp(const void *left, const void *right, size_t size) {
  using Word = uint64_t __attribute__((may_alias, aligned(1)));
  auto *a = static_cast<const unsigned char *>(left);
  auto *b = static_cast<const unsigned char *>(right);
  // Bytes tell the order of words that differ.
  for (; size >= sizeof(Word) && *reinterpret_cast<const Word *>(a) ==
                                     *reinterpret_cast<const Word *>(b);
       size -= sizeof(Word)) {
    a += sizeof(Word);
    b += sizeof(Word);
  }
  for (; size != 0; --size, ++a, ++b)
    if (*a != *b)
      return *a - *b;
  return 0;
}

/// Compilers call this where only equality counts.
int bcmp(const void *left, const void *right, size_t size) {
  return memcmp(left, right, size);
}

/// The product of 128-bit numbers, which compilers take for products of 64 bits
/// that may overflow.  They would also take it for what stands here, if they
/// saw what it is.
__int128 __multi3(__int128 a, __int128 b) {
  auto aLow = static_cast<uint64_t>(a), bLow = static_cast<uint64_t>(b);
  auto aHigh = static_cast<uint64_t>(a >> 64);
  auto bHigh = static_cast<uint64_t>(b >> 64);
  uint64_t a0 = static_cast<uint32_t>(aLow), a1 = aLow >> 32;
  uint64_t b0 = static_cast<uint32_t>(bLow), b1 = bLow >> 32;
  uint64_t low = a0 * b0;
  __asm__("" : "+r"(low));
  uint64_t middle = a1 * b0 + (low >> 32);
  uint64_t other = a0 * b1 + static_cast<uint32_t>(middle);
  uint64_t high = a1 * b1 + (middle >> 32) + (other >> 32);
  high += aHigh * bLow + aLow * bHigh;
  unsigned __int128 result = high;
  return static_cast<__int128>(result << 64 | aLow * bLow);
}

} // extern "C"

} // namespace flux::rt
