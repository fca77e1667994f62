//===- Code.cpp - C code before it is text --------------------------------===//
//
// People write loops with their condition on top and conditions in one piece;
// a graph of blocks has them in pieces.  Here the frequent shapes get back the
// form that people know.
//
//===----------------------------------------------------------------------===//
#include "Code.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace flux;
using namespace flux::c;

std::string Expr::object(Level least) const {
  if (!isAddress)
    return text;
  std::string result = "*" + at(Level::Unary);
  return least > Level::Unary ? "(" + result + ")" : result;
}

std::string Expr::address() const {
  if (!constType.empty())
    return "(" + constType + ")&" + text;
  return isAddress ? text : "&" + text;
}

std::string Expr::memberPrefix() const {
  return isAddress ? at(Level::Primary) + "->" : text + ".";
}

Expr Expr::getNegation() const {
  Expr result = *this;
  result.isCall = false;
  result.negated = text;
  if (negated.empty()) {
    result.text = "!" + at(Level::Unary);
    result.level = Level::Unary;
  } else {
    result.text = negated;
    result.level = level == Level::Unary ? Level::Primary : level;
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Simplification
//===----------------------------------------------------------------------===//

static bool isText(const Stmt &statement, llvm::StringRef text) {
  return statement.kind == Stmt::Text && statement.text == text;
}

/// The two sides of `name = value;`; false for anything else.
static bool splitAssignment(const Stmt &statement, llvm::StringRef &name,
                            llvm::StringRef &value) {
  if (statement.kind != Stmt::Text)
    return false;
  std::tie(name, value) = llvm::StringRef(statement.text).split(" = ");
  return value.consume_back(";") && llvm::all_of(name, [](char c) {
           return llvm::isAlnum(c) || c == '_';
         });
}

static std::string inParens(llvm::StringRef text) {
  bool isSimple =
      llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  return isSimple ? text.str() : ("(" + text + ")").str();
}

/// `if (a) x = b; else x = false;` is `x = a && b;`, and so on.
static bool makeLogical(Stmt &statement) {
  if (statement.body.size() != 1 || statement.otherwise.size() != 1)
    return false;
  llvm::StringRef name, value, otherName, otherValue;
  if (!splitAssignment(statement.body[0], name, value) ||
      !splitAssignment(statement.otherwise[0], otherName, otherValue) ||
      name != otherName)
    return false;
  std::string text;
  if (otherValue == "false")
    text = inParens(statement.text) + " && " + inParens(value);
  else if (value == "true")
    text = inParens(statement.text) + " || " + inParens(otherValue);
  else
    return false;
  statement.text = (name + " = ").str() + text + ";";
  statement.kind = Stmt::Text;
  statement.body.clear();
  statement.otherwise.clear();
  return true;
}

static void collectGotos(const Code &code, llvm::StringSet<> &targets) {
  for (const Stmt &statement : code) {
    llvm::StringRef text = statement.text;
    if (statement.kind == Stmt::Text && text.consume_front("goto "))
      targets.insert(text.drop_back());
    collectGotos(statement.body, targets);
    collectGotos(statement.otherwise, targets);
  }
}

static void removeLabels(Code &code, const llvm::StringSet<> &targets) {
  llvm::erase_if(code, [&](const Stmt &statement) {
    return statement.kind == Stmt::Label && !targets.contains(statement.text);
  });
  for (Stmt &statement : code) {
    removeLabels(statement.body, targets);
    removeLabels(statement.otherwise, targets);
  }
}

static void simplifyNested(Code &code) {
  for (Stmt &statement : code) {
    simplifyNested(statement.body);
    simplifyNested(statement.otherwise);
    if (statement.kind == Stmt::If)
      makeLogical(statement);
    if (statement.kind != Stmt::Loop)
      continue;
    if (!statement.body.empty() && isText(statement.body.back(), "continue;"))
      statement.body.pop_back();
    // `for (;;) { if (a) break; ... }`
    if (statement.body.empty())
      continue;
    Stmt &first = statement.body.front();
    if (first.kind == Stmt::If && first.otherwise.empty() &&
        first.body.size() == 1 && isText(first.body[0], "break;")) {
      statement.text = first.negated;
      statement.place = first.place;
      statement.body.erase(statement.body.begin());
    }
  }
}

void c::simplify(Code &code) {
  llvm::StringSet<> targets;
  collectGotos(code, targets);
  removeLabels(code, targets);
  simplifyNested(code);
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

void CodePrinter::printLine(const fir::Place &place, unsigned depth,
                            const std::string &text) {
  if (lines && place.file && place.line &&
      (place.file != known.file || place.line != known.line)) {
    os << "#line " << place.line << " \"";
    for (char c : place.file.getValue()) {
      if (c == '"' || c == '\\')
        os << '\\';
      os << c;
    }
    os << "\"\n";
    known = place;
  }
  os.indent(2 * depth) << text << '\n';
  known.line += unsigned(1 + llvm::StringRef(text).count('\n'));
}

void CodePrinter::printBlock(const Code &code, unsigned depth) {
  print(code, depth + 1);
}

/// \p lead is `} else ` or empty.
void CodePrinter::printIf(const Stmt &statement, unsigned depth,
                          llvm::StringRef lead) {
  printLine(statement.place, depth,
            (lead + "if (").str() + statement.text + ") {");
  printBlock(statement.body, depth);
  if (statement.otherwise.size() == 1 &&
      statement.otherwise[0].kind == Stmt::If) {
    const Stmt &next = statement.otherwise[0];
    // A directive cannot stand between `}` and `else`, but before both.
    return printIf(next, depth, "} else ");
  }
  if (!statement.otherwise.empty()) {
    printLine({}, depth, "} else {");
    printBlock(statement.otherwise, depth);
  }
  printLine({}, depth, "}");
}

void CodePrinter::print(const Code &code, unsigned depth) {
  for (const Stmt &statement : code) {
    switch (statement.kind) {
    case Stmt::Text:
      printLine(statement.place, depth, statement.text);
      break;
    case Stmt::Label:
      printLine({}, depth ? depth - 1 : 0, statement.text + ":;");
      break;
    case Stmt::If:
      printIf(statement, depth, "");
      break;
    case Stmt::Loop:
      printLine(statement.place, depth,
                statement.text.empty() ? "for (;;) {"
                                       : "while (" + statement.text + ") {");
      printBlock(statement.body, depth);
      printLine({}, depth, "}");
      break;
    case Stmt::Switch:
      printLine(statement.place, depth, "switch (" + statement.text + ") {");
      print(statement.body, depth);
      printLine({}, depth, "}");
      break;
    case Stmt::Case:
      printLine({}, depth, statement.text);
      printBlock(statement.body, depth);
      printLine({}, depth, "}");
      break;
    }
  }
}
