#!/usr/bin/env python3
"""Profiles the examples in flux-vm, for choose-sequences.py.

  utils/profile-examples.py BIN FOLDER

BIN holds fluxc and flux-vm; each profile goes to FOLDER/NAME.  Examples that compute
what a program of bench/native computes are left out: sequences are not chosen by what
is measured.
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(str(path) for path in (ROOT / "examples").glob("*.flux.md"))
TEXT = "".join(pathlib.Path(path).read_text() for path in DOCUMENTS)
LINES = TEXT.splitlines(keepends=True)
NUMBERS = [i * 7919 % 1009 for i in range(3000)]

# Arguments and input ({input}: the name of a file with it); what is not here is measured (nbody, mandelbrot, sha256sum,
# cksum, json, words, primes) or computes next to nothing (hello, ticker).
PROGRAMS = {
    "adventure": ([], "look\nnorth\ntake lamp\nsouth\ndown\nuse lamp\ntake key\nup\neast\nup\nuse key\n"),
    "base64": ([], TEXT[:40000]),
    "cache": (["64"], "".join(f"put k{n % 97} {n}\nget k{n % 89}\n" for n in NUMBERS)),
    "calc": (["(1 + 2) * sqrt 2 ^ 3 - floor (pi * 1234.5) / abs (-7)"] * 40, ""),
    "derive": (["x^7 + 2*x*(x - 1)*(x^3 - x) + (3*x - 4)^5*(x + 1)", "3"], ""),
    "find": (["because the", *DOCUMENTS], ""),
    "life": (["--turns", "40"], "....................O.\n" * 6 + ".O...\n..O..\nOOO..\n" * 8),
    "report": (["--by", "shop", "--sum", "amount", "{input}"],
               "shop,amount\n" + "".join(f'"shop {n % 37}",{n}.{n % 90 + 10}\n' for n in NUMBERS)),
    "sort": ([], "".join(LINES[:2500])),
    "wc": (DOCUMENTS, ""),
}


def main():
    tools, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for name, (arguments, text) in PROGRAMS.items():
        package, file = out / (name + ".fluxbc"), out / (name + ".txt")
        file.write_text(text)
        arguments = [str(file.resolve()) if word == "{input}" else word for word in arguments]
        subprocess.run([tools / "fluxc", "--target=bytecode", "-O2",
                        ROOT / "examples" / (name + ".flux.md"), "-o", package], check=True)
        done = subprocess.run([tools / "flux-vm", "profile", "--operations", f"--output={out / name}",
                               "--allow=ALL", "--dir=/", package, *arguments],
                              input=text.encode(), capture_output=True)
        if done.returncode > 1:
            sys.exit(f"{name}: {done.stderr.decode()}")
        total = sum(int(line.split()[0]) for line in (out / name).read_text().splitlines())
        print(f"{name}: {total} operations", file=sys.stderr)


if __name__ == "__main__":
    main()
