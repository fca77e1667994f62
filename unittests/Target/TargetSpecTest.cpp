//===- TargetSpecTest.cpp - targets and levels by name --------------------===//
//
// Names come from documents and command lines; entries of a description come
// from what it inherits.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/TargetSpec.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/ObjectEmitter.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace flux;

TEST(TargetSpec, NamesAndAliases) {
  const TargetSpec *target = findTarget("x86_64-linux");
  ASSERT_NE(target, nullptr);
  EXPECT_EQ(findTarget("x86_64"), target);
  EXPECT_EQ(findTarget("aarch64"), findTarget("arm64-linux"));
  EXPECT_EQ(findTarget("rpi4"), findTarget("raspberry-pi-4"));
  EXPECT_EQ(findTarget("linux"), nullptr); // abstract
  EXPECT_EQ(findTarget(""), nullptr);
  EXPECT_TRUE(llvm::is_contained(getTargetNames(), "bytecode"));
  EXPECT_FALSE(llvm::is_contained(getTargetNames(), "jetson-nano"));
  EXPECT_TRUE(llvm::is_contained(getAllTargetNames(), "rpi5"));
}

TEST(TargetSpec, InheritedEntries) {
  const TargetSpec *target = findTarget("x86-mini-pc");
  ASSERT_NE(target, nullptr);
  EXPECT_TRUE(target->isBoard);
  EXPECT_EQ(target->base, "x86_64-linux");
  EXPECT_EQ(target->triple, "x86_64-unknown-linux-gnu");
  EXPECT_EQ(target->cpu, "x86-64-v3");
  EXPECT_EQ(target->linkerEmulation, "elf_x86_64");
  EXPECT_FALSE(isTargetPath(target->name));
  // Another CPU is not scheduled for what the inherited one was.
  EXPECT_EQ(findTarget("raspberry-pi-4")->tune, "");
}

/// What is embedded must be right, whatever a run of the compiler uses of it.
TEST(TargetSpec, EveryTargetCanBeUsed) {
  for (const TargetSpec *target : getTargets()) {
    EXPECT_FALSE(target->description.empty()) << target->name;
    if (target->isPlanned || target->runtime == "c") // LLVM makes no C
      continue;
    llvm::SourceMgr sources;
    DiagnosticEngine diags(sources);
    TargetSpec checked = *target;
    checked.features.clear();
    bool isNative = target->cpu == "native";
    std::string features = target->getFeatureList();
    EXPECT_TRUE(
        selectCPU(checked, isNative ? "" : target->cpu, features, diags))
        << target->name;
    std::string error;
    EXPECT_NE(createTargetMachine(checked, OptLevel::O2, error), nullptr)
        << error;
  }
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
