//===- LinkerTest.cpp - executables by lld, in process --------------------===//
//
// Links are repeated and fail inside of one process, and what the linker writes
// must come back in memory, never on standard output.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/Linker.h"
#include "Emit.h"
#include "llvm/Object/ObjectFile.h"

using namespace flux;

static const TargetSpec &target = *findTarget("x86_64-linux");

TEST(Linker, ExecutablesAreAlike) {
  auto object = emit("define i32 @flux_main(ptr %a, i64 %n) { ret i32 7 }",
                     OptLevel::O0, EmitFormat::ObjectWithCallTable);
  llvm::SmallVector<char, 0> first, second;
  std::string error;
  ASSERT_EQ(linkExecutable(target, {{"a", object}}, false, first, error),
            LinkStatus::Success)
      << error;
  ASSERT_EQ(linkExecutable(target, {{"b", object}}, false, second, error),
            LinkStatus::Success)
      << error;
  EXPECT_EQ(first, second);
  EXPECT_EQ(llvm::StringRef(first.data(), 4), "\177ELF");
  EXPECT_LT(first.size(), 12u << 10);
}

TEST(Linker, MissingFunction) {
  auto object = emit("define void @other() { ret void }", OptLevel::O0,
                     EmitFormat::ObjectWithCallTable);
  llvm::SmallVector<char, 0> out;
  std::string error;
  EXPECT_EQ(linkExecutable(target, {{"a", object}}, false, out, error),
            LinkStatus::Failure);
  EXPECT_NE(error.find("undefined symbol: flux_main"), std::string::npos);
}

TEST(Linker, NoObject) {
  static constexpr llvm::StringRef text = "this is no object file";
  llvm::SmallVector<char, 0> out;
  std::string error;
  EXPECT_EQ(linkExecutable(target,
                           {{"a", llvm::ArrayRef(text.data(), text.size())}},
                           false, out, error),
            LinkStatus::Failure);
  EXPECT_FALSE(error.empty());
}

TEST(Linker, RelocatableObjects) {
  auto one =
      emit("define void @one() { ret void }", OptLevel::O0, EmitFormat::Object);
  auto two = emit("declare void @one()"
                  "define void @two() { call void @one() ret void }",
                  OptLevel::O0, EmitFormat::Object);
  llvm::SmallVector<char, 0> out;
  std::string error;
  ASSERT_EQ(linkRelocatable(target, {{"1", one}, {"2", two}}, out, error),
            LinkStatus::Success)
      << error;
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef({out.data(), out.size()}, "merged.o"));
  ASSERT_TRUE(static_cast<bool>(file));
  EXPECT_TRUE((*file)->isRelocatableObject());
}
