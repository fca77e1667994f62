//===- TargetSpec.cpp - targets/*.json as structs -------------------------===//
//
// A target is data, so that a new one needs no code here.  The descriptions are
// part of the compiler's file, because it must work with no other file around;
// those of users are read from files.  An entry that a description leaves out
// comes from the one that it inherits; abstract descriptions exist only for
// that.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/TargetSpec.h"
#include "RuntimeObject.h"
#include "TargetFile.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/BytecodeCompiler.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"
#include <deque>

using namespace flux;
using llvm::StringRef;

static constexpr StringRef targetFiles[] = {
#include "TargetFiles.inc"
};

/// What `inherits` says for the target of the machine that fluxc runs on.
static constexpr StringRef hostWord = "host";
#if defined(__aarch64__)
static constexpr StringRef hostName = "arm64-linux";
#else
static constexpr StringRef hostName = "x86_64-linux";
#endif

std::string TargetSpec::getFeatureList() const {
  return llvm::join(features, ",");
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

namespace {

struct TextEntry {
  StringRef key;
  std::string TargetSpec::*member;
};
struct ListEntry {
  StringRef key;
  std::vector<std::string> TargetSpec::*member;
};

} // namespace

/// What is inherited, in the order in which it is printed.
static constexpr TextEntry textEntries[] = {
    {"triple", &TargetSpec::triple},
    {"cpu", &TargetSpec::cpu},
    {"tune", &TargetSpec::tune},
    {"abi", &TargetSpec::abi},
    {"relocation-model", &TargetSpec::relocationModel},
    {"code-model", &TargetSpec::codeModel},
    {"linker-emulation", &TargetSpec::linkerEmulation},
    {"linker-script", &TargetSpec::linkerScript},
    {"runtime", &TargetSpec::runtime},
};
static constexpr ListEntry listEntries[] = {
    {"features", &TargetSpec::features},
    {"emulator", &TargetSpec::emulator},
    {"hal", &TargetSpec::hal},
};

/// Lets \p file say more about \p spec, or something else.
static void apply(const TargetFile &file, TargetSpec &spec) {
  for (const TextEntry &entry : textEntries)
    if (const TargetEntry *value = file.find(entry.key))
      spec.*entry.member = value->text;
  for (const ListEntry &entry : listEntries)
    if (const TargetEntry *value = file.find(entry.key)) {
      std::vector<std::string> &list = spec.*entry.member;
      // Features add up; the last word on each counts.
      if (entry.key != "features")
        list.clear();
      llvm::append_range(list, value->items);
    }
  if (file.find("cpu") && !file.find("tune"))
    spec.tune.clear();
  if (const TargetEntry *planned = file.find("planned"))
    spec.isPlanned = planned->flag;
  if (!file.getFlag("abstract") && !file.getFlag("board"))
    spec.base = file.getText("name").str();
}

/// What belongs to one description alone.
static void applyOwn(const TargetFile &file, TargetSpec &spec) {
  spec.name = file.getText("name").str();
  spec.description = file.getText("description").str();
  spec.isBoard = file.getFlag("board");
  if (const TargetEntry *aliases = file.find("aliases"))
    spec.aliases = aliases->items;
}

//===----------------------------------------------------------------------===//
// Built-in targets
//===----------------------------------------------------------------------===//

namespace {

struct Registry {
  std::deque<TargetFile> files;
  std::deque<TargetSpec> targets;
  std::vector<const TargetSpec *> sorted;
  std::vector<StringRef> names, allNames;

  Registry();
  const TargetFile *findFile(StringRef name) const {
    auto file = llvm::find_if(files, [&](const TargetFile &candidate) {
      return candidate.getText("name") == name;
    });
    return file == files.end() ? nullptr : &*file;
  }
  bool inherit(const TargetFile &file, TargetSpec &spec, unsigned depth) const;
};

} // namespace

/// Applies \p file and what it inherits, the eldest first.
bool Registry::inherit(const TargetFile &file, TargetSpec &spec,
                       unsigned depth) const {
  StringRef parent = file.getText("inherits");
  if (parent == hostWord)
    parent = hostName;
  if (!parent.empty()) {
    const TargetFile *base = findFile(parent);
    if (!base || depth == TargetFileLimits::maxInherited ||
        !inherit(*base, spec, depth + 1))
      return false;
  }
  apply(file, spec);
  return true;
}

Registry::Registry() {
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources);
  for (StringRef text : targetFiles)
    if (!parseTargetFile(text, diags, files.emplace_back()))
      llvm::report_fatal_error("malformed target description");
  for (const TargetFile &file : files) {
    if (file.getFlag("abstract"))
      continue;
    TargetSpec &spec = targets.emplace_back();
    if (!inherit(file, spec, 0))
      llvm::report_fatal_error("a target inherits nothing that there is");
    applyOwn(file, spec);
    sorted.push_back(&spec);
  }
  llvm::sort(sorted, [](const TargetSpec *a, const TargetSpec *b) {
    return a->name < b->name;
  });
  for (const TargetSpec *spec : sorted) {
    allNames.push_back(spec->name);
    llvm::append_range(allNames, spec->aliases);
    if (!spec->isPlanned && !spec->isBoard)
      names.push_back(spec->name);
  }
}

