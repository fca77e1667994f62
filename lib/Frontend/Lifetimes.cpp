//===- Lifetimes.cpp - no slice outlives what it points to ----------------===//
//
// MEM-2.  One walk over a body makes its graph of lifetimes.  A value that
// holds references has up to two nodes: `flat`, what it leads to itself, and
// `cells`, what lies in memory that can be written through it and that can hold
// references.  Cells that two values share are one node, so that what is stored
// through the one limits how long the other may be kept.  Calls apply the
// summary of the function; Summaries.cpp computes these.
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"
#include "flux/Frontend/StepNodes.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;
using Node = LifetimeGraph::Node;
static constexpr Node none = LifetimeGraph::none;

LifetimeAnalysis::LifetimeAnalysis(ReferenceTraits &traits,
                                   const SummaryMap &summaries)
    : traits(traits), summaries(summaries), staticNode(graph.make()),
      turnNode(graph.make({Lifetime::Turn, 0})) {}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

LifetimeAnalysis::Value LifetimeAnalysis::makeValue(const Type *type,
                                                    unsigned depth,
                                                    const VarDecl *holder) {
  Value value = {staticNode, none};
  if (!traits.hasReferences(type))
    return value;
  value.flat = graph.make();
  graph.limit(value.flat, depth, holder);
  if (traits.hasCells(type)) {
    value.cells = graph.make();
    graph.limit(value.cells, depth, holder);
  }
  return value;
}

/// The value of a variable; it is made when it is first seen.
LifetimeAnalysis::Value LifetimeAnalysis::getVariable(const VarDecl *var) {
  auto it = variables.find(var);
  if (it != variables.end())
    return it->second;
  unsigned depth = var->depth;
  if (var->kind == VarDecl::State || var->region)
    depth = Lifetime::Turn;
  else if (var->kind >= VarDecl::Setting)
    depth = Lifetime::Static;
  else if (var->kind == VarDecl::LoopVar)
    ++depth; // a new one in each round, as what the body declares
  order.push_back(var);
  Value value = makeValue(var->type, depth, var);
  // What state leads to stays until the turn ends, and is then moved.  So is
  // what memory of static regions leads to.
  if (var->kind == VarDecl::State || var->region)
    for (Node node : {value.flat, value.cells})
      if (node != none && node != staticNode)
        graph.addLifetime(node, {Lifetime::Turn, 0});
  return variables[var] = value;
}

Node LifetimeAnalysis::join(Node a, Node b) {
  if (a == b || b == staticNode || b == none)
    return a;
  if (a == staticNode)
    return b;
  Node node = graph.make();
  graph.flow(a, node);
  graph.flow(b, node);
  return node;
}

Node LifetimeAnalysis::unify(Node a, Node b) {
  if (a == none || b == none)
    return a == none ? b : a;
  return graph.unify(a, b);
}

/// \p value as a value of type \p to: what loses the right to write takes with
/// it, as its own, all that it could reach through cells.
LifetimeAnalysis::Value LifetimeAnalysis::convert(Value value, const Type *from,
                                                  const Type *to) {
  if (from != to)
    value.flat = join(value.flat, value.cells);
  if (!traits.hasCells(to))
    value.cells = none;
  return value;
}

void LifetimeAnalysis::addSite(Node source, Node target, StringRef range) {
  if (source != staticNode && source != target)
    sites.push_back({source, target, range});
}

void LifetimeAnalysis::assign(Value target, Value value, StringRef range) {
  if (target.flat == staticNode)
    return; // holds no references
  addSite(value.flat, target.flat, range);
  graph.flow(value.flat, target.flat);
  if (target.cells != none && value.cells != none)
    graph.unify(target.cells, value.cells);
}

