//===- Types.cpp - the types of the language ------------------------------===//
//
// Uniquing, layout and spelling of types.  The layout is the same on every
// target (an address takes 8 bytes), so that constants and messages do not
// depend on where a program runs.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Types.h"
#include "flux/Frontend/AST.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;

static const EnumDecl &getLaidOut(EnumDecl &decl);

bool Type::holdsReference() const {
  switch (kind) {
  case TypeKind::Str:
  case TypeKind::Slice:
    return true;
  case TypeKind::Array:
    return element->holdsReference();
  case TypeKind::Struct:
    return decl->abilities.holdsReference;
  case TypeKind::Enum:
    return getLaidOut(*enumDecl).abilities.holdsReference;
  case TypeKind::Param:
    return !satisfies(Constraint::Copy); // some types that fit may
  default:
    return false;
  }
}

TypeDecl *Type::getDecl() const {
  return isStruct() ? decl : static_cast<TypeDecl *>(enumDecl);
}

bool Type::isLinear() const {
  switch (kind) {
  case TypeKind::Handle:
    return handle != HandleKind::Agent && handle != HandleKind::Bytecode;
  case TypeKind::Array:
    return element->isLinear();
  case TypeKind::Struct:
    return decl->isLinear || decl->abilities.isLinear;
  case TypeKind::Enum:
    return getLaidOut(*enumDecl).abilities.isLinear;
  default:
    return false;
  }
}

unsigned flux::getConstraintClosure(llvm::StringRef word) {
  auto bits = [](auto... constraints) {
    return (unsigned(constraints) | ... | 0u);
  };
  using C = Constraint;
  unsigned num = bits(C::Num, C::Copy, C::Eq, C::Ord, C::Msg);
  return llvm::StringSwitch<unsigned>(word)
      .Case("copy", bits(C::Copy))
      .Case("eq", bits(C::Eq))
      .Case("ord", bits(C::Ord, C::Eq, C::Msg))
      .Case("num", num)
      .Case("int", num | bits(C::Int, C::Hash))
      .Case("float", num | bits(C::Float))
      .Case("hash", bits(C::Hash, C::Eq, C::Msg))
      .Case("msg", bits(C::Msg))
      .Default(0);
}

bool Type::satisfies(Constraint constraint) const {
  using C = Constraint;
  switch (kind) {
  case TypeKind::Error:
    return true;
  case TypeKind::Void:
  case TypeKind::Slice:
  case TypeKind::InOut:
  case TypeKind::Region:
  case TypeKind::Quantity: // stays in steps
    return false;
  case TypeKind::Param:
    return param->closure & unsigned(constraint);
  case TypeKind::Bool:
    return constraint == C::Copy || constraint == C::Eq ||
           constraint == C::Hash || constraint == C::Msg;
  case TypeKind::Int:
    return constraint != C::Float;
  case TypeKind::Float:
    return constraint != C::Int && constraint != C::Hash;
  case TypeKind::Str:
    return constraint == C::Eq || constraint == C::Ord ||
           constraint == C::Hash || constraint == C::Msg;
  case TypeKind::Func:
    return constraint == C::Copy;
  case TypeKind::Handle:
    return constraint == C::Copy && !isLinear();
  case TypeKind::Array:
  case TypeKind::Struct:
  case TypeKind::Enum:
    break;
  }
  if (constraint == C::Ord || constraint == C::Num || constraint == C::Int ||
      constraint == C::Float)
    return false;
  if (isArray())
    return element->satisfies(constraint);
  if (isLinear())
    return false;
  const Abilities &abilities =
      isStruct() ? decl->abilities : getLaidOut(*enumDecl).abilities;
  return abilities.constraints & unsigned(constraint);
}

static constexpr Constraint aggregateConstraints[] = {
    Constraint::Copy, Constraint::Eq, Constraint::Hash, Constraint::Msg};

