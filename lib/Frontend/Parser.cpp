//===- Parser.cpp - sections and declarations -----------------------------===//
//
// A document declares its functions in two ways, in fences and as sections
// whose heading is the signature; both become the same FunctionDecl here.
// Parser objects are cheap: each fence, section and step gets its own, over
// pieces of the document's buffer.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>

using namespace flux;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

Parser::Parser(llvm::ArrayRef<StringRef> pieces, ParserState &state,
               ParseMode mode)
    : state(state), context(state.context), diags(state.diags),
      lexer(pieces, state.context, state.diags), mode(mode) {
  if (mode != ParseMode::Code)
    lexer.allowUnits();
  token = lexer.next();
  previousEnd = statementBegin = token.text.begin();
}

bool Parser::consumeIf(TokenKind kind) {
  if (!is(kind))
    return false;
  advance();
  return true;
}

/// Articles may stand before any name of a step.  `a` is also a good name for
/// a variable, so it is an article only where a name follows: one that is
/// none of the words that end a slot.
void Parser::skipArticle() {
  while (isWord("the") || isWord("a") || isWord("an")) {
    const char *next = token.text.end();
    while (*next == ' ' || *next == '\t')
      ++next;
    const char *wordEnd = next;
    while (llvm::isAlnum(*wordEnd) || *wordEnd == '_')
      ++wordEnd;
    StringRef word(next, wordEnd - next);
    if (word.empty() || llvm::isDigit(word.front()))
      return;
    for (StringRef slot : {"to", "times", "and", "or", "from", "as", "within",
                           "in", "on", "with", "for"})
      if (word.equals_insensitive(slot))
        return;
    advance();
  }
}

StringRef Parser::getRest(StringRef whole) const {
  return StringRef(token.text.begin(), whole.end() - token.text.begin());
}

/// The current token as messages call it, or what stands in its place.
std::string Parser::describeToken() const {
  if (is(TokenKind::End))
    return mode == ParseMode::Code   ? "the end of the code"
           : mode == ParseMode::Step ? "the end of the step"
                                     : "'}'";
  if (atLineStart())
    return "the end of the line";
  if (is(TokenKind::StrLiteral))
    return "a string";
  if (token.text.size() > 40)
    return getTokenName(token.kind).str();
  return "'" + token.text.str() + "'";
}

/// The place to blame when the current token is not what should follow.
StringRef Parser::getErrorPlace() const {
  if (is(TokenKind::End) || atLineStart())
    return StringRef(previousEnd, 0);
  return token.text;
}

void Parser::reportUnexpected(diag::ID id, StringRef expected,
                              StringRef opener) {
  if (is(TokenKind::Error) || (is(TokenKind::End) && lexer.isInsideComment()))
    return;
  auto report =
      expected.empty()
          ? diags.report(getErrorPlace(), id, describeToken())
          : diags.report(getErrorPlace(), id, expected, describeToken());
  // Perhaps the word is there, but misspelt.
  for (StringRef rest = expected; rest.contains('\'');) {
    rest = rest.split('\'').second;
    StringRef word = rest.take_while(llvm::isAlpha);
    if (!word.empty() && (is(TokenKind::Identifier) || isKeyword(token.kind)) &&
        !findNearMiss(token.text, word).empty()) {
      report.fixIt(DiagnosticEngine::rangeOf(token.text), word);
      break;
    }
    rest = rest.split('\'').second;
  }
  if (!opener.empty())
    report.note(DiagnosticEngine::rangeOf(opener),
                "to match this '" + opener + "'");
}

/// Consumes the bracket \p kind that closes \p opener.
bool Parser::expect(TokenKind kind, StringRef what, StringRef opener) {
  if (!is(kind)) {
    reportUnexpected(diag::expected_token, what, opener);
    return false;
  }
  --bracketDepth;
  advance();
  return true;
}

bool Parser::parseName(StringRef what, StringRef &name) {
  if (is(TokenKind::Identifier) && !atLineStart()) {
    name = token.text;
    advance();
    return true;
  }
  if (is(TokenKind::Error))
    return false;
  auto report =
      diags.report(getErrorPlace(), diag::expected_name, what, describeToken());
  if (isKeyword(token.kind) && !atLineStart())
    report.note("'" + token.text + "' is a keyword and cannot be a name");
  return false;
}

