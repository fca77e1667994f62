//===- SelectMemory.cpp - addresses, loads and stores ---------------------===//
//
// An access adds a number to a register, so what is known of an address goes
// into the access, and only the rest is computed.
//
//===----------------------------------------------------------------------===//

#include "Selector.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux::fbc;
namespace isa = flux::isa;
using llvm::dyn_cast;

/// True if only accesses and other addresses need \p pointer.
bool Selector::isOnlyAddress(const Value *pointer) const {
  return llvm::all_of(pointer->users(), [&](const llvm::User *user) {
    if (auto *load = dyn_cast<llvm::LoadInst>(user))
      return !load->getType()->isVectorTy();
    if (auto *store = dyn_cast<llvm::StoreInst>(user))
      return store->getValueOperand() != pointer;
    auto *gep = dyn_cast<llvm::GetElementPtrInst>(user);
    return gep && gep->getPointerOperand() == pointer;
  });
}

Selector::Address Selector::getAddress(const Value *pointer) {
  auto known = addresses.find(pointer);
  if (known != addresses.end() && pointer->getType()->isPointerTy())
    return known->second;
  if (auto *constant = dyn_cast<llvm::Constant>(pointer)) {
    llvm::APInt offset(64, 0);
    const Value *base = constant->stripAndAccumulateConstantOffsets(
        layout, offset, /*AllowNonInbounds=*/true);
    return {getReg(base), noSlot, offset.getSExtValue()};
  }
  return {getReg(pointer), noSlot, 0};
}

Reg Selector::materialize(Address address) {
  if (address.slot != noSlot) {
    Instruction place;
    place.pseudo = Pseudo::Address;
    place.slot = address.slot;
    bool isNear = llvm::isInt<31>(address.offset);
    place.imm = isNear ? address.offset : 0;
    Reg reg = emitHoisted(std::move(place));
    if (isNear)
      return reg;
    address = {reg, noSlot, address.offset};
  }
  if (address.offset == 0)
    return address.base;
  if (llvm::isInt<32>(address.offset))
    return emitImmediate(Opcode::IADDI, address.base, address.offset);
  Reg distance = getNumber(address.offset);
  return emitBinary(Opcode::IADD, address.base, distance);
}

void Selector::selectGEP(const llvm::GetElementPtrInst &op) {
  if (!op.getType()->isPointerTy())
    return fail("a vector of addresses is not supported");
  llvm::SmallMapVector<Value *, llvm::APInt, 4> variable;
  llvm::APInt constant(64, 0);
  if (!op.collectOffset(layout, 64, variable, constant))
    return fail("an address of this kind is not supported");
  Address address = getAddress(op.getPointerOperand());
  int64_t offset = address.offset + constant.getSExtValue();
  if (!variable.empty()) {
    Reg sum = materialize({address.base, address.slot, 0});
    for (auto &[index, scale] : variable) {
      int64_t size = scale.getSExtValue();
      if (size == 0)
        continue;
      Reg distance = getSigned(index);
      if (size > 0 && llvm::isPowerOf2_64(static_cast<uint64_t>(size))) {
        if (size != 1)
          distance = emitImmediate(Opcode::ISHLI, distance,
                                   llvm::Log2_64(static_cast<uint64_t>(size)));
      } else if (llvm::isInt<32>(size)) {
        distance = emitImmediate(Opcode::IMULI, distance, size);
      } else {
        Reg factor = getNumber(size);
        distance = emitBinary(Opcode::IMUL, distance, factor);
      }
      sum = emitBinary(Opcode::IADD, sum, distance);
    }
    address = {sum, noSlot, 0};
  }
  address.offset = offset;
  if (!llvm::isInt<31>(offset))
    address = {materialize(address), noSlot, 0};
  if (!isOnlyAddress(&op) || values.count(&op))
    set(&op, materialize(address));
  addresses[&op] = address;
}

