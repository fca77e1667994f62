//===- Values.cpp - where values are while a function is compiled ---------===//
//
// Registers are given out greedily and taken back at the last use of a value.
// A value that must leave its register goes to a slot in the frame; as values
// never change, what a slot holds stays right.
//
// Nothing here changes the flags, so that a comparison and the instruction that
// uses it may be apart.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/MathExtras.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

static constexpr uint32_t bit(unsigned reg) { return uint32_t(1) << reg; }
static constexpr uint32_t intRegisters = bit(RAX) | bit(RCX) | bit(RDX) |
                                         bit(RSI) | bit(RDI) | bit(R8) |
                                         bit(R9) | bit(R10);
static constexpr uint32_t floatRegisters = 0x7fff0000; // all but the scratch

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

uint32_t FunctionCompiler::getValue(const llvm::Value *value) {
  auto known = valueIndices.find(value);
  return known != valueIndices.end() ? known->second : createValue(value);
}

uint32_t FunctionCompiler::createValue(const llvm::Value *value) {
  llvm::SmallVector<PartType, 4> parts;
  if (!unit.getParts(value->getType(), parts) || parts.empty()) {
    unit.fail("a value of an unknown type");
    parts.assign(1, PartType{8});
  }
  // A value lives in the region that defines it, unless a use is elsewhere.
  auto *inst = dyn_cast<llvm::Instruction>(value);
  const llvm::BasicBlock *home = inst ? inst->getParent() : order.front();
  uint32_t region = infoOf(home).region;
  bool isGlobal = isa<llvm::PHINode>(value);
  uint32_t uses = 0;
  if (!isGlobal)
    for (const llvm::Use &use : value->uses()) {
      auto *user = cast<llvm::Instruction>(use.getUser());
      auto *phi = dyn_cast<llvm::PHINode>(user);
      const llvm::BasicBlock *where =
          phi ? phi->getIncomingBlock(use) : user->getParent();
      if (infoOf(where).region != region) {
        isGlobal = true;
        break;
      }
      ++uses;
    }
  uint32_t index = values.size();
  for (const PartType &part : parts) {
    ValueInfo info;
    info.uses = uses;
    info.width = part.width;
    info.numParts = parts.size();
    info.isFloat = part.isFloat;
    info.isGlobal = isGlobal;
    if (isGlobal)
      info.slot = newOwnSlot(8, 8);
    values.push_back(info);
  }
  valueIndices[value] = index;
  return index;
}

PartType FunctionCompiler::partOf(const llvm::Value *value) {
  PartType part;
  if (!UnitBuilder::getScalar(value->getType(), part)) {
    unit.fail("an operation on a type that is not known");
    part = {8};
  }
  return part;
}

//===----------------------------------------------------------------------===//
// Registers and slots
//===----------------------------------------------------------------------===//

int32_t FunctionCompiler::newOwnSlot(uint64_t size, uint64_t align) {
  constexpr uint64_t mostFrame = uint64_t(1) << 30;
  if (size > mostFrame || frameSize > mostFrame) {
    unit.fail("a frame of more than 1 GiB");
    return -8;
  }
  frameSize = llvm::alignTo(frameSize + size, align);
  return -int32_t(frameSize);
}

int32_t FunctionCompiler::newSlot() {
  // What a cold block starts with may lie in slots that are free elsewhere.
  if (inColdBlock || freeSlots.empty())
    return newOwnSlot(8, 8);
  int32_t slot = freeSlots.back();
  freeSlots.pop_back();
  return slot;
}

void FunctionCompiler::bind(uint32_t value, RegID reg) {
  owners[reg] = value + 1;
  owned |= bit(reg);
  values[value].reg = reg;
}

void FunctionCompiler::unbind(RegID reg) {
  if (!(owned & bit(reg)))
    return;
  values[owners[reg] - 1].reg = NoReg;
  owners[reg] = 0;
  owned &= ~bit(reg);
}

