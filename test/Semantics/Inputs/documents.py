#!/usr/bin/env python3
"""Checks the whole documents that a document of this folder shows.

    documents.py FLUXC RUN FOLDER DOCUMENT

Rules about sections and steps cannot be checked by `flux test` fences, which hold
code only.  A fence with the info string
  `markdown runs OPTIONS`        holds a document; the `console` fence after it shows a
                                 command, what the program prints to its outputs, and
                                 `status N` where that is not 0;
  `markdown emits OPTIONS`       shows likewise what the compiler prints;
  `markdown refused FLXnnnn... OPTIONS`  holds one that has errors of just these ids;
  `markdown tests OPTIONS`       holds one whose tests pass;
  `markdown file NAME`           holds a file that those after it import.
FLUXC and RUN are what comes before documents and programs.
"""
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

FENCE = re.compile(r"^(`{3,})(markdown|console) ?([^\n]*)\n(.*?)^\1\s*?$", re.MULTILINE | re.DOTALL)
ID = re.compile(r": error: .*?\[(FLX[0-9]{4})\]", re.DOTALL)


def start(command, folder):
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60,
                          stdin=subprocess.DEVNULL)


def check(text, fluxc, run, folder):
    fences = list(FENCE.finditer(text))
    documents = 0
    fluxc = [*fluxc, "--unlocked"]
    for fence, following in zip(fences, fences[1:] + [None]):
        if fence.group(2) != "markdown":
            continue
        line = text.count("\n", 0, fence.start()) + 1
        word, *options = shlex.split(fence.group(3))
        if word == "file":
            path = folder / options[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.group(4))
            continue
        documents += 1
        (folder / "doc.flux.md").write_text(fence.group(4))
        if word == "refused":
            wanted = sorted(option for option in options if option.startswith("FLX"))
            options = [option for option in options if not option.startswith("FLX")]
            made = start([*fluxc, *options, "doc.flux.md", "-o", "doc"], folder)
            ids = sorted(set(ID.findall(made.stderr)))
            if made.returncode != 1 or ids != wanted:
                yield f"{line}: refused with {' '.join(ids) or 'nothing'}\n{made.stderr}"
            continue
        if word == "tests":
            made = start([*fluxc, *options, "--test", "doc.flux.md"], folder)
            if made.returncode:
                yield f"{line}: {made.stdout}{made.stderr}"
            continue
        emits = [] if word == "emits" else ["-o", "doc"]
        made = start([*fluxc, *options, "doc.flux.md", *emits], folder)
        if made.returncode:
            yield f"{line}: does not compile\n{made.stderr}"
            continue
        if not following or following.group(2) != "console":
            yield f"{line}: nothing shows what it prints"
            continue
        command, _, shown = following.group(4).partition("\n")
        done = made if emits == [] else start([*run, "./doc", *shlex.split(command)[2:]], folder)
        printed = done.stdout + (done.stderr if emits else "")
        if done.returncode:
            printed += f"status {done.returncode}\n"
        if printed != shown:
            yield f"{line}: shows\n{shown}but the program prints\n{printed}"
    if not documents:
        yield "there is no document"


def main():
    fluxc, run, folder, path = sys.argv[1:5]
    folder = pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    problems = list(check(pathlib.Path(path).read_text(), fluxc.split(), run.split(), folder))
    for problem in problems:
        print(f"{path}:{problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
