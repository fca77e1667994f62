"""Writes a program of assembler text that makes calls of the system.

Each line of the input is `NAME FIRST SECOND -> RESULT ERROR`: a call by its name in
Syscalls.def, its operands, what must come out.  An operand is a number, `$NAME`, the result
that an earlier `-> =NAME` kept, or the name of a label of the data that follows `---`.
RESULT may be `_` (not looked at) or `=NAME` (kept).  A line `caps NAMES` takes away all
capabilities but those.  `NAME*N` makes the call N times.  The program ends with status 0, or with the number of the line of
the first call that did something else.
"""
import re
import sys

source, table = sys.argv[1:3]
text = open(table, encoding="utf-8").read()
numbers = {name: number for number, name in
           re.findall(r"^SYSCALL\((\d+), (\w+),", text, re.M)}
errors = {name: number for number, name in
          re.findall(r"^SYSERROR\((\d+), (\w+),", text, re.M)}
capabilities = ["SPAWN", "COMMUNICATE", "COMPILE", "IO_READ", "IO_WRITE", "MEMORY",
                "HARDWARE", "NETWORK", "FILESYSTEM", "DEBUG", "SUPERVISOR"]
calls, data = open(source, encoding="utf-8").read().split("---\n")
kept = {}
print('.document "calls" "text"')
print(data)
print(".func main 0 -> 0")
for number, line in enumerate(calls.splitlines(), 1):
    line = line.split(";")[0].strip()
    if not line:
        continue
    words = line.split()
    if words[0] == "caps":
        gone = sum(1 << i for i, name in enumerate(capabilities) if name not in words[1:])
        print(f"  li r16, {gone}\n  cap_revoke r16")
        continue
    name, first, second, arrow, result, error = words
    assert arrow == "->", line
    for register, operand in (("r16", first), ("r17", second)):
        if operand.startswith("$"):
            print(f"  mov {register}, r{kept[operand[1:]]}")
        else:
            print(f"  li {register}, {operand}")
    name, _, times = name.partition("*")
    if times:
        print(f"  li r56, {times}\nagain{number}:")
    print(f"  li r60, {numbers[name]}\n  syscall r18, r16, r17\n  mov r19, r61")
    print(f"  li r61, {number}\n  bnei r19, {errors[error]}, bad")
    if result.startswith("="):
        kept.setdefault(result[1:], 20 + len(kept))
        print(f"  mov r{kept[result[1:]]}, r18")
    elif result.startswith("$"):
        print(f"  bne r18, r{kept[result[1:]]}, bad")
    elif result != "_":
        print(f"  li r19, {result}\n  bne r18, r19, bad")
    if times:
        print(f"  iaddi r56, r56, -1\n  bnei r56, 0, again{number}")
print("  li r61, 0\n  halt\nbad:\n  halt")
