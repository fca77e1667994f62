#!/usr/bin/env python3
"""An editor's session over all of the language: what each name means, what may
follow, and what editors show beside the text.

lsp-language.py FOLDER SERVER...
"""
import pathlib
import sys

from lsp_client import Client

SHAPES = """\
# Shapes

## export: Rect, area, UNIT, Kind

## Code

```flux
struct Rect { w: i64, h: i64 }
enum Kind { Flat, Deep(depth: i64) }
// The area of a rectangle.
fn area(r: Rect) -> i64 { return r.w * r.h }
const UNIT: i64 = 1
```
"""

MAIN = """\
# Main

## import: shapes.flux.md

- names: Rect, area

## export: larger, Pair

## Code

```flux
struct Pair<A, B> { a: A, b: B }

fn larger<T: ord>(x: T, y: T) -> T {
  if x < y { return y }
  return x
}

fn swap<A, B>(p: Pair<A, B>) -> Pair<B, A> { return Pair(a: p.b, b: p.a) }

fn apply(f: func(i64, i64) -> i64, x: i64) -> i64 { return f(x, x) }

fn as_number<N: num>(x: i64) -> N { return N(x) }

fn open(number: i64) { println("valve ", number) }

fn depth(k: shapes.Kind) -> i64 {
  match k {
    Flat { return 0 }
    Deep(d) { return d }
  }
}

fn use_all() -> i64 {
  let pick = larger<i64>
  let total = apply(pick, 3) + apply(larger, 4)
  let r = Rect(w: 1, h: shapes.UNIT)
  let wide = shapes.Rect(w: area(r), h: shapes.area(r))
  let kind = shapes.Kind.Deep(depth: 2)
  let pair = swap(Pair(a: 1, b: "x"))
  return total + wide.w + depth(kind) + pair.b
}

enum Tree<L: eq> { Leaf(value: L), Fork(left: L, right: L) }

fn first<V: eq>(tree: Tree<V>) -> V {
  match tree {
    Leaf(value) { return value }
    Fork(left, _) { return left }
  }
}

fn plant() -> i64 {
  let leaf = Tree<i64>.Leaf(value: 4)
  return first(leaf) + first(Tree.Fork(1, 2))
}

tile add(x: [f64; N], out: [var f64; N]) {
  for i in 0..N { out[i] = x[i] }
}

fn keep(n: i64) -> i64 {
  let kept = slice(n, 0) in pool
  return kept.len
}
```

## vocabulary

- Open valve {n} means open(n)

## region: pool

- size: 4 KiB

## Settings

- limit: temperature = 25 degC in 0 degC..50 degC (too hot)
- pause: time = 2s

## Agent

- name: main

## Init

1. Set temperature to 20 degC
2. Set count to 0

## Loop

1. Read humidity from I2C sensor (addr 0x44)
2. If temperature > limit:
   - Open valve 2
   - TELL cloud-agent: alarm(temperature)
     - If it fails: Log "no cloud after {uptime}"
3. When status(code: i64) from cloud-agent: REPLY with code
4. EMIT "alarms"(count)
5. Wait pause
"""


def check(condition, what):
    if not condition:
        print("FAILED:", what)
        sys.exit(1)


def equal(got, expected, what=""):
    check(got == expected, f"{what}: got {got!r}, expected {expected!r}")


