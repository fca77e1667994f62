//===- Steps.cpp - the step that a place is in ----------------------------===//
//
// A step under way is no step yet, and the list that it will belong to may be
// no list.  So the place is understood from lines and their indentation; which
// words are legal there, Verbs.def says.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

static constexpr StringRef failureWords = "If it fails";

/// Where the colon is that opens the steps nested in \p text; npos: nowhere.
static size_t findColon(StringRef text) {
  unsigned depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        i += text[i] == '\\';
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if ((c == ')' || c == ']') && depth) {
      --depth;
    } else if (c == ':' && !depth) {
      return i;
    }
  }
  return StringRef::npos;
}

llvm::SmallVector<StepPart, 2> flux::splitStep(StringRef text) {
  llvm::SmallVector<StepPart, 2> parts;
  while (true) {
    StepPart part{"", nullptr, text};
    bool isNesting = text.starts_with_insensitive(failureWords);
    if (isNesting) {
      part.verb = text.take_front(failureWords.size());
    } else if (Verb verb = readVerb(text, part.verb); verb != Verb::Unknown) {
      part.info = &getInfo(verb);
      isNesting = part.info->nested == Nested::Steps;
    }
    size_t colon = isNesting ? findColon(text) : StringRef::npos;
    if (colon == StringRef::npos) {
      parts.push_back(part);
      return parts;
    }
    part.text = text.take_front(colon);
    parts.push_back(part);
    text = text.drop_front(colon + 1).ltrim(" \t");
  }
}

/// Takes the list marker from \p line, and returns its indentation.
static size_t takeMarker(StringRef &line) {
  StringRef text = line.ltrim(" \t");
  size_t indent = line.size() - text.size();
  StringRef digits = text.take_while(llvm::isDigit);
  StringRef rest = text.drop_front(digits.size());
  bool isMarker = digits.empty()
                      ? rest.starts_with("- ") || rest.starts_with("* ") ||
                            rest.starts_with("+ ")
                      : rest.starts_with(". ") || rest.starts_with(") ");
  line = isMarker ? rest.drop_front(2).ltrim(" \t") : text;
  return indent;
}

static Verb getVerb(const StepPart &part) {
  return part.info ? part.info->verb : Verb::Unknown;
}

StepPlace flux::findStepPlace(const Section &section, StringRef line) {
  StepPlace result;
  StringRef text = line;
  size_t indent = takeMarker(text);
  llvm::SmallVector<StepPart, 2> parts = splitStep(text);
  result.text = parts.back().text;
  bool isBehindColon = parts.size() > 1;
  for (const StepPart &part : llvm::reverse(llvm::ArrayRef(parts).drop_back()))
    result.around.push_back(getVerb(part));

  // Upwards: what has the same indentation is of the same list, what has less
  // holds it.
  bool isFirst = true; // no step of the list was met
  StringRef above(section.range.begin(),
                  std::max(line.begin() - section.range.begin(), ptrdiff_t(0)));
  above = above.drop_front(std::min(above.find('\n'), above.size()));
  for (above = above.rtrim(); !above.empty(); above = above.rtrim()) {
    if (!indent && !isFirst)
      break;
    StringRef other = above.substr(above.rfind('\n') + 1);
    above = above.drop_back(other.size());
    size_t otherIndent = takeMarker(other);
    if (otherIndent > indent)
      continue;
    llvm::SmallVector<StepPart, 2> steps = splitStep(other);
    if (otherIndent == indent) {
      if (std::exchange(isFirst, false) && !isBehindColon)
        result.before = getVerb(steps.front());
      continue;
    }
    if (result.around.empty())
      result.isFailure =
          steps.back().info && steps.back().info->nested == Nested::Failure;
    for (const StepPart &part : llvm::reverse(steps))
      result.around.push_back(getVerb(part));
    indent = otherIndent;
    isFirst = false;
  }
  return result;
}

bool flux::mayStand(Verb verb, const StepPlace &place, SectionKind kind) {
  auto isIn = [&](Verb outer) {
    return llvm::is_contained(place.around, outer);
  };
  switch (verb) {
  case Verb::Else:
  case Verb::ElseIf:
    return place.before == Verb::If || place.before == Verb::ElseIf;
  case Verb::Every:
    return kind == SectionKind::Loop && !isIn(Verb::Repeat) &&
           !isIn(Verb::Every) && !isIn(Verb::When);
  case Verb::When:
    return kind == SectionKind::Loop && !isIn(Verb::Repeat) &&
           !isIn(Verb::When);
  case Verb::Yield:
    return kind == SectionKind::Loop;
  case Verb::Reply:
    return isIn(Verb::When);
  case Verb::Expect:
    return kind == SectionKind::Test;
  default:
    return true;
  }
}

std::string flux::describeStepWord(const Analysis &analysis, const char *place,
                                   StringRef &range) {
  std::string result;
  auto visit = [&](auto &self, llvm::ArrayRef<Step> steps) -> void {
    for (const Step &step : steps) {
      for (const StepPart &part : splitStep(step.text))
        if (part.info && place >= part.verb.begin() &&
            place <= part.verb.end()) {
          StringRef form = part.info->form;
          bool isGlued = form.empty() || form.starts_with(":");
          result = "`" + part.info->name.str() + (isGlued ? "" : " ") +
                   form.str() + "`\n\n" + part.info->doc.str();
          range = part.verb;
        }
      self(self, step.children);
    }
  };
  visit(visit, analysis.getSection(place).steps);
  return result;
}