void FunctionCompiler::saveToSlot(ValueInfo &info) {
  if (info.slot)
    return;
  info.slot = newSlot();
  info.ownsSlot = true;
  if (info.isFloat)
    as.storeXmm(info.width, Mem::at(RBP, info.slot), info.reg - firstXmm);
  else
    as.store(info.width, Mem::at(RBP, info.slot), Reg(info.reg));
}

void FunctionCompiler::spill(RegID reg) {
  if (!(owned & bit(reg)))
    return;
  saveToSlot(values[owners[reg] - 1]);
  unbind(reg);
}

void FunctionCompiler::spillAll() {
  for (uint32_t left = owned; left; left &= left - 1)
    spill(llvm::countr_zero(left));
}

void FunctionCompiler::forgetRegisters() {
  for (uint32_t left = owned; left; left &= left - 1)
    unbind(llvm::countr_zero(left));
}

RegID FunctionCompiler::allocate(bool isFloat, uint32_t avoid) {
  uint32_t candidates =
      (isFloat ? floatRegisters : intRegisters) & ~pinned & ~avoid;
  if (!candidates) {
    unit.fail("an instruction that needs too many registers");
    return isFloat ? firstXmm : 0;
  }
  RegID reg;
  if (uint32_t available = candidates & ~owned) {
    // Arguments and quotients need the first registers: the last ones first.
    reg = 31 - llvm::countl_zero(available);
  } else {
    uint32_t later = candidates & ~(bit(nextVictim) - 1);
    reg = llvm::countr_zero(later ? later : candidates);
    nextVictim = (reg + 1) % 32;
    spill(reg);
  }
  pin(reg);
  return reg;
}

