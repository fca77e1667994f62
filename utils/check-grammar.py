#!/usr/bin/env python3
"""Checks the grammar at the end of docs/language.md against the compiler.

check-grammar.py ROOT FLUXC [--count=N] [--seed=N]

The grammar is read as what it is, EBNF in the notation of the W3C.  Every name
has one production and is reached from the first one; every keyword and sign of
the lexer, every verb, section, flag and constraint occurs; there are at most 120
productions.  Then sentences are made from it at random, and the parser must
accept each of them: a grammar that allows more than the compiler misleads its
readers.  The same seed gives the same sentences.
"""
import functools
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

MAX_PRODUCTIONS = 120
SHOWN = 5  # problems

TOKEN = re.compile(r"\s*('(?:[^'])*'|\"[^\"]*\"|\[(?:[^\]\\]|\\[^\]]|\\(?=\]))*\]|#x[0-9A-F]+"
                   r"|[A-Za-z]+|[()|?*+])")

# Words of tables that the grammar does not repeat, and one that fits everywhere.
TABLES = {"QUANTITY": "temperature", "BUS": "I2C", "ADDRESS": "addr 0x48",
          "DRIVER": "tmp117", "UNIT": "s", "TIMEUNIT": "ms", "RESOURCE": "i2c@0x48",
          "DIMENSION": "temperature", "INDENT": "", "DEDENT": ""}
# What depends on where a step stands (STEP-7), and on what stands beside it.
CONTEXT = {"only_in_loop", "every_inside", "expect_outside_test", "reply_outside",
           "when_inside", "duplicate_key", "duration_out_of_range"}
# Lists with commas: `a < b, c > (d)` would be type arguments (GEN-2).
LISTS = {"Arguments", "FieldValues", "Array", "Emit", "Statement", "Index", "PlainType"}


class Problem(Exception):
    pass


# What a grammar is made of: ("literal", text), ("class", text), ("name", name),
# ("sequence", parts), ("choice", parts), ("?", part), ("*", part), ("+", part).
class Reader:
    def __init__(self, text):
        self.tokens, at = [], 0
        while text[at:].strip():
            match = TOKEN.match(text, at)
            if not match:
                raise Problem(f"cannot read {text[at:at + 30]!r}")
            self.tokens.append(match.group(1))
            at = match.end()

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def choice(self):
        parts = [self.sequence()]
        while self.peek() == "|":
            self.tokens.pop(0)
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else ("choice", parts)

    def sequence(self):
        parts = []
        while self.peek() not in (None, "|", ")"):
            parts.append(self.item())
        return parts[0] if len(parts) == 1 else ("sequence", parts)

    def item(self):
        token = self.tokens.pop(0)
        if token == "(":
            part = self.choice()
            if self.peek() != ")":
                raise Problem("a parenthesis is not closed")
            self.tokens.pop(0)
        elif token[0] in "'\"":
            part = ("literal", token[1:-1])
        elif token[0] in "[#":
            part = ("class", token)
        elif token[0].isalpha():
            part = ("name", token)
        else:
            raise Problem(f"'{token}' follows nothing")
        while self.peek() in ("?", "*", "+"):
            part = (self.tokens.pop(0), part)
        return part


def read_grammar(text):
    """The productions, in their order."""
    grammar = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, mark, body = line.partition("::=")
        name = name.strip()
        if not mark or not re.fullmatch(r"[A-Z]\w*", name):
            raise Problem(f"no production: {line[:60]}")
        if name in grammar:
            raise Problem(f"'{name}' has two productions")
        reader = Reader(body)
        grammar[name] = reader.choice()
        if reader.tokens:
            raise Problem(f"'{name}' ends before '{reader.tokens[0]}'")
    return grammar


def walk(part):
    """All parts of a part."""
    yield part
    kind, value = part
    if kind in ("sequence", "choice"):
        for inner in value:
            yield from walk(inner)
    elif kind in ("?", "*", "+"):
        yield from walk(value)


def check_names(grammar):
    first = next(iter(grammar))
    reached, todo = {first}, [first]
    while todo:
        for kind, value in walk(grammar[todo.pop()]):
            if kind != "name":
                continue
            if value not in grammar and value not in TABLES:
                yield f"'{value}' has no production"
            elif value in grammar and value not in reached:
                reached.add(value)
                todo.append(value)
    for name in grammar:
        if name not in reached:
            yield f"'{name}' is not reached from '{first}'"
    if len(grammar) > MAX_PRODUCTIONS:
        yield f"there are {len(grammar)} productions, more than {MAX_PRODUCTIONS}"


