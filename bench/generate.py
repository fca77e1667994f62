#!/usr/bin/env python3
"""Writes the same program in FLUX and in C, with about as many lines as asked.

Comparing compilers needs a large program that both read, line by line the same.
Real programs of that kind do not exist, so this makes one: functions of five
sorts (branches, loops over arrays, floats, structs, bits), each with constants
of its own, that call earlier ones, and a main that prints a checksum.

usage: generate.py LINES NAME   writes NAME.flux.md and NAME.c
"""
import random
import sys

# A pair of templates: FLUX left of the bar, C right of it; `=` means the same.
BRANCHES = """
fn fun{n}(a: i64, b: i64) -> i64 {{ | static i64 fun{n}(i64 a, i64 b) {{
  var x = (a + {c0}) % {c1} | i64 x = (a + {c0}) % {c1};
  var y = b % {c2} | i64 y = b % {c2};
  if x > y + {c3} {{ | if (x > y + {c3}) {{
    x = x - y * 3 | x = x - y * 3;
  }} elif x == {c4} || y == {c5} {{ | }} else if (x == {c4} || y == {c5}) {{
    y = y + {call} | y = y + {call};
  }} else {{ | }} else {{
    y = (y - x) / {c6} | y = (y - x) / {c6};
  }} | }}
  while y > {c3} {{ | while (y > {c3}) {{
    y = y / 2 - 1 | y = y / 2 - 1;
  }} | }}
  return ((x * {c4} + y) % 10007 + 10007) % 10007 | return ((x * {c4} + y) % 10007 + 10007) % 10007;
}} | }}
"""
ARRAYS = """
fn fun{n}(a: i64, b: i64) -> i64 {{ | static i64 fun{n}(i64 a, i64 b) {{
  var t: [i64; 16] = [{c3}; 16] | i64 t[16]; for (i64 k = 0; k < 16; k++) t[k] = {c3};
  let n = 8 + a % 8 | i64 n = 8 + a % 8;
  for i in 0..n {{ | for (i64 i = 0; i < n; i++) {{
    t[i] = (a + i * {c4}) % {c2} | t[i] = (a + i * {c4}) % {c2};
  }} | }}
  var s: i64 = {call} | i64 s = {call};
  for i in 1..n {{ | for (i64 i = 1; i < n; i++) {{
    if t[i] > t[i - 1] {{ | if (t[i] > t[i - 1]) {{
      s = s + t[i] * t[(i * {c5}) % 16] | s = s + t[i] * t[(i * {c5}) % 16];
    }} | }}
  }} | }}
  return (s + b) % 10007 | return (s + b) % 10007;
}} | }}
"""
FLOATS = """
fn fun{n}(a: i64, b: i64) -> i64 {{ | static i64 fun{n}(i64 a, i64 b) {{
  let x = f64(a) * 0.5 + {c4}.25 | double x = (double)a * 0.5 + {c4}.25;
  var y = f64(b) / {c5}.0 | double y = (double)b / {c5}.0;
  for i in 0..a % {c6} {{ | for (i64 i = 0; i < a % {c6}; i++) {{
    y = y * 0.5 + x / (y + {c3}.5) | y = y * 0.5 + x / (y + {c3}.5);
  }} | }}
  if y > 1000.0 {{ | if (y > 1000.0) {{
    y = 1000.0 - 1.0 / y | y = 1000.0 - 1.0 / y;
  }} | }}
  return (i64(y * 16.0) + {call}) % 10007 | return ((i64)(y * 16.0) + {call}) % 10007;
}} | }}
"""
STRUCTS = """
struct P{n} {{ x: i64, y: i64, w: f64 }} | struct P{n} {{ i64 x; i64 y; double w; }};
fn fun{n}(a: i64, b: i64) -> i64 {{ | static i64 fun{n}(i64 a, i64 b) {{
  var p = P{n}(x: a, y: b + {c2}, w: 0.25) | struct P{n} p = {{ a, b + {c2}, 0.25 }};
  p.x = p.x + p.y * {c6} | p.x = p.x + p.y * {c6};
  p.y = p.x - p.y / {c5} | p.y = p.x - p.y / {c5};
  if p.x > p.y {{ | if (p.x > p.y) {{
    p.w = p.w + f64(p.x) | p.w = p.w + (double)p.x;
  }} else {{ | }} else {{
    p.y = {call} | p.y = {call};
  }} | }}
  let q = p | struct P{n} q = p;
  return (q.x + p.y + i64(q.w)) % 10007 | return (q.x + p.y + (i64)q.w) % 10007;
}} | }}
"""
BITS = """
fn fun{n}(a: i64, b: i64) -> i64 {{ | static i64 fun{n}(i64 a, i64 b) {{
  var h: u32 = u32(a) ^ {c1} | u32 h = (u32)a ^ {c1}u;
  var k: u32 = u32(b) | u32 k = (u32)b;
  while k != 0 {{ | while (k != 0) {{
    h = (h ^ (k & 255)) *% 16777619 | h = (h ^ (k & 255u)) * 16777619u;
    k = k >> 4 | k = k >> 4;
  }} | }}
  if h & {c6} == 0 && a != {c2} {{ | if ((h & {c6}u) == 0 && a != {c2}) {{
    h = h +% u32({call}) | h = h + (u32){call};
  }} | }}
  return i64(h % 10007) | return (i64)(h % 10007u);
}} | }}
"""
SORTS = [BRANCHES, ARRAYS, FLOATS, STRUCTS, BITS]
GROUP = 10  # functions that one driver calls
CHAIN = 3   # so deep calls go from function to earlier function