void Abilities::reset() {
  constraints = 0;
  for (Constraint constraint : aggregateConstraints)
    constraints |= unsigned(constraint);
  holdsReference = isLinear = false;
}

void Abilities::addField(const Type *field) {
  for (Constraint constraint : aggregateConstraints)
    if (!field->satisfies(constraint))
      constraints &= ~unsigned(constraint);
  holdsReference |= field->holdsReference();
  isLinear |= field->isLinear();
}

bool Type::isOpen() const {
  switch (kind) {
  case TypeKind::Param:
    return true;
  case TypeKind::Array:
  case TypeKind::Slice:
  case TypeKind::InOut:
    return element->isOpen();
  case TypeKind::Func:
    return element->isOpen() || llvm::any_of(params, [](const Type *type) {
             return type->isOpen();
           });
  case TypeKind::Struct:
  case TypeKind::Enum:
    return llvm::any_of(getTypeArgs(),
                        [](const Type *type) { return type->isOpen(); });
  default:
    return false;
  }
}

llvm::SmallVector<const Type *, 4> Type::getTypeArgs() const {
  llvm::SmallVector<const Type *, 4> args;
  auto addFields = [&](llvm::ArrayRef<FieldDecl> fields) {
    for (const FieldDecl &field : fields)
      args.push_back(field.type);
  };
  if (isTuple())
    addFields(decl->fields);
  else if (isOption() || isResult())
    for (const VariantDecl &variant : enumDecl->variants)
      addFields(variant.fields);
  else
    llvm::append_range(args, getDecl()->generics.args);
  return args;
}

bool Type::hasPayload() const { return enumDecl->hasPayload(); }
bool Type::isTuple() const { return isStruct() && decl->isTuple; }
bool Type::isOption() const {
  return isEnum() && enumDecl->builtin == EnumDecl::Option;
}
bool Type::isResult() const {
  return isEnum() && enumDecl->builtin == EnumDecl::Result;
}
const Type *Type::getErrorType() const {
  return enumDecl->variants[ErrVariant].fields[0].type;
}

bool Type::isPrintable() const {
  if (isParam())
    return actsAsNumber() || satisfies(Constraint::Ord);
  if (isQuantity())
    return true;
  if (!isEnum())
    return isError() || isNumber() || isBool() || isStr();
  return llvm::all_of(enumDecl->variants, [](const VariantDecl &variant) {
    return llvm::all_of(variant.fields, [](const FieldDecl &field) {
      return field.type && field.type->isPrintable();
    });
  });
}

bool Type::containsRecursive() const {
  if (isArray())
    return element->containsRecursive();
  if (isStruct())
    return decl->isRecursive;
  if (!isEnum() || enumDecl->builtin == EnumDecl::User)
    return isEnum() && enumDecl->isRecursive;
  return llvm::any_of(enumDecl->variants, [](const VariantDecl &variant) {
    return llvm::any_of(variant.fields, [](const FieldDecl &field) {
      return field.type->containsRecursive();
    });
  });
}

/// Lays out the fields of a struct or variant as C does, from offset 0.
static void layOut(llvm::MutableArrayRef<FieldDecl> fields, uint64_t &size,
                   uint64_t &align) {
  for (FieldDecl &field : fields) {
    uint64_t fieldAlign = field.type->getAlign();
    field.offset = llvm::alignTo(size, fieldAlign);
    size = field.offset + field.type->getSize();
    align = std::max(align, fieldAlign);
  }
}

void flux::layOutStruct(StructDecl &decl) {
  decl.abilities.reset();
  for (const FieldDecl &field : decl.fields)
    decl.abilities.addField(field.type);
  decl.size = 0;
  layOut(decl.fields, decl.size, decl.align);
  decl.size = llvm::alignTo(decl.size, decl.align);
}

