//===- BaselineTest.cpp - the baseline compiler against LLVM --------------===//
//
// Programs are compiled by both code generators, linked with the runtime and
// run: they must print the same and end alike.
//
//===----------------------------------------------------------------------===//

#include "Emit.h"
#include "RandomProgram.h"
#include "flux/Target/BaselineCompiler.h"
#include "flux/Target/Linker.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include <cstdlib>
#include <sys/wait.h>

using namespace flux;

namespace {

struct Outcome {
  std::string text;
  int status = -1;
  bool operator==(const Outcome &) const = default;
};

} // namespace

static const TargetSpec &target = *findTarget("x86_64-linux");

static void prepare(llvm::Module &module) {
  llvm::Triple triple(target.triple);
  module.setTargetTriple(triple);
  module.setDataLayout(triple.computeDataLayout());
}

/// Links \p object with the runtime and runs it.
static Outcome run(llvm::ArrayRef<char> object) {
  llvm::SmallVector<char, 0> program;
  std::string error;
  EXPECT_EQ(linkExecutable(target, {{"test", object}}, false, program, error),
            LinkStatus::Success)
      << error;
  int file;
  llvm::SmallString<64> path;
  EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("flux", "exe", file, path));
  {
    llvm::raw_fd_ostream os(file, /*shouldClose=*/true);
    os.write(program.data(), program.size());
  }
  llvm::cantFail(llvm::errorCodeToError(
      llvm::sys::fs::setPermissions(path, llvm::sys::fs::all_all)));
  Outcome outcome;
  FILE *pipe =
      popen(("exec 2>&1; timeout 20 " + path.str()).str().c_str(), "r");
  char buffer[4096];
  while (size_t got = fread(buffer, 1, sizeof buffer, pipe))
    outcome.text.append(buffer, got);
  int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  llvm::sys::fs::remove(path);
  return outcome;
}

static llvm::SmallVector<char, 0> compileFast(const llvm::Module &module) {
  std::string whyNot;
  std::vector<std::unique_ptr<BaselineUnit>> units;
  units.push_back(compileBaseline(module, whyNot));
  llvm::SmallVector<char, 0> object;
  if (!units[0])
    ADD_FAILURE() << whyNot;
  else
    writeBaselineObject(units, /*withCallTable=*/true, object);
  return object;
}

static Outcome runFast(const llvm::Module &module) {
  llvm::SmallVector<char, 0> object = compileFast(module);
  return object.empty() ? Outcome() : run(object);
}

static Outcome runSlow(llvm::Module &module) {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine =
      createTargetMachine(target, OptLevel::O0, error);
  llvm::SmallVector<char, 0> object;
  EXPECT_TRUE(
      emitModule(module, *machine, EmitFormat::ObjectWithCallTable, object));
  return run(object);
}

static std::unique_ptr<llvm::Module> parse(const std::string &text,
                                           llvm::LLVMContext &context) {
  llvm::SMDiagnostic problem;
  std::unique_ptr<llvm::Module> module =
      llvm::parseAssemblyString(text, problem, context);
  if (!module)
    ADD_FAILURE() << problem.getLineNo() << ": " << problem.getMessage().str();
  else
    prepare(*module);
  return module;
}

/// What \p text prints, which defines flux_main.
static std::string getOutput(const std::string &text) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module =
      parse("declare void @flux_print_i64(i64, i8 zeroext)\n" + text, context);
  return module ? runFast(*module).text : "";
}

static std::string getReason(const std::string &text) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = parse(text, context);
  std::string whyNot;
  EXPECT_FALSE(module && compileBaseline(*module, whyNot));
  return whyNot;
}

TEST(Baseline, RandomProgramsDoTheSame) {
  const char *wanted = getenv("FLUX_RANDOM_PROGRAMS");
  unsigned first = 0, count = 40;
  if (wanted)
    sscanf(wanted, "%u,%u", &first, &count);
  for (unsigned seed = first; seed < first + count; ++seed) {
    llvm::LLVMContext context;
    llvm::Module module("random", context);
    prepare(module);
    RandomProgram(module, seed).make();
    std::string problem;
    llvm::raw_string_ostream os(problem);
    ASSERT_FALSE(llvm::verifyModule(module, &os)) << problem;
    Outcome fast = runFast(module), slow = runSlow(module);
    EXPECT_EQ(fast.text, slow.text) << "seed " << seed;
    EXPECT_EQ(fast.status, slow.status) << "seed " << seed;
    EXPECT_FALSE(slow.text.empty()) << "seed " << seed;
  }
}

TEST(Baseline, SameBytesEachTime) {
  llvm::SmallVector<char, 0> first;
  for (unsigned i = 0; i < 2; ++i) {
    llvm::LLVMContext context;
    llvm::Module module("random", context);
    prepare(module);
    RandomProgram(module, 7).make();
    llvm::SmallVector<char, 0> object = compileFast(module);
    if (i == 0)
      first = object;
    EXPECT_EQ(object, first);
  }
}

