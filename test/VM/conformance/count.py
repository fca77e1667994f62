#!/usr/bin/env python3
"""Checks that nothing of the instruction set is without meaning.

There are 184 base instructions; each instruction has a row in docs/isa.md, a way to be
executed, and at least five conformance checks.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[3]
rows = re.findall(r'^FLUX_INSTRUCTION\((\w+), 0x(\w+), "(\w+)", \w+, (\w+)',
                  (root / "runtime/isa/ISATables.inc").read_text(), re.M)
manual = (root / "docs/isa.md").read_text()
semantics = (root / "runtime/vm/Semantics.inc").read_text()
execute = ((root / "runtime/vm/Execute.cpp").read_text())
checks = {name: 0 for _, _, name, _ in rows}
for path in pathlib.Path(__file__).parent.glob("*.check"):
    program = None
    for line in path.read_text().splitlines():
        words = re.findall(r"[\w]+", line.split(";")[0])
        if line.startswith("program"):
            program = set()
        elif program is not None and not line.startswith("expect"):
            program |= set(words) & checks.keys()
        elif program is not None:
            for name in program:
                checks[name] += 1
            program = None
        elif words:
            for name in words[:3]:
                if name in checks:
                    checks[name] += 1
                    break
problems = []
base = [row for row in rows if int(row[1], 16) < 184]
if len(base) != 184:
    problems.append(f"there are {len(base)} base instructions, not 184")
for enum, number, name, kind in rows:
    if checks[name] < 5:
        problems.append(f"{name}: {checks[name]} conformance checks, not 5")
    if not re.search(rf"\| `{name}[ `]", manual):
        problems.append(f"{name}: no row in docs/isa.md")
    table = kind in ("Value", "Compare", "Branch", "JumpIf", "Load", "Store", "Overflow")
    if table and f"({enum}, " not in semantics:
        problems.append(f"{name}: no semantics")
    if not table and kind != "Host" and not re.search(rf"\b{enum}\b", execute):
        problems.append(f"{name}: not executed")
print("\n".join(problems) or f"{len(rows)} instructions, {sum(checks.values())} checks")
sys.exit(bool(problems))
