"""Writes into FOLDER two documents that both import math.flux.md, pinned by its
hash, and one that imports both."""
import hashlib
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
digest = hashlib.sha256((folder / "math.flux.md").read_bytes()).hexdigest()
side = """# {name}

## import: math.flux.md
hash: sha256-{digest}

## export: {name}

## Code

```flux
fn {name}(x: i64) -> i64 {{ return math.{function}(x) + {more} }}
```
"""
function = sys.argv[2]
for name, more in ("left", 1), ("right", 2):
    (folder / f"{name}.flux.md").write_text(
        side.format(name=name, digest=digest, function=function, more=more))
(folder / "top.flux.md").write_text("""# Top

## import: left.flux.md

## import: right.flux.md

## Code

```flux
fn main() { println(left.left(3), " ", right.right(3)) }
```
""")
