//===- Checks.cpp - checked arithmetic, bounds and traps ------------------===//
//
// The LLVM IR for -O0 has a call for each check, because that is what LLVM
// compiles fastest (runtime/rt/Checked.cpp).  Here the check is an instruction
// and a jump; what it jumps to stands behind the function and calls the trap
// with the same operands from the same place.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/Constants.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::isa;

bool FunctionCompiler::compileCheck(const llvm::CallInst &call,
                                    const CalleeInfo &callee) {
  Stub stub;
  auto *site = llvm::dyn_cast<llvm::Constant>(call.getArgOperand(0));
  if (!site || !unit.getAddress(site, stub.base, stub.site) || stub.site < 0)
    return false;
  stub.location = call.getDebugLoc().get();
  stub.trap = unit.getExternal(
      callee.kind == CalleeInfo::CheckRange ? "flux_trap3" : "flux_trap2");
  switch (callee.kind) {
  case CalleeInfo::CheckedAdd:
  case CalleeInfo::CheckedSub:
    compileCheckedSum(call, callee, stub);
    break;
  case CalleeInfo::CheckedMul:
    compileCheckedProduct(call, stub);
    break;
  case CalleeInfo::CheckIndex:
  case CalleeInfo::CheckRange: {
    unsigned numValues = call.arg_size() - 1;
    for (unsigned i = 1; i < numValues; ++i) {
      const llvm::Value *lhs = call.getArgOperand(i);
      Reg left = useInt(lhs);
      Operand right = operand(call.getArgOperand(i + 1));
      alu(Alu::Cmp, 8, left, right);
      // index >= length; low > high, high > length
      bool isIndex = callee.kind == CalleeInfo::CheckIndex;
      stub.jumps.push_back(as.jump(isIndex ? Cond::AE : Cond::A));
      // The second jump may find the values elsewhere than the first one.
      if (isIndex || numValues == 2)
        continue;
      if (i == 1) {
        Stub first = stub;
        for (unsigned value = 1; value <= numValues; ++value)
          first.values.push_back(sourceOf(call.getArgOperand(value)));
        stubs.push_back(std::move(first));
        stub.jumps.clear();
      }
    }
    for (unsigned i = 1; i <= numValues; ++i)
      stub.values.push_back(sourceOf(call.getArgOperand(i)));
    releaseOperands(call);
    break;
  }
  default:
    return false;
  }
  stubs.push_back(std::move(stub));
  return true;
}

void FunctionCompiler::compileCheckedSum(const llvm::CallInst &call,
                                         const CalleeInfo &callee, Stub &stub) {
  const llvm::Value *lhs = call.getArgOperand(1), *rhs = call.getArgOperand(2);
  bool isAdd = callee.kind == CalleeInfo::CheckedAdd;
  bool isSwapped =
      isAdd && isa<llvm::Constant>(lhs) && !isa<llvm::Constant>(rhs);
  if (isSwapped)
    std::swap(lhs, rhs);
  unsigned width = partOf(&call).width;
  Reg left = useInt(lhs);
  Operand right = operand(rhs, /*exact=*/true);
  Source first = sourceOf(lhs), second = sourceOf(rhs);
  releaseOperands(call);
  Reg dst = left;
  bool isOwned = owned & (uint32_t(1) << left);
  if (isOwned || (right.kind == Operand::Register && right.reg == left)) {
    dst = allocateInt();
    as.mov(8, dst, left);
  } else if (first.kind == Source::Register) {
    // The operand is overwritten; the stub computes it back.
    stub.isUndone = true;
    stub.undo = isAdd ? Alu::Sub : Alu::Add;
    stub.width = width;
    stub.undoOperand = right;
  }
  alu(isAdd ? Alu::Add : Alu::Sub, width, dst, right);
  stub.jumps.push_back(as.jump(callee.isSigned ? Cond::O : Cond::B));
  if (isSwapped)
    std::swap(first, second);
  // Undoing starts from the result, which lies where the operand was.
  stub.values = {first, second};
  if (stub.isUndone)
    stub.undoRegister = dst;
  defineInt(&call, dst);
}

void FunctionCompiler::compileCheckedProduct(const llvm::CallInst &call,
                                             Stub &stub) {
  const llvm::Value *lhs = call.getArgOperand(1), *rhs = call.getArgOperand(2);
  bool isSwapped = isa<llvm::Constant>(lhs) && !isa<llvm::Constant>(rhs);
  if (isSwapped)
    std::swap(lhs, rhs);
  unsigned width = partOf(&call).width;
  Reg left = useInt(lhs);
  Operand right = operand(rhs, /*exact=*/true);
  Source first = sourceOf(lhs), second = sourceOf(rhs);
  releaseOperands(call);
  Reg dst = allocateInt();
  if (right.kind == Operand::Immediate) {
    as.imul(width, dst, left, right.imm);
  } else {
    as.mov(8, dst, left);
    if (right.kind == Operand::Memory)
      as.imul(width, dst, right.mem);
    else
      as.imul(width, dst, right.reg);
  }
  stub.jumps.push_back(as.jump(Cond::O));
  if (isSwapped)
    std::swap(first, second);
  stub.values = {first, second};
  defineInt(&call, dst);
}

/// A call of flux_trapN with a known site.
bool FunctionCompiler::compileTrap(const llvm::CallInst &call,
                                   const CalleeInfo &callee) {
  uint32_t base;
  int64_t site;
  auto *constant = llvm::dyn_cast<llvm::Constant>(call.getArgOperand(0));
  if (!constant || !unit.getAddress(constant, base, site) || site < 0)
    return false;
  Source offset = {Source::Immediate};
  offset.value = site;
  llvm::SmallVector<Argument, 4> arguments = {{offset}};
  addArguments(call, arguments, 1);
  releaseOperands(call);
  emitCall({unit.getThunk(callee.symbol, base), false, {}}, arguments, call);
  return true;
}

void FunctionCompiler::emitStubs() {
  static constexpr Reg parameters[] = {RSI, RDX, RCX};
  for (const Stub &stub : stubs) {
    patchAll(stub.jumps);
    if (stub.isUndone)
      alu(stub.undo, stub.width, stub.undoRegister, stub.undoOperand);
    llvm::SmallVector<Move, 4> moves;
    for (auto [value, reg] : llvm::zip(stub.values, parameters))
      moves.push_back({RegID(reg), value});
    moveAll(moves);
    as.movImm(RDI, stub.site);
    unit.relocate(as.call(), unit.getThunk(stub.trap, stub.base));
    unit.addCall(stub.location);
    as.ud2();
  }
}
