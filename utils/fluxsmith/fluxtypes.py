"""The types of FLUX as fluxsmith knows them: names, ranges and literals.

A type is its text (`u8`, `[i32; 3]`, `P4S1`); what a name stands for is in the
tables of the program that declares it.
"""
from tree import Expr

INTS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
FLOATS = ("f32", "f64")
SCALARS = INTS + FLOATS + ("bool",)


def is_int(type_):
    return type_ in INTS


def width(type_):
    return int(type_[1:])


def low(type_):
    return -(1 << width(type_) - 1) if type_[0] == "i" else 0


def high(type_):
    return (1 << width(type_) - (type_[0] == "i")) - 1


def fits(lo, hi, type_):
    return low(type_) <= lo and hi <= high(type_)


def literal(type_, value):
    """An integer of that value."""
    if value >= 0:
        text = f"{value}{type_}"
    elif value == low(type_):
        text = f"(-{-value - 1}{type_} - 1{type_})"
    else:
        text = f"(-{-value}{type_})"
    return Expr(type_, [text], value, value)


def interesting(random, type_):
    """A value near the borders where arithmetic goes wrong."""
    bits, kind = width(type_), random.random()
    if kind < 0.3:
        value = random.choice((0, 1, 2, 3, 5, 7, 10, 100))
    elif kind < 0.5:
        value = random.choice((low(type_), low(type_) + 1, high(type_), high(type_) - 1))
    elif kind < 0.75:
        value = (1 << random.randrange(bits)) + random.choice((-1, 0, 0, 1))
        value *= random.choice((1, -1))
    else:
        value = random.randint(low(type_), high(type_))
    return min(max(value, low(type_)), high(type_))


FLOAT_TEXTS = ("0.0", "(-0.0)", "1.0", "(-1.0)", "0.5", "1.5", "(-2.5)", "3.0", "0.1", "1e10",
               "(-1e10)", "1e-10", "16777217.0", "255.5", "(-128.75)", "65536.25")
# A value that no `f32` holds is a number of another kind there: these are for f64.
WIDE_TEXTS = ("1e300", "(-1e300)", "5e-324", "9007199254740993.0", "1.7976931348623157e308",
              "9223372036854775808.0", "2.2250738585072014e-308", "(-4294967296.5)")


def float_literal(random, type_):
    if type_ == "f64" and random.random() < 0.3:
        text = random.choice(WIDE_TEXTS)
    elif random.random() < 0.5:
        text = random.choice(FLOAT_TEXTS)
    else:
        text = f"{random.randint(0, 4000) / 16:.4f}"
    suffix = type_ + ")" if text.endswith(")") else type_
    return Expr(type_, [text.rstrip(")") + suffix])


def simplest(type_):
    """The texts of the smallest expressions of a type, for the reducer."""
    if is_int(type_):
        return [f"0{type_}", f"1{type_}"]
    if type_ in FLOATS:
        return [f"1.0{type_}"]
    return {"bool": ["false", "true"], "str": ['""']}.get(type_, [])
