//===- ISAEmitter.h - files from the instruction set -----------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_TBLGEN_ISAEMITTER_H
#define FLUX_TOOLS_FLUX_TBLGEN_ISAEMITTER_H

namespace llvm {
class raw_ostream;
class RecordKeeper;
} // namespace llvm

namespace flux::tblgen {

// Each writes a file and returns true if the records are wrong, after a
// message.

/// The opcode enum and the tables of formats, instructions, registers, effects
/// and traps.
bool emitTables(llvm::raw_ostream &out, const llvm::RecordKeeper &records);
/// One function an instruction that encodes it.
bool emitEncoder(llvm::raw_ostream &out, const llvm::RecordKeeper &records);
/// What the instructions compute.
bool emitSemantics(llvm::raw_ostream &out, const llvm::RecordKeeper &records);
/// The manual.
bool emitManual(llvm::raw_ostream &out, const llvm::RecordKeeper &records);

} // namespace flux::tblgen

#endif // FLUX_TOOLS_FLUX_TBLGEN_ISAEMITTER_H
