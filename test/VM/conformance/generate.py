#!/usr/bin/env python3
"""Writes the checks of instructions that compute: values.check, branches.check,
host.check.

What is expected comes from the model in this file, which is written in another
language than the machine and shares nothing with it.
"""
import math
import pathlib
import struct

M = (1 << 64) - 1
MIN, MAX = 1 << 63, (1 << 63) - 1
INTS = [0, 1, M, MAX, MIN, 0x80000000, 0x7FFFFFFF, 0xFFFFFFFF, 7, 0x123456789ABCDEF0]


def s(x, bits=64):
    x &= (1 << bits) - 1
    return x - (1 << bits) if x >> (bits - 1) else x


def u(x):
    return x & M


def sx(x):
    return u(s(x, 32))


def f(bits):
    return struct.unpack("<d", struct.pack("<Q", bits & M))[0]


def fb(value):
    if value != value:
        return 0x7FF8000000000000
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def g(bits):
    return struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF))[0]


def gb(value):
    if value != value:
        return 0x7FC00000
    try:
        return struct.unpack("<I", struct.pack("<f", value))[0]
    except OverflowError:
        return 0x7F800000 | (0x80000000 if value < 0 else 0)


def fdiv(a, b):
    if b == 0:
        if a == 0 or a != a:
            return math.nan
        return math.copysign(math.inf, math.copysign(1, a) * math.copysign(1, b))
    return a / b


def sqrt(a):
    return math.nan if a < 0 or a != a else math.sqrt(a)


def quotient(a, b):
    q = abs(a) // abs(b)
    return -q if (a < 0) != (b < 0) else q


def divide(bits, signed, modulo):
    def model(a, b):
        a, b = (s(a, bits), s(b, bits)) if signed else (a & ((1 << bits) - 1), b & ((1 << bits) - 1))
        if b == 0:
            return "IntDivByZero"
        if signed and a == -(1 << (bits - 1)) and b == -1:
            return "IntOverflow"
        result = a - b * quotient(a, b) if modulo else quotient(a, b)
        return sx(result) if bits == 32 else u(result)
    return model


def fits(operation):
    def model(a, b):
        result = operation(s(a), s(b))
        return u(result) if -(1 << 63) <= result < 1 << 63 else "IntOverflow"
    return model


def rotl(a, n, bits=64):
    n %= bits
    a &= (1 << bits) - 1
    return (a << n | a >> (bits - n)) & ((1 << bits) - 1)


def convert(low, high):
    def model(a):
        value = f(a)
        if value != value or math.isinf(value) or not low <= math.trunc(value) <= high:
            return "BadConversion"
        return u(math.trunc(value))
    return model


def saturate(low, high):
    def model(a):
        value = f(a)
        if value != value:
            return 0
        if math.isinf(value):
            return u(high if value > 0 else low)
        return u(min(max(math.trunc(value), low), high))
    return model


def whole(operation):
    def model(a):
        value = f(a)
        if value != value or math.isinf(value):
            return fb(value)
        return fb(math.copysign(float(operation(value)), value))
    return model


def least(a, b, sign):
    if f(a) != f(a) or f(b) != f(b):
        return fb(math.nan)
    if f(a) == f(b):
        negative = a if a >> 63 else b
        other = b if negative == a else a
        return negative if sign < 0 else other
    return a if (f(a) < f(b)) == (sign < 0) else b


FLOATS = [fb(x) for x in (0.0, -0.0, 1.0, -1.5, 2.5, 0.5, 1e308, -1e308, 5e-324, math.inf,
                          -math.inf, 9.3e18, 1.8e19, 4503599627370497.5)] + [0x7FF8000000000000, 0xFFF0000000000001]
