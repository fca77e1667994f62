//===- Selector.cpp - instructions for one function -----------------------===//
//
// LLVM's optimiser has done its work; what is left is to find for each value
// the instructions of the machine.  Integers of fewer than 64 bits are held in
// one form (see toCanonical), so that comparisons need no care.
//
//===----------------------------------------------------------------------===//

#include "Selector.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"

using namespace flux::fbc;
namespace isa = flux::isa;
using llvm::cast;
using llvm::dyn_cast;

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

void ModuleState::fail(const llvm::Function &where, const llvm::Twine &what) {
  if (!error.empty())
    return;
  // What was inlined is told as the program has it.
  llvm::StringRef name = where.getName();
  std::string at;
  if (location) {
    name = location->getScope()->getSubprogram()->getName();
    at = (" at " + location->getFilename() + ":" +
          llvm::Twine(location->getLine()) + ":" +
          llvm::Twine(location->getColumn()))
             .str();
  }
  error = (what + " in the function '" + name + "'" + at).str();
}

uint32_t ModuleState::getImport(const llvm::Function &function) {
  llvm::StringRef name = function.getName();
  name.consume_front("import:");
  for (uint32_t i = 0; i != imports.size(); ++i)
    if (imports[i].name == name)
      return i;
  Import import;
  import.name = name.str();
  unsigned parts = 0;
  for (llvm::Type *type : function.getFunctionType()->params())
    if (countParts(type, parts))
      import.args += parts;
  if (countParts(function.getReturnType(), parts))
    import.results = parts;
  imports.push_back(import);
  return static_cast<uint32_t>(imports.size() - 1);
}

bool flux::fbc::countParts(llvm::Type *type, unsigned &count) {
  count = 1;
  if (type->isIntegerTy())
    return type->getIntegerBitWidth() <= 64;
  if (type->isPointerTy() || type->isFloatTy() || type->isDoubleTy())
    return true;
  count = 0;
  if (type->isVoidTy())
    return true;
  constexpr uint64_t most = isa::maxArguments;
  unsigned inner = 0;
  if (auto *array = dyn_cast<llvm::ArrayType>(type)) {
    if (array->getNumElements() > most ||
        !countParts(array->getElementType(), inner))
      return false;
    count = inner * static_cast<unsigned>(array->getNumElements());
    return count <= most;
  }
  auto *record = dyn_cast<llvm::StructType>(type);
  if (!record)
    return false;
  for (llvm::Type *element : record->elements()) {
    if (!countParts(element, inner))
      return false;
    count += inner;
  }
  return count <= most;
}

