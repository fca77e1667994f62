//===- Trap.cpp - the end of a program that broke a rule ------------------===//
//
// A trap tells all that is known in one go: what the program wrote before, the
// place with the values that broke the rule, the line of the document and the
// calls that led there.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/TrapMessage.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::rt {

void trap(TrapKind kind, const TrapSite *site, uint64_t a, uint64_t b,
          uint64_t c, Frame frame) {
  flushAll();
  uint64_t values[] = {a, b, c};
  if (site->getFile()[0] != '\0') {
    formatPlace(site->getFile(), site->line, site->column, writeError);
    writeErrorText(": ");
  }
  writeErrorText("trap: ");
  formatTrapMessage(kind, *site, values, writeError);
  writeErrorText("\n");
  if (site->line != 0 && site->getText()[0] != '\0')
    formatSourceLine(site->getText(), site->line, site->column, writeError);
  writeBacktrace(site, frame);
  flushAll();
  exitGroup(trapStatus);
}

/// Called by all flux_trapN with the registers of their caller.
extern "C" [[noreturn]] __attribute__((used)) void
flux_trap_entry(const TrapSite *site, uint64_t a, uint64_t b, uint64_t c,
                const Frame *frame) {
  trap(TrapKind(site->kind), site, a, b, c, *frame);
}

} // namespace flux::rt
