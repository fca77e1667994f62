//===- Trap.cpp - the end of a program that broke a rule ------------------===//
//
// A trap tells all that is known in one go: what the program wrote before, the
// place with the values that broke the rule, the line of the document and the
// calls that led there.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/base/TrapMessage.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

static void writeText(const char *text) { writeError(text, textLength(text)); }

void writeCall(const char *lead, const char *function, const char *file,
               uint32_t line, uint32_t column) {
  writeText(lead);
  writeText(function);
  if (line != 0) {
    writeErrorText(" at ");
    formatPlace(file, line, column, writeError);
  }
  writeErrorText("\n");
}

bool isEntryPoint(const char *function) {
  return isSameText(function, "flux_main");
}

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
  // What the site tells of the innermost function is better than the table.
  const char *function = site->getFunction();
  if (function[0] != '\0' && !isEntryPoint(function))
    writeCall("  in ", function, site->getFile(), site->line, site->column);
  writeBacktrace(function, frame);
  flushAll();
  exitGroup(trapStatus);
}

#if defined(__wasm__)
extern "C" {

void flux_trap0(const TrapSite *site) { flux_trap3(site, 0, 0, 0); }

void flux_trap1(const TrapSite *site, uint64_t a) { flux_trap3(site, a, 0, 0); }

void flux_trap2(const TrapSite *site, uint64_t a, uint64_t b) {
  flux_trap3(site, a, b, 0);
}

void flux_trap3(const TrapSite *site, uint64_t a, uint64_t b, uint64_t c) {
  trap(TrapKind(site->kind), site, a, b, c, FLUX_CALLER());
}

} // extern "C"
#else
/// Called by all flux_trapN with the registers of their caller.
extern "C" [[noreturn]] __attribute__((used)) void
flux_trap_entry(const TrapSite *site, uint64_t a, uint64_t b, uint64_t c,
                const Frame *frame) {
  trap(TrapKind(site->kind), site, a, b, c, *frame);
}
#endif

} // namespace flux::rt
