# Makes a disk with slots, updates it with good and bad images, and prints what each start
# of the machine gives: its output, what it says of slots, its status.
#
#   slots.py TARGET FOLDER PARTS [OPTION...]
#
# PARTS is a list of what to try, separated by commas; the options are of `flux-os-image run`.
import os
import re
import shutil
import subprocess
import sys

target, folder, parts, *options = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.chdir(folder)
SECTOR, MIB = 512, 1 << 20


def tool(*arguments):
    result = subprocess.run(["flux-os-image", *arguments], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True)
    return result.returncode, result.stdout, result.stderr


def make(name, text, end, *arguments, form="update", key="key"):
    """An image that prints a text and ends with some instructions."""
    with open(name + ".fluxasm", "w", encoding="utf-8") as file:
        file.write(f".region 2 r 4096\ntext: .ascii \"{text}\\n\"\n.func main 0 -> 0\n  li r17, text\n"
                   f"  li r18, {len(text) + 1}\n  io_write r16, r17, r18\n{end}\n")
    subprocess.run(["flux-vm", "asm", name + ".fluxasm", "-o", name + ".fluxbc"], check=True)
    keys = [f"--key={key}"] if key else []
    status, _, errors = tool(f"--target={target}", f"--format={form}", name + ".fluxbc",
                             "-o", name, *keys, *arguments)
    if status:
        sys.exit(errors)


def start(what, *arguments):
    status, output, errors = tool("run", "disk", "--timeout=50", *options, *arguments)
    said = re.findall(r"(?:slot |panic: |error: )(.*)", errors)
    print(f"{what}: {status}, {', '.join(output.splitlines() + said)}")


def cut(what, text):
    """A start whose power goes as soon as it printed a text."""
    with subprocess.Popen(["flux-os-image", "run", "disk", "--timeout=50", *options],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as machine:
        line = machine.stdout.readline()
        machine.kill()  # and with it the emulator
    print(f"{what}: cut after {line.strip()}" if line == text + "\n" else f"{what}: {line}")


def update(name):
    status, output, errors = tool("update", "disk", name)
    print(f"update {name}: {status}, " + (output or errors).strip().split(": ")[-1])


GOOD, CRASH, HANG = "  li r61, 0\n  halt", "  idiv r16, r0, r0\n  halt", "again:\n  jmp again"
for key in ("key", "other"):
    tool("keygen", key)
make("disk", "one", GOOD, "--image-version=1", form="disk")
start("first")
make("two", "two", GOOD, "--image-version=2", "--lowest-version=2")
update("two")
start("two", "--memory=16")

if "crash" in parts:
    make("crash", "crash", CRASH, "--image-version=3", "--lowest-version=3")
    update("crash")
    start("crash")
if "end" in parts:
    make("end", "end", "  li r61, 9\n  halt", "--image-version=3", "--confirm=ending")
    update("end")
    start("end")
if "panic" in parts:
    # The option reaches images, not stage 0: all of them panic, the new one three times.
    make("panic", "panic", GOOD, "--image-version=3")
    update("panic")
    start("panic", "--options=test=write-null")
    start("after")
if "hang" in parts:
    make("hang", "hang", HANG, "--image-version=3", "--confirm=ending")
    update("hang")
    for _ in range(3):
        cut("hang", "hang")
    start("after")
if "wait" in parts:
    # Its time is that of the machine, which does not wait if nothing happens.
    make("wait", "wait", "again:\n  li r16, 1000000000000\n  sys_sleep r16\n  jmp again",
         "--image-version=3", "--confirm=ending")
    update("wait")
    start("wait", "--icount", "--options=log=error")
if "run" in parts:
    make("run", "run", HANG, "--image-version=3")
    update("run")
    start("run", "--timeout=13", "--options=log=info")
    print(re.findall("flux-[ab], .*confirmed", tool("inspect", "disk")[1])[0])
if "bad" in parts:
    make("good", "good", GOOD, "--image-version=4")
    make("unsigned", "unsigned", GOOD, "--image-version=4", key=None)
    make("forged", "forged", GOOD, "--image-version=4", key="other")
    make("board", "board", GOOD, "--image-version=4", "--board=toaster")
    make("old", "old", GOOD, "--image-version=1")
    bad = ("unsigned", "forged", "board", "old")
    for name in bad:
        update(name)
    with open("good", "rb") as file:
        good = file.read()
    for name, contents in (("cut", good[:len(good) // 2] + bytes(len(good) - len(good) // 2)),
                           ("flipped", good[:9999] + bytes([good[9999] ^ 4]) + good[10000:])):
        with open(name, "wb") as file:
            file.write(contents)
        update(name)
    # The same, but not by an update: whoever can write the disk can try.
    update("good")
    shutil.copy("disk", "kept")
    # Slots are behind the first MiB, the EFI part and that of the state.
    said = tool("inspect", "disk")[1]
    begin = 2 + sum(int(size) // 1024 for size in re.findall(
        r"part: (?:EFI|flux-a), (\d+)", said)[:1 + ("flux-b, priority 15" in said)])
    for name in (*bad, "cut", "flipped"):
        with open(name, "rb") as file:
            contents = file.read()
        with open("disk", "r+b") as file:
            file.seek(begin * MIB)
            file.write(contents)
        start(name)
        shutil.copy("kept", "disk")
    start("good")
if "version" in parts:
    start("other version", "--options=test=handover")
if "damage" in parts:
    def damage(*places):
        with open("disk", "r+b") as file:
            for place in places:
                file.seek(place if place >= 0 else os.path.getsize("disk") + place)
                byte = file.read(1)[0]
                file.seek(-1, 1)
                file.write(bytes([byte ^ 0x10]))
    damage(SECTOR + 20)
    start("first table")
    state = (int(re.search(r"EFI, (\d+)", tool("inspect", "disk")[1])[1]) // 1024 + 1) * MIB
    damage(state + 100)
    start("one record")
    damage(state + 100, state + 8 * SECTOR + 100, state + 100)
    start("records")
    damage(-SECTOR + 20)
    start("both tables")
