//===- LexerTest.cpp - tokens and malformed tokens ------------------------===//
//
// LEX-1 to LEX-4: what is one token, what it is worth, where a line begins,
// and that each mistake gives one message at the right characters.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Lexer.h"
#include "ParseSource.h"

using namespace flux;
using llvm::StringRef;

namespace {

/// The tokens of a text, and what was said about it.
class Lexed {
public:
  explicit Lexed(StringRef source) : Lexed(source, {}) {}
  /// Reads only \p parts, ranges of \p source.
  Lexed(StringRef source, llvm::ArrayRef<std::pair<size_t, size_t>> parts)
      : diags(sources) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(source, "a.md");
    StringRef text = buffer->getBuffer();
    sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
    diags.setErrorLimit(0);
    diags.addRenderer(std::make_unique<Recorder>(sources, messages));
    llvm::SmallVector<StringRef> pieces;
    for (auto [begin, end] : parts)
      pieces.push_back(text.slice(begin, end));
    if (parts.empty())
      pieces.push_back(text);
    Lexer lexer(pieces, context, diags);
    for (Token token = lexer.next(); token.kind != TokenKind::End;
         token = lexer.next())
      tokens.push_back(token);
    EXPECT_EQ(lexer.next().kind, TokenKind::End);
  }
  /// "a|+|b", with a line end before tokens that start a line.
  std::string spelled() const {
    std::string result;
    for (const Token &token : tokens) {
      if (!result.empty())
        result += token.startsLine ? "\n" : "|";
      result += token.text;
    }
    return result;
  }

  llvm::SourceMgr sources;
  DiagnosticEngine diags;
  ASTContext context;
  std::vector<Token> tokens;
  std::string messages;
};

uint64_t intValue(StringRef source) {
  Lexed lexed(source);
  EXPECT_EQ(lexed.messages, "") << source.str();
  EXPECT_EQ(lexed.tokens.size(), 1u) << source.str();
  EXPECT_EQ(lexed.tokens[0].kind, TokenKind::IntLiteral) << source.str();
  return lexed.tokens[0].intValue;
}

double floatValue(StringRef source) {
  Lexed lexed(source);
  EXPECT_EQ(lexed.messages, "") << source.str();
  EXPECT_EQ(lexed.tokens.size(), 1u) << source.str();
  EXPECT_EQ(lexed.tokens[0].kind, TokenKind::FloatLiteral) << source.str();
  return lexed.tokens[0].floatValue;
}

std::string strValue(StringRef source) {
  Lexed lexed(source);
  EXPECT_EQ(lexed.messages, "") << source.str();
  EXPECT_EQ(lexed.tokens.size(), 1u) << source.str();
  EXPECT_EQ(lexed.tokens[0].kind, TokenKind::StrLiteral) << source.str();
  return lexed.tokens[0].strValue.str();
}

/// The messages of a text, without line ends.
std::string messagesOf(StringRef source) {
  std::string messages = Lexed(source).messages;
  if (!messages.empty())
    messages.pop_back();
  return messages;
}

} // namespace

TEST(Lexer, Empty) {
  EXPECT_TRUE(Lexed("").tokens.empty());
  EXPECT_TRUE(Lexed(" \t\r\n\f// x\n/* y */").tokens.empty());
}