def check_words(grammar, root):
    """Everything that the compiler's tables know must occur."""
    literals = {value for body in grammar.values()
                for kind, value in walk(body) if kind == "literal"}
    words = {word.lower() for literal in literals for word in literal.split()}

    def read(path):
        return (root / path).read_text()

    tokens = read("include/flux/Frontend/Tokens.def").split("// Reserved for")[0]
    wanted = set(re.findall(r"^KEYWORD\((\w+)\)", tokens, re.MULTILINE))
    wanted |= set(re.findall(r'^PUNCTUATOR\(\w+, "(.+)"\)',
                             read("include/flux/Frontend/Tokens.def"), re.MULTILINE))
    for name in re.findall(r'^VERB\(\w+, "([^"]+)"',
                           read("include/flux/Frontend/Verbs.def"), re.MULTILINE):
        wanted |= set(name.lower().split())
    wanted |= {word.lower() for word in re.findall(r'^    \{"(\w+)", SectionKind',
                                                   read("lib/Source/Headings.cpp"),
                                                   re.MULTILINE)}
    for path, start in [("lib/Frontend/Generics.cpp", "constraintWords"),
                        ("lib/Frontend/Keys.cpp", "capabilityTable"),
                        ("lib/Frontend/Keys.cpp", "importKeys"),
                        ("lib/Frontend/Keys.cpp", "agentKeys"),
                        ("lib/Frontend/Keys.cpp", "compileKeys")]:
        table = re.search(start + r"\[\] *= *\{(.*?)\}", read(path), re.DOTALL)
        if not table:
            yield f"{path} has no table '{start}'"
            continue
        wanted |= {word.lower() for word in re.findall(r'"(\w+)"', table.group(1))}
    for word in sorted(wanted - words):
        yield f"'{word}' does not occur"


@functools.cache
def get_characters(text):
    """The characters of a class; of one that excludes some, harmless others."""
    if text.startswith("[^"):
        return "abcXYZ 019_"
    return re.sub(r"(\w)-(\w)", lambda match: "".join(
        map(chr, range(ord(match.group(1)), ord(match.group(2)) + 1))), text[1:-1])


class Maker:
    """Makes sentences."""
    MAX_DEPTH, MAX_TOKENS = 30, 80

    def __init__(self, grammar, seed, in_steps):
        self.grammar, self.random = grammar, random.Random(seed)
        self.in_steps = in_steps
        self.text, self.glue, self.pending = "", True, False
        self.indent, self.stack, self.count = 0, [], 0
        self.units = {id(part) for body in grammar.values() for part in walk(body)
                      if ("name", "UNIT") in walk(part)}
        self.depths = self.measure()
        self.lexical = self.find_lexical()

    def measure(self):
        """How deep the shallowest sentence of each name is."""
        depths = {name: 0 for name in TABLES}

        def get(part):
            kind, value = part
            if kind == "name":
                return depths.get(value, 1000) + 1
            if kind == "sequence":
                return max((get(inner) for inner in value), default=0)
            if kind == "choice":
                return min((get(inner) for inner in value if self.may(inner)),
                           default=1000)
            return get(value) if kind == "+" else 0

        for _ in self.grammar:
            for name, body in self.grammar.items():
                depths[name] = min(depths.get(name, 1000), get(body))
        self.get_depth = get
        return depths

    def find_lexical(self):
        """The names whose sentences hold no blanks."""
        names = list(self.grammar)
        return set(names[names.index("Identifier"):]) | {"Conversion"}

    def is_large(self):
        """True where the sentence should come to its end."""
        return len(self.stack) > self.MAX_DEPTH or self.count > self.MAX_TOKENS

    def make_sentence(self, name):
        self.count = 0
        self.make_name(name)

    def add(self, token):
        self.count += 1
        if self.pending:
            self.text += "\n" + "   " * self.indent + ("- " if self.in_steps else "")
            self.pending = False
        elif not (self.glue or token == "." and self.text.endswith(">") or
                  token == "(" and self.stack and self.stack[-1] in ("When", "Emit")):
            self.text += " "
        self.text += token
        self.glue = token == "." or bool(self.stack and self.stack[-1] in self.lexical)

    def make(self, part):
        kind, value = part
        if kind == "literal":
            self.add(value)
        elif kind == "class":
            self.add(self.choose(value))
        elif kind == "name":
            self.make_name(value)
        elif kind == "sequence":
            for inner in value:
                self.make(inner)
        elif kind == "choice":
            self.make(self.pick(value))
        else:
            if kind == "+":
                self.make(value)
            most = 1 if kind == "?" else 3
            while (most and not self.is_large() and self.may(value) and
                   self.random.random() < 0.4):
                self.make(value)
                most -= 1

    def may(self, part):
        """False for what has another meaning here."""
        if not self.in_steps and id(part) in self.units:
            return False
        return part != ("literal", "<") or not LISTS & set(self.stack)

    def pick(self, parts):
        parts = [part for part in parts if self.may(part)]
        if self.is_large():
            least = min(self.get_depth(part) for part in parts)
            parts = [part for part in parts if self.get_depth(part) == least]
        return self.random.choice(parts)

    def choose(self, text):
        """A character of a class."""
        return self.random.choice(get_characters(text))

    def make_name(self, name):
        if name == "NL":
            self.pending = True
        elif name == "INDENT":
            self.indent += 1
        elif name == "DEDENT":
            self.indent -= 1
        elif name in TABLES:
            self.add(TABLES[name])
        elif name == "Expr" and "TypeArgs" in self.stack:
            self.add("3")  # what is looked ahead over is simple
        elif name in self.lexical and name != "Conversion":
            self.add(self.make_word(name))
        else:
            if name in ("Arguments", "FieldValues"):
                self.glue = True
            self.stack.append(name)
            if name == "Conversion":
                self.add("")
            self.make(self.grammar[name])
            self.stack.pop()
            self.glue = bool(self.stack and self.stack[-1] == "Conversion")

    def make_word(self, name):
        """A word that is no keyword and a number that fits everywhere."""
        while True:
            inner = Maker.__new__(Maker)
            inner.__dict__.update(self.__dict__)
            inner.text, inner.glue, inner.pending = "", True, False
            inner.stack = [name]
            inner.make_lexical(self.grammar[name])
            word = inner.text
            # No keyword, type, flag or word of a step.
            if name == "Identifier" and not re.match(r"[a-z].*_", word):
                continue
            if name == "AgentName" and not re.search(r"[0-9_]", word):
                continue
            if name in ("Integer", "Float") and not self.fits(word):
                continue
            return word

    def make_lexical(self, part):
        kind, value = part
        if kind == "name" and value not in TABLES:
            return self.make_lexical(self.grammar[value])
        if kind in ("sequence",):
            for inner in value:
                self.make_lexical(inner)
        elif kind == "choice":
            self.make_lexical(self.random.choice(value))
        elif kind in ("?", "*", "+"):
            least, most = {"?": (0, 1), "*": (0, 3), "+": (1, 3)}[kind]
            for _ in range(self.random.randint(least, most)):
                self.make_lexical(value)
        elif kind == "literal":
            self.text += value
        else:
            self.text += self.choose(value)

    @staticmethod
    def fits(word):
        """True for numbers that all types can hold."""
        number = re.sub(r"[iuf](8|16|32|64)$", "", word)
        if number.startswith("0x") and re.search(r"f(32|64)$", word):
            return False  # digits
        try:
            value = float(number) if re.search(r"[.eE]", number) and not \
                number.startswith("0x") else int(number.replace("_", ""), 0)
        except ValueError:
            return not number.startswith("0")
        return 0 <= value < 128


