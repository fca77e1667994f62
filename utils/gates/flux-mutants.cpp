//===- flux-mutants.cpp - many changes of one document --------------------===//
//
// The gates change documents some hundred thousand times, and a process each
// time would take hours.  This program reads one document, tells which of its
// text is part of the program, and then compiles changed copies up to FIR: one
// change a line on standard input, one answer a line, both JSON.  What counts
// as right is decided by the scripts.
//
//===----------------------------------------------------------------------===//
#include "ProseBlocks.h"
#include "flux/Conversion/ASTToFIR.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Frontend/Imports.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/LockText.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/TargetSpec.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <iostream>

using namespace flux;
using llvm::StringRef;

static llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
readFile(StringRef path, size_t limit) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (buffer && (*buffer)->getBufferSize() > limit)
    return std::make_error_code(std::errc::file_too_large);
  return buffer;
}

namespace {

class Collector : public DiagnosticRenderer {
public:
  explicit Collector(std::vector<Diagnostic> &out) : out(out) {}
  void handle(const Diagnostic &diagnostic) override {
    out.push_back(diagnostic);
  }

private:
  std::vector<Diagnostic> &out;
};

/// What became of one text.
struct Outcome {
  std::vector<Diagnostic> messages;
  bool valid = false;
  std::string fir;         ///< if valid
  LockFile lock;           ///< if it was to be pinned
  bool locked = true;      ///< accepted with --locked
  bool shown = false;      ///< the lock file caused a note
  bool lockRepair = false; ///< the lock's first repair gives the original
};

class Session {
public:
  Session(StringRef path, bool locationsCount)
      : path(path), name(llvm::sys::path::filename(path)),
        locationsCount(locationsCount) {}
  bool start();
  void answer(const llvm::json::Object &request);

private:
  Outcome compile(StringRef text, bool pins, llvm::json::Object *about);
  void describe(const Document &document, const Module &module, StringRef text,
                llvm::json::Object &about);
  static std::string apply(StringRef text, llvm::ArrayRef<FixIt> fixIts,
                           StringRef start);
  llvm::json::Object judge(const std::string &text, const Outcome &outcome,
                           StringRef word, StringRef instead);
  bool isSame(const std::string &fir, StringRef word, StringRef instead);

  std::string path, name;
  bool locationsCount, wasProgram = false;
  std::string original;
  Outcome base;
  std::unique_ptr<mlir::MLIRContext> context;
  unsigned numUses = 0;
  const char *textBegin = nullptr; ///< of the text that was compiled last
  std::vector<std::unique_ptr<llvm::SourceMgr>> kept;
};

} // namespace

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// What a document says besides its code, as its meaning is.
static void printDeployment(const Module &module, llvm::raw_ostream &os) {
  os << "target " << module.compile.target.lower() << ", optimize "
     << module.compile.optimize << ", board " << module.compile.board.lower()
     << '\n';
  if (const AgentDecl *agent = module.agent)
    os << "agent " << agent->name << ' ' << agent->hasCapabilities << ' '
       << agent->capabilities << ' ' << agent->heartbeatNs << ' '
       << agent->periodNs << '\n';
  if (const SuperviseDecl *supervise = module.supervise)
    os << "supervise " << supervise->strategy.lower() << ' '
       << supervise->maxRestarts << ' ' << supervise->withinNs << ' '
       << supervise->backoffNs << ' ' << supervise->escalate.lower() << '\n';
  for (const PolicyRule &rule : module.policy) {
    os << "policy " << int(rule.kind) << ' ' << rule.flags << ' ' << rule.count;
    for (StringRef agent : rule.agents)
      os << ' ' << agent;
    os << '\n';
  }
}

