//===- Calls.cpp - services of the kernel, for machine code in images -----===//
//
// One small function for each service: its arguments are where the kernel takes
// them already.  The kernel keeps all registers but those of the result; those
// for floats are the caller's to save, as around every call.
//
//===----------------------------------------------------------------------===//

namespace {

enum Number : int {
#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC)       \
  Number_##NAME,
#include "runtime/vm/HostCalls.def"
  Number_handle_faults = 64, // runtime/kernel/User.h
};

} // namespace

#if defined(__x86_64__)
#define FLUX_CALL "movl %0, %%eax\n\tint $48\n\tret"
#elif defined(__aarch64__)
#define FLUX_CALL "mov x8, %0\n\tsvc #0\n\tret"
#else
#define FLUX_CALL "li a7, %0\n\tecall\n\tret"
#endif

extern "C" {

#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC)       \
  __attribute__((naked, used)) void flux_call_##NAME() __asm__(                \
      "flux_host_" #NAME);                                                     \
  void flux_call_##NAME() { __asm__(FLUX_CALL ::"i"(Number_##NAME)); }
#include "runtime/vm/HostCalls.def"

__attribute__((naked, used)) void flux_host_handle_faults() {
  __asm__(FLUX_CALL ::"i"(Number_handle_faults));
}

} // extern "C"
