"""gdb-qemu.py EMULATOR PROGRAM COMMAND...: debugs a program for another machine.

The emulator is a gdb server; the debugger connects to it through a socket.
"""
import os
import subprocess
import sys
import tempfile
import time

emulator, program, *commands = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    socket = os.path.join(folder, "gdb")
    server = subprocess.Popen([emulator, "-g", socket, program],
                              stdout=subprocess.DEVNULL)
    try:
        for _ in range(500):
            if os.path.exists(socket):
                break
            time.sleep(0.01)
        words = ["gdb-multiarch", "-nx", "-batch", "-ex", "target remote " + socket]
        for command in [*commands, "kill"]:
            words += ["-ex", command]
        result = subprocess.run([*words, program], stdin=subprocess.DEVNULL,
                                timeout=50)
    finally:
        server.kill()
        server.wait()
sys.exit(result.returncode)
