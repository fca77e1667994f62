//===- BytecodePhases.cpp - packages as a result --------------------------===//
//
// The phases between the optimizer and a package, which replace those of
// processors, and the messages about what the virtual machine does not have.
//
//===----------------------------------------------------------------------===//

#include "BytecodePhases.h"
#include "Output.h"
#include "runtime/crypto/Ed25519.h"
#include "runtime/crypto/KeyFile.h"

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

//===----------------------------------------------------------------------===//
// What packages hold besides the program
//===----------------------------------------------------------------------===//

void flux::readSecretKey(llvm::StringRef path, std::string &key,
                         DiagnosticEngine &diags) {
  constexpr size_t limit = 1 << 16;
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> file =
      readFile(path, limit);
  if (!file) {
    diags.report(llvm::SMRange(), diag::cannot_read, path,
                 file.getError().message());
    return;
  }
  llvm::StringRef text = (*file)->getBuffer();
  uint8_t secret[ed25519::keySize];
  if (ed25519::readKeyFile(ed25519::KeyKind::Secret,
                           {text.bytes_begin(), text.size()}, secret))
    key.assign(secret, secret + sizeof secret);
  else
    diags.report(llvm::SMRange(), diag::no_secret_key, path)
        .note("'flux-vm keygen FILE' makes one");
}

bool flux::completesPackages(const Options &options) {
  return !options.nativeTargets.empty() || !options.signKey.empty();
}

bool flux::addNativeTargets(TargetChoice &choice, const Options &options,
                            DiagnosticEngine &diags) {
  if (!completesPackages(options))
    return true;
  if (choice.targets.size() != 1 || !makesPackages(choice.targets[0]) ||
      options.emit != Phase::Exe) {
    diags
        .report(llvm::SMRange(), diag::only_for_packages,
                options.signKey.empty() ? "--native" : "--sign")
        .note("'--target=bytecode' makes a package");
    return false;
  }
  bool valid = true;
  for (const TargetSpec *target : options.nativeTargets) {
    if (!makesPackages(*target) && target->runtime != "c") {
      choice.targets.push_back(*target);
      continue;
    }
    diags.report(llvm::SMRange(), diag::invalid_option_value, target->name,
                 "--native");
    valid = false;
  }
  return valid;
}
