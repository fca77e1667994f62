//===- Tables.cpp - verbs, facts and sensors ------------------------------===//
//
// Forms are text in a small notation, which people read in docs/steps.md and
// editors walk along for completion.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Steps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

static constexpr VerbInfo verbs[] = {
#define VERB(ID, NAME, FORM, NESTED, DOC, EXAMPLE)                             \
  {Verb::ID, NAME, FORM, Nested::NESTED, DOC, EXAMPLE},
#include "flux/Frontend/Verbs.def"
};

llvm::ArrayRef<VerbInfo> flux::getVerbs() { return verbs; }

Verb flux::findVerb(StringRef word) {
  for (const VerbInfo &info : verbs)
    if (word.equals_insensitive(info.name))
      return info.verb;
  return Verb::Unknown;
}

Verb flux::readVerb(StringRef text, StringRef &word) {
  auto takeLetters = [](StringRef rest) {
    return rest.take_while([](char c) { return llvm::isAlpha(c); });
  };
  word = takeLetters(text);
  StringRef rest = text.drop_front(word.size());
  if (!rest.empty() &&
      (llvm::isAlnum(rest.front()) || StringRef("_-").contains(rest.front())))
    return Verb::Unknown; // only the beginning of a longer word
  Verb verb = findVerb(word);
  if (verb != Verb::Else)
    return verb;
  StringRef second = takeLetters(rest.ltrim(" \t"));
  if (!second.equals_insensitive("if"))
    return verb;
  word = StringRef(text.begin(), second.end() - text.begin());
  return Verb::ElseIf;
}

//===----------------------------------------------------------------------===//
// Forms
//===----------------------------------------------------------------------===//

namespace {

/// One element of a form, with what may come instead.
struct Element {
  enum Kind : uint8_t { Word, Slot, Mark } kind;
  StringRef text; ///< "to", "name", ":"
  /// Elements of brackets carry their number; 0: must be there.
  unsigned optional = 0;
  /// Words in braces carry their number; 0: no alternative.
  unsigned choice = 0;
};
using Form = llvm::SmallVector<Element, 16>;

} // namespace

static Form parseForm(StringRef text) {
  Form form;
  unsigned optional = 0, choice = 0, numGroups = 0;
  while (!text.empty()) {
    char c = text.front();
    if (c == '[') {
      optional = ++numGroups;
    } else if (c == ']') {
      optional = 0;
    } else if (c == '{') {
      choice = ++numGroups;
    } else if (c == '}') {
      choice = 0;
    } else if (c == '<') {
      auto [slot, rest] = text.drop_front().split('>');
      form.push_back({Element::Slot, slot, optional, choice});
      text = rest;
      continue;
    } else if (llvm::isAlpha(c)) {
      StringRef word = text.take_while(llvm::isAlpha);
      form.push_back({Element::Word, word, optional, choice});
      text = text.drop_front(word.size());
      continue;
    } else if (c != ' ' && c != '|') {
      form.push_back({Element::Mark, text.take_front(), optional, choice});
    }
    text = text.drop_front();
  }
  return form;
}

static llvm::SmallVector<StringRef, 2> getForms(const VerbInfo &info) {
  llvm::SmallVector<StringRef, 2> forms;
  info.form.split(forms, " or ");
  return forms;
}

/// What a form makes of the beginning of a step.
struct FormMatch {
  bool fits = false; ///< all tokens belong to the form
  llvm::SmallVector<std::string, 4> next;
  llvm::SmallVector<StringRef, 4> words; ///< tokens that are words of the form
};

/// True if an expression may be over behind \p token.
static bool mayEndSlot(StringRef token) {
  if (token.equals_insensitive("not") || token.equals_insensitive("in"))
    return false;
  char c = token.back();
  return llvm::isAlnum(c) || StringRef("_\")]}'%").contains(c);
}

static bool isArticle(StringRef token) {
  return token.equals_insensitive("the") || token.equals_insensitive("a") ||
         token.equals_insensitive("an");
}

