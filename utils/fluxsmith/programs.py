"""Random programs: declarations, functions and statements.

A program ends by construction: loops have bounds, functions call only those before
them, and the product of both is limited.  It prints what it computes, so that what
differs between two compilers shows.
"""
import random

from expressions import Expressions, Var, element, is_sequence
from fluxtypes import FLOATS, INTS, SCALARS, high, is_int, literal, low
from tree import Block, Expr, Program, Stmt

PRELUDE = """fn mix(h: u64, x: u64) -> u64 {
  let y = (h ^ x) *% 0x9e3779b97f4a7c15
  return y ^ (y >> 29)
}

fn or_else<T>(o: Option<T>, other: T) -> T {
  match o {
    some(x) { return x }
    none { return other }
  }
}

fn choose<T>(c: bool, a: T, b: T) -> T {
  if c { return a }
  return b
}

fn largest<T: ord>(a: T, b: T, c: T) -> T {
  var best = a
  if best < b { best = b }
  if best < c { best = c }
  return best
}

struct Two<A, B> { first: A, second: B }

fn flip<A, B>(p: Two<A, B>) -> Two<B, A> { return Two(first: p.second, second: p.first) }

fn sum_all<T: num>(a: [T], start: T) -> T {
  var best = start
  for x in a {
    if x > best { best = x } elif x == best { best = start }
  }
  return best
}
"""
MOST_WORK = 3000  # how often the innermost statement of a program may run, in all calls


class Function:
    def __init__(self, name, params, result, cost):
        self.name, self.params, self.result, self.cost = name, params, result, cost


