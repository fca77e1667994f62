#!/usr/bin/env python3
"""Measures FLUX against other compilers, all in the same run.

A number alone says little about a machine that also does other things, so each
program is measured in turns with its peers, and medians are compared:

  native   what compiled programs take, CPU time; bench/native/NAME.flux.md
           against NAME.c and, where they exist, NAME.rs and NAME-pool.c, which
           manages its memory by hand as regions do
  compile  what compiling takes, wall time with CPU time beside it, for generated
           programs (generate.py); fluxc uses all processors, clang one
  start    what starting takes, wall time: a program, the compiler
  again    what compiling takes that was done before, or is done for several
           targets at once, against doing it anew or for one: CPU time
  targets  the programs of `native` on ARM64 and RISC-V (instructions, in an
           emulator) and as WebAssembly (CPU time in Node): targets.py
  vm       ten programs in flux-vm and other engines, CPU time; starting, loading,
           verifying: vm.py
  boot     starting a machine in QEMU against the smallest kernel, wall time: boot.py

Peers must print what the FLUX program prints.  A peer that is not installed is
named and left out.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import boot
import generate
import targets
import vm

HERE = pathlib.Path(__file__).resolve().parent
CLANG = "clang-22"
C_FLAGS = ["-std=c17", "-ffp-contract=off"]
CHECKED = ["-fsanitize=signed-integer-overflow,bounds", "-fsanitize-trap=all"]


class Failure(Exception):
    pass


def spawn(command, output, errors=None):
    """Runs a command; returns CPU seconds, wall seconds and peak KiB."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, output,
                os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]
    if errors:
        actions.append((os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY, 0))
    command = [str(word) for word in command]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ,
                           file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    if status:
        raise Failure(f"'{' '.join(command)}' ended with status "
                      f"{os.waitstatus_to_exitcode(status)}")
    # The kernel knows the sum exactly and guesses how it is divided.
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss


def build(command):
    command = [str(word) for word in command]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise Failure(f"'{' '.join(command)}' failed:\n{result.stderr}")


def measure(commands, runs, errors=None):
    """Runs the commands in turns; returns the median CPU seconds, the median
    wall seconds and the peak KiB of each by name."""
    cpu = {name: [] for name in commands}
    wall = {name: [] for name in commands}
    peaks = dict.fromkeys(commands, 0)
    for _ in range(runs):
        for name, command in commands.items():
            cpu_time, wall_time, peak = spawn(command, os.devnull, errors)
            cpu[name].append(cpu_time)
            wall[name].append(wall_time)
            peaks[name] = max(peaks[name], peak)
    medians = [{name: statistics.median(t) for name, t in times.items()}
               for times in (cpu, wall)]
    return *medians, peaks


