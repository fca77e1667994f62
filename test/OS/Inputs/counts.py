# Compares counted instructions with those that are written down.
#
#   counts.py TARGET COUNTS.json < what Inputs/counts.c prints
#
# More than 2 % more fails, as does 20 % less: then better numbers are to be written
# down.
import json
import sys

target, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    wanted = json.load(file)[target]
found = dict(line.split() for line in sys.stdin)
wrong = 0
for name, count in wanted.items():
    now = int(found.pop(name, -1))
    if not 0.8 * count <= now <= 1.02 * count:
        wrong += 1
    print(f"{target} {name}: {now}, written down are {count}")
sys.exit(wrong != 0 or bool(found))
