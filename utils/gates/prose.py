#!/usr/bin/env python3
"""The prose gate: prose has no syntax, so changing it changes no program.

Each block of each document that the document model takes for prose is replaced
by other prose of as many lines, several times, and the FIR, with all its
locations, must stay the same byte for byte.  Then all blocks of a document are
replaced at once, and with `--fluxc` the object at -O2 and the executable at -O0
must be the same bytes, too.

In prose sections and in those where prose may stand between code, a block is
replaced by blocks of the CommonMark specification's own examples; in sections
of keys, names and steps, where only quotes, comments, images and foreign fences
are prose, by another one of its kind.  Examples that would swallow what follows
(fences and comments without an end) and headings, which end a section, are left
out.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

SENTENCES = [
    "1. Set x to 3 and then Stop.", "fn main() { trap \"no\" }",
    "key: value (remark)", "Every 5s: TELL nobody: nothing(1)",
    "A {brace}, a <tag>, `code` and ``more`` ~~ of it: $x$ ${y} {{z}}.",
    "target: none", "Else:", "import: std/list", "| a | b |", "Ende, 終わり, конец",
    "&amp; \\# not a heading", "[link]: http://example.org \"title\"",
]
# What a block is made of in sections without prose.
LINES = {"quote": "> ", "html": "", "fence": ""}
SWALLOWS = re.compile(r"(?m)^\s*(?:[>*+-]\s|\d+[.)]\s)*\s*"
                      r"(?:`{3}|~{3}|<[!?]|</?(?:script|pre|style|textarea)\b|#|=+\s*$|-+\s*$)",
                      re.IGNORECASE)


class Failure(Exception):
    pass


def pool_of(examples):
    """Blocks of the examples by their number of lines."""
    pool = {}
    for example in json.loads(examples.read_text()):
        if SWALLOWS.search(example) or "flux" in example:
            continue
        text = example.strip("\n")
        if text.strip():
            pool.setdefault(text.count("\n") + 1, []).append(text)
    for sentence in SENTENCES:
        pool.setdefault(1, []).append(sentence)
    return pool


def fill(pool, lines, rng, plain):
    """Prose of exactly so many lines."""
    result = []
    while len(result) < lines:
        room = lines - len(result)
        sizes = [size for size in pool if size <= room]
        text = rng.choice(pool[rng.choice(sizes)]).split("\n")
        if plain:  # what must not begin a list, table or indented code
            text = ["Words: " + re.sub(r"[^\w ,.;:(){}]", "", line) for line in text]
        result += text
        if len(result) < lines:
            result.append("")
    return "\n".join(result)


def replacement(text, block, pool, rng):
    begin, end, kind, section = block
    old = text[begin:end].decode()
    lines = old.count("\n") + 1
    if kind == "break":
        return rng.choice(["---", "* * *", "____"])
    if kind == "heading":
        marks = re.match(r"(#+)(?=\s)", old)
        if not marks or "{.prose}" in old:
            return None
        return marks.group(1) + " " + rng.choice(
            ["Further remarks", "What is 1 + 1?", "Zum Schluß", "Loops, agents and tests in words"])
    last = text[end:text.find(b"\n", end) if b"\n" in text[end:] else None]
    if kind == "html":
        # Only the first line of it is known: its words may change.
        return re.sub(r"(?<=<!-- )\w+", "Lorem", old) if "<!-- " in old else None
    if kind == "fence":
        parts = old.split("\n")
        if len(parts) < 2 or lines < 3:
            return None
        body = [rng.choice(SENTENCES) for _ in parts[1:-1]]
        return "\n".join([parts[0]] + body + [parts[-1]])
    if kind == "quote":
        return "\n".join("> " + rng.choice(SENTENCES) for _ in range(lines))
    if section not in ("", "function", "tile", "struct", "enum"):
        return None  # images
    if last.strip():
        return None
    before = text[:begin].split(b"\n")
    after = text[end:].split(b"\n")
    apart = ((len(before) < 2 or not before[-2].strip()) and
             not before[-1].strip() and
             (len(after) < 2 or not after[1].strip()))
    return fill(pool, lines, rng, plain=not apart or section != "")


def check(tool, fluxc, path, pool, rounds, seed):
    """Returns (number of replacements, problems) or None if it does not compile."""
    rng = random.Random(f"{seed} {path.name}")
    text = path.read_bytes()
    result = subprocess.run([tool, path, "--locations"], stdin=subprocess.DEVNULL,
                            capture_output=True)
    about = json.loads(result.stdout)
    if not about["valid"]:
        return None
    changes, requests = [], []
    everything = []
    for begin, end, kind, section in about["prose"]:
        for number in range(rounds):
            new = replacement(text, (begin, end, kind, section), pool, rng)
            if new is None or new == text[begin:end].decode():
                continue
            if number == 0:
                everything.append((begin, end, new))
            changes.append((begin, end, new))
            requests.append({"begin": begin, "end": end, "text": new})
    mutant, at = b"", 0
    for begin, end, new in sorted(everything):
        mutant += text[at:begin] + new.encode()
        at = end
    mutant += text[at:]
    requests.append({"begin": 0, "end": len(text), "text": mutant.decode()})
    changes.append((0, 0, "all blocks at once"))
    result = subprocess.run([tool, path, "--locations"],
                            input="".join(json.dumps(r) + "\n" for r in requests).encode(),
                            capture_output=True)
    replies = result.stdout.splitlines()[1:]
    if len(replies) != len(requests):
        raise Failure(f"{path}: flux-mutants ends with {result.returncode}: "
                      f"{result.stderr.decode()[-400:]}")
    problems = []
    for (begin, _, new), reply in zip(changes, map(json.loads, replies)):
        locked = reply.get("locked", True)
        if reply["result"] != "same" or not locked:
            line = text[:begin].count(b"\n") + 1
            what = reply.get("ids", reply.get("messages"))
            problems.append(f"{path}:{line}: {reply['result']} {what} after {new!r}" +
                            ("" if locked else ", not what was locked"))
    if fluxc and everything and not problems:
        problems += compare(fluxc, path, mutant)
    return len(requests), problems


def compare(fluxc, path, mutant):
    """Compares what is produced of the document and of the changed one."""
    outputs = []
    with tempfile.TemporaryDirectory() as name:
        for text in (path.read_bytes(), mutant):
            folder = pathlib.Path(name) / str(len(outputs)) / path.parent.name
            folder.mkdir(parents=True)
            for other in path.parent.iterdir():
                if other.name not in (path.name, "flux.lock"):
                    (folder / other.name).symlink_to(other.resolve())
            (folder / path.name).write_bytes(text)
            produced = []
            for arguments in (["--emit=obj", "-O2"], ["-O0"]):
                result = subprocess.run(
                    [fluxc, "--unlocked", *arguments, path.name, "-o", "-"], cwd=folder,
                    capture_output=True)
                produced.append((result.returncode, result.stdout))
            outputs.append(produced)
    if outputs[0] != outputs[1]:
        return [f"{path}: the object or the executable differs"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tool")
    parser.add_argument("examples", type=pathlib.Path,
                        help="the examples of the CommonMark specification")
    parser.add_argument("documents", nargs="+", type=pathlib.Path)
    parser.add_argument("--fluxc", type=os.path.abspath,
                        help="compare objects and executables, too")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="only each n-th document")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    pool = pool_of(options.examples)
    paths = []
    for path in options.documents:
        paths += sorted(path.rglob("*.flux.md")) if path.is_dir() else [path]
    paths = [path.resolve() for path in paths[::options.every]]
    used = skipped = replaced = 0
    problems = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as threads:
        for result in threads.map(
                lambda path: check(options.tool, options.fluxc, path, pool,
                                   options.rounds, options.seed), paths):
            if result is None:
                skipped += 1
                continue
            used += 1
            replaced += result[0]
            problems += result[1]
    for problem in problems[:50]:
        print(problem)
    print(f"{used} documents ({skipped} do not compile), {replaced} replacements, "
          f"{len(problems)} problems")
    return 0 if used and not problems else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"prose.py: {failure}")
