//===- Module.cpp - declarations, types, constants and locations ----------===//
//
// Functions of the document are private and get the symbol `flux.NAME`, so that
// none can clash with a function of the runtime; the one public function is
// `flux_main`.  Of imported documents only what the program uses is lowered,
// as `flux.MODULE.NAME`.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Conversion/ASTToFIR.h"
#include "flux/Frontend/Builtins.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Locations
//===----------------------------------------------------------------------===//

LocationMap::LocationMap(StringRef buffer, mlir::StringAttr fileName)
    : buffer(buffer), fileName(fileName),
      last(mlir::FileLineColLoc::get(fileName, 0, 0)) {}

void LocationMap::findLines() {
  lineStarts.push_back(buffer.begin());
  for (size_t at = buffer.find('\n'); at != StringRef::npos;
       at = buffer.find('\n', at + 1))
    lineStarts.push_back(buffer.begin() + at + 1);
  lineStarts.push_back(buffer.end() + 1);
}

mlir::Location LocationMap::get(const char *place) {
  if (buffer.data() == nullptr || !contains(place))
    return last;
  Known &entry = known[size_t(place - buffer.begin()) & (numKnown - 1)];
  if (entry.place == place)
    return last = mlir::Location::getFromOpaquePointer(entry.location);
  if (lineStarts.empty())
    findLines();
  if (place < lineStarts[line] || place >= lineStarts[line + 1])
    line = std::upper_bound(lineStarts.begin(), lineStarts.end() - 1, place) -
           lineStarts.begin() - 1;
  last = mlir::FileLineColLoc::get(fileName, line + 1,
                                   place - lineStarts[line] + 1);
  entry = {place, last.getAsOpaquePointer()};
  return last;
}

mlir::Location ProgramLocations::get(const char *place) {
  if (!maps[last].contains(place))
    for (size_t i = 0; i < maps.size(); ++i)
      if (maps[i].contains(place)) {
        last = i;
        break;
      }
  return maps[last].get(place);
}

