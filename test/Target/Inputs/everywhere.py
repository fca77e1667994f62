"""Runs the examples, as their documents say, and the benchmark programs, with less
work, on all targets: each must write the same bytes and end with the same status.

usage: everywhere.py FLUXC ROOT FOLDER PART PARTS
"""
import pathlib
import re
import shutil
import subprocess
import sys

FLUXC = sys.argv[1]
ROOT, FOLDER = (pathlib.Path(word).resolve() for word in sys.argv[2:4])
PART, PARTS = map(int, sys.argv[4:])
sys.path.insert(0, str(ROOT / "bench"))
import targets  # noqa: E402

# What comes before a program; C is compiled here.
TARGETS = {
    "x86_64-linux": "",
    "arm64-linux": "qemu-aarch64 ",
    "riscv64-linux": "qemu-riscv64 ",
    "wasm32": f"node --stack-size=7000 {ROOT}/runtime/wasm/run.mjs ",
    "c": "",
}
ELSEWHERE = {"heartbeat"}  # boots a machine
FENCE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def run(command, **options):
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=100, **options)


def check(command):
    result = run([str(word) for word in command])
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr.decode()}")


def commands(document, name):
    """How a document says that it is run, and a way that no program expects."""
    shown = [line[2:] for fence in FENCE.findall(document.read_text())
             for line in fence.splitlines() if line.startswith("$ ") and f"./{name}" in line]
    return [*(shown or [f"./{name}"]), f"./{name} --unknown -- 'ä' ''"]


def program(target, name):
    return FOLDER / target / (name + ".wasm" * (target == "wasm32"))


def compile_all(documents):
    for target in TARGETS:
        (FOLDER / target).mkdir(parents=True, exist_ok=True)
    for suffix, names in (("", [t for t in TARGETS if t not in ("c", "wasm32")]),
                          (".wasm", ["wasm32"])):
        check([FLUXC, "-O2", "--unlocked", "--target=" + ",".join(names), *documents, "-o",
               FOLDER / ("{target}" if len(names) > 1 else names[0]) / ("{name}" + suffix)])
    for document in documents:
        path = program("c", document.name.removesuffix(".flux.md"))
        check([FLUXC, "-O2", "--unlocked", "--emit=c", document, "-o", f"{path}.c"])
        check(["gcc", "-std=c11", "-O1", "-w", f"{path}.c", "-lm", "-o", path])


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "bench").mkdir(parents=True)
    work = []
    for document in sorted((ROOT / "examples").glob("*.flux.md")):
        name = document.name.removesuffix(".flux.md")
        if name not in ELSEWHERE:
            work.append((document, commands(document, name)))
    for name in targets.SMALL:
        source = ROOT / "bench" / "native" / f"{name}.flux.md"
        document = FOLDER / "bench" / f"small-{source.name}"
        document.write_text(targets.shrink_flux(name, source.read_text()))
        work.append((document, [f"./small-{name}"]))
    work = work[PART - 1::PARTS]
    compile_all([document for document, _ in work])

    runs = differ = 0
    for document, lines in work:
        name = document.name.removesuffix(".flux.md")
        for line in lines:
            runs += 1
            results = {}
            for target, before in TARGETS.items():
                command = line.replace(f"./{name}", f"{before}{program(target, name)}")
                result = run(["bash", "-c", command], cwd=ROOT / "examples")
                results[target] = (result.returncode, result.stdout, result.stderr)
            expected = results["x86_64-linux"]
            if not (expected[1] or expected[2]) or expected[0] > 128:
                print(f"{name}: {line}: {expected}")
                differ += 1
            for target, result in results.items():
                if result != expected:
                    print(f"{name}: {line}: on {target}\n  {result}\ninstead of\n  {expected}")
                    differ += 1
    print(f"{len(work)} programs, {runs} runs on {len(TARGETS)} targets, {differ} differences")


main()
