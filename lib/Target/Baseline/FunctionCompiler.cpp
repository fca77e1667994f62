//===- FunctionCompiler.cpp - blocks, branches and the frame --------------===//
//
// Code for a function is written once, from its first block to its last.  What
// is not known yet is filled in when it is: the size of the frame, and jumps to
// blocks that come later.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/MathExtras.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

void FunctionCompiler::run(const llvm::Function &function) {
  if (!hasKnownParameters(function.getAttributes(), function.getFunctionType(),
                          function.getCallingConv()) ||
      function.hasPersonalityFn() || function.hasGC() ||
      function.hasPrefixData() || function.hasPrologueData()) {
    unit.fail("a function of an unknown kind");
    return;
  }
  valueIndices.clear();
  values.clear();
  snapshots.clear();
  fixups.clear();
  stubs.clear();
  freeSlots.clear();
  frameSize = outgoingSize = 0;
  orderBlocks(function);
  enterFunction(function);
  for (size_t i = 0, e = order.size(); i < e && !unit.hasFailed(); ++i) {
    next = i + 1 < e ? order[i + 1] : nullptr;
    compileBlock(order[i]);
  }
  if (unit.hasFailed())
    return;
  forgetRegisters();
  emitStubs();
  for (const Fixup &fixup : fixups)
    as.patch(fixup.at, blocks[fixup.block].offset);
  leaveFunction();
}

/// Cold blocks go behind all others; regions are runs of the rest.
void FunctionCompiler::orderBlocks(const llvm::Function &function) {
  blocks.assign(function.getMaxBlockNumber(), BlockInfo());
  order.clear();
  for (const llvm::BasicBlock &block : function)
    for (const llvm::BasicBlock *successor : llvm::successors(&block)) {
      BlockInfo &info = infoOf(successor);
      ++info.numEntries;
      info.from = &block;
    }
  llvm::SmallVector<const llvm::BasicBlock *> coldBlocks;
  uint32_t region = 0;
  for (const llvm::BasicBlock &block : function) {
    BlockInfo &info = infoOf(&block);
    bool isEntry = order.empty();
    if (!isEntry && info.numEntries == 1 &&
        isa<llvm::UnreachableInst>(block.getTerminator()) && !hasPhis(&block)) {
      info.isCold = true;
      coldBlocks.push_back(&block);
      continue;
    }
    // The first block continues the prologue.
    info.continues =
        isEntry || (info.numEntries == 1 && info.from == order.back());
    if (!info.continues)
      ++region;
    info.region = region;
    order.push_back(&block);
  }
  // A cold block belongs to where it is entered from.
  for (const llvm::BasicBlock *block : coldBlocks)
    infoOf(block).region = infoOf(infoOf(block).from).region;
  order.append(coldBlocks);
}

bool FunctionCompiler::hasPhis(const llvm::BasicBlock *block) {
  return isa<llvm::PHINode>(block->front());
}

//===----------------------------------------------------------------------===//
// The frame
//===----------------------------------------------------------------------===//

void FunctionCompiler::enterFunction(const llvm::Function &function) {
  as.push(RBP);
  as.mov(8, RBP, RSP);
  frameSizeAt = as.offset();
  constexpr int32_t anyLarge = 0x1000; // takes the form with 4 bytes
  as.alu(Alu::Sub, 8, RSP, anyLarge);
  bindArguments(function);
  endInstruction();
}

