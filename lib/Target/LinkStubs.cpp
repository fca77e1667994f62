//===- LinkStubs.cpp - symbols of LLVM parts that fluxc leaves out --------===//
//
// For link-time optimisation, which fluxc does not use, lld names the
// initialisers of every target that its LLVM was built with, and Debian's
// LLVMExtensions names Polly, which another package holds.
//
//===----------------------------------------------------------------------===//

#include "llvm/Passes/PassBuilder.h"
#include "llvm/Plugins/PassPlugin.h"

#define STUB_TARGET(NAME)                                                      \
  void LLVMInitialize##NAME##TargetInfo() {}                                   \
  void LLVMInitialize##NAME##Target() {}                                       \
  void LLVMInitialize##NAME##TargetMC() {}                                     \
  void LLVMInitialize##NAME##AsmPrinter() {}                                   \
  void LLVMInitialize##NAME##AsmParser() {}

extern "C" {
STUB_TARGET(AMDGPU)
STUB_TARGET(ARM)
STUB_TARGET(AVR)
STUB_TARGET(BPF)
STUB_TARGET(Hexagon)
STUB_TARGET(Lanai)
STUB_TARGET(LoongArch)
STUB_TARGET(M68k)
STUB_TARGET(MSP430)
STUB_TARGET(Mips)
STUB_TARGET(NVPTX)
STUB_TARGET(PowerPC)
STUB_TARGET(SPIRV)
STUB_TARGET(Sparc)
STUB_TARGET(SystemZ)
STUB_TARGET(VE)
STUB_TARGET(XCore)
STUB_TARGET(Xtensa)
}

llvm::PassPluginLibraryInfo getPollyPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "Polly", "none", [](llvm::PassBuilder &) {},
          nullptr};
}
