# Writes damaged copies of a program in user mode: damage.py PROGRAM FOLDER NUMBER
import os
import random
import sys

program, folder, number = sys.argv[1:]
with open(program, "rb") as file:
    good = file.read()
# What flux-os-image looks at stays: the magic, the machine, the high half of the entry.
places = [*range(24, 28), *range(32, 64 + 56 * int.from_bytes(good[56:58], "little"))]
for i in range(int(number)):
    chance = random.Random(i)
    bad = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        bad[chance.choice(places)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    with open(os.path.join(folder, f"bad{i}"), "wb") as file:
        file.write(bad)