void flux::layOutEnum(EnumDecl &decl) {
  uint64_t tagBytes = decl.getTagWidth() / 8, payload = 0, align = 1;
  decl.abilities.reset();
  for (VariantDecl &variant : decl.variants) {
    uint64_t size = 0;
    for (const FieldDecl &field : variant.fields)
      decl.abilities.addField(field.type);
    layOut(variant.fields, size, align);
    payload = std::max(payload, size);
  }
  decl.payloadOffset = llvm::alignTo(tagBytes, align);
  decl.align = std::max(tagBytes, align);
  decl.size = llvm::alignTo(decl.payloadOffset + payload, decl.align);
}

bool Type::isComplete() const {
  if (isArray())
    return element->isComplete();
  if (isEnum())
    return getLaidOut(*enumDecl).state == TypeDecl::Resolved;
  return !isStruct() || decl->state == TypeDecl::Resolved;
}

/// The declaration with its layout: instances of built-in enums may be made
/// before their payload is resolved, so they are laid out when asked for, and
/// once as soon as that is for good.
static const EnumDecl &getLaidOut(EnumDecl &decl) {
  if (decl.builtin == EnumDecl::User || decl.state == EnumDecl::Resolved)
    return decl;
  layOutEnum(decl);
  bool isFinal = llvm::all_of(decl.variants, [](const VariantDecl &variant) {
    return llvm::all_of(variant.fields, [](const FieldDecl &field) {
      return field.type->isComplete();
    });
  });
  if (isFinal)
    decl.state = EnumDecl::Resolved;
  return decl;
}

uint64_t Type::getSize() const {
  switch (kind) {
  case TypeKind::Error:
  case TypeKind::Void:
  case TypeKind::Param: // the sizes of instances count
    return 0;
  case TypeKind::Bool:
    return 1;
  case TypeKind::Int:
  case TypeKind::Float:
  case TypeKind::Quantity:
    return width / 8;
  case TypeKind::Func:
  case TypeKind::InOut:
    return 8;
  case TypeKind::Str:
  case TypeKind::Slice:
    return 16;
  case TypeKind::Region:
  case TypeKind::Handle:
    return 8;
  case TypeKind::Array:
    return llvm::SaturatingMultiply(count, element->getSize());
  case TypeKind::Struct:
    return decl->size;
  case TypeKind::Enum:
    return getLaidOut(*enumDecl).size;
  }
  llvm_unreachable("covered switch");
}

uint64_t Type::getAlign() const {
  switch (kind) {
  case TypeKind::Error:
  case TypeKind::Void:
  case TypeKind::Bool:
  case TypeKind::Param:
    return 1;
  case TypeKind::Int:
  case TypeKind::Float:
  case TypeKind::Quantity:
    return width / 8;
  case TypeKind::Func:
  case TypeKind::InOut:
  case TypeKind::Str:
  case TypeKind::Slice:
  case TypeKind::Region:
  case TypeKind::Handle:
    return 8;
  case TypeKind::Array:
    return element->getAlign();
  case TypeKind::Struct:
    return decl->align;
  case TypeKind::Enum:
    return getLaidOut(*enumDecl).align;
  }
  llvm_unreachable("covered switch");
}

std::string Type::str() const {
  switch (kind) {
  case TypeKind::Error:
    return "unknown";
  case TypeKind::Void:
    return "nothing";
  case TypeKind::Bool:
    return "bool";
  case TypeKind::Int:
    return (isSigned ? "i" : "u") + std::to_string(width);
  case TypeKind::Float:
    return "f" + std::to_string(width);
  case TypeKind::Str:
    return "str";
  case TypeKind::Array:
    return "[" + element->str() + "; " + std::to_string(count) + "]";
  case TypeKind::Slice:
    return (isWritable ? "[var " : "[") + element->str() + "]";
  case TypeKind::Struct:
  case TypeKind::Enum:
    return qualify(getDecl()->module, getDecl()->getDisplayName());
  case TypeKind::InOut:
    return "var " + element->str();
  case TypeKind::Param:
    return param->name.str();
  case TypeKind::Func: {
    std::string text = "func(";
    for (const Type *type : params)
      text += (text.back() == '(' ? "" : ", ") + type->str();
    text += ")";
    if (element->isFunc() && statesEffects) // whose effects they are
      text += " -> (" + element->str() + ")";
    else if (!element->isVoid())
      text += " -> " + element->str();
    if (statesEffects)
      text += " uses " + (effects ? getEffectNames(effects) : "none");
    return text;
  }
  case TypeKind::Region:
    return "region";
  case TypeKind::Quantity:
    return getInfo(dimension).name.str();
  case TypeKind::Handle: {
    static constexpr llvm::StringLiteral words[] = {
        "agent", "bytecode", "capability", "device", "reply"};
    std::string word = words[unsigned(handle)].str();
    return element ? word + "<" + element->str() + ">" : word;
  }
  }
  llvm_unreachable("covered switch");
}