void ModuleLowering::addLocations(const Module &module) {
  if (!located.insert(&module).second)
    return;
  for (const ImportDecl *import : module.imports) {
    if (!import->module)
      continue;
    addLocations(*import->module);
    locations.add(import->module->source,
                  builder.getStringAttr(import->module->fileName));
  }
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

ModuleLowering::ModuleLowering(const Module &module, mlir::MLIRContext &context,
                               StringRef buffer, StringRef fileName,
                               bool poisons)
    : module(module), context(context),
      locations(buffer, mlir::StringAttr::get(&context, fileName)),
      builder(&context), poisons(poisons) {}

mlir::Type ModuleLowering::getType(const Type *type) {
  mlir::Type &result = types[type];
  if (result)
    return result;
  switch (type->kind) {
  case TypeKind::Error:
  case TypeKind::Void:
  case TypeKind::InOut:
  case TypeKind::Param:
    llvm_unreachable("not the type of a value");
  case TypeKind::Bool:
    return result = builder.getI1Type();
  case TypeKind::Int:
    return result = builder.getIntegerType(type->width);
  case TypeKind::Float:
    return result = type->width == 32 ? mlir::Type(builder.getF32Type())
                                      : builder.getF64Type();
  case TypeKind::Str:
    return result = fir::StrType::get(&context);
  case TypeKind::Region:
    return result = fir::RegionType::get(&context);
  case TypeKind::Handle:
    if (type->handle == HandleKind::Agent)
      return result = fir::AgentType::get(&context);
    if (type->handle == HandleKind::Bytecode)
      return result = fir::BytecodeType::get(&context);
    return result = fir::CapabilityType::get(&context);
  case TypeKind::Quantity:
    return result = type->element->isFloat() ? mlir::Type(builder.getF64Type())
                                             : builder.getI64Type();
  case TypeKind::Array:
  case TypeKind::Slice:
  case TypeKind::Struct:
  case TypeKind::Enum:
  case TypeKind::Func:
    break;
  }
  // These look up other types, which moves the map's entries.
  mlir::Type composed;
  if (type->isStruct()) {
    llvm::SmallVector<mlir::Type> fields;
    for (const FieldDecl &field : type->decl->fields)
      fields.push_back(getType(field.type));
    composed = fir::StructType::get(&context, type->str(), fields);
  } else if (type->isEnum()) {
    composed = getEnumType(*type->enumDecl);
  } else if (type->isFunc()) {
    composed = getFunctionType(type->params, type->element);
  } else if (type->isArray()) {
    composed = fir::ArrayType::get(type->count, getType(type->element));
  } else {
    composed = fir::SliceType::get(getElementType(type->element));
  }
  return types[type] = composed;
}

/// An array or struct that is returned is written to a place that comes first.
mlir::FunctionType
ModuleLowering::getFunctionType(ArrayRef<const Type *> params,
                                const Type *result) {
  llvm::SmallVector<mlir::Type> inputs;
  llvm::SmallVector<mlir::Type, 1> results;
  if (result->isAggregate())
    inputs.push_back(getRefType(result));
  else if (!result->isVoid())
    results.push_back(getType(result));
  for (const Type *param : params)
    inputs.push_back(param->isInOut()       ? getRefType(param->element)
                     : param->isAggregate() ? mlir::Type(getRefType(param))
                                            : getType(param));
  return builder.getFunctionType(inputs, results);
}

mlir::StringAttr ModuleLowering::getTypeName(const Type *type) {
  mlir::StringAttr &name = typeNames[type];
  if (name)
    return name;
  describe(type);
  return name = builder.getStringAttr(
             type->isVoid() ? "" : type->getNumber()->str());
}

mlir::StringAttr ModuleLowering::getBuiltinName(const Builtin &builtin) {
  mlir::StringAttr &name = builtinNames[&builtin];
  if (!name)
    name = builder.getStringAttr(builtin.getFullName());
  return name;
}

mlir::ArrayAttr ModuleLowering::describeFields(ArrayRef<FieldDecl> fields) {
  llvm::SmallVector<mlir::Attribute> texts;
  for (const FieldDecl &field : fields)
    texts.push_back(
        builder.getStringAttr(field.name + ": " + field.type->str()));
  return builder.getArrayAttr(texts);
}

void ModuleLowering::describeEnum(const EnumDecl &decl) {
  llvm::SmallVector<mlir::Attribute> variants;
  for (const VariantDecl &variant : decl.variants)
    variants.push_back(builder.getArrayAttr(
        {builder.getStringAttr(variant.name), describeFields(variant.fields)}));
  enums.push_back(
      builder.getNamedAttr(qualify(decl.module, decl.getDisplayName()),
                           builder.getArrayAttr(variants)));
  for (const VariantDecl &variant : decl.variants)
    for (const FieldDecl &field : variant.fields)
      describe(field.type);
}

/// Says what \p type and the types in it consist of.
void ModuleLowering::describe(const Type *type) {
  while (type->isArray() || type->isSlice())
    type = type->element;
  if (type->isEnum() && described.insert(type->enumDecl).second)
    return describeEnum(*type->enumDecl);
  if (!type->isStruct() || !described.insert(type->decl).second)
    return;
  structs.push_back(
      builder.getNamedAttr(type->str(), describeFields(type->decl->fields)));
  for (const FieldDecl &field : type->decl->fields)
    describe(field.type);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

mlir::Attribute ModuleLowering::getFilled(mlir::Attribute element,
                                          const Type *array) {
  if (array->element->isNumber())
    return mlir::DenseElementsAttr::get(
        mlir::RankedTensorType::get(int64_t(array->count),
                                    getType(array->element)),
        ArrayRef(element));
  return builder.getArrayAttr(
      llvm::SmallVector<mlir::Attribute>(array->count, element));
}

mlir::Attribute ModuleLowering::getArrayAttribute(ArrayRef<ConstValue> elements,
                                                  const Type *element) {
  if (!element->isNumber() || elements.empty()) {
    llvm::SmallVector<mlir::Attribute> values;
    for (const ConstValue &value : elements)
      values.push_back(getAttribute(value, element));
    return builder.getArrayAttr(values);
  }
  // Host order is what DenseElementsAttr keeps.
  unsigned width = element->width / 8;
  std::vector<char> bytes(elements.size() * width);
  char *out = bytes.data();
  for (const ConstValue &value : elements) {
    uint64_t bits;
    if (element->isInt())
      bits = uint64_t(value.intValue);
    else if (width == 4)
      bits = llvm::bit_cast<uint32_t>(float(value.floatValue));
    else
      bits = llvm::bit_cast<uint64_t>(value.floatValue);
    for (unsigned i = 0; i < width; ++i)
      *out++ = char(bits >> (8 * i));
  }
  auto type =
      mlir::RankedTensorType::get(int64_t(elements.size()), getType(element));
  return mlir::DenseElementsAttr::getFromRawBuffer(type, bytes);
}

mlir::Attribute ModuleLowering::getAttribute(const ConstValue &value,
                                             const Type *type) {
  switch (value.kind) {
  case ConstValue::None:
    llvm_unreachable("constants are evaluated");
  case ConstValue::Int:
    return builder.getIntegerAttr(
        getType(type), llvm::APInt(type->width, uint64_t(value.intValue),
                                   /*isSigned=*/false, /*implicitTrunc=*/true));
  case ConstValue::Float:
    return builder.getFloatAttr(getType(type), value.floatValue);
  case ConstValue::Bool:
    return builder.getBoolAttr(value.intValue != 0);
  case ConstValue::Str:
    return builder.getStringAttr(value.strValue);
  case ConstValue::Variant:
    return getVariantAttribute(value, type);
  case ConstValue::Func:
    return mlir::FlatSymbolRefAttr::get(getFunction(value.function));
  case ConstValue::Fill:
    return getFilled(getAttribute(value.elements[0], type->element), type);
  case ConstValue::Aggregate:
    break;
  }
  if (type->isArray())
    return getArrayAttribute(value.elements, type->element);
  llvm::SmallVector<mlir::Attribute> fields;
  for (auto [field, decl] : llvm::zip(value.elements, type->decl->fields))
    fields.push_back(getAttribute(field, decl.type));
  return builder.getArrayAttr(fields);
}

mlir::Attribute ModuleLowering::getZero(const Type *type) {
  if (type->isStr())
    return builder.getStringAttr("");
  if (type->isFunc())
    return getUnsetFunction(type);
  if (type->isSlice())
    return builder.getArrayAttr({});
  if (type->isArray())
    return getFilled(getZero(type->element), type);
  if (type->isEnum()) {
    llvm::SmallVector<mlir::Attribute> fields;
    for (const FieldDecl &field : type->enumDecl->variants[0].fields)
      fields.push_back(getZero(field.type));
    mlir::Attribute number = builder.getIntegerAttr(
        builder.getIntegerType(type->enumDecl->getTagWidth()), 0);
    return type->hasPayload()
               ? builder.getArrayAttr({number, builder.getArrayAttr(fields)})
               : number;
  }
  if (!type->isStruct())
    return builder.getZeroAttr(getType(type));
  llvm::SmallVector<mlir::Attribute> fields;
  for (const FieldDecl &field : type->decl->fields)
    fields.push_back(getZero(field.type));
  return builder.getArrayAttr(fields);
}

mlir::FlatSymbolRefAttr
ModuleLowering::makeGlobal(mlir::Location loc, const llvm::Twine &name,
                           mlir::Type type, mlir::Attribute value,
                           bool isConstant, bool isFill,
                           mlir::StringAttr sourceType) {
  mlir::StringAttr symbol = builder.getStringAttr(name);
  fir::GlobalOp::create(builder, loc, symbol, mlir::TypeAttr::get(type), value,
                        isConstant ? builder.getUnitAttr() : nullptr,
                        isFill ? builder.getUnitAttr() : nullptr, sourceType);
  return mlir::FlatSymbolRefAttr::get(symbol);
}

mlir::FlatSymbolRefAttr ModuleLowering::makeTable(mlir::Location loc,
                                                  ArrayRef<ConstValue> values,
                                                  const Type *type) {
  return makeGlobal(loc, "flux.table." + llvm::Twine(numTables++),
                    getType(type), getArrayAttribute(values, type->element),
                    /*isConstant=*/true, /*isFill=*/false, {});
}

mlir::FlatSymbolRefAttr ModuleLowering::getGlobal(const ConstDecl &constant) {
  mlir::FlatSymbolRefAttr &symbol = globals[&constant];
  if (symbol)
    return symbol;
  const Type *type = constant.type;
  bool isFill = constant.value.kind == ConstValue::Fill;
  mlir::Attribute value =
      isFill ? builder.getArrayAttr(
                   getAttribute(constant.value.elements[0], type->element))
             : getAttribute(constant.value, type);
  return symbol = makeGlobal(getLoc(constant.name),
                             makeUnique("flux.const." + qualify(constant.module,
                                                                constant.name)),
                             getType(type), value, /*isConstant=*/true, isFill,
                             getTypeName(type));
}

mlir::FlatSymbolRefAttr
ModuleLowering::getRegionSymbol(const RegionDecl &decl) {
  mlir::FlatSymbolRefAttr &symbol = regions[&decl];
  if (!symbol) {
    mlir::StringAttr name =
        builder.getStringAttr("flux.region." + qualify(decl.module, decl.name));
    fir::RegionOp::create(builder, getLoc(decl.name), name,
                          builder.getI64IntegerAttr(decl.size));
    symbol = mlir::FlatSymbolRefAttr::get(name);
  }
  return symbol;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

mlir::func::FuncOp ModuleLowering::getFunction(const FunctionDecl *decl) {
  mlir::func::FuncOp function = functions.lookup(decl);
  if (function)
    return function;
  pending.push_back(decl);
  return declareFunction(*decl);
}

/// Tests may declare the same names (TEST-2), and FIR has one scope.
std::string ModuleLowering::makeUnique(std::string symbol) {
  while (!symbols.insert(symbol).second)
    symbol += "'";
  return symbol;
}

mlir::func::FuncOp ModuleLowering::declareFunction(const FunctionDecl &decl) {
  llvm::SmallVector<mlir::Type> params;
  llvm::SmallVector<mlir::Type, 1> results;
  llvm::SmallVector<mlir::Attribute> sourceTypes;
  llvm::SmallVector<mlir::DictionaryAttr> argAttrs;
  bool hasArgAttrs = false;

  sourceTypes.push_back(getTypeName(decl.resultType));
  if (decl.resultType->isAggregate()) {
    params.push_back(getRefType(decl.resultType));
    argAttrs.push_back(builder.getDictionaryAttr(
        builder.getNamedAttr(fir::resultPlaceAttr, builder.getUnitAttr())));
    hasArgAttrs = true;
  } else if (!decl.resultType->isVoid()) {
    results.push_back(getType(decl.resultType));
  }
  for (const VarDecl *param : decl.params) {
    sourceTypes.push_back(getTypeName(param->type));
    if (!param->type->isAggregate() && !param->isVarParam) {
      params.push_back(getType(param->type));
      argAttrs.push_back(builder.getDictionaryAttr({}));
      continue;
    }
    params.push_back(getRefType(param->type));
    llvm::SmallVector<mlir::NamedAttribute, 3> attrs = {builder.getNamedAttr(
        fir::paramNameAttr, builder.getStringAttr(param->name))};
    if (param->isVarParam)
      attrs.push_back(
          builder.getNamedAttr(fir::varParamAttr, builder.getUnitAttr()));
    if (param->isVarParam && isExclusive(decl, *param))
      attrs.push_back(
          builder.getNamedAttr(fir::exclusiveAttr, builder.getUnitAttr()));
    argAttrs.push_back(builder.getDictionaryAttr(attrs));
    hasArgAttrs = true;
  }
  for (const VarDecl *param : decl.params)
    if (param->shape.size() > 1) {
      params.append(param->shape.size(), builder.getI64Type());
      argAttrs.append(param->shape.size(), builder.getDictionaryAttr({}));
    }

  // No name of the document has a point.
  std::string name = qualify(decl.module, decl.getDisplayName());
  std::string symbol = "flux." + name;
  if (decl.testNumber)
    symbol = "flux.test." + std::to_string(decl.testNumber);
  auto function = mlir::func::FuncOp::create(
      builder, getLoc(decl.name), makeUnique(symbol),
      builder.getFunctionType(params, results),
      {builder.getNamedAttr(fir::sourceNameAttr, builder.getStringAttr(name)),
       builder.getNamedAttr(fir::sourceTypesAttr,
                            builder.getArrayAttr(sourceTypes))},
      hasArgAttrs ? ArrayRef(argAttrs) : ArrayRef<mlir::DictionaryAttr>());
  function.setPrivate();
  if (decl.isTile)
    function->setAttr(fir::tileAttr, describeTile(decl.tile));
  return functions[&decl] = function;
}

mlir::func::FuncOp ModuleLowering::makeEntryPoint(mlir::Location loc) {
  auto args = fir::SliceType::get(fir::StrType::get(&context));
  auto entry = mlir::func::FuncOp::create(
      builder, loc, "flux_main",
      builder.getFunctionType(args, builder.getI32Type()));
  entry.addEntryBlock();
  return entry;
}

void ModuleLowering::emitMain(const FunctionDecl &decl) {
  mlir::Location loc = getLoc(decl.name);
  mlir::func::FuncOp entry = makeEntryPoint(loc);
  mlir::OpBuilder body = mlir::OpBuilder::atBlockEnd(&entry.getBody().front());
  llvm::SmallVector<mlir::Value, 1> args;
  if (!decl.params.empty())
    args.push_back(entry.getArgument(0));
  auto call =
      mlir::func::CallOp::create(body, loc, functions.lookup(&decl), args);
  if (call.getNumResults()) {
    // Checks the status; buffers are flushed there.
    fir::IntrinsicOp::create(body, loc, mlir::TypeRange(),
                             builder.getStringAttr("process.exit"),
                             call.getResults());
    fir::UnreachableOp::create(body, loc);
    return;
  }
  auto zero =
      mlir::arith::ConstantOp::create(body, loc, builder.getI32IntegerAttr(0));
  mlir::func::ReturnOp::create(body, loc, zero.getResult());
}

mlir::OwningOpRef<mlir::ModuleOp> ModuleLowering::run() {
  mlir::OwningOpRef<mlir::ModuleOp> result =
      mlir::ModuleOp::create(locations.get(nullptr));
  builder.setInsertionPointToEnd(result->getBody());
  addLocations(module);
  emitSettings();
  if (module.supervise)
    emitSupervise(*module.supervise);
  llvm::SmallVector<const FunctionDecl *> concrete;
  for (const auto *list : {&module.functions, &module.functionInstances})
    for (const FunctionDecl *decl : *list)
      if (!decl->generics.isGeneric())
        concrete.push_back(decl);
  for (const FunctionDecl *decl : concrete)
    declareFunction(*decl);
  for (const FunctionDecl *decl : concrete)
    FunctionLowering(*this, functions.lookup(decl)).emitFunction(*decl);
  if (!module.tests.empty())
    emitTestProgram();
  else if (module.main)
    emitMain(*module.main);
  else if (module.agent)
    emitAgent(*module.agent);
  // What these use is appended while the list is walked.
  for (size_t i = 0; i < pending.size(); ++i)
    FunctionLowering(*this, functions.lookup(pending[i]))
        .emitFunction(*pending[i]);

  finishRoots();

  if (!structs.empty())
    result.get()->setAttr(fir::structsAttr, builder.getDictionaryAttr(structs));
  if (!enums.empty())
    result.get()->setAttr(fir::enumsAttr, builder.getDictionaryAttr(enums));
  return result;
}

/// The document's text, found by a name that lies in it: a compilation may
/// hold more than one document.
static StringRef findBuffer(const Module &module,
                            const llvm::SourceMgr &sources) {
  // Any part of the tree that the document wrote will do.
  llvm::SmallVector<StringRef, 4> places = {module.title};
  if (!module.functions.empty())
    places.push_back(module.functions.front()->name);
  if (module.agent) {
    places.push_back(module.agent->range);
    for (const Block *steps : {module.agent->init, module.agent->loop})
      if (steps)
        places.push_back(steps->range);
  }
  for (StringRef place : places)
    if (unsigned id = sources.FindBufferContainingLoc(
            llvm::SMLoc::getFromPointer(place.data())))
      return sources.getMemoryBuffer(id)->getBuffer();
  return StringRef();
}

mlir::OwningOpRef<mlir::ModuleOp>
flux::convertASTToFIR(const Module &module, mlir::MLIRContext &context,
                      const llvm::SourceMgr &sources, StringRef fileName,
                      bool poisons) {
  context.loadDialect<fir::FIRDialect, mlir::arith::ArithDialect,
                      mlir::cf::ControlFlowDialect, mlir::func::FuncDialect>();
  return ModuleLowering(module, context, findBuffer(module, sources), fileName,
                        poisons)
      .run();
}
