# Lets Inputs/user.c try what it may not, beside another program, and prints a line for
# each: the status, what both printed, and what the kernel said.
import subprocess
import sys

for what in ("read", "write", "null", "code", "xdata", "privileged", "badcalls", "spin",
             "jit", "twice", "greedy", "freed"):
    # The arguments of an image that is run stand on the kernel's command line.
    command = sys.argv[1:] + ["--options=log=error -- " + what]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                            text=True)
    lines = result.stdout.splitlines()
    lines.remove("begins")
    errors = [line.split("] ", 1)[-1] for line in result.stderr.splitlines()]
    lines.sort(reverse=True)
    print(f"{what}: {result.returncode}, {', '.join(lines + errors)}")
