# Boots an image with damaged tables of firmware: what it prints is right, or it panics, or it
# stops, since nothing told it of a console, memory or a timer; it never prints anything else.
#
#   tables.py IMAGE EXPECTED MACHINE FOLDER NUMBER [OPTION...]
#
# On MACHINE, QEMU's `virt`, the tree of devices is damaged; on a PC each machine gets a further
# table of processors, or a list of PCI's segments, that makes no sense.
import os
import random
import subprocess
import sys

image, expected, machine, folder, number, *options = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
with open(expected, encoding="utf-8") as file:
    expected = file.read()
path = os.path.join(folder, "table")


def make_tree():
    """The tree that QEMU has, without the room behind it."""
    emulator = subprocess.run(["flux-os-image", "run", image, "--machine=" + machine, "--dry-run"],
                              capture_output=True, text=True, check=True).stdout.split()[0]
    subprocess.run([emulator, "-M", f"{machine},dumpdtb={path}", "-m", "64", "-smp", "2", "-display", "none",
                    *(["-cpu", "cortex-a72"] if "aarch64" in emulator else [])], check=True,
                   capture_output=True)
    with open(path, "rb") as file:
        dumped = bytearray(file.read())
    at, texts, texts_size, size = (int.from_bytes(dumped[place:place + 4], "big")
                                   for place in (8, 12, 32, 36))
    dumped = dumped[:max(at + size, texts + texts_size)]
    dumped[4:8] = len(dumped).to_bytes(4, "big")
    return bytes(dumped)


def find_values():
    """Where values of properties are: QEMU itself reads the structure around them."""
    word = lambda at: int.from_bytes(tree[at:at + 4], "big")
    at = word(8)
    while word(at) != 9:
        token, at = word(at), at + 4
        if token == 1:
            at = (tree.index(b"\0", at) + 4) & ~3
        elif token == 3:
            size = word(at)
            yield from range(at + 8, at + 8 + size)
            at = (at + 8 + size + 3) & ~3


def damage_tree(chance):
    bad = bytearray(tree)
    for _ in range(chance.randint(1, 12)):
        bad[chance.choice(values)] = chance.choice((0, 1, 0x7F, 0xFF))
    return bad


def make_table(chance):
    """Behind the header, which QEMU makes: entries of any kind and size."""
    bad = bytes(8)
    for _ in range(chance.randint(1, 40)):
        size = chance.choice((0, 1, 2, 8, 12, 16, 24, 76, 255))
        bad += bytes((chance.choice((0, 9, 11, 12, 14, 200)), size))
        bad += chance.randbytes(chance.randint(0, size))
    return bad


tree = make_tree() if machine.startswith("virt") else None
values = list(find_values()) if tree else []
wrong = right = 0
for n in range(int(number)):
    chance = random.Random(n)
    with open(path, "wb") as file:
        file.write(damage_tree(chance) if tree else make_table(chance))
    words = (["-dtb", path] if tree else
             ["-acpitable", f"sig={chance.choice(('APIC', 'MCFG', 'SPCR', 'FACP'))},data={path}"])
    result = subprocess.run(
        ["flux-os-image", "run", image, "--timeout=20", "--machine=" + machine, "--memory=64", "--cpus=2",
         *(f"--qemu={word}" for word in words), *options],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.stdout == expected and result.returncode == 0:
        right += 1
    elif not expected.startswith(result.stdout):
        wrong += 1
        print(f"{n}: status {result.returncode}\n{result.stdout}{result.stderr}")
print("right:", right if tree is None else right > int(number) // 4)
sys.exit(wrong != 0)
