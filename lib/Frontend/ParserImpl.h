//===- ParserImpl.h - the parser of code and of steps ----------*- C++ -*-===//
//
// One recursive-descent parser with one token of lookahead serves code and the
// expressions of steps.  A function that returns a pointer returns null after
// it reported an error, and its callers pass that on until one of them knows
// where to go on: statements, declarations and steps recover, nothing else.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_FRONTEND_PARSERIMPL_H
#define FLUX_LIB_FRONTEND_PARSERIMPL_H

#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/Parser.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace flux {

/// What the parsers of one module share.
struct ParserState {
  Module &module;
  ASTContext &context;
  DiagnosticEngine &diags;
  /// What the document calls the modules that it imports.
  llvm::SmallDenseSet<llvm::StringRef, 8> importNames = {};
};

/// How expressions are read.
enum class ParseMode : uint8_t {
  Code,
  /// Articles are skipped, a `(` after a space is no call, and a
  /// point before a space is a full stop.
  Step,
  /// The same, between the braces of a string.
  Braces,
};

class Parser {
public:
  Parser(llvm::ArrayRef<llvm::StringRef> pieces, ParserState &state,
         ParseMode mode = ParseMode::Code);

  /// Parses a fence of declarations into the module.
  void parseDeclarations();
  /// Parses the heading of a function section; null if there is no name.
  FunctionDecl *parseSectionSignature();
  /// Parses the heading of a struct or enum section; false if it is no name.
  bool parseSectionName(TypeDecl &decl);
  /// Parses the fences of such a section.
  llvm::MutableArrayRef<FieldDecl> parseSectionFields();
  void parseSectionVariants(EnumDecl &decl);
  /// Parses a cell of its table.
  bool parseNameCell(llvm::StringRef what, llvm::StringRef &name);
  TypeExpr *parseTypeCell();
  bool parsePayloadCell(llvm::SmallVectorImpl<FieldDecl> &fields);
  /// Parses all that is left as the body of \p function.
  void parseSectionBody(FunctionDecl *function);
  /// Parses the fence of a test: declarations first, then the body of
  /// \p function.
  void parseTestBody(FunctionDecl *function);

  Expr *parseExpr();
  /// An expression whose `=` is reported as `==`; recovers, never null.
  Expr *parseCondition();

  //===--- The token in front ---------------------------------------------===//

  bool is(TokenKind kind) const { return token.kind == kind; }
  const Token &current() const { return token; }
  bool isWord(llvm::StringRef word) const {
    return is(TokenKind::Identifier) && token.text.equals_insensitive(word);
  }
  /// True at `linear struct`; `linear` is an ordinary name elsewhere.
  bool atLinearStruct() const;
  void advance() {
    previousEnd = token.text.end();
    token = lexer.next();
  }
  bool consumeIf(TokenKind kind);
  /// The last string with braces that was read.
  llvm::StringRef getBracedString() const { return bracedString; }
  /// Skips `the`, `a` and `an` in front of a name.
  void skipArticle();
  /// What follows the text of the last token; starts with the current one.
  llvm::StringRef getRest(llvm::StringRef whole) const;
  /// Reports, in the place of the current token, that \p expected should
  /// stand there; silent where the lexer has reported already.
  void reportUnexpected(diag::ID id, llvm::StringRef expected,
                        llvm::StringRef opener = "");
  void reportUnexpected(diag::ID id) { reportUnexpected(id, ""); }
  /// The text from \p begin to the end of the last token.
  llvm::StringRef rangeFrom(const char *begin) const {
    return llvm::StringRef(begin,
                           previousEnd > begin ? previousEnd - begin : 0);
  }

private:
  struct NestingScope;
  friend struct NestingScope;

  /// True if the current token cannot belong to what came before it because
  /// it begins a line.
  bool atLineStart() const {
    return token.startsLine && bracketDepth == 0 &&
           token.text.begin() != statementBegin;
  }
  std::string describeToken() const;
  llvm::StringRef getErrorPlace() const;
  bool expect(TokenKind kind, llvm::StringRef what, llvm::StringRef opener);
  bool parseName(llvm::StringRef what, llvm::StringRef &name);
  bool enterNesting();
  void reportNotSupported(llvm::StringRef place, const llvm::Twine &what);
  bool skipBraces();

