"""Writes a program of many documents: main.flux.md, which imports m0, m1, ...

usage: modules.py COUNT FUNCTIONS FOLDER
"""
import pathlib
import sys

FUNCTION = """
fn step{m}_{f}(a: i64, b: i64) -> i64 {{
  var t: [i64; 8] = [{m}; 8]
  var s: i64 = b % {c0}
  for i in 0..8 {{
    t[i] = (a + i * {c1}) % {c0}
    if t[i] > s {{
      s = s + t[i] * t[(i * 3) % 8]
    }} elif s == {f} {{
      s = s / 2 - i
    }}
  }}
  while s > {c0} {{
    s = s / 3 + a % 5
  }}
  return (s + {f}) % 10007
}}
"""


def module(number, functions):
    calls = "".join(f"  s = s + step{number}_{f}(n, s)\n"
                    for f in range(functions))
    code = "".join(FUNCTION.format(m=number, f=f, c0=101 + 7 * f + number,
                                   c1=3 + f) for f in range(functions))
    return f"""# Module {number}

## export: run{number}, small{number}

## Code

```flux
fn small{number}(n: i64) -> i64 {{
  return n * 2 + {number}
}}
{code}
fn run{number}(n: i64) -> i64 {{
  var s: i64 = 0
{calls}  return s
}}
```
"""


def main():
    count, functions, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"m{number}.flux.md").write_text(module(number, functions))
    imports = "".join(f"## import: m{n}.flux.md\n\n" for n in range(count))
    lines = "".join(f"  s = s + m{n}.run{n}(m{n}.small{n}(s % 100))\n"
                    for n in range(count))
    (folder / "main.flux.md").write_text(
        f"# Many modules\n\n{imports}## Code\n\n```flux\nfn main() {{\n"
        f"  var s: i64 = 1\n{lines}  println(s)\n}}\n```\n")


if __name__ == "__main__":
    main()
