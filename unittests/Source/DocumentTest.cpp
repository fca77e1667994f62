//===- DocumentTest.cpp - fences, ranges, text and hostile input ----------===//
//
// What holds for the document as a whole: where its sections and fences lie,
// what is no text, and that nothing makes the reader slow.
//
//===----------------------------------------------------------------------===//
#include "ReadDocument.h"
#include <chrono>

using namespace flux;
using llvm::StringRef;

TEST(Document, Empty) {
  for (StringRef source : {"", "\n", " ", "\r\n", "\xEF\xBB\xBF"}) {
    ReadDocument read(source);
    EXPECT_EQ(read.messages, "");
    EXPECT_EQ(read.document.title, "");
    ASSERT_EQ(read.document.sections.size(), 1u);
    EXPECT_EQ(read.document.sections[0].kind, SectionKind::Prose);
  }
}

TEST(Document, SectionsCoverTheText) {
  ReadDocument read("# T\nintro\n\n## Notes\ntext\n\n## Loop\n- YIELD\n");
  ASSERT_EQ(read.document.sections.size(), 3u);
  EXPECT_EQ(read.document.sections[0].range, "# T\nintro\n\n");
  EXPECT_EQ(read.document.sections[1].range, "## Notes\ntext\n\n");
  EXPECT_EQ(read.document.sections[2].range, "## Loop\n- YIELD\n");
}

TEST(Document, ByteOrderMark) {
  ReadDocument read("\xEF\xBB\xBF# T\n\n## Loop\n- YIELD\n");
  EXPECT_EQ(read.messages, "");
  EXPECT_EQ(read.document.title, "T");
  EXPECT_EQ(read.document.sections[1].steps.size(), 1u);
}

TEST(Document, NotText) {
  EXPECT_EQ(ReadDocument("# T\n\xFFx\n").messages, "FLX0102 2:1 '\xFF'\n");
  EXPECT_EQ(ReadDocument("a\xC3").messages, "FLX0102 1:2 '\xC3'\n");
  EXPECT_EQ(ReadDocument(StringRef("a\nb\0c", 5)).messages,
            std::string("FLX0103 2:2 '") + '\0' + "'\n");
  EXPECT_EQ(ReadDocument("a\r\nb\rc\n").messages, "FLX0105 2:2 '\r'\n");
  EXPECT_EQ(ReadDocument("a\r").messages, "FLX0105 1:2 '\r'\n");
}

TEST(Document, TooLarge) {
  std::string text(DocumentLimits::maxBytes + 1, ' ');
  EXPECT_EQ(ReadDocument(text).messages, "FLX0104 1:1 ''\n");
  text.assign(DocumentLimits::maxUnits + 1, '\n');
  EXPECT_EQ(ReadDocument(text).messages, "FLX0104 1:1 ''\n");
}

//===----------------------------------------------------------------------===//
// Fences
//===----------------------------------------------------------------------===//

TEST(Fences, BodiesAreTheLinesBetween) {
  ReadDocument read("# T\n```flux\nfn f() {\n}\n```\n\n~~~~ flux  \na\n~~~\n"
                    "b\n~~~~~ \n\n```flux\n```\n");
  EXPECT_EQ(read.messages, "");
  const auto &fences = read.document.sections[0].fences;
  ASSERT_EQ(fences.size(), 3u);
  EXPECT_EQ(fences[0].body, "fn f() {\n}\n");
  EXPECT_EQ(read.place(fences[0].body), "3:1");
  EXPECT_EQ(fences[0].language, "flux");
  EXPECT_EQ(fences[1].body, "a\n~~~\nb\n");
  EXPECT_EQ(fences[1].info, "flux");
  EXPECT_EQ(fences[2].body, "");
}

TEST(Fences, KeepWhatLooksLikeMarkdown) {
  ReadDocument read("```flux\n## Loop\n- x\n\n> y\n[a]: b\n<!--\n\ta\u00E4*b*\n"
                    "```\n");
  EXPECT_EQ(read.messages, "");
  ASSERT_EQ(read.document.sections.size(), 1u);
  EXPECT_EQ(read.document.sections[0].fences[0].body,
            "## Loop\n- x\n\n> y\n[a]: b\n<!--\n\ta\u00E4*b*\n");
}