SINGLES = [gb(x) for x in (0.0, -0.0, 1.0, -1.5, 2.5, 1e38, -3e38, 1e-45, math.inf, -math.inf)] + [0x7FC00000]
SHIFTS = [0, 1, 31, 32, 63, 64, M]
IMMEDIATES = [0, 1, M, 127, 128, u(-128), 0x7FFFFFFF, u(-0x80000000), 1000]

UNARY = {
    "ineg": (INTS, lambda a: u(-a)), "iabs": (INTS, lambda a: u(abs(s(a)))),
    "inc": (INTS, lambda a: u(a + 1)), "dec": (INTS, lambda a: u(a - 1)),
    "inot": (INTS, lambda a: u(~a)), "popcount": (INTS, lambda a: bin(a).count("1")),
    "clz": (INTS, lambda a: 64 - a.bit_length()),
    "ctz": (INTS, lambda a: 64 if a == 0 else (a & -a).bit_length() - 1),
    "bswap": (INTS, lambda a: int.from_bytes(a.to_bytes(8, "big"), "little")),
    "mov": (INTS, lambda a: a),
    "sext8": (INTS + [0x80, 0x17F], lambda a: u(s(a, 8))), "sext16": (INTS + [0x8000], lambda a: u(s(a, 16))),
    "sext32": (INTS, sx), "zext32": (INTS, lambda a: a & 0xFFFFFFFF),
    "fneg": (FLOATS, lambda a: a ^ 1 << 63), "fabs": (FLOATS, lambda a: a & MAX),
    "i2f": (INTS + [0x20000000000001, 0x20000000000003], lambda a: fb(float(s(a)))),
    "u2f": (INTS + [0x20000000000001], lambda a: fb(float(a))),
    "f2i": (FLOATS, convert(-(1 << 63), (1 << 63) - 1)), "f2u": (FLOATS, convert(0, M)),
    "f2isat": (FLOATS, saturate(-(1 << 63), (1 << 63) - 1)), "f2usat": (FLOATS, saturate(0, M)),
    "fsqrt": (FLOATS, lambda a: fb(sqrt(f(a)) if f(a) != 0 else f(a))),
    "ffloor": (FLOATS, whole(math.floor)), "fceil": (FLOATS, whole(math.ceil)),
    "ftrunc": (FLOATS, whole(math.trunc)), "fnearest": (FLOATS + [fb(1.5), fb(3.5), fb(-0.5)], whole(round)),
    "fsqrt32": (SINGLES, lambda a: gb(sqrt(g(a)) if g(a) != 0 else g(a))),
    "f32tof64": (SINGLES, lambda a: fb(g(a))), "f64tof32": (FLOATS, lambda a: gb(f(a))),
    "i2f32": ([0, 1, M, MAX, MIN, 0x1000001, 0x1000003], lambda a: gb(float(s(a)))),
    "u2f32": ([0, 1, M, 0x1000001, 0x1000003], lambda a: gb(float(a))),
}


def over(operation):
    return lambda a, b: u(operation(s(a), s(b)))


def shift(bits, kind):
    def model(a, n):
        n &= bits - 1
        result = a << n if kind == "l" else s(a, bits) >> n if kind == "a" else (a & ((1 << bits) - 1)) >> n
        return sx(result) if bits == 32 else u(result)
    return model


def flag(operation):
    return lambda a, b: int(operation(a, b))


