# traps.py PROGRAM... COUNT: prints what PROGRAM with 1 to COUNT arguments says when it traps.
import subprocess
import sys

*command, count = sys.argv[1:]
for number in range(1, int(count) + 1):
    run = subprocess.run(command + ["x"] * number, capture_output=True, text=True)
    if run.returncode != 101:
        sys.exit(f"{number}: status {run.returncode}, not 101\n{run.stderr}")
    line = next(line for line in run.stderr.splitlines() if "trap: " in line)
    print(f"{number}: trap: {line.split('trap: ')[1]}")
