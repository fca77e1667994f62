//===- Memory.cpp - pages and where they are mapped -----------------------===//
//
// Programs reserve far more than they use: the registers of a machine for all
// calls that it may make, regions for what may come.  So addresses are given
// at once and memory at the first access, and an account is charged only then.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Memory.h"
#include "runtime/kernel/Lock.h"

namespace flux::kernel {

using hal::pageSize;

namespace {

struct PageInfo {
  uint32_t next; ///< free page
  uint16_t owner;
  MemoryKind kind;
};

/// The memory of the machine.  Pages that were never used are taken from the
/// ranges one after the other, others from the list of free ones.
struct Pages {
  static constexpr uint32_t none = ~0u;

  hal::MemoryRange ranges[hal::BootInfo::maxRanges];
  unsigned numRanges = 0;
  unsigned range = 0;    ///< that unused pages are taken from
  uint64_t position = 0; ///< in it
  PageInfo *infos = nullptr;
  uint64_t infosSize = 0;
  uint64_t base = 0;      ///< of the page that infos[0] describes
  uint32_t firstFree = 0; ///< set by initMemory(), so that all of it is zero
  uint64_t total = 0, used = 0;
  uint64_t byKind[numMemoryKinds] = {};
};

} // namespace

constinit Lock kernelLock;
static constinit Pages pages;
static constinit Pool<Mapping> mappingPool;
static constinit Mapping *firstMapping = nullptr;
/// Counts mappings that were removed; processors that lag behind may remember
/// them.
constinit uint64_t removals = 0;
constinit uint64_t removalsSeen[hal::maxCpus] = {};

const char *getName(MemoryKind kind) {
  static const char names[numMemoryKinds][9] = {
      "any", "kernel", "user", "device", "bytecode", "agent", "compiled"};
  return names[static_cast<unsigned>(kind)];
}

//===--- pages ------------------------------------------------------------===//

static uint64_t takeUnused(uint64_t count) {
  while (pages.range != pages.numRanges) {
    const hal::MemoryRange &range = pages.ranges[pages.range];
    if (range.size - pages.position >= count * pageSize) {
      uint64_t page = range.base + pages.position;
      pages.position += count * pageSize;
      return page;
    }
    // What is left of the range goes to the free list.
    while (pages.position != range.size) {
      uint64_t page = range.base + pages.position;
      pages.position += pageSize;
      auto index = static_cast<uint32_t>((page - pages.base) / pageSize);
      pages.infos[index].next = pages.firstFree;
      pages.firstFree = index;
      if (count == 1)
        break;
    }
    if (pages.position == range.size)
      ++pages.range, pages.position = 0;
  }
  return noPage;
}

void initMemory(const hal::BootInfo &info) {
  pages.firstFree = Pages::none;
  for (unsigned i = 0; i != info.numMemory; ++i) {
    unsigned at = pages.numRanges++;
    for (; at != 0 && pages.ranges[at - 1].base > info.memory[i].base; --at)
      pages.ranges[at] = pages.ranges[at - 1];
    pages.ranges[at] = info.memory[i];
  }
  if (pages.numRanges == 0)
    return;
  // One record a page, from the first to the last; what lies too far off is
  // left unused.
  constexpr uint64_t maxSpan = uint64_t(1) << 40;
  pages.base = pages.ranges[0].base;
  uint64_t end = pages.base;
  for (unsigned i = 0; i != pages.numRanges; ++i) {
    uint64_t last = pages.ranges[i].base + pages.ranges[i].size;
    if (last - pages.base > maxSpan) {
      pages.numRanges = i;
      break;
    }
    end = last;
    pages.total += pages.ranges[i].size / pageSize;
  }
  uint64_t need = (end - pages.base) / pageSize * sizeof(PageInfo);
  need = (need + pageSize - 1) & ~(pageSize - 1);
  // Into the first range with room; a record is written before it is read.
  for (unsigned i = 0; i != pages.numRanges; ++i) {
    hal::MemoryRange &range = pages.ranges[i];
    if (range.size < need)
      continue;
    pages.infos = static_cast<PageInfo *>(hal::toPointer(range.base));
    pages.infosSize = need;
    range.base += need;
    range.size -= need;
    pages.used = need / pageSize;
    pages.byKind[unsigned(MemoryKind::Kernel)] = pages.used;
    return;
  }
  pages.numRanges = 0;
}

uint64_t allocatePage(MemoryKind kind, unsigned owner) {
  uint64_t page;
  // What is reserved may be all that there is.
  if (!hal::pagesComeLater && pages.used >= pages.total)
    return noPage;
  if (pages.firstFree != Pages::none) {
    page = pages.base + pages.firstFree * pageSize;
    pages.firstFree = pages.infos[pages.firstFree].next;
  } else {
    page = takeUnused(1);
  }
  if (page == noPage)
    return noPage;
  pages.infos[(page - pages.base) / pageSize] = {
      0, static_cast<uint16_t>(owner), kind};
  ++pages.used;
  ++pages.byKind[unsigned(kind)];
  __builtin_memset(hal::toPointer(page), 0, pageSize);
  return page;
}

void freePage(uint64_t physical) {
  auto index = static_cast<uint32_t>((physical - pages.base) / pageSize);
  PageInfo &info = pages.infos[index];
  --pages.used;
  --pages.byKind[unsigned(info.kind)];
  info = {pages.firstFree, 0, MemoryKind::Any};
  pages.firstFree = index;
}

void *allocateForever(unsigned count) {
  uint64_t first = takeUnused(count);
  if (first == noPage)
    return nullptr;
  for (unsigned i = 0; i != count; ++i)
    pages.infos[(first - pages.base) / pageSize + i] = {0, 0,
                                                        MemoryKind::Kernel};
  pages.used += count;
  pages.byKind[unsigned(MemoryKind::Kernel)] += count;
  __builtin_memset(hal::toPointer(first), 0, count * pageSize);
  return hal::toPointer(first);
}

hal::MemoryRange getTouchedMemory(unsigned index) {
  if (index > pages.range || index >= pages.numRanges)
    return {};
  hal::MemoryRange range = pages.ranges[index];
  if (index == pages.range)
    range.size = pages.position;
  // The records of pages were taken off the begin of their range.
  auto infos = reinterpret_cast<uint64_t>(pages.infos);
  if (infos + pages.infosSize == range.base) {
    range.base = infos;
    range.size += pages.infosSize;
  }
  return range;
}

uint64_t getTotalPages() { return pages.total; }
uint64_t getFreePages() { return pages.total - pages.used; }
uint64_t getUsedPages(MemoryKind kind) { return pages.byKind[unsigned(kind)]; }

//===--- mappings ---------------------------------------------------------===//

/// Where pages do not come later, \p count pages more or less are used.
static void charge(const Mapping &mapping, uint64_t count) {
  mapping.account->used += count;
  pages.used += count;
  pages.byKind[unsigned(mapping.kind)] += count;
}

/// Gives \p mapping memory up to \p size, if nothing else is there and the
/// account and the machine have as much.
static bool enlarge(Mapping &mapping, uint64_t size) {
  uint64_t end = mapping.base + size + pageSize;
  hal::MemoryRange window = hal::getWindow();
  if (end > (mapping.next != nullptr ? mapping.next->base
                                     : window.base + window.size))
    return false;
  uint64_t more = (size - mapping.size) / pageSize;
  if (more > mapping.account->limit - mapping.account->used ||
      more > getFreePages() ||
      !hal::provideMemory(mapping.base + mapping.size, size - mapping.size))
    return false;
  charge(mapping, more);
  mapping.size = size;
  return true;
}

Mapping *reserve(MappingList &list, Account &account, unsigned owner,
                 uint64_t size, MemoryKind kind, uint8_t rights) {
  hal::MemoryRange window = hal::getWindow();
  if (size == 0 || size > window.size / 2)
    return nullptr;
  size = (size + pageSize - 1) & ~(pageSize - 1);
  uint64_t base = window.base + pageSize;
  Mapping *previous = nullptr, *next = firstMapping;
  for (; next != nullptr && next->base - base < size + pageSize;
       previous = next, next = next->next)
    base = next->base + next->size + pageSize;
  if (base + size + pageSize > window.base + window.size)
    return nullptr;
  Mapping *mapping = mappingPool.allocate();
  if (mapping == nullptr)
    return nullptr;
  *mapping = {previous,
              next,
              list.first,
              base,
              size,
              &account,
              static_cast<uint16_t>(owner),
              kind,
              rights};
  (previous != nullptr ? previous->next : firstMapping) = mapping;
  if (next != nullptr)
    next->previous = mapping;
  list.first = mapping;
  if constexpr (!hal::pagesComeLater) {
    mapping->size = 0;
    if (!enlarge(*mapping, size)) {
      release(list, mapping);
      return nullptr;
    }
  }
  catchUpWithMappings(hal::getProcessor());
  return mapping;
}

Mapping *extend(MappingList &list, Mapping *mapping, uint64_t size) {
  size = (size + pageSize - 1) & ~(pageSize - 1);
  if (size <= mapping->size)
    return mapping;
  if (enlarge(*mapping, size))
    return mapping;
  // Somewhere else; the account does not pay for both.
  Account &account = *mapping->account;
  uint64_t before = mapping->size / pageSize, after = size / pageSize;
  if (account.used - before + after > account.limit)
    return nullptr;
  Account moving = {0, after};
  Mapping *copy = reserve(list, moving, mapping->owner, size, mapping->kind,
                          mapping->rights);
  if (copy == nullptr)
    return nullptr;
  copy->account = &account;
  account.used += after;
  __builtin_memcpy(reinterpret_cast<void *>(copy->base),
                   reinterpret_cast<void *>(mapping->base), mapping->size);
  release(list, mapping);
  return copy;
}

static bool givePage(Mapping &mapping, uint64_t address, const char *&why) {
  Account &account = *mapping.account;
  if (account.used >= account.limit) {
    why = "the process has used up its memory";
    return false;
  }
  uint64_t page = allocatePage(mapping.kind, mapping.owner);
  why = "the machine has no memory left";
  if (page == noPage)
    return false;
  if (!hal::mapPage(address, page, mapping.rights)) {
    freePage(page);
    return false;
  }
  ++account.used;
  return true;
}

bool populate(Mapping &mapping, uint64_t base, uint64_t size) {
  uint64_t end = base + size;
  for (base &= ~(pageSize - 1); base < end; base += pageSize) {
    const char *why;
    if (!hal::isMapped(base) && !givePage(mapping, base, why))
      return false;
  }
  return true;
}

static void freePages(Mapping *mapping, uint64_t at, uint64_t end) {
  for (;;) {
    uint64_t page = hal::unmapNext(at, end);
    if (page == noPage)
      break;
    if (mapping->kind == MemoryKind::Device)
      continue;
    freePage(page);
    --mapping->account->used;
  }
  uint64_t &seen = removalsSeen[hal::getProcessor()];
  if (seen == removals)
    ++seen; // this processor has forgotten it already
  ++removals;
}

void giveBack(MappingList &list, uint64_t address, uint64_t size) {
  Mapping *mapping = findMapping(list, address);
  uint64_t end = address + size;
  auto clear = [](uint64_t from, uint64_t to) {
    // What has no page yet is zero.
    if (from < to && hal::isMapped(from))
      __builtin_memset(reinterpret_cast<void *>(from), 0, to - from);
  };
  uint64_t first = (address + pageSize - 1) & ~(pageSize - 1),
           last = end & ~(pageSize - 1);
  if (mapping == nullptr)
    return;
  clear(address, first < end ? first : end);
  if (first < last && hal::pagesComeLater)
    freePages(mapping, first, last);
  else
    clear(first, last);
  if (last >= first)
    clear(last, end);
}

void release(MappingList &list, Mapping *mapping) {
  freePages(mapping, mapping->base, mapping->base + mapping->size);
  if constexpr (!hal::pagesComeLater)
    charge(*mapping, -(mapping->size / pageSize));
  Mapping **link = &list.first;
  while (*link != mapping)
    link = &(*link)->nextOfAccount;
  *link = mapping->nextOfAccount;
  (mapping->previous != nullptr ? mapping->previous->next : firstMapping) =
      mapping->next;
  if (mapping->next != nullptr)
    mapping->next->previous = mapping->previous;
  mappingPool.free(mapping);
}

Mapping *mapDevice(MappingList &list, Account &account, unsigned owner,
                   uint64_t physical, uint64_t size) {
  constexpr uint8_t rights = hal::Read | hal::Write | hal::Device;
  Mapping *mapping =
      reserve(list, account, owner, size, MemoryKind::Device, rights);
  for (uint64_t at = 0; mapping != nullptr && at < mapping->size;
       at += pageSize)
    if (!hal::mapPage(mapping->base + at, physical + at, rights)) {
      release(list, mapping);
      return nullptr;
    }
  return mapping;
}

Mapping *findMapping(const MappingList &list, uint64_t address) {
  Mapping *mapping = list.first;
  while (mapping != nullptr && address - mapping->base >= mapping->size)
    mapping = mapping->nextOfAccount;
  return mapping;
}

bool handleAccess(uint64_t address, bool isWrite, const char *&why) {
  Mapping *mapping = firstMapping;
  while (mapping != nullptr && address - mapping->base >= mapping->size)
    mapping = mapping->next;
  why = nullptr;
  if (mapping == nullptr || (isWrite && !(mapping->rights & hal::Write)))
    return false;
  if (mapping->kind == MemoryKind::Device) {
    why = "no device answers at the address";
    return false;
  }
  // Another processor, or this one before it looked, may have done it.
  if (hal::isMapped(address)) {
    hal::flushMappings();
    return true;
  }
  return givePage(*mapping, address & ~(pageSize - 1), why);
}

} // namespace flux::kernel

uint64_t flux::hal::allocateTable() {
  return kernel::allocatePage(kernel::MemoryKind::Kernel, 0);
}
