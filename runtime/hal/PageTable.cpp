//===- PageTable.cpp - tables of addresses --------------------------------===//
//
// The three architectures have tables of 512 entries whose upper levels point
// to tables or map a large block; they differ in the bits of an entry, which
// Paging.h of the architecture knows.  Memory and devices lie where they are in
// physical memory; nothing is ever mapped writable and executable.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Internal.h"

#if defined(__x86_64__)
#include "runtime/hal/x86_64/Paging.h"
#elif defined(__aarch64__)
#include "runtime/hal/arm64/Paging.h"
#else
#include "runtime/hal/riscv64/Paging.h"
#endif

namespace flux::hal {

static uint64_t root;
static bool isEnabled;
/// Counts new entries of the highest level, which spaces have copies of.
uint64_t kernelChanges;

/// User mode has entries of the highest level for itself: where they map 512
/// GiB, one, behind what the kernel uses; on RISC-V the last of the lower half.
static constexpr uint64_t topSize = uint64_t(1)
                                    << (12 + 9 * (paging::levels - 1));
static constexpr MemoryRange userRange =
    paging::levels == 4 ? MemoryRange{topSize, topSize}
                        : MemoryRange{uint64_t(192) << 30, uint64_t(64) << 30};

/// Blocks of level 1 map 2 MiB.
static constexpr uint64_t blockSize = uint64_t(1) << 21;

static uint64_t &entryAt(uint64_t table, uint64_t address, unsigned level) {
  return reinterpret_cast<uint64_t *>(table)[address >> (12 + 9 * level) & 511];
}

/// The entry of \p level for \p address, or null if it is below a block, if
/// there is no table and none is to be made, or if there is no memory for one.
static uint64_t *find(uint64_t table, uint64_t address, unsigned level,
                      bool make) {
  for (unsigned at = paging::levels - 1; at != level; --at) {
    uint64_t &entry = entryAt(table, address, at);
    if (!paging::isPresent(entry)) {
      uint64_t fresh = make ? allocateTable() : ~uint64_t(0);
      if (fresh == ~uint64_t(0))
        return nullptr;
      entry = paging::makeTable(fresh);
      if (table == root) {
        ++kernelChanges;
        // The space that is used has a copy.
        if (isEnabled)
          entryAt(paging::getRoot(), address, at) = entry;
      }
    } else if (!paging::isTable(entry)) {
      return nullptr;
    }
    table = paging::getAddress(entry);
  }
  return &entryAt(table, address, level);
}

bool mapRange(uint64_t base, uint64_t size, uint8_t rights) {
  uint64_t end = (base + size + pageSize - 1) & ~(pageSize - 1);
  base &= ~(pageSize - 1);
  while (base < end) {
    bool isBlock = base % blockSize == 0 && end - base >= blockSize;
    uint64_t *entry = find(root, base, isBlock ? 1 : 0, true);
    // A block may lie where pages were mapped, and the other way round: two
    // devices in one block.
    if (entry != nullptr && isBlock && paging::isPresent(*entry))
      isBlock = false, entry = find(root, base, 0, true);
    if (entry == nullptr && find(root, base, 1, false) == nullptr)
      return false;
    if (entry != nullptr && !paging::isPresent(*entry))
      *entry = paging::makeEntry(base, rights, isBlock);
    base += isBlock ? blockSize : pageSize;
  }
  return true;
}

void initPaging(const BootInfo &info) {
  const struct {
    uint64_t begin;
    uint8_t rights; ///< up to the next one
  } parts[] = {
      {FLUX_FAR_ADDRESS(flux_kernel_begin), Read},
      {reinterpret_cast<uint64_t>(flux_kernel_text), Read | Execute},
      {reinterpret_cast<uint64_t>(flux_kernel_rodata), Read},
      {reinterpret_cast<uint64_t>(flux_kernel_data), Read | Write},
      {reinterpret_cast<uint64_t>(flux_kernel_end), 0},
  };
  root = allocateTable();
  bool good = root != ~uint64_t(0);
  for (const auto *part = parts; good && part->rights != 0; ++part)
    good = mapRange(part->begin, part[1].begin - part->begin, part->rights);
  for (unsigned i = 0; good && i != info.numMemory; ++i)
    good = mapRange(info.memory[i].base, info.memory[i].size, Read | Write);
  if (!good || !mapDevices()) {
    static const char message[] = "no memory for tables of addresses\n";
    writeConsole(message, sizeof message - 1);
    powerOff(1);
  }
}

void enablePaging() {
  paging::use(root);
  isEnabled = true;
}

static bool mapPageIn(uint64_t table, uint64_t address, uint64_t physical,
                      uint8_t rights) {
  uint64_t *entry = find(table, address, 0, true);
  if (entry == nullptr)
    return false;
  *entry = paging::makeEntry(physical, rights, false);
  paging::publish(address);
  return true;
}

static bool isMappedIn(uint64_t table, uint64_t address) {
  uint64_t *entry = find(table, address, 0, false);
  return entry != nullptr && paging::isPresent(*entry);
}

static uint64_t unmapNextIn(uint64_t top, uint64_t &address, uint64_t end) {
  while (address < end) {
    // Down to the page, or to the first level where nothing is.
    uint64_t table = top;
    unsigned level = paging::levels - 1;
    uint64_t *entry = &entryAt(table, address, level);
    while (level != 0 && paging::isPresent(*entry) && paging::isTable(*entry)) {
      table = paging::getAddress(*entry);
      entry = &entryAt(table, address, --level);
    }
    uint64_t step = uint64_t(1) << (12 + 9 * level);
    uint64_t at = address;
    address = (address & ~(step - 1)) + step;
    if (level != 0 || !paging::isPresent(*entry))
      continue;
    uint64_t physical = paging::getAddress(*entry);
    *entry = 0;
    paging::forget(at);
    return physical;
  }
  return ~uint64_t(0);
}

bool mapPage(uint64_t address, uint64_t physical, uint8_t rights) {
  return mapPageIn(root, address, physical, rights);
}
bool isMapped(uint64_t address) { return isMappedIn(root, address); }
uint64_t unmapNext(uint64_t &address, uint64_t end) {
  return unmapNextIn(root, address, end);
}

void flushMappings() { paging::flush(); }

MemoryRange getWindow() {
  // Free on all of them, and within the 38 bits of RISC-V's Sv39.
  return {uint64_t(64) << 30, uint64_t(128) << 30};
}

void *toPointer(uint64_t physical) {
  return reinterpret_cast<void *>(physical);
}

uint64_t toPhysical(const void *pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

//===--- spaces -----------------------------------------------------------===//

MemoryRange getUserRange() { return userRange; }

/// The kernel's entries as they are now.
static void copyKernel(Space &space) {
  for (uint64_t at = 0; at != userRange.base; at += topSize)
    entryAt(space.root, at, paging::levels - 1) =
        entryAt(root, at, paging::levels - 1);
  space.kernelChanges = kernelChanges;
}

bool makeSpace(Space &space) {
  uint64_t table = allocateTable();
  if (table == ~uint64_t(0))
    return false;
  space.root = table; // the kernel's entries come when it is used first
  return true;
}

static void freeTables(uint64_t table, unsigned level) {
  for (uint64_t i = 0; i != 512; ++i) {
    uint64_t entry = reinterpret_cast<uint64_t *>(table)[i];
    if (!paging::isPresent(entry))
      continue;
    if (level != 0)
      freeTables(paging::getAddress(entry), level - 1);
    else
      freeUserPage(paging::getAddress(entry));
  }
  freeTable(table);
}

void freeSpace(Space &space) {
  if (space.root == 0)
    return;
  constexpr unsigned top = paging::levels - 1;
  for (uint64_t at = userRange.base; at != userRange.base + userRange.size;
       at += topSize) {
    uint64_t entry = entryAt(space.root, at, top);
    if (paging::isPresent(entry))
      freeTables(paging::getAddress(entry), top - 1);
  }
  freeTable(space.root);
  space.root = 0;
}

void useSpace(Space *space, uint64_t stackTop, bool floats) {
  uint64_t table = space != nullptr ? space->root : root;
  if (space != nullptr && space->kernelChanges != kernelChanges)
    copyKernel(*space);
  paging::prepareUser(getProcessor(), stackTop, floats);
  if (paging::getRoot() != table)
    paging::change(table);
}

bool mapUserPage(Space &space, uint64_t address, uint64_t physical,
                 uint8_t rights) {
  return mapPageIn(space.root, address, physical, rights | User);
}
uint64_t unmapNextUser(Space &space, uint64_t &address, uint64_t end) {
  return unmapNextIn(space.root, address, end);
}
bool isUserMapped(Space &space, uint64_t address) {
  return isMappedIn(space.root, address);
}

} // namespace flux::hal
