//===- ASTPrinter.cpp - the syntax tree as text ---------------------------===//
//
// Tests and people want to see what the parser understood, so the tree is
// printed without addresses and places: two documents that mean the same print
// the same.  The depth of trees is limited by the parser.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/StepNodes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace flux;
using llvm::cast;
using llvm::StringRef;

namespace {

class Printer {
public:
  explicit Printer(llvm::raw_ostream &os) : os(os) {}
  void print(const Module &module);

private:
  llvm::raw_ostream &line() { return os.indent(2 * depth); }
  void printType(const TypeExpr *type);
  void printUses(EffectSet effects) {
    os << " uses " << (effects ? getEffectNames(effects) : "none");
  }
  void printTypes(StringRef open, llvm::ArrayRef<TypeExpr *> types,
                  StringRef close);
  void printTypeSuffix(const TypeExpr *type);
  void printTypeParams(const Generics &generics);
  void printString(StringRef text);
  void print(const StructDecl &decl);
  void print(const EnumDecl &decl);
  void print(const ConstDecl &decl);
  void print(const FunctionDecl &decl);
  void print(const AgentDecl &agent);
  void print(const Block &block);
  void print(const Stmt &stmt);
  void print(const Expr *expr);
  void print(const MessageStmt &stmt);
  void printNested(const Expr *expr);
  void printNested(const Block &block);
  void printLabelled(StringRef label, const Expr *expr);
  void printIf(const IfStmt *stmt);
  void printMatch(const MatchStmt &match);

  llvm::raw_ostream &os;
  unsigned depth = 0;
};

} // namespace

//===----------------------------------------------------------------------===//
// Types and names
//===----------------------------------------------------------------------===//

/// A type as written; inside of types only counts can be expressions, and they
/// print as written too.
void Printer::printType(const TypeExpr *type) {
  if (type->kind == TypeExpr::Named) {
    if (!type->module.empty())
      os << type->module << '.';
    os << type->name;
    printTypes("<", type->args, ">");
    return;
  }
  if (type->kind == TypeExpr::Func) {
    os << "func(";
    llvm::ListSeparator comma;
    for (const TypeExpr *param : type->args) {
      os << comma << (param->isVarParam ? "var " : "");
      printType(param);
    }
    os << ')';
    if (type->element) {
      bool isFunc = type->element->kind == TypeExpr::Func;
      os << (isFunc ? " -> (" : " -> ");
      printType(type->element);
      os << (isFunc ? ")" : "");
    }
    if (type->statesEffects)
      printUses(type->effects);
    return;
  }
  if (type->kind == TypeExpr::Tuple)
    return printTypes("(", type->args, ")");
  if (type->kind == TypeExpr::Result) {
    if (type->element) {
      printType(type->element);
      os << ' ';
    }
    os << "! ";
    return printType(type->error);
  }
  if (!type->element) {
    os << "<error>";
    return;
  }
  os << (type->isWritable ? "[var " : "[");
  printType(type->element);
  if (type->kind == TypeExpr::Array)
    os << "; " << type->count->range;
  for (const Expr *count : type->moreCounts)
    os << ", " << count->range;
  os << ']';
}

/// Types between brackets; nothing if there are none.
void Printer::printTypes(StringRef open, llvm::ArrayRef<TypeExpr *> types,
                         StringRef close) {
  if (types.empty())
    return;
  os << open;
  llvm::ListSeparator comma;
  for (const TypeExpr *type : types) {
    os << comma;
    printType(type);
  }
  os << close;
}

void Printer::printTypeParams(const Generics &generics) {
  if (!generics.isGeneric())
    return;
  os << '<';
  llvm::ListSeparator comma;
  for (const TypeParamDecl *param : generics.params) {
    os << comma << param->name;
    llvm::ListSeparator separator(" + ");
    if (!param->constraints.empty())
      os << ": ";
    for (StringRef constraint : param->constraints)
      os << separator << constraint;
  }
  os << '>';
}

void Printer::printTypeSuffix(const TypeExpr *type) {
  if (!type)
    return;
  os << ": ";
  printType(type);
}

void Printer::printString(StringRef text) {
  os << '"';
  os.write_escaped(text);
  os << '"';
}

