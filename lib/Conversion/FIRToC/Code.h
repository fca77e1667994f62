//===- Code.h - C code before it is text -----------------------*- C++ -*-===//
//
// Expressions know what happens when they are evaluated, so that they can be
// put into each other without changing the order of anything that matters.
// Statements are a tree, so that control flow can be made readable after it is
// known.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_CONVERSION_FIRTOC_CODE_H
#define FLUX_LIB_CONVERSION_FIRTOC_CODE_H

#include "flux/Dialect/FIR/Places.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace flux::c {

/// What evaluating an expression does, from nothing to anything.
enum class Effect : uint8_t {
  None,   ///< depends on nothing that changes
  Reads,  ///< memory
  Traps,  ///< may end the program
  Writes, ///< memory, or the world
};

/// How tightly an expression holds together.
enum class Level : uint8_t {
  Conditional,
  Or,
  And,
  BitOr,
  BitXor,
  BitAnd,
  Equality,
  Relation,
  Shift,
  Sum,
  Product,
  Unary,
  Primary,
};

struct Expr {
  std::string text;
  Level level = Level::Primary;
  Effect effect = Effect::None;
  /// Of a place: `text` is its address, not the object.
  bool isAddress = false;
  bool isCall = false; ///< can stand as a statement
  std::string negated; ///< of a condition, if that is not `!`
  /// Of a place in constant data: the type of its address for those who do not
  /// say that they only read.
  std::string constType;

  /// The text, in parentheses unless it holds together as \p least does.
  std::string at(Level least) const {
    return level < least ? "(" + text + ")" : text;
  }
  /// Of a place: the object.
  std::string object(Level least = Level::Conditional) const;
  /// Of a place: its address.
  std::string address() const;
  /// Of a place: what a field's name is put behind.
  std::string memberPrefix() const;
  /// Of a condition: the opposite.
  Expr getNegation() const;
};

struct Stmt {
  enum Kind : uint8_t { Text, Label, If, Loop, Switch, Case } kind = Text;
  std::string text;    ///< the statement, the name of a label, the condition
  std::string negated; ///< of an If
  fir::Place place;
  std::vector<Stmt> body, otherwise;
};
using Code = std::vector<Stmt>;

/// Writes statements with indentation and `#line`.
class CodePrinter {
public:
  /// \p line is that of the C file where \p os is.
  CodePrinter(llvm::raw_ostream &os, bool lines) : os(os), lines(lines) {}

  void print(const Code &code, unsigned depth);
  /// The next line has no place in a document.
  void forgetPlace() { known = {}; }

private:
  void printLine(const fir::Place &place, unsigned depth,
                 const std::string &text);
  void printIf(const Stmt &statement, unsigned depth, llvm::StringRef lead);
  void printBlock(const Code &code, unsigned depth);

  llvm::raw_ostream &os;
  bool lines;
  fir::Place known; ///< what the compiler takes the next line for
};

/// Makes `while`, `&&` and `||` of longer forms, and takes out labels that
/// nothing goes to and jumps to where control goes anyway.
void simplify(Code &code);

} // namespace flux::c

#endif // FLUX_LIB_CONVERSION_FIRTOC_CODE_H
