//===- StepParserTest.cpp - steps, durations and keys ---------------------===//
//
// Section 9 of the language reference: what each step becomes, what may be
// added to it, and that everything else is refused.
//
//===----------------------------------------------------------------------===//
#include "ParseSource.h"

using namespace flux;
using llvm::StringRef;

namespace {

/// The tree under `Loop` of a document with these steps, or the messages.
std::string loop(const std::string &steps) {
  ParseSource source("# T\n\n## Loop\n\n" + steps);
  if (!source.messages.empty())
    return source.messages;
  std::string result;
  llvm::SmallVector<StringRef> lines;
  StringRef(source.tree).split("    Loop\n").second.split(lines, '\n');
  for (StringRef line : lines)
    if (!line.empty())
      result += line.drop_front(6).str() + "\n";
  return result;
}

/// The messages of `Init` with these steps, which begin in line 5.
std::string initMessages(const std::string &steps) {
  return ParseSource("# T\n\n## Init\n\n" + steps).messages;
}

std::optional<int64_t> duration(StringRef text) {
  llvm::SourceMgr sources;
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, "a.md");
  text = buffer->getBuffer();
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  DiagnosticEngine diags(sources);
  std::optional<int64_t> result = parseDuration(text, diags);
  EXPECT_EQ(diags.hasErrors(), !result);
  return result;
}

} // namespace

TEST(Steps, Write) {
  std::string x = "Expression\n  Call println\n    Name x\n";
  for (StringRef step :
       {"Write x to console", "write the x TO the Console.",
        "- Write x to output", "1. Write x to console (a remark)",
        "Write x to console. (a remark)", "Write x to console (a remark)."})
    EXPECT_EQ(loop(step.str()), x) << step.str();
  EXPECT_EQ(loop("Write x to error"),
            "Expression\n  Call eprintln\n    Name x\n");
  EXPECT_EQ(loop("Log to"), "Expression\n  Call eprintln\n    Name to\n");
  EXPECT_EQ(loop("Write a to console"),
            "Expression\n  Call println\n    Name a\n");
  EXPECT_EQ(loop("Write \"a to b: (c)\" to console"),
            "Expression\n  Call println\n    StrLiteral \"a to b: (c)\"\n");
}

TEST(Steps, Interpolation) {
  EXPECT_EQ(loop("Log \"{x} of {n + 1}\\n{{}}\""),
            "Expression\n  Call eprintln\n    Name x\n"
            "    StrLiteral \" of \"\n    Binary +\n      Name n\n"
            "      IntLiteral 1\n    StrLiteral \"\\n{}\"\n");
  EXPECT_EQ(loop("Log \"\\u{41}\\x7b\""),
            "Expression\n  Call eprintln\n    StrLiteral \"A{\"\n");
  EXPECT_EQ(initMessages("Log \"a } {} {b\""),
            "FLX0414 5:8 '}'\nFLX0414 5:10 '{}'\nFLX0414 5:13 '{'\n");
  EXPECT_EQ(initMessages("Log \"{x +} {x y} {\\\"a\\\"}\""),
            "FLX0301 5:10 ''\nFLX0403 5:15 'y'\nFLX0414 5:19 '\\\"'\n");
  EXPECT_EQ(initMessages("Log f(\"{x}\")"), "FLX0415 5:7 '\"{x}\"'\n");
}

TEST(Steps, SetAndCall) {
  EXPECT_EQ(loop("Set the x to a + 1."),
            "Set x\n  Binary +\n    Name a\n    IntLiteral 1\n");
  EXPECT_EQ(loop("Set a to (x) (remark)"), "Set a\n  Name x\n");
  EXPECT_EQ(loop("Set a to 1.5."), "Set a\n  FloatLiteral 1.5\n");
  EXPECT_EQ(loop("Set a to x.len."), "Set a\n  Member len\n    Name x\n");
  EXPECT_EQ(loop("Set a to x * (y)"),
            "Set a\n  Binary *\n    Name x\n    Name y\n");
  EXPECT_EQ(loop("Call f(x, 1) (remark)"),
            "Expression\n  Call f\n    Name x\n    IntLiteral 1\n");
  EXPECT_EQ(loop("Call time.sleep(x)"),
            "Expression\n  Call time.sleep\n    Name x\n");
  EXPECT_EQ(initMessages("Set x[1] to 2"), "FLX0417 5:6 '['\n");
  EXPECT_EQ(initMessages("Set in to 2"), "FLX0417 5:5 'in'\n");
  EXPECT_EQ(initMessages("Set x = 2"), "FLX0424 5:7 '='\n");
  EXPECT_EQ(initMessages("Set x 2"), "FLX0403 5:7 '2'\n");
  EXPECT_EQ(initMessages("Call f"), "FLX0416 5:6 'f'\n");
  EXPECT_EQ(initMessages("Call f (x)"), "FLX0416 5:6 'f'\n");
  EXPECT_EQ(initMessages("Set x to 1 and 2"), "FLX0313 5:12 'and'\n");
  EXPECT_EQ(initMessages("Set x to 1 then stop"), "FLX0404 5:12 'then stop'\n");
}

