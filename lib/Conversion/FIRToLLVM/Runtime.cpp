//===- Runtime.cpp - built-in functions and the runtime -------------------===//
//
// What `fir.intrinsic` names is either a short sequence of LLVM IR or a call of
// the function of the same name in runtime/rt/rt.h.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Frontend/Builtins.h"
#include "llvm/ADT/StringSwitch.h"

using namespace flux;
using namespace flux::lowering;
using rt::TrapKind;

void FunctionLowering::addRuntimeHandlers() {
  on<fir::IntrinsicOp, &FunctionLowering::lowerIntrinsic>();
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

llvm::Function *
ModuleLowering::getRuntimeFunction(llvm::StringRef name, llvm::Type *result,
                                   llvm::ArrayRef<llvm::Type *> params) {
  if (llvm::Function *known = target.getFunction(name))
    return known;
  auto *function = llvm::Function::Create(
      llvm::FunctionType::get(result, params, /*isVarArg=*/false),
      llvm::GlobalValue::ExternalLinkage, name, target);
  function->setDSOLocal(true);
  function->setDoesNotThrow();
  // Bools are the only bytes among the runtime's parameters.
  for (auto [i, param] : llvm::enumerate(params))
    if (param->isIntegerTy(8))
      function->addParamAttr(i, llvm::Attribute::ZExt);
  if (result->isIntegerTy(1))
    function->addRetAttr(llvm::Attribute::ZExt);

  if (name.starts_with("flux_trap") || name == "flux_process_exit") {
    function->setDoesNotReturn();
    function->addFnAttr(llvm::Attribute::Cold);
  } else if (name == "flux_str_equal" || name == "flux_str_compare" ||
             name == "flux_hash_str") {
    function->setMemoryEffects(
        llvm::MemoryEffects::argMemOnly(llvm::ModRefInfo::Ref));
    function->addFnAttr(llvm::Attribute::WillReturn);
  } else if (name == "flux_alloc" || name == "flux_region_alloc") {
    function->setMemoryEffects(llvm::MemoryEffects::inaccessibleOrArgMemOnly());
    function->addRetAttr(llvm::Attribute::NoAlias);
    function->addRetAttr(llvm::Attribute::NonNull);
    function->addRetAttr(
        llvm::Attribute::getWithAlignment(getContext(), llvm::Align(16)));
  } else if (!name.starts_with("flux_agent_") &&
             !name.starts_with("flux_state_") && name != "flux_region_enter" &&
             name != "flux_region_exit" && name != "flux_region_poison") {
    // The rest touches its arguments and what only the runtime sees.
    bool onlyReads = name.starts_with("flux_print") ||
                     name.starts_with("flux_str_check") ||
                     name == "flux_console_write" || name == "flux_file_write";
    auto effects = llvm::MemoryEffects::inaccessibleOrArgMemOnly();
    if (onlyReads)
      effects = effects.getWithModRef(llvm::IRMemLocation::ArgMem,
                                      llvm::ModRefInfo::Ref);
    function->setMemoryEffects(effects);
  }
  adaptRuntimeFunction(*function);
  return function;
}

llvm::Function *ModuleLowering::getLLVMIntrinsic(llvm::Intrinsic::ID id,
                                                 llvm::Type *type) {
  llvm::Function *&slot = llvmIntrinsics[{id, type}];
  if (!slot)
    slot = llvm::Intrinsic::getOrInsertDeclaration(&target, id, {type});
  return slot;
}

const IntrinsicInfo &ModuleLowering::getIntrinsic(fir::IntrinsicOp op) {
  auto [entry, isNew] = intrinsics.try_emplace(op.getNameAttr());
  IntrinsicInfo &info = entry->second;
  if (!isNew)
    return info;
  llvm::StringRef name = op.getName();
  info.id = llvm::StringSwitch<llvm::Intrinsic::ID>(name)
                .Case("math.sqrt", llvm::Intrinsic::sqrt)
                .Case("math.floor", llvm::Intrinsic::floor)
                .Case("math.ceil", llvm::Intrinsic::ceil)
                .Case("math.trunc", llvm::Intrinsic::trunc)
                .Case("math.round", llvm::Intrinsic::roundeven)
                .Case("math.abs", llvm::Intrinsic::fabs)
                .Default(llvm::Intrinsic::not_intrinsic);
  if (info.id != llvm::Intrinsic::not_intrinsic) {
    info.kind = IntrinsicInfo::FloatUnary;
    return info;
  }
  info.kind = llvm::StringSwitch<IntrinsicInfo::Kind>(name)
                  .Case("bits.rotate_left", IntrinsicInfo::RotateLeft)
                  .Case("bits.rotate_right", IntrinsicInfo::RotateRight)
                  .Case("bits.count_ones", IntrinsicInfo::CountOnes)
                  .Case("bits.leading_zeros", IntrinsicInfo::LeadingZeros)
                  .Case("bits.trailing_zeros", IntrinsicInfo::TrailingZeros)
                  .Case("bits.swap_bytes", IntrinsicInfo::SwapBytes)
                  .Case("bits.of_float", IntrinsicInfo::Reinterpret)
                  .Case("bits.to_float", IntrinsicInfo::Reinterpret)
                  .Case("memory.copy", IntrinsicInfo::CopyBytes)
                  .Default(IntrinsicInfo::Call);
  if (info.kind != IntrinsicInfo::Call && info.kind != IntrinsicInfo::CopyBytes)
    return info;

  auto [moduleName, functionName] = name.split('.');
  const Builtin *builtin = findBuiltin(moduleName, functionName);
  if (builtin && builtin->lowering == BuiltinLowering::RuntimeTraps) {
    info.kind = IntrinsicInfo::CallWithSite;
    info.trap =
        name == "process.exit" ? TrapKind::ExitStatus : TrapKind::DigitCount;
  }
  llvm::SmallVector<llvm::Type *> params;
  if (info.kind == IntrinsicInfo::CallWithSite)
    params.push_back(llvm::PointerType::get(getContext(), 0));
  for (mlir::Type type : op.getArgs().getTypes())
    appendParams(type, params);
  std::string symbol = "flux_" + name.str();
  std::replace(symbol.begin(), symbol.end(), '.', '_');
  info.callee =
      getRuntimeFunction(symbol, getResultType(op.getResultTypes()), params);
  return info;
}

//===----------------------------------------------------------------------===//
// fir.intrinsic
//===----------------------------------------------------------------------===//

/// Copies bytes one by one, upwards.  Unless the target begins within the
/// source, that is what `memmove` does, and LLVM makes a few loads and stores
/// of it where it knows the number of bytes, as of a literal.
void FunctionLowering::lowerCopyBytes(llvm::Function *callee,
                                      llvm::ArrayRef<llvm::Value *> arguments) {
  llvm::Value *to = arguments[0], *length = arguments[1], *from = arguments[2];
  llvm::Type *word = builder.getInt64Ty();
  llvm::Value *ahead = builder.CreateSub(builder.CreatePtrToInt(to, word),
                                         builder.CreatePtrToInt(from, word));
  llvm::LLVMContext &context = module.getContext();
  auto *repeat = llvm::BasicBlock::Create(context, "", function);
  auto *move = llvm::BasicBlock::Create(context, "", function);
  auto *after = llvm::BasicBlock::Create(context, "", function);
  builder.CreateCondBr(builder.CreateICmpULT(ahead, length), repeat, move,
                       module.getUnlikely());
  builder.SetInsertPoint(repeat);
  builder.CreateCall(callee, arguments);
  builder.CreateBr(after);
  builder.SetInsertPoint(move);
  builder.CreateMemMove(to, llvm::Align(1), from, llvm::Align(1), length);
  builder.CreateBr(after);
  builder.SetInsertPoint(after);
}

void FunctionLowering::lowerIntrinsic(fir::IntrinsicOp op) {
  const IntrinsicInfo &info = module.getIntrinsic(op);
  if (info.callee) {
    llvm::SmallVector<llvm::Value *> arguments;
    if (info.kind == IntrinsicInfo::CallWithSite)
      arguments.push_back(makeSite(info.trap));
    for (mlir::Value argument : op.getArgs())
      appendArguments(argument, arguments);
    if (info.kind == IntrinsicInfo::CopyBytes)
      return lowerCopyBytes(info.callee, arguments);
    llvm::CallInst *call = builder.CreateCall(info.callee, arguments);
    if (op.getNumResults())
      setCallResult(op.getResults()[0], call);
    return;
  }

  llvm::Value *operand = getFirst(op.getArgs()[0]);
  llvm::Type *type = operand->getType();
  llvm::Value *result = operand;
  auto call = [&](llvm::Intrinsic::ID id, auto... arguments) {
    return builder.CreateCall(module.getLLVMIntrinsic(id, type),
                              {arguments...});
  };
  // Numbers of bits are i64 whatever was counted.
  auto count = [&](llvm::Intrinsic::ID id, auto... arguments) {
    return builder.CreateZExtOrTrunc(call(id, arguments...),
                                     builder.getInt64Ty());
  };
  // The low bits of the amount are the amount modulo the width, also of a
  // negative one.
  auto rotate = [&](llvm::Intrinsic::ID id) {
    llvm::Value *amount = getFirst(op.getArgs()[1]);
    return call(id, operand, operand, builder.CreateTrunc(amount, type));
  };
  switch (info.kind) {
  case IntrinsicInfo::FloatUnary:
    result = call(info.id, operand);
    break;
  case IntrinsicInfo::RotateLeft:
    result = rotate(llvm::Intrinsic::fshl);
    break;
  case IntrinsicInfo::RotateRight:
    result = rotate(llvm::Intrinsic::fshr);
    break;
  case IntrinsicInfo::CountOnes:
    result = count(llvm::Intrinsic::ctpop, operand);
    break;
  case IntrinsicInfo::LeadingZeros:
    result = count(llvm::Intrinsic::ctlz, operand, builder.getFalse());
    break;
  case IntrinsicInfo::TrailingZeros:
    result = count(llvm::Intrinsic::cttz, operand, builder.getFalse());
    break;
  case IntrinsicInfo::SwapBytes:
    if (!type->isIntegerTy(8))
      result = call(llvm::Intrinsic::bswap, operand);
    break;
  case IntrinsicInfo::Reinterpret:
    result = builder.CreateBitCast(operand, type->isDoubleTy()
                                                ? builder.getInt64Ty()
                                                : builder.getDoubleTy());
    // Processors disagree on the bits of the NaNs that they make, and LLVM on
    // those that it computes itself.
    if (type->isDoubleTy())
      result =
          builder.CreateSelect(builder.CreateFCmpUNO(operand, operand),
                               builder.getInt64(0x7FF8000000000000), result);
    break;
  case IntrinsicInfo::Call:
  case IntrinsicInfo::CallWithSite:
  case IntrinsicInfo::CopyBytes:
    break;
  }
  set(op.getResults()[0], result);
}
