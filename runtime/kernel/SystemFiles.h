//===- SystemFiles.h - the folders `sys/` and `i2c/` -----------*- C++ -*-===//
//
// What a document can ask the system for by files, as it has no calls of the
// system: text about it, a program to start, a process to end, an end of all,
// registers of devices on the SMBus.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_KERNEL_SYSTEMFILES_H
#define FLUX_RUNTIME_KERNEL_SYSTEMFILES_H

#include "runtime/kernel/Process.h"

namespace flux::kernel {

inline constexpr uint32_t noSystemFile = ~0u;

// All of these need the kernel's lock.

/// The file with a name below `sys/`, or noSystemFile.  `run/LINE` and
/// `start/LINE` are names, too.
uint32_t findSystemFile(Bytes name);
/// The register with a name below `i2c/`, as a file of the system, or
/// noSystemFile: `48/00`, or `48/00/word`, in hexadecimal.
uint32_t findRegister(Bytes name);
/// The name of file \p index below `sys/`; empty at the end.
Bytes getSystemFileName(unsigned index);
/// 0, the number of the program that was started for it, what a register holds,
/// or an error.
int64_t openSystemFile(Process &self, uint32_t file, Bytes name, bool writes);
/// True if the number that opening such a file gave is what is read from it;
/// else it is that of a program that is waited for, or 0.
bool givesNumber(uint32_t file);
int64_t readSystemFile(Process &self, uint32_t file, uint8_t *out,
                       uint64_t size, uint64_t position);
/// The status of a child as a line, when it has ended, or the number itself.
int64_t readChild(Process &self, Guard &guard, uint32_t child, bool numberOnly,
                  uint8_t *out, uint64_t size, uint64_t position);
int64_t writeSystemFile(Process &self, uint32_t file, Bytes text);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_SYSTEMFILES_H
