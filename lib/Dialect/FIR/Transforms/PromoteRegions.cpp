//===- PromoteRegions.cpp - small memory of regions on the stack ----------===//
//
// A slice of few elements often serves one function only: a buffer for digits,
// a table of sixteen words.  Asking the runtime for it costs more than using
// it, and from the turn region it is never given back.
//
// Nothing outlives a region (MEM-2), so what a function allocates in a region
// of its own may lie in its frame, whoever looks at it.  Memory of the turn may
// if it is seen to stay in the function: through locals, elements and calls
// that do not keep their argument.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Analysis/CFGLoopInfo.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace flux::fir;

namespace {

constexpr uint64_t largestSlice = 512, largestFrame = 2048; // bytes
/// Entering a region of this size is taken never to lack memory.
constexpr int64_t largestRegion = 1 << 20;
constexpr unsigned maxUses = 256; ///< looked at for one question
constexpr unsigned maxCalls = 16; ///< followed one within the other

/// Answers whether the memory of a slice is only reached while a function runs.
class CaptureAnalysis {
public:
  explicit CaptureAnalysis(ModuleOp module) : symbols(module) {}

  /// True if \p slice, or a part of it, may be kept somewhere else than in
  /// local variables; those are added to \p locals.
  bool isCaptured(Value slice, SmallVectorImpl<LocalOp> &locals);

private:
  bool isCaptured(Value value, SmallVectorImpl<LocalOp> &locals,
                  unsigned &budget);
  bool isCapturedBy(OpOperand &use, SmallVectorImpl<LocalOp> &locals,
                    unsigned &budget);
  bool isPlaceCaptured(Value place, SmallVectorImpl<LocalOp> &locals,
                       unsigned &budget);
  bool isParameterCaptured(func::CallOp call, unsigned number);

  SymbolTable symbols;
  unsigned depth = 0; ///< of calls
  /// By function and parameter; true while the question is open.
  llvm::DenseMap<std::pair<Operation *, unsigned>, bool> parameters;
};

class RegionPromotion
    : public PassWrapper<RegionPromotion, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RegionPromotion)

  StringRef getArgument() const override { return "fir-promote-regions"; }
  StringRef getDescription() const override {
    return "Move small slices that stay in a function to its frame";
  }
  void runOnOperation() override;
};

} // namespace

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

bool CaptureAnalysis::isCaptured(Value slice,
                                 SmallVectorImpl<LocalOp> &locals) {
  unsigned budget = maxUses;
  return isCaptured(slice, locals, budget);
}

bool CaptureAnalysis::isCaptured(Value value, SmallVectorImpl<LocalOp> &locals,
                                 unsigned &budget) {
  for (OpOperand &use : value.getUses())
    if (budget == 0 || --budget == 0 || isCapturedBy(use, locals, budget))
      return true;
  return false;
}

/// The place of an element: reading and writing it keeps nothing.
bool CaptureAnalysis::isPlaceCaptured(Value place,
                                      SmallVectorImpl<LocalOp> &locals,
                                      unsigned &budget) {
  for (OpOperand &use : place.getUses()) {
    if (budget == 0 || --budget == 0)
      return true;
    Operation *user = use.getOwner();
    if (isa<LoadOp, CopyOp, SetVariantOp, GetVariantOp>(user) ||
        (isa<StoreOp>(user) && use.getOperandNumber() == 1))
      continue;
    if (isa<FieldOp, PayloadOp>(user) ||
        (isa<ElementOp>(user) && use.getOperandNumber() == 0)) {
      if (isPlaceCaptured(user->getResult(0), locals, budget))
        return true;
      continue;
    }
    return true;
  }
  return false;
}

