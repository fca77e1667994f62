# Compares counted instructions with those that are written down.
#
#   counts.py TARGET COUNTS.json < what Inputs/counts.c prints
#
# More than 2 % more fails, as does 20 % less: then better numbers are to be written
# down.  So does what is above its limit, however it is written down.
import json
import sys

target, path = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    written = json.load(file)
wanted, limits = written[target], written["limits"][target]
found = dict(line.split() for line in sys.stdin)
wrong = 0
for name, count in wanted.items():
    now = int(found.pop(name, -1))
    limit = limits.get(name, now)
    if not 0.8 * count <= now <= min(1.02 * count, limit):
        wrong += 1
    text = f", at most {limit}" if name in limits else ""
    print(f"{target} {name}: {now}, written down are {count}{text}")
sys.exit(wrong != 0 or bool(found) or not limits.keys() <= wanted.keys())
