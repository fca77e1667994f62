//===- AST.h - the syntax tree of code and steps ---------------*- C++ -*-===//
//
// One tree for both: steps become the same statements as code, plus the few
// that only agents have.  Nodes live in an arena (ASTContext) and are never
// freed one by one; every `range` is the node's text in the document.  Sema
// fills the members marked "Sema".
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_AST_H
#define FLUX_FRONTEND_AST_H

#include "flux/Frontend/Deployment.h"
#include "flux/Frontend/Effects.h"
#include "flux/Frontend/Expr.h"
#include "flux/Frontend/Lock.h"
#include "flux/Frontend/Steps.h"
#include "flux/Frontend/Types.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <optional>
#include <vector>

namespace flux {

struct Builtin;
struct Expr;
struct Stmt;
struct Block;
struct FunctionDecl;
struct ConstDecl;
struct TestFence;
struct EnumDecl;
struct Module;
struct SettingDecl;
struct RegionDecl;

/// Owns the nodes, arrays and decoded strings of one module.
class ASTContext {
public:
  template <class T, class... Args>
  T *make(Args &&...args) {
    return new (allocator.Allocate<T>()) T(std::forward<Args>(args)...);
  }
  /// Like make, for types whose destructor matters.
  template <class T>
  T *makeOwned() {
    auto owned = std::make_shared<T>();
    owners.push_back(owned);
    return owned.get();
  }
  template <class T>
  llvm::MutableArrayRef<T> copy(llvm::ArrayRef<T> elements) {
    return elements.copy(allocator);
  }
  llvm::StringRef copyString(llvm::StringRef text) {
    return text.copy(allocator);
  }
  TypeContext types;
  EffectGraph effects;

private:
  llvm::BumpPtrAllocator allocator;
  std::vector<std::shared_ptr<void>> owners;
};

/// The value of a constant expression.
struct ConstValue {
  enum Kind : uint8_t {
    None,
    Int,
    Float,
    Bool,
    Str,
    Aggregate,
    Fill,
    Variant,
    Func
  };
  Kind kind = None;
  __int128 intValue = 0;                  ///< Int, Bool; Variant: its number
  double floatValue = 0;                  ///< Float
  llvm::StringRef strValue;               ///< Str
  llvm::ArrayRef<ConstValue> elements;    ///< Aggregate: fields or elements;
                                          ///< Fill: the one repeated element;
                                          ///< Variant: its fields
  const FunctionDecl *function = nullptr; ///< Func
};

//===----------------------------------------------------------------------===//
// Type expressions
//===----------------------------------------------------------------------===//

struct TypeExpr {
  enum Kind : uint8_t { Named, Slice, Array, Result, Tuple, Func };
  Kind kind;
  bool isWritable = false; ///< Slice
  llvm::StringRef range;
  llvm::StringRef module;      ///< Named: what stands before the point
  llvm::StringRef name;        ///< Named
  TypeExpr *element = nullptr; ///< Slice, Array; Result, Func: may be null
  Expr *count = nullptr;       ///< Array
  llvm::ArrayRef<Expr *> moreCounts; ///< Array: of a shape with several sizes
  TypeExpr *error = nullptr;         ///< Result: `T ! E`
  /// Named: `Name<A, B>`; Tuple: `(A, B)`; Func: parameters
  llvm::ArrayRef<TypeExpr *> args;
  bool isVarParam = false;    ///< marked `var`, as a parameter of a Func
  bool statesEffects = false; ///< Func: `uses` is there
  EffectSet effects = 0;      ///< Func: the flags that are stated
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// `T: ord` in `<...>` behind the name of a declaration.
struct TypeParamDecl {
  llvm::StringRef name;
  llvm::ArrayRef<llvm::StringRef> constraints; ///< as written
  unsigned closure = 0;       ///< Sema: Constraint bits, with what they imply
  const Type *type = nullptr; ///< Sema: stands for T in the declaration
};

/// What makes a declaration generic, or an instance of a generic one.
struct Generics {
  llvm::ArrayRef<TypeParamDecl *> params; ///< of the declaration; then generic
  llvm::ArrayRef<const Type *> args;      ///< Sema: of an instance
  llvm::StringRef displayName;            ///< Sema: "max<i64>" of an instance
  unsigned depth = 0; ///< Sema: length of the chain of instances that led here
  llvm::StringRef place; ///< Sema: what asked for the instance first
  const FunctionDecl *parent = nullptr; ///< Sema: the instance that asked
  bool isGeneric() const { return !params.empty(); }
};

struct VarDecl;

/// One size of a shape: a name of the tile, or a number.
struct ShapeSize {
  VarDecl *name = nullptr;
  uint64_t count = 0;
};

/// A local variable, parameter, loop variable or piece of agent state; in
/// steps also a deployment setting or a fact (Facts.def).
struct VarDecl {
  enum Kind : uint8_t {
    Let,
    Var,
    Param,
    LoopVar,
    State,
    Region,
    Setting,
    Fact
  };
  Kind kind;
  llvm::StringRef name; ///< also its place; "_" declares nothing
  TypeExpr *typeExpr = nullptr;
  Expr *init = nullptr;
  const Type *type = nullptr; ///< Sema
  unsigned depth = 0;         ///< Sema: depth of the declaring block
  bool isUsed = false;        ///< Sema: something names it
  bool isVarParam = false;    ///< Param: changes the caller's place (VAR-1)
  llvm::ArrayRef<ShapeSize> shape;  ///< Sema: of the parameter `[T; M, N]` of a
                                    ///< tile, which is a slice of all elements
  SettingDecl *setting = nullptr;   ///< Setting
  RegionDecl *region = nullptr;     ///< Region: of a section `region`
  const flux::Fact *fact = nullptr; ///< Fact
  bool isMutable() const { return kind == Var || kind == State || isVarParam; }
};

struct FieldDecl {
  llvm::StringRef name;
  TypeExpr *typeExpr;
  const Type *type = nullptr; ///< Sema
  uint64_t offset = 0;        ///< Sema
};

/// What Type::satisfies and Type::holdsReference say about a struct or enum:
/// a walk over the fields of fields of fields could take for ever.
struct Abilities {
  unsigned constraints = 0; ///< Constraint bits
  bool holdsReference = false;
  bool isLinear = false;
  void reset();
  /// Takes away what \p field cannot do.
  void addField(const Type *field);
};

/// What structs and enums have in common.
struct TypeDecl {
  llvm::StringRef name, range;
  Module *module = nullptr;     ///< Sema: whose declaration it is
  uint64_t size = 0, align = 1; ///< Sema
  Abilities abilities;          ///< Sema
  enum State : uint8_t { Unresolved, Resolving, Resolved } state = Unresolved;
  bool isLinear = false;    ///< `linear struct` (LIN-1)
  bool isRecursive = false; ///< Sema: contains slices of itself
  Generics generics;
  /// The name as types are written: "Pair<i64, str>".
  llvm::StringRef getDisplayName() const {
    return generics.displayName.empty() ? name : generics.displayName;
  }
};

struct StructDecl : TypeDecl {
  llvm::MutableArrayRef<FieldDecl> fields;
  bool isTuple = false;          ///< made for a result `(A, B)`
  StructDecl *pattern = nullptr; ///< Sema: what this is an instance of
};

/// `Circle(r: f64)` of an enum.  Its fields lie like those of a struct.
struct VariantDecl {
  llvm::StringRef name, range;
  llvm::MutableArrayRef<FieldDecl> fields;
};

/// An enum of the document, or an instance of one of the built-in enums
/// `Option<T>` and `T ! E`.
struct EnumDecl : TypeDecl {
  enum Builtin : uint8_t { User, Option, Result };
  llvm::MutableArrayRef<VariantDecl> variants;
  Builtin builtin = User;
  uint64_t payloadOffset = 0;  ///< Sema: of the fields of every variant
  EnumDecl *pattern = nullptr; ///< Sema: what this is an instance of
  /// True if some variant has fields; an enum without is a mere number.
  bool hasPayload() const {
    return llvm::any_of(variants,
                        [](const VariantDecl &v) { return !v.fields.empty(); });
  }
  unsigned getTagWidth() const { return variants.size() <= 256 ? 8 : 16; }
};

/// The variants of the built-in enums, by number.
inline constexpr unsigned NoneVariant = 0, SomeVariant = 1;
inline constexpr unsigned OkVariant = 0, ErrVariant = 1;

/// `## region: name`: memory that lives as long as the program.
struct RegionDecl {
  llvm::StringRef name, range;
  Module *module = nullptr; ///< Sema: whose declaration it is
  int64_t size = 0;         ///< bytes
  VarDecl *var = nullptr;   ///< stands for it in expressions
};

struct ConstDecl {
  llvm::StringRef name, range;
  Module *module = nullptr; ///< Sema: whose declaration it is
  TypeExpr *typeExpr;
  Expr *init;
  const Type *type = nullptr; ///< Sema
  ConstValue value;           ///< Sema
  enum State : uint8_t { Unresolved, Resolving, Resolved } state = Unresolved;
};

/// What the `### meta` section of a tile says about its loops.
struct TileOptions {
  llvm::StringRef category = "compute";
  unsigned lanes = 0;     ///< `vectorize`: 0 is left to the compiler, 1 is off
  unsigned unroll = 0;    ///< the same
  bool freeOrder = false; ///< float sums may be taken in any order
};

struct FunctionDecl {
  llvm::StringRef name, range; ///< range: the signature
  Module *module = nullptr;    ///< Sema: whose declaration it is
  llvm::ArrayRef<VarDecl *> params;
  TypeExpr *resultExpr = nullptr; ///< null: returns nothing
  Block *body = nullptr;
  const Type *resultType = nullptr; ///< Sema
  unsigned testNumber = 0;          ///< not zero: the body of a test
  bool hasErrors = false;           ///< Sema
  bool isTile = false;
  TileOptions tile;
  llvm::ArrayRef<VarDecl *> dimensions; ///< Sema: names in shapes of a tile
  bool statesEffects = false;           ///< `uses` is there
  EffectSet statedEffects = 0;
  llvm::ArrayRef<llvm::StringRef> effectWords; ///< the flags as written
  llvm::StringRef usesRange;                   ///< from `uses` to the last flag
  Generics generics;
  FunctionDecl *pattern = nullptr; ///< Sema: what this is an instance of
  /// The name in messages and backtraces: "max<i64>".
  llvm::StringRef getDisplayName() const {
    return generics.displayName.empty() ? name : generics.displayName;
  }
};

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

struct Stmt {
  enum Kind : uint8_t {
    Block,
    Decl,
    Assign,
    Expression,
    If,
    While,
    Loop,
    ForRange,
    ForEach,
    Break,
    Continue,
    Return,
    Trap,
    Defer,
    DeclTuple,
    Match,
    Region,
    // Steps only:
    Set,
    Every,
    Yield,
    Read,
    Message,
    When,
    Wait,
    // Tests only:
    Expect,
  };
  const Kind kind;
  llvm::StringRef range;
  Stmt(Kind kind, llvm::StringRef range) : kind(kind), range(range) {}
};

struct Block : Stmt {
  llvm::ArrayRef<Stmt *> statements;
  llvm::StringRef end; ///< the closing brace; empty where there is none
  Block(llvm::StringRef range, llvm::ArrayRef<Stmt *> statements,
        llvm::StringRef end)
      : Stmt(Kind::Block, range), statements(statements), end(end) {}
  static bool classof(const Stmt *s) { return s->kind == Kind::Block; }
};

/// `let` and `var`.
struct DeclStmt : Stmt {
  VarDecl *var;
  DeclStmt(llvm::StringRef range, VarDecl *var) : Stmt(Decl, range), var(var) {}
  static bool classof(const Stmt *s) { return s->kind == Decl; }
};

/// `let a, b = value`.
struct DeclTupleStmt : Stmt {
  llvm::ArrayRef<VarDecl *> vars;
  Expr *init;
  DeclTupleStmt(llvm::StringRef range, llvm::ArrayRef<VarDecl *> vars,
                Expr *init)
      : Stmt(DeclTuple, range), vars(vars), init(init) {}
  static bool classof(const Stmt *s) { return s->kind == DeclTuple; }
};

/// `place = value` or `place op= value`.
struct AssignStmt : Stmt {
  Expr *place, *value;
  std::optional<BinaryOp> op;
  llvm::StringRef opRange;
  AssignStmt(llvm::StringRef range, Expr *place, Expr *value,
             std::optional<BinaryOp> op, llvm::StringRef opRange)
      : Stmt(Assign, range), place(place), value(value), op(op),
        opRange(opRange) {}
  static bool classof(const Stmt *s) { return s->kind == Assign; }
};

struct ExprStmt : Stmt {
  Expr *expr;
  ExprStmt(llvm::StringRef range, Expr *expr)
      : Stmt(Expression, range), expr(expr) {}
  static bool classof(const Stmt *s) { return s->kind == Expression; }
};

struct IfStmt : Stmt {
  Expr *condition;
  flux::Block *thenBlock;
  Stmt *elseStmt; ///< null, a Block or another IfStmt
  IfStmt(llvm::StringRef range, Expr *condition, flux::Block *thenBlock,
         Stmt *elseStmt)
      : Stmt(If, range), condition(condition), thenBlock(thenBlock),
        elseStmt(elseStmt) {}
  static bool classof(const Stmt *s) { return s->kind == If; }
};

struct WhileStmt : Stmt {
  Expr *condition;
  flux::Block *body;
  WhileStmt(llvm::StringRef range, Expr *condition, flux::Block *body)
      : Stmt(While, range), condition(condition), body(body) {}
  static bool classof(const Stmt *s) { return s->kind == While; }
};

struct LoopStmt : Stmt {
  flux::Block *body;
  bool hasBreak = false; ///< Sema: a `break` leaves it
  LoopStmt(llvm::StringRef range, flux::Block *body)
      : Stmt(Loop, range), body(body) {}
  static bool classof(const Stmt *s) { return s->kind == Loop; }
};

/// `for var in low..high` (or `..=`), and the step `Repeat high times`, whose
/// variable is "_" and whose low is null (zero).
struct ForRangeStmt : Stmt {
  VarDecl *var;
  Expr *low, *high;
  bool inclusive;
  flux::Block *body;
  ForRangeStmt(llvm::StringRef range, VarDecl *var, Expr *low, Expr *high,
               bool inclusive, flux::Block *body)
      : Stmt(ForRange, range), var(var), low(low), high(high),
        inclusive(inclusive), body(body) {}
  static bool classof(const Stmt *s) { return s->kind == ForRange; }
};

/// `for var in sequence` and `for index, var in sequence`.
struct ForEachStmt : Stmt {
  VarDecl *index; ///< may be null
  VarDecl *var;
  Expr *sequence;
  flux::Block *body;
  ForEachStmt(llvm::StringRef range, VarDecl *index, VarDecl *var,
              Expr *sequence, flux::Block *body)
      : Stmt(ForEach, range), index(index), var(var), sequence(sequence),
        body(body) {}
  static bool classof(const Stmt *s) { return s->kind == ForEach; }
};

struct BreakStmt : Stmt {
  explicit BreakStmt(llvm::StringRef range) : Stmt(Break, range) {}
  static bool classof(const Stmt *s) { return s->kind == Break; }
};

struct ContinueStmt : Stmt {
  explicit ContinueStmt(llvm::StringRef range) : Stmt(Continue, range) {}
  static bool classof(const Stmt *s) { return s->kind == Continue; }
};

struct ReturnStmt : Stmt {
  Expr *value; ///< may be null
  ReturnStmt(llvm::StringRef range, Expr *value)
      : Stmt(Return, range), value(value) {}
  static bool classof(const Stmt *s) { return s->kind == Return; }
};

struct TrapStmt : Stmt {
  Expr *message;
  TrapStmt(llvm::StringRef range, Expr *message)
      : Stmt(Trap, range), message(message) {}
  static bool classof(const Stmt *s) { return s->kind == Trap; }
};

struct DeferStmt : Stmt {
  flux::Block *body;
  DeferStmt(llvm::StringRef range, flux::Block *body)
      : Stmt(Defer, range), body(body) {}
  static bool classof(const Stmt *s) { return s->kind == Defer; }
};

/// One alternative of a pattern.
struct Pattern {
  enum Kind : uint8_t { Name, Value, Range };
  Kind kind;
  llvm::StringRef range;
  llvm::StringRef name;               ///< Name: a variant
  bool hasBindings = false;           ///< Name: `(...)` follows
  llvm::ArrayRef<VarDecl *> bindings; ///< Name
  Expr *low = nullptr;                ///< Value, Range; Name of a constant
  Expr *high = nullptr;               ///< Range
  bool inclusive = false;             ///< Range
  unsigned variant = 0;               ///< Sema: number of the variant
  /// Sema: the integers (and bools) that no pattern before matches.
  llvm::ArrayRef<std::pair<__int128, __int128>> intervals;
  llvm::StringRef strValue; ///< Sema: of a `str` pattern
};

struct MatchArm {
  llvm::MutableArrayRef<Pattern> patterns;
  flux::Block *body;
};

/// `match subject { A(x) { } B | C { } else { } }`
struct MatchStmt : Stmt {
  Expr *subject;
  llvm::MutableArrayRef<MatchArm> arms;
  flux::Block *elseBlock; ///< may be null
  MatchStmt(llvm::StringRef range, Expr *subject,
            llvm::MutableArrayRef<MatchArm> arms, flux::Block *elseBlock)
      : Stmt(Match, range), subject(subject), arms(arms), elseBlock(elseBlock) {
  }
  static bool classof(const Stmt *s) { return s->kind == Match; }
};

/// `region var(size) { ... }`: memory that is given back at the end.
struct RegionStmt : Stmt {
  VarDecl *var;
  Expr *size;
  flux::Block *body;
  RegionStmt(llvm::StringRef range, VarDecl *var, Expr *size, flux::Block *body)
      : Stmt(Region, range), var(var), size(size), body(body) {}
  static bool classof(const Stmt *s) { return s->kind == Region; }
};

/// `Set name to value`: updates a visible variable or declares one.
struct SetStmt : Stmt {
  llvm::StringRef name;
  Expr *value;
  VarDecl *var = nullptr; ///< Sema
  bool declares = false;  ///< Sema: this step binds the name first
  SetStmt(llvm::StringRef range, llvm::StringRef name, Expr *value)
      : Stmt(Set, range), name(name), value(value) {}
  static bool classof(const Stmt *s) { return s->kind == Set; }
};

/// `Every duration: ...`
struct EveryStmt : Stmt {
  int64_t nanoseconds;
  flux::Block *body;
  unsigned timer = 0; ///< Sema: number among the agent's timers
  EveryStmt(llvm::StringRef range, int64_t nanoseconds, flux::Block *body)
      : Stmt(Every, range), nanoseconds(nanoseconds), body(body) {}
  static bool classof(const Stmt *s) { return s->kind == Every; }
};

struct YieldStmt : Stmt {
  explicit YieldStmt(llvm::StringRef range) : Stmt(Yield, range) {}
  static bool classof(const Stmt *s) { return s->kind == Yield; }
};

/// `expect(condition)`, `Expect condition` and `Expect a to be b`, whose
/// condition is `a == b`.
struct ExpectStmt : Stmt {
  Expr *condition;
  ExpectStmt(llvm::StringRef range, Expr *condition)
      : Stmt(Expect, range), condition(condition) {}
  static bool classof(const Stmt *s) { return s->kind == Expect; }
};

//===----------------------------------------------------------------------===//
// Module
//===----------------------------------------------------------------------===//

/// The capability flags of the original design, in the order of its numbers.
extern const llvm::ArrayRef<llvm::StringLiteral> capabilityNames;

struct AgentDecl {
  llvm::StringRef name, range;
  bool hasCapabilities = false; ///< the key `capabilities` is there
  uint32_t capabilities = 0;    ///< bit i: capabilityNames[i]
  std::vector<llvm::StringRef> capabilityWords; ///< as written
  int64_t periodNs = 1'000'000'000;
  int64_t heartbeatNs = 0;
  int64_t stateBytes = int64_t(64) << 20; ///< that the state may lead to
  Block *init = nullptr, *loop = nullptr; ///< null: no such section
  std::vector<VarDecl *> state;           ///< Sema
  unsigned numTimers = 0;                 ///< Sema
  bool hasErrors = false;                 ///< Sema
};

/// A test of the document; parsed only where tests are wanted.
struct TestDecl {
  std::string name;
  llvm::StringRef place;            ///< the heading or the fence's opening line
  FunctionDecl *function = nullptr; ///< null: code that must be refused
  const TestFence *fence = nullptr; ///< null: the steps of a section
};

/// `## import: path`.
struct ImportDecl {
  llvm::StringRef name;  ///< what the document calls the module
  llvm::StringRef path;  ///< as written
  llvm::StringRef range; ///< the heading
  llvm::StringRef hash;  ///< `sha256-...`; empty: any content will do
  llvm::ArrayRef<llvm::StringRef> names; ///< may be used without the module
  Module *module = nullptr;              ///< ImportLoader
  bool isUsed = false;                   ///< Sema
};

/// One document.
struct Module {
  llvm::StringRef title;
  /// For imported documents: a name that no other module of the program has,
  /// for symbols and messages.  Empty for the document that is compiled.
  llvm::StringRef name;
  bool isLibrary = false;   ///< a document of the library that comes with fluxc
  llvm::StringRef source;   ///< ImportLoader: its text
  llvm::StringRef fileName; ///< ImportLoader: its name in locations
  std::vector<ImportDecl *> imports;
  std::vector<llvm::StringRef> exports; ///< names, where they are exported
  CompileSettings compile;
  std::vector<StructDecl *> structs; ///< in document order; so are these:
  std::vector<EnumDecl *> enums;
  std::vector<ConstDecl *> constants;
  std::vector<RegionDecl *> regions;
  std::vector<FunctionDecl *> functions;
  /// Sema: instances of generic declarations, in the order of their making.
  std::vector<const Type *> typeInstances;
  std::vector<FunctionDecl *> functionInstances;
  std::vector<SettingDecl *> settings; ///< declared, then (Sema) inferred
  SuperviseDecl *supervise = nullptr;
  std::vector<PolicyRule> policy;
  std::vector<PhraseDecl> vocabulary;
  std::vector<SettingOverride> overrides; ///< set before Sema
  AgentDecl *agent = nullptr;   ///< null: the document has no agent sections
  FunctionDecl *main = nullptr; ///< Sema
  /// What the document leaves open and the compiler decided; see Lock.h.
  std::vector<Decision> decisions;
  std::vector<TestDecl> tests;           ///< in document order
  std::vector<llvm::StringRef> testCode; ///< each has names of its own (TEST-2)
  std::vector<llvm::StringRef> remarks;  ///< `(...)` behind steps
};

/// The number, from 1 on, of the test of \p module in which \p place is; 0
/// outside of tests.
unsigned getTestScope(const Module &module, llvm::StringRef place);

/// \p name of \p module as messages and symbols spell it: "shapes.Rect", or
/// \p name itself in the document that is compiled (or where there is none).
inline std::string qualify(const Module *module, llvm::StringRef name) {
  if (!module || module->name.empty())
    return name.str();
  return module->name.str() + "." + name.str();
}

/// Prints \p module as an indented tree (`--emit=ast`).
void printAST(const Module &module, llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_AST_H
