//===- Results.cpp - what phases make, dumped and written -----------------===//
//
// One run makes results of many kinds: dumps of each phase, an output for every
// target, dependency files.  Where each goes is decided here.
//
//===----------------------------------------------------------------------===//

#include "Results.h"
#include "Output.h"
#include "flux/Target/WasmPage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace flux;
using llvm::StringRef;

bool Results::check(const std::string &error, StringRef path) {
  if (!error.empty())
    diags.report(llvm::SMRange(), diag::cannot_write, path, error);
  return error.empty();
}

bool Results::finishPhase(Phase phase, StringRef target,
                          llvm::function_ref<void(llvm::raw_ostream &)> print,
                          llvm::SmallVectorImpl<char> &result) {
  bool isResult = options.emit == phase && !options.stopAfter;
  if (!isResult && options.dumpDir.empty())
    return true;
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream os(text);
  print(os);
  StringRef bytes(text.data(), text.size());
  bool dumped = true;
  if (!options.dumpDir.empty()) {
    const PhaseInfo &info = getInfo(phase);
    std::string name =
        llvm::utostr(static_cast<unsigned>(phase) + 1) + "-" + info.name.str();
    if (name.size() == info.name.size() + 2)
      name = "0" + name;
    if (!info.extension.empty())
      name += "." + info.extension.str();
    // Several inputs and several targets have a folder each.
    llvm::SmallString<256> path(options.dumpDir);
    if (options.inputs.size() > 1)
      llvm::sys::path::append(path, llvm::sys::path::filename(input));
    if ((options.targets.size() > 1 || !options.nativeTargets.empty()) &&
        !target.empty())
      llvm::sys::path::append(path, target);
    if (std::error_code error = llvm::sys::fs::create_directories(path))
      dumped = check(error.message(), path);
    llvm::sys::path::append(path, name);
    dumped = dumped && check(writeFile(path, bytes, phase == Phase::Exe), path);
  }
  if (isResult)
    result.assign(text.begin(), text.end());
  timing.mark("write");
  return dumped;
}

bool Results::write(StringRef target, llvm::ArrayRef<char> result) {
  std::string path = options.getOutputName(input, target);
  if (llvm::is_contained(written, path))
    return true;
  if (options.namesOutputs())
    if (StringRef folder = llvm::sys::path::parent_path(path); !folder.empty())
      if (std::error_code error = llvm::sys::fs::create_directories(folder))
        return check(error.message(), folder);
  StringRef bytes(result.data(), result.size());
  std::string page;
  if (options.page && options.emit == Phase::Exe) {
    llvm::raw_string_ostream os(page);
    writeWasmPage(
        bytes, title.empty() ? llvm::sys::path::stem(path) : StringRef(title),
        os);
    bytes = page;
  }
  bool runs =
      options.emit == Phase::Exe && options.getProgramExtension(target).empty();
  if (!check(writeFile(path, bytes, runs), path))
    return false;
  written.push_back(path);
  timing.mark("write");
  return true;
}

/// \p path as a word of a makefile.
static std::string escapeForMake(StringRef path) {
  std::string result;
  for (char c : path) {
    if (c == ' ' || c == '#' || c == '\\')
      result += '\\';
    if (c == '$')
      result += '$';
    result += c;
  }
  return result;
}

bool Results::writeDependencies(llvm::ArrayRef<std::string> imported) {
  if (!options.writeDependencies)
    return true;
  std::string needed = ": " + escapeForMake(input);
  for (const std::string &path : imported)
    needed += " \\\n  " + escapeForMake(path);
  needed += '\n';
  if (!options.dependencyFile.empty()) {
    std::string rule = llvm::join(llvm::map_range(written, escapeForMake), " ");
    return check(writeFile(options.dependencyFile, rule + needed,
                           /*executable=*/false),
                 options.dependencyFile);
  }
  return llvm::all_of(written, [&](const std::string &path) {
    return check(writeFile(path + ".d", escapeForMake(path) + needed,
                           /*executable=*/false),
                 path + ".d");
  });
}
