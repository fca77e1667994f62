"""Gives input to the program of console.flux.md in pieces and compares."""
import subprocess
import sys
import time


def check(how, pieces, expected, status=0):
    with subprocess.Popen([sys.argv[1], how], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as run:
        for piece in pieces:
            run.stdin.write(piece)
            run.stdin.flush()
            time.sleep(0.01)
        run.stdin.close()
        out = run.stdout.read().decode()
        run.wait()
    if (out, run.returncode) != (expected, status):
        sys.exit(f"{how} {pieces!r:.80}: {out!r} {run.returncode}, "
                 f"expected {expected!r} {status}")


def lines(data):
    parts = data.decode().split("\n")
    if parts[-1] == "":
        parts.pop()
    result = ""
    for i, part in enumerate(parts):
        part = part.removesuffix("\r")
        size = len(part.encode())
        result += f"{i + 1} {size} [{part[:5] if size > 20 else part}]\n"
    return result


for pieces in ([b""], [b"\n"], [b"a\nb"], [b"a\r\n\r\n\n", b"end\n"],
               [b"h\xc3", b"\xa4\n"], [b"x" * 4095 + b"\n" + b"y" * 4096],
               [b"x" * 4096 + b"\n", b"y" * 100000 + b"\r\nz"]):
    check("lines", pieces, lines(b"".join(pieces)))
check("lines", [b"good\nbad \xff\n"], "1 4 [good]\nline 2 is not UTF-8\n", 1)
check("whole", [b"a" * 65536, b"b" * 300000], "365536 bytes\n")
check("whole", [b""], "0 bytes\n")
check("whole", [b"a\nb\nc\xc3"], "line 3 is not UTF-8\n", 1)
check("talk", [b"J\xc3\xb6rg\r\n", b"42\nmore\n"],
      "name? hello Jörg\nage? 42 years\nleft: 5\n")
check("talk", [b"Ann"], "name? hello Ann\nage? unknown\nleft: 0\n")
check("talk", [b"\x80\n"], "name? line 1 is not UTF-8\n", 1)