static const Registry &getRegistry() {
  static const Registry registry;
  return registry;
}

llvm::ArrayRef<const TargetSpec *> flux::getTargets() {
  return getRegistry().sorted;
}

llvm::ArrayRef<StringRef> flux::getTargetNames() { return getRegistry().names; }

llvm::ArrayRef<StringRef> flux::getAllTargetNames() {
  return getRegistry().allNames;
}

const TargetSpec *flux::findTarget(StringRef name) {
  for (const TargetSpec &target : getRegistry().targets)
    if (target.name == name || llvm::is_contained(target.aliases, name))
      return &target;
  return nullptr;
}

const TargetSpec &flux::getHostTarget() { return *findTarget(hostName); }

bool flux::isHostTarget(const TargetSpec &target) {
  llvm::Triple own(getHostTarget().triple), other(target.triple);
  return own.getArch() == other.getArch() && own.getOS() == other.getOS();
}

//===----------------------------------------------------------------------===//
// Descriptions in files
//===----------------------------------------------------------------------===//

bool flux::isTargetPath(StringRef name) { return name.ends_with(".json"); }

namespace {

/// A description of a user's and those that it inherits.
class FileLoader {
public:
  explicit FileLoader(DiagnosticEngine &diags) : diags(diags) {}

  const TargetSpec *load(StringRef path);

private:
  TargetFile *read(StringRef path, llvm::SMRange place);
  bool inherit(const TargetFile &file, StringRef path);
  bool check(const TargetFile &file);
  bool checkWord(const TargetFile &file, StringRef key, StringRef value,
                 llvm::ArrayRef<StringRef> words);
  /// The place of an entry, or of the description that leaves it out.
  llvm::SMRange placeOf(const TargetFile &file, StringRef key) {
    const TargetEntry *entry = file.find(key);
    return entry ? entry->range : file.range;
  }

  DiagnosticEngine &diags;
  std::deque<TargetFile> files;
  std::vector<std::string> chain; ///< the paths
  TargetSpec spec;
};

} // namespace

TargetFile *FileLoader::read(StringRef path, llvm::SMRange place) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/true,
                                            /*IsVolatile=*/true);
  if (!buffer) {
    diags.report(place, diag::cannot_read, path, buffer.getError().message());
    return nullptr;
  }
  if ((*buffer)->getBufferSize() > TargetFileLimits::maxBytes) {
    diags.report(place, diag::target_file_limit, path,
                 TargetFileLimits::maxBytes);
    return nullptr;
  }
  StringRef text = (*buffer)->getBuffer();
  diags.getSources().AddNewSourceBuffer(std::move(*buffer), {});
  TargetFile &file = files.emplace_back();
  return parseTargetFile(text, diags, file) ? &file : nullptr;
}

bool FileLoader::inherit(const TargetFile &file, StringRef path) {
  const TargetEntry *parent = file.find("inherits");
  if (parent && isTargetPath(parent->text)) {
    llvm::SmallString<128> next(llvm::sys::path::parent_path(path));
    llvm::sys::path::append(next, parent->text);
    llvm::sys::path::remove_dots(next, /*remove_dot_dot=*/true);
    bool isCycle = llvm::is_contained(chain, next.str());
    chain.push_back(next.str().str());
    if (isCycle || chain.size() > TargetFileLimits::maxInherited) {
      diags
          .report(parent->range, diag::target_inherits_cycle,
                  TargetFileLimits::maxInherited)
          .note("the descriptions are " + llvm::join(chain, " -> "));
      return false;
    }
    const TargetFile *base = read(next, parent->range);
    if (!base || !inherit(*base, next))
      return false;
  } else if (parent) {
    const Registry &registry = getRegistry();
    StringRef name = parent->text == hostWord ? hostName : parent->text;
    const TargetFile *base = registry.findFile(name);
    if (!base) {
      auto report =
          diags.report(parent->range, diag::target_inherits_nothing, name);
      llvm::SmallVector<StringRef, 20> names;
      for (const TargetFile &candidate : registry.files)
        names.push_back(candidate.getText("name"));
      StringRef near = findNearMiss(name, names);
      if (!near.empty())
        report.fixIt(parent->range, "\"" + near.str() + "\"");
      else
        report.note("the descriptions are " + llvm::join(names, ", "));
      return false;
    }
    if (!registry.inherit(*base, spec, 0))
      llvm_unreachable("built-in descriptions inherit each other");
  }
  apply(file, spec);
  // The script lies beside the description that names it.
  if (file.find("linker-script")) {
    llvm::SmallString<128> script(llvm::sys::path::parent_path(path));
    llvm::sys::path::append(script, spec.linkerScript);
    spec.linkerScript = script.str().str();
  }
  return true;
}

