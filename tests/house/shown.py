#!/usr/bin/env python3
"""Runs what the documents show. Speaks TAP.

    shown.py [--accept] --gov PROGRAM DOCUMENT...

The blocks of a document are worked through in order, in one fresh folder:

    ```console          `$ command` lines are run by one shell after another (a `cd` stays); what follows each, up to the
                        next `$ ` or the end, is what it must print (both streams). Times and hashes may differ, and a
                        line `...` stands for any lines.
    ```gov FILE         (or sql, csv, sh) is written to FILE

--accept writes what was seen into the documents: read the difference before you commit it.

A document with a line `<!-- needs a server: NAME -->` is skipped unless the environment has NAME, a connection string.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: ([^\s`]+))?\n(.*?)^```$", re.M | re.S)
SERVER = re.compile(r"^<!-- needs a server: (\w+) -->$", re.M)
VARYING = ((r"\b\d+(\.\d+)? ?(ms|s)\b", "N s"), (r"\b[0-9a-f]{12,64}\b", "HASH"), (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*", "TIME"))


def plain(text, folder):
    text = text.replace(f"{folder}/work", "~")
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return [re.sub(r"  +", "  ", line).rstrip() for line in text.strip("\n").split("\n")]


def matches(expected, seen):
    """Whether the lines agree, `...` standing for any lines."""
    if not expected:
        return not seen
    if expected[0] == "...":
        return any(matches(expected[1:], seen[i:]) for i in range(len(seen) + 1))
    return bool(seen) and expected[0] == seen[0] and matches(expected[1:], seen[1:])


class Shell:
    def __init__(self, folder, gov):
        tools = folder / ".tools"
        tools.mkdir()
        (tools / "gov").symlink_to(gov)
        self.folder = self.at = folder / "work"
        self.at.mkdir()
        self.environment = dict(os.environ, NO_COLOR="1", COLUMNS="100", LC_ALL="C.UTF-8",
                                PATH=f"{tools}:{os.environ['PATH']}")

    def run(self, command):
        script = f"{command}\ncode=$?\npwd >&9\nexit $code"
        read, write = os.pipe()
        done = subprocess.run(["bash", "-c", script.replace(">&9", f">&{write}")], cwd=self.at, env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              pass_fds=[write], timeout=120)
        os.close(write)
        with os.fdopen(read) as where:
            self.at = Path(where.read().strip() or self.at)
        return done.stdout.decode("utf-8", "backslashreplace")


def commands_of(body):
    """[(command, expected output)] of a console block."""
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def work_through(document, gov, accept):
    """(complaints, the document as it would be accepted)"""
    text, complaints = document.read_text(encoding="utf-8"), []
    with tempfile.TemporaryDirectory(prefix="gov-shown-") as name:
        shell = Shell(Path(name), gov)

        def block(found):
            language, file, body = found.groups()
            if file:
                place = shell.at / file
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(body, encoding="utf-8")
            if language != "console":
                return found.group()
            said = []
            for command, expected in commands_of(body):
                seen = shell.run(command)
                if not matches(plain("\n".join(expected), shell.folder), plain(seen, shell.folder)):
                    complaints.append(f"$ {command}\nexpected:\n" + "\n".join(expected) + f"\nseen:\n{seen}")
                    expected = seen.rstrip("\n").replace(f"{shell.folder}/work", "~").split("\n") if seen.strip() else []
                said += [f"$ {command}", *expected]
            return "```console\n" + "\n".join(said) + "\n```"

        text = BLOCK.sub(block, text)
    if accept:
        document.write_text(text, encoding="utf-8")
    return complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--gov", required=True)
    parser.add_argument("documents", nargs="+", type=Path)
    options = parser.parse_args()
    print(f"1..{len(options.documents)}")
    failed = 0
    for number, document in enumerate(options.documents, 1):
        server = SERVER.search(document.read_text(encoding="utf-8"))
        if server and server[1] not in os.environ:
            print(f"ok {number} - {document.name} # SKIP {server[1]} is not set")
            continue
        complaints = work_through(document, os.path.abspath(options.gov), options.accept)
        failed += bool(complaints)
        print(f"{'not ok' if complaints else 'ok'} {number} - {document.name}: what is shown is what is seen")
        for line in "\n".join(complaints).splitlines():
            print(f"# {line}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
