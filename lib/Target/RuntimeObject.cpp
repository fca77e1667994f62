//===- RuntimeObject.cpp - the runtime inside the compiler ----------------===//
//
// An executable is compiled code plus the runtime.  The runtime is compiled
// when the compiler is built, and is part of its file: programs can be made on
// machines that have nothing but fluxc.
//
//===----------------------------------------------------------------------===//

#include "RuntimeObject.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::StringRef;

/// Embeds the file FILE as the symbols flux_runtime_NAME and ..._end.
#define EMBED(NAME, FILE)                                                      \
  extern "C" const char flux_runtime_##NAME[], flux_runtime_##NAME##_end[];    \
  __asm__(".pushsection .rodata.flux_runtime,\"a\",@progbits\n"                \
          ".balign 16\n"                                                       \
          "flux_runtime_" #NAME ":\n"                                          \
          ".incbin \"" FILE "\"\n"                                             \
          "flux_runtime_" #NAME "_end:\n"                                      \
          ".popsection\n");
EMBED(arm64, FLUX_RUNTIMES "/rt-arm64.o")
EMBED(arm64_flux, FLUX_RUNTIMES "/rt-arm64-flux.o")
EMBED(bytecode, FLUX_RUNTIMES "/rt-bytecode.o")
EMBED(riscv64, FLUX_RUNTIMES "/rt-riscv64.o")
EMBED(riscv64_flux, FLUX_RUNTIMES "/rt-riscv64-flux.o")
EMBED(wasm32, FLUX_RUNTIMES "/rt-wasm32.o")
EMBED(wasm32_wasi, FLUX_RUNTIMES "/rt-wasm32-wasi.o")
EMBED(x86_64, FLUX_RUNTIMES "/rt-x86_64.o")
EMBED(x86_64_flux, FLUX_RUNTIMES "/rt-x86_64-flux.o")
#undef EMBED

namespace {

struct Runtime {
  StringRef name, triple;
  const char *begin, *end;
};

} // namespace

static constexpr StringRef names[] = {
    "arm64",  "arm64-flux",  "bytecode", "riscv64",    "riscv64-flux",
    "wasm32", "wasm32-wasi", "x86_64",   "x86_64-flux"};
static const Runtime runtimes[] = {
    {"arm64", "aarch64-unknown-linux", flux_runtime_arm64,
     flux_runtime_arm64_end},
    {"arm64-flux", "aarch64-unknown-none", flux_runtime_arm64_flux,
     flux_runtime_arm64_flux_end},
    {"bytecode", "riscv64-unknown-unknown", flux_runtime_bytecode,
     flux_runtime_bytecode_end},
    {"riscv64", "riscv64-unknown-linux", flux_runtime_riscv64,
     flux_runtime_riscv64_end},
    {"riscv64-flux", "riscv64-unknown-none", flux_runtime_riscv64_flux,
     flux_runtime_riscv64_flux_end},
    {"wasm32", "wasm32-unknown-unknown", flux_runtime_wasm32,
     flux_runtime_wasm32_end},
    {"wasm32-wasi", "wasm32-unknown-wasip1", flux_runtime_wasm32_wasi,
     flux_runtime_wasm32_wasi_end},
    {"x86_64", "x86_64-unknown-linux", flux_runtime_x86_64,
     flux_runtime_x86_64_end},
    {"x86_64-flux", "x86_64-unknown-none", flux_runtime_x86_64_flux,
     flux_runtime_x86_64_flux_end},
};

static const Runtime &find(StringRef name) {
  return *llvm::find_if(
      runtimes, [&](const Runtime &runtime) { return runtime.name == name; });
}

llvm::ArrayRef<StringRef> flux::getRuntimeNames() { return names; }

StringRef flux::getRuntimeTriple(StringRef name) { return find(name).triple; }

StringRef flux::getRuntimeObject(StringRef name) {
  const Runtime &runtime = find(name);
  return {runtime.begin, static_cast<size_t>(runtime.end - runtime.begin)};
}
