//===- RenderersTest.cpp - the three forms of a message -------------------===//
//
// The caret must stand under the fault whatever the line holds, and machine
// formats must stay valid whatever the document holds.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Diagnostics.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

using namespace flux;
using llvm::StringRef;

namespace {

using Create = std::unique_ptr<DiagnosticRenderer> (*)(const llvm::SourceMgr &,
                                                       llvm::raw_ostream &);

std::unique_ptr<DiagnosticRenderer> createPlain(const llvm::SourceMgr &sources,
                                                llvm::raw_ostream &os) {
  return createTextRenderer(sources, os, /*colors=*/false);
}

std::unique_ptr<DiagnosticRenderer>
createColored(const llvm::SourceMgr &sources, llvm::raw_ostream &os) {
  return createTextRenderer(sources, os, /*colors=*/true);
}

/// A document, an engine and what one renderer made of its reports.
struct Session {
  Session(StringRef document, Create create, StringRef name = "a.md")
      : os(output), diags(sources) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(document, name);
    text = buffer->getBuffer();
    sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
    diags.addRenderer(create(sources, os));
  }
  StringRef find(StringRef what) {
    return text.substr(text.find(what), what.size());
  }
  std::string finish() {
    diags.finish();
    return output;
  }
  llvm::json::Value parse() {
    auto value = llvm::json::parse(finish());
    if (!value) {
      ADD_FAILURE() << llvm::toString(value.takeError()) << output;
      return nullptr;
    }
    return *value;
  }

  llvm::SourceMgr sources;
  std::string output;
  llvm::raw_string_ostream os;
  DiagnosticEngine diags;
  StringRef text;
};

/// What the plain text renderer prints for a message at \p range.
std::string render(StringRef document, StringRef range) {
  Session run(document, createPlain);
  run.diags.report(run.find(range), diag::not_utf8);
  return run.finish();
}

constexpr StringRef message = "error: the document is not UTF-8 [FLX0102]\n";

} // namespace

TEST(TextRenderer, LineAndCaret) {
  EXPECT_EQ(render("one\ntwo three four\n", "three"),
            ("a.md:2:5: " + message + "two three four\n    ^~~~~\n").str());
}

TEST(TextRenderer, PointHasOneMark) {
  Session run("abc\n", createPlain);
  run.diags.report(llvm::SMLoc::getFromPointer(run.text.begin() + 1),
                   diag::not_utf8);
  EXPECT_EQ(run.finish(), ("a.md:1:2: " + message + "abc\n ^\n").str());
}

TEST(TextRenderer, PlaceAtTheEndOfTheDocument) {
  Session run("abc\n", createPlain);
  run.diags.report(llvm::SMLoc::getFromPointer(run.text.end()), diag::not_utf8);
  EXPECT_EQ(run.finish(), ("a.md:2:1: " + message + "\n^\n").str());
}

TEST(TextRenderer, EmptyDocument) {
  Session run("", createPlain);
  run.diags.report(run.text, diag::not_utf8);
  EXPECT_EQ(run.finish(), ("a.md:1:1: " + message + "\n^\n").str());
}

TEST(TextRenderer, LineEndIsNotShown) {
  EXPECT_EQ(render("one\r\ntwo\r\n", "two"),
            ("a.md:2:1: " + message + "two\n^~~\n").str());
  Session run("one\r\ntwo\r\n", createPlain);
  run.diags.report(run.find("\r\ntwo"), diag::not_utf8);
  EXPECT_EQ(run.finish(), ("a.md:1:4: " + message + "one\n   ^\n").str());
}

TEST(TextRenderer, RangeOverLinesEndsAtTheFirst) {
  EXPECT_EQ(render("one two\nthree\n", "two\nthree"),
            ("a.md:1:5: " + message + "one two\n    ^~~\n").str());
}

TEST(TextRenderer, TabsAdvanceToStops) {
  EXPECT_EQ(render("\ta\tb\n", "b"),
            ("a.md:1:4: " + message + "    a   b\n        ^\n").str());
  EXPECT_EQ(render("a\tb\n", "\tb"),
            ("a.md:1:2: " + message + "a   b\n ^~~~\n").str());
}

TEST(TextRenderer, CaretCountsColumnsNotBytes) {
  // Two bytes and one column; three bytes and two columns; a combining mark.
  EXPECT_EQ(render("\u00E4 x\n", "x"),
            ("a.md:1:4: " + message + "\u00E4 x\n  ^\n").str());
  EXPECT_EQ(render("\u6F22 x\n", "x"),
            ("a.md:1:5: " + message + "\u6F22 x\n   ^\n").str());
  EXPECT_EQ(render("e\u0301 x\n", "x"),
            ("a.md:1:5: " + message + "e\u0301 x\n  ^\n").str());
  EXPECT_EQ(render("\u6F22\u5B57x\n", "\u6F22\u5B57"),
            ("a.md:1:1: " + message + "\u6F22\u5B57x\n^~~~\n").str());
}