TEST(Lexer, EveryWordAndPunctuator) {
#define KEYWORD(NAME)                                                          \
  EXPECT_EQ(Lexed(#NAME).tokens.at(0).kind, TokenKind::kw_##NAME);             \
  EXPECT_EQ(Lexed(#NAME "x").tokens.at(0).kind, TokenKind::Identifier);
#define PUNCTUATOR(NAME, SPELLING)                                             \
  EXPECT_EQ(Lexed(SPELLING).tokens.at(0).kind, TokenKind::NAME);               \
  EXPECT_EQ(getTokenName(TokenKind::NAME), SPELLING);
#include "flux/Frontend/Tokens.def"
}

TEST(Lexer, LongestMatch) {
  EXPECT_EQ(Lexed("a+%=b+%c-|=d||e<<=f..=g..h").spelled(),
            "a|+%=|b|+%|c|-|=|d||||e|<<=|f|..=|g|..|h");
  EXPECT_EQ(Lexed("u8%(x)u8|(x)").spelled(), "u8|%|(|x|)|u8|||(|x|)");
  EXPECT_EQ(Lexed("0..n 1.5..2 x.len 3.len").spelled(),
            "0|..|n|1.5|..|2|x|.|len|3|.|len");
}

TEST(Lexer, Lines) {
  EXPECT_EQ(Lexed("a b\nc // d\n  e /* f\n */ g\rh").spelled(),
            "a|b\nc\ne\ng\nh");
}

TEST(Lexer, Pieces) {
  Lexed lexed("ab cd ef", {{0, 1}, {3, 5}, {6, 6}, {7, 8}});
  EXPECT_EQ(lexed.spelled(), "a\ncd\nf");
  // Nothing is read beyond a piece.
  EXPECT_EQ(Lexed("\"a\" 12 == //x", {{0, 2}}).messages, "FLX0205 1:1 '\"a'\n");
  EXPECT_EQ(Lexed("123", {{0, 2}}).tokens[0].intValue, 12u);
  EXPECT_EQ(Lexed("==", {{0, 1}}).tokens[0].kind, TokenKind::equal);
}

TEST(Lexer, Integers) {
  EXPECT_EQ(intValue("0"), 0u);
  EXPECT_EQ(intValue("42"), 42u);
  EXPECT_EQ(intValue("1_000_000"), 1000000u);
  EXPECT_EQ(intValue("0x2a_FF"), 0x2affu);
  EXPECT_EQ(intValue("0b1010_0101"), 0xa5u);
  EXPECT_EQ(intValue("0o17"), 15u);
  EXPECT_EQ(intValue("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(intValue("0xFFFFFFFFFFFFFFFF"), UINT64_MAX);
  EXPECT_EQ(intValue("255u8"), 255u);
  EXPECT_EQ(intValue("0xFFi32"), 255u);
  EXPECT_EQ(Lexed("255u8").tokens[0].suffix, "u8");
  EXPECT_EQ(Lexed("1f32").tokens[0].kind, TokenKind::IntLiteral);
  EXPECT_EQ(Lexed("1f32").tokens[0].suffix, "f32");
}

TEST(Lexer, Floats) {
  EXPECT_EQ(floatValue("1.5"), 1.5);
  EXPECT_EQ(floatValue("1e-9"), 1e-9);
  EXPECT_EQ(floatValue("2.5e3"), 2500);
  EXPECT_EQ(floatValue("1_0.2_5E+1_0"), 10.25e10);
  EXPECT_EQ(floatValue("1.5f32"), 1.5);
  EXPECT_EQ(floatValue("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_EQ(floatValue("1e-999"), 0);
}

TEST(Lexer, BadNumbers) {
  EXPECT_EQ(messagesOf("18446744073709551616"),
            "FLX0210 1:1 '18446744073709551616'");
  EXPECT_EQ(messagesOf("0x10000000000000000"),
            "FLX0210 1:1 '0x10000000000000000'");
  EXPECT_EQ(messagesOf("0b102"), "FLX0211 1:5 '2'");
  EXPECT_EQ(messagesOf("0o78"), "FLX0211 1:4 '8'");
  EXPECT_EQ(messagesOf("0x"), "FLX0212 1:1 '0x'");
  EXPECT_EQ(messagesOf("0xg"), "FLX0212 1:1 '0x'");
  EXPECT_EQ(messagesOf("1e+"), "FLX0212 1:2 'e+'");
  EXPECT_EQ(messagesOf("1_"), "FLX0213 1:2 '_'");
  EXPECT_EQ(messagesOf("1__0"), "FLX0213 1:2 '_'");
  EXPECT_EQ(messagesOf("0x_1"), "FLX0213 1:3 '_'");
  EXPECT_EQ(messagesOf("1_u8"), "FLX0213 1:2 '_'");
  EXPECT_EQ(messagesOf("12abc"), "FLX0214 1:3 'abc'");
  EXPECT_EQ(messagesOf("1.5i32"), "FLX0214 1:4 'i32'");
  EXPECT_EQ(messagesOf("1str"), "FLX0214 1:2 'str'");
  EXPECT_EQ(messagesOf("1e999"), "FLX0215 1:1 '1e999'");
  EXPECT_EQ(Lexed("0b102 1_ 12abc x").spelled(), "0b102|1_|12abc|x");
}

TEST(Lexer, Strings) {
  EXPECT_EQ(strValue("\"\""), "");
  EXPECT_EQ(strValue("\"a b\""), "a b");
  EXPECT_EQ(strValue("\"// /* \""), "// /* ");
  EXPECT_EQ(strValue(R"("\n\t\r\\\'\"")"), "\n\t\r\\'\"");
  EXPECT_EQ(strValue(R"("a\0b")"), std::string("a\0b", 3));
  EXPECT_EQ(strValue(R"("\x41\x7f\u{e9}\u{1F600}")"),
            "A\x7f\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(strValue("\"\xc3\xa9\""), "\xc3\xa9");
}

TEST(Lexer, StringsWithoutEscapesAreNotCopied) {
  Lexed lexed("\"abc\"");
  EXPECT_EQ(lexed.tokens[0].strValue.data(), lexed.tokens[0].text.data() + 1);
}

TEST(Lexer, BadStrings) {
  EXPECT_EQ(messagesOf("\"abc"), "FLX0205 1:1 '\"abc'");
  EXPECT_EQ(messagesOf("\"abc\\\""), "FLX0205 1:1 '\"abc\\\"'");
  EXPECT_EQ(Lexed("\"abc\nx").spelled(), "\"abc\nx");
  EXPECT_EQ(messagesOf(R"("\q")"), "FLX0207 1:2 '\\q'");
  EXPECT_EQ(messagesOf(R"("\x4")"), "FLX0207 1:2 '\\x'");
  EXPECT_EQ(messagesOf(R"("\u{}")"), "FLX0207 1:2 '\\u'");
  EXPECT_EQ(messagesOf(R"("\u{12")"), "FLX0207 1:2 '\\u'");
  EXPECT_EQ(messagesOf(R"("\x80")"), "FLX0208 1:2 '\\x80'");
  EXPECT_EQ(messagesOf(R"("\u{D800}")"), "FLX0208 1:2 '\\u{D800}'");
  EXPECT_EQ(messagesOf(R"("\u{110000}")"), "FLX0208 1:2 '\\u{110000}'");
  EXPECT_EQ(messagesOf(R"("\u{100000041}")"), "FLX0208 1:2 '\\u{100000041}'");
}

TEST(Lexer, Characters) {
  EXPECT_EQ(intValue("'a'"), 97u);
  EXPECT_EQ(intValue("'\"'"), 34u);
  EXPECT_EQ(intValue(R"('\n')"), 10u);
  EXPECT_EQ(intValue(R"('\'')"), 39u);
  EXPECT_EQ(intValue(R"('\xff')"), 255u);
  EXPECT_EQ(intValue(R"('\u{1F600}')"), 0x1f600u);
  EXPECT_EQ(intValue("'\xf0\x9f\x98\x80'"), 0x1f600u);
}

TEST(Lexer, BadCharacters) {
  EXPECT_EQ(messagesOf("''"), "FLX0209 1:1 ''''");
  EXPECT_EQ(messagesOf("'ab'"), "FLX0209 1:1 ''ab''");
  EXPECT_EQ(messagesOf("'a"), "FLX0209 1:1 '''");
  EXPECT_EQ(messagesOf(R"('\q')"), "FLX0207 1:2 '\\q'");
}

TEST(Lexer, Comments) {
  EXPECT_EQ(Lexed("a /* b /* c */ d */ e").spelled(), "a|e");
  EXPECT_EQ(messagesOf("a /* b /* c */"), "FLX0206 1:3 '/*'");
  EXPECT_EQ(Lexed("a /**/ b /***/ c").spelled(), "a|b|c");
}

TEST(Lexer, UnknownCharacters) {
  EXPECT_EQ(messagesOf("a @#$ b"), "FLX0201 1:3 '@#$'");
  EXPECT_EQ(messagesOf("gr\xc3\xb6\xc3\x9f"
                       "e = 1"),
            "FLX0202 1:1 'gr\xc3\xb6\xc3\x9f"
            "e'");
  EXPECT_EQ(messagesOf("\xc3\xa9t\xc3\xa9"), "FLX0202 1:1 '\xc3\xa9t\xc3\xa9'");
  EXPECT_EQ(messagesOf("a \xe2\x89\xa4 b"), "FLX0203 1:3 '\xe2\x89\xa4'");
  EXPECT_EQ(messagesOf(StringRef("a \0\x01 b", 6)),
            std::string("FLX0201 1:3 '\0\x01'", 16));
  EXPECT_EQ(messagesOf("\xf0\x9f\x98\x80"), "FLX0201 1:1 '\xf0\x9f\x98\x80'");
  EXPECT_EQ(messagesOf("a \v b"), "FLX0201 1:3 '\v'");
  EXPECT_EQ(messagesOf("\xff"), "FLX0201 1:1 '\xff'");
}

TEST(Lexer, TextDirection) {
  for (StringRef source :
       {"\xe2\x80\xae", "// \xe2\x80\xae", "/* \xe2\x80\xae */",
        "\"\xe2\x80\xae\"", "'\xe2\x80\xae'", "a\xe2\x81\xa6"})
    EXPECT_TRUE(StringRef(messagesOf(source)).starts_with("FLX0204"))
        << source.str();
}
