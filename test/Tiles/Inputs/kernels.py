# kernels.py FLUXC DOCUMENT TILE PATTERN: true if the optimised code that only TILE
# makes holds PATTERN.  Other functions and calls are left out: the tile is kept by a
# main that gives it what the compiler cannot know.
import pathlib
import re
import subprocess
import sys
import tempfile

fluxc, document, tile, pattern = sys.argv[1:]
fir = subprocess.run([fluxc, "--emit=fir-opt", document], check=True,
                     capture_output=True, text=True).stdout
# Tiles are private: a public one cannot be inlined away.
fir = fir.replace(f"func.func private @flux.{tile}(",
                  f"func.func @flux.{tile}(")
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "kernel.fir"
    path.write_text(fir)
    llvm = subprocess.run([fluxc, "--emit=llvm-opt", path], check=True,
                          capture_output=True, text=True).stdout
body = re.search(rf"^define [^\n]*@flux\.{tile}\(.*?^}}", llvm,
                 re.MULTILINE | re.DOTALL)
if not body:
    sys.exit(f"there is no function for {tile}")
if not re.search(pattern, body.group(0)):
    sys.exit(f"{tile} holds no '{pattern}':\n{body.group(0)}")
