"""Compares the calculator with the same arithmetic in Python."""
import math
import random
import subprocess
import sys

random.seed(3)


class Division(Exception):
    pass


def power(base, n):
    result = 1.0
    for _ in range(abs(n)):
        result *= base
    if n >= 0:
        return result
    if result == 0.0:
        raise Division
    return 1.0 / result


def divide(a, b):
    if b == 0.0:
        raise Division
    return a / b


def number(depth):
    value = random.choice([0, 1, 2, 3, 10, 0.5, 0.25, 1.125, 12345])
    return str(value), float(value)


def make(depth):
    """The text of an expression in parentheses where needed, and its value."""
    if depth == 0:
        return number(depth)
    kind = random.randrange(8)
    a, x = make(depth - 1)
    if kind == 0:
        return f"-({a})", -x
    if kind == 1:
        name = random.choice(["floor", "abs"])
        return f"{name} ({a})", {"floor": math.floor, "abs": abs}[name](x) * 1.0
    if kind == 2:
        n = random.randrange(-2, 4)
        return f"({a})^{n}" if n >= 0 else f"({a})^-{-n}", power(x, n)
    b, y = make(depth - 1)
    space = random.choice(["", " "])
    if kind < 5:
        return f"({a}){space}*{space}({b})", x * y
    if kind == 5:
        return f"({a}){space}/{space}({b})", divide(x, y)
    return (f"{a} + ({b})", x + y) if kind == 6 else (f"{a} - ({b})", x - y)


def main():
    texts, values = ["pi", "2 + 3 * 4 ^ 2 / 8", "sqrt 2 * 3", "- 2 ^ 2"], [
        math.pi, 8.0, math.sqrt(2.0) * 3.0, -4.0]
    while len(texts) < 300:
        try:
            text, value = make(random.randrange(1, 5))
        except (Division, OverflowError):
            continue
        if math.isfinite(value):
            texts.append(text)
            values.append(value)
    run = subprocess.run([*sys.argv[1:], *texts], capture_output=True, text=True)
    assert run.returncode == 0 and not run.stderr, run.stderr
    for text, value, line in zip(texts, values, run.stdout.splitlines(), strict=True):
        assert float(line) == value, (text, value, line)


main()