def contains(text, *parts):
    for part in parts:
        check(part in text, f"{part!r} is not in {text!r}")


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "shapes.flux.md").write_text(SHAPES)
    uri = (folder / "main.flux.md").as_uri()
    client = Client(*sys.argv[2:])
    capabilities = client.initialize()["capabilities"]
    for name in ("signatureHelp", "foldingRange", "inlayHint"):
        contains(capabilities, name + "Provider")
    client.open(uri, MAIN)
    errors = [m["message"] for m in client.diagnostics(uri) if m["severity"] == 1]
    equal(errors, [])

    def hover(text):
        result = client.at("hover", uri, text)
        return result["contents"]["value"] if result else ""

    def definition(text):
        result = client.at("definition", uri, text)
        return result and (result["uri"].rsplit("/", 1)[1],
                           result["range"]["start"]["line"])

    def line_of(text, document=MAIN):
        return document[:document.index(text)].count("\n")

    def references(text):
        found = client.at("references", uri, text,
                          context={"includeDeclaration": True})
        return len(found)

    # Every kind of name.
    here = "main.flux.md"
    for place, expected in [
            ("pick = lar^ger", (here, line_of("fn larger"))),
            ("apply(lar^ger, 4", (here, line_of("fn larger"))),
            ("export: lar^ger", (here, line_of("fn larger"))),
            ("larger, Pa^ir", (here, line_of("struct Pair"))),
            ("y: ^T)", (here, line_of("fn larger"))),
            ("Pair<^B, A>", (here, line_of("fn swap"))),
            ("return ^N(x)", (here, line_of("fn as_number"))),
            ("p^.b, b", (here, line_of("fn swap"))),
            ("a: p.^b", (here, line_of("struct Pair"))),
            ("return ^f(x", (here, line_of("fn apply"))),
            ("0..^N {", (here, line_of("tile add"))),
            ("[var f64; ^N]", (here, line_of("tile add"))),
            ("names: ^Rect", ("shapes.flux.md", 7)),
            ("names: Rect, ^area", ("shapes.flux.md", 10)),
            ("r = ^Rect(", ("shapes.flux.md", 7)),
            ("Rect(^w: 1", ("shapes.flux.md", 7)),
            ("w: ^area(r)", ("shapes.flux.md", 10)),
            ("= ^shapes.Rect", ("shapes.flux.md", 0)),
            ("shapes.^UNIT", ("shapes.flux.md", 11)),
            ("k: shapes.^Kind", ("shapes.flux.md", 8)),
            ("    ^Flat", ("shapes.flux.md", 8)),
            ("Kind.^Deep", ("shapes.flux.md", 8)),
            ("^depth: 2", ("shapes.flux.md", 8)),
            ("Leaf(value: ^L)", (here, line_of("enum Tree"))),
            ("Tree<i64>.^Leaf", (here, line_of("enum Tree"))),
            ("leaf = ^Tree", (here, line_of("enum Tree"))),
            (".Leaf(^value: 4", (here, line_of("enum Tree"))),
            ("^Fork(left, _)", (here, line_of("enum Tree"))),
            ("0) in po^ol", (here, line_of("## region: pool"))),
            ("means ^open", (here, line_of("fn open"))),
            ("> ^limit", (here, line_of("- limit"))),
            ("Wait pau^se", (here, line_of("- pause"))),
            ("If temp^erature", (here, line_of("Set temp"))),
            ("{upt^ime", None), ("prin^tln", None)]:
        equal(definition(place), expected, place)
    contains(hover("return f^(x"), "f: func(i64, i64) -> i64")
    contains(hover("fn larger<^T"), "T: ord", "a type parameter")
    contains(hover("= sha^pes.Rect"), "import shapes.flux.md", "`area`")
    contains(hover("> lim^it"), "setting limit: temperature = 25 degC in 0 degC..50 degC",
             "too hot", "a setting")
    contains(hover("{upt^ime"), "fact uptime: time", "the time since")
    contains(hover("^If temp"), "`If <condition>:`")
    contains(hover("agent: RE^PLY"), "`REPLY [with] <value>`")
    equal(references("fn lar^ger"), 4)
    equal(references("fn swap<^A"), 3)
    equal(references("- lim^it"), 2)
    equal(references("let pa^ir"), 2)
    equal(references("{ Le^af"), 3)

    # Renaming changes every place, and no other meaning.
    def rename(text, name):
        answer = client.request("textDocument/rename", textDocument={"uri": uri},
                                position=client.place(uri, text), newName=name)
        if "error" in answer:
            return answer["error"]["message"]
        return client.apply(uri, answer["result"]["changes"][uri])

    contains(rename("fn lar^ger", "bigger"), "export: bigger", "bigger<i64>",
             "apply(bigger, 4)")
    contains(rename("fn op^en", "unlock"), "means unlock(n)", "fn unlock(number")
    contains(rename("fn swap<^A", "First"), "swap<First, B>(p: Pair<First, B>)")
    contains(rename("region: po^ol", "store"), "## region: store", "in store")
    contains(rename("- lim^it", "bound"), "- bound: temperature", "> bound:")
    contains(rename("tile add(x: [f64; ^N", "Size"), "[var f64; Size]", "0..Size {")
    for place, name, reason in [
            ("fn lar^ger", "swap", "swap"), ("Set cou^nt", "limit", "limit"),
            ("Set cou^nt", "uptime", "uptime"), ("Wait pau^se", "temperature", ""),
            ("= sha^pes.Rect", "other", "no name"), ("r = Re^ct(", "Box", "no name"),
            ("let to^tal", "pick", "pick"), ("{upt^ime", "now", "no name")]:
        text = rename(place, name)
        check("\n" not in text and reason in text, f"{place} became {name}: {text}")

    # The legal next words of a step.
    end = "5. Wait pause\n"
    for step, legal, illegal in [
            ("", ["Read", "When", "Every", "YIELD", "Open"],
             ["Expect", "REPLY", "Else", "Else if"]),
            ("Open ", ["valve"], ["to", "Read"]),
            ("Open valve ", ["count", "limit", "now"], ["means"]),
            ("Read ", ["temperature", "humidity"], ["from", "count"]),
            ("Read temperature ", ["from"], ["as", "I2C"]),
            ("Read temperature from ", ["I2C", "analog"], ["sensor"]),
            ("Read temperature from I2C sensor (", ["addr"], ["pin", "channel"]),
            ("Read temperature from I2C sensor (addr 0x48, ", ["driver"], ["as"]),
            ("Read temperature from I2C sensor (addr 0x48, driver ", ["tmp117", "lm75"], ["sht31"]),
            ("Read temperature from I2C sensor (addr 0x48) ", ["as"], ["driver"]),
            ("Set count to 5 ", ["degC", "min"], ["count", "to"]),
            ("Set count to count + ", ["limit", "pause", "uptime"], ["degC"]),
            ("Wait ", ["until", "pause"], ["for"]),
            ("Wait 5 ", ["ms", "min"], ["degC", "for"]),
            ("Wait until count > 1 ", ["for"], ["until"]),
            ("TELL ", ["to", "cloud-agent"], ["count"]),
            ("TELL to cloud-", ["cloud-agent"], ["count"]),
            ("ASK cloud-agent: status(1) ", ["as"], ["within"]),
            ("ASK cloud-agent: status(1) as x within 2 ", ["s"], ["degC"]),
            ("EMIT ", ['"alarms"'], ["count"]),
            ("GRANT ", ["IO_READ"], ["to"]),
            ("GRANT IO_READ ", ["to", "on"], ["for"]),
            ("When status(", [], ["count"]),
            ("If count > 1: ", ["Log", "Stop"], ["Else", "Expect"]),
            ("Every 5 ", ["min"], ["degC"]),
            ("Repeat 3 ", ["times"], ["s"])]:
        client.change(uri, end, f"{end}6. {step}\n")
        labels = client.labels(uri, f"6. {step}^\n")
        contains(labels, *legal)
        for word in illegal:
            check(word not in labels, f"'{word}' after '{step}' in {labels}")
        client.change(uri, f"6. {step}\n", "")
    for steps, legal, illegal in [
            ("6. If count > 1: Stop\n7. ", ["Else", "Else if"], ["Expect"]),
            ("6. Every 5s:\n   - ", ["Log", "When"], ["Every", "REPLY"]),
            ("6. When stop():\n   - ", ["REPLY"], ["When", "Every"]),
            ("6. TELL cloud-agent: x()\n   - ", ["If"], ["Log", "Set"]),
            ("6. TELL cloud-agent: x()\n   - If it ", ["fails"], ["is"])]:
        client.change(uri, end, f"{end}{steps}\n")
        labels = client.labels(uri, f"{steps}^\n")
        contains(labels, *legal)
        for word in illegal:
            check(word not in labels, f"'{word}' after '{steps}' in {labels}")
        client.change(uri, f"{steps}\n", "")

    # Completion elsewhere.
    for text, legal, illegal in [("Tree<i64>.", ["Leaf", "Fork"], ["len"]),
                                 ("Tree<[var Pair<i64, str>]>.", ["Leaf", "Fork"], ["Flat"]),
                                 ("shapes.Kind.", ["Flat", "Deep"], ["Leaf"]),
                                 ("1 < pair.", ["a", "b"], ["Leaf"])]:
        client.change(uri, "  return total + wide.w", f"  let x = {text}\n  return total + wide.w")
        labels = client.labels(uri, f"let x = {text}^\n")
        contains(labels, *legal)
        for word in illegal:
            check(word not in labels, f"'{word}' after '{text}' in {labels}")
        client.change(uri, f"  let x = {text}\n", "")
    client.change(uri, "    Flat {", "    \n    Flat {")
    contains(client.labels(uri, "match k {\n    ^"), "Flat", "Deep", "else")
    client.change(uri, "    \n    Flat {", "    Flat {")
    client.change(uri, "- pause: time = 2s", "- pause: time = 2s\n- wet: ")
    contains(client.labels(uri, "- wet: ^"), "ratio", "temperature", "bool", "i64")
    client.change(uri, "\n- wet: ", "")
    client.change(uri, "## vocabulary", "## import: std/\n\n## vocabulary")
    contains(client.labels(uri, "import: std/^\n"), "std/list")
    client.change(uri, "## import: std/\n\n", "")
    client.change(uri, "- names: Rect, area", "- names: Rect, ")
    contains(client.labels(uri, "names: Rect, ^\n"), "area", "UNIT")
    client.change(uri, "- names: Rect, ", "- names: Rect, area")
    client.change(uri, "larger, Pair\n", "larger, \n")
    labels = client.labels(uri, "export: larger, ^\n")
    contains(labels, "Pair", "swap")
    check("larger" not in labels, "a name that is exported")
    client.change(uri, "larger, \n", "larger, Pair\n")

    # Which parameter is written.
    def signature(text):
        result = client.at("signatureHelp", uri, text)
        if not result:
            return None
        (entry,) = result["signatures"]
        names = [entry["label"][slice(*p["label"])] for p in entry["parameters"]]
        active = result["activeParameter"]
        return names[active] if active < len(names) else None, entry["label"]

    equal(signature("apply(pick, ^3")[0], "x: i64")
    contains(signature("apply(^pick")[1], "fn apply(f: func(i64, i64) -> i64, x: i64)")
    equal(signature("apply(^pick")[0], "f: func(i64, i64) -> i64")
    equal(signature("Rect(w: 1, h: ^shapes")[0], "h: i64")
    equal(signature("shapes.area(^r)")[1], "fn area(r: Rect) -> i64")
    equal(signature("Deep(depth: ^2")[0], "depth: i64")
    equal(signature("swap(Pair(a: 1, b: ^\"x\"")[0], "b: B")
    equal(signature("open(^n)")[0], "number: i64")
    contains(signature("println(^\"valve")[1], "println(any...)")
    equal(signature("return ^y }"), None)

    # Types that nobody wrote, and what can be folded.
    lines = MAIN.split("\n")
    everything = {"start": {"line": 0, "character": 0},
                  "end": {"line": len(lines), "character": 0}}
    hints = {lines[h["position"]["line"]][:h["position"]["character"]].split()[-1] +
             h["label"] for h in client.request(
                 "textDocument/inlayHint", textDocument={"uri": uri},
                 range=everything)["result"]}
    contains(hints, "total: i64", "pick: func(i64, i64) -> i64",
             "temperature: temperature in degC", "i: i64", "pair: Pair<str, i64>")
    check("wide: Rect" not in hints, "a hint beside the name of the type")
    folds = {(f["startLine"], f["endLine"]) for f in client.request(
        "textDocument/foldingRange", textDocument={"uri": uri})["result"]}
    begin = line_of("fn larger")
    contains(folds, (begin, begin + 3), (line_of("```flux"), line_of("```\n\n## voc")),
             (line_of("2. If"), line_of("     - If it")),
             (line_of("## Loop"), len(lines) - 2))

    # Colours of words that are no code.
    kinds = capabilities["semanticTokensProvider"]["legend"]["tokenTypes"]
    data = client.request("textDocument/semanticTokens/full",
                          textDocument={"uri": uri})["result"]["data"]
    line, column, seen = 0, 0, set()
    for i in range(0, len(data), 5):
        line += data[i]
        column = data[i + 1] + (0 if data[i] else column)
        seen.add((lines[line][column:column + data[i + 2]], kinds[data[i + 3]]))
    for entry in [("T", "type"), ("ord", "keyword"), ("larger", "function"),
                  ("shapes", "namespace"), ("limit", "enumMember"),
                  ("temperature", "type"), ("uptime", "enumMember"),
                  ("from", "keyword"), ("sensor", "keyword"), ("Open", "keyword"),
                  ("If it fails", "keyword"), ("name", "property"),
                  ("Deep", "enumMember"), ("degC", "number"), ("2s", "number")]:
        check(entry in seen, f"{entry} is not among the colours {sorted(seen)}")

    # The outline holds fields and variants.
    symbols = client.request("textDocument/documentSymbol",
                             textDocument={"uri": uri})["result"]
    outline = {s["name"]: {c["name"]: [p["name"] for p in c.get("children", [])]
                           for c in s["children"]} for s in symbols}
    equal(outline["Settings"], {"limit": [], "pause": []})
    code = {name: parts for section in outline.values()
            for name, parts in section.items()}
    equal(code["Pair"], ["a", "b"])
    contains(code, "larger", "temperature")
    equal(client.end(), 0)
    print("the session ended well")


if __name__ == "__main__":
    main()
