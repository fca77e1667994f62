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
#include "llvm/ADT/StringExtras.h"

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
  if (named && board && !named->isPlanned && named != board &&
      named->name != board->base) {
    diags.report(settings.board, diag::board_elsewhere, settings.board,
                 board->base, settings.target);
    return false;
  }
  // Nothing can be made for any board if the target is only planned.
  wanted = board && !(named && named->isPlanned) ? board : named;
  return true;
}

bool flux::chooseTarget(const CompileSettings &settings, const Options &options,
                        DiagnosticEngine &diags, TargetChoice &choice) {
  std::optional<OptLevel> level = parseOptLevel(settings.optimize);
  choice.level = options.level.value_or(level.value_or(OptLevel::O2));
  if (level && *level != choice.level)
    diags.report(settings.optimize, diag::command_line_wins, settings.optimize,
                 getSpelling(choice.level));

  const TargetSpec *wanted = nullptr;
  if (!readSettings(settings, diags, wanted)) {
    choice.target = getHostTarget();
    return false;
  }
  StringRef place = settings.board.empty() ? settings.target : settings.board;
  bool isOther = false; // another target than the document is for
  const TargetSpec *chosen = options.target ? options.target
                             : wanted       ? wanted
                                            : &getHostTarget();
  if (options.target && wanted && wanted != options.target) {
    isOther = true;
    diags.report(place, diag::command_line_wins, place,
                 "--target=" + options.target->name);
  } else if (chosen->isPlanned) {
    isOther = true;
    chosen = &getHostTarget();
    diags.report(place, diag::target_not_available, place, chosen->name);
  }
  choice.target = *chosen;

  StringRef cpu = options.cpu, features = options.features;
  auto prefer = [&](StringRef &fromOption, StringRef fromDocument,
                    StringRef option) {
    if (fromDocument.empty())
      return;
    if (!fromOption.empty()) {
      if (fromOption != fromDocument)
        diags.report(fromDocument, diag::command_line_wins, fromDocument,
                     (option + fromOption).str());
    } else if (!isOther) {
      fromOption = fromDocument;
    } else if (options.target) {
      diags.report(fromDocument, diag::command_line_wins, fromDocument,
                   "--target=" + options.target->name);
    }
  };
  prefer(cpu, settings.cpu, "--cpu=");
  prefer(features, settings.features, "--features=");
  return selectCPU(choice.target, cpu, features, diags);
}
