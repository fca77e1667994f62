//===- Machine.cpp - start, traps, regions and blocks ---------------------===//
//
// What happens around instructions: how a program begins, what a trap does, and
// how blocks are paid for.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Machine.h"
#include "runtime/bytecode/Verifier.h"

namespace flux::vm {

using namespace bytecode;
using isa::Instruction;
using isa::TrapCode;

/// How deep calls can be at first, if memory comes later.
static constexpr uint32_t firstCalls = 64;

const char *Machine::start(const Package &loaded, const Host &services,
                           Arena &arena, uint16_t allowed,
                           uint64_t memoryLimit) {
  package = &loaded;
  host = services;
  capabilities = allowed;
  memoryLeft = memoryLimit;
  const Manifest &manifest = loaded.manifest;
  callRoom = manifest.callLimit;
  if (host.mapsLater && callRoom > firstCalls)
    callRoom = firstCalls;
  auto get = [&](unsigned number, uint64_t size) -> uint8_t * {
    return host.mapsLater ? host.map(host.self, number, size)
                          : arena.tryAllocate<uint8_t>(size);
  };
  registers = reinterpret_cast<uint64_t *>(
      get(registersNumber, getRegisterBytes(callRoom)));
  frames =
      reinterpret_cast<Frame *>(get(framesNumber, getFrameBytes(callRoom)));
  catchPoints = arena.tryAllocate<CatchPoint>(maxCatchPoints);
  if (registers == nullptr || frames == nullptr || catchPoints == nullptr)
    return "no memory for the registers of the program";
  auto add = [&](unsigned number, uint64_t size, uint8_t rights,
                 uint64_t needed) {
    RegionState &region = regions[number];
    if (size > memoryLeft)
      return false;
    region.missing = getMissing(size, needed);
    region.base = host.map != nullptr
                      ? host.map(host.self, number, size - region.missing)
                      : arena.tryAllocate<uint8_t>(size);
    if (region.base == nullptr)
      return false;
    memoryLeft -= size;
    region.size = size;
    region.rights = rights;
    return true;
  };
  // What is pushed is not looked for first.
  if (!add(stackRegion, manifest.stackSize, RegionRead | RegionWrite,
           manifest.stackSize))
    return "no memory for the stack of the program";
  for (uint32_t i = 0; i != loaded.numRegions; ++i) {
    Region region = loaded.getRegion(i);
    if (!add(region.number, region.size, region.rights, region.data.size))
      return "no memory for the regions of the program";
    __builtin_memcpy(regions[region.number].base, region.data.data,
                     region.data.size);
  }
  sp = (uint64_t(stackRegion) << 32) + manifest.stackSize;
  frames[0] = {returnEnds, 0};
  depth = 1;
  pc = loaded.getFunction(manifest.entry).start;
  state = State::Ready;
  return nullptr;
}

/// How many bytes of a region get their memory later, of which \p needed do
/// not.
uint64_t Machine::getMissing(uint64_t size, uint64_t needed) const {
  constexpr uint64_t firstBytes = 1 << 16;
  uint64_t first = needed > firstBytes ? needed : firstBytes;
  first = (first + pageSize - 1) & ~(pageSize - 1);
  return host.mapsLater && first < size ? size - first : 0;
}

void Machine::addGas(int64_t amount) {
  if (__builtin_add_overflow(gas, amount, &gas))
    gas = 0x7FFFFFFFFFFFFFFF;
}

int Machine::makeRegion(uint64_t size, uint8_t rights) {
  size = (size + pageSize - 1) & ~(pageSize - 1);
  if (size == 0 || size > maxRegionSize || size > memoryLeft ||
      host.map == nullptr)
    return -1;
  for (unsigned number = firstDataRegion; number != bytecode::numRegions;
       ++number) {
    RegionState &region = regions[number];
    if (region.base != nullptr)
      continue;
    region.missing = getMissing(size, 0);
    region.base = host.map(host.self, number, size - region.missing);
    if (region.base == nullptr)
      return -1;
    memoryLeft -= size;
    region.size = size;
    region.rights = rights;
    region.made = true;
    ++regionChanges;
    regionBase = uint64_t(number) << 32;
    regionSize = size;
    return static_cast<int>(number);
  }
  return -1;
}

bool Machine::removeRegion(uint64_t number) {
  if (number >= bytecode::numRegions || !regions[number].made)
    return false;
  RegionState &region = regions[number];
  if (host.unmap != nullptr)
    host.unmap(host.self, static_cast<unsigned>(number), region.base,
               region.size);
  memoryLeft += region.size;
  region = RegionState();
  ++regionChanges;
  return true;
}

uint64_t Machine::read(unsigned reg) const {
  switch (reg) {
  case isa::RegZero:
    return 0;
  case isa::RegSP:
    return sp;
  case isa::RegPC:
    return pc;
  case isa::RegFlags:
    return flags;
  case isa::RegGas:
    return static_cast<uint64_t>(gas + heldGas);
  case isa::RegRegionBase:
    return regionBase;
  case isa::RegRegionSize:
    return regionSize;
  case isa::RegSyscall:
    return syscallNumber;
  case isa::RegError:
    return error;
  case isa::RegCapability:
    return capabilities;
  case isa::RegHandler:
    return handler;
  default:
    return window()[reg];
  }
}

void Machine::write(unsigned reg, uint64_t value) {
  if (reg == isa::RegZero)
    return;
  if (reg == isa::RegSyscall)
    syscallNumber = value;
  else if (reg == isa::RegError)
    error = value;
  else
    window()[reg] = value;
}

//===----------------------------------------------------------------------===//
// Traps
//===----------------------------------------------------------------------===//

/// Raises \p code at pc.
Step Machine::raise(uint16_t code, bool canCatch) {
  // Nothing is wrong: the instruction is tried again.
  if (need.isThere())
    return stop(State::Waiting);
  error = code;
  uint32_t lowest = handlerDepth != 0 ? handlerDepth : 1;
  if (canCatch && catchCount != 0 &&
      catchPoints[catchCount - 1].depth >= lowest) {
    const CatchPoint &point = catchPoints[--catchCount];
    depth = point.depth;
    base = point.base;
    sp = point.sp;
    write(point.reg, code);
    return jump(point.word);
  }
  trapCode = code;
  trapWord = pc;
  if (handler == noHandler || handlerDepth != 0)
    return stop(State::Trapped);
  if (depth >= package->manifest.callLimit) {
    trapCode = static_cast<uint16_t>(TrapCode::CallOverflow);
    return stop(State::Trapped);
  }
  if (depth >= callRoom)
    return waitForCalls();
  resumeWord = pc;
  resumeFlags = flags;
  handledCode = code;
  frames[depth++] = {returnToTrap, base};
  handlerDepth = depth;
  base += isa::numRegisters;
  window()[isa::RegZero] = 0;
  window()[isa::firstArgument] = code;
  return jump(package->getFunction(static_cast<uint32_t>(handler)).start);
}

/// A call deeper than there is memory for.
Step Machine::waitForCalls() {
  need.calls = depth + 1;
  return stop(State::Waiting);
}

/// RETI: goes on behind the instruction that trapped.
Step Machine::resumeAfterTrap() {
  if (handlerDepth == 0 || handlerDepth != depth)
    return raise(TrapCode::CallUnderflow);
  uint64_t value = window()[isa::firstArgument];
  Frame frame = frames[--depth];
  base = frame.base;
  handlerDepth = 0;
  Instruction instruction;
  isa::decode(package->code.data + 4 * uint64_t(resumeWord),
              package->codeWords - resumeWord, instruction);
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  pc = resumeWord;
  // Nothing follows these; a catch point for which there was no room would be
  // missed by its FINALLY.
  if ((info.flags & isa::EndsBlock) ||
      instruction.opcode == isa::Opcode::CATCH) {
    error = trapCode = handledCode;
    trapWord = resumeWord;
    return stop(State::Trapped);
  }
  for (unsigned index = 0; index != 4; ++index) {
    if (!(info.defs >> index & 1))
      continue;
    unsigned lanes = info.vector >> index & 1 ? 4 : 1;
    for (unsigned lane = 0; lane != lanes; ++lane)
      write(instruction.reg[index] + lane, value);
  }
  unsigned results = 0;
  uint32_t number = static_cast<uint32_t>(instruction.imm);
  switch (instruction.opcode) {
  case isa::Opcode::CALLI:
    results = package->getFunction(number).results;
    break;
  case isa::Opcode::CALL:
  case isa::Opcode::CALL_REG:
    results = number % (isa::maxArguments + 1);
    break;
  case isa::Opcode::ICALL:
    results = package->getTable(number).results;
    break;
  case isa::Opcode::CALL_EXT:
    results = package->getImport(number).results;
    break;
  default:
    break;
  }
  for (unsigned i = 0; i != results; ++i)
    window()[instruction.reg[0] + isa::firstArgument + i] = value;
  flags = resumeFlags;
  charged = true;
  pc += instruction.words;
  return isBlockStart(pc) ? jump(pc) : Step::Moved;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// Control comes to the block at \p word.
Step Machine::jump(uint64_t word) {
  pc = static_cast<uint32_t>(word);
  charged = false;
  flags = 0;
  return Step::Moved;
}

static uint32_t findBlock(const Package &package, uint64_t word) {
  uint32_t low = 0, high = package.numBlocks;
  while (low != high) {
    uint32_t middle = low + (high - low) / 2;
    if (package.getBlock(middle).word < word)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool Machine::isBlockStart(uint64_t word) const {
  uint32_t block = findBlock(*package, word);
  return block != package->numBlocks && package->getBlock(block).word == word;
}

bool isLastOfBlock(const Instruction &instruction) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  return (info.flags & isa::EndsBlock) || info.kind == isa::Kind::Branch ||
         info.kind == isa::Kind::JumpIf ||
         instruction.opcode == isa::Opcode::LOOP;
}

uint64_t Machine::blockCost(uint64_t word) const {
  uint32_t block = findBlock(*package, word + 1);
  uint64_t end = block != package->numBlocks ? package->getBlock(block).word
                                             : package->codeWords;
  uint64_t cost = 0;
  while (word < end) {
    Instruction instruction;
    isa::decode(package->code.data + 4 * word, package->codeWords - word,
                instruction);
    ++cost;
    if (isLastOfBlock(instruction))
      break;
    word += instruction.words;
  }
  return cost;
}

State Machine::runPlain(uint64_t steps) {
  if (state == State::Halted || state == State::Trapped)
    return state;
  state = State::Ready;
  for (; steps != 0 && state == State::Ready; --steps) {
    if (!charged) {
      int64_t cost = static_cast<int64_t>(blockCost(pc));
      if (gas < cost) {
        state = State::OutOfGas;
        break;
      }
      gas -= cost;
      charged = true;
    }
    Instruction instruction;
    isa::decode(package->code.data + 4 * uint64_t(pc), package->codeWords - pc,
                instruction);
    if (execute(instruction) != Step::Next)
      continue;
    pc += instruction.words;
    if (isLastOfBlock(instruction) || isBlockStart(pc))
      jump(pc);
  }
  return state;
}

} // namespace flux::vm
