//===- Settings.cpp - the section Settings --------------------------------===//
//
// Settings are what a deployment fills in: `name: type = default in low..high
// (description)` lines, or a table.  Here they are only read; SemaSteps.cpp
// gives them types and values.
//
//===----------------------------------------------------------------------===//
#include "../ParserImpl.h"
#include "flux/Frontend/StepNodes.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

namespace {

class SettingReader {
public:
  explicit SettingReader(ParserState &state)
      : state(state), diags(state.diags) {}
  void readKey(const KeyValue &entry);
  void readTable(const std::vector<std::vector<StringRef>> &rows);

private:
  bool isName(StringRef name);
  Expr *parseValue(StringRef text);
  void parseRange(SettingDecl &setting);
  void add(SettingDecl &setting);

  ParserState &state;
  DiagnosticEngine &diags;
};

} // namespace

bool SettingReader::isName(StringRef name) {
  bool isGood =
      !name.empty() && !llvm::isDigit(name.front()) &&
      llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!isGood)
    diags.report(name, diag::bad_setting, shorten(name, 40),
                 "a name consists of letters, digits and '_'");
  return isGood;
}

Expr *SettingReader::parseValue(StringRef text) {
  Parser parser(text, state, ParseMode::Step);
  Expr *value = parser.parseExpr();
  if (value && !parser.is(TokenKind::End)) {
    parser.reportUnexpected(diag::expected_in_step, "the end of the value");
    return nullptr;
  }
  return value;
}

/// `low..high`.
void SettingReader::parseRange(SettingDecl &setting) {
  StringRef text = setting.rangeText;
  if (text.empty())
    return;
  size_t dots = text.find("..");
  if (dots == StringRef::npos || dots == 0 || dots + 2 == text.size()) {
    diags.report(text, diag::bad_setting, setting.name,
                 "a range is written 'low..high'");
    return;
  }
  setting.low = parseValue(text.take_front(dots).rtrim());
  setting.high = parseValue(text.substr(dots + 2).ltrim());
}

void SettingReader::add(SettingDecl &setting) {
  if (!setting.defaultText.empty() &&
      !(setting.init = parseValue(setting.defaultText)))
    return;
  parseRange(setting);
  for (const SettingDecl *other : state.module.settings)
    if (other->name == setting.name) {
      diags.report(setting.name, diag::redeclared_name, setting.name)
          .note(DiagnosticEngine::rangeOf(other->name),
                "the first declaration is here");
      return;
    }
  state.module.settings.push_back(&setting);
}

/// `name: type = default in low..high`; the type or the default may be missing.
void SettingReader::readKey(const KeyValue &entry) {
  if (!isName(entry.key))
    return;
  auto *setting = state.context.make<SettingDecl>();
  setting->name = entry.key;
  setting->doc = entry.remark;
  StringRef rest = entry.value;
  StringRef word =
      rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  StringRef after = rest.drop_front(word.size()).ltrim();
  bool isAlone =
      after.empty() || after.starts_with("=") || after.starts_with("in ");
  if (!word.empty() && llvm::isAlpha(word.front()) && isAlone &&
      word != "true" && word != "false") {
    setting->typeText = word;
    rest = after;
  } else {
    rest = StringRef(rest.data(), rest.size());
  }
  bool hasType = !setting->typeText.empty();
  size_t in = rest.starts_with("in ") ? 0 : rest.find(" in ");
  if (in != StringRef::npos && !rest.starts_with("\"")) {
    setting->rangeText = rest.substr(in).ltrim().drop_front(2).trim();
    rest = rest.take_front(in).rtrim();
  }
  if (hasType && !rest.empty()) {
    rest.consume_front("=");
    rest = rest.trim();
    if (rest.empty()) {
      diags.report(entry.value, diag::bad_setting, entry.key,
                   "a default follows '='");
      return;
    }
  }
  setting->defaultText = rest;
  add(*setting);
}

void SettingReader::readTable(const std::vector<std::vector<StringRef>> &rows) {
  static constexpr StringRef columns[] = {"name",    "type",  "unit",
                                          "default", "range", "description"};
  llvm::SmallVector<int, 6> order;
  for (StringRef title : rows.front()) {
    const auto *it = llvm::find_if(columns, [&](StringRef column) {
      return column.equals_insensitive(title);
    });
    if (it == std::end(columns) || llvm::is_contained(order, it - columns)) {
      auto report = diags.report(title.empty() ? rows.front().front() : title,
                                 diag::unknown_key, title, "Settings");
      StringRef near = findNearMiss(title, columns);
      if (!near.empty() && it == std::end(columns))
        report.fixIt(DiagnosticEngine::rangeOf(title), near);
      else
        report.note("the columns are " +
                    llvm::join(llvm::ArrayRef(columns), ", "));
      return;
    }
    order.push_back(it - columns);
  }
  if (!llvm::is_contained(order, 0)) {
    diags.report(rows.front().front(), diag::bad_setting, "table",
                 "a column 'name' is missing");
    return;
  }
  for (const std::vector<StringRef> &row : llvm::drop_begin(rows)) {
    auto *setting = state.context.make<SettingDecl>();
    StringRef *fields[] = {&setting->name,      &setting->typeText,
                           &setting->unitText,  &setting->defaultText,
                           &setting->rangeText, &setting->doc};
    if (row.size() != order.size()) {
      diags.report(row.front(), diag::bad_setting, shorten(row.front(), 40),
                   "the row has another number of cells than the head");
      continue;
    }
    for (auto [column, cell] : llvm::zip_equal(order, row))
      *fields[column] = cell;
    if (isName(setting->name))
      add(*setting);
  }
}

void flux::parseSettings(const Section &section, ParserState &state) {
  SettingReader reader(state);
  for (const KeyValue &entry : section.keys)
    reader.readKey(entry);
  for (const std::vector<std::vector<StringRef>> &table : section.tables)
    reader.readTable(table);
}
