#!/usr/bin/env python3
"""status.py STATUS COMMAND...: fails unless the command ends with that status.

The command's output goes to standard output, that of its errors to standard
error, as if it had been started without this script.
"""
import subprocess
import sys

result = subprocess.run(sys.argv[2:])
if result.returncode != int(sys.argv[1]):
    print(f"status {result.returncode} instead of {sys.argv[1]}: "
          f"{' '.join(sys.argv[2:])}", file=sys.stderr)
    sys.exit(1)
