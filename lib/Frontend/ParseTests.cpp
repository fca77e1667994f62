//===- ParseTests.cpp - the tests of a document ---------------------------===//
//
// A test is a function of the module that only the test program calls, so that
// all phases treat its code as they treat any other.  Programs are compiled
// without tests: nothing here is parsed then.  Code that must be refused is
// parsed alone on top of the document, because one such fence must not hide
// the errors of the next.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "llvm/ADT/SmallString.h"

using namespace flux;
using llvm::StringRef;

/// True for the keywords of declarations that a fence of a test may hold.
static bool startsTestDeclaration(TokenKind kind) {
  switch (kind) {
  case TokenKind::kw_fn:
  case TokenKind::kw_struct:
  case TokenKind::kw_const:
  case TokenKind::kw_enum:
  case TokenKind::kw_tile:
    return true;
  default:
    return false;
  }
}

unsigned flux::getTestScope(const Module &module, StringRef place) {
  std::less<const char *> isBefore;
  auto it = llvm::upper_bound(module.testCode, place.data(),
                              [&](const char *at, StringRef code) {
                                return isBefore(at, code.begin());
                              });
  if (it == module.testCode.begin() ||
      isBefore(std::prev(it)->end(), place.data()))
    return 0;
  return unsigned(it - module.testCode.begin());
}

void Parser::parseTestBody(FunctionDecl *function) {
  while (startsTestDeclaration(token.kind) || atLinearStruct()) {
    statementBegin = token.text.begin();
    isChainReported = isBraceReported = leavesFunction = false;
    parseDeclaration();
    while (consumeIf(TokenKind::semi)) {
    }
  }
  isTest = true;
  isBraceReported = leavesFunction = false;
  parseSectionBody(function);
}

/// `expect(condition)`; the current token is the word.
Stmt *Parser::parseExpect() {
  const char *begin = token.text.begin();
  advance();
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  Expr *condition = parseCondition();
  if (!expect(TokenKind::r_paren, "')'", opener))
    return nullptr;
  return context.make<ExpectStmt>(rangeFrom(begin), condition);
}

/// What the section is about: "add" for `## function: add(a: i64)`.
static StringRef getSubject(const Section &section, const Document &document) {
  if (section.kind == SectionKind::Function ||
      section.kind == SectionKind::Tile)
    return section.name.take_until([](char c) { return c == '('; }).trim();
  if (!section.name.empty())
    return section.name;
  return section.heading.empty() ? document.title : section.heading;
}

/// `name`, or `subject: name` for a section that stands below another.
static std::string getTestName(const Document &document,
                               const Section &section) {
  if (section.parent < 0)
    return getSubject(section, document).str();
  StringRef above = getSubject(document.sections[section.parent], document);
  return section.name.empty() ? above.str()
                              : (above + ": " + section.name).str();
}

namespace {

class TestParser {
public:
  TestParser(const Document &document, ParserState &state)
      : document(document), state(state) {}
  void parse(const Section &section);
  void parseRefused(const TestFence &fence) {
    FunctionDecl *function = makeFunction(fence.code.language);
    state.module.testCode.push_back(fence.code.body);
    Parser(fence.code.body, state).parseTestBody(function);
  }

private:
  FunctionDecl *makeFunction(StringRef place) {
    auto *function = state.context.make<FunctionDecl>();
    function->name = function->range = place;
    function->testNumber = ++numFunctions;
    state.module.functions.push_back(function);
    return function;
  }

  const Document &document;
  ParserState &state;
  unsigned numFunctions = 0;
};

} // namespace

void TestParser::parse(const Section &section) {
  std::string name = getTestName(document, section);
  std::vector<TestDecl> &tests = state.module.tests;
  if (section.kind == SectionKind::Test && !section.steps.empty()) {
    FunctionDecl *function =
        makeFunction(section.name.empty() ? section.word : section.name);
    function->body = parseSteps(section, state);
    tests.push_back({name, section.heading, function, nullptr});
  }
  for (const TestFence &fence : section.tests) {
    std::string line = name;
    if (!fence.name.empty())
      line += (fence.traps ? ": trap: " : ": ") + fence.name.str();
    else if (!fence.id.empty())
      line += ": " + fence.id.upper();
    TestDecl test{line, fence.code.opening, nullptr, &fence};
    if (fence.id.empty()) {
      StringRef word = fence.code.info.drop_front(fence.code.language.size());
      test.function = makeFunction(fence.name.empty() || fence.traps
                                       ? word.ltrim().take_front(4)
                                       : fence.name);
      state.module.testCode.push_back(fence.code.body);
      Parser(fence.code.body, state).parseTestBody(test.function);
    }
    tests.push_back(std::move(test));
  }
}

void flux::parseTests(const Document &document, TestChoice choice,
                      ParserState &state) {
  TestParser parser(document, state);
  if (choice.refused)
    parser.parseRefused(*choice.refused);
  if (choice.all)
    for (const Section &section : document.sections)
      parser.parse(section);
}
