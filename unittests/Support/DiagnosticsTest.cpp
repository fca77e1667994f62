//===- DiagnosticsTest.cpp - what the engine counts and shows -------------===//
//
// Exit codes depend on the counts, and readers on the limit and on hearing each
// fault once.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Diagnostics.h"
#include "flux/Support/Version.h"
#include "llvm/ADT/StringSet.h"
#include "gtest/gtest.h"

using namespace flux;
using llvm::StringRef;

namespace {

class Collector : public DiagnosticRenderer {
public:
  Collector(std::vector<Diagnostic> &seen, unsigned &finished)
      : seen(seen), finished(finished) {}
  void handle(const Diagnostic &diagnostic) override {
    seen.push_back(diagnostic);
  }
  void finish() override { ++finished; }

private:
  std::vector<Diagnostic> &seen;
  unsigned &finished;
};

class DiagnosticsTest : public testing::Test {
protected:
  DiagnosticsTest() : diags(sources) {
    auto buffer = llvm::MemoryBuffer::getMemBuffer("one two\nthree\n", "a.md");
    text = buffer->getBuffer();
    sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
    diags.addRenderer(std::make_unique<Collector>(seen, finished));
  }

  llvm::SourceMgr sources;
  DiagnosticEngine diags;
  llvm::StringRef text;
  std::vector<Diagnostic> seen;
  unsigned finished = 0;
};

} // namespace

TEST_F(DiagnosticsTest, DeliversWhenTheBuilderEnds) {
  {
    auto builder =
        diags.report(text.substr(4, 3), diag::near_miss_heading, "Lop", "Loop");
    builder.note("remember")
        .note(DiagnosticEngine::rangeOf(text.substr(0, 3)), "here");
    builder.fixIt(DiagnosticEngine::rangeOf(text.substr(4, 3)), "Loop");
    EXPECT_TRUE(seen.empty());
  }
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].id, diag::near_miss_heading);
  EXPECT_EQ(seen[0].message,
            "the heading 'Lop' is almost the reserved word 'Loop'");
  EXPECT_EQ(seen[0].severity, Severity::Error);
  ASSERT_EQ(seen[0].notes.size(), 2u);
  EXPECT_FALSE(seen[0].notes[0].range.isValid());
  EXPECT_EQ(seen[0].notes[1].message, "here");
  ASSERT_EQ(seen[0].fixIts.size(), 1u);
  EXPECT_EQ(diags.getNumErrors(), 1u);
  EXPECT_TRUE(diags.hasErrors());
}

TEST_F(DiagnosticsTest, DropsRepetitionsOfAPlace) {
  diags.report(text.substr(0, 3), diag::not_utf8);
  diags.report(text.substr(0, 3), diag::not_utf8);
  diags.report(text.substr(0, 3), diag::control_character, "U+0000");
  diags.report(text.substr(4, 3), diag::not_utf8);
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_EQ(diags.getNumErrors(), 3u);
}

TEST_F(DiagnosticsTest, KeepsMessagesWithoutAPlace) {
  diags.report(llvm::SMRange(), diag::fence_attribute, "a");
  diags.report(llvm::SMRange(), diag::fence_attribute, "b");
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(DiagnosticsTest, LimitHidesAndTellsHowMany) {
  diags.setErrorLimit(2);
  for (unsigned i = 0; i < 5; ++i)
    diags.report(text.substr(i, 1), diag::not_utf8);
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(diags.getNumErrors(), 5u);
  diags.finish();
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[2].message, "3 more errors not shown");
  EXPECT_EQ(seen[2].severity, Severity::Note);
  EXPECT_EQ(finished, 1u);
}

TEST_F(DiagnosticsTest, LimitOfOneMoreIsSingular) {
  diags.setErrorLimit(1);
  diags.report(text.substr(0, 1), diag::not_utf8);
  diags.report(text.substr(1, 1), diag::not_utf8);
  diags.finish();
  EXPECT_EQ(seen.back().message, "1 more error not shown");
}

TEST_F(DiagnosticsTest, LimitZeroShowsAll) {
  diags.setErrorLimit(0);
  for (unsigned i = 0; i < 13; ++i)
    diags.report(text.substr(i, 1), diag::not_utf8);
  diags.finish();
  EXPECT_EQ(seen.size(), 13u);
}

TEST_F(DiagnosticsTest, AsksForTheTrailOfAPlace) {
  diags.setTrail([&](llvm::SMLoc loc) {
    EXPECT_EQ(loc.getPointer(), text.begin() + 4);
    return std::string("in section 'Loop'");
  });
  diags.report(text.substr(4, 3), diag::not_utf8);
  diags.report(llvm::SMRange(), diag::not_utf8);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].trail, "in section 'Loop'");
  EXPECT_EQ(seen[1].trail, "");
}

TEST(Catalogue, FindsByCodeAndName) {
  EXPECT_EQ(findDiagnostic("FLX0101"), diag::unclosed_fence);
  EXPECT_EQ(findDiagnostic("flx0101"), diag::unclosed_fence);
  EXPECT_EQ(findDiagnostic("unclosed_fence"), diag::unclosed_fence);
  EXPECT_EQ(findDiagnostic("FLX9999"), std::nullopt);
  EXPECT_EQ(findDiagnostic(""), std::nullopt);
}

TEST(Catalogue, EntriesFollowTheRules) {
  llvm::StringSet<> codes;
  for (unsigned i = 0; i < diag::NumDiagnostics; ++i) {
    const DiagInfo &info = getDiagInfo(static_cast<diag::ID>(i));
    SCOPED_TRACE(info.code.str());
    EXPECT_TRUE(codes.insert(info.code).second) << "number used twice";
    EXPECT_EQ(info.code.size(), 7u);
    ASSERT_FALSE(info.message.empty());
    EXPECT_FALSE(info.message.ends_with("."));
    EXPECT_FALSE(info.explanation.empty());
    EXPECT_TRUE(StringRef(".`)").contains(info.explanation.back()));
  }
}

TEST(Version, IsThatOfTheProject) { EXPECT_EQ(getVersion(), FLUX_VERSION); }
