"""math-values.py PROGRAM: compares with the C library, on random arguments.

Both may err by less than a unit in the last place, so they are neighbours at
most; some functions of the C library err by more than one.
"""
import math
import random
import struct
import subprocess
import sys

generator = random.Random(8)
APART = {"log10": 2, "sinh": 3, "cosh": 2, "tanh": 3, "fmod": 0,
         "expm1": 2, "cbrt": 2}


def to_bits(x):
    return struct.unpack("Q", struct.pack("d", x))[0]


def from_bits(n):
    return struct.unpack("d", struct.pack("Q", n))[0]


def spread(low, high):
    sign = generator.choice([-1, 1])
    return sign * math.ldexp(generator.uniform(1, 2),
                             generator.randint(low, high))


def finite():
    while True:
        x = from_bits(generator.getrandbits(64))
        if math.isfinite(x):
            return x


def pick(*makers):
    return generator.choice(makers)()


def uniform(low, high):
    return lambda: generator.uniform(low, high)


def near(count):
    return lambda: round(generator.uniform(1, count)) * math.pi / 2


def angles():
    return (pick(finite, uniform(-10, 10), uniform(-1e8, 1e8), near(1e5),
                 near(1e9), lambda: spread(-30, 3)),)


def positive():
    return (abs(pick(finite, uniform(0.5, 2), lambda: 1 + spread(-52, -1))),)


def small():
    return (pick(uniform(-1, 1), lambda: 1 - abs(spread(-52, -2)),
                 lambda: abs(spread(-52, -2)) - 1, lambda: spread(-40, -1)),)


def wide():
    return (pick(uniform(-1, 1), uniform(-745, 709), lambda: spread(-60, 9)),)


def pairs():
    low, high = generator.choice([(-5, 5), (-1070, -1000), (1000, 1022)])
    return pick(lambda: (finite(), finite()),
                lambda: (spread(low, high), spread(low, high)))


def powers():
    return pick(lambda: (abs(spread(-5, 5)), spread(-5, 5)),
                lambda: (1 + spread(-50, -2), spread(0, 55)),
                lambda: (abs(finite()), spread(-10, 1)),
                lambda: (spread(-5, 5), float(generator.randint(-50, 50))))


MAKERS = {
    "exp": wide, "sinh": wide, "cosh": wide, "tanh": wide, "log": positive,
    "log2": positive, "log10": positive, "sin": angles, "cos": angles,
    "tan": angles, "asin": small, "acos": small,
    "exp2": wide, "expm1": wide, "log1p": positive,
    "cbrt": lambda: (pick(finite, lambda: spread(-40, 60)),),
    "atan": lambda: (pick(finite, lambda: spread(-40, 60)),),
    "atan2": pairs, "hypot": pairs, "fmod": pairs, "pow": powers,
}
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, math.inf, -math.inf, math.nan,
           5e-324, -5e-324, 1.7976931348623157e308, 2.2250738585072014e-308]


def compute(name, arguments):
    try:
        return getattr(math, name)(*arguments)
    except OverflowError:
        if name == "pow" and arguments[0] < 0 and arguments[1] % 2 == 1:
            return -math.inf
        return math.copysign(math.inf, arguments[0] if name == "sinh" else 1)
    except ValueError:
        if name == "log1p" and arguments[0] == -1:
            return -math.inf
        if name.startswith("log") and arguments[0] == 0:
            return -math.inf
        if name == "pow" and arguments[0] == 0:
            odd = arguments[1] % 2 == 1
            return math.copysign(math.inf, arguments[0] if odd else 1)
        return math.nan


cases = []
for name, make in MAKERS.items():
    cases += [(name, make()) for _ in range(600)]
    if len(make()) == 1:
        cases += [(name, (x,)) for x in SPECIAL]
    else:
        cases += [(name, (x, y)) for x in SPECIAL for y in SPECIAL]
text = "".join(f"{name} {' '.join(f'{to_bits(x):x}' for x in arguments)}\n"
               for name, arguments in cases)
output = subprocess.run([sys.argv[1]], input=text, capture_output=True,
                        text=True, check=True).stdout.split()
bad = 0
for (name, arguments), line in zip(cases, output, strict=True):
    actual, wanted = from_bits(int(line, 16)), compute(name, arguments)
    if math.isnan(wanted) or math.isnan(actual):
        good = math.isnan(wanted) and math.isnan(actual)
    else:
        good = (math.copysign(1, actual) == math.copysign(1, wanted)
                and abs(to_bits(actual) - to_bits(wanted)) <= APART.get(name, 1))
    if not good:
        print(f"{name}{arguments} is {actual!r}, not {wanted!r}")
        bad = 1
sys.exit(bad)
