"""Measures FLUX on targets other than this machine, against clang -O2 for them.

What is counted on ARM64 and RISC-V are the instructions that programs execute in
qemu-user, by a plugin (bare/count.c): this says nothing about caches, but it is the
same in each run.  WebAssembly runs in Node, where CPU time is taken around the program
(bare/time.mjs), in turns.

The programs are those of bench/native, with less work, because an emulator is slow.  Their
C versions get a small C library (bare/libc.c) on every target.  Both compilers get the
same features of the processor.
"""
import pathlib
import re
import shutil
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
BARE = HERE / "bare"
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")

# How much work each program does under an emulator: what its source says in this
# order, and what is put in its place.
SMALL = {
    "binary-trees": [("16", "11")],
    "crc32": [("160", "8")],
    "dispatch": [("150000000", "2000000")],
    "fib": [("40", "28")],
    "hash-map": [("3", "1"), ("1000000", "100000"), ("131072", "16384")],
    "json-parse": [("120", "3"), ("4000", "1000")],
    "mandel": [("1200", "120")],
    "matmul": [("700", "128")],
    "nbody": [("6000000", "60000")],
    "parse": [("160", "4")],
    "qsort": [("6000000", "150000")],
    "sha256": [("1000000", "20000")],
    "sieve": [("1 << 22", "1 << 16"), ("30", "12")],
    "spectral-norm": [("3000", "220")],
    "string-builder": [("240", "3"), ("25000", "4000")],
    "word-count": [("4000000", "200000"), ("20", "6")],
}

ELF = {
    "arm64": {"triple": "aarch64-linux-gnu", "clang": ["-mno-outline-atomics"],
              "emulator": "qemu-aarch64", "memory": "Memory.cpp"},
    "riscv64": {"triple": "riscv64-linux-gnu", "clang": ["-march=rv64gc", "-mabi=lp64d"],
                "emulator": "qemu-riscv64", "memory": "WordMemory.cpp"},
}
WASM = {"triple": "wasm32-unknown-unknown", "emulator": "node",
        "clang": ["-msimd128", "-mbulk-memory", "-mbulk-memory-opt", "-mnontrapping-fptoint", "-msign-ext"]}
BARE_FLAGS = ["-nostdlibinc", "-isystem", BARE / "include"]


def shrink(name, text, pattern, wanted):
    """The source of a program with less work; `pattern` finds a quantity."""
    found = 0

    def replace(match):
        nonlocal found
        if found == len(wanted) or match.group(2) != wanted[found][0]:
            raise ValueError(f"{name}: the table of work does not know "
                             f"'{match.group(0)}'")
        found += 1
        return match.group(1) + wanted[found - 1][1] + match.group(3)

    text = re.sub(pattern, replace, text)
    if found != len(wanted):
        raise ValueError(f"{name}: the table of work does not fit the source")
    return text


def shrink_c(name, text):
    return shrink(name, text, r"(WORK\()([^)]*)(\))", SMALL[name])


def shrink_flux(name, text, wanted=None):
    return shrink(name, text, r"(\(?\b)(\d+(?: << \d+)?)(\)? \+ (?:u64\()?args\.len)",
                  wanted or SMALL[name])


