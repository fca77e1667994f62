//===- RandomProgram.cpp - programs in LLVM IR, by chance -----------------===//
#include "RandomProgram.h"
#include "llvm/IR/Intrinsics.h"

using namespace flux;
using llvm::Value;
namespace Intrinsic = llvm::Intrinsic;

static constexpr unsigned localSize = 64, siteSize = 24, numSites = 8;

RandomProgram::RandomProgram(llvm::Module &module, unsigned seed)
    : module(module), builder(module.getContext()), random(seed) {
  for (unsigned width : {1, 8, 16, 32, 64})
    types.push_back(builder.getIntNTy(width));
  types.push_back(builder.getFloatTy());
  types.push_back(builder.getDoubleTy());
  pair = llvm::StructType::get(builder.getPtrTy(), builder.getInt64Ty());
  auto *bytes = llvm::ArrayType::get(builder.getInt8Ty(), siteSize * numSites);
  sites = new llvm::GlobalVariable(module, bytes, /*isConstant=*/true,
                                   llvm::GlobalValue::PrivateLinkage,
                                   llvm::ConstantAggregateZero::get(bytes), "");
  sites->setAlignment(llvm::Align(4));
  std::vector<uint64_t> numbers;
  for (unsigned i = 0; i < 16; ++i)
    numbers.push_back(uint64_t(random()) << 32 | random());
  llvm::Constant *data =
      llvm::ConstantDataArray::get(module.getContext(), numbers);
  table = new llvm::GlobalVariable(
      module, data->getType(),
      /*isConstant=*/false, llvm::GlobalValue::InternalLinkage, data, "table");
  auto *none = builder.getVoidTy();
  print = llvm::cast<llvm::Function>(
      module
          .getOrInsertFunction("flux_print_i64", none, builder.getInt64Ty(),
                               builder.getInt8Ty())
          .getCallee());
  print->addParamAttr(1, llvm::Attribute::ZExt);
  newLine = llvm::cast<llvm::Function>(
      module
          .getOrInsertFunction("flux_print_str", none, builder.getPtrTy(),
                               builder.getInt64Ty(), builder.getInt8Ty())
          .getCallee());
  newLine->addParamAttr(2, llvm::Attribute::ZExt);
}

void RandomProgram::make() {
  for (unsigned i = 0; i < 6; ++i)
    makeFunction(/*isMain=*/false);
  makeFunction(/*isMain=*/true);
}

llvm::Constant *RandomProgram::anyConstant(llvm::Type *type) {
  if (type->isFloatingPointTy()) {
    static constexpr double numbers[] = {0.0,  -0.0, 1.0,   -1.5, 3.25e10,
                                         1e-9, 0.1,  -70.0, 9e18, 1e300};
    return llvm::ConstantFP::get(type, numbers[below(10)]);
  }
  uint64_t bits = uint64_t(random()) << 32 | random();
  static constexpr uint64_t edges[] = {0,
                                       1,
                                       2,
                                       127,
                                       128,
                                       255,
                                       0x7fff,
                                       0x8000,
                                       0x7fffffff,
                                       0x80000000,
                                       UINT64_MAX,
                                       uint64_t(1) << 63,
                                       (uint64_t(1) << 63) - 1};
  if (below(2))
    bits = edges[below(13)];
  return llvm::ConstantInt::get(
      type, llvm::APInt(64, bits).trunc(type->getIntegerBitWidth()));
}

Value *RandomProgram::any(llvm::Type *type) {
  if (below(5) == 0)
    return anyConstant(type);
  for (unsigned tries = 0; tries < 12 && !values.empty(); ++tries) {
    // Most operands are young.
    size_t back = below(2) ? below(std::min<size_t>(values.size(), 6))
                           : below(values.size());
    Value *value = values[values.size() - 1 - back];
    if (value->getType() == type)
      return value;
  }
  return anyConstant(type);
}

