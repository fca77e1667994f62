//===- DeviceTree.h - what a machine consists of ---------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_DEVICETREE_H
#define FLUX_RUNTIME_HAL_DEVICETREE_H

#include "runtime/hal/Internal.h"

namespace flux::hal {

/// The devices that the backends use.
struct Devices {
  Uart uart;
  enum class Conduit : uint8_t { None, Hypervisor, Monitor };
  Conduit psci = Conduit::None; ///< how ARM firmware is called
  uint8_t gicVersion = 0;       ///< of ARM's interrupt controller; 0: none
  MemoryRange distributor;
  MemoryRange interface; ///< of the processors: GICC, or GICR of version 3
  uint64_t localInterrupts = 0; ///< the controller of a BCM2836, without a GIC
  uint64_t powerManagement = 0; ///< of a BCM2835
  /// Where processors that wait in a loop look for the way out of it.
  uint64_t releases[maxCpus] = {};
  unsigned numReleases = 0;
  uint64_t timerFrequency = 0;
  uint64_t testDevice = 0; ///< SiFive's, which ends QEMU with a status
  /// What firmware gives to start a generator of random numbers; taken once.
  uint8_t seed[32] = {};
  bool hasSeed = false;
  uint64_t wallClock = 0; ///< a PL031, or Goldfish's
  bool isGoldfish = false;
};

/// Those of this machine.
extern Devices devices;

/// Reads the flattened device tree at \p tree into \p info and \p devices, and
/// takes it and what it reserves out of the memory.  What \p info has already,
/// memory and a command line, stays.  False if there is no tree.
bool readDeviceTree(const void *tree, BootInfo &info, Devices &devices);

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_DEVICETREE_H
