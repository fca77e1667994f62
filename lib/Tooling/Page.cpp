//===- Page.cpp - a document as one HTML page -----------------------------===//
//
// libcmark renders the prose, in its safe mode: HTML in a document stays out
// and so do addresses that could run something.  Code, steps, keys and
// signatures are put in its tree as finished HTML, because only the compiler
// knows what their words mean; all of that is escaped here.
//
//===----------------------------------------------------------------------===//
#include "PageStyle.h"
#include "PageWriter.h"
#include "flux/Frontend/StepNodes.h"
#include "flux/Support/Version.h"
#include "flux/Tooling/Describe.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

using namespace flux;
using llvm::StringRef;

PageWriter::PageWriter(const Analysis &analysis, const PageTests &tests)
    : analysis(analysis), tests(tests), text(analysis.getText()),
      highlights(highlight(analysis)),
      needs(findAuthority(analysis.getModule(), analysis.getEffects())) {
  lineStarts.push_back(text.begin());
  for (size_t at = text.find('\n'); at != StringRef::npos;
       at = text.find('\n', at + 1))
    lineStarts.push_back(text.begin() + at + 1);
  notePlaces();
}

unsigned PageWriter::getLine(const char *place) const {
  return llvm::upper_bound(lineStarts, place) - lineStarts.begin();
}

StringRef PageWriter::getLineText(unsigned line) const {
  if (line == 0 || line > lineStarts.size())
    return "";
  const char *begin = lineStarts[line - 1];
  const char *end = line < lineStarts.size() ? lineStarts[line] : text.end();
  return StringRef(begin, end - begin).trim();
}

void PageWriter::noteSteps(llvm::ArrayRef<Step> list) {
  for (const Step &step : list) {
    steps[getLine(step.text.begin())] = step.text;
    noteAnchors(step.text);
    noteSteps(step.children);
  }
}

/// Notes what \p code, which is painted, declares: only that can be linked to.
void PageWriter::noteAnchors(StringRef code) {
  auto it = llvm::partition_point(highlights, [&](const Highlight &entry) {
    return entry.range.begin() < code.begin();
  });
  for (; it != highlights.end() && it->range.end() <= code.end(); ++it)
    if (it->declares)
      anchored.insert(it->symbol);
}

void PageWriter::notePlaces() {
  // The names of what is added: no heading may take them.
  for (StringRef id : {"contents", "document", "declarations", "all-settings",
                       "decisions", "authority", "test-results"})
    usedSlugs[id] = 1;
  for (const TestOutcome &test : tests.outcomes)
    outcomes[test.line] = &test;
  for (StepParaphrase &reading : paraphraseSteps(analysis.getModule()))
    readings[getLine(reading.place.begin())].push_back(std::move(reading));
  for (const Section &section : analysis.getDocument().sections) {
    if (!section.heading.empty()) {
      headings[getLine(section.heading.begin())] = &section;
      slugs[&section] = makeSlug(section.heading);
    }
    if (hasCodeInHeading(section.kind))
      noteAnchors(section.name);
    for (const Fence &fence : section.fences) {
      fences[getLine(fence.info.begin())] = &fence;
      noteAnchors(fence.body);
    }
    for (const TestFence &test : section.tests) {
      unsigned line = getLine(test.code.info.begin());
      fences[line] = &test.code;
      if (!test.id.empty())
        refused.insert(line);
      noteAnchors(test.code.body);
    }
    for (const KeyValue &entry : section.keys)
      keys[getLine(entry.key.begin())] = &entry;
    noteSteps(section.steps);
  }
}

