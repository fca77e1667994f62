//===- BytecodePhases.cpp - packages as a result --------------------------===//
//
// The phases between the optimizer and a package, which replace those of
// processors, and the messages about what the virtual machine does not have.
//
//===----------------------------------------------------------------------===//

#include "BytecodePhases.h"

using namespace flux;

bool flux::checkForm(Phase last, const TargetSpec &target,
                     DiagnosticEngine &diags) {
  bool isBytecode = last == Phase::FBC || last == Phase::BytecodeAsm;
  bool isNative = last == Phase::Asm || last == Phase::Obj;
  if (makesPackages(target) ? !isNative : !isBytecode)
    return true;
  diags.report(llvm::SMRange(), diag::form_of_other_target, getInfo(last).name,
               target.name);
  return false;
}

bool flux::linkRuntime(llvm::Module &module, DiagnosticEngine &diags) {
  std::string error;
  if (linkBytecodeRuntime(module, error))
    return true;
  diags.report(llvm::SMRange(), diag::no_bytecode, error);
  return false;
}

bool flux::makeBytecode(llvm::Module &module, const BytecodeOptions &options,
                        bool assembled, BytecodeProgram &program,
                        DiagnosticEngine &diags) {
  std::string error;
  if (compileBytecode(module, options, program, error) &&
      (!assembled || assembleBytecode(program, error)))
    return true;
  diags.report(llvm::SMRange(), diag::no_bytecode, error);
  return false;
}