TEST(TextRenderer, NothingReachesTheTerminal) {
  EXPECT_EQ(render("\x1b[31m x\n", "x"),
            ("a.md:1:7: " + message + "\uFFFD[31m x\n      ^\n").str());
  EXPECT_EQ(render("\xff\xfe x\n", "x"),
            ("a.md:1:4: " + message + "\uFFFD\uFFFD x\n   ^\n").str());
  // A character that would turn the direction of the text.
  EXPECT_EQ(render("\u202E x\n", "x"),
            ("a.md:1:5: " + message + "\uFFFD x\n  ^\n").str());
  Session run("a\n", createPlain, "\x1b[2J.md");
  run.diags.report(run.text.take_front(1), diag::fence_attribute, "\x07\n");
  EXPECT_EQ(run.finish(),
            "\uFFFD[2J.md:1:1: error: a 'flux' fence is followed by 'test', "
            "'trap MESSAGE', 'error FLXnnnn' or nothing, not by '\uFFFD\\n' "
            "[FLX0113]\na\n^\n");
}

TEST(TextRenderer, LongLinesAreCutAroundTheCaret) {
  std::string line = std::string(5000, 'a') + "FAULT" + std::string(5000, 'b');
  std::string output = render(line + "\n", "FAULT");
  auto [head, rest] = StringRef(output).split('\n');
  auto [shown, marks] = rest.split('\n');
  EXPECT_EQ(head, ("a.md:1:5001: " + message.rtrim()).str());
  EXPECT_LE(shown.size(), 110u);
  EXPECT_TRUE(shown.starts_with("...a"));
  EXPECT_TRUE(shown.ends_with("b..."));
  EXPECT_EQ(shown.find("FAULT"), marks.find("^~~~~"));
  EXPECT_EQ(marks.rtrim(), std::string(marks.find('^'), ' ') + "^~~~~");
}

TEST(TextRenderer, LongLinesAreCutBetweenCharacters) {
  std::string line;
  for (unsigned i = 0; i < 200; ++i)
    line += "\u6F22";
  std::string output = render(line + "FAULT" + line, "FAULT");
  EXPECT_TRUE(llvm::json::isUTF8(output));
  EXPECT_FALSE(StringRef(output).contains("\uFFFD"));
}

TEST(TextRenderer, LongRangeFromTheStart) {
  std::string line(300, 'a');
  std::string output = render(line + "\n", line);
  EXPECT_TRUE(StringRef(output).ends_with(std::string(100, 'a') + "...\n^" +
                                          std::string(99, '~') + "\n"));
}

TEST(TextRenderer, TrailNotesAndRepairs) {
  Session run("## Lop\nx\n", createPlain);
  run.diags.setTrail([](llvm::SMLoc) { return "in section 'Loop', step 2"; });
  StringRef heading = run.find("Lop");
  auto end = llvm::SMLoc::getFromPointer(heading.end());
  run.diags.report(heading, diag::near_miss_heading, "Lop", "Loop")
      .note(DiagnosticEngine::rangeOf(run.find("x")), "this is here")
      .note("and this nowhere")
      .fixIt(DiagnosticEngine::rangeOf(heading), "Loop")
      .fixIt({end, end}, " {.prose}")
      .fixIt(DiagnosticEngine::rangeOf(run.find("x")), "");
  EXPECT_EQ(run.finish(),
            "a.md:1:4: error: the heading 'Lop' is almost the reserved word "
            "'Loop' [FLX0106]\n"
            "## Lop\n"
            "   ^~~\n"
            "  = in section 'Loop', step 2\n"
            "a.md:2:1: note: this is here\n"
            "x\n"
            "^\n"
            "  = note: and this nowhere\n"
            "  = help: replace with 'Loop'\n"
            "  = help: insert ' {.prose}' at 1:7\n"
            "  = help: remove 'x' at 2:1\n");
}

TEST(TextRenderer, WithoutAPlace) {
  Session run("", createPlain);
  run.diags.report(llvm::SMRange(), diag::not_utf8).note("so it is");
  EXPECT_EQ(run.finish(), ("fluxc: " + message + "  = note: so it is\n").str());
}

TEST(TextRenderer, PlaceInNoBufferIsNoPlace) {
  static const char elsewhere[] = "elsewhere";
  Session run("", createPlain);
  run.diags.report(llvm::SMLoc::getFromPointer(elsewhere), diag::not_utf8);
  EXPECT_EQ(run.finish(), ("fluxc: " + message).str());
}

TEST(TextRenderer, ColorsOnlyWhenAsked) {
  EXPECT_FALSE(StringRef(render("abc\n", "b")).contains('\033'));
  Session run("abc\n", createColored);
  run.diags.report(run.find("b"), diag::not_utf8);
  EXPECT_TRUE(StringRef(run.finish()).contains("\033[31merror: \033[0m"));
}