/// The register among those of a value of \p type where \p indices lead.
static unsigned findPart(llvm::Type *type, llvm::ArrayRef<unsigned> indices) {
  unsigned at = 0;
  for (unsigned index : indices) {
    unsigned inner = 0;
    if (auto *array = dyn_cast<llvm::ArrayType>(type)) {
      type = array->getElementType();
      countParts(type, inner);
      at += index * inner;
      continue;
    }
    auto *record = cast<llvm::StructType>(type);
    for (unsigned i = 0; i != index; ++i) {
      countParts(record->getElementType(i), inner);
      at += inner;
    }
    type = record->getElementType(index);
  }
  return at;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

Selector::Selector(ModuleState &state, const llvm::Function &source,
                   Function &out)
    : state(state), source(source), out(out),
      layout(source.getParent()->getDataLayout()),
      dominators(const_cast<llvm::Function &>(source)), loops(dominators) {}

Instruction &Selector::emit(Opcode opcode) {
  Instruction &result = current().code.emplace_back();
  result.opcode = opcode;
  result.place = placeNumber;
  return result;
}

Instruction &Selector::emit(Pseudo pseudo) {
  Instruction &result = emit(Opcode::NOP);
  result.pseudo = pseudo;
  return result;
}

Reg Selector::emitBinary(Opcode opcode, Reg a, Reg b, Reg rd) {
  if (rd == noReg)
    rd = out.makeRegister();
  Instruction &result = emit(opcode);
  result.reg[0] = rd;
  result.reg[1] = a;
  result.reg[2] = b;
  return rd;
}

Reg Selector::emitImmediate(Opcode opcode, Reg a, int64_t imm, Reg rd) {
  if (rd == noReg)
    rd = out.makeRegister();
  Instruction &result = emit(opcode);
  result.reg[0] = rd;
  result.reg[1] = a;
  result.imm = imm;
  return rd;
}

Reg Selector::emitUnary(Opcode opcode, Reg a, Reg rd) {
  return emitBinary(opcode, a, noReg, rd);
}

void Selector::emitJump(const llvm::BasicBlock *target) {
  emit(Opcode::JMP).target = blockOf(target);
}

void Selector::copy(Reg rd, Reg from) {
  if (rd != from)
    emitUnary(Opcode::MOV, from, rd);
}

uint32_t Selector::makeSlot(uint64_t size) {
  Slot slot;
  slot.size = llvm::alignTo(std::max<uint64_t>(size, 1), 16);
  out.slots.push_back(slot);
  return static_cast<uint32_t>(out.slots.size() - 1);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

std::optional<int64_t> Selector::getKnown(const Value *value) const {
  auto *constant = dyn_cast<llvm::Constant>(value);
  return constant ? state.data.evaluate(constant) : std::nullopt;
}

/// The block in front of the outermost loop around this one, or noBlock.
uint32_t Selector::findPreheader() const {
  const llvm::Loop *loop = loops.getLoopFor(sourceBlock);
  if (loop == nullptr)
    return noBlock;
  const llvm::BasicBlock *before = loop->getOutermostLoop()->getLoopPreheader();
  return before != nullptr ? blockOf(before) : noBlock;
}

/// What needs no operands, in a register.  If a loop needs it, it is made once,
/// in front of it; `hoisted` knows what is there.
Reg Selector::emitHoisted(Instruction instruction) {
  constexpr size_t mostHoisted = 24;
  uint32_t where = findPreheader();
  if (where != noBlock) {
    std::tuple key(where, instruction.slot, instruction.imm);
    auto known = hoisted.find(key);
    if (known != hoisted.end())
      return known->second;
    if (hoisted.size() < mostHoisted) {
      Reg reg = instruction.reg[0] = out.makeRegister();
      hoisted[key] = reg;
      hoistedCode.emplace_back(where, instruction);
      return reg;
    }
  }
  instruction.place = placeNumber;
  Reg reg = instruction.reg[0] = out.makeRegister();
  current().code.push_back(std::move(instruction));
  return reg;
}

/// A number in a register.
Reg Selector::getNumber(int64_t number) {
  if (number == 0)
    return isa::RegZero;
  auto [entry, isNew] = numbers.try_emplace(number, noReg);
  if (!isNew)
    return entry->second;
  Instruction constant;
  constant.opcode = Opcode::LI;
  constant.imm = number;
  return entry->second = emitHoisted(std::move(constant));
}

Parts Selector::getParts(const Value *value) {
  auto known = values.find(value);
  if (known != values.end())
    return known->second;
  if (std::optional<int64_t> number = getKnown(value))
    return {getNumber(*number)};
  Parts parts;
  if (auto *constant = dyn_cast<llvm::Constant>(value)) {
    unsigned count = 0;
    if (!countParts(value->getType(), count)) {
      fail("a value of this type is not supported");
      return {isa::RegZero};
    }
    if (constant->getType()->isAggregateType()) {
      for (unsigned i = 0;
           llvm::Constant *element = constant->getAggregateElement(i); ++i)
        parts.append(getParts(element));
      return parts;
    }
    fail("a constant that is not known here");
    return {isa::RegZero};
  }
  unsigned count = 0;
  if (!countParts(value->getType(), count)) {
    fail("a value of this type is not supported");
    count = 1;
  }
  for (unsigned i = 0; i != count; ++i)
    parts.push_back(out.makeRegister());
  values[value] = parts;
  return parts;
}

Reg Selector::getReg(const Value *value) {
  auto address = addresses.find(value);
  if (address != addresses.end() && !values.count(value))
    return materialize(address->second);
  if (auto *place = dyn_cast<llvm::AllocaInst>(value);
      place && !values.count(value))
    return materialize(getAddress(place));
  if (auto *comparison = dyn_cast<llvm::ICmpInst>(value);
      comparison && isFolded(*comparison))
    return emitComparison(getComparison(*comparison));
  if (auto *comparison = dyn_cast<llvm::FCmpInst>(value);
      comparison && isFolded(*comparison))
    return emitFloatComparison(*comparison);
  if (auto overflow = overflows.find(value); overflow != overflows.end())
    return emitComparison(overflow->second);
  Parts parts = getParts(value);
  return parts.empty() ? Reg(isa::RegZero) : parts[0];
}

Source Selector::getSource(const Value *value) {
  if (std::optional<int64_t> number = getKnown(value))
    return Source::ofNumber(*number);
  return Source::ofReg(getReg(value));
}

void Selector::appendSources(const Value *value,
                             llvm::SmallVectorImpl<Source> &sources) {
  if (!value->getType()->isAggregateType()) {
    sources.push_back(getSource(value));
    return;
  }
  if (auto *constant = dyn_cast<llvm::Constant>(value)) {
    for (unsigned i = 0;
         llvm::Constant *element = constant->getAggregateElement(i); ++i)
      appendSources(element, sources);
    return;
  }
  for (Reg part : getParts(value))
    sources.push_back(Source::ofReg(part));
}

Reg Selector::getResult(const Value *value) { return getParts(value)[0]; }

/// Says where \p value is; a copy only if somebody was told otherwise before.
void Selector::set(const Value *value, llvm::ArrayRef<Reg> parts) {
  auto [entry, isNew] = values.try_emplace(value, parts);
  if (isNew)
    return;
  Instruction copies;
  copies.pseudo = Pseudo::Copies;
  for (auto [to, from] : llvm::zip_equal(entry->second, parts)) {
    copies.outs.push_back(to);
    copies.ins.push_back(Source::ofReg(from));
  }
  current().code.push_back(std::move(copies));
}

void Selector::set(const Value *value, Reg reg) {
  set(value, llvm::ArrayRef<Reg>(reg));
}

Reg Selector::toSigned(Reg reg, unsigned width) {
  switch (width) {
  case 64:
  case 32:
    return reg;
  case 16:
    return emitUnary(Opcode::SEXT16, reg);
  case 8:
    return emitUnary(Opcode::SEXT8, reg);
  case 1:
    return emitUnary(Opcode::INEG, reg);
  default:
    return emitImmediate(Opcode::ISHRI,
                         emitImmediate(Opcode::ISHLI, reg, 64 - width),
                         64 - width);
  }
}

Reg Selector::toUnsigned(Reg reg, unsigned width) {
  return width == 32 ? emitUnary(Opcode::ZEXT32, reg) : reg;
}

Reg Selector::getSigned(const Value *value) {
  unsigned width = widthOf(value);
  if (std::optional<int64_t> known = getKnown(value))
    return getNumber(
        width >= 64 ? *known
                    : llvm::SignExtend64(static_cast<uint64_t>(*known), width));
  return toSigned(getReg(value), width);
}

Reg Selector::getUnsigned(const Value *value) {
  if (std::optional<int64_t> known = getKnown(value);
      known && widthOf(value) == 32)
    return getNumber(static_cast<uint32_t>(*known));
  return toUnsigned(getReg(value), widthOf(value));
}

Reg Selector::normalize(Reg reg, unsigned width, Reg rd) {
  if (width == 32)
    return emitUnary(Opcode::SEXT32, reg, rd);
  if (width < 32)
    return emitImmediate(Opcode::ANDI, reg, (int64_t(1) << width) - 1, rd);
  if (width < 64)
    return emitImmediate(Opcode::USHRI,
                         emitImmediate(Opcode::ISHLI, reg, 64 - width),
                         64 - width, rd);
  if (rd == noReg)
    return reg;
  copy(rd, reg);
  return rd;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The place in the document of what is emitted from here on.
void Selector::setPlace(const llvm::DebugLoc &location) {
  state.location = location.get();
  placeNumber = location ? state.places.getPlace(location.get()) + 1 : 0;
}

/// The values of the phis of \p to, where control goes from \p from.
void Selector::addCopies(const llvm::BasicBlock &from,
                         const llvm::BasicBlock &to) {
  Instruction copies;
  copies.pseudo = Pseudo::Copies;
  copies.place = placeNumber;
  for (const llvm::PHINode &phi : to.phis()) {
    llvm::SmallVector<Source, 4> sources;
    appendSources(phi.getIncomingValueForBlock(&from), sources);
    for (auto [to, from] : llvm::zip_equal(getParts(&phi), sources)) {
      if (!from.isNumber() && from.reg == to)
        continue;
      copies.outs.push_back(to);
      copies.ins.push_back(from);
    }
  }
  if (!copies.outs.empty())
    current().code.push_back(std::move(copies));
}

/// Blocks that end the program stand behind all others.
void Selector::placeBlocks() {
  std::vector<uint32_t> cold;
  for (const llvm::BasicBlock &llvmBlock : source) {
    bool isCold = llvm::isa<llvm::UnreachableInst>(llvmBlock.getTerminator()) &&
                  &llvmBlock != &source.getEntryBlock();
    (isCold ? cold : out.order).push_back(blockOf(&llvmBlock));
  }
  llvm::append_range(out.order, cold);
}

void Selector::run() {
  for (const llvm::BasicBlock &llvmBlock : source) {
    blocks[&llvmBlock] = static_cast<uint32_t>(out.blocks.size());
    out.blocks.emplace_back().loopDepth = loops.getLoopDepth(&llvmBlock);
  }
  placeBlocks();

  unsigned parts = 0;
  if (!countParts(source.getReturnType(), parts))
    return fail("a result of this type is not supported");
  out.results = parts;
  Instruction params;
  params.pseudo = Pseudo::Params;
  for (const llvm::Argument &argument : source.args())
    for (Reg part : getParts(&argument))
      params.outs.push_back(part);
  // More arguments than registers lie in memory of the caller.
  llvm::SmallVector<Reg, 8> inMemory;
  Reg memory = noReg;
  if (params.outs.size() > isa::maxArguments) {
    inMemory.append(params.outs.begin() + isa::maxArguments - 1,
                    params.outs.end());
    params.outs.resize(isa::maxArguments - 1);
    params.outs.push_back(memory = out.makeRegister());
  }
  out.args = static_cast<unsigned>(params.outs.size());
  current().code.push_back(std::move(params));
  for (auto [i, reg] : llvm::enumerate(inMemory))
    emitAccess(Opcode::LOAD, reg, {memory, noSlot, int64_t(8 * i)});

  llvm::ReversePostOrderTraversal<const llvm::Function *> order(&source);
  for (const llvm::BasicBlock *llvmBlock : order) {
    sourceBlock = llvmBlock;
    block = blockOf(llvmBlock);
    numbers.clear();
    for (const llvm::Instruction &instruction : *llvmBlock) {
      setPlace(instruction.getDebugLoc());
      if (instruction.isTerminator())
        selectTerminator(instruction);
      else
        select(instruction);
    }
  }
  // A switch may have become several blocks.
  for (Block &each : out.blocks) {
    for (const Instruction &instruction : each.code) {
      llvm::append_range(each.successors, instruction.table);
      if (instruction.target != noBlock)
        each.successors.push_back(instruction.target);
    }
    llvm::sort(each.successors);
    each.successors.erase(llvm::unique(each.successors), each.successors.end());
  }
  // In front of the jump that ends the block; its operands are not concerned.
  for (auto &[where, constant] : hoistedCode) {
    std::vector<Instruction> &code = out.blocks[where].code;
    auto at = code.end();
    while (at != code.begin() && std::prev(at)->isReal() &&
           (isa::getInfo(std::prev(at)->opcode).flags &
                (isa::EndsBlock | isa::ReadsFlags | isa::WritesFlags) ||
            std::prev(at)->target != noBlock))
      --at;
    code.insert(at, constant);
  }
}

void Selector::select(const llvm::Instruction &op) {
  if (auto *binary = dyn_cast<llvm::BinaryOperator>(&op))
    return selectBinary(*binary);
  if (auto *conversion = dyn_cast<llvm::CastInst>(&op))
    return selectCast(*conversion);
  if (auto *comparison = dyn_cast<llvm::ICmpInst>(&op)) {
    if (!isFolded(*comparison))
      emitComparison(getComparison(*comparison), getResult(&op));
    return;
  }
  if (auto *comparison = dyn_cast<llvm::FCmpInst>(&op)) {
    if (!isFolded(*comparison))
      set(&op, emitFloatComparison(*comparison));
    return;
  }
  switch (op.getOpcode()) {
  case llvm::Instruction::PHI: {
    auto &phi = cast<llvm::PHINode>(op);
    // Where control comes from one block, a phi is only a name.
    if (phi.getNumIncomingValues() == 1 &&
        !llvm::isa<llvm::Constant>(phi.getIncomingValue(0))) {
      auto *only = phi.getIncomingValue(0);
      if (only->getType()->isAggregateType())
        set(&op, getParts(only));
      else
        set(&op, getReg(only));
    } else if (phi.getNumIncomingValues() == 1) {
      llvm::SmallVector<Source, 4> sources;
      appendSources(phi.getIncomingValue(0), sources);
      Parts parts = getParts(&op);
      Instruction &copies = emit(Pseudo::Copies);
      copies.outs.append(parts.begin(), parts.end());
      copies.ins.append(sources.begin(), sources.end());
    }
    return;
  }
  case llvm::Instruction::Select:
    return selectSelect(cast<llvm::SelectInst>(op));
  case llvm::Instruction::Load:
    return selectLoad(cast<llvm::LoadInst>(op));
  case llvm::Instruction::Store:
    return selectStore(cast<llvm::StoreInst>(op));
  case llvm::Instruction::GetElementPtr:
    return selectGEP(cast<llvm::GetElementPtrInst>(op));
  case llvm::Instruction::Alloca:
    return selectAlloca(cast<llvm::AllocaInst>(op));
  case llvm::Instruction::Call:
    return selectCall(cast<llvm::CallInst>(op));
  case llvm::Instruction::ExtractValue:
    return selectExtract(cast<llvm::ExtractValueInst>(op));
  case llvm::Instruction::InsertValue:
    return selectInsert(cast<llvm::InsertValueInst>(op));
  case llvm::Instruction::AtomicRMW:
    return selectAtomic(cast<llvm::AtomicRMWInst>(op));
  case llvm::Instruction::AtomicCmpXchg:
    return selectExchange(cast<llvm::AtomicCmpXchgInst>(op));
  case llvm::Instruction::Fence:
    emit(Opcode::FENCE);
    return;
  case llvm::Instruction::Freeze:
    if (llvm::isa<llvm::Constant>(op.getOperand(0))) {
      llvm::SmallVector<Source, 4> sources;
      appendSources(op.getOperand(0), sources);
      Parts parts = getParts(&op);
      Instruction &copies = emit(Pseudo::Copies);
      copies.outs.append(parts.begin(), parts.end());
      copies.ins.append(sources.begin(), sources.end());
    } else if (op.getType()->isAggregateType()) {
      set(&op, getParts(op.getOperand(0)));
    } else {
      set(&op, getReg(op.getOperand(0)));
    }
    return;
  case llvm::Instruction::FNeg:
    if (op.getType()->isDoubleTy())
      emitUnary(Opcode::FNEG, getReg(op.getOperand(0)), getResult(&op));
    else if (op.getType()->isFloatTy())
      emitImmediate(Opcode::XORI, getReg(op.getOperand(0)), INT32_MIN,
                    getResult(&op));
    else
      fail("a float of this type is not supported");
    return;
  default:
    fail(llvm::Twine("'") + op.getOpcodeName() + "' is not supported");
  }
}

void Selector::selectExtract(const llvm::ExtractValueInst &op) {
  const Value *from = op.getAggregateOperand();
  if (auto *overflow = dyn_cast<llvm::WithOverflowInst>(from);
      overflow && op.getNumIndices() == 1 && op.getIndices()[0] == 1) {
    auto known = overflows.find(overflow);
    if (known != overflows.end()) {
      Comparison comparison = known->second;
      overflows[&op] = comparison;
      return;
    }
  }
  llvm::SmallVector<Source, 8> all;
  appendSources(from, all);
  unsigned count = 0;
  countParts(op.getType(), count);
  unsigned first = findPart(from->getType(), op.getIndices());
  Parts parts;
  for (Source &source : llvm::MutableArrayRef(all).slice(first, count))
    parts.push_back(source.isNumber() ? getNumber(source.number) : source.reg);
  set(&op, parts);
}

void Selector::selectInsert(const llvm::InsertValueInst &op) {
  llvm::SmallVector<Source, 8> all, part;
  appendSources(op.getAggregateOperand(), all);
  appendSources(op.getInsertedValueOperand(), part);
  unsigned first = findPart(op.getType(), op.getIndices());
  for (auto [i, source] : llvm::enumerate(part))
    all[first + i] = source;
  Parts parts;
  for (Source &source : all)
    parts.push_back(source.isNumber() ? getNumber(source.number) : source.reg);
  set(&op, parts);
}
