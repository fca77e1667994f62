//===- System.h - what the runtime asks of its surroundings -----*- C++ -*-===//
//
// Linux is asked by system calls, the host of a WebAssembly module by imported
// functions.  Both headers declare the same names, as far as the parts of the
// runtime that all programs have use them.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_SYSTEM_H
#define FLUX_RUNTIME_RT_SYSTEM_H

// FLUX_IN_KERNEL: parts of flux-vm in the kernel of images.
#if defined(__wasm__) || defined(FLUX_IN_KERNEL)
#include "runtime/rt/wasm/System.h"
#else
#include "runtime/rt/linux/Syscalls.h"
#endif

#endif // FLUX_RUNTIME_RT_SYSTEM_H
