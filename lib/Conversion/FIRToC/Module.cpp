//===- Module.cpp - the file as a whole -----------------------------------===//
//
// First the types and helpers, then what the document says in its own order,
// and last the functions of the runtime that it uses.  Headers of the system
// are only included there, where their names cannot meet those of the program.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using namespace flux::c;

/// What the program counts on.
static constexpr llvm::StringLiteral fileHead = R"(
#define _XOPEN_SOURCE 700
#define _FILE_OFFSET_BITS 64
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "floats must be computed as they are written: -msse2 -mfpmath=sse"
#elif defined(__FAST_MATH__)
#error "float arithmetic must be that of IEEE 754: no -ffast-math"
#elif defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Winfinite-recursion"
#elif !defined(__STRICT_ANSI__)
#error "products and sums must not be contracted: -std=c11"
#elif __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#endif
)";

/// The one function that the runtime calls.
static constexpr llvm::StringLiteral entryPoint = "flux_main";

ModuleWriter::ModuleWriter(mlir::ModuleOp source, const FIRToCOptions &options)
    : source(source), options(options) {
  for (mlir::Operation &op : source.getBody()->getOperations()) {
    if (auto function = llvm::dyn_cast<mlir::func::FuncOp>(op))
      functionOps[function.getSymNameAttr()] = function;
    else if (auto global = llvm::dyn_cast<fir::GlobalOp>(op))
      globalOps[global.getSymNameAttr()] = global;
    else if (auto region = llvm::dyn_cast<fir::RegionOp>(op))
      regionOps[region.getSymNameAttr()] = region;
  }
  hasEntry =
      functionOps.count(mlir::StringAttr::get(source.getContext(), entryPoint));
  readNames();
  nameVariants();
}

void ModuleWriter::refuse(mlir::Location location, llvm::StringRef what) {
  failed = true;
  if (options.unsupported)
    options.unsupported(location, what);
}

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

static std::string getSymbolName(llvm::StringRef symbol) {
  symbol.consume_front("flux.");
  for (llvm::StringRef kind : {"const.", "state.", "region."})
    if (symbol.consume_front(kind))
      break;
  return ("fx_" + symbol).str();
}

const std::string &ModuleWriter::getFunction(mlir::StringAttr symbol) {
  std::string &name = functionNames[symbol];
  if (name.empty())
    name = symbol == entryPoint ? entryPoint.str()
                                : names.make(getSymbolName(symbol));
  return name;
}

bool ModuleWriter::isConstant(mlir::StringAttr symbol) {
  fir::GlobalOp op = globalOps.lookup(symbol);
  return op.getConstant() && !llvm::is_contained(startedGlobals, op);
}

const std::string &ModuleWriter::getGlobal(mlir::StringAttr symbol) {
  std::string &name = globalNames[symbol];
  if (name.empty()) {
    name = names.make(getSymbolName(symbol));
    defineGlobal(globalOps.lookup(symbol));
  }
  return globalNames[symbol];
}

const std::string &ModuleWriter::getRegion(mlir::StringAttr symbol) {
  std::string &name = regionNames[symbol];
  if (name.empty()) {
    name = names.make(getSymbolName(symbol));
    fir::RegionOp op = regionOps.lookup(symbol);
    data.push_back(
        {name, "", "static " + use("flux_region") + " " + name + ";\n"});
    starts += "  " + use("flux_region_start") + "(&" + name + ", " +
              std::to_string(op.getSize()) + ");\n";
  }
  return name;
}

void ModuleWriter::defineGlobal(fir::GlobalOp op) {
  constexpr uint64_t mostWritten = 4096;
  mlir::Type type = op.getType();
  define(type);
  std::string name = globalNames[op.getSymNameAttr()];
  std::string value;
  auto array = llvm::dyn_cast<fir::ArrayType>(type);
  bool isStarted = false;
  if (array && op.getFill()) {
    auto list = llvm::cast<mlir::ArrayAttr>(op.getValue());
    std::string item = getInitializer(list[0], array.getElement());
    isStarted = array.getCount() > mostWritten &&
                item != getZero(array.getElement()) &&
                !llvm::isa<fir::ArrayType>(array.getElement());
    if (isStarted) {
      // C has no short way to say it: the program does it first.
      value = "{0}";
      startedGlobals.push_back(op);
      if (item[0] == '{')
        item = "(" + getName(array.getElement()) + ")" + item;
      starts += "  for (int64_t i = 0; i < " +
                std::to_string(array.getCount()) + "; i++)\n    " + name +
                "[i] = " + item + ";\n";
    } else {
      value = getElements(op.getValue(), array.getElement(), array.getCount(),
                          true);
    }
  } else {
    value = getInitializer(op.getValue(), type);
  }
  if (array && array.getCount() == 0)
    value = "{0}";
  bool isConstant = op.getConstant() && !isStarted;
  data.push_back({name, "",
                  std::string("static ") + (isConstant ? "const " : "") +
                      declare(type, name) + " = " + value + ";\n"});
}

