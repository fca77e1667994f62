# Runs an image below gdb, which gets what stands in a file: gdb.py SYMBOLS COMMANDS
# COMMAND..., where COMMAND runs the image.  Prints what gdb prints, then what the image
# prints.
import socket
import subprocess
import sys

symbols, commands, *command = sys.argv[1:]
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
machine = subprocess.Popen(command + [f"--gdb={port}", "--timeout=50"],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
try:
    gdb = subprocess.run(
        ["gdb-multiarch", "-nx", "-batch", "-ex", "set tcp connect-timeout 30",
         "-ex", "set breakpoint pending on", "-ex", f"file {symbols}",
         "-ex", f"target remote 127.0.0.1:{port}", "-x", commands],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=50)
    print(gdb.stdout + gdb.stderr)
    print(machine.communicate(timeout=50)[0])
finally:
    machine.kill()
