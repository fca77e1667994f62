#!/usr/bin/env python3
"""The typo gate: no slip of the pen may change a program unseen.

Makes the one-letter typos of the normative text of documents, compiles each
(flux-mutants), and counts what happens.  Normative text is what the document
model takes for program: headings, keys, tables, steps without remarks, and the
tokens of `flux` fences with the lines that open and close them.  Prose,
comments, remarks and tests are not.

The typos, at each character: it is left out; it is typed twice, and its
neighbour on the keyboard before it; its neighbours instead of it, and another
case or digit; it changes places with the next one; a blank is left out.

What is counted:
  rejected   an error.
  same       the program is that of the original: the FIR byte for byte without
             locations, and what `Compile`, `Agent`, `Supervise` and `Policy`
             say.  It may be so after the mistyped word is replaced by the right
             one: then the typo only gave something another name, everywhere.
  shown      another program, and its notes and warnings are others: there is a
             new setting, a name is taken for another, or of two names that the
             original had a note about one is gone.
  silent     another program, and the messages are those of the original.

A changed number or unit (a word of up to three letters behind it), string (the names of the agent and the board are some) or
operator, or one name for another of the same type,
is what another author might have meant: the rules of the language alone cannot
refuse it.  flux.lock can (LOCK-3).  So the gate asks:
  1. by the rules alone, no typo in a word of a heading, key, table, step or
     fence is silent, and of those in words of code less than 0.5 % are (names one
     letter apart); the types in cells of tables are code as well;
  2. beside a flux.lock, no typo at all is silent;
  3. with --locked, at least 99.5 % of the typos that make another program are
     refused.  "Another program" are here the rejected, shown and silent ones;
  4. for at least 90 % of the rejected near misses of words, the repair that is
     offered first is right.  Near misses of words are typos inside of a word of
     two letters or more that leave one word, outside of strings.  The repair is
     right if the first one of the first message, or the first one of each,
     gives the original program (same, as above);
  5. and of the typos that only flux.lock refuses, for at least 90 %.

`--sample N` tries N typos of each document, chosen by a fixed seed.
"""
import argparse
import concurrent.futures
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import time

NEIGHBOURS = {
    "q": "wa", "w": "qe", "e": "wr", "r": "et", "t": "ry", "y": "tu", "u": "yi",
    "i": "uo", "o": "ip", "p": "ol", "a": "sq", "s": "ad", "d": "sf", "f": "dg",
    "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "ko", "z": "xa", "x": "zc",
    "c": "xv", "v": "cb", "b": "vn", "n": "bm", "m": "nk", "_": "-",
    "+": "-*", "-": "+_", "*": "/+", "/": "*%", "%": "/&", "<": ">=", ">": "<=",
    "=": "-<", "&": "|", "|": "&", "^": "&", "(": "[{", ")": "]}", "[": "({",
    "]": ")}", "{": "[(", "}": "])", ",": ".;", ".": ",:", ":": ";.", ";": ":",
    "#": "*", "`": "'~", "'": '"', '"': "'", "!": "1", "?": "/", "~": "`",
}
TOKEN = re.compile(rb'(?P<string>"(?:[^"\\\n]|\\.)*")|'
                   rb"(?P<number>\d[\w.]*(?: [A-Za-z]{1,3}\b)?)|(?P<word>[A-Za-z_]\w*)|"
                   rb"(?P<sign>[^\s\w])")
WORD = re.compile(rb"[A-Za-z_]\w*\Z")
TYPE = re.compile(rb"(?:[iu](?:8|16|32|64)|f32|f64|bool|str)\Z")
CHUNK = 1500
MIN_CASES = 100
MAX_FAILURES = 200  # so many of what must not be are listed


class Failure(Exception):
    pass


def neighbours(char):
    lower = NEIGHBOURS.get(char.lower(), "")
    if char.isupper():
        return lower.upper()
    if char.isdigit():
        return str((int(char) + 1) % 10) + str((int(char) + 9) % 10)
    return lower


def tokens(text, ranges):
    """The tokens of the normative text: (begin, end, place, class)."""
    for begin, end, kind in ranges:
        if kind in ("word", "number", "string", "sign"):
            yield begin, end, "code", kind
            continue
        if kind == "text":
            yield begin, end, "key", "string"
            continue
        for match in TOKEN.finditer(text, begin, end):
            is_type = kind == "cell" and TYPE.match(match.group())
            yield (match.start(), match.end(), "code" if is_type else kind,
                   match.lastgroup)


