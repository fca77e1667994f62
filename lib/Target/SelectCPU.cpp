//===- SelectCPU.cpp - names of CPUs and their features -------------------===//
//
// LLVM only warns about a CPU that it does not know, and makes code for another
// one.  Here the name is an error with those that are near, like every other
// name that a user writes.
//
//===----------------------------------------------------------------------===//

#include "BackEnds.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/ObjectEmitter.h"
#include "flux/Target/TargetSpec.h"
#include "flux/Target/Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/RISCVISAInfo.h"
#include "llvm/TargetParser/Triple.h"

using namespace flux;
using llvm::StringRef;

static constexpr StringRef nativeWord = "native";

/// Where \p text stands in a document; nowhere if it is from the command line.
static llvm::SMRange placeOf(StringRef text, DiagnosticEngine &diags) {
  auto loc = llvm::SMLoc::getFromPointer(text.data());
  return text.data() && diags.getSources().FindBufferContainingLoc(loc)
             ? DiagnosticEngine::rangeOf(text)
             : llvm::SMRange();
}

/// Tells the names that are like \p name, or some of those that there are.
static void suggest(DiagnosticBuilder report, StringRef name,
                    llvm::ArrayRef<StringRef> names) {
  StringRef near = findNearMiss(name, names);
  if (!near.empty()) {
    report.note("did you mean '" + near + "'?");
    return;
  }
  constexpr size_t most = 24;
  llvm::SmallVector<StringRef, 24> shown;
  for (StringRef candidate : names)
    if (shown.size() < most && !name.empty() &&
        candidate.starts_with_insensitive(name.take_front(1)))
      shown.push_back(candidate);
  if (shown.empty())
    shown.assign(names.begin(), names.begin() + std::min(most, names.size()));
  report.note("there are " + llvm::join(shown, ", ") +
              (shown.size() < names.size() ? ", ..." : ""));
}

/// Takes the CPU of this machine, with all that it can do.
static bool selectNative(TargetSpec &target, StringRef place,
                         DiagnosticEngine &diags) {
  if (!isHostTarget(target)) {
    diags.report(placeOf(place, diags), diag::native_elsewhere, target.name,
                 getHostTarget().name);
    return false;
  }
  target.cpu = llvm::sys::getHostCPUName().str();
  target.tune.clear();
  // The map has no order of its own.
  std::vector<std::string> features;
  for (const auto &[name, isThere] : llvm::sys::getHostCPUFeatures())
    features.push_back((isThere ? "+" : "-") + name.str());
  llvm::sort(features);
  target.features.insert(target.features.begin(), features.begin(),
                         features.end());
  return true;
}

/// Some names fit only alone, and some take away what all code needs: LLVM
/// would end the process.
static bool checkCombination(const TargetSpec &target,
                             const llvm::Target &backEnd, StringRef place,
                             DiagnosticEngine &diags) {
  llvm::Triple triple(target.triple);
  if (triple.isRISCV()) {
    auto parsed = llvm::RISCVISAInfo::parseFeatures(64, target.features);
    if (!parsed) {
      diags.report(placeOf(place, diags), diag::cpu_features_clash,
                   llvm::toString(parsed.takeError()));
      return false;
    }
  }
  std::unique_ptr<llvm::MCSubtargetInfo> info(backEnd.createMCSubtargetInfo(
      triple, target.cpu, target.getFeatureList()));
  for (StringRef needed : getNeededFeatures(target))
    if (!info->checkFeatures(needed)) {
      diags.report(placeOf(place, diags), diag::cpu_not_enough, target.name,
                   needed);
      return false;
    }
  return true;
}

bool flux::needsFramePointers(const TargetSpec &target) {
  llvm::Triple triple(target.triple);
  if (triple.isAArch64())
    return true;
  std::string error;
  const llvm::Target *backEnd =
      triple.isRISCV() ? findBackEnd(target, error) : nullptr;
  if (!backEnd)
    return false;
  std::unique_ptr<llvm::MCSubtargetInfo> info(backEnd->createMCSubtargetInfo(
      triple, target.cpu, target.getFeatureList()));
  return info->checkFeatures("+zve32x");
}

/// Takes the list \p cpu apart: all code is for the first, and versions of hot
/// loops for the others.
static bool selectVersions(TargetSpec &target, StringRef &cpu,
                           DiagnosticEngine &diags) {
  llvm::SmallVector<StringRef, 4> words;
  cpu.split(words, ',');
  llvm::ArrayRef<StringRef> known = getVersionCPUs(target.runtime);
  const StringRef *last = known.begin();
  bool valid = !known.empty();
  for (StringRef word : words) {
    last = std::find(last, known.end(), word.trim());
    valid = valid && last != known.end();
    if (!valid)
      break;
    ++last;
  }
  if (!valid) {
    auto report =
        diags.report(placeOf(cpu, diags), diag::cpu_list, cpu, target.name);
    if (known.empty())
      report.note("only programs for x86-64 choose when they start");
    else
      report.note("the CPUs to choose from are " + llvm::join(known, ", ") +
                  ", in this order");
    return false;
  }
  for (StringRef word : llvm::drop_begin(words))
    target.versions.push_back(word.trim().str());
  cpu = words[0].trim();
  return true;
}

bool flux::selectCPU(TargetSpec &target, StringRef cpu, StringRef features,
                     DiagnosticEngine &diags) {
  // A description may hold a list, too.
  const std::string described = target.cpu;
  if (cpu.empty() && StringRef(described).contains(','))
    cpu = described;
  bool isList = cpu.contains(',');
  if (!cpu.empty())
    target.versions.clear();
  if (isList && !selectVersions(target, cpu, diags))
    return false;
  bool isNative = (cpu.empty() ? StringRef(target.cpu) : cpu) == nativeWord;
  if (isNative && !selectNative(target, cpu, diags))
    return false;
  if (cpu.empty() && features.empty())
    return true;

  std::string error;
  const llvm::Target *backEnd = findBackEnd(target, error);
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      backEnd
          ? backEnd->createMCSubtargetInfo(llvm::Triple(target.triple), "", "")
          : nullptr);
  if (!info)
    return true; // no code is made for it
  if (!cpu.empty() && !isNative) {
    if (!info->isCPUStringValid(cpu)) {
      llvm::SmallVector<StringRef, 128> names;
      for (const llvm::SubtargetSubTypeKV &entry :
           info->getAllProcessorDescriptions())
        names.push_back(entry.Key);
      suggest(diags.report(placeOf(cpu, diags), diag::unknown_cpu, target.name,
                           cpu),
              cpu, names);
      return false;
    }
    target.cpu = cpu.str();
    // What all machines run is scheduled for all.
    if (!isList)
      target.tune.clear();
  }
  llvm::SmallVector<StringRef, 8> words;
  features.split(words, ',', -1, /*KeepEmpty=*/false);
  for (StringRef word : words) {
    word = word.trim();
    StringRef name = word.starts_with('+') || word.starts_with('-')
                         ? word.drop_front()
                         : word;
    llvm::SmallVector<StringRef, 256> names;
    for (const llvm::SubtargetFeatureKV &entry :
         info->getAllProcessorFeatures())
      names.push_back(entry.Key);
    if (!llvm::is_contained(names, name)) {
      suggest(diags.report(placeOf(word, diags), diag::unknown_cpu_feature,
                           target.name, name),
              name, names);
      return false;
    }
    target.features.push_back((word.starts_with('-') ? "-" : "+") + name.str());
  }
  return checkCombination(target, *backEnd, features.empty() ? cpu : features,
                          diags);
}