void FunctionCompiler::leaveFunction() {
  constexpr uint32_t pageSize = 4096, sizeOfSub = 7, sizeOfOpcode = 3;
  uint64_t size = llvm::alignTo(frameSize + outgoingSize, 16);
  if (size > INT32_MAX) {
    unit.fail("a frame of more than 1 GiB");
    return;
  }
  as.write32(frameSizeAt + sizeOfOpcode, uint32_t(size));
  if (size < pageSize)
    return;
  // The guard page must be met: a large frame is made page by page, behind the
  // function, because its size was not known at the start.
  uint32_t code = as.offset();
  uint32_t numPages = uint32_t(size / pageSize);
  as.movImm(scratch, numPages);
  uint32_t loop = as.offset();
  as.alu(Alu::Sub, 8, RSP, int32_t(pageSize));
  as.storeImm(8, Mem::at(RSP), 0);
  as.alu(Alu::Sub, 4, scratch, 1);
  as.jumpTo(Cond::NE, loop);
  if (size % pageSize)
    as.alu(Alu::Sub, 8, RSP, int32_t(size % pageSize));
  as.jumpTo(frameSizeAt + sizeOfSub);
  as.overwriteWithJump(frameSizeAt, sizeOfSub, code);
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileBlock(const llvm::BasicBlock *block) {
  BlockInfo &info = infoOf(block);
  info.offset = as.offset();
  current = block;
  if (!info.continues)
    forgetRegisters();
  if (info.isCold)
    enterColdBlock(info);
  for (const llvm::Instruction &inst : *block) {
    if (inst.isTerminator())
      compileTerminator(inst);
    else
      compileInstruction(inst);
    endInstruction();
    if (unit.hasFailed())
      return;
  }
}

void FunctionCompiler::enterColdBlock(const BlockInfo &info) {
  inColdBlock = true;
  constexpr uint32_t many = UINT32_MAX / 2;
  for (uint32_t i = 0; i < info.numSnapshots; ++i) {
    const Snapshot &snapshot = snapshots[info.firstSnapshot + i];
    ValueInfo &value = values[snapshot.value];
    value.uses = many;
    value.slot = snapshot.slot;
    value.ownsSlot = false;
    if (snapshot.reg != NoReg)
      bind(snapshot.value, snapshot.reg);
  }
}

/// Notes where the values are that the cold successors of a block use.
void FunctionCompiler::takeSnapshots(const llvm::Instruction &terminator) {
  for (const llvm::BasicBlock *successor : llvm::successors(&terminator)) {
    BlockInfo &info = infoOf(successor);
    if (!info.isCold)
      continue;
    info.firstSnapshot = snapshots.size();
    for (const llvm::Instruction &inst : *successor)
      for (const llvm::Value *operand : inst.operand_values()) {
        auto *definition = dyn_cast<llvm::Instruction>(operand);
        if (definition ? definition->getParent() == successor
                       : !isa<llvm::Argument>(operand))
          continue;
        uint32_t index = getValue(operand);
        for (unsigned i = 0, e = values[index].numParts; i < e; ++i)
          if (!values[index + i].isAddress)
            snapshots.push_back(
                {index + i, values[index + i].reg, values[index + i].slot});
      }
    info.numSnapshots = snapshots.size() - info.firstSnapshot;
  }
}

/// Says that the uses at the end of the current block are done: those by the
/// phis and cold blocks that it leads to.
void FunctionCompiler::finishEdges(const llvm::Instruction &terminator) {
  for (const llvm::BasicBlock *successor : llvm::successors(&terminator)) {
    if (infoOf(successor).isCold) {
      for (const llvm::Instruction &inst : *successor)
        for (const llvm::Value *operand : inst.operand_values()) {
          auto *definition = dyn_cast<llvm::Instruction>(operand);
          if (!definition || definition->getParent() != successor)
            release(operand);
        }
      continue;
    }
    for (const llvm::PHINode &phi : successor->phis())
      release(getIncoming(phi));
  }
}

//===----------------------------------------------------------------------===//
// Jumps
//===----------------------------------------------------------------------===//

void FunctionCompiler::addFixup(uint32_t at, const llvm::BasicBlock *target) {
  fixups.push_back({at, target->getNumber()});
}

void FunctionCompiler::jumpTo(const llvm::BasicBlock *target) {
  if (target == next)
    return;
  if (infoOf(target).offset != UINT32_MAX)
    as.jumpTo(infoOf(target).offset);
  else
    addFixup(as.jump(), target);
}

void FunctionCompiler::jumpOut(Flags flags,
                               llvm::SmallVectorImpl<uint32_t> &jumps) {
  switch (flags.parity) {
  case Flags::Ignored:
    jumps.push_back(as.jump(negate(flags.cond)));
    return;
  case Flags::AndNot:
    jumps.push_back(as.jump(negate(flags.cond)));
    jumps.push_back(as.jump(Cond::P));
    return;
  case Flags::Or: {
    uint32_t holds = as.shortJump(Cond::P);
    jumps.push_back(as.jump(negate(flags.cond)));
    as.patchShort(holds);
    return;
  }
  }
}

void FunctionCompiler::patchAll(llvm::ArrayRef<uint32_t> jumps) {
  for (uint32_t at : jumps)
    as.patch(at, as.offset());
}

void FunctionCompiler::jumpIf(Flags flags, const llvm::BasicBlock *target) {
  auto jump = [&](Cond cond) {
    if (infoOf(target).offset != UINT32_MAX)
      as.jumpTo(cond, infoOf(target).offset);
    else
      addFixup(as.jump(cond), target);
  };
  if (flags.parity == Flags::AndNot) {
    uint32_t fails = as.shortJump(Cond::P);
    jump(flags.cond);
    as.patchShort(fails);
    return;
  }
  if (flags.parity == Flags::Or)
    jump(Cond::P);
  jump(flags.cond);
}

void FunctionCompiler::jumpUnless(Flags flags, const llvm::BasicBlock *target) {
  switch (flags.parity) {
  case Flags::Ignored:
    jumpIf({negate(flags.cond)}, target);
    return;
  case Flags::AndNot:
    jumpIf({negate(flags.cond), Flags::Or}, target);
    return;
  case Flags::Or:
    jumpIf({negate(flags.cond), Flags::AndNot}, target);
    return;
  }
}

//===----------------------------------------------------------------------===//
// Phis
//===----------------------------------------------------------------------===//

void FunctionCompiler::copyToSlot(const Source &source, int32_t slot,
                                  unsigned width) {
  Mem mem = Mem::at(RBP, slot);
  if (source.kind == Source::Register && source.reg >= firstXmm) {
    as.storeXmm(width, mem, source.reg - firstXmm);
    return;
  }
  if (source.kind == Source::Immediate &&
      source.value == int32_t(source.value)) {
    as.storeImm(width, mem, int32_t(source.value));
    return;
  }
  Reg reg = scratch;
  if (source.kind == Source::Register)
    reg = Reg(source.reg);
  else
    loadSource(source, reg, Extend::None, width);
  as.store(width, mem, reg);
}

/// What \p phi becomes when it is reached from the current block.  Blocks come
/// mostly in the order in which the phi names them, and there may be thousands:
/// the search goes on where the last one ended.
const llvm::Value *FunctionCompiler::getIncoming(const llvm::PHINode &phi) {
  uint32_t &last = infoOf(&phi).uses;
  unsigned count = phi.getNumIncomingValues();
  for (unsigned i = 0; i < count; ++i) {
    unsigned index = (last + i) % count;
    if (phi.getIncomingBlock(index) != current)
      continue;
    last = index;
    return phi.getIncomingValue(index);
  }
  llvm_unreachable("an edge that a phi does not know");
}

/// Gives the phis of \p to their values for an edge from the current block.
/// Changes neither registers that hold values nor what is known about them,
/// because it may stand behind a conditional jump.
void FunctionCompiler::copyToPhis(const llvm::BasicBlock *to) {
  struct Copy {
    Source source;
    int32_t slot;
    uint8_t width;
  };
  llvm::SmallVector<Copy, 8> copies;
  bool overlaps = false;
  unsigned numPhis = 0;
  for (const llvm::PHINode &phi : to->phis()) {
    const llvm::Value *incoming = getIncoming(phi);
    ++numPhis;
    if (incoming == &phi)
      continue;
    auto *other = dyn_cast<llvm::PHINode>(incoming);
    overlaps |= other && other->getParent() == to;
    uint32_t index = getValue(&phi);
    for (unsigned i = 0, e = values[index].numParts; i < e; ++i)
      copies.push_back({sourceOf(incoming, i), values[index + i].slot,
                        values[index + i].width});
  }
  if (overlaps && numPhis > 1) {
    // One phi may be the source of another: by way of other slots.
    for (Copy &copy : copies) {
      int32_t aside = newOwnSlot(8, 8);
      copyToSlot(copy.source, aside, copy.width);
      copy.source.kind = Source::Slot;
      copy.source.slot = aside;
    }
  }
  for (const Copy &copy : copies)
    copyToSlot(copy.source, copy.slot, copy.width);
}

//===----------------------------------------------------------------------===//
// Terminators
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileTerminator(const llvm::Instruction &inst) {
  switch (inst.getOpcode()) {
  case llvm::Instruction::Br:
    compileBranch(cast<llvm::BranchInst>(inst));
    break;
  case llvm::Instruction::Switch:
    compileSwitch(cast<llvm::SwitchInst>(inst));
    break;
  case llvm::Instruction::Ret:
    compileReturn(cast<llvm::ReturnInst>(inst));
    break;
  case llvm::Instruction::Unreachable: {
    // Nothing is needed behind a call that does not return, but its return
    // address must not belong to another function.
    as.ud2();
    break;
  }
  default:
    unit.fail(llvm::Twine("the instruction '") + inst.getOpcodeName() + "'");
    return;
  }
  finishEdges(inst);
}

/// Goes on at \p target, with its phis.
void FunctionCompiler::edgeTo(const llvm::BasicBlock *target) {
  copyToPhis(target);
  jumpTo(target);
}

void FunctionCompiler::compileBranch(const llvm::BranchInst &branch) {
  if (branch.isUnconditional()) {
    takeSnapshots(branch);
    edgeTo(branch.getSuccessor(0));
    return;
  }
  const llvm::BasicBlock *onTrue = branch.getSuccessor(0);
  const llvm::BasicBlock *onFalse = branch.getSuccessor(1);
  const llvm::Value *condition = branch.getCondition();
  int64_t known;
  if (onTrue == onFalse || getConstantBits(condition, 0, known)) {
    bool first = onTrue == onFalse || known;
    if (auto *inst = dyn_cast<llvm::CmpInst>(condition); inst && isFused(*inst))
      releaseOperands(*inst);
    else
      release(condition);
    takeSnapshots(branch);
    edgeTo(first ? onTrue : onFalse);
    return;
  }
  Flags flags = conditionOf(condition);
  takeSnapshots(branch);
  if (hasPhis(onTrue)) {
    llvm::SmallVector<uint32_t, 2> elsewhere;
    jumpOut(flags, elsewhere);
    copyToPhis(onTrue);
    // What follows is the other edge.
    const llvm::BasicBlock *after = std::exchange(next, nullptr);
    jumpTo(onTrue);
    next = after;
    patchAll(elsewhere);
    edgeTo(onFalse);
  } else if (onTrue == next && !hasPhis(onFalse)) {
    jumpUnless(flags, onFalse);
  } else {
    jumpIf(flags, onTrue);
    edgeTo(onFalse);
  }
}

void FunctionCompiler::compileSwitch(const llvm::SwitchInst &inst) {
  unsigned width = partOf(inst.getCondition()).width;
  Reg value = useInt(inst.getCondition());
  if (width < 4) {
    // Compared as 4 bytes, whatever the width.
    as.signExtend(width, 4, scratch, value);
    value = scratch;
    width = 4;
  }
  release(inst.getCondition());
  takeSnapshots(inst);
  llvm::SmallVector<std::pair<int64_t, unsigned>> cases;
  for (const auto &item : inst.cases()) {
    const llvm::ConstantInt *bits = item.getCaseValue();
    cases.push_back({bits->getBitWidth() == 1 ? int64_t(bits->getZExtValue())
                                              : bits->getSExtValue(),
                     item.getSuccessorIndex()});
  }
  llvm::sort(cases);
  compileCases(cases, inst, value, width);
}

/// A tree of comparisons; each leaf compares with a few cases one by one.
void FunctionCompiler::compileCases(
    llvm::ArrayRef<std::pair<int64_t, unsigned>> cases,
    const llvm::SwitchInst &inst, Reg value, unsigned width) {
  auto compareWith = [&](int64_t bits) {
    if (bits == int32_t(bits)) {
      as.alu(Alu::Cmp, width, value, int32_t(bits));
      return;
    }
    as.movImm(scratch, bits);
    as.alu(Alu::Cmp, width, value, scratch);
  };
  constexpr size_t mostInLeaf = 4;
  const llvm::BasicBlock *after = std::exchange(next, nullptr);
  if (cases.size() > mostInLeaf) {
    size_t middle = cases.size() / 2;
    compareWith(cases[middle].first);
    uint32_t upper = as.jump(Cond::GE);
    compileCases(cases.take_front(middle), inst, value, width);
    as.patch(upper, as.offset());
    compileCases(cases.drop_front(middle), inst, value, width);
    next = after;
    return;
  }
  for (auto [bits, successor] : cases) {
    const llvm::BasicBlock *target = inst.getSuccessor(successor);
    compareWith(bits);
    if (!hasPhis(target)) {
      jumpIf({Cond::E}, target);
      continue;
    }
    uint32_t other = as.jump(Cond::NE);
    edgeTo(target);
    as.patch(other, as.offset());
  }
  edgeTo(inst.getDefaultDest());
  next = after;
}

void FunctionCompiler::compileReturn(const llvm::ReturnInst &inst) {
  if (const llvm::Value *value = inst.getReturnValue()) {
    static constexpr Reg ints[] = {RAX, RDX, RCX};
    llvm::SmallVector<PartType, 4> parts;
    llvm::SmallVector<Move, 4> moves;
    if (!unit.getParts(value->getType(), parts)) {
      unit.fail("a result of an unknown type");
      return;
    }
    const llvm::AttributeList &attributes = inst.getFunction()->getAttributes();
    Extend extend = attributes.hasRetAttr(llvm::Attribute::ZExt) ? Extend::Zero
                    : attributes.hasRetAttr(llvm::Attribute::SExt)
                        ? Extend::Sign
                        : Extend::None;
    unsigned numInts = 0, numFloats = 0;
    for (unsigned i = 0, e = parts.size(); i < e; ++i) {
      if (parts[i].isFloat ? numFloats >= 2 : numInts >= std::size(ints)) {
        unit.fail("a result of too many parts");
        return;
      }
      RegID reg =
          parts[i].isFloat ? firstXmm + numFloats++ : RegID(ints[numInts++]);
      moves.push_back({reg, sourceOf(value, i), extend});
    }
    moveAll(moves);
    release(value);
  }
  as.leave();
  as.ret();
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileInstruction(const llvm::Instruction &inst) {
  using llvm::Instruction;
  switch (inst.getOpcode()) {
  case Instruction::Alloca:
    return compileAlloca(cast<llvm::AllocaInst>(inst));
  case Instruction::Load:
    return compileLoad(cast<llvm::LoadInst>(inst));
  case Instruction::Store:
    return compileStore(cast<llvm::StoreInst>(inst));
  case Instruction::GetElementPtr:
    return compileGEP(cast<llvm::GetElementPtrInst>(inst));
  case Instruction::Call:
    return compileCall(cast<llvm::CallInst>(inst));
  case Instruction::ICmp:
  case Instruction::FCmp:
    return compileCompare(cast<llvm::CmpInst>(inst));
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::Mul:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
    return compileBinary(cast<llvm::BinaryOperator>(inst));
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
    return compileShift(cast<llvm::BinaryOperator>(inst));
  case Instruction::SDiv:
  case Instruction::UDiv:
  case Instruction::SRem:
  case Instruction::URem:
    return compileDivision(cast<llvm::BinaryOperator>(inst));
  case Instruction::FAdd:
  case Instruction::FSub:
  case Instruction::FMul:
  case Instruction::FDiv:
    return compileFloatBinary(cast<llvm::BinaryOperator>(inst));
  case Instruction::FNeg:
    return compileFNeg(cast<llvm::UnaryOperator>(inst));
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::PtrToInt:
  case Instruction::PtrToAddr:
  case Instruction::IntToPtr:
    return compileCast(cast<llvm::CastInst>(inst));
  case Instruction::BitCast:
  case Instruction::FPTrunc:
  case Instruction::FPExt:
  case Instruction::FPToUI:
  case Instruction::FPToSI:
  case Instruction::UIToFP:
  case Instruction::SIToFP:
    return compileFloatCast(cast<llvm::CastInst>(inst));
  case Instruction::Select:
    return compileSelect(cast<llvm::SelectInst>(inst));
  case Instruction::Freeze:
    return copyValue(inst.getOperand(0), inst);
  case Instruction::PHI:
    // Its slot is filled by the blocks that lead here.
    getValue(&inst);
    return;
  case Instruction::ExtractValue: {
    auto &extract = cast<llvm::ExtractValueInst>(inst);
    llvm::Type *type = extract.getAggregateOperand()->getType();
    llvm::SmallVector<PartType, 4> parts, own;
    if (extract.getNumIndices() != 1 || !type->isStructTy()) {
      unit.fail("an aggregate within an aggregate");
      return;
    }
    unsigned index = extract.getIndices()[0];
    for (unsigned i = 0; i < index; ++i)
      unit.getParts(type->getStructElementType(i), parts);
    if (!unit.getParts(inst.getType(), own)) {
      unit.fail("a value of an unknown type");
      return;
    }
    llvm::SmallVector<RegID, 4> regs;
    for (unsigned i = 0, e = own.size(); i < e; ++i)
      regs.push_back(use(extract.getAggregateOperand(), parts.size() + i));
    release(extract.getAggregateOperand());
    for (unsigned i = 0, e = own.size(); i < e; ++i)
      define(&inst, reuse(regs[i]), i);
    return;
  }
  case Instruction::InsertValue: {
    auto &insert = cast<llvm::InsertValueInst>(inst);
    llvm::Type *type = insert.getType();
    if (insert.getNumIndices() != 1 || !type->isStructTy()) {
      unit.fail("an aggregate within an aggregate");
      return;
    }
    unsigned index = insert.getIndices()[0];
    llvm::SmallVector<PartType, 4> before, own, all;
    for (unsigned i = 0; i < index; ++i)
      unit.getParts(type->getStructElementType(i), before);
    unit.getParts(insert.getInsertedValueOperand()->getType(), own);
    if (!unit.getParts(type, all)) {
      unit.fail("a value of an unknown type");
      return;
    }
    llvm::SmallVector<RegID, 4> regs;
    for (unsigned i = 0, e = all.size(); i < e; ++i) {
      bool isNew = i >= before.size() && i < before.size() + own.size();
      regs.push_back(
          isNew ? use(insert.getInsertedValueOperand(), i - before.size())
                : use(insert.getAggregateOperand(), i));
    }
    releaseOperands(insert);
    for (unsigned i = 0, e = all.size(); i < e; ++i)
      define(&inst, reuse(regs[i]), i);
    return;
  }
  case Instruction::Fence:
    as.mfence();
    return;
  default:
    unit.fail(llvm::Twine("the instruction '") + inst.getOpcodeName() + "'");
  }
}
