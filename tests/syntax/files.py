"""The .gov files that the tests of syntax are tried on, and the parser as a program."""

import os
import re
import subprocess
from pathlib import Path

SRCDIR = Path(os.environ["srcdir"]).resolve()
GOV = os.path.abspath("gov")
HEAD = re.compile(r"(?:error|warning)\[(G\d{4})\]: (.*)\n\s*--> [^\n]*?:(\d+):(\d+)\n")


def gov_files():
    """Every .gov file of the project that is meant to be right, sorted."""
    folders = ("stdlib", "examples", "tests/golden/syntax", "tests/golden/names", "compiler/command/init")
    return [file for folder in folders for file in sorted((SRCDIR / folder).rglob("*.gov"))]


def gov(*arguments, text=None):
    """Runs gov; gives its exit code, standard output and standard error."""
    environment = dict(os.environ, NO_COLOR="1", LC_ALL="C.UTF-8")
    done = subprocess.run([GOV, *arguments], input=text.encode() if text is not None else None, env=environment,
                          stdin=None if text is not None else subprocess.DEVNULL, capture_output=True, timeout=120)  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8", "backslashreplace"), done.stderr.decode("utf-8", "backslashreplace")


def syntax_reports(path):
    """[(code, message, line)] of a file's text alone."""
    _, _, said = gov("dump", "--stage=tree", str(path))
    return [(code, message, int(line)) for code, message, line, _ in HEAD.findall(said)]


def declarations(text):
    """The text cut at its declarations: each ends with a `;` at the end of a line."""
    found, current = [], ""
    for line in text.split("\n"):
        current += line + "\n"
        ends = re.search(r";\s*(--.*)?$", line) and not re.match(r"\s*--", line)
        if (ends and "declares (" not in current) or re.match(r"\);", line):
            found.append(current)
            current = ""
    return [declaration for declaration in found if declaration.strip()]
