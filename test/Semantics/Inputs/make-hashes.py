#!/usr/bin/env python3
"""Prints the expectations of generics.flux.md about `hash`, from the words of GEN-7."""
MASK = (1 << 64) - 1


def mix(h, w):
    z = ((h ^ w) + 0x9E3779B97F4A7C15) & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def number(w):
    return mix(0, w & MASK)


def text(s):
    data = s.encode()
    h = len(data)
    for at in range(0, len(data), 8):
        h = mix(h, int.from_bytes(data[at:at + 8], "little"))
    return h


def parts(*hashes):
    h = len(hashes)
    for part in hashes:
        h = mix(h, part)
    return h


def variant(index, *hashes):
    h = number(index)
    for part in hashes:
        h = mix(h, part)
    return h


CASES = (
    ("0", number(0)), ("hide(1u8)", number(1)), ("hide(-1i8)", number(-1)), ("hide(-1i64)", number(-1)),
    ("255u8", number(255)), ("18446744073709551615u64", number(MASK)), ("true", number(1)),
    ("hide(1) == 2", number(0)), ('""', text("")), ('"a"', text("a")), ('"abcdefgh"', text("abcdefgh")),
    ('"abcdefghi"', text("abcdefghi")), ('"étage"', text("étage")), ("text(hide(2))", text("ab")),
    ("[1, 2, 3]", parts(number(1), number(2), number(3))),
    ('Pair(a: 1, b: "x")', parts(number(1), text("x"))),
    ("[[1u8], [2]]", parts(parts(number(1)), parts(number(2)))),
    ("Shape.Dot", variant(0)), ("Shape.Circle(hide(5))", variant(1, number(5))),
    ("Shape.Box(1, 2)", variant(2, number(1), number(2))),
)

if __name__ == "__main__":
    print("```flux test of numbers, texts, structs and enums")
    for value, expected in CASES:
        print(f"expect(hash({value}) == 0x{expected:016x})")
    print("```")
