//===- BaselineCompiler.h - machine code at -O0, fast ----------*- C++ -*-===//
//
// The second code generator, for x86-64 without optimisation: LLVM IR to
// machine code in one pass over each function.  It knows the part of LLVM IR
// that FLUX needs; for anything else LLVM's own code generator does the work.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_TARGET_BASELINECOMPILER_H
#define FLUX_TARGET_BASELINECOMPILER_H

#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include <memory>
#include <string>

namespace flux {

namespace baseline {
struct CodeUnit;
} // namespace baseline

/// The machine code of one module.
class BaselineUnit {
public:
  explicit BaselineUnit(std::unique_ptr<baseline::CodeUnit> code);
  BaselineUnit(BaselineUnit &&other);
  ~BaselineUnit();

  const baseline::CodeUnit &getCode() const { return *code; }

private:
  std::unique_ptr<baseline::CodeUnit> code;
};

/// True if there is a baseline compiler for \p target.
bool hasBaselineCompiler(const TargetSpec &target);

/// Compiles \p module, which must be valid and have the data layout of its
/// triple.  Returns null and tells the reason in \p whyNot if the module holds
/// something that the baseline compiler does not know.  The locations of calls
/// are taken for the call-site table.  Modules may be compiled on several
/// threads at once, if each has a context of its own.
std::unique_ptr<BaselineUnit> compileBaseline(const llvm::Module &module,
                                              std::string &whyNot);

/// Writes \p units, the parts of a program in their order, as one relocatable
/// object; \p withCallTable adds the call-site table for executables (see
/// EmitFormat::ObjectWithCallTable).
void writeBaselineObject(llvm::ArrayRef<std::unique_ptr<BaselineUnit>> units,
                         bool withCallTable, llvm::SmallVectorImpl<char> &out);

} // namespace flux

#endif // FLUX_TARGET_BASELINECOMPILER_H
