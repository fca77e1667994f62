//===- ParserTest.cpp - expressions, statements, declarations -------------===//
//
// Expressions are compared as fully parenthesized text, so that precedence is
// seen at a glance; mistakes by the ids and places of all their messages, so
// that a message too many is seen too.
//
//===----------------------------------------------------------------------===//
#include "ParseSource.h"

using namespace flux;
using llvm::cast;
using llvm::StringRef;

namespace {

std::string show(const Expr *expr) {
  switch (expr->kind) {
  case Expr::Unary: {
    const auto *e = cast<UnaryExpr>(expr);
    return (e->op == UnaryOp::Neg      ? "(-"
            : e->op == UnaryOp::BitNot ? "(~"
                                       : "(not ") +
           show(e->operand) + ")";
  }
  case Expr::Binary: {
    const auto *e = cast<BinaryExpr>(expr);
    EXPECT_EQ(e->opRange, getSpelling(e->op));
    return "(" + show(e->lhs) + " " + e->opRange.str() + " " + show(e->rhs) +
           ")";
  }
  case Expr::Index: {
    const auto *e = cast<IndexExpr>(expr);
    return show(e->base) + "[" + show(e->index) + "]";
  }
  case Expr::Member: {
    const auto *e = cast<MemberExpr>(expr);
    return show(e->base) + "." + e->name.str();
  }
  case Expr::Invalid:
    return "<invalid>";
  default:
    return expr->range.str();
  }
}

/// The expression as the parser understood it, or its messages.
std::string parsed(const std::string &expr) {
  ParseSource source = ParseSource::body("let x = " + expr);
  if (!source.messages.empty())
    return source.messages;
  const Stmt *stmt = source.module->functions[0]->body->statements[0];
  const VarDecl *var = cast<DeclStmt>(stmt)->var;
  EXPECT_EQ(var->init->range, expr);
  return show(var->init);
}

/// The messages of a function body that begins in line 5.
std::string bodyMessages(const std::string &body) {
  return ParseSource::body(body).messages;
}

/// The messages of declarations that begin in line 4.
std::string codeMessages(const std::string &code) {
  return ParseSource::code(code).messages;
}

} // namespace

TEST(Parser, Precedence) {
  EXPECT_EQ(parsed("a + b * c"), "(a + (b * c))");
  EXPECT_EQ(parsed("a - b - c"), "((a - b) - c)");
  EXPECT_EQ(parsed("a | b & c ^ d"), "((a | (b & c)) ^ d)");
  EXPECT_EQ(parsed("a << b + c"), "((a << b) + c)");
  EXPECT_EQ(parsed("a +% b *% c -| d"), "((a +% (b *% c)) -| d)");
  EXPECT_EQ(parsed("a < b + 1 && c || d == e"),
            "(((a < (b + 1)) && c) || (d == e))");
  EXPECT_EQ(parsed("not a == b && not not c"),
            "((not (a == b)) && (not (not c)))");
  EXPECT_EQ(parsed("-a * ~b"), "((-a) * (~b))");
  EXPECT_EQ(parsed("-a.b[c]"), "(-a.b[c])");
  EXPECT_EQ(parsed("a--b"), "(a - (-b))");
  EXPECT_EQ(parsed("not (a < b) == c"), "(not ((a < b) == c))");
}

TEST(Parser, PostfixForms) {
  EXPECT_EQ(parsed("a[1..2]"), "a[1..2]");
  EXPECT_EQ(parsed("a[..]"), "a[..]");
  EXPECT_EQ(parsed("f(a, b,)"), "f(a, b,)");
  EXPECT_EQ(parsed("m.f(a)[1].b"), "m.f(a)[1].b");
  ParseSource source =
      ParseSource::body("g(a.b(c), P(x: 1, y: 2), i32(c), u8%(c), u8|(c))");
  EXPECT_EQ(source.messages, "");
  EXPECT_EQ(source.tree, "Module 'T'\n"
                         "  Function f()\n"
                         "    Expression\n"
                         "      Call g\n"
                         "        Call a.b\n"
                         "          Name c\n"
                         "        StructLiteral P\n"
                         "          x\n"
                         "            IntLiteral 1\n"
                         "          y\n"
                         "            IntLiteral 2\n"
                         "        Convert i32\n"
                         "          Name c\n"
                         "        Convert u8%\n"
                         "          Name c\n"
                         "        Convert u8|\n"
                         "          Name c\n");
}

TEST(Parser, LinesEndStatements) {
  // An operator, bracket or point at the start of a line does not go on.
  EXPECT_EQ(ParseSource::body("f(x)\n[1, 2]\n-x")
                .module->functions[0]
                ->body->statements.size(),
            3u);
  EXPECT_EQ(ParseSource::body("let a = b +\n c")
                .module->functions[0]
                ->body->statements.size(),
            1u);
  EXPECT_EQ(bodyMessages("let a = f(b\n + c\n , d\n )"), "");
  EXPECT_EQ(bodyMessages("let a = [\n 1\n , 2 ]"), "");
  EXPECT_EQ(bodyMessages("f(a); g(b); return"), "");
  EXPECT_EQ(bodyMessages("return\nf(a)"), "");
  EXPECT_EQ(bodyMessages("f(a) g(b)"), "FLX0308 5:6 'g'\n");
  EXPECT_EQ(bodyMessages("if a { } f()"), "FLX0308 5:10 'f'\n");
}

