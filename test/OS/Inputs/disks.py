# Runs an image that tries its disk (`test=disks`), and looks whether the disk
# has what the image wrote: 80 sectors at its end, each one more than the last.
#
#   disks.py IMAGE FILE WORD...
#
# FILE is made.  WORDs are more options of `flux-os-image run`.
import subprocess
import sys

image, path, *words = sys.argv[1:]
sector, count, written = 512, 300, 80
first = bytes(i * 31 + i // 7 & 255 for i in range(sector))
with open(path, "wb") as file:
    file.write(first + b"x" * sector * (count - 1))
command = ["flux-os-image", "run", image, "--timeout=50", "--options=log=info test=disks"]
result = subprocess.run(command + words, stdin=subprocess.DEVNULL, capture_output=True,
                        text=True)
with open(path, "rb") as file:
    disk = file.read()
expected = b"".join(bytes(b + i & 255 for b in first) for i in range(written))
lines = [line.split("] ", 1)[-1] for line in result.stderr.splitlines()]
print(*[line for line in lines if "disk " in line], sep="\n")
print("status", result.returncode)
print("written", disk[-len(expected):] == expected, len(disk) == count * sector,
      disk[:sector] == first, disk[sector:-len(expected)].strip(b"x") == b"")
