//===- Snapshot.cpp - a machine as bytes ----------------------------------===//
//
// A process can stop on one machine and go on on another.  Snapshots come from
// anywhere, like packages: what is read is checked so far that no forged one
// can make the machine leave its memory; that it means what somebody intended
// is the business of who signs it.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Snapshot.h"
#include "runtime/bytecode/Verifier.h"

namespace flux::vm {

using namespace bytecode;

static constexpr uint8_t magic[8] = {'F', 'L', 'U', 'X', 'S', 'N', 0x1A, 1};
static constexpr uint32_t lastPage = 0xFFFFFFFF;

namespace {

/// Both directions go through the same list of fields.
class Writer {
public:
  Writer(SnapshotSink sink, void *self) : sink(sink), self(self) {}

  void bytes(const void *data, uint64_t size) {
    hash.add(data, size);
    sink(self, data, size);
  }
  template <class T>
  void field(T value) {
    uint64_t number = static_cast<uint64_t>(value);
    uint8_t out[8];
    for (unsigned i = 0; i != 8; ++i)
      out[i] = static_cast<uint8_t>(number >> 8 * i);
    bytes(out, 8);
  }
  void finish() {
    uint8_t out[Sha256::size];
    hash.finish(out);
    sink(self, out, sizeof out);
  }

private:
  SnapshotSink sink;
  void *self;
  Sha256 hash;
};

class Reader {
public:
  explicit Reader(Bytes input) : input(input) {}

  const uint8_t *bytes(uint64_t size) {
    static const uint8_t zeros[pageSize] = {};
    if (size > input.size - at) {
      failed = true;
      return zeros;
    }
    at += size;
    return input.data + at - size;
  }
  uint64_t number() {
    const uint8_t *in = bytes(8);
    return isa::loadWord(in) | uint64_t(isa::loadWord(in + 4)) << 32;
  }
  template <class T>
  void field(T &value) {
    uint64_t raw = number();
    value = static_cast<T>(raw);
    failed |= static_cast<uint64_t>(value) != raw;
  }

