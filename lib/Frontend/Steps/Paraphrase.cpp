//===- Paraphrase.cpp - the document read back in English -----------------===//
//
// `--emit=paraphrase` says what the compiler understood: one line a step, with
// what each name is, so that a reader can compare it with what was meant.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Paraphrase.h"

#include "flux/Frontend/Builtins.h"
#include "flux/Frontend/StepNodes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

namespace {

class Paraphraser {
public:
  Paraphraser(const Module &module, llvm::raw_ostream &os)
      : module(module), os(os) {}
  void run();
  std::vector<StepParaphrase> readSteps();

private:
  void printSettings();
  void printSection(StringRef title, const Block &steps);
  void printSteps(const Block &steps, unsigned depth);
  void printStep(const Stmt &stmt, unsigned depth);
  void printIf(const IfStmt *stmt, unsigned depth);
  std::string describe(const Stmt &stmt);
  std::string describe(const MessageStmt &stmt);
  std::string say(const Expr *expr);
  std::string sayOperand(const Expr *expr);
  std::string sayCall(StringRef name, llvm::ArrayRef<Expr *> args);
  std::string sayPrint(const CallExpr &call);
  std::string sayName(const NameExpr &name);
  void noteBinding(const VarDecl *var, bool declares);
  /// Ends a line with what its names are.
  void finishLine(const llvm::Twine &text);

  const Module &module;
  llvm::raw_ostream &os;
  std::string place; ///< "Loop step 2.1"
  std::vector<unsigned> numbers;
  StringRef section;
  llvm::DenseMap<const VarDecl *, std::string> origins;
  std::vector<std::string> names; ///< of the line
  const Stmt *current = nullptr;
  std::vector<StepParaphrase> readings;
};

} // namespace

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

/// `1500 ms`: the largest unit in which the time is a whole number.
static std::string sayTime(int64_t nanoseconds) {
  const Unit *best = nullptr;
  for (const Unit &unit : getUnits())
    if (unit.dimension == Dimension::Time &&
        nanoseconds % unit.numerator == 0 &&
        (!best || unit.numerator > best->numerator))
      best = &unit;
  return std::to_string(nanoseconds / best->numerator) + " " +
         best->getName().str();
}

static std::string sayType(const Type *type) {
  if (!type->isQuantity())
    return type->str();
  const Unit *unit = getDisplayUnit(type->dimension);
  return unit ? (type->str() + " in " + unit->getName()).str() : type->str();
}

static std::string quote(StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '\n')
      result += "\\n";
    else if (c == '"' || c == '\\')
      (result += '\\') += c;
    else
      result += c;
  }
  return result + "\"";
}

static std::string sayNumber(double value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (int digits = 1; digits <= 17; ++digits) {
    text.clear();
    os << llvm::format("%.*g", digits, value);
    if (std::strtod(text.c_str(), nullptr) == value)
      break;
  }
  return text;
}

static StringRef sayComparison(BinaryOp op) {
  switch (op) {
  case BinaryOp::Eq:
    return "is";
  case BinaryOp::Ne:
    return "is not";
  case BinaryOp::Lt:
    return "is less than";
  case BinaryOp::Le:
    return "is at most";
  case BinaryOp::Gt:
    return "is greater than";
  case BinaryOp::Ge:
    return "is at least";
  case BinaryOp::LogicalAnd:
    return "and";
  case BinaryOp::LogicalOr:
    return "or";
  default:
    return getSpelling(op);
  }
}

std::string Paraphraser::sayName(const NameExpr &name) {
  std::string full = name.range.str(), what;
  if (const VarDecl *var = name.var) {
    full = var->name.str();
    std::string type = sayType(var->type);
    if (var->setting)
      what = (var->setting->isInferred ? "an inferred setting, "
                                       : "the setting, ") +
             type;
    else if (var->fact)
      what = "the fact '" + var->fact->doc.str() + "', " + type;
    else
      what =
          "the binding " + full + " from " + origins.lookup(var) + ", " + type;
  } else if (name.constant) {
    what = "the constant, " + name.constant->type->str();
  }
  std::string entry = "`" + name.range.str() + "`: " + what;
  if (!what.empty() && !llvm::is_contained(names, entry))
    names.push_back(entry);
  return "`" + full + "`";
}