class Maker(Expressions):
    def __init__(self, number):
        self.random = random.Random(f"fluxsmith {number}")
        self.number = number
        self.risk = 0.05 if self.chance(0.25) else 0
        self.structs, self.enums, self.equal = {}, {}, set()
        self.functions, self.visible, self.declarations = [], [], []
        self.globals = []
        self.tuples, self.fallible, self.optional, self.placed = [], [], [], []
        self.count = self.work = 0
        self.times = 1
        self.result = None
        self.loops = 0
        self.in_region = self.constant = self.in_tile = False

    # --- costs ------------------------------------------------------------------

    def afford(self, function):
        return (self.work + function.cost) * self.times < MOST_WORK

    def pay(self, function):
        self.work += function.cost * self.times

    def fresh(self):
        self.count += 1
        return f"v{self.count}"

    # --- declarations -------------------------------------------------------------

    def scalar(self):
        return self.pick(*INTS, *SCALARS)

    def any_type(self):
        kind = self.random.random()
        if kind < 0.6:
            return self.scalar()
        if kind < 0.7 and self.structs:
            return self.random.choice(list(self.structs))
        if kind < 0.8 and self.enums:
            return self.random.choice(list(self.enums))
        if kind < 0.93:
            inner = self.random.choice(list(self.structs)) if self.structs and self.chance(0.15) \
                else self.scalar()
            return f"[{inner}; {self.random.randint(1, 8)}]"
        return "str"

    def hashable(self, type_):
        if type_ in FLOATS:
            return False
        if is_sequence(type_):
            return self.hashable(element(type_)[0])
        return type_ in SCALARS or type_ == "str" or type_ in self.equal

    def declare_types(self):
        for i in range(self.random.randint(0, 2)):
            name = f"P{self.number}S{i}"
            fields = [(f"f{j}", self.any_type()) for j in range(self.random.randint(1, 5))]
            if all(self.hashable(field) for _, field in fields):
                self.equal.add(name)
            self.structs[name] = fields
            text = ", ".join(f"{field}: {type_}" for field, type_ in fields)
            self.declarations.append(Stmt(f"struct {name} {{ {text} }}"))
            self.declare_sum(name, fields)
        for i in range(self.random.randint(0, 2)):
            name = f"P{self.number}E{i}"
            variants = [(f"V{j}", [(f"g{k}", self.pick(self.scalar(), self.any_type()))
                                   for k in range(self.pick(0, 1, 1, 2, 3))])
                        for j in range(self.random.randint(2, 5))]
            if all(self.hashable(field) for _, fields in variants for _, field in fields):
                self.equal.add(name)
            text = ", ".join(variant + (f"({', '.join(f'{f}: {t}' for f, t in fields)})"
                                        if fields else "") for variant, fields in variants)
            self.enums[name] = variants
            self.declarations.append(Stmt(f"enum {name} {{ {text} }}"))
            self.declare_enum_sum(name, variants)

    def summing(self, value, type_, hash_variable="h"):
        """Statements that mix a value into a sum."""
        h = hash_variable
        if is_int(type_):
            return [Stmt(f"{h} = mix({h}, u64%({value}))")]
        if type_ == "bool":
            return [Stmt(f"{h} = mix({h}, u64({value}))")]
        if type_ == "f64":
            return [Stmt(f"{h} = mix({h}, bits.of_float({value}))")]
        if type_ == "f32":
            return [Stmt(f"{h} = mix({h}, bits.of_float(f64({value})))")]
        if type_ == "str":
            return [Stmt(f"{h} = mix({h}, hash({value}))")]
        if is_sequence(type_):
            name = self.fresh()
            return [Stmt(f"for {name} in {value} ", Block(self.summing(name, element(type_)[0], h)))]
        return [Stmt(f"{h} = mix({h}, sum_{type_}({value}))")]

    def summing_text(self, value):
        """The same for an expression of a scalar type."""
        start, end = {"bool": ("u64(", ")"), "f64": ("bits.of_float(", ")"),
                      "f32": ("bits.of_float(f64(", "))")}.get(value.type, ("u64%(", ")"))
        return [Stmt(f"h = mix(h, {start}", value, f"{end})")]

    def declare_sum(self, name, fields):
        body = [Stmt("var h = 1u64")]
        for field, type_ in fields:
            body += self.summing("x." + field, type_)
        self.declarations.append(Stmt(f"fn sum_{name}(x: {name}) -> u64 ",
                                      Block(body + [Stmt("return h", fixed=True)])))

    def declare_enum_sum(self, name, variants):
        arms = []
        for i, (variant, fields) in enumerate(variants):
            names = [self.fresh() for _ in fields]
            body = [Stmt(f"h = mix(h, {i})")]
            for bound, (_, type_) in zip(names, fields):
                body += self.summing(bound, type_)
            arms.append(Stmt(variant + (f"({', '.join(names)}) " if names else " "), Block(body),
                             fixed=True))
        self.declarations.append(Stmt(
            f"fn sum_{name}(x: {name}) -> u64 ",
            Block([Stmt("var h = 2u64"), Stmt("match x ", Block(arms)),
                   Stmt("return h", fixed=True)])))

    def declare_constants(self):
        kept, self.risk, self.constant = self.risk, 0, True
        for i in range(self.random.randint(0, 2)):
            name, type_ = f"P{self.number}_C{i}", self.pick(*INTS, "f64", "[i32; 4]", "[u8; 8]")
            value = self.make(type_, 0) if is_sequence(type_) else self.expr(type_, 1 if is_int(type_) else 0)
            self.declarations.append(Stmt(f"const {name}: {type_} = ", value))
            self.globals.append(Var(name, type_, lo=value.lo, hi=value.hi,
                                    length=element(type_)[1] if is_sequence(type_) else 0))
        self.risk, self.constant = kept, False

    def function(self, kind):
        """Declares one function of a kind: what it returns, and how."""
        name = f"p{self.number}_f{len(self.declarations)}"
        self.visible = list(self.globals)
        self.work, self.times, self.loops, self.in_region = 1, 1, 0, False
        params, texts = [], []
        for i in range(self.random.randint(0 if kind == "plain" else 1, 4)):
            type_ = self.any_type()
            if self.chance(0.15):
                type_ = f"[{self.pick('', 'var ')}{self.pick(*INTS, 'f64', 'bool')}]"
            params.append(type_)
            texts.append(f"a{i}: {type_}")
            self.visible.append(Var(f"a{i}", type_,
                                    length=element(type_)[1] if is_sequence(type_) else 0))
        head = f"fn {name}({', '.join(texts)})"
        size = self.random.randint(1, 6)
        self.result = None
        if kind == "plain":
            result = self.any_type()
            head += f" -> {result} "
            self.result = lambda: [self.expr(result, 2)]
            body = self.statements(size, 2)
            body.append(Stmt("return ", self.expr(result, 3), fixed=True))
            register = self.functions
        elif kind == "tuple":
            result = [self.any_type() for _ in range(self.random.randint(2, 4))]
            head += f" -> ({', '.join(result)}) "

            def values():
                parts = []
                for type_ in result:
                    parts += [self.expr(type_, 2), ", "]
                return parts[:-1]
            self.result = values
            body = self.statements(size, 2)
            body.append(Stmt("return ", *values(), fixed=True))
            register = self.tuples
        elif kind == "option":
            result = self.scalar()
            head += f" -> Option<{result}> "
            self.result = lambda: (["none"] if self.chance(0.5) else
                                   ["some(", self.expr(result, 2), ")"])
            body = self.passing(self.optional) + self.statements(size, 2)
            body.append(Stmt("return some(", self.expr(result, 3), ")", fixed=True))
            register = self.optional
        else:
            result, error = self.scalar(), self.error
            head += f" -> {result} ! {error} "
            self.result = lambda: (["err(", self.make(error, 2), ")"] if self.chance(0.6) else
                                   ["ok(", self.expr(result, 2), ")"])
            body = self.passing(self.fallible) + self.statements(size, 2)
            body.append(Stmt("return ok(", self.expr(result, 3), ")", fixed=True))
            register = self.fallible
        self.declarations.append(Stmt(head, self.framed(body)))
        register.append(Function(name, params, result, self.work + 1))

    def framed(self, body):
        """The body of a function that keeps a sum of what its blocks compute."""
        last = len(body) - (bool(body) and body[-1].fixed)
        return Block([Stmt("var h = 0u64"), *body[:last], Stmt("println(h)"), *body[last:]])

    def passing(self, callees):
        """`let v = f(x)?`, which returns from here if f fails."""
        found = [callee for callee in callees if self.afford(callee)]
        if not found or self.chance(0.3):
            return []
        callee = self.random.choice(found)
        self.pay(callee)
        statement, name = Stmt(), self.fresh()
        statement.parts = [f"let {name} = {callee.name}("] + self.arguments(callee) + [")?"]
        self.visible.append(Var(name, callee.result))
        return [statement]

    def arguments(self, callee):
        parts = []
        for param in callee.params:
            parts += [self.argument(param, 1), ", "]
        return parts[:-1]

    def placing(self):
        """A function with `var` parameters."""
        name = f"p{self.number}_f{len(self.declarations)}"
        self.visible = list(self.globals)
        self.work, self.times, self.loops, self.in_region = 1, 1, 0, False
        self.result = None
        type_, other = self.any_type(), self.scalar()
        if type_ == "str":
            type_ = "i32"
        self.visible.append(Var("a0", type_, mutable=True,
                                length=element(type_)[1] if is_sequence(type_) else 0))
        self.visible.append(Var("a1", other))
        body = self.statements(self.random.randint(1, 4), 1)
        if not is_sequence(type_):
            body.append(Stmt("a0 = ", self.expr(type_, 2)))
        self.declarations.append(Stmt(f"fn {name}(var a0: {type_}, a1: {other}) ", self.framed(body)))
        self.placed.append(Function(name, [type_, other], None, self.work + 1))

    def recursive(self):
        name, type_ = f"p{self.number}_f{len(self.declarations)}", self.scalar()
        self.visible = self.globals + [Var("n", "i64", lo=1, hi=30), Var("x", type_)]
        self.work, self.times, self.result = 1, 1, None
        self.declarations.append(Stmt(f"fn {name}(n: i64, x: {type_}) -> {type_} ", Block([
            Stmt("if n <= 0 ", Block([Stmt("return x", fixed=True)]), fixed=True),
            Stmt(f"let y = {name}(n - 1, ", self.expr(type_, 2), ")", fixed=True),
            Stmt("return ", self.expr(type_, 1), fixed=True)])))
        function = Function(name, [type_], type_, self.work * 12)
        self.recursions.append(function)

    def kernel(self):
        """A loop over the rows of a tile or of slices, as optimizers like them."""
        name, tile = f"p{self.number}_f{len(self.declarations)}", self.chance(0.5)
        x, y = self.pick(*INTS, *FLOATS), self.pick(*INTS, *FLOATS)
        self.visible = [Var("k", x), Var("i", "i64", lo=0, hi=40), Var("xi", x), Var("yi", y),
                        Var("s", x, mutable=True)]
        self.work, self.times, self.loops, self.result = 1, 1, 0, None
        functions, self.functions, self.in_tile = self.functions, [], tile
        if not tile:
            self.visible += self.globals
        start = self.pick("0", "0", "1")
        end = "N" if tile else self.pick("x.len", "x.len", "y.len", "math.min(x.len, y.len)")
        lets = [Stmt("let xi = x[i]", fixed=True),
                Stmt(f"let yi = y[i{self.pick('', '', ' - 1') if start == '1' else ''}]", fixed=True)]
        body = []
        if self.chance(0.4):
            body.append(Stmt("if ", self.boolean(2), " ", Block([Stmt("s = ", self.expr(x, 2))])))
        body.append(Stmt("y[i] = ", self.expr(y, self.pick(1, 2, 3))))
        if self.chance(0.7):
            sign = self.pick("+%", "*%", "^", "+|", "&") if is_int(x) else self.pick("+", "*", "-")
            body.append(Stmt(f"s = s {sign} (", self.expr(x, self.pick(0, 1, 2)), ")"))
        if not tile and self.chance(0.2):
            body.append(Stmt("if ", self.boolean(2), " ", Block([Stmt(self.pick("break", "continue"),
                                                                      fixed=True)])))
        shape = ("; N" if tile else "")
        self.declarations.append(Stmt(
            f"{'tile' if tile else 'fn'} {name}(x: [{x}{shape}], y: [var {y}{shape}], k: {x}) -> {x} ",
            Block([Stmt("var s = k", fixed=True),
                   Stmt(f"for i in {start}..{end} ", Block(lets + body)),
                   Stmt("return s", fixed=True)])))
        self.functions, self.in_tile = functions, False
        self.kernels.append(Function(name, [x, y], x, 60))

    def run_kernel(self, _):
        if not self.kernels or not self.afford(self.kernels[0]):
            return None
        kernel = self.random.choice(self.kernels)
        self.pay(kernel)
        count, statements, names = self.pick(0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 32, 33, 40), [], []
        for type_ in kernel.params:
            name, at = self.fresh(), self.fresh()
            names.append(name)
            statements.append(Stmt(f"let {name} = slice({count}, ", self.expr(type_, 1), ")", fixed=True))
            value = (f"{type_}%({at} *% {self.random.randint(1, high('i64'))} >> 7)" if is_int(type_)
                     else f"{type_}({at}) * 1.25 - 7.0")
            statements.append(Stmt(f"for {at} in 0..{count} ", Block([Stmt(f"{name}[{at}] = {value}")])))
        result = self.fresh()
        statements.append(Stmt(f"let {result} = {kernel.name}({names[0]}, {names[1]}, ",
                               self.expr(kernel.result, 1), ")"))
        self.visible += [Var(name, f"[var {type_}]", length=count)
                         for name, type_ in zip(names, kernel.params)]
        self.visible.append(Var(result, kernel.result))
        return statements

    # --- statements -----------------------------------------------------------------

    def statements(self, count, depth):
        result = []
        for _ in range(count):
            self.work += self.times
            maker = self.random.choices(self.makers, self.weights)[0]
            result += maker(depth) or self.declare(depth)
        return result

    def block(self, depth, bound=(), times=1, size=None):
        """A block that sees what is visible, and what is bound in it."""
        before, kept = len(self.visible), self.times
        self.visible += bound
        self.times *= times
        statements = self.statements(size or self.random.randint(1, 3), depth - 1)
        # What is computed in a block shows outside of it.
        for var in self.visible[before:]:
            if var.type in SCALARS and self.chance(0.6):
                statements += self.summing(var.name, var.type)
        if statements and self.chance(0.3):
            type_ = self.scalar()
            statements += self.summing_text(self.expr(type_, 3))
        del self.visible[before:]
        self.times = kept
        return Block(statements)

    def declare(self, _):
        type_ = self.any_type()
        mutable = self.chance(0.5) and type_ != "str"
        value = self.expr(type_, self.pick(1, 2, 3, 4) if type_ in SCALARS else 2)
        name = self.fresh()
        statement = Stmt(f"{'var' if mutable else 'let'} {name}: {type_} = ", value)
        length = element(type_)[1] if is_sequence(type_) else 0
        if type_ == "str" and not value.kids() and value.parts[0].startswith('"'):
            length = len(value.parts[0].encode()) - 2 if "\\" not in value.parts[0] else 0
        self.visible.append(Var(name, type_, mutable, None if mutable else value.lo,
                                None if mutable else value.hi, length))
        return [statement]

    def holds_text(self, type_):
        """Whether values of a type lead to a text."""
        if ";" in type_:
            return self.holds_text(element(type_)[0])
        fields = [*self.structs.get(type_, ()),
                  *(field for _, fields in self.enums.get(type_, ()) for field in fields)]
        return type_ == "str" or any(self.holds_text(inner) for _, inner in fields)

    def view(self, _):
        """A slice: of an array, or of memory of its own."""
        name = self.fresh()
        # What such a view leads to cannot be a result: it may not outlive the array.
        arrays = [var for var in self.visible if ";" in var.type
                  and not (self.result and self.holds_text(element(var.type)[0]))]
        if arrays and self.chance(0.6):
            var = self.random.choice(arrays)
            inner, count = element(var.type)
            start = self.random.randint(0, count)
            end = self.random.randint(start, count)
            ends = f"{start or ''}..{'' if end == count else end}"
            self.visible.append(Var(name, f"[{'var ' if var.mutable else ''}{inner}]",
                                    length=end - start))
            return [Stmt(f"let {name} = {var.name}[{ends}]")]
        inner, count = self.scalar(), self.random.randint(0, 9)
        statement = Stmt(f"let {name} = slice({count}, ", self.expr(inner, 2), ")")
        self.visible.append(Var(name, f"[var {inner}]", length=count))
        return [statement]

    def places(self):
        """What can be assigned: parts that make the text, and the type."""
        for var in self.visible:
            type_ = var.type
            if var.mutable:
                yield [var.name], type_
                for field, inner in self.structs.get(type_, ()):
                    yield [f"{var.name}.{field}"], inner
            if is_sequence(type_) and (var.mutable or type_.startswith("[var ")):
                yield [var], element(type_)[0]

    def assign(self, _):
        found = [place for place in self.places() if place[1] != "str" and not (
            is_sequence(place[1]) and ";" not in place[1])]
        if not found:
            return None
        parts, type_ = self.random.choice(found)
        if isinstance(parts[0], Var):
            var = parts[0]
            at = self.index(max(var.length, element(var.type)[1]), 2)
            if at is None:
                return None
            parts = [f"{var.name}[", at, "]"]
        if is_int(type_) and self.chance(0.45):
            sign = self.pick("+%=", "-%=", "*%=", "&=", "|=", "^=", "+|=" , "-|=", "<<=", ">>=")
            if sign in ("<<=", ">>="):
                return [Stmt(*parts, f" {sign} ", literal("i64", self.random.randrange(int(type_[1:]))))]
            if self.chance(self.risk * 5):
                sign = self.pick("+=", "-=", "*=", "/=", "%=")
            return [Stmt(*parts, f" {sign} ", self.integer(type_, 2))]
        if type_ in FLOATS and self.chance(0.3):
            return [Stmt(*parts, f" {self.pick('+=', '-=', '*=', '/=')} ", self.floating(type_, 2))]
        return [Stmt(*parts, " = ", self.expr(type_, 3))]

    def show(self, _):
        found = [var for var in self.visible if var.type in SCALARS or var.type == "str"]
        if self.chance(0.3) or not found:
            type_ = self.pick(*SCALARS, "str")
            return [Stmt("println(", self.expr(type_, 3), ")")]
        parts = ["println("]
        for var in self.random.sample(found, min(len(found), self.random.randint(1, 4))):
            parts += [var.name, ', " ", ']
        return [Stmt(*parts[:-1], ")")]

    def branch(self, depth):
        if depth <= 0:
            return None
        parts = ["if ", self.boolean(3), " ", self.block(depth)]
        while self.chance(0.25):
            parts += [" elif ", self.boolean(2), " ", self.block(depth)]
        if self.chance(0.5):
            parts += [" else ", self.block(depth)]
        return [Stmt(*parts)]

    def counted(self, depth):
        if depth <= 0 or self.times > 200:
            return None
        type_, name = self.pick("i64", "i64", "i32", "u8", "u64"), self.fresh()
        if self.chance(0.3):
            end = self.small(type_, 2, 7)
            start, most = literal(type_, 0), end.hi
        else:
            first = self.random.randint(0, 3) - (2 if type_[0] == "i" and self.chance(0.2) else 0)
            start = literal(type_, first)
            end = literal(type_, first + self.random.randint(0, 8))
            most = end.lo
        closed = self.chance(0.3)
        times = max(1, most - start.lo + closed)
        self.loops += 1
        body = self.block(depth, [Var(name, type_, lo=start.lo, hi=max(start.lo, most - (not closed)))],
                          times)
        self.loops -= 1
        return [Stmt(f"for {name} in ", start, "..=" if closed else "..", end, " ", body)]

    def each(self, depth):
        found = [var for var in self.visible if is_sequence(var.type) or var.type == "str"]
        if depth <= 0 or not found or self.times > 200:
            return None
        var = self.random.choice(found)
        inner = "u8" if var.type == "str" else element(var.type)[0]
        count = max(var.length, element(var.type)[1] if is_sequence(var.type) else 0)
        bound = [Var(self.fresh(), inner)]
        if self.chance(0.4):
            known = ";" in var.type
            bound.insert(0, Var(self.fresh(), "i64", lo=0,
                                hi=count - 1 if known and count else (1 << 20)))
        self.loops += 1
        body = self.block(depth, bound, max(count, 4))
        self.loops -= 1
        return [Stmt(f"for {', '.join(v.name for v in bound)} in {var.name} ", body)]

    def repeat(self, depth):
        if depth <= 0 or self.times > 100:
            return None
        name, most = self.fresh(), self.random.randint(1, 9)
        step = Stmt(f"{name} += 1", fixed=True)
        self.loops += 1
        body = self.block(depth, [Var(name, "i64", lo=1, hi=most)], most)
        self.loops -= 1
        if self.chance(0.5):
            condition = [" && ", self.boolean(2)] if self.chance(0.5) else []
            loop = Stmt(f"while {name} < {most}", *condition, " ", body)
        else:
            loop = Stmt("loop ", body)
            body.statements.insert(0, Stmt(f"if {name} >= {most} ",
                                           Block([Stmt("break", fixed=True)]), fixed=True))
        body.statements.insert(0 if loop.parts[0] != "loop " else 1, step)
        return [Stmt(f"var {name} = 0", fixed=True), loop]

    def leave(self, depth):
        """Leaves a loop or the function on some condition."""
        kinds = ["break", "continue"] if self.loops else []
        if self.result and self.chance(0.3):
            kinds.append("return")
        if self.risk and self.chance(0.3):
            kinds.append("trap")
        if not kinds:
            return None
        condition, kind = self.boolean(3), self.random.choice(kinds)
        if kind == "return":
            last = Stmt("return ", *self.result(), fixed=True)
        elif kind == "trap":
            last = Stmt('trap "reached"', fixed=True)
        else:
            last = Stmt(kind, fixed=True)
        before = self.show(depth) if self.chance(0.3) else []
        return [Stmt("if ", condition, " ", Block([*before, last]))]

    def choice(self, depth):
        """`match` on an enum, an integer, a text or a bool."""
        if depth <= 0:
            return None
        kind = self.random.random()
        found = [var for var in self.visible if var.type in self.enums]
        if found and kind < 0.6:
            var = self.random.choice(found)
            arms, variants = [], list(self.enums[var.type])
            self.random.shuffle(variants)
            left = self.random.randint(1, len(variants))
            for name, fields in variants[:left]:
                bound = [Var(self.fresh(), type_) for _, type_ in fields]
                names = ["_" if self.chance(0.2) else v.name for v in bound]
                bound = [v for v, n in zip(bound, names) if n != "_"]
                for v in bound:
                    v.length = element(v.type)[1] if is_sequence(v.type) else 0
                arms.append(Stmt(name + (f"({', '.join(names)}) " if names else " "),
                                 self.block(depth, bound), fixed=True))
            if left < len(variants):
                arms.append(Stmt("else ", self.block(depth), fixed=True))
            return [Stmt(f"match {var.name} ", Block(arms))]
        if kind < 0.66:
            return [Stmt("match ", self.string(2), " ", Block(
                [Stmt('"" | "a" ', self.block(depth), fixed=True), Stmt('"0" ', self.block(depth), fixed=True),
                 Stmt("else ", self.block(depth), fixed=True)]))]
        if kind < 0.75:
            return [Stmt("match ", self.boolean(2), " ", Block(
                [Stmt("true ", self.block(depth), fixed=True), Stmt("false ", self.block(depth), fixed=True)]))]
        type_ = self.pick(*INTS)
        edges = sorted(self.random.sample(range(max(low(type_), -100), 101), 4))
        arms = [Stmt(f"{edges[0]}..{edges[1]} ", self.block(depth), fixed=True),
                Stmt(f"{edges[1]} | {edges[2]} ", self.block(depth), fixed=True)]
        if self.chance(0.5):
            arms.append(Stmt(f"{edges[2] + 1}..={edges[3]} ", self.block(depth), fixed=True)
                        if edges[2] < edges[3] else arms.pop())
        arms.append(Stmt("else ", self.block(depth), fixed=True))
        return [Stmt("match ", self.integer(type_, 2), " ", Block(arms))]

    def result_of(self, depth):
        """Takes the value of a call that may fail, has several results, or sets a place."""
        found = [f for f in self.tuples + self.fallible + self.optional + self.placed
                 if self.afford(f)]
        if not found or depth <= 0:
            return None
        callee = self.random.choice(found)
        self.pay(callee)
        if callee in self.placed:
            places = [var for var in self.visible if var.mutable and var.type == callee.params[0]]
            if not places:
                return None
            return [Stmt(f"{callee.name}(var {self.random.choice(places).name}, ",
                         self.scalar_leaf(callee.params[1]), ")")]
        call = [f"{callee.name}("] + self.arguments(callee) + [")"]
        if callee in self.tuples:
            names = ["_" if self.chance(0.1) else self.fresh() for _ in callee.result]
            for name, type_ in zip(names, callee.result):
                if name != "_":
                    self.visible.append(Var(name, type_,
                                            length=element(type_)[1] if is_sequence(type_) else 0))
            return [Stmt(f"let {', '.join(names)} = ", *call)]
        name = self.fresh()
        good = self.block(depth, [Var(name, callee.result)])
        good.statements.insert(0, Stmt(f"println({name})"))
        if callee in self.optional:
            arms = [Stmt(f"some({name}) ", good, fixed=True), Stmt("none ", self.block(depth), fixed=True)]
        else:
            error = self.fresh()
            arms = [Stmt(f"ok({name}) ", good, fixed=True),
                    Stmt(f"err({error}) ", Block([Stmt(f"println(sum_{self.error}({error}))")]), fixed=True)]
        return [Stmt("match ", *call, " ", Block(arms))]

    def scalar_leaf(self, type_):
        found = [var for var in self.visible if var.type == type_]
        return self.random.choice(found).use() if found else self.expr(type_, 0)

    def defer(self, depth):
        found = [var for var in self.visible if var.type in SCALARS]
        if not found:
            return None
        var = self.random.choice(found)
        if self.chance(0.5):
            return [Stmt(f'defer println("end ", {var.name})')]
        kept = self.loops, self.result
        self.loops, self.result = 0, None
        body = self.block(min(depth, 1), size=1)
        self.loops, self.result = kept
        return [Stmt("defer ", body)]

    def region(self, depth):
        if depth <= 0 or self.in_region:
            return None
        name, view = self.fresh(), self.fresh()
        inner, count = self.scalar(), self.random.randint(1, 8)
        self.in_region = True
        first = Stmt(f"let {view} = slice({count}, ", self.expr(inner, 2), f") in {name}")
        body = self.block(depth, [Var(view, f"[var {inner}]", length=count)])
        self.in_region = False
        body.statements.insert(0, first)
        return [Stmt(f"region {name}(65536) ", body)]

    def function_value(self, _):
        found = [f for f in self.functions if f.params and self.afford(f)]
        if not found:
            return None
        function, name, value = self.random.choice(found), self.fresh(), self.fresh()
        same = [f for f in found if f.params == function.params and f.result == function.result]
        other = self.random.choice(same)
        self.pay(function)
        self.pay(other)
        type_ = f"func({', '.join(function.params)}) -> {function.result}"
        if self.chance(0.5):
            first = Stmt(f"let {name}: {type_} = {function.name}")
            call = [f"{name}("]
        else:
            first = Stmt(f"let {name}: [{type_}; 2] = [{function.name}, {other.name}]")
            call = [f"{name}[", self.index(2, 2) or "0", "]("]
        statement = Stmt(f"let {value}: {function.result} = ", *call, *self.arguments(function), ")")
        self.visible.append(Var(value, function.result, length=element(function.result)[1]
                                if is_sequence(function.result) else 0))
        return [first, statement]

    def generics(self, _):
        a, b, name = self.scalar(), self.scalar(), self.fresh()
        pair = f"Two<{a}, {b}>"
        self.visible.append(Var(name + ".first", b))
        self.visible.append(Var(name + ".second", a))
        del self.visible[-2:]
        statement = Stmt(f"let {name} = flip({pair}(first: ", self.expr(a, 2), ", second: ",
                         self.expr(b, 2), "))")
        self.visible += [Var(name + ".first", b), Var(name + ".second", a)]
        return [statement]

    def library(self, depth):
        kind, name = self.random.random(), self.fresh()
        if kind < 0.5:
            type_ = self.pick(*INTS, "f64")
            statements = [Stmt(f"var {name} = list.of(", self.expr(type_, 2), ")")]
            for _ in range(self.random.randint(1, 4)):
                statements.append(Stmt(f"list.push(var {name}, ", self.expr(type_, 2), ")"))
            view = self.fresh()
            statements.append(Stmt(f"let {view} = list.view({name})"))
            self.visible.append(Var(view, f"[var {type_}]", length=1))
            return statements
        if kind < 0.8:
            views = [var for var in self.visible if var.type.startswith("[var ")
                     and is_int(element(var.type)[0])]
            if not views:
                return None
            var = self.random.choice(views)
            return [Stmt(f"sort.ascending({var.name})")]
        statement = Stmt(f"let {name} = strings.find(", self.string(2), ', "',
                         self.pick("a", "l", "0", ", ", "9"), '")')
        self.visible.append(Var(name, "i64"))
        return [statement]

    def recursion(self, _):
        if not self.recursions or not self.afford(self.recursions[0]):
            return None
        function, name = self.random.choice(self.recursions), self.fresh()
        self.pay(function)
        statement = Stmt(f"let {name} = {function.name}({self.random.randint(0, 10)}, ",
                         self.expr(function.result, 2), ")")
        self.visible.append(Var(name, function.result))
        return [statement]

    # --- the whole ----------------------------------------------------------------

    def seeds(self):
        """Variables whose values the compiler cannot know."""
        statements = []
        for type_ in self.random.sample(SCALARS, self.random.randint(4, len(SCALARS))):
            name = self.fresh()
            value = f"(k *% {self.random.randint(0, high('i64'))}) >> {self.random.choice((0, 8, 40, 56, 62))}"
            if is_int(type_):
                value = f"{type_}%({value})"
            elif type_ == "bool":
                value = f"({value}) & 1 == 1"
            else:
                value = f"{type_}({value}) / {self.random.choice(('1.0', '7.0', '1e5'))}"
            mutable = self.chance(0.4)
            statements.append(Stmt(f"{'var' if mutable else 'let'} {name}: {type_} = {value}"))
            self.visible.append(Var(name, type_, mutable))
        return statements

    def program(self):
        table = ((self.declare, 26), (self.view, 7), (self.assign, 22), (self.show, 5),
                 (self.branch, 10), (self.counted, 9), (self.each, 6), (self.repeat, 4),
                 (self.leave, 5), (self.choice, 6), (self.result_of, 6), (self.defer, 2),
                 (self.region, 2), (self.function_value, 3), (self.generics, 3), (self.library, 2),
                 (self.recursion, 2), (self.run_kernel, 5))
        self.makers, self.weights = [m for m, _ in table], [w for _, w in table]
        self.recursions, self.kernels = [], []
        self.declare_types()
        self.error = f"P{self.number}F"
        self.enums[self.error] = [("Bad", []), ("Code", [("code", "i32")]), ("Real", [("x", "f64")])]
        self.declarations.append(Stmt(f"enum {self.error} {{ Bad, Code(code: i32), Real(x: f64) }}"))
        self.declare_enum_sum(self.error, self.enums[self.error])
        self.declare_constants()
        for _ in range(self.random.randint(0, 4)):
            self.random.choice((self.placing, self.recursive, self.kernel, self.kernel, *[
                lambda kind=kind: self.function(kind)
                for kind in ("plain", "plain", "plain", "tuple", "option", "result")]))()
        self.visible, self.result = list(self.globals), None
        self.work, self.times, self.loops, self.in_region = 1, 1, 0, False
        body = [Stmt("var h = 0u64", fixed=True)] + self.seeds()
        body += self.statements(self.random.randint(5, 14), 3)
        for var in self.visible:
            if not var.type.startswith("func"):
                body += self.summing(var.name, var.type)
        body.append(Stmt("println(h)"))
        entry = f"p{self.number}_main"
        self.declarations.append(Stmt(f"fn {entry}(k: i64) ", Block(body), fixed=True))
        return Program(self.number, entry, self.declarations)


def document(programs):
    """One document that runs the programs whose numbers are its arguments."""
    text = "# Programs\n\n## import: std/strings\n\n## import: std/list\n\n## import: std/sort\n\n"
    text += f"## What all share\n\n```flux\n{PRELUDE}```\n"
    for program in programs:
        text += f"\n## Number {program.number}\n\n```flux\n{program.text()}```\n"
    arms = "".join(f'      "{p.number}" {{ {p.entry}(args[0].len) }}\n' for p in programs)
    return text + ("\n## All of them\n\n```flux\nfn main(args: [str]) {\n  for a in args[1..] {\n"
                   f'    println("== ", a)\n    match a {{\n{arms}      else {{ }}\n    }}\n  }}\n}}\n```\n')