/// Reads \p tokens as \p form.
static FormMatch matchForm(const Form &form, llvm::ArrayRef<StringRef> tokens) {
  FormMatch result;
  auto spell = [](const Element &element) {
    return element.kind == Element::Slot ? "<" + element.text.str() + ">"
                                         : element.text.str();
  };
  auto matches = [](const Element &element, StringRef token) {
    return element.kind != Element::Slot &&
           token.equals_insensitive(element.text);
  };
  size_t at = 0;
  for (size_t i = 0; i < tokens.size();) {
    if (at == form.size())
      return result;
    const Element &element = form[at];
    if (element.kind == Element::Slot) {
      // A slot takes all up to the next word or mark of the form.
      ++at;
      auto ends = [&](StringRef token) {
        for (size_t j = at; j < form.size(); ++j) {
          if (matches(form[j], token))
            return true;
          if (!form[j].optional && !form[j].choice)
            return false;
        }
        return false;
      };
      unsigned depth = 0;
      for (size_t first = i; i < tokens.size(); ++i) {
        if (i > first && !depth && ends(tokens[i]))
          break;
        depth += tokens[i] == "(" || tokens[i] == "[";
        depth -= depth && (tokens[i] == ")" || tokens[i] == "]");
      }
      if (i == tokens.size() && (depth || !mayEndSlot(tokens.back()))) {
        result.fits = true;
        result.next.push_back(spell(element)); // it goes on
        return result;
      }
      continue;
    }
    if (matches(element, tokens[i])) {
      if (element.kind == Element::Word)
        result.words.push_back(tokens[i]);
      unsigned choice = element.choice;
      ++i;
      do
        ++at;
      while (choice && at < form.size() && form[at].choice == choice);
      continue;
    }
    if (isArticle(tokens[i])) {
      ++i;
      continue;
    }
    if (!element.optional && !element.choice)
      return result; // not this form
    if (element.choice) {
      ++at;
      if (at == form.size() || form[at].choice != element.choice)
        return result;
      continue;
    }
    unsigned group = element.optional;
    while (at < form.size() && form[at].optional == group)
      ++at;
  }
  result.fits = true;
  while (at < form.size()) {
    const Element &element = form[at];
    result.next.push_back(spell(element));
    if (element.choice) {
      ++at;
      if (at == form.size() || form[at].choice != element.choice)
        return result;
      continue;
    }
    if (!element.optional)
      return result;
    unsigned group = element.optional;
    bool isFirst = at == 0 || form[at - 1].optional != group;
    if (!isFirst)
      return result; // inside of brackets nothing is left out
    while (at < form.size() && form[at].optional == group)
      ++at;
  }
  return result;
}

/// The words, numbers, strings and signs of the beginning of a step.
static llvm::SmallVector<StringRef, 16> splitTokens(StringRef text,
                                                    bool &isOpen) {
  llvm::SmallVector<StringRef, 16> tokens;
  isOpen = false; // the last word may go on
  for (StringRef rest = text.ltrim(" \t"); !rest.empty();
       rest = rest.ltrim(" \t")) {
    size_t size;
    if (rest.front() == '"') {
      size_t end = 1;
      while (end < rest.size() && rest[end] != '"')
        end += rest[end] == '\\' ? 2 : 1;
      size = std::min(end + 1, rest.size());
      isOpen = false;
    } else {
      size = rest.take_while([](char c) {
                   return llvm::isAlnum(c) || c == '_' || c == '-' || c == '.';
                 })
                 .size();
      isOpen = size != 0;
      size = std::max<size_t>(size, 1);
    }
    tokens.push_back(rest.take_front(size));
    rest = rest.drop_front(size);
  }
  if (!text.empty() && llvm::isSpace(text.back()))
    isOpen = false;
  return tokens;
}

std::vector<std::string> flux::getNextWords(StringRef text) {
  text = text.ltrim(" \t");
  StringRef verbText;
  Verb verb = readVerb(text, verbText);
  StringRef rest = text.drop_front(verbText.size()), prefix = verbText;
  std::vector<std::string> result;
  auto add = [&](StringRef word) {
    if ((word.starts_with("<") || word.starts_with_insensitive(prefix)) &&
        !llvm::is_contained(result, word))
      result.push_back(word.str());
  };
  if (rest.empty()) {
    for (const VerbInfo &info : verbs)
      add(info.name);
    return result;
  }
  if (verb == Verb::Unknown)
    return result;
  bool isOpen;
  llvm::SmallVector<StringRef, 16> tokens = splitTokens(rest, isOpen);
  prefix = isOpen ? tokens.pop_back_val() : "";
  for (StringRef form : getForms(getInfo(verb)))
    for (StringRef word : matchForm(parseForm(form), tokens).next)
      add(word);
  if (verb == Verb::Else && tokens.empty())
    add("if");
  return result;
}

std::vector<StringRef> flux::getFormWords(StringRef text) {
  StringRef verbText;
  Verb verb = readVerb(text, verbText);
  if (verb == Verb::Unknown)
    return {};
  bool isOpen;
  llvm::SmallVector<StringRef, 16> tokens =
      splitTokens(text.drop_front(verbText.size()), isOpen);
  FormMatch best;
  for (StringRef form : getForms(getInfo(verb))) {
    FormMatch match = matchForm(parseForm(form), tokens);
    if (match.words.size() > best.words.size() || (match.fits && !best.fits))
      best = std::move(match);
  }
  return std::vector<StringRef>(best.words.begin(), best.words.end());
}