TEST(Steps, If) {
  EXPECT_EQ(loop("1. If a: Log 1\n2. Else if b:\n   - Log 2\n3. Else: Log 3\n"
                 "4. If c: if d: Log 4\n5. else: log 5"),
            "If\n  Name a\nThen\n  Expression\n    Call eprintln\n"
            "      IntLiteral 1\nElif\n  Name b\nThen\n  Expression\n"
            "    Call eprintln\n      IntLiteral 2\nElse\n  Expression\n"
            "    Call eprintln\n      IntLiteral 3\n"
            "If\n  Name c\nThen\n  If\n    Name d\n  Then\n    Expression\n"
            "      Call eprintln\n        IntLiteral 4\nElse\n  Expression\n"
            "    Call eprintln\n      IntLiteral 5\n");
  EXPECT_EQ(loop("- If x == \":\": (remark)\n  - Stop"),
            "If\n  Binary ==\n    Name x\n    StrLiteral \":\"\nThen\n"
            "  Expression\n    Call process.exit\n      IntLiteral 0\n");
  EXPECT_EQ(
      initMessages("- Else: Log 1\n- If a: Log 2\n- Log 3\n- Else: Log 4"),
      "FLX0407 5:3 'Else'\nFLX0407 8:3 'Else'\n");
  EXPECT_EQ(initMessages("- If a: Log 1\n- Else: Log 2\n- Else if b: Log 3"),
            "FLX0407 7:3 'Else if'\n");
  EXPECT_EQ(initMessages("- If a:\n- If b\n  - Log 1\n- If : Log 2"),
            "FLX0406 5:3 'If'\nFLX0403 6:7 ''\nFLX0301 8:6 ':'\n");
  EXPECT_EQ(initMessages("- If a = 1: Log 1\n- Else Log 2"),
            "FLX0316 5:8 '='\nFLX0403 6:3 'Else'\n");
}

TEST(Steps, RepeatAndEvery) {
  EXPECT_EQ(loop("- Repeat n + 1 times:\n  - Log 1"),
            "ForRange _\n  to\n    Binary +\n      Name n\n"
            "      IntLiteral 1\nDo\n  Expression\n    Call eprintln\n"
            "      IntLiteral 1\n");
  EXPECT_EQ(loop("- Every 60s: Log 1\n- YIELD (wait forever)."),
            "Every 60000000000ns\n  Expression\n    Call eprintln\n"
            "      IntLiteral 1\nYield\n");
  EXPECT_EQ(loop("- Repeat 2 times:\n  - Every 1s: Log 1"),
            "FLX0410 6:5 'Every'\n");
  EXPECT_EQ(loop("- Every 2s:\n  - Every 1s: Log 1"), "FLX0410 6:5 'Every'\n");
  EXPECT_EQ(initMessages("- Every 1s: Log 1\n- YIELD"),
            "FLX0409 5:3 'Every'\nFLX0409 6:3 'YIELD'\n");
  EXPECT_EQ(initMessages("- Repeat 3: Log 1"), "FLX0403 5:11 ':'\n");
  EXPECT_EQ(loop("- Every 5: Log 1\n- Every 5s"),
            "FLX0411 5:9 '5'\nFLX0403 6:11 ''\n");
}

