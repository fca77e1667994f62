//===- Acpi.h - the tables of firmware -------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_X86_64_ACPI_H
#define FLUX_RUNTIME_HAL_X86_64_ACPI_H

#include "runtime/hal/Internal.h"

namespace flux::hal {

/// Finds the processors in the tables that \p pointer leads to; if it is 0, the
/// pointer is looked for where PCs have it.
void readAcpi(uint64_t pointer, BootInfo &info);

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_X86_64_ACPI_H
