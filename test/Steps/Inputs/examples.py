"""Compiles the example of every row of Verbs.def up to FIR."""
import pathlib
import re
import subprocess
import sys

fluxc, table, folder = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
rows = re.findall(r'^VERB\((\w+), .*?\n?\s+"((?:[^"\\]|\\.)*)"\)$',
                  pathlib.Path(table).read_text(), re.MULTILINE | re.DOTALL)
assert len(rows) >= 24, rows
for name, example in rows:
    if name == "Expect":  # stands in tests only
        continue
    steps = example.replace('\\"', '"').split("\\n")
    lines = [re.match(r" *", step).group() + "- " +
             step.lstrip().removeprefix("- ") for step in steps]
    path = folder / f"{name}.flux.md"
    path.write_text("# Example\n\n```flux\nfn work(n: i64) { }\n```\n\n"
                    "## Loop\n\n" + "\n".join(lines) + "\n")
    result = subprocess.run([fluxc, "--emit=fir", "--unlocked", path, "-o",
                             folder / "fir"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{name}: {steps}\n{result.stderr}")