void Selector::selectAlloca(const llvm::AllocaInst &op) {
  constexpr uint64_t usualAlign = 16;
  uint64_t size =
      layout.getTypeAllocSize(op.getAllocatedType()).getFixedValue();
  uint64_t align = op.getAlign().value();
  std::optional<int64_t> count = getKnown(op.getArraySize());
  if (count && op.getParent()->isEntryBlock()) {
    size *= static_cast<uint64_t>(*count);
    if (align <= usualAlign) {
      addresses[&op] = {noReg, static_cast<int32_t>(makeSlot(size)), 0};
      return;
    }
    auto slot = static_cast<int32_t>(makeSlot(size + align));
    Reg low = materialize({noReg, slot, static_cast<int64_t>(align - 1)});
    emitImmediate(Opcode::ANDI, low, -static_cast<int64_t>(align),
                  getResult(&op));
    return;
  }
  out.hasDynamicFrame = true;
  Reg number = getUnsigned(op.getArraySize());
  Reg bytes = emitImmediate(Opcode::IMULI, number, static_cast<int64_t>(size));
  if (align <= usualAlign) {
    emitUnary(Opcode::ALLOCA, bytes, getResult(&op));
    return;
  }
  Reg more = emitImmediate(Opcode::IADDI, bytes, static_cast<int64_t>(align));
  Reg low = emitImmediate(Opcode::IADDI, emitUnary(Opcode::ALLOCA, more),
                          static_cast<int64_t>(align - 1));
  emitImmediate(Opcode::ANDI, low, -static_cast<int64_t>(align),
                getResult(&op));
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

void Selector::emitAccess(Opcode opcode, Reg value, Address address) {
  if (address.slot == noSlot && !llvm::isInt<32>(address.offset))
    address = {materialize(address), noSlot, 0};
  bool isLoad = isa::getInfo(opcode).kind == isa::Kind::Load;
  Instruction &access = emit(opcode);
  access.reg[isLoad ? 0 : 2] = value;
  access.reg[1] = address.slot == noSlot ? address.base : noReg;
  access.slot = address.slot;
  access.imm = address.offset;
}

/// Calls \p visit for each scalar of a value of \p type, in the order of its
/// registers.
void Selector::forEachLeaf(llvm::Type *type, uint64_t offset,
                           LeafVisitor visit) {
  if (auto *array = dyn_cast<llvm::ArrayType>(type)) {
    llvm::Type *element = array->getElementType();
    uint64_t size = layout.getTypeAllocSize(element).getFixedValue();
    for (uint64_t i = 0; i != array->getNumElements(); ++i)
      forEachLeaf(element, offset + i * size, visit);
  } else if (auto *record = dyn_cast<llvm::StructType>(type)) {
    const llvm::StructLayout *places = layout.getStructLayout(record);
    for (unsigned i = 0; i != record->getNumElements(); ++i)
      forEachLeaf(record->getElementType(i),
                  offset + places->getElementOffset(i).getFixedValue(), visit);
  } else {
    visit(type, offset);
  }
}

Reg Selector::emitLoad(llvm::Type *type, Address address, bool withSign,
                       Reg rd) {
  Opcode opcode = Opcode::NOP;
  switch (
      static_cast<unsigned>(layout.getTypeSizeInBits(type).getFixedValue())) {
  case 1:
  case 8:
    opcode = withSign ? Opcode::LOAD8 : Opcode::LOADU8;
    break;
  case 16:
    opcode = withSign ? Opcode::LOAD16 : Opcode::LOADU16;
    break;
  case 32:
    opcode = Opcode::LOAD32;
    break;
  case 64:
    opcode = Opcode::LOAD;
    break;
  default:
    fail("an integer of this width in memory is not supported");
    return rd;
  }
  emitAccess(opcode, rd, address);
  return rd;
}

void Selector::emitStore(llvm::Type *type, Address address, Reg value) {
  Opcode opcode = Opcode::NOP;
  switch (
      static_cast<unsigned>(layout.getTypeSizeInBits(type).getFixedValue())) {
  case 1:
  case 8:
    opcode = Opcode::STORE8;
    break;
  case 16:
    opcode = Opcode::STORE16;
    break;
  case 32:
    opcode = Opcode::STORE32;
    break;
  case 64:
    opcode = Opcode::STORE;
    break;
  default:
    return fail("an integer of this width in memory is not supported");
  }
  emitAccess(opcode, value, address);
}

void Selector::selectLoad(const llvm::LoadInst &op) {
  Address address = getAddress(op.getPointerOperand());
  Parts parts = getParts(&op);
  bool withSign = op.getType()->isIntegerTy() && widthOf(&op) > 1 &&
                  widthOf(&op) < 32 && !op.use_empty() &&
                  llvm::all_of(
                      op.users(),
                      [](const llvm::User *user) {
                        return llvm::isa<llvm::SExtInst>(user) &&
                               (user->getType()->isIntegerTy(64) ||
                                user->getType()->isIntegerTy(32));
                      });
  // Tells the extensions that nothing is left to do.
  if (withSign)
    addresses[&op] = {};
  unsigned i = 0;
  forEachLeaf(op.getType(), 0, [&](llvm::Type *type, uint64_t offset) {
    if (i < parts.size())
      emitLoad(type,
               {address.base, address.slot,
                address.offset + static_cast<int64_t>(offset)},
               withSign, parts[i++]);
  });
}

void Selector::selectStore(const llvm::StoreInst &op) {
  Address address = getAddress(op.getPointerOperand());
  llvm::SmallVector<Source, 4> sources;
  appendSources(op.getValueOperand(), sources);
  unsigned i = 0;
  forEachLeaf(op.getValueOperand()->getType(), 0,
              [&](llvm::Type *type, uint64_t offset) {
                Source &source = sources[i++];
                Reg value =
                    source.isNumber() ? getNumber(source.number) : source.reg;
                emitStore(type,
                          {address.base, address.slot,
                           address.offset + static_cast<int64_t>(offset)},
                          value);
              });
}

/// A process runs alone, so that what nobody can interrupt is a load, an
/// operation and a store.
void Selector::selectAtomic(const llvm::AtomicRMWInst &op) {
  llvm::Type *type = op.getType();
  unsigned width = widthOf(&op);
  if (width > 64 || type->isFloatingPointTy())
    return fail("an atomic operation of this type is not supported");
  Address address = getAddress(op.getPointerOperand());
  Reg value = getReg(op.getValOperand());
  Reg old = emitLoad(type, address, false, getResult(&op));
  Reg result = noReg;
  auto choose = [&](Opcode opcode) {
    Reg a = toSigned(old, width), b = toSigned(value, width);
    return normalize(emitBinary(opcode, a, b), width);
  };
  switch (op.getOperation()) {
  case llvm::AtomicRMWInst::Xchg:
    result = value;
    break;
  case llvm::AtomicRMWInst::Add:
    result = normalize(emitBinary(Opcode::IADD, old, value), width);
    break;
  case llvm::AtomicRMWInst::Sub:
    result = normalize(emitBinary(Opcode::ISUB, old, value), width);
    break;
  case llvm::AtomicRMWInst::And:
    result = emitBinary(Opcode::IAND, old, value);
    break;
  case llvm::AtomicRMWInst::Nand:
    result = normalize(
        emitUnary(Opcode::INOT, emitBinary(Opcode::IAND, old, value)), width);
    break;
  case llvm::AtomicRMWInst::Or:
    result = emitBinary(Opcode::IOR, old, value);
    break;
  case llvm::AtomicRMWInst::Xor:
    result = emitBinary(Opcode::IXOR, old, value);
    break;
  case llvm::AtomicRMWInst::Max:
    result = choose(Opcode::IMAX);
    break;
  case llvm::AtomicRMWInst::Min:
    result = choose(Opcode::IMIN);
    break;
  case llvm::AtomicRMWInst::UMax:
    result = emitBinary(Opcode::UMAX, old, value);
    break;
  case llvm::AtomicRMWInst::UMin:
    result = emitBinary(Opcode::UMIN, old, value);
    break;
  default:
    return fail("an atomic operation of this kind is not supported");
  }
  emitStore(type, address, result);
}

void Selector::selectExchange(const llvm::AtomicCmpXchgInst &op) {
  llvm::Type *type = op.getNewValOperand()->getType();
  Address address = getAddress(op.getPointerOperand());
  Reg expected = getReg(op.getCompareOperand());
  Reg value = getReg(op.getNewValOperand());
  Reg old = emitLoad(type, address, false, out.makeRegister());
  Reg same = emitBinary(Opcode::CMP_EQ, old, expected);
  Reg stored = out.makeRegister();
  Instruction &select = emit(Opcode::SELECT);
  select.reg[0] = stored;
  select.reg[1] = same;
  select.reg[2] = value;
  select.reg[3] = old;
  emitStore(type, address, stored);
  set(&op, {old, same});
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static constexpr int64_t mostInline = 32;

void Selector::selectCopy(const llvm::MemTransferInst &op) {
  std::optional<int64_t> size = getKnown(op.getLength());
  if (!size || *size > mostInline || *size < 0) {
    Reg to = getReg(op.getRawDest()), from = getReg(op.getRawSource());
    Reg length = getReg(op.getLength());
    Instruction &copy = emit(Opcode::MEMCPY);
    copy.reg[1] = to;
    copy.reg[2] = from;
    copy.reg[3] = length;
    return;
  }
  Address to = getAddress(op.getRawDest());
  Address from = getAddress(op.getRawSource());
  // All is loaded before anything is stored: the two may overlap.
  struct Piece {
    llvm::Type *type;
    int64_t offset;
    Reg reg;
  };
  llvm::SmallVector<Piece, 8> pieces;
  for (int64_t at = 0, width = 8; at < *size; at += width) {
    while (width > *size - at)
      width /= 2;
    pieces.push_back({llvm::IntegerType::get(op.getContext(),
                                             static_cast<unsigned>(8 * width)),
                      at, out.makeRegister()});
  }
  for (Piece &piece : pieces)
    emitLoad(piece.type, {from.base, from.slot, from.offset + piece.offset},
             false, piece.reg);
  for (Piece &piece : pieces)
    emitStore(piece.type, {to.base, to.slot, to.offset + piece.offset},
              piece.reg);
}

void Selector::selectFill(const llvm::MemSetInst &op) {
  std::optional<int64_t> size = getKnown(op.getLength());
  std::optional<int64_t> value = getKnown(op.getValue());
  if (!size || *size > mostInline || *size < 0 || !value) {
    Reg to = getReg(op.getRawDest()), byte = getReg(op.getValue());
    Reg length = getReg(op.getLength());
    Instruction &fill = emit(Opcode::MEMSET);
    fill.reg[1] = to;
    fill.reg[2] = byte;
    fill.reg[3] = length;
    return;
  }
  Address to = getAddress(op.getRawDest());
  auto bytes = static_cast<uint64_t>(*value) * 0x0101010101010101;
  Reg word = *size != 0 ? getNumber(static_cast<int64_t>(bytes)) : isa::RegZero;
  for (int64_t at = 0, width = 8; at < *size; at += width) {
    while (width > *size - at)
      width /= 2;
    emitStore(llvm::IntegerType::get(op.getContext(),
                                     static_cast<unsigned>(8 * width)),
              {to.base, to.slot, to.offset + at}, word);
  }
}
