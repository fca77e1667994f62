//===- StepParser.h - the sentences of steps -------------------*- C++ -*-===//
//
// Private to lib/Frontend/Steps.  A step is a sentence whose first word decides
// its form, so one word of lookahead suffices, and what a step means never
// depends on guessing.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_FRONTEND_STEPS_STEPPARSER_H
#define FLUX_LIB_FRONTEND_STEPS_STEPPARSER_H

#include "../ParserImpl.h"
#include "flux/Frontend/StepNodes.h"

namespace flux {

/// A step whose first word was read.
struct StepText {
  llvm::StringRef whole;
  llvm::StringRef verbText; ///< as written: "else  if"
  llvm::StringRef rest;     ///< what follows the verb
  Verb verb = Verb::Unknown;
};

class StepParser {
public:
  StepParser(ParserState &state, SectionKind section)
      : state(state), context(state.context), diags(state.diags),
        inLoop(section == SectionKind::Loop),
        inTest(section == SectionKind::Test) {}
  Block *parseList(llvm::ArrayRef<Step> steps, llvm::StringRef emptyRange);

private:
  /// What an `Else` would belong to.
  struct ElseTarget {
    IfStmt *last = nullptr; ///< of the chain
    unsigned length = 0;
    bool isUnclear = false; ///< the step before could not be understood
  };

  // StepParser.cpp
  Stmt *parseStep(const StepText &step, llvm::ArrayRef<Step> children);
  Stmt *parseSimple(const StepText &step, llvm::ArrayRef<Step> children);
  void parseElse(const StepText &step, llvm::ArrayRef<Step> children,
                 ElseTarget &target);
  Stmt *parseWrite(const StepText &step);
  Stmt *parseSet(const StepText &step);
  Stmt *parseCall(const StepText &step);
  Stmt *parseWait(const StepText &step);
  Stmt *parseStop(const StepText &step);
  Stmt *parseYield(const StepText &step);
  Stmt *parseExpect(const StepText &step);
  IfStmt *parseIf(const StepText &step, llvm::ArrayRef<Step> children);
  Stmt *parseRepeat(const StepText &step, llvm::ArrayRef<Step> children);
  Stmt *parseEvery(const StepText &step, llvm::ArrayRef<Step> children);
  Block *parseBody(const StepText &step, llvm::StringRef tail,
                   llvm::ArrayRef<Step> children);
  Block *parseBodyAfterColon(const StepText &step, Parser &parser,
                             llvm::ArrayRef<Step> children,
                             llvm::StringRef what);
  bool interpolate(StrLiteralExpr *literal,
                   llvm::SmallVectorImpl<Expr *> &parts);
  Expr *parseInterpolated(llvm::StringRef text);
  void reportUnknown(const StepText &step);
  void finish(Parser &parser, const StepText &step);
  void finishText(llvm::StringRef rest);
  Stmt *makeCall(llvm::StringRef range, llvm::StringRef module,
                 llvm::StringRef name, llvm::ArrayRef<Expr *> args);

  // Messages.cpp; `rest` is what is left of the step.
  Stmt *parseRead(const StepText &step);
  Stmt *parseWhen(const StepText &step, llvm::ArrayRef<Step> children);
  Stmt *parseMessage(const StepText &step, llvm::ArrayRef<Step> children);
  bool parseSend(MessageStmt &stmt, llvm::StringRef &rest);
  bool parseReply(MessageStmt &stmt, const StepText &step,
                  llvm::StringRef &rest);
  bool parseTopic(MessageStmt &stmt, llvm::StringRef &rest);
  bool parseBarrier(MessageStmt &stmt, llvm::StringRef &rest);
  bool parseCapability(MessageStmt &stmt, llvm::StringRef &rest);
  bool parseSensor(llvm::StringRef &rest, const SensorBus &bus,
                   uint64_t &address, llvm::StringRef &driver);
  bool parseParams(llvm::StringRef &rest,
                   llvm::SmallVectorImpl<VarDecl *> &params);
  Block *parseFailure(const StepText &step, llvm::ArrayRef<Step> children);
  bool takeAgent(llvm::StringRef &rest, llvm::StringRef &agent);
  bool takeName(llvm::StringRef &rest, llvm::StringRef what,
                llvm::StringRef &name);
  bool takeString(llvm::StringRef &rest, llvm::StringRef what,
                  llvm::StringRef &text);
  /// An optional `word time`; false after an error.
  bool takeTime(llvm::StringRef &rest, llvm::StringRef word, int64_t &time);
  bool expectWord(llvm::StringRef &rest, llvm::StringRef word);
  void reportExpected(llvm::StringRef rest, llvm::StringRef what);

  // Vocabulary.cpp
  /// A step in the document's own words; null if no phrase begins like it.
  bool parsePhrase(const StepText &step, Stmt *&result);

  ParserState &state;
  ASTContext &context;
  DiagnosticEngine &diags;
  const bool inLoop, inTest;
  bool inRepeat = false, inEvery = false, inWhen = false;
  unsigned nesting = 0;
};

/// Skips blanks and, if it follows, the whole word \p word.
bool takeWord(llvm::StringRef &rest, llvm::StringRef word);
/// Skips blanks, articles and blanks.
void skipArticles(llvm::StringRef &rest);

} // namespace flux

#endif // FLUX_LIB_FRONTEND_STEPS_STEPPARSER_H
