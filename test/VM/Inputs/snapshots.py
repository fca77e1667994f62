"""Stops each benchmark program in its middle and lets other machines go on.

  snapshots.py FLUXC FOLDER BENCH MACHINE PROGRAM...

BENCH is the folder of the benchmarks; MACHINE is a command that runs flux-vm.
"""
import pathlib
import subprocess
import sys

fluxc, folder, bench = sys.argv[1].split(), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
machine = sys.argv[4].split()
sys.path.insert(0, str(bench))
sys.dont_write_bytecode = True
import targets  # noqa: E402

WORK = {
    "crc32": ["1"], "dispatch": ["30000"], "fib": ["17"], "mandel": ["16"],
    "matmul": ["20"], "nbody": ["400"], "parse": ["1"], "qsort": ["9000"],
    "sha256": ["60"], "sieve": ["1 << 12", "3"],
}


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def main():
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[5:]:
        work = WORK[name]
        document, package = folder / f"{name}.flux.md", folder / f"{name}.fluxbc"
        text = (bench / "native" / document.name).read_text()
        # Buffers of a mebibyte take long to fill in an emulator.
        text = text.replace("1 << 20", "1 << 14").replace("1048576", "16384")
        known = [(before, after) for (before, _), after in zip(targets.SMALL[name], work)]
        document.write_text(targets.shrink_flux(name, text, known))
        status, _, told = run([*fluxc, "-O1", document, "-o", package])
        if status:
            sys.exit(f"{name}: {told}")
        _, wanted, told = run(["flux-vm", "run", "--show-gas", package])
        gas = int(told.split("gas used: ")[1])
        saved = folder / f"{name}.saved"
        status, early, told = run(["flux-vm", "run", f"--gas={gas // 2}", f"--snapshot={saved}",
                                   package])
        if "gas" not in told or not wanted or early:
            sys.exit(f"{name}: did not stop in its middle: {status}, {told}")
        status, output, told = run([*machine, "run", "--show-gas", f"--restore={saved}",
                                    package])
        used = int(told.split("gas used: ")[-1])
        # The block in which it stopped was not paid for.
        if status or output != wanted or not 0 <= used - (gas - gas // 2) < 256:
            sys.exit(f"{name}: {' '.join(machine)} goes on to {output!r} with status "
                     f"{status} and {used} units of gas, not to {wanted!r}: {told}")
        print(f"{name}: {gas} units of gas, {saved.stat().st_size} bytes")


if __name__ == "__main__":
    main()
