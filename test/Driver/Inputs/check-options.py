#!/usr/bin/env python3
"""Checks what tells about the command line against what fluxc knows.

check-options.py FLUXC MANUAL

The manual (docs/fluxc.md) names each option of each command and no other; the
manual page has them too; and the completion for bash offers what fits.
"""
import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, capture_output=True, text=True,
                          check=True).stdout


def complete(script, line):
    """What bash offers at the end of a line."""
    shell = (f"{script}\nCOMP_WORDS=({line} '')\nCOMP_LINE='{line}'\n"
             "COMP_POINT=${#COMP_LINE}\n_fluxc\nprintf '%s\\n' \"${COMPREPLY[@]}\"")
    return set(run("bash", "-c", shell).split())


def main():
    fluxc, manual = sys.argv[1:]
    with open(manual) as file:
        text = file.read()
    known = {"-h"}  # an alias, which the list of options leaves out
    for command in ([], ["fmt"], ["doc"]):
        known |= set(re.findall(r"^  (-[\w-]+)", run(fluxc, *command, "--help"),
                                re.MULTILINE))
    # Some have their value at once.
    known = {"-O" if option == "-OLEVEL" else option for option in known}
    written = set(re.findall(r"`(--?[A-Za-z][\w-]*)", text))
    problems = [f"{option} is not in the manual" for option in known
                if option not in written and not
                any(word.startswith(option) for word in written)]
    problems += [f"there is no option {option}" for option in written
                 if option not in known and option not in
                 {"-O0", "-O1", "-O2", "-O3", "-Os", "-Oz"}]
    page = run(fluxc, "--print-manual").replace("\\-", "-").replace("\\f", "")
    problems += [f"{option} is not on the manual page" for option in known - {"-h"}
                 if f".B {option}" not in page]

    script = run(fluxc, "--completion=bash")
    for line, legal, illegal in [
            ("fluxc --em", {"--emit=fir", "--emit=exe"}, {"--check"}),
            ("fluxc --emit=fi", {"fir", "fir-opt"}, {"exe"}),
            ("fluxc f", {"fmt"}, {"doc"}),
            ("fluxc fmt --", {"--check", "--diff"}, {"--emit=fir"}),
            ("fluxc doc --", {"--no-tests", "--set="}, {"--check"}),
            ("fluxc --explain FLX010", {"FLX0101"}, {"FLX0201"})]:
        found = complete(script, line)
        if not legal <= found or illegal & found:
            problems.append(f"bash completes '{line}' to {sorted(found)}")
    for problem in sorted(problems):
        print(problem)
    print("checked", len(known), "options")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
