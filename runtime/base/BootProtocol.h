//===- BootProtocol.h - between flux-os-image and the kernel ---*- C++ -*-===//
//
// A machine has one serial line and a command line.  What a process has besides
// (two outputs, an end of its input, arguments) is told through these, if the
// command line has the word `streams=marked`.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_BOOTPROTOCOL_H
#define FLUX_RUNTIME_BASE_BOOTPROTOCOL_H

namespace flux::boot {

/// Where the output of the kernel begins, behind that of firmware.
inline constexpr char startMark[] = "\x02"
                                    "FLUX\x03";
/// Around what goes to standard error (SO and SI of ECMA-48, whose names are
/// shift out and shift in).
inline constexpr char errorBegin = '\x0E', errorEnd = '\x0F';
/// Behind the output of a kernel that starts another one, or the machine anew
/// (EM, the end of a medium).
inline constexpr char pauseMark = '\x19';
/// Before a byte of the output or input that would mean something (DLE).
inline constexpr char escape = '\x10';
/// The end of the input (EOT).
inline constexpr char inputEnd = '\x04';

/// True for bytes of an output that need escape before them.
constexpr bool isOutputMark(char c) {
  return c == errorBegin || c == errorEnd || c == pauseMark || c == escape;
}
/// The same for bytes of the input.
constexpr bool isInputMark(char c) { return c == inputEnd || c == escape; }

/// The word that the arguments of the first program follow, with %XX for each
/// byte that is no letter, digit or one of `-./:=_`, and % for an empty one.
inline constexpr char argumentsWord[] = "--";

/// How many bytes a command line may have; the kernel cuts off the rest.
inline constexpr unsigned maxCommandLine = 4095;

} // namespace flux::boot

#endif // FLUX_RUNTIME_BASE_BOOTPROTOCOL_H
