//===- LockCheck.cpp - decisions against flux.lock ------------------------===//
//
// What the compiler decides by itself must not change unseen: a build that is
// locked accepts only decisions that stand in the file, with the same value.
//
//===----------------------------------------------------------------------===//
#include "LockCheck.h"

#include "Output.h"
#include "flux/Driver/Options.h"
#include "flux/Frontend/AST.h"
#include "flux/Frontend/LockText.h"
#include "flux/Source/Document.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace flux;
using llvm::StringRef;

bool flux::checkLock(const Module &module, const Document &document,
                     StringRef input, const Options &options,
                     DiagnosticEngine &diags) {
  llvm::SmallString<128> path;
  if (input != "-")
    path = llvm::sys::path::parent_path(input);
  llvm::sys::path::append(path, LockFile::fileName);
  StringRef name = input == "-" ? "-" : llvm::sys::path::filename(input);

  LockFile lock;
  if (input != "-" && llvm::sys::fs::exists(path)) {
    auto buffer = readFile(path, LockFile::maxBytes);
    if (!buffer) {
      diags.report(llvm::SMRange(), diag::cannot_read, path,
                   buffer.getError().message());
      return false;
    }
    unsigned id = diags.getSources().AddNewSourceBuffer(std::move(*buffer), {});
    std::optional<LockFile> read = LockFile::parse(
        diags.getSources().getMemoryBuffer(id)->getMemBufferRef(), diags);
    if (!read)
      return false;
    lock = std::move(*read);
  }
  if (options.writeLock && input != "-") {
    pinModule(module, document, name, lock);
    std::string text;
    llvm::raw_string_ostream os(text);
    lock.print(os);
    std::string error = writeFile(path, text, /*executable=*/false);
    if (!error.empty())
      diags.report(llvm::SMRange(), diag::cannot_write, path, error);
    return error.empty();
  }
  unsigned before = diags.getNumErrors();
  if (lock.findSection(LockFile::getSectionName(name, textKind)))
    checkTextUnits(collectTextUnits(document, module), name, lock,
                   options.locked, diags);
  if (options.locked)
    checkDecisions(module, name, lock, diags);
  return diags.getNumErrors() == before;
}

void flux::addOverrides(Module &module, const Options &options,
                        DiagnosticEngine &diags) {
  for (const std::string &setting : options.settings) {
    unsigned id = diags.getSources().AddNewSourceBuffer(
        llvm::MemoryBuffer::getMemBufferCopy(setting, "--set"), {});
    auto [name, value] =
        diags.getSources().getMemoryBuffer(id)->getBuffer().split('=');
    module.overrides.push_back({name.trim(), value.trim()});
  }
}
