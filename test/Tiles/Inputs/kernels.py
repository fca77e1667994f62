# kernels.py FLUXC DOCUMENT TILE PATTERN: true if the optimised code of TILE, by itself,
# holds PATTERN.
#
# In the program a tile disappears into its callers; here it is made visible, so that
# what it becomes can be told from the code around it.
import re
import subprocess
import sys

fluxc, document, tile, pattern = sys.argv[1:]
llvm = subprocess.run([fluxc, "-O2", "--emit=llvm", document], check=True,
                      capture_output=True, text=True).stdout
llvm, count = re.subn(rf"^define internal ([^\n]*@flux\.{tile}\()",
                      r"define \1", llvm, flags=re.MULTILINE)
if count != 1:
    sys.exit(f"there is no function for {tile}")
llvm = subprocess.run(["opt", "-passes=default<O2>", "-S"], input=llvm,
                      check=True, capture_output=True, text=True).stdout
body = re.search(rf"^define [^\n]*@flux\.{tile}\(.*?^}}", llvm,
                 re.MULTILINE | re.DOTALL).group(0)
if not re.search(pattern, body):
    sys.exit(f"{tile} holds no '{pattern}':\n{body}")