TEST(Parser, Statements) {
  ParseSource source = ParseSource::body("if a { return } elif b { break }\n"
                                         "else { continue }\n"
                                         "for i, x in a { trap \"m\" }\n"
                                         "for i in a..=b { defer f(i) }\n"
                                         "a.b[1] +|= 2");
  EXPECT_EQ(source.messages, "");
  EXPECT_EQ(source.tree, "Module 'T'\n"
                         "  Function f()\n"
                         "    If\n"
                         "      Name a\n"
                         "    Then\n"
                         "      Return\n"
                         "    Elif\n"
                         "      Name b\n"
                         "    Then\n"
                         "      Break\n"
                         "    Else\n"
                         "      Continue\n"
                         "    ForEach i, x\n"
                         "      Name a\n"
                         "    Do\n"
                         "      Trap\n"
                         "        StrLiteral \"m\"\n"
                         "    ForRange i inclusive\n"
                         "      from\n"
                         "        Name a\n"
                         "      to\n"
                         "        Name b\n"
                         "    Do\n"
                         "      Defer\n"
                         "        Expression\n"
                         "          Call f\n"
                         "            Name i\n"
                         "    Assign +|=\n"
                         "      Index\n"
                         "        Member b\n"
                         "          Name a\n"
                         "        IntLiteral 1\n"
                         "      IntLiteral 2\n");
}

TEST(Parser, Declarations) {
  ParseSource source =
      ParseSource::code("struct P { a: i64, b: [u8; N]\n c: [var [f64]] }\n"
                        "const N: i64 = 3\n"
                        "fn f(p: P, q: str) -> [u8] { return q.bytes }");
  EXPECT_EQ(source.messages, "");
  EXPECT_EQ(source.tree, "Module 'T'\n"
                         "  Struct P\n"
                         "    Field a: i64\n"
                         "    Field b: [u8; N]\n"
                         "    Field c: [var [f64]]\n"
                         "  Const N: i64\n"
                         "    IntLiteral 3\n"
                         "  Function f(p: P, q: str) -> [u8]\n"
                         "    Return\n"
                         "      Member bytes\n"
                         "        Name q\n");
}

TEST(Parser, FunctionSections) {
  ParseSource source("# T\n\n## function: f(x: i64) -> i64\n\nDoc.\n\n"
                     "```flux\nlet y = x\n```\n\nMore.\n\n"
                     "```flux\nreturn y\n```\n");
  EXPECT_EQ(source.messages, "");
  ASSERT_EQ(source.module->functions.size(), 1u);
  EXPECT_EQ(source.module->functions[0]->range, "f(x: i64) -> i64");
  EXPECT_EQ(source.module->functions[0]->body->statements.size(), 2u);
  EXPECT_TRUE(source.module->functions[0]->body->end.empty());

  EXPECT_EQ(ParseSource("## function: f()\n").messages, "FLX0327 1:14 'f()'\n");
  EXPECT_EQ(
      ParseSource("## fn f()\n\n```flux\nfn f() {\n  g()\n}\n```\n").messages,
      "FLX0328 4:1 'fn'\n");
  EXPECT_EQ(ParseSource("## fn f() {\n\n```flux\n}\ng()\n```\n").messages,
            "FLX0302 1:11 '{'\nFLX0329 4:1 '}'\n");
}

TEST(Parser, HabitsOfOtherLanguages) {
  EXPECT_EQ(bodyMessages("if !a && b and c or d { }"),
            "FLX0313 5:4 '!'\nFLX0313 5:12 'and'\nFLX0313 5:18 'or'\n");
  EXPECT_EQ(bodyMessages("if a = b { } else if c { }"),
            "FLX0316 5:6 '='\nFLX0318 5:14 'else if'\n");
  EXPECT_EQ(bodyMessages("x++\ny--\n"), "FLX0314 5:2 '++'\nFLX0314 6:2 '--'\n");
  EXPECT_EQ(bodyMessages("let x = a < b ? 1 : 2"), "FLX0315 5:15 '?'\n");
  EXPECT_EQ(bodyMessages("let mut x = 1\nint y = 2\ni64 z = 3"),
            "FLX0318 5:1 'let mut'\nFLX0318 6:1 'int'\nFLX0336 7:1 'i64'\n");
  EXPECT_EQ(bodyMessages("let x = null"), "FLX0317 5:9 'null'\n");
  EXPECT_EQ(bodyMessages("let x = a < b < c"), "FLX0312 5:15 '<'\n");
  EXPECT_EQ(bodyMessages("let x = P { a: 1 }"), "FLX0320 5:11 '{'\n");
  EXPECT_EQ(bodyMessages("let x = y as i32 + 1"), "FLX0313 5:11 'as'\n");
  EXPECT_EQ(bodyMessages("for (i = 0; i < 3; i++) { f() }"),
            "FLX0335 5:5 '('\n");
  EXPECT_EQ(bodyMessages("if a:\n  f()\nelse:\n  g()"), "FLX0321 5:5 ':'\n");
  EXPECT_EQ(bodyMessages("a = b = c"), "FLX0340 5:7 '='\n");
  EXPECT_EQ(codeMessages("func f() { }"), "FLX0318 4:1 'func'\n");
  EXPECT_EQ(codeMessages("fn f(x: i64 = 1, y: u8[]): i64 { }"),
            "FLX0338 4:13 '='\nFLX0339 4:21 'u8[]'\nFLX0302 4:26 ':'\n");
  EXPECT_EQ(codeMessages("print(1)\nlet x = 3"), "FLX0306 4:1 'print'\n");
}

