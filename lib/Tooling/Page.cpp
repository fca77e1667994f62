//===- Page.cpp - a document as one HTML page -----------------------------===//
//
// libcmark renders the prose, in its safe mode: HTML in a document stays out
// and so do addresses that could run something.  Code, steps, keys and
// signatures are put in its tree as finished HTML, because only the compiler
// knows what their words mean; all of that is escaped here.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Page.h"
#include "PageStyle.h"
#include "flux/Support/Version.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Highlight.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

using namespace flux;
using llvm::StringRef;

static void escape(StringRef text, std::string &out) {
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

static std::string escaped(StringRef text) {
  std::string out;
  escape(text, out);
  return out;
}

namespace {

class PageWriter {
public:
  PageWriter(const Analysis &analysis, llvm::ArrayRef<PagePart> parts);
  std::string run();

private:
  /// The line, from 1, that \p place is on.
  unsigned getLine(const char *place) const;
  StringRef getLineText(unsigned line) const;
  std::string getAnchor(int symbol) const;
  std::string makeSlug(StringRef heading);
  std::string paint(StringRef code) const;
  std::string paintStep(StringRef text) const;
  void notePlaces();
  void noteAnchors(StringRef code);
  void noteSteps(llvm::ArrayRef<Step> steps);
  void change(cmark_node *root);
  void changeHeading(cmark_node *node);
  void changeFence(cmark_node *node);
  void changeParagraph(cmark_node *node);
  void changeImage(cmark_node *node);
  static void setContent(cmark_node *node, const std::string &html);
  std::string renderDocument();
  std::string renderContents() const;
  std::string renderDeclarations() const;

  const Analysis &analysis;
  llvm::ArrayRef<PagePart> parts;
  StringRef text;
  std::vector<const char *> lineStarts;
  std::vector<Highlight> highlights;

  // What the compiler knows, by line.
  llvm::DenseMap<unsigned, const Fence *> fences;
  llvm::DenseMap<unsigned, const Section *> headings;
  llvm::DenseMap<unsigned, StringRef> steps;
  llvm::DenseMap<unsigned, const KeyValue *> keys;
  llvm::DenseMap<const Section *, std::string> slugs;
  llvm::StringMap<unsigned> usedSlugs;
  llvm::DenseSet<int> anchored; ///< symbols whose declaration is painted
};

} // namespace

PageWriter::PageWriter(const Analysis &analysis, llvm::ArrayRef<PagePart> parts)
    : analysis(analysis), parts(parts), text(analysis.getText()),
      highlights(highlight(analysis)) {
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
  for (const PagePart &part : parts)
    usedSlugs[part.id] = 1;
  usedSlugs["declarations"] = 1;
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
      fences[getLine(test.code.info.begin())] = &test.code;
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
    escape(StringRef(at, range.begin() - at), out);
    at = range.end();
    std::string attributes =
        " class=\"k-" + getHighlightName(it->kind).str() + "\"";
    const char *tag = "span";
    if (it->symbol >= 0) {
      const Symbol &symbol = analysis.getIndex().getSymbols()[it->symbol];
      attributes += " title=\"" + escaped(getSignature(symbol)) + "\"";
      if (it->declares) {
        attributes += " id=\"" + getAnchor(it->symbol) + "\"";
      } else if (anchored.contains(it->symbol)) {
        tag = "a";
        attributes += " href=\"#" + getAnchor(it->symbol) + "\"";
      }
    }
    out += '<';
    out += tag + attributes + '>';
    escape(range, out);
    out += "</";
    out += tag;
    out += '>';
  }
  escape(StringRef(at, code.end() - at), out);
  return out;
}

std::string PageWriter::paintStep(StringRef step) const {
  return "<span class=\"step\">" + paint(step) + "</span>";
}

//===----------------------------------------------------------------------===//
// The tree of libcmark
//===----------------------------------------------------------------------===//

/// Replaces what is in \p node by \p html.
void PageWriter::setContent(cmark_node *node, const std::string &html) {
  while (cmark_node *child = cmark_node_first_child(node))
    cmark_node_free(child);
  cmark_node *content = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
  cmark_node_set_on_enter(content, html.c_str());
  cmark_node_append_child(node, content);
}

