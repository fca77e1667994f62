//===- Calls.cpp - calls and parameters -----------------------------------===//
//
// The calling convention of System V for what FLUX passes: integers, pointers
// and floats, and structs as their elements.  All registers belong to the
// callee, so that a call saves what is still needed, and functions save
// nothing.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/Constants.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

static constexpr Reg intParameters[] = {RDI, RSI, RDX, RCX, R8, R9};
static constexpr unsigned numFloatParameters = 8;

bool FunctionCompiler::hasKnownParameters(const llvm::AttributeList &attributes,
                                          const llvm::FunctionType *type,
                                          llvm::CallingConv::ID convention) {
  if (type->isVarArg() || convention != llvm::CallingConv::C)
    return false;
  for (unsigned i = 0, e = type->getNumParams(); i < e; ++i) {
    llvm::AttributeSet set = attributes.getParamAttrs(i);
    if (!set.hasAttributes())
      continue;
    for (auto kind : {llvm::Attribute::ByVal, llvm::Attribute::StructRet,
                      llvm::Attribute::InReg, llvm::Attribute::Nest,
                      llvm::Attribute::InAlloca, llvm::Attribute::Preallocated,
                      llvm::Attribute::SwiftSelf, llvm::Attribute::SwiftError,
                      llvm::Attribute::SwiftAsync})
      if (set.hasAttribute(kind))
        return false;
  }
  return true;
}

static Extend getExtend(llvm::AttributeSet attributes) {
  return attributes.hasAttribute(llvm::Attribute::ZExt)   ? Extend::Zero
         : attributes.hasAttribute(llvm::Attribute::SExt) ? Extend::Sign
                                                          : Extend::None;
}

void FunctionCompiler::bindArguments(const llvm::Function &function) {
  unsigned numInts = 0, numFloats = 0;
  constexpr int32_t firstOnStack = 16; // behind frame pointer, return address
  int32_t onStack = firstOnStack;
  // Nothing is stored before all registers are known to hold something.
  llvm::SmallVector<std::pair<uint32_t, RegID>, 16> inRegisters;
  for (const llvm::Argument &argument : function.args()) {
    uint32_t index = getValue(&argument);
    for (unsigned i = 0, e = values[index].numParts; i < e; ++i) {
      ValueInfo &info = values[index + i];
      if (info.isFloat ? numFloats < numFloatParameters
                       : numInts < std::size(intParameters)) {
        RegID reg = info.isFloat ? firstXmm + numFloats++
                                 : RegID(intParameters[numInts++]);
        inRegisters.push_back({index + i, reg});
        continue;
      }
      // Its place in the caller's frame serves as its slot.
      info.slot = onStack;
      info.ownsSlot = false;
      onStack += 8;
    }
  }
  for (auto [index, reg] : inRegisters) {
    const ValueInfo &info = values[index];
    if (!info.isGlobal && !info.uses)
      continue;
    bind(index, reg);
    if (!info.isGlobal)
      continue;
    Mem slot = Mem::at(RBP, info.slot);
    if (info.isFloat)
      as.storeXmm(info.width, slot, reg - firstXmm);
    else
      as.store(info.width, slot, Reg(reg));
  }
}

void FunctionCompiler::addArguments(const llvm::CallInst &call,
                                    llvm::SmallVectorImpl<Argument> &arguments,
                                    unsigned first) {
  const llvm::AttributeList &attributes = call.getAttributes();
  const llvm::Function *callee = call.getCalledFunction();
  for (unsigned i = first, e = call.arg_size(); i < e; ++i) {
    const llvm::Value *value = call.getArgOperand(i);
    PartType type;
    if (UnitBuilder::getScalar(value->getType(), type)) {
      Argument &argument = arguments.emplace_back(Argument{sourceOf(value)});
      if (type.width < 4) {
        argument.extend = getExtend(attributes.getParamAttrs(i));
        if (argument.extend == Extend::None && callee)
          argument.extend = getExtend(callee->getAttributes().getParamAttrs(i));
      }
      continue;
    }
    llvm::SmallVector<PartType, 4> parts;
    if (!unit.getParts(value->getType(), parts)) {
      unit.fail("an argument of an unknown type");
      return;
    }
    for (unsigned part = 0; part < parts.size(); ++part)
      arguments.push_back({sourceOf(value, part)});
  }
}

