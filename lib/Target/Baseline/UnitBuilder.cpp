//===- UnitBuilder.cpp - a module on its way to machine code --------------===//
//
// Walks a module: functions in order, then the data.  Everything has a symbol
// while it is compiled, named or not, so that references need not wait.
//
//===----------------------------------------------------------------------===//

#include "UnitBuilder.h"
#include "FunctionCompiler.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Operator.h"

using namespace flux;
using namespace flux::baseline;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

UnitBuilder::UnitBuilder(const llvm::Module &module, CodeUnit &unit)
    : module(module), layout(module.getDataLayout()), unit(unit),
      assembler(growCode, this), places(unit.calls) {
  llvm::SmallVectorImpl<char> &code = unit.get(SectionKind::Text).bytes;
  code.resize_for_overwrite(1 << 16);
  assembler.setBuffer(reinterpret_cast<uint8_t *>(code.data()), 0, code.size());
}

void UnitBuilder::growCode(x86::Assembler &assembler, void *owner) {
  llvm::SmallVectorImpl<char> &code =
      static_cast<UnitBuilder *>(owner)->unit.get(SectionKind::Text).bytes;
  uint32_t written = assembler.offset();
  code.resize_for_overwrite(code.size() * 2);
  assembler.setBuffer(reinterpret_cast<uint8_t *>(code.data()), written,
                      code.size());
}

void UnitBuilder::fail(const llvm::Twine &what) {
  if (reason.empty())
    reason = what.str();
}

