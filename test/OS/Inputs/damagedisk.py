# Damages copies of a disk and an update, and lets the tool look at them: it must say what
# is wrong, or find nothing, and never end by a signal.
#
#   damagedisk.py FILE COPY NUMBER
import random
import subprocess
import sys

path, copy, number = sys.argv[1:]
with open(path, "rb") as file:
    good = file.read()
# Where anything is that is looked at: not in the middle of what is packed or free.
places = [at for at in range(0, len(good), 512) if any(good[at:at + 512])]
ends = 0
for n in range(int(number)):
    chance = random.Random(n)
    bad = bytearray(good)
    for _ in range(chance.randint(1, 6)):
        at = chance.choice(places[:80] if chance.random() < 0.7 else places)
        at += chance.choice((0, 11, 13, 14, 16, 17, 19, 22, 26, 32, 40, 54, 56, 72, 80, 84, 88, 96, 104,
                             chance.randrange(512)))
        bad[min(at, len(bad) - 1)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    if n % 8 == 0:
        del bad[chance.randrange(len(bad)):]
    with open(copy, "wb") as file:
        file.write(bad)
    for command in ("inspect", "verify"):
        result = subprocess.run(["flux-os-image", command, copy], capture_output=True)
        ends += result.returncode == 1
        if result.returncode not in (0, 1):
            sys.exit(f"{n}: {command} ends with {result.returncode}\n{result.stderr.decode()}")
print("refused" if ends else "all good")
