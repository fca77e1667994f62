//===- Internal.h - what the parts of the runtime share --------*- C++ -*-===//
//
// Each function lies in a section of its own, and a program holds those that it
// reaches; so the parts call each other through as few functions as they can.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_INTERNAL_H
#define FLUX_RUNTIME_RT_INTERNAL_H

#include "runtime/rt/rt.h"
#include <stddef.h>

// What every C++ compiler expects of its environment (builtins/Memory.cpp).
extern "C" {
void *memcpy(void *__restrict to, const void *__restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
}

namespace flux::rt {

/// The registers of a caller just after its call returned.
struct Frame {
  uint64_t returnAddress;
  uint64_t stackPointer; ///< or less, where frame pointers find the frames
  uint64_t framePointer;
};

#if defined(__wasm__) || defined(__FLUX_VM__)
// Only who runs a module sees its calls.
#define FLUX_CALLER() ::flux::rt::Frame()
#else
/// The frame of the caller of the function this stands in.
#define FLUX_CALLER() ::flux::rt::getCaller(__builtin_frame_address(0))
#endif

__attribute__((always_inline)) inline Frame getCaller(const void *frame) {
  auto *slots = static_cast<const uint64_t *>(frame);
#if defined(__riscv)
  return {slots[-1], reinterpret_cast<uint64_t>(slots), slots[-2]};
#else
  // On ARM64 more may be saved above the two; the frames of compiled code are
  // found by the frame pointer there.
  return {slots[1], reinterpret_cast<uint64_t>(slots + 2), slots[0]};
#endif
}

/// Memory is asked for in multiples of this many bytes. Pages may be larger.
inline constexpr uint64_t pageSize = 4096;

/// End of the stack of the program: no frame lies at or above it.
extern uint64_t stackTop;

//===--- Start.cpp, Signals.cpp -------------------------------------------===//

/// Ends the program after writing what the buffers hold; the status becomes
/// outputFailedStatus if standard output could not be written.
[[noreturn]] void finish(int status);
/// Runs the program with \p count arguments, and ends.
[[noreturn]] void runProgram(const char *const *args, int64_t count);
/// Ends a program for whose arguments there is no memory.
[[noreturn]] void refuseArguments();
inline constexpr int outputFailedStatus = 74;
/// Makes a stack overflow a trap.
void installStackOverflowHandler();

//===--- Console.cpp ------------------------------------------------------===//

/// Adds to the buffer of standard error, which is written when it is full.
void writeError(const char *data, int64_t length);
/// Writes what the buffers of both streams hold, standard output first.
/// Returns the first error (a positive number) of standard output, or 0.
int flushAll();

//===--- Trap.cpp, Backtrace.cpp ------------------------------------------===//

/// Tells that \p site broke the rule \p kind, where \p frame called the
/// runtime, and ends the program.
[[noreturn]] void trap(TrapKind kind, const TrapSite *site, uint64_t a,
                       uint64_t b, uint64_t c, Frame frame);
/// Writes a line of a backtrace: \p lead, the function and the place.
void writeCall(const char *lead, const char *function, const char *file,
               uint32_t line, uint32_t column);
/// True for the function around the program that no document wrote.
bool isEntryPoint(const char *function);
/// Writes the calls that led to \p frame, without those within \p function,
/// which was told already.
void writeBacktrace(const char *function, Frame frame);
/// True if \p address is where a call of compiled code returns to.
bool isReturnAddress(uint64_t address);
/// True if some calls in a row can be followed from \p frame.
bool leadsOut(Frame frame);
/// Writes `place: trap: stack overflow` for the innermost call of \p frame.
void writeOverflow(Frame frame);

//===--- Memory.cpp -------------------------------------------------------===//

/// \p size bytes, 16-byte aligned, from the turn region.
void *allocate(const TrapSite *site, int64_t size, Frame frame);

/// What --poison-memory writes over memory that is given back.
inline constexpr int poisonByte = 0xDD;
/// A part of the memory of the turn; `chunk` leads to the part before it.
struct TurnMemory {
  const void *chunk;
  char *begin;
  uint64_t size;
};
/// The part before that of \p chunk, or the last one for null; the `chunk` of
/// the first part is null.
TurnMemory getTurnMemory(const void *chunk);
/// Ends the turn so that reads of its memory show.
void poisonTurnMemory();

/// Writes a literal to standard error.
template <unsigned N>
inline void writeErrorText(const char (&text)[N]) {
  writeError(text, N - 1);
}

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_INTERNAL_H
