#!/usr/bin/env python3
"""Writes the files that the tests of the examples read into the current folder.

    big.txt     more than 10 MB of words in lines of different lengths
    lines.txt   many short lines, some of them equal, empty or prefixes of others
    binary      all byte values; each run of non-blanks holds a printable byte,
                because versions of wc differ about the others
    empty       nothing
    tail.txt    text without a line end at its end
    size-N      N bytes, for sizes around those of blocks and buffers
"""
import random

SIZES = [1, 2, 3, 55, 56, 57, 58, 63, 64, 65, 76, 119, 120, 127, 128, 58367,
         58368, 58369, 65535, 65536, 65537, 131072]

generator = random.Random(20)


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def make_words(bytes_wanted):
    vocabulary = ["".join(generator.choices("abcdefghijklmnopqrstuvwxyz",
                                            k=generator.randint(1, 12)))
                  for _ in range(3000)]
    parts, size = [], 0
    while size < bytes_wanted:
        line = " ".join(generator.choices(vocabulary,
                                          k=generator.randint(0, 15)))
        parts.append(line)
        size += len(line) + 1
    return "\n".join(parts + [""]).encode()


def make_binary(count):
    blanks = b" \t\n\v\f\r"
    result = bytearray()
    for byte in generator.randbytes(count):
        if byte in blanks:
            result += b"x"
        result.append(byte)
    return bytes(result + b"x")


write("big.txt", make_words(10_500_000))
write("binary", make_binary(300_000))
write("empty", b"")
write("tail.txt", b"one two\nthree  four\t five\n\n  six\r\nno line end")
write("lines.txt", b"".join(
    bytes(generator.choices(b"ab\x00\xff ~", k=generator.randint(0, 11))) + b"\n"
    for _ in range(60_000)))
for size in SIZES:
    write(f"size-{size}", generator.randbytes(size))
