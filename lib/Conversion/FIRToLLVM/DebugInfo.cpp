//===- DebugInfo.cpp - DWARF for compiled functions -----------------------===//
//
// Everything a debugger or a backtrace needs is made with one DIBuilder while
// the functions are walked.  Types are read back from their spelling; their
// sizes follow the same rules as the layout of FIR's types.
//
//===----------------------------------------------------------------------===//
#include "DebugInfo.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using namespace flux::lowering;

/// Deeper types are shown as unknown.
static constexpr unsigned maxTypeDepth = 200;

DebugInfo::DebugInfo(mlir::ModuleOp source, llvm::Module &target,
                     const FIRToLLVMOptions &options)
    : source(source), target(target), options(options), builder(target) {
  mlir::StringAttr name = getPlace(source.getLoc()).file;
  for (auto function : source.getOps<mlir::func::FuncOp>())
    if (mlir::StringAttr file = getPlace(function.getLoc()).file) {
      name = file;
      break;
    }
  mainFile = getFile(name);
  unit = builder.createCompileUnit(
      llvm::DISourceLanguageName(llvm::dwarf::DW_LANG_C11), mainFile,
      options.producer, options.optimized, /*Flags=*/"", /*RV=*/0,
      /*SplitName=*/"",
      isFull() ? llvm::DICompileUnit::FullDebug
               : llvm::DICompileUnit::LineTablesOnly,
      /*DWOId=*/0, /*SplitDebugInlining=*/true,
      /*DebugInfoForProfiling=*/false,
      llvm::DICompileUnit::DebugNameTableKind::None);
  plainSignature =
      builder.createSubroutineType(builder.getOrCreateTypeArray({}));
}

void DebugInfo::finish() {
  builder.finalize();
  target.addModuleFlag(llvm::Module::Warning, "Debug Info Version",
                       llvm::DEBUG_METADATA_VERSION);
  target.addModuleFlag(llvm::Module::Max, "Dwarf Version", 5);
}

llvm::DIFile *DebugInfo::getFile(mlir::StringAttr name) {
  if (!name)
    return mainFile ? mainFile
                    : builder.createFile("unknown", options.compileDir);
  llvm::DIFile *&file = files[name];
  if (!file)
    file = builder.createFile(name.getValue(), options.compileDir);
  return file;
}

/// The spelling of result (0) or parameter (from 1) \p index of \p function.
static llvm::StringRef getSpelling(mlir::func::FuncOp function,
                                   unsigned index) {
  auto types = function->getAttrOfType<mlir::ArrayAttr>(fir::sourceTypesAttr);
  if (!types || index >= types.size())
    return "";
  auto type = llvm::dyn_cast<mlir::StringAttr>(types[index]);
  return type ? type.getValue() : "";
}

llvm::DISubprogram *DebugInfo::getSubprogram(mlir::func::FuncOp function) {
  llvm::DISubprogram *&subprogram = subprograms[function];
  if (subprogram)
    return subprogram;
  Place place = getPlace(function.getLoc());
  llvm::DISubroutineType *signature = plainSignature;
  auto spellings =
      function->getAttrOfType<mlir::ArrayAttr>(fir::sourceTypesAttr);
  if (isFull() && spellings) {
    llvm::SmallVector<llvm::Metadata *> elements;
    for (unsigned i = 0, e = spellings.size(); i < e; ++i)
      elements.push_back(getType(getSpelling(function, i)).type);
    signature =
        builder.createSubroutineType(builder.getOrCreateTypeArray(elements));
  }
  auto flags = llvm::DISubprogram::SPFlagDefinition;
  if (function.isPrivate())
    flags |= llvm::DISubprogram::SPFlagLocalToUnit;
  if (options.optimized)
    flags |= llvm::DISubprogram::SPFlagOptimized;
  llvm::DIFile *file = getFile(place.file);
  // No linkage name: the backtrace shows names of the document.
  subprogram = builder.createFunction(
      file, getSourceName(function), /*LinkageName=*/"", file, place.line,
      signature, place.line, llvm::DINode::FlagPrototyped, flags);
  return subprogram;
}

