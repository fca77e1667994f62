//===- HeadingsTest.cpp - program or prose? -------------------------------===//
//
// DOC-3 and DOC-4: a heading is one or the other, and never the wrong one in
// silence.
//
//===----------------------------------------------------------------------===//
#include "ReadDocument.h"

using namespace flux;
using llvm::StringRef;

namespace {

/// The section that "## " + \p heading opens, and the ids reported.
struct Opened {
  explicit Opened(StringRef heading)
      : read("## " + heading.str() + "\n"),
        section(read.document.sections.back()) {
    for (const Diagnostic &diagnostic : read.diagnostics)
      ids += getDiagInfo(diagnostic.id).code.str() + " ";
  }
  ReadDocument read;
  Section &section;
  std::string ids;
};

} // namespace

TEST(Headings, FormsOfReservedWords) {
  struct {
    StringRef heading;
    SectionKind kind;
    StringRef word, name;
  } cases[] = {
      {"Loop", SectionKind::Loop, "Loop", ""},
      {"loop", SectionKind::Loop, "loop", ""},
      {"INIT", SectionKind::Init, "INIT", ""},
      {"Compile ##", SectionKind::Compile, "Compile", ""},
      {"Agent", SectionKind::Agent, "Agent", ""},
      {"Agent hello-agent", SectionKind::Agent, "Agent", "hello-agent"},
      {"Agent: hello-agent", SectionKind::Agent, "Agent", "hello-agent"},
      {"function: f(x: i64) -> i64", SectionKind::Function, "function",
       "f(x: i64) -> i64"},
      {"function f(x: i64)", SectionKind::Function, "function", "f(x: i64)"},
      {"fn f()", SectionKind::Function, "fn", "f()"},
      {"Region: r", SectionKind::Region, "Region", "r"},
      {"Function : f()", SectionKind::Function, "Function", "f()"},
  };
  for (const auto &expected : cases) {
    SCOPED_TRACE(expected.heading.str());
    Opened opened(expected.heading);
    EXPECT_EQ(opened.ids, "");
    EXPECT_EQ(opened.section.kind, expected.kind);
    EXPECT_EQ(opened.section.word, expected.word);
    EXPECT_EQ(opened.section.name, expected.name);
  }
}

TEST(Headings, OrdinaryWordsAreProse) {
  for (StringRef heading : {"Usage",
                            "Overview",
                            "Example",
                            "Examples",
                            "Notes",
                            "Time",
                            "Title",
                            "Text",
                            "File",
                            "Report",
                            "Reason",
                            "In",
                            "On",
                            "Design",
                            "How it works",
                            "Why",
                            "Installation",
                            "License",
                            "Compilation",
                            "Tests of the loop",
                            "The main loop",
                            "Looping",
                            "Agents of change",
                            "Limits",
                            "Results",
                            "Summary",
                            "Memory",
                            "Functions of the pump",
                            "1. Overview",
                            "Version",
                            "Structure",
                            "Support",
                            "Important",
                            ""}) {
    SCOPED_TRACE(heading.str());
    Opened opened(heading);
    EXPECT_EQ(opened.ids, "");
    EXPECT_EQ(opened.section.kind, SectionKind::Prose);
  }
}

TEST(Headings, NearMissesAreErrors) {
  for (StringRef heading : {"Loops",
                            "Lopo",
                            "Lööp",
                            "Inti",
                            "Agnet",
                            "Agnet: a",
                            "Complie",
                            "Compil",
                            "Tests",
                            "Functon: f()",
                            "fucntion f(x: i64)",
                            "fnn f()",
                            "Setings",
                            "Polcy",
                            "Loop.",
                            "**Loop**",
                            "`Init`",
                            "1. Loop",
                            "Loop!",
                            "\"Loop\"",
                            "Emport"}) {
    SCOPED_TRACE(heading.str());
    Opened opened(heading);
    // Two bytes of a letter are two edits: rather prose than a guess.
    EXPECT_EQ(opened.ids, heading == "Lööp" ? "" : "FLX0106 ");
    EXPECT_EQ(opened.section.kind, SectionKind::Prose);
  }
}

TEST(Headings, NearMissOffersBothReadings) {
  ReadDocument read("# T\n\n## Lopo\n");
  EXPECT_EQ(read.messages, "FLX0106 3:4 'Lopo'\n");
  ASSERT_EQ(read.diagnostics[0].fixIts.size(), 2u);
  EXPECT_EQ(read.diagnostics[0].fixIts[0].text, "Loop");
  EXPECT_EQ(read.diagnostics[0].fixIts[1].text, " {.prose}");
}

TEST(Headings, RepairsOfNamedNearMissKeepTheName) {
  ReadDocument read("## Functon: f()\n");
  const FixIt &fixIt = read.diagnostics[0].fixIts[0];
  EXPECT_EQ(fixIt.text, "function");
  EXPECT_EQ(fixIt.range.Start, read.find("Functon"));
  EXPECT_EQ(fixIt.range.End, read.find(":"));
}

