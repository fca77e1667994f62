# Runs a machine with a console of virtio, types a line there, and tells what comes.
#
#   console.py pci|device COMMAND...
import os
import socket
import subprocess
import sys
import tempfile
import time

kind, *command = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "line")
    for word in ("-chardev", f"socket,id=line,path={path},server=on,wait=on",
                 "-device", f"virtio-serial-{kind}",
                 "-device", "virtconsole,chardev=line"):
        command.append("--qemu=" + word)
    machine = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with socket.socket(socket.AF_UNIX) as line:
        for _ in range(300):
            try:
                line.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        line.sendall(b"typed text\n")
        came = b""
        try:
            while piece := line.recv(4096):
                came += piece
        except ConnectionResetError:  # not all was read
            pass
    serial = machine.communicate(timeout=60)[0]
print("line:", came)
print("serial:", serial)
print("status:", machine.returncode)
