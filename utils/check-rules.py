#!/usr/bin/env python3
"""Checks that every rule of the language has documents that follow and break it.

A rule that no document follows may have been lost, and one that none breaks may
never be enforced.  docs/language.md labels its rules: `[EXPR-2]`.  A document
under test/ names the rules that it is for: 'Checks EXPR-2, EXPR-3' in its prose
or 'Rule: EXPR-2' in its comment.  It counts as one that breaks a rule if a
message or a trap is what it expects.  Each rule needs one of either kind, and no
document may name a rule that is not there.  Each rule also needs a check in the
portable suite test/Semantics, below a heading `## Rule EXPR-2: ...` or
`## Test: EXPR-2 ...`: an expectation, a line of output, or code or a document that
must be refused or trap.  A language that does not fit on 40
pages of 60 lines of 100 characters is too large.
"""
import pathlib
import re
import sys

MAX_PAGES, PAGE_LINES, LINE_WIDTH = 40, 60, 100
MIN_CHECKS = 400  # of the portable suite

LABEL = re.compile(r"\b[A-Z]+-[0-9]+\b")
DEFINITION = re.compile(r"^\s*-?\s*`\[([A-Z]+-[0-9]+)\]`", re.MULTILINE)
NAMED = re.compile(r"^(?:.*\b)?(?:Checks|Rule:)\s+([A-Z]+-[0-9].*)$|"
                   r"^Checks\s+(.*)$", re.MULTILINE)
BREAKS = re.compile(r"\bnot %|status\.py 101\b|\[FLX[0-9]{4}\]|// error FLX|trap-")

SECTION = re.compile(r"^## (?:Rule|Test:) ([A-Z]+-[0-9]+)\b[^\n]*\n(.*?)(?=^## |\Z)",
                     re.MULTILINE | re.DOTALL)
CHECK = re.compile(r"^\s*(?:expect\(|(?:[0-9]+\. |- )expect )|^```flux (?:trap|error) "
                   r"|^`+markdown (?:runs|emits|tests|refused)", re.MULTILINE | re.IGNORECASE)
OUTPUT = re.compile(r"^```output\n(.*?)^```", re.MULTILINE | re.DOTALL)


def semantics(root):
    """How many checks the portable suite has for each rule."""
    checks = {}
    for path in sorted((root / "test/Semantics").glob("*.flux.md")):
        # What a document within the document has for headings is its own.
        text = re.sub(r"^(`{4,}[^\n]*\n).*?^`{4,}$", r"\1", path.read_text(),
                      flags=re.MULTILINE | re.DOTALL)
        for rule, section in SECTION.findall(text):
            count = len(CHECK.findall(section))
            count += sum(output.count("\n") for output in OUTPUT.findall(section))
            checks[rule] = checks.get(rule, 0) + count
    return checks


def named_rules(text):
    """The labels that a document says it is for."""
    for match in NAMED.finditer(text):
        yield from LABEL.findall(match.group(1) or match.group(2))


def problems(root):
    specification = (root / "docs/language.md").read_text()
    lines = sum(max(1, -(-len(line) // LINE_WIDTH))
                for line in specification.splitlines())
    if lines > MAX_PAGES * PAGE_LINES:
        yield (f"docs/language.md: {lines / PAGE_LINES:.1f} pages, more than "
               f"{MAX_PAGES}")
    rules = DEFINITION.findall(specification)
    families = {rule.split("-")[0] for rule in rules}
    for rule in sorted({rule for rule in rules if rules.count(rule) > 1}):
        yield f"docs/language.md: {rule} is defined twice"

    followed, broken = set(), set()
    for path in sorted((root / "test").rglob("*")):
        if path.suffix not in (".md", ".test", ".mlir"):
            continue
        text = path.read_text(errors="replace")
        breaks = BREAKS.search(path.name + "\n" + text)
        for rule in named_rules(text):
            if rule.split("-")[0] not in families:
                continue
            if rule not in rules:
                yield f"{path.relative_to(root)}: there is no rule {rule}"
            (broken if breaks else followed).add(rule)
    for rule in rules:
        if rule not in followed:
            yield f"{rule}: no document follows it"
        if rule not in broken:
            yield f"{rule}: no document breaks it"

    checks = semantics(root)
    for rule in rules:
        if not checks.get(rule):
            yield f"{rule}: test/Semantics has no check"
    for rule in checks.keys() - set(rules):
        yield f"test/Semantics: there is no rule {rule}"
    if sum(checks.values()) < MIN_CHECKS:
        yield f"test/Semantics: {sum(checks.values())} checks, fewer than {MIN_CHECKS}"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
