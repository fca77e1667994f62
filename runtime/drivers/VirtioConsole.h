//===- VirtioConsole.h - lines of virtual machines -------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_VIRTIOCONSOLE_H
#define FLUX_RUNTIME_DRIVERS_VIRTIOCONSOLE_H

#include "runtime/drivers/Virtio.h"
#include "runtime/kernel/Console.h"

namespace flux::drivers {

/// The first port of a console, as a line for the kernel.  One that does not
/// take what is sent in time, or answers wrongly, ends.
class VirtioConsole : public kernel::ConsoleLine {
public:
  /// Takes over a device; false if it does not work.
  bool open(const Virtio &which);
  /// It does nothing any more.
  void stop();

private:
  bool send(const char *text, uint64_t size);
  int receive();

  Virtio device;
  Queue incoming, outgoing;          ///< each with the buffer behind its ring
  uint32_t position = 0, length = 0; ///< of what came
  bool works = false;
};

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_VIRTIOCONSOLE_H
