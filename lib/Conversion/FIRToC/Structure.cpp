//===- Structure.cpp - control flow that people can read ------------------===//
//
// A block is written where control comes from if there is only one such place;
// where several meet, behind the block that leads to all of them (its immediate
// dominator), and exits of a loop behind the loop.  This is the way of Ramsey's
// "Beyond Relooper"; where it would need a jump out of several levels, or the
// graph has no structure, C has goto.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Dialect/FIR/LoweringSupport.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using namespace flux::c;

//===----------------------------------------------------------------------===//
// Analysis
//===----------------------------------------------------------------------===//

void FunctionWriter::findLoops() {
  mlir::Region &region = function.getBody();
  llvm::SmallVector<mlir::Block *> blocks = fir::getBlockOrder(region);
  for (auto [i, block] : llvm::enumerate(blocks))
    order[block] = unsigned(i);
  if (blocks.size() == 1)
    return;
  auto isBackEdge = [&](mlir::Block *from, mlir::Block *to) {
    return order.lookup(to) <= order.lookup(from) &&
           dominance.dominates(to, from);
  };
  // Members of natural loops; inner loops come before outer ones here.
  llvm::DenseMap<mlir::Block *, mlir::Block *> innermost;
  for (mlir::Block *head : llvm::reverse(blocks)) {
    llvm::SmallVector<mlir::Block *> open;
    for (mlir::Block *from : head->getPredecessors())
      if (order.count(from) && isBackEdge(from, head))
        open.push_back(from);
    if (open.empty())
      continue;
    llvm::DenseSet<mlir::Block *> &members = loops[head];
    members.insert(head);
    while (!open.empty()) {
      mlir::Block *member = open.pop_back_val();
      if (!members.insert(member).second)
        continue;
      for (mlir::Block *from : member->getPredecessors())
        if (order.count(from))
          open.push_back(from);
    }
    for (mlir::Block *member : members)
      innermost.try_emplace(member, head);
  }
  // Where else a loop leads to.
  llvm::DenseMap<mlir::Block *, llvm::SetVector<mlir::Block *>> exits;
  for (auto &[head, members] : loops)
    for (mlir::Block *block : blocks)
      if (members.contains(block))
        for (mlir::Block *to : block->getSuccessors())
          if (!members.contains(to))
            exits[head].insert(to);
  auto &tree = dominance.getDomTree(&region);
  for (mlir::Block *block : blocks) {
    if (block == blocks.front())
      continue;
    mlir::Block *parent = tree.getNode(block)->getIDom()->getBlock();
    // Blocks name a predecessor once for each edge.
    bool isMeeting = llvm::count_if(block->getPredecessors(), [&](auto *from) {
                       return order.count(from) && !isBackEdge(from, block);
                     }) > 1;
    // The loop whose end the block may follow: the outermost that its parent is
    // in and it is not.
    mlir::Block *loop = nullptr;
    for (mlir::Block *head = innermost.lookup(parent); head;) {
      if (loops[head].contains(block))
        break;
      if (isMeeting || head == parent || exits[head].size() == 1)
        loop = head;
      if (!isMeeting)
        break;
      mlir::Block *outer = nullptr;
      for (auto &[other, members] : loops)
        if (other != head && members.contains(head) &&
            (!outer || loops[outer].contains(other)))
          outer = other;
      head = outer;
    }
    if (loop)
      parent = loop;
    if (loop || isMeeting)
      followers.insert(block);
    children[parent].push_back(block);
  }
}

void FunctionWriter::declareBlockArguments() {
  for (mlir::Block &block : llvm::drop_begin(function.getBody())) {
    if (!order.count(&block))
      continue;
    for (mlir::BlockArgument argument : block.getArguments()) {
      if (argument.use_empty())
        continue;
      std::string name = names.make("t" + std::to_string(++numTemporaries));
      declareLater(argument, name);
      Expr value = {name};
      value.isAddress = llvm::isa<fir::RefType>(argument.getType());
      values[argument] = value;
    }
  }
}

