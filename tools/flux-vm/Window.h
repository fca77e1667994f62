//===- Window.h - memory of regions, 64 GiB of addresses -------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_WINDOW_H
#define FLUX_TOOLS_FLUX_VM_WINDOW_H

#include "runtime/vm/Machine.h"

namespace flux::tool {

/// Reserves addresses for the window, once; false if the engine cannot work
/// with one or the system does not allow it.
bool reserveWindow();
/// Memory for a region, in the window if there is one; null if there is none.
uint8_t *mapRegion(unsigned number, uint64_t size);
void unmapRegion(unsigned number, uint8_t *base, uint64_t size);
/// Makes the pages of \p machine, which is going to run, as its regions' rights
/// are, and faults traps.  Without a window, or if a region can be written but
/// not read, nothing happens, and accesses have to be checked.
void guardRegions(vm::Machine &machine);

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_WINDOW_H
