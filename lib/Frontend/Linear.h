//===- Linear.h - values that are used exactly once ------------*- C++ -*-===//
//
// LIN-1 to LIN-6.  One walk over a body follows the linear values in its
// variables.  What is known at a point is one of a few words for each place;
// ways that meet must agree, so there is nothing to repeat, and the work is
// linear in the size of the body.
//
// A variable of a linear type is a place, or, if its type is a struct that is
// linear only because of its fields, one place for each of these.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_FRONTEND_LINEAR_H
#define FLUX_LIB_FRONTEND_LINEAR_H

#include "flux/Frontend/StepNodes.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/DenseMap.h"

namespace flux {

namespace linear {

/// What is known about a place.
enum class State : uint8_t {
  Empty,
  Full,
  Deferred, ///< full, and used up by a `defer` at the end of a block
};

/// The places of a variable or of a part of one.
struct Places {
  unsigned first = 0, count = 0;
  const VarDecl *var = nullptr; ///< null: no such place
  bool isInside = false;        ///< a part of what one place holds
};

/// A block whose variables end with it.
struct Scope {
  llvm::SmallVector<const VarDecl *, 4> vars;
  llvm::SmallVector<unsigned, 2> deferred; ///< used up when it is left
  llvm::SmallVector<unsigned, 2> pinned;   ///< used, but not up, by a `defer`
};

struct Point {
  std::vector<State> states;
  bool isReachable = true;
};

struct LoopInfo {
  Point entry;
  llvm::SmallVector<Point, 2> breaks;
  size_t depth;                            ///< of the scopes around the loop
  llvm::SmallVector<unsigned, 2> reported; ///< places that a round uses up
};

class LinearAnalysis {
public:
  LinearAnalysis(const Module &module, DiagnosticEngine &diags)
      : module(module), diags(diags) {}
  void run(const FunctionDecl &decl);
  void run(const AgentDecl &agent);

private:
  // Types.
  unsigned countPlaces(const Type *type);
  const Type *findLinearElement(const Type *type);
  void checkType(llvm::StringRef place, const Type *type);

  // Places.
  Places getVariable(const VarDecl *var);
  void declare(const VarDecl *var, State state);
  Places getPlaces(const Expr *expr);
  llvm::StringRef getName(unsigned place) const { return owners[place]->name; }
  const Type *getType(unsigned place) const { return owners[place]->type; }
  void fill(const Places &places, State state);
  void take(const Places &places, const Expr *expr);
  void touch(const Places &places, llvm::StringRef range);
  void reportUsed(unsigned place, llvm::StringRef range);

  // Expressions.
  void use(const Expr *expr);
  void useMember(const MemberExpr *member);
  void useCall(const CallExpr *call);
  void useBase(const Expr *base);
  void checkChange(const Expr *place);

  // Statements.
  void visit(const Block &block);
  void visitBody(const Block &block);
  void visit(const Stmt &stmt);
  void visitIf(const IfStmt &stmt);
  void visitMatch(const MatchStmt &stmt);
  void visitLoop(const Block &body, const Expr *condition, bool canSkip);
  void visitDefer(const DeferStmt &stmt);
  void visitOptional(const Block &block);
  void assign(const AssignStmt &stmt);
  void bind(const VarDecl *var, llvm::StringRef range);

  // Ways.
  Point join(Point a, const Point &b, llvm::StringRef range);
  void checkRound(LoopInfo &loop, llvm::StringRef range);
  /// Leaves the scopes from number \p depth on; nothing may be left behind.
  void leave(size_t depth, llvm::StringRef range, bool returns);
  void endScope();
  void endBody(llvm::StringRef range);

  const Module &module;
  DiagnosticEngine &diags;
  llvm::DenseMap<const Type *, unsigned> counts;
  llvm::DenseMap<const Type *, const Type *> elements;
  llvm::DenseMap<const VarDecl *, Places> variables;
  std::vector<const VarDecl *> owners;  ///< of places
  std::vector<llvm::StringRef> takenAt; ///< where a place was used up last
  std::vector<unsigned> pins;           ///< by `defer`s
  std::vector<bool> touched;            ///< in the `defer` that is walked
  Point here;
  llvm::SmallVector<Scope> scopes;
  llvm::SmallVector<LoopInfo *> loops;
};

/// The state of a place; places that a way does not know are empty there.
inline State &at(Point &point, unsigned place) {
  if (place >= point.states.size())
    point.states.resize(place + 1, State::Empty);
  return point.states[place];
}

} // namespace linear

/// Follows the linear values of all bodies of \p modules, which have no other
/// errors, and reports those that are not used exactly once (LIN-2).
void checkLinear(llvm::ArrayRef<Module *> modules, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_FRONTEND_LINEAR_H
