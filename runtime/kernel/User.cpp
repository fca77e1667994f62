//===- User.cpp - programs of machine code, in user mode ------------------===//
//
// Nobody verified such a program, so the processor guards what it does: it has
// tables of addresses of its own, and reaches the kernel by calls only.  What
// it passes is checked against its areas, which are few: its segments, a heap,
// a stack.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/User.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Scheduler.h"

namespace flux::kernel {

using hal::pageSize;

namespace {

struct ElfHeader {
  uint8_t ident[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, segmentsAt, sectionsAt;
  uint32_t flags;
  uint16_t size, segmentSize, numSegments, sectionSize, numSections, names;
};

struct ElfSegment {
  uint32_t type, flags;
  uint64_t offset, address, physical, fileSize, size, alignment;
};

} // namespace

#if defined(__x86_64__)
static constexpr uint16_t machine = 62;
#elif defined(__aarch64__)
static constexpr uint16_t machine = 183;
#else
static constexpr uint16_t machine = 243;
#endif

/// Where the heap of a program lies behind the begin of its range, and where
/// its stack ends; runtime/rt/vm/Memory.cpp knows the heap.
static constexpr uint64_t heapOffset = uint64_t(4) << 30,
                          heapSize = uint64_t(512) << 20,
                          stackEnd = uint64_t(16) << 30,
                          stackSize = uint64_t(8) << 20;

bool isUserProgram(Bytes file) {
  return file.size >= sizeof(ElfHeader) && __builtin_memcmp(file.data,
                                                            "\x7F"
                                                            "ELF\2\1",
                                                            6) == 0;
}

static UserArea *findArea(Process &process, uint64_t address) {
  for (unsigned i = 0; i != process.numAreas; ++i)
    if (address - process.areas[i].base < process.areas[i].size)
      return &process.areas[i];
  return nullptr;
}

static bool addArea(Process &process, uint64_t base, uint64_t size,
                    uint8_t rights) {
  for (unsigned i = 0; i != process.numAreas; ++i)
    if (base < process.areas[i].base + process.areas[i].size &&
        process.areas[i].base < base + size)
      return false;
  if (process.numAreas == Process::maxAreas)
    return false;
  process.areas[process.numAreas++] = {base, size, rights, false, false};
  return true;
}

/// Gives a page its memory; returns where the kernel reaches it, or null.
static uint8_t *givePage(Process &process, uint64_t address, uint8_t rights) {
  Account &account = process.account;
  if (account.used >= account.limit)
    return nullptr;
  uint64_t page = allocatePage(MemoryKind::Compiled, process.slot);
  if (page == noPage)
    return nullptr;
  if (!hal::mapUserPage(process.space, address, page, rights)) {
    freePage(page);
    return nullptr;
  }
  ++account.used;
  return static_cast<uint8_t *>(hal::toPointer(page));
}

/// Loads a segment; returns null, or what is wrong.
static const char *loadSegment(Process &process, Bytes file,
                               const ElfSegment &segment) {
  constexpr uint32_t executable = 1, writable = 2;
  hal::MemoryRange range = hal::getUserRange();
  uint64_t first = segment.address & ~(pageSize - 1);
  if (segment.fileSize > segment.size || segment.offset > file.size ||
      segment.fileSize > file.size - segment.offset ||
      segment.address < range.base || segment.size > heapOffset ||
      segment.address - range.base > heapOffset - segment.size)
    return "a segment of the program lies outside of what it may have";
  if ((segment.flags & executable) && (segment.flags & writable))
    return "a segment of the program is writable and executable";
  uint64_t end =
      (segment.address + segment.size + pageSize - 1) & ~(pageSize - 1);
  auto rights = static_cast<uint8_t>(
      hal::Read | (segment.flags & writable ? hal::Write : 0) |
      (segment.flags & executable ? hal::Execute : 0));
  if (!addArea(process, first, end - first, rights))
    return "segments of the program overlap, or are too many";
  for (uint64_t at = first; at != end; at += pageSize) {
    Guard guard;
    uint8_t *page = givePage(process, at, rights);
    if (page == nullptr)
      return "out of memory";
    uint64_t from = at < segment.address ? segment.address : at;
    uint64_t to = segment.address + segment.fileSize;
    if (to > at + pageSize)
      to = at + pageSize;
    if (from < to)
      __builtin_memcpy(page + (from - at),
                       file.data + segment.offset + (from - segment.address),
                       to - from);
  }
  return nullptr;
}

/// Loads the program; returns null, or what is wrong.
static const char *load(Process &process, uint64_t &entry) {
  Bytes file = process.file;
  constexpr uint16_t executable = 2;
  constexpr uint32_t loaded = 1;
  ElfHeader header;
  __builtin_memcpy(&header, file.data, sizeof header);
  if (hal::getUserRange().size == 0)
    return "this machine has no user mode";
  if (header.machine != machine || header.type != executable)
    return "the program is not for this machine";
  if (header.segmentSize != sizeof(ElfSegment) ||
      header.segmentsAt > file.size ||
      header.numSegments > (file.size - header.segmentsAt) / sizeof(ElfSegment))
    return "the program is damaged";
  {
    Guard guard;
    if (!hal::makeSpace(process.space))
      return "out of memory";
  }
  for (unsigned i = 0; i != header.numSegments; ++i) {
    ElfSegment segment;
    __builtin_memcpy(&segment,
                     file.data + header.segmentsAt + i * sizeof segment,
                     sizeof segment);
    if (segment.type == loaded && segment.size != 0)
      if (const char *message = loadSegment(process, file, segment))
        return message;
  }
  entry = header.entry;
  UserArea *code = findArea(process, entry);
  if (code == nullptr || !(code->rights & hal::Execute))
    return "the program has no entry";
  uint64_t base = hal::getUserRange().base;
  constexpr uint8_t rights = hal::Read | hal::Write;
  bool added = addArea(process, base + heapOffset, heapSize, rights) &&
               addArea(process, base + stackEnd - stackSize, stackSize, rights);
  hal::publishCode();
  return added ? nullptr : "the program has too many segments";
}

void runUserProgram(Process &process) {
  uint64_t entry;
  if (const char *message = load(process, entry)) {
    {
      Guard guard;
      log(Level::Error, "%s: %s", process.name, message);
    }
    exitProcess(trapStatus);
  }
  hal::disableInterrupts();
  process.hasSpace = true;
  if (!process.isAgent())
    process.runningState = State::Compiled;
  // Loading used some.
  hal::initFloats(process.floats);
  process.usesFloats = !hal::canTrapFloats;
  if (process.usesFloats)
    hal::restoreFloats(process.floats);
  hal::useSpace(&process.space, 0, process.usesFloats);
  hal::enterUser(entry, hal::getUserRange().base + stackEnd,
                 process.userStackTop, &process);
}

//===--- its memory -------------------------------------------------------===//

bool hasUserMemory(const Process &process, uint64_t address, uint64_t size,
                   uint8_t right) {
  const UserArea *area = findArea(const_cast<Process &>(process), address);
  return area != nullptr && (area->rights & right) == right &&
         size <= area->size - (address - area->base);
}

uint8_t *findUserMemory(Process &process, uint64_t address, uint64_t size,
                        uint8_t right) {
  if (!hasUserMemory(process, address, size, right))
    return nullptr;
  uint8_t rights = findArea(process, address)->rights;
  for (uint64_t at = address & ~(pageSize - 1); at < address + size;
       at += pageSize)
    if (!hal::isUserMapped(process.space, at) &&
        givePage(process, at, rights) == nullptr)
      return nullptr;
  return reinterpret_cast<uint8_t *>(address);
}

void giveBackUserMemory(Process &process, uint64_t address, uint64_t size) {
  const UserArea *area = findArea(process, address);
  if (area == nullptr || area->isDevice)
    return; // no pages of the machine
  uint64_t end = address + size;
  auto clear = [&](uint64_t from, uint64_t to) {
    if (from < to && hal::isUserMapped(process.space, from))
      __builtin_memset(reinterpret_cast<void *>(from), 0, to - from);
  };
  uint64_t first = (address + pageSize - 1) & ~(pageSize - 1),
           last = end & ~(pageSize - 1);
  if (first > last)
    return clear(address, end);
  clear(address, first);
  clear(last, end);
  for (uint64_t at = first;;) {
    uint64_t page = hal::unmapNextUser(process.space, at, last);
    if (page == noPage)
      break;
    freePage(page);
    --process.account.used;
  }
}

//===--- its traps --------------------------------------------------------===//

bool handleUserFault(Process &process, hal::Frame *frame,
                     const hal::Fault &fault) {
  uint8_t right = fault.isWrite ? hal::Write : hal::Read;
  if (fault.kind == hal::Fault::Floats) {
    process.usesFloats = true;
    hal::initFloats(process.floats);
    hal::enableUserFloats(frame);
    hal::restoreFloats(process.floats);
    return true;
  }
  if (fault.kind == hal::Fault::Access) {
    UserArea *area = findArea(process, fault.address);
    if (area != nullptr && (area->rights & right)) {
      uint64_t page = fault.address & ~(pageSize - 1);
      if (hal::isUserMapped(process.space, page)) {
        hal::flushMappings();
        return true;
      }
      return givePage(process, page, area->rights) != nullptr;
    }
    if (process.faultHandler != 0) {
      hal::redirectUser(frame, process.faultHandler, process.faultStack,
                        fault.address, hal::getUserPlace(frame));
      process.faultHandler = 0; // another one ends the program
      return true;
    }
  }
  return false;
}

} // namespace flux::kernel

void flux::hal::freeTable(uint64_t physical) { kernel::freePage(physical); }
void flux::hal::freeUserPage(uint64_t physical) { kernel::freePage(physical); }