unsigned ModuleWriter::getPlace(mlir::func::FuncOp function,
                                const fir::Place &place) {
  std::string text = quote(fir::getSourceName(function));
  llvm::StringRef line;
  if (place.file && place.line && options.lineText)
    line = options.lineText(place.file.getValue(), place.line);
  std::string lineText = quote(line);
  if (lineText.empty())
    lineText = "\"\"";
  unsigned column = place.column > UINT16_MAX ? 0 : place.column;
  text = "{" + text + ", " +
         quote(place.file ? place.file.getValue() : "unknown") + ", " +
         std::to_string(place.line) + ", " + std::to_string(column) + ",\n   " +
         lineText + "}";
  auto [entry, isNew] = placeNumbers.try_emplace(text, places.size());
  if (isNew)
    places.push_back(text);
  return entry->second;
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

void ModuleWriter::defineFunction(mlir::func::FuncOp op) {
  std::string name = getFunction(op.getSymNameAttr());
  if (op.getBody().empty()) {
    refuse(op.getLoc(),
           ("the function '" + op.getName() + "', which is defined elsewhere,")
               .str());
    return;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  FunctionWriter(*this, op).run(os, name, hasEntry);
  std::string prototype =
      (hasEntry ? "static " : "") +
      getSignature(op.getFunctionType(), name,
                   std::vector<std::string>(op.getNumArguments())) +
      ";\n";
  functions.push_back({name, prototype, text});
}

/// Leaves out what the words of \p text and of the entry do not lead to.
void ModuleWriter::reachItems(llvm::StringRef text) {
  llvm::StringMap<Item *> items;
  for (std::vector<Item> *list : {&data, &functions, &helpers})
    for (Item &item : *list)
      items[item.name] = &item;
  llvm::SmallVector<llvm::StringRef> open = {text};
  for (Item &item : functions)
    if (!hasEntry || item.name == entryPoint) {
      item.isUsed = true;
      open.push_back(item.text);
    }
  while (!open.empty())
    forEachWord(open.pop_back_val(), [&](llvm::StringRef word) {
      Item *item = items.lookup(word);
      if (!item || item->isUsed)
        return;
      item->isUsed = true;
      open.push_back(item->text);
    });
  for (std::vector<Item> *list : {&data, &functions, &helpers})
    llvm::erase_if(*list, [](const Item &item) { return !item.isUsed; });
}

void ModuleWriter::writePlaces(llvm::raw_ostream &os) {
  os << "\n// The places that can trap or call: function, document, line, "
        "column, text.\nstatic const flux_place flux_places["
     << places.size() << "] = {\n";
  for (auto [i, place] : llvm::enumerate(places))
    os << "  /* " << i << " */ " << place << ",\n";
  os << "};\n";
}

void ModuleWriter::writeMain(llvm::raw_ostream &os) {
  os << "\nint main(int argc, char **argv) {\n"
     << starts << "  flux_finish(flux_main(NULL, " << use("flux_arguments")
     << "(argc, argv)));\n}\n";
}

bool ModuleWriter::run(llvm::raw_ostream &os) {
  // What the entry reaches; all of it where there is no entry.
  llvm::DenseSet<mlir::StringAttr> reached;
  llvm::SmallVector<mlir::StringAttr> open;
  auto reach = [&](mlir::Attribute attribute) {
    attribute.walk([&](mlir::FlatSymbolRefAttr symbol) {
      if (reached.insert(symbol.getAttr()).second)
        open.push_back(symbol.getAttr());
    });
  };
  for (auto function : source.getOps<mlir::func::FuncOp>())
    if (!hasEntry || function.getName() == entryPoint)
      reach(mlir::FlatSymbolRefAttr::get(function.getSymNameAttr()));
  while (!open.empty()) {
    mlir::StringAttr symbol = open.pop_back_val();
    if (auto function = functionOps.lookup(symbol))
      function.walk([&](mlir::Operation *op) {
        if (op != function)
          for (mlir::NamedAttribute entry : op->getAttrs())
            reach(entry.getValue());
      });
    else if (auto global = globalOps.lookup(symbol))
      reach(global.getValue());
  }
  // Names in the order of the document.
  for (auto function : source.getOps<mlir::func::FuncOp>())
    if (reached.contains(function.getSymNameAttr()))
      getFunction(function.getSymNameAttr());
  for (auto function : source.getOps<mlir::func::FuncOp>())
    if (reached.contains(function.getSymNameAttr()))
      defineFunction(function);
  std::string mainText;
  if (hasEntry) {
    llvm::raw_string_ostream main(mainText);
    writeMain(main);
  }
  reachItems(mainText);
  for (size_t i = 0; i != openTypes.size(); ++i)
    define(openTypes[i]);
  if (failed)
    return false;

  std::string program;
  llvm::raw_string_ostream body(program);
  if (!places.empty())
    body << "\nstatic const flux_place flux_places[" << places.size() << "];\n";
  if (!forward.empty())
    body << '\n' << forward;
  body << definitions;
  for (const Item &item : helpers)
    body << item.text;
  if (!functions.empty())
    body << '\n';
  for (const Item &item : functions)
    body << item.prototype;
  if (!data.empty())
    body << '\n';
  for (const Item &item : data)
    body << item.text;
  for (const Item &item : functions)
    body << item.text;
  auto note = [&](llvm::StringRef word) { runtime.use(word); };
  forEachWord(program, note);
  forEachWord(mainText, note);

  std::string text;
  llvm::raw_string_ostream out(text);
  out << "// Made by " << options.producer
      << ". Compile with a C11 compiler:\n//   cc -std=c11 -O2 "
      << options.fileName << " -lm\n"
      << fileHead;
  runtime.printPrelude(out);
  out << program;
  if (options.lines) {
    unsigned line = unsigned(llvm::StringRef(text).count('\n')) + 3;
    out << "\n#line " << line << " " << quote(options.fileName) << '\n';
  }
  if (!places.empty())
    writePlaces(out);
  out << '\n';
  runtime.printIncludes(out);
  runtime.printDefinitions(out);
  out << mainText;
  os << text;
  return true;
}

bool flux::convertFIRToC(mlir::ModuleOp module, const FIRToCOptions &options,
                         llvm::raw_ostream &os) {
  return ModuleWriter(module, options).run(os);
}