class Targets:
    """What `./dev bench targets` does; `bench` is the Bench of run.py, `build` runs a
    command and `Failure` is what it raises."""

    def __init__(self, bench, build, failure):
        self.bench, self.build, self.failure = bench, build, failure
        self.folder = bench.folder / "targets"
        self.folder.mkdir(exist_ok=True)
        self.clang = LLVM / "clang"

    def suites(self):
        """The targets that can run here, and their rows."""
        if not self.clang.exists():
            print(f"{self.clang} is not there: targets are left out")
            return
        for target, machine in {**ELF, "wasm32": WASM}.items():
            if not shutil.which(machine["emulator"]):
                print(f"{machine['emulator']} is not installed: {target} is left out")
            elif target in ELF:
                yield f"{target}, instructions", self.counted(target)
            else:
                yield f"{target}, CPU time", self.timed()

    def prepare(self, target, machine):
        """Makes what the C programs of a target are linked with."""
        flags = ["--target=" + machine["triple"], *machine["clang"], "-O2"]
        objects = [self.folder / f"libc-{target}.o"]
        self.build([self.clang, *flags, "-ffreestanding", "-fno-math-errno", *BARE_FLAGS, "-c",
                    BARE / "libc.c", "-o", objects[0]])
        if "memory" in machine:
            objects.append(self.folder / f"memory-{target}.o")
            self.build([self.clang, *flags, "-x", "c++", "-std=c++20", "-ffreestanding",
                        "-nostdinc++", "-fno-exceptions", "-fno-rtti", "-ffunction-sections",
                        "-c", HERE.parent / "runtime/rt/builtins" / machine["memory"], "-o",
                        objects[1]])
        return objects

    def compile(self, target, machine, name, small):
        """Builds both versions of a program; returns their files."""
        document = HERE / "native" / f"{name}.flux.md"
        c_source = document.with_name(name + ".c")
        if small:
            text = shrink_flux(name, document.read_text())
            document = self.folder / document.name
            document.write_text(text)
            text = shrink_c(name, c_source.read_text())
            c_source = self.folder / c_source.name
            c_source.write_text(text)
        flux, c = (self.folder / f"{name}-{target}-{peer}" for peer in ("flux", "clang"))
        self.build([self.bench.fluxc, "-O2", "--target=" + target, document, "-o",
                    flux])
        self.build([self.clang, "--target=" + machine["triple"], *machine["clang"], "-O2",
                    "-std=c17", "-ffp-contract=off", *BARE_FLAGS, "-I", HERE / "native", "-c",
                    c_source, "-o", c.with_suffix(".o")])
        return flux, c

    def run(self, command):
        result = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                                stdin=subprocess.DEVNULL)
        if result.returncode:
            raise self.failure(f"'{command[-1]}' ended with status {result.returncode}:\n"
                               f"{result.stderr}")
        return result.stdout, result.stderr

    def compare(self, name, outputs):
        if outputs[0] != outputs[1]:
            raise self.failure(f"{name}: clang's program prints {outputs[1][:80]!r}, "
                               f"but flux's prints {outputs[0][:80]!r}")

    def names(self):
        return [name for name in SMALL if self.bench.wanted(name)]

    def counted(self, target):
        """Rows of a target in qemu-user."""
        machine = ELF[target]
        plugin, counted = self.folder / "count.so", self.folder / "counted"
        self.build([self.clang, "-O2", "-shared", "-fPIC", BARE / "count.c", "-o", plugin])
        objects = self.prepare(target, machine)
        for name in self.names():
            flux, c = self.compile(target, machine, name, small=True)
            self.build([LLVM / "ld.lld", "--gc-sections", c.with_suffix(".o"), *objects, "-o",
                        c])
            outputs, numbers = [], []
            for program in (flux, c):
                outputs.append(self.run([machine["emulator"], "-plugin",
                                         f"{plugin},out={counted}", program])[0])
                numbers.append(int(counted.read_text()))
            self.compare(name, outputs)
            yield name, {"flux": numbers[0], "clang-O2": numbers[1]}, ""

    def timed(self):
        """Rows of WebAssembly in Node."""
        objects = self.prepare("wasm32", WASM)
        for name in self.names():
            modules = self.compile("wasm32", WASM, name, small=False)
            self.build([LLVM / "wasm-ld", "-z", "stack-size=8388608",
                        modules[1].with_suffix(".o"), *objects, "-o", modules[1]])
            times = [[], []]
            for _ in range(self.bench.arguments.runs):
                outputs = []
                for taken, module in zip(times, modules):
                    output, told = self.run(["node", "--stack-size=7000", BARE / "time.mjs",
                                             module])
                    outputs.append(output)
                    taken.append(int(told.split()[-1]) / 1e6)
                self.compare(name, outputs)
            flux, c = map(statistics.median, times)
            yield name, {"flux": flux, "clang-O2": c}, ""