  // ParseExpr.cpp
  Expr *parseBinary(unsigned minPrecedence);
  Expr *parseNot(unsigned minPrecedence);
  Expr *parsePrefix();
  Expr *parsePostfix();
  Expr *parsePrimary();
  Expr *parseGenericName(const char *begin, llvm::StringRef module,
                         llvm::StringRef name);
  Expr *parseArrayLiteral();
  Expr *parseParenthesized();
  Expr *parseArguments(const char *begin, llvm::StringRef module,
                       llvm::StringRef name);
  bool atQualifier(const Token &name) const;
  Expr *parseBraceLiteral(llvm::StringRef name);
  Expr *parseConversion(llvm::StringRef word);
  Expr *parseIndex(Expr *base, const char *begin);
  Expr *parseInUnit(Expr *operand, const char *begin);
  const Unit *takeUnit(const Token &number);
  Expr *makeQuantity(const Token &number, const Unit &unit);
  Expr *parseMember(Expr *base, const char *begin, bool isPlainName);
  bool reportMistakenPrimary();
  Expr *parseTry(Expr *operand, const char *begin);
  bool reportMistakenOperator();
  bool reportIncrement(const Token &first);
  std::optional<BinaryOp> getBinaryOperator() const;
  bool continuesPostfix() const;
  bool deepen(unsigned otherDepth, llvm::StringRef place);
  Expr *makeInvalid(llvm::StringRef range) {
    return context.make<InvalidExpr>(range);
  }

  // ParseStmt.cpp
  Block *parseBlock(llvm::StringRef owner);
  bool parseStatements(llvm::SmallVectorImpl<Stmt *> &out,
                       llvm::StringRef opener);
  Stmt *parseStatement();
  Stmt *parseVariable();
  Stmt *parseVariables(llvm::StringRef keyword, llvm::StringRef first);
  Stmt *parseIf();
  Expr *parseHeader();
  Stmt *parseWhile();
  Stmt *parseLoop();
  Stmt *parseFor();
  Stmt *parseReturn();
  Stmt *parseTrap();
  Stmt *parseDefer();
  Stmt *parseRegion();
  Stmt *parseExpressionStatement();
  Stmt *parseExpect();
  Stmt *parseAssignment(Expr *place, const char *begin);
  void reportForeignStatement(llvm::StringRef word);
  void reportNestedDeclaration();
  bool atMargin() const;
  void expectStatementEnd();
  void reportStatementEnd();
  void recoverStatement();
  bool recoverToBlock();

  // Parser.cpp
  void parseDeclaration();
  void parseFunction(bool isTile = false);
  bool parseSignature(FunctionDecl *function);
  bool parseUses(EffectSet &effects,
                 llvm::SmallVectorImpl<llvm::StringRef> &words, bool inType);
  bool parseParameters(llvm::SmallVectorImpl<VarDecl *> &params);
  void parseStruct(bool isLinear = false);
  bool atDeclaration() const;
  bool atDeclarationMargin() const;
  bool parseField(FieldDecl &field);
  void parseConst();
  void recoverDeclaration();
  bool parseTypeParams(Generics &generics);
  bool parsePartEnd();

  // ParseEnum.cpp
  void parseEnum();
  bool parseVariants(EnumDecl &decl, llvm::StringRef opener);
  bool parseVariant(VariantDecl &variant);
  bool parsePayload(llvm::SmallVectorImpl<FieldDecl> &fields);
  bool parseBindings(Pattern &pattern);
  bool parsePattern(Pattern &pattern);
  bool parseArm(MatchArm &arm);
  Stmt *parseMatch();

  // ParseType.cpp
  TypeExpr *parsePlainType();
  TypeExpr *parseResultType();
  TypeExpr *parseErrorSuffix(TypeExpr *value, const char *begin);
  TypeExpr *parseType();
  TypeExpr *parseNamedType();
  TypeExpr *parseBracketType();
  TypeExpr *parseFuncType();
  bool parseTypeArgs(llvm::ArrayRef<TypeExpr *> &args);
  bool atTypeArgs() const;
  bool expectGreater(llvm::StringRef opener);
  bool isTypeParam(llvm::StringRef name) const {
    return llvm::is_contained(typeParams, name);
  }
  TypeExpr *makeErrorType(llvm::StringRef range);

