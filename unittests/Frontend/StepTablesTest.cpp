//===- StepTablesTest.cpp - verbs, units and what may follow --------------===//
#include "flux/Frontend/Steps.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

std::string next(llvm::StringRef text) {
  std::string result;
  for (const std::string &word : getNextWords(text))
    result += (result.empty() ? "" : " ") + word;
  return result;
}

TEST(Verbs, OneLetterMakesNoOtherVerb) {
  for (const VerbInfo &a : getVerbs())
    for (const VerbInfo &b : getVerbs())
      if (a.verb < b.verb) {
        EXPECT_GT(editDistance(a.name, b.name, 1), 1u)
            << a.name.str() << " " << b.name.str();
      }
}

TEST(Verbs, NextWords) {
  EXPECT_EQ(next("Wr"), "Write");
  EXPECT_EQ(next("R"), "Read Repeat REPLY REVOKE Restart");
  EXPECT_EQ(next("Write "), "<value>");
  EXPECT_EQ(next("Write x "), "to");
  EXPECT_EQ(next("Write x to "), "console output error");
  EXPECT_EQ(next("write \"a to b\" to c"), "console");
  EXPECT_EQ(next("Wait "), "<time> until");
  EXPECT_EQ(next("Wait until x "), "for");
  EXPECT_EQ(next("TELL "), "to <agent>");
  EXPECT_EQ(next("TELL cloud-agent "), ":");
  EXPECT_EQ(next("ASK cloud-agent: f(x) as y "), "within");
  EXPECT_EQ(next("GRANT IO_READ "), "on to");
  EXPECT_EQ(next("GRANT IO_READ on i2c to "), "<agent>");
  EXPECT_EQ(next("GRANT IO_READ on i2c to x "), "for");
  EXPECT_EQ(next("Else "), ": if");
  EXPECT_EQ(next("Else if x "), ":");
  EXPECT_EQ(next("YIELD "), "");
  // An expression that is not over goes on.
  EXPECT_EQ(next("Write x + "), "<value>");
  EXPECT_EQ(next("Write max(x, "), "<value>");
  EXPECT_EQ(next("Set x to f(a to b) "), "");
  EXPECT_EQ(next("If not "), "<condition>");
  EXPECT_EQ(next("Write x to the "), "console output error");
}

TEST(Verbs, FormWords) {
  auto words = [](llvm::StringRef text) {
    return llvm::join(getFormWords(text), " ");
  };
  EXPECT_EQ(words("Write x to the console"), "to console");
  EXPECT_EQ(words("Wait until x for at most 5s"), "until for at most");
  EXPECT_EQ(words("Wait 5s"), "");
  EXPECT_EQ(words("Expect a to be b"), "to be");
  EXPECT_EQ(words("Set to to 5"), "to");
}

TEST(Units, SpellingsAreUnique) {
  llvm::SmallVector<llvm::StringRef, 0> names(getUnitNames());
  llvm::sort(names);
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (llvm::StringRef name : names)
    EXPECT_TRUE(findUnit(name)) << name.str();
  for (const DimensionInfo &info : getDimensions())
    if (!info.display.empty()) {
      EXPECT_EQ(getDisplayUnit(info.dimension)->dimension, info.dimension);
    }
}

TEST(Units, Conversion) {
  EXPECT_EQ(toBaseInteger("1.5", false, *findUnit("h")), 5400000000000);
  EXPECT_EQ(toBaseInteger("1_000", true, *findUnit("ns")), -1000);
  EXPECT_EQ(toBaseInteger("106752", false, *findUnit("d")), std::nullopt);
  EXPECT_EQ(toBaseInteger("1e3", false, *findUnit("s")), std::nullopt);
  EXPECT_EQ(toBaseInteger("99999999999999999999999999999999999999999", false,
                          *findUnit("s")),
            std::nullopt);
  EXPECT_EQ(toBase(20, *findUnit("mV")), 0.02);
  EXPECT_EQ(toBase(-40, *findUnit("degF")), -40);
  EXPECT_EQ(toBase(212, *findUnit("degF")), 100);
}

TEST(Facts, NamesAreApart) {
  for (const Fact &a : getFacts())
    for (const Fact &b : getFacts())
      if (&a < &b) {
        EXPECT_GT(editDistance(a.name, b.name, 1), 1u);
      }
}

} // namespace