llvm::DILocation *DebugInfo::getLocation(llvm::DISubprogram *scope,
                                         const Place &place,
                                         llvm::DILocation *inlinedAt) {
  // LLVM keeps 16 bits of a column.
  unsigned column = place.column > UINT16_MAX ? 0 : place.column;
  llvm::LLVMContext &context = target.getContext();
  // Looking for an equal location takes as long as all the rest of the walk;
  // only optimisations gain from equal ones being identical.
  if (!options.optimized)
    return llvm::DILocation::getDistinct(context, place.line, column, scope,
                                         inlinedAt);
  return llvm::DILocation::get(context, place.line, column, scope, inlinedAt);
}

llvm::DILocation *DebugInfo::getLocation(llvm::DISubprogram *scope,
                                         mlir::Location location,
                                         llvm::DILocation *inlinedAt) {
  while (auto site = llvm::dyn_cast<mlir::CallSiteLoc>(location)) {
    mlir::NameLoc call = getInlinedCall(site);
    if (!call)
      break;
    if (functions.empty())
      for (auto function : source.getOps<mlir::func::FuncOp>())
        functions[function.getSymNameAttr()] = function;
    mlir::func::FuncOp callee = functions.lookup(call.getName());
    if (!callee)
      break;
    llvm::DILocation *&at =
        inlinedCalls[{call.getAsOpaquePointer(), scope, inlinedAt}];
    if (!at) {
      llvm::DILocation *outer =
          getLocation(scope, call.getChildLoc(), inlinedAt);
      // Distinct, as LLVM's inliner makes it: equal ones would be one call.
      at = llvm::DILocation::getDistinct(target.getContext(), outer->getLine(),
                                         outer->getColumn(), outer->getScope(),
                                         outer->getInlinedAt());
    }
    scope = getSubprogram(callee);
    inlinedAt = at;
    location = site.getCallee();
  }
  return getLocation(scope, getPlace(location), inlinedAt);
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

void DebugInfo::declareLocal(fir::LocalOp op, llvm::Value *storage,
                             llvm::DILocation *location,
                             llvm::BasicBlock *block) {
  if (!isFull() || !op.getName())
    return;
  llvm::DIType *type = getType(op.getSourceType().value_or("")).type;
  if (!type)
    return;
  llvm::DISubprogram *scope = location->getScope()->getSubprogram();
  llvm::DIFile *file = scope->getFile();
  unsigned line = location->getLine();
  llvm::DILocalVariable *&variable =
      variables[{scope, *op.getName(), line, location->getColumn()}];
  if (!variable)
    variable =
        op.getArg()
            ? builder.createParameterVariable(scope, *op.getName(),
                                              *op.getArg(), file, line, type,
                                              /*AlwaysPreserve=*/true)
            : builder.createAutoVariable(scope, *op.getName(), file, line, type,
                                         /*AlwaysPreserve=*/true);
  builder.insertDeclare(storage, variable, builder.createExpression(), location,
                        block);
}

void DebugInfo::declareParameter(llvm::StringRef name, unsigned index,
                                 mlir::func::FuncOp function,
                                 llvm::Value *storage, bool isIndirect,
                                 llvm::DISubprogram *scope,
                                 llvm::BasicBlock *block) {
  llvm::DIType *type = getType(getSpelling(function, index)).type;
  if (!type)
    return;
  Place place = getPlace(function.getLoc());
  llvm::DILocalVariable *variable = builder.createParameterVariable(
      scope, name, index, scope->getFile(), place.line, type,
      /*AlwaysPreserve=*/true);
  llvm::SmallVector<uint64_t, 1> expression;
  if (isIndirect)
    expression.push_back(llvm::dwarf::DW_OP_deref);
  builder.insertDeclare(storage, variable, builder.createExpression(expression),
                        getLocation(scope, place), block);
}

void DebugInfo::declareGlobal(fir::GlobalOp op,
                              llvm::GlobalVariable *variable) {
  if (!isFull() || !op.getSourceType())
    return;
  llvm::DIType *type = getType(*op.getSourceType()).type;
  if (!type)
    return;
  Place place = getPlace(op.getLoc());
  llvm::DIFile *file = getFile(place.file);
  variable->addDebugInfo(builder.createGlobalVariableExpression(
      file, op.getSymName(), /*LinkageName=*/"", file, place.line, type,
      variable->hasLocalLinkage()));
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

DebugInfo::SourceType DebugInfo::getType(llvm::StringRef text) {
  if (text.empty())
    return {};
  SourceType type = parseType(text, 0);
  return text.empty() ? type : SourceType();
}

/// The text of the type at the front of \p text: up to what ends an element, a
/// field or an argument.
static llvm::StringRef takeType(llvm::StringRef text) {
  unsigned depth = 0;
  char previous = 0;
  for (size_t i = 0; i < text.size(); previous = text[i++]) {
    bool isArrow = text[i] == '>' && previous == '-';
    if (llvm::StringRef("([<").contains(text[i]))
      ++depth;
    else if (llvm::StringRef(")]>;,").contains(text[i]) && depth == 0 &&
             !isArrow)
      return text.take_front(i);
    else if (llvm::StringRef(")]>").contains(text[i]) && !isArrow)
      --depth;
  }
  return text;
}

/// The end of the name of a type, with its type arguments, at the front of
/// \p text.
static size_t findNameEnd(llvm::StringRef text) {
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; };
  size_t end = text.take_while(isWord).size();
  if (!text.substr(end).starts_with("<"))
    return end;
  unsigned depth = 0;
  for (; end < text.size(); ++end) {
    bool isArrow = text[end] == '>' && text[end - 1] == '-';
    if (text[end] == '<')
      ++depth;
    else if (text[end] == '>' && !isArrow && --depth == 0)
      return end + 1;
  }
  return end;
}

/// A function type is the address of code.
DebugInfo::SourceType DebugInfo::parseFunction(llvm::StringRef &text,
                                               unsigned depth) {
  llvm::StringRef begin = text;
  text.consume_front("func(");
  llvm::SmallVector<llvm::Metadata *> elements = {nullptr};
  while (!text.empty() && !text.consume_front(")")) {
    size_t before = text.size();
    elements.push_back(parseType(text, depth + 1).type);
    text.consume_front(", ");
    if (text.size() == before)
      return {};
  }
  if (text.consume_front(" -> "))
    elements[0] = parseType(text, depth + 1).type;
  llvm::StringRef name = begin.drop_back(text.size());
  SourceType &result = types[name];
  if (!result.type)
    result = {
        builder.createPointerType(builder.createSubroutineType(
                                      builder.getOrCreateTypeArray(elements)),
                                  getAddressBits()),
        8, 8};
  return result;
}

/// Reads one type from the front of \p text, as Type::str() writes it.
DebugInfo::SourceType DebugInfo::parseType(llvm::StringRef &text,
                                           unsigned depth) {
  if (depth > maxTypeDepth)
    return {};
  llvm::StringRef begin = text;
  // The names of enums and tuples are more than words.
  llvm::StringRef whole = takeType(text);
  for (llvm::StringRef attribute : {fir::enumsAttr, fir::structsAttr})
    if (auto all = source->getAttrOfType<mlir::DictionaryAttr>(attribute))
      if (auto parts = all.getAs<mlir::ArrayAttr>(whole)) {
        text = text.drop_front(whole.size());
        auto known = types.find(whole);
        if (known != types.end())
          return known->second;
        return attribute == fir::enumsAttr ? makeEnum(whole, parts, depth)
                                           : makeStruct(whole, depth);
      }
  if (text.consume_front("[")) {
    text.consume_front("var ");
    SourceType element = parseType(text, depth + 1);
    uint64_t count = 0;
    bool isArray = text.consume_front("; ");
    if (isArray && text.consumeInteger(10, count))
      return {};
    if (!text.consume_front("]"))
      return {};
    llvm::StringRef name = begin.drop_back(text.size());
    auto [entry, isNew] = types.try_emplace(name);
    if (!isNew)
      return entry->second;
    if (!isArray)
      return types[name] = makeView(name, element.type);
    if (!element.type)
      return {};
    uint64_t size = element.size * count;
    llvm::Metadata *range = builder.getOrCreateSubrange(0, count);
    return types[name] = {builder.createArrayType(
                              size * 8, element.align * 8, element.type,
                              builder.getOrCreateArray({range})),
                          size, element.align};
  }

  if (text.starts_with("func("))
    return parseFunction(text, depth);
  llvm::StringRef name = text.take_front(findNameEnd(text));
  text = text.drop_front(name.size());
  auto known = types.find(name);
  if (known != types.end())
    return known->second;
  unsigned width = 0;
  if (name == "bool")
    return types[name] = {
               builder.createBasicType(name, 8, llvm::dwarf::DW_ATE_boolean), 1,
               1};
  if (name == "str")
    return types[name] =
               makeView(name, builder.createBasicType(
                                  "char", 8, llvm::dwarf::DW_ATE_signed_char));
  if (name.size() > 1 && !name.drop_front().getAsInteger(10, width) &&
      width >= 8 && width <= 64 && llvm::isPowerOf2_32(width)) {
    unsigned encoding = name[0] == 'f'   ? llvm::dwarf::DW_ATE_float
                        : name[0] == 'u' ? llvm::dwarf::DW_ATE_unsigned
                                         : llvm::dwarf::DW_ATE_signed;
    return types[name] = {builder.createBasicType(name, width, encoding),
                          width / 8, width / 8};
  }
  return makeStruct(name, depth);
}

llvm::DIDerivedType *DebugInfo::makeMember(llvm::StringRef name,
                                           const SourceType &type,
                                           uint64_t offset) {
  return builder.createMemberType(mainFile, name, mainFile, /*LineNumber=*/0,
                                  type.size * 8, type.align * 8, offset * 8,
                                  llvm::DINode::FlagZero, type.type);
}

/// Address and length.
DebugInfo::SourceType DebugInfo::makeView(llvm::StringRef name,
                                          llvm::DIType *element) {
  llvm::StringRef length = "i64";
  llvm::Metadata *members[] = {
      makeMember("data",
                 {builder.createPointerType(element, getAddressBits()), 8, 8},
                 0),
      makeMember("len", parseType(length, 0), 8)};
  return {builder.createStructType(mainFile, name, mainFile, /*LineNumber=*/0,
                                   128, 64, llvm::DINode::FlagZero,
                                   /*DerivedFrom=*/nullptr,
                                   builder.getOrCreateArray(members)),
          16, 8};
}

DebugInfo::SourceType DebugInfo::makeStruct(llvm::StringRef name,
                                            unsigned depth) {
  auto structs = source->getAttrOfType<mlir::DictionaryAttr>(fir::structsAttr);
  auto fields = structs ? structs.getAs<mlir::ArrayAttr>(name) : nullptr;
  if (!fields)
    return {};
  types[name] = {}; // what a struct that contains itself would find
  return types[name] = makeFields(name, fields, depth);
}

DebugInfo::SourceType DebugInfo::makeFields(llvm::StringRef name,
                                            mlir::ArrayAttr fields,
                                            unsigned depth) {
  SourceType result;
  llvm::SmallVector<llvm::Metadata *> members;
  for (auto field : fields.getAsRange<mlir::StringAttr>()) {
    auto [fieldName, spelling] = field.getValue().split(": ");
    SourceType type = parseType(spelling, depth + 1);
    if (!type.type)
      continue;
    result.size = llvm::alignTo(result.size, type.align);
    members.push_back(makeMember(fieldName, type, result.size));
    result.size += type.size;
    result.align = std::max(result.align, type.align);
  }
  result.size = llvm::alignTo(result.size, result.align);
  result.type = builder.createStructType(
      mainFile, name, mainFile, /*LineNumber=*/0, result.size * 8,
      result.align * 8, llvm::DINode::FlagZero, /*DerivedFrom=*/nullptr,
      builder.getOrCreateArray(members));
  return result;
}

/// An enum without fields is an enumeration; any other one a struct with a
/// variant part, of which debuggers show the variant that the tag names.
DebugInfo::SourceType DebugInfo::makeEnum(llvm::StringRef name,
                                          mlir::ArrayAttr variants,
                                          unsigned depth) {
  // What slices of the enum inside of itself point to.
  llvm::DICompositeType *forward = builder.createReplaceableCompositeType(
      llvm::dwarf::DW_TAG_structure_type, name, mainFile, mainFile, 0);
  types[name] = {forward, 0, 1};
  unsigned tagBits = variants.size() <= 256 ? 8 : 16;
  llvm::SmallVector<llvm::Metadata *> names;
  llvm::SmallVector<SourceType> payloads;
  SourceType result{nullptr, 0, tagBits / 8};
  bool hasPayload = false;
  for (auto [number, variant] :
       llvm::enumerate(variants.getAsRange<mlir::ArrayAttr>())) {
    llvm::StringRef variantName =
        llvm::cast<mlir::StringAttr>(variant[0]).getValue();
    auto fields = llvm::cast<mlir::ArrayAttr>(variant[1]);
    names.push_back(builder.createEnumerator(variantName, number,
                                             /*IsUnsigned=*/true));
    payloads.push_back(makeFields(variantName, fields, depth + 1));
    hasPayload |= !fields.empty();
    result.size = std::max(result.size, payloads.back().size);
    result.align = std::max(result.align, payloads.back().align);
  }
  llvm::StringRef word = tagBits == 8 ? "u8" : "u16";
  SourceType tag{builder.createEnumerationType(
                     mainFile, hasPayload ? "" : name, mainFile,
                     /*LineNumber=*/0, tagBits, tagBits,
                     builder.getOrCreateArray(names), parseType(word, 0).type),
                 tagBits / 8, tagBits / 8};
  if (!hasPayload) {
    builder.replaceTemporary(llvm::TempDIType(forward), tag.type);
    return types[name] = tag;
  }
  uint64_t offset = llvm::alignTo(tag.size, result.align);
  result.size = llvm::alignTo(offset + result.size, result.align);
  llvm::SmallVector<llvm::Metadata *> members;
  llvm::Type *tagType = llvm::Type::getIntNTy(target.getContext(), tagBits);
  for (auto [number, payload] : llvm::enumerate(payloads))
    if (payload.size)
      members.push_back(builder.createVariantMemberType(
          mainFile, payload.type->getName(), mainFile, /*LineNo=*/0,
          payload.size * 8, payload.align * 8, offset * 8,
          llvm::ConstantInt::get(tagType, number), llvm::DINode::FlagZero,
          payload.type));
  llvm::DIDerivedType *tagMember = makeMember("tag", tag, 0);
  llvm::DICompositeType *part = builder.createVariantPart(
      mainFile, "", mainFile, /*LineNumber=*/0, result.size * 8,
      result.align * 8, llvm::DINode::FlagZero, tagMember,
      builder.getOrCreateArray(members));
  result.type = builder.createStructType(
      mainFile, name, mainFile, /*LineNumber=*/0, result.size * 8,
      result.align * 8, llvm::DINode::FlagZero, /*DerivedFrom=*/nullptr,
      builder.getOrCreateArray({part}));
  builder.replaceTemporary(llvm::TempDIType(forward), result.type);
  return types[name] = result;
}
