#!/usr/bin/env python3
"""Checks that what the documentation shows is true.

Documentation that a reader copies from has to work.  In each Markdown file:
  - relative links name files that exist;
  - a `markdown` fence that begins with a title is a FLUX document: it compiles,
    and when a `console` fence follows at once, whose first line starts the
    program (`$ ./name ...`), it prints what the fence shows; a document with
    tests passes them;
  - a `flux` fence compiles: declarations as they are, statements inside of a
    function.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1`*\s*?$",
                   re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)")
DECLARATION = re.compile(r"^(fn|struct|const)\b", re.MULTILINE)


class Checker:
    def __init__(self, fluxc, folder):
        self.fluxc, self.folder, self.count = fluxc, folder, 0
        self.problems = []

    def compile(self, place, document):
        """Returns the program, or None after telling what is wrong."""
        self.count += 1
        source = self.folder / f"doc{self.count}.flux.md"
        program = self.folder / f"doc{self.count}"
        source.write_text(document)
        result = subprocess.run([self.fluxc, source, "-o", program],
                                capture_output=True, text=True, timeout=60)
        if result.returncode:
            self.problems.append(f"{place}: does not compile\n{result.stderr}")
            return None
        return program

    def test(self, place, document):
        source = self.folder / "tests.flux.md"
        source.write_text(document)
        result = subprocess.run([self.fluxc, "--test", source], text=True,
                                capture_output=True, timeout=60)
        if result.returncode:
            self.problems.append(f"{place}: tests fail\n{result.stdout}"
                                 f"{result.stderr}")

    def run(self, place, program, console):
        command, _, shown = console.partition("\n")
        words = command.removeprefix("$ ").split()
        result = subprocess.run([program, *words[1:]], text=True, timeout=60,
                                stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        if result.stdout.rstrip() != shown.rstrip():
            self.problems.append(f"{place}: shows\n{shown}\nbut the program "
                                 f"prints\n{result.stdout}")

    def check(self, path):
        content = path.read_text()
        for link in LINK.findall(FENCE.sub("", content)):
            if not (path.parent / link).exists():
                self.problems.append(f"{path}: there is no '{link}'")
        fences = list(FENCE.finditer(content))
        for fence, following in zip(fences, fences[1:] + [None]):
            line = content.count("\n", 0, fence.start()) + 1
            place, text = f"{path}:{line}", fence.group(3)
            if fence.group(2) == "markdown" and "\n```flux test" in text:
                self.test(place, text)
            elif fence.group(2) == "markdown" and text.startswith("# "):
                program = self.compile(place, text)
                if (program and following and following.group(2) == "console"
                        and not content[fence.end():following.start()].strip()):
                    self.run(place, program, following.group(3))
            elif fence.group(2) == "flux":
                if not DECLARATION.search(text):
                    text = f"fn example() {{\n{text}}}\n"
                if not re.search(r"^fn main\(", text, re.MULTILINE):
                    text += "fn main() {}\n"
                self.compile(place, f"# Example\n\n```flux\n{text}```\n")


def main():
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(sys.argv[1], pathlib.Path(folder))
        for name in sys.argv[2:]:
            path = pathlib.Path(name)
            for file in sorted(path.rglob("*.md")) if path.is_dir() else [path]:
                checker.check(file)
    for problem in checker.problems:
        print(problem)
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
