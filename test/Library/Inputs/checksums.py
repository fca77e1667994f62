"""Compares what the program of checksums.flux.md says about random bytes."""
import hashlib
import random
import subprocess
import sys
import zlib

random.seed(3)
for size, piece in [(0, 1), (1, 1), (7, 3), (64, 64), (1000, 1), (5000, 999),
                    (100000, 4096), (1234567, 65536)]:
    data = random.randbytes(size)
    run = subprocess.run([sys.argv[1], "--piece", str(piece)], input=data,
                         capture_output=True, check=True)
    expected = f"{zlib.crc32(data):08x} {hashlib.sha256(data).hexdigest()}\n"
    if run.stdout.decode() != expected:
        sys.exit(f"{size} bytes by {piece}: {run.stdout} is not {expected}")
