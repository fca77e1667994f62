#!/usr/bin/env python3
"""Adds up what lit, GoogleTest and the format check left in a folder.

Each of them counts in its own format; continuous integration reads one line,
`N passed, N failed, N skipped`, alone at the end.  A suite that did not come to
its end, and a run in which no test was executed, count as failures.
"""
import json
import pathlib
import sys

LIT_PASSES = {"PASS", "XFAIL", "FLAKYPASS"}
LIT_SKIPS = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def lit_results(path):
    for test in json.loads(path.read_text())["tests"]:
        code = test["code"]
        kind = ("passed" if code in LIT_PASSES
                else "skipped" if code in LIT_SKIPS else "failed")
        yield kind, f"{test['name']} ({code})"


def unit_results(path):
    for suite in json.loads(path.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            name = f"{suite['name']}.{test['name']}"
            if test["status"] != "RUN":
                # DISABLED_ is a skip; a test that the filter left out is none.
                if test["name"].startswith("DISABLED_"):
                    yield "skipped", name
            elif test.get("result") == "SKIPPED":
                yield "skipped", name
            else:
                yield "failed" if "failures" in test else "passed", name


def format_results(path):
    yield ("passed" if path.read_text().strip() == "pass" else "failed",
           "format")


READERS = {"lit.json": lit_results, ".unit.json": unit_results,
           "format.txt": format_results}


def main():
    found = {"passed": [], "failed": [], "skipped": []}
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        reader = next(reader for suffix, reader in READERS.items()
                      if path.name.endswith(suffix))
        try:
            for kind, name in reader(path):
                found[kind].append(name)
        except (ValueError, KeyError):
            found["failed"].append(f"{path.name}: did not come to its end")
    if not found["passed"] and not found["failed"]:
        found["failed"].append("no test was found")
    print()
    for kind in ("skipped", "failed"):
        for name in found[kind]:
            print(f"{kind}: {name}")
    print(", ".join(f"{len(found[kind])} {kind}" for kind in found))
    return 1 if found["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
