//===- TargetFile.cpp - reading targets/*.json with places ----------------===//
//
// People write descriptions of their own, so each thing that can be wrong with
// one has a place in it.  LLVM's JSON reader keeps no places, and recurses as
// deep as its input says; a description is one flat object, which needs neither
// recursion nor numbers.
//
//===----------------------------------------------------------------------===//

#include "TargetFile.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace flux;
using llvm::StringRef;

namespace {

struct KeyInfo {
  StringRef name;
  TargetEntry::Kind kind;
};

} // namespace

static constexpr KeyInfo keys[] = {
    {"abi", TargetEntry::Text},
    {"abstract", TargetEntry::Flag},
    {"aliases", TargetEntry::List},
    {"board", TargetEntry::Flag},
    {"code-model", TargetEntry::Text},
    {"cpu", TargetEntry::Text},
    {"description", TargetEntry::Text},
    {"emulator", TargetEntry::List},
    {"features", TargetEntry::List},
    {"hal", TargetEntry::List},
    {"inherits", TargetEntry::Text},
    {"linker-emulation", TargetEntry::Text},
    {"linker-script", TargetEntry::Text},
    {"name", TargetEntry::Text},
    {"planned", TargetEntry::Flag},
    {"relocation-model", TargetEntry::Text},
    {"runtime", TargetEntry::Text},
    {"triple", TargetEntry::Text},
    {"tune", TargetEntry::Text},
};

static StringRef describe(TargetEntry::Kind kind) {
  switch (kind) {
  case TargetEntry::Text:
    return "a string";
  case TargetEntry::Flag:
    return "true or false";
  case TargetEntry::List:
    return "a list of strings";
  }
  llvm_unreachable("unknown kind");
}

namespace {

class Reader {
public:
  Reader(StringRef text, DiagnosticEngine &diags, TargetFile &file)
      : text(text), rest(text), diags(diags), file(file) {}

  bool read();

private:
  bool readMember();
  bool readValue(StringRef key, TargetEntry &entry);
  bool readList(StringRef key, TargetEntry &entry);
  bool readString(std::string &value, llvm::SMRange &range);
  bool checkKey(StringRef key, llvm::SMRange range, const TargetEntry &entry);
  /// Takes \p c if it comes next, behind blanks.
  bool take(char c) {
    rest = rest.ltrim(" \t\r\n");
    return rest.consume_front(StringRef(&c, 1));
  }
  bool expect(char c, StringRef where) {
    if (take(c))
      return true;
    return fail("expected '" + std::string(1, c) + "' " + where.str());
  }
  /// The token that comes next.
  llvm::SMRange here() {
    rest = rest.ltrim(" \t\r\n");
    return DiagnosticEngine::rangeOf(rest.take_front(1));
  }
  bool fail(const std::string &message) {
    diags.report(here(), diag::target_syntax, message);
    return false;
  }

  StringRef text, rest;
  DiagnosticEngine &diags;
  TargetFile &file;
};

} // namespace

bool Reader::readString(std::string &value, llvm::SMRange &range) {
  here();
  if (!rest.starts_with('"'))
    return fail("expected a string");
  size_t end = 1;
  while (end < rest.size() && rest[end] != '"' && rest[end] != '\n')
    end += rest[end] == '\\' ? 2 : 1;
  if (end >= rest.size() || rest[end] != '"')
    return fail("the string does not end on its line");
  StringRef token = rest.take_front(end + 1);
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(token);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return fail("the string is not well formed");
  }
  value = parsed->getAsString()->str();
  range = DiagnosticEngine::rangeOf(token);
  rest = rest.drop_front(token.size());
  return true;
}

bool Reader::readList(StringRef key, TargetEntry &entry) {
  entry.kind = TargetEntry::List;
  if (take(']'))
    return true;
  do {
    if (here(); !rest.starts_with('"')) {
      diags.report(here(), diag::target_entry_type, key,
                   describe(TargetEntry::List));
      return false;
    }
    if (!readString(entry.items.emplace_back(),
                    entry.itemRanges.emplace_back()))
      return false;
  } while (take(','));
  return expect(']', "or ',' in the list");
}

bool Reader::readValue(StringRef key, TargetEntry &entry) {
  entry.range = here();
  if (rest.starts_with('"')) {
    entry.kind = TargetEntry::Text;
    return readString(entry.text, entry.range);
  }
  if (take('['))
    return readList(key, entry);
  StringRef word =
      rest.take_while([](char c) { return llvm::isAlnum(c) || c == '-'; });
  if (word == "true" || word == "false") {
    entry.kind = TargetEntry::Flag;
    entry.flag = word == "true";
    entry.range = DiagnosticEngine::rangeOf(word);
    rest = rest.drop_front(word.size());
    return true;
  }
  if (word.empty() && !rest.starts_with('{'))
    return fail("expected a value");
  // Numbers, null and objects: nothing has them.
  const KeyInfo *info = llvm::find_if(
      keys, [&](const KeyInfo &known) { return known.name == key; });
  StringRef wanted = info == std::end(keys)
                         ? "a string, a list of strings, true or false"
                         : describe(info->kind);
  diags.report(entry.range, diag::target_entry_type, key, wanted);
  return false;
}

bool Reader::checkKey(StringRef key, llvm::SMRange range,
                      const TargetEntry &entry) {
  const KeyInfo *info = llvm::find_if(
      keys, [&](const KeyInfo &known) { return known.name == key; });
  if (info == std::end(keys)) {
    llvm::SmallVector<StringRef, 20> names;
    for (const KeyInfo &known : keys)
      names.push_back(known.name);
    auto report = diags.report(range, diag::target_unknown_entry, key);
    StringRef near = findNearMiss(key, names);
    if (!near.empty())
      report.fixIt(range, "\"" + near.str() + "\"");
    else
      report.note("the entries are " + llvm::join(names, ", "));
    return false;
  }
  if (info->kind != entry.kind) {
    diags.report(entry.range, diag::target_entry_type, key,
                 describe(info->kind));
    return false;
  }
  return true;
}

bool Reader::readMember() {
  std::string key;
  llvm::SMRange range;
  TargetEntry entry;
  if (!readString(key, range) || !expect(':', "after the name of the entry") ||
      !readValue(key, entry))
    return false;
  if (file.find(key)) {
    diags.report(range, diag::target_duplicate_entry, key);
    return false;
  }
  if (checkKey(key, range, entry))
    file.entries.emplace(key, std::move(entry));
  return true;
}

bool Reader::read() {
  unsigned before = diags.getNumErrors();
  file.range = here();
  if (!expect('{', "at the beginning of the description"))
    return false;
  if (!take('}')) {
    do {
      if (!readMember())
        return false;
    } while (take(','));
    if (!expect('}', "or ',' after the entry"))
      return false;
  }
  if (here(); !rest.empty())
    return fail("expected nothing after the description");
  return diags.getNumErrors() == before;
}

bool flux::parseTargetFile(StringRef text, DiagnosticEngine &diags,
                           TargetFile &file) {
  return Reader(text, diags, file).read();
}