Outcome Session::compile(StringRef text, bool pins, llvm::json::Object *about) {
  Outcome outcome;
  kept.push_back(std::make_unique<llvm::SourceMgr>());
  llvm::SourceMgr &sources = *kept.back();
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, path);
  textBegin = buffer->getBufferStart();
  llvm::MemoryBufferRef ref = *buffer;
  sources.AddNewSourceBuffer(std::move(buffer), {});
  DiagnosticEngine diags(sources);
  diags.setErrorLimit(0);
  diags.addRenderer(std::make_unique<Collector>(outcome.messages));

  ASTContext tree;
  Document document = parseDocument(ref, diags);
  Module *module = parseModule(document, tree, diags, {false, nullptr});
  ImportOptions importOptions{readFile, "", {}, true};
  ImportLoader imports(importOptions, tree, diags);
  if (!module->imports.empty())
    imports.load(*module, path, name);
  if (diags.hasErrors() || !analyzeModule(*module, tree, diags) ||
      diags.hasErrors())
    return outcome;
  // The driver refuses targets that it does not know.
  if (StringRef target = module->compile.target;
      !target.empty() && !findTarget(target.lower()))
    return outcome;
  // A program must stay one; not all documents are.
  DiagnosticEngine silent(sources);
  bool isProgram =
      checkEntry(*module, document.title, name, pins ? silent : diags);
  if (pins)
    wasProgram = isProgram;
  else if (!isProgram && wasProgram)
    return outcome;
  outcome.valid = true;
  if (about)
    describe(document, *module, ref.getBuffer(), *about);
  if (pins) {
    pinModule(*module, document, name, outcome.lock);
  } else {
    std::vector<TextUnit> units = collectTextUnits(document, *module);
    for (bool isLocked : {true, false}) {
      std::vector<Diagnostic> messages;
      DiagnosticEngine engine(sources);
      engine.addRenderer(std::make_unique<Collector>(messages));
      checkTextUnits(units, name, base.lock, isLocked, engine);
      if (isLocked) {
        checkDecisions(*module, name, base.lock, engine);
        outcome.locked = !engine.hasErrors();
        if (!messages.empty() && !messages.front().fixIts.empty())
          outcome.lockRepair =
              apply(ref.getBuffer(), messages.front().fixIts.front(),
                    ref.getBuffer()) == original;
      } else {
        outcome.shown = !messages.empty();
      }
    }
  }

  // Attributes live as long as the context.
  constexpr unsigned maxUses = 400;
  if (!context || ++numUses > maxUses) {
    numUses = 0;
    context = std::make_unique<mlir::MLIRContext>(
        mlir::MLIRContext::Threading::DISABLED);
    context
        ->loadDialect<fir::FIRDialect, mlir::arith::ArithDialect,
                      mlir::cf::ControlFlowDialect, mlir::func::FuncDialect>();
  }
  mlir::OwningOpRef<mlir::ModuleOp> fir =
      convertASTToFIR(*module, *context, sources, name);
  llvm::raw_string_ostream os(outcome.fir);
  mlir::OpPrintingFlags flags;
  flags.useLocalScope();
  if (locationsCount) {
    flags.enableDebugInfo();
  } else { // what only debuggers read
    (*fir)->removeAttr("fir.structs");
    (*fir)->removeAttr("fir.enums");
  }
  fir->print(os, flags);
  printDeployment(*module, os);
  return outcome;
}

