#!/usr/bin/env python3
"""Makes pages of documents and checks that nothing on them is active or broken.

check-pages.py FLUXC OUT DOCUMENT...

A page has only tags and attributes that text needs, loads nothing, closes what
it opens, and each link into the page has a target.  Readers that do not see it
find their way: there are one main part and one navigation, each table has heads,
and what is only for the eyes is marked.
"""
import html.parser
import pathlib
import subprocess
import sys

TAGS = set("""html head meta title style body main nav footer h1 h2 h3 h4 h5 h6 p a
    ul ol li pre code span strong em blockquote table thead tbody tr th td br hr
    del dl dt dd div section caption""".split())
VOID = {"meta", "br", "hr"}
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "id", "href", "title",
              "align", "start", "scope", "tabindex", "aria-label", "aria-hidden",
              "data-n"}
SCHEMES = ("#", "http:", "https:", "mailto:")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.problems = [], [], [], []
        self.counts, self.heads, self.empty = {}, 0, None

    def handle_starttag(self, tag, attributes):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        names = dict(attributes)
        if tag == "table":
            self.heads = 0
        self.heads += tag == "th"
        # A link without text is for the eyes only.
        if tag == "a" and "href" in names and names.get("aria-hidden") != "true":
            self.empty = names["href"]
        if tag not in TAGS:
            self.problems.append(f"the tag <{tag}>")
        for name, value in attributes:
            if name not in ATTRIBUTES:
                self.problems.append(f"the attribute {name} of <{tag}>")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
                head = value.split(":")[0] + ":" if ":" in value else "#"
                if head.lower() not in SCHEMES and not value.startswith("#"):
                    self.problems.append(f"the address {value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_data(self, data):
        if data.strip():
            self.empty = None

    def handle_endtag(self, tag):
        if tag == "a" and self.empty is not None and self.empty.startswith("#"):
            self.problems.append(f"a link to {self.empty} without text")
            self.empty = None
        if tag == "table" and not self.heads:
            self.problems.append("a table without heads")
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.problems.append(f"</{tag}> closes something else")

    def finish(self):
        self.close()
        for tag in ("main", "nav", "title", "footer"):
            if self.counts.get(tag) != 1:
                self.problems.append(f"not one <{tag}>")
        if self.open:
            self.problems.append(f"not closed: {self.open}")
        if len(set(self.ids)) != len(self.ids):
            self.problems.append("an id twice")
        for link in self.links:
            if link.startswith("#") and link[1:] not in self.ids:
                self.problems.append(f"no target for {link}")
        return self.problems


def main():
    fluxc, out, *documents = sys.argv[1:]
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    pages = failed = 0
    for document in documents:
        target = out / "page.html"
        result = subprocess.run([fluxc, "doc", document, "-o", target],
                                capture_output=True, text=True)
        if result.returncode == 1 and "error:" in result.stderr:
            continue  # a document with errors has no page
        assert result.returncode == 0, (document, result.stderr)
        pages += 1
        page = Page()
        page.feed(target.read_text())
        for problem in page.finish():
            print(f"{document}: {problem}")
            failed = 1
    print(f"{pages} pages")
    return failed


if __name__ == "__main__":
    sys.exit(main())