bool CaptureAnalysis::isCapturedBy(OpOperand &use,
                                   SmallVectorImpl<LocalOp> &locals,
                                   unsigned &budget) {
  Operation *user = use.getOwner();
  if (isa<LenOp, FillOp, StrCmpOp>(user))
    return isa<FillOp>(user) && use.getOperandNumber() != 0;
  if (isa<ElementOp>(user))
    return isPlaceCaptured(user->getResult(0), locals, budget);
  if (isa<SubsliceOp, SubstrOp, StrFromBytesOp, StrBytesOp, ShapeOp, RowOp>(
          user))
    return isCaptured(user->getResult(0), locals, budget);
  if (auto intrinsic = dyn_cast<IntrinsicOp>(user))
    return llvm::any_of(intrinsic->getResultTypes(), [](Type type) {
      return isa<StrType, SliceType>(type);
    });
  if (auto store = dyn_cast<StoreOp>(user)) {
    auto local = store.getRef().getDefiningOp<LocalOp>();
    if (!local || use.getOperandNumber() != 0)
      return true;
    if (llvm::is_contained(locals, local))
      return false;
    locals.push_back(local);
    for (OpOperand &localUse : local.getRef().getUses()) {
      Operation *access = localUse.getOwner();
      if (auto load = dyn_cast<LoadOp>(access)) {
        if (isCaptured(load.getResult(), locals, budget))
          return true;
      } else if (!isa<StoreOp>(access) || localUse.getOperandNumber() != 1) {
        return true;
      }
    }
    return false;
  }
  if (auto call = dyn_cast<func::CallOp>(user))
    return isParameterCaptured(call, use.getOperandNumber());
  return true;
}

bool CaptureAnalysis::isParameterCaptured(func::CallOp call, unsigned number) {
  auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
  if (!callee || callee.isExternal())
    return true;
  std::pair<Operation *, unsigned> key(callee, number);
  auto [entry, isNew] = parameters.try_emplace(key, true);
  if (!isNew)
    return entry->second;
  if (depth == maxCalls)
    return true;
  ++depth;
  SmallVector<LocalOp> locals;
  bool captured = isCaptured(callee.getArgument(number), locals);
  --depth;
  return parameters[key] = captured;
}

//===----------------------------------------------------------------------===//
// Allocations
//===----------------------------------------------------------------------===//

/// At least the number of bytes that a value of \p type takes.
static uint64_t getSizeBound(Type type) {
  auto boundFields = [](ArrayRef<Type> fields) {
    uint64_t sum = 0;
    for (Type field : fields)
      sum += llvm::alignTo<8>(getSizeBound(field));
    return sum;
  };
  if (auto array = dyn_cast<ArrayType>(type))
    return llvm::SaturatingMultiply(array.getCount(),
                                    getSizeBound(array.getElement()));
  if (auto record = dyn_cast<StructType>(type))
    return boundFields(record.getFields());
  if (auto variants = dyn_cast<EnumType>(type)) {
    uint64_t largest = 0;
    for (Type variant : variants.getVariants())
      largest = std::max(largest, getSizeBound(variant));
    return 8 + largest;
  }
  if (auto named = dyn_cast<NamedType>(type))
    return named.getSize();
  if (isa<SliceType, StrType>(type))
    return 16;
  if (type.isIntOrFloat())
    return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
  return 8;
}