/// Makes \p reg free for the current instruction.
void FunctionCompiler::evict(RegID reg, uint32_t avoid) {
  if (!(owned & bit(reg)))
    return;
  uint32_t value = owners[reg] - 1;
  uint32_t available = intRegisters & ~owned & ~pinned & ~avoid & ~bit(reg);
  if (values[value].slot || !available) {
    spill(reg);
    return;
  }
  RegID other = 31 - llvm::countl_zero(available);
  as.mov(8, Reg(other), Reg(reg));
  unbind(reg);
  bind(value, other);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The bits of part \p part of a constant that is a number.
bool FunctionCompiler::getConstantBits(const llvm::Value *value, unsigned part,
                                       int64_t &bits) {
  auto *constant = dyn_cast<llvm::Constant>(value);
  if (!constant)
    return false;
  if (auto *integer = dyn_cast<llvm::ConstantInt>(constant)) {
    if (integer->getBitWidth() > 64)
      return false;
    bits = integer->getBitWidth() == 1 ? int64_t(integer->getZExtValue())
                                       : integer->getSExtValue();
    return true;
  }
  if (auto *real = dyn_cast<llvm::ConstantFP>(constant)) {
    llvm::APInt raw = real->getValueAPF().bitcastToAPInt();
    if (raw.getBitWidth() > 64)
      return false;
    bits = int64_t(raw.getZExtValue());
    return true;
  }
  if (constant->isNullValue() || isa<llvm::UndefValue>(constant)) {
    bits = 0;
    return true;
  }
  if (isa<llvm::ConstantStruct, llvm::ConstantArray, llvm::ConstantDataArray>(
          constant)) {
    // All elements are scalars, or this is not worth the trouble.
    llvm::Constant *element = constant->getAggregateElement(part);
    PartType type;
    return element && UnitBuilder::getScalar(element->getType(), type) &&
           getConstantBits(element, 0, bits);
  }
  return false;
}

void FunctionCompiler::materialize(int64_t bits, RegID reg, unsigned width) {
  if (reg >= firstXmm) {
    loadFloat(reg - firstXmm, width, uint64_t(bits));
    return;
  }
  as.movImm(Reg(reg), width == 4 ? int64_t(uint32_t(bits)) : bits);
}

void FunctionCompiler::loadSymbol(Reg reg, uint32_t symbol, int64_t offset) {
  as.lea(reg, Mem::relative());
  unit.relocate(as.relativeAt(), symbol, offset);
}

Source FunctionCompiler::sourceOf(const llvm::Value *value, unsigned part) {
  Source source = {Source::Immediate};
  if (auto *constant = dyn_cast<llvm::Constant>(value)) {
    llvm::SmallVector<PartType, 4> parts;
    if (!unit.getParts(value->getType(), parts) || part >= parts.size()) {
      unit.fail("a constant of an unknown type");
      return source;
    }
    source.width = parts[part].width;
    source.isFloat = parts[part].isFloat;
    if (getConstantBits(value, part, source.value))
      return source;
    if (auto *element = constant->getType()->isAggregateType()
                            ? constant->getAggregateElement(part)
                            : nullptr)
      constant = element;
    source.kind = Source::Symbol;
    if (!unit.getAddress(constant, source.symbol, source.value))
      unit.fail("a constant expression");
    return source;
  }
  const ValueInfo &info = infoOf(value, part);
  source.width = info.width;
  source.isFloat = info.isFloat;
  source.slot = info.slot;
  if (info.isAddress) {
    source.kind = Source::FrameAddress;
  } else if (info.reg != NoReg) {
    source.kind = Source::Register;
    source.reg = info.reg;
  } else {
    source.kind = Source::Slot;
    if (!info.slot)
      unit.fail("a value that is used before it is made");
  }
  return source;
}

/// Loads \p source, which is no register, into a register.
void FunctionCompiler::loadSource(const Source &source, RegID dst,
                                  Extend extend, unsigned width) {
  switch (source.kind) {
  case Source::Register:
    if (dst >= firstXmm)
      as.movXmm(dst - firstXmm, source.reg - firstXmm);
    else
      as.mov(8, Reg(dst), Reg(source.reg));
    return;
  case Source::Slot:
    if (dst >= firstXmm)
      as.loadXmm(width, dst - firstXmm, Mem::at(RBP, source.slot));
    else if (extend == Extend::Sign && width < 4)
      as.loadSigned(width, 4, Reg(dst), Mem::at(RBP, source.slot));
    else
      as.load(width, Reg(dst), Mem::at(RBP, source.slot));
    return;
  case Source::Immediate:
    materialize(extend == Extend::Zero && width < 8
                    ? source.value & ((int64_t(1) << width * 8) - 1)
                    : source.value,
                dst, width);
    return;
  case Source::FrameAddress:
    as.lea(Reg(dst), Mem::at(RBP, source.slot));
    return;
  case Source::Symbol:
    loadSymbol(Reg(dst), source.symbol, source.value);
    return;
  }
}

RegID FunctionCompiler::use(const llvm::Value *value, unsigned part) {
  Source source = sourceOf(value, part);
  if (source.kind == Source::Register) {
    pin(source.reg);
    return source.reg;
  }
  RegID reg = allocate(source.isFloat);
  loadSource(source, reg, Extend::None, source.width);
  if (source.kind == Source::Slot)
    bind(getValue(value) + part, reg);
  return reg;
}

RegID FunctionCompiler::reuse(RegID reg) {
  if (!(owned & bit(reg)))
    return reg;
  bool isFloat = reg >= firstXmm;
  RegID copy = allocate(isFloat);
  if (isFloat)
    as.movXmm(copy - firstXmm, reg - firstXmm);
  else
    as.mov(8, Reg(copy), Reg(reg));
  return copy;
}

Operand FunctionCompiler::operand(const llvm::Value *value, bool exact) {
  int64_t bits;
  if (getConstantBits(value, 0, bits) && bits == int32_t(bits))
    return {Operand::Immediate, NoReg, int32_t(bits), {}};
  if (!isa<llvm::Constant>(value)) {
    const ValueInfo &info = infoOf(value);
    if (info.reg == NoReg && !info.isAddress && info.slot &&
        (info.isGlobal || info.uses <= 1) && (exact || info.width >= 4))
      return {Operand::Memory, NoReg, 0, Mem::at(RBP, info.slot)};
  }
  return {Operand::Register, useInt(value), 0, {}};
}

void FunctionCompiler::alu(Alu op, unsigned width, Reg dst,
                           const Operand &src) {
  switch (src.kind) {
  case Operand::Register:
    as.alu(op, width, dst, src.reg);
    return;
  case Operand::Immediate:
    as.alu(op, width, dst, src.imm);
    return;
  case Operand::Memory:
    as.alu(op, width, dst, src.mem);
    return;
  }
}

void FunctionCompiler::release(const llvm::Value *value) {
  if (!value || !isa<llvm::Instruction, llvm::Argument>(value))
    return;
  uint32_t index = getValue(value);
  for (unsigned i = 0, e = values[index].numParts; i < e; ++i) {
    ValueInfo &info = values[index + i];
    if (info.isGlobal || info.isAddress || --info.uses)
      continue;
    if (info.reg != NoReg)
      unbind(info.reg);
    if (info.slot && info.ownsSlot)
      slotsToFree.push_back(info.slot);
    info.slot = 0;
  }
}

void FunctionCompiler::releaseOperands(const llvm::User &user) {
  for (const llvm::Use &use : user.operands())
    release(use.get());
}

void FunctionCompiler::define(const llvm::Value *value, RegID reg,
                              unsigned part) {
  uint32_t index = getValue(value) + part;
  ValueInfo &info = values[index];
  if (!info.isGlobal && !info.uses)
    return;
  unbind(reg);
  bind(index, reg);
  if (!info.isGlobal)
    return;
  Mem slot = Mem::at(RBP, info.slot);
  if (info.isFloat)
    as.storeXmm(info.width, slot, reg - firstXmm);
  else
    as.store(info.width, slot, Reg(reg));
}

void FunctionCompiler::endInstruction() {
  pinned = 0;
  freeSlots.insert(freeSlots.end(), slotsToFree.begin(), slotsToFree.end());
  slotsToFree.clear();
}

//===----------------------------------------------------------------------===//
// Many moves at once
//===----------------------------------------------------------------------===//

void FunctionCompiler::moveAll(llvm::MutableArrayRef<Move> moves) {
  // First what comes from registers, which the other moves may overwrite.
  llvm::SmallVector<std::pair<RegID, RegID>, 16> pending; // from, to
  for (const Move &move : moves)
    if (move.source.kind == Source::Register && move.source.reg != move.dst)
      pending.push_back({move.source.reg, move.dst});
  auto copy = [&](RegID from, RegID to) {
    if (to >= firstXmm)
      as.movXmm(to - firstXmm, from - firstXmm);
    else
      as.mov(8, Reg(to), Reg(from));
  };
  while (!pending.empty()) {
    auto ready = llvm::find_if(pending, [&](const auto &move) {
      return llvm::none_of(pending, [&](const auto &other) {
        return other.first == move.second;
      });
    });
    if (ready != pending.end()) {
      copy(ready->first, ready->second);
      pending.erase(ready);
      continue;
    }
    // A circle: one of its values waits elsewhere.
    RegID from = pending.front().first;
    RegID aside = from >= firstXmm ? firstXmm + scratchXmm : RegID(scratch);
    copy(from, aside);
    for (auto &move : pending)
      if (move.first == from)
        move.first = aside;
  }
  for (const Move &move : moves) {
    unsigned width = move.source.width;
    if (move.source.kind != Source::Register)
      loadSource(move.source, move.dst, move.extend, width);
    else if (move.extend == Extend::Zero && width < 4)
      as.zeroExtend(width, Reg(move.dst), Reg(move.dst));
    else if (move.extend == Extend::Sign && width < 4)
      as.signExtend(width, 4, Reg(move.dst), Reg(move.dst));
  }
}