def typos(text, ranges):
    """The typos: (request for flux-mutants, place, class, is a near miss)."""
    everything = sorted(set(tokens(text, ranges)))
    for number, (begin, end, place, kind) in enumerate(everything):
        token = text[begin:end]

        def typo(at, stop, new):
            mutated = text[begin:at] + new + text[stop:end]
            request = {"begin": at, "end": stop, "text": new.decode()}
            is_word = kind == "word" and stop <= end and WORD.match(mutated)
            if is_word:
                request["word"] = mutated.decode()
                request["instead"] = token.decode()
            return request, place, kind, bool(is_word and len(token) > 1)

        # Letters of other scripts are left to strings and prose.
        for at in range(begin, end):
            char = text[at:at + 1]
            if char[0] >= 0x80:
                continue
            near = neighbours(char.decode()).encode()
            yield typo(at, at + 1, b"")
            yield typo(at, at, char)
            yield typo(at, at, near[:1] or b"x")
            for other in {near[i:i + 1] for i in range(len(near))}:
                yield typo(at, at + 1, other)
            if char.isalpha():
                yield typo(at, at + 1, char.swapcase())
            following = text[at + 1:at + 2]
            if (following.strip() and following != char and
                    following[0] < 0x80):
                yield typo(at, at + 2, following + char)
        if number + 1 < len(everything):
            following = everything[number + 1][0]
            if text[end:following] == b" ":
                yield typo(end, following, b"")


class Document:
    def __init__(self, path, tool):
        self.path = path
        self.text = path.read_bytes()
        result = subprocess.run([tool, path], stdin=subprocess.DEVNULL,
                                capture_output=True)
        try:
            about = json.loads(result.stdout)
        except ValueError:
            raise Failure(f"{path}: flux-mutants ends with {result.returncode}: "
                          f"{result.stderr.decode()[-400:]}") from None
        self.valid = about["valid"]
        self.ranges = about.get("ranges", [])

    def line(self, at):
        begin = self.text.rfind(b"\n", 0, at) + 1
        end = self.text.find(b"\n", at)
        return self.text[begin:end if end >= 0 else None].decode().strip()

    def number(self, at):
        return self.text.count(b"\n", 0, at) + 1


def run(tool, document, batch):
    requests = "".join(json.dumps(typo[0]) + "\n" for typo in batch)
    result = subprocess.run([tool, document.path], input=requests.encode(),
                            capture_output=True)
    replies = result.stdout.splitlines()[1:]
    if len(replies) != len(batch):
        raise Failure(f"{document.path}: flux-mutants ends with "
                      f"{result.returncode} at {batch[len(replies)][0]}: "
                      f"{result.stderr.decode()[-400:]}")
    return document, batch, [json.loads(reply) for reply in replies]


