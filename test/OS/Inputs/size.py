# Fails if a file is larger than it may be.
#
#   size.py BYTES FILE...
import os
import sys

most = int(sys.argv[1])
sizes = {path: os.path.getsize(path) for path in sys.argv[2:]}
for path, size in sizes.items():
    print(f"{os.path.basename(path)}: {size} of {most} bytes")
sys.exit(max(sizes.values()) > most)
