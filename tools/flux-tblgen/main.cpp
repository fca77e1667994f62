//===- main.cpp - flux-tblgen, tables from the instruction set ------------===//
//
// Reads runtime/isa/FluxISA.td as mlir-tblgen reads ODS, and writes one of the
// files that are committed beside it.
//
//===----------------------------------------------------------------------===//
#include "llvm/TableGen/Main.h"
#include "ISAEmitter.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;
using namespace flux::tblgen;

enum Output { Tables, Encoder, Semantics, Manual };

static cl::opt<Output> output(
    cl::desc("What to write:"), cl::Required,
    cl::values(clEnumValN(Tables, "gen-tables", "runtime/isa/ISATables.inc"),
               clEnumValN(Encoder, "gen-encoder", "runtime/isa/Encoder.inc"),
               clEnumValN(Semantics, "gen-semantics",
                          "runtime/vm/Semantics.inc"),
               clEnumValN(Manual, "gen-manual", "docs/isa.md")));

static bool run(llvm::raw_ostream &out, const llvm::RecordKeeper &records) {
  switch (output) {
  case Tables:
    return emitTables(out, records);
  case Encoder:
    return emitEncoder(out, records);
  case Semantics:
    return emitSemantics(out, records);
  case Manual:
    return emitManual(out, records);
  }
  return true;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "FLUX instruction set generator\n");
  return llvm::TableGenMain(argv[0], &run);
}
