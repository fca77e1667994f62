//===- TargetChoice.cpp - what code is made for ---------------------------===//
//
// A document may say for which target, board and CPU it is meant; so may the
// command line.  What does not count in the end is told, because a program for
// another machine than its document says would be a riddle.
//
//===----------------------------------------------------------------------===//

#include "TargetChoice.h"
#include "flux/Frontend/Deployment.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace flux;
using llvm::StringRef;

/// Says which targets there are, or which one \p name is near to.
static std::string describeKnownTargets(StringRef name) {
  StringRef near = findNearMiss(name, getAllTargetNames());
  if (!near.empty())
    return ("did you mean '" + near + "'?").str();
  return "the targets are " + llvm::join(getTargetNames(), ", ") +
         "; 'fluxc --print-targets' tells more";
}

static std::string describeBoards(StringRef name) {
  llvm::SmallVector<StringRef, 16> boards, all;
  for (const TargetSpec *target : getTargets())
    if (target->isBoard) {
      boards.push_back(target->name);
      all.push_back(target->name);
      all.append(target->aliases.begin(), target->aliases.end());
    }
  StringRef near = findNearMiss(name, all);
  if (!near.empty())
    return ("did you mean '" + near + "'?").str();
  return "the boards are " + llvm::join(boards, ", ");
}

const TargetSpec *flux::findNamedTarget(StringRef name,
                                        DiagnosticEngine &diags) {
  if (isTargetPath(name))
    return loadTarget(name, diags);
  const TargetSpec *target = findTarget(name);
  if (!target)
    diags.report(llvm::SMRange(), diag::unknown_target, name)
        .note(describeKnownTargets(name));
  return target;
}

/// What the document asks for; null if it asks for nothing.  False after an
/// error.
static bool readSettings(const CompileSettings &settings,
                         DiagnosticEngine &diags, const TargetSpec *&wanted) {
  const TargetSpec *named = nullptr, *board = nullptr;
  if (!settings.target.empty()) {
    std::string name = settings.target.lower();
    named = findTarget(name);
    if (!named) {
      diags.report(settings.target, diag::unknown_target, settings.target)
          .note(describeKnownTargets(name));
      return false;
    }
  }
  if (!settings.board.empty()) {
    std::string name = settings.board.lower();
    board = findTarget(name);
    if (!board || !board->isBoard) {
      diags.report(settings.board, diag::unknown_board, settings.board)
          .note(describeBoards(name));
      return false;
    }
  }
  if (named && board && named != board && named->name != board->base) {
    diags.report(settings.board, diag::board_elsewhere, settings.board,
                 board->base, settings.target);
    return false;
  }
  wanted = board ? board : named;
  return true;
}

std::vector<const TargetSpec *> flux::findTargetList(StringRef list,
                                                     DiagnosticEngine &diags) {
  std::vector<const TargetSpec *> targets;
  llvm::StringMap<StringRef> words; // by the name of the target
  llvm::SmallVector<StringRef, 4> names;
  list.split(names, ',');
  for (StringRef name : names) {
    name = name.trim();
    const TargetSpec *target = findNamedTarget(name, diags);
    if (!target)
      continue;
    if (target->isPlanned) {
      diags.report(llvm::SMRange(), diag::planned_target, name);
      continue;
    }
    auto [word, isNew] = words.try_emplace(target->name, name);
    if (isNew)
      targets.push_back(target);
    else
      diags.report(llvm::SMRange(), diag::same_target, word->second, name,
                   target->name);
  }
  return targets;
}

/// The option that names \p targets.
static std::string spell(llvm::ArrayRef<const TargetSpec *> targets) {
  std::string text = "--target=";
  for (const TargetSpec *target : targets)
    text += (target == targets.front() ? "" : ",") + target->name;
  return text;
}

bool flux::chooseTargets(const CompileSettings &settings,
                         const Options &options, DiagnosticEngine &diags,
                         TargetChoice &choice) {
  std::optional<OptLevel> level = parseOptLevel(settings.optimize);
  choice.level = options.level.value_or(level.value_or(OptLevel::O2));
  if (level && *level != choice.level)
    diags.report(settings.optimize, diag::command_line_wins, settings.optimize,
                 getSpelling(choice.level));

  const TargetSpec *wanted = nullptr;
  if (!readSettings(settings, diags, wanted)) {
    choice.targets = {getHostTarget()};
    return false;
  }
  StringRef place = settings.board.empty() ? settings.target : settings.board;
  // Whether the document speaks of another target than code is made for.
  bool isOther = false;
  std::vector<const TargetSpec *> chosen = options.targets;
  if (chosen.empty())
    chosen = {wanted ? wanted : &getHostTarget()};
  if (wanted && !llvm::is_contained(chosen, wanted)) {
    isOther = true;
    diags.report(place, diag::command_line_wins, place, spell(chosen));
  }

  // True if what the document says counts for the targets that it speaks of.
  auto prefer = [&](StringRef fromOption, StringRef fromDocument,
                    StringRef option) {
    if (fromDocument.empty())
      return false;
    if (!fromOption.empty()) {
      if (fromOption != fromDocument)
        diags.report(fromDocument, diag::command_line_wins, fromDocument,
                     (option + fromOption).str());
      return false;
    }
    if (isOther && !options.targets.empty())
      diags.report(fromDocument, diag::command_line_wins, fromDocument,
                   spell(chosen));
    return !isOther;
  };
  bool takesCPU = prefer(options.cpu, settings.cpu, "--cpu=");
  bool takesFeatures =
      prefer(options.features, settings.features, "--features=");
  bool valid = true;
  for (const TargetSpec *target : chosen) {
    bool isMeant = !wanted || target == wanted;
    choice.targets.push_back(*target);
    valid &=
        selectCPU(choice.targets.back(),
                  takesCPU && isMeant ? settings.cpu : StringRef(options.cpu),
                  takesFeatures && isMeant ? settings.features
                                           : StringRef(options.features),
                  diags);
  }
  return valid;
}
