#!/usr/bin/env python3
"""Looks for programs that two ways of compiling make differently.

    fluxsmith.py [OPTIONS] [COUNT] FLUXC       makes and compares COUNT programs
    fluxsmith.py --show=NUMBER FLUXC           prints the document of one program

Programs are made at random, each from its number alone; they are well-typed, end, and
print what they compute.  A share of them traps.  Several stand in one document, which
every engine (engines.py) compiles once.  Output, errors (with the place and the calls
of a trap) and status of each program must be the same.  What differs is made small
(reduce.py) and written to the folder of findings.
"""
import argparse
import collections
import os
import pathlib
import sys
import tempfile
import time

import engines
from programs import Maker, document
from reduce import reduce

PER_DOCUMENT = 25


def describe(result):
    output, errors, status = result
    text = output.decode(errors="replace") + errors.decode(errors="replace")
    return f"status {status}\n" + "".join(f"    {line}\n" for line in text.splitlines()[-12:])


class Smith:
    def __init__(self, options, folder):
        self.options, self.folder = options, pathlib.Path(folder)
        self.fluxc = options.fluxc.split()
        self.findings = pathlib.Path(options.findings)
        self.engines = [engine for engine in engines.find(self.fluxc, folder)
                        if not options.engines or engine.name in options.engines.split(",")]
        self.counts = collections.Counter()
        self.document = self.folder / "programs.flux.md"

    def outcomes(self, engine, programs):
        """What the programs do; or the text of a message of the compiler."""
        self.document.write_text(document(programs))
        program = self.folder / engine.name
        problem = engine.compile(self.fluxc, self.document, program)
        return problem or engine.execute(program, [p.number for p in programs])

    def chosen(self, at):
        """The engines for one document: the quick ones always, the others in turn."""
        first, *rest = self.engines
        quick = [engine for engine in rest if engine.cost == 1]
        slow = [engine for engine in rest if engine.cost > 1]
        if self.options.all:
            return first, quick + slow
        # Some of the quick ones, and one of the others for some documents.
        some = [quick[(at + i) % len(quick)] for i in range(min(self.options.each, len(quick)))]
        if slow and at % self.options.slow == 0:
            some = some + [slow[at // self.options.slow % len(slow)]]
        return first, some

    def compare(self, numbers, at):
        programs = [Maker(number).program() for number in numbers]
        first, others = self.chosen(at)
        expected = self.outcomes(first, programs)
        if isinstance(expected, str):
            refused = self.refused(programs, first, expected)
            if refused and len(refused) < len(numbers):
                self.compare([n for n in numbers if n not in refused], at)
            return
        self.counts["programs"] += len(programs)
        self.counts["trapped"] += sum(result[2] == 101 for result in expected.values())
        for number, result in expected.items():
            if result[2] not in (0, 101):
                self.report(number, first, None, result, result)
        for engine in others:
            actual = self.outcomes(engine, programs)
            self.counts[engine.name] += len(programs)
            if isinstance(actual, str):
                self.refused(programs, engine, actual)
                continue
            for number in numbers:
                if actual[number] != expected[number]:
                    self.report(number, first, engine, expected[number], actual[number])

    def refused(self, programs, engine, message):
        """Tells of a compiler that fails.  One that does so for all programs does it
        for some of them, whose numbers are the result."""
        if len(programs) > 1:
            found = []
            for program in programs:
                result = self.outcomes(engine, [program])
                if isinstance(result, str):
                    found += self.refused([program], engine, result)
            if found:
                return found
        self.counts["refused"] += 1
        name = self.write(programs, f"{programs[0].number}-{engine.name}-refused")
        print(f"{name}: {engine.name} does not compile it:\n{message[:1500]}", flush=True)
        return [program.number for program in programs]

    def report(self, number, first, engine, expected, actual):
        self.counts["different"] += 1
        program = Maker(number).program()
        name = f"{number}-{engine.name if engine else first.name}"
        self.write([program], name)
        tries = 0
        if engine and self.options.reduce:
            def differs(program):
                results = [self.outcomes(e, [program]) for e in (first, engine)]
                return all(isinstance(r, dict) for r in results) and results[0] != results[1]
            if differs(program):
                tries = reduce(program, differs, self.options.reduce)
                self.write([program], name + "-small")
        print(f"program {number} differs ({tries} tries to make it small: {self.findings / name})\n"
              f"  {first.name}: {describe(expected)}"
              f"  {engine.name if engine else first.name}: {describe(actual)}", flush=True)

    def write(self, programs, name):
        self.findings.mkdir(parents=True, exist_ok=True)
        path = self.findings / (name + ".flux.md")
        path.write_text(document(programs))
        return path

    def run(self):
        print("engines:", ", ".join(engine.name for engine in self.engines), flush=True)
        first, end = self.options.first, self.options.first + self.options.count
        begin = time.monotonic()
        for at, start in enumerate(range(first, end, PER_DOCUMENT)):
            if self.options.seconds and time.monotonic() - begin > self.options.seconds:
                break
            self.compare(list(range(start, min(start + PER_DOCUMENT, end))),
                         start // PER_DOCUMENT)
            if self.options.verbose and at % 20 == 19:
                print(dict(self.counts), flush=True)
        counts = self.counts
        print("also compared with:", ", ".join(f"{engine.name} {counts[engine.name]}"
                                               for engine in self.engines[1:]))
        print(f"{counts['programs']} programs, {counts['trapped']} trapped, "
              f"{counts['refused']} refused, {counts['different']} different")
        return 1 if counts["refused"] or counts["different"] else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("fluxc", help="the compiler, with options")
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--seconds", type=int, help="begin no document after this time")
    parser.add_argument("--engines", default="", help="only these, with commas between them")
    parser.add_argument("--all", action="store_true", help="all engines for all programs")
    parser.add_argument("--each", type=int, default=2, metavar="N",
                        help="so many of the quick engines for each document")
    parser.add_argument("--slow", type=int, default=4, metavar="N",
                        help="one of the slow engines for each Nth document")
    parser.add_argument("--findings", default="findings", help="folder for what differs")
    parser.add_argument("--reduce", type=int, default=600, metavar="N",
                        help="tries to make a finding small; 0 leaves it as it is")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print the document of one program")
    parser.add_argument("--verbose", action="store_true", help="tell how far it is")
    options = parser.parse_args()
    if options.show is not None:
        print(document([Maker(options.show).program()]), end="")
        return 0
    os.environ["FLUX_CACHE"] = "off"  # no program is compiled twice
    with tempfile.TemporaryDirectory(prefix="fluxsmith-") as folder:
        return Smith(options, folder).run()


if __name__ == "__main__":
    sys.exit(main())