void LifetimeAnalysis::assign(Value target, const Type *type,
                              const Expr *expr) {
  Value value = evaluate(expr);
  if (expr->type)
    assign(target, convert(value, expr->type, type), expr->range);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// Lifetime of the memory in which \p place lies.
Node LifetimeAnalysis::getStorage(const Expr *place) {
  while (true) {
    if (auto *name = dyn_cast<NameExpr>(place)) {
      if (!name->var || name->var->kind == VarDecl::State)
        return staticNode;
      // A parameter's own memory may be a temporary of the caller.
      return graph.make(
          {std::max<unsigned>(name->var->depth, Lifetime::Body), 0});
    }
    if (auto *member = dyn_cast<MemberExpr>(place)) {
      place = member->base;
    } else if (auto *index = dyn_cast<IndexExpr>(place)) {
      if (index->base->type->isSlice())
        return storage.lookup(index);
      place = index->base;
    } else {
      return staticNode; // Sema refused to slice a temporary
    }
  }
}

LifetimeAnalysis::Value LifetimeAnalysis::evaluateSlice(const Expr *expr) {
  const Expr *base = cast<SliceRangeExpr>(expr)->base;
  Value value = evaluate(base);
  evaluate(cast<SliceRangeExpr>(expr)->low);
  evaluate(cast<SliceRangeExpr>(expr)->high);
  for (const Expr *size : cast<SliceRangeExpr>(expr)->sizes)
    evaluate(size);
  if (!base->type->isArray())
    return value;
  Node memory = getStorage(base);
  if (!traits.hasReferences(base->type->element))
    return {memory, none};
  if (!expr->type->isWritable)
    return {join(memory, value.flat), value.cells};
  // From here on the elements can be written through the slice, too.
  return {memory, unify(value.flat, value.cells)};
}

LifetimeAnalysis::Value LifetimeAnalysis::evaluateIndex(const Expr *expr) {
  const auto *index = cast<IndexExpr>(expr);
  Value value = evaluate(index->base);
  evaluate(index->index);
  if (index->isRow) // elements are numbers
    return value;
  const Type *base = index->base->type;
  if (base->isSlice())
    storage[index] = value.flat;
  return getElement(value, base, expr->type);
}

/// An element of the array, slice or text \p value.
LifetimeAnalysis::Value LifetimeAnalysis::getElement(Value value,
                                                     const Type *sequence,
                                                     const Type *element) {
  if (sequence->isSlice() && sequence->isWritable &&
      traits.hasReferences(element))
    value.flat = value.cells;
  return narrow(value, element);
}

/// A part of \p value that has the type \p type.
LifetimeAnalysis::Value LifetimeAnalysis::narrow(Value value,
                                                 const Type *type) {
  if (!traits.hasReferences(type))
    return {staticNode, none};
  if (!traits.hasCells(type))
    value.cells = none;
  return value;
}

/// `?` gives the value, or returns the error.
LifetimeAnalysis::Value LifetimeAnalysis::evaluateTry(const TryExpr *expr) {
  Value value = evaluate(expr->operand);
  const Type *type = expr->operand->type;
  if (type->isResult())
    assign(result, narrow(value, type->getErrorType()), expr->range);
  return narrow(value, expr->type);
}

/// A value that consists of others.
void LifetimeAnalysis::addPart(Value &whole, const Type *type,
                               const Expr *part) {
  Value value = evaluate(part);
  if (!part->type)
    return;
  value = convert(value, part->type, type);
  whole.flat = join(whole.flat, value.flat);
  whole.cells = unify(whole.cells, value.cells);
}

LifetimeAnalysis::Value LifetimeAnalysis::evaluate(const Expr *expr) {
  if (!expr || !expr->type || expr->type->isError())
    return {staticNode, none};
  Value value = evaluateKind(expr);
  // What has cells that nobody made: a call of a function not yet summarized.
  if (value.cells == none && traits.hasCells(expr->type))
    value.cells = graph.make();
  return value;
}

LifetimeAnalysis::Value LifetimeAnalysis::evaluateKind(const Expr *expr) {
  Value result = {staticNode, none};
  if (Construction made = getConstruction(expr); made.variant) {
    for (auto [index, value] : made.fields)
      addPart(result, made.variant->fields[index].type, value);
    return result;
  }
  switch (expr->kind) {
  case Expr::Name:
    if (const VarDecl *var = cast<NameExpr>(expr)->var)
      return getVariable(var);
    return result;
  case Expr::InUnit:
    evaluate(cast<InUnitExpr>(expr)->operand);
    return result;
  case Expr::Unary:
    evaluate(cast<UnaryExpr>(expr)->operand);
    return result;
  case Expr::Binary:
    // Chains of operators lean left.
    while (auto *binary = dyn_cast<BinaryExpr>(expr)) {
      evaluate(binary->rhs);
      expr = binary->lhs;
    }
    evaluate(expr);
    return result;
  case Expr::Call:
    return evaluateCall(cast<CallExpr>(expr));
  case Expr::StructLiteral:
    for (const FieldInit &init : cast<StructLiteralExpr>(expr)->fields)
      addPart(result, expr->type->decl->fields[init.index].type, init.value);
    return result;
  case Expr::ArrayLiteral:
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      addPart(result, expr->type->element, element);
    return result;
  case Expr::ArrayFill:
    addPart(result, expr->type->element, cast<ArrayFillExpr>(expr)->value);
    return result;
  case Expr::Convert: {
    Value value = evaluate(cast<ConvertExpr>(expr)->operand);
    return expr->type->holdsReference() ? value : result; // `str?` too
  }
  case Expr::Index:
    return evaluateIndex(expr);
  case Expr::SliceRange:
    return evaluateSlice(expr);
  case Expr::Member:
    return narrow(evaluate(cast<MemberExpr>(expr)->base), expr->type);
  case Expr::Try:
    return evaluateTry(cast<TryExpr>(expr));
  case Expr::Tuple:
    for (auto [element, field] :
         llvm::zip(cast<TupleExpr>(expr)->elements, expr->type->decl->fields))
      addPart(result, field.type, element);
    return result;
  case Expr::IntLiteral:
  case Expr::FloatLiteral:
  case Expr::BoolLiteral:
  case Expr::StrLiteral:
  case Expr::Invalid:
    return result;
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

LifetimeAnalysis::Value LifetimeAnalysis::evaluateCall(const CallExpr *call) {
  if (call->target)
    return evaluateValueCall(call);
  if (!call->callee)
    return evaluateBuiltin(call);
  // Functions with errors of their own have no summary.
  static const LifetimeSummary empty;
  const FunctionDecl *callee = call->callee;
  if (callee->pattern && !callee->body) // in a generic body
    callee = callee->pattern;
  auto it = summaries.find(callee);
  const LifetimeSummary &summary = it == summaries.end() ? empty : it->second;
  llvm::SmallVector<Value, 8> args;
  for (auto [arg, param] : llvm::zip(call->args, call->callee->params)) {
    Value value = evaluate(arg);
    args.push_back(arg->type ? convert(value, arg->type, param->type) : value);
  }
  callees.push_back(callee);
  return apply(summary, call, args);
}

/// A function of which only the type is known may do everything.
LifetimeAnalysis::Value
LifetimeAnalysis::evaluateValueCall(const CallExpr *call) {
  evaluate(call->target);
  const Type *type = call->target->type;
  llvm::SmallVector<Value, 8> args;
  llvm::SmallVector<bool> hasCells;
  for (auto [arg, given] : llvm::zip(call->args, type->params)) {
    const Type *param = given->isInOut() ? given->element : given;
    Value value = evaluate(arg);
    args.push_back(arg->type ? convert(value, arg->type, param) : value);
    hasCells.push_back(traits.hasCells(param));
  }
  return apply(getWorstSummary(hasCells, traits.hasCells(call->type)), call,
               args);
}

/// What built-in functions return is memory of the turn or of an argument.
LifetimeAnalysis::Value
LifetimeAnalysis::evaluateBuiltin(const CallExpr *call) {
  Value result = {staticNode, none}, value = result;
  for (const Expr *arg : call->args) {
    value = evaluate(arg);
    result.flat = join(result.flat, value.flat);
    result.flat = join(result.flat, value.cells);
  }
  if (!traits.hasReferences(call->type))
    return {staticNode, none};
  if (!call->builtin || !call->builtin->module.empty() ||
      call->builtin->name != "slice")
    return {join(result.flat, turnNode), none};
  // slice(n, value): new memory that holds copies of the value.
  result = {call->regionVar ? getVariable(call->regionVar).flat : turnNode,
            none};
  const Type *element = call->type->element;
  if (!traits.hasReferences(element))
    return result;
  value = convert(value, call->args[1]->type, element);
  result.cells = graph.make();
  addSite(value.flat, result.cells, call->args[1]->range);
  graph.flow(value.flat, result.cells);
  result.cells = unify(result.cells, value.cells);
  return result;
}

LifetimeAnalysis::Value LifetimeAnalysis::apply(const LifetimeSummary &summary,
                                                const CallExpr *call,
                                                llvm::ArrayRef<Value> args) {
  // Classes of the callee merge cells of the arguments.
  llvm::SmallVector<Node, 4> classes(summary.classes.size(), none);
  for (auto [arg, number] : llvm::zip(args, summary.classOf))
    if (number != LifetimeSummary::none)
      classes[number] = unify(classes[number], arg.cells);
  if (summary.resultClass != LifetimeSummary::none &&
      classes[summary.resultClass] == none)
    classes[summary.resultClass] = graph.make();

  auto flowInto = [&](const Lifetime &lifetime, Node target, bool isStored) {
    if (target == none || target == staticNode)
      return;
    if (lifetime.depth >= Lifetime::Turn)
      graph.flow(turnNode, target);
    for (auto [i, arg] : llvm::enumerate(args))
      for (bool isCells : {false, true}) {
        Node source = isCells ? arg.cells : arg.flat;
        if (!(lifetime.params & Lifetime::getBit(i, isCells)) ||
            source == none || source == staticNode)
          continue;
        graph.flow(source, target);
        if (isStored)
          addSite(source, target, call->args[i]->range);
      }
  };
  for (auto [lifetime, node] : llvm::zip(summary.classes, classes))
    flowInto(lifetime, node, /*isStored=*/true);
  for (auto [i, arg] : llvm::enumerate(args))
    if (i < summary.stored.size() && call->args[i]->isVarArg)
      flowInto(summary.stored[i], arg.flat, /*isStored=*/true);
  Value result = {staticNode, none};
  if (!traits.hasReferences(call->type))
    return result;
  result.flat = graph.make();
  flowInto(summary.result, result.flat, /*isStored=*/false);
  if (summary.resultClass != LifetimeSummary::none)
    result.cells = classes[summary.resultClass];
  return result;
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void LifetimeAnalysis::visit(const Block &block) {
  for (const Stmt *stmt : block.statements)
    visit(*stmt);
}

void LifetimeAnalysis::visit(const Stmt &stmt) {
  switch (stmt.kind) {
  case Stmt::Block:
    return visit(cast<Block>(stmt));
  case Stmt::Decl: {
    const VarDecl *var = cast<DeclStmt>(stmt).var;
    return assign(getVariable(var), var->type, var->init);
  }
  case Stmt::Assign: {
    const auto &assignment = cast<AssignStmt>(stmt);
    Value place = evaluate(assignment.place);
    return assign(place, assignment.place->type, assignment.value);
  }
  case Stmt::Set:
    return assign(getVariable(cast<SetStmt>(stmt).var),
                  cast<SetStmt>(stmt).var->type, cast<SetStmt>(stmt).value);
  case Stmt::If: {
    const auto *branch = &cast<IfStmt>(stmt);
    while (true) {
      evaluate(branch->condition);
      visit(*branch->thenBlock);
      if (!branch->elseStmt)
        return;
      const auto *next = dyn_cast<IfStmt>(branch->elseStmt);
      if (!next)
        return visit(*branch->elseStmt);
      branch = next;
    }
  }
  case Stmt::While:
    evaluate(cast<WhileStmt>(stmt).condition);
    return visit(*cast<WhileStmt>(stmt).body);
  case Stmt::Loop:
    return visit(*cast<LoopStmt>(stmt).body);
  case Stmt::ForRange:
    evaluate(cast<ForRangeStmt>(stmt).low);
    evaluate(cast<ForRangeStmt>(stmt).high);
    return visit(*cast<ForRangeStmt>(stmt).body);
  case Stmt::ForEach:
    return visitForEach(cast<ForEachStmt>(stmt));
  case Stmt::Defer:
    return visit(*cast<DeferStmt>(stmt).body);
  case Stmt::Region: {
    const auto &region = cast<RegionStmt>(stmt);
    evaluate(region.size);
    graph.addLifetime(getVariable(region.var).flat, {region.var->depth, 0});
    return visit(*region.body);
  }
  case Stmt::Every:
    return visit(*cast<EveryStmt>(stmt).body);
  case Stmt::When:
    for (const VarDecl *param : cast<WhenStmt>(stmt).params)
      assign(getVariable(param), {turnNode, none}, param->name);
    return visit(*cast<WhenStmt>(stmt).body);
  case Stmt::Message: {
    const auto &message = cast<MessageStmt>(stmt);
    for (const Expr *arg : message.args)
      evaluate(arg);
    // What a message brings lives until the turn ends.
    if (message.var)
      assign(getVariable(message.var), {turnNode, none}, message.name);
    if (message.onFailure)
      visit(*message.onFailure);
    return;
  }
  case Stmt::Wait:
    if (const Expr *condition = cast<WaitStmt>(stmt).condition)
      evaluate(condition);
    return;
  case Stmt::Return:
    if (const Expr *value = cast<ReturnStmt>(stmt).value)
      assign(result, resultType ? resultType : value->type, value);
    return;
  case Stmt::Expression:
    evaluate(cast<ExprStmt>(stmt).expr);
    return;
  case Stmt::Trap:
    evaluate(cast<TrapStmt>(stmt).message);
    return;
  case Stmt::Expect:
    evaluate(cast<ExpectStmt>(stmt).condition);
    return;
  case Stmt::DeclTuple: {
    const auto &decl = cast<DeclTupleStmt>(stmt);
    Value value = evaluate(decl.init);
    for (const VarDecl *var : decl.vars)
      assign(getVariable(var), narrow(value, var->type), decl.init->range);
    return;
  }
  case Stmt::Match:
    return visitMatch(cast<MatchStmt>(stmt));
  case Stmt::Break:
  case Stmt::Continue:
  case Stmt::Yield:
  case Stmt::Read:
    return;
  }
}

/// What a pattern binds is a copy of a part of the subject.
void LifetimeAnalysis::visitMatch(const MatchStmt &match) {
  Value subject = evaluate(match.subject);
  for (const MatchArm &arm : match.arms) {
    for (const Pattern &pattern : arm.patterns)
      for (const VarDecl *var : pattern.bindings)
        assign(getVariable(var), narrow(subject, var->type),
               match.subject->range);
    visit(*arm.body);
  }
  if (match.elseBlock)
    visit(*match.elseBlock);
}

/// The loop variable is a copy of an element.
void LifetimeAnalysis::visitForEach(const ForEachStmt &loop) {
  Value value = evaluate(loop.sequence);
  // The sequence lives through all rounds, its variable through one.
  if (value.cells != none)
    graph.limit(value.cells, loop.var->depth, loop.var);
  assign(getVariable(loop.var),
         getElement(value, loop.sequence->type, loop.var->type),
         loop.sequence->range);
  visit(*loop.body);
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

void LifetimeAnalysis::run(const Block &body,
                           llvm::ArrayRef<VarDecl *> theParams,
                           const Type *theResultType) {
  params = theParams;
  resultType = theResultType;
  for (auto [i, param] : llvm::enumerate(params)) {
    Value value = getVariable(param);
    if (value.flat != staticNode)
      graph.addLifetime(value.flat, {0, Lifetime::getBit(i, false)});
    if (value.cells != none)
      graph.addLifetime(value.cells, {0, Lifetime::getBit(i, true)});
  }
  if (resultType)
    result = makeValue(resultType, Lifetime::Turn, nullptr);
  visit(body);
  graph.solve();
}

/// For the caller all that lives as long as the turn is equal.
LifetimeSummary LifetimeAnalysis::summarize() {
  LifetimeSummary summary;
  llvm::SmallDenseMap<Node, int> numbers;
  auto getClass = [&](Node cells) -> int {
    if (cells == none)
      return LifetimeSummary::none;
    auto [it, isNew] =
        numbers.try_emplace(graph.find(cells), int(summary.classes.size()));
    if (isNew)
      summary.classes.push_back(clamp(graph.getLifetime(cells)));
    return it->second;
  };
  for (const VarDecl *param : params) {
    Value value = getVariable(param);
    summary.classOf.push_back(getClass(value.cells));
    summary.stored.push_back(
        param->isVarParam ? clamp(graph.getLifetime(value.flat)) : Lifetime());
  }
  summary.result = clamp(graph.getLifetime(result.flat));
  summary.resultClass = getClass(result.cells);
  return summary;
}

/// Shorter lifetimes than that of the turn are errors of the function itself.
Lifetime LifetimeAnalysis::clamp(Lifetime lifetime) {
  lifetime.depth = std::min<unsigned>(lifetime.depth, Lifetime::Turn);
  return lifetime;
}

void LifetimeAnalysis::report(DiagnosticEngine &diags) {
  const char *last = nullptr;
  for (const Site &site : sites) {
    // Within one node nothing is stored, and what is wrong with the source
    // itself is the fault of other sites.
    unsigned depth = std::min(graph.getLifetime(site.source).depth,
                              graph.getLimit(site.source));
    if (graph.find(site.source) == graph.find(site.target) ||
        depth <= graph.getLimit(site.target) || site.range.data() == last)
      continue;
    last = site.range.data(); // a value may break the rule in two ways
    const VarDecl *holder = graph.getHolder(site.target);
    if (!holder)
      diags.report(site.range, diag::return_escape)
          .note("copy the elements into a slice made by 'slice(n, value)', or "
                "take the memory as a '[var T]' parameter");
    else if (holder->kind == VarDecl::State)
      diags.report(site.range, diag::state_escape, holder->name)
          .note("memory of a block is gone when the turn ends; copy it into "
                "a slice made by 'slice(n, value)'");
    else
      diags.report(site.range, diag::slice_escape, holder->name)
          .note(DiagnosticEngine::rangeOf(holder->name),
                holder->kind == VarDecl::Param
                    ? "the caller keeps what is stored in the parameter"
                    : "the variable is declared here, in an outer block");
  }
  if (last)
    return;
  // Whatever breaks the rule was stored at a site; should one be missing, the
  // rule still holds.
  for (const VarDecl *var : order)
    for (Node node : {variables[var].flat, variables[var].cells})
      if (node != none &&
          graph.getLifetime(node).depth > graph.getLimit(node)) {
        diags.report(var->name, diag::slice_escape, var->name);
        return;
      }
}
