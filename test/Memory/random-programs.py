#!/usr/bin/env python3
"""Looks for programs that read memory that was given back.

Makes random programs out of slices, structs, enums, lists of slices, var
parameters, regions, static regions, loops and recursion, which are right but for
lifetimes; every second one is an agent whose state keeps all of these from turn to
turn.  The compiler refuses some of them.  The others run twice, the second time
with --poison-memory: arrays, structs and small regions are overwritten at their
end, memory of turns, large regions and the place where the state lay become
inaccessible for ever.  What the programs print is a sum over all memory that they
can reach, so a read of memory that was given back shows as a difference or a
fault.

    random-programs.py COMPILER FOLDER COUNT [FIRST]
"""
import pathlib
import random
import subprocess
import sys

PRELUDE = """
struct Box { s: [var i64], n: i64 }
struct List { items: [var [var i64]], len: i64 }
struct Nest { l: List, b: Box, a: [i64; 3] }
enum Either { One(s: [var i64]), Two(l: List), Neither }

fn sum_slice(s: [i64]) -> i64 {
  var sum = s.len
  for x in s {
    sum = sum *% 31 +% x
  }
  return sum
}
fn sum_box(b: Box) -> i64 { return sum_slice(b.s) *% 7 +% b.n }
fn sum_list(l: List) -> i64 {
  var sum = l.len
  for s in l.items {
    sum = sum *% 17 +% sum_slice(s)
  }
  return sum
}
fn sum_nest(n: Nest) -> i64 { return sum_list(n.l) *% 3 +% sum_box(n.b) +% sum_slice(n.a[..]) }
fn sum_rows(a: [[var i64]; 2]) -> i64 { return sum_slice(a[0]) *% 5 +% sum_slice(a[1]) }
fn sum_either(e: Either) -> i64 {
  match e {
    One(s) { return sum_slice(s) }
    Two(l) { return sum_list(l) }
    Neither { return 1 }
  }
}
fn same(s: [var i64]) -> [var i64] { return s }
fn either_of(a: [var i64], b: [var i64], n: i64) -> [var i64] {
  if n % 2 == 0 {
    return a
  }
  return b
}
fn set(var target: [var i64], s: [var i64]) { target = s }
fn swap_slices(var a: [var i64], var b: [var i64]) {
  let c = a
  a = b
  b = c
}
fn swap_lists(var a: List, var b: List) {
  let c = a
  a = b
  b = c
}
fn push(var l: List, s: [var i64]) {
  if l.len == l.items.len {
    let bigger = slice(2 * l.len + 1, s)
    for i in 0..l.len {
      bigger[i] = l.items[i]
    }
    l.items = bigger
  }
  l.items[l.len] = s
  l.len += 1
}
fn store(l: List, s: [var i64]) {
  if l.items.len > 0 {
    l.items[0] = s
  }
}
fn first(l: List, other: [var i64]) -> [var i64] {
  if l.items.len > 0 {
    return l.items[0]
  }
  return other
}
"""

SUMS = {"i64": None, "S": "sum_slice", "Box": "sum_box", "List": "sum_list",
        "Nest": "sum_nest", "Rows": "sum_rows", "Either": "sum_either"}
TYPES = {"i64": "i64", "S": "[var i64]", "Box": "Box", "List": "List",
         "Nest": "Nest", "Rows": "[[var i64]; 2]", "Either": "Either",
         "Arr": "[i64; 3]"}
KINDS = ["S", "Box", "List", "Nest", "Rows", "Either"]


