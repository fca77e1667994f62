//===- Report.h - what is told about a trap --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_VM_REPORT_H
#define FLUX_RUNTIME_VM_REPORT_H

#include "runtime/base/Format.h"
#include "runtime/base/TrapMessage.h"
#include "runtime/vm/Machine.h"

namespace flux::vm {

/// The function of \p place, or the one that \p word belongs to if it is 0;
/// empty without a name.
inline Bytes getFunctionName(const bytecode::Package &package, uint64_t word,
                             uint32_t place) {
  return place != 0 ? package.getPlaceName(package.getPlace(place).function)
                    : package.getName(package.findFunction(word));
}

/// Sends `NAME at FILE:LINE:COLUMN` for \p place, or `NAME (word N)` if it is
/// 0, to \p write(data, length).
template <class Write>
void formatPlace(const bytecode::Package &package, uint64_t word,
                 uint32_t place, const Write &write) {
  auto text = [&](const char *data) { write(data, rt::textLength(data)); };
  auto bytes = [&](Bytes data) {
    write(reinterpret_cast<const char *>(data.data),
          static_cast<int64_t>(data.size));
  };
  auto number = [&](uint64_t value) {
    char buffer[rt::maxIntegerLength];
    write(buffer, rt::formatU64(buffer, value));
  };
  Bytes name = getFunctionName(package, word, place);
  if (name.size != 0) {
    bytes(name);
  } else {
    text("function ");
    number(package.findFunction(word));
  }
  if (place == 0) {
    text(" (word ");
    number(word);
    return text(")");
  }
  bytecode::Place row = package.getPlace(place);
  if (row.line == 0)
    return;
  text(" at ");
  bytes(package.getPlaceName(row.file));
  text(":");
  number(row.line);
  if (row.column != 0) {
    text(":");
    number(row.column);
  }
}

/// A machine that trapped.
struct TrapReport {
  Machine &machine;
  /// The five arguments of `flux.trap` if that raised it, or null.
  const uint64_t *broken;
  rt::TextSink sink;
  Arena &scratch;
};

/// Tells why the machine trapped and what led to it.
void reportTrap(const TrapReport &report);

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_REPORT_H
