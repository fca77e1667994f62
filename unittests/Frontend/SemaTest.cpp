//===- SemaTest.cpp - names, types, constants and lifetimes ---------------===//
//
// Whole declarations go through document, parser and analysis; the tests look
// at what Sema writes into the tree.  What it refuses is tested by the bad
// documents of test/Diagnostics.
//
//===----------------------------------------------------------------------===//

#include "flux/Frontend/Sema.h"
#include "flux/Frontend/Parser.h"
#include "flux/Support/Diagnostics.h"
#include "gtest/gtest.h"

using namespace flux;
using llvm::cast;

namespace {

/// One analysed document.
struct Analysis {
  llvm::SourceMgr sources;
  DiagnosticEngine diags{sources};
  ASTContext context;
  Module *module = nullptr;
  bool good = false;

  explicit Analysis(const std::string &code, const std::string &rest = "") {
    std::string text = "# Test\n\n```flux\n" + code + "\n```\n" + rest;
    sources.AddNewSourceBuffer(
        llvm::MemoryBuffer::getMemBufferCopy(text, "test.flux.md"), {});
    Document document =
        parseDocument(sources.getMemoryBuffer(1)->getMemBufferRef(), diags);
    module = parseModule(document, context, diags);
    good = !diags.hasErrors() && analyzeModule(*module, context, diags);
  }
  FunctionDecl *function(llvm::StringRef name) {
    for (FunctionDecl *decl : module->functions)
      if (decl->name == name)
        return decl;
    return nullptr;
  }
  ConstValue constant(llvm::StringRef name) {
    for (ConstDecl *decl : module->constants)
      if (decl->name == name)
        return decl->value;
    return {};
  }
};

/// Type of the first variable of the only function.
std::string typeOfFirst(const std::string &value) {
  Analysis analysis("fn f(n: u8, s: str, a: [i32]) {\n  let x = " + value +
                    "\n}");
  if (!analysis.good)
    return "error";
  Stmt *first = analysis.function("f")->body->statements[0];
  return cast<DeclStmt>(first)->var->type->str();
}

} // namespace

TEST(Sema, GivesLiteralsTheTypeOfTheirPlace) {
  EXPECT_EQ(typeOfFirst("1"), "i64");
  EXPECT_EQ(typeOfFirst("1.5"), "f64");
  EXPECT_EQ(typeOfFirst("1 + 2.5"), "f64");
  EXPECT_EQ(typeOfFirst("n + 1"), "u8");
  EXPECT_EQ(typeOfFirst("1 + n"), "u8");
  EXPECT_EQ(typeOfFirst("255 - (n & 15)"), "u8");
  EXPECT_EQ(typeOfFirst("1u16 << 3"), "u16");
  EXPECT_EQ(typeOfFirst("-128i8"), "i8");
  EXPECT_EQ(typeOfFirst("n + 256"), "error");
}

TEST(Sema, TypesExpressions) {
  EXPECT_EQ(typeOfFirst("s.len"), "i64");
  EXPECT_EQ(typeOfFirst("s[0]"), "u8");
  EXPECT_EQ(typeOfFirst("s[1..]"), "str");
  EXPECT_EQ(typeOfFirst("s.bytes"), "[u8]");
  EXPECT_EQ(typeOfFirst("a[n]"), "i32");
  EXPECT_EQ(typeOfFirst("a[1..2]"), "[i32]");
  EXPECT_EQ(typeOfFirst("[1, n]"), "[u8; 2]");
  EXPECT_EQ(typeOfFirst("[0; 3 + 1]"), "[i64; 4]");
  EXPECT_EQ(typeOfFirst("slice(4, n)"), "[var u8]");
  EXPECT_EQ(typeOfFirst("n < 3 && s == \"x\""), "bool");
  EXPECT_EQ(typeOfFirst("u32%(n)"), "u32");
  EXPECT_EQ(typeOfFirst("math.sqrt(2)"), "f64");
  EXPECT_EQ(typeOfFirst("math.min(n, 3)"), "u8");
  EXPECT_EQ(typeOfFirst("bits.rotate_left(n, 3)"), "u8");
}

TEST(Sema, SlicesKnowWhetherTheyMayBeWritten) {
  Analysis analysis("fn f() {\n  var a: [u8; 4] = [0; 4]\n  let b = a\n"
                    "  let s = a[..]\n  let t = b[..]\n}");
  ASSERT_TRUE(analysis.good);
  auto statements = analysis.function("f")->body->statements;
  EXPECT_EQ(cast<DeclStmt>(statements[2])->var->type->str(), "[var u8]");
  EXPECT_EQ(cast<DeclStmt>(statements[3])->var->type->str(), "[u8]");
}

