"""Writes a program of assembler text that makes calls of the system.

Each line of the input is `NAME FIRST SECOND -> RESULT ERROR`: a call by its name in
Syscalls.def, its operands, what must come out.  An operand is a number, `$NAME`, the result
that an earlier `-> =NAME` kept, or the name of a label of the data that follows `---`.
A line
`poke LABEL $NAME` writes a result to a word of the data.  RESULT may be `_` (not looked at) or `=NAME` (kept).  A line `caps NAMES` takes away all
capabilities but those.  `NAME*N` makes the call N times.  The program ends with status 0, or with the number of the line of
the first call that did something else.

With --c it is a program in C, for machine code in user mode, up to the first `caps`: there
is no such call.
"""
import re
import sys

in_c = sys.argv[1] == "--c"
source, table = sys.argv[1 + in_c:3 + in_c]
text = open(table, encoding="utf-8").read()
numbers = {name: number for number, name in
           re.findall(r"^SYSCALL\((\d+), (\w+),", text, re.M)}
errors = {name: number for number, name in
          re.findall(r"^SYSERROR\((\d+), (\w+),", text, re.M)}
capabilities = ["SPAWN", "COMMUNICATE", "COMPILE", "IO_READ", "IO_WRITE", "MEMORY",
                "HARDWARE", "NETWORK", "FILESYSTEM", "DEBUG", "SUPERVISOR"]
calls, data = open(source, encoding="utf-8").read().split("---\n")
kept = {}


def parse():
    """The calls: the number of the line, and its words; or what is in a line `caps`."""
    for number, line in enumerate(calls.splitlines(), 1):
        words = line.split(";")[0].split()
        if words:
            assert words[0] in ("caps", "poke") or words[3] == "->", line
            yield number, words


def keep(name):
    """The register or variable for a result."""
    return kept.setdefault(name, 20 + len(kept))


def write_assembler():
    print('.document "calls" "text"')
    print(data)
    print(".func main 0 -> 0")
    for number, words in parse():
        if words[0] == "caps":
            gone = sum(1 << i for i, name in enumerate(capabilities) if name not in words[1:])
            print(f"  li r16, {gone}\n  cap_revoke r16")
            continue
        if words[0] == "poke":
            print(f"  li r16, {words[1]}\n  store r{kept[words[2][1:]]}, [r16]")
            continue
        name, first, second, _, result, error = words
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
            print(f"  mov r{keep(result[1:])}, r18")
        elif result.startswith("$"):
            print(f"  bne r18, r{kept[result[1:]]}, bad")
        elif result != "_":
            print(f"  li r19, {result}\n  bne r18, r19, bad")
        if times:
            print(f"  iaddi r56, r56, -1\n  bnei r56, 0, again{number}")
    print("  li r61, 0\n  halt\nbad:\n  halt")


def write_c():
    data_lines = [line for line in data.splitlines() if not line.startswith(".region")]
    print('#include "call.h"')
    for line in data_lines:
        text = line.replace("\\", "\\\\").replace('"', '\\"')
        print(f'__asm__(".pushsection .data\\n{text}\\n.popsection");')
    labels = re.findall(r"^(\w+):", data, re.M)
    for label in labels:
        print(f"extern char {label}[];")
    print("START void _start(void) {\n  u64 result;\n  static u64 kept[64];")

    def operand(text):
        if text.startswith("$"):
            return f"kept[{kept[text[1:]]}]"
        return f"(u64){text}" if text in labels else f"{int(text, 0) % 2**64:#x}UL"

    for number, words in parse():
        if words[0] == "caps":
            break
        if words[0] == "poke":
            print(f"  *(u64 *){words[1]} = {operand(words[2])};")
            continue
        name, first, second, _, result, error = words
        name, _, times = name.partition("*")
        print(f"  for (int i = 0; i != {times or 1}; ++i) {{")
        print(f"    result = ask({numbers[name]}, {operand(first)}, {operand(second)});")
        print(f"    if (error != {errors[error]}) end({number});\n  }}")
        if result.startswith("="):
            print(f"  kept[{keep(result[1:])}] = result;")
        elif result != "_":
            print(f"  if (result != {operand(result)}) end({number});")
    print("  end(0);\n}")


(write_c if in_c else write_assembler)()