TEST(Steps, WaitAndStop) {
  EXPECT_EQ(loop("Wait 5 min (remark)"),
            "Expression\n  Call time.sleep\n    IntLiteral 300000000000\n");
  EXPECT_EQ(loop("Wait 2h."),
            "Expression\n  Call time.sleep\n    IntLiteral 7200000000000\n");
  EXPECT_EQ(loop("stop."),
            "Expression\n  Call process.exit\n    IntLiteral 0\n");
  EXPECT_EQ(initMessages("Stop now"), "FLX0404 5:6 'now'\n");
}

TEST(Steps, UnknownAndMalformed) {
  EXPECT_EQ(initMessages("- Wrte x to console\n- Print x\n- Read x\n"
                         "- TELL a: b\n- Set2 x\n- **Log** x"),
            "FLX0401 5:3 'Wrte'\nFLX0401 6:3 'Print'\nFLX1104 7:8 'x'\n"
            "FLX1108 8:11 'b'\nFLX0401 9:3 'Set2'\n"
            "FLX0401 10:3 '**Log**'\n");
  EXPECT_EQ(initMessages("- Log 1\n  - Log 2"), "FLX0405 6:5 'Log 2'\n");
}

TEST(Steps, LongChainsAreLimited) {
  std::string nested = "- ", chain = "- If a: Log 1\n";
  for (unsigned i = 0; i != 400; ++i)
    nested += "If a: ";
  EXPECT_TRUE(StringRef(initMessages(nested + "Log 1")).starts_with("FLX0309"));
  for (unsigned i = 0; i != 2000; ++i)
    chain += "- Else if b: Log 2\n";
  std::string messages = initMessages(chain);
  EXPECT_TRUE(StringRef(messages).starts_with("FLX0310"));
  EXPECT_EQ(StringRef(messages).count('\n'), 1u);
}

TEST(Keys, Durations) {
  EXPECT_EQ(duration("1ns"), 1);
  EXPECT_EQ(duration("5us"), 5000);
  EXPECT_EQ(duration("5ms"), 5000000);
  EXPECT_EQ(duration("60s"), 60000000000);
  EXPECT_EQ(duration("5 min"), 300000000000);
  EXPECT_EQ(duration("2h"), 7200000000000);
  EXPECT_EQ(duration("1d"), 86400000000000);
  EXPECT_EQ(duration("1.5h"), 5400000000000);
  EXPECT_EQ(duration("0.25 seconds"), 250000000);
  EXPECT_EQ(duration("1 Minute"), 60000000000);
  EXPECT_EQ(duration("106751d"), 9223286400000000000);
  for (StringRef bad : {"", "5", "s", "5 parsecs", "-5s", "0s", "0.1ns", "5.s",
                        "1e3s", "106752d", "99999999999999999999999999999s"})
    EXPECT_EQ(duration(bad), std::nullopt) << bad.str();
}

TEST(Keys, CompileAndAgent) {
  ParseSource source(
      "# T\n\n## Compile\ntarget: x86_64\noptimize: -Os (size)\n"
      "board: pi\n\n## Agent: a-b\ncapabilities: IO_WRITE, SPAWN\n"
      "heartbeat: 30s\nperiod: 5ms\n");
  EXPECT_EQ(source.messages, "");
  EXPECT_EQ(source.tree,
            "Module 'T'\n  Target 'x86_64'\n  Optimize '-Os'\n  Board 'pi'\n"
            "  Agent 'a-b'\n    Capabilities SPAWN IO_WRITE\n"
            "    Heartbeat 30000000000ns\n    Period 5000000ns\n");
}

TEST(Keys, Mistakes) {
  EXPECT_EQ(ParseSource("## Compile\noptimise: -O1\noptimize: O2\nfoo: 1\n"
                        "target: a\ntarget: b\n")
                .messages,
            "FLX0418 2:1 'optimise'\nFLX0420 3:11 'O2'\nFLX0418 4:1 'foo'\n"
            "FLX0419 6:1 'target'\n");
  EXPECT_EQ(ParseSource("## Agent: a\nname: b\n"
                        "capabilities: IO_WRTE, DEBUG, DEBUG, x\nperiod: 0s\n")
                .messages,
            "FLX0419 2:1 'name'\nFLX0421 3:15 'IO_WRTE'\nFLX0419 3:31 'DEBUG'\n"
            "FLX0421 3:38 'x'\nFLX0412 4:9 '0s'\n");
}
