//===- StepsTest.cpp - lists and lines as steps ---------------------------===//
//
// A step is one line; nesting is the nesting of lists; every line means
// something (DOC-5).
//
//===----------------------------------------------------------------------===//
#include "ReadDocument.h"

using namespace flux;
using llvm::StringRef;

static std::string print(const std::vector<Step> &steps) {
  std::string text;
  for (const Step &step : steps) {
    text += std::to_string(step.number) + "<" + step.text.str() + ">";
    if (!step.children.empty())
      text += "{" + print(step.children) + "}";
  }
  return text;
}

/// The steps of a `## Loop` section with \p body.
static std::string readSteps(StringRef body, StringRef messages = "") {
  ReadDocument read("## Loop\n" + body.str());
  EXPECT_EQ(read.messages, messages);
  return print(read.document.sections.back().steps);
}

TEST(Steps, ListsAndLines) {
  EXPECT_EQ(readSteps("1. One\n2. Two\n"), "1<One>2<Two>");
  EXPECT_EQ(readSteps("- One\n- Two\n"), "1<One>2<Two>");
  EXPECT_EQ(readSteps("One\nTwo\n\nThree\n"), "1<One>2<Two>3<Three>");
  EXPECT_EQ(readSteps("One\n\n1. Two\n\n- Three\n"), "1<One>2<Two>3<Three>");
  EXPECT_EQ(readSteps("7) One\n8) Two\n"), "1<One>2<Two>");
  EXPECT_EQ(readSteps("1. One\n\n2. Two\n"), "1<One>2<Two>");
  EXPECT_EQ(readSteps("One"), "1<One>");
}

TEST(Steps, TextIsRaw) {
  EXPECT_EQ(
      readSteps("- Write \"*a* _b_ `c` \\n &amp; [d](e)\" to console.  \n"),
      "1<Write \"*a* _b_ `c` \\n &amp; [d](e)\" to console.>");
  EXPECT_EQ(readSteps("- YIELD (wait)\n"), "1<YIELD (wait)>");
  EXPECT_EQ(readSteps("[x]: y\n"), "1<[x]: y>");
  EXPECT_EQ(readSteps("- [ ] YIELD\n"), "1<[ ] YIELD>");
}

TEST(Steps, Nesting) {
  EXPECT_EQ(readSteps("1. If x:\n   - Write a\n   - If y:\n     1. Write b\n"
                      "2. Else:\n   - Stop\n"),
            "1<If x:>{1<Write a>2<If y:>{1<Write b>}}2<Else:>{1<Stop>}");
  EXPECT_EQ(readSteps("1. If x:\n   - A\n\n   1. B\n"), "1<If x:>{1<A>2<B>}");
}

TEST(Steps, TabsAndCarriageReturns) {
  EXPECT_EQ(readSteps("1.\tIf x:\n\t-\tWrite a\n"), "1<If x:>{1<Write a>}");
  EXPECT_EQ(readSteps("1. If x:\r\n   - Write a \t\r\n2. B\r\n"),
            "1<If x:>{1<Write a>}2<B>");
}

TEST(Steps, PlacesAreExact) {
  ReadDocument read("\n## Loop\n\n1.  If \u00E4:\n\n    - Write a\n\n   Two\n");
  EXPECT_EQ(read.messages, "");
  const auto &steps = read.document.sections.back().steps;
  ASSERT_EQ(print(steps), "1<If \u00E4:>{1<Write a>}2<Two>");
  EXPECT_EQ(read.place(steps[0].text), "4:5");
  EXPECT_EQ(read.place(steps[0].children[0].text), "6:7");
  EXPECT_EQ(read.place(steps[1].text), "8:4");
}

TEST(Steps, OneStepPerLine) {
  EXPECT_EQ(readSteps("1. If x:\n   Write a\n", "FLX0121 3:4 'Write a'\n"),
            "1<If x:>");
  EXPECT_EQ(readSteps("1. If x:\nWrite a\n", "FLX0121 3:1 'Write a'\n"),
            "1<If x:>");
  EXPECT_EQ(readSteps("1. If x:\n\n   Write a\n", "FLX0121 4:4 'Write a'\n"),
            "1<If x:>");
}

TEST(Steps, EmptyItems) {
  EXPECT_EQ(readSteps("1. A\n2.\n3. B\n", "FLX0120 3:1 '2.'\n"), "1<A>2<B>");
  EXPECT_EQ(readSteps("- - A\n", "FLX0120 2:1 '- - A'\n"), "");
  EXPECT_EQ(readSteps("- > A\n", "FLX0120 2:1 '- > A'\n"), "");
}

TEST(Steps, Commentary) {
  EXPECT_EQ(readSteps("> why\n\n1. A\n   > why\n\n   <!-- why -->\n\n"
                      "   ![x](y)\n\n   - B\n\n<!--\n2. C\n-->\n\n***\n\n"
                      "~~~text\n3. D\n~~~\n\n![x](y)\n![z](w)\n"),
            "1<A>{1<B>}");
  EXPECT_EQ(readSteps("A\n<!-- why -->\nB\n"), "1<A>2<B>");
}

TEST(Steps, WhatIsNoStep) {
  EXPECT_EQ(readSteps("A\n\n    B\n", "FLX0114 4:5 'B'\n"), "1<A>");
  EXPECT_EQ(readSteps("- A\n\n      B\n", "FLX0114 4:7 'B'\n"), "1<A>");
  EXPECT_EQ(readSteps("| A | B |\n|---|---|\n", "FLX0114 2:1 '| A | B |'\n"),
            "");
  EXPECT_EQ(readSteps("- A\n\n  # B\n", "FLX0115 4:3 '# B'\n"), "1<A>");
  EXPECT_EQ(readSteps("```flux\nx\n```\n- A\n", "FLX0111 2:1 '```flux'\n"),
            "1<A>");
  EXPECT_EQ(
      readSteps("- A\n  ```flux\n  x\n  ```\n", "FLX0110 3:3 '```flux'\n"),
      "1<A>");
}

TEST(Steps, DepthIsLimited) {
  std::string body, indent;
  for (unsigned i = 0; i < 40; ++i) {
    body += indent + "- If x:\n";
    indent += "  ";
  }
  ReadDocument read("## Loop\n" + body);
  EXPECT_EQ(read.messages, "FLX0122 34:65 '- If x:'\n");
}
