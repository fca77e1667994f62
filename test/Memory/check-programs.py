#!/usr/bin/env python3
"""Runs the small programs of one file and compares what happens to each.

A program is a section `## name` with one flux fence, and perhaps agent sections
(`### Init`, `### Loop`) that become sections of its document.  A hostile program
marks the lines that must be refused with `// error FLXnnnn`; every error must be
marked.  A natural one has a fence `output` with what it prints, also if memory
that is given back is overwritten.
"""
import pathlib
import re
import subprocess
import sys

SECTION = re.compile(r"^## +(.+)$", re.MULTILINE)
OUTPUT = re.compile(r"^```output\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"// error (FLX\d{4})")
ERROR = re.compile(r":(\d+):\d+: error: .*\[(FLX\d{4})\]$", re.MULTILINE)


def split(text):
    """The programs of a file: pairs of name and text."""
    text = text.split("\n<!--")[0]
    parts = SECTION.split(text)
    return list(zip(parts[1::2], parts[2::2]))


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=30,
                          **options)


def check_hostile(compiler, document, body):
    expected = {(number, match) for number, line in
                enumerate(document.read_text().splitlines(), 1)
                for match in MARK.findall(line)}
    result = run([*compiler, str(document), "-o", str(document.with_suffix(""))])
    found = {(int(line), name) for line, name in ERROR.findall(result.stderr)}
    if found == expected and result.returncode == 1:
        return []
    return [f"expected {sorted(expected)}, found {sorted(found)}, status "
            f"{result.returncode}:\n{result.stderr}"]


def check_natural(compiler, document, output):
    problems = []
    for level in ("-O0", "-O2", "-O0 --poison-memory"):
        program = document.with_suffix("")
        result = run([*compiler, *level.split(), str(document), "-o",
                      str(program)])
        if result.returncode or result.stderr:
            return [f"does not compile:\n{result.stderr}"]
        result = run([str(program)])
        if result.stdout != output or result.returncode:
            problems.append(f"{level}: status {result.returncode}, prints\n"
                            f"{result.stdout}{result.stderr}")
    return problems


def main():
    compiler, source, folder = sys.argv[1].split(), sys.argv[2], sys.argv[3]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    programs = split(pathlib.Path(source).read_text())
    failed = 0
    for number, (name, body) in enumerate(programs):
        document = folder / f"{number}.flux.md"
        output = OUTPUT.search(body)
        text = OUTPUT.sub("", body).replace("\n### ", "\n## ")
        document.write_text(f"# {name}\n{text}")
        if output:
            problems = check_natural(compiler, document, output.group(1))
        elif MARK.search(body):
            problems = check_hostile(compiler, document, body)
        else:
            problems = ["expects nothing"]
        for problem in problems:
            print(f"{source}: {name}: {problem}")
            failed += 1
    print(f"{len(programs)} programs, {failed} failed")
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
