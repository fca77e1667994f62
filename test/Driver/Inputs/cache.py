"""Builds a program of several documents again and again, and looks at what the
cache does.

usage: cache.py FLUXC FOLDER reuse|care|hundred
"""
import hashlib
import os
import pathlib
import re
import subprocess
import sys

FLUXC, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
MODULES = pathlib.Path(__file__).with_name("modules.py")
CACHE = FOLDER / "cache"
COUNT = 5
UNITS = COUNT + 1
# The cheapest that LLVM makes code for; the baseline compiler has no cache.
LEVEL = ["-O0", "-g"]


def compile_it(*options, cache="cache", status=0, environment=None,
               document="main.flux.md"):
    """Builds main.flux.md; gives what was found, the program and messages."""
    command = [FLUXC, document, "-o", "program", *LEVEL, "--timing",
               *options]
    if cache:
        command.append(f"--cache-dir={cache}")
    result = subprocess.run(command, cwd=FOLDER, text=True,
                            capture_output=True, env=environment)
    assert result.returncode == status, result.stderr
    found = re.search(r"cache: (\d+) of (\d+) programs, (\d+) of (\d+) units "
                      r"found", result.stderr)
    return (tuple(map(int, found.groups())) if found else None,
            (FOLDER / "program").read_bytes(), result.stderr)


def expect(what, found, wanted):
    assert found == wanted, f"{what}: {found} instead of {wanted}"
    print(f"{what}: ok")


def replace(name, old, new):
    path = FOLDER / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def entries():
    return sorted(CACHE.glob("*/*.bin"))


def reuse():
    """What is found again, and what is not."""
    _, plain, _ = compile_it("--no-cache", cache=None)

    found, program, _ = compile_it()
    expect("cold", found, (0, 1, 0, UNITS))
    expect("the cache changes no byte", program == plain, True)
    found, program, _ = compile_it("-j1")
    expect("warm", found, (1, 1, 0, 0))
    expect("what is found is the same", program == plain, True)

    replace("m3.flux.md", "s / 3", "s / 4")
    found, program, _ = compile_it()
    expect("one module changed", found, (0, 1, UNITS - 1, UNITS))
    expect("bytes after the change",
           program == compile_it("--no-cache", cache=None)[1], True)
    replace("m4.flux.md", "# Module 4", "# Module five")
    expect("prose", compile_it()[0], (0, 1, UNITS, UNITS))
    expect("another level", compile_it("-O1")[0], (0, 1, 0, UNITS))
    expect("another CPU", compile_it("--cpu=x86-64-v3")[0], (0, 1, 0, UNITS))
    expect("all is kept", compile_it("-O1")[0], (1, 1, 0, 0))
    replace("m3.flux.md", "n * 2 + 3", "n * 2 + 4")
    expect("a function that main inlines", compile_it("-O1")[0],
           (0, 1, UNITS - 2, UNITS))
    expect("the baseline compiler needs none", compile_it("-g0")[0], None)


def hundred():
    """What `./dev bench again` takes the time of."""
    expect("cold", compile_it()[0], (0, 1, 0, 101))
    expect("nothing changed", compile_it()[0], (1, 1, 0, 0))
    replace("m50.flux.md", "s / 3", "s / 4")
    expect("one of 100 changed", compile_it()[0], (0, 1, 100, 101))


def care():
    """Damage, limits, other processes, and where the cache is."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("FLUX_CACHE", "XDG_CACHE_HOME", "HOME")}
    _, good, _ = compile_it()
    expect("verified", compile_it("--cache-verify")[0], (0, 1, UNITS, UNITS))
    for number, path in enumerate(entries()):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1])
                         if number % 2 else b"")
    found, program, _ = compile_it()
    expect("damaged and empty entries", (found, program == good),
           ((0, 1, 0, UNITS), True))
    expect("are replaced", compile_it()[0], (1, 1, 0, 0))

    for path in entries():  # right by their hash, but of another program
        content = path.read_bytes()[43:] + b"x"
        path.write_bytes(b"FLUXCACHE1\n" + hashlib.sha256(content).digest()
                         + content)
    _, _, messages = compile_it("--cache-verify", status=1)
    expect("differences are told",
           ("the cache holds other bytes than a compilation makes: the program "
            "for x86_64-linux [FLX1753]" in messages,
            "the part 'm3.flux.md' for x86_64-linux" in messages),
           (True, True))
    expect("and repaired", compile_it()[:2], ((1, 1, 0, 0), good))

    before = entries()
    for path in before:
        os.utime(path, (1, 1))
    size = sum(path.stat().st_size for path in before)
    replace("m1.flux.md", "s / 3", "s / 5")
    compile_it(f"--cache-limit={size}")
    left = sum(path.stat().st_size for path in entries())
    expect("the limit holds", left <= size, True)
    expect("something gave way", all(path.exists() for path in before), False)
    expect("what is in use stays", compile_it()[0], (1, 1, 0, 0))
    os.environ["FLUX_CACHE"] = "off"

    together = [subprocess.Popen(
        [FLUXC, "main.flux.md", *LEVEL, "-o", f"program{n}", "--cache-dir=shared"],
        cwd=FOLDER) for n in range(2)]
    expect("several processes", [process.wait() for process in together],
           [0] * 2)
    expect("make the same", len({(FOLDER / f"program{n}").read_bytes()
                                 for n in range(2)}), 1)
    expect("and leave nothing", list((FOLDER / "shared").glob("*/*.tmp")), [])

    def default(name, **variables):
        found, _, _ = compile_it(cache=None, document="tiny.flux.md",
                                 environment={**environment, **variables})
        return found, (FOLDER / name).exists()
    (FOLDER / "tiny.flux.md").write_text(
        "# Tiny\n\n```flux\nfn main() {\n}\n```\n")
    home, xdg = str(FOLDER / "home"), str(FOLDER / "xdg")
    expect("no home", default("home"), (None, False))
    expect("switched off", default("home", HOME=home, FLUX_CACHE="off"),
           (None, False))
    expect("in the home", default("home/.cache/fluxc/usage", HOME=home,
                                  XDG_CACHE_HOME="relative")[1], True)
    expect("by XDG", default("xdg/fluxc/usage", HOME=home,
                             XDG_CACHE_HOME=xdg)[1], True)
    expect("by name", default("named/usage", FLUX_CACHE="named")[1], True)
    _, program, messages = compile_it(cache="main.flux.md/x",
                                      document="tiny.flux.md")
    expect("a folder that cannot be",
           "warning: the cache 'main.flux.md/x' cannot be used" in messages,
           True)
    _, _, messages = compile_it(cache=None, document="tiny.flux.md", environment={
        **environment, "HOME": str(FOLDER / "main.flux.md")})
    expect("a home that cannot be", "warning" in messages, False)



def main():
    work = {"reuse": reuse, "care": care, "hundred": hundred}[sys.argv[3]]
    size = ("100", "3") if work is hundred else (str(COUNT), "18")
    subprocess.run([sys.executable, MODULES, *size, FOLDER], check=True)
    work()


if __name__ == "__main__":
    main()
