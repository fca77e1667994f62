//===- Lexer.h - tokens of ```flux code and of steps -----------*- C++ -*-===//
//
// The lexer walks pieces of the document's own buffer (the bodies of fences,
// the text of a step), so a token's text is its place.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_LEXER_H
#define FLUX_FRONTEND_LEXER_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace flux {

class ASTContext;
class DiagnosticEngine;

enum class TokenKind : uint8_t {
  End, ///< end of all pieces
  Identifier,
  IntLiteral,
  FloatLiteral,
  StrLiteral,
  Error, ///< already reported
#define KEYWORD(NAME) kw_##NAME,
#define PUNCTUATOR(NAME, SPELLING) NAME,
#include "flux/Frontend/Tokens.def"
};

/// The token as written, or a description ("identifier").
llvm::StringRef getTokenName(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::End;
  bool startsLine = false;  ///< first token on its line
  llvm::StringRef text;     ///< in the document
  llvm::StringRef suffix;   ///< literals: type suffix
  llvm::StringRef strValue; ///< StrLiteral: decoded
  uint64_t intValue = 0;    ///< IntLiteral (also characters)
  double floatValue = 0;    ///< FloatLiteral
};

class Lexer {
public:
  /// Reads \p pieces in order, as if one followed the other on a new line.
  Lexer(llvm::ArrayRef<llvm::StringRef> pieces, ASTContext &context,
        DiagnosticEngine &diags);
  /// Returns the next token; End for ever at the end.
  Token next();

private:
  bool skipTrivia();
  Token lexNumber();
  Token lexString();
  Token lexCharacter();
  Token make(TokenKind kind, const char *begin);
  bool decodeEscape(uint32_t &value, bool inString);

  llvm::SmallVector<llvm::StringRef, 2> pieces;
  unsigned piece = 0;
  const char *position = nullptr, *end = nullptr;
  bool startsLine = true;
  ASTContext &context;
  DiagnosticEngine &diags;
};

} // namespace flux

#endif // FLUX_FRONTEND_LEXER_H
