#!/usr/bin/env python3
"""check-report.py PROGRAM: the same report of random tables."""
import csv
import random
import subprocess
import sys

generator = random.Random(9)


def report(rows, by, total):
    groups = {}
    for row in rows[1:]:
        entry = groups.setdefault(row[rows[0].index(by)], [0, 0.0])
        entry[0] += 1
        entry[1] += float(row[rows[0].index(total)])
    lines = [(name, str(count), f"{amount:.2f}") for name, (count, amount)
             in sorted(groups.items(), key=lambda group: -group[1][1])]
    everything = ("", str(sum(count for count, _ in groups.values())),
                  f"{sum_up(amount for _, amount in ordered(groups)):.2f}")
    widths = [max([len(head)] + [len(line[i]) for line in lines + [everything]])
              for i, head in enumerate((by, "rows", total))]
    rule = "  ".join("-" * width for width in widths)

    def show(line):
        return (f"{line[0]:<{widths[0]}}  {line[1]:>{widths[1]}}  "
                f"{line[2]:>{widths[2]}}")

    return "\n".join([show((by, "rows", total)), rule, *map(show, lines), rule,
                      show(everything)]) + "\n"


def ordered(groups):
    return sorted(groups.values(), key=lambda group: -group[1])


def sum_up(numbers):
    total = 0.0
    for number in numbers:
        total += number
    return total


for size in (0, 1, 50, 3000):
    names = ["".join(generator.choices('ab ",\n\r.é€', k=6)).strip() + "!"
             for _ in range(9)]
    rows = [["id", "größe, name", "total"]]
    for i in range(size):
        rows.append([str(i), generator.choice(names),
                     f"{generator.uniform(-50, 1000):.2f}"])
    with open("table.csv", "w", newline="") as file:
        csv.writer(file, lineterminator=generator.choice(["\n", "\r\n"])
                   ).writerows(rows)
    result = subprocess.run([*sys.argv[1:], "--sum=total", "--by", "größe, name",
                             "table.csv"], capture_output=True, check=True)
    out, wanted = result.stdout.decode(), report(rows, "größe, name", "total")
    assert out == wanted, f"{out}\n---\n{wanted}"
