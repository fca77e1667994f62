"""Measures flux-vm against other engines, on this machine.

Ten programs run in every engine: in FLUX (bench/native, with the work that WORK says), in
C (vm/c), as machine code of clang -O2 and as WebAssembly, and in Lua (vm/lua).  CPU time
of whole processes, in turns; what counts is how many times as long as the machine code a
program takes.  Memory safety and gas are on.  The sequences of operations that have a
handler of their own were chosen from other programs (vm/corpus, the examples).

Then what comes before a program runs: starting flux-vm beside /bin/true, loading a
hello, verifying a million and ten million instructions.
"""
import pathlib
import re
import shutil
import statistics
import subprocess

import targets

HERE = pathlib.Path(__file__).resolve().parent

# What vm/c computes, in place of what the documents say.
WORK = {
    "crc32": ["64"],
    "dispatch": ["40000000"],
    "fib": ["35"],
    "mandel": ["512"],
    "matmul": ["256"],
    "nbody": ["500000"],
    "parse": ["16"],
    "qsort": ["1000000"],
    "sha256": ["262144"],
    "sieve": ["1 << 22", "3"],
}

# Peers: what must be on PATH, its options, the file it runs.
ENGINES = {
    "wasm3": ("wasm3", ["--func", "bench"], "wasm"),
    "iwasm": ("iwasm", ["-f", "bench"], "wasm"),
    "node": ("node", [HERE / "vm/node.mjs"], "wasm"),
    "node-baseline": ("node", ["--liftoff", "--no-wasm-tier-up", HERE / "vm/node.mjs"], "wasm"),
    "luajit-joff": ("luajit", ["-joff"], "jit.lua"),
    "lua5.4": ("lua5.4", [], "lua"),
}

INSTRUCTIONS = [1_000_000, 10_000_000]
MOST = {"load-hello": 0.3e-3, "start": 2.0}


def number(text):
    """The 32 bits that a program prints, however its engine writes them."""
    digits = re.findall(r"-?(?:0x)?[0-9a-fA-F]+", text)[-1]
    return int(digits, 16 if "x" in digits else 10) & 0xFFFFFFFF


