#!/usr/bin/env python3
"""check-life.py PROGRAM: random boards, some turns."""
import collections
import random
import subprocess
import sys

generator = random.Random(5)
for width, height, turns in [(1, 1, 1), (2, 3, 3), (5, 5, 0), (20, 9, 7),
                             (64, 40, 30), (3, 100, 11)]:
    alive = {(row, column) for row in range(height) for column in range(width)
             if generator.random() < 0.35}

    def text():
        return "".join("".join("O" if (row, column) in alive else "."
                               for column in range(width)) + "\n"
                       for row in range(height))

    start = text()
    for _ in range(turns):
        counts = collections.Counter(
            ((row + dr) % height, (column + dc) % width)
            for row, column in alive for dr in (-1, 0, 1) for dc in (-1, 0, 1)
            if dr or dc)
        alive = {place for place, n in counts.items()
                 if n == 3 or n == 2 and place in alive}
    out = subprocess.run([*sys.argv[1:], "--turns", str(turns)], input=start,
                         capture_output=True, text=True, check=True).stdout
    assert out == text(), (width, height, turns, start, out, text())
