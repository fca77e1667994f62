"""Compares derivatives with those of dual numbers."""
import random
import subprocess
import sys

random.seed(5)
POINTS = [0, 1, 2, 4]


def make(depth):
    """The text of an expression and a function that computes it exactly."""
    kind = random.randrange(6) if depth else random.randrange(2)
    if kind == 0:
        n = random.randrange(5)
        return str(n), lambda x: n
    if kind == 1:
        return "x", lambda x: x
    a, f = make(depth - 1)
    if kind == 2:
        n = random.randrange(4)
        return f"({a})^{n}", lambda x: f(x) ** n
    b, g = make(depth - 1)
    if kind == 3:
        return f"({a})*({b})", lambda x: f(x) * g(x)
    if kind == 4:
        return f"{a} + {b}", lambda x: f(x) + g(x)
    return f"{a} - ({b})", lambda x: f(x) - g(x)


class Dual:
    """A number and a derivative."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    @staticmethod
    def of(x):
        return x if isinstance(x, Dual) else Dual(x, 0)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __sub__(self, other):
        return self + Dual.of(other) * -1

    def __rsub__(self, other):
        return Dual.of(other) - self

    def __mul__(self, other):
        other = Dual.of(other)
        return Dual(self.value * other.value,
                    self.slope * other.value + self.value * other.slope)

    __rmul__ = __mul__

    def __pow__(self, n):
        result = Dual(1, 0)
        for _ in range(n):
            result = result * self
        return result


def main():
    # Where an emulator starts first, a quarter of them must do.
    for _ in range(60 if len(sys.argv) == 2 else 15):
        text, f = make(random.randrange(1, 4))
        points = POINTS
        run = subprocess.run([*sys.argv[1:], text, *map(str, points)],
                             capture_output=True, text=True)
        results = [Dual.of(f(Dual(x, 1))) for x in points]
        if any(abs(r.value) + abs(r.slope) > 10 ** 15 for r in results):
            continue
        lines = run.stdout.splitlines()
        assert run.returncode == 0, (text, run.stderr)
        assert lines[0].startswith("f(x)  = ") and lines[1].startswith("f'(x) = ")
        expected = []
        for x, r in zip(points, results):
            expected += [f"f({x})  = {r.value}", f"f'({x}) = {r.slope}"]
        assert lines[2:] == expected, (text, lines, expected)
        # What is printed can be read again and means the same.
        again = subprocess.run([*sys.argv[1:], lines[0][8:], *map(str, points)],
                               capture_output=True, text=True)
        assert again.stdout.splitlines()[2:] == expected, (text, again)


main()
