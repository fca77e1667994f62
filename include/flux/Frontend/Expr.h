//===- Expr.h - the syntax tree of expressions ----------------*- C++ -*-===//
//
// Expressions of code and steps; AST.h says how nodes live.  Sema fills the
// members marked "Sema".
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_EXPR_H
#define FLUX_FRONTEND_EXPR_H

#include "flux/Frontend/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Casting.h"
#include <optional>

namespace flux {

struct Builtin;
struct ConstDecl;
struct FunctionDecl;
struct TypeExpr;
struct VarDecl;
struct VariantDecl;

enum class UnaryOp : uint8_t { Neg, BitNot, Not };

enum class BinaryOp : uint8_t {
  Mul,
  Div,
  Rem,
  Shl,
  Shr,
  And,
  MulWrap,
  Add,
  Sub,
  Or,
  Xor,
  AddWrap,
  SubWrap,
  AddSat,
  SubSat,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  LogicalAnd,
  LogicalOr,
};

/// Level in the one precedence table (docs/language.md, section 5): 6 binds
/// tightest, 1 loosest.
unsigned getPrecedence(BinaryOp op);
/// The operator as written: "+%".
llvm::StringRef getSpelling(BinaryOp op);

/// Optional: `T?(x)` gives `none` where `T(x)` traps.
enum class ConvertMode : uint8_t { Checked, Wrapping, Saturating, Optional };

struct Expr {
  enum Kind : uint8_t {
    IntLiteral,
    FloatLiteral,
    BoolLiteral,
    StrLiteral,
    Name,
    Unary,
    Binary,
    Call,
    StructLiteral,
    Convert,
    Index,
    SliceRange,
    Member,
    ArrayLiteral,
    ArrayFill,
    Try,
    Tuple,
    InUnit,
    Invalid,
  };
  const Kind kind;
  llvm::StringRef range;
  const Type *type = nullptr; ///< Sema
  bool isVarArg = false;      ///< marked `var` as an argument (VAR-1)
  Expr(Kind kind, llvm::StringRef range) : kind(kind), range(range) {}
};

/// Stands where an expression was expected and an error was reported.
struct InvalidExpr : Expr {
  explicit InvalidExpr(llvm::StringRef range) : Expr(Invalid, range) {}
  static bool classof(const Expr *e) { return e->kind == Invalid; }
};

struct IntLiteralExpr : Expr {
  uint64_t value;
  llvm::StringRef suffix; ///< type word or empty
  const Unit *unit;       ///< of a quantity, whose value is in base units
  IntLiteralExpr(llvm::StringRef range, uint64_t value, llvm::StringRef suffix,
                 const Unit *unit = nullptr)
      : Expr(IntLiteral, range), value(value), suffix(suffix), unit(unit) {}
  static bool classof(const Expr *e) { return e->kind == IntLiteral; }
};

struct FloatLiteralExpr : Expr {
  double value;
  llvm::StringRef suffix;
  const Unit *unit; ///< of a quantity, whose value is in base units
  FloatLiteralExpr(llvm::StringRef range, double value, llvm::StringRef suffix,
                   const Unit *unit = nullptr)
      : Expr(FloatLiteral, range), value(value), suffix(suffix), unit(unit) {}
  static bool classof(const Expr *e) { return e->kind == FloatLiteral; }
};

struct BoolLiteralExpr : Expr {
  bool value;
  BoolLiteralExpr(llvm::StringRef range, bool value)
      : Expr(BoolLiteral, range), value(value) {}
  static bool classof(const Expr *e) { return e->kind == BoolLiteral; }
};

struct StrLiteralExpr : Expr {
  llvm::StringRef value; ///< decoded
  StrLiteralExpr(llvm::StringRef range, llvm::StringRef value)
      : Expr(StrLiteral, range), value(value) {}
  static bool classof(const Expr *e) { return e->kind == StrLiteral; }
};

/// `name`, or `module.name` of an imported document.
struct NameExpr : Expr {
  llvm::StringRef module, name;        ///< module is empty for plain names
  llvm::ArrayRef<TypeExpr *> typeArgs; ///< of a generic function
  VarDecl *var = nullptr;              ///< Sema: one of these three
  ConstDecl *constant = nullptr;       ///< Sema
  FunctionDecl *function = nullptr;    ///< Sema
  explicit NameExpr(llvm::StringRef name) : Expr(Name, name), name(name) {}
  NameExpr(llvm::StringRef range, llvm::StringRef module, llvm::StringRef name)
      : Expr(Name, range), module(module), name(name) {}
  static bool classof(const Expr *e) { return e->kind == Name; }
};

struct UnaryExpr : Expr {
  UnaryOp op;
  Expr *operand;
  UnaryExpr(llvm::StringRef range, UnaryOp op, Expr *operand)
      : Expr(Unary, range), op(op), operand(operand) {}
  static bool classof(const Expr *e) { return e->kind == Unary; }
};

struct BinaryExpr : Expr {
  BinaryOp op;
  Expr *lhs, *rhs;
  llvm::StringRef opRange;
  BinaryExpr(llvm::StringRef range, BinaryOp op, Expr *lhs, Expr *rhs,
             llvm::StringRef opRange)
      : Expr(Binary, range), op(op), lhs(lhs), rhs(rhs), opRange(opRange) {}
  static bool classof(const Expr *e) { return e->kind == Binary; }
};

/// `f(a, b)` or `module.f(a, b)`.
struct CallExpr : Expr {
  llvm::StringRef module, name; ///< module is empty for plain names
  llvm::ArrayRef<Expr *> args;
  llvm::ArrayRef<TypeExpr *> typeArgs;
  /// The function value that is called: parsed where no name is called, made by
  /// Sema where the name is that of a variable.
  Expr *target = nullptr;
  bool isNamed = true;              ///< `target`, if any, was made by Sema
  FunctionDecl *callee = nullptr;   ///< Sema: one of these three
  const Builtin *builtin = nullptr; ///< Sema
  /// Sema: `Enum.Variant(a, b)`, `some(x)`, `ok(x)` and `err(e)`; the type is
  /// the enum.
  const VariantDecl *variant = nullptr;
  llvm::StringRef region;       ///< `slice(n, v) in region`, or empty
  VarDecl *regionVar = nullptr; ///< Sema: of slice; null: the turn's
  CallExpr(llvm::StringRef range, llvm::StringRef module, llvm::StringRef name,
           llvm::ArrayRef<Expr *> args)
      : Expr(Call, range), module(module), name(name), args(args) {}
  static bool classof(const Expr *e) { return e->kind == Call; }
};

struct FieldInit {
  llvm::StringRef name;
  Expr *value;
  unsigned index = 0; ///< Sema: field number
};

/// `Name(field: value, ...)`, evaluated as written.
struct StructLiteralExpr : Expr {
  /// module: the enum of `Enum.Variant(f: x)`, the imported module of
  /// `module.Name(f: x)`, or both.
  llvm::StringRef module, name;
  llvm::MutableArrayRef<FieldInit> fields;
  llvm::ArrayRef<TypeExpr *> typeArgs;
  const VariantDecl *variant = nullptr; ///< Sema
  StructLiteralExpr(llvm::StringRef range, llvm::StringRef module,
                    llvm::StringRef name,
                    llvm::MutableArrayRef<FieldInit> fields)
      : Expr(StructLiteral, range), module(module), name(name), fields(fields) {
  }
  static bool classof(const Expr *e) { return e->kind == StructLiteral; }
};

/// `T(x)`, `T%(x)`, `T|(x)`, `T?(x)` for a number type, and `str(bytes)`.
struct ConvertExpr : Expr {
  ConvertMode mode;
  llvm::StringRef typeName;
  Expr *operand;
  ConvertExpr(llvm::StringRef range, ConvertMode mode, llvm::StringRef typeName,
              Expr *operand)
      : Expr(Convert, range), mode(mode), typeName(typeName), operand(operand) {
  }
  static bool classof(const Expr *e) { return e->kind == Convert; }
};

/// `base[index]`; `base[i, j]` is the element j of the row i of base.
struct IndexExpr : Expr {
  Expr *base, *index;
  bool isRow = false; ///< gives the slice that a further index counts in
  IndexExpr(llvm::StringRef range, Expr *base, Expr *index)
      : Expr(Index, range), base(base), index(index) {}
  static bool classof(const Expr *e) { return e->kind == Index; }
};

/// `base[low..high]`; both ends may be missing (null).  `base[..; m, n]` says
/// what a parameter of a tile takes as rows.
struct SliceRangeExpr : Expr {
  Expr *base, *low, *high;
  llvm::ArrayRef<Expr *> sizes;
  /// Sema: what it gives may not be written through in any instance, because
  /// it could not be in one.
  bool isReadOnly = false;
  SliceRangeExpr(llvm::StringRef range, Expr *base, Expr *low, Expr *high)
      : Expr(SliceRange, range), base(base), low(low), high(high) {}
  static bool classof(const Expr *e) { return e->kind == SliceRange; }
};

/// `base.name`: a field, `.len`, `.bytes`, or `Enum.Variant`, whose base has
/// no type.
struct MemberExpr : Expr {
  enum Member : uint8_t { Field, Len, Bytes, Variant };
  Expr *base;
  llvm::StringRef name;
  Member member = Field;                ///< Sema
  unsigned index = 0;                   ///< Sema: number of the field
  const VariantDecl *variant = nullptr; ///< Sema
  MemberExpr(llvm::StringRef range, Expr *base, llvm::StringRef name)
      : Expr(Kind::Member, range), base(base), name(name) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Member; }
};

