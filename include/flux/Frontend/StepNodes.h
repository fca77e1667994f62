//===- StepNodes.h - steps that talk to devices and agents -----*- C++ -*-===//
//
// The statements that only steps have, beside Set, Every and Yield of AST.h:
// they bind what sensors and other agents say, and may fail.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_STEPNODES_H
#define FLUX_FRONTEND_STEPNODES_H

#include "flux/Frontend/AST.h"

namespace flux {

/// A deployment setting: a row of `## Settings`, or a name that steps use and
/// nobody declares.
struct SettingDecl {
  llvm::StringRef name;                                       ///< its place
  llvm::StringRef typeText, unitText, defaultText, rangeText; ///< as written
  llvm::StringRef doc;
  Expr *init = nullptr;                 ///< the default; null: none
  Expr *low = nullptr, *high = nullptr; ///< the range; null: none
  bool isInferred = false;
  const Unit *unit = nullptr; ///< for people; null: none
  VarDecl *var = nullptr;     ///< Sema
  ConstValue value;           ///< Sema; None: given at deployment
};

/// `Read quantity from bus sensor (addr n, driver d) as name`.
struct ReadStmt : Stmt {
  const SensorQuantity *quantity;
  const SensorBus *bus;
  const SensorDriver *driver;
  uint64_t address;
  bool hasDriver;         ///< the step names it
  llvm::StringRef name;   ///< what is bound
  VarDecl *var = nullptr; ///< Sema
  bool declares = false;  ///< Sema
  ReadStmt(llvm::StringRef range, const SensorQuantity *quantity,
           const SensorBus *bus, const SensorDriver *driver, uint64_t address,
           bool hasDriver, llvm::StringRef name)
      : Stmt(Read, range), quantity(quantity), bus(bus), driver(driver),
        address(address), hasDriver(hasDriver), name(name) {}
  static bool classof(const Stmt *s) { return s->kind == Read; }
};

/// A step that talks to other agents: TELL, ASK, DELEGATE, REPLY, SUBSCRIBE,
/// EMIT, BARRIER, GRANT, REVOKE and Restart.
struct MessageStmt : Stmt {
  Verb verb;
  llvm::ArrayRef<llvm::StringRef> agents; ///< whom it is about
  /// The function, topic, barrier or capability.
  llvm::StringRef what;
  llvm::StringRef resource; ///< GRANT, REVOKE: may be empty
  llvm::ArrayRef<Expr *> args;
  llvm::StringRef name;             ///< ASK: what is bound
  int64_t timeNs = 0;               ///< `within`, `for`; 0: not given
  flux::Block *onFailure = nullptr; ///< `If it fails:`
  VarDecl *var = nullptr;           ///< Sema: ASK
  bool declares = false;            ///< Sema: ASK
  MessageStmt(llvm::StringRef range, Verb verb)
      : Stmt(Message, range), verb(verb) {}
  static bool classof(const Stmt *s) { return s->kind == Message; }
};

/// `When event(parameters) from agent:`
struct WhenStmt : Stmt {
  llvm::StringRef event; ///< function or topic
  bool isTopic = false;
  llvm::StringRef agent; ///< empty: anybody
  llvm::ArrayRef<VarDecl *> params;
  flux::Block *body = nullptr;
  bool hasReply = false; ///< Sema
  explicit WhenStmt(llvm::StringRef range) : Stmt(When, range) {}
  static bool classof(const Stmt *s) { return s->kind == When; }
};

/// `Wait time`, or `Wait until condition for at most time`.
struct WaitStmt : Stmt {
  Expr *time;      ///< may be null
  Expr *condition; ///< null: only time counts
  WaitStmt(llvm::StringRef range, Expr *time, Expr *condition)
      : Stmt(Wait, range), time(time), condition(condition) {}
  static bool classof(const Stmt *s) { return s->kind == Wait; }
};

} // namespace flux

#endif // FLUX_FRONTEND_STEPNODES_H