bool FileLoader::checkWord(const TargetFile &file, StringRef key,
                           StringRef value, llvm::ArrayRef<StringRef> words) {
  if (llvm::is_contained(words, value))
    return true;
  auto report =
      diags.report(placeOf(file, key), diag::target_entry_value, value, key);
  report.note("the values are " + llvm::join(words, ", "));
  return false;
}

bool FileLoader::check(const TargetFile &file) {
  for (StringRef key : {"name", "triple", "linker-emulation", "runtime"}) {
    bool isThere = key == "name"      ? !file.getText("name").empty()
                   : key == "triple"  ? !spec.triple.empty()
                   : key == "runtime" ? !spec.runtime.empty()
                                      : !spec.linkerEmulation.empty() ||
                                            makesPackages(spec); // unlinked
    if (isThere)
      continue;
    diags.report(placeOf(file, key), diag::target_missing_entry, key)
        .note("'\"inherits\": \"" + hostName +
              "\"' takes what is left out from that target");
    return false;
  }
  if (!checkWord(file, "runtime", spec.runtime, getRuntimeNames()))
    return false;
  llvm::Triple triple(spec.triple), known(getRuntimeTriple(spec.runtime));
  if (triple.getArch() != known.getArch() || triple.getOS() != known.getOS()) {
    diags
        .report(placeOf(file, "triple"), diag::target_entry_value, spec.triple,
                "triple")
        .note("the runtime '" + spec.runtime + "' is for '" + known.str() +
              "'");
    return false;
  }
  llvm::SmallVector<StringRef, 3> models = {"small"};
  if (!triple.isAArch64())
    models.push_back("medium");
  if (!triple.isRISCV())
    models.push_back("large");
  if (!checkWord(file, "code-model", spec.codeModel, models) ||
      !checkWord(file, "relocation-model", spec.relocationModel,
                 {"static", "pic"}))
    return false;
  return true;
}

const TargetSpec *FileLoader::load(StringRef path) {
  llvm::SmallString<128> clean(path);
  llvm::sys::path::remove_dots(clean, /*remove_dot_dot=*/true);
  chain.push_back(clean.str().str());
  const TargetFile *file = read(path, llvm::SMRange());
  if (!file || !inherit(*file, path))
    return nullptr;
  applyOwn(*file, spec);
  if (spec.base.empty())
    spec.base = spec.name;
  if (file->getFlag("abstract")) {
    diags.report(placeOf(*file, "abstract"), diag::target_abstract, spec.name);
    return nullptr;
  }
  if (!check(*file))
    return nullptr;
  // The names are checked where they stand.
  TargetSpec checked = spec;
  checked.features.clear();
  auto textOf = [](llvm::SMRange range) {
    return StringRef(range.Start.getPointer(),
                     range.End.getPointer() - range.Start.getPointer())
        .drop_front()
        .drop_back();
  };
  StringRef cpu;
  if (const TargetEntry *entry = file->find("cpu"))
    cpu = textOf(entry->range);
  if (!selectCPU(checked, cpu, "", diags))
    return nullptr;
  if (const TargetEntry *features = file->find("features"))
    for (llvm::SMRange range : features->itemRanges)
      if (!selectCPU(checked, "", textOf(range), diags))
        return nullptr;
  // Options hold on to it until the process ends.
  static std::deque<TargetSpec> loaded;
  return &loaded.emplace_back(std::move(spec));
}

const TargetSpec *flux::loadTarget(StringRef path, DiagnosticEngine &diags) {
  return FileLoader(diags).load(path);
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

void flux::printTarget(const TargetSpec &target, llvm::raw_ostream &os) {
  llvm::json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("name", target.name);
    json.attribute("description", target.description);
    json.attribute("aliases", llvm::json::Array(target.aliases));
    json.attribute("board", target.isBoard);
    json.attribute("base", target.base);
    json.attribute("planned", target.isPlanned);
    for (const TextEntry &entry : textEntries) {
      std::string text = target.*entry.member;
      if (entry.key == "cpu")
        for (const std::string &version : target.versions)
          text += "," + version;
      json.attribute(entry.key, text);
    }
    for (const ListEntry &entry : listEntries)
      json.attribute(entry.key, llvm::json::Array(target.*entry.member));
  });
  os << '\n';
}

void flux::printTargets(llvm::raw_ostream &os) {
  size_t width = 0;
  for (const TargetSpec *target : getTargets())
    width = std::max(width, target->name.size());
  auto print = [&](StringRef title, bool isBoard, bool isPlanned) {
    bool isFirst = true;
    for (const TargetSpec *target : getTargets()) {
      if (target->isPlanned != isPlanned ||
          (!isPlanned && target->isBoard != isBoard))
        continue;
      if (std::exchange(isFirst, false))
        os << title << ":\n";
      os << "  " << llvm::left_justify(target->name, unsigned(width)) << "  "
         << target->description;
      if (target == &getHostTarget())
        os << "; the default here";
      if (!target->aliases.empty())
        os << " (also: " << llvm::join(target->aliases, ", ") << ")";
      os << '\n';
    }
  };
  print("targets", false, false);
  print("boards", true, false);
  print("planned", false, true);
}
