#!/usr/bin/env python3
"""check-find.py PROGRAM: compares output and status of searches with grep."""
import subprocess
import sys

PATTERNS = ["a", "the", "zq", "no line end", "one", "six\r", "ab a", "xyzzy",
            "~~", "aaab", "", "three  four\t five", "q x", "e"]


def run(command, files, stdin):
    with open(stdin, "rb") as data:
        result = subprocess.run([*command, *files], stdin=data,
                                stdout=subprocess.PIPE)
    return result.returncode, result.stdout


# Where an emulator starts first, every third pattern must do.
for pattern in PATTERNS[::1 if len(sys.argv) == 2 else 3]:
    for files in (["big.txt"], ["tail.txt", "lines.txt", "empty"], ["binary"],
                  []):
        found = run([*sys.argv[1:], pattern], files, "tail.txt")
        wanted = run(["grep", "-aF", "--", pattern], files, "tail.txt")
        assert found == wanted, f"{pattern!r} in {files}: {found[0]}"
