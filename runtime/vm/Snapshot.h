//===- Snapshot.h - a machine as bytes -------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_VM_SNAPSHOT_H
#define FLUX_RUNTIME_VM_SNAPSHOT_H

#include "runtime/vm/Machine.h"

namespace flux::vm {

/// Takes pieces of a snapshot, in order.
using SnapshotSink = void (*)(void *self, const void *data, uint64_t size);

/// Writes the whole state of \p machine, which has stopped but not ended, so
/// that any machine with the same package can go on with it
/// (docs/bytecode-format.md, "Snapshots").
void writeSnapshot(const Machine &machine, SnapshotSink sink, void *self);

/// Puts \p machine, which was started with the package and has not run yet,
/// into the state of \p snapshot.  It gets no more capabilities and memory than
/// it was started with.  Returns null, or what is wrong: then the machine must
/// not run.
const char *readSnapshot(Machine &machine, Bytes snapshot, Arena &scratch);

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_SNAPSHOT_H
