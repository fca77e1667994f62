# repairs.py FOLDER FLUXC: prints what the first repair of each wrong import is.
import json
import pathlib
import subprocess
import sys

folder, fluxc = pathlib.Path(sys.argv[1]), sys.argv[2]
for path in ["lib/deep/shape.flux.md", "lbi/deep/shapes.flux.md", "lib/dep/shapse.flux.md",
             "lib/deep/shapes.md", "lib/deep/shapes.flx.md", "lib/deep/shapes",
             "lib\\deep\\shapes.flux.md", "math", "math.flux", "mathe.flux.md", "Strings",
             "strigns", "st/strings", "std/strngs", "STD/JSON", "std.json", "nothing.flux.md",
             "/lib/deep/shapes.flux.md"]:
    document = folder / "importer.flux.md"
    document.write_text(f"# Importer\n\n## import: {path}\n\nas: it\n\n```flux\nfn main() {{}}\n```\n")
    run = subprocess.run([fluxc, "--emit=ast", "--diagnostics-format=json", document],
                         capture_output=True, text=True)
    repairs = []
    for line in run.stderr.splitlines():
        message = json.loads(line)
        repairs += [fix["text"] for fix in message.get("fixIts", [])]
    print(path, "->", repairs[0] if repairs else "")
