# Runs an image on several machines and compares what each prints.
#
#   matrix.py IMAGE EXPECTED MACHINES CPUS MEMORY [OPTION...]
#
# IMAGE is what `flux-os-image run` takes.  MACHINES, CPUS and MEMORY are lists
# separated by `;`: each machine is tried with each number of processors and each
# amount of memory in MiB.  Prints a line for each that is wrong.
import itertools
import subprocess
import sys

image, expected, machines, cpus, memory, *options = sys.argv[1:]
with open(expected, encoding="utf-8") as file:
    expected = file.read()
wrong = 0
for machine, number, size in itertools.product(
        *(text.split(";") for text in (machines, cpus, memory))):
    command = ["flux-os-image", "run", image, "--timeout=50", "--machine=" + machine]
    command += ["--cpus=" + number] * (number != "-")
    command += ["--memory=" + size] * (size != "-") + options
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                            text=True)
    if result.returncode or result.stdout != expected or result.stderr:
        wrong += 1
        print(f"{machine}, {number} processors, {size} MiB: status {result.returncode}\n"
              f"{result.stdout}{result.stderr}")
sys.exit(wrong != 0)
