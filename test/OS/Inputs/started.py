# How many instructions there were from the kernel's first message to the end of the
# first program, of a machine that counts time by them.
#
#   started.py < what flux-os-image run --icount --options=log=debug prints
import re
import sys

times = [
    int(match[1] + match[2])
    for match in map(re.compile(r"\[(\d+)\.(\d{6})\] ").match, sys.stdin)
    if match
]
print("start", 1000 * (times[-1] - times[0]))
