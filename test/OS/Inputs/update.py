# Updates a machine over the network: a server of HTTP on the loopback interface has good and
# bad updates, and `system/update.flux.md` in the machine brings them.  Prints what each start gives.
#
#   update.py TARGET FOLDER DOCUMENT BAD...
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading

target, folder, document, *bad = sys.argv[1:]
document = os.path.abspath(document)
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.chdir(folder)


def tool(*arguments):
    result = subprocess.run(["flux-os-image", *arguments], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True)
    return result.returncode, result.stdout, result.stderr


def make(name, program, *arguments, key="key", form="update"):
    status, _, errors = tool(f"--target={target}", f"--format={form}", program, "-o", name,
                             *([f"--key={key}"] if key else []), *arguments)
    if status:
        sys.exit(errors)


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def start(what, path=None, allow="ALL"):
    words = [f"allow={allow}", "log=info"]
    if path:
        words += ["--", f"10.0.2.2:{server.server_port}", path]
    status, output, errors = tool("run", "disk", "--timeout=50", "--net",
                                  "--options=" + " ".join(words))
    said = re.findall(r"(?:slot |error: |update: )(.*)", errors)
    print(f"{what}: {status}, {', '.join(output.splitlines() + said)}")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for key in ("key", "other"):
    tool("keygen", key)
with open("two.fluxasm", "w", encoding="utf-8") as file:
    file.write(".region 2 r 4096\ntext: .ascii \"two\\n\"\n.func main 0 -> 0\n  li r17, text\n"
               "  li r18, 4\n  io_write r16, r17, r18\n  li r61, 0\n  halt\n")
subprocess.run(["flux-vm", "asm", "two.fluxasm", "-o", "two.fluxbc"], check=True)
make("disk", document, "--image-version=1", form="disk")
make("two.upd", "two.fluxbc", "--image-version=2")
make("unsigned.upd", "two.fluxbc", "--image-version=3", key=None)
make("other.upd", "two.fluxbc", "--image-version=3", key="other")
with open("two.upd", "rb") as file:
    good = file.read()
with open("short.upd", "wb") as file:
    file.write(good[:-600])
with open("changed.upd", "wb") as file:
    file.write(good[:-2000] + bytes([good[-2000] ^ 1]) + good[-1999:])

start("first")
for name in bad:
    start(name, f"/{name}.upd",
          allow="ALL" if name != "two" else "FILESYSTEM,IO_READ,IO_WRITE,NETWORK,MEMORY")
start("two", "/two.upd")
start("last")