Value *RandomProgram::toWord(Value *value) {
  llvm::Type *type = value->getType();
  if (type->isFloatingPointTy()) {
    Value *number = type->isFloatTy()
                        ? builder.CreateFPExt(value, builder.getDoubleTy())
                        : value;
    // No difference between zeros, none between NaNs.
    number = builder.CreateFAdd(
        number, llvm::ConstantFP::get(builder.getDoubleTy(), 0.0));
    Value *bits = builder.CreateBitCast(number, builder.getInt64Ty());
    return builder.CreateSelect(builder.CreateFCmpUNO(number, number),
                                builder.getInt64(12345), bits);
  }
  if (type->isPointerTy()) // only compared
    return builder.CreateZExt(
        builder.CreateICmpEQ(value, llvm::Constant::getNullValue(type)),
        builder.getInt64Ty());
  return below(2) ? builder.CreateZExt(value, builder.getInt64Ty())
                  : builder.CreateSExt(value, builder.getInt64Ty());
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

void RandomProgram::makeFunction(bool isMain) {
  llvm::SmallVector<llvm::Type *> params;
  llvm::Type *result;
  if (isMain) {
    params = {builder.getPtrTy(), builder.getInt64Ty()};
    result = builder.getInt32Ty();
  } else {
    unsigned count = below(14);
    for (unsigned i = 0; i < count; ++i)
      params.push_back(anyType());
    result = below(4) == 0 ? pair : anyType();
  }
  function = llvm::Function::Create(
      llvm::FunctionType::get(result, params, false),
      isMain ? llvm::GlobalValue::ExternalLinkage
             : llvm::GlobalValue::InternalLinkage,
      isMain ? "flux_main" : "f" + std::to_string(functions.size()), module);
  function->addFnAttr("frame-pointer", "all");
  function->setDoesNotThrow();
  for (unsigned i = 0; i < params.size(); ++i)
    if (params[i]->isIntegerTy() && params[i]->getIntegerBitWidth() < 32)
      function->addParamAttr(i, below(2) ? llvm::Attribute::ZExt
                                         : llvm::Attribute::SExt);
  if (result->isIntegerTy() && result->getIntegerBitWidth() < 32)
    function->addRetAttr(llvm::Attribute::ZExt);
  values.clear();
  builder.SetInsertPoint(newBlock());
  local = builder.CreateAlloca(
      llvm::ArrayType::get(builder.getInt8Ty(), localSize));
  local->setAlignment(llvm::Align(8));
  builder.CreateMemSet(local, builder.getInt8(uint8_t(below(256))), localSize,
                       llvm::Align(8));
  if (!isMain)
    for (llvm::Argument &argument : function->args())
      keep(&argument);
  makeStatements(isMain ? 12 : 30, 0);
  if (isMain)
    for (unsigned i = 0; i < 3 * functions.size(); ++i)
      makeCall(functions[i % functions.size()]);

  Value *sum = builder.getInt64(0);
  for (unsigned i = 0; i < values.size(); ++i)
    sum = builder.CreateXor(
        builder.CreateMul(sum, builder.getInt64(0x9e3779b97f4a7c15)),
        toWord(values[i]));
  for (unsigned i = 0; i < localSize; i += 8)
    sum = builder.CreateAdd(
        sum, builder.CreateLoad(
                 builder.getInt64Ty(),
                 builder.CreateConstGEP1_64(builder.getInt8Ty(), local, i)));
  builder.CreateCall(print, {sum, builder.getInt8(0)});
  Value *line = builder.CreateAlloca(builder.getInt8Ty());
  llvm::cast<llvm::Instruction>(line)->moveBefore(local->getIterator());
  builder.CreateStore(builder.getInt8('\n'), line);
  builder.CreateCall(newLine, {line, builder.getInt64(1), builder.getInt8(0)});
  if (result == pair) {
    Value *both = llvm::PoisonValue::get(pair);
    both = builder.CreateInsertValue(both, table, 0);
    builder.CreateRet(builder.CreateInsertValue(both, sum, 1));
  } else if (isMain) {
    builder.CreateRet(builder.getInt32(0));
  } else {
    builder.CreateRet(any(result));
  }
  if (!isMain)
    functions.push_back(function);
}

void RandomProgram::makeStatements(unsigned count, unsigned depth) {
  for (unsigned i = 0; i < count; ++i)
    makeStatement(depth);
}

void RandomProgram::makeStatement(unsigned depth) {
  switch (below(depth < 3 ? 20 : 16)) {
  case 0 ... 3:
    return makeInteger();
  case 4 ... 5:
    return makeFloat();
  case 6:
    return makeConversion();
  case 7 ... 8:
    return makeIntrinsic();
  case 9 ... 10:
    return makeMemory();
  case 11:
    return makeCheck();
  case 12:
    return makeColdBlock();
  case 13:
    return makeSelect();
  case 14:
    return makePair();
  case 15:
    // Within loops and branches only the first function is called, or programs
    // would run for hours.
    return functions.empty()
               ? makeInteger()
               : makeCall(functions[depth ? 0 : below(functions.size())]);
  case 16 ... 17:
    return makeIf(depth);
  case 18:
    return makeSwitch(depth);
  default:
    return makeLoop(depth);
  }
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void RandomProgram::makeInteger() {
  llvm::Type *type = anyWideInt();
  unsigned width = type->getIntegerBitWidth();
  Value *a = any(type), *b = any(type);
  auto number = [&](uint64_t value) {
    return llvm::ConstantInt::get(type, value);
  };
  switch (below(16)) {
  case 0 ... 1:
    return keep(builder.CreateAdd(a, b));
  case 2:
    return keep(builder.CreateSub(a, b));
  case 3:
    return keep(builder.CreateMul(a, b));
  case 4:
    return keep(builder.CreateAnd(a, b));
  case 5:
    return keep(builder.CreateOr(a, b));
  case 6:
    return keep(builder.CreateXor(a, b));
  case 7:
    return keep(builder.CreateShl(a, builder.CreateAnd(b, number(width - 1))));
  case 8:
    return keep(builder.CreateLShr(a, builder.CreateAnd(b, number(width - 1))));
  case 9:
    return keep(builder.CreateAShr(a, builder.CreateAnd(b, number(width - 1))));
  case 10:
    return keep(builder.CreateUDiv(a, builder.CreateOr(b, number(1))));
  case 11:
    return keep(builder.CreateURem(a, number(uint64_t(1) << below(7))));
  case 12: {
    Value *divisor =
        builder.CreateOr(builder.CreateAnd(b, number(63)), number(1));
    return keep(below(2) ? builder.CreateSDiv(a, divisor)
                         : builder.CreateSRem(a, divisor));
  }
  case 13: {
    Value *x = any(types[0]), *y = any(types[0]);
    return keep(below(2)   ? builder.CreateXor(x, y)
                : below(2) ? builder.CreateAnd(x, y)
                           : builder.CreateNot(x));
  }
  default: {
    llvm::Type *compared = anyInt();
    auto predicate = llvm::CmpInst::Predicate(
        llvm::CmpInst::FIRST_ICMP_PREDICATE + below(10));
    return keep(builder.CreateICmp(predicate, any(compared), any(compared)));
  }
  }
}

void RandomProgram::makeFloat() {
  llvm::Type *type = anyFloat();
  Value *a = any(type), *b = any(type);
  switch (below(8)) {
  case 0 ... 1:
    return keep(builder.CreateFAdd(a, b));
  case 2:
    return keep(builder.CreateFSub(a, b));
  case 3:
    return keep(builder.CreateFMul(a, b));
  case 4:
    return keep(builder.CreateFDiv(
        a, builder.CreateFAdd(call(Intrinsic::fabs, {type}, {b}),
                              llvm::ConstantFP::get(type, 1.0))));
  case 5:
    return keep(builder.CreateFNeg(a));
  default:
    return keep(
        builder.CreateFCmp(llvm::CmpInst::Predicate(
                               llvm::CmpInst::FIRST_FCMP_PREDICATE + below(16)),
                           a, b));
  }
}

void RandomProgram::makeConversion() {
  switch (below(7)) {
  case 0 ... 1: {
    llvm::Type *from = anyInt(), *to = anyInt();
    Value *value = any(from);
    return keep(below(2) ? builder.CreateZExtOrTrunc(value, to)
                         : builder.CreateSExtOrTrunc(value, to));
  }
  case 2:
    return keep(below(2) ? builder.CreateSIToFP(any(anyWideInt()), anyFloat())
                         : builder.CreateUIToFP(any(anyInt()), anyFloat()));
  case 3: {
    llvm::Type *from = anyFloat(), *to = anyWideInt();
    return keep(call(below(2) ? Intrinsic::fptosi_sat : Intrinsic::fptoui_sat,
                     {to, from}, {any(from)}));
  }
  case 4: {
    // Clamped, so that the plain conversion is defined.
    llvm::Type *from = anyFloat();
    Value *value = call(Intrinsic::fabs, {from}, {any(from)});
    Value *limit = llvm::ConstantFP::get(from, 100.0);
    value =
        builder.CreateSelect(builder.CreateFCmpOLT(value, limit), value, limit);
    return keep(below(2) ? builder.CreateFPToSI(value, anyWideInt())
                         : builder.CreateFPToUI(value, anyWideInt()));
  }
  case 5: {
    llvm::Type *from = anyFloat();
    return keep(builder.CreateFPCast(any(from),
                                     from->isFloatTy() ? types[6] : types[5]));
  }
  default:
    return keep(builder.CreateBitCast(any(types[4]), types[6]));
  }
}

void RandomProgram::makeIntrinsic() {
  llvm::Type *type = anyWideInt();
  Value *a = any(type), *b = any(type);
  static constexpr Intrinsic::ID binary[] = {
      Intrinsic::sadd_sat, Intrinsic::uadd_sat, Intrinsic::ssub_sat,
      Intrinsic::usub_sat, Intrinsic::smin,     Intrinsic::smax,
      Intrinsic::umin,     Intrinsic::umax};
  static constexpr Intrinsic::ID overflowing[] = {
      Intrinsic::sadd_with_overflow, Intrinsic::uadd_with_overflow,
      Intrinsic::ssub_with_overflow, Intrinsic::usub_with_overflow,
      Intrinsic::smul_with_overflow, Intrinsic::umul_with_overflow};
  static constexpr Intrinsic::ID rounding[] = {
      Intrinsic::floor, Intrinsic::ceil, Intrinsic::trunc, Intrinsic::roundeven,
      Intrinsic::fabs};
  switch (below(11)) {
  case 0 ... 1:
    return keep(call(binary[below(8)], {type}, {a, b}));
  case 2 ... 3: {
    Value *both = call(overflowing[below(6)], {type}, {a, b});
    keep(builder.CreateExtractValue(both, 0));
    return keep(builder.CreateExtractValue(both, 1));
  }
  case 4:
    keep(call(Intrinsic::ctpop, {type}, {a}));
    if (type->getIntegerBitWidth() > 8)
      keep(call(Intrinsic::bswap, {type}, {b}));
    return;
  case 5:
    return keep(call(below(2) ? Intrinsic::ctlz : Intrinsic::cttz, {type},
                     {a, builder.getFalse()}));
  case 6:
    return keep(
        call(below(2) ? Intrinsic::fshl : Intrinsic::fshr, {type}, {a, a, b}));
  case 7: {
    llvm::Type *wide = types[3 + below(2)];
    return keep(call(below(2) ? Intrinsic::fshl : Intrinsic::fshr, {wide},
                     {any(wide), any(wide), any(wide)}));
  }
  case 8:
    return keep(call(Intrinsic::abs, {type}, {a, builder.getFalse()}));
  case 9: {
    llvm::Type *real = anyFloat();
    keep(call(rounding[below(5)], {real}, {any(real)}));
    return keep(call(Intrinsic::copysign, {real}, {any(real), any(real)}));
  }
  default: {
    llvm::Type *real = anyFloat();
    keep(call(Intrinsic::sqrt, {real},
              {call(Intrinsic::fabs, {real}, {any(real)})}));
    return keep(call(below(2) ? Intrinsic::minimum : Intrinsic::maximum, {real},
                     {any(real), any(real)}));
  }
  }
}

void RandomProgram::makeSelect() {
  llvm::Type *type = anyType();
  keep(builder.CreateSelect(any(types[0]), any(type), any(type)));
}

void RandomProgram::makePair() {
  Value *both = llvm::PoisonValue::get(pair);
  both = builder.CreateInsertValue(both, local, 0);
  both = builder.CreateInsertValue(both, any(types[4]), 1);
  Value *place = builder.CreateConstGEP1_64(builder.getInt8Ty(), local,
                                            below(localSize / 8 - 1) * 8);
  keep(builder.CreateExtractValue(both, 1));
  Value *first = builder.CreateExtractValue(both, 0);
  keep(builder.CreateICmpEQ(first, place));
}

//===----------------------------------------------------------------------===//
// Memory, checks and calls
//===----------------------------------------------------------------------===//

/// The sign of a NaN would show in memory.
Value *RandomProgram::anyToStore(llvm::Type *type) {
  Value *value = any(type);
  if (!type->isFloatingPointTy())
    return value;
  return builder.CreateSelect(builder.CreateFCmpUNO(value, value),
                              llvm::ConstantFP::get(type, 2.0), value);
}

void RandomProgram::makeMemory() {
  llvm::Type *type = types[1 + below(6)];
  unsigned size = type->getPrimitiveSizeInBits() / 8;
  // A place in the table or the local, known or not.
  bool isLocal = below(2);
  Value *base = isLocal ? static_cast<Value *>(local) : table;
  Value *place;
  if (below(2)) {
    place = builder.CreateConstGEP1_64(builder.getInt8Ty(), base,
                                       below(localSize - size));
  } else {
    Value *index =
        builder.CreateAnd(any(types[4]), builder.getInt64(localSize / 8 - 1));
    place = builder.CreateGEP(type, base, index);
  }
  switch (below(6)) {
  case 0:
    return keep(builder.CreateAlignedLoad(type, place, llvm::Align(1)));
  case 1: {
    // Used at once, or behind a store that may change it.
    Value *loaded = builder.CreateAlignedLoad(type, place, llvm::Align(1));
    if (below(2))
      builder.CreateAlignedStore(anyToStore(type), place, llvm::Align(1));
    return keep(toWord(loaded));
  }
  case 2:
    builder.CreateMemCpy(
        local, llvm::Align(1),
        builder.CreateConstGEP1_64(builder.getInt8Ty(), table, below(64)),
        llvm::Align(1), below(localSize));
    return;
  case 3:
    builder.CreateMemMove(
        local, llvm::Align(1),
        builder.CreateConstGEP1_64(builder.getInt8Ty(), local, below(16)),
        llvm::Align(1), below(localSize - 16));
    return;
  default:
    builder.CreateAlignedStore(anyToStore(type), place, llvm::Align(1));
    return;
  }
}

/// The checked functions of runtime/rt/Checked.cpp; few of these calls trap.
void RandomProgram::makeCheck() {
  static constexpr const char *operations[] = {"add", "sub", "mul"};
  llvm::Type *type = anyWideInt();
  unsigned width = type->getIntegerBitWidth();
  bool isSigned = below(2);
  unsigned operation = below(3);
  Value *a = any(type), *b = any(type);
  llvm::Constant *site = llvm::ConstantExpr::getGetElementPtr(
      builder.getInt8Ty(), sites, builder.getInt64(below(numSites) * siteSize));
  if (below(40)) {
    uint64_t small = width == 8 ? 7 : 127;
    a = builder.CreateAnd(a, llvm::ConstantInt::get(type, small));
    b = builder.CreateAnd(b, llvm::ConstantInt::get(type, small));
    if (!isSigned && operation == 1)
      a = builder.CreateOr(a, llvm::ConstantInt::get(type, 128));
  }
  if (below(3) == 0) {
    llvm::Value *index = builder.CreateAnd(any(types[4]), builder.getInt64(15));
    llvm::Value *length = below(2)
                              ? static_cast<Value *>(builder.getInt64(16))
                              : builder.CreateOr(index, builder.getInt64(16));
    if (below(2))
      builder.CreateCall(
          module.getOrInsertFunction("flux_check_index", builder.getVoidTy(),
                                     builder.getPtrTy(), types[4], types[4]),
          {site, index, length});
    else
      builder.CreateCall(module.getOrInsertFunction(
                             "flux_check_range", builder.getVoidTy(),
                             builder.getPtrTy(), types[4], types[4], types[4]),
                         {site, builder.getInt64(0), index, length});
    return;
  }
  std::string name = std::string("flux_") + operations[operation] + "_" +
                     (isSigned ? "i" : "u") + std::to_string(width);
  auto callee =
      module.getOrInsertFunction(name, type, builder.getPtrTy(), type, type);
  auto *declared = llvm::cast<llvm::Function>(callee.getCallee());
  if (width < 32)
    for (unsigned i : {1, 2})
      declared->addParamAttr(i, isSigned ? llvm::Attribute::SExt
                                         : llvm::Attribute::ZExt);
  keep(builder.CreateCall(callee, {site, a, b}));
}

/// A check whose block traps; a few of them do.
void RandomProgram::makeColdBlock() {
  Value *a = any(types[4]), *b = any(types[4]);
  Value *fails =
      below(40)
          ? builder.CreateICmpULT(builder.CreateOr(a, builder.getInt64(4)),
                                  builder.getInt64(3))
          : builder.CreateICmpSGT(a, b);
  llvm::BasicBlock *trap = newBlock(), *after = newBlock();
  builder.CreateCondBr(fails, trap, after);
  builder.SetInsertPoint(trap);
  auto callee =
      module.getOrInsertFunction("flux_trap2", builder.getVoidTy(),
                                 builder.getPtrTy(), types[4], types[4]);
  llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotReturn();
  builder.CreateCall(callee, {sites, builder.CreateSub(a, b), b});
  builder.CreateUnreachable();
  builder.SetInsertPoint(after);
}

void RandomProgram::makeCall(llvm::Function *callee) {
  llvm::SmallVector<Value *> arguments;
  for (llvm::Argument &parameter : callee->args())
    arguments.push_back(any(parameter.getType()));
  Value *target = callee;
  if (below(3) == 0) {
    // By way of memory, so that the call is indirect.
    Value *place = builder.CreateAlloca(builder.getPtrTy());
    llvm::cast<llvm::Instruction>(place)->moveBefore(local->getIterator());
    builder.CreateStore(callee, place);
    target = builder.CreateLoad(builder.getPtrTy(), place);
  }
  llvm::CallInst *result =
      builder.CreateCall(callee->getFunctionType(), target, arguments);
  result->setAttributes(callee->getAttributes());
  if (result->getType() == pair) {
    keep(builder.CreateExtractValue(result, 1));
    Value *first = builder.CreateExtractValue(result, 0);
    keep(builder.CreateLoad(types[4], first));
  } else {
    keep(result);
  }
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void RandomProgram::makeIf(unsigned depth) {
  Value *condition = below(2)
                         ? any(types[0])
                         : builder.CreateICmpSLT(any(types[3]), any(types[3]));
  bool hasElse = below(2);
  llvm::BasicBlock *onTrue = newBlock(), *after = newBlock();
  llvm::BasicBlock *onFalse = hasElse ? newBlock() : after;
  llvm::BasicBlock *before = builder.GetInsertBlock();
  llvm::SmallVector<llvm::Type *> kinds;
  for (unsigned i = below(4); i; --i)
    kinds.push_back(anyType());
  llvm::SmallVector<Value *> fromTrue, fromFalse;
  size_t known = values.size();
  if (!hasElse)
    for (llvm::Type *kind : kinds)
      fromFalse.push_back(any(kind));
  builder.CreateCondBr(condition, onTrue, onFalse);
  builder.SetInsertPoint(onTrue);
  makeStatements(1 + below(4), depth + 1);
  for (llvm::Type *kind : kinds)
    fromTrue.push_back(any(kind));
  llvm::BasicBlock *endTrue = builder.GetInsertBlock();
  builder.CreateBr(after);
  values.resize(known);
  llvm::BasicBlock *endFalse = before;
  if (hasElse) {
    builder.SetInsertPoint(onFalse);
    makeStatements(1 + below(4), depth + 1);
    for (llvm::Type *kind : kinds)
      fromFalse.push_back(any(kind));
    endFalse = builder.GetInsertBlock();
    builder.CreateBr(after);
    values.resize(known);
  }
  builder.SetInsertPoint(after);
  for (unsigned i = 0; i < kinds.size(); ++i) {
    llvm::PHINode *phi = builder.CreatePHI(kinds[i], 2);
    phi->addIncoming(fromTrue[i], endTrue);
    phi->addIncoming(fromFalse[i], endFalse);
    keep(phi);
  }
}

void RandomProgram::makeSwitch(unsigned depth) {
  llvm::Type *type = anyWideInt();
  Value *value = any(type);
  if (below(2))
    value = builder.CreateAnd(value, llvm::ConstantInt::get(type, 15));
  llvm::BasicBlock *after = newBlock(), *before = builder.GetInsertBlock();
  size_t known = values.size();
  llvm::SwitchInst *inst = builder.CreateSwitch(value, after);
  std::vector<std::pair<Value *, llvm::BasicBlock *>> incoming;
  incoming.push_back({any(types[4]), before});
  std::vector<uint64_t> used;
  for (unsigned i = 0, count = 1 + below(12); i < count; ++i) {
    auto *number = llvm::cast<llvm::ConstantInt>(anyConstant(type));
    if (below(2))
      number = llvm::ConstantInt::get(llvm::cast<llvm::IntegerType>(type), i);
    if (llvm::is_contained(used, number->getZExtValue()))
      continue;
    used.push_back(number->getZExtValue());
    if (below(4) == 0) {
      inst->addCase(number, after);
      incoming.push_back({incoming[0].first, before});
      continue;
    }
    llvm::BasicBlock *block = newBlock();
    inst->addCase(number, block);
    builder.SetInsertPoint(block);
    makeStatements(1, depth + 1);
    incoming.push_back({any(types[4]), builder.GetInsertBlock()});
    builder.CreateBr(after);
    values.resize(known);
  }
  builder.SetInsertPoint(after);
  llvm::PHINode *phi = builder.CreatePHI(types[4], incoming.size());
  for (auto [incomingValue, block] : incoming)
    phi->addIncoming(incomingValue, block);
  keep(phi);
}

/// A loop with phis, some of which change places.
void RandomProgram::makeLoop(unsigned depth) {
  llvm::BasicBlock *before = builder.GetInsertBlock(), *loop = newBlock();
  llvm::SmallVector<llvm::Type *> kinds;
  for (unsigned i = below(4); i; --i)
    kinds.push_back(anyType());
  if (below(2))
    kinds.append(2, anyType());
  llvm::SmallVector<Value *> initial;
  for (llvm::Type *kind : kinds)
    initial.push_back(any(kind));
  builder.CreateBr(loop);
  builder.SetInsertPoint(loop);
  size_t known = values.size();
  llvm::PHINode *counter = builder.CreatePHI(types[3], 2);
  llvm::SmallVector<llvm::PHINode *> phis;
  for (unsigned i = 0; i < kinds.size(); ++i) {
    phis.push_back(builder.CreatePHI(kinds[i], 2));
    phis[i]->addIncoming(initial[i], before);
    keep(phis[i]);
  }
  keep(counter);
  makeStatements(1 + below(5), depth + 1);
  Value *nextCount = builder.CreateAdd(counter, builder.getInt32(1));
  llvm::SmallVector<Value *> next;
  for (llvm::Type *kind : kinds)
    next.push_back(any(kind));
  // The last two exchange their values.
  if (kinds.size() >= 2 && kinds.back() == kinds[kinds.size() - 2]) {
    next[kinds.size() - 1] = phis[kinds.size() - 2];
    next[kinds.size() - 2] = phis[kinds.size() - 1];
  }
  llvm::BasicBlock *end = builder.GetInsertBlock(), *after = newBlock();
  builder.CreateCondBr(
      builder.CreateICmpULT(nextCount, builder.getInt32(1 + below(4))), loop,
      after);
  counter->addIncoming(builder.getInt32(0), before);
  counter->addIncoming(nextCount, end);
  for (unsigned i = 0; i < kinds.size(); ++i)
    phis[i]->addIncoming(next[i], end);
  builder.SetInsertPoint(after);
  // What the loop made is still known behind it, unless a branch hides it.
  values.resize(known);
  for (llvm::PHINode *phi : phis)
    keep(phi);
}
