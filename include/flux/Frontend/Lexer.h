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

/// True for the words of Tokens.def.
bool isKeyword(TokenKind kind);

/// True if \p text is an identifier and no keyword.
bool isIdentifier(llvm::StringRef text);

/// At most \p limit bytes of \p text, cut between characters, for messages.
llvm::StringRef shorten(llvm::StringRef text, size_t limit);

/// Appends \p codePoint to \p out in UTF-8.
void appendUTF8(uint32_t codePoint, llvm::SmallVectorImpl<char> &out);

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
  /// Numbers may end with a unit of Units.def (steps).
  void allowUnits() { unitsAllowed = true; }
  /// Returns the next token; End for ever at the end.
  Token next();
  /// True at the end if a comment hides what should stand there (reported).
  bool isInsideComment() const { return endsInComment; }
  /// Decodes the inside of a string literal, or a part of it.
  static void decodeString(llvm::StringRef raw, ASTContext &context,
                           DiagnosticEngine &diags,
                           llvm::SmallVectorImpl<char> &out);

private:
  enum class Digits : uint8_t { Ok, Bad };

  char peek(size_t ahead = 0) const {
    return size_t(end - position) > ahead ? position[ahead] : '\0';
  }
  bool skipTrivia();
  void skipBlockComment();
  bool skipTextDirection();
  Token lexWord();
  Token lexNumber();
  Digits lexDigits(unsigned radix, uint64_t *value);
  Token finishNumber(Token token, bool isFloat, bool isBad);
  Token lexString();
  Token lexCharacter();
  Token lexPunctuator();
  Token lexUnknown();
  Token make(TokenKind kind, const char *begin);
  bool decodeEscape(uint32_t &value, bool inString);

  llvm::SmallVector<llvm::StringRef, 2> pieces;
  unsigned piece = 0;
  const char *position = nullptr, *end = nullptr;
  bool startsLine = true, endsInComment = false, unitsAllowed = false;
  ASTContext &context;
  DiagnosticEngine &diags;
};

} // namespace flux

#endif // FLUX_FRONTEND_LEXER_H