class Counts:
    FIELDS = ("mutants", "rejected", "same", "shown", "silent")

    def __init__(self):
        self.by_class = {}
        self.lock = dict.fromkeys(("other", "shown", "refused", "repaired"), 0)
        self.repairs = dict.fromkeys(("first", "all", "later", "wrong", "none"), 0)
        self.examples = {"silent word": [], "silent": [], "repair": [], "lock": [], "not repaired": []}
        self.repair_ids = {}

    def add(self, document, typo, reply):
        request, place, kind, near = typo
        row = self.by_class.setdefault(f"{place} {kind}",
                                       dict.fromkeys(self.FIELDS, 0))
        row["mutants"] += 1
        result = reply["result"]
        if result == "renamed":
            result = "same"
        if result == "other":
            result = "shown" if reply["messages"] else "silent"
            self.lock["other"] += 1
            self.lock["shown"] += reply["shown"] or bool(reply["messages"])
            self.lock["refused"] += not reply["locked"]
            self.lock["repaired"] += reply["lockRepair"]
            if not reply["lockRepair"]:
                self.note("not repaired", document, request, f"{place} {kind}")
            if reply["locked"] or not (reply["shown"] or reply["messages"]):
                self.note("lock", document, request, "")
        row[result] += 1
        if result == "silent":
            fails = kind == "word" and place != "code"
            self.note("silent word" if fails else "silent", document, request,
                      f"{place} {kind}")
        if result == "rejected" and near:
            self.repairs[reply["repair"]] += 1
            if reply["repair"] not in ("first", "all"):
                ids = ",".join(reply["ids"][:2])
                key = f"{reply['repair']} {ids}"
                self.repair_ids[key] = self.repair_ids.get(key, 0) + 1
                self.note("repair", document, request, key)

    def note(self, what, document, request, remark):
        old = document.text[request["begin"]:request["end"]].decode()
        self.examples[what].append(
            f"{document.path.name}:{document.number(request['begin'])}: "
            f"{remark} '{old}' -> '{request['text']}' "
            f"[{request.get('word', '')}] in: {document.line(request['begin'])[:90]}")

    def total(self, field, wanted=lambda name: True):
        return sum(row[field] for name, row in self.by_class.items() if wanted(name))

    def gates(self):
        """(text, value, passed) of each gate."""
        silent_words = self.total("silent", lambda name: name.endswith(" word") and
                                  not name.startswith("code"))

        def percent(part, whole):
            # Of few cases a single one would decide.
            return 100.0 * part / whole if whole >= MIN_CASES else 100.0

        code = self.total("mutants", lambda name: name == "code word")
        silent_code = self.total("silent", lambda name: name == "code word")
        lock_silent = self.lock["other"] - self.lock["shown"]
        rejected = self.total("rejected")
        different = rejected + self.lock["other"]
        refused = rejected + self.lock["refused"]
        near = sum(self.repairs.values())
        right = self.repairs["first"] + self.repairs["all"]
        yield ("silent words outside of code, by the rules alone", silent_words,
               silent_words == 0)
        value = percent(silent_code, code) if code >= MIN_CASES else 0.0
        # A sample has more by chance: three standard deviations (Poisson).
        allowed = 0.005 * code
        yield "percent of words in code silent, by the rules alone", round(value, 2), (
            silent_code < allowed + 3 * math.sqrt(allowed))
        yield "silent beside a flux.lock", lock_silent, lock_silent == 0
        value = percent(refused, different)
        yield "percent refused with --locked", round(value, 2), value >= 99.5
        value = percent(right, near)
        yield "percent of near misses repaired first", round(value, 2), value >= 90
        value = percent(self.lock["repaired"], self.lock["refused"])
        yield "percent that flux.lock repairs", round(value, 2), value >= 90


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tool")
    parser.add_argument("documents", nargs="+", type=pathlib.Path)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--every", type=int, default=1,
                        help="only each n-th document")
    parser.add_argument("--only", type=re.compile, default=re.compile(""),
                        metavar="REGEX",
                        help="only these classes, such as 'step word'")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()

    paths = []
    for path in options.documents:
        paths += sorted(path.rglob("*.flux.md")) if path.is_dir() else [path]
    paths = paths[::options.every]
    counts, skipped, used, start = Counts(), 0, 0, time.time()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = set()

        def settle(limit):
            """Counts what is done until no more than so many are not."""
            nonlocal pending
            while len(pending) > limit:
                done, pending = concurrent.futures.wait(
                    pending, return_when=concurrent.futures.FIRST_COMPLETED)
                for job in done:
                    document, batch, replies = job.result()
                    for typo, reply in zip(batch, replies):
                        counts.add(document, typo, reply)

        for path in paths:
            document = Document(path, options.tool)
            if not document.valid:
                skipped += 1
                continue
            used += 1
            todo = [typo for typo in typos(document.text, document.ranges)
                    if options.only.search(f"{typo[1]} {typo[2]}")]
            if options.sample and len(todo) > options.sample:
                rng = random.Random(f"{options.seed} {path.name}")
                todo = rng.sample(todo, options.sample)
            for i in range(0, len(todo), CHUNK):
                pending.add(pool.submit(run, options.tool, document,
                                        todo[i:i + CHUNK]))
                settle(4 * options.jobs)
        settle(0)

    print(f"{used} documents ({skipped} do not compile), "
          f"{counts.total('mutants')} typos")
    print(f"{'':18}" + "".join(f"{field:>10}" for field in Counts.FIELDS))
    for name, row in sorted(counts.by_class.items()):
        print(f"{name:18}" + "".join(f"{row[f]:10}" for f in Counts.FIELDS))
    print(f"{'all':18}" + "".join(f"{counts.total(f):10}" for f in Counts.FIELDS))
    print("repairs of near misses:", counts.repairs)
    print("with flux.lock:", counts.lock)
    gates = list(counts.gates())
    for text, value, passed in gates:
        print(f"{'ok    ' if passed else 'FAILED'} {value}: {text}")
    for what, lines in counts.examples.items():
        lines.sort()
        shown = MAX_FAILURES if what == "silent word" else options.show
        step = max(1, len(lines) // shown) if shown else len(lines) + 1
        for line in lines[::step][:shown]:
            print(f"{what}: {line}")
    if options.json:
        options.json.write_text(json.dumps({
            "documents": used, "seconds": round(time.time() - start, 1),
            "classes": counts.by_class, "repairs": counts.repairs,
            "repairIds": counts.repair_ids, "lock": counts.lock,
            "gates": [{"name": t, "value": v, "passed": p} for t, v, p in gates],
        }, indent=1) + "\n")
    return 0 if used and all(passed for _, _, passed in gates) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"typos.py: {failure}")
