#!/usr/bin/env python3
"""Checks the rules of the house that a compiler does not check.

Includes point downwards only and the runtime knows no compiler; files and
main functions stay small; every file says at its top what problem it solves;
no machine's paths and no marks of unfinished work are left behind.
"""
import pathlib
import re
import sys

# The rooms, lowest first: each may include from itself and those before it.
ROOMS = ["Support", "Source", "Frontend", "Tooling", "Dialect", "Conversion", "Target",
         "Image", "Driver"]
FOLDERS = ["bench", "cmake", "docs", "examples", "include", "lib", "runtime", "system",
           "targets", "test", "tools", "unittests", "utils"]
CODE = {".cpp", ".h", ".td", ".def"}
MAX_LINES = 800
MAX_MAIN_LINES = 60

INCLUDE = re.compile(r"^\s*#\s*include\s+[<\"]([^>\"]+)", re.MULTILINE)
BANNER = re.compile(r"//===-+ (\S+) - .*===//$")
# Written so that this file does not contain what it looks for.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}$%])/(ro" r"ot|wo" r"rk|ho" r"me|tm" r"p)"
                          r"/\w")


def room_of(path):
    """The rank of the room that a file belongs to; tools are above all."""
    parts = path.parts
    if parts[0] == "lib":
        return ROOMS.index(parts[1]) if parts[1] in ROOMS else None
    if parts[:2] == ("include", "flux"):
        return ROOMS.index(parts[2])
    return len(ROOMS)


def check_includes(path, content):
    for name in INCLUDE.findall(content):
        if path.parts[0] == "runtime":
            if name.startswith(("flux/", "llvm/", "mlir/", "lld/")):
                yield f"the runtime includes '{name}' from the compiler"
        elif name.startswith("flux/"):
            room, target = room_of(path), name.split("/")[1]
            if target not in ROOMS:
                yield f"'{name}' is in no room that ROOMS names"
            elif room is not None and ROOMS.index(target) > room:
                yield f"includes '{name}', which lies above it"


def check_code(path, content):
    lines = content.splitlines()
    banner = BANNER.match(lines[0]) if lines else None
    if not banner or banner.group(1) != path.name:
        yield f"line 1 is not the banner '//===- {path.name} - what ---===//'"
    # The declarations of a header and the names of tests tell it themselves.
    elif (path.suffix != ".h" and path.parts[0] != "unittests" and
          not all(line.startswith("// ") for line in lines[2:3])):
        yield "the banner is not followed by the problem that the file solves"
    # A table is as long as what it lists.
    if len(lines) > MAX_LINES and path.suffix != ".def":
        yield f"{len(lines)} lines: a room is missing"
    if (path.parts[0] == "tools" and path.suffix == ".cpp" and
            len(lines) >= MAX_MAIN_LINES and "int main(" in content):
        yield f"{len(lines)} lines: what a tool does belongs into the library"
    yield from check_includes(path, content)


def check_file(root, path):
    try:
        content = (root / path).read_text()
    except UnicodeDecodeError:
        return
    if path.suffix in CODE and path.parts[0] not in ("bench", "test"):
        yield from check_code(path, content)
    for number, line in enumerate(content.splitlines(), 1):
        for pattern in (UNFINISHED, MACHINE_PATH):
            match = pattern.search(line)
            if match:
                yield f"line {number}: '{match.group(0)}'"


def main():
    root = pathlib.Path(sys.argv[1])
    # A work tree of its own has a file that says where git is.
    files = [path for path in root.iterdir()
             if path.is_file() and path.name != ".git"]
    for folder in FOLDERS:
        files += [path for path in (root / folder).rglob("*")
                  if path.is_file() and "__pycache__" not in path.parts]
    found = 0
    for path in sorted(path.relative_to(root) for path in files):
        for problem in check_file(root, path):
            print(f"{path}: {problem}")
            found = 1
    return found


if __name__ == "__main__":
    sys.exit(main())
