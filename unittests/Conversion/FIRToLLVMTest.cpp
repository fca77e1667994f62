//===- FIRToLLVMTest.cpp - what lit cannot ask of the lowering ------------===//
//
// The driver has no switch that lowers one part of a module, and no document
// makes the locations that passes of MLIR leave behind.
//
//===----------------------------------------------------------------------===//
#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

class Lowering {
public:
  explicit Lowering(llvm::StringRef text)
      : fir(mlir::MLIRContext::Threading::DISABLED) {
    fir.loadDialect<fir::FIRDialect, mlir::arith::ArithDialect,
                    mlir::cf::ControlFlowDialect, mlir::func::FuncDialect>();
    source = mlir::parseSourceString<mlir::ModuleOp>(text, &fir, "input.fir");
  }

  std::unique_ptr<llvm::Module> lower(const FIRToLLVMOptions &options) {
    auto module = convertFIRToLLVM(*source, context,
                                   llvm::Triple("x86_64-unknown-linux-gnu"),
                                   "e-m:e-i64:64-n8:16:32:64-S128", options);
    EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
    return module;
  }

  /// Cuts the module into about \p numParts parts.
  PartPlan plan(size_t numParts, bool byDocument, bool optimized) {
    size_t operations = 0;
    for (auto function : source->getOps<mlir::func::FuncOp>())
      for (mlir::Block &block : function.getBody())
        operations += block.getOperations().size();
    return planParts(*source, {operations / numParts, byDocument, optimized});
  }

private:
  mlir::MLIRContext fir;
  llvm::LLVMContext context;
  mlir::OwningOpRef<mlir::ModuleOp> source;
};

} // namespace

static std::string print(const llvm::Module &module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os, nullptr);
  return text;
}

static constexpr llvm::StringLiteral program = R"(
  fir.global @state : i64 = 7
  fir.global constant @table : !fir.array<2 x i64> = dense<[1, 2]> : tensor<2xi64>
  func.func @first(%i: i64) -> i64 {
    %0 = fir.address_of @table : !fir.ref<!fir.array<2 x i64>>
    %1 = fir.element signed %0[%i] : !fir.ref<!fir.array<2 x i64>> -> !fir.ref<i64>
    %2 = fir.load %1 : !fir.ref<i64>
    return %2 : i64
  }
  func.func @second(%i: i64) -> i64 {
    %0 = fir.address_of @state : !fir.ref<i64>
    %1 = fir.load %0 : !fir.ref<i64>
    %2 = fir.add signed %1, %i : i64
    %3 = call @first(%2) : (i64) -> i64
    return %3 : i64
  }
  func.func @third(%i: i64) -> i64 {
    %0 = call @second(%i) : (i64) -> i64
    %1 = call @first(%0) : (i64) -> i64
    %2 = fir.mul signed %0, %1 : i64
    return %2 : i64
  }
  func.func @flux_main(%args: !fir.slice<!fir.str>) -> i32 {
    %0 = fir.len %args : !fir.slice<!fir.str>
    %1 = call @third(%0) : (i64) -> i64
    %2 = fir.convert checked signed %1 : i64 to signed i32
    return %2 : i32
  }
)";

TEST(FIRToLLVM, PartsMakeOneProgram) {
  Lowering lowering(program);
  for (unsigned numParts : {2, 3, 4, 7}) {
    FIRToLLVMOptions options;
    PartPlan plan =
        lowering.plan(numParts, /*byDocument=*/false, /*optimized=*/false);
    EXPECT_GE(plan.getNumParts(), numParts);
    options.plan = &plan;
    std::unique_ptr<llvm::Module> whole;
    for (options.part = 0; options.part < plan.getNumParts(); ++options.part) {
      std::unique_ptr<llvm::Module> part = lowering.lower(options);
      EXPECT_EQ(part->getNamedGlobal("flux.state") &&
                    part->getNamedGlobal("flux.state")->hasInitializer(),
                options.part == 0);
      if (!whole)
        whole = std::move(part);
      else
        ASSERT_FALSE(llvm::Linker::linkModules(*whole, std::move(part)));
    }
    for (llvm::StringRef name :
         {"flux.first", "flux.second", "flux.third", "flux_main"}) {
      const llvm::Function *function = whole->getFunction(name);
      ASSERT_TRUE(function);
      EXPECT_FALSE(function->isDeclaration());
      EXPECT_TRUE(function->hasHiddenVisibility());
    }
    EXPECT_FALSE(llvm::verifyModule(*whole, &llvm::errs()));
  }
}

TEST(FIRToLLVM, OptimizedPartsShareOnlyWhatOthersCall) {
  Lowering lowering(program);
  FIRToLLVMOptions options;
  options.optimized = true;
  // first and second; third and flux_main
  PartPlan plan = lowering.plan(2, /*byDocument=*/false, /*optimized=*/true);
  options.plan = &plan;
  std::unique_ptr<llvm::Module> front = lowering.lower(options);
  options.part = 1;
  std::unique_ptr<llvm::Module> back = lowering.lower(options);
  ASSERT_TRUE(front->getFunction("flux.second"));
  ASSERT_FALSE(front->getFunction("flux.second")->isDeclaration());
  EXPECT_TRUE(front->getFunction("flux.second")->hasExternalLinkage());
  // Only its own part calls it: it may disappear into its caller.
  EXPECT_TRUE(back->getFunction("flux.third")->hasInternalLinkage());
  // Small functions of other parts come with their body, to be inlined.
  EXPECT_TRUE(
      back->getFunction("flux.second")->hasAvailableExternallyLinkage());
  // A copy of second calls it.
  EXPECT_TRUE(front->getFunction("flux.first")->hasExternalLinkage());
}

