#!/usr/bin/env python3
"""Formats many documents and checks what must hold for each of them.

check-fmt.py documents FLUXC OUT ROOT   every document in the folders of ROOT
check-fmt.py prose FLUXC OUT EXAMPLES   each example as the prose of a document

A second run changes nothing; the syntax tree stays the same; nothing but blanks
and the numbers of list items changes; and prose keeps every byte.
"""
import json
import pathlib
import re
import subprocess
import sys

# What comes after an example; the code and the steps need a new layout.
TAIL = """

## Code

```flux
fn  twice( x:i64 )->i64{
      return x*2
}
```

## Init

1. Set  n to 1
1. If n == 1:
     - Log   "one"
"""


def run(*args):
    return subprocess.run([str(arg) for arg in args], capture_output=True)


def skeleton(text):
    """The text without blanks and numbers of list items."""
    text = re.sub(r"(?m)^([ \t]*)\d+([.)][ \t])", r"\1\2", text)
    return re.sub(r"\s", "", text)


def changed(fluxc, paths):
    """Formats the documents; returns those that a second run would change."""
    for start in range(0, len(paths), 200):
        some = paths[start:start + 200]
        result = run(fluxc, "fmt", *some)
        assert result.returncode in (0, 1), result.stderr.decode()
    unstable = []
    for start in range(0, len(paths), 200):
        result = run(fluxc, "fmt", "--check", *paths[start:start + 200])
        unstable += result.stdout.decode().splitlines()
    return unstable


def tree(fluxc, path):
    text = run(fluxc, "--emit=ast", path).stdout.decode(errors="replace")
    return text.replace(" ", "")  # counts of arrays print as written


def check_documents(fluxc, out, root):
    paths, originals = [], []
    for folder in ["test", "examples", "bench", "system"]:
        for path in sorted((pathlib.Path(root) / folder).rglob("*.flux.md")):
            copy = out / f"{len(paths)}-{path.name}"
            copy.write_bytes(path.read_bytes())
            paths.append(copy)
            originals.append(path)
    problems = [f"{name}: not stable" for name in changed(fluxc, paths)]
    count = 0
    for path, original in zip(paths, originals):
        before, after = original.read_bytes(), path.read_bytes()
        if before == after:
            continue
        count += 1
        if skeleton(before.decode()) != skeleton(after.decode()):
            problems.append(f"{original.name}: more than blanks changed")
        if tree(fluxc, original) != tree(fluxc, path):
            problems.append(f"{original.name}: the tree changed")
    print(f"{len(paths)} documents, {count} changed")
    return problems


def check_prose(fluxc, out, examples):
    paths, texts = [], []
    for example in json.loads(pathlib.Path(examples).read_text()):
        path = out / f"{len(paths)}.flux.md"
        # What an example leaves open is closed by a heading in most cases.
        path.write_text("# Title\n\n" + example + TAIL)
        paths.append(path)
        texts.append(example)
    before = [path.read_text() for path in paths]
    problems = [f"{name}: not stable" for name in changed(fluxc, paths)]
    count = codes = 0
    for path, text, example in zip(paths, before, texts):
        after = path.read_text()
        if after == text:
            continue  # refused: the example opens a fence or is a section
        count += 1
        if not after.startswith("# Title\n\n" + example):
            problems.append(f"{path.name}: prose changed")
        if "fn twice(x: i64) -> i64 {\n  return x * 2\n}" in after:
            codes += 1
        elif TAIL[:TAIL.index("## Init")] not in after:
            problems.append(f"{path.name}: code is neither laid out nor prose")
        if "2. If n == 1:\n   - Log \"one\"" not in after:
            problems.append(f"{path.name}: steps are not laid out")
    print(f"{len(paths)} examples, {count} formatted, {codes} with code")
    return problems


def main():
    mode, fluxc, out, source = sys.argv[1:]
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    check = {"documents": check_documents, "prose": check_prose}[mode]
    problems = check(fluxc, out, source)
    for problem in problems:
        print("error:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
