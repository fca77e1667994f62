//===- Testing.cpp - which tests hold, and what to say about it -----------===//
//
// A reader of a failed test wants to know which test, where, and what was
// expected and found, without reading anything else.  What a test printed and
// its document disagree about can be settled by --update, which touches nothing
// but the text of `output` fences.
//
//===----------------------------------------------------------------------===//
#include "Testing.h"
#include "Output.h"
#include "flux/Frontend/Imports.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "flux/Support/TestProtocol.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include <csignal>
#include <cstring>

using namespace flux;
using llvm::StringRef;

namespace {

/// Collects errors instead of showing them.
class Collector : public DiagnosticRenderer {
public:
  explicit Collector(std::vector<Diagnostic> &errors) : errors(errors) {}
  void handle(const Diagnostic &diagnostic) override {
    if (diagnostic.severity == Severity::Error)
      errors.push_back(diagnostic);
  }

private:
  std::vector<Diagnostic> &errors;
};

/// The text of a fence that is replaced.
struct Replacement {
  StringRef old;
  std::string text;
};

class Runner {
public:
  Runner(const TestRun &run, StringRef program)
      : run(run), process(program, run.emulator), os(llvm::outs()) {}
  bool runAll();

private:
  bool isChosen(const TestDecl &test) const {
    return StringRef(test.name).contains_insensitive(run.options.testFilter);
  }
  TestOutcome runTest(const TestDecl &test);
  TestOutcome checkRefused(const TestFence &fence);
  void checkOutput(const TestDecl &test, StringRef actual,
                   TestOutcome &outcome);
  bool updateOutput(const TestDecl &test, StringRef actual);
  bool writeUpdates();
  unsigned getLine(StringRef place) const {
    return run.diags.getSources().FindLineNumber(
        llvm::SMLoc::getFromPointer(place.begin()));
  }
  std::string getPlace(StringRef place) const {
    return (run.locationName + ":" + llvm::Twine(getLine(place))).str();
  }
  void print(const TestDecl &test, const TestOutcome &outcome);
  void printJSON(const TestDecl &test, const TestOutcome &outcome);
  void paint(StringRef text, StringRef color) {
    if (run.options.paintTests)
      os << "\x1b[" << color << 'm' << text << "\x1b[0m";
    else
      os << text;
  }

  const TestRun &run;
  TestProcess process;
  llvm::raw_ostream &os;
  std::vector<Replacement> replacements;
};

} // namespace

//===----------------------------------------------------------------------===//
// Code that must be refused
//===----------------------------------------------------------------------===//

