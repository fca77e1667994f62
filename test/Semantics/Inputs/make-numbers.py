#!/usr/bin/env python3
"""Makes the documents of this folder that are about numbers: see main().

    make-numbers.py FOLDER

What the documents expect is computed here, by Python's integers and by the floats of
the machine, never taken from a program that fluxc made.  Each result is expected
twice: of an expression that the compiler can compute, and of one whose operands it
cannot know (`hide`).
"""
import math
import pathlib
import struct
import sys

INTS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
HIDE = """```flux
/// The value, by a way that the compiler cannot look through.
fn hide<T: int>(x: T) -> T { return x ^ T(time.now() >> 63) }

fn hide_float(x: f64) -> f64 { return [x, x + 1.0][time.now() >> 63] }

fn hide_single(x: f32) -> f32 { return [x, x + 1.0][time.now() >> 63] }
```
"""
RUN = """
<!--
RUN: %fluxc -O0 --test %s | FileCheck %s
RUN: %fluxc -O2 --test %s | FileCheck %s
RUN: %fluxc -Oz --test %s | FileCheck %s
CHECK-NOT: FAILED
CHECK: {{^[0-9]+}} tests: {{[0-9]+}} passed, 0 failed
-->
"""


def width(t):
    return int(t[1:])


def low(t):
    return -(1 << width(t) - 1) if t[0] == "i" else 0


def high(t):
    return (1 << width(t) - (t[0] == "i")) - 1


def wrap(x, t):
    x &= (1 << width(t)) - 1
    return x - (1 << width(t)) if x > high(t) else x


def clamp(x, t):
    return min(max(x, low(t)), high(t))