bool UnitBuilder::run() {
  if (!module.alias_empty() || !module.ifunc_empty() ||
      !module.getModuleInlineAsm().empty() ||
      !module.getComdatSymbolTable().empty())
    fail("aliases, comdats or assembly");
  for (const llvm::GlobalVariable &global : module.globals())
    declare(global);
  for (const llvm::Function &function : module)
    if (!function.isIntrinsic())
      declare(function);
  if (hasFailed())
    return false;

  FunctionCompiler compiler(*this);
  for (const llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    constexpr uint32_t alignment = 16, mostCode = 1u << 30;
    assembler.nop(-assembler.offset() & (alignment - 1));
    uint32_t start = assembler.offset();
    compiler.run(function);
    // Compiling may have added symbols.
    Symbol &symbol = unit.symbols[getSymbol(&function)];
    symbol.offset = start;
    symbol.size = assembler.offset() - start;
    if (assembler.offset() > mostCode)
      fail("more code than distances reach");
    if (hasFailed())
      return false;
  }
  emitThunks();
  unit.get(SectionKind::Text).bytes.truncate(assembler.offset());
  for (const llvm::GlobalVariable &global : module.globals())
    if (global.hasInitializer())
      emitGlobal(global);
  return !hasFailed();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

bool UnitBuilder::getScalar(llvm::Type *type, PartType &part) {
  switch (type->getTypeID()) {
  case llvm::Type::IntegerTyID: {
    unsigned width = type->getIntegerBitWidth();
    part.isBool = width == 1;
    part.isFloat = false;
    part.width = width == 1 ? 1 : width / 8;
    return width == 1 || width == 8 || width == 16 || width == 32 ||
           width == 64;
  }
  case llvm::Type::PointerTyID:
    part = {8};
    return type->getPointerAddressSpace() == 0;
  case llvm::Type::FloatTyID:
    part = {4, true};
    return true;
  case llvm::Type::DoubleTyID:
    part = {8, true};
    return true;
  default:
    return false;
  }
}

bool UnitBuilder::getParts(llvm::Type *type,
                           llvm::SmallVectorImpl<PartType> &parts,
                           uint64_t offset) {
  constexpr size_t mostParts = 8;
  PartType part;
  if (getScalar(type, part)) {
    part.offset = uint32_t(offset);
    parts.push_back(part);
    return parts.size() <= mostParts;
  }
  if (auto *record = dyn_cast<llvm::StructType>(type)) {
    if (record->isOpaque() || record->getNumElements() > mostParts)
      return false;
    const llvm::StructLayout *fields = layout.getStructLayout(record);
    for (unsigned i = 0, e = record->getNumElements(); i < e; ++i)
      if (!getParts(record->getElementType(i), parts,
                    offset + fields->getElementOffset(i)))
        return false;
    return true;
  }
  if (auto *array = dyn_cast<llvm::ArrayType>(type)) {
    if (array->getNumElements() > mostParts)
      return false;
    uint64_t stride = layout.getTypeAllocSize(array->getElementType());
    for (unsigned i = 0, e = array->getNumElements(); i < e; ++i)
      if (!getParts(array->getElementType(), parts, offset + i * stride))
        return false;
    return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

uint32_t UnitBuilder::addSymbol(Symbol symbol) {
  unit.symbols.push_back(std::move(symbol));
  return unit.symbols.size() - 1;
}

/// Where \p global goes.
static SectionKind getSection(const llvm::GlobalVariable &global) {
  if (!global.hasInitializer())
    return SectionKind::Undefined;
  if (global.isConstant())
    return SectionKind::ReadOnly;
  return global.getInitializer()->isNullValue() ? SectionKind::Zero
                                                : SectionKind::Data;
}

void UnitBuilder::declare(const llvm::GlobalValue &value) {
  auto *variable = dyn_cast<llvm::GlobalVariable>(&value);
  if (value.isThreadLocal() || value.hasComdat() || value.hasSection() ||
      value.hasPartition() || value.getAddressSpace() != 0 ||
      value.getName().starts_with("llvm."))
    fail("a global of a special kind");
  if (!value.hasExternalLinkage() && !value.hasLocalLinkage())
    fail("a linkage that is neither external nor local");
  Symbol symbol;
  if (!value.hasPrivateLinkage())
    symbol.name = value.getName();
  symbol.isGlobal = !value.hasLocalLinkage();
  symbol.isHidden = value.hasHiddenVisibility();
  if (value.hasProtectedVisibility())
    fail("protected visibility");
  symbol.isFunction = isa<llvm::Function>(value);
  if (variable)
    symbol.section = getSection(*variable);
  else if (!value.isDeclaration())
    symbol.section = SectionKind::Text;
  symbols[&value] = addSymbol(std::move(symbol));
}

uint32_t UnitBuilder::getSymbol(const llvm::GlobalValue *value) {
  auto known = symbols.find(value);
  if (known != symbols.end())
    return known->second;
  fail("an address of an intrinsic or alias");
  return 0;
}

uint32_t UnitBuilder::getExternal(llvm::StringRef name) {
  auto [entry, isNew] = externals.try_emplace(name, 0);
  if (isNew) {
    const llvm::GlobalValue *known = module.getNamedValue(name);
    Symbol symbol;
    symbol.name = name;
    symbol.isFunction = true;
    entry->second = known ? getSymbol(known) : addSymbol(std::move(symbol));
  }
  return entry->second;
}

void UnitBuilder::relocate(uint32_t at, uint32_t symbol, int64_t addend) {
  unit.get(SectionKind::Text)
      .relocations.push_back({at, symbol,
                              unit.symbols[symbol].isFunction
                                  ? unsigned(llvm::ELF::R_X86_64_PLT32)
                                  : unsigned(llvm::ELF::R_X86_64_PC32),
                              addend - 4});
}

void UnitBuilder::addCall(const llvm::DILocation *location) {
  if (!location)
    return;
  // Every function saves its caller's frame pointer and has one of its own.
  rt::CallSite site = {};
  site.offset = assembler.offset();
  site.place = places.getPlace(location);
  site.cfaOffset = 16;
  site.cfaRegister = 1;
  site.savedFrame = -16;
  site.savedReturn = -1;
  unit.calls.sites.push_back(site);
}

bool UnitBuilder::getAddress(const llvm::Constant *constant, uint32_t &symbol,
                             int64_t &offset) {
  offset = 0;
  while (auto *expression = dyn_cast<llvm::ConstantExpr>(constant)) {
    if (auto *gep = dyn_cast<llvm::GEPOperator>(expression)) {
      llvm::APInt distance(64, 0);
      if (!gep->accumulateConstantOffset(layout, distance))
        return false;
      offset += distance.getSExtValue();
    } else if (expression->getOpcode() != llvm::Instruction::PtrToInt ||
               !expression->getType()->isIntegerTy(64)) {
      return false;
    }
    constant = expression->getOperand(0);
  }
  auto *value = dyn_cast<llvm::GlobalValue>(constant);
  // Relocations of code have 32 bits, for the distance from the code, too.
  if (!value || !llvm::isInt<31>(offset))
    return false;
  symbol = getSymbol(value);
  return true;
}

uint32_t UnitBuilder::getThunk(uint32_t target, uint32_t base) {
  for (const Thunk &thunk : thunks)
    if (thunk.target == target && thunk.base == base)
      return thunk.symbol;
  Symbol symbol;
  symbol.section = SectionKind::Text;
  symbol.isGlobal = false;
  symbol.isFunction = true;
  thunks.push_back({addSymbol(std::move(symbol)), target, base});
  return thunks.back().symbol;
}

void UnitBuilder::emitThunks() {
  for (const Thunk &thunk : thunks) {
    unit.symbols[thunk.symbol].offset = assembler.offset();
    assembler.lea(x86::RAX, x86::Mem::relative());
    relocate(assembler.relativeAt(), thunk.base);
    assembler.alu(x86::Alu::Add, 8, x86::RDI, x86::RAX);
    relocate(assembler.jump(), thunk.target);
  }
}

/// Reads "flux_add_i64" and its like (runtime/rt/Checked.cpp).
static void readCheckedName(const llvm::Function &function, CalleeInfo &info) {
  llvm::StringRef name = function.getName();
  llvm::FunctionType *type = function.getFunctionType();
  unsigned count = type->getNumParams();
  if (!function.isDeclaration() || type->isVarArg() || count == 0 ||
      !type->getParamType(0)->isPointerTy() || !name.consume_front("flux_"))
    return;
  auto isPlain = [&](llvm::Type *result, unsigned width) {
    for (unsigned i = 1; i < count; ++i)
      if (!type->getParamType(i)->isIntegerTy(width))
        return false;
    return type->getReturnType() == result;
  };
  llvm::Type *none = llvm::Type::getVoidTy(function.getContext());
  if (name.size() == 5 && name.starts_with("trap") && isPlain(none, 64)) {
    info.kind = CalleeInfo::Trap;
  } else if (name == "check_index" && count == 3 && isPlain(none, 64)) {
    info.kind = CalleeInfo::CheckIndex;
  } else if (name == "check_range" && count == 4 && isPlain(none, 64)) {
    info.kind = CalleeInfo::CheckRange;
  } else {
    CalleeInfo::Kind kind =
        name.consume_front("add_")   ? CalleeInfo::CheckedAdd
        : name.consume_front("sub_") ? CalleeInfo::CheckedSub
        : name.consume_front("mul_") ? CalleeInfo::CheckedMul
                                     : CalleeInfo::Call;
    if (kind == CalleeInfo::Call || name.empty() || count != 3)
      return;
    bool isSigned = name[0] == 'i';
    unsigned width;
    if ((name[0] != 'i' && name[0] != 'u') ||
        name.drop_front().getAsInteger(10, width) ||
        !isPlain(type->getParamType(1), width))
      return;
    // Other products leave no operand for the message: they stay calls.
    if (kind == CalleeInfo::CheckedMul && (!isSigned || width == 8))
      return;
    info.kind = kind;
    info.isSigned = isSigned;
  }
}

const CalleeInfo &UnitBuilder::getCallee(const llvm::Function *function) {
  auto [entry, isNew] = callees.try_emplace(function);
  CalleeInfo &info = entry->second;
  if (!isNew)
    return info;
  if (function->isIntrinsic()) {
    info.kind = CalleeInfo::Intrinsic;
    return info;
  }
  info.symbol = getSymbol(function);
  info.isSupported = FunctionCompiler::hasKnownParameters(
      function->getAttributes(), function->getFunctionType(),
      function->getCallingConv());
  readCheckedName(*function, info);
  return info;
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

void UnitBuilder::emitGlobal(const llvm::GlobalVariable &global) {
  Symbol &symbol = unit.symbols[getSymbol(&global)];
  llvm::Type *type = global.getValueType();
  uint64_t size = layout.getTypeAllocSize(type);
  uint64_t align =
      global.getAlign().value_or(layout.getABITypeAlign(type)).value();
  uint64_t &sectionAlign = unit.alignments[unsigned(symbol.section)];
  sectionAlign = std::max(sectionAlign, align);
  symbol.size = size;
  constexpr uint64_t mostData = 1u << 30;
  if (symbol.section == SectionKind::Zero) {
    symbol.offset = llvm::alignTo(unit.zeroSize, align);
    unit.zeroSize = symbol.offset + size;
    if (size > mostData || unit.zeroSize > mostData)
      fail("more data than distances reach");
    return;
  }
  llvm::SmallVectorImpl<char> &bytes = unit.get(symbol.section).bytes;
  symbol.offset = llvm::alignTo(bytes.size(), align);
  if (size > mostData || symbol.offset + size > mostData) {
    fail("more data than distances reach");
    return;
  }
  bytes.resize(symbol.offset + size);
  if (!emitConstant(global.getInitializer(), symbol.section, symbol.offset))
    fail("data of an unknown kind");
}

bool UnitBuilder::emitConstant(const llvm::Constant *constant,
                               SectionKind section, uint64_t offset) {
  // Bytes are zero when they are made.
  if (constant->isNullValue() || isa<llvm::UndefValue>(constant))
    return true;
  char *out = unit.get(section).bytes.data() + offset;
  if (auto *array = dyn_cast<llvm::ConstantDataArray>(constant)) {
    llvm::StringRef raw = array->getRawDataValues();
    memcpy(out, raw.data(), raw.size());
    return true;
  }
  auto writeBits = [&](const llvm::APInt &bits) {
    if (bits.getBitWidth() > 64)
      return false;
    uint64_t value = bits.getZExtValue();
    memcpy(out, &value, (bits.getBitWidth() + 7) / 8);
    return true;
  };
  if (auto *integer = dyn_cast<llvm::ConstantInt>(constant))
    return writeBits(integer->getValue());
  if (auto *real = dyn_cast<llvm::ConstantFP>(constant))
    return writeBits(real->getValueAPF().bitcastToAPInt());
  if (isa<llvm::ConstantArray>(constant)) {
    uint64_t stride =
        layout.getTypeAllocSize(constant->getType()->getArrayElementType());
    for (unsigned i = 0, e = constant->getNumOperands(); i < e; ++i)
      if (!emitConstant(cast<llvm::Constant>(constant->getOperand(i)), section,
                        offset + i * stride))
        return false;
    return true;
  }
  if (isa<llvm::ConstantStruct>(constant)) {
    const llvm::StructLayout *fields =
        layout.getStructLayout(cast<llvm::StructType>(constant->getType()));
    for (unsigned i = 0, e = constant->getNumOperands(); i < e; ++i)
      if (!emitConstant(cast<llvm::Constant>(constant->getOperand(i)), section,
                        offset + fields->getElementOffset(i)))
        return false;
    return true;
  }
  uint32_t symbol;
  int64_t addend;
  if (!getAddress(constant, symbol, addend))
    return false;
  unit.get(section).relocations.push_back(
      {offset, symbol, llvm::ELF::R_X86_64_64, addend});
  return true;
}

//===----------------------------------------------------------------------===//
// The interface
//===----------------------------------------------------------------------===//

BaselineUnit::BaselineUnit(std::unique_ptr<CodeUnit> code)
    : code(std::move(code)) {}
BaselineUnit::BaselineUnit(BaselineUnit &&other) = default;
BaselineUnit::~BaselineUnit() = default;

bool flux::hasBaselineCompiler(const TargetSpec &target) {
  llvm::Triple triple(target.triple);
  return triple.getArch() == llvm::Triple::x86_64 && triple.isOSLinux() &&
         target.relocationModel == "static" && target.codeModel == "small";
}

std::unique_ptr<BaselineUnit> flux::compileBaseline(const llvm::Module &module,
                                                    std::string &whyNot) {
  auto unit = std::make_unique<CodeUnit>();
  UnitBuilder builder(module, *unit);
  if (builder.run())
    return std::make_unique<BaselineUnit>(std::move(unit));
  whyNot = builder.getReason();
  return nullptr;
}

void flux::writeBaselineObject(
    llvm::ArrayRef<std::unique_ptr<BaselineUnit>> units, bool withCallTable,
    llvm::SmallVectorImpl<char> &out) {
  llvm::SmallVector<const CodeUnit *> code;
  for (const std::unique_ptr<BaselineUnit> &unit : units)
    code.push_back(&unit->getCode());
  writeELF(code, withCallTable, out);
}
