//===- ExchangeHandlers.cpp - words between packages ----------------------===//
//
// The imports `flux.exchange` and `flux.serve` as operations of the virtual
// machine.  While two processes are partners (Exchange.cpp), an exchange is:
// keep what the handlers of this one have in registers, write the word, and go
// on with what those of the other one had, on its stack.  Nothing else can
// happen on this processor meanwhile, as interrupts are off; nothing that other
// processors look at is changed.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Exchange.h"
#include "runtime/kernel/SchedulerState.h"
#include "runtime/vm/Handlers.h"

namespace flux::kernel {

#if FLUX_CAN_CHANGE_MACHINES

using namespace vm;

[[noreturn]] FLUX_INLINE void jumpTo(Place &place) {
  static_assert(__builtin_offsetof(Op, handler) == 0);
  hal::goOnAt(place.pc, place.registers, place.gas, &place);
}

void goOnAt(Place &place) { jumpTo(place); }

/// Asks the kernel.
template <bool IsServer>
[[gnu::noinline]] static void askKernel(FLUX_STATE) {
  hal::enableInterrupts();
  Machine &machine = show(pc, R, gas, cx);
  if (!machine.isAllowed(isa::EffectCOMMUNICATE))
    FLUX_TAIL slow(FLUX_PASS);
  cx->pc = pc + 1;
  cx->registers = R;
  cx->gas = gas;
  cx->window = R + pc->a;
  exchangeWords(*static_cast<Process *>(machine.host.self), IsServer,
                cx->window + isa::firstArgument, cx);
  FLUX_NEXT(1);
}

template <bool IsServer>
static void exchange(FLUX_STATE) {
  u64 *window = R + pc->a;
  hal::maskInterrupts();
  Place *to = cx->partner;
  if (__builtin_expect(to == nullptr || to->id != window[isa::firstArgument],
                       0))
    FLUX_TAIL askKernel<IsServer>(FLUX_PASS);
  cx->pc = pc + 1;
  cx->registers = R;
  cx->gas = gas;
  cx->window = window;
  hal::storeTicks(to->since);
  to->window[isa::firstArgument] = cx->id;
  to->window[isa::firstArgument + 1] = window[isa::firstArgument + 1];
  getOwnProcessor().current = static_cast<Process *>(to->process);
  jumpTo(*to);
}

AnyHandler findImportHandler(HostCall call) {
  return call == HostCall::exchange
             ? reinterpret_cast<AnyHandler>(exchange<false>)
         : call == HostCall::serve
             ? reinterpret_cast<AnyHandler>(exchange<true>)
             : nullptr;
}

bool isServing(const Place &place) {
  return place.pc[-1].handler == exchange<true>;
}

#else

vm::AnyHandler findImportHandler(vm::HostCall) { return nullptr; }

#endif

} // namespace flux::kernel
