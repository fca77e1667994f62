"""The trees that fluxsmith's programs are made of, and how they become text.

A generated program is kept as a tree until the last moment, because the reducer
takes parts out of it: text would have to be parsed again for that.
"""

INDENT = "  "


class Expr:
    """An expression: its type, its text with other expressions in between, and for
    integers the interval that its values are known to lie in."""
    __slots__ = ("type", "parts", "lo", "hi")

    def __init__(self, type_, parts, lo=None, hi=None):
        self.type, self.parts, self.lo, self.hi = type_, list(parts), lo, hi

    def text(self):
        return "".join(part if isinstance(part, str) else part.text()
                       for part in self.parts)

    def kids(self):
        return [part for part in self.parts if isinstance(part, Expr)]


class Block:
    """Statements between braces."""
    __slots__ = ("statements",)

    def __init__(self, statements=()):
        self.statements = list(statements)


class Stmt:
    """A statement or declaration: text, expressions and blocks in a row.  What is
    `fixed` stays when the program is reduced: the statements that end a loop."""
    __slots__ = ("parts", "fixed")

    def __init__(self, *parts, fixed=False):
        self.parts, self.fixed = list(parts), fixed

    def lines(self, indent=""):
        """The text as lines; a block begins and ends within a line."""
        line, result = indent, []
        for part in self.parts:
            if isinstance(part, str):
                line += part
            elif isinstance(part, Expr):
                line += part.text()
            else:
                result.append(line + "{")
                for statement in part.statements:
                    result += statement.lines(indent + INDENT)
                line = indent + "}"
        return result + [line]

    def blocks(self):
        return [part for part in self.parts if isinstance(part, Block)]


class Program:
    """One program: declarations, the last of which is its entry."""

    def __init__(self, number, entry, declarations):
        self.number, self.entry, self.declarations = number, entry, declarations

    def text(self):
        return "\n".join("\n".join(declaration.lines())
                         for declaration in self.declarations) + "\n"


def all_blocks(statements):
    """The blocks in statements, outer ones first."""
    for statement in statements:
        for block in statement.blocks():
            yield block
            yield from all_blocks(block.statements)


def all_statements(statements):
    for statement in statements:
        yield statement
        for block in statement.blocks():
            yield from all_statements(block.statements)


def all_holders(statements):
    """Each place of an expression: what holds it, and the index among its parts."""
    def inside(holder):
        for index, part in enumerate(holder.parts):
            if isinstance(part, Expr):
                yield holder, index
                yield from inside(part)
    for statement in all_statements(statements):
        yield from inside(statement)
