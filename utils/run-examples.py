#!/usr/bin/env python3
"""Compiles every example and runs it as its document says, showing both.

An example tells its reader how to run it in a `console` fence:

    ```console
    $ fluxc words.flux.md -o words
    $ ./words < Inputs/poem.txt
    ...
    ```

Each line that begins with `$ ` is a command.  They run in a scratch folder that
holds the documents and their Inputs/, with fluxc on the PATH.  A document that
shows no command is compiled and started without input.  An agent that goes on
for ever is ended after a few seconds.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

SECONDS = 4
COMPILE_SECONDS = 60  # on a machine that has much else to do
FENCE = re.compile(r"^```(?:console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PACKAGE = re.compile(r"^target: bytecode$", re.MULTILINE)
MAX_LINES = 24


def commands(document, name):
    for fence in FENCE.findall(document):
        found = [line[2:] for line in fence.splitlines()
                 if line.startswith("$ ")]
        if found:
            return found
    program = f"flux-vm run {name}" if PACKAGE.search(document) else f"./{name}"
    return [f"fluxc {name}.flux.md -o {name}", program]


def show(output):
    lines = output.decode(errors="replace").splitlines()
    for line in lines[:MAX_LINES]:
        print(f"  {line}")
    if len(lines) > MAX_LINES:
        print(f"  ... and {len(lines) - MAX_LINES} lines more")


def run(command, folder, environment):
    """Runs a command and shows what it prints; returns whether it went well."""
    print(f"  $ {command}", flush=True)
    start = time.monotonic()
    is_compiler = command.startswith("fluxc ")
    seconds = COMPILE_SECONDS if is_compiler else SECONDS
    process = subprocess.Popen(["bash", "-c", command], cwd=folder,
                               env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT,
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        output, _ = process.communicate()
        show(output)
        if is_compiler:
            print(f"  it failed to end within {seconds} s")
            return False
        print(f"  (it goes on for ever; ended after {seconds} s)")
        return True
    show(output)
    milliseconds = (time.monotonic() - start) * 1000
    # 101 is a trap, which an example may mean to show.
    if process.returncode not in (0, 101):
        print(f"  it failed with status {process.returncode}")
        return False
    print(f"  ({milliseconds:.0f} ms)")
    return True


def main():
    fluxc, examples, folder = (pathlib.Path(word).resolve()
                               for word in sys.argv[1:4])
    folder.mkdir(parents=True, exist_ok=True)
    for entry in examples.iterdir():
        link = folder / entry.name
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(os.path.relpath(entry, folder))
    environment = dict(os.environ)
    environment["PATH"] = f"{fluxc.parent}:{environment['PATH']}"

    failed = []
    documents = sorted(examples.glob("*.flux.md"))
    for document in documents:
        text = document.read_text()
        title = re.search(r"^# (.*)", text, re.MULTILINE)
        print(f"\n{title.group(1) if title else document.name}  "
              f"({examples.name}/{document.name})")
        name = document.name.removesuffix(".flux.md")
        if not all(run(command, folder, environment)
                   for command in commands(text, name)):
            failed.append(document.name)
    print(f"\n{len(documents) - len(failed)} of {len(documents)} examples ran"
          + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
