"""keep.py TARGET PACKAGE DISK: ends a machine in the middle of its work, and looks what it
kept.

The program tells of each number when it is safe; after a SIGKILL of the emulator the disk
must have all that were told, in their order, and at most one more.
"""
import os
import signal
import subprocess
import sys
import time

target, package, disk = sys.argv[1:4]
command = ["flux-os-image", "run", f"--target={target}", f"--store={disk}", "--timeout=50",
           "--exec", package]
for wanted in (3, 40):
    if os.path.exists(disk):
        os.remove(disk)
    machine = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    told = 0
    for line in machine.stdout:
        told = int(line)
        if told == wanted:
            # The tool's end is the emulator's, by SIGKILL.
            machine.send_signal(signal.SIGKILL)
    machine.wait()
    for attempt in range(50):
        result = subprocess.run(command + ["read"], stdout=subprocess.PIPE, text=True)
        if result.returncode == 0:
            break
        time.sleep(0.1)  # the emulator that ends still holds the disk
    kept = [int(line) for line in result.stdout.split()]
    if told < wanted or kept != list(range(1, len(kept) + 1)) or len(kept) < told:
        sys.exit(f"{told} numbers were safe, there are {kept}")
print("all were kept")