static std::optional<int64_t> getConstant(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

/// At least the bytes that \p alloc takes; nothing if that is not known, zero
/// or more than a frame should hold.
static std::optional<uint64_t> getSmallSize(AllocOp alloc) {
  std::optional<int64_t> count = getConstant(alloc.getCount());
  Type element = alloc.getType().getElement();
  // What a named type holds is not written in the type.
  if (!count || *count <= 0 || isa<NamedType>(element))
    return std::nullopt;
  uint64_t size =
      llvm::SaturatingMultiply<uint64_t>(*count, getSizeBound(element));
  if (size == 0 || size > largestSlice)
    return std::nullopt;
  return llvm::alignTo<16>(size);
}

static void moveToFrame(AllocOp alloc) {
  auto function = alloc->getParentOfType<func::FuncOp>();
  auto array = ArrayType::get(*getConstant(alloc.getCount()),
                              alloc.getType().getElement());
  OpBuilder builder(&function.getBody().front(),
                    function.getBody().front().begin());
  auto local = LocalOp::create(builder, alloc.getLoc(), RefType::get(array),
                               nullptr, nullptr, nullptr);
  builder.setInsertionPoint(alloc);
  auto slice = SliceOfOp::create(builder, alloc.getLoc(), alloc.getType(),
                                 local.getRef());
  alloc.getResult().replaceAllUsesWith(slice.getResult());
  alloc.erase();
}

namespace {

/// The loops of a function.
class Loops {
public:
  Loops(func::FuncOp function, DominanceInfo &dominance) {
    // A body of one block has no tree of dominators, and no loop.
    if (!function.getBody().hasOneBlock())
      info.emplace(dominance.getDomTree(&function.getBody()));
  }
  /// The innermost loop around \p op, or null.
  CFGLoop *getLoop(Operation *op) const {
    return info ? info->getLoopFor(op->getBlock()) : nullptr;
  }

private:
  std::optional<CFGLoopInfo> info;
};

} // namespace

/// Moves all of a region to the frame if it is known to have room for what is
/// allocated in it, each once.
static void promoteRegion(RegionEnterOp region, Loops &loops, uint64_t &frame) {
  std::optional<int64_t> size = getConstant(region.getSize());
  if (!size || *size < 0 || *size > largestRegion)
    return;
  SmallVector<AllocOp> allocs;
  SmallVector<RegionExitOp> exits;
  uint64_t sum = 0;
  for (Operation *user : region.getRegion().getUsers()) {
    if (auto exit = dyn_cast<RegionExitOp>(user); exit && !exit.getPoison()) {
      exits.push_back(exit);
      continue;
    }
    auto alloc = dyn_cast<AllocOp>(user);
    if (!alloc || loops.getLoop(alloc) != loops.getLoop(region))
      return;
    std::optional<uint64_t> bytes = getSmallSize(alloc);
    if (!bytes)
      return;
    sum += *bytes;
    allocs.push_back(alloc);
  }
  if (sum > static_cast<uint64_t>(*size) || frame + sum > largestFrame)
    return;
  frame += sum;
  for (AllocOp alloc : allocs)
    moveToFrame(alloc);
  for (RegionExitOp exit : exits)
    exit.erase();
  region.erase();
}

/// True if each use of what \p alloc gives is one of its last execution, so
/// that one piece of memory serves all of them.
static bool isLastAlways(AllocOp alloc, ArrayRef<LocalOp> locals, Loops &loops,
                         DominanceInfo &dominance) {
  if (!loops.getLoop(alloc))
    return true;
  for (LocalOp local : locals) {
    SmallVector<Operation *> loads;
    Operation *store = nullptr;
    for (Operation *user : local.getRef().getUsers()) {
      if (isa<LoadOp>(user)) {
        loads.push_back(user);
        continue;
      }
      if (store)
        return false;
      store = user;
    }
    for (Operation *load : loads)
      if (!store || !dominance.properlyDominates(store, load))
        return false;
  }
  return true;
}

static void promoteIn(func::FuncOp function, CaptureAnalysis &captures) {
  SmallVector<RegionEnterOp> regions;
  SmallVector<AllocOp> ofTurn;
  function.walk([&](Operation *op) {
    if (auto region = dyn_cast<RegionEnterOp>(op))
      regions.push_back(region);
    else if (auto alloc = dyn_cast<AllocOp>(op);
             alloc && !alloc.getRegion() && getSmallSize(alloc))
      ofTurn.push_back(alloc);
  });
  if (regions.empty() && ofTurn.empty())
    return;

  DominanceInfo dominance(function);
  Loops loops(function, dominance);
  uint64_t frame = 0;
  for (RegionEnterOp region : regions)
    promoteRegion(region, loops, frame);
  for (AllocOp alloc : ofTurn) {
    uint64_t size = *getSmallSize(alloc);
    SmallVector<LocalOp> locals;
    if (frame + size > largestFrame || captures.isCaptured(alloc, locals) ||
        !isLastAlways(alloc, locals, loops, dominance))
      continue;
    frame += size;
    moveToFrame(alloc);
  }
}

void RegionPromotion::runOnOperation() {
  CaptureAnalysis captures(getOperation());
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (!function.isExternal())
      promoteIn(function, captures);
}

std::unique_ptr<Pass> flux::fir::createRegionPromotionPass() {
  return std::make_unique<RegionPromotion>();
}
