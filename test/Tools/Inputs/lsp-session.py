#!/usr/bin/env python3
"""An editor's session with the language server, checked at every step.

lsp-session.py FOLDER SERVER...
"""
import pathlib
import sys

from lsp_client import Client

URI = "file:///notes/counter.flux.md"
TEXT = """\
# Counter \U0001F600

Prose stays   as it is.

```flux
struct Point { x: i64, y: i64 }

// The largest count.
const LIMIT: i64 = 100

// Adds the parts of a point.
fn sum(p: Point) -> i64 {
  let text = "\U0001F600"; let total = p.x + p.y
  return total
}

fn show(n: i64) {
  println(n)
}

enum Shape { Circle(r: i64), Empty }

fn area(s: Shape) -> Option<i64> {
  match s {
    Circle(radius) { return some(radius * radius * 3) }
    Empty { return none }
  }
}

fn both() -> i64 ! Shape {
  let a, b = pair()
  return ok(a + b)
}

fn pair() -> (i64, i64) {
  return 1, 2
}
```

### Test

1. Expect area(Shape.Circle(r: 1)) to be some(3)

## function: twice(x: i64) -> i64

Gives two times `x`.

```flux
return x * 2
```

## Agent

- name: counter
- capabilities: IO_WRITE

## Init

1. Set count to twice(1)
2. Write "count: {count}" to console

## Loop

1. Set count to count + 1
2. If count > LIMIT: Stop
"""


def check(condition, what):
    if not condition:
        print("FAILED:", what)
        sys.exit(1)


def equal(got, expected):
    check(got == expected, f"got {got!r}, expected {expected!r}")


def contains(text, *parts):
    for part in parts:
        check(part in text, f"{part!r} is not in {text!r}")