std::string FunctionWriter::getLabel(mlir::Block *block) {
  std::string &label = labels[block];
  if (label.empty())
    label = "L" + std::to_string(order.lookup(block));
  return label;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

bool FunctionWriter::writeTree(mlir::Block *block, Flow flow) {
  // What follows the last block is written in another round, so that the depth
  // of calls does not grow with the length of a function.
  while (true) {
    llvm::SmallVector<mlir::Block *> inside, after;
    auto loop = loops.find(block);
    bool isLoop = loop != loops.end();
    for (mlir::Block *child : children.lookup(block))
      if (isFollower(child))
        (isLoop && !loop->second.contains(child) ? after : inside)
            .push_back(child);
    auto writeFollowers = [&](llvm::ArrayRef<mlir::Block *> list, Flow flow) {
      bool falls = true;
      for (size_t i = 0; i != list.size(); ++i) {
        Flow own = flow;
        if (i + 1 < list.size())
          own.next = list[i + 1];
        code->push_back({Stmt::Label, getLabel(list[i]), "", {}, {}, {}});
        falls = writeTree(list[i], own);
      }
      return falls;
    };
    bool falls;
    if (isLoop) {
      if (!isFollower(block))
        code->push_back({Stmt::Label, getLabel(block), "", {}, {}, {}});
      Stmt statement = {Stmt::Loop, "", "", place, {}, {}};
      Code *outer = std::exchange(code, &statement.body);
      Flow own;
      own.next = own.continueTo = block;
      own.breakTo = after.empty() ? flow.next : after.front();
      Flow first = own;
      if (!inside.empty())
        first.next = inside.front();
      writeBlock(block, first);
      writeFollowers(inside, own);
      code = outer;
      code->push_back(std::move(statement));
      falls = true;
    } else {
      Flow own = flow;
      if (!inside.empty())
        own.next = inside.front();
      falls = writeBlock(block, own);
      after = std::move(inside);
    }
    if (after.empty())
      return falls;
    mlir::Block *last = after.pop_back_val();
    Flow own = flow;
    own.next = last;
    writeFollowers(after, own);
    code->push_back({Stmt::Label, getLabel(last), "", {}, {}, {}});
    block = last;
  }
}

/// True for a block that is never entered.
static bool isUnreachable(mlir::Block *block) {
  return llvm::isa<fir::UnreachableOp>(block->front());
}

bool FunctionWriter::writeBlock(mlir::Block *block, Flow flow) {
  for (mlir::Operation &op : block->without_terminator())
    writeOperation(&op);
  mlir::Operation *end = block->getTerminator();
  if (fir::Place known = fir::getPlace(end->getLoc()); known.line)
    place = known;
  if (auto branch = llvm::dyn_cast<mlir::cf::BranchOp>(end))
    return writeJump(block, branch.getDest(), branch.getDestOperands(), flow);
  if (auto branch = llvm::dyn_cast<mlir::cf::CondBranchOp>(end))
    return writeCondBranch(branch, flow);
  if (auto branch = llvm::dyn_cast<mlir::cf::SwitchOp>(end))
    return writeSwitch(branch, flow);
  if (llvm::isa<fir::UnreachableOp>(end))
    addStatement("__builtin_unreachable();");
  else
    writeOperation(end);
  return false;
}

static bool containsName(llvm::StringRef text, llvm::StringRef name) {
  auto isLetter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = 0; (at = text.find(name, at)) != llvm::StringRef::npos;
       ++at) {
    bool starts = at == 0 || !isLetter(text[at - 1]);
    size_t end = at + name.size();
    if (starts && (end == text.size() || !isLetter(text[end])))
      return true;
  }
  return false;
}

void FunctionWriter::assignArguments(mlir::Block *to,
                                     mlir::ValueRange operands) {
  struct Assignment {
    std::string name, value;
    mlir::Type type;
  };
  llvm::SmallVector<Assignment> assignments;
  for (auto [argument, operand] : llvm::zip(to->getArguments(), operands)) {
    Expr value = take(operand);
    if (argument.use_empty()) {
      if (value.effect >= Effect::Traps)
        addStatement("(void)" + value.at(Level::Unary) + ";", Effect::None);
      continue;
    }
    const std::string &name = values[argument].text;
    std::string text = passArgument(operand, value);
    if (text != name)
      assignments.push_back({name, text, argument.getType()});
  }
  // All happen at once: what is still to be read must not be overwritten.
  for (size_t i = 0; i != assignments.size(); ++i)
    for (size_t j = i + 1; j < assignments.size(); ++j) {
      Assignment &later = assignments[j];
      if (!containsName(later.value, assignments[i].name))
        continue;
      std::string name = names.make("t" + std::to_string(++numTemporaries));
      declared.insert(name);
      declarations.push_back(module.declare(later.type, name) + ";");
      addStatement(name + " = " + later.value + ";", Effect::None);
      later.value = name;
    }
  for (const Assignment &assignment : assignments)
    addStatement(assignment.name + " = " + assignment.value + ";",
                 Effect::None);
}

bool FunctionWriter::writeJump(mlir::Block *from, mlir::Block *to,
                               mlir::ValueRange operands, Flow flow) {
  assignArguments(to, operands);
  if (to == flow.next)
    return true;
  auto add = [&](const std::string &text) {
    code->push_back({Stmt::Text, text, "", place, {}, {}});
  };
  bool isBack =
      order.lookup(to) <= order.lookup(from) && dominance.dominates(to, from);
  if (to == flow.continueTo)
    add("continue;");
  else if (to == flow.breakTo && !flow.inSwitch)
    add("break;");
  else if (isBack || isFollower(to))
    add("goto " + getLabel(to) + ";");
  else
    return writeTree(to, flow);
  return false;
}

