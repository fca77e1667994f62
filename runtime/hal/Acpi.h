//===- Acpi.h - the tables of firmware -------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_ACPI_H
#define FLUX_RUNTIME_HAL_ACPI_H

#include "runtime/base/Arena.h"
#include "runtime/hal/DeviceTree.h"

namespace flux::hal {

/// Where bytes of physical memory are, or null if they cannot be read.
using AcpiAccess = const uint8_t *(*)(uint64_t address, uint64_t size);

/// Goes through the tables that a pointer leads to.
class AcpiTables {
public:
  AcpiTables(AcpiAccess access, uint64_t pointer);
  /// The next table; false at the end.  Its sum was not looked at.
  bool next(Bytes &table);

private:
  Bytes getTable(uint64_t address) const;

  const AcpiAccess access;
  Bytes root; ///< addresses of tables
  uint64_t at = 0;
  unsigned step = 0; ///< the size of an address
};

/// Reads what the tables tell of processors and devices into \p info and
/// \p devices.
void readAcpi(AcpiAccess access, uint64_t pointer, BootInfo &info,
              Devices &devices);

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_ACPI_H
