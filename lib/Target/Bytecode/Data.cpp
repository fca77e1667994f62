//===- Data.cpp - where globals and functions lie -------------------------===//
//
// A package is complete: every address is known before code is selected, and
// initial values are bytes.
//
//===----------------------------------------------------------------------===//

#include "Data.h"
#include "llvm/ADT/APInt.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/MathExtras.h"

using namespace flux::fbc;

int64_t flux::fbc::toCanonical(uint64_t value, unsigned width) {
  if (width >= 64)
    return static_cast<int64_t>(value);
  if (width == 32)
    return static_cast<int32_t>(value);
  return static_cast<int64_t>(value & llvm::maskTrailingOnes<uint64_t>(width));
}

Data::Data(const llvm::Module &module) : layout(module.getDataLayout()) {
  // What has no initial value lies last, so that no bytes stand for it.
  for (bool zeros : {false, true})
    for (const llvm::GlobalVariable &global : module.globals())
      if (global.hasInitializer() &&
          global.getInitializer()->isNullValue() == zeros)
        place(global.isConstant() ? constants : variables, &global);
  for (const llvm::Function &function : module)
    if (!function.isDeclaration()) {
      functions.push_back(&function);
      numbers[&function] = static_cast<uint32_t>(functions.size());
    }
}

void Data::place(Contents &contents, const llvm::GlobalVariable *global) {
  llvm::Align align = layout.getPreferredAlign(global);
  contents.size = llvm::alignTo(contents.size, align);
  addresses[global] = uint64_t(contents.region) << 32 | contents.size;
  // Something of no size has an address of its own, too.
  contents.size += std::max<uint64_t>(
      1, layout.getTypeAllocSize(global->getValueType()).getFixedValue());
  contents.globals.push_back(global);
  if (!global->getInitializer()->isNullValue())
    contents.initialized = contents.size;
}

std::optional<int64_t> Data::evaluate(const llvm::Constant *constant) const {
  llvm::Type *type = constant->getType();
  if (type->isAggregateType() || type->isVectorTy())
    return std::nullopt;
  if (auto *integer = llvm::dyn_cast<llvm::ConstantInt>(constant)) {
    if (integer->getBitWidth() > 64)
      return std::nullopt;
    return toCanonical(integer->getZExtValue(), integer->getBitWidth());
  }
  if (auto *number = llvm::dyn_cast<llvm::ConstantFP>(constant)) {
    llvm::APInt bits = number->getValueAPF().bitcastToAPInt();
    if (bits.getBitWidth() > 64)
      return std::nullopt;
    return toCanonical(bits.getZExtValue(), bits.getBitWidth());
  }
  if (llvm::isa<llvm::ConstantPointerNull, llvm::UndefValue>(constant))
    return 0;
  if (auto *global = llvm::dyn_cast<llvm::GlobalVariable>(constant)) {
    auto found = addresses.find(global);
    if (found == addresses.end())
      return std::nullopt;
    return static_cast<int64_t>(found->second);
  }
  if (auto *function = llvm::dyn_cast<llvm::Function>(constant)) {
    auto found = numbers.find(function);
    if (found == numbers.end())
      return std::nullopt;
    return found->second;
  }
  auto *expression = llvm::dyn_cast<llvm::ConstantExpr>(constant);
  if (!expression)
    return std::nullopt;
  if (auto *gep = llvm::dyn_cast<llvm::GEPOperator>(expression)) {
    llvm::APInt offset(64, 0);
    auto base = evaluate(llvm::cast<llvm::Constant>(gep->getPointerOperand()));
    if (!base || !gep->accumulateConstantOffset(layout, offset))
      return std::nullopt;
    return *base + offset.getSExtValue();
  }
  auto first = evaluate(expression->getOperand(0));
  if (!first)
    return std::nullopt;
  auto width =
      static_cast<unsigned>(layout.getTypeSizeInBits(type).getFixedValue());
  if (width > 64)
    return std::nullopt;
  auto a = static_cast<uint64_t>(*first);
  if (expression->isCast())
    return toCanonical(a, width);
  auto second = evaluate(expression->getOperand(1));
  if (!second)
    return std::nullopt;
  auto b = static_cast<uint64_t>(*second);
  switch (expression->getOpcode()) {
  case llvm::Instruction::Add:
    return toCanonical(a + b, width);
  case llvm::Instruction::Sub:
    return toCanonical(a - b, width);
  case llvm::Instruction::Xor:
    return toCanonical(a ^ b, width);
  default:
    return std::nullopt;
  }
}

bool Data::fill(const llvm::Constant *constant, uint8_t *out,
                std::string &error) const {
  if (constant->isNullValue() || llvm::isa<llvm::UndefValue>(constant))
    return true;
  llvm::Type *type = constant->getType();
  if (auto *sequence = llvm::dyn_cast<llvm::ConstantDataSequential>(constant)) {
    llvm::StringRef bytes = sequence->getRawDataValues();
    memcpy(out, bytes.data(), bytes.size());
    return true;
  }
  if (auto *record = llvm::dyn_cast<llvm::StructType>(type)) {
    const llvm::StructLayout *places = layout.getStructLayout(record);
    for (unsigned i = 0; i != record->getNumElements(); ++i)
      if (!fill(constant->getAggregateElement(i),
                out + places->getElementOffset(i).getFixedValue(), error))
        return false;
    return true;
  }
  if (auto *array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    uint64_t size =
        layout.getTypeAllocSize(array->getElementType()).getFixedValue();
    for (uint64_t i = 0; i != array->getNumElements(); ++i)
      if (!fill(constant->getAggregateElement(static_cast<unsigned>(i)),
                out + i * size, error))
        return false;
    return true;
  }
  std::optional<int64_t> value = evaluate(constant);
  if (!value) {
    llvm::raw_string_ostream os(error);
    os << "an initial value that is not known: ";
    constant->print(os);
    return false;
  }
  uint64_t bytes = layout.getTypeStoreSize(type).getFixedValue();
  for (uint64_t i = 0; i != bytes; ++i)
    out[i] = static_cast<uint8_t>(static_cast<uint64_t>(*value) >> (8 * i));
  return true;
}

bool Data::write(llvm::raw_ostream &os, std::string &error) const {
  for (const Contents *contents : {&constants, &variables}) {
    if (contents->size == 0)
      continue;
    std::vector<uint8_t> bytes(contents->initialized);
    for (const llvm::GlobalVariable *global : contents->globals) {
      uint64_t offset = addresses.lookup(global) & 0xFFFFFFFF;
      if (offset < bytes.size() &&
          !fill(global->getInitializer(), bytes.data() + offset, error))
        return false;
    }
    os << ".region " << contents->region
       << (contents == &constants ? " r " : " rw ")
       << llvm::alignTo(contents->size, 4096) << '\n';
    for (size_t at = 0; at < bytes.size();) {
      size_t zeros = at;
      while (zeros != bytes.size() && bytes[zeros] == 0)
        ++zeros;
      if (zeros - at >= 8 || zeros == bytes.size()) {
        os << ".zero " << zeros - at << '\n';
        at = zeros;
        continue;
      }
      size_t count = std::min<size_t>(bytes.size() - at, 24);
      os << ".ascii \"";
      for (size_t end = at + count; at != end; ++at) {
        uint8_t c = bytes[at];
        if (c >= ' ' && c < 0x7F && c != '"' && c != '\\')
          os << static_cast<char>(c);
        else
          os << "\\x"
             << "0123456789ABCDEF"[c >> 4] << "0123456789ABCDEF"[c & 15];
      }
      os << "\"\n";
    }
  }
  return true;
}
