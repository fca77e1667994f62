"""Prints a document of 240 functions that call each other; the last one traps."""
print("# Large\n\n```flux")
for i in range(240):
    inner = f"step{i + 1}(x + 1)" if i < 239 else "x / (x - 240)"
    print(f"fn step{i}(x: i64) -> i64 {{")
    for j in range(6):
        print(f"  let a{j} = (x * {j + 3} - {i}) % {j + 7}")
    print(f"  if x > 1000000 {{\n    return a0 + a1 + a2 + a3 + a4 + a5\n  }}")
    print(f"  return {inner} + a{i % 6}\n}}")
print("fn main() {\n  println(step0(1))\n}\n```")
