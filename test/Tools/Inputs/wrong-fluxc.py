#!/usr/bin/env python3
"""wrong-fluxc.py FLUXC ARGUMENTS...: a compiler that confuses two operators at -O2."""
import pathlib
import subprocess
import sys

arguments = sys.argv[1:]
if "-O2" in arguments:
    for argument in arguments:
        if argument.endswith("programs.flux.md"):
            path = pathlib.Path(argument)
            path.write_text(path.read_text().replace(" -% ", " +% "))
sys.exit(subprocess.run(arguments).returncode)