TEST(FIRToLLVM, PartsFollowDocuments) {
  Lowering lowering(R"(
  func.func @a1(%i: i64) -> i64 {
    return %i : i64
  } loc("a.flux.md":1:1)
  func.func @b1(%i: i64) -> i64 {
    %0 = call @"list.get<i64>"(%i) : (i64) -> i64
    return %0 : i64
  } loc("b.flux.md":1:1)
  func.func @a2(%i: i64) -> i64 {
    %0 = call @"list.get<i64>"(%i) : (i64) -> i64
    return %0 : i64
  } loc("a.flux.md":5:1)
  func.func @"list.get<i64>"(%i: i64) -> i64 {
    %0 = call @"list.at<i64>"(%i) : (i64) -> i64
    return %0 : i64
  } loc("std/list.flux.md":1:1)
  func.func @"list.at<i64>"(%i: i64) -> i64 {
    return %i : i64
  } loc("std/list.flux.md":5:1)
  func.func @list.size(%i: i64) -> i64 {
    return %i : i64
  } loc("std/list.flux.md":9:1)
)");
  PartPlan plan = lowering.plan(3, /*byDocument=*/true, /*optimized=*/true);
  EXPECT_EQ(plan.names, (std::vector<std::string>{"a.flux.md", "b.flux.md",
                                                  "std/list.flux.md"}));
  std::vector<unsigned> parts;
  for (const PartPlan::Entry &entry : plan.functions)
    parts.push_back(entry.part);
  // What is generic is made with who uses it first.
  EXPECT_EQ(parts, (std::vector<unsigned>{0, 1, 0, 1, 1, 2}));
  EXPECT_TRUE(plan.functions[3].isShared);
  // A small program has one part.
  EXPECT_EQ(lowering.plan(1, true, true).getNumParts(), 1u);
}

TEST(FIRToLLVM, PartsAreOfSimilarSize) {
  Lowering lowering(program);
  FIRToLLVMOptions options;
  PartPlan plan = lowering.plan(2, /*byDocument=*/false, /*optimized=*/false);
  options.plan = &plan;
  for (options.part = 0; options.part < 2; ++options.part) {
    std::unique_ptr<llvm::Module> part = lowering.lower(options);
    EXPECT_EQ(llvm::count_if(*part,
                             [](const llvm::Function &function) {
                               return !function.isDeclaration();
                             }),
              2);
  }
}

TEST(FIRToLLVM, IsDeterministic) {
  for (DebugLevel debug :
       {DebugLevel::None, DebugLevel::LineTables, DebugLevel::Full}) {
    FIRToLLVMOptions options;
    options.debug = debug;
    Lowering first(program), second(program);
    EXPECT_EQ(print(*first.lower(options)), print(*second.lower(options)));
  }
}

TEST(FIRToLLVM, EmptyModule) {
  Lowering lowering("");
  FIRToLLVMOptions options;
  options.debug = DebugLevel::Full;
  EXPECT_TRUE(lowering.lower(options)->empty());
}

TEST(FIRToLLVM, LocationsOfPasses) {
  Lowering lowering(R"(
    func.func @f(%a: i64) -> i64 {
      %0 = fir.add signed %a, %a : i64 loc("d.md":3:4)
      %1 = fir.add signed %0, %a : i64 loc(fused["d.md":5:6, "d.md":7:8])
      %2 = fir.add signed %1, %a : i64 loc(callsite("d.md":9:10 at "d.md":1:2))
      %3 = fir.add signed %2, %a : i64 loc("name"("d.md":11:12))
      %4 = fir.add signed %3, %a : i64 loc(unknown)
      %5 = fir.add signed %4, %a : i64 loc("d.md":13:70000)
      return %5 : i64
    } loc("d.md":1:1)
  )");
  std::vector<std::pair<unsigned, unsigned>> places;
  FIRToLLVMOptions options;
  options.optimized = true;
  std::unique_ptr<llvm::Module> module = lowering.lower(options);
  for (const llvm::Instruction &instruction :
       llvm::instructions(*module->getFunction("flux.f")))
    if (llvm::isa<llvm::ExtractValueInst>(instruction) &&
        instruction.getType()->isIntegerTy(64))
      places.push_back({instruction.getDebugLoc().getLine(),
                        instruction.getDebugLoc().getCol()});
  std::vector<std::pair<unsigned, unsigned>> expected = {
      {3, 4}, {5, 6}, {9, 10}, {11, 12}, {0, 0}, {13, 0}};
  EXPECT_EQ(places, expected);
}

TEST(FIRToLLVM, DebugTypesThatAreNotTypes) {
  // The spellings come from a file; whatever they are, nothing may break.
  for (llvm::StringRef type :
       {"", "[", "]", "[i64; ", "[i64; 99999999999999999999999]", "i65",
        "Missing", "Self", "[var Self]", "[[[[[[[[[[["}) {
    Lowering lowering(
        (R"(module attributes {fir.structs = {Self = ["a: Self", "b"]}} {
          func.func @f(%a: i64) attributes {fir.source_types = ["", ")" +
         type + R"("]} {
            %0 = fir.local "x" {arg = 1 : i32, source_type = ")" +
         type + R"("} : !fir.ref<i64>
            return
          }
        })")
            .str());
    FIRToLLVMOptions options;
    options.debug = DebugLevel::Full;
    lowering.lower(options);
  }
}
