//===- Report.h - what is told about a trap --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_VM_REPORT_H
#define FLUX_RUNTIME_VM_REPORT_H

#include "runtime/base/Format.h"
#include "runtime/base/TrapMessage.h"
#include "runtime/vm/Machine.h"

namespace flux::vm {

/// Sends `NAME at FILE:LINE:COLUMN` for a word, or the word itself, to
/// \p write(data, length).
template <class Write>
void formatPlace(const bytecode::Package &package, uint64_t word,
                 const Write &write) {
  auto text = [&](const char *data) { write(data, rt::textLength(data)); };
  auto bytes = [&](Bytes data) {
    write(reinterpret_cast<const char *>(data.data),
          static_cast<int64_t>(data.size));
  };
  auto number = [&](uint64_t value) {
    char buffer[rt::maxIntegerLength];
    write(buffer, rt::formatU64(buffer, value));
  };
  uint32_t function = package.findFunction(word);
  Bytes name = package.getName(function), document, source;
  package.getDocument(document, source);
  if (name.size != 0) {
    bytes(name);
  } else {
    text("function ");
    number(function);
  }
  bytecode::LineEntry line = package.findLine(word);
  if (line.line == 0) {
    text(" (word ");
    number(word);
    return text(")");
  }
  text(" at ");
  bytes(document);
  text(":");
  number(line.line);
  if (line.column != 0) {
    text(":");
    number(line.column);
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
