//===- TargetSpecTest.cpp - targets and levels by name --------------------===//
//
// Names come from documents and command lines; entries of a description come
// from what it inherits.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/TargetSpec.h"
#include "flux/Target/ObjectEmitter.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace flux;

TEST(TargetSpec, NamesAndAliases) {
  const TargetSpec *target = findTarget("x86_64-linux");
  ASSERT_NE(target, nullptr);
  EXPECT_EQ(findTarget("x86_64"), target);
  EXPECT_EQ(findTarget("native"), target);
  EXPECT_EQ(findTarget("arm64"), nullptr);
  EXPECT_EQ(findTarget(""), nullptr);
  EXPECT_TRUE(llvm::is_contained(getPlannedTargets(), "arm64"));
  ASSERT_EQ(getTargetNames().size(), 1u);
  EXPECT_EQ(getTargetNames()[0], "x86_64-linux");
}

TEST(TargetSpec, InheritedEntries) {
  const TargetSpec *target = findTarget("native");
  ASSERT_NE(target, nullptr);
  EXPECT_EQ(target->name, "x86_64-linux");
  EXPECT_EQ(target->triple, "x86_64-unknown-linux-gnu");
  EXPECT_EQ(target->cpu, "x86-64-v2");
  EXPECT_EQ(target->linkerEmulation, "elf_x86_64");
}

TEST(OptLevel, Spellings) {
  for (OptLevel level : {OptLevel::O0, OptLevel::O1, OptLevel::O2, OptLevel::O3,
                         OptLevel::Os, OptLevel::Oz})
    EXPECT_EQ(parseOptLevel(getSpelling(level)), level);
  EXPECT_EQ(parseOptLevel("O2"), OptLevel::O2);
  EXPECT_EQ(parseOptLevel("-O4"), std::nullopt);
  EXPECT_EQ(parseOptLevel("2"), std::nullopt);
  EXPECT_EQ(parseOptLevel(""), std::nullopt);
}