bool Parser::enterNesting() {
  if (++nesting <= ParserLimits::maxNesting)
    return true;
  diags.report(token.text, diag::nesting_too_deep, ParserLimits::maxNesting);
  return false;
}

void Parser::reportNotSupported(StringRef place, const llvm::Twine &what) {
  diags.report(place, diag::not_supported, what.str());
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Parser::parseDeclarations() {
  while (!is(TokenKind::End)) {
    statementBegin = token.text.begin();
    isChainReported = isBraceReported = leavesFunction = false;
    typeParams.clear();
    parseDeclaration();
  }
}

/// True for the first words of declarations, also of planned ones.
static bool startsDeclaration(TokenKind kind) {
  switch (kind) {
  case TokenKind::kw_fn:
  case TokenKind::kw_struct:
  case TokenKind::kw_const:
  case TokenKind::kw_enum:
  case TokenKind::kw_import:
  case TokenKind::kw_export:
  case TokenKind::kw_module:
  case TokenKind::kw_type:
  case TokenKind::kw_trait:
  case TokenKind::kw_impl:
  case TokenKind::kw_tile:
    return true;
  default:
    return false;
  }
}

bool Parser::atLinearStruct() const {
  if (!is(TokenKind::Identifier) || token.text != "linear")
    return false;
  // The document ends with a zero byte.
  const char *at = token.text.end();
  while (*at == ' ' || *at == '\t')
    ++at;
  return std::strncmp(at, "struct", 6) == 0 && !llvm::isAlnum(at[6]) &&
         at[6] != '_';
}

bool Parser::atDeclaration() const {
  return startsDeclaration(token.kind) || atLinearStruct();
}

bool Parser::atDeclarationMargin() const {
  return atDeclaration() && atMargin();
}

/// Skips to the next line that begins a declaration.
void Parser::recoverDeclaration() {
  unsigned braces = 0;
  while (!is(TokenKind::End)) {
    if (token.startsLine && token.text.begin() != statementBegin &&
        atDeclaration() && (braces == 0 || atMargin()))
      break;
    if (is(TokenKind::l_brace))
      ++braces;
    else if (is(TokenKind::r_brace))
      braces -= braces != 0;
    advance();
  }
  bracketDepth = 0;
}

void Parser::parseDeclaration() {
  switch (token.kind) {
  case TokenKind::kw_fn:
    return parseFunction();
  case TokenKind::kw_tile:
    return parseFunction(/*isTile=*/true);
  case TokenKind::kw_struct:
    return parseStruct();
  case TokenKind::kw_enum:
    return parseEnum();
  case TokenKind::kw_const:
    return parseConst();
  case TokenKind::kw_let:
  case TokenKind::kw_var: {
    auto report = diags.report(token.text, diag::global_variable, token.text);
    if (is(TokenKind::kw_let))
      report.fixIt(DiagnosticEngine::rangeOf(token.text), "const");
    else
      report.note("the state of an agent is set in '## Init'");
    break;
  }
  case TokenKind::r_brace:
  case TokenKind::r_paren:
  case TokenKind::r_square:
    diags.report(token.text, diag::unmatched_bracket, token.text);
    break;
  case TokenKind::semi:
    return advance();
  case TokenKind::kw_region:
  case TokenKind::kw_import:
  case TokenKind::kw_export:
  case TokenKind::kw_module:
  case TokenKind::kw_type:
  case TokenKind::kw_trait:
  case TokenKind::kw_impl:
    reportNotSupported(token.text, "'" + token.text + "'");
    break;
  case TokenKind::Identifier: {
    if (atLinearStruct()) {
      advance();
      return parseStruct(/*isLinear=*/true);
    }
    StringRef word = token.text;
    if (word == "func" || word == "function" || word == "def" ||
        word == "fun") {
      diags.report(word, diag::foreign_keyword, word, "fn")
          .fixIt(DiagnosticEngine::rangeOf(word), "fn");
      return parseFunction();
    }
    auto report = diags.report(word, diag::statement_outside_function);
    if (StringRef near =
            findNearMiss(word, {"fn", "struct", "enum", "const", "tile"});
        !near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(word), near);
    report.note("put it into 'fn main() { }' or write a step of '## Init'");
    break;
  }
  case TokenKind::kw_if:
  case TokenKind::kw_while:
  case TokenKind::kw_for:
  case TokenKind::kw_loop:
  case TokenKind::kw_return:
  case TokenKind::kw_defer:
  case TokenKind::kw_trap:
    diags.report(token.text, diag::statement_outside_function)
        .note("put it into 'fn main() { }' or write a step of '## Init'");
    break;
  default:
    reportUnexpected(diag::expected_declaration);
    break;
  }
  recoverDeclaration();
}

void Parser::parseFunction(bool isTile) {
  const char *begin = token.text.begin();
  advance();
  auto *function = context.make<FunctionDecl>();
  function->isTile = isTile;
  bool isOk = parseSignature(function);
  function->range = rangeFrom(begin);
  functionPlace = function->name.empty() ? function->range : function->name;
  if (!isOk && !recoverToBlock())
    return recoverDeclaration();
  function->body = parseBlock("the signature");
  if (!function->body)
    return recoverDeclaration();
  if (isOk)
    state.module.functions.push_back(function);
  if (leavesFunction || is(TokenKind::End))
    return;
  if (!token.startsLine && !is(TokenKind::semi)) {
    reportUnexpected(diag::expected_token, "the end of the line");
    recoverDeclaration();
  }
}

/// `name(parameters) -> Result`; the text up to here becomes the range.
bool Parser::parseSignature(FunctionDecl *function) {
  if (!parseName("the name of the function", function->name))
    return false;
  if (is(TokenKind::less) && !parseTypeParams(function->generics))
    return false;
  if (!is(TokenKind::l_paren)) {
    reportUnexpected(diag::expected_token, "'('");
    return false;
  }
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<VarDecl *, 8> params;
  if (!parseParameters(params) ||
      !expect(TokenKind::r_paren, "',' or ')'", opener))
    return false;
  function->params = context.copy(llvm::ArrayRef(params));
  if (atLineStart())
    return true;
  if (is(TokenKind::colon)) {
    diags.report(token.text, diag::expected_token, "'->'", "':'")
        .fixIt(DiagnosticEngine::rangeOf(token.text), " ->");
    token.kind = TokenKind::arrow;
  }
  if ((is(TokenKind::arrow) || is(TokenKind::exclaim)) &&
      !(function->resultExpr = parseResultType()))
    return false;
  if (!is(TokenKind::kw_uses) || atLineStart())
    return true;
  const char *usesBegin = token.text.begin();
  llvm::SmallVector<StringRef, 4> words;
  if (!parseUses(function->statedEffects, words, /*inType=*/false))
    return false;
  function->statesEffects = true;
  function->effectWords = context.copy(llvm::ArrayRef(words));
  function->usesRange = rangeFrom(usesBegin);
  return true;
}

/// `uses IO_READ, MEMORY` or `uses none`.
bool Parser::parseUses(EffectSet &effects,
                       llvm::SmallVectorImpl<StringRef> &words, bool inType) {
  do {
    advance(); // `uses` or a comma
    if (words.empty() && !effects && is(TokenKind::kw_none) && !atLineStart()) {
      advance();
      return true;
    }
    if (!is(TokenKind::Identifier) || atLineStart()) {
      reportUnexpected(diag::expected_token, "a flag such as IO_WRITE");
      return false;
    }
    EffectSet flag = parseEffect(token.text, diags);
    if (effects & flag)
      diags.report(token.text, diag::duplicate_key, token.text);
    else if (flag)
      words.push_back(token.text);
    effects |= flag;
    advance();
  } while (is(TokenKind::comma) && !atLineStart() &&
           (!inType || isFlagAhead(token.text.end())));
  return true;
}

/// The parameters up to `)`.
bool Parser::parseParameters(llvm::SmallVectorImpl<VarDecl *> &params) {
  while (!is(TokenKind::r_paren)) {
    auto *param = context.make<VarDecl>();
    param->kind = VarDecl::Param;
    param->isVarParam = consumeIf(TokenKind::kw_var);
    if (!parseName("the name of a parameter", param->name))
      return false;
    if (!is(TokenKind::colon)) {
      reportUnexpected(diag::expected_token, "':' and the parameter's type");
      return false;
    }
    advance();
    if (!(param->typeExpr = parseType()))
      return false;
    params.push_back(param);
    if (is(TokenKind::equal)) {
      diags.report(token.text, diag::default_value, "parameter");
      advance();
      if (!parseExpr())
        return false;
    }
    if (!consumeIf(TokenKind::comma))
      break;
  }
  return true;
}

void Parser::parseStruct(bool isLinear) {
  const char *begin = token.text.begin();
  advance();
  auto *decl = context.make<StructDecl>();
  decl->isLinear = isLinear;
  if (!parseName("the name of the struct", decl->name) ||
      (is(TokenKind::less) && !parseTypeParams(decl->generics)))
    return recoverDeclaration();
  if (!is(TokenKind::l_brace)) {
    diags.report(getErrorPlace(), diag::missing_braces, "the struct's name",
                 describeToken());
    return recoverDeclaration();
  }
  StringRef opener = token.text;
  advance();
  llvm::SmallVector<FieldDecl, 8> fields;
  while (!is(TokenKind::r_brace)) {
    if (is(TokenKind::End) || atDeclarationMargin()) {
      statementBegin = token.text.begin();
      reportUnexpected(diag::expected_token, "'}'", opener);
      return;
    }
    statementBegin = token.text.begin();
    FieldDecl field;
    if (parseField(field))
      fields.push_back(field);
    else
      recoverStatement();
  }
  advance();
  decl->range = rangeFrom(begin);
  decl->fields = context.copy(llvm::ArrayRef(fields));
  state.module.structs.push_back(decl);
  if (!is(TokenKind::End) && !token.startsLine && !is(TokenKind::semi)) {
    reportUnexpected(diag::expected_token, "the end of the line");
    recoverDeclaration();
  }
}

/// `name: T` and the comma after it.
bool Parser::parseField(FieldDecl &field) {
  if (!parseName("the name of a field", field.name))
    return false;
  if (!is(TokenKind::colon) || atLineStart()) {
    reportUnexpected(diag::expected_token, "':' and the field's type");
    return false;
  }
  advance();
  if (!(field.typeExpr = parseType()))
    return false;
  if (is(TokenKind::equal)) {
    diags.report(token.text, diag::default_value, "field");
    advance();
    if (!parseExpr())
      return false;
  }
  return parsePartEnd();
}

void Parser::parseConst() {
  const char *begin = token.text.begin();
  advance();
  auto *decl = context.make<ConstDecl>();
  if (!parseName("the name of the constant", decl->name))
    return recoverDeclaration();
  if (is(TokenKind::colon) && !atLineStart()) {
    advance();
    if (!(decl->typeExpr = parseType()))
      return recoverDeclaration();
  }
  if (!is(TokenKind::equal) || atLineStart()) {
    if (is(TokenKind::End) || is(TokenKind::semi) || atLineStart())
      diags.report(decl->name, diag::variable_without_value, decl->name);
    else
      reportUnexpected(diag::expected_token,
                       decl->typeExpr ? "'='" : "':' or '='");
    return recoverDeclaration();
  }
  advance();
  if (!(decl->init = parseExpr()))
    return recoverDeclaration();
  decl->range = rangeFrom(begin);
  state.module.constants.push_back(decl);
  if (is(TokenKind::End) || consumeIf(TokenKind::semi) || atLineStart())
    return;
  reportUnexpected(diag::expected_token, "the end of the line");
  recoverDeclaration();
}

//===----------------------------------------------------------------------===//
// Sections
//===----------------------------------------------------------------------===//

FunctionDecl *Parser::parseSectionSignature() {
  auto *function = context.make<FunctionDecl>();
  const char *begin = token.text.begin();
  bool isOk = parseSignature(function);
  function->range = rangeFrom(begin);
  if (!isOk)
    return function->name.empty() ? nullptr : function;
  if (!is(TokenKind::End))
    reportUnexpected(diag::expected_token, "the end of the heading");
  return function;
}

static void parseFunctionSection(const Section &section,
                                 const Document &document, ParserState &state) {
  if (section.name.empty()) // reported by the document reader
    return;
  unsigned errorsBefore = state.diags.getNumErrors();
  FunctionDecl *function = Parser(section.name, state).parseSectionSignature();
  bool isOk = state.diags.getNumErrors() == errorsBefore;
  if (!function)
    return;
  if (section.fences.empty()) {
    state.diags.report(section.name, diag::function_without_body,
                       function->name);
    return;
  }
  llvm::SmallVector<StringRef, 4> pieces;
  for (const Fence &fence : section.fences)
    pieces.push_back(fence.body);
  Parser(pieces, state).parseSectionBody(function);
  function->isTile = section.kind == SectionKind::Tile;
  if (isOk)
    state.module.functions.push_back(function);
  const Section *meta = nullptr;
  for (const Section &other : document.sections) {
    if (other.kind != SectionKind::Meta ||
        &document.sections[other.parent] != &section)
      continue;
    if (meta)
      state.diags.report(other.heading, diag::second_section, "meta")
          .note(DiagnosticEngine::rangeOf(meta->heading),
                "the first one is here");
    else
      parseMetaKeys(other, function->tile, state);
    meta = &other;
  }
}

Module *flux::parseModule(const Document &document, ASTContext &context,
                          DiagnosticEngine &diags, TestChoice tests) {
  auto *module = context.makeOwned<Module>();
  module->title = document.title;
  ParserState state{*module, context, diags};

  // Phrases may be used before the section that declares them.
  for (const Section &section : document.sections)
    if (section.kind == SectionKind::Vocabulary)
      parseVocabulary(section, state);

  // A second section of a kind was reported by the document reader.
  bool seen[static_cast<unsigned>(SectionKind::Vocabulary) + 1] = {};
  auto isFirst = [&](const Section &section) {
    return !std::exchange(seen[static_cast<unsigned>(section.kind)], true);
  };
  auto getAgent = [&] {
    if (!module->agent)
      module->agent = context.makeOwned<AgentDecl>();
    return module->agent;
  };

  for (const Section &section : document.sections) {
    if (section.kind == SectionKind::Import)
      parseImport(section, state);
    else if (section.kind == SectionKind::Export)
      parseExports(section, state);
  }
  for (const Section &section : document.sections) {
    switch (section.kind) {
    case SectionKind::Import:
    case SectionKind::Export:
      break; // names first, whatever the order
    case SectionKind::Prose:
      for (const Fence &fence : section.fences)
        if (!fence.body.empty())
          Parser(fence.body, state).parseDeclarations();
      break;
    case SectionKind::Compile:
      if (isFirst(section))
        parseCompileKeys(section, state);
      break;
    case SectionKind::Agent:
      if (isFirst(section))
        parseAgentKeys(section, *getAgent(), state);
      break;
    case SectionKind::Init:
      if (isFirst(section))
        getAgent()->init = parseSteps(section, state);
      break;
    case SectionKind::Loop:
      if (isFirst(section))
        getAgent()->loop = parseSteps(section, state);
      break;
    case SectionKind::Function:
    case SectionKind::Tile:
      parseFunctionSection(section, document, state);
      break;
    case SectionKind::Struct:
    case SectionKind::Enum:
      parseTypeSection(section, state);
      break;
    case SectionKind::Region:
      parseRegionKeys(section, state);
      break;
    case SectionKind::Settings:
      if (isFirst(section))
        parseSettings(section, state);
      break;
    case SectionKind::Supervise:
      if (isFirst(section))
        parseSuperviseKeys(section, state);
      break;
    case SectionKind::Policy:
      if (isFirst(section))
        parsePolicy(section, state);
      break;
    default: // tests, and what the document reader refused
      break;
    }
  }
  parseTests(document, tests, state);
  // A test that is not parsed may be what an import is there for.
  bool hasTests = llvm::any_of(document.sections, [](const Section &section) {
    return section.kind == SectionKind::Test || !section.tests.empty();
  });
  if (hasTests && !tests.all)
    for (ImportDecl *import : module->imports)
      import->isUsed = true;
  return module;
}