void FunctionCompiler::compileCall(const llvm::CallInst &call) {
  if (call.isInlineAsm() || call.isMustTailCall() || call.hasOperandBundles()) {
    unit.fail("a call of an unknown kind");
    return;
  }
  const llvm::Function *function = call.getCalledFunction();
  const CalleeInfo *callee = function ? &unit.getCallee(function) : nullptr;
  if (callee && callee->kind == CalleeInfo::Intrinsic)
    return compileIntrinsic(call);
  if (callee && callee->kind != CalleeInfo::Call &&
      (callee->kind == CalleeInfo::Trap ? compileTrap(call, *callee)
                                        : compileCheck(call, *callee)))
    return;
  if (callee ? !callee->isSupported
             : !hasKnownParameters(call.getAttributes(), call.getFunctionType(),
                                   call.getCallingConv())) {
    unit.fail("parameters that are passed in an unknown way");
    return;
  }
  llvm::SmallVector<Argument, 8> arguments;
  addArguments(call, arguments);
  Target target;
  if (callee) {
    target.symbol = callee->symbol;
  } else {
    target.isIndirect = true;
    target.pointer = sourceOf(call.getCalledOperand());
  }
  releaseOperands(call);
  emitCall(target, arguments, call);
}

/// Calls \p target; the operands of \p call are released already.
void FunctionCompiler::emitCall(const Target &target,
                                llvm::ArrayRef<Argument> arguments,
                                const llvm::CallInst &call) {
  if (!call.doesNotReturn())
    spillAll();
  llvm::SmallVector<Move, 16> moves;
  unsigned numInts = 0, numFloats = 0;
  uint32_t onStack = 0;
  for (const Argument &argument : arguments) {
    const Source &source = argument.source;
    if (source.isFloat ? numFloats < numFloatParameters
                       : numInts < std::size(intParameters)) {
      RegID reg = source.isFloat ? firstXmm + numFloats++
                                 : RegID(intParameters[numInts++]);
      moves.push_back({reg, source, argument.extend});
      continue;
    }
    Mem place = Mem::at(RSP, int32_t(onStack));
    onStack += 8;
    if (source.kind == Source::Register && source.isFloat) {
      as.storeXmm(source.width, place, source.reg - firstXmm);
      continue;
    }
    if (source.kind == Source::Register && source.width >= 4) {
      as.store(source.width, place, Reg(source.reg));
      continue;
    }
    loadSource(source, scratch, argument.extend, source.width);
    if (source.kind == Source::Register && argument.extend == Extend::Zero)
      as.zeroExtend(source.width, scratch, scratch);
    if (source.kind == Source::Register && argument.extend == Extend::Sign)
      as.signExtend(source.width, 4, scratch, scratch);
    as.store(8, place, scratch);
  }
  outgoingSize = std::max<uint64_t>(outgoingSize, onStack);
  if (target.isIndirect)
    moves.push_back({RAX, target.pointer});
  moveAll(moves);
  if (target.isIndirect)
    as.call(RAX);
  else
    unit.relocate(as.call(), target.symbol);
  unit.addCall(call.getDebugLoc().get());
  forgetRegisters();
  pinned = 0;
  if (!call.getType()->isVoidTy())
    defineResult(call);
}

void FunctionCompiler::defineResult(const llvm::CallInst &call) {
  static constexpr Reg ints[] = {RAX, RDX, RCX};
  llvm::SmallVector<PartType, 4> parts;
  if (!unit.getParts(call.getType(), parts)) {
    unit.fail("a result of an unknown type");
    return;
  }
  unsigned numInts = 0, numFloats = 0;
  for (unsigned i = 0, e = parts.size(); i < e; ++i) {
    if (parts[i].isFloat ? numFloats >= 2 : numInts >= std::size(ints)) {
      unit.fail("a result of too many parts");
      return;
    }
    define(&call,
           parts[i].isFloat ? firstXmm + numFloats++ : RegID(ints[numInts++]),
           i);
  }
}
