//===- BackEnds.cpp - the back ends of LLVM that fluxc holds --------------===//
//
// Tables of instructions and registers are built when a back end is
// initialised.  A run of the compiler needs one of them, so TargetSelect.h,
// which initialises whatever this LLVM was built with, is not used.
//
//===----------------------------------------------------------------------===//

#include "BackEnds.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Triple.h"
#include <mutex>

using namespace flux;
using llvm::StringRef;

#define BACK_END(NAME)                                                         \
  extern "C" void LLVMInitialize##NAME##TargetInfo();                          \
  extern "C" void LLVMInitialize##NAME##Target();                              \
  extern "C" void LLVMInitialize##NAME##TargetMC();                            \
  extern "C" void LLVMInitialize##NAME##AsmPrinter();                          \
  static void initialize##NAME() {                                             \
    LLVMInitialize##NAME##TargetInfo();                                        \
    LLVMInitialize##NAME##Target();                                            \
    LLVMInitialize##NAME##TargetMC();                                          \
    LLVMInitialize##NAME##AsmPrinter();                                        \
  }
BACK_END(AArch64)
BACK_END(RISCV)
BACK_END(WebAssembly)
BACK_END(X86)
#undef BACK_END

namespace {

struct BackEnd {
  llvm::Triple::ArchType arch;
  void (*initialize)();
  /// See getNeededFeatures().
  llvm::ArrayRef<StringRef> features;
};

} // namespace

static constexpr StringRef x86Features[] = {
    "+64bit",      "+64bit-mode", "-16bit-mode", "-32bit-mode",
    "-soft-float", "+cmov",       "+sse2"};
static constexpr StringRef arm64Features[] = {"+fp-armv8", "+neon"};
// Relaxation would move code that the call-site table names.
static constexpr StringRef riscvFeatures[] = {
    "+64bit", "-32bit", "+m", "+d", "-e", "-relax", "-save-restore"};
// What the runtime is compiled with, and no memory that is shared.
static constexpr StringRef wasmFeatures[] = {
    "+bulk-memory", "+bulk-memory-opt",     "+mutable-globals",
    "+sign-ext",    "+nontrapping-fptoint", "-atomics"};
static const BackEnd backEnds[] = {
    {llvm::Triple::aarch64, initializeAArch64, arm64Features},
    {llvm::Triple::riscv64, initializeRISCV, riscvFeatures},
    {llvm::Triple::wasm32, initializeWebAssembly, wasmFeatures},
    {llvm::Triple::x86_64, initializeX86, x86Features},
};
/// LLVM's table of targets is not made for several threads.
static std::mutex registryMutex;
static bool initialized[std::size(backEnds)];

static const BackEnd *find(const TargetSpec &target) {
  llvm::Triple::ArchType arch = llvm::Triple(target.triple).getArch();
  for (const BackEnd &backEnd : backEnds)
    if (backEnd.arch == arch)
      return &backEnd;
  return nullptr;
}

const llvm::Target *flux::findBackEnd(const TargetSpec &target,
                                      std::string &error) {
  std::lock_guard lock(registryMutex);
  if (const BackEnd *backEnd = find(target))
    if (!std::exchange(initialized[backEnd - backEnds], true))
      backEnd->initialize();
  return llvm::TargetRegistry::lookupTarget(llvm::Triple(target.triple), error);
}

llvm::ArrayRef<StringRef> flux::getNeededFeatures(const TargetSpec &target) {
  const BackEnd *backEnd = find(target);
  return backEnd ? backEnd->features : llvm::ArrayRef<StringRef>();
}
