#!/usr/bin/env python3
"""Chooses the sequences of operations that get a handler of their own.

  utils/choose-sequences.py [--keep=FILE] COUNT PROFILE... > runtime/vm/Sequences.inc

A profile is what `flux-vm profile --operations` writes for a program; each program
counts alike, however long it ran.  Sequences are taken one after the other: the
one that saves most jumps between handlers, given those that are there already.  The
program that gains most by a sequence is not counted, so that each helps others.
With --keep the sequences of an older file stay that some program uses, and COUNT
others come to them.  The programs must be others than those of the benchmarks
(bench/vm/corpus, utils/profile-examples.py).
"""
import collections
import pathlib
import re
import sys

LONGEST = 4
FORMS = ["Registers", "AccFirst", "AccSecond", "Immediate", "AccImmediate", "AccFloat"]


def read_names():
    root = pathlib.Path(__file__).parents[1]
    names = {}
    for name, number in re.findall(r"^FLUX_INSTRUCTION\((\w+), (\w+)",
                                   (root / "runtime/isa/ISATables.inc").read_text(),
                                   re.MULTILINE):
        number = int(number, 0)
        names[number if number < 0x100 else 0x100 + (number & 0xFF)] = name
    return names


def read_runs(path, last):
    """Operations in a row that ran equally often, with their share."""
    rows = [(int(count), int(key)) for count, key, _ in
            (line.split() for line in path.read_text().splitlines())]
    total = sum(count for count, _ in rows) or 1
    runs, current, current_count = [], [], 0
    for count, key in rows + [(0, 0)]:
        if key == 0 or (current and count != current_count):
            if len(current) > 1 and current_count:
                runs.append((current_count / total, tuple(current)))
            current = []
        if key:
            current.append(key)
            current_count = count
            if last(key):
                if len(current) > 1 and current_count:
                    runs.append((current_count / total, tuple(current)))
                current = []
    return runs


def tile(run, chosen):
    """Lengths of the handlers for a run, as findSequence() takes them."""
    at, result = 0, []
    while at != len(run):
        for length in range(min(LONGEST, len(run) - at), 0, -1):
            if length == 1 or run[at:at + length] in chosen:
                result.append(length)
                at += length
                break
    return result


def read_sequences(path, names):
    numbers = {name: number for number, name in names.items()}
    for line in pathlib.Path(path).read_text().splitlines():
        parts = re.findall(r"K\((\w+), (\w+)\)", line)
        if parts:
            yield tuple(numbers[name] * 8 + 1 + FORMS.index(form) for name, form in parts)


def main():
    names = read_names()
    chosen = {}
    if sys.argv[1].startswith("--keep="):
        chosen = dict.fromkeys(read_sequences(sys.argv.pop(1)[7:], names), 0)
    count = int(sys.argv[1]) + len(chosen)
    jumps = {"JMP", "JZ", "JNZ"}
    is_jump = lambda key: (names[(key - 1) // 8] in jumps or
                           re.fullmatch(r"B(EQ|NE|LT|GE|LTU|GEU)I?",
                                        names[(key - 1) // 8]) is not None)
    runs = [(number, *run) for number, path in enumerate(sys.argv[2:])
            for run in read_runs(pathlib.Path(path), is_jump)]
    tiles = [tile(run, chosen) for _, _, run in runs]
    used = set()
    for (_, _, run), lengths in zip(runs, tiles):
        at = 0
        for length in lengths:
            used.add(run[at:at + length])
            at += length
    count -= sum(sequence not in used for sequence in chosen)
    chosen = {sequence: 0 for sequence in chosen if sequence in used}
    while len(chosen) < count:
        gains = collections.defaultdict(collections.Counter)
        for (program, share, run), lengths in zip(runs, tiles):
            starts = [0]
            for length in lengths:
                starts.append(starts[-1] + length)
            for i in range(len(lengths)):
                for j in range(i + 2, min(i + LONGEST, len(lengths)) + 1):
                    if starts[j] - starts[i] > LONGEST:
                        break
                    gains[run[starts[i]:starts[j]]][program] += share * (j - i - 1)
        candidates = [(sequence, sum(shares.values()) - max(shares.values()))
                      for sequence, shares in gains.items() if sequence not in chosen]
        candidates = [item for item in candidates if item[1] > 0]
        if not candidates:
            break
        # A longer handler costs more code.
        best = sorted(candidates, key=lambda item: (-item[1], item[0]))[:max(1, count // 20)]
        for sequence, gain in best[:count - len(chosen)]:
            chosen[sequence] = gain
        tiles = [tile(run, chosen) for _, _, run in runs]
    print("// Written by utils/choose-sequences.py from profiles.")
    print("// clang-format off")
    for sequence in sorted(chosen):
        parts = [f"K({names[(key - 1) // 8]}, {FORMS[(key - 1) % 8]})" for key in sequence]
        print(f"FLUX_SEQUENCE({', '.join(parts)})")
    print("#undef FLUX_SEQUENCE")
    left = sum(share * len(lengths) for (_, share, _), lengths in zip(runs, tiles))
    before = sum(share * len(run) for _, share, run in runs)
    print(f"{len(chosen)} sequences; {before:.2f} jumps become {left:.2f}", file=sys.stderr)


if __name__ == "__main__":
    main()