def divide(a, b):
    """Toward zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a, b):
    return a - b * divide(a, b)


class Document:
    def __init__(self, title, about):
        self.text = f"# {title}\n\n{about}\n\n{HIDE}"
        self.lines = []

    def rule(self, heading, about=""):
        self.flush()
        self.text += f"\n## {heading}\n" + (f"\n{about}\n" if about else "")

    def expect(self, line):
        self.lines.append(f"expect({line})")

    def flush(self, name=""):
        if self.lines:
            self.text += (f"\n```flux test{' ' + name if name else ''}\n" + "\n".join(self.lines)
                          + "\n```\n")
        self.lines = []

    def trap(self, message, statement):
        self.flush()
        self.text += f"\n```flux trap {message}\n{statement}\n```\n"

    def write(self, path):
        self.flush()
        path.write_text(self.text + RUN)


def both(document, t, operation, values, result):
    """Expects the result with written and with hidden operands."""
    written = operation.format(*(f"{v}{t}" for v in values))
    hidden = operation.format(*(f"hide({v}{t})" for v in values))
    document.expect(f"{written} == {result}")
    document.expect(f"{hidden} == {result}")


def integers():
    d = Document("Integers", "What section 5 of docs/language.md says about integers, for each type at its borders. "
                 "`make-numbers.py`\nmakes this document; its results are those of Python's integers.")
    d.rule("Rule EXPR-2: results that fit")
    for t in INTS:
        lo, hi = low(t), high(t)
        cases = [("{} + {}", hi - 1, 1, hi), ("{} - {}", lo + 1, 1, lo), ("{} * {}", hi // 3, 3, hi // 3 * 3),
                 ("{} / {}", hi, 7, divide(hi, 7)), ("{} % {}", hi, 7, remainder(hi, 7)),
                 ("{} / {}", hi, hi, 1), ("{} % {}", hi - 1, hi, hi - 1), ("{} * {}", 0, hi, 0)]
        if lo:
            cases += [("{} / {}", -7, 2, -3), ("{} % {}", -7, 2, -1), ("{} / {}", 7, -2, -3),
                      ("{} % {}", 7, -2, 1), ("{} / {}", -7, -2, 3), ("{} % {}", -7, -2, -1),
                      ("{} / {}", lo, 2, lo // 2), ("{} % {}", lo, 3, remainder(lo, 3)),
                      ("{} + {}", lo, hi, -1), ("{} - {}", -1, hi, lo), ("{} * {}", lo // 2, 2, lo),
                      ("{} / {}", lo, 1, lo), ("{} % {}", lo, hi, -1)]
        for form, a, b, r in cases:
            both(d, t, form, (a, b), r)
        if lo:
            both(d, t, "-{}", (hi,), -hi)
            d.expect(f"-hide({lo + 1}{t}) == {hi}")
        d.flush(t)
    d.rule("Rule EXPR-2: arithmetic that wraps")
    for t in INTS:
        lo, hi = low(t), high(t)
        for a, b in ((hi, 1), (lo, hi), (hi, hi), (lo, lo), (hi // 2 + 1, 3), (0, 1)):
            both(d, t, "{} +% {}", (a, b), wrap(a + b, t))
            both(d, t, "{} -% {}", (a, b), wrap(a - b, t))
            both(d, t, "{} *% {}", (a, b), wrap(a * b, t))
        d.flush(t)
    d.rule("Rule EXPR-2: arithmetic that saturates")
    for t in INTS:
        lo, hi = low(t), high(t)
        for a, b in ((hi, 1), (lo, 1), (hi, hi), (lo, hi), (hi - 1, 1), (3, 4)):
            both(d, t, "{} +| {}", (a, b), clamp(a + b, t))
            both(d, t, "{} -| {}", (a, b), clamp(a - b, t))
            if lo:
                both(d, t, "{} +| {}", (a, -b), clamp(a - b, t))
                both(d, t, "{} -| {}", (a, -b), clamp(a + b, t))
        d.flush(t)
    d.rule("Rule EXPR-3: shifts")
    shifts(d)
    d.rule("Rule EXPR-3: bits")
    operators(d)
    return d


def integer_traps():
    d = Document("Integers that do not fit", "`make-numbers.py` makes this document; its limits are those of Python's integers.")
    d.rule("Rule EXPR-2: sums, differences and products that do not fit")
    for t in INTS:
        lo, hi = low(t), high(t)
        d.trap(f"integer overflow: {hi} + 1 does not fit {t}", f"let _ = hide({hi}{t}) + hide(1{t})")
        d.trap(f"integer overflow: {lo} - 1 does not fit {t}", f"let _ = hide({lo}{t}) - hide(1{t})")
        d.trap(f"integer overflow: {hi // 2 + 1} * 2 does not fit {t}",
               f"let _ = hide({hi // 2 + 1}{t}) * hide(2{t})")
        if lo:
            d.trap(f"integer overflow: {lo} + -1 does not fit {t}", f"let _ = hide({lo}{t}) + hide(-1{t})")
            d.trap(f"integer overflow: {lo} * -1 does not fit {t}", f"let _ = hide({lo}{t}) * hide(-1{t})")
            d.trap(f"integer overflow: -({lo}) does not fit {t}", f"let _ = -hide({lo}{t})")
    return d


def division_traps():
    d = Document("Divisions and shifts without a result", "`make-numbers.py` makes this document.")
    d.rule("Rule EXPR-2: divisions without a result")
    for t in INTS:
        d.trap(f"division by zero: {high(t)} / 0", f"let _ = hide({high(t)}{t}) / hide(0{t})")
        d.trap("division by zero: 0 % 0", f"let _ = hide(0{t}) % hide(0{t})")
        if low(t):
            d.trap(f"integer overflow: {low(t)} / -1 does not fit {t}", f"let _ = hide({low(t)}{t}) / hide(-1{t})")
            d.trap(f"integer overflow: the quotient of {low(t)} % -1 does not fit {t}",
                   f"let _ = hide({low(t)}{t}) % hide(-1{t})")
    shift_traps(d)
    return d


def shift_traps(d):
    d.rule("Rule EXPR-3: amounts that are out of range")
    for t in INTS:
        bits = width(t)
        d.trap(f"shift by {bits} bits: {t} has fewer bits", f"let _ = hide(1{t}) << hide({bits}u8)")
        d.trap(f"shift by {bits} bits: {t} has fewer bits", f"let _ = hide(1{t}) >> hide({bits}u64)")
        d.trap(f"shift by -1 bits: {t} has fewer bits", f"let _ = hide(1{t}) << hide(-1i8)")


def shifts(d):
    for t in INTS:
        lo, hi, bits = low(t), high(t), width(t)
        for a, n in ((1, bits - 1), (hi, 1), (hi, bits - 1), (lo, 1), (hi, 0), (3, bits - 1)):
            d.expect(f"{a}{t} << {n} == {wrap(a << n, t)}")
            d.expect(f"hide({a}{t}) << hide({n}u8) == {wrap(a << n, t)}")
            d.expect(f"{a}{t} >> {n} == {a >> n}")
            d.expect(f"hide({a}{t}) >> hide({n}) == {a >> n}")
            d.expect(f"{a}{t} << hide({n}) == {wrap(a << n, t)}")
            d.expect(f"{a}{t} >> hide({n}) == {a >> n}")
        if lo:
            for a, n in ((lo, bits - 1), (-1, bits - 1), (-5, 1), (lo, 1)):
                both(d, t, f"{{}} >> {n}", (a,), a >> n)
        d.flush(t)


def operators(d):
    for t in INTS:
        lo, hi = low(t), high(t)
        for a, b in ((hi, 6), (lo, hi), (0x55, 0x0f), (hi - 2, lo + 1)):
            both(d, t, "{} & {}", (a, b), a & b)
            both(d, t, "{} | {}", (a, b), a | b)
            both(d, t, "{} ^ {}", (a, b), a ^ b)
        both(d, t, "~{}", (hi,), wrap(~hi, t))
        both(d, t, "~{}", (lo,), wrap(~lo, t))
        both(d, t, "~{}", (5,), wrap(~5, t))
        d.flush(t)
    d.rule("Rule EXPR-1: comparisons", "They see signed and unsigned values for what they are.")
    for t in INTS:
        lo, hi = low(t), high(t)
        for a, b in ((lo, hi), (hi, lo), (hi, hi), (0, 1)):
            for sign, holds in (("<", a < b), ("<=", a <= b), (">", a > b), (">=", a >= b),
                                ("==", a == b), ("!=", a != b)):
                d.expect(f"(hide({a}{t}) {sign} hide({b}{t})) == {str(holds).lower()}")
        d.flush(t)


def single(x):
    """The nearest f32, as a float."""
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def to_float(x):
    """The nearest f64 of an integer; Python rounds to nearest, ties to even."""
    return float(x)


def to_single(x):
    """The nearest f32 of an integer: rounded once, not by way of an f64."""
    if x == 0:
        return 0.0
    size = abs(x).bit_length()
    if size > 24:
        shift = size - 24
        a, rest = abs(x) >> shift, abs(x) & ((1 << shift) - 1)
        half = 1 << shift - 1
        a += rest > half or (rest == half and a & 1)
        return math.copysign(float(a << shift), x)
    return float(x)


def conversions():
    d = Document("Conversions", "Between all types of numbers, at their borders. `make-numbers.py` makes this document.")
    d.rule("Rule EXPR-5: integers to integers")
    for t in INTS:
        for s in INTS:
            for v in sorted({low(s), high(s), *(x for x in (low(t), high(t)) if low(s) <= x <= high(s))}):
                if low(t) <= v <= high(t):
                    d.expect(f"{t}(hide({v}{s})) == {v}")
                d.expect(f"{t}%(hide({v}{s})) == {wrap(v, t)}")
                d.expect(f"{t}|(hide({v}{s})) == {clamp(v, t)}")
        d.flush(f"to {t}")
    conversion_results(d)
    return d


def conversion_traps():
    d = Document("Conversions of what does not fit", "`make-numbers.py` makes this document.")
    d.rule("Rule EXPR-5: integers that do not fit")
    for t in INTS:
        wider = [s for s in INTS if high(s) > high(t)]
        if wider:
            d.trap(f"conversion: {high(t) + 1} does not fit {t}",
                   f"let _ = {t}(hide({high(t) + 1}{wider[0]}))")
        below = [s for s in INTS if low(s) < low(t)]
        if below:
            d.trap(f"conversion: {low(t) - 1} does not fit {t}",
                   f"let _ = {t}(hide({low(t) - 1}{below[-1]}))")
    d.rule("Rule EXPR-5: floats that do not fit")
    for t in INTS:
        shown = repr(float(high(t) + 1)).replace("e+", "e")  # the shortest text, as print has it
        d.trap(f"conversion: {shown} does not fit {t}", f"let _ = {t}(hide_float({float(high(t) + 1)!r}))")
        d.trap(f"conversion: nan does not fit {t}", f"let _ = {t}(hide_float(0.0) / 0.0)")
        under = float(low(t) - 1) if width(t) < 64 else -2e19
        text = repr(under).replace("e+", "e")
        d.trap(f"conversion: {text} does not fit {t}", f"let _ = {t}(hide_float({under!r}))")
    return d


def conversion_results(d):
    d.rule("Rule EXPR-5: bool to integers")
    for t in INTS:
        d.expect(f"{t}(hide(1) == 1) == 1")
        d.expect(f"{t}(hide(1) == 2) == 0")
    d.flush()
    d.rule("Rule EXPR-5: floats to integers", "They lose their fraction.")
    for t in INTS:
        lo, hi = low(t), high(t)
        for v in (0.0, 0.99, 1.5, 100.999, 2.0 ** (width(t) - (t[0] == "i") - 1)):
            d.expect(f"{t}(hide_float({v!r})) == {int(v)}")
        for v in (-0.99,) + ((-1.5, float(lo)) if lo else ()):
            d.expect(f"{t}(hide_float({v!r})) == {int(v)}")
        for v in (1e300, -1e300, float(hi) + 1.0, 3e19, -3e19):
            d.expect(f"{t}|(hide_float({v!r})) == {clamp(int(v), t)}")
        d.expect(f"{t}|(hide_float(0.0) / 0.0) == 0")
        d.expect(f"{t}|(hide_float(1.0) / 0.0) == {hi}")
        d.expect(f"{t}|(hide_float(-1.0) / 0.0) == {lo}")
        d.expect(f"{t}(hide_single(42.75)) == 42")
        d.flush(f"to {t}")
    for t in INTS:
        limit = float(high(t) + 1)
        if width(t) <= 32:
            below = limit - 0.5
            d.expect(f"{t}(hide_float({below!r})) == {high(t)}")
        else:
            below = math.nextafter(limit, 0)
            d.expect(f"{t}(hide_float({below!r})) == {int(below)}")
        if low(t) and width(t) <= 32:
            d.expect(f"{t}(hide_float({low(t) - 0.5!r})) == {low(t)}")
    d.flush("borders")
    d.rule("Rule EXPR-5: integers to floats", "Rounded once, to the nearest value, halves to the even one.")
    for v, t in ((9007199254740993, "i64"), (9007199254740995, "i64"), (2**63 - 1, "i64"), (-2**63, "i64"),
                 (2**64 - 1, "u64"), (2**64 - 1024, "u64"), (2**64 - 1025, "u64"), (2**53 + 2, "u64"),
                 (-1, "i8"), (255, "u8"), (2**31 - 1, "i32"), (-9007199254740993, "i64")):
        d.expect(f"f64({v}{t}) == {to_float(v)!r}")
        d.expect(f"f64(hide({v}{t})) == {to_float(v)!r}")
    for v, t in ((16777217, "i32"), (16777219, "i32"), (2**31 - 1, "i32"), (2**32 - 1, "u32"),
                 (2**63 - 1, "i64"), (2**64 - 1, "u64"), (0x7fffffc000000001, "i64"), (-16777219, "i64"),
                 (0x8000008000000001, "u64"), (33554434, "u64"), (-128, "i8")):
        d.expect(f"f64(f32({v}{t})) == {to_single(v)!r}")
        d.expect(f"f64(f32(hide({v}{t}))) == {to_single(v)!r}")
    d.flush()
    d.rule("Rule EXPR-5: floats to floats")
    for v in (0.1, 1e300, -1e300, 1e-300, 16777217.0, 3.4028235677973366e38, 3.4028234663852886e38, 1e-45,
              7e-46, 0.0, -2.5):
        expected = single(v)
        text = "1.0 / 0.0" if expected == math.inf else "-1.0 / 0.0" if expected == -math.inf else repr(expected)
        d.expect(f"f64(f32(hide_float({v!r}))) == {text}")
    d.expect("f64(hide_single(0.5)) == 0.5")
    d.flush()
    d.rule("Rule FAIL-3: conversions that give an Option")
    for t in INTS:
        s = "i64" if t != "u64" else "i64"
        for v in (low(t), high(t), 0):
            if low(s) <= v <= high(s):
                d.expect(f"{t}?(hide({v}{s})) == some({v})")
        if high(t) < high("i64"):
            d.expect(f"{t}?(hide({high(t) + 1}i64)) == none")
        if low(t) > low("i64"):
            d.expect(f"{t}?(hide({low(t) - 1}i64)) == none")
        d.expect(f"{t}?(hide_float(0.0) / 0.0) == none")
        d.expect(f"{t}?(hide_float(1e30)) == none")
        d.expect(f"{t}?(hide_float(-0.75)) == some(0)")
    d.expect("i64?(hide(18446744073709551615u64)) == none")
    d.flush()


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def name_of(x):
    if math.isnan(x):
        return "0x7ff8_0000_0000_0000"
    return f"0x{bits(x):016x}"


def arithmetic(a, sign, b):
    if sign == "/":
        if b == 0:
            if a == 0 or math.isnan(a):
                return math.nan
            return math.copysign(math.inf, a) * math.copysign(1, b)
        return a / b
    try:
        return {"+": a + b, "-": a - b, "*": a * b}[sign]
    except OverflowError:
        return math.inf


def text_of(x):
    if math.isinf(x):
        return "1.0 / 0.0" if x > 0 else "-1.0 / 0.0"
    if math.isnan(x):
        return "0.0 / 0.0"
    return repr(x)


def shown(x):
    """As print writes it: the shortest digits that read back; the form is the one of the library."""
    if math.isnan(x):
        return "nan"
    return repr(x)


def floats():
    d = Document("Floats", "IEEE 754, bit by bit. `make-numbers.py` makes this document; its results are those of "
                 "Python's floats.")
    inf, nan = math.inf, math.nan
    d.rule("Rule EXPR-4: arithmetic", "The bits of each result, with its sign.")
    values = (0.1, 0.2, 0.3, -0.0, 0.0, 1e308, 5e-324, 2.2250738585072014e-308, 3.0, -7.5, 1e16, 1.0000000000000002, inf)
    for sign in "+-*/":
        for a in values:
            for b in values[1::2]:
                r = arithmetic(a, sign, b)
                d.expect(f"bits.of_float(hide_float({text_of(a)}) {sign} hide_float({text_of(b)})) == {name_of(r)}")
        d.flush({"+": "sums", "-": "differences", "*": "products", "/": "quotients"}[sign])
    d.rule("Rule EXPR-4: no contraction and no other order")
    a = 1.0000000000000002
    d.expect(f"hide_float({a!r}) * hide_float({a!r}) + hide_float(-1.0000000000000004) == {a * a + -1.0000000000000004!r}")
    d.expect(f"hide_float(1e16) + hide_float(1.0) + hide_float(1.0) == {1e16 + 1.0 + 1.0!r}")
    d.expect(f"hide_float(1.0) + hide_float(1.0) + hide_float(1e16) == {1.0 + 1.0 + 1e16!r}")
    d.expect(f"hide_float(0.1) * 3.0 / 3.0 == {0.1 * 3.0 / 3.0!r}")
    d.expect(f"hide_float(5e-324) / 2.0 * 2.0 == {5e-324 / 2.0 * 2.0!r}")
    d.expect(f"hide_float(1e308) * 10.0 / 10.0 == {text_of(1e308 * 10.0 / 10.0)}")
    d.expect(f"0.1 + 0.2 == {0.1 + 0.2!r}")
    d.expect(f"0.1 + 0.2 + 0.3 == {0.1 + 0.2 + 0.3!r}")
    d.flush()
    d.rule("Rule EXPR-4: singles", "Each operation of `f32` rounds to `f32`.")
    for x in (0.1, 16777216.0, 3.4028234663852886e38, 1e-45):
        x = single(x)
        for y in (1.0, 3.0, single(0.2)):
            d.expect(f"f64(hide_single({x!r}) + hide_single({y!r})) == {text_of(single(x + y))}")
            d.expect(f"f64(hide_single({x!r}) * hide_single({y!r})) == {text_of(single(x * y))}")
            d.expect(f"f64(hide_single({x!r}) / hide_single({y!r})) == {text_of(single(x / y))}")
    d.flush()
    d.rule("Rule EXPR-4: NaN", "Comparisons with it are false, but for `!=`; all have the same bits.")
    for made in ("hide_float(0.0) / hide_float(0.0)", "0.0 / 0.0", "math.sqrt(hide_float(-1.0))",
                 "hide_float(1.0) / 0.0 - hide_float(1.0) / 0.0", "-(hide_float(0.0) / 0.0)",
                 "bits.to_float(hide(0xfff8_0000_0000_0001u64))", "bits.to_float(0x7ff0_0000_0000_0001)",
                 "f64(hide_single(0.0) / 0.0)", "hide_float(0.0) * (1.0 / 0.0)",
                 "math.abs(hide_float(0.0) / 0.0)", "math.max(hide_float(1.0), 0.0 / 0.0)",
                 "math.min(0.0 / 0.0, hide_float(1.0))", "math.floor(hide_float(0.0) / 0.0)"):
        d.expect(f"bits.of_float({made}) == 0x7ff8_0000_0000_0000")
    d.lines += ["let nan = hide_float(0.0) / 0.0", "let one = hide_float(1.0)"]
    for sign in ("<", "<=", ">", ">=", "==", "!="):
        for a, b in (("nan", "nan"), ("nan", "one"), ("one", "nan")):
            d.expect(f"({a} {sign} {b}) == {str(sign == '!=').lower()}")
    d.expect("not (nan < one) && not (nan >= one)")
    d.flush()
    d.rule("Rule EXPR-4: zeros and infinities")
    d.expect("hide_float(0.0) == hide_float(-0.0)")
    d.expect("not (hide_float(-0.0) < hide_float(0.0))")
    d.expect("bits.of_float(-hide_float(0.0)) == 0x8000_0000_0000_0000")
    d.expect("bits.of_float(0.0 - hide_float(0.0)) == 0")
    d.expect("bits.of_float(hide_float(-0.0) + 0.0) == 0")
    d.expect("bits.of_float(hide_float(-0.0) * 1.0) == 0x8000_0000_0000_0000")
    d.expect("1.0 / hide_float(-0.0) < 0.0")
    d.expect("hide_float(1e308) * 10.0 == 1.0 / 0.0")
    d.expect("hide_float(1.0) / 0.0 > 1.7976931348623157e308")
    d.flush()
    d.rule("Rule EXPR-4: roundings of the module math")
    for x in (2.5, -2.5, 3.5, -0.2, 0.5, 1.5, 4503599627370495.5, -4503599627370497.5, 1e300, -0.0, inf):
        whole = x if math.isinf(x) or abs(x) > 2**53 else None
        for name, function in (("floor", math.floor), ("ceil", math.ceil), ("trunc", math.trunc), ("round", round)):
            r = math.copysign(whole if whole is not None else float(function(x)), x)
            d.expect(f"bits.of_float(math.{name}(hide_float({text_of(x)}))) == {name_of(r)}")
    for x in (2.0, 0.1, 1e300, 5e-324, 0.0, 15241578750190521.0):
        d.expect(f"math.sqrt(hide_float({x!r})) == {math.sqrt(x)!r}")
    d.flush()
    d.rule("Rule EXPR-4: the shortest text that reads back")
    for x in (0.1, 1 / 3, 2 / 3, 123456.789, 5e-324, 1.7976931348623157e308, 1e23, 9007199254740992.0, 4.35, 1e100,
              0.0001, 1e21, -1.5):
        text = repr(x).replace("e+", "e")
        d.expect(f"text.shortest(hide_float({x!r})) == \"{text}\"")
    for x, digits in ((0.125, 2), (0.375, 2), (2.5, 0), (1e21, 1), (-0.0004, 3), (1 / 3, 20), (1e-7, 10)):
        d.expect(f"text.fixed(hide_float({x!r}), {digits}) == \"{x:.{digits}f}\"")
    d.flush()
    return d


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, make in (("integers", integers), ("integer-traps", integer_traps), ("division-traps", division_traps),
                       ("conversions", conversions), ("conversion-traps", conversion_traps), ("floats", floats)):
        make().write(folder / f"{name}.flux.md")


if __name__ == "__main__":
    main()