TEST(JSONRenderer, OneObjectALine) {
  Session run("## Lop\n", createJSONRenderer);
  run.diags.setTrail([](llvm::SMLoc) { return "in section 'Lop'"; });
  run.diags.report(run.find("Lop"), diag::near_miss_heading, "Lop", "Loop")
      .note("a note")
      .fixIt(DiagnosticEngine::rangeOf(run.find("Lop")), "Loop");
  EXPECT_EQ(
      run.finish(),
      R"({"id":"FLX0106","name":"near_miss_heading","severity":"error",)"
      R"("message":"the heading 'Lop' is almost the reserved word 'Loop'",)"
      R"("location":{"file":"a.md","line":1,"column":4,"endLine":1,"endColumn":7},)"
      R"("trail":"in section 'Lop'","notes":[{"message":"a note"}],)"
      R"("fixIts":[{"text":"Loop",)"
      R"("location":{"file":"a.md","line":1,"column":4,"endLine":1,"endColumn":7}}]})"
      "\n");
}

TEST(JSONRenderer, WithoutAPlace) {
  Session run("", createJSONRenderer);
  run.diags.report(llvm::SMRange(), diag::not_utf8);
  EXPECT_EQ(run.parse().getAsObject()->getObject("location"), nullptr);
}

TEST(JSONRenderer, StaysUTF8) {
  Session run("x", createJSONRenderer, "\xff.md");
  run.diags.report(run.text, diag::fence_attribute, "\xff");
  std::string output = run.finish();
  EXPECT_TRUE(llvm::json::isUTF8(output));
}

TEST(SARIFRenderer, RulesResultsAndFixes) {
  Session run("\u00E4 Lop\nx\n", createSARIFRenderer, "my dir/a.md");
  run.diags.report(run.find("Lop"), diag::near_miss_heading, "Lop", "Loop")
      .note(DiagnosticEngine::rangeOf(run.find("x")), "related")
      .note("everywhere")
      .fixIt(DiagnosticEngine::rangeOf(run.find("Lop")), "Loop");
  run.diags.report(llvm::SMRange(), diag::not_utf8);
  llvm::json::Value value = run.parse();
  const llvm::json::Object &log = *value.getAsObject();
  EXPECT_EQ(log.getString("version"), "2.1.0");
  const llvm::json::Object &first =
      *log.getArray("runs")->front().getAsObject();
  EXPECT_EQ(first.getString("columnKind"), "unicodeCodePoints");

  const llvm::json::Object &driver =
      *first.getObject("tool")->getObject("driver");
  EXPECT_EQ(driver.getString("name"), "fluxc");
  ASSERT_EQ(driver.getArray("rules")->size(), 2u);

  const llvm::json::Array &results = *first.getArray("results");
  ASSERT_EQ(results.size(), 2u);
  const llvm::json::Object &result = *results[0].getAsObject();
  EXPECT_EQ(result.getString("ruleId"), "FLX0106");
  EXPECT_EQ(result.getString("level"), "error");
  EXPECT_EQ(result.getObject("message")->getString("text"),
            "the heading 'Lop' is almost the reserved word 'Loop'\neverywhere");
  const llvm::json::Object &place =
      *(*result.getArray("locations"))[0].getAsObject()->getObject(
          "physicalLocation");
  EXPECT_EQ(place.getObject("artifactLocation")->getString("uri"),
            "my%20dir/a.md");
  // The letter before it has two bytes, but is one character.
  EXPECT_EQ(place.getObject("region")->getInteger("startColumn"), 3);
  EXPECT_EQ(place.getObject("region")->getInteger("endColumn"), 6);
  ASSERT_EQ(result.getArray("relatedLocations")->size(), 1u);

  const llvm::json::Object &fix = *(*result.getArray("fixes"))[0].getAsObject();
  EXPECT_EQ(fix.getObject("description")->getString("text"),
            "replace with 'Loop'");
  const llvm::json::Object &change =
      *(*fix.getArray("artifactChanges"))[0].getAsObject();
  const llvm::json::Object &edit =
      *(*change.getArray("replacements"))[0].getAsObject();
  EXPECT_EQ(edit.getObject("insertedContent")->getString("text"), "Loop");
  EXPECT_EQ(edit.getObject("deletedRegion")->getInteger("startLine"), 1);

  EXPECT_EQ(results[1].getAsObject()->getArray("locations"), nullptr);
}

TEST(SARIFRenderer, EmptyRunIsALog) {
  Session run("", createSARIFRenderer);
  llvm::json::Value value = run.parse();
  const llvm::json::Object &first =
      *value.getAsObject()->getArray("runs")->front().getAsObject();
  EXPECT_TRUE(first.getArray("results")->empty());
}

TEST(SARIFRenderer, StaysUTF8) {
  Session run("\xff x", createSARIFRenderer, "\xff.md");
  run.diags.report(run.find("x"), diag::fence_attribute, "\xff")
      .fixIt(DiagnosticEngine::rangeOf(run.text.take_front(1)), "");
  run.parse();
}