struct ArrayLiteralExpr : Expr {
  llvm::ArrayRef<Expr *> elements;
  ArrayLiteralExpr(llvm::StringRef range, llvm::ArrayRef<Expr *> elements)
      : Expr(ArrayLiteral, range), elements(elements) {}
  static bool classof(const Expr *e) { return e->kind == ArrayLiteral; }
};

/// `[value; count]`
struct ArrayFillExpr : Expr {
  Expr *value, *count;
  ArrayFillExpr(llvm::StringRef range, Expr *value, Expr *count)
      : Expr(ArrayFill, range), value(value), count(count) {}
  static bool classof(const Expr *e) { return e->kind == ArrayFill; }
};

/// `operand?`: the value of `some` or `ok`; else returns `none` or the error.
struct TryExpr : Expr {
  Expr *operand;
  TryExpr(llvm::StringRef range, Expr *operand)
      : Expr(Try, range), operand(operand) {}
  static bool classof(const Expr *e) { return e->kind == Try; }
};

/// `a, b` after `return`.
struct TupleExpr : Expr {
  llvm::ArrayRef<Expr *> elements;
  TupleExpr(llvm::StringRef range, llvm::ArrayRef<Expr *> elements)
      : Expr(Tuple, range), elements(elements) {}
  static bool classof(const Expr *e) { return e->kind == Tuple; }
};

/// `quantity in unit`, a plain `f64` (steps).
struct InUnitExpr : Expr {
  Expr *operand;
  const Unit *unit;
  InUnitExpr(llvm::StringRef range, Expr *operand, const Unit *unit)
      : Expr(InUnit, range), operand(operand), unit(unit) {}
  static bool classof(const Expr *e) { return e->kind == InUnit; }
};

/// What an expression that makes a variant of an enum consists of.
struct Construction {
  const VariantDecl *variant = nullptr; ///< null: no such expression
  unsigned number = 0;                  ///< of the variant
  /// Values in the order of evaluation, and the fields that they are for.
  llvm::SmallVector<std::pair<unsigned, Expr *>, 4> fields;
};
/// Takes apart a checked expression.
Construction getConstruction(const Expr *expr);

} // namespace flux

#endif // FLUX_FRONTEND_EXPR_H
