"""Random expressions of any type.

Integers carry the interval of their values, so that checked arithmetic, indices and
conversions are made where they cannot trap: a program whose first sum overflows
tests nothing behind it.  Programs that may trap take the risk now and then.
"""
from fluxtypes import (FLOATS, INTS, fits, float_literal, high, interesting, is_int, literal, low,
                       width)
from tree import Expr

STRINGS = ("", "a", "flux", "Hello, world", "  two words ", "a,b,,c", "\u00e9t\u00e9", "0123456789")


class Var:
    """A name that can be used: for slices and strings with the least length."""

    def __init__(self, name, type_, mutable=False, lo=None, hi=None, length=0):
        self.name, self.type, self.mutable, self.length = name, type_, mutable, length
        if is_int(type_):
            self.lo = low(type_) if lo is None else lo
            self.hi = high(type_) if hi is None else hi
        else:
            self.lo = self.hi = None

    def use(self):
        return Expr(self.type, [self.name], self.lo, self.hi)


def element(type_):
    """The element's type and the length of `[T; N]`, `[T]` and `[var T]`."""
    inner = type_[1:-1]
    if ";" in inner:
        name, _, count = inner.rpartition("; ")
        return name, int(count)
    return inner.removeprefix("var "), 0


def is_sequence(type_):
    return type_.startswith("[")


