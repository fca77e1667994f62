//===- Record.h - what the host answered -----------------------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_RECORD_H
#define FLUX_TOOLS_FLUX_VM_RECORD_H

#include "runtime/bytecode/Package.h"
#include "runtime/vm/Machine.h"

namespace flux::tool {

class Process;

/// Keeps the answers of the host that another run could get differently, or
/// gives them again.
class Record {
public:
  bool isWritten = false, isRead = false;

  /// Keeps an answer: \p result in the first register and \p written bytes of
  /// memory.
  void add(uint32_t call, vm::HostResult answer, uint64_t result,
           Bytes written);
  /// The next answer, which must be for \p call; false if there is none.
  bool take(uint32_t call, vm::HostResult &answer, uint64_t &result,
            Bytes &written);
  /// Writes what was kept, with everything that \p process was started with.
  bool save(const Process &process, Bytes path);
  /// Reads a record and prepares \p process, whose package is not loaded yet.
  bool load(Process &process, Bytes path);
  /// False, after a message, if the record is of another package.
  bool fits(const bytecode::Package &package) const;

private:
  bool readNumber(uint64_t &value);
  bool readBytes(Bytes &value);

  bytecode::RowWriter *events = nullptr;
  Bytes contents;
  uint64_t at = 0;
  Bytes hash;
};

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_RECORD_H