def make_documents(grammar, seed, count):
    """Documents that hold code and steps, made at random."""
    for number in range(count):
        for kind in ("Code", "TestCode", "Loop", "Test"):
            in_steps = kind in ("Loop", "Test")
            maker = Maker(grammar, f"{seed} {number} {kind}", in_steps)
            if in_steps:
                maker.pending = True
                for _ in range(4):
                    maker.make_sentence("Item")
                yield f"# T\n\n## {kind}\n{maker.text}\n"
                continue
            for _ in range(4):
                maker.make_sentence("Declaration")
                maker.make_name("End")
            if kind == "TestCode":
                maker.make_sentence("Statements")
            fence = "flux test" if kind == "TestCode" else "flux"
            yield f"# T\n\n```{fence}\n{maker.text}\n```\n"


def check_sentences(grammar, fluxc, seed, count):
    documents = list(make_documents(grammar, seed, count))
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, document in enumerate(documents):
            paths.append(pathlib.Path(folder) / f"{number}.flux.md")
            paths[-1].write_text(document)
        result = subprocess.run(
            [fluxc, "--stop-after=ast", "--test", "--unlocked", "--error-limit=0",
             "--diagnostics-format=json", *paths],
            capture_output=True, text=True, timeout=600)
    if result.returncode not in (0, 1):
        yield f"fluxc ends with status {result.returncode}\n{result.stderr}"
    failed = set()
    for line in result.stderr.splitlines():
        message = json.loads(line)
        file = message["location"]["file"]
        if (message["severity"] != "error" or message["name"] in CONTEXT or
                file in failed or len(failed) == SHOWN):
            continue
        failed.add(file)
        row = message["location"]["line"]
        document = documents[int(pathlib.Path(file).name.split(".")[0])]
        yield (f"{message['message']} [{message['id']}]\n  line {row}: "
               f"{document.splitlines()[row - 1]}")
    print(f"{len(grammar)} productions, {len(documents)} documents made from them")


def main():
    options = dict(arg[2:].split("=") for arg in sys.argv[1:] if arg.startswith("--"))
    root, fluxc = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    root = pathlib.Path(root)
    text = (root / "docs/language.md").read_text()
    match = re.search(r"^```ebnf\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    try:
        if not match:
            raise Problem("docs/language.md has no grammar")
        grammar = read_grammar(match.group(1))
        found = list(check_names(grammar)) + list(check_words(grammar, root))
        if not found:
            found = list(check_sentences(grammar, fluxc,
                                         options.get("seed", "1"),
                                         int(options.get("count", "25"))))
    except Problem as problem:
        found = [str(problem)]
    for problem in found:
        print(f"grammar: {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