class Expressions:
    """Makes expressions from what is visible.  The maker of statements inherits it,
    and holds `random`, `visible` (variables), `functions`, `structs`, `enums`,
    `constant` (is the value of a constant made?), `in_tile` (are calls restricted to
    `math` and `bits`?) and `risk`, the probability to do
    what may trap."""

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    # --- any type -------------------------------------------------------------

    def expr(self, type_, depth):
        if is_int(type_):
            return self.integer(type_, depth)
        if type_ in FLOATS:
            return self.floating(type_, depth)
        if type_ == "bool":
            return self.boolean(depth)
        if type_ == "str":
            return self.string(depth)
        found = self.existing(type_, depth)
        if found and self.chance(0.5):
            return found
        return self.make(type_, depth)

    def existing(self, type_, depth):
        """A value that is there already: a variable, a part of one, or a result."""
        found = [var.use() for var in self.visible if var.type == type_]
        if depth > 0:
            for var in self.visible:
                if var.type in self.structs:
                    found += [Expr(type_, [f"{var.name}.{name}"])
                              for name, field in self.structs[var.type] if field == type_]
                elif is_sequence(var.type) and element(var.type)[0] == type_:
                    at = self.index(max(var.length, element(var.type)[1]), depth - 1)
                    if at:
                        found.append(Expr(type_, [f"{var.name}[", at, "]"]))
            found += [call for call in [self.call(type_, depth)] if call]
        if not found:
            return None
        result = self.random.choice(found)
        if is_int(type_) and result.lo is None:
            result.lo, result.hi = low(type_), high(type_)
        return result

    def make(self, type_, depth):
        if is_sequence(type_):
            inner, count = element(type_)
            if self.chance(0.3):
                return Expr(type_, ["[", self.expr(inner, depth - 1), f"; {count}]"])
            parts = ["["]
            for _ in range(count):
                parts += [self.expr(inner, depth - 2), ", "]
            return Expr(type_, parts[:-1] + ["]"])
        if type_ in self.structs:
            fields = list(self.structs[type_])
            if self.chance(0.3):
                self.random.shuffle(fields)
            return Expr(type_, [type_ + "("] + self.values(fields, depth) + [")"])
        if type_ in self.enums:
            name, fields = self.random.choice(self.enums[type_])
            if not fields:
                return Expr(type_, [f"{type_}.{name}"])
            return Expr(type_, [f"{type_}.{name}("] + self.values(fields, depth) + [")"])
        if type_.startswith("Option<"):
            inner = type_[7:-1]
            return Expr(type_, ["some(", self.expr(inner, depth - 1), ")"])
        raise ValueError(type_)

    def values(self, fields, depth):
        parts = []
        for name, type_ in fields:
            parts += [f"{name}: ", self.expr(type_, depth - 1), ", "]
        return parts[:-1]

    def call(self, type_, depth):
        """A call of a function that returns the type, if one may be called here."""
        found = [function for function in self.functions
                 if function.result == type_ and self.afford(function)]
        if not found:
            return None
        function = self.random.choice(found)
        self.pay(function)
        parts = [function.name + "("]
        for param in function.params:
            parts += [self.argument(param, depth - 1), ", "]
        return Expr(type_, (parts[:-1] if function.params else parts) + [")"])

    def argument(self, type_, depth):
        if type_.startswith("[") and ";" not in type_:
            inner = element(type_)[0]
            found = [Expr(type_, [var.name]) for var in self.visible
                     if var.type in (type_, f"[var {inner}]")]
            found += [Expr(type_, [f"{var.name}[..]"]) for var in self.visible
                      if ";" in var.type and element(var.type)[0] == inner
                      and (var.mutable or "var " not in type_)]
            if found and self.chance(0.8):
                return self.random.choice(found)
            count = self.random.randint(1, 6)
            return Expr(type_, [f"slice({count}, ", self.expr(inner, depth), ")"])
        return self.expr(type_, depth)

    # --- integers ---------------------------------------------------------------

    def integer(self, type_, depth):
        if depth <= 0 or self.chance(0.12):
            return self.leaf(type_)
        makers = ((self.arithmetic, 30), (self.division, 8), (self.shift, 8), (self.bitwise, 10),
                  (self.prefix, 5), (self.conversion, 14), (self.built_in, 8), (self.part, 14),
                  (self.generic, 6))
        if self.constant:
            makers = makers[:5]  # constants are made of operators only
        elif self.in_tile:
            makers = makers[:-1]
        maker = self.random.choices([m for m, _ in makers], [w for _, w in makers])[0]
        return maker(type_, depth) or self.leaf(type_)

    def leaf(self, type_):
        found = [var for var in self.visible if var.type == type_]
        if found and self.chance(0.75):
            # The newest are what the surrounding statements are about.
            return self.random.choice(found[-4:] if self.chance(0.5) else found).use()
        if not found and self.chance(0.5):
            others = [var for var in self.visible if var.lo is not None]
            if others:
                var = self.random.choice(others)
                if fits(var.lo, var.hi, type_):
                    return Expr(type_, [f"{type_}({var.name})"], var.lo, var.hi)
                return Expr(type_, [f"{type_}%({var.name})"], low(type_), high(type_))
        return literal(type_, interesting(self.random, type_))

    def part(self, type_, depth):
        return self.existing(type_, depth)

    def small(self, type_, depth, most):
        """A value from 0 to `most`."""
        base = self.integer(type_, depth - 1)
        if 0 <= base.lo and base.hi <= most:
            return base
        mask = (1 << (most + 1).bit_length() - 1) - 1
        if mask == most or self.chance(0.4):
            return Expr(type_, ["(", base, " & ", literal(type_, mask), ")"], 0, mask)
        if base.lo >= 0 and most + 1 <= high(type_):
            return Expr(type_, ["(", base, " % ", literal(type_, most + 1), ")"], 0, most)
        return Expr(type_, ["((", base, f" & {high(type_)}{type_}) % ",
                            literal(type_, most + 1), ")"], 0, most)

    def arithmetic(self, type_, depth):
        sign = self.pick("+", "-", "*", "+", "-")
        if self.chance(0.4):
            most = self.pick(7, 15, 100, 1000, high(type_) >> 1, high(type_) >> width(type_) // 2)
            most = min(most, high(type_) // 2)
            a, b = self.small(type_, depth, most), self.small(type_, depth, most)
        else:
            a, b = self.integer(type_, depth - 1), self.integer(type_, depth - 1)
        pairs = [(a.lo, b.lo), (a.lo, b.hi), (a.hi, b.lo), (a.hi, b.hi)]
        if sign == "+":
            ends = [a.lo + b.lo, a.hi + b.hi]
        elif sign == "-":
            ends = [a.lo - b.hi, a.hi - b.lo]
        else:
            ends = [x * y for x, y in pairs]
        lo, hi = min(ends), max(ends)
        if fits(lo, hi, type_) or self.chance(self.risk):
            return Expr(type_, ["(", a, f" {sign} ", b, ")"], max(lo, low(type_)), min(hi, high(type_)))
        if sign != "*" and self.chance(0.35):
            return Expr(type_, ["(", a, f" {sign}| ", b, ")"], min(max(lo, low(type_)), high(type_)),
                        max(min(hi, high(type_)), low(type_)))
        return Expr(type_, ["(", a, f" {sign}% ", b, ")"], low(type_), high(type_))

    def division(self, type_, depth):
        a, sign = self.integer(type_, depth - 1), self.pick("/", "%")
        if self.chance(self.risk):
            b = self.integer(type_, depth - 1)
        elif self.chance(0.4):
            value = interesting(self.random, type_) or 3
            b = literal(type_, 3 if value == -1 and a.lo == low(type_) else value)
        elif self.chance(0.5) and a.lo > low(type_):
            b = Expr(type_, ["(", self.integer(type_, depth - 1), " | ", literal(type_, 1), ")"],
                     low(type_), high(type_))
        else:
            most = self.pick(7, 15, 63)
            b = Expr(type_, ["(", self.small(type_, depth, most), " + ", literal(type_, 1), ")"],
                     1, most + 1)
        if sign == "/":
            least = 1 if not b.lo <= 1 <= b.hi and not b.lo <= -1 <= b.hi else 0
            bound = max(abs(a.lo), abs(a.hi)) // (2 if least else 1)
            lo, hi = (0 if a.lo >= 0 and b.lo >= 0 else -bound), bound
        else:
            bound = max(abs(b.lo), abs(b.hi)) - 1
            lo, hi = (0 if a.lo >= 0 else -bound), (0 if a.hi <= 0 else bound)
        lo, hi = max(lo, low(type_)), min(hi, high(type_))
        return Expr(type_, ["(", a, f" {sign} ", b, ")"], lo, max(lo, hi))

    def shift(self, type_, depth):
        a, sign, bits = self.integer(type_, depth - 1), self.pick("<<", ">>"), width(type_)
        other = self.pick(type_, "i64", "u8", "i32")
        if self.chance(self.risk):
            amount = self.integer(other, depth - 1)
        elif self.chance(0.5):
            amount = literal(other, self.random.randrange(bits))
        else:
            amount = self.small(other, depth, bits - 1)
        lo, hi = low(type_), high(type_)
        if sign == ">>":
            lo, hi = min(a.lo, 0), max(a.hi, 0)
            if amount.lo == amount.hi and 0 <= amount.lo < bits:
                lo, hi = a.lo >> amount.lo, a.hi >> amount.lo
        return Expr(type_, ["(", a, f" {sign} ", amount, ")"], lo, hi)

    def bitwise(self, type_, depth):
        a, b = self.integer(type_, depth - 1), self.integer(type_, depth - 1)
        sign, lo, hi = self.pick("&", "|", "^"), low(type_), high(type_)
        if sign == "&" and (a.lo >= 0 or b.lo >= 0):
            lo, hi = 0, min(e.hi for e in (a, b) if e.lo >= 0)
        elif a.lo >= 0 and b.lo >= 0:
            lo, hi = 0, (1 << max(a.hi, b.hi).bit_length()) - 1
        return Expr(type_, ["(", a, f" {sign} ", b, ")"], lo, hi)

    def prefix(self, type_, depth):
        a = self.integer(type_, depth - 1)
        if type_[0] == "i" and (a.lo > low(type_) or self.chance(self.risk)) and self.chance(0.5):
            return Expr(type_, ["(-", a, ")"], -a.hi, min(-a.lo, high(type_)))
        lo, hi = (-a.hi - 1, -a.lo - 1) if type_[0] == "i" else (high(type_) - a.hi, high(type_) - a.lo)
        return Expr(type_, ["(~", a, ")"], lo, hi)

    def conversion(self, type_, depth):
        source = self.pick(*INTS, *FLOATS, "bool")
        full = low(type_), high(type_)
        if source == "bool":
            return Expr(type_, [f"{type_}(", self.boolean(depth - 1), ")"], 0, 1)
        a = self.expr(source, depth - 1)
        if self.chance(0.2) and not self.in_tile:
            return Expr(type_, [f"or_else({type_}?(", a, "), ", self.leaf(type_), ")"], *full)
        if source in FLOATS:
            if self.chance(self.risk):
                return Expr(type_, [f"{type_}(", a, ")"], *full)
            return Expr(type_, [f"{type_}|(", a, ")"], *full)
        if fits(a.lo, a.hi, type_) or self.chance(self.risk):
            lo, hi = max(a.lo, full[0]), min(a.hi, full[1])
            return Expr(type_, [f"{type_}(", a, ")"], *((lo, hi) if lo <= hi else full))
        if self.chance(0.5):
            lo, hi = (min(max(x, full[0]), full[1]) for x in (a.lo, a.hi))
            return Expr(type_, [f"{type_}|(", a, ")"], lo, hi)
        return Expr(type_, [f"{type_}%(", a, ")"], *full)

    def built_in(self, type_, depth):
        a, full = self.integer(type_, depth - 1), (low(type_), high(type_))
        name = self.pick("rotate", "count", "swap", "min", "max", "abs")
        if name == "rotate":
            side = self.pick("left", "right")
            return Expr(type_, [f"bits.rotate_{side}(", a, ", ", self.integer("i64", depth - 2), ")"],
                        *full)
        if name == "count":
            word = self.pick("count_ones", "leading_zeros", "trailing_zeros")
            e = Expr("i64", [f"bits.{word}(", a, ")"], 0, width(type_))
            return e if type_ == "i64" else Expr(type_, [f"{type_}(", e, ")"], 0, width(type_))
        if name == "swap":
            return Expr(type_, ["bits.swap_bytes(", a, ")"], *full)
        if name == "abs":
            if a.lo == low(type_) and type_[0] == "i" and not self.chance(self.risk):
                return None
            return Expr(type_, ["math.abs(", a, ")"], 0, full[1])
        b = self.integer(type_, depth - 1)
        choose = min if name == "min" else max
        return Expr(type_, [f"math.{name}(", a, ", ", b, ")"], choose(a.lo, b.lo), choose(a.hi, b.hi))

    def generic(self, type_, depth):
        kind = self.random.random()
        if type_ == "u64" and kind < 0.4:
            if self.chance(0.4):
                return Expr(type_, ["bits.of_float(", self.floating("f64", depth - 1), ")"],
                            0, high("u64"))
            other = self.pick(*INTS, "bool", "str")
            return Expr(type_, ["hash(", self.expr(other, depth - 1), ")"], 0, high("u64"))
        if type_ == "i64" and kind < 0.5:
            found = [var for var in self.visible if is_sequence(var.type) or var.type == "str"]
            if found:
                var = self.random.choice(found)
                count = element(var.type)[1] if is_sequence(var.type) else 0
                return Expr("i64", [f"{var.name}.len"], count or var.length, count or 1 << 20)
        if type_ == "u8" and kind < 0.3:
            found = [var for var in self.visible if var.type == "str" and var.length]
            if found:
                var = self.random.choice(found)
                return Expr("u8", [var.name + "[", self.index(var.length, depth - 1), "]"], 0, 255)
        a, b = self.integer(type_, depth - 1), self.integer(type_, depth - 1)
        if self.chance(0.5):
            return Expr(type_, ["choose(", self.boolean(depth - 1), ", ", a, ", ", b, ")"],
                        min(a.lo, b.lo), max(a.hi, b.hi))
        c = self.integer(type_, depth - 2)
        return Expr(type_, ["largest(", a, ", ", b, ", ", c, ")"], max(a.lo, b.lo, c.lo),
                    max(a.hi, b.hi, c.hi))

    def index(self, count, depth):
        """A value from 0 to below `count`; None if there is none."""
        if self.chance(self.risk):
            # What the compiler knows to be out of bounds is refused.
            risky = [var for var in self.visible if var.lo is not None and var.lo != var.hi]
            if risky:
                return self.random.choice(risky).use()
        if count <= 0:
            return None
        found = [var for var in self.visible
                 if var.lo is not None and 0 <= var.lo and var.hi < count]
        if found and self.chance(0.6):
            return self.random.choice(found).use()
        type_ = self.pick("i64", "i64", "u8", "i32", "u64")
        if depth <= 0 or self.chance(0.3):
            return literal(type_, self.random.randrange(count))
        return self.small(type_, depth, count - 1)

    # --- floats, truth and text ---------------------------------------------------

    def floating(self, type_, depth):
        if depth <= 0 or self.chance(0.15):
            found = [var for var in self.visible if var.type == type_]
            if found and self.chance(0.7):
                return self.random.choice(found).use()
            return float_literal(self.random, type_)
        kind = self.random.random()
        a = self.floating(type_, depth - 1)
        if kind < 0.5:
            return Expr(type_, ["(", a, f" {self.pick('+', '-', '*', '/', '+', '*')} ",
                                self.floating(type_, depth - 1), ")"])
        if kind < 0.55:
            return Expr(type_, ["(-", a, ")"])
        if kind < 0.68:
            name = self.pick("sqrt", "floor", "ceil", "trunc", "round", "abs")
            return Expr(type_, [f"math.{name}(", a, ")"])
        if kind < 0.74:
            return Expr(type_, [f"math.{self.pick('min', 'max')}(", a, ", ",
                                self.floating(type_, depth - 1), ")"])
        if kind < 0.88:
            source = self.pick(*INTS, "f32", "f64")
            if source == type_:
                return a
            return Expr(type_, [f"{type_}(", self.expr(source, depth - 1), ")"])
        if kind < 0.91 and type_ == "f64":
            return Expr(type_, ["bits.to_float(", self.integer("u64", depth - 1), ")"])
        if kind < 0.94 and not self.in_tile:
            return Expr(type_, ["choose(", self.boolean(depth - 1), ", ", a, ", ",
                                self.floating(type_, depth - 1), ")"])
        return self.existing(type_, depth) or a

    def boolean(self, depth):
        if depth <= 0 or self.chance(0.15):
            found = [var for var in self.visible if var.type == "bool"]
            if found and self.chance(0.8):
                return self.random.choice(found).use()
            if depth <= 0:
                return Expr("bool", [self.pick("true", "false")])
        kind = self.random.random()
        if kind < 0.6:
            type_ = self.pick(*INTS, *INTS, *FLOATS, "bool", *([] if self.in_tile else ["str"]))
            signs = ("==", "!=") if type_ == "bool" else ("==", "!=", "<", "<=", ">", ">=")
            return Expr("bool", ["(", self.expr(type_, depth - 1), f" {self.pick(*signs)} ",
                                 self.expr(type_, depth - 1), ")"])
        if kind < 0.82:
            return Expr("bool", ["(", self.boolean(depth - 1), self.pick(" && ", " || "),
                                 self.boolean(depth - 1), ")"])
        if kind < 0.9:
            return Expr("bool", ["(not ", self.boolean(depth - 1), ")"])
        comparable = [] if self.in_tile else [name for name in (*self.structs, *self.enums) if name in self.equal]
        if comparable and kind < 0.96:
            type_ = self.random.choice(comparable)
            return Expr("bool", ["(", self.expr(type_, depth - 1), f" {self.pick('==', '!=')} ",
                                 self.expr(type_, depth - 1), ")"])
        return self.existing("bool", depth) or self.boolean(depth - 1)

    def string(self, depth):
        if depth <= 0 or self.chance(0.3):
            found = [var for var in self.visible if var.type == "str"]
            if found and self.chance(0.6):
                return self.random.choice(found).use()
            return Expr("str", [f'"{self.pick(*STRINGS)}"'])
        kind = self.random.random()
        if kind < 0.2:
            return Expr("str", ["text.hex(", self.integer("u64", depth - 1), ", ",
                                literal("i64", self.random.randint(1, 16)), ")"])
        if kind < 0.4:
            return Expr("str", ["text.fixed(", self.floating("f64", depth - 1), ", ",
                                literal("i64", self.random.randint(0, 6)), ")"])
        if kind < 0.5:
            return Expr("str", ["text.shortest(", self.floating("f64", depth - 1), ")"])
        if kind < 0.6:
            return Expr("str", [f"strings.{self.pick('to_upper', 'to_lower', 'trim')}(",
                                self.string(depth - 1), ")"])
        if kind < 0.7:
            return Expr("str", ["strings.replace(", self.string(depth - 1), ', "',
                                self.pick("a", "o", "l", "0"), '", ', self.string(depth - 1), ")"])
        if kind < 0.8:
            text = "0123456789abcdef"
            start = self.random.randint(0, 15)
            end = self.random.randint(start, 16)
            if self.chance(self.risk):
                return Expr("str", [f'"{text}"[', self.integer("i64", depth - 1), "..",
                                    self.integer("i64", depth - 1), "]"])
            return Expr("str", [f'"{text}"[', literal("i64", start), "..", literal("i64", end), "]"])
        return Expr("str", ["choose(", self.boolean(depth - 1), ", ", self.string(depth - 1), ", ",
                            self.string(depth - 1), ")"])