TEST(Baseline, PhisThatChangePlaces) {
  EXPECT_EQ(getOutput(R"(
    define i32 @flux_main(ptr %p, i64 %n) {
      br label %loop
    loop:
      %i = phi i64 [ 0, %0 ], [ %next, %loop ]
      %a = phi i64 [ 1, %0 ], [ %b, %loop ]
      %b = phi i64 [ 2, %0 ], [ %c, %loop ]
      %c = phi i64 [ 3, %0 ], [ %a, %loop ]
      %next = add i64 %i, 1
      %more = icmp ult i64 %next, 5
      br i1 %more, label %loop, label %done
    done:
      %ten = mul i64 %a, 100
      %tens = mul i64 %b, 10
      %sum = add i64 %ten, %tens
      %all = add i64 %sum, %c
      call void @flux_print_i64(i64 %all, i8 0)
      ret i32 0
    })"),
            "231");
}

TEST(Baseline, LargeFrames) {
  std::string text = R"(
    define internal i64 @f(i64 %n) {
      %big = alloca [1000000 x i64]
      %at = getelementptr i64, ptr %big, i64 %n
      store i64 %n, ptr %at
      %last = getelementptr i64, ptr %big, i64 999999
      store i64 5, ptr %last
      %first = getelementptr i64, ptr %big, i64 0
      store i64 6, ptr %first
      %x = load i64, ptr %at
      %y = load i64, ptr %last
      %z = add i64 %x, %y
      ret i64 %z
    }
    define i32 @flux_main(ptr %p, i64 %n) {
      ; The stack below this frame was never touched.
      %x = call i64 @f(i64 77)
      call void @flux_print_i64(i64 %x, i8 0)
      ret i32 0
    })";
  EXPECT_EQ(getOutput(text), "82");
}

TEST(Baseline, ManyArguments) {
  EXPECT_EQ(getOutput(R"(
    define internal i64 @f(i64 %a, i8 zeroext %b, double %c, i64 %d, i64 %e,
                           i64 %f, i64 %g, i8 signext %h, i16 zeroext %i,
                           double %j, i64 %k) {
      %b1 = zext i8 %b to i64
      %h1 = sext i8 %h to i64
      %i1 = zext i16 %i to i64
      %c1 = fptosi double %c to i64
      %j1 = fptosi double %j to i64
      %s1 = add i64 %a, %b1
      %s2 = add i64 %s1, %c1
      %s3 = add i64 %s2, %h1
      %s4 = add i64 %s3, %i1
      %s5 = mul i64 %s4, %k
      %s6 = add i64 %s5, %j1
      %s7 = add i64 %s6, %g
      ret i64 %s7
    }
    define i32 @flux_main(ptr %p, i64 %n) {
      %x = call i64 @f(i64 1, i8 zeroext 200, double 3.5, i64 4, i64 5, i64 6,
                       i64 7, i8 signext -8, i16 zeroext 65000, double 10.25,
                       i64 2)
      call void @flux_print_i64(i64 %x, i8 0)
      ret i32 0
    })"),
            std::to_string((1 + 200 + 3 - 8 + 65000) * 2 + 10 + 7));
}

TEST(Baseline, DataWithAddresses) {
  EXPECT_EQ(getOutput(R"(
    @numbers = internal constant [3 x i64] [i64 4, i64 5, i64 6]
    @view = internal constant { ptr, i64 }
        { ptr getelementptr (i8, ptr @numbers, i64 8), i64 2 }
    @calls = internal global [2 x ptr] [ptr @f, ptr @f]
    @empty = internal global [5000 x i64] zeroinitializer
    define internal i64 @f(i64 %x) {
      %y = add i64 %x, 1
      ret i64 %y
    }
    define i32 @flux_main(ptr %p, i64 %n) {
      %data = load ptr, ptr @view
      %last = getelementptr i64, ptr %data, i64 1
      %x = load i64, ptr %last
      store i64 %x, ptr getelementptr (i64, ptr @empty, i64 4999)
      %y = load i64, ptr getelementptr (i64, ptr @empty, i64 4999)
      %f = load ptr, ptr getelementptr (ptr, ptr @calls, i64 1)
      %z = call i64 %f(i64 %y)
      call void @flux_print_i64(i64 %z, i8 0)
      ret i32 0
    })"),
            "7");
}

