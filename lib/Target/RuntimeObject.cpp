//===- RuntimeObject.cpp - the runtime inside the compiler ----------------===//
//
// An executable is compiled code plus the runtime.  The runtime is compiled
// when the compiler is built, and is part of its file: programs can be made on
// machines that have nothing but fluxc.
//
//===----------------------------------------------------------------------===//

#include "RuntimeObject.h"

extern "C" const char flux_runtime_x86_64[], flux_runtime_x86_64_end[];

__asm__(".pushsection .rodata.flux_runtime,\"a\",@progbits\n"
        ".balign 16\n"
        "flux_runtime_x86_64:\n"
        ".incbin \"" FLUX_RUNTIME_X86_64 "\"\n"
        "flux_runtime_x86_64_end:\n"
        ".popsection\n");

llvm::StringRef flux::getRuntimeObject(const TargetSpec &) {
  return {flux_runtime_x86_64,
          static_cast<size_t>(flux_runtime_x86_64_end - flux_runtime_x86_64)};
}