  bool failed = false;
  Bytes input;
  uint64_t at = 0;
};

template <class Stream, class M>
void eachField(Stream &stream, M &machine) {
  stream.field(machine.pc);
  stream.field(machine.base);
  stream.field(machine.depth);
  stream.field(machine.catchCount);
  stream.field(machine.flags);
  stream.field(machine.gas);
  stream.field(machine.sp);
  stream.field(machine.regionBase);
  stream.field(machine.regionSize);
  stream.field(machine.syscallNumber);
  stream.field(machine.error);
  stream.field(machine.handler);
  stream.field(machine.capabilities);
  stream.field(machine.handlerDepth);
  stream.field(machine.resumeWord);
  stream.field(machine.handledCode);
  stream.field(machine.resumeFlags);
}

} // namespace

static bool isZero(const uint8_t *page) {
  for (uint64_t i = 0; i != pageSize; ++i)
    if (page[i] != 0)
      return false;
  return true;
}

void writeSnapshot(const Machine &machine, SnapshotSink sink, void *self) {
  Writer out(sink, self);
  out.bytes(magic, sizeof magic);
  out.bytes(machine.package->hash, Sha256::size);
  eachField(out, machine);
  out.field(machine.charged);
  for (uint64_t i = 0; i != uint64_t(machine.base) + isa::numRegisters; ++i)
    out.field(machine.registers[i]);
  for (uint32_t i = 0; i != machine.depth; ++i) {
    out.field(machine.frames[i].returnWord);
    out.field(machine.frames[i].base);
  }
  for (uint32_t i = 0; i != machine.catchCount; ++i) {
    const CatchPoint &point = machine.catchPoints[i];
    out.field(point.depth);
    out.field(point.base);
    out.field(point.word);
    out.field(point.reg);
    out.field(point.sp);
  }
  for (const RegionState &region : machine.regions) {
    out.field(region.size);
    out.field(region.rights);
    out.field(region.made);
    uint64_t pages = region.size / pageSize;
    for (uint64_t page = 0; page != pages; ++page) {
      const uint8_t *contents = region.base + page * pageSize;
      if (isZero(contents))
        continue;
      out.field(page);
      out.bytes(contents, pageSize);
    }
    out.field(lastPage);
  }
  out.finish();
}

/// Marks the words that start instructions.
static uint8_t *findStarts(const Package &package, Arena &scratch) {
  uint8_t *starts = scratch.tryAllocate<uint8_t>(package.codeWords + 1);
  if (starts == nullptr)
    return nullptr;
  for (uint64_t word = 0; word != package.codeWords;) {
    starts[word] = 1;
    isa::Instruction instruction;
    isa::decode(package.code.data + 4 * word, package.codeWords - word,
                instruction);
    word += instruction.words;
  }
  return starts;
}

static const char *checkState(const Machine &machine, const uint8_t *starts) {
  const Package &package = *machine.package;
  const Manifest &manifest = package.manifest;
  uint64_t words = package.codeWords;
  uint64_t stack = uint64_t(stackRegion) << 32;
  if (machine.pc >= words || !starts[machine.pc] || machine.depth == 0 ||
      machine.depth > manifest.callLimit || machine.gas < 0 ||
      machine.catchCount > maxCatchPoints || machine.flags > 15 ||
      machine.resumeFlags > 15)
    return "the snapshot has numbers out of range";
  if (machine.base > uint64_t(machine.depth) * isa::numRegisters)
    return "the snapshot has a window outside the registers";
  if (machine.sp < stack || machine.sp - stack > manifest.stackSize ||
      machine.sp % 8 != 0)
    return "the snapshot has a stack pointer outside the stack";
  if (machine.handler != noHandler) {
    if (machine.handler >= package.numFunctions)
      return "the snapshot has a handler that does not exist";
    Function function =
        package.getFunction(static_cast<uint32_t>(machine.handler));
    if (function.args != 1 || function.results != 1)
      return "the snapshot has a handler that is none";
  }
  if (machine.handlerDepth > machine.depth || machine.handlerDepth == 1 ||
      machine.resumeWord >= words || !starts[machine.resumeWord])
    return "the snapshot has a wrong trap";
  return nullptr;
}

const char *readSnapshot(Machine &machine, Bytes snapshot, Arena &scratch) {
  constexpr uint64_t least = sizeof magic + 2 * Sha256::size;
  if (snapshot.size < least ||
      __builtin_memcmp(snapshot.data, magic, sizeof magic) != 0)
    return "this is no snapshot";
  Sha256 hash;
  uint8_t expected[Sha256::size];
  hash.add(snapshot.data, snapshot.size - Sha256::size);
  hash.finish(expected);
  if (__builtin_memcmp(expected, snapshot.data + snapshot.size - Sha256::size,
                       Sha256::size) != 0)
    return "the hash of the snapshot is wrong";
  Reader in({snapshot.data, snapshot.size - Sha256::size});
  in.bytes(sizeof magic);
  const Package &package = *machine.package;
  if (__builtin_memcmp(in.bytes(Sha256::size), package.hash, Sha256::size) != 0)
    return "the snapshot is of another package";

  uint16_t allowed = machine.capabilities;
  eachField(in, machine);
  machine.capabilities &= allowed;
  uint8_t charged = 0;
  in.field(charged);
  machine.charged = charged != 0;
  uint8_t *starts = findStarts(package, scratch);
  if (starts == nullptr)
    return "no memory to check the snapshot";
  if (const char *message = checkState(machine, starts))
    return message;
  for (uint64_t i = 0; i != uint64_t(machine.base) + isa::numRegisters; ++i)
    machine.registers[i] = in.number();
  for (uint32_t i = 0; i != machine.depth; ++i) {
    Frame &frame = machine.frames[i];
    in.field(frame.returnWord);
    in.field(frame.base);
    frame.op = nullptr;
    bool ends = frame.returnWord == returnEnds,
         traps = frame.returnWord == returnToTrap;
    bool inCode =
        frame.returnWord < package.codeWords && starts[frame.returnWord];
    bool isTrapFrame =
        machine.handlerDepth != 0 && i == machine.handlerDepth - 1;
    if (ends != (i == 0) || traps != isTrapFrame ||
        (!ends && !traps && !inCode) ||
        frame.base > uint64_t(i) * isa::numRegisters)
      return "the snapshot has a wrong call";
  }
  for (uint32_t i = 0; i != machine.catchCount; ++i) {
    CatchPoint &point = machine.catchPoints[i];
    in.field(point.depth);
    in.field(point.base);
    in.field(point.word);
    in.field(point.reg);
    in.field(point.sp);
    uint64_t stack = uint64_t(stackRegion) << 32;
    if (point.depth == 0 || point.depth > machine.depth ||
        point.base > uint64_t(point.depth) * isa::numRegisters ||
        point.word >= package.codeWords || !starts[point.word] ||
        point.reg >= isa::numRegisters || point.sp < stack ||
        point.sp - stack > package.manifest.stackSize || point.sp % 8 != 0)
      return "the snapshot has a wrong catch point";
  }
  for (unsigned number = 0; number != bytecode::numRegions; ++number) {
    RegionState &region = machine.regions[number];
    uint64_t size = in.number();
    uint8_t rights = 0, made = 0;
    in.field(rights);
    in.field(made);
    if (made == 1 && region.base == nullptr && size != 0 &&
        size % pageSize == 0 && size <= machine.memoryLeft &&
        size <= maxRegionSize && number >= firstDataRegion &&
        machine.host.map != nullptr) {
      region.base = machine.host.map(machine.host.self, number, size);
      if (region.base == nullptr)
        return "no memory for the regions of the snapshot";
      machine.memoryLeft -= size;
      region.size = size;
      region.rights = RegionRead | RegionWrite;
      region.made = true;
    }
    if (region.size != size || region.rights != rights ||
        region.made != (made == 1))
      return "the snapshot has a region that cannot be";
    // Pages that are not there are zero.
    uint64_t next = 0;
    for (;;) {
      uint64_t page = in.number();
      uint64_t end = page == lastPage ? size / pageSize : page;
      if (end < next || end > size / pageSize ||
          (page != lastPage && page == size / pageSize))
        return "the snapshot has a page outside a region";
      if (end != next)
        __builtin_memset(region.base + next * pageSize, 0,
                         (end - next) * pageSize);
      if (page == lastPage)
        break;
      __builtin_memcpy(region.base + page * pageSize, in.bytes(pageSize),
                       pageSize);
      next = page + 1;
    }
  }
  if (in.failed || in.at != in.input.size)
    return "the snapshot is too short or too long";
  machine.state = State::Ready;
  return nullptr;
}

} // namespace flux::vm
