//===- Rules.cpp - what a kernel for tests does on purpose ----------------===//
//
// Whether the walls of a kernel stand, and whether its disks keep what they are
// given, is seen when it breaks a rule or tries them, as its option `test=NAME`
// says.  Only images of tests have this (flux-os-image --link).
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Describe.h"

namespace flux::kernel {

/// What an image without them has.
[[gnu::weak]] int runChecks() { return panicStatus; }

extern "C" void flux_run_test(Bytes name) {
  static uint64_t data = 0;
  // The compiler must not see where this goes.
  uint64_t address = 0;
  if (equals(name, "disks"))
    return drivers::testDisks();
  if (equals(name, "write-code"))
    address = reinterpret_cast<uint64_t>(&flux_run_test);
  else if (equals(name, "write-constant"))
    address = reinterpret_cast<uint64_t>(getBootInfo().archive);
  else if (equals(name, "execute-data"))
    address = reinterpret_cast<uint64_t>(&data);
  else
    hal::powerOff(equals(name, "checks") ? runChecks() : panicStatus);
  __asm__("" : "+r"(address));
  if (equals(name, "execute-data"))
    reinterpret_cast<void (*)()>(address)();
  else
    *reinterpret_cast<volatile uint8_t *>(address) = 0;
}

} // namespace flux::kernel
