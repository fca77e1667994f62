//===- KernelObject.cpp - the kernels inside flux-os-image ----------------===//
//
// The kernel is compiled for each architecture when FLUX is built; an image is
// linked of it and of programs, on machines that have nothing but this tool.
//
//===----------------------------------------------------------------------===//

#include "KernelObject.h"
#include "flux/Image/KernelImage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace flux;
using llvm::StringRef;

/// Embeds the file FILE as the symbols flux_embedded_NAME and ..._end.
#define EMBED(NAME, FILE)                                                      \
  extern "C" const char flux_embedded_##NAME[], flux_embedded_##NAME##_end[];  \
  __asm__(".pushsection .rodata.flux_embedded,\"a\",@progbits\n"               \
          ".balign 16\n"                                                       \
          "flux_embedded_" #NAME ":\n"                                         \
          ".incbin \"" FILE "\"\n"                                             \
          "flux_embedded_" #NAME "_end:\n"                                     \
          ".popsection\n");                                                    \
  static StringRef NAME() {                                                    \
    return {flux_embedded_##NAME,                                              \
            static_cast<size_t>(flux_embedded_##NAME##_end -                   \
                                flux_embedded_##NAME)};                        \
  }
EMBED(kernelArm64, FLUX_KERNELS "/kernel-arm64.o")
EMBED(kernelRiscV64, FLUX_KERNELS "/kernel-riscv64.o")
EMBED(kernelWasm32, FLUX_KERNELS "/kernel-wasm32.o")
EMBED(kernelX86_64, FLUX_KERNELS "/kernel-x86_64.o")
EMBED(kernelScript, FLUX_KERNEL_SCRIPT)
#undef EMBED

llvm::ArrayRef<KernelTarget> flux::getKernelTargets() {
  namespace ELF = llvm::ELF;
  static const KernelTarget targets[] = {
      {"arm64", "aarch64linux", "flux_start", 0, true, ELF::EM_AARCH64, 0,
       kernelArm64(), true},
      {"riscv64", "elf64lriscv", "flux_start", 0, true, ELF::EM_RISCV,
       ELF::EF_RISCV_RVC | ELF::EF_RISCV_FLOAT_ABI_DOUBLE, kernelRiscV64(),
       false},
      {"wasm32", "wasm32", "", 0, false, ELF::EM_NONE, 0, kernelWasm32(),
       false},
      {"x86_64", "elf_x86_64", "flux_start32", 0x200000, false, ELF::EM_X86_64,
       0, kernelX86_64(), true},
  };
  return targets;
}

const KernelTarget *flux::findKernelTarget(StringRef name) {
  const auto *found =
      llvm::find_if(getKernelTargets(), [&](const KernelTarget &target) {
        return target.name == name;
      });
  return found != getKernelTargets().end() ? found : nullptr;
}

StringRef flux::getKernelScript() { return kernelScript(); }
