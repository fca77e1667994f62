"""Writes a document with large matches and, with `expected`, what it prints."""
import sys

N, CASES, LEVELS, WIDTH = 1000, 2000, 4, 5
FIELDS = ["", "(a: i64)", "(a: u8, b: u16)", "(a: f64, b: bool, c: i32)"]
NAMES = ["", "(a)", "(a, b)", "(a, b, _)"]
VALUES = ["", "(a: {i})", "(a: {j}, b: {i})", "(a: {i}.5, b: true, c: -{i})"]
SUMS = ["{i}", "a + {i}", "i64(a) * 2 + i64(b)", "i64(a) + i64(b)"]


def document():
    yield "# Large matches\n\n```flux\nenum Big {"
    for i in range(N):
        yield f"  V{i}{FIELDS[i % 4]}"
    yield "}\n\nfn weight(big: Big) -> i64 {\n  match big {"
    for i in range(N):
        yield f"    V{i}{NAMES[i % 4]} {{ return {SUMS[i % 4].format(i=i)} }}"
    yield "  }\n}\n\nfn all() -> i64 {\n  var n = 0"
    for i in range(N):
        value = VALUES[i % 4].format(i=i, j=i % 256)
        yield f"  n += weight(Big.V{i}{value})"
    yield "  return n\n}\n\nfn number(x: i64) -> i64 {\n  match x {"
    for i in range(CASES):
        yield f"    {i * 7} | {i * 7 + 1}..={i * 7 + 3} {{ return {i} }}"
    yield "    else { return -1 }\n  }\n}\n\nenum Five { A, B, C, D, E(x: i64) }\n"
    args = ", ".join(f"f{i}: Five" for i in range(LEVELS))
    yield f"fn nested({args}) -> i64 {{"
    yield from nest(0, 0)
    yield "}\n\nfn main() {\n  println(all())\n  var n = 0"
    yield f"  for x in -5..{CASES * 7 + 5} {{ n += number(x) }}\n  println(n)"
    yield "  let fives = [Five.A, Five.B, Five.C, Five.D, Five.E(x: 1)]\n  n = 0"
    for i in range(LEVELS):
        yield "  " * i + f"  for f{i} in fives {{"
    yield "  n = n *% 31 +% nested(" + ", ".join(f"f{i}" for i in range(LEVELS)) + ")"
    yield "  }\n" * LEVELS + "  println(n)\n}\n```"


def nest(level, value):
    if level == LEVELS:
        yield f"return {value}"
        return
    yield f"match f{level} {{"
    for i in range(WIDTH):
        yield "ABCDE"[i] + (f"(x{level})" if i == 4 else "") + " {"
        yield from nest(level + 1, value * WIDTH + i)
        yield "}"
    yield "}"


def expected():
    total = 0
    for i in range(N):
        j = i % 256
        total += [i, 2 * i, 2 * j + i, i + 1][i % 4]
    yield total
    hits = sum(4 * i for i in range(CASES))
    yield hits - (10 + CASES * 3)
    n = 0
    for value in range(WIDTH ** LEVELS):
        n = (n * 31 + value) % 2 ** 64
    yield n - 2 ** 64 if n >= 2 ** 63 else n


for line in expected() if sys.argv[1:] == ["expected"] else document():
    print(line)