//===----------------------------------------------------------------------===//
// Facts and sensors
//===----------------------------------------------------------------------===//

namespace {
/// The TYPE columns: dimensions by name, and what is none.
struct FactType {
  static constexpr Dimension Str = Dimension::None;
  static constexpr Dimension Time = Dimension::Time;
  static constexpr Dimension Instant = Dimension::Instant;
};
struct SensorType {
  static constexpr Dimension Bool = Dimension::None;
#define DIMENSION(ID, NAME, BASE, DIFFERENCE, DISPLAY)                         \
  static constexpr Dimension ID = Dimension::ID;
#include "flux/Frontend/Units.def"
};
} // namespace

static constexpr Fact facts[] = {
#define FACT(NAME, TYPE, SOURCE, DOC) {NAME, FactType::TYPE, Fact::SOURCE, DOC},
#include "flux/Frontend/Facts.def"
};
llvm::ArrayRef<Fact> flux::getFacts() { return facts; }
const Fact *flux::findFact(StringRef name) {
  const auto *it =
      llvm::find_if(facts, [&](const Fact &fact) { return fact.name == name; });
  return it == std::end(facts) ? nullptr : it;
}

static constexpr SensorQuantity sensorQuantities[] = {
#define QUANTITY(WORD, TYPE) {WORD, SensorType::TYPE},
#include "flux/Frontend/Sensors.def"
};
static constexpr SensorBus sensorBuses[] = {
#define BUS(NAME, WORD, FIRST, LAST) {NAME, WORD, FIRST, LAST},
#include "flux/Frontend/Sensors.def"
};
static constexpr SensorDriver sensorDrivers[] = {
#define DRIVER(NAME, BUS, QUANTITY, FIRST, LAST)                               \
  {NAME, BUS, QUANTITY, FIRST, LAST},
#include "flux/Frontend/Sensors.def"
};
llvm::ArrayRef<SensorQuantity> flux::getSensorQuantities() {
  return sensorQuantities;
}
llvm::ArrayRef<SensorBus> flux::getSensorBuses() { return sensorBuses; }
llvm::ArrayRef<SensorDriver> flux::getSensorDrivers() { return sensorDrivers; }

//===----------------------------------------------------------------------===//
// Documentation
//===----------------------------------------------------------------------===//

/// \p text in a cell of a table.
static std::string escapeCell(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '|')
      result += '\\';
    result += c;
  }
  return result;
}

void flux::printSteps(llvm::raw_ostream &os) {
  os << "## Verbs\n\n| step | meaning | example |\n|---|---|---|\n";
  for (const VerbInfo &info : verbs) {
    os << "| ";
    llvm::ListSeparator comma(", ");
    for (StringRef form : getForms(info)) {
      bool isGlued = form.empty() || form.starts_with(":");
      os << comma << '`' << info.name << (isGlued ? "" : " ")
         << escapeCell(form) << '`';
    }
    StringRef example = info.example.split('\n').first;
    if (info.verb == Verb::ElseIf || info.verb == Verb::Else)
      example = info.example.split('\n').second;
    os << " | " << info.doc << " | `" << escapeCell(example) << "` |\n";
  }
  os << "\n## Facts\n\n| name | type | meaning |\n|---|---|---|\n";
  for (const Fact &fact : facts)
    os << "| `" << fact.name << "` | "
       << (fact.dimension == Dimension::None
               ? StringRef("str")
               : StringRef(getInfo(fact.dimension).name))
       << " | " << fact.doc << " |\n";
  os << "\n## Units\n\n";
  printUnits(os);
  os << "\n## Sensors\n\n| quantity | type | drivers |\n|---|---|---|\n";
  for (const SensorQuantity &quantity : sensorQuantities) {
    os << "| `" << quantity.name << "` | "
       << (quantity.dimension == Dimension::None
               ? StringRef("bool")
               : StringRef(getInfo(quantity.dimension).name))
       << " | ";
    llvm::ListSeparator comma;
    for (const SensorDriver &driver : sensorDrivers) {
      if (driver.quantity != quantity.name)
        continue;
      const auto *bus = llvm::find_if(sensorBuses, [&](const SensorBus &b) {
        return b.name == driver.bus;
      });
      os << comma << '`' << driver.name << "` (" << driver.bus << ' '
         << bus->word << ' ';
      auto number = [&](unsigned n) {
        if (driver.bus == "I2C")
          os << "0x" << llvm::utohexstr(n);
        else
          os << n;
      };
      number(driver.first);
      if (driver.first != driver.last) {
        os << " to ";
        number(driver.last);
      }
      os << ')';
    }
    os << " |\n";
  }
}