TypeContext::TypeContext()
    : error{TypeKind::Error}, voidType{TypeKind::Void},
      boolType{TypeKind::Bool}, strType{TypeKind::Str},
      regionType{TypeKind::Region}, f32Type{TypeKind::Float, 32},
      f64Type{TypeKind::Float, 64} {
  for (bool isSigned : {false, true})
    for (unsigned log = 0; log < 4; ++log)
      ints[isSigned][log] = {TypeKind::Int, uint8_t(8u << log), isSigned};
  for (const DimensionInfo &info : getDimensions()) {
    Type &type = quantities[static_cast<unsigned>(info.dimension)];
    type.kind = TypeKind::Quantity;
    type.width = 64;
    type.element = info.isInteger ? getI64() : getF64();
    type.dimension = info.dimension;
  }
}

const Type *TypeContext::getInt(unsigned width, bool isSigned) const {
  return &ints[isSigned][llvm::Log2_32(width) - 3];
}

const Type *TypeContext::getSlice(const Type *element, bool isWritable) {
  const Type *&slot = slices[{element, isWritable}];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Slice};
    type->element = element;
    type->isWritable = isWritable;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getArray(const Type *element, uint64_t count) {
  const Type *&slot = arrays[{element, count}];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Array};
    type->element = element;
    type->count = count;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getStruct(StructDecl *decl) {
  const Type *&slot = structs[decl];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Struct};
    type->decl = decl;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getEnum(EnumDecl *decl) {
  const Type *&slot = enums[decl];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Enum};
    type->enumDecl = decl;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getFunc(llvm::ArrayRef<const Type *> params,
                                 const Type *result, bool statesEffects,
                                 EffectSet effects) {
  std::vector<const Type *> &slot = funcs[{result, params.size()}];
  for (const Type *type : slot)
    if (type->params == params && type->statesEffects == statesEffects &&
        type->effects == effects)
      return type;
  Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Func};
  type->params = params.copy(allocator);
  type->element = result;
  type->statesEffects = statesEffects;
  type->effects = effects;
  slot.push_back(type);
  return type;
}

const Type *TypeContext::getInOut(const Type *element) {
  const Type *&slot = inOuts[element];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::InOut};
    type->element = element;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getHandle(HandleKind kind, const Type *element) {
  const Type *&slot = handles[{element, unsigned(kind)}];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Handle};
    type->handle = kind;
    type->element = element;
    slot = type;
  }
  return slot;
}

const Type *TypeContext::getParam(const TypeParamDecl *param) {
  const Type *&slot = params[param];
  if (!slot) {
    Type *type = new (allocator.Allocate<Type>()) Type{TypeKind::Param};
    type->param = param;
    slot = type;
  }
  return slot;
}

llvm::StringRef TypeContext::copyText(llvm::StringRef text) {
  return text.copy(allocator);
}

const Type *TypeContext::makeBuiltinEnum(EnumDecl &decl, std::string name) {
  decl.name = copyText(name);
  return getEnum(&decl);
}

