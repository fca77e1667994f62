//===- fuzz-assembler.cpp - texts to packages and back --------------------===//
//
// Any text is refused with a place, or becomes a package that the reader and
// the verifier know as one.  What a package is as text becomes the same package
// again.
//
//===----------------------------------------------------------------------===//
#include "unittests/VM/TestArena.h"

using namespace flux;

static void check(bool condition) {
  if (!condition)
    __builtin_trap();
}

/// The text of a package, which is in order; empty if the verifier refuses its
/// code.
static std::string disassembleFile(const std::string &file) {
  TestArena arena;
  bytecode::Package package;
  check(package.read(toBytes(file)) == nullptr);
  bytecode::VerifyError error;
  if (!bytecode::verify(package, arena, error))
    return "";
  return toString(bytecode::disassemble(package, arena));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string message;
  std::string file = assembleText(
      std::string(reinterpret_cast<const char *>(data), size), &message);
  check(file.empty() == !message.empty());
  if (file.empty())
    return 0;
  std::string text = disassembleFile(file);
  if (text.empty())
    return 0;
  std::string again = assembleText(text, &message);
  check(message.empty());
  check(disassembleFile(again) == text);
  return 0;
}