std::string Paraphraser::sayCall(StringRef name, llvm::ArrayRef<Expr *> args) {
  std::string text = name.str() + "(";
  llvm::ListSeparator comma;
  for (const Expr *arg : args)
    (text += StringRef(comma)) += say(arg);
  return text + ")";
}

/// An operand of another operator: what has operators itself in parentheses.
std::string Paraphraser::sayOperand(const Expr *expr) {
  std::string text = say(expr);
  return llvm::isa<BinaryExpr, InUnitExpr>(expr) ? "(" + text + ")" : text;
}

std::string Paraphraser::say(const Expr *expr) {
  switch (expr->kind) {
  case Expr::Name:
    return sayName(*cast<NameExpr>(expr));
  case Expr::IntLiteral: {
    const auto *literal = cast<IntLiteralExpr>(expr);
    if (literal->unit && literal->unit->dimension == Dimension::Time)
      return sayTime(int64_t(literal->value));
    if (literal->unit)
      return std::to_string(literal->value) + " " +
             getDisplayUnit(literal->unit->dimension)->getName().str();
    return std::to_string(literal->value);
  }
  case Expr::FloatLiteral: {
    const auto *literal = cast<FloatLiteralExpr>(expr);
    std::string text = sayNumber(literal->value);
    if (literal->unit)
      text += " " + getDisplayUnit(literal->unit->dimension)->getName().str();
    return text;
  }
  case Expr::BoolLiteral:
    return cast<BoolLiteralExpr>(expr)->value ? "true" : "false";
  case Expr::StrLiteral:
    return quote(cast<StrLiteralExpr>(expr)->value);
  case Expr::Unary: {
    const auto *unary = cast<UnaryExpr>(expr);
    StringRef word = unary->op == UnaryOp::Not   ? "not "
                     : unary->op == UnaryOp::Neg ? "minus "
                                                 : "~";
    return word.str() + sayOperand(unary->operand);
  }
  case Expr::Binary: {
    // Chains lean left and may be long: no recursion over them.
    llvm::SmallVector<const BinaryExpr *, 8> chain;
    const Expr *first = expr;
    while (const auto *binary = dyn_cast<BinaryExpr>(first)) {
      chain.push_back(binary);
      first = binary->lhs;
    }
    std::string text = sayOperand(first);
    for (size_t i = chain.size(); i-- > 0;) {
      text += " " + sayComparison(chain[i]->op).str() + " " +
              sayOperand(chain[i]->rhs);
      if (i > 0 && chain[i]->op != chain[i - 1]->op)
        text = "(" + text + ")";
    }
    return text;
  }
  case Expr::Call: {
    const auto *call = cast<CallExpr>(expr);
    std::string name = call->name.str();
    if (!call->module.empty())
      name = call->module.str() + "." + name;
    return sayCall(name, call->args);
  }
  case Expr::InUnit: {
    const auto *in = cast<InUnitExpr>(expr);
    return sayOperand(in->operand) + " in " + in->unit->getName().str();
  }
  default:
    return expr->range.str();
  }
}