TEST(Fences, CarriageReturnsAndIndentation) {
  ReadDocument read("  ```flux\r\n  a\r\n\r\n   ```  \r\nrest\r\n");
  EXPECT_EQ(read.messages, "");
  ASSERT_EQ(read.document.sections[0].fences.size(), 1u);
  EXPECT_EQ(read.document.sections[0].fences[0].body, "  a\r\n\r\n");
}

TEST(Fences, AtTheEndOfTheDocument) {
  ReadDocument read("```flux\na\n```");
  EXPECT_EQ(read.messages, "");
  EXPECT_EQ(read.document.sections[0].fences[0].body, "a\n");
}

TEST(Fences, Unclosed) {
  EXPECT_EQ(ReadDocument("# T\n```flux\na\n").messages,
            "FLX0101 2:1 '```flux'\n");
  EXPECT_EQ(ReadDocument("```flux").messages, "FLX0101 1:1 '```flux'\n");
  EXPECT_EQ(ReadDocument("```text\n## Loop\n").messages,
            "FLX0101 1:1 '```text'\n");
  EXPECT_EQ(ReadDocument("````flux\n```\n").messages,
            "FLX0101 1:1 '````flux'\n");
  EXPECT_EQ(ReadDocument("~~~flux\n```\n").messages, "FLX0101 1:1 '~~~flux'\n");
  EXPECT_EQ(ReadDocument("```flux\n    ```\n").messages,
            "FLX0101 1:1 '```flux'\n");
  EXPECT_EQ(ReadDocument("```flux\n``` x\n").messages,
            "FLX0101 1:1 '```flux'\n");
}

TEST(Fences, OfSections) {
  ReadDocument read("## Notes\n```flux\na\n```\n## fn f()\ntext\n\n- list\n\n"
                    "```flux\nb\n```\nmore\n```flux\nc\n```\n"
                    "```python\nd\n```\n");
  EXPECT_EQ(read.messages, "");
  EXPECT_EQ(read.document.sections[1].fences.size(), 1u);
  ASSERT_EQ(read.document.sections[2].fences.size(), 2u);
  EXPECT_EQ(read.document.sections[2].fences[1].body, "c\n");
}

TEST(Fences, IndentedCodeInAFunction) {
  EXPECT_EQ(ReadDocument("## fn f()\n\n    return 1\n").messages,
            "FLX0114 3:5 'return 1'\n");
  EXPECT_EQ(ReadDocument("## Notes\n\n    return 1\n").messages, "");
}

TEST(Fences, InsideOfListsAndQuotes) {
  EXPECT_EQ(ReadDocument("- a\n\n  ```flux\n  ```\n").messages,
            "FLX0110 3:3 '```flux'\n");
  EXPECT_EQ(ReadDocument("> ```flux\n> ```\n").messages,
            "FLX0110 1:3 '```flux'\n");
  EXPECT_EQ(ReadDocument("> - > ```Flux\n").messages,
            "FLX0110 1:7 '```Flux'\n");
  EXPECT_EQ(ReadDocument("> ```text\n> ```\n").messages, "");
}

TEST(Fences, InfoStrings) {
  for (StringRef info : {"Flux", "FLUX", "flx", "fluxx", "fulx", "{.flux}",
                         "flux,test", "lux"}) {
    SCOPED_TRACE(info.str());
    ReadDocument read("```" + info.str() + "\n```\n");
    EXPECT_EQ(read.messages, "FLX0112 1:4 '" + info.str() + "'\n");
    EXPECT_EQ(read.diagnostics[0].fixIts[0].text, "flux");
  }
  for (StringRef info : {"", "text", "flex", "rust", "f", "flow", "markdown",
                         "flux-output", "python flux"}) {
    SCOPED_TRACE(info.str());
    ReadDocument read("```" + info.str() + "\n```\n");
    EXPECT_EQ(read.messages,
              info == "flux-output" ? "FLX0112 1:4 'flux-output'\n" : "");
  }
  EXPECT_EQ(ReadDocument("```flux test\n```\n").messages, "");
  EXPECT_EQ(ReadDocument("```flux error FLX0101\n```\n").messages, "");
  EXPECT_EQ(ReadDocument("```flux now\n```\n").messages, "FLX0113 1:9 'now'\n");
  // No fence at all: the info string of "`" fences holds no "`".
  EXPECT_EQ(
      ReadDocument("```flux` a\n\n## Loop\n- YIELD\n").document.sections.size(),
      2u);
}