def main():
    client = Client(*sys.argv[2:])
    refused = client.request("textDocument/hover", textDocument={"uri": URI})
    equal(refused["error"]["code"], -32002)
    result = client.initialize()
    equal(result["capabilities"]["positionEncoding"], "utf-16")
    equal(result["capabilities"]["textDocumentSync"]["change"], 2)

    client.open(URI, TEXT)
    equal(client.diagnostics(URI), [])

    # Hover: types, documentation, steps.
    def hover(text):
        return client.at("hover", URI, text)["contents"]["value"]

    contains(hover("return tot^al"), "let total: i64")
    contains(hover("p.^y"), "y: i64", "field of `Point`", "8 bytes")
    contains(hover("fn s^um"), "fn sum(p: Point) -> i64", "Adds the parts")
    contains(hover("tw^ice(1)"), "fn twice(x: i64) -> i64", "Gives two times")
    contains(hover("> LIM^IT"), "const LIMIT: i64 = 100", "largest count")
    contains(hover("prin^tln"), "println(any...)", "line end")
    contains(hover("Set cou^nt"), "count: i64", "state of the agent")
    contains(hover("W^rite"), "Write <value> to {console", "standard output")
    contains(hover("x *^ 2"), "i64")
    contains(hover("s: Sha^pe"), "enum Shape { Circle(r: i64), Empty }", "16 bytes")
    contains(hover("Cir^cle(radius)"), "Shape.Circle(r: i64)", "a variant of")
    contains(hover("return some(rad^ius"), "let radius: i64")
    contains(hover("Shape.Circle(^r: 1"), "a field of `Circle`")
    contains(hover("ok(^a + b"), "let a: i64")
    equal(client.at("hover", URI, "Prose st^ays"), None)

    # Names.
    where = client.at("definition", URI, "{cou^nt}")
    equal(where["range"]["start"], client.place(URI, "count to twice"))
    where = client.at("definition", URI, "p: Po^int")
    equal(where["range"]["start"], client.place(URI, "Point {"))
    found = client.at("references", URI, "Set ^count to twice",
                      context={"includeDeclaration": True})
    equal(len(found), 5)
    equal(len(client.at("documentHighlight", URI, "p.^x")), 2)
    # Behind a character of two UTF-16 units.
    where = client.at("definition", URI, "return t^otal")
    equal(where["range"]["start"], client.place(URI, "total = p"))

    # Completion in code.
    client.change(URI, "println(n)", "println(n)\n  let q = Point(x: 1, y: 2)\n"
                                     "  let r = q.")
    labels = client.labels(URI, "r = q.^")
    equal(labels, ["x", "y"])
    client.change(URI, "r = q.", "r = math.")
    contains(client.labels(URI, "r = math.^"), "sqrt", "min")
    client.change(URI, "r = math.", "r = Shape.")
    equal(client.labels(URI, "r = Shape.^"), ["Circle", "Empty"])
    client.change(URI, "r = Shape.", "r = math.sq")
    equal(client.labels(URI, "r = math.sq^"), ["sqrt"])
    client.change(URI, "r = math.sq", "r = Point(x: 1, ")
    equal(client.labels(URI, "Point(x: 1, ^")[0], "y")
    client.change(URI, "r = Point(x: 1, ", "r: ")
    labels = client.labels(URI, "let r: ^")
    contains(labels, "Point", "i64", "str")
    check("println" not in labels, "a function where a type is expected")
    client.change(URI, "let r: ", "")
    contains(client.labels(URI, "y: 2)\n  ^"), "q", "n", "let", "while",
             "println", "LIMIT", "sum", "math")
    items = client.at("completion", URI, "y: 2)\n  ^")["items"]
    (item,) = [item for item in items if item["label"] == "sum"]
    equal(item["detail"], "fn sum(p: Point) -> i64")
    item = client.request("completionItem/resolve", **item)["result"]
    equal(item["documentation"]["value"], "Adds the parts of a point.")
    check("total" not in client.labels(URI, "y: 2)\n  ^"), "another scope")
    client.change(URI, "\n  let q = Point(x: 1, y: 2)\n  ", "")
    equal(client.labels(URI, "Prose ^stays"), [])

    # Completion in steps: the legal next words.
    client.change(URI, "2. If count > LIMIT: Stop\n", "2. If count > LIMIT: \n3. \n")
    contains(client.labels(URI, "3. ^\n"), "Write", "Set", "If", "Every", "YIELD")
    labels = client.labels(URI, "LIMIT: ^\n")
    contains(labels, "Stop", "Set")
    check("Else" not in labels, "Else where no step was")
    for step, legal, illegal in [
            ("Write ", ["count", "LIMIT"], ["to", "output"]),
            ("Write count ", ["to"], ["console"]),
            ("Write count to ", ["console", "output", "error"], ["count"]),
            ("Write \"a b ", [], ["to", "count"]),
            ("Write \"a {", ["count"], ["to"]),
            ("Set ", ["count"], ["to", "LIMIT"]),
            ("Set count ", ["to"], ["count"]),
            ("Set count to ", ["count", "twice"], ["to"]),
            ("Call ", ["show"], ["twice", "count"]),
            ("If count > ", ["count", "LIMIT"], [":"]),
            ("If count > 1 ", [":"], ["to"]),
            ("Repeat 3 ", ["times"], [":"]),
            ("Repeat 3 times", ["times"], ["to"]),
            ("Every 5 ", ["ms", "s", "min"], ["times"]),
            ("Else ", ["if", ":"], ["count"]),
            ("Stop ", [], ["to", "count"])]:
        client.change(URI, "3. \n", f"3. {step}\n")
        labels = client.labels(URI, f"3. {step}^\n")
        contains(labels, *legal)
        for word in illegal:
            check(word not in labels, f"'{word}' after '{step}'")
        client.change(URI, f"3. {step}\n", "3. \n")
    check("YIELD" not in client.labels(URI, "1. ^Set count to twice"),
          "YIELD in Init")
    client.change(URI, "LIMIT: \n3. \n", "LIMIT: Stop\n")

    # Keys and headings.
    client.change(URI, "IO_WRITE\n", "IO_WRITE, \n- \n")
    labels = client.labels(URI, "IO_WRITE, ^")
    contains(labels, "IO_READ", "NETWORK")
    check("IO_WRITE" not in labels, "a capability that is there")
    contains(client.labels(URI, "\n- ^\n"), "period", "heartbeat")
    client.change(URI, "IO_WRITE, \n- \n", "IO_WRITE\n\n## \n\n")
    contains(client.labels(URI, "\n## ^\n"), "Compile", "function", "Loop")
    client.change(URI, "\n\n## \n\n", "\n")
    equal(client.diagnostics(URI), [])

    # Messages, and repairs that were tried.
    client.change(URI, "return total", "return totla")
    (message,) = client.diagnostics(URI)
    equal(message["code"], "FLX0510")
    equal(message["severity"], 1)
    equal(message["range"]["start"], client.place(URI, "totla"))
    (action,) = client.request(
        "textDocument/codeAction", textDocument={"uri": URI},
        range=message["range"], context={"diagnostics": []})["result"]
    equal(action["title"], "Replace 'totla' by 'total'")
    fixed = client.apply(URI, action["edit"]["changes"][URI])
    equal(fixed, client.text[URI].replace("totla", "total"))
    client.change(URI, "totla", "total")
    client.change(URI, "## Loop", "## Lop")
    actions = client.request(
        "textDocument/codeAction", textDocument={"uri": URI},
        range=client.diagnostics(URI)[0]["range"])["result"]
    contains([a["title"] for a in actions], "Replace 'Lop' by 'Loop'",
             "Insert ' {.prose}'")
    client.change(URI, "## Lop", "## Loop")
    client.change(URI, "const LIMIT", "fn sum() {}\nconst LIMIT")
    (message,) = client.diagnostics(URI)
    (related,) = message["relatedInformation"]
    contains(related["message"], "first declaration")
    client.change(URI, "fn sum() {}\nconst LIMIT", "const LIMIT")

    # Renaming.
    def rename(text, name):
        return client.request("textDocument/rename", textDocument={"uri": URI},
                              position=client.place(URI, text), newName=name)

    edits = rename("Cir^cle(radius)", "Disc")["result"]["changes"][URI]
    equal(len(edits), 3)
    edits = rename("Set co^unt to twice", "total")["result"]["changes"][URI]
    equal(len(edits), 5)
    renamed = client.apply(URI, edits)
    contains(renamed, 'Write "count: {total}" to console',
             "Set total to total + 1", "If total > LIMIT")
    for place, name, reason in [
            ("let tot^al", "text", "'text'"), ("let tot^al", "1x", "is no name"),
            ("let tot^al", "while", ""), ("let tot^al", "i64", "i64"),
            ("fn su^m", "println", "println"), ("prin^tln", "p", "no name that"),
            ("let tot^al", "a b", "is no name"), ("let tot^al", "", "is no name")]:
        contains(rename(place, name)["error"]["message"], reason)
    range = client.at("prepareRename", URI, "let tot^al")
    equal(range["start"], client.place(URI, "total ="))
    equal(client.at("prepareRename", URI, "prin^tln"), None)

    # Layout.
    client.change(URI, "return x * 2", "   return   x*2")
    result = client.request("textDocument/formatting", textDocument={"uri": URI},
                            options={})["result"]
    laid_out = client.apply(URI, result)
    contains(laid_out, "  return x * 2\n", "Prose stays   as it is.")
    client.change(URI, "   return   x*2", "return x * 2")
    equal(client.request("textDocument/formatting", textDocument={"uri": URI},
                         options={})["result"], [])

    # The document as a tree, and its colours.
    symbols = client.request("textDocument/documentSymbol",
                             textDocument={"uri": URI})["result"]
    names = {s["name"]: [c["name"] for c in s.get("children", [])]
             for s in symbols}
    contains(names, "Point", "LIMIT", "sum", "Init", "Loop", "Shape")
    equal(names["Init"], ["count"])
    legend = client.initialize()["capabilities"]["semanticTokensProvider"]
    kinds = legend["legend"]["tokenTypes"]
    data = client.request("textDocument/semanticTokens/full",
                          textDocument={"uri": URI})["result"]["data"]
    lines, line, column, seen = client.text[URI].split("\n"), 0, 0, set()
    for i in __builtins__.range(0, len(data), 5):
        line += data[i]
        column = data[i + 1] + (0 if data[i] else column)
        units = lines[line].encode("utf-16-le")
        word = units[2 * column:2 * (column + data[i + 2])].decode("utf-16-le")
        seen.add((word, kinds[data[i + 3]]))
    for entry in [("struct", "keyword"), ("Point", "type"), ("x", "property"),
                  ("// The largest count.", "comment"), ("100", "number"),
                  ("LIMIT", "enumMember"), ("sum", "function"),
                  ("total", "variable"), ("p", "parameter"), ("Set", "keyword"),
                  ("count", "variable"), ("+", "operator"),
                  ('"count: {', "string"), ("twice", "function")]:
        check(entry in seen, f"{entry} is not among the colours")

    # Tests, flags, and a document that imports another one.
    client.change(URI, "to be some(3)\n", "to be some(3)\n2. \n")
    contains(client.labels(URI, "2. ^\n"), "Expect", "Set")
    client.change(URI, "2. \n", "2. Expect 1 \n")
    labels = client.labels(URI, "2. Expect 1 ^\n")
    contains(labels, "to", "degC")
    check("count" not in labels, "a name behind a value")
    client.change(URI, "\n2. Expect 1 \n", "\n")
    check("Expect" not in client.labels(URI, "1. ^Set count to twice"),
          "Expect outside of tests")
    contains(hover("sho^w(n"), "uses IO_WRITE")
    client.change(URI, "fn show(n: i64) {", "fn show(n: i64) uses  {")
    contains(client.labels(URI, "uses ^ {"), "IO_WRITE", "MEMORY")
    client.change(URI, "uses  {", "uses IO_WRITE {")
    equal(client.diagnostics(URI), [])
    folder = pathlib.Path(sys.argv[1])
    (folder / "a b.flux.md").write_text(
        "# Shapes\n\n## export: area, SIDE\n\n## Code\n\n```flux\n// An area.\n"
        "fn area(w: i64) -> i64 { return w * SIDE }\nfn own() {}\n"
        "const SIDE: i64 = 2\n```\n")
    uri = (folder / "main.flux.md").as_uri()
    client.open(uri, "# Main\n\n## import: a b.flux.md\n\n- as: shapes\n\n"
                     "## Code\n\n```flux\nfn f() -> i64 {\n  return shapes.area(3)\n}\n"
                     "```\n")
    messages = client.diagnostics(uri)
    equal([m["message"] for m in messages if m["severity"] == 1], [])
    contains(client.at("hover", uri, "shapes.ar^ea")["contents"]["value"],
             "fn area(w: i64) -> i64")
    where = client.at("definition", uri, "shapes.ar^ea")
    equal(where["uri"], (folder / "a b.flux.md").resolve().as_uri())
    equal(where["range"]["start"], {"line": 8, "character": 3})
    equal(client.at("prepareRename", uri, "shapes.ar^ea"), None)
    client.change(uri, "shapes.area(3)", "shapes.")
    labels = client.labels(uri, "shapes.^")
    contains(labels, "area", "SIDE")
    check("own" not in labels, "a name that is not exported")
    client.change(uri, "return shapes.", "return ")
    contains(client.labels(uri, "return ^\n"), "shapes")

    # Other documents, and the end.
    client.open("untitled:one", "# One\n")
    equal(client.diagnostics("untitled:one"), [])
    client.notify("textDocument/didClose", textDocument={"uri": "untitled:one"})
    gone = client.request("textDocument/hover",
                          textDocument={"uri": "untitled:one"})
    equal(gone["error"]["code"], -32602)
    equal(client.end(), 0)
    print("the session ended well")


if __name__ == "__main__":
    main()
