"""What makes and runs a program, each way in one table.

The first engine that works is what the others are compared with.  An engine whose
tools are not on this machine, or whose target the compiler cannot make, is left out.
"""
import json
import os
import pathlib
import shutil
import subprocess

SECONDS = 300  # that a compiler or a program may take

# Starts modules of WebAssembly in Node.
LOADER = pathlib.Path(__file__).resolve().parents[2] / "runtime/wasm/run.mjs"

C_FLAGS = ["-std=c11", "-ffp-contract=off", "-w"]


class Engine:
    """One way to run programs: `options` of fluxc, and the name of a target whose
    emulator runs them; `cost` is about how much longer it takes than the others."""

    def __init__(self, name, options, target="", cost=1, c_compiler=None):
        self.name, self.options, self.target, self.cost = name, options, target, cost
        self.c_compiler, self.runner = c_compiler, []

    def find(self, fluxc):
        """Whether the machine has what the engine needs."""
        if self.c_compiler and not shutil.which(self.c_compiler[0]):
            return False
        if not self.target:
            return True
        shown = subprocess.run([*fluxc, "--print-target=" + self.target], capture_output=True,
                               text=True, timeout=SECONDS)
        if shown.returncode:
            return False
        words = json.loads(shown.stdout).get("emulator") or []
        if not words:
            return False
        # The virtual machine stands beside the compiler.
        path = os.pathsep.join([str(pathlib.Path(fluxc[0]).resolve().parent), os.environ["PATH"]])
        words[0] = shutil.which(words[0], path=path)
        self.runner = [str(LOADER) if word == "{loader}" else word for word in words]
        return bool(words[0])

    def compile(self, fluxc, document, program):
        """Makes the program; the text of what went wrong, or None."""
        target = ["--target=" + self.target] if self.target else []
        form = ["--emit=c"] if self.c_compiler else []
        made = program.with_suffix(".c") if self.c_compiler else program
        problem = run([*fluxc, *self.options, *target, *form, "-j1", "--unlocked", str(document), "-o", str(made)])
        if problem or not self.c_compiler:
            return problem
        return run([*self.c_compiler, *C_FLAGS, str(made), "-o", str(program), "-lm"])

    def execute(self, program, numbers, words=("seven",)):
        """Runs the programs with these numbers: {number: (output, errors, status)}.
        One process runs them in a row until one ends it."""
        results, left = {}, list(numbers)
        while left:
            command = [*self.runner, str(program), *words, *map(str, left)]
            try:
                done = subprocess.run(command, capture_output=True, timeout=SECONDS,
                                      stdin=subprocess.DEVNULL)
                output, errors, status = done.stdout, done.stderr, done.returncode
            except subprocess.TimeoutExpired as late:
                output, errors, status = late.stdout or b"", b"", "too slow"
            parts = output.split(b"== ")[1:]
            if not parts:
                results[left.pop(0)] = (output, errors, status)
                continue
            for number, part in zip(left, parts):
                results[number] = (part, b"", 0)
            if status:
                results[left[len(parts) - 1]] = (parts[-1], errors, status)
            left = left[len(parts):]
        return results


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "too slow: " + " ".join(map(str, command))
    return None if done.returncode == 0 else done.stderr or f"status {done.returncode}"


def table():
    return [
        Engine("x86_64-O0", ["-O0"]),
        Engine("x86_64-O0-llvm", ["-O0", "--codegen=llvm"]),
        Engine("x86_64-O2", ["-O2"]),
        Engine("x86_64-Oz", ["-Oz"]),
        Engine("x86_64-O2-g", ["-O2", "-g"], cost=4),
        Engine("arm64-O0", ["-O0"], "arm64-linux", cost=4),
        Engine("arm64-O2", ["-O2"], "arm64-linux", cost=4),
        Engine("riscv64-O0", ["-O0"], "riscv64-linux", cost=4),
        Engine("riscv64-O2", ["-O2"], "riscv64-linux", cost=4),
        Engine("wasm32-O2", ["-O2"], "wasm32", cost=4),
        Engine("c-gcc-O2", ["-O2"], cost=8, c_compiler=["gcc", "-O2"]),
        Engine("c-clang-O0", ["-O0"], cost=8, c_compiler=["clang-22", "-O0"]),
        Engine("bytecode-O0", ["-O0"], "bytecode", cost=4),
        Engine("bytecode-O2", ["-O2"], "bytecode", cost=4),
    ]


def find(fluxc, folder):
    """The engines that work here, tried on a small document."""
    found = []
    document = pathlib.Path(folder) / "try.flux.md"
    document.write_text('# Try\n\n```flux\nfn main(args: [str]) {\n  println("== ", args[1])\n}\n```\n')
    for engine in table():
        program = pathlib.Path(folder) / "try"
        if (engine.find(fluxc) and not engine.compile(fluxc, document, program)
                and engine.execute(program, ["1"]) == {"1": (b"1\n", b"", 0)}):
            found.append(engine)
    return found
