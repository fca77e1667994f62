//===- NearMissTest.cpp - distances and suggestions -----------------------===//
//
// A suggestion must be right or absent: a wrong one sends the reader astray.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Diagnostics.h"
#include "gtest/gtest.h"

using namespace flux;

TEST(NearMiss, DistanceCountsEdits) {
  EXPECT_EQ(editDistance("", "", 2), 0u);
  EXPECT_EQ(editDistance("loop", "loop", 2), 0u);
  EXPECT_EQ(editDistance("loop", "lop", 2), 1u);
  EXPECT_EQ(editDistance("loop", "loops", 2), 1u);
  EXPECT_EQ(editDistance("loop", "look", 2), 1u);
  EXPECT_EQ(editDistance("loop", "pool", 2), 2u);
  EXPECT_EQ(editDistance("", "ab", 2), 2u);
}

TEST(NearMiss, TranspositionIsOneEdit) {
  EXPECT_EQ(editDistance("lopo", "loop", 2), 1u);
  EXPECT_EQ(editDistance("fucntion", "function", 2), 1u);
  // Optimal string alignment does not edit a transposed pair again.
  EXPECT_EQ(editDistance("ca", "abc", 4), 3u);
}

TEST(NearMiss, CaseDoesNotCount) {
  EXPECT_EQ(editDistance("LOOP", "loop", 1), 0u);
}

TEST(NearMiss, DistanceStopsAboveTheLimit) {
  EXPECT_EQ(editDistance("a", "abcdef", 2), 3u);
  EXPECT_EQ(editDistance("kitten", "sitting", 2), 3u);
  EXPECT_EQ(editDistance("kitten", "sitting", 3), 3u);
  std::string a(100000, 'a'), b(100000, 'b');
  EXPECT_EQ(editDistance(a, b, 2), 3u);
  EXPECT_EQ(editDistance(a, a, 2), 0u);
}

TEST(NearMiss, LimitZeroMeansEqual) {
  EXPECT_EQ(editDistance("loop", "loop", 0), 0u);
  EXPECT_EQ(editDistance("loop", "look", 0), 1u);
}

/// The textbook table, to compare with.
static unsigned slowDistance(llvm::StringRef a, llvm::StringRef b) {
  std::vector<std::vector<unsigned>> d(a.size() + 1,
                                       std::vector<unsigned>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (!i || !j) {
        d[i][j] = i + j;
        continue;
      }
      unsigned v = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      v = std::min({v, d[i - 1][j] + 1, d[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        v = std::min(v, d[i - 2][j - 2] + 1);
      d[i][j] = v;
    }
  return d[a.size()][b.size()];
}

TEST(NearMiss, BandAgreesWithTheWholeTable) {
  // All words over {a, b} of up to five letters, all limits.
  std::vector<std::string> words = {""};
  for (size_t i = 0; words[i].size() < 5; ++i) {
    words.push_back(words[i] + 'a');
    words.push_back(words[i] + 'b');
  }
  for (const std::string &a : words)
    for (const std::string &b : words)
      for (unsigned limit = 0; limit < 4; ++limit)
        ASSERT_EQ(editDistance(a, b, limit),
                  std::min(slowDistance(a, b), limit + 1))
            << a << ' ' << b << ' ' << limit;
}

TEST(NearMiss, FindsTheOneNearest) {
  llvm::StringRef verbs[] = {"Write", "Wait", "Set", "Repeat"};
  EXPECT_EQ(findNearMiss("Wrte", verbs), "Write");
  EXPECT_EQ(findNearMiss("repaet", verbs), "Repeat");
  EXPECT_EQ(findNearMiss("Rpaeat", verbs), "Repeat");
  EXPECT_EQ(findNearMiss("Foo", verbs), "");
  EXPECT_EQ(findNearMiss("", verbs), "");
  EXPECT_EQ(findNearMiss("x", {}), "");
}

TEST(NearMiss, TwoEqualAnswersAreNone) {
  llvm::StringRef names[] = {"cat", "car"};
  EXPECT_EQ(findNearMiss("cap", names), "");
  EXPECT_EQ(findNearMiss("cat", names), "cat");
}

TEST(NearMiss, ShortWordsAllowOneEdit) {
  llvm::StringRef names[] = {"hello"};
  EXPECT_EQ(findNearMiss("heo", names), "");
  EXPECT_EQ(findNearMiss("helo", names), "hello");
}

TEST(NearMiss, FingersDecideBetweenEquals) {
  // A letter beside the right one is likelier than one far away, letters that
  // changed places than a lost one.
  llvm::StringRef names[] = {"car", "cat"};
  EXPECT_EQ(findNearMiss("cay", names), "cat");
  llvm::StringRef types[] = {"a", "at"};
  EXPECT_EQ(findNearMiss("ta", types), "at");
  llvm::StringRef sums[] = {"sum1", "sum2"};
  EXPECT_EQ(findNearMiss("summ1", sums), "sum1");
  auto both = findNearMisses("sum", sums);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0], "sum1");
}