/// Fills \p about: `ranges`, the text of the program, as `[first, last, kind]`
/// in bytes, and `prose`.
void Session::describe(const Document &document, const Module &module,
                       StringRef text, llvm::json::Object &about) {
  llvm::json::Array ranges;
  std::vector<StringRef> program;
  auto add = [&](StringRef range, StringRef kind) {
    if (range.empty())
      return;
    ranges.push_back(llvm::json::Array{range.begin() - text.begin(),
                                       range.end() - text.begin(), kind});
    program.push_back(range);
  };
  auto wholeLine = [&](StringRef range) {
    const char *begin = range.begin(), *end = range.end();
    while (begin > text.begin() && begin[-1] != '\n')
      --begin;
    while (end < text.end() && *end != '\n')
      ++end;
    return StringRef(begin, end - begin).trim();
  };
  auto addSteps = [&](auto &self, const std::vector<Step> &steps) -> void {
    for (const Step &step : steps) {
      StringRef line = wholeLine(step.text);
      add(StringRef(line.begin(), step.text.begin() - line.begin()).trim(),
          "marker");
      const char *at = step.text.begin();
      for (StringRef remark : module.remarks)
        if (remark.begin() >= at && remark.end() <= step.text.end()) {
          add(StringRef(at, remark.begin() - at).rtrim(), "step");
          at = remark.end();
        }
      add(StringRef(at, step.text.end() - at), "step");
      self(self, step.children);
    }
  };
  for (const Section &section : document.sections) {
    if (section.kind == SectionKind::Test)
      continue;
    if (section.kind != SectionKind::Prose) {
      StringRef line = wholeLine(section.heading);
      add(StringRef(line.begin(), section.heading.begin() - line.begin()),
          "marker");
      bool isAgent =
          section.kind == SectionKind::Agent && !section.name.empty();
      add(isAgent ? section.word : section.heading, "heading");
      if (isAgent)
        add(section.name, "text");
    }
    for (const KeyValue &entry : section.keys) {
      add(entry.key, "key");
      const char *end = entry.key.end();
      add(StringRef(end,
                    entry.value.begin() > end ? entry.value.begin() - end : 0)
              .trim(),
          "marker");
      // Names that are given, not used: any other may be meant.
      bool isFree = (section.kind == SectionKind::Agent &&
                     entry.key.equals_insensitive("name")) ||
                    (section.kind == SectionKind::Compile &&
                     entry.key.equals_insensitive("board"));
      add(entry.value, isFree ? "text" : "key");
    }
    for (const auto &table : section.tables)
      for (const auto &row : table)
        for (auto [column, cell] : llvm::enumerate(row))
          if (column < table[0].size() &&
              !table[0][column].equals_insensitive("description"))
            add(cell, "cell");
    for (const auto &row : section.rows)
      for (auto [column, cell] : llvm::enumerate(row))
        if (column < section.rows[0].size() &&
            !section.rows[0][column].equals_insensitive("doc"))
          add(cell, "cell");
    for (StringRef exported : section.names)
      add(exported, "key");
    addSteps(addSteps, section.steps);
    for (const Fence &fence : section.fences) {
      add(fence.opening, "fence");
      ASTContext tree;
      llvm::SourceMgr sources;
      DiagnosticEngine silent(sources);
      Lexer lexer(fence.body, tree, silent);
      for (Token token = lexer.next(); token.kind != TokenKind::End;
           token = lexer.next()) {
        bool isWord =
            token.kind == TokenKind::Identifier || isKeyword(token.kind);
        bool isNumber = token.kind == TokenKind::IntLiteral ||
                        token.kind == TokenKind::FloatLiteral;
        add(token.text, isWord                                ? "word"
                        : isNumber                            ? "number"
                        : token.kind == TokenKind::StrLiteral ? "string"
                                                              : "sign");
      }
      add(wholeLine(text.substr(fence.body.end() - text.begin(), 1)), "fence");
    }
  }
  llvm::json::Array prose;
  for (const ProseBlock &block : findProseBlocks(document, text, program))
    prose.push_back(llvm::json::Array{
        block.range.begin() - text.begin(), block.range.end() - text.begin(),
        block.kind, getSectionWord(block.section->kind)});
  about["prose"] = std::move(prose);
  about["ranges"] = std::move(ranges);
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

/// Applies \p fixIts, which must not overlap, to the text at \p start.
std::string Session::apply(StringRef text, llvm::ArrayRef<FixIt> fixIts,
                           StringRef start) {
  std::vector<FixIt> sorted(fixIts.begin(), fixIts.end());
  llvm::sort(sorted, [](const FixIt &a, const FixIt &b) {
    return a.range.Start.getPointer() < b.range.Start.getPointer();
  });
  std::string result;
  const char *at = start.begin();
  for (const FixIt &fixIt : sorted) {
    const char *begin = fixIt.range.Start.getPointer();
    if (begin < at || fixIt.range.End.getPointer() > start.end())
      continue;
    result.append(at, begin);
    result += fixIt.text;
    at = fixIt.range.End.getPointer();
  }
  result.append(at, start.end());
  return result;
}

static std::string replaceWord(StringRef text, StringRef word,
                               StringRef instead) {
  auto isWordCharacter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  std::string result;
  size_t at = 0;
  while (true) {
    size_t found = text.find(word, at);
    result += text.slice(at, found);
    if (found == StringRef::npos)
      return result;
    size_t end = found + word.size();
    bool whole = (found == 0 || !isWordCharacter(text[found - 1])) &&
                 (end >= text.size() || !isWordCharacter(text[end]));
    result += whole ? instead : word;
    at = end;
  }
}

/// True if the program is the original, or it is but for one name, which is
/// another one everywhere.
bool Session::isSame(const std::string &fir, StringRef word,
                     StringRef instead) {
  if (fir == base.fir)
    return true;
  return !word.empty() && replaceWord(fir, instead, "") == fir &&
         replaceWord(fir, word, instead) == base.fir;
}

/// Says what the repairs of a refused text are worth.
llvm::json::Object Session::judge(const std::string &text,
                                  const Outcome &outcome, StringRef word,
                                  StringRef instead) {
  llvm::json::Object reply;
  StringRef start(textBegin, text.size());
  auto isRight = [&](const std::string &repaired) {
    if (repaired == original)
      return true;
    Outcome again = compile(repaired, /*pins=*/false, nullptr);
    return again.valid && isSame(again.fir, word, instead);
  };
  std::vector<FixIt> firsts;
  const Diagnostic *first = nullptr;
  llvm::json::Array ids;
  for (const Diagnostic &message : outcome.messages) {
    if (message.severity != Severity::Error)
      continue;
    if (ids.size() < 4)
      ids.push_back(getDiagInfo(message.id).code);
    if (!first)
      first = &message;
    if (!message.fixIts.empty())
      firsts.push_back(message.fixIts.front());
  }
  reply["ids"] = std::move(ids);
  StringRef verdict = "none";
  if (first && !first->fixIts.empty()) {
    verdict = "wrong";
    if (isRight(apply(text, first->fixIts.front(), start)))
      verdict = "first";
    else if (firsts.size() > 1 && isRight(apply(text, firsts, start)))
      verdict = "all";
    else
      for (const FixIt &fixIt : llvm::drop_begin(first->fixIts))
        if (isRight(apply(text, fixIt, start)))
          verdict = "later";
  } else if (!firsts.empty()) {
    verdict = isRight(apply(text, firsts, start)) ? "all" : "wrong";
  }
  reply["repair"] = verdict;
  return reply;
}

static std::string print(const Diagnostic &message) {
  return (getDiagInfo(message.id).code + " " + message.message).str();
}

bool Session::start() {
  auto buffer = readFile(path, DocumentLimits::maxBytes);
  if (!buffer)
    return false;
  original = (*buffer)->getBuffer().str();
  llvm::json::Object reply;
  base = compile(original, /*pins=*/true, &reply);
  reply["valid"] = base.valid;
  llvm::outs() << llvm::json::Value(std::move(reply)) << '\n';
  llvm::outs().flush();
  return base.valid;
}

/// `{"begin": 3, "end": 4, "text": "x", "word": "ax", "instead": "ab"}`: what
/// to change, and the word that it makes of which one.
void Session::answer(const llvm::json::Object &request) {
  kept.clear();
  size_t begin = request.getInteger("begin").value_or(0);
  size_t end = request.getInteger("end").value_or(0);
  if (begin > end || end > original.size())
    begin = end = 0;
  std::string text = original.substr(0, begin) +
                     request.getString("text").value_or("").str() +
                     original.substr(end);
  StringRef word = request.getString("word").value_or("");
  StringRef instead = request.getString("instead").value_or("");
  Outcome outcome = compile(text, /*pins=*/false, nullptr);
  llvm::json::Object reply;
  if (!outcome.valid) {
    reply = judge(text, outcome, word, instead);
    reply["result"] = "rejected";
  } else {
    bool isEqual = outcome.fir == base.fir;
    reply["result"] = isEqual                              ? "same"
                      : isSame(outcome.fir, word, instead) ? "renamed"
                                                           : "other";
    if (!isEqual) {
      llvm::json::Array messages;
      auto addMissing = [&](const std::vector<Diagnostic> &from,
                            const std::vector<Diagnostic> &in) {
        for (const Diagnostic &message : from)
          if (llvm::none_of(in, [&](const Diagnostic &other) {
                return print(other) == print(message);
              }))
            messages.push_back(print(message));
      };
      addMissing(outcome.messages, base.messages);
      addMissing(base.messages, outcome.messages);
      reply["messages"] = std::move(messages);
    }
    reply["locked"] = outcome.locked;
    reply["shown"] = outcome.shown;
    reply["lockRepair"] = outcome.lockRepair;
  }
  llvm::outs() << llvm::json::Value(std::move(reply)) << '\n';
}

int main(int argc, char **argv) {
  if (argc < 2) {
    llvm::errs() << "usage: flux-mutants DOCUMENT [--locations]\n";
    return 2;
  }
  Session session(argv[1], argc > 2);
  if (!session.start())
    return 1;
  for (std::string line; std::getline(std::cin, line);) {
    llvm::Expected<llvm::json::Value> request = llvm::json::parse(line);
    if (!request || !request->getAsObject()) {
      llvm::consumeError(request.takeError());
      return 2;
    }
    session.answer(*request->getAsObject());
  }
  llvm::outs().flush();
  return 0;
}
