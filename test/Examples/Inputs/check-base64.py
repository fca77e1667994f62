#!/usr/bin/env python3
"""check-base64.py PROGRAM: encodes and decodes all test files with PROGRAM."""
import base64
import glob
import subprocess
import sys


def run(arguments, data):
    return subprocess.run([*sys.argv[1:], *arguments], input=data,
                          stdout=subprocess.PIPE, check=True).stdout


# Where an emulator starts first, every fourth size must do.
sizes = sorted(glob.glob("size-*"))[::1 if len(sys.argv) == 2 else 4]
for name in ["big.txt", "empty", "tail.txt", "binary"] + sizes:
    with open(name, "rb") as file:
        data = file.read()
    text = base64.b64encode(data)
    lines = b"".join(text[i:i + 76] + b"\n" for i in range(0, len(text), 76))
    assert run([name], b"") == lines, f"{name}: encoding a file"
    assert run([], data) == lines, f"{name}: encoding standard input"
    assert run(["-d"], lines) == data, f"{name}: decoding lines"
    assert run(["-d"], text) == data, f"{name}: decoding one long line"