TEST(Parser, PlannedFeatures) {
  EXPECT_EQ(bodyMessages("let y = &x\n"
                         "spawn g()\nregion r(9) { h() }"),
            "FLX0311 5:9 '&'\nFLX0311 6:1 'spawn'\n");
  EXPECT_EQ(codeMessages("trait E { A(i64), B }\n"
                         "fn f<T>(x: i64, y: &T) -> i64 uses IO { }\n"
                         "import a.b\n"
                         "export fn g() { }\n"
                         "fn h(f: fn(i64) -> i64) { }"),
            "FLX0311 4:1 'trait'\nFLX0311 5:20 '&'\n"
            "FLX0421 5:36 'IO'\n"
            "FLX0311 6:1 'import'\nFLX0311 7:1 'export'\nFLX0318 8:9 'fn'\n");
}

TEST(Parser, ErrorsDoNotCascade) {
  EXPECT_EQ(bodyMessages("g(1,\n  2 +* 3,\n  4)\nh(\nlet z = 1\nz = )\nk()"),
            "FLX0301 6:6 '*'\nFLX0301 9:1 'let'\nFLX0301 10:5 ')'\n");
  EXPECT_EQ(bodyMessages("while a + { f( } \nx = = 2\n"),
            "FLX0301 5:11 '{'\nFLX0301 5:16 '}'\nFLX0301 6:5 '='\n");
  EXPECT_EQ(codeMessages("fn f() {\n  if a {\n    g()\n\nfn h() {\n  g()\n}"),
            "FLX0302 8:1 'fn'\n");
  EXPECT_EQ(codeMessages("fn f() {\n  loop { loop {\n"), "FLX0302 5:16 ''\n");
  EXPECT_EQ(codeMessages("struct S {\n  a i64\n  b: i64\n  c: \n}\nfn g() { }"),
            "FLX0302 5:5 'i64'\nFLX0304 7:5 ''\n");
  EXPECT_EQ(bodyMessages("let a = \"x\nlet b = 0b3\nlet c = a"),
            "FLX0205 5:9 '\"x'\nFLX0211 6:11 '3'\n");
}

TEST(Parser, NamesOfBrokenVariablesStayDeclared) {
  ParseSource source = ParseSource::body("let a = * 3\nvar b: [i64");
  EXPECT_EQ(source.module->functions[0]->body->statements.size(), 2u);
}

TEST(Parser, NestingIsLimited) {
  auto repeat = [](StringRef text, unsigned count) {
    std::string result;
    for (unsigned i = 0; i != count; ++i)
      result += text;
    return result;
  };
  constexpr unsigned many = 100000;
  for (StringRef opener : {"(", "[", "-", "not ", "f(", "f(x: ", "a[", "(1+"})
    EXPECT_TRUE(StringRef(bodyMessages("let x = " + repeat(opener, many)))
                    .starts_with("FLX0309"))
        << opener.str();
  EXPECT_EQ(
      bodyMessages("let x = " + repeat("(", 250) + "1" + repeat(")", 250)), "");
  EXPECT_TRUE(StringRef(bodyMessages("let x: " + repeat("[", many)))
                  .starts_with("FLX0309"));
  EXPECT_TRUE(StringRef(bodyMessages(repeat("if a { ", 300) + repeat("}", 300)))
                  .starts_with("FLX0309"));
}

TEST(Parser, ChainsAreLimited) {
  auto chain = [](StringRef first, StringRef next, unsigned count) {
    std::string result = first.str();
    for (unsigned i = 0; i != count; ++i)
      result += next;
    return result;
  };
  EXPECT_EQ(bodyMessages(chain("let x = 1", " + 1", 1000)), "");
  EXPECT_EQ(bodyMessages(chain("let x = 1", " + 1", 100000)),
            "FLX0310 5:4103 '+'\n");
  EXPECT_TRUE(StringRef(bodyMessages(chain("x", ".y", 5000) + " = 1"))
                  .starts_with("FLX0310"));
  EXPECT_TRUE(StringRef(bodyMessages(chain("x", "[0]", 5000) + " = 1"))
                  .starts_with("FLX0310"));
  std::string messages =
      bodyMessages(chain("if a { }", " elif b { f() }", 5000));
  EXPECT_TRUE(StringRef(messages).starts_with("FLX0310"));
  EXPECT_EQ(StringRef(messages).count('\n'), 1u);
}