  ParserState &state;
  ASTContext &context;
  DiagnosticEngine &diags;
  Lexer lexer;
  Token token;
  const char *previousEnd;       ///< end of the last token that was consumed
  const char *statementBegin;    ///< where the statement or declaration begins
  llvm::StringRef statementWord; ///< if an identifier begins it
  unsigned bracketDepth = 0;     ///< open `(` and `[`
  unsigned nesting = 0;
  unsigned treeDepth = 0;          ///< depth of the expression returned last
  bool blockFollows = false;       ///< `{` ends the expression
  bool isChainReported = false;    ///< in this statement
  bool isBraceReported = false;    ///< a missing brace, in this function
  bool isSectionBody = false;      ///< the signature is a heading
  bool isTest = false;             ///< `expect(c)` is a statement
  const char *bodyBegin = nullptr; ///< of the section
  llvm::StringRef bracedString;
  llvm::StringRef functionPlace; ///< the name of the function
  bool leavesFunction = false;   ///< a missing `}` ends all blocks
  bool isNegated = false;        ///< a minus stands before the quantity
  /// The type parameters of the declaration, so that `T(x)` converts.
  llvm::SmallVector<llvm::StringRef, 4> typeParams;
  ParseMode mode;
};

/// Counts one level of nesting while it lives.
struct Parser::NestingScope {
  explicit NestingScope(Parser &parser)
      : parser(parser), isOk(parser.enterNesting()) {}
  ~NestingScope() { --parser.nesting; }
  Parser &parser;
  const bool isOk;
};

/// Parses the steps of `## Init`, `## Loop` or `## Test`.
Block *parseSteps(const Section &section, ParserState &state);

/// True if \p at, behind a comma, begins the flag of one more effect.  Behind a
/// type it could be another type or the name of a parameter.
bool isFlagAhead(const char *at);

/// The flag that \p word names; reports and gives 0 if there is none.
EffectSet parseEffect(llvm::StringRef word, DiagnosticEngine &diags);

/// Parses the tests of all sections into the module (ParseTests.cpp).
void parseTests(const Document &document, TestChoice choice,
                ParserState &state);

/// Parses the keys of the `### meta` section of a tile.
void parseMetaKeys(const Section &section, TileOptions &options,
                   ParserState &state);

/// Parses a `struct` or `enum` section into the module.
void parseTypeSection(const Section &section, ParserState &state);

/// Parses the keys of `## Compile` and `## Agent` into the module.
void parseCompileKeys(const Section &section, ParserState &state);
void parseRegionKeys(const Section &section, ParserState &state);
void parseAgentKeys(const Section &section, AgentDecl &agent,
                    ParserState &state);

/// Parses a `## import` or `## export` section into the module.
void parseImport(const Section &section, ParserState &state);
void parseExports(const Section &section, ParserState &state);
// Steps/Settings.cpp, Policy.cpp, Vocabulary.cpp: the sections of these names.
void parseSettings(const Section &section, ParserState &state);
void parseSuperviseKeys(const Section &section, ParserState &state);
void parsePolicy(const Section &section, ParserState &state);
void parseVocabulary(const Section &section, ParserState &state);

/// Walks the keys of a section and reports unknown and repeated ones.
class KeyReader {
public:
  KeyReader(const Section &section, llvm::ArrayRef<llvm::StringRef> names,
            DiagnosticEngine &diags)
      : section(section), names(names), diags(diags), seen(names.size()) {}

  /// Calls \p handle with the number and value of each good key.
  void read(llvm::function_ref<void(unsigned, llvm::StringRef)> handle);
  /// Notes that key \p index stands at \p place; false if it is there twice.
  bool claim(unsigned index, llvm::StringRef place);

private:
  void reportUnknown(llvm::StringRef key);

  const Section &section;
  llvm::ArrayRef<llvm::StringRef> names;
  DiagnosticEngine &diags;
  llvm::SmallVector<llvm::StringRef, 4> seen;
};

} // namespace flux

#endif // FLUX_LIB_FRONTEND_PARSERIMPL_H
