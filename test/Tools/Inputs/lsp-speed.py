#!/usr/bin/env python3
"""Types into a large document and asks for completions; the server's own log
tells how long each took.  The document is analysed when it changes: an editor
waits for that, too, so it is counted as fast as the machine can do it.

lsp-speed.py DOCUMENT LOG SERVER
"""
import re
import statistics
import sys

from lsp_client import Client

URI = "file:///large.flux.md"
LIMIT = 20  # milliseconds


def main():
    document, log, server = sys.argv[1:]
    with open(document) as file:
        text = file.read()
    lines = text.split("\n")
    assert len(lines) >= 2000, len(lines)
    client = Client(server, f"--log={log}")
    client.initialize()
    client.open(URI, text)
    places = [i for i, line in enumerate(lines)
              if line.startswith("  ") and line.strip() not in ("}", "")]
    version = 1
    found = 0
    for line in places[::max(1, len(places) // 60)]:
        # A new line, with a word begun.
        at = {"line": line, "character": 0}
        for new, end in [("  let q = ma\n", 0), ("", 1)]:
            version += 1
            client.notify("textDocument/didChange",
                          textDocument={"uri": URI, "version": version},
                          contentChanges=[{
                              "text": new,
                              "range": {"start": at, "end": {
                                  "line": line + end, "character": 0}}}])
            if new:
                result = client.request(
                    "textDocument/completion", textDocument={"uri": URI},
                    position={"line": line, "character": len(new) - 1})
                items = result["result"]["items"]
                found += "math" in [item["label"] for item in items]
    assert client.end() == 0
    def read(method):
        with open(log) as file:
            return [float(ms) for ms in
                    re.findall(rf"^textDocument/{method} ([\d.]+) ms", file.read(),
                               re.MULTILINE)]

    times = read("completion")
    assert found == len(times) >= 50, (found, len(times))
    median = statistics.median(times) + min(read("didChange"))
    print(f"{len(lines)} lines, {len(times)} completions")
    print("median in time" if median < LIMIT else f"median {median} ms")


if __name__ == "__main__":
    main()