bool FunctionWriter::writeCondBranch(mlir::cf::CondBranchOp op, Flow flow) {
  mlir::Value value = op.getCondition();
  // What the sides need is evaluated before it is known which one is taken.
  for (mlir::Value early : llvm::to_vector(pending))
    if (early != value && values.lookup(early).effect != Effect::None)
      materialize(early);
  Expr condition = take(value);
  settle(condition.effect);
  Expr negation = condition.getNegation();
  Stmt statement = {Stmt::If, condition.text, negation.text, place, {}, {}};

  auto writeSide = [&](mlir::Block *to, mlir::ValueRange operands,
                       const char *known, Code &target) {
    values[value] = {known};
    Code *outer = std::exchange(code, &target);
    fir::Place before = place;
    // The jump itself reads the condition as known; what comes after knows it
    // only by its name.
    bool falls = writeJump(op->getBlock(), to, operands, flow);
    code = outer;
    place = before;
    values[value] = condition;
    return falls;
  };
  bool fallsTrue = writeSide(op.getTrueDest(), op.getTrueDestOperands(), "true",
                             statement.body);
  bool fallsFalse = writeSide(op.getFalseDest(), op.getFalseDestOperands(),
                              "false", statement.otherwise);
  Code rest;
  if (statement.body.empty() && statement.otherwise.empty()) {
    if (condition.effect >= Effect::Traps)
      addStatement("(void)" + condition.at(Level::Unary) + ";", Effect::None);
    return fallsTrue || fallsFalse;
  }
  if (!statement.otherwise.empty() &&
      (statement.body.empty() || (!fallsFalse && fallsTrue))) {
    std::swap(statement.body, statement.otherwise);
    std::swap(statement.text, statement.negated);
    std::swap(fallsTrue, fallsFalse);
  }
  if (!fallsTrue)
    rest = std::exchange(statement.otherwise, {});
  code->push_back(std::move(statement));
  llvm::append_range(*code, rest);
  return fallsTrue || fallsFalse;
}

bool FunctionWriter::writeSwitch(mlir::cf::SwitchOp op, Flow flow) {
  for (mlir::Value early : llvm::to_vector(pending))
    if (early != op.getFlag() && values.lookup(early).effect != Effect::None)
      materialize(early);
  Expr flag = take(op.getFlag());
  settle(flag.effect);
  if (op.getFlag().getType().isInteger(1))
    flag.text = "(int)" + flag.at(Level::Unary);
  Stmt statement = {Stmt::Switch, flag.text, "", place, {}, {}};
  Flow own = flow;
  own.inSwitch = true;
  own.breakTo = nullptr;
  bool falls = false;
  auto writeCase = [&](const std::string &label, mlir::Block *to,
                       mlir::ValueRange operands) {
    Stmt part = {Stmt::Case, label + " {", "", {}, {}, {}};
    Code *outer = std::exchange(code, &part.body);
    fir::Place before = place;
    if (writeJump(op->getBlock(), to, operands, own)) {
      falls = true;
      code->push_back({Stmt::Text, "break;", "", {}, {}, {}});
    }
    code = outer;
    place = before;
    statement.body.push_back(std::move(part));
  };
  if (auto cases = op.getCaseValues()) {
    llvm::SmallVector<llvm::APInt> numbers(cases->getValues<llvm::APInt>());
    mlir::Type type = op.getFlag().getType();
    auto name = [&](size_t i) {
      return "case " +
             (type.isInteger(1)
                  ? std::to_string(numbers[i].getZExtValue())
                  : module.getNumber(mlir::IntegerAttr::get(type, numbers[i]),
                                     type)) +
             ":";
    };
    for (size_t i = 0; i != numbers.size(); ++i) {
      std::string label = name(i);
      mlir::Block *to = op.getCaseDestinations()[i];
      // Cases in a row that lead to the same place.
      while (i + 1 != numbers.size() && op.getCaseDestinations()[i + 1] == to &&
             op.getCaseOperands(i).empty())
        label += " " + name(++i);
      writeCase(label, to, op.getCaseOperands(i));
    }
  }
  if (isUnreachable(op.getDefaultDestination()) &&
      !isFollower(op.getDefaultDestination())) {
    Stmt part = {Stmt::Case, "default: {", "", {}, {}, {}};
    part.body.push_back(
        {Stmt::Text, "__builtin_unreachable();", "", {}, {}, {}});
    statement.body.push_back(std::move(part));
  } else {
    writeCase("default:", op.getDefaultDestination(), op.getDefaultOperands());
  }
  code->push_back(std::move(statement));
  return falls;
}
