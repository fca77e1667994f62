//===- NoNextKernel.cpp - backends that start no other kernel -------------===//
//
// A process and a module are no place for another kernel, so none can be
// started; and the machine that starts anew is who started them.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/NextKernel.h"

namespace flux::hal {

void *getHandoverPlace() { return nullptr; }
void cleanMemory(MemoryRange) {}
bool canStart(const NextKernel &, const BootInfo &) { return false; }
void startKernel(const NextKernel &, const slots::Handover &) { reset(); }
void reset() {
  constexpr int status = 75; // try again, as other programs say it
  powerOff(status);
}

} // namespace flux::hal
