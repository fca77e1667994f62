//===- Phases.cpp - the steps from document to executable -----------------===//
//
// The names of the phases are part of the command line, so they stand in one
// table.
//
//===----------------------------------------------------------------------===//

#include "flux/Driver/Phases.h"

using namespace flux;

static constexpr PhaseInfo phases[] = {
    {Phase::Document, "document", "", false, false,
     "the Markdown is read: sections, keys, steps and fences"},
    {Phase::AST, "ast", "ast", false, true,
     "code and steps are parsed into one syntax tree"},
    {Phase::Sema, "sema", "txt", false, true,
     "names, types, constants and lifetimes are checked"},
    {Phase::FIR, "fir", "fir", false, true, "the tree becomes FIR"},
    {Phase::FIROpt, "fir-opt", "fir", false, true,
     "FIR is simplified (not at -O0)"},
    {Phase::LLVM, "llvm", "ll", false, true, "FIR becomes LLVM IR"},
    {Phase::LLVMOpt, "llvm-opt", "ll", false, true,
     "LLVM optimizes (not at -O0)"},
    {Phase::FBC, "fbc", "fbc", false, true,
     "bytecode is selected (--target=bytecode)"},
    {Phase::BytecodeAsm, "bytecode-asm", "fluxasm", false, true,
     "bytecode with registers, as text for flux-vm asm"},
    {Phase::Asm, "asm", "s", false, false, "machine code, as text"},
    {Phase::Obj, "obj", "o", true, false, "machine code, as an object file"},
    {Phase::Exe, "exe", "", true, false,
     "a static executable with the runtime in it, or a package"},
    {Phase::C, "c", "c", false, false,
     "C11 with the runtime in it, made of fir-opt"},
};

llvm::ArrayRef<PhaseInfo> flux::getPhases() { return phases; }

std::optional<Phase> flux::findPhase(llvm::StringRef name) {
  for (const PhaseInfo &info : phases)
    if (info.name == name)
      return info.phase;
  return std::nullopt;
}