def write_code(file, instructions):
    """The text of a package with that many instructions, in functions of a few hundred:
    arithmetic, accesses, loops and calls."""
    body = ["  iadd r17, r17, r16", "  load r18, [r7+8]", "  ixor r18, r18, r17",
            "  store r18, [r7+16]", "  imuli r19, r18, 1664525", "  ushri r19, r19, 7",
            "  li r20, 77", "  select r21, r20, r19, r18"]
    tail = ["  iaddi r16, r16, -1", "  bnei r16, 0, again", "  ret"]
    head = ["  li r7, 0x300000000", "  mov r17, r0", "again:"]
    rounds = 48
    size = rounds * len(body) + len(tail) + len(head) - 1
    with open(file, "w") as out:
        out.write(".region 3 rw 4096\n.func main 0 -> 0\n  ret\n")
        text = "\n".join(head + rounds * body + tail) + "\n"
        for i in range(instructions // size + 1):
            out.write(f".func f{i} 1 -> 0\n{text}")


class Machines:
    """What `./dev bench vm` does; `run` is the module run.py, `bench` its Bench."""

    def __init__(self, bench, run):
        self.bench, self.run = bench, run
        self.folder = bench.folder / "vm"
        self.folder.mkdir(exist_ok=True)
        self.vm = bench.fluxc.parent / "flux-vm"
        self.engines = {}
        for name, engine in ENGINES.items():
            if shutil.which(engine[0]):
                self.engines[name] = engine
            else:
                print(f"{engine[0]} is not on PATH: {name} is left out")

    def suites(self):
        if not self.bench.clang:
            print("flux-vm is compared with clang: nothing is measured")
            return
        yield "vm", self.programs(), "clang-O2"
        yield "vm-start", self.start(), None

    def compile(self, name):
        """Makes all forms of a program; returns their commands."""
        build = self.run.build
        document, c_source = self.folder / f"{name}.flux.md", HERE / "vm/c" / f"{name}.c"
        text = (HERE / "native" / document.name).read_text()
        known = [(before, after) for (before, _), after in zip(targets.SMALL[name], WORK[name])]
        document.write_text(targets.shrink_flux(name, text, known))
        flux, native, wasm = (self.folder / f"{name}.{end}" for end in ("fluxbc", "native", "wasm"))
        build([self.bench.fluxc, "-O2", "--target=bytecode", document, "-o", flux])
        build([self.bench.clang, "-O2", *self.run.C_FLAGS, c_source, "-o", native, "-lm"])
        commands = {"flux": [self.vm, "run", flux], "clang-O2": [native]}
        if any(kind == "wasm" for _, _, kind in self.engines.values()):
            build([self.bench.clang, "-O2", *self.run.C_FLAGS, "--target=wasm32", "-nostdlib",
                   "-fuse-ld=lld", "-Wl,--no-entry", c_source, "-o", wasm])
        for engine, (program, options, kind) in self.engines.items():
            file = wasm if kind == "wasm" else HERE / "vm/lua" / f"{name}.{kind}"
            if not file.exists():
                file = file.with_name(name + ".lua")
            commands[engine] = [shutil.which(program), *options, file]
        return commands

    def programs(self):
        for name in filter(self.bench.wanted, WORK):
            commands = self.compile(name)
            shown = {}
            for engine, command in commands.items():
                done = subprocess.run([str(word) for word in command], capture_output=True,
                                      text=True, stdin=subprocess.DEVNULL)
                shown[engine] = number(done.stdout + done.stderr)
            for engine, value in shown.items():
                if value != shown["clang-O2"]:
                    raise self.run.Failure(f"{name}: {engine} gives {value}, but clang's "
                                           f"program {shown['clang-O2']}")
            # wasm3 tells the result there.
            cpu, _, _ = self.run.measure(commands, self.bench.arguments.runs, "/dev/null")
            slow = cpu["flux"] > cpu.get("wasm3", cpu["flux"])
            yield name, cpu, "slower than wasm3" if slow else ""

    def steps(self, package):
        """Seconds of the steps that `flux-vm bench` tells, and the number of
        instructions; medians."""
        found = {}
        for _ in range(self.bench.arguments.runs):
            told = subprocess.run([self.vm, "bench", package], capture_output=True, text=True,
                                  check=True, stdin=subprocess.DEVNULL).stderr
            found.setdefault("instructions", []).append(
                int(re.search(r"(\d+) instructions", told).group(1)))
            for step, time in re.findall(r"^(\w+) ([\d.]+) us", told, re.MULTILINE):
                found.setdefault(step, []).append(float(time) / 1e6)
        return {step: statistics.median(times) for step, times in found.items()}

    def start(self):
        """`flux` is the time that counts, peers are what it is compared with."""
        package = self.folder / "hello.fluxbc"
        self.run.build([self.bench.fluxc, "-O2", "--target=bytecode",
                        HERE / "start/hello.flux.md", "-o", package])
        size = self.vm.stat().st_size
        _, wall, _ = self.run.measure({"flux": [self.vm, "run", package], "true": ["/bin/true"]},
                                      20 * self.bench.arguments.runs)
        yield "start", wall, f"at most {MOST['start']} times; flux-vm has {size / 1024:.1f} KiB"
        steps = self.steps(package)
        yield "load-hello", {"flux": steps["load"]}, f"at most {MOST['load-hello'] * 1e3} ms"
        for count in INSTRUCTIONS:
            text = self.folder / f"verify-{count}.fluxasm"
            package = text.with_suffix(".fluxbc")
            if not package.exists():
                write_code(text, count)
                self.run.build([self.vm, "asm", text, "-o", package])
                text.unlink()
            steps = self.steps(package)
            rate = steps["instructions"] / steps["verify"] / 1e6
            yield f"verify-{count}", {"flux": steps["verify"]}, f"{rate:.1f} M instructions/s"
