# complete-zsh.py SCRIPT LINE...: what each line becomes when TAB is pressed behind it in a
# zsh that finds SCRIPT by itself, as _fluxc in its path of functions.
import os
import pathlib
import pty
import re
import select
import shutil
import sys
import tempfile
import time

script, *lines = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    shutil.copy(script, pathlib.Path(folder, "_fluxc"))
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", COLUMNS="200", ZDOTDIR=folder)
        os.execvp("zsh", ["zsh", "-f"])

    def send(text):
        os.write(terminal, text.encode())

    def wait(end):
        out, limit = "", time.monotonic() + 30
        while not re.search(end, out):
            if time.monotonic() > limit:
                sys.exit(f"zsh does not answer: {out[-500:]!r}")
            if select.select([terminal], [], [], 0.1)[0]:
                out += os.read(terminal, 65536).decode(errors="replace")
        return out

    # What is typed ahead is read when the line before it is done.
    send("PS1=; stty -echo\n")
    send(f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; bindkey -e\n")
    send("unsetopt automenu autolist beep; show() { print -r -- \"<<$BUFFER>>\"; BUFFER=; zle .accept-line }\n")
    send("zle -N show; bindkey '^X' show; print READY$((1))\n")
    wait("READY1")
    for line in lines:
        send(line + "\t\x18")
        print(re.search("<<(.*)>>", wait("<<.*>>")).group(1).replace(" ", "·"))
    os.close(terminal)
