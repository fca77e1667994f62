#!/usr/bin/env python3
"""Checks the catalogue of messages against the documents that show them.

A message that no test produces rots: its text stops fitting, or nothing reports
it any more.  Every entry of Diagnostics.def needs a document
test/Diagnostics/FLXnnnn.flux.md, and every such document an entry.
"""
import pathlib
import re
import sys

ENTRY = re.compile(
    r"^DIAG\(\s*(\d+),\s*(\w+),\s*(\w+),\s*"
    r"((?:\"(?:[^\"\\]|\\.)*\"\s*)+),\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+)\)",
    re.MULTILINE)
# A file of the catalogue, and which numbers stand in it.
PART = re.compile(r'^#include "(flux/Support/Diagnostics/\w+\.def)" +'
                  r"// (\d{4})-(\d{4})$", re.MULTILINE)


def text(literals):
    """The value of adjacent string literals."""
    parts = re.findall(r"\"((?:[^\"\\]|\\.)*)\"", literals)
    return re.sub(r"\\(.)", r"\1", "".join(parts))


def problems(root):
    table = (root / "include/flux/Support/Diagnostics.def").read_text()
    entries, parts, end = [], PART.findall(table), "0000"
    if len(parts) != table.count("#include"):
        yield "Diagnostics.def: an #include has no range of numbers"
    for path, first, last in parts:
        if not end < first <= last:
            yield f"{path}: its range is not behind the one before"
        catalogue, before, end = (root / "include" / path).read_text(), "", last
        found = [match.groups() for match in ENTRY.finditer(catalogue)]
        written = len(re.findall(r"^DIAG\(", catalogue, re.MULTILINE))
        if len(found) != written:
            yield f"{path}: {written} entries, of which {len(found)} read"
        for number, *_ in found:
            if not first <= number <= last:
                yield f"{path}: FLX{number} is not of {first}-{last}"
            elif number < before:
                yield f"{path}: FLX{number} stands behind FLX{before}"
            before = number
        entries += found
    unlisted = {f"flux/Support/Diagnostics/{path.name}" for path in
                (root / "include/flux/Support/Diagnostics").iterdir()}
    for path in sorted(unlisted - {path for path, _, _ in parts}):
        yield f"{path}: Diagnostics.def does not include it"

    uses = set()
    for folder in ("lib", "tools", "include"):
        for source in (root / folder).rglob("*"):
            if source.suffix in (".cpp", ".h"):
                uses.update(re.findall(r"\w+", source.read_text()))

    numbers, names = set(), set()
    for number, name, severity, message, explanation in entries:
        code, message = "FLX" + number, text(message)
        explanation = text(explanation)
        if len(number) != 4 or number in numbers:
            yield f"{code}: the number is not new, or has not four digits"
        if name in names:
            yield f"{code}: '{name}' is the name of another entry"
        numbers.add(number)
        names.add(name)
        if severity not in ("Note", "Warning", "Error"):
            yield f"{code}: '{severity}' is no severity"
        if not message or message[0].isupper() or message.endswith("."):
            yield (f"{code}: the message starts in lower case and has no full "
                   f"stop: {message}")
        if not explanation.rstrip().endswith((".", "`", ")")):
            yield f"{code}: the explanation is no sentence: {explanation}"
        if name not in uses:
            yield f"{code}: nothing reports diag::{name}"
        document = root / "test/Diagnostics" / f"{code}.flux.md"
        if not document.exists():
            yield f"{code}: there is no test/Diagnostics/{document.name}"
        elif f"[{code}]" not in document.read_text():
            yield f"{document.name}: it does not check for [{code}]"

    for document in sorted((root / "test/Diagnostics").glob("FLX*.flux.md")):
        if document.name[3:7] not in numbers:
            yield f"{document.name}: Diagnostics.def has no such entry"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
