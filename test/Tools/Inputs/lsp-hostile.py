#!/usr/bin/env python3
"""Sends the language server what no editor should send; it must answer on.

lsp-hostile.py ROOT SERVER...   ROOT is the source tree, whose documents are
opened whole and cut off, and asked about at many places.
"""
import pathlib
import random
import sys

from lsp_client import Client

URI = "file:///d.flux.md"
METHODS = ["completion", "hover", "definition", "references", "prepareRename",
           "rename", "formatting", "documentSymbol", "codeAction",
           "documentHighlight", "semanticTokens/full"]


def answers(client):
    """True if the server still answers."""
    return "error" in client.request("no/such/method")


def frame(body):
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def send_nonsense(client):
    """Messages that are none, or that lack what they should have."""
    for body in [b"", b"{", b"[]", b"[1, 2]", b"null", b"3", b'"x"', b"{}",
                 b'{"id": 1}', b'{"jsonrpc": "2.0", "method": 3, "id": "a"}',
                 b'{"method": "textDocument/hover", "id": [1], "params": 3}',
                 b'{"method": "textDocument/hover", "id": null, "params": []}',
                 b"\xff\xfe", b"[" * 100000, b'{"a":' * 100000,
                 b'{"method": "\\ud800", "id": 1}']:
        client.send_raw(frame(body))
    client.send_raw(b"Nonsense\r\n\r\nContent-Length: x\r\n\r\n\r\n\r\n"
                    b"content-length: 2\r\nContent-Type: a\r\n\r\n{}" +
                    b"X" * 100000 + b"\r\n\r\n")
    assert answers(client)
    for method in METHODS + ["didOpen", "didChange", "didClose"]:
        for params in [{}, {"textDocument": 1}, {"textDocument": {}},
                       {"textDocument": {"uri": 1, "text": 2}},
                       {"textDocument": {"uri": URI, "text": None}},
                       {"textDocument": {"uri": URI}, "contentChanges": {}},
                       {"textDocument": {"uri": URI}, "contentChanges": [
                           1, {}, {"text": 1}, {"text": "a", "range": 1},
                           {"text": "b", "range": {"start": 1, "end": {}}}]}]:
            client.notify("textDocument/" + method, **params)
            client.request("textDocument/" + method, **params)


def ask(client, uri, positions):
    for position in positions:
        for method in METHODS:
            client.request("textDocument/" + method, textDocument={"uri": uri},
                           position=position, newName="renamed",
                           range={"start": position, "end": position})


def send_documents(client, root):
    rng = random.Random(1)
    paths = sorted(pathlib.Path(root).glob("test/*/*.flux.md"))
    assert len(paths) > 200
    for path in paths[::3]:
        text = path.read_bytes().decode(errors="replace")
        client.open(URI, text)
        lines = text.split("\n")
        places = []
        for _ in range(3):
            line = rng.randrange(len(lines))
            places.append({"line": line,
                           "character": rng.randrange(len(lines[line]) + 2)})
        ask(client, URI, places)
        # Cut off in the middle, and ask at the end, where somebody writes.
        cut = text[:rng.randrange(len(text) + 1)]
        client.notify("textDocument/didChange",
                      textDocument={"uri": URI, "version": 2},
                      contentChanges=[{"text": cut}])
        ask(client, URI, [{"line": 10**9, "character": 10**9}])
        # Edits at places that do not exist.
        far = {"line": -5, "character": 2**40}
        client.notify("textDocument/didChange",
                      textDocument={"uri": URI, "version": 3},
                      contentChanges=[{"text": "`", "range": {"start": places[0],
                                                              "end": far}}])
        ask(client, URI, [far])


def send_huge(client):
    deep = "# T\n\n```flux\nfn f() {\n  let x = " + "(" * 100000 + "\n}\n```\n"
    wide = "# T\n\n```flux\nconst A = 1" + " + 1" * 200000 + "\n```\n"
    steps = "# T\n\n## Init\n\n" + "- Write \"{a\n" * 20000
    nested = "# T\n\n## Init\n\n" + "".join(
        " " * (2 * i) + "- If true:\n" for i in range(500))
    long = "# " + "x" * 5_000_000
    for text in [deep, wide, steps, nested, long, "\n" * 1_000_000,
                 "```flux\n" * 50000, "a\0b"]:
        client.open(URI, text)
        ask(client, URI, [{"line": 5, "character": 7}])
    # A mark before the first section; a timer in a test; a struct whose code is
    # broken.
    for text in ["\ufeff# T\n",
                 "# T\n\n## Test: a\n\n1. Every 60s: Log \"x\"\n",
                 "# T\n\n## Init\n\n1. Set p to P(x: 1)\n2. Set q to P(xop\n\n"
                 "## Code\n\n```flux\nstruct P { x: i64 }\nfn f[0]]\n}\n```\n"]:
        client.open(URI, text)
        ask(client, URI, [{"line": 0, "character": 0}])
    for item in [{}, {"data": 1}, {"data": {"uri": 1}},
                 {"data": {"uri": URI, "symbol": 10**12}},
                 {"label": 1, "data": {"uri": URI, "symbol": 0}}]:
        client.request("completionItem/resolve", **item)
    assert answers(client)


def main():
    root, *command = sys.argv[1:]
    client = Client(*command)
    send_nonsense(client)
    client.initialize(general={"positionEncodings": ["utf-8", 3]})
    send_nonsense(client)
    send_documents(client, root)
    send_huge(client)
    assert client.end() == 0

    # The end of input ends the server; without `shutdown` it is an error.
    client = Client(*command)
    client.process.stdin.close()
    assert client.process.wait(timeout=20) == 1
    client = Client(*command)
    client.send_raw(b"Content-Length: 1000\r\n\r\n{")
    client.process.stdin.close()
    assert client.process.wait(timeout=20) == 1
    print("the server answered to the end")


if __name__ == "__main__":
    main()
