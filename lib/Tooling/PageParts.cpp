//===- PageParts.cpp - what pages say besides the document ----------------===//
//
// A reader of a page asks what the program may do, what it must be given and
// whether its tests hold.  All of that is known when the page is made; each
// answer leads to the line that it is about.
//
//===----------------------------------------------------------------------===//
#include "PageWriter.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Tooling/Describe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

void flux::escapeHTML(StringRef text, std::string &out) {
  for (char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += c;
    }
  }
}

std::string flux::escapeHTML(StringRef text) {
  std::string out;
  escapeHTML(text, out);
  return out;
}

/// The beginning of a table: what it is about and the heads of its columns.
static std::string beginTable(StringRef caption,
                              llvm::ArrayRef<StringRef> heads) {
  std::string out = "<table>\n<caption>" + caption.str() + "</caption>\n<tr>";
  for (StringRef head : heads)
    out += "<th scope=\"col\">" + head.str() + "</th>";
  return out + "</tr>\n";
}

static std::string makeRow(llvm::ArrayRef<std::string> cells) {
  std::string out = "<tr>";
  for (const std::string &cell : cells)
    out += "<td>" + cell + "</td>";
  return out + "</tr>\n";
}

static std::string makeCode(StringRef text) {
  return text.empty() ? "" : "<code>" + escapeHTML(text) + "</code>";
}

static std::string count(size_t number, StringRef what) {
  return std::to_string(number) + " " + what.str() + (number == 1 ? "" : "s");
}

//===----------------------------------------------------------------------===//
// Links
//===----------------------------------------------------------------------===//

std::string PageWriter::linkLine(unsigned line) const {
  auto it = lines.upper_bound(line);
  std::string number = std::to_string(line);
  if (it == lines.begin())
    return number;
  return "<a href=\"#L" + std::to_string(*std::prev(it)) + "\">" + number +
         "</a>";
}

std::string PageWriter::linkOwn(StringRef place) const {
  bool isOwn = place.begin() >= text.begin() && place.begin() <= text.end();
  return isOwn ? linkLine(getLine(place.begin())) : "";
}

std::string PageWriter::linkPlace(StringRef place) const {
  if (std::string link = linkOwn(place); !link.empty())
    return "line " + link;
  auto [file, line, column] = analysis.locate(place);
  return escapeHTML(file) + ", line " + std::to_string(line);
}