ARITH = {
    "iadd": lambda a, b: u(a + b), "isub": lambda a, b: u(a - b), "imul": lambda a, b: u(a * b),
    "idiv": divide(64, True, False), "imod": divide(64, True, True),
    "udiv": divide(64, False, False), "umod": divide(64, False, True),
    "iand": lambda a, b: a & b, "ior": lambda a, b: a | b, "ixor": lambda a, b: a ^ b,
    "cmp_eq": flag(lambda a, b: a == b), "cmp_ne": flag(lambda a, b: a != b),
    "cmp_lt": flag(lambda a, b: s(a) < s(b)), "cmp_gt": flag(lambda a, b: s(a) > s(b)),
    "cmp_le": flag(lambda a, b: s(a) <= s(b)), "cmp_ge": flag(lambda a, b: s(a) >= s(b)),
    "cmp_ltu": flag(lambda a, b: a < b), "cmp_leu": flag(lambda a, b: a <= b),
    "iadd32": lambda a, b: sx(a + b), "isub32": lambda a, b: sx(a - b), "imul32": lambda a, b: sx(a * b),
    "idiv32": divide(32, True, False), "imod32": divide(32, True, True),
    "udiv32": divide(32, False, False), "umod32": divide(32, False, True),
    "iaddt": fits(lambda a, b: a + b), "isubt": fits(lambda a, b: a - b), "imult": fits(lambda a, b: a * b),
    "imulh": lambda a, b: u(s(a) * s(b) >> 64), "umulh": lambda a, b: a * b >> 64,
    "imin": lambda a, b: a if s(a) < s(b) else b, "imax": lambda a, b: a if s(a) > s(b) else b,
    "umin": min, "umax": max, "iaddo": over(lambda a, b: a + b), "isubo": over(lambda a, b: a - b),
    "imulo": over(lambda a, b: a * b),
}
SHIFT = {
    "ishl": shift(64, "l"), "ishr": shift(64, "a"), "ushr": shift(64, "u"),
    "ishl32": shift(32, "l"), "ishr32": shift(32, "a"), "ushr32": shift(32, "u"),
    "rotate_l": rotl, "rotate_r": lambda a, n: rotl(a, -n), "rotate_l32": lambda a, n: sx(rotl(a, n, 32)),
}
IMMEDIATE = {
    "andi": lambda a, b: a & b, "ori": lambda a, b: a | b, "xori": lambda a, b: a ^ b,
    "iaddi": lambda a, b: u(a + b), "imuli": lambda a, b: u(a * b), "iaddi32": lambda a, b: sx(a + b),
    "iaddit": fits(lambda a, b: a + b), "lea": lambda a, b: u(a + b),
}
IMMEDIATE_SHIFT = {
    "ishli": shift(64, "l"), "ishri": shift(64, "a"), "ushri": shift(64, "u"),
    "ishli32": shift(32, "l"), "ishri32": shift(32, "a"), "ushri32": shift(32, "u"),
}
FLOAT = {
    "fadd": lambda a, b: fb(f(a) + f(b)), "fsub": lambda a, b: fb(f(a) - f(b)),
    "fmul": lambda a, b: fb(f(a) * f(b)), "fdiv": lambda a, b: fb(fdiv(f(a), f(b))),
    "fcmp_eq": flag(lambda a, b: f(a) == f(b)), "fcmp_lt": flag(lambda a, b: f(a) < f(b)),
    "fcmp_gt": flag(lambda a, b: f(a) > f(b)), "fcmp_le": flag(lambda a, b: f(a) <= f(b)),
    "fcmp_ge": flag(lambda a, b: f(a) >= f(b)),
    "fmin": lambda a, b: least(a, b, -1), "fmax": lambda a, b: least(a, b, 1),
    "fcopysign": lambda a, b: a & MAX | b & 1 << 63,
}
SINGLE = {
    "fadd32": lambda a, b: gb(g(a) + g(b)), "fsub32": lambda a, b: gb(g(a) - g(b)),
    "fmul32": lambda a, b: gb(g(a) * g(b)), "fdiv32": lambda a, b: gb(fdiv(g(a), g(b))),
    "fcmp32_eq": flag(lambda a, b: g(a) == g(b)), "fcmp32_lt": flag(lambda a, b: g(a) < g(b)),
    "fcmp32_le": flag(lambda a, b: g(a) <= g(b)),
}


def number(x):
    return str(x) if x < 1000 else hex(x)


def line(mnemonic, operands, result):
    end = f"! {result}" if isinstance(result, str) else f"= {number(result)}"
    return f"{mnemonic} {', '.join(operands)} {end}\n"