/// The parts that Write and Log put together.
std::string Paraphraser::sayPrint(const CallExpr &call) {
  std::string text;
  llvm::ListSeparator comma(", then ");
  for (size_t i = 0; i < call.args.size(); ++i) {
    // A quantity is written with its unit, which Sema put behind it.
    const auto *in = dyn_cast<InUnitExpr>(call.args[i]);
    const auto *unit = i + 1 < call.args.size()
                           ? dyn_cast<StrLiteralExpr>(call.args[i + 1])
                           : nullptr;
    bool isAdded = in && in->range == in->operand->range && unit &&
                   unit->range == in->range;
    text += StringRef(comma);
    if (isAdded) {
      text += say(in->operand) + " with its unit" + unit->value.str();
      ++i;
    } else {
      text += say(call.args[i]);
    }
  }
  return call.args.empty() ? "nothing" : text;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

void Paraphraser::finishLine(const llvm::Twine &text) {
  StepParaphrase line{current->range, text.str(), llvm::join(names, "; ")};
  os << line.text;
  if (!names.empty())
    os << " [" << line.names << ']';
  os << '\n';
  names.clear();
  readings.push_back(std::move(line));
}

void Paraphraser::noteBinding(const VarDecl *var, bool declares) {
  if (declares)
    origins[var] = place;
}

std::string Paraphraser::describe(const MessageStmt &stmt) {
  std::string agents;
  for (size_t i = 0; i < stmt.agents.size(); ++i)
    agents += (i == 0                        ? ""
               : i + 1 == stmt.agents.size() ? " and "
                                             : ", ") +
              stmt.agents[i].str();
  std::string time = stmt.timeNs ? sayTime(stmt.timeNs) : "";
  std::string within = time.empty() ? "" : " within " + time;
  std::string on = stmt.resource.empty() ? "" : " on " + stmt.resource.str();
  switch (stmt.verb) {
  case Verb::Tell:
    return "Send the message " + sayCall(stmt.what, stmt.args) + " to agent " +
           agents;
  case Verb::Ask:
    return "Ask agent " + agents + " " + sayCall(stmt.what, stmt.args) +
           ", wait for the answer" + (time.empty() ? " 5 s" : " " + time) +
           " and call it `" + stmt.name.str() + "`";
  case Verb::Delegate:
    return "Hand the task " + sayCall(stmt.what, stmt.args) +
           " over to agent " + agents + within;
  case Verb::Reply:
    return "Answer the message with " + say(stmt.args.front());
  case Verb::Subscribe:
    return "Receive events of the topic " + quote(stmt.what) + " from now on";
  case Verb::Emit: {
    std::string values;
    llvm::ListSeparator comma;
    for (const Expr *arg : stmt.args)
      (values += StringRef(comma)) += say(arg);
    return "Publish an event of the topic " + quote(stmt.what) +
           (values.empty() ? "" : " with " + values);
  }
  case Verb::Barrier:
    return "Wait at the barrier `" + stmt.what.str() + "` until " + agents +
           " are there" + within;
  case Verb::Grant:
    return "Pass the capability " + stmt.what.str() + on + " to agent " +
           agents + (time.empty() ? "" : " for " + time);
  case Verb::Revoke:
    return "Take the capability " + stmt.what.str() + on + " back from agent " +
           agents;
  case Verb::Restart:
    return agents.empty() ? "Start this agent anew"
                          : "Start agent " + agents + " anew";
  default:
    llvm_unreachable("no message");
  }
}

std::string Paraphraser::describe(const Stmt &stmt) {
  switch (stmt.kind) {
  case Stmt::Expression: {
    const auto *call = dyn_cast<CallExpr>(cast<ExprStmt>(stmt).expr);
    if (!call)
      return "Compute " + say(cast<ExprStmt>(stmt).expr);
    if (call->builtin && call->module.empty() &&
        StringRef(call->builtin->name).contains("print"))
      return "Write " + sayPrint(*call) + " and a line end to standard " +
             (call->builtin->name.starts_with("e") ? "error" : "output");
    if (call->builtin && call->builtin->getFullName() == "time.sleep")
      if (const auto *time = dyn_cast<IntLiteralExpr>(call->args.front()))
        return "Wait " + sayTime(int64_t(time->value));
    if (call->builtin && call->builtin->getFullName() == "process.exit")
      return "End the program";
    return "Call the function " + say(call);
  }
  case Stmt::Set: {
    const auto &set = cast<SetStmt>(stmt);
    std::string value = say(set.value);
    bool isState = set.var->kind == VarDecl::State;
    noteBinding(set.var, set.declares);
    if (!set.declares)
      return "Change `" + set.name.str() + "` to " + value;
    return "Call " + value + " `" + set.name.str() + "`, " +
           (isState ? "a part of the agent's state"
                    : "until this list of steps ends") +
           ", " + sayType(set.var->type);
  }
  case Stmt::Read: {
    const auto &read = cast<ReadStmt>(stmt);
    noteBinding(read.var, read.declares);
    return "Read the " + read.quantity->name.str() + " with the driver " +
           read.driver->name.str() + " from " + read.bus->name.str() + " " +
           read.bus->word.str() + " " +
           (read.bus->name == "I2C" ? "0x" + llvm::utohexstr(read.address)
                                    : llvm::utostr(read.address)) +
           " and call it `" + read.name.str() + "`, " + sayType(read.var->type);
  }
  case Stmt::Message: {
    const auto &message = cast<MessageStmt>(stmt);
    std::string text = describe(message);
    if (message.var)
      noteBinding(message.var, message.declares);
    return text;
  }
  case Stmt::Wait: {
    const auto &wait = cast<WaitStmt>(stmt);
    if (!wait.condition)
      return "Wait " + say(wait.time);
    std::string text = "Wait until " + say(wait.condition);
    return wait.time ? text + ", but at most " + say(wait.time) : text;
  }
  case Stmt::Expect:
    return "Fail the test unless " + say(cast<ExpectStmt>(stmt).condition);
  case Stmt::Yield:
    return "End the turn";
  default:
    return stmt.range.str();
  }
}

void Paraphraser::printIf(const IfStmt *stmt, unsigned depth) {
  StringRef word = "If ";
  while (true) {
    current = stmt;
    finishLine(word + say(stmt->condition) + ":");
    printSteps(*stmt->thenBlock, depth + 1);
    if (!stmt->elseStmt)
      return;
    os.indent(2 * depth);
    if (const auto *next = dyn_cast<IfStmt>(stmt->elseStmt)) {
      word = "otherwise, if ";
      stmt = next;
      continue;
    }
    os << "otherwise:\n";
    printSteps(*cast<Block>(stmt->elseStmt), depth + 1);
    return;
  }
}

void Paraphraser::printStep(const Stmt &stmt, unsigned depth) {
  current = &stmt;
  switch (stmt.kind) {
  case Stmt::If:
    return printIf(cast<IfStmt>(&stmt), depth);
  case Stmt::ForRange: {
    const auto &repeat = cast<ForRangeStmt>(stmt);
    finishLine("Do this " + say(repeat.high) + " times:");
    return printSteps(*repeat.body, depth + 1);
  }
  case Stmt::Every: {
    const auto &every = cast<EveryStmt>(stmt);
    finishLine("At the first turn, and then once every " +
               sayTime(every.nanoseconds) + ":");
    return printSteps(*every.body, depth + 1);
  }
  case Stmt::When: {
    const auto &when = cast<WhenStmt>(stmt);
    std::string params;
    llvm::ListSeparator comma;
    for (const VarDecl *param : when.params) {
      (params += StringRef(comma)) +=
          "`" + param->name.str() + "`: " + sayType(param->type);
      origins[param] = place;
    }
    finishLine(
        (when.isTopic ? "If an event of the topic " + quote(when.event)
                      : "If a message " + when.event.str()) +
        "(" + params + ") " +
        (when.agent.empty() ? "" : "from agent " + when.agent.str() + " ") +
        "waits, take it:");
    return printSteps(*when.body, depth + 1);
  }
  default:
    finishLine(describe(stmt) + ".");
  }
  const auto *message = dyn_cast<MessageStmt>(&stmt);
  if (!message || getInfo(message->verb).nested != Nested::Failure)
    return;
  os.indent(2 * depth);
  if (!message->onFailure)
    return finishLine("if that fails, the agent traps.");
  os << "if that fails:\n";
  printSteps(*message->onFailure, depth + 1);
}

void Paraphraser::printSteps(const Block &steps, unsigned depth) {
  numbers.push_back(0);
  for (const Stmt *stmt : steps.statements) {
    ++numbers.back();
    std::string number;
    for (unsigned n : numbers)
      number += (number.empty() ? "" : ".") + std::to_string(n);
    place = section.str() + " step " + number;
    os.indent(2 * (depth - 1)) << number << ". ";
    printStep(*stmt, depth);
  }
  numbers.pop_back();
}

void Paraphraser::printSection(StringRef title, const Block &steps) {
  section = title;
  numbers.clear();
  printSteps(steps, 1);
}

//===----------------------------------------------------------------------===//
// The document
//===----------------------------------------------------------------------===//

void Paraphraser::printSettings() {
  if (module.settings.empty())
    return;
  os << "\nThe deployment gives:\n";
  for (const SettingDecl *setting : module.settings) {
    os << "- `" << setting->name << "`, " << sayType(setting->var->type);
    if (setting->isInferred)
      os << ", which no document declares";
    if (setting->value.kind != ConstValue::None) {
      os << "; without it ";
      if (setting->init)
        os << say(setting->init);
      else
        os << "what the command line says";
    }
    if (!setting->rangeText.empty())
      os << "; it lies in " << setting->rangeText;
    if (!setting->doc.empty())
      os << " (" << setting->doc << ')';
    os << '\n';
    names.clear();
  }
}

void Paraphraser::run() {
  os << module.title << '\n';
  const AgentDecl *agent = module.agent;
  if (agent) {
    os << "\nThis is the agent "
       << (agent->name.empty() ? StringRef("without a name") : agent->name);
    if (agent->hasCapabilities) {
      os << ". It may use ";
      llvm::ListSeparator comma;
      for (size_t i = 0; i != capabilityNames.size(); ++i)
        if (agent->capabilities >> i & 1)
          os << comma << capabilityNames[i];
    }
    if (agent->heartbeatNs)
      os << ". It reports every " << sayTime(agent->heartbeatNs);
    os << ".\n";
  }
  printSettings();
  if (agent && agent->init) {
    os << "\nAt the start:\n";
    printSection("Init", *agent->init);
  }
  if (agent && agent->loop) {
    os << "\nTurn after turn, one every " << sayTime(agent->periodNs)
       << " or when a timer or a message is due:\n";
    printSection("Loop", *agent->loop);
  }
  for (const FunctionDecl *function : module.functions) {
    if (function == module.functions.front())
      os << "\nFunctions:\n";
    os << "- " << function->range << '\n';
  }
}

std::vector<StepParaphrase> Paraphraser::readSteps() {
  if (const AgentDecl *agent = module.agent) {
    if (agent->init)
      printSection("Init", *agent->init);
    if (agent->loop)
      printSection("Loop", *agent->loop);
  }
  for (const TestDecl &test : module.tests)
    if (test.function && !test.fence)
      printSection("Test", *test.function->body);
  return std::move(readings);
}

std::vector<StepParaphrase> flux::paraphraseSteps(const Module &module) {
  llvm::raw_null_ostream none;
  return Paraphraser(module, none).readSteps();
}

void flux::printParaphrase(const Module &module, llvm::raw_ostream &os) {
  Paraphraser(module, os).run();
}

void flux::printSettingsSection(const Module &module, llvm::raw_ostream &os) {
  os << "## Settings\n\n"
     << "| name | type | unit | default | range | description |\n"
     << "|---|---|---|---|---|---|\n";
  for (const SettingDecl *setting : module.settings) {
    const Type *type = setting->var->type;
    os << "| " << setting->name << " | " << type->str() << " | "
       << (setting->unit ? setting->unit->getName() : StringRef()) << " | "
       << setting->defaultText << " | " << setting->rangeText << " | "
       << setting->doc << " |\n";
  }
}
