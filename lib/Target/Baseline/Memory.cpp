//===- Memory.cpp - loads, stores and addresses ---------------------------===//
//
// Most addresses need no code of their own: locals lie at a known distance from
// the frame pointer, and an address that one load or store uses becomes a part
// of that instruction.  A load that the next instructions use becomes an
// operand of theirs.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/Operator.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

void FunctionCompiler::compileAlloca(const llvm::AllocaInst &inst) {
  if (!inst.isStaticAlloca() || inst.isUsedWithInAlloca() ||
      inst.isSwiftError() || inst.getAddressSpace() != 0) {
    unit.fail("a local of a size that is not known");
    return;
  }
  std::optional<llvm::TypeSize> size = inst.getAllocationSize(unit.getLayout());
  constexpr uint64_t frameAlign = 16;
  uint64_t align = std::max<uint64_t>(inst.getAlign().value(), 8);
  if (!size || size->isScalable() || align > frameAlign) {
    unit.fail("a local of an unknown size or alignment");
    return;
  }
  uint32_t index = values.size();
  ValueInfo info;
  info.slot = newOwnSlot(std::max<uint64_t>(size->getFixedValue(), 1), align);
  info.isAddress = true;
  values.push_back(info);
  valueIndices[&inst] = index;
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

/// True if the one use of \p gep is a load or store of its block, which makes
/// the address itself.
bool FunctionCompiler::isFused(const llvm::GetElementPtrInst &gep) {
  if (!gep.hasOneUse())
    return false;
  auto *user = cast<llvm::Instruction>(gep.user_back());
  if (user->getParent() != gep.getParent())
    return false;
  if (auto *store = dyn_cast<llvm::StoreInst>(user))
    return store->getPointerOperand() == &gep &&
           store->getValueOperand() != &gep;
  return isa<llvm::LoadInst>(user);
}

Address FunctionCompiler::addressOf(const llvm::Value *pointer) {
  Address address;
  if (auto *constant = dyn_cast<llvm::Constant>(pointer)) {
    if (unit.getAddress(constant, address.symbol, address.offset)) {
      address.isSymbol = true;
      return address;
    }
    address.mem = Mem::at(useInt(constant));
    return address;
  }
  if (auto *gep = dyn_cast<llvm::GetElementPtrInst>(pointer);
      gep && isFused(*gep) && !valueIndices.count(gep))
    return addressOfGEP(cast<llvm::GEPOperator>(*gep));
  const ValueInfo &info = infoOf(pointer);
  if (info.isAddress) {
    address.mem = Mem::at(RBP, info.slot);
    return address;
  }
  address.mem = Mem::at(useInt(pointer));
  address.used[0] = pointer;
  return address;
}

Address FunctionCompiler::addressOfGEP(const llvm::GEPOperator &gep) {
  const llvm::DataLayout &layout = unit.getLayout();
  const llvm::Value *base = gep.getPointerOperand();
  llvm::SmallMapVector<llvm::Value *, llvm::APInt, 4> variables;
  llvm::APInt constant(64, 0);
  if (!gep.collectOffset(layout, 64, variables, constant) ||
      variables.size() > 1 || !gep.getType()->isPointerTy()) {
    unit.fail("an address of an unknown form");
    return {};
  }
  Address address;
  int64_t offset = constant.getSExtValue();
  const ValueInfo *local = isa<llvm::Constant>(base) ? nullptr : &infoOf(base);
  if (local && local->isAddress) {
    address.mem = Mem::at(RBP, local->slot);
  } else {
    address.mem = Mem::at(useInt(base));
    address.used[0] = base;
  }
  int64_t sum = int64_t(address.mem.disp) + offset;
  if (sum == int32_t(sum)) {
    address.mem.disp = int32_t(sum);
  } else {
    // Far away: the base and the offset become one register.
    Reg far = allocateInt();
    as.lea(far, address.mem);
    as.movImm(scratch, offset);
    as.alu(Alu::Add, 8, far, scratch);
    address.mem = Mem::at(far);
  }
  if (variables.empty())
    return address;

  auto &[index, scale] = variables.front();
  PartType type = partOf(index);
  if (isa<llvm::Constant>(index) || type.isFloat) {
    unit.fail("an index of an unknown form");
    return address;
  }
  address.used[1] = index;
  Reg reg;
  if (type.width < 8) {
    Source source = sourceOf(index);
    reg = allocateInt();
    if (source.kind == Source::Slot)
      as.loadSigned(type.width, 8, reg, Mem::at(RBP, source.slot));
    else
      as.signExtend(type.width, 8, reg, Reg(source.reg));
  } else {
    reg = useInt(index);
  }
  uint64_t factor = scale.getZExtValue();
  switch (factor) {
  case 1:
  case 2:
  case 4:
  case 8:
    address.mem.scale = uint8_t(llvm::countr_zero(factor));
    break;
  default: {
    Reg product = allocateInt();
    if (int64_t(factor) == int32_t(factor)) {
      as.imul(8, product, reg, int32_t(factor));
    } else {
      as.movImm(product, int64_t(factor));
      as.imul(8, product, reg);
    }
    reg = product;
    break;
  }
  }
  address.mem.index = reg;
  return address;
}

void FunctionCompiler::releaseAddress(const Address &address) {
  release(address.used[0]);
  release(address.used[1]);
}

void FunctionCompiler::compileGEP(const llvm::GetElementPtrInst &inst) {
  if (!inst.getType()->isPointerTy()) {
    unit.fail("a vector of addresses");
    return;
  }
  if (isFused(inst))
    return;
  Address address = addressOfGEP(cast<llvm::GEPOperator>(inst));
  Mem &mem = address.mem;
  if (mem.base == RBP && mem.index == NoReg && !valueIndices.count(&inst)) {
    // Still an address in the frame.
    ValueInfo info;
    info.slot = mem.disp;
    info.isAddress = true;
    valueIndices[&inst] = values.size();
    values.push_back(info);
    return;
  }
  releaseAddress(address);
  if (mem.index == NoReg && mem.disp == 0) {
    defineInt(&inst, Reg(reuse(mem.base)));
    return;
  }
  Reg reg = mem.base;
  if (mem.base == RBP || (owned & (uint32_t(1) << mem.base)))
    reg = allocateInt();
  as.lea(reg, mem);
  defineInt(&inst, reg);
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

/// True if the one use of \p load comes soon, before anything that can change
/// the memory: it will read the memory itself.
bool FunctionCompiler::canReadLater(const llvm::LoadInst &load) {
  if (!load.hasOneUse() || load.isVolatile())
    return false;
  auto *user = cast<llvm::Instruction>(load.user_back());
  if (user->getParent() != load.getParent() ||
      isa<llvm::PHINode, llvm::GetElementPtrInst>(user))
    return false;
  if (auto *compare = dyn_cast<llvm::CmpInst>(user);
      compare && isFused(*compare))
    user = compare->getNextNode();
  constexpr unsigned mostSteps = 6;
  const llvm::Instruction *inst = load.getNextNode();
  for (unsigned i = 0; i < mostSteps; ++i, inst = inst->getNextNode()) {
    if (inst == user)
      return true;
    if (!inst || inst->mayWriteToMemory())
      return false;
  }
  return false;
}

void FunctionCompiler::compileLoad(const llvm::LoadInst &inst) {
  llvm::SmallVector<PartType, 4> parts;
  if (!unit.getParts(inst.getType(), parts)) {
    unit.fail("a load of an unknown type");
    return;
  }
  Address address = addressOf(inst.getPointerOperand());
  uint32_t index = getValue(&inst);
  if (parts.size() == 1 && address.mem.base == RBP &&
      address.mem.index == NoReg && !values[index].isGlobal &&
      canReadLater(inst)) {
    releaseAddress(address);
    values[index].slot = address.mem.disp;
    return;
  }
  llvm::SmallVector<RegID, 4> regs;
  bool isLast = parts.size() == 1;
  if (isLast)
    releaseAddress(address);
  for (const PartType &part : parts) {
    RegID reg = address.mem.base;
    bool canReuse = isLast && !part.isFloat && !address.isSymbol &&
                    reg != RBP && !(owned & (uint32_t(1) << reg));
    if (!canReuse)
      reg = allocate(part.isFloat);
    withAddress(address, part.offset, [&](const Mem &mem) {
      if (part.isFloat)
        as.loadXmm(part.width, reg - firstXmm, mem);
      else
        as.load(part.width, Reg(reg), mem);
    });
    regs.push_back(reg);
  }
  if (!isLast)
    releaseAddress(address);
  for (unsigned i = 0, e = regs.size(); i < e; ++i)
    define(&inst, regs[i], i);
}

void FunctionCompiler::compileStore(const llvm::StoreInst &inst) {
  const llvm::Value *value = inst.getValueOperand();
  llvm::SmallVector<PartType, 4> parts;
  if (!unit.getParts(value->getType(), parts)) {
    unit.fail("a store of an unknown type");
    return;
  }
  Address address = addressOf(inst.getPointerOperand());
  bool isFenced =
      inst.getOrdering() == llvm::AtomicOrdering::SequentiallyConsistent;
  for (unsigned i = 0, e = parts.size(); i < e; ++i) {
    const PartType &part = parts[i];
    Source source = sourceOf(value, i);
    if (source.kind == Source::Immediate &&
        source.value == int32_t(source.value)) {
      withAddress(address, part.offset, [&](const Mem &mem) {
        as.storeImm(part.width, mem, int32_t(source.value));
      });
      continue;
    }
    RegID reg = scratch;
    if (source.kind == Source::Register)
      reg = source.reg;
    else
      loadSource(source, reg, Extend::None, part.width);
    withAddress(address, part.offset, [&](const Mem &mem) {
      if (reg >= firstXmm)
        as.storeXmm(part.width, mem, reg - firstXmm);
      else
        as.store(part.width, mem, Reg(reg));
    });
  }
  if (isFenced)
    as.mfence();
  release(value);
  releaseAddress(address);
}

//===----------------------------------------------------------------------===//
// Copying and filling
//===----------------------------------------------------------------------===//

static constexpr uint64_t mostInline = 128;

/// Calls \p emit(width, offset) for pieces that make up \p size bytes.
template <typename Emit>
static void forPieces(uint64_t size, Emit emit) {
  uint64_t offset = 0;
  for (unsigned width : {16u, 8u, 4u, 2u, 1u})
    for (; size - offset >= width; offset += width)
      emit(width, uint32_t(offset));
}

void FunctionCompiler::compileMemCpy(const llvm::CallInst &call,
                                     llvm::StringRef name) {
  const llvm::Value *target = call.getArgOperand(0);
  const llvm::Value *source = call.getArgOperand(1);
  auto *size = dyn_cast<llvm::ConstantInt>(call.getArgOperand(2));
  if (name == "memcpy" && size && size->getZExtValue() <= mostInline) {
    Address to = addressOf(target), from = addressOf(source);
    forPieces(size->getZExtValue(), [&](unsigned width, uint32_t offset) {
      bool isVector = width == 16;
      withAddress(from, offset, [&](const Mem &mem) {
        if (isVector)
          as.loadXmm(width, scratchXmm, mem);
        else
          as.load(width, scratch, mem);
      });
      withAddress(to, offset, [&](const Mem &mem) {
        if (isVector)
          as.storeXmm(width, mem, scratchXmm);
        else
          as.store(width, mem, scratch);
      });
    });
    releaseAddress(to);
    releaseAddress(from);
    return;
  }
  Argument arguments[] = {{sourceOf(target)},
                          {sourceOf(source)},
                          {sourceOf(call.getArgOperand(2))}};
  for (unsigned i = 0; i < 3; ++i)
    release(call.getArgOperand(i));
  emitCall({unit.getExternal(name), false, {}}, arguments, call);
}

void FunctionCompiler::compileMemSet(const llvm::CallInst &call) {
  const llvm::Value *target = call.getArgOperand(0);
  int64_t byte;
  auto *size = dyn_cast<llvm::ConstantInt>(call.getArgOperand(2));
  if (getConstantBits(call.getArgOperand(1), 0, byte) && size &&
      size->getZExtValue() <= mostInline) {
    Address to = addressOf(target);
    uint64_t pattern = uint8_t(byte) * uint64_t(0x0101010101010101);
    if (size->getZExtValue() >= 16)
      loadFloat(scratchXmm, 8, pattern);
    if (size->getZExtValue() >= 16 && pattern)
      as.unpackLow(scratchXmm, scratchXmm);
    if (size->getZExtValue() % 16)
      as.movImm(scratch, int64_t(pattern));
    forPieces(size->getZExtValue(), [&](unsigned width, uint32_t offset) {
      withAddress(to, offset, [&](const Mem &mem) {
        if (width == 16)
          as.storeXmm(width, mem, scratchXmm);
        else
          as.store(width, mem, scratch);
      });
    });
    releaseAddress(to);
    return;
  }
  Argument arguments[] = {{sourceOf(target)},
                          {sourceOf(call.getArgOperand(1)), Extend::Zero},
                          {sourceOf(call.getArgOperand(2))}};
  for (unsigned i = 0; i < 3; ++i)
    release(call.getArgOperand(i));
  emitCall({unit.getExternal("memset"), false, {}}, arguments, call);
}