/// A function of 200,000 instructions compiles in linear time; the limit is
/// fifty times what it takes.
TEST(Baseline, LongFunctions) {
  llvm::LLVMContext context;
  llvm::Module module("long", context);
  prepare(module);
  llvm::IRBuilder<> builder(context);
  auto *function = llvm::Function::Create(
      llvm::FunctionType::get(builder.getInt32Ty(),
                              {builder.getPtrTy(), builder.getInt64Ty()},
                              false),
      llvm::GlobalValue::ExternalLinkage, "flux_main", module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", function));
  llvm::Value *first = function->getArg(1), *value = first;
  std::vector<llvm::Value *> all;
  for (unsigned i = 0; i < 100000; ++i) {
    value = builder.CreateAdd(value, first);
    all.push_back(value);
    if (i % 100 == 99) {
      llvm::BasicBlock *next = llvm::BasicBlock::Create(context, "", function);
      builder.CreateCondBr(builder.CreateICmpEQ(value, first), next, next);
      builder.SetInsertPoint(next);
    }
  }
  // All values are still needed: the frame becomes large.
  for (llvm::Value *item : all)
    value = builder.CreateXor(value, item);
  builder.CreateRet(builder.CreateTrunc(value, builder.getInt32Ty()));
  auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(compileFast(module).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

/// The same for a phi with 30,000 ways to it.
TEST(Baseline, WideSwitches) {
  constexpr unsigned numCases = 30000;
  llvm::LLVMContext context;
  llvm::Module module("wide", context);
  prepare(module);
  llvm::IRBuilder<> builder(context);
  llvm::Type *i64 = builder.getInt64Ty();
  auto *function =
      llvm::Function::Create(llvm::FunctionType::get(i64, {i64}, false),
                             llvm::GlobalValue::InternalLinkage, "f", module);
  auto *first = llvm::BasicBlock::Create(context, "", function);
  auto *last = llvm::BasicBlock::Create(context, "", function);
  builder.SetInsertPoint(last);
  llvm::PHINode *phi = builder.CreatePHI(i64, numCases + 1);
  builder.CreateRet(phi);
  builder.SetInsertPoint(first);
  llvm::SwitchInst *inst =
      builder.CreateSwitch(function->getArg(0), last, numCases);
  phi->addIncoming(builder.getInt64(-1), first);
  for (unsigned i = 0; i < numCases; ++i) {
    auto *block = llvm::BasicBlock::Create(context, "", function);
    inst->addCase(builder.getInt64(7 * i), block);
    builder.SetInsertPoint(block);
    phi->addIncoming(
        builder.CreateMul(function->getArg(0), builder.getInt64(i)), block);
    builder.CreateBr(last);
  }
  auto *main = llvm::Function::Create(
      llvm::FunctionType::get(builder.getInt32Ty(), {builder.getPtrTy(), i64},
                              false),
      llvm::GlobalValue::ExternalLinkage, "flux_main", module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(context, "", main));
  auto print = module.getOrInsertFunction("flux_print_i64", builder.getVoidTy(),
                                          i64, builder.getInt8Ty());
  for (unsigned value : {0u, 7u, 8u, 140000u, 7 * (numCases - 1)})
    builder.CreateCall(print,
                       {builder.CreateCall(function, {builder.getInt64(value)}),
                        builder.getInt8(0)});
  builder.CreateRet(builder.getInt32(0));
  auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(runFast(module).text,
            "07-1" + std::to_string(uint64_t(140000) * 20000) +
                std::to_string(uint64_t(7) * (numCases - 1) * (numCases - 1)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Baseline, WhatIsNotKnownIsRefused) {
  EXPECT_EQ(getReason("define <4 x i32> @f(<4 x i32> %a) { ret <4 x i32> %a }"),
            "a value of an unknown type");
  EXPECT_EQ(getReason("define void @f(i64 %n) {\n"
                      "  %a = alloca i8, i64 %n\n  ret void\n}"),
            "a local of a size that is not known");
  EXPECT_EQ(getReason("define void @f(ptr %p) {\n"
                      "  %a = atomicrmw add ptr %p, i64 1 seq_cst\n"
                      "  ret void\n}"),
            "the instruction 'atomicrmw'");
  EXPECT_EQ(getReason("declare double @llvm.sin.f64(double)\n"
                      "define double @f(double %x) {\n"
                      "  %y = call double @llvm.sin.f64(double %x)\n"
                      "  ret double %y\n}"),
            "the intrinsic 'llvm.sin.f64'");
  EXPECT_EQ(getReason("define void @f(ptr byval(i64) %p) { ret void }"),
            "a function of an unknown kind");
  EXPECT_EQ(getReason("@x = thread_local global i64 1"),
            "a global of a special kind");
}

TEST(Baseline, PartsBecomeOneObject) {
  llvm::LLVMContext context;
  auto one = parse("declare void @flux_print_i64(i64, i8 zeroext)\n"
                   "declare i64 @two(i64)\n"
                   "define i32 @flux_main(ptr %p, i64 %n) {\n"
                   "  %x = call i64 @two(i64 3)\n"
                   "  call void @flux_print_i64(i64 %x, i8 0)\n"
                   "  ret i32 0\n}",
                   context);
  auto two = parse("@y = global i64 39\n"
                   "define i64 @two(i64 %x) {\n"
                   "  %y = load i64, ptr @y\n"
                   "  %z = add i64 %x, %y\n"
                   "  ret i64 %z\n}",
                   context);
  std::string whyNot;
  std::vector<std::unique_ptr<BaselineUnit>> units;
  for (llvm::Module *module : {one.get(), two.get()}) {
    units.push_back(compileBaseline(*module, whyNot));
    ASSERT_TRUE(units.back()) << whyNot;
  }
  llvm::SmallVector<char, 0> object;
  writeBaselineObject(units, /*withCallTable=*/true, object);
  EXPECT_EQ(run(object).text, "42");
}