class Function:
    def __init__(self, name, params, result):
        self.name, self.params, self.result = name, params, result


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.indent, self.count = [], 0, 0
        self.scopes, self.functions, self.self_function = [], [], None
        self.regions, self.loops, self.budget = [], 0, 0
        self.static = ["pool"] if self.chance(50) else []

    # What can be seen: (name, type, is it mutable).
    def visible(self, kind, mutable=False):
        return [name for scope in self.scopes for name, known, var in scope
                if known == kind and (var or not mutable)]

    def new_name(self, prefix="v"):
        self.count += 1
        return f"{prefix}{self.count}"

    def line(self, text):
        self.lines.append("  " * self.indent + text)

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def number(self):
        names = self.visible("i64")
        if names and self.chance(40):
            return self.random.choice(names)
        return str(self.random.randrange(10))

    def slice_expr(self, depth):
        names = self.visible("S")
        options = ["new", "new"]
        if names:
            options += ["name"] * 5 + ["part"]
        for kind in ("Box", "Nest", "Rows", "List", "Arr"):
            if self.visible(kind):
                options += [kind] * 2
        if depth > 0:
            options += ["same", "either", "first"]
        choice = self.random.choice(options)
        if choice == "name":
            return self.random.choice(names)
        if choice == "part":
            return self.random.choice(names) + "[..]"
        if choice == "Box":
            return self.random.choice(self.visible("Box")) + ".s"
        if choice == "Nest":
            return self.random.choice(self.visible("Nest")) + ".b.s"
        if choice == "Rows":
            return f"{self.random.choice(self.visible('Rows'))}[{self.pick(0, 1)}]"
        if choice == "List":
            name = self.random.choice(self.visible("List"))
            return f"first({name}, {self.slice_expr(depth - 1)})"
        if choice == "Arr":
            names = self.visible("Arr", mutable=True)
            if names:
                return self.random.choice(names) + self.pick("[..]", "[1..]")
        if choice == "same":
            return f"same({self.slice_expr(depth - 1)})"
        if choice == "either":
            return (f"either_of({self.slice_expr(depth - 1)}, "
                    f"{self.slice_expr(depth - 1)}, {self.number()})")
        return f"slice({self.pick(1, 2, 3)}, {self.number()}){self.where()}"

    def where(self):
        if self.regions and self.chance(30):
            return f" in {self.random.choice(self.regions)}"
        return " in turn" if self.chance(25) else ""

    def expr(self, kind, depth=2):
        names = self.visible(kind)
        if names and self.chance(45):
            return self.random.choice(names)
        calls = [f for f in self.functions if f.result == kind]
        if calls and depth > 0 and self.chance(30):
            call = self.call(self.random.choice(calls), depth - 1)
            if call:
                return call
        if kind == "i64":
            return self.number()
        if kind == "S":
            return self.slice_expr(depth)
        if kind == "Box":
            return f"Box(s: {self.slice_expr(depth - 1)}, n: {self.number()})"
        if kind == "List":
            if self.visible("Nest") and self.chance(30):
                return self.random.choice(self.visible("Nest")) + ".l"
            return (f"List(items: slice({self.pick(1, 2)}, "
                    f"{self.slice_expr(depth - 1)}){self.where()}, len: 0)")
        if kind == "Nest":
            return (f"Nest(l: {self.expr('List', depth - 1)}, b: "
                    f"{self.expr('Box', depth - 1)}, a: [1, {self.number()}, 3])")
        if kind == "Rows":
            return f"[{self.slice_expr(depth - 1)}, {self.slice_expr(depth - 1)}]"
        if kind == "Either":
            return self.pick(
                f"Either.One(s: {self.slice_expr(depth - 1)})",
                f"Either.Two(l: {self.expr('List', depth - 1)})",
                "Either.Neither")
        return f"[{self.number()}, {self.number()}, {self.number()}]"

    def call(self, function, depth):
        """A call, or nothing if a var argument is missing or two meet."""
        args, roots = [], set()
        for kind, is_var in function.params:
            if kind == "region":
                if not self.regions:
                    return None
                args.append(self.random.choice(self.regions))
            elif is_var:
                names = [n for n in self.visible(kind, True) if n not in roots]
                if not names:
                    return None
                name = self.random.choice(names)
                roots.add(name)
                args.append("var " + name)
        # Values are new names, so that no argument views a changed variable.
        values = iter(args)
        result = []
        for kind, is_var in function.params:
            if kind == "region" or is_var:
                result.append(next(values))
                continue
            if kind == "i64":  # how deep the function may call itself
                result.append(str(self.pick(0, 1, 2)))
                continue
            name = self.new_name("t")
            self.line(f"let {name} = {self.expr(kind, depth - 1)}")
            result.append(name)
        return f"{function.name}({', '.join(result)})"

    def show(self):
        kinds = [k for k in KINDS if self.visible(k)]
        if kinds:
            kind = self.random.choice(kinds)
            self.line(f"println({SUMS[kind]}"
                      f"({self.random.choice(self.visible(kind))}))")

    def declare(self):
        kind = self.random.choice(KINDS + ["S", "List", "Arr"])
        is_var = kind == "Arr" or self.chance(70)
        value = self.expr(kind)
        name = self.new_name()
        self.line(f"{'var' if is_var else 'let'} {name}: {TYPES[kind]} = {value}")
        self.scopes[-1].append((name, kind, is_var))

    def assign(self):
        kind = self.random.choice(KINDS + ["S", "List"])
        names = self.visible(kind, True)
        if not names:
            return self.declare()
        name = self.random.choice(names)
        part = {"Box": [(".s", "S")], "Nest": [(".b.s", "S"), (".l", "List"),
                                             (".b", "Box")],
                "Rows": [("[0]", "S"), ("[1]", "S")]}.get(kind)
        if part and self.chance(60):
            suffix, kind = self.random.choice(part)
            name += suffix
        value = self.expr(kind)
        self.line(f"{name} = {value}")

    def store(self):
        lists, slices = self.visible("List"), self.visible("S")
        choice = self.pick("cell", "number", "push", "store", "swap", "set")
        if choice == "cell" and lists:
            name = self.random.choice(lists)
            value = self.slice_expr(1)
            self.line(f"if {name}.items.len > 0 {{")
            self.line(f"  {name}.items[{name}.items.len - 1] = {value}")
            self.line("}")
        elif choice == "number" and slices:
            name = self.random.choice(slices)
            self.line(f"if {name}.len > 0 {{")
            self.line(f"  {name}[{name}.len - 1] = {self.number()}")
            self.line("}")
        elif choice == "store" and lists:
            self.line(f"store({self.random.choice(lists)}, {self.slice_expr(1)})")
        elif choice == "swap":
            kind, name = self.pick(("S", "swap_slices"), ("List", "swap_lists"))
            names = self.visible(kind, True)
            if len(names) > 1:
                a, b = self.random.sample(names, 2)
                self.line(f"{name}(var {a}, var {b})")
        else:
            kind = "List" if choice == "push" else "S"
            names = self.visible(kind, True)
            if names:
                value = self.new_name("t")
                self.line(f"let {value} = {self.slice_expr(1)}")
                call = "push" if choice == "push" else "set"
                self.line(f"{call}(var {self.random.choice(names)}, {value})")

    def block(self, statements):
        self.scopes.append([])
        self.indent += 1
        for _ in range(statements):
            self.statement()
        self.show()
        self.indent -= 1
        self.scopes.pop()

    def nested(self):
        size = self.random.randrange(1, 4)
        choice = self.pick("if", "for", "region", "region", "each", "match")
        if choice == "if":
            self.line(f"if {self.number()} > {self.number()} {{")
            self.block(size)
            if self.chance(50):
                self.line("} else {")
                self.block(size)
        elif choice == "for" and self.loops < 2:
            name = self.new_name("k")
            self.line(f"for {name} in 0..{self.pick(2, 3)} {{")
            self.loops += 1
            self.scopes.append([(name, "i64", False)])
            self.block(size)
            self.scopes.pop()
            self.loops -= 1
        elif choice == "each" and self.visible("List") and self.loops < 2:
            name = self.new_name("x")
            self.line(f"for {name} in "
                      f"{self.random.choice(self.visible('List'))}.items {{")
            self.loops += 1
            self.scopes.append([(name, "S", False)])
            self.block(size)
            self.scopes.pop()
            self.loops -= 1
        elif choice == "match" and self.visible("Either"):
            name = self.new_name("m")
            self.line(f"match {self.random.choice(self.visible('Either'))} {{")
            for variant, kind in (("One", "S"), ("Two", "List")):
                self.line(f"{variant}({name}) {{")
                self.scopes.append([(name, kind, False)])
                self.block(size)
                self.scopes.pop()
                self.line("}")
            self.line("Neither {")
            self.block(1)
            self.line("}")
        else:
            name = self.new_name("r")
            self.line(f"region {name}(1 << 16) {{")
            self.regions.append(name)
            self.block(size)
            self.regions.pop()
        self.line("}")

    def statement(self):
        self.budget -= 1
        if self.budget > 0 and self.indent < 5 and self.chance(30):
            return self.nested()
        choice = self.random.randrange(100)
        if choice < 35:
            self.declare()
        elif choice < 60:
            self.assign()
        elif choice < 80:
            self.store()
        elif choice < 90 and self.functions:
            function = self.random.choice(self.functions)
            if call := self.call(function, 1):
                self.line(call if not function.result else f"let _ = {call}")
        else:
            self.show()

    def function(self, number):
        params = [(self.random.choice(KINDS + ["S", "List"]), self.chance(40))
                  for _ in range(self.random.randrange(1, 4))]
        if self.chance(30):
            params.append(("region", False))
        result = self.random.choice(KINDS + ["S", None])
        name = f"f{number}"
        texts, scope = [], [("d", "i64", False)]
        self.regions = list(self.static)
        for i, (kind, is_var) in enumerate(params):
            param = f"p{number}_{i}"
            text = TYPES.get(kind, kind)
            texts.append(f"{'var ' if is_var else ''}{param}: {text}")
            if kind == "region":
                self.regions.append(param)
            else:
                scope.append((param, kind, is_var))
        arrow = f" -> {TYPES[result]}" if result else ""
        self.line(f"fn {name}(d: i64, {', '.join(texts)}){arrow} {{")
        self.scopes, self.budget = [scope], 8
        self.indent += 1
        self.scopes.append([])
        me = Function(name, [("i64", False)] + params, result)
        if self.chance(30):  # recursion, which ends because d counts down
            self.line("if d > 0 {")
            self.indent += 1
            if call := self.call(Function(name, params, result), 1):
                call = call.replace("(", "(d - 1, ", 1)
                self.line(f"return {call}" if result else call)
            self.indent -= 1
            self.line("}")
        for _ in range(self.random.randrange(1, 6)):
            self.statement()
        if result:
            value = self.expr(result)
            self.line(f"return {value}")
        self.indent -= 1
        self.line("}")
        self.scopes, self.regions = [], []
        self.functions.append(me)

    def program(self):
        for number in range(self.random.randrange(1, 5)):
            self.function(number)
        self.line("fn main() {")
        self.scopes, self.budget = [[]], 14
        self.regions = list(self.static)
        self.block(self.random.randrange(6, 14))
        self.line("}")
        return self.document("")

    def document(self, sections):
        for name in self.static:
            sections += f"\n## region: {name}\n\nsize: 16 MiB\n"
        code = "\n".join(self.lines)
        return f"# Random\n\n```flux{PRELUDE}{code}\n```\n{sections}"

    # Agents.

    def maker(self, number, kind):
        """A function that gives a first value for a piece of state."""
        self.line(f"fn make{number}(d: i64) -> {TYPES[kind]} {{")
        self.scopes, self.budget = [[("d", "i64", False)], []], 4
        self.regions = list(self.static)
        self.indent += 1
        for _ in range(self.random.randrange(0, 3)):
            self.statement()
        value = self.expr(kind)
        self.line(f"return {value}")
        self.indent -= 1
        self.line("}")
        self.scopes, self.regions = [], []

    def step_call(self, function, state):
        """A call with pieces of state as arguments, or nothing."""
        args, roots = [], set()
        for kind, is_var in function.params:
            names = [n for n, known in state if known == kind and n not in roots]
            if kind == "region":
                if not self.static:
                    return None
                args.append(self.random.choice(self.static))
            elif kind == "i64":
                args.append(self.pick("0", "1", "round % 3"))
            elif not names:
                return None
            else:
                args.append(("var " if is_var else "") +
                            self.random.choice(names))
                roots.add(args[-1].split()[-1])
        return f"{function.name}({', '.join(args)})"

    def loop_step(self, state, depth=0):
        choice = self.pick("call", "call", "call", "set", "set", "copy", "if")
        kinds = dict(state)
        if choice == "if" and depth < 2:
            steps = [f"If round % {self.pick(2, 3, 5)} == 0:"]
            for _ in range(self.random.randrange(1, 4)):
                for step in self.loop_step(state, depth + 1):
                    steps.append("   - " + step if not step.startswith(" ")
                                 else "   " + step)
            return steps if len(steps) > 1 else []
        if choice == "copy":
            name = self.random.choice(state)[0]
            others = [n for n, k in state if k == kinds[name] and n != name]
            return [f"Set {name} to {self.random.choice(others)}"] if others else []
        functions = [f for f in self.functions
                     if (f.result in kinds.values()) == (choice == "set")
                     and (f.result is None) != (choice == "set")]
        if not functions:
            return []
        function = self.random.choice(functions)
        call = self.step_call(function, state)
        if not call:
            return []
        if choice == "set":
            name = self.random.choice(
                [n for n, k in state if k == function.result])
            return [f"Set {name} to {call}"]
        return [f"Call {call}"]

    def agent(self):
        for number in range(self.random.randrange(2, 6)):
            self.function(number)
        # What the functions take, mostly twice, so that there are calls.
        kinds = [self.random.choice(KINDS)]
        for function in self.functions:
            kinds += [k for k, _ in function.params if k in KINDS]
        kinds = sorted(set(kinds))
        self.random.shuffle(kinds)
        kinds = [k for k in kinds[:4] for _ in range(self.pick(1, 2, 2))]
        state, steps = [], []
        for number, kind in enumerate(kinds):
            self.maker(number, kind)
            name = "s" + "abcdefgh"[number]
            state.append((name, kind))
            steps.append(f"Set {name} to make{number}({number})")
        loop = []
        for _ in range(20):
            if len(loop) < 8:
                loop += self.loop_step(state)
        for name, kind in state:
            loop.append(f"Write \"{name} {{{SUMS[kind]}({name})}}\" to console")
        loop += ["Set round to round + 1", "If round == 12: Stop"]
        text = "\n## Init\n\n- Set round to 0\n"
        text += "".join(f"- {step}\n" for step in steps)
        text += "\n## Loop\n\n"
        text += "".join(step + "\n" if step.startswith(" ") else f"- {step}\n"
                        for step in loop)
        text += "\n## Agent\n\n- name: random\n- period: 1ns\n"
        return self.document(text)


