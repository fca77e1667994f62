#!/usr/bin/env python3
"""Compiles documents that ask for endless work; prints the first error of each.

generic-hostile.py OUT FLUXC
"""
import pathlib
import subprocess
import sys

N = 50000
DOCUMENTS = {
    "doubling": "struct P<T> { a: T, b: T }\n"
                "fn f<T>(x: T) { f(P(a: x, b: x)) }\nfn main() { f(1) }",
    "empty": "struct Z<T> { }\nstruct P<T> { a: T, b: T }\n"
             "fn f<T>(x: func(T), n: i64) { g<P<T>>() }\n"
             "fn g<T>() { g<P<T>>() }\nfn main() { g<Z<i64>>() }",
    "mutual": "fn f<T>(x: T) { g([x; 2]) }\nfn g<T>(x: T) { f([x; 2]) }\n"
              "fn main() { f(1) }",
    "arguments": "fn f(a: i64) { let x = g(" + "a<" * N + "1) }",
    "lists": "fn f(a: i64) { let x = g(" + "a<a," * N + "1) }",
    "nested": "fn f(x: " + "P<" * N + "b" + ">" * N + ") { }",
    "functions": "fn f(x: " + "func(" * N + ")" * N + ") { }",
    "calls": "fn f() { let x = g" + "()" * N + " }",
    "structs": "struct A<T> { b: [B<[T]>] }\nstruct B<T> { a: [A<T>] }",
    "fan": "enum A<T> { X(b: [A<[T]>]), Y(c: [A<Option<T>>]) }",
    "chain": "\n".join(f"struct S{i}<T> {{ s: [S{i + 1}<T>] }}"
                       for i in range(100)) + "\nenum S100<T> { E(x: T) }",
}


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, code in DOCUMENTS.items():
        path = out / f"{name}.flux.md"
        path.write_text(f"# {name}\n\n```flux\n{code}\n```\n")
        result = subprocess.run([sys.argv[2], path, "-o", out / "x"],
                                capture_output=True, text=True, timeout=20)
        first = result.stderr.partition("error: ")[2].partition("\n")[0]
        print(f"{name}: error: {first[:200]}")


main()
