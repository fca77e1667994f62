"""Prints a document that is large enough for code generation in parts.

Every function calls the one before it; the first one traps.
"""
COUNT = 600

print("# Large\n\n```flux")
for i in range(COUNT):
    inner = f"f{i - 1}x(a, b)" if i % 300 else f"g{i // 300}(a, b)"
    print(f"fn f{i}x(a: i64, b: i64) -> i64 {{")
    print(f"  var x = a +% {i}")
    print("  if x > b {")
    print("    x = x - b * 3")
    print("  } else {")
    print("    x = x / 5 + x % 7")
    print("  }")
    print(f"  if b == {COUNT} {{")
    print(f"    return {inner} +% 1")
    print("  }")
    print("  return x")
    print("}")
for i in range(COUNT // 300):
    inner = f"f{300 * i - 1}x(a, b)" if i else "a / (b - b)"
    print(f"fn g{i}(a: i64, b: i64) -> i64 {{\n  let x = {inner}\n"
          f"  return x + {i}\n}}")
print("fn main() {")
print(f"  println(f{COUNT - 1}x(1, 2))")
print(f"  println(f{COUNT - 1}x(1, {COUNT}))")
print("}\n```")
