"""Compares the two code generators of -O0 on documents.

Every document that LLVM's code generator compiles must compile with the
baseline compiler alone, and both programs must do the same: status, output and
messages.  Where a stack overflow is met depends on the size of frames and on
where the system put the stack.
"""
import os
import re
import subprocess
import sys

# The place of the overflow, and the calls that led there.
OVERFLOW = re.compile(rb":\d+:\d+: trap: stack overflow\n.*", re.DOTALL)


def compile_with(fluxc, generator, document, program):
    return subprocess.run(
        fluxc + ["-O0", "--codegen=" + generator, document, "-o", program],
        capture_output=True).returncode


def run(program):
    result = subprocess.run([program, "one", "two words"], timeout=50,
                            stdin=subprocess.DEVNULL, capture_output=True)
    err = result.stderr
    if b"trap: stack overflow" in err:
        err = OVERFLOW.sub(b"", err)
    return result.returncode, result.stdout, err


def main():
    folder, rest = sys.argv[1], sys.argv[2:]
    split = rest.index("--")
    fluxc, documents = rest[:split], rest[split + 1:]
    os.makedirs(folder, exist_ok=True)
    compared = failed = 0
    for document in sorted(documents):
        program = os.path.join(folder, "program")
        if compile_with(fluxc, "llvm", document, program) != 0:
            continue
        compared += 1
        expected = run(program)
        if compile_with(fluxc, "baseline", document, program) != 0:
            print(document + ": the baseline compiler refuses it")
            failed += 1
        elif run(program) != expected:
            print(document + ": the programs differ")
            failed += 1
    print(f"{compared} compared, {failed} failed")


if __name__ == "__main__":
    main()
