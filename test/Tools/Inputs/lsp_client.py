"""A client of the language server for tests: sends messages, waits for answers."""
import json
import subprocess


class Client:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.number = 0
        self.published = {}  # the newest diagnostics by document
        self.text = {}
        self.version = 0

    def send_raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps(message).encode()
        self.send_raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def receive(self):
        length = None
        while line := self.process.stdout.readline().strip():
            name, value = line.split(b":")
            if name == b"Content-Length":
                length = int(value)
        assert length is not None, "the server ended"
        return json.loads(self.process.stdout.read(length))

    def answer(self, number):
        """Reads up to the answer to a request."""
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                self.published[params["uri"]] = params["diagnostics"]
            elif message.get("id") == number:
                return message

    def request(self, method, **params):
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method,
                   "params": params})
        return self.answer(self.number)

    def notify(self, method, **params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def initialize(self, **capabilities):
        result = self.request("initialize", capabilities=capabilities)
        self.notify("initialized")
        return result["result"]

    def open(self, uri, text):
        self.text[uri] = text
        self.notify("textDocument/didOpen",
                    textDocument={"uri": uri, "languageId": "flux-md",
                                  "version": 1, "text": text})

    def diagnostics(self, uri):
        self.request("textDocument/documentSymbol", textDocument={"uri": uri})
        return self.published[uri]

    def place(self, uri, text, offset=0):
        """The position of the first place where `text` stands, plus an offset;
        `^` in it marks the place."""
        mark = text.find("^")
        at = self.text[uri].index(text.replace("^", ""))
        at += (mark if mark >= 0 else 0) + offset
        before = self.text[uri][:at]
        line = before.count("\n")
        column = before[before.rfind("\n") + 1:]
        return {"line": line,
                "character": len(column.encode("utf-16-le")) // 2}

    def change(self, uri, old, new):
        """Replaces the first `old` by `new`, as an incremental edit."""
        start, end = self.place(uri, old), self.place(uri, old, len(old))
        self.version += 1
        self.notify("textDocument/didChange",
                    textDocument={"uri": uri, "version": self.version},
                    contentChanges=[{"range": {"start": start, "end": end},
                                     "text": new}])
        self.text[uri] = self.text[uri].replace(old, new, 1)

    def at(self, method, uri, text, offset=0, **params):
        """A request about a place; see place()."""
        message = self.request("textDocument/" + method,
                               textDocument={"uri": uri},
                               position=self.place(uri, text, offset), **params)
        assert "error" not in message, message
        return message["result"]

    def labels(self, uri, text):
        items = self.at("completion", uri, text)["items"]
        return [item["label"] for item in items]

    def apply(self, uri, edits):
        """Applies edits of the server to the text."""
        lines = self.text[uri].split("\n")

        def offset(position):
            line = lines[position["line"]]
            units = line.encode("utf-16-le")[:2 * position["character"]]
            return (sum(len(l) + 1 for l in lines[:position["line"]]) +
                    len(units.decode("utf-16-le")))

        text = self.text[uri]
        for edit in sorted(edits, key=lambda e: -offset(e["range"]["start"])):
            start = offset(edit["range"]["start"])
            end = offset(edit["range"]["end"])
            text = text[:start] + edit["newText"] + text[end:]
        return text

    def end(self):
        """Shuts the server down; returns the exit status."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(timeout=20)
