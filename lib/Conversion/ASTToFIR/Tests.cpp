//===- Tests.cpp - the program that runs the tests ------------------------===//
//
// A test must not disturb the next one, not even by a trap, so the program runs
// one test: the one whose number is the number of its arguments, which needs no
// parsing.  What an expectation compared is written to standard error between
// control characters, for the driver to read
// (include/flux/Support/TestProtocol.h has both sides' constants).
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Support/TestProtocol.h"

using namespace flux;
using mlir::Location;
using mlir::Value;

static bool isComparison(BinaryOp op) {
  return op >= BinaryOp::Eq && op <= BinaryOp::Ge;
}

/// True for values that can be printed and compared as they are.
static bool isPlain(const Type *type) {
  return type->isNumber() || type->isBool() || type->isStr();
}

void FunctionLowering::emitExpect(const ExpectStmt &stmt) {
  const Expr &condition = *stmt.condition;
  const auto *comparison = llvm::dyn_cast<BinaryExpr>(&condition);
  if (comparison &&
      (!isComparison(comparison->op) || !isPlain(comparison->lhs->type)))
    comparison = nullptr;

  Location loc = module.getLoc(condition.range);
  auto *failed = new mlir::Block, *after = new mlir::Block;
  Value lhs, rhs;
  if (comparison) {
    lhs = emitValue(*comparison->lhs);
    rhs = emitValue(*comparison->rhs);
    Value holds =
        emitComparison(loc, comparison->op, comparison->lhs->type, lhs, rhs);
    mlir::cf::CondBranchOp::create(builder, loc, holds, after, failed);
  } else {
    emitBranch(condition, after, failed);
  }

  startBlock(failed);
  if (comparison) {
    bool isEquality = comparison->op == BinaryOp::Eq;
    Value toError = emitBool(loc, true);
    auto write = [&](llvm::StringRef text) {
      fir::IntrinsicOp::create(builder, loc, mlir::TypeRange(),
                               builder.getStringAttr("print.str"),
                               mlir::ValueRange{emitStr(loc, text), toError});
    };
    auto show = [&](char mark, Value value) {
      const char begin[] = {test_protocol::begin, mark};
      write(llvm::StringRef(begin, 2));
      emitPrintValue(loc, value, comparison->lhs->type, toError);
      write(llvm::StringRef(&test_protocol::end, 1));
    };
    show(isEquality ? test_protocol::expected : test_protocol::right, rhs);
    show(isEquality ? test_protocol::actual : test_protocol::left, lhs);
  }
  fir::TrapOp::create(builder, loc,
                      emitStr(loc, "the expectation does not hold"));
  startBlock(after);
}

void ModuleLowering::emitTestProgram() {
  Location loc = locations.get(nullptr);
  mlir::func::FuncOp entry = makeEntryPoint(loc);
  mlir::OpBuilder body = mlir::OpBuilder::atBlockEnd(&entry.getBody().front());
  auto finish = [&](int32_t status) {
    Value value = mlir::arith::ConstantOp::create(
        body, loc, body.getI32IntegerAttr(status));
    mlir::func::ReturnOp::create(body, loc, value);
  };

  llvm::SmallVector<int32_t> numbers;
  llvm::SmallVector<mlir::Block *> targets;
  for (const FunctionDecl *decl : module.functions) {
    if (!decl->testNumber)
      continue;
    mlir::Block *block = entry.addBlock();
    mlir::OpBuilder::InsertionGuard guard(body);
    body.setInsertionPointToEnd(block);
    mlir::func::CallOp::create(body, loc, functions.lookup(decl));
    finish(test_protocol::finished);
    numbers.push_back(int32_t(decl->testNumber));
    targets.push_back(block);
  }
  mlir::Block *none = entry.addBlock();
  Value count = fir::LenOp::create(body, loc, entry.getArgument(0));
  Value number =
      mlir::arith::TruncIOp::create(body, loc, body.getI32Type(), count);
  llvm::SmallVector<mlir::ValueRange> noOperands(targets.size());
  if (targets.empty())
    mlir::cf::BranchOp::create(body, loc, none);
  else
    mlir::cf::SwitchOp::create(body, loc, number, none, mlir::ValueRange(),
                               numbers, targets, noOperands);
  body.setInsertionPointToEnd(none);
  finish(0);
}
