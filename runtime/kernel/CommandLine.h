//===- CommandLine.h - what the machine was started with -------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_COMMANDLINE_H
#define FLUX_RUNTIME_KERNEL_COMMANDLINE_H

#include "runtime/base/Arena.h"

namespace flux::kernel {

/// The value of the word `NAME=value` of the kernel's part of \p commandLine;
/// no bytes at all, data being null, if there is none.
Bytes getOption(const char *commandLine, const char *name);
/// True if \p text is \p other.
bool equals(Bytes text, const char *other);
/// True if \p word is one of those that stand in \p text with commas between.
bool lists(Bytes text, const char *word);
/// The value of a hexadecimal digit; -1 if \p c is none.
int readHexDigit(uint8_t c);

/// How many arguments for the first program stand in \p commandLine.
unsigned countArguments(const char *commandLine);
/// Copies at most \p size bytes of argument \p index, which is below
/// countArguments(); returns its length.
uint64_t readArgument(const char *commandLine, uint64_t index, uint8_t *out,
                      uint64_t size);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_COMMANDLINE_H
