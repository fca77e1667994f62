//===- FormatSteps.cpp - the layout of steps ------------------------------===//
//
// A list of steps is Markdown: how far a nested step is indented says what it
// belongs to, so the indentation follows from the widths of the markers above
// it.  Remarks and commentary are prose and stay as they are; where commentary
// is indented, and so part of a list, the list keeps its markers.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Format.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

namespace {

/// What stands before the text of a step.
struct Prefix {
  StringRef range;  ///< from the start of the line to the text
  StringRef marker; ///< "-", "12."; empty for paragraphs
  bool isOrdered() const {
    return !marker.empty() && llvm::isDigit(marker.front());
  }
};

class StepFormatter {
public:
  StepFormatter(const Section &section, std::vector<Edit> &edits)
      : section(section), edits(edits) {}
  void run();

private:
  std::optional<Prefix> getPrefix(const Step &step) const;
  bool collect(llvm::ArrayRef<Step> steps);
  bool mayMove() const;
  bool isApart(const Step &first, const Step &second) const;
  void formatList(llvm::ArrayRef<Step> steps, unsigned indent);
  void formatText(const Step &step);
  void replace(StringRef range, const std::string &text) {
    if (range != text)
      edits.push_back({range, text});
  }

  const Section &section;
  std::vector<Edit> &edits;
  llvm::DenseSet<const char *> lines; ///< the starts of lines with a step
};

} // namespace

static bool isBlank(char c) { return c == ' ' || c == '\t'; }

std::optional<Prefix> StepFormatter::getPrefix(const Step &step) const {
  const char *begin = step.text.begin();
  while (begin > section.range.begin() && begin[-1] != '\n')
    --begin;
  Prefix prefix;
  prefix.range = StringRef(begin, step.text.begin() - begin);
  prefix.marker = prefix.range.trim(" \t");
  StringRef digits = prefix.marker.take_while(llvm::isDigit);
  StringRef sign = prefix.marker.drop_front(digits.size());
  bool isKnown = digits.empty()
                     ? sign.empty() || sign == "-" || sign == "*" || sign == "+"
                     : sign == "." || sign == ")";
  return isKnown ? std::optional(prefix) : std::nullopt;
}

bool StepFormatter::collect(llvm::ArrayRef<Step> steps) {
  for (const Step &step : steps) {
    std::optional<Prefix> prefix = getPrefix(step);
    if (!prefix)
      return false;
    lines.insert(prefix->range.begin());
    if (!collect(step.children))
      return false;
  }
  return true;
}

/// False if a line that is no step is indented: it may belong to a list.
bool StepFormatter::mayMove() const {
  StringRef rest = section.range.split('\n').second;
  while (!rest.empty()) {
    StringRef line = rest.take_until([](char c) { return c == '\n'; });
    const char *start = line.begin();
    rest = rest.drop_front(std::min(rest.size(), line.size() + 1));
    bool isCode = llvm::any_of(section.fences, [&](const Fence &fence) {
      return start >= fence.body.begin() && start < fence.body.end();
    });
    for (const TestFence &test : section.tests)
      for (const Fence *fence :
           {&test.code, test.output ? &*test.output : nullptr})
        isCode |=
            fence && start >= fence->body.begin() && start < fence->body.end();
    if (!line.empty() && isBlank(line.front()) && !line.trim().empty() &&
        !isCode && !lines.contains(start))
      return false;
  }
  return true;
}

/// True if something stands between two neighbours that is no step.
bool StepFormatter::isApart(const Step &first, const Step &second) const {
  const char *end = second.text.begin();
  StringRef rest = StringRef(first.text.begin(), end - first.text.begin());
  rest = rest.split('\n').second;
  while (rest.contains('\n')) {
    StringRef line = rest.take_until([](char c) { return c == '\n'; });
    if (!line.trim().empty() && !lines.contains(line.begin()))
      return true;
    rest = rest.drop_front(line.size() + 1);
  }
  return false;
}

/// Blanks between words are one blank; strings and remarks stay as they are.
void StepFormatter::formatText(const Step &step) {
  StringRef text = step.text;
  for (size_t i = 0; i < text.size(); ++i) {
    StringRef rest = text.drop_front(i);
    if (rest.starts_with("'\"'") || rest.starts_with("'\\\"'")) {
      i += rest.find('\'', 1);
    } else if (rest.front() == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        i += text[i] == '\\';
    } else if (isBlank(rest.front())) {
      StringRef blanks = rest.take_while(isBlank);
      i += blanks.size();
      if (text.substr(i).starts_with("("))
        return; // from here on it may be a remark
      replace(blanks, " ");
      --i;
    }
  }
}

void StepFormatter::formatList(llvm::ArrayRef<Step> steps, unsigned indent) {
  unsigned number = 0;
  const Step *before = nullptr; // a numbered one, with the same sign
  char sign = 0;
  for (const Step &step : steps) {
    Prefix prefix = *getPrefix(step);
    std::string marker = prefix.marker.str();
    if (prefix.isOrdered()) {
      uint64_t written = 0;
      prefix.marker.drop_back().getAsInteger(10, written);
      if (prefix.marker.back() != sign)
        before = nullptr;
      if (!before)
        number = written == step.number ? step.number : 1;
      else if (written == 1 && isApart(*before, step))
        number = 1;
      else
        ++number;
      sign = prefix.marker.back();
      before = &step;
      marker = std::to_string(number) + sign;
    } else {
      before = nullptr;
    }

    if (marker.empty()) {
      replace(prefix.range, "");
    } else {
      replace(prefix.range, std::string(indent, ' ') + marker + " ");
      StringRef rest(step.text.end(), section.range.end() - step.text.end());
      replace(rest.take_while(isBlank), "");
    }
    formatList(step.children, indent + marker.size() + 1);
  }
}

void StepFormatter::run() {
  auto formatTexts = [&](auto &self, llvm::ArrayRef<Step> steps) -> void {
    for (const Step &step : steps) {
      formatText(step);
      self(self, step.children);
    }
  };
  formatTexts(formatTexts, section.steps);
  if (collect(section.steps) && mayMove())
    formatList(section.steps, 0);
}

void flux::formatSteps(const Section &section, std::vector<Edit> &edits) {
  StepFormatter(section, edits).run();
}
