#!/usr/bin/env python3
"""Looks for loops that the optimizer changes.

Makes documents with random loops whose indices lie near the bounds of their slices,
compiles them without and with optimisation, and compares what both programs print,
trap messages included, for many lengths and parameters.

    random-loops.py COMPILER FOLDER COUNT [FIRST]
"""
import pathlib
import random
import re
import subprocess
import sys

PRELUDE = """
fn number(s: str) -> i64 {
  var n = 0
  var from = 0
  if s[0] == '-' {
    from = 1
  }
  for c in s.bytes[from..] {
    n = n *% 10 -% i64(c - '0')
  }
  if from == 1 {
    return n
  }
  return 0 -% n
}
"""
FUNCTIONS = 8
HUGE = [2**31 - 1, 2**31, 2**31 + 1, 2**32, 2**62, 2**63 - 1, -2**31, -2**63]


def without_sign(text):
    """The same function with numbers that have no sign."""
    text = text.replace("i64", "u64").replace("a.len", "u64(a.len)").replace("b.len", "u64(b.len)")
    text = re.sub(r"\bin -?(\d+)\.\.", r"in \1u64..", text)
    return re.sub(r"\b(var|let) (\w+) = -?(\d+)\n", r"\1 \2 = \3u64\n", text)


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.is_unsigned = seed % 2 == 1

    def pick(self, *choices):
        return self.random.choice(choices)

    def fixed(self):
        return self.pick("n", "k", "m", "a.len", "b.len", "0", "1", "2", "3")

    def index(self, depth=0):
        r = self.random.random()
        if r < 0.35 or depth == 2:
            return self.pick("i", "i", "i", "at", self.fixed())
        if r < 0.55:
            return f"{self.index(depth + 1)} + {self.pick('1', '2', 'k', 'm')}"
        if r < 0.75:
            return f"{self.index(depth + 1)} - {self.pick('1', '2', 'k')}"
        if r < 0.85:
            return f"i * {self.pick('k', 'm', '2', 'n')} + {self.pick('at', 'k', '1', 'j')}"
        return f"j * {self.pick('m', 'n', 'k')} + i"

    def statement(self, indent, depth):
        r = self.random.random()
        pad = "  " * indent
        if r < 0.3:
            return f"{pad}a[{self.index()}] = {self.pick('s', 'i', 'k', 'b[' + self.index() + ']')}\n"
        if r < 0.6:
            return f"{pad}s = s *% 31 +% {self.pick('a', 'b')}[{self.index()}]\n"
        if r < 0.7:
            return f"{pad}s = s + {self.index()}\n"
        if r < 0.8:
            return f"{pad}table[{self.index()}] +%= 1\n"
        if r < 0.85:
            return f"{pad}at += {self.pick('1', 'k', 'm', '2', 'n')}\n"
        if r < 0.9 and depth == 0:
            return (f"{pad}if {self.index()} {self.pick('<', '==', '>')} {self.fixed()} {{\n"
                    + self.statement(indent + 1, 1) + f"{pad}}}\n")
        if r < 0.93:
            return f"{pad}if s & 15 == {self.pick('3', '7')} {{\n{pad}  {self.pick('break', 'continue')}\n{pad}}}\n"
        return f"{pad}s ^= {self.pick('i', 'j', 'at')}\n"

    def body(self, indent):
        text = "".join(self.statement(indent, 0) for _ in range(self.random.randint(1, 3)))
        return text + "  " * indent + f"s +%= {self.pick('a', 'b')}[{self.index()}]\n"

    def loop(self, indent, nested):
        pad = "  " * indent
        low = self.pick("0", "0", "0", "1", "k", "-1", "j")
        high = self.pick("n", "n", "n - 1", "n + 1", "a.len", "b.len", "m", "a.len - k", "8")
        kind = self.random.random()
        if nested and kind < 0.4:
            return (f"{pad}for j in 0..{self.pick('3', 'm', 'n')} {{\n{pad}  at = {self.pick('j', '0', 'k')}\n"
                    + self.loop(indent + 1, False) + f"{pad}}}\n").replace(
                        "JJ", "j")
        if kind < 0.8:
            return f"{pad}for i in {low}..{high} {{\n" + self.body(indent + 1) + f"{pad}}}\n"
        body = self.body(indent + 1).replace("continue", "break")
        return f"{pad}var i = {low}\n{pad}while i < {high} {{\n{body}{pad}  i += 1\n{pad}}}\n"

    def function(self, number):
        text = f"fn f{number}(a: [var i64], b: [i64], n: i64, k: i64, m: i64) -> i64 {{\n"
        text += "  var s = 1\n  var at = 0\n  var table: [i64; 8] = [0; 8]\n"
        loop = self.loop(1, True)
        # The variable of the outer loop, where there is one.
        text += ("" if "for j in" in loop else f"  let j = {self.pick('0', '1', 'k')}\n") + loop
        text += "  print(s, \" \", at, \";\")\n  for x in table {\n    s = s *% 7 +% x\n  }\n"
        return text + "  for x in a {\n    s = s *% 7 +% x\n  }\n  return s\n}\n"

    def document(self):
        text = "# Loops\n\n```flux" + PRELUDE
        for number in range(FUNCTIONS):
            text += (without_sign if self.is_unsigned else str)(self.function(number))
        text += "fn main(args: [str]) {\n  let n = number(args[2])\n  let k = number(args[3])\n"
        text += "  let m = number(args[4])\n  let a = slice(number(args[0]), 3)\n"
        text += "  let b = slice(number(args[1]), 5)\n"
        values = "a, b, n, k, m"
        if self.is_unsigned:
            text = text.replace(", 3)\n  let b", ", 3u64)\n  let b").replace(", 5)\n", ", 5u64)\n")
            values = "a, b, u64%(n), u64%(k), u64%(m)"
        for number in range(FUNCTIONS):
            text += f"  if args[5] == \"{number}\" {{\n    println(f{number}({values}))\n  }}\n"
        return text + "}\n```\n"

    def arguments(self):
        size = self.random.randint(0, 12)
        near = lambda: (self.random.choice(HUGE) if self.random.random() < 0.06
                        else size + self.random.randint(-2, 2))
        small = lambda: (self.random.choice(HUGE) if self.random.random() < 0.06
                         else self.random.randint(-1, 3))
        return [str(x) for x in (max(0, size + self.random.randint(-1, 1)),
                                 max(0, size + self.random.randint(-1, 12)), near(), small(),
                                 self.random.choice([small(), near()]))]


def run(command):
    try:
        result = subprocess.run(command, capture_output=True, timeout=3)
    except subprocess.TimeoutExpired:
        return None
    return result.stdout, result.stderr, result.returncode


def main():
    compiler, folder = sys.argv[1].split(), pathlib.Path(sys.argv[2])
    count, first = int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 0
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "loops.flux.md"
    runs = trapped = different = 0
    for seed in range(first, first + count):
        maker = Maker(seed)
        document.write_text(maker.document())
        programs = []
        for level in ("-O0", "-O2"):
            programs.append(folder / f"loops{level}")
            subprocess.run([*compiler, level, document, "-o", programs[-1]], check=True)
        for number in range(FUNCTIONS):
            for _ in range(12):
                arguments = [*maker.arguments(), str(number)]
                outcomes = [run([program, *arguments]) for program in programs]
                if None in outcomes:
                    continue
                runs += 1
                trapped += outcomes[0][2] == 101
                if outcomes[0] != outcomes[1]:
                    different += 1
                    print(f"seed {seed}: {' '.join(arguments)}: {outcomes}")
    print(f"{runs} runs, {trapped} trapped, {different} different")


if __name__ == "__main__":
    main()