std::string PageWriter::renderNeeds(EffectSet effects) const {
  std::string out;
  for (auto [i, name] : llvm::enumerate(capabilityNames))
    if (effects >> i & 1)
      out += (out.empty() ? "" : ", ") + name.str();
  return out.empty() ? "" : "<span class=\"needs\">needs " + out + "</span>";
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

std::string PageWriter::renderBadge(const TestOutcome &test, bool isRefused) {
  if (test.status != TestOutcome::Passed)
    return "<span class=\"badge failed\">test failed</span>";
  return "<span class=\"badge passed\">" +
         std::string(isRefused ? "refused, as it should be" : "test passed") +
         "</span>";
}

std::string PageWriter::renderReason(const TestOutcome &test) {
  if (test.status == TestOutcome::Passed)
    return "";
  std::string out = escapeHTML(test.reason);
  for (const auto &[name, value] : test.values)
    out += "<br>" + escapeHTML(name) + ": " + makeCode(value);
  return out;
}

std::string PageWriter::getTestSummary() const {
  if (tests.outcomes.empty())
    return "";
  size_t passed = llvm::count_if(tests.outcomes, [](const TestOutcome &test) {
    return test.status == TestOutcome::Passed;
  });
  size_t failed = tests.outcomes.size() - passed;
  if (!failed)
    return count(passed, "test") + " passed";
  return std::to_string(failed) + " of " +
         std::to_string(tests.outcomes.size()) + " tests failed";
}

std::string PageWriter::renderTests() const {
  if (tests.outcomes.empty())
    return tests.whyNot.empty()
               ? ""
               : "<p>The tests were not run: " + escapeHTML(tests.whyNot) +
                     ".</p>\n";
  std::string out = beginTable(getTestSummary(), {"Test", "Line", "Result"});
  for (const TestOutcome &test : tests.outcomes) {
    bool isPassed = test.status == TestOutcome::Passed;
    std::string result = "<span class=\"badge ";
    result += isPassed ? "passed\">passed" : "failed\">failed";
    result += isPassed ? "</span>" : "</span> " + renderReason(test);
    if (!isPassed && !test.details.empty())
      result += "<pre tabindex=\"0\">" + escapeHTML(test.details) + "</pre>";
    out += makeRow({escapeHTML(test.name), linkLine(test.line), result});
  }
  return out + "</table>\n";
}

//===----------------------------------------------------------------------===//
// Contents and facts
//===----------------------------------------------------------------------===//

std::string PageWriter::renderContents() const {
  std::string out = "<nav id=\"contents\" aria-label=\"Contents\"><ul>\n";
  auto add = [&](StringRef id, StringRef title, StringRef kind) {
    out += "<li" + (kind.empty() ? "" : " class=\"" + kind.str() + "\"") +
           "><a href=\"#" + id.str() + "\">" + escapeHTML(title) +
           "</a></li>\n";
  };
  for (const Section &section : analysis.getDocument().sections)
    if (!section.heading.empty())
      add(slugs.lookup(&section),
          hasCodeInHeading(section.kind) ? section.name : section.heading,
          section.parent >= 0 ? "inner" : "");
  for (const Part &part : parts)
    add(part.id, part.title, &part == &parts.front() ? "first" : "");
  return out + "</ul></nav>\n";
}

/// What a reader wants to know before the first sentence.
std::string PageWriter::renderFacts() const {
  const Module &module = analysis.getModule();
  std::string out;
  auto add = [&](StringRef name, const std::string &value) {
    if (!value.empty())
      out += "<div><dt>" + name.str() + "</dt><dd>" + value + "</dd></div>\n";
  };
  if (module.agent)
    add("Agent", escapeHTML(module.agent->name));
  std::string flags;
  for (auto [i, name] : llvm::enumerate(capabilityNames))
    if (llvm::any_of(needs, [&, i = i](const AuthorityNeed &need) {
          return need.concerns(module, EffectSet(1u << i));
        }))
      flags += (flags.empty() ? "" : ", ") +
               ("<a href=\"#authority." + name + "\">" + name + "</a>").str();
  bool isProgram = module.main ||
                   (module.agent && (module.agent->init || module.agent->loop));
  add(isProgram ? "May use" : "Its functions may use",
      flags.empty() ? "nothing outside of itself" : flags);
  if (!module.settings.empty())
    add("Given at deployment", "<a href=\"#all-settings\">" +
                                   count(module.settings.size(), "setting") +
                                   "</a>");
  std::string summary = getTestSummary();
  if (summary.empty() && !tests.whyNot.empty())
    summary = "not run";
  if (!summary.empty())
    add("Tests", "<a href=\"#test-results\">" + summary + "</a>");
  return "<dl class=\"facts\">\n" + out + "</dl>\n";
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// What other documents could use.
std::string PageWriter::renderDeclarations() const {
  const Module &module = analysis.getModule();
  std::string rows;
  for (auto [i, symbol] : llvm::enumerate(analysis.getIndex().getSymbols())) {
    if (symbol.kind != SymbolKind::Function &&
        symbol.kind != SymbolKind::Struct && symbol.kind != SymbolKind::Enum &&
        symbol.kind != SymbolKind::Constant)
      continue;
    if (symbol.isForeign)
      continue;
    std::string documentation = getDocumentation(symbol, analysis);
    StringRef first = StringRef(documentation).split("\n\n").first;
    std::string signature = escapeHTML(getSignature(symbol));
    if (anchored.contains(i))
      signature = "<a href=\"#" + getAnchor(i) + "\">" + signature + "</a>";
    std::string notes = escapeHTML(first);
    if (llvm::is_contained(module.exports, symbol.name))
      notes = "<span class=\"badge\">exported</span> " + notes;
    if (symbol.function)
      notes += renderNeeds(analysis.getEffects().getEffects(symbol.function));
    rows += makeRow({"<code>" + signature + "</code>",
                     linkLine(getLine(symbol.name.begin())), notes});
  }
  if (rows.empty())
    return "";
  return beginTable("What the document declares",
                    {"Declaration", "Line", "What it is"}) +
         rows + "</table>\n";
}

std::string PageWriter::renderSettings() const {
  const Module &module = analysis.getModule();
  if (module.settings.empty())
    return "";
  std::string out = beginTable(
      "What the deployment gives",
      {"Name", "Type", "Unit", "Default", "Range", "Line", "What it is"});
  for (const SettingDecl *setting : module.settings) {
    const Type *type = setting->var ? setting->var->type : nullptr;
    const Unit *unit = setting->unit;
    if (!unit && type && type->isQuantity())
      unit = getDisplayUnit(type->dimension);
    std::string notes = escapeHTML(setting->doc);
    if (setting->isInferred)
      notes = "<span class=\"badge\">inferred</span> from its uses " + notes;
    out +=
        makeRow({makeCode(setting->name), makeCode(type ? type->str() : ""),
                 unit ? escapeHTML(unit->getName()) : "",
                 makeCode(setting->defaultText), makeCode(setting->rangeText),
                 linkOwn(setting->name), notes});
  }
  return out + "</table>\n";
}

std::string PageWriter::renderDecisions() const {
  const Module &module = analysis.getModule();
  if (module.decisions.empty())
    return "";
  std::string out =
      beginTable("What the document leaves open, as flux.lock would hold it",
                 {"What", "Name", "Decision", "Where"});
  for (const Decision &decision : module.decisions)
    out += makeRow({escapeHTML(decision.kind), makeCode(decision.key),
                    makeCode(decision.value),
                    decision.place.empty() ? "" : linkPlace(decision.place)});
  return out + "</table>\n";
}

std::string PageWriter::renderAuthority() const {
  const Module &module = analysis.getModule();
  std::string out;
  if (module.agent && module.agent->hasCapabilities)
    out += "<p>The agent has the capabilities " +
           getEffectNames(EffectSet(module.agent->capabilities)) + ".</p>\n";
  auto describe = [&](StringRef place, const FunctionDecl *function) {
    if (function)
      return " in " + makeCode(qualify(function->module, function->name));
    std::string where = analysis.getDocument().describe(
        llvm::SMLoc::getFromPointer(place.begin()));
    return where.empty() ? "" : " " + escapeHTML(where);
  };
  std::string rows;
  for (auto [i, name] : llvm::enumerate(capabilityNames)) {
    EffectSet flag = EffectSet(1u << i);
    std::string uses;
    for (const AuthorityNeed &need : needs) {
      if (!need.concerns(module, flag))
        continue;
      uses += "<li>" + makeCode(need.use->what) + ", " +
              linkPlace(need.use->place) +
              describe(need.use->place, need.function);
      if (need.optional & flag)
        uses += " (may use it)";
      else if (need.use->oneOf)
        uses += " (" + getEffectNames(need.use->flags, " or ") + ")";
      for (const AuthorityNeed::Call &call : need.calls)
        uses += "<br>called at " + linkPlace(call.place) +
                describe(call.place, call.caller);
      uses += "</li>\n";
    }
    if (!uses.empty())
      rows += "<tr><th scope=\"row\" id=\"authority." + name.str() + "\">" +
              name.str() + "</th><td><ul>\n" + uses + "</ul></td></tr>\n";
  }
  if (rows.empty())
    return out + "<p>Nothing outside of the program is needed.</p>\n";
  return out +
         beginTable("Which lines need which capability, and how they are "
                    "reached",
                    {"Capability", "Needed by"}) +
         rows + "</table>\n";
}

void PageWriter::makeParts() {
  auto add = [&](StringRef id, StringRef title, std::string html) {
    if (!html.empty())
      parts.push_back({id.str(), title.str(), std::move(html)});
  };
  add("declarations", "Declarations", renderDeclarations());
  add("all-settings", "All settings", renderSettings());
  add("decisions", "Decided by the compiler", renderDecisions());
  add("authority", "Authority", renderAuthority());
  add("test-results", "Test results", renderTests());
}