static llvm::MutableArrayRef<VariantDecl>
makeVariants(llvm::BumpPtrAllocator &allocator, llvm::StringRef first,
             llvm::StringRef second) {
  VariantDecl *variants = allocator.Allocate<VariantDecl>(2);
  new (&variants[0]) VariantDecl{first, first, {}};
  new (&variants[1]) VariantDecl{second, second, {}};
  return {variants, 2};
}

static llvm::MutableArrayRef<FieldDecl>
makeFields(llvm::BumpPtrAllocator &allocator,
           llvm::ArrayRef<const Type *> types) {
  // Payloads of the built-in enums and results have no names in the language;
  // debuggers show these.
  static constexpr llvm::StringLiteral names[] = {"_0", "_1", "_2", "_3",
                                                  "_4", "_5", "_6", "_7"};
  static_assert(std::size(names) == TypeContext::maxTupleElements);
  FieldDecl *fields = allocator.Allocate<FieldDecl>(types.size());
  for (size_t i = 0; i < types.size(); ++i)
    new (&fields[i]) FieldDecl{names[i], nullptr, types[i], 0};
  return {fields, types.size()};
}

const Type *TypeContext::getOption(const Type *element) {
  const Type *&slot = results[{element, nullptr}];
  if (slot)
    return slot;
  auto *decl = new (allocator.Allocate<EnumDecl>()) EnumDecl;
  decl->builtin = EnumDecl::Option;
  decl->variants = makeVariants(allocator, "none", "some");
  decl->variants[SomeVariant].fields = makeFields(allocator, element);
  slot = makeBuiltinEnum(*decl, "Option<" + element->str() + ">");
  tryTypes[slot] = element;
  return slot;
}

const Type *TypeContext::getResult(const Type *value, const Type *errorType) {
  const Type *&slot = results[{value, errorType}];
  if (slot)
    return slot;
  auto *decl = new (allocator.Allocate<EnumDecl>()) EnumDecl;
  decl->builtin = EnumDecl::Result;
  decl->variants = makeVariants(allocator, "ok", "err");
  if (value->isTuple()) {
    llvm::SmallVector<const Type *> elements;
    for (const FieldDecl &field : value->decl->fields)
      elements.push_back(field.type);
    decl->variants[OkVariant].fields = makeFields(allocator, elements);
  } else if (!value->isVoid()) {
    decl->variants[OkVariant].fields = makeFields(allocator, value);
  }
  decl->variants[ErrVariant].fields = makeFields(allocator, errorType);
  slot = makeBuiltinEnum(*decl, (value->isVoid() ? "" : value->str() + " ") +
                                    "! " + errorType->str());
  tryTypes[slot] = value;
  return slot;
}

const Type *TypeContext::getTuple(llvm::ArrayRef<const Type *> elements) {
  const Type *&slot = tuples[elements.vec()];
  if (slot)
    return slot;
  auto *decl = new (allocator.Allocate<StructDecl>()) StructDecl;
  decl->isTuple = true;
  decl->fields = makeFields(allocator, elements);
  layOutStruct(*decl);
  decl->state = StructDecl::Resolved;
  std::string name = "(";
  for (const Type *element : elements)
    name += (name.size() > 1 ? ", " : "") + element->str();
  decl->name = copyText(name + ")");
  return slot = getStruct(decl);
}

const Type *TypeContext::lookupBuiltin(llvm::StringRef word) const {
  return llvm::StringSwitch<const Type *>(word)
      .Case("bool", &boolType)
      .Case("i8", &ints[1][0])
      .Case("i16", &ints[1][1])
      .Case("i32", &ints[1][2])
      .Case("i64", &ints[1][3])
      .Case("u8", &ints[0][0])
      .Case("u16", &ints[0][1])
      .Case("u32", &ints[0][2])
      .Case("u64", &ints[0][3])
      .Case("f32", &f32Type)
      .Case("f64", &f64Type)
      .Case("str", &strType)
      .Case("region", &regionType)
      .Default(nullptr);
}