/// The name of a heading in addresses.
std::string PageWriter::makeSlug(StringRef heading) {
  std::string slug;
  for (char c : heading.take_front(80)) {
    if (llvm::isAlnum(c))
      slug += llvm::toLower(c);
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (!slug.empty() && slug.back() == '-')
    slug.pop_back();
  if (slug.empty())
    slug = "section";
  unsigned count = usedSlugs[slug]++;
  if (count)
    return makeSlug(slug + "-" + std::to_string(count + 1));
  return slug;
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// No heading's name has a dot.
std::string PageWriter::getAnchor(int symbol) const {
  const Symbol &entry = analysis.getIndex().getSymbols()[symbol];
  bool isGlobal =
      entry.kind == SymbolKind::Function || entry.kind == SymbolKind::Struct ||
      entry.kind == SymbolKind::Enum || entry.kind == SymbolKind::Constant;
  return isGlobal ? "name." + entry.name.str()
                  : "local." + std::to_string(symbol);
}

/// \p code with its words coloured and linked.
std::string PageWriter::paint(StringRef code) const {
  std::string out;
  const char *at = code.begin();
  auto it = llvm::partition_point(highlights, [&](const Highlight &entry) {
    return entry.range.begin() < code.begin();
  });
  for (; it != highlights.end() && it->range.end() <= code.end(); ++it) {
    const StringRef range = it->range;
    if (range.begin() < at)
      continue;
    escapeHTML(StringRef(at, range.begin() - at), out);
    at = range.end();
    std::string attributes =
        " class=\"k-" + getHighlightName(it->kind).str() + "\"";
    const char *tag = "span";
    if (it->symbol >= 0) {
      const Symbol &symbol = analysis.getIndex().getSymbols()[it->symbol];
      attributes += " title=\"" + escapeHTML(getSignature(symbol)) + "\"";
      if (it->declares) {
        attributes += " id=\"" + getAnchor(it->symbol) + "\"";
      } else if (symbol.kind == SymbolKind::Setting &&
                 !symbol.var->setting->isInferred) {
        // Its line is a key or the row of a table.
        tag = "a";
        attributes +=
            " href=\"#L" + std::to_string(getLine(symbol.name.begin())) + "\"";
      } else if (anchored.contains(it->symbol)) {
        tag = "a";
        attributes += " href=\"#" + getAnchor(it->symbol) + "\"";
      }
    }
    out += '<';
    out += tag + attributes + '>';
    escapeHTML(range, out);
    out += "</";
    out += tag;
    out += '>';
  }
  escapeHTML(StringRef(at, code.end() - at), out);
  return out;
}

std::string PageWriter::markLine(unsigned line) {
  return lines.insert(line).second ? " id=\"L" + std::to_string(line) + "\""
                                   : "";
}

/// \p body line by line, each with its number, which can be linked to.
std::string PageWriter::paintLines(StringRef body) {
  std::string out;
  for (unsigned line = getLine(body.begin()); !body.empty(); ++line) {
    StringRef code = body.take_until([](char c) { return c == '\n'; });
    body = body.drop_front(std::min(body.size(), code.size() + 1));
    std::string number = std::to_string(line);
    out += "<span class=\"line\"" + markLine(line) +
           "><a class=\"n\" href=\"#L" + number + "\" data-n=\"" + number +
           "\" tabindex=\"-1\" aria-hidden=\"true\"></a>" +
           paint(code.rtrim('\r')) + "</span>\n";
  }
  return out;
}

/// A step beside what the compiler understood.
std::string PageWriter::renderStep(unsigned line, StringRef step) {
  std::string out = "<span class=\"row\"" + markLine(line) +
                    "><span class=\"step\">" + paint(step) + "</span>";
  // Backquotes are code, as in Markdown.
  auto render = [](StringRef said) {
    std::string html;
    for (bool isCode = false; !said.empty(); isCode = !isCode) {
      auto [part, rest] = said.split('`');
      said = rest;
      if (!part.empty())
        html += (isCode ? "<code>" : "") + escapeHTML(part) +
                (isCode ? "</code>" : "");
    }
    return html;
  };
  std::string says, names;
  if (auto it = readings.find(line); it != readings.end())
    for (const StepParaphrase &reading : it->second) {
      says += (says.empty() ? "" : " ") + render(reading.text);
      if (!reading.names.empty())
        names += (names.empty() ? "" : "; ") + render(reading.names);
    }
  if (!says.empty())
    out +=
        "<span class=\"says\"><span class=\"hidden\">This means: </span>" +
        says +
        (names.empty() ? "" : " <span class=\"names\">" + names + "</span>") +
        "</span>";
  return out + "</span>";
}

std::string PageWriter::renderKey(const KeyValue &entry) {
  std::string value = escapeHTML(entry.value);
  // A capability leads to what needs it.
  if (entry.key.equals_insensitive("capabilities")) {
    value.clear();
    StringRef rest = entry.value;
    while (!rest.empty()) {
      StringRef word =
          rest.take_while([](char c) { return llvm::isAlpha(c) || c == '_'; });
      EffectSet flag = findEffect(word);
      bool isNeeded = flag && llvm::any_of(needs, [&](const auto &need) {
                        return need.concerns(analysis.getModule(), flag);
                      });
      if (word.empty())
        word = rest.take_front();
      std::string html = escapeHTML(word);
      value += isNeeded ? "<a href=\"#authority." + html + "\">" + html + "</a>"
                        : html;
      rest = rest.drop_front(word.size());
    }
  }
  std::string html = "<strong>" + escapeHTML(entry.key) + "</strong>: " + value;
  if (!entry.remark.empty())
    html += " <span class=\"remark\">(" + escapeHTML(entry.remark) + ")</span>";
  return html;
}

//===----------------------------------------------------------------------===//
// The tree of libcmark
//===----------------------------------------------------------------------===//

/// HTML as a node of the tree.
static cmark_node *makeInline(const std::string &html) {
  cmark_node *node = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
  cmark_node_set_on_enter(node, html.c_str());
  return node;
}

/// Replaces what is in \p node by \p html.
static void setContent(cmark_node *node, const std::string &html) {
  while (cmark_node *child = cmark_node_first_child(node))
    cmark_node_free(child);
  cmark_node_append_child(node, makeInline(html));
}

void PageWriter::changeHeading(cmark_node *node) {
  unsigned line = cmark_node_get_start_line(node);
  auto it = headings.find(line);
  std::string mark;
  if (std::string id = markLine(line); !id.empty())
    mark = "<span" + id + "></span>";
  if (it == headings.end()) {
    if (!mark.empty())
      cmark_node_prepend_child(node, makeInline(mark));
    return;
  }
  const Section &section = *it->second;
  mark += "<a id=\"" + slugs.lookup(&section) + "\"></a>";
  if (section.kind == SectionKind::Prose) {
    cmark_node_prepend_child(node, makeInline(mark));
    return;
  }
  std::string html = mark;
  StringRef word = getSectionWord(section.kind);
  if (hasCodeInHeading(section.kind)) {
    html += "<code>" + paint(section.name) + "</code>";
  } else if (section.name.empty()) {
    html += escapeHTML(word);
    word = "";
  } else {
    html += escapeHTML(section.name);
  }
  if (!word.empty())
    html += "<span class=\"kind\">" + escapeHTML(word) + "</span>";
  if (section.kind == SectionKind::Function)
    for (const FunctionDecl *decl : analysis.getModule().functions)
      if (section.name.begin() <= decl->name.begin() &&
          decl->name.end() <= section.name.end())
        html += renderNeeds(analysis.getEffects().getEffects(decl));
  const TestOutcome *test = outcomes.lookup(line);
  if (test)
    html += renderBadge(*test, /*isRefused=*/false);
  setContent(node, html);
  if (!test || test->status == TestOutcome::Passed)
    return;
  cmark_node *block = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
  html = "<p>" + renderReason(*test) + "</p>\n";
  cmark_node_set_on_enter(block, html.c_str());
  cmark_node_insert_after(node, block);
}

void PageWriter::changeFence(cmark_node *node) {
  unsigned line = cmark_node_get_start_line(node);
  auto it = fences.find(line);
  if (it == fences.end())
    return;
  std::string html = "<pre class=\"flux\" tabindex=\"0\"" + markLine(line) +
                     "><code>" + paintLines(it->second->body) +
                     "</code></pre>\n";
  if (const TestOutcome *test = outcomes.lookup(line))
    html += "<p class=\"test\">" + renderBadge(*test, refused.contains(line)) +
            " " + escapeHTML(test->name) +
            (test->status == TestOutcome::Passed ? "" : "<br>") +
            renderReason(*test) + "</p>\n";
  cmark_node *block = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
  cmark_node_set_on_enter(block, html.c_str());
  cmark_node_replace(node, block);
  cmark_node_free(node);
}

/// A paragraph may be the text of a step, or several lines of keys or steps.
void PageWriter::changeParagraph(cmark_node *node) {
  unsigned first = cmark_node_get_start_line(node);
  unsigned last = cmark_node_get_end_line(node);
  std::string html;
  bool isNormative = false;
  for (unsigned line = first; line <= last && line <= lineStarts.size();
       ++line) {
    std::string part;
    bool isRow = false;
    if (auto step = steps.find(line); step != steps.end()) {
      part = renderStep(line, step->second);
      isNormative = isRow = true;
    } else if (auto key = keys.find(line); key != keys.end()) {
      part =
          "<span" + markLine(line) + ">" + renderKey(*key->second) + "</span>";
      isNormative = true;
    } else {
      part = escapeHTML(getLineText(line));
    }
    if (line != first)
      html += isRow ? "\n" : "<br>\n";
    html += part;
  }
  if (isNormative)
    setContent(node, html);
}

// What no document may contain, because no Markdown does.
static constexpr char markBegin = '\x01', markEnd = '\x02';

/// Rows of tables are something to link to, but cells hold no HTML: a mark
/// stands for it until the end.
void PageWriter::changeRow(cmark_node *node) {
  cmark_node *cell = cmark_node_first_child(node);
  unsigned line = cmark_node_get_start_line(node);
  if (!cell || markLine(line).empty())
    return;
  cmark_node *mark = cmark_node_new(CMARK_NODE_TEXT);
  std::string text = markBegin + std::to_string(line) + markEnd;
  cmark_node_set_literal(mark, text.c_str());
  cmark_node_prepend_child(cell, mark);
}

static std::string replaceMarks(StringRef html) {
  std::string result;
  while (true) {
    auto [before, after] = html.split(markBegin);
    result += before;
    if (after.empty())
      return result;
    auto [line, rest] = after.split(markEnd);
    result += "<span id=\"L" + line.str() + "\"></span>";
    html = rest;
  }
}

/// A picture would have to be loaded: its text becomes a link.
void PageWriter::changeImage(cmark_node *node) {
  cmark_node *link = cmark_node_new(CMARK_NODE_LINK);
  cmark_node_set_url(link, cmark_node_get_url(node));
  cmark_node_set_title(link, cmark_node_get_title(node));
  while (cmark_node *child = cmark_node_first_child(node))
    cmark_node_append_child(link, child);
  cmark_node_replace(node, link);
  cmark_node_free(node);
}

static bool isRow(cmark_node *node) {
  StringRef type = cmark_node_get_type_string(node);
  return type == "table_row" || type == "table_header";
}

void PageWriter::change(cmark_node *root) {
  std::vector<cmark_node *> blocks, images;
  cmark_iter *iter = cmark_iter_new(root);
  for (cmark_event_type event;
       (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
    cmark_node *node = cmark_iter_get_node(iter);
    if (event != CMARK_EVENT_ENTER)
      continue;
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_IMAGE)
      images.push_back(node);
    if (type == CMARK_NODE_HEADING || type == CMARK_NODE_CODE_BLOCK ||
        type == CMARK_NODE_PARAGRAPH || isRow(node))
      blocks.push_back(node);
  }
  cmark_iter_free(iter);
  // Inner pictures first, and all before what holds them may go.
  for (cmark_node *node : llvm::reverse(images))
    changeImage(node);
  for (cmark_node *node : blocks) {
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HEADING)
      changeHeading(node);
    else if (type == CMARK_NODE_CODE_BLOCK)
      changeFence(node);
    else if (isRow(node))
      changeRow(node);
    else
      changeParagraph(node);
  }
}

/// libcmark has inputs for whose inline markup it needs quadratic time: where
/// a paragraph has more marks than anybody writes, they become blanks.
static std::string tame(StringRef text) {
  constexpr StringRef marks = "[]!*_<`&\\";
  constexpr size_t maxMarks = 4096;
  std::string result = text.str();
  size_t count = 0;
  StringRef fence;
  for (StringRef rest = text; !rest.empty();) {
    StringRef line = rest.take_until([](char c) { return c == '\n'; });
    size_t begin = line.begin() - text.begin();
    rest = rest.drop_front(std::min(rest.size(), line.size() + 1));
    StringRef content = line.trim();
    StringRef run = content.take_while(
        [&](char c) { return c == content.front() && (c == '`' || c == '~'); });
    bool isFence = run.size() >= 3;
    if (!fence.empty()) {
      if (isFence && run.size() >= fence.size() && run[0] == fence[0] &&
          run.size() == content.size())
        fence = StringRef();
      continue;
    }
    if (isFence)
      fence = run;
    if (content.empty())
      count = 0;
    for (size_t i = 0; i < line.size() && !isFence; ++i)
      if (marks.contains(line[i]) && ++count > maxMarks)
        result[begin + i] = ' ';
  }
  return result;
}

std::string PageWriter::renderDocument() {
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
  if (cmark_syntax_extension *table = cmark_find_syntax_extension("table"))
    cmark_parser_attach_syntax_extension(parser, table);
  std::string source = tame(text);
  cmark_parser_feed(parser, source.data(), source.size());
  cmark_node *root = cmark_parser_finish(parser);
  change(root);
  // Without CMARK_OPT_UNSAFE, HTML and dangerous addresses stay out.
  char *html = cmark_render_html(root, CMARK_OPT_DEFAULT,
                                 cmark_parser_get_syntax_extensions(parser));
  std::string result = replaceMarks(html);
  free(html);
  cmark_node_free(root);
  cmark_parser_free(parser);
  return result;
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

std::string PageWriter::run() {
  std::string title = escapeHTML(analysis.getDocument().title);
  std::string body = renderDocument();
  makeParts();
  // The facts follow the title, if the document begins with it.
  size_t at = StringRef(body).starts_with("<h1>") ? body.find("</h1>") + 6 : 0;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n"
      "<title>" +
      title + "</title>\n<style>" + pageStyle +
      "</style>\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#document\">To the document</a>\n";
  out += renderContents();
  out += "<main id=\"document\">\n" + body.substr(0, at) + renderFacts() +
         body.substr(at);
  for (const Part &part : parts)
    out += "<section>\n<h2 id=\"" + part.id + "\">" + escapeHTML(part.title) +
           "</h2>\n" + part.html + "</section>\n";
  return out + "<footer>made by fluxc " + getVersion().str() +
         "</footer>\n</main>\n</body>\n</html>\n";
}

std::string flux::renderPage(const Analysis &analysis, const PageTests &tests) {
  return PageWriter(analysis, tests).run();
}
