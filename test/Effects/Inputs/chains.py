# A document with 20,000 tiles and 20,000 functions, each of which calls the next.
count = 20_000
print("# Chains\n\n```flux")
for i in range(count):
    print(f"tile t{i}(n: i64) -> i64 {{ return t{i + 1}(n) }}")
    print(f"fn call{i}() uses IO_WRITE {{ call{i + 1}() }}")
print(f"tile t{count}(n: i64) -> i64 {{ return n }}")
print(f"fn call{count}() {{ println(t0(1)) }}\n```")