def some(rows, columns):
    """Each value of the rows with some of the columns, and the corners."""
    for i, a in enumerate(rows):
        for k in range(3):
            yield a, columns[(i * 3 + k * 5 + k) % len(columns)]


def values():
    yield "; Written by generate.py.\n"
    for name, (inputs, model) in UNARY.items():
        for a in inputs:
            yield line(name, [number(a)], model(a))
    for table, rows, columns in ((ARITH, INTS, INTS), (SHIFT, INTS, SHIFTS), (FLOAT, FLOATS, FLOATS),
                                 (SINGLE, SINGLES, SINGLES)):
        for name, model in table.items():
            pairs = list(some(rows, columns))
            if "div" in name or "mod" in name:
                pairs += [(MIN, M), (0x80000000, 0xFFFFFFFF), (7, 0), (u(-7), 2), (7, u(-2))]
            for a, b in pairs:
                yield line(name, [number(a), number(b)], model(a, b))
    for table, columns in ((IMMEDIATE, IMMEDIATES), (IMMEDIATE_SHIFT, [0, 1, 31, 32, 63, 64])):
        for name, model in table.items():
            for a, b in some(INTS, columns):
                yield line(name, [number(a), str(s(b))], model(a, b))
    for a in (0, 1, M, MIN, 127, 128, u(-127), u(-128), 0x7FFFFFFF, 0x80000000):
        yield line("li", [str(s(a))], a)
        yield line("li64", [str(s(a))], a)
    for a in INTS:
        yield line("select", [number(a), "5", "6"], 5 if a else 6)


def flags(a, b):
    d = u(a - b)
    return "".join(name for name, there in (
        ("Z ", d == 0), ("N ", d >> 63), ("C ", a >= b),
        ("V ", not -(1 << 63) <= s(a) - s(b) < 1 << 63)) if there)


def float_flags(a, b):
    a, b = f(a), f(b)
    return "Z C" if a == b else "N" if a < b else "C" if a > b else "C V"


def bit_flags(a, b):
    return ("Z " if a & b == 0 else "") + ("N" if a & b & MIN else "")


BRANCH = {"beq": lambda a, b: a == b, "bne": lambda a, b: a != b, "blt": lambda a, b: s(a) < s(b),
          "bge": lambda a, b: s(a) >= s(b), "bltu": lambda a, b: a < b, "bgeu": lambda a, b: a >= b}
JUMPS = {"je": lambda a, b: a == b, "jne": lambda a, b: a != b, "jg": lambda a, b: s(a) > s(b),
         "jl": lambda a, b: s(a) < s(b), "jge": lambda a, b: s(a) >= s(b), "jle": lambda a, b: s(a) <= s(b),
         "ja": lambda a, b: a > b, "jb": lambda a, b: a < b, "jae": lambda a, b: a >= b,
         "jbe": lambda a, b: a <= b, "jc": lambda a, b: a >= b,
         "jo": lambda a, b: not -(1 << 63) <= s(a) - s(b) < 1 << 63}
ORDERED = {"je": lambda a, b: a == b, "jne": lambda a, b: a != b, "jb": lambda a, b: a < b,
           "jbe": lambda a, b: a <= b, "jg": lambda a, b: a > b, "jge": lambda a, b: a >= b}