void PageWriter::changeHeading(cmark_node *node) {
  auto it = headings.find(cmark_node_get_start_line(node));
  if (it == headings.end())
    return;
  const Section &section = *it->second;
  std::string anchor = "<a id=\"" + slugs.lookup(&section) + "\"></a>";
  if (section.kind == SectionKind::Prose) {
    cmark_node *mark = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
    cmark_node_set_on_enter(mark, anchor.c_str());
    cmark_node_prepend_child(node, mark);
    return;
  }
  std::string html = anchor;
  StringRef word = getSectionWord(section.kind);
  if (hasCodeInHeading(section.kind)) {
    html += "<code>" + paint(section.name) + "</code>";
  } else if (section.name.empty()) {
    html += escaped(word);
    word = "";
  } else {
    html += escaped(section.name);
  }
  if (!word.empty())
    html += "<span class=\"kind\">" + escaped(word) + "</span>";
  setContent(node, html);
}

void PageWriter::changeFence(cmark_node *node) {
  auto it = fences.find(cmark_node_get_start_line(node));
  if (it == fences.end())
    return;
  std::string html = "<pre class=\"flux\"><code>" + paint(it->second->body) +
                     "</code></pre>\n";
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
    if (line != first)
      html += "<br>\n";
    if (auto step = steps.find(line); step != steps.end()) {
      html += paintStep(step->second);
      isNormative = true;
    } else if (auto key = keys.find(line); key != keys.end()) {
      const KeyValue &entry = *key->second;
      html += "<strong>" + escaped(entry.key) +
              "</strong>: " + escaped(entry.value);
      if (!entry.remark.empty())
        html += " (" + escaped(entry.remark) + ")";
      isNormative = true;
    } else {
      html += escaped(getLineText(line));
    }
  }
  if (isNormative)
    setContent(node, html);
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
        type == CMARK_NODE_PARAGRAPH)
      blocks.push_back(node);
  }
  cmark_iter_free(iter);
  // Inner pictures first, and all before what holds them may go.
  for (cmark_node *node : llvm::reverse(images))
    changeImage(node);
  for (cmark_node *node : blocks) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
      changeHeading(node);
      break;
    case CMARK_NODE_CODE_BLOCK:
      changeFence(node);
      break;
    default:
      changeParagraph(node);
      break;
    }
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
  std::string result = html;
  free(html);
  cmark_node_free(root);
  cmark_parser_free(parser);
  return result;
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

std::string PageWriter::renderContents() const {
  std::string out = "<nav><ul>\n";
  auto add = [&](StringRef id, StringRef title) {
    out +=
        "<li><a href=\"#" + id.str() + "\">" + escaped(title) + "</a></li>\n";
  };
  for (const Section &section : analysis.getDocument().sections)
    if (!section.heading.empty())
      add(slugs.lookup(&section), section.kind == SectionKind::Function
                                      ? section.name
                                      : section.heading);
  add("declarations", "Declarations");
  for (const PagePart &part : parts)
    add(part.id, part.title);
  return out + "</ul></nav>\n";
}

/// A table of what other documents could use.
std::string PageWriter::renderDeclarations() const {
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
    std::string signature = escaped(getSignature(symbol));
    if (anchored.contains(i))
      signature = "<a href=\"#" + getAnchor(i) + "\">" + signature + "</a>";
    rows += "<tr><td><code>" + signature + "</code></td><td>" + escaped(first) +
            "</td></tr>\n";
  }
  std::string out = "<h2 id=\"declarations\">Declarations</h2>\n";
  if (rows.empty())
    return out + "<p>This document declares nothing.</p>\n";
  return out + "<table>\n" + rows + "</table>\n";
}

std::string PageWriter::run() {
  std::string title = escaped(analysis.getDocument().title);
  std::string body = renderDocument();
  // The contents follow the title, if the document begins with it.
  size_t at = StringRef(body).starts_with("<h1>") ? body.find("</h1>") + 6 : 0;
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                    "<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" "
                    "content=\"width=device-width, initial-scale=1\">\n"
                    "<title>" +
                    title + "</title>\n<style>" + pageStyle +
                    "</style>\n</head>\n<body>\n<main>\n";
  out += body.substr(0, at) + renderContents() + body.substr(at);
  out += renderDeclarations();
  for (const PagePart &part : parts)
    out += "<h2 id=\"" + part.id + "\">" + escaped(part.title) +
           "</h2>\n<pre>" + escaped(part.text) + "</pre>\n";
  return out + "<footer>made by fluxc " + getVersion().str() +
         "</footer>\n</main>\n</body>\n</html>\n";
}

std::string flux::renderPage(const Analysis &analysis,
                             llvm::ArrayRef<PagePart> parts) {
  return PageWriter(analysis, parts).run();
}
