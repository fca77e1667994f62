#!/usr/bin/env python3
"""check-json.py PROGRAM: good and bad texts for the pretty-printer."""
import json
import random
import subprocess
import sys

generator = random.Random(7)

ERRORS = {
    "": "1:1: the text ends too early",
    " \n ": "2:2: the text ends too early",
    "[1, 2": "1:6: the text ends too early",
    '{"a": 1,\n "b" 2}': "2:6: expected ':' after the key",
    "[1 2]": "1:4: expected ',' or the end of the list",
    "[1, 2}": "1:6: expected ',' or the end of the list",
    "[1,]": "1:4: expected a value",
    "{,}": "1:2: expected a key in double quotes",
    '{"a": 1,}': "1:9: expected a key in double quotes",
    "[]]": "1:3: expected nothing after the value",
    "01": "1:2: a number has no leading zeros",
    "-": "1:2: the text ends too early",
    "1.": "1:3: the text ends too early",
    "1.x": "1:3: expected a digit",
    "[1e+]": "1:5: expected a digit",
    '"\\ud800x"': "1:2: half of a surrogate pair is no character",
    '"abc': "1:1: the string does not end",
    '"a\\': "1:1: the string does not end",
    '"a\nb"': "1:3: control characters must be escaped",
    '"\\x"': "1:2: unknown escape",
    '"\\u12g4"': "1:2: \\u needs four hexadecimal digits",
    "nul": "1:1: expected a value",
    "nuLl": "1:1: expected a value",
    "\n\n  x": "3:3: expected a value",
    "[" * 1001: "1:1001: lists are nested too deeply",
}


def run(text, *flags):
    result = subprocess.run([*sys.argv[1:], *flags], input=text.encode(),
                            capture_output=True)
    return (result.returncode, result.stdout.decode(),
            result.stderr.decode().strip())


def make_value(depth):
    kind = generator.randrange(8 if depth else 6)
    if kind < 2:
        return generator.randint(-10**12, 10**12)
    if kind == 2:
        return generator.uniform(-1e20, 1e20)
    if kind == 3:
        return generator.choice([True, False, None, {}, [], "", 1e300, -0.0])
    if kind < 6:
        return "".join(generator.choices("abc \"\\/\n\t\x01é€𝄞", k=8))
    if kind == 6:
        return [make_value(depth - 1) for _ in range(generator.randrange(7))]
    return {f"key {i}": make_value(depth - 1)
            for i in range(generator.randrange(7))}


# Where an emulator starts first, a tenth of the texts must do.
for _ in range(40 if len(sys.argv) == 2 else 4):
    value = [make_value(6) for _ in range(30)]
    wanted = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    for ascii_only in (True, False):
        for separators in ((",", ":"), (" ,\n\t", " :\r\n ")):
            text = json.dumps(value, separators=separators,
                              ensure_ascii=ascii_only)
            assert run(text) == (0, wanted, ""), text
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert run(text, "-i", "0") == (0, compact + "\n", "")
deep = "[" * 1000 + "]" * 1000
assert run(deep)[0] == 0
for text, message in ERRORS.items():
    assert run(text) == (1, "", "json: " + message), (text, run(text))