def run(*command):
    done = subprocess.run(command, capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def main():
    compiler, folder = sys.argv[1].split(), pathlib.Path(sys.argv[2])
    count, first = int(sys.argv[3]), int((sys.argv[4:] or ["1"])[0])
    folder.mkdir(parents=True, exist_ok=True)
    accepted, found = 0, 0
    refused = {}
    for seed in range(first, first + count):
        document = folder / f"{seed}.flux.md"
        program, poisoned = folder / f"{seed}", folder / f"{seed}p"
        generator = Generator(seed)
        document.write_text(generator.agent() if seed % 2 else
                            generator.program())
        status, _, message = run(*compiler, "-O0", str(document), "-o",
                                 str(program))
        if status:
            ids = {word.decode().strip("[]") for word in message.split()
                   if word.startswith(b"[FLX")}
            ids.discard("FLX1121")  # a new short name is told
            for name in ids:
                refused[name] = refused.get(name, 0) + 1
            if status != 1 or not ids <= {"FLX0701", "FLX0702", "FLX0703"}:
                print(f"{document}: {status} {sorted(ids)}")
                found += 1
            else:
                document.unlink()
            continue
        accepted += 1
        run(*compiler, "-O0", "--poison-memory", str(document), "-o",
            str(poisoned))
        if run(str(program)) != run(str(poisoned)):
            print(f"{document}: reads memory that was given back")
            found += 1
        else:
            document.unlink()
        program.unlink()
        poisoned.unlink()
    print(f"{count} programs, {accepted} accepted, {found} found; refused for "
          f"{dict(sorted(refused.items()))}")
    return 1 if found or not accepted else 0


if __name__ == "__main__":
    sys.exit(main())
