//===- Function.cpp - the walk over one function --------------------------===//
//
// What an operation computes becomes part of the expression that uses it, if it
// is used once and nothing in between could tell the difference; all else gets
// a name.  A call passes where it stands on to the function that it calls, so
// that a trap can tell the calls that led to it.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using namespace flux::c;

FunctionWriter::FunctionWriter(ModuleWriter &module,
                               mlir::func::FuncOp function)
    : module(module), function(function) {
  addHandlers();
  addArithmeticHandlers();
  addUpstreamHandlers();
  addMemoryHandlers();
  addSequenceHandlers();
  addRuntimeHandlers();
}

void FunctionWriter::addHandlers() {
  on<mlir::func::ReturnOp, &FunctionWriter::writeReturn>();
  on<mlir::func::CallOp, &FunctionWriter::writeCall>();
  on<mlir::func::CallIndirectOp, &FunctionWriter::writeCallIndirect>();
  on<mlir::func::ConstantOp, &FunctionWriter::writeFunctionConstant>();
  on<fir::TrapOp, &FunctionWriter::writeTrap>();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// True if \p value needs a name: it is used twice or elsewhere.
bool FunctionWriter::isShared(mlir::Value value) {
  mlir::Block *block = value.getParentBlock();
  mlir::Operation *user = nullptr;
  for (mlir::OpOperand &use : value.getUses()) {
    if (use.getOwner()->getBlock() != block)
      return true;
    // A branch knows its condition on both sides.
    if (user &&
        !(user == use.getOwner() && llvm::isa<mlir::cf::CondBranchOp>(user) &&
          user->getOperand(0) == value))
      return true;
    user = use.getOwner();
  }
  return false;
}

Expr FunctionWriter::take(mlir::Value value) {
  pending.remove(value);
  return values.lookup(value);
}

/// True for a name, a number, or fields of a name.
static bool isSimple(llvm::StringRef text) {
  return llvm::all_of(
      text, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
}

Expr FunctionWriter::takeStable(mlir::Value value) {
  auto known = values.find(value);
  if (known != values.end() &&
      (known->second.effect != Effect::None || !isSimple(known->second.text)))
    materialize(value);
  return take(value);
}

llvm::SmallVector<Expr> FunctionWriter::takeAll(mlir::ValueRange operands) {
  llvm::SmallVector<Expr> result;
  for (mlir::Value operand : operands)
    result.push_back(take(operand));
  return result;
}

void FunctionWriter::settle(Effect effect) {
  if (effect == Effect::None)
    return;
  llvm::SmallVector<mlir::Value> early;
  for (mlir::Value value : pending) {
    Effect before = values.lookup(value).effect;
    bool commute = before == Effect::None ||
                   (before == Effect::Reads && effect != Effect::Writes) ||
                   (before == Effect::Traps && effect == Effect::Reads);
    if (!commute)
      early.push_back(value);
  }
  for (mlir::Value value : early)
    materialize(value);
}

void FunctionWriter::declareLater(mlir::Value value, const std::string &name) {
  if (!declared.insert(name).second)
    return;
  declarations.push_back(module.declare(value.getType(), name) + ";");
  variables.push_back(name);
}

void FunctionWriter::materialize(mlir::Value value) {
  pending.remove(value);
  Expr &known = values[value];
  bool isPlace = llvm::isa<fir::RefType>(value.getType());
  std::string name = names.make("t" + std::to_string(++numTemporaries));
  std::string text = isPlace ? known.address() : known.text;
  bool isElsewhere = llvm::any_of(value.getUsers(), [&](mlir::Operation *user) {
    return user->getBlock() != value.getParentBlock();
  });
  if (isElsewhere) {
    declareLater(value, name);
    text = name + " = " + text + ";";
  } else {
    text = module.declare(value.getType(), name) + " = " + text + ";";
  }
  known = {name};
  known.isAddress = isPlace;
  code->push_back({Stmt::Text, text, "", place, {}, {}});
}

void FunctionWriter::set(mlir::Value result, Expr value) {
  constexpr size_t longest = 60;
  settle(value.effect);
  if (result.use_empty()) {
    if (value.effect >= Effect::Traps)
      addStatement((value.isCall ? "" : "(void)") +
                       (value.isCall ? value.text : value.at(Level::Unary)) +
                       ";",
                   Effect::None);
    return;
  }
  bool isPlace = llvm::isa<fir::RefType>(result.getType());
  bool isTrivial = value.effect == Effect::None &&
                   (isSimple(value.text) || isPlace || value.text.size() < 6);
  bool needsName =
      !isTrivial && (isShared(result) || value.text.size() > longest);
  values[result] = std::move(value);
  if (needsName)
    return materialize(result);
  if (!isTrivial)
    pending.insert(result);
}

void FunctionWriter::setPlace(mlir::Value result, std::string text,
                              Effect effect, bool isAddress) {
  Expr value;
  value.text = std::move(text);
  value.effect = effect;
  value.isAddress = isAddress;
  set(result, std::move(value));
}

void FunctionWriter::addStatement(std::string text, Effect effect) {
  settle(effect);
  code->push_back({Stmt::Text, std::move(text), "", place, {}, {}});
}

std::string FunctionWriter::trapArguments() {
  return "caller, " + std::to_string(module.getPlace(function, place));
}

std::string FunctionWriter::frameArgument() {
  if (!module.writesLines())
    return "caller"; // which is null: traps tell no calls
  hasFrame = true;
  return module.use("flux_at") + "(&here, " +
         std::to_string(module.getPlace(function, place)) + ")";
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void FunctionWriter::writeReturn(mlir::func::ReturnOp op) {
  if (op.getNumOperands() == 0)
    return addStatement("return;");
  Expr value = take(op.getOperand(0));
  addStatement("return " + value.text + ";");
}

std::string FunctionWriter::passArgument(mlir::Value value, const Expr &expr) {
  return llvm::isa<fir::RefType>(value.getType()) ? expr.address() : expr.text;
}

void FunctionWriter::finishCall(mlir::Operation *op, std::string text) {
  Expr call;
  call.text = std::move(text);
  call.effect = Effect::Writes;
  call.isCall = true;
  if (op->getNumResults())
    return set(op->getResult(0), std::move(call));
  addStatement(call.text + ";");
}

void FunctionWriter::writeCall(mlir::func::CallOp op) {
  // A call within a call would change the place in the frame too early.
  for (mlir::Value operand : op.getOperands())
    if (pending.contains(operand) &&
        values.lookup(operand).effect == Effect::Writes)
      materialize(operand);
  std::string text =
      module.getFunction(op.getCalleeAttr().getAttr()) + "(" + frameArgument();
  for (mlir::Value operand : op.getOperands())
    text += ", " + passArgument(operand, take(operand));
  finishCall(op, text + ")");
}

void FunctionWriter::writeCallIndirect(mlir::func::CallIndirectOp op) {
  for (mlir::Value operand : op->getOperands())
    if (pending.contains(operand) &&
        values.lookup(operand).effect == Effect::Writes)
      materialize(operand);
  std::string text =
      take(op.getCallee()).at(Level::Primary) + ".call(" + frameArgument();
  for (mlir::Value operand : op.getCalleeOperands())
    text += ", " + passArgument(operand, take(operand));
  finishCall(op, text + ")");
}

void FunctionWriter::writeFunctionConstant(mlir::func::ConstantOp op) {
  set(op, {"((" + module.getName(op.getType()) + "){" +
           module.getFunction(op.getValueAttr().getAttr()) + "})"});
}

void FunctionWriter::writeTrap(fir::TrapOp op) {
  Expr message = take(op.getMessage());
  std::string arguments = trapArguments();
  addStatement(module.use("flux_trap_message") + "(" + arguments + ", " +
               message.text + ");");
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

void FunctionWriter::writeOperation(mlir::Operation *op) {
  auto handler = handlers.find(op->getName().getTypeID());
  if (handler == handlers.end()) {
    module.refuse(
        op->getLoc(),
        ("the operation '" + op->getName().getStringRef() + "'").str());
    for (mlir::Value result : op->getResults())
      values[result] = {"0"};
    return;
  }
  fir::Place known = fir::getPlace(op->getLoc());
  if (known.line)
    place = known;
  handler->second(*this, op);
}

/// The place of the parameter \p argument, if only its store uses it.
static fir::LocalOp findParameterLocal(mlir::BlockArgument argument) {
  if (!argument.hasOneUse())
    return {};
  auto store = llvm::dyn_cast<fir::StoreOp>(*argument.getUsers().begin());
  if (!store || store.getValue() != argument)
    return {};
  auto local = store.getRef().getDefiningOp<fir::LocalOp>();
  return local && local.getArg() && local.getName() ? local : fir::LocalOp();
}

/// True if \p local is written and never read.
static bool isDead(fir::LocalOp local) {
  return llvm::all_of(local->getUsers(), [&](mlir::Operation *user) {
    auto store = llvm::dyn_cast<fir::StoreOp>(user);
    return store && store.getRef() == local.getResult();
  });
}

/// The name that a statement `T name = ...;` declares or `name.field = ...;`
/// changes, and the rest of it; all of it is the rest for others.
static std::pair<llvm::StringRef, llvm::StringRef>
splitTarget(llvm::StringRef text) {
  auto [target, value] = text.split(" = ");
  auto isPart = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; };
  llvm::StringRef name = target.substr(target.find_last_of(" *") + 1);
  if (value.empty() || !llvm::all_of(name, isPart) || target[0] == '*' ||
      target.contains('(') || target.contains('"'))
    return {"", text};
  return {name.split('.').first, value};
}

/// The names that \p code reads.
static void collectReads(const Code &code, llvm::StringSet<> &read) {
  auto note = [&](llvm::StringRef word) { read.insert(word); };
  for (const Stmt &statement : code) {
    forEachWord(statement.kind == Stmt::Text
                    ? splitTarget(statement.text).second
                    : llvm::StringRef(statement.text),
                note);
    collectReads(statement.body, read);
    collectReads(statement.otherwise, read);
  }
}

/// Marks what is declared with a value that nobody reads.
static void keepUnread(Code &code, const llvm::StringSet<> &read) {
  for (Stmt &statement : code) {
    keepUnread(statement.body, read);
    keepUnread(statement.otherwise, read);
    if (statement.kind != Stmt::Text)
      continue;
    std::string name = splitTarget(statement.text).first.str();
    if (!name.empty() && !llvm::StringRef(statement.text).starts_with(name) &&
        !read.contains(name))
      statement.text += " (void)" + name + ";";
  }
}

void FunctionWriter::run(llvm::raw_ostream &os, const std::string &name,
                         bool isStatic) {
  place = fir::getPlace(function.getLoc());
  const fir::Place start = place;
  Code body;
  code = &body;
  function.walk([&](fir::LocalOp local) {
    if (isDead(local))
      deadLocals.insert(local);
  });
  for (auto [i, argument] : llvm::enumerate(function.getArguments())) {
    fir::LocalOp local = findParameterLocal(argument);
    std::string wanted = "a" + std::to_string(i + 1);
    if (auto text =
            function.getArgAttrOfType<mlir::StringAttr>(i, fir::paramNameAttr))
      wanted = text.getValue().str();
    else if (function.getArgAttr(i, fir::resultPlaceAttr))
      wanted = "result";
    else if (local)
      wanted = local.getName()->str();
    paramNames.push_back(names.make(wanted));
    Expr value = {paramNames.back()};
    value.isAddress = llvm::isa<fir::RefType>(argument.getType());
    values[argument] = value;
    if (local)
      localNames[local] = paramNames.back();
  }
  findLoops();
  declareBlockArguments();
  writeTree(&function.getBody().front(), Flow());
  simplify(body);
  if (!body.empty() && body.back().kind == Stmt::Text &&
      body.back().text == "return;")
    body.pop_back();

  llvm::StringSet<> read;
  collectReads(body, read);
  keepUnread(body, read);
  Code head;
  auto add = [&](std::string text, fir::Place at = {}) {
    head.push_back({Stmt::Text, std::move(text), "", at, {}, {}});
  };
  if (hasFrame)
    add(module.use("flux_frame") + " here = {caller, 0};", start);
  for (const std::string &declaration : declarations)
    add(declaration);
  if (hasFrame)
    add(module.use("flux_check_stack") + "(&here);");
  else if (!read.contains("caller"))
    add("(void)caller;");
  // Compilers warn about what is written and not read.
  for (const std::string &parameter : paramNames)
    if (!read.contains(parameter))
      add("(void)" + parameter + ";");
  for (const std::string &name : variables)
    if (!read.contains(name))
      add("(void)" + name + ";");

  CodePrinter printer(os, module.writesLines());
  std::string signature =
      (isStatic ? "static " : "") +
      module.getSignature(function.getFunctionType(), name, paramNames) + " {";
  os << '\n';
  printer.print({{Stmt::Text, signature, "", start, {}, {}}}, 0);
  printer.print(head, 1);
  printer.print(body, 1);
  os << "}\n";
}
