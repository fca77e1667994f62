//===- Steps.cpp - the sentences of steps, word by word -------------------===//
//
// Somebody who writes a step should see at each word which words are legal
// next.  A step under way is no step yet, so it is not parsed but matched, word
// by word, against the forms of StepForms.def.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Steps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

static constexpr StepForm stepForms[] = {
#define STEP(FORM, DOC) {FORM, DOC},
#include "StepForms.def"
};

llvm::ArrayRef<StepForm> flux::getStepForms() { return stepForms; }

/// Splits \p text at blanks outside of strings and brackets; a colon there is a
/// word of its own.
static std::vector<StringRef> splitWords(StringRef text) {
  std::vector<StringRef> words;
  size_t begin = 0;
  unsigned depth = 0;
  auto finish = [&](size_t end) {
    if (end > begin)
      words.push_back(text.slice(begin, end));
    begin = end;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i)
        i += text[i] == '\\';
      if (i >= text.size())
        break;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if ((c == ')' || c == ']') && depth) {
      --depth;
    } else if (depth == 0 && (c == ' ' || c == '\t')) {
      finish(i);
      begin = i + 1;
    } else if (depth == 0 && c == ':') {
      finish(i);
      finish(i + 1);
    }
  }
  finish(text.size());
  return words;
}

static bool isSlot(StringRef part) { return part.starts_with("<"); }

/// True if \p word is one of the alternatives of \p part.
static bool matches(StringRef part, StringRef word) {
  while (!part.empty()) {
    auto [first, rest] = part.split('|');
    if (word.equals_insensitive(first))
      return true;
    part = rest;
  }
  return false;
}

/// True if an operand ends with \p word, so that the expression may be over.
static bool endsOperand(StringRef word) {
  if (word.equals_insensitive("not") || word.empty())
    return false;
  char c = word.back();
  return llvm::isAlnum(c) || StringRef("_\")]'}").contains(c);
}

static void addWords(StringRef part, const StepForm &form, StepChoice &choice) {
  llvm::SmallVector<StringRef, 4> words;
  part.split(words, '|');
  for (StringRef word : words)
    choice.words.push_back({word.str(), &form});
}

/// Follows \p form along \p words, and adds what may come next.
static void follow(const StepForm &form, llvm::ArrayRef<StringRef> words,
                   StepChoice &choice) {
  llvm::SmallVector<StringRef, 8> parts;
  form.form.split(parts, ' ');
  size_t at = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    StringRef part = parts[i];
    if (!isSlot(part)) {
      if (at == words.size())
        return addWords(part, form, choice);
      if (!matches(part, words[at]))
        return;
      ++at;
      continue;
    }
    // A slot goes on up to the word that ends it.
    StringRef end = i + 1 < parts.size() ? parts[i + 1] : "";
    size_t begin = at;
    while (at < words.size() && (end.empty() || !matches(end, words[at])))
      ++at;
    if (at < words.size())
      continue;
    bool mayEnd = at > begin && endsOperand(words.back());
    if (part == "<duration>") {
      choice.duration = true;
      mayEnd = at > begin;
    } else if (part == "<name>") {
      choice.name = at == begin;
    } else if (part == "<call>") {
      choice.call = at == begin;
    } else {
      choice.expr |= !mayEnd; // else only an operator could follow
    }
    if (mayEnd && !end.empty())
      addWords(end, form, choice);
    return;
  }
}

StepChoice flux::getStepChoices(StringRef text) {
  StepChoice choice;
  std::vector<StringRef> words = splitWords(text);
  for (const StepForm &form : stepForms)
    follow(form, words, choice);
  return choice;
}

StringRef flux::getStepStart(StringRef line, bool &isNested) {
  StringRef text = line.ltrim(" \t");
  StringRef digits = text.take_while(llvm::isDigit);
  StringRef rest = text.drop_front(digits.size());
  bool isMarker = digits.empty()
                      ? rest.starts_with("- ") || rest.starts_with("* ") ||
                            rest.starts_with("+ ")
                      : rest.starts_with(". ") || rest.starts_with(") ");
  if (isMarker)
    text = rest.drop_front(2).ltrim(" \t");
  std::vector<StringRef> words = splitWords(text);
  for (StringRef word : llvm::reverse(words))
    if (word == ":") {
      isNested = true;
      return StringRef(word.end(), text.end() - word.end()).ltrim(" \t");
    }
  isNested = false;
  return text;
}

const StepForm *flux::findStepForm(StringRef text, StringRef &verb) {
  const StepForm *best = nullptr;
  for (const StepForm &form : stepForms) {
    StringRef words =
        form.form.take_until([](char c) { return c == '<' || c == ':'; })
            .rtrim();
    // Slots may follow at once, and longer verbs win.
    if (text.size() >= words.size() &&
        text.take_front(words.size()).equals_insensitive(words) &&
        (text.size() == words.size() || !llvm::isAlnum(text[words.size()])) &&
        (!best || words.size() > verb.size())) {
      best = &form;
      verb = text.take_front(words.size());
    }
  }
  return best;
}

std::string flux::describeStepWord(const Analysis &analysis, const char *place,
                                   StringRef &range) {
  std::string result;
  auto visit = [&](auto &self, llvm::ArrayRef<Step> steps) -> void {
    for (const Step &step : steps) {
      StringRef verb;
      const StepForm *form = findStepForm(step.text, verb);
      if (form && place >= verb.begin() && place <= verb.end()) {
        std::string text = form->form.str();
        for (size_t at; (at = text.find(" :")) != std::string::npos;)
          text.erase(at, 1);
        result = "`" + text + "`\n\n" + form->doc.str();
        range = verb;
      }
      self(self, step.children);
    }
  };
  visit(visit, analysis.getSection(place).steps);
  return result;
}
