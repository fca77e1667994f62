# The other side of Inputs/net.c, on the loopback interface of this machine.
#
#   net.py server|client|echo IMAGE WORD...
#
# As a server it waits for the machine; as a client it connects to it, through
# QEMU; `echo` is by UDP.  Prints a line for each thing that is right.
import socket
import subprocess
import sys
import threading
import time

role, image, *words = sys.argv[1:]
sent = bytes((i * 7 ^ i >> 8 ^ i >> 13) & 255 for i in range(300000))


def expected():
    state, result = 1, bytearray()
    for _ in range(200000):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        result.append(state >> 24)
    return bytes(result)


def talk(connection):
    with connection:
        connection.settimeout(50)

        def send():
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        got = bytearray()
        while data := connection.recv(65536):
            got += data
        sender.join()
        print("to this machine", bytes(got) == expected())


listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
if role == "echo":
    echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    echo.bind(("127.0.0.1", 0))
    echo.settimeout(50)
    name, network = f"net/udp/10.0.2.2:{echo.getsockname()[1]}", "--net"
elif role == "server":
    name, network = f"net/tcp/10.0.2.2:{port}", "--net"
    listener.settimeout(50)
else:
    name, network = "net/tcp/listen:80", f"--net=hostfwd=tcp:127.0.0.1:{port}-:80"
    listener.close()
process = subprocess.Popen(
    ["flux-os-image", "run", image, "--timeout=50", network,
     "--options=log=info allow=ALL -- " + name] + words,
    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
if role == "echo":
    data, sender = echo.recvfrom(4096)
    echo.sendto(data[::-1], sender)
elif role == "server":
    talk(listener.accept()[0])
else:
    # QEMU accepts before the machine listens, and what it sends then is lost: the machine says
    # when it does.
    for line in process.stderr:
        if "the address is" in line:
            break
    time.sleep(0.1)
    talk(socket.create_connection(("127.0.0.1", port)))
output, errors = process.communicate()
if role == "server":
    print(*[line.split("] ", 1)[-1] for line in errors.splitlines() if "address" in line])
if role == "echo":
    print("datagrams", len(data))
total = 0xCBF29CE484222325
for byte in sent:
    total = (total ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
if role != "echo":
    print("from this machine", output == f"got {len(sent):016x}\nsum {total:016x}\n")
print("status", process.returncode)