def branches():
    yield "; Written by generate.py.\n"
    for name, model in BRANCH.items():
        for a, b in some(INTS, INTS):
            yield f"{name} {number(a)}, {number(b)} = {'taken' if model(a, b) else 'not'}\n"
        for a, b in some(INTS, [0, 1, M, 127, u(-128)]):
            yield f"{name}i {number(a)}, {s(b)} = {'taken' if model(a, b) else 'not'}\n"
    for a in INTS:
        yield f"jz {number(a)} = {'not' if a else 'taken'}\n"
        yield f"jnz {number(a)} = {'taken' if a else 'not'}\n"
    for a, b in some(INTS, INTS):
        yield f"cmp {number(a)}, {number(b)} = {flags(a, b)}\n"
        yield f"test {number(a)}, {number(b)} = {bit_flags(a, b)}\n"
    for a, b in some(INTS, IMMEDIATES):
        yield f"cmpi {number(a)}, {s(b)} = {flags(a, b)}\n"
        yield f"testi {number(a)}, {s(b)} = {bit_flags(a, b)}\n"
    for a, b in some(FLOATS, FLOATS):
        yield f"fcmp {number(a)}, {number(b)} = {float_flags(a, b)}\n"

    def program(compare, jump, a, b, taken):
        return (f"program\n  li r20, {number(a)}\n  li r21, {number(b)}\n  {compare} r20, r21\n"
                f"  {jump} yes\n  halt\nyes: li err, 1\n  halt\nexpect halted err={int(taken)}\n")
    for name, model in JUMPS.items():
        for a, b in ((1, 2), (2, 1), (5, 5), (M, 1), (1, M), (MIN, 1), (MAX, M)):
            yield program("cmp", name, a, b, model(a, b))
    for name, model in ORDERED.items():
        for a, b in ((1.0, 2.0), (2.0, 1.0), (-0.0, 0.0), (math.nan, 1.0)):
            yield program("fcmp", name, fb(a), fb(b), model(a, b))


# mnemonic: number, operands that are read, whether there is a result, effects
HOST = {}


def host(tables):
    """Every instruction that the host executes, asked in five ways."""
    yield "; Written by generate.py.\n"
    for text in tables.splitlines():
        if not text.startswith("FLUX_INSTRUCTION(") or ", Host, " not in text:
            continue
        _, opcode, mnemonic, form, _, _, _, defs, uses, _, _, _, effects = [
            part.strip().strip('"') for part in text[17:-1].split(",")]
        opcode, effects, defs = int(opcode, 16), int(effects, 16), int(defs)
        if mnemonic == "sys_debug" or mnemonic.startswith(("trace_", "prof_")):
            yield f"nohost {mnemonic} {'1 ' if mnemonic == 'sys_debug' else ''}= ok\n"
            yield f"nocap {mnemonic} {'1 ' if mnemonic == 'sys_debug' else ''}! NoCapability\n"
        memory = form in ("F_LD", "F_STO")

        def operands(a, b):
            if memory:
                return f"{b}, {a}, 0" if form == "F_STO" else f"{a}, {0}"
            return {"F_N": "", "F_S": f"{a}", "F_DS": f"{a}"}.get(form, f"{a}, {b}")
        asked = [(3, 0), (0, 2), (255, 255)] if form != "F_N" else [(0, 0)] * 3
        for a, b in asked:
            second = b if int(uses) & 4 else 0
            value = (a if form != "F_N" else 0) + 256 * second + 65536 * opcode
            yield f"{mnemonic} {operands(a, b)} = {number(value) if defs else 'ok'}\n"
        if form != "F_N":
            yield f"{mnemonic} {operands('0xDEAD', 1)} ! BadArgument\n"
            yield f"{mnemonic} {operands('0xBEEF', 1)} ? waiting pc=1\n".replace("pc=1", "")
            yield f"{mnemonic} {operands('0xE11D', 1)} ? halted status=7\n"
        optional = effects == 0x200
        if not optional:
            yield f"nohost {mnemonic} {operands(1, 1)} ! NoService\n"
            if effects:
                yield f"nocap {mnemonic} {operands(1, 1)} ! NoCapability\n"


def main():
    here = pathlib.Path(__file__).parent
    tables = (here / "../../../runtime/isa/ISATables.inc").read_text()
    (here / "values.check").write_text("".join(values()))
    (here / "branches.check").write_text("".join(branches()))
    (here / "host.check").write_text("".join(host(tables)))


main()