def check_outputs(commands, folder):
    """All of them must print the same."""
    shown = {}
    for name, command in commands.items():
        output = folder / f"output-{name}"
        spawn(command, output)
        shown[name] = output.read_bytes()
    for name, text in shown.items():
        if text != shown["flux"]:
            raise Failure(f"{name} prints {text[:80]!r}, "
                          f"but flux prints {shown['flux'][:80]!r}")


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.fluxc = pathlib.Path(arguments.fluxc).resolve()
        self.folder = self.fluxc.parent.parent / "bench"
        self.folder.mkdir(parents=True, exist_ok=True)
        os.environ["FLUX_CACHE"] = "off"  # compilers are measured here
        self.clang = shutil.which(CLANG)
        self.rustc = shutil.which("rustc")

    def missing(self):
        return [name for name, path in ((CLANG, self.clang),
                                        ("rustc", self.rustc)) if not path]

    def wanted(self, name):
        return not self.arguments.only or name in self.arguments.only

    def suites(self, name):
        """The parts of a suite, their rows, and the peer that all are compared with
        besides."""
        if name == "vm":
            return vm.Machines(self, sys.modules[__name__]).suites()
        if name == "boot":
            return boot.Boot(self, sys.modules[__name__]).suites()
        if name != "targets":
            return [(name, getattr(self, name)(), None)]
        return [(*suite, None)
                for suite in targets.Targets(self, build, Failure).suites()]

    def native(self):
        for document in sorted((HERE / "native").glob("*.flux.md")):
            name = document.name.removesuffix(".flux.md")
            if not self.wanted(name):
                continue
            program = {peer: self.folder / f"{name}-{peer}" for peer in
                       ("flux", "clang-O2", "clang-O2-checked", "rustc")}
            commands = {"flux": [program["flux"]]}
            build([self.fluxc, "-O2", document, "-o", program["flux"]])
            c_source = document.with_name(name + ".c")
            if self.clang and c_source.exists():
                for peer, flags in (("clang-O2", []),
                                    ("clang-O2-checked", CHECKED)):
                    build([self.clang, "-O2", *C_FLAGS, *flags, c_source, "-o",
                           program[peer], "-lm"])
                    commands[peer] = [program[peer]]
            pool_source = document.with_name(name + "-pool.c")
            if self.clang and pool_source.exists():
                peer = "clang-O2-pool"
                program[peer] = self.folder / f"{name}-{peer}"
                build([self.clang, "-O2", *C_FLAGS, pool_source, "-o",
                       program[peer], "-lm"])
                commands[peer] = [program[peer]]
            rust_source = document.with_name(name + ".rs")
            if self.rustc and rust_source.exists():
                build([self.rustc, "--edition=2021", "-O", "-C",
                       "overflow-checks=on", rust_source, "-o",
                       program["rustc"]])
                commands["rustc"] = [program["rustc"]]
            check_outputs(commands, self.folder)
            cpu, _, _ = measure(commands, self.arguments.runs)
            yield name, cpu, ""

    def check_twins(self, level, document, c_source):
        """The generated programs must print the same."""
        flux, c = self.folder / "lines-flux", self.folder / "lines-clang"
        build([self.fluxc, level, document, "-o", flux])
        build([self.clang, level, *C_FLAGS, c_source, "-o", c])
        check_outputs({"flux": [flux], "clang": [c]}, self.folder)

    def compile(self):
        for lines in self.arguments.lines:
            source = self.folder / f"lines-{lines}"
            written = generate.write(lines, str(source))
            document, c_source = f"{source}.flux.md", f"{source}.c"
            target = self.folder / "lines.o"
            # Large programs take long, and vary less.
            is_large = lines > 20000
            runs = max(1, self.arguments.runs // (4 if is_large else 1))
            for level in ("-O0", "-O2"):
                name = f"{lines}{level}"
                if not self.wanted(name):
                    continue
                commands = {"flux": [self.fluxc, level, "-c", document, "-o",
                                     target]}
                if self.clang:
                    commands["clang" + level] = [
                        self.clang, level, *C_FLAGS, "-c", c_source, "-o",
                        target]
                    if not is_large:
                        self.check_twins(level, document, c_source)
                cpu, wall, peaks = measure(commands, runs)
                yield name, wall, ", ".join(
                    f"{peer} {written / wall[peer]:,.0f} lines/s, "
                    f"CPU {show(cpu[peer])}, {peaks[peer] / 1024:.0f} MiB"
                    for peer in commands)

    def start(self):
        document = HERE / "start" / "hello.flux.md"
        c_source = HERE / "start" / "hello.c"
        flux, c = self.folder / "hello-flux", self.folder / "hello-c"
        build([self.fluxc, "-O0", document, "-o", flux])
        rows = {"hello": {"flux": [flux]},
                "compile-hello": {"flux": [self.fluxc, "-O0", document, "-o",
                                           flux.with_suffix(".out")]},
                "version": {"flux": [self.fluxc, "--version"]}}
        if self.clang:
            # Static, as FLUX's programs are; clang's compilation is not.
            build([self.clang, "-O0", "-static", c_source, "-o", c])
            rows["hello"]["clang-O0"] = [c]
            rows["compile-hello"]["clang-O0"] = [
                self.clang, "-O0", c_source, "-o", c.with_suffix(".out")]
            rows["version"]["clang-O0"] = [self.clang, "--version"]
        for name, commands in rows.items():
            if not self.wanted(name):
                continue
            if name == "hello":
                check_outputs(commands, self.folder)
            _, wall, _ = measure(commands, 5 * self.arguments.runs)
            yield name, wall, ""


    def again(self):
        """The peers are what is saved; the aims are 20 times of "cold" for "unchanged",
        and 0.45 of "one-target" for "three"."""
        folder = self.folder / "modules"
        shutil.rmtree(folder, ignore_errors=True)
        build([sys.executable, HERE.parent / "test/Driver/Inputs/modules.py", 100, 3, folder])
        main, part = folder / "main.flux.md", folder / "m50.flux.md"
        cold = [self.fluxc, "-O2", "--no-cache", main, "-o", folder / "program"]
        warm = [*cold[:2], f"--cache-dir={folder / 'cache'}", *cold[3:]]
        build(warm)
        text, number = part.read_text(), 0

        def change():
            nonlocal number
            number += 1
            part.write_text(text.replace("s / 2", f"s / {number + 2}", 1))
        for name, before in (("unchanged", lambda: None), ("one-changed", change)):
            if self.wanted(name):
                times = {"flux": [], "cold": []}
                for _ in range(self.arguments.runs):
                    before()
                    times["flux"].append(spawn(warm, os.devnull)[0])
                    times["cold"].append(spawn(cold, os.devnull)[0])
                yield name, {peer: statistics.median(t) for peer, t in times.items()}, ""

        several = ["x86_64", "arm64", "riscv64"]
        lines = self.folder / "lines-1000"
        generate.write(1000, str(lines))
        for name, document in (("hello", HERE / "start" / "hello.flux.md"),
                               ("qsort", HERE / "native" / "qsort.flux.md"),
                               ("json-parse", HERE / "native" / "json-parse.flux.md"),
                               ("1000-lines", f"{lines}.flux.md"), ("modules", main)):
            if not self.wanted(name):
                continue
            commands = {target: [self.fluxc, "-O2", "--no-cache", f"--target={target}", document,
                                 "-o", folder / ("p-" + ("{target}" if "," in target else "one"))]
                        for target in [",".join(several), *several]}
            cpu, _, _ = measure(commands, self.arguments.runs)
            three, *one = cpu.values()
            yield name, {"flux": three, "one-target": statistics.fmean(one)}, \
                "one target is the mean of " + ", ".join(map(show, one))


def show(seconds):
    if isinstance(seconds, int):
        return f"{seconds / 1e6:.2f} M"
    return f"{seconds:.3f} s" if seconds >= 0.1 else f"{seconds * 1e3:.2f} ms"


def mean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def run_suite(name, rows, base=None):
    """Prints the rows as they come; returns the suite as it goes to JSON.  All is
    compared with the peer `base`, too, if it is named."""
    print(f"\n{name}", flush=True)
    programs, ratios, of_base = [], {}, {}
    for program, medians, remark in rows:
        for peer, seconds in medians.items() if base else ():
            of_base.setdefault(peer, []).append(seconds / medians[base])
        flux = medians.pop("flux")
        programs.append({"name": program, "flux": flux, "peers": medians})
        cells = [f"  {program:14} flux {show(flux):>10}"]
        for peer, seconds in medians.items():
            ratios.setdefault(peer, []).append(seconds / flux)
            cells.append(f"{peer} {show(seconds):>10} ({seconds / flux:.2f})")
        print("  ".join(cells) + (f"\n{'':17}{remark}" if remark else ""),
              flush=True)
    geomean = {peer: mean(values) for peer, values in ratios.items()}
    for peer, value in geomean.items():
        print(f"  geometric mean of {peer} / flux: {value:.3f}")
    result = {"name": name, "programs": programs, "geomean": geomean}
    if base:
        times = {peer: mean(values) for peer, values in of_base.items()}
        for peer, value in sorted(times.items(), key=lambda item: item[1]):
            print(f"  {peer} takes {value:.2f} times the time of {base}")
        result["times " + base] = times
    return result


def main():
    suites = ["native", "compile", "start", "again", "targets", "vm", "boot"]
    parser = argparse.ArgumentParser(
        prog="./dev bench", description="Measures FLUX and its peers in turns.")
    parser.add_argument("suite", nargs="*", metavar="SUITE",
                        help=f"{', '.join(suites)}; all if none is named")
    parser.add_argument("--json", metavar="FILE", help="write the numbers")
    parser.add_argument("--runs", type=int, default=7, metavar="N",
                        help="take the median of N runs (7)")
    parser.add_argument("--only", action="append", metavar="NAME",
                        help="measure this program of a suite (repeatable)")
    parser.add_argument("--lines", type=int, nargs="+", metavar="N",
                        default=[1000, 10000, 100000],
                        help="sizes of the programs of 'compile'")
    parser.add_argument("--fluxc", default=HERE.parent / "build/bin/fluxc",
                        metavar="FILE", help="the compiler to measure")
    arguments = parser.parse_args()
    unknown = set(arguments.suite) - set(suites)
    if unknown:
        parser.error(f"there is no suite '{unknown.pop()}'")
    if arguments.runs < 1:
        parser.error("--runs takes a number from 1 on")

    bench = Bench(arguments)
    for peer in bench.missing():
        print(f"{peer} is not installed: it is left out")
    try:
        results = [run_suite(suite, rows, base) for name in arguments.suite or suites
                   for suite, rows, base in bench.suites(name)]
    except (Failure, ValueError) as failure:
        sys.exit(f"bench: {failure}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(
            json.dumps({"suites": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
