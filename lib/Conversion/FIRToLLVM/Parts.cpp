//===- Parts.cpp - which part of a program is compiled with what ----------===//
//
// A large program is cut into parts, whose code is generated in parallel and
// kept for the next run.  So a part has to stay the same when other documents
// change, and to hold together what calls each other: by documents, and what is
// generic with its user.
//
//===----------------------------------------------------------------------===//

#include "DebugInfo.h"
#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace flux;
using llvm::StringRef;

namespace {

constexpr unsigned noDocument = ~0u;

/// Makes the plan of one program.
class Planner {
public:
  Planner(mlir::ModuleOp module, const PartLimits &limits)
      : module(module), limits(limits) {}

  PartPlan run();

private:
  struct Function {
    mlir::func::FuncOp op;
    size_t operations = 0, blocks = 0;
    unsigned document = noDocument;
    llvm::SmallVector<unsigned, 8> uses; ///< functions

    bool isSmall() const {
      constexpr size_t maxBlocks = 8, maxOperations = 48;
      return blocks && blocks <= maxBlocks && operations <= maxOperations;
    }
  };

  void collect();
  void findUses();
  void findDocuments();
  void cut();
  void findShared();
  void share(mlir::Attribute value);

  mlir::ModuleOp module;
  const PartLimits &limits;
  std::vector<Function> functions;
  llvm::DenseMap<mlir::StringAttr, unsigned> numbers; ///< of functions
  std::vector<std::string> documents;                 ///< names
  PartPlan plan;
};

} // namespace

void Planner::collect() {
  for (auto op : module.getOps<mlir::func::FuncOp>()) {
    numbers[op.getSymNameAttr()] = functions.size();
    Function &function = functions.emplace_back();
    function.op = op;
    for (mlir::Block &block : op.getBody()) {
      ++function.blocks;
      function.operations += block.getOperations().size();
    }
  }
}

void Planner::findUses() {
  for (Function &function : functions)
    function.op.walk([&](mlir::Operation *op) {
      mlir::FlatSymbolRefAttr name;
      if (auto call = llvm::dyn_cast<mlir::func::CallOp>(op))
        name = call.getCalleeAttr();
      else if (auto constant = llvm::dyn_cast<mlir::func::ConstantOp>(op))
        name = constant.getValueAttr();
      else
        return;
      auto used = numbers.find(name.getAttr());
      if (used != numbers.end())
        function.uses.push_back(used->second);
    });
}

/// An instance of something generic belongs to the first document that needs
/// it, in the order of the module, all else to its own.
void Planner::findDocuments() {
  llvm::StringMap<unsigned> known;
  StringRef last;
  for (Function &function : functions) {
    if (limits.optimized && function.op.getName().contains('<'))
      continue;
    mlir::StringAttr file = lowering::getPlace(function.op.getLoc()).file;
    StringRef name = file ? file.getValue() : last; // made by the compiler
    last = name;
    auto [entry, isNew] = known.try_emplace(name, documents.size());
    if (isNew)
      documents.push_back(name.str());
    function.document = entry->second;
  }
  if (documents.empty())
    documents.push_back("");

  std::vector<unsigned> work;
  for (Function &root : functions) {
    if (root.document == noDocument)
      continue;
    work = {static_cast<unsigned>(&root - functions.data())};
    while (!work.empty()) {
      unsigned number = work.back();
      work.pop_back();
      for (unsigned used : functions[number].uses)
        if (functions[used].document == noDocument) {
          functions[used].document = root.document;
          work.push_back(used);
        }
    }
  }
  for (Function &function : functions)
    if (function.document == noDocument) // only constants name it
      function.document = 0;

  // A program may have more documents than parts are good for.
  constexpr unsigned maxDocuments = 512;
  if (documents.size() <= maxDocuments)
    return;
  std::vector<unsigned> buckets;
  for (const std::string &name : documents)
    buckets.push_back(llvm::xxh3_64bits(name) % maxDocuments);
  // The first document stays in the first part.
  unsigned shift = maxDocuments - buckets[0];
  for (Function &function : functions)
    function.document = (buckets[function.document] + shift) % maxDocuments;
  documents.clear();
  for (unsigned i = 0; i < maxDocuments; ++i)
    documents.push_back("bucket " +
                        llvm::utostr((i + buckets[0]) % maxDocuments));
}

/// Gives each document parts for runs of its functions with about the same
/// number of blocks.
void Planner::cut() {
  constexpr size_t maxParts = 64;
  struct Size {
    size_t operations = 0, blocks = 0, before = 0;
    unsigned first = 0, count = 0;
  };
  std::vector<Size> sizes(documents.size());
  for (const Function &function : functions) {
    Size &size = sizes[function.document];
    size.operations += function.operations;
    size.blocks += 1 + function.blocks;
  }
  for (auto [size, name] : llvm::zip_equal(sizes, documents)) {
    if (!size.blocks)
      continue;
    size.first = plan.names.size();
    size.count = std::clamp<size_t>(size.operations / limits.operationsPerPart,
                                    1, maxParts);
    for (unsigned i = 0; i < size.count; ++i)
      plan.names.push_back(name + (i ? ":" + llvm::utostr(i) : ""));
  }
  for (const Function &function : functions) {
    Size &size = sizes[function.document];
    size_t index = std::min<size_t>(size.before * size.count / size.blocks,
                                    size.count - 1);
    PartPlan::Entry &entry = plan.functions.emplace_back();
    entry.part = size.first + index;
    entry.isSmall = function.isSmall();
    size.before += 1 + function.blocks;
  }
}

/// Every part may have a copy of a constant, and so use what it names.
void Planner::share(mlir::Attribute value) {
  if (auto symbol = llvm::dyn_cast<mlir::FlatSymbolRefAttr>(value)) {
    auto number = numbers.find(symbol.getAttr());
    if (number != numbers.end())
      plan.functions[number->second].isShared = true;
  } else if (auto list = llvm::dyn_cast<mlir::ArrayAttr>(value)) {
    for (mlir::Attribute element : list)
      share(element);
  }
}

/// A function that only its own part calls can disappear into its callers.
void Planner::findShared() {
  for (auto [function, entry] : llvm::zip_equal(functions, plan.functions))
    for (unsigned used : function.uses)
      plan.functions[used].isShared |= plan.functions[used].part != entry.part;
  // A copy of a function in another part calls what the function calls.
  std::vector<unsigned> copied;
  for (auto [function, entry] : llvm::zip_equal(functions, plan.functions))
    if (entry.isShared && entry.isSmall)
      llvm::append_range(copied, function.uses);
  for (unsigned used : copied)
    plan.functions[used].isShared = true;
  for (auto global : module.getOps<fir::GlobalOp>())
    share(global.getValue());
}

PartPlan Planner::run() {
  collect();
  size_t operations = 0;
  for (const Function &function : functions)
    operations += function.operations;
  if (operations < 2 * limits.operationsPerPart) {
    plan.functions.resize(functions.size());
    plan.names.emplace_back();
    return std::move(plan);
  }
  if (limits.optimized)
    findUses();
  if (limits.byDocument) {
    findDocuments();
  } else {
    documents.emplace_back();
    for (Function &function : functions)
      function.document = 0;
  }
  cut();
  if (limits.optimized)
    findShared();
  return std::move(plan);
}

PartPlan flux::planParts(mlir::ModuleOp module, const PartLimits &limits) {
  return Planner(module, limits).run();
}
