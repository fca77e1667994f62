//===- Lifetimes.h - the lifetimes of one body -----------------*- C++ -*-===//
//
// Makes the graph of a function or section, gives the summary that its callers
// need, and reports what would outlive what it points to (MEM-2).
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_FRONTEND_LIFETIMES_H
#define FLUX_LIB_FRONTEND_LIFETIMES_H

#include "LifetimeGraph.h"
#include "flux/Frontend/Builtins.h"
#include "flux/Support/Diagnostics.h"

namespace flux {

using SummaryMap = llvm::DenseMap<const FunctionDecl *, LifetimeSummary>;

class LifetimeAnalysis {
public:
  LifetimeAnalysis(ReferenceTraits &traits, const SummaryMap &summaries);
  /// Analyses a body; \p resultType is null where nothing is returned.
  void run(const Block &body, llvm::ArrayRef<VarDecl *> params,
           const Type *resultType);
  LifetimeSummary summarize();
  void report(DiagnosticEngine &diags);
  /// The functions that the body calls, in order of the calls.
  llvm::ArrayRef<const FunctionDecl *> getCallees() const { return callees; }
  /// False if nothing could break a rule, whatever the callees do.
  bool hasSites() const { return !sites.empty(); }

private:
  using Node = LifetimeGraph::Node;
  /// The nodes of a value that holds references.
  struct Value {
    Node flat;  ///< what it leads to itself
    Node cells; ///< what lies in writable memory that holds references
  };
  /// A place in the document at which \p source comes to lie in \p target.
  struct Site {
    Node source, target;
    llvm::StringRef range;
  };

  Value makeValue(const Type *type, unsigned depth, const VarDecl *holder);
  Value getVariable(const VarDecl *var);
  Node join(Node a, Node b);
  Node unify(Node a, Node b);
  Value convert(Value value, const Type *from, const Type *to);
  void addSite(Node source, Node target, llvm::StringRef range);
  void assign(Value target, Value value, llvm::StringRef range);
  /// Stores \p expr in \p target, which has the type \p type.
  void assign(Value target, const Type *type, const Expr *expr);

  Value evaluate(const Expr *expr);
  Value evaluateKind(const Expr *expr);
  Value evaluateSlice(const Expr *expr);
  Value evaluateIndex(const Expr *expr);
  Value evaluateTry(const TryExpr *expr);
  Value getElement(Value value, const Type *sequence, const Type *element);
  Value narrow(Value value, const Type *type);
  Value evaluateCall(const CallExpr *call);
  Value evaluateBuiltin(const CallExpr *call);
  Value evaluateValueCall(const CallExpr *call);
  Value apply(const LifetimeSummary &summary, const CallExpr *call,
              llvm::ArrayRef<Value> args);
  void addPart(Value &whole, const Type *type, const Expr *part);
  Node getStorage(const Expr *place);

  void visit(const Block &block);
  void visit(const Stmt &stmt);
  void visitForEach(const ForEachStmt &loop);
  void visitMatch(const MatchStmt &match);
  static Lifetime clamp(Lifetime lifetime);

  ReferenceTraits &traits;
  const SummaryMap &summaries;
  LifetimeGraph graph;
  Node staticNode, turnNode;
  llvm::DenseMap<const VarDecl *, Value> variables;
  std::vector<const VarDecl *> order; ///< of the variables
  llvm::ArrayRef<VarDecl *> params;
  const Type *resultType = nullptr;
  Value result = {0, LifetimeGraph::none};
  /// The memory of elements that are reached through a slice.
  llvm::DenseMap<const Expr *, Node> storage;
  std::vector<Site> sites;
  std::vector<const FunctionDecl *> callees;
};

/// What a function of which nothing is known may do: everything that is
/// reachable from an argument may come to lie in every other and in the result.
LifetimeSummary getWorstSummary(llvm::ArrayRef<bool> paramsHaveCells,
                                bool resultHasCells);

/// Checks the lifetimes of all bodies of \p modules that have no other errors.
void checkLifetimes(llvm::ArrayRef<Module *> modules, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_FRONTEND_LIFETIMES_H