def pairs(template, **values):
    for line in template.format(**values).strip().splitlines():
        yield tuple(part.rstrip() for part in line.split(" | ", 1))


def program(num_lines):
    """Yields the two lines, FLUX and C, of each line of the program."""
    rng = random.Random(num_lines)
    yield "# A large program", "/* A large program */"
    yield "", "#include <stdio.h>"
    yield "", "typedef long long i64;"
    yield "", "typedef unsigned u32;"
    written, number = 4, 0
    groups = []
    while written < num_lines or not groups:
        lines = [(f"Functions {number} to {number + GROUP - 1}.", ""),
                 ("", ""), ("```flux", "")]
        first = number
        for number in range(first, first + GROUP):
            call = f"fun{number - 1}(b, {rng.randrange(100)})"
            if number % CHAIN == 0:
                call = str(rng.randrange(100))
            lines += pairs(SORTS[number % len(SORTS)], n=number, call=call,
                           c0=rng.randrange(1, 1000),
                           c1=rng.randrange(1000, 60000),
                           c2=rng.randrange(20, 500), c3=rng.randrange(5, 20),
                           c4=rng.randrange(2, 30), c5=rng.randrange(2, 14),
                           c6=rng.randrange(2, 8))
        number += 1
        group = len(groups)
        groups.append(group)
        lines.append((f"fn group{group}(seed: i64) -> i64 {{",
                      f"static i64 group{group}(i64 seed) {{"))
        lines.append(("  var s = seed", "  i64 s = seed;"))
        for callee in range(first, number):
            value = f"  s = (s + fun{callee}(s % 97, {callee % 41})) % 10007"
            lines.append((value, value + ";"))
        lines += [("  return s", "  return s;"), ("}", "}"), ("```", ""),
                  ("", "")]
        written += len(lines)
        yield from lines
    yield "```flux", ""
    yield "fn main() {", "int main(void) {"
    yield "  var s = 1", "  i64 s = 1;"
    for group in groups:
        # Twice: what is called once is inlined, which would end in one main.
        call = f"  s = group{group}(group{group}(s))"
        yield call, call + ";"
    yield "  println(s)", "  printf(\"%lld\\n\", s);"
    yield "}", "}"
    yield "```", ""


def write(num_lines, name):
    """Writes NAME.flux.md and NAME.c; returns how many lines each has."""
    lines = list(program(num_lines))
    for suffix, side in ((".flux.md", 0), (".c", 1)):
        with open(name + suffix, "w") as file:
            file.writelines(line[side] + "\n" for line in lines)
    return len(lines)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    print(write(int(sys.argv[1]), sys.argv[2]), "lines")
