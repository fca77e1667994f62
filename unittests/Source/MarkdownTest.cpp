//===- MarkdownTest.cpp - blocks and their places -------------------------===//
//
// Masking what only inline markup needs must never change which blocks a
// document has, and every range must be exact.
//
//===----------------------------------------------------------------------===//
#include "lib/Source/Markdown.h"
#include "gtest/gtest.h"

using namespace flux;
using llvm::StringRef;

static std::string print(const Block &block) {
  static constexpr StringRef names[] = {"root", "heading", "paragraph", "list",
                                        "item", "quote",   "fence",     "code",
                                        "html", "break"};
  std::string text = names[static_cast<unsigned>(block.kind)].str();
  if (block.children.empty())
    return text + "<" + block.range.str() + ">";
  text += "(";
  for (const Block &child : block.children)
    text += print(child) + (&child == &block.children.back() ? "" : " ");
  return text + ")";
}

static std::string parse(StringRef text) {
  auto root = parseMarkdown(text, 1000);
  return root ? print(*root) : "too large";
}

TEST(Markdown, Blocks) {
  EXPECT_EQ(parse(""), "root<>");
  EXPECT_EQ(parse("a\nb\n\nc\n"), "root(paragraph<a\nb> paragraph<c>)");
  EXPECT_EQ(parse("# a #\n## b\n"), "root(heading<# a #> heading<## b>)");
  EXPECT_EQ(parse("a\n---\n"), "root(heading<a\n--->)");
  EXPECT_EQ(parse("a\n---\n\nb\n"), "root(heading<a\n---> paragraph<b>)");
  EXPECT_EQ(parse("a\n    ---\nb\n==\n-\n"),
            "root(heading<a\n    ---\nb\n==> list(item<->))");
  EXPECT_EQ(parse("#a\n=\n"), "root(heading<#a\n=>)");
  EXPECT_EQ(parse("***\n___\n- - -\n"),
            "root(break<***> break<___> break<- - ->)");
  EXPECT_EQ(parse("> a\nb\n"), "root(quote(paragraph<a\nb>))");
  EXPECT_EQ(parse("- a\n  - b\n"),
            "root(list(item(paragraph<a> list(item(paragraph<b>)))))");
  EXPECT_EQ(parse("a\n\n    b\n"), "root(paragraph<a> code<b>)");
  EXPECT_EQ(parse("```x\na\n```\nb\n"),
            "root(fence<```x\na\n```> paragraph<b>)");
}

TEST(Markdown, InlineMarkupChangesNothing) {
  EXPECT_EQ(parse("**a** _b_\n"), "root(paragraph<**a** _b_>)");
  EXPECT_EQ(parse("[a]: b\n"), "root(paragraph<[a]: b>)");
  EXPECT_EQ(parse("[^a]: b\n"), "root(paragraph<[^a]: b>)");
  EXPECT_EQ(parse("*a\n_b\n"), "root(paragraph<*a\n_b>)");
  EXPECT_EQ(parse("- *a*\n"), "root(list(item(paragraph<*a*>)))");
  EXPECT_EQ(parse("* [a](b)\n"), "root(list(item(paragraph<[a](b)>)))");
  EXPECT_EQ(parse("`a`\n``` b` ```\n"), "root(paragraph<`a`\n``` b` ```>)");
  EXPECT_EQ(parse("\u00E4\n\u2003b\n"), "root(paragraph<\u00E4\n\u2003b>)");
}

TEST(Markdown, HTML) {
  EXPECT_EQ(parse("<!-- a [b] *c*\n\n-->\nd\n"),
            "root(html<<!-- a [b] *c*> paragraph<d>)");
  EXPECT_EQ(parse("<div class=\"a_b\">\nc\n\nd\n"),
            "root(html<<div class=\"a_b\">> paragraph<d>)");
  EXPECT_EQ(parse("<script>\n\na</script>\nb\n"),
            "root(html<<script>> paragraph<b>)");
  EXPECT_EQ(parse("<![CDATA[ a\n\n]]>\nb\n"),
            "root(html<<![CDATA[ a> paragraph<b>)");
  EXPECT_EQ(parse("<?a\n\n?>\nb\n"), "root(html<<?a> paragraph<b>)");
  EXPECT_EQ(parse("<my-tag a='b_c'>\n\nd\n"),
            "root(html<<my-tag a='b_c'>> paragraph<d>)");
  // Tags that are wrong stay text.
  EXPECT_EQ(parse("<a_b c>\n"), "root(paragraph<<a_b c>>)");
  EXPECT_EQ(parse("<a*b>\n"), "root(paragraph<<a*b>>)");
  EXPECT_EQ(parse("<a [b]>\n"), "root(paragraph<<a [b]>>)");
  EXPECT_EQ(parse("<a <b>\n"), "root(paragraph<<a <b>>)");
  EXPECT_EQ(parse("<t\u00E4g>\n"), "root(paragraph<<t\u00E4g>>)");
  EXPECT_EQ(parse("<a &b>\n"), "root(paragraph<<a &b>>)");
}

TEST(Markdown, NestingIsBounded) {
  std::string quotes(100, '>');
  auto root = parseMarkdown(quotes + " a\n", 1000);
  ASSERT_TRUE(root);
  unsigned depth = 0;
  for (const Block *block = &*root; !block->children.empty();
       block = &block->children.front())
    ++depth;
  EXPECT_EQ(depth, 65u);
}

TEST(Markdown, UnitsAreLimited) {
  EXPECT_FALSE(parseMarkdown(std::string(1001, '\n'), 1000));
  EXPECT_TRUE(parseMarkdown(std::string(1000, '\n'), 1000));
  EXPECT_FALSE(parseMarkdown("- - - a\n", 3));
}

TEST(Markdown, Lines) {
  std::string lines;
  forEachLine(" a \r\n\tb\n\nc",
              [&](StringRef line) { lines += "<" + line.str() + ">"; });
  EXPECT_EQ(lines, "<a><b><><c>");
}