TEST(Sema, EvaluatesConstants) {
  Analysis analysis(
      "const a = 1 << 20\nconst b: u8 = 250 +| 10\n"
      "const c: i32 = -7 / 2\nconst d: i8 = -128\n"
      "const e: u32 = 4294967295 +% 2\nconst g = a * 2 + len\n"
      "const len = table.len\nconst table: [u16; 3] = [1, 2, 3]\n"
      "const f: f32 = 0.1\nconst big: u64 = 18446744073709551615\n"
      "const h = table[2]\nconst i = u8%(300)");
  ASSERT_TRUE(analysis.good);
  EXPECT_EQ(int64_t(analysis.constant("a").intValue), 1 << 20);
  EXPECT_EQ(int64_t(analysis.constant("b").intValue), 255);
  EXPECT_EQ(int64_t(analysis.constant("c").intValue), -3);
  EXPECT_EQ(int64_t(analysis.constant("d").intValue), -128);
  EXPECT_EQ(int64_t(analysis.constant("e").intValue), 1);
  EXPECT_EQ(int64_t(analysis.constant("g").intValue), (1 << 21) + 3);
  EXPECT_EQ(analysis.constant("f").floatValue, double(0.1f));
  EXPECT_EQ(uint64_t(analysis.constant("big").intValue), ~uint64_t(0));
  EXPECT_EQ(int64_t(analysis.constant("h").intValue), 3);
  EXPECT_EQ(int64_t(analysis.constant("i").intValue), 44);
}

TEST(Sema, LaysOutStructs) {
  Analysis analysis("struct P {\n  a: u8\n  b: u32\n  c: str\n  d: u8\n}");
  ASSERT_TRUE(analysis.good);
  StructDecl *decl = analysis.module->structs[0];
  EXPECT_EQ(decl->fields[1].offset, 4u);
  EXPECT_EQ(decl->fields[2].offset, 8u);
  EXPECT_EQ(decl->fields[3].offset, 24u);
  EXPECT_EQ(decl->size, 32u);
  EXPECT_EQ(decl->align, 8u);
}

TEST(Sema, AcceptsSlicesThatDoNotEscape) {
  EXPECT_TRUE(Analysis("fn first(a: [u8], b: [u8]) -> [u8] {\n"
                       "  var best = a\n  if b.len > a.len {\n    best = b\n"
                       "  }\n  return best[..1]\n}")
                  .good);
  EXPECT_TRUE(Analysis("fn make() -> [var u8] {\n  let s = slice(4, 0u8)\n"
                       "  return s\n}")
                  .good);
  EXPECT_TRUE(Analysis("fn f() {\n  let a: [u8; 2] = [1, 2]\n"
                       "  let s = a[..]\n  if s.len > 1 {\n    let t = s\n"
                       "    println(t.len)\n  }\n}")
                  .good);
}

TEST(Sema, RefusesSlicesThatEscape) {
  // Through a call, a struct, a parameter's own memory and a loop.
  EXPECT_FALSE(Analysis("fn id(a: [u8]) -> [u8] {\n  return a\n}\n"
                        "fn f() -> [u8] {\n  let a: [u8; 2] = [1, 2]\n"
                        "  return id(a[..])\n}")
                   .good);
  EXPECT_FALSE(Analysis("struct V {\n  s: [u8]\n}\nfn f() -> V {\n"
                        "  let a: [u8; 2] = [1, 2]\n  return V(s: a[..])\n}")
                   .good);
  EXPECT_FALSE(Analysis("fn f(a: [u8; 2]) -> [u8] {\n  return a[..]\n}").good);
  EXPECT_FALSE(
      Analysis("fn f() {\n  var s: [u8] = \"\".bytes\n"
               "  var t: [u8] = \"\".bytes\n  for i in 0..2 {\n"
               "    let a: [u8; 2] = [1, 2]\n    s = t\n    t = a[..]\n"
               "  }\n}")
          .good);
}

TEST(Sema, KeepsInitsNamesAsState) {
  Analysis analysis(
      "", "\n## Init\n1. Set count to 0\n2. If count > 3:\n"
          "   - Set inner to 1\n\n## Loop\n1. Set count to count + 1\n"
          "2. Set twice to count * 2\n3. Stop\n");
  ASSERT_TRUE(analysis.good);
  ASSERT_EQ(analysis.module->agent->state.size(), 1u);
  EXPECT_EQ(analysis.module->agent->state[0]->name, "count");
}
