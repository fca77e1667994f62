//===- KeysTest.cpp - `key: value` in its three forms ---------------------===//
//
// DOC-5 and DOC-7: lines, bullets and tables mean the same, and every line
// means something.
//
//===----------------------------------------------------------------------===//
#include "ReadDocument.h"

using namespace flux;
using llvm::StringRef;

/// The keys of a `## Compile` section with \p body: "key=value(remark);".
static std::string readKeys(StringRef body, StringRef messages = "") {
  ReadDocument read("## Compile\n" + body.str());
  EXPECT_EQ(read.messages, messages);
  std::string keys;
  for (const KeyValue &key : read.document.sections.back().keys)
    keys += (key.key + "=" + key.value + "(" + key.remark + ");").str();
  return keys;
}

TEST(Keys, Lines) {
  EXPECT_EQ(readKeys("target: native\noptimize: -O1\n"),
            "target=native();optimize=-O1();");
  EXPECT_EQ(readKeys("target:native\n\n  optimize  :  -O1  \n"),
            "target=native();optimize=-O1();");
  EXPECT_EQ(readKeys("a: b: c\n"), "a=b: c();");
  EXPECT_EQ(readKeys("target: native"), "target=native();");
}

TEST(Keys, CarriageReturns) {
  EXPECT_EQ(readKeys("\r\ntarget: native\r\noptimize: -O1\r\n"),
            "target=native();optimize=-O1();");
  EXPECT_EQ(readKeys("|a|b|\r\n|-|-|\r\n|c|d|\r\n"), "a=b();c=d();");
}

TEST(Keys, Bullets) {
  EXPECT_EQ(readKeys("- target: native\n- optimize: -O1\n"),
            "target=native();optimize=-O1();");
  EXPECT_EQ(readKeys("* target: native\n+ optimize: -O1\n"),
            "target=native();optimize=-O1();");
  EXPECT_EQ(readKeys("-\ttarget: native\n\n- optimize: -O1\n"),
            "target=native();optimize=-O1();");
}

TEST(Keys, Tables) {
  EXPECT_EQ(readKeys("| key | value |\n|-----|-------|\n| target | native |\n"
                     "| optimize | -O1 (fast) |\n"),
            "target=native();optimize=-O1(fast);");
  EXPECT_EQ(readKeys("| target | native |\n|:--|--:|\n"), "target=native();");
  EXPECT_EQ(readKeys("target | native\n---|---\noptimize | -O1\n"),
            "target=native();optimize=-O1();");
  EXPECT_EQ(readKeys("a: b\n| c | d |\n|---|---|\n"), "a=b();c=d();");
  EXPECT_EQ(readKeys("| a | b \\| c |\n|---|---|\n"), "a=b \\| c();");
}

TEST(Keys, TableErrors) {
  EXPECT_EQ(readKeys("|a|b|c|\n|-|-|-|\n|d|e|f|\n", "FLX0119 2:1 '|a|b|c|'\n"),
            "");
  EXPECT_EQ(readKeys("|a|b|\n|-|-|\n|c|\n|d|e|f|\n|g|h|\n",
                     "FLX0119 4:1 '|c|'\nFLX0119 5:1 '|d|e|f|'\n"),
            "a=b();g=h();");
  EXPECT_EQ(readKeys("|a|b|\n|-|-|\n|c||\n||d|\n",
                     "FLX0118 4:2 'c'\nFLX0117 5:1 '||d|'\n"),
            "a=b();");
}

TEST(Keys, Remarks) {
  EXPECT_EQ(readKeys("optimize: -Os (size)\n"), "optimize=-Os(size);");
  EXPECT_EQ(readKeys("a: b (c (d) e)\n"), "a=b(c (d) e);");
  EXPECT_EQ(readKeys("a: (b) c (d)\n"), "a=(b) c(d);");
  EXPECT_EQ(readKeys("a: f(x)\n"), "a=f(x)();");
  EXPECT_EQ(readKeys("a: b)\n"), "a=b)();");
  EXPECT_EQ(readKeys("a: b (c\n"), "a=b (c();");
  EXPECT_EQ(readKeys("a: b ( c )\n"), "a=b(c);");
}

TEST(Keys, MissingParts) {
  EXPECT_EQ(readKeys("target:\n", "FLX0118 2:1 'target'\n"), "");
  EXPECT_EQ(readKeys("target: (none)\n", "FLX0118 2:1 'target'\n"), "");
  EXPECT_EQ(readKeys(": native\n", "FLX0117 2:1 ': native'\n"), "");
  EXPECT_EQ(readKeys("just text\n", "FLX0117 2:1 'just text'\n"), "");
  EXPECT_EQ(
      readKeys("- text\n-\n- a: b\n", "FLX0117 2:3 'text'\nFLX0117 3:1 '-'\n"),
      "a=b();");
}

TEST(Keys, LinkDefinitionsDoNotVanish) {
  EXPECT_EQ(readKeys("[target]: native\n"), "[target]=native();");
}

TEST(Keys, Commentary) {
  EXPECT_EQ(readKeys("> quoted\n\n<!-- target: arm64 -->\n\n![logo](a.png)\n\n"
                     "[![logo](a.png)](b)\n\n***\n\n```text\nx\n```\n\na: b\n"),
            "a=b();");
}

TEST(Keys, WhatIsNoKey) {
  EXPECT_EQ(readKeys("1. a: b\n", "FLX0114 2:1 '1. a: b'\n"), "");
  EXPECT_EQ(readKeys("- a: b\n  - c: d\n", "FLX0114 3:3 '- c: d'\n"), "a=b();");
  EXPECT_EQ(readKeys("a: b\n\n    indented\n", "FLX0114 4:5 'indented'\n"),
            "a=b();");
  EXPECT_EQ(readKeys("```flux\n```\n", "FLX0111 2:1 '```flux'\n"), "");
  EXPECT_EQ(readKeys("- # a\n", "FLX0115 2:3 '# a'\n"), "");
}

TEST(Keys, PlacesAreExact) {
  ReadDocument read(
      "# T\n\n## Agent\n\n- name:  x  (y)\n\n| a | b |\n|---|---|\n");
  const auto &keys = read.document.sections.back().keys;
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(read.place(keys[0].key), "5:3");
  EXPECT_EQ(read.place(keys[0].value), "5:10");
  EXPECT_EQ(read.place(keys[0].remark), "5:14");
  EXPECT_EQ(read.place(keys[1].value), "7:7");
}
