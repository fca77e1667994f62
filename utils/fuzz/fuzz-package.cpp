//===- fuzz-package.cpp - hostile packages --------------------------------===//
//
// Any bytes, with a right hash: they are refused, or verified code runs inside
// of its regions, on both engines alike.  What travels with it is looked at.
//
//===----------------------------------------------------------------------===//
#include "runtime/bytecode/Signature.h"
#include "unittests/VM/Engines.h"

using namespace flux;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string file(reinterpret_cast<const char *>(data), size);
  rehash(file);
  TestArena arena;
  bytecode::Package package;
  bytecode::VerifyError error;
  if (package.read(toBytes(file)) != nullptr ||
      !bytecode::verify(package, arena, error))
    return 0;
  bytecode::disassemble(package, arena);
  for (uint32_t i = 0; i != package.numNatives; ++i)
    if (package.getNative(i).executable.size == 0)
      __builtin_trap();
  Bytes signature = package.getSection(bytecode::SectionKind::Signature);
  if (signature.size != 0)
    bytecode::checkSignature(package, signature.data);
  // Large stacks and call limits only take time.
  if (package.manifest.stackSize > 1 << 20 || package.manifest.callLimit > 1000)
    return 0;
  if (observe(package, Engine::Plain, 1000, 2, true) !=
      observe(package, Engine::Threaded, 1000, 2, true))
    __builtin_trap();
  return 0;
}