TEST(Headings, ReservedWordsInOtherFormsAreErrors) {
  for (StringRef heading :
       {"Loop forever", "Loop: main", "Loop:", "Init:", "Compile it",
        "Agent:", "Function", "Function:", "fn", "Test the pump", "Import data",
        "Settings of the pump", "Policy: strict"}) {
    SCOPED_TRACE(heading.str());
    Opened opened(heading);
    EXPECT_EQ(opened.ids, "FLX0107 ");
    EXPECT_EQ(opened.section.kind, SectionKind::Prose);
  }
}

TEST(Headings, ProseMarkerDecides) {
  for (StringRef heading : {"Loop forever", "Loop", "Lopo", "Test", "Tests"}) {
    SCOPED_TRACE(heading.str());
    Opened opened(heading.str() + " {.prose}");
    EXPECT_EQ(opened.ids, "");
    EXPECT_EQ(opened.section.kind, SectionKind::Prose);
    EXPECT_EQ(opened.section.heading, heading);
  }
}

TEST(Headings, WordsAreComparedWhole) {
  EXPECT_EQ(Opened("Loop-back").section.kind, SectionKind::Prose);
  EXPECT_EQ(Opened("Loop_forever").ids, "");
  EXPECT_EQ(Opened("Initial").ids, "");
}

TEST(Headings, UnderlinedHeadings) {
  ReadDocument read("Title\n=====\n\nLoop\n----\n\n1. YIELD\n");
  EXPECT_EQ(read.messages, "");
  EXPECT_EQ(read.document.title, "Title");
  ASSERT_EQ(read.document.sections.size(), 2u);
  const Section &loop = read.document.sections[1];
  EXPECT_EQ(loop.kind, SectionKind::Loop);
  EXPECT_EQ(loop.heading, "Loop");
  EXPECT_EQ(read.place(loop.heading), "4:1");
  EXPECT_EQ(loop.range, "Loop\n----\n\n1. YIELD\n");
  EXPECT_EQ(loop.steps.size(), 1u);
}

TEST(Headings, UnderlineBelowAStepIsAnError) {
  ReadDocument read("## Loop\nYIELD\n---\n\n## Compile\ntarget: native\n===\n");
  EXPECT_EQ(read.messages, "FLX0116 3:1 '---'\nFLX0116 7:1 '==='\n");
  ReadDocument prose("## Loop\n1. YIELD\n\nMore {.prose}\n---\n");
  EXPECT_EQ(prose.messages, "");
  EXPECT_EQ(prose.document.sections.size(), 3u);
}

TEST(Headings, TitleIsTheFirstOfLevelOne) {
  ReadDocument read(
      "intro\n\n#   My  title  #\n\n## Loop\n- YIELD\n\n# Next\n");
  EXPECT_EQ(read.messages, "");
  EXPECT_EQ(read.document.title, "My  title");
  ASSERT_EQ(read.document.sections.size(), 3u);
  EXPECT_EQ(read.document.sections[1].range, "## Loop\n- YIELD\n\n");
  EXPECT_EQ(read.document.sections[2].heading, "Next");
  EXPECT_EQ(read.document.sections[2].kind, SectionKind::Prose);
}

TEST(Headings, HeadingWithoutTextIsProse) {
  ReadDocument read("##\n\n## \n\n## ##\n");
  EXPECT_EQ(read.messages, "");
  ASSERT_EQ(read.document.sections.size(), 4u);
  EXPECT_EQ(read.document.sections[3].heading, "");
}

TEST(Headings, DeeperLevels) {
  ReadDocument read("### In front\n## Notes\n### Part\n## Loop\n### Part\n"
                    "## fn f()\n#### Part\n");
  EXPECT_EQ(read.messages, "FLX0115 5:1 '### Part'\nFLX0115 7:1 '#### Part'\n");
}

TEST(Headings, SecondSectionsAreErrors) {
  ReadDocument read("## Loop\n- YIELD\n## Init\n- Stop\n## Loop\n- YIELD\n"
                    "## fn f()\n## fn f()\n");
  EXPECT_EQ(read.messages, "FLX0108 5:4 'Loop'\n");
  ASSERT_EQ(read.diagnostics[0].notes.size(), 1u);
  EXPECT_EQ(read.diagnostics[0].notes[0].range.Start, read.find("Loop"));
}

TEST(Headings, WordsOfKinds) {
  EXPECT_EQ(getSectionWord(SectionKind::Compile), "Compile");
  EXPECT_EQ(getSectionWord(SectionKind::Function), "function");
  EXPECT_EQ(getSectionWord(SectionKind::Vocabulary), "vocabulary");
  EXPECT_EQ(getSectionWord(SectionKind::Prose), "");
}