void Printer::printNested(const Expr *expr) {
  ++depth;
  print(expr);
  --depth;
}

void Printer::printNested(const Block &block) {
  ++depth;
  print(block);
  --depth;
}

void Printer::printLabelled(StringRef label, const Expr *expr) {
  ++depth;
  line() << label << '\n';
  printNested(expr);
  --depth;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// " (time)" for the unit of a quantity.
static std::string getDimensionName(const Unit *unit) {
  return unit ? (" (" + getInfo(unit->dimension).name + ")").str() : "";
}

void Printer::print(const Expr *expr) {
  line() << (expr->isVarArg ? "Var " : "");
  switch (expr->kind) {
  case Expr::IntLiteral: {
    const auto *e = cast<IntLiteralExpr>(expr);
    os << "IntLiteral " << e->value << e->suffix << getDimensionName(e->unit)
       << '\n';
    return;
  }
  case Expr::FloatLiteral: {
    const auto *e = cast<FloatLiteralExpr>(expr);
    os << "FloatLiteral " << llvm::format("%.17g", e->value) << e->suffix
       << getDimensionName(e->unit) << '\n';
    return;
  }
  case Expr::BoolLiteral:
    os << "BoolLiteral "
       << (cast<BoolLiteralExpr>(expr)->value ? "true" : "false") << '\n';
    return;
  case Expr::StrLiteral:
    os << "StrLiteral ";
    printString(cast<StrLiteralExpr>(expr)->value);
    os << '\n';
    return;
  case Expr::Name:
    os << "Name " << expr->range;
    printTypes("<", cast<NameExpr>(expr)->typeArgs, ">");
    os << '\n';
    return;
  case Expr::Unary: {
    const auto *e = cast<UnaryExpr>(expr);
    os << "Unary "
       << (e->op == UnaryOp::Neg      ? "-"
           : e->op == UnaryOp::BitNot ? "~"
                                      : "not")
       << '\n';
    return printNested(e->operand);
  }
  case Expr::Binary: {
    const auto *e = cast<BinaryExpr>(expr);
    os << "Binary " << getSpelling(e->op) << '\n';
    printNested(e->lhs);
    return printNested(e->rhs);
  }
  case Expr::Call: {
    const auto *e = cast<CallExpr>(expr);
    os << "Call ";
    if (!e->module.empty())
      os << e->module << '.';
    if (e->isNamed) {
      os << e->name;
      printTypes("<", e->typeArgs, ">");
      if (!e->region.empty())
        os << " in " << e->region;
      os << '\n';
    } else {
      os << "of\n";
      printNested(e->target);
    }
    for (const Expr *arg : e->args)
      printNested(arg);
    return;
  }
  case Expr::StructLiteral: {
    const auto *e = cast<StructLiteralExpr>(expr);
    os << "StructLiteral ";
    if (!e->module.empty())
      os << e->module << '.';
    os << e->name;
    printTypes("<", e->typeArgs, ">");
    os << '\n';
    for (const FieldInit &field : e->fields)
      printLabelled(field.name, field.value);
    return;
  }
  case Expr::Convert: {
    const auto *e = cast<ConvertExpr>(expr);
    os << "Convert " << e->typeName
       << (e->mode == ConvertMode::Checked    ? ""
           : e->mode == ConvertMode::Wrapping ? "%"
           : e->mode == ConvertMode::Optional ? "?"
                                              : "|")
       << '\n';
    return printNested(e->operand);
  }
  case Expr::Index: {
    const auto *e = cast<IndexExpr>(expr);
    os << (e->isRow ? "Row\n" : "Index\n");
    printNested(e->base);
    return printNested(e->index);
  }
  case Expr::SliceRange: {
    const auto *e = cast<SliceRangeExpr>(expr);
    os << "SliceRange\n";
    printNested(e->base);
    if (e->low)
      printLabelled("from", e->low);
    if (e->high)
      printLabelled("to", e->high);
    for (const Expr *size : e->sizes)
      printLabelled("size", size);
    return;
  }
  case Expr::Member: {
    const auto *e = cast<MemberExpr>(expr);
    os << "Member " << e->name << '\n';
    return printNested(e->base);
  }
  case Expr::ArrayLiteral:
    os << "ArrayLiteral\n";
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      printNested(element);
    return;
  case Expr::ArrayFill: {
    const auto *e = cast<ArrayFillExpr>(expr);
    os << "ArrayFill\n";
    printNested(e->value);
    return printLabelled("count", e->count);
  }
  case Expr::Try:
    os << "Try\n";
    return printNested(cast<TryExpr>(expr)->operand);
  case Expr::Tuple:
    os << "Tuple\n";
    for (const Expr *element : cast<TupleExpr>(expr)->elements)
      printNested(element);
    return;
  case Expr::InUnit:
    os << "InUnit " << cast<InUnitExpr>(expr)->unit->getName() << '\n';
    return printNested(cast<InUnitExpr>(expr)->operand);
  case Expr::Invalid:
    os << "Invalid\n";
    return;
  }
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void Printer::print(const Block &block) {
  for (const Stmt *stmt : block.statements)
    print(*stmt);
}

/// Prints a chain of `elif` flat, as it is written.
void Printer::printIf(const IfStmt *stmt) {
  line() << "If\n";
  while (true) {
    printNested(stmt->condition);
    line() << "Then\n";
    printNested(*stmt->thenBlock);
    if (!stmt->elseStmt)
      return;
    const auto *next = llvm::dyn_cast<IfStmt>(stmt->elseStmt);
    if (!next) {
      line() << "Else\n";
      return printNested(*cast<Block>(stmt->elseStmt));
    }
    line() << "Elif\n";
    stmt = next;
  }
}

void Printer::printMatch(const MatchStmt &match) {
  printNested(match.subject);
  for (const MatchArm &arm : match.arms) {
    line() << "Arm";
    llvm::ListSeparator bar(" |");
    for (const Pattern &pattern : arm.patterns)
      os << bar << ' ' << pattern.range;
    os << '\n';
    printNested(*arm.body);
  }
  if (!match.elseBlock)
    return;
  line() << "Else\n";
  printNested(*match.elseBlock);
}

void Printer::print(const Stmt &stmt) {
  if (stmt.kind == Stmt::If)
    return printIf(cast<IfStmt>(&stmt));
  line();
  switch (stmt.kind) {
  case Stmt::Block:
    os << "Block\n";
    return printNested(*cast<Block>(&stmt));
  case Stmt::Decl: {
    const VarDecl &var = *cast<DeclStmt>(&stmt)->var;
    os << (var.kind == VarDecl::Var ? "Var " : "Let ") << var.name;
    printTypeSuffix(var.typeExpr);
    os << '\n';
    return printNested(var.init);
  }
  case Stmt::DeclTuple: {
    os << "Let ";
    llvm::ListSeparator comma;
    for (const VarDecl *var : cast<DeclTupleStmt>(&stmt)->vars)
      os << comma << var->name;
    os << '\n';
    return printNested(cast<DeclTupleStmt>(&stmt)->init);
  }
  case Stmt::Match:
    os << "Match\n";
    return printMatch(*cast<MatchStmt>(&stmt));
  case Stmt::Assign: {
    const auto *s = cast<AssignStmt>(&stmt);
    os << "Assign " << (s->op ? getSpelling(*s->op) : "") << "=\n";
    printNested(s->place);
    return printNested(s->value);
  }
  case Stmt::Expression:
    os << "Expression\n";
    return printNested(cast<ExprStmt>(&stmt)->expr);
  case Stmt::If:
    break;
  case Stmt::While: {
    const auto *s = cast<WhileStmt>(&stmt);
    os << "While\n";
    printNested(s->condition);
    line() << "Do\n";
    return printNested(*s->body);
  }
  case Stmt::Loop:
    os << "Loop\n";
    return printNested(*cast<LoopStmt>(&stmt)->body);
  case Stmt::ForRange: {
    const auto *s = cast<ForRangeStmt>(&stmt);
    os << "ForRange " << s->var->name << (s->inclusive ? " inclusive\n" : "\n");
    if (s->low)
      printLabelled("from", s->low);
    printLabelled("to", s->high);
    line() << "Do\n";
    return printNested(*s->body);
  }
  case Stmt::ForEach: {
    const auto *s = cast<ForEachStmt>(&stmt);
    os << "ForEach ";
    if (s->index)
      os << s->index->name << ", ";
    os << s->var->name << '\n';
    printNested(s->sequence);
    line() << "Do\n";
    return printNested(*s->body);
  }
  case Stmt::Break:
    os << "Break\n";
    return;
  case Stmt::Continue:
    os << "Continue\n";
    return;
  case Stmt::Return:
    os << "Return\n";
    if (const Expr *value = cast<ReturnStmt>(&stmt)->value)
      printNested(value);
    return;
  case Stmt::Trap:
    os << "Trap\n";
    return printNested(cast<TrapStmt>(&stmt)->message);
  case Stmt::Defer:
    os << "Defer\n";
    return printNested(*cast<DeferStmt>(&stmt)->body);
  case Stmt::Region: {
    const auto *s = cast<RegionStmt>(&stmt);
    os << "Region " << s->var->name << '\n';
    printNested(s->size);
    line() << "Do\n";
    return printNested(*s->body);
  }
  case Stmt::Set:
    os << "Set " << cast<SetStmt>(&stmt)->name << '\n';
    return printNested(cast<SetStmt>(&stmt)->value);
  case Stmt::Every:
    os << "Every " << cast<EveryStmt>(&stmt)->nanoseconds << "ns\n";
    return printNested(*cast<EveryStmt>(&stmt)->body);
  case Stmt::Yield:
    os << "Yield\n";
    return;
  case Stmt::Read: {
    const auto *s = cast<ReadStmt>(&stmt);
    os << "Read " << s->quantity->name << " from " << s->bus->name << ' '
       << s->address << " driver " << s->driver->name << " as " << s->name
       << '\n';
    return;
  }
  case Stmt::Message:
    return print(*cast<MessageStmt>(&stmt));
  case Stmt::When: {
    const auto *s = cast<WhenStmt>(&stmt);
    os << "When " << (s->isTopic ? "topic " : "") << s->event << '(';
    llvm::ListSeparator comma;
    for (const VarDecl *param : s->params) {
      os << comma << param->name;
      if (param->type)
        os << ": " << param->type->str();
    }
    os << ')';
    if (!s->agent.empty())
      os << " from " << s->agent;
    os << '\n';
    return printNested(*s->body);
  }
  case Stmt::Wait: {
    const auto *s = cast<WaitStmt>(&stmt);
    os << "Wait\n";
    if (s->condition)
      printLabelled("until", s->condition);
    if (s->time)
      printLabelled("for", s->time);
    return;
  }
  case Stmt::Expect:
    os << "Expect\n";
    return printNested(cast<ExpectStmt>(&stmt)->condition);
  }
}

void Printer::print(const MessageStmt &stmt) {
  os << getInfo(stmt.verb).name;
  for (llvm::StringRef agent : stmt.agents)
    os << ' ' << agent;
  if (!stmt.what.empty())
    os << ": " << stmt.what;
  if (!stmt.resource.empty())
    os << " on " << stmt.resource;
  if (!stmt.name.empty())
    os << " as " << stmt.name;
  if (stmt.timeNs)
    os << " within " << stmt.timeNs << "ns";
  os << '\n';
  for (const Expr *arg : stmt.args)
    printNested(arg);
  if (stmt.onFailure) {
    line() << "Failure\n";
    printNested(*stmt.onFailure);
  }
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Printer::print(const StructDecl &decl) {
  line() << (decl.isLinear ? "LinearStruct " : "Struct ") << decl.name;
  printTypeParams(decl.generics);
  os << '\n';
  ++depth;
  for (const FieldDecl &field : decl.fields) {
    line() << "Field " << field.name;
    printTypeSuffix(field.typeExpr);
    os << '\n';
  }
  --depth;
}

void Printer::print(const EnumDecl &decl) {
  line() << "Enum " << decl.name;
  printTypeParams(decl.generics);
  os << '\n';
  ++depth;
  for (const VariantDecl &variant : decl.variants) {
    line() << "Variant " << variant.name << '\n';
    ++depth;
    for (const FieldDecl &field : variant.fields) {
      line() << "Field " << field.name;
      printTypeSuffix(field.typeExpr);
      os << '\n';
    }
    --depth;
  }
  --depth;
}

void Printer::print(const ConstDecl &decl) {
  line() << "Const " << decl.name;
  printTypeSuffix(decl.typeExpr);
  os << '\n';
  printNested(decl.init);
}

void Printer::print(const FunctionDecl &decl) {
  if (decl.testNumber) {
    line() << "Test " << decl.testNumber << '\n';
    return printNested(*decl.body);
  }
  line() << (decl.isTile ? "Tile " : "Function ") << decl.name;
  printTypeParams(decl.generics);
  os << '(';
  llvm::ListSeparator comma;
  for (const VarDecl *param : decl.params) {
    os << comma << (param->isVarParam ? "var " : "") << param->name;
    printTypeSuffix(param->typeExpr);
  }
  os << ')';
  if (decl.resultExpr) {
    os << " -> ";
    printType(decl.resultExpr);
  }
  if (decl.statesEffects)
    printUses(decl.statedEffects);
  os << '\n';
  printNested(*decl.body);
}

void Printer::print(const AgentDecl &agent) {
  line() << "Agent '" << agent.name << "'\n";
  ++depth;
  if (agent.hasCapabilities) {
    line() << "Capabilities";
    for (size_t i = 0; i != capabilityNames.size(); ++i)
      if (agent.capabilities >> i & 1)
        os << ' ' << capabilityNames[i];
    os << '\n';
  }
  if (agent.heartbeatNs)
    line() << "Heartbeat " << agent.heartbeatNs << "ns\n";
  line() << "Period " << agent.periodNs << "ns\n";
  if (agent.stateBytes != AgentDecl().stateBytes)
    line() << "State " << agent.stateBytes << " bytes\n";
  if (agent.init) {
    line() << "Init\n";
    printNested(*agent.init);
  }
  if (agent.loop) {
    line() << "Loop\n";
    printNested(*agent.loop);
  }
  --depth;
}

void Printer::print(const Module &module) {
  os << "Module '" << module.title << "'\n";
  ++depth;
  const CompileSettings &compile = module.compile;
  if (!compile.target.empty())
    line() << "Target '" << compile.target << "'\n";
  if (!compile.optimize.empty())
    line() << "Optimize '" << compile.optimize << "'\n";
  if (!compile.board.empty())
    line() << "Board '" << compile.board << "'\n";
  if (!compile.cpu.empty())
    line() << "CPU '" << compile.cpu << "'\n";
  if (!compile.features.empty())
    line() << "Features '" << compile.features << "'\n";
  for (const ImportDecl *decl : module.imports) {
    line() << "Import " << decl->name << " '" << decl->path << "'\n";
    ++depth;
    for (StringRef name : decl->names)
      line() << "Name " << name << '\n';
    if (!decl->hash.empty())
      line() << "Hash " << decl->hash << '\n';
    --depth;
  }
  for (StringRef name : module.exports)
    line() << "Export " << name << '\n';
  for (const SettingDecl *setting : module.settings) {
    line() << "Setting " << setting->name << '\n';
    if (setting->init)
      printNested(setting->init);
  }
  for (const PhraseDecl &phrase : module.vocabulary)
    line() << "Phrase '" << phrase.range << "': " << phrase.call << '\n';
  for (const PolicyRule &rule : module.policy)
    line() << "Policy '" << rule.range << "'\n";
  if (const SuperviseDecl *supervise = module.supervise)
    line() << "Supervise " << supervise->strategy << ' '
           << supervise->maxRestarts << " in " << supervise->withinNs
           << "ns, backoff " << supervise->backoffNs << "ns, "
           << supervise->escalate << '\n';
  for (const StructDecl *decl : module.structs)
    print(*decl);
  for (const EnumDecl *decl : module.enums)
    print(*decl);
  for (const ConstDecl *decl : module.constants)
    print(*decl);
  for (const RegionDecl *decl : module.regions)
    line() << "Region " << decl->name << ' ' << decl->size << " bytes\n";
  for (const FunctionDecl *decl : module.functions)
    print(*decl);
  if (module.agent)
    print(*module.agent);
  --depth;
}

void flux::printAST(const Module &module, llvm::raw_ostream &os) {
  Printer(os).print(module);
}
