# page.py PAGE SCRIPT...: opens a page in a headless Chromium, evaluates each script in
# it, and prints what the page then shows: its console, then its status.
#
# Chromium is spoken to through two pipes, so that no port and no library is needed.
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, profile):
        fromHere, toBrowser = os.pipe()
        fromBrowser, toHere = os.pipe()
        # Chromium reads from 3 and writes to 4.
        def connect():
            low, high = os.dup(fromHere), os.dup(toHere)
            os.dup2(low, 3)
            os.dup2(high, 4)
        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--user-data-dir=" + profile,
             "--remote-debugging-pipe"],
            preexec_fn=connect, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(fromHere)
        os.close(toHere)
        self.input, self.output = toBrowser, os.fdopen(fromBrowser, "rb", buffering=0)
        self.number, self.rest, self.session = 0, b"", None

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.input, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                part = self.output.read(65536)
                if not part:
                    sys.exit("page.py: the browser ended")
                self.rest += part
            line, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit("page.py: %s" % answer["error"])
                return answer["result"]

    def open(self, address):
        target = self.call("Target.createTarget", url=address)["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]

    def evaluate(self, script):
        return self.call("Runtime.evaluate", expression=script,
                         returnByValue=True)["result"].get("value")


def main(page, *scripts):
    profile = tempfile.mkdtemp(prefix="flux-page.")
    browser = Browser(profile)
    status = "document.getElementById('status')?.textContent ?? ''"
    try:
        browser.open("file://" + os.path.abspath(page))
        for script in [None, *scripts]:
            if script:
                browser.evaluate(script)
            end = time.monotonic() + 40
            while browser.evaluate(status) in ("", "running"):
                if time.monotonic() > end:
                    sys.exit("page.py: the program does not end")
                time.sleep(0.02)
            print(browser.evaluate("document.getElementById('console').innerText"))
            print(browser.evaluate(status))
    finally:
        browser.process.kill()
        browser.process.wait()
        shutil.rmtree(profile, ignore_errors=True)


main(*sys.argv[1:])