TestOutcome Runner::checkRefused(const TestFence &fence) {
  std::vector<Diagnostic> errors;
  DiagnosticEngine engine(run.diags.getSources());
  engine.setErrorLimit(0);
  engine.addRenderer(std::make_unique<Collector>(errors));
  ASTContext context;
  Module *module = parseModule(run.document, context, engine, {false, &fence});
  ImportOptions importOptions{readFile, run.options.stdDir,
                              run.options.importDirs, false};
  ImportLoader imports(importOptions, context, engine);
  imports.load(*module, run.input, run.locationName);
  if (errors.empty())
    analyzeModule(*module, context, engine);

  TestOutcome outcome;
  std::string wanted = fence.id.upper();
  if (errors.empty()) {
    outcome.set(TestOutcome::Failed, "the code is not refused");
    outcome.values = {{"expected", wanted}, {"actual", "no error"}};
    return outcome;
  }
  for (const Diagnostic &error : errors) {
    StringRef code = getDiagInfo(error.id).code;
    if (code == wanted)
      continue;
    outcome.set(TestOutcome::Failed, "the code is refused in another way");
    outcome.values = {{"expected", wanted}, {"actual", code.str()}};
    StringRef place = error.range.isValid()
                          ? StringRef(error.range.Start.getPointer(), 0)
                          : fence.code.opening;
    outcome.details = getPlace(place) + ": error: " + error.message + " [" +
                      code.str() + "]\n";
    return outcome;
  }
  return outcome;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

/// The blanks in front of the fence's opening, which CommonMark takes away from
/// its lines.
static size_t getIndent(const Fence &fence) {
  size_t indent = 0;
  while (fence.opening.begin()[-1 - ptrdiff_t(indent)] == ' ')
    ++indent;
  return indent;
}

/// The lines of the fence as they should be printed.
static std::string getText(const Fence &fence) {
  std::string text;
  size_t indent = getIndent(fence);
  for (StringRef rest = fence.body; !rest.empty();) {
    StringRef line = rest.take_until([](char c) { return c == '\n'; });
    rest = rest.drop_front(std::min(rest.size(), line.size() + 1));
    line.consume_back("\r");
    size_t blanks = line.take_while([](char c) { return c == ' '; }).size();
    text += line.drop_front(std::min(blanks, indent));
    text += '\n';
  }
  return text;
}

/// The first lines, for a message.
static std::string shortenText(StringRef text) {
  constexpr size_t maxBytes = 2000;
  return text.size() > maxBytes ? text.take_front(maxBytes).str() + "..."
                                : text.str();
}

void Runner::checkOutput(const TestDecl &test, StringRef actual,
                         TestOutcome &outcome) {
  const Fence &fence = *test.fence->output;
  std::string text = getText(fence);
  // A last line without an end is a line all the same.
  std::string printed = actual.str();
  if (!printed.empty() && printed.back() != '\n')
    printed += '\n';
  if (printed == text)
    return;
  if (run.options.updateOutputs) {
    if (updateOutput(test, printed))
      outcome.set(TestOutcome::Updated, "the 'output' fence was updated");
    else
      outcome.set(TestOutcome::Failed, "the 'output' fence was left as it is");
    return;
  }
  StringRef expected = text, found = printed, body = fence.body;
  while (!expected.empty() && !found.empty() &&
         expected.split('\n').first == found.split('\n').first) {
    expected = expected.split('\n').second;
    found = found.split('\n').second;
    body = body.split('\n').second;
  }
  auto describe = [](StringRef rest) -> std::string {
    return rest.empty() ? "the end of the output"
                        : shortenText(rest.split('\n').first);
  };
  outcome.set(TestOutcome::Failed, "the output differs at " + getPlace(body));
  outcome.values = {{"expected", describe(expected)},
                    {"actual", describe(found)}};
}

bool Runner::updateOutput(const TestDecl &test, StringRef printed) {
  const Fence &fence = *test.fence->output;
  StringRef reason;
  auto *at = reinterpret_cast<const llvm::UTF8 *>(printed.begin());
  if (!llvm::isLegalUTF8String(
          &at, reinterpret_cast<const llvm::UTF8 *>(printed.end())))
    reason = "it is not UTF-8";
  for (char c : printed)
    if (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n')
      reason = "it holds control characters";
  char mark = fence.opening.front();
  size_t length =
      fence.opening.take_while([&](char c) { return c == mark; }).size();
  bool hasCR = fence.opening.end()[0] == '\r';
  std::string text;
  for (StringRef rest = printed; !rest.empty();) {
    auto [line, next] = rest.split('\n');
    rest = next;
    StringRef trimmed = line.trim();
    if (trimmed.size() >= length && trimmed.ltrim(mark).empty())
      reason = "a line of it would end the fence";
    if (!line.empty())
      text.append(getIndent(fence), ' ');
    text += line;
    text += hasCR ? "\r\n" : "\n";
  }
  if (!reason.empty()) {
    run.diags.report(fence.opening, diag::cannot_update_output, test.name,
                     reason);
    return false;
  }
  replacements.push_back({fence.body, std::move(text)});
  return true;
}

/// Writes the document with the replacements, which are in its order.
bool Runner::writeUpdates() {
  if (replacements.empty())
    return true;
  StringRef document;
  if (unsigned id = run.diags.getSources().FindBufferContainingLoc(
          llvm::SMLoc::getFromPointer(replacements.front().old.begin())))
    document = run.diags.getSources().getMemoryBuffer(id)->getBuffer();
  std::string text;
  const char *at = document.begin();
  for (const Replacement &replacement : replacements) {
    text.append(at, replacement.old.begin());
    text += replacement.text;
    at = replacement.old.end();
  }
  text.append(at, document.end());
  std::string error = run.input == "-"
                          ? "standard input cannot be updated"
                          : writeFile(run.input, text, /*executable=*/false);
  if (!error.empty())
    run.diags.report(llvm::SMRange(), diag::cannot_write, run.input, error);
  return error.empty();
}

//===----------------------------------------------------------------------===//
// Tests that run
//===----------------------------------------------------------------------===//

/// Takes the compared values out of what a test wrote to standard error.
static void takeValues(std::string &errors, TestOutcome &outcome) {
  std::string rest;
  StringRef text = errors;
  while (true) {
    auto [before, after] = text.split(test_protocol::begin);
    rest += before;
    if (after.empty())
      break;
    auto [value, next] = after.drop_front().split(test_protocol::end);
    StringRef name = after.front() == test_protocol::expected ? "expected"
                     : after.front() == test_protocol::actual ? "actual"
                     : after.front() == test_protocol::left   ? "left"
                                                              : "right";
    outcome.values.push_back({name, shortenText(value)});
    text = next;
  }
  if (outcome.values.size() == 2 && outcome.values[0].first == "right")
    std::swap(outcome.values[0], outcome.values[1]);
  errors = std::move(rest);
}

/// What the first line of a trap says behind its place: "integer overflow".
static StringRef getTrapMessage(StringRef errors) {
  constexpr StringRef mark = ": trap: ";
  StringRef line = errors.take_until([](char c) { return c == '\n'; });
  size_t at = line.find(mark);
  return at == StringRef::npos ? "" : line.drop_front(at + mark.size());
}

TestOutcome Runner::runTest(const TestDecl &test) {
  if (!test.function)
    return checkRefused(*test.fence);
  constexpr int trapped = 101;
  bool traps = test.fence && test.fence->traps;
  ProcessResult result =
      process.run(test.function->testNumber, run.options.testSeconds);
  TestOutcome outcome;
  takeValues(result.errors, outcome);
  auto fail = [&](const llvm::Twine &reason) {
    outcome.status = TestOutcome::Failed;
    outcome.reason = reason.str();
    outcome.details = result.errors;
  };
  switch (result.end) {
  case ProcessResult::Exited: {
    bool asWanted = result.status == test_protocol::finished;
    if (traps && asWanted) {
      fail("the test reached its end");
      outcome.values = {{"expected", "trap: " + test.fence->name.str()},
                        {"actual", "no trap"}};
      break;
    }
    if (traps && result.status == trapped) {
      StringRef message = getTrapMessage(result.errors);
      asWanted = message == test.fence->name;
      if (!asWanted) {
        fail("the test ended with another trap");
        outcome.values = {{"expected", "trap: " + test.fence->name.str()},
                          {"actual", ("trap: " + message).str()}};
        break;
      }
    }
    if (asWanted) {
      outcome.values.clear();
      if (test.fence && test.fence->output)
        checkOutput(test, result.output, outcome);
      return outcome;
    }
    // The first line of a trap's message tells all; the rest is where.
    auto [first, rest] = StringRef(result.errors).split('\n');
    if (result.status != trapped || first.empty()) {
      fail("the program ended with status " + llvm::Twine(result.status) +
           " before the end of the test");
      break;
    }
    std::string reason = first.str(), details = rest.str();
    fail(reason);
    outcome.details = details;
    break;
  }
  case ProcessResult::Signalled:
    fail("the program was ended by signal " + llvm::Twine(result.status));
    break;
  case ProcessResult::TimedOut:
    fail("the test took more than " + llvm::Twine(run.options.testSeconds) +
         " s");
    break;
  case ProcessResult::WroteTooMuch:
    fail("the test printed more than 16 MiB");
    outcome.details.clear();
    break;
  case ProcessResult::NotStarted:
    run.diags.report(llvm::SMRange(), diag::cannot_run_tests, run.input,
                     strerror(result.status));
    fail("the program did not start");
    break;
  }
  if (!result.output.empty())
    outcome.details += "it printed:\n" + shortenText(result.output);
  return outcome;
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

void Runner::print(const TestDecl &test, const TestOutcome &outcome) {
  constexpr StringRef green = "32", red = "1;31", yellow = "33";
  switch (outcome.status) {
  case TestOutcome::Passed:
    paint("  ok       ", green);
    break;
  case TestOutcome::Updated:
    paint("  updated  ", yellow);
    break;
  case TestOutcome::Failed:
    paint("  FAILED   ", red);
    break;
  }
  os << test.name << " (" << getPlace(test.place) << ")\n";
  if (outcome.status != TestOutcome::Failed)
    return;
  os << "           " << outcome.reason << '\n';
  for (const auto &[name, value] : outcome.values) {
    auto [line, rest] = StringRef(value).split('\n');
    os << "             " << llvm::left_justify((name + ":").str(), 10) << line
       << '\n';
    while (!rest.empty()) {
      std::tie(line, rest) = rest.split('\n');
      os.indent(23) << line << '\n';
    }
  }
  for (StringRef rest = outcome.details; !rest.empty();) {
    auto [line, next] = rest.split('\n');
    os << "           " << line << '\n';
    rest = next;
  }
}

void Runner::printJSON(const TestDecl &test, const TestOutcome &outcome) {
  static constexpr StringRef words[] = {"passed", "failed", "updated"};
  llvm::json::OStream json(os);
  json.object([&] {
    json.attribute("test", llvm::json::fixUTF8(test.name));
    json.attribute("file", llvm::json::fixUTF8(run.locationName));
    if (!run.target.empty())
      json.attribute("target", llvm::json::fixUTF8(run.target));
    json.attribute("line", getLine(test.place));
    json.attribute("status", words[outcome.status]);
    if (outcome.status != TestOutcome::Failed)
      return;
    json.attribute("reason", llvm::json::fixUTF8(outcome.reason));
    for (const auto &[name, value] : outcome.values)
      json.attribute(name, llvm::json::fixUTF8(value));
    if (!outcome.details.empty())
      json.attribute("details", llvm::json::fixUTF8(outcome.details));
  });
  os << '\n';
}

bool Runner::runAll() {
  const std::vector<TestDecl> &tests = run.module.tests;
  if (!run.options.testFilter.empty() &&
      llvm::none_of(tests,
                    [&](const TestDecl &test) { return isChosen(test); })) {
    run.diags.report(llvm::SMRange(), diag::no_such_test, run.input,
                     run.options.testFilter);
    return false;
  }
  bool asText = !run.options.testsAsJSON && !run.options.testOutcomes;
  unsigned counts[3] = {};
  if (asText) {
    os << run.locationName;
    if (!run.target.empty())
      os << " for " << run.target;
    os << '\n';
  }
  for (const TestDecl &test : tests) {
    if (!isChosen(test))
      continue;
    TestOutcome outcome = runTest(test);
    ++counts[outcome.status];
    if (run.options.testOutcomes) {
      outcome.name = test.name;
      outcome.line = getLine(test.place);
      run.options.testOutcomes->push_back(std::move(outcome));
      continue;
    }
    if (asText)
      print(test, outcome);
    else
      printJSON(test, outcome);
  }
  if (run.options.testOutcomes)
    return true;
  bool written = writeUpdates();
  unsigned total = counts[0] + counts[1] + counts[2];
  if (!asText) {
    llvm::json::OStream json(os);
    json.object([&] {
      json.attribute("file", llvm::json::fixUTF8(run.locationName));
      if (!run.target.empty())
        json.attribute("target", llvm::json::fixUTF8(run.target));
      json.attribute("tests", total);
      json.attribute("passed", counts[TestOutcome::Passed]);
      json.attribute("failed", counts[TestOutcome::Failed]);
      json.attribute("updated", counts[TestOutcome::Updated]);
    });
    os << '\n';
  } else {
    os << total << (total == 1 ? " test: " : " tests: ")
       << counts[TestOutcome::Passed] << " passed";
    if (counts[TestOutcome::Updated])
      os << ", " << counts[TestOutcome::Updated] << " updated";
    os << ", " << counts[TestOutcome::Failed] << " failed\n";
  }
  os.flush();
  return written && counts[TestOutcome::Failed] == 0;
}

bool flux::runTests(const TestRun &run, StringRef program) {
  return Runner(run, program).runAll();
}
