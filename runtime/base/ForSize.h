//===- ForSize.h - code of which there should be little --------*- C++ -*-===//
//
// The virtual machine is a program of hosts, where speed and messages count,
// and part of kernels that boot, where size does: those
// are compiled with FLUX_FOR_SIZE=1.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_FORSIZE_H
#define FLUX_RUNTIME_BASE_FORSIZE_H

/// Where size counts more than speed, what is rarely executed is there once.
#ifndef FLUX_FOR_SIZE
#define FLUX_FOR_SIZE 0
#endif
#if FLUX_FOR_SIZE
/// Why something was refused: there, in general only.  flux-vm tells more about
/// the same file.
#define FLUX_REASON(GENERAL, EXACT) GENERAL
#else
#define FLUX_REASON(GENERAL, EXACT) EXACT
#endif

/// A function that reads a number at any address, and what it begins with.
/// Where that is a byte at a time it is called; the optimizer, which would let
/// callers read the number and pass it, must not see through the address.
#if FLUX_FOR_SIZE && defined(__riscv_misaligned_avoid)
#define FLUX_UNALIGNED inline __attribute__((noinline))
#define FLUX_UNALIGNED_AT(ADDRESS) __asm__("" : "+r"(ADDRESS))
#else
#define FLUX_UNALIGNED inline
#define FLUX_UNALIGNED_AT(ADDRESS) (void)(ADDRESS)
#endif

#endif // FLUX_RUNTIME_BASE_FORSIZE_H
