//===- Memory.h - pages and where they are mapped --------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_MEMORY_H
#define FLUX_RUNTIME_KERNEL_MEMORY_H

#include "runtime/hal/Hal.h"

#if __STDC_HOSTED__
#include <new>
#else
/// Placement, which the freestanding headers lack.
inline void *operator new(size_t, void *place) noexcept { return place; }
#endif

namespace flux::kernel {

/// What a page is used for.
enum class MemoryKind : uint8_t {
  Any, ///< not used
  Kernel,
  User,
  Device,
  Bytecode,
  Agent,
  Compiled,
};
inline constexpr unsigned numMemoryKinds = 7;
const char *getName(MemoryKind kind);

inline constexpr uint64_t noPage = ~uint64_t(0);

/// The pages that a process has, and may have.
struct Account {
  uint64_t used = 0, limit = 0;
};

/// Addresses of a process in the kernel's window; pages come when they are used
/// first.
struct Mapping {
  Mapping *previous, *next; ///< by rising address
  Mapping *nextOfAccount;
  uint64_t base, size; ///< whole pages
  Account *account;
  uint16_t owner;
  MemoryKind kind;
  uint8_t rights;
};

/// What a process has in the window.
struct MappingList {
  Mapping *first = nullptr;
};

/// Takes over the memory of the machine; called once, with no tables yet.
void initMemory(const hal::BootInfo &info);

/// A zeroed page as its physical address, or noPage.
uint64_t allocatePage(MemoryKind kind, unsigned owner);
void freePage(uint64_t physical);
/// \p count pages behind each other that are never freed; only at the start.
void *allocateForever(unsigned count);

/// Part \p index of the memory that was used since the start, or an empty one.
hal::MemoryRange getTouchedMemory(unsigned index);

uint64_t getTotalPages();
uint64_t getFreePages();
uint64_t getUsedPages(MemoryKind kind);

// The following need the kernel's lock.

/// Reserves \p size bytes of addresses, with an unused page on both sides.
/// Null if there are no addresses left or no memory for the record.
Mapping *reserve(MappingList &list, Account &account, unsigned owner,
                 uint64_t size, MemoryKind kind, uint8_t rights);
/// Where pages do not come later: gives \p mapping memory up to \p size, maybe
/// at another place.  Null if there is not enough; then nothing has changed.
Mapping *extend(MappingList &list, Mapping *mapping, uint64_t size);
/// Gives all pages of \p mapping their memory; false if there is not enough.
bool populate(Mapping &mapping, uint64_t base, uint64_t size);
/// Reserves addresses for registers of devices at \p physical.
Mapping *mapDevice(MappingList &list, Account &account, unsigned owner,
                   uint64_t physical, uint64_t size);
/// Makes [address, address + size) zero; whole pages go back to the machine
/// until they are used again.
void giveBack(MappingList &list, uint64_t address, uint64_t size);
/// Frees the addresses and what is there.
void release(MappingList &list, Mapping *mapping);
/// The mapping of the list that has \p address, or null.
Mapping *findMapping(const MappingList &list, uint64_t address);
/// Gives the page at \p address its memory.  False if it cannot have any:
/// \p why says which wall was hit.
bool handleAccess(uint64_t address, bool isWrite, const char *&why);
/// How many mappings were removed, and of how many a processor knows.
extern uint64_t removals, removalsSeen[hal::maxCpus];
/// Forgets mappings that are gone, if this processor remembers any.
inline void catchUpWithMappings(unsigned processor) {
  uint64_t &seen = removalsSeen[processor];
  if (__builtin_expect(seen == removals, 1))
    return;
  seen = removals;
  hal::flushMappings();
}

/// Small things of one type, from pages of the kernel.
template <class T>
class Pool {
public:
  T *allocate() {
    void *place = allocateZeros();
    return place != nullptr ? new (place) T() : nullptr;
  }
  /// The same as zeros, for a type with so many fields that setting one at a
  /// time takes much more code.
  void *allocateZeros() {
    if (first == nullptr) {
      uint64_t page = allocatePage(MemoryKind::Kernel, 0);
      if (page == noPage)
        return nullptr;
      auto *items = static_cast<Item *>(hal::toPointer(page));
      for (unsigned i = 0; i != hal::pageSize / sizeof(Item); ++i) {
        items[i].next = first;
        first = &items[i];
      }
    }
    Item *item = first;
    first = item->next;
    return __builtin_memset(item->bytes, 0, sizeof(T));
  }
  void free(T *value) {
    auto *item = reinterpret_cast<Item *>(value);
    item->next = first;
    first = item;
  }

private:
  union Item {
    Item *next;
    alignas(T) char bytes[sizeof(T)];
  };
  static_assert(sizeof(Item) <= hal::pageSize);
  Item *first = nullptr;
};

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_MEMORY_H
