//===- Memory.cpp - the heap's region -------------------------------------===//
//
// A machine has sixteen regions, so chunks cannot have one each: they are parts
// of one, which the host backs with memory where it is touched.  What is given
// back is merged with its neighbours and given out again, zeroed by the host.
// The list of free parts lies in the parts themselves.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/vm/System.h"
#include <stddef.h>

namespace flux::rt {

#if defined(__FLUX_IMAGE__)
// The area that runtime/kernel/User.cpp makes for it.
#ifdef __riscv
static constexpr uint64_t userBase = uint64_t(192) << 30;
#else
static constexpr uint64_t userBase = uint64_t(512) << 30;
#endif
static constexpr uint64_t heapBegin = userBase + (uint64_t(4) << 30);
static constexpr uint64_t flux_vm_heap_size = uint64_t(512) << 20;
#else
// The region that lib/Target/Bytecode makes for the heap.
static constexpr uint64_t heapBegin = uint64_t(4) << 32;
extern "C" const uint64_t flux_vm_heap_size;
#endif

namespace {

/// Stands at the start of each free part; they are sorted by address.
struct FreePart {
  FreePart *next;
  uint64_t size;
};

} // namespace

extern "C" constinit uint64_t flux_vm_heap_next = heapBegin;
static constinit FreePart *freeParts = nullptr;
/// What was lost, and stays so while there is other memory.
static constinit FreePart *lostParts = nullptr;

static uint64_t roundToPages(uint64_t size) {
  return (size + 4095) & -uint64_t(4096);
}

static void *takePart(uint64_t size) {
  for (FreePart **link = &freeParts; *link != nullptr; link = &(*link)->next) {
    FreePart *part = *link;
    if (part->size < size)
      continue;
    FreePart *rest = part->next;
    if (part->size != size) {
      rest =
          reinterpret_cast<FreePart *>(reinterpret_cast<char *>(part) + size);
      *rest = {part->next, part->size - size};
    }
    *link = rest;
    *part = {};
    return part;
  }
  if (size > heapBegin + flux_vm_heap_size - flux_vm_heap_next)
    return nullptr;
  void *result = reinterpret_cast<void *>(flux_vm_heap_next);
  flux_vm_heap_next += size;
  return result;
}

void *mapPages(uint64_t size) {
  size = roundToPages(size);
  void *result = takePart(size);
  if (result != nullptr || lostParts == nullptr)
    return result;
  while (FreePart *part = lostParts) {
    lostParts = part->next;
    unmapPages(part, part->size);
  }
  return takePart(size);
}

void unmapPages(void *memory, uint64_t size) {
  size = roundToPages(size);
  host::flux_host_zero(memory, size);
  FreePart *before = nullptr;
  FreePart **link = &freeParts;
  while (*link != nullptr && static_cast<void *>(*link) < memory) {
    before = *link;
    link = &before->next;
  }
  auto *part = static_cast<FreePart *>(memory);
  *part = {*link, size};
  *link = part;
  auto join = [](FreePart *first) {
    FreePart *second = first->next;
    if (second == nullptr || reinterpret_cast<char *>(first) + first->size !=
                                 reinterpret_cast<char *>(second))
      return;
    *first = {second->next, first->size + second->size};
    *second = {};
  };
  join(part);
  if (before != nullptr)
    join(before);
}

/// Regions have no parts that cannot be read: what was there is overwritten,
/// and given out again only when nothing else is left.
void loseMemory(void *memory, uint64_t size) {
  constexpr int poison = 0xDD;
  __builtin_memset(memory, poison, size);
  if (size < sizeof(FreePart))
    return;
  auto *part = static_cast<FreePart *>(memory);
  *part = {lostParts, size};
  lostParts = part;
}

} // namespace flux::rt

#ifndef __FLUX_IMAGE__
extern "C" {

int memcmp(const void *a, const void *b, size_t size) {
  auto *first = static_cast<const unsigned char *>(a);
  auto *second = static_cast<const unsigned char *>(b);
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t x, y;
    __builtin_memcpy(&x, first + i, 8);
    __builtin_memcpy(&y, second + i, 8);
    if (x != y) {
      x = __builtin_bswap64(x);
      y = __builtin_bswap64(y);
      return x < y ? -1 : 1;
    }
  }
  for (; i != size; ++i)
    if (first[i] != second[i])
      return first[i] < second[i] ? -1 : 1;
  return 0;
}

int bcmp(const void *a, const void *b, size_t size) {
  return memcmp(a, b, size);
}

} // extern "C"
#endif