TEST(Fences, UnclosedComments) {
  EXPECT_EQ(ReadDocument("# T\n\n<!-- a\n\n## Loop\n").messages,
            "FLX0123 3:1 '<!--'\n");
  EXPECT_EQ(ReadDocument("<!-- a -->\n<!--\n\n-->\n").messages, "");
  EXPECT_EQ(ReadDocument("# T\n\n<!--\n## Loop\n- nonsense [x] *y*\n-->\n")
                .document.sections.size(),
            1u);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

TEST(Describe, NamesSectionAndStep) {
  ReadDocument read(
      "# T\nintro\n## Notes\ntext\n## Loop\n1. one\n2. two\n"
      "   - deep\n   - deeper\n\n## fn f()\n```flux\ncode\n```\n");
  auto describe = [&](StringRef what) {
    return read.document.describe(read.find(what));
  };
  EXPECT_EQ(describe("intro"), "");
  EXPECT_EQ(describe("text"), "in section 'Notes'");
  EXPECT_EQ(describe("## Loop"), "in section 'Loop'");
  EXPECT_EQ(describe("one"), "in section 'Loop', step 1");
  EXPECT_EQ(describe("two"), "in section 'Loop', step 2");
  EXPECT_EQ(describe("wo\n"), "in section 'Loop', step 2");
  EXPECT_EQ(describe("deep\n"), "in section 'Loop', step 2.1");
  EXPECT_EQ(describe("deeper"), "in section 'Loop', step 2.2");
  EXPECT_EQ(describe("code"), "in section 'fn f()'");
  EXPECT_EQ(read.document.describe(llvm::SMLoc()), "");
  EXPECT_EQ(
      read.document.describe(llvm::SMLoc::getFromPointer(read.text.end())), "");
}

TEST(Describe, CutsLongHeadingsBetweenCharacters) {
  std::string heading(59, 'a');
  ReadDocument read("## " + heading + "\u00E4bc\nx\n");
  EXPECT_EQ(read.document.describe(read.find("x")),
            "in section '" + heading + "...'");
}

//===----------------------------------------------------------------------===//
// Hostile input takes linear time
//===----------------------------------------------------------------------===//

static std::string repeat(StringRef text, size_t bytes) {
  std::string result;
  while (result.size() < bytes)
    result += text;
  return result;
}

TEST(Hostile, StaysFast) {
  constexpr size_t size = 1 << 17;
  std::string deep, indent;
  for (unsigned i = 0; i < 200; ++i) {
    deep += indent + "- a\n";
    indent += "  ";
  }
  std::string cases[] = {
      repeat(">", size),
      repeat("> ", size / 2) + repeat("\na", size / 2),
      repeat("- ", size / 2) + "x" + repeat("\na", size / 2),
      repeat("1. ", size / 2) + repeat("\na", size / 2),
      deep + repeat("a\n", size),
      repeat("_a", size),
      repeat("*", size) + "a",
      repeat("_", size) + "a",
      repeat("[", size),
      repeat("![a](", size),
      repeat("`", size) + "a",
      repeat("a`", size),
      repeat("<!A ", size),
      repeat("a<?", size),
      repeat("<a <!A ", size),
      repeat("a\n<a b=\"\n", size),
      repeat("&a", size),
      repeat("[a]: <b\n", size),
      repeat("\\", size),
      repeat("|", size) + "\n" + repeat("-|", size),
      repeat("|-|\n", size),
      repeat("</script", size),
      repeat("**\n", size),
      repeat("__\n", size),
      repeat("a\n-\n", size),
      repeat("* *\n", size),
  };
  for (StringRef prefix : {"", "## Loop\n", "## Compile\n"})
    for (const std::string &text : cases) {
      auto start = std::chrono::steady_clock::now();
      ReadDocument read(prefix.str() + text);
      auto time = std::chrono::steady_clock::now() - start;
      EXPECT_LT(time, std::chrono::seconds(10))
          << prefix.str() << text.substr(0, 20);
    }
}
