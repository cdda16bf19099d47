#!/usr/bin/env python3
"""Golden tests: runs `gov` on each case and compares everything it says with the file beside the case. Speaks TAP.

    golden.py [--accept] [--errors] [--gov PROGRAM] FOLDER...

A case is a file `NAME.gov`, or a folder `NAME/` that holds a `project.gov`; it is run in the folder that holds it (a
folder case: in itself). Its arguments are in `NAME.args`, else in the nearest `args` file of the folders above; `{}`
there is the case's file name, and a line is a command of its own. What is expected is in `NAME.expected`: for each
command its standard output, then, if there is any, its standard error after a line `-- stderr`, then `-- exit N` if N
is not 0.

--errors adds what tests/errors promises: NAME begins with a code (G0301, G0301_at_group_by), the output holds exactly
one report, it has that code and a place (`--> FILE:LINE:COLUMN`). A case that must give more says so on its first line:
`-- reports: G0301 G0301 G0412`.

--accept writes what was seen as what is expected: read the difference (git diff) before you commit it.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

SECONDS = 60
# Text of a report: `error[G0301]: ...`; JSON and the like are compared, not counted.
REPORT = re.compile(r"^(?:error|warning|note)\[(G\d{4})\]", re.M)
PLACE = re.compile(r"^\s*--> \S+:\d+:\d+", re.M)


def find_cases(folder):
    """All cases below a folder, sorted by name; what is inside a folder case belongs to that case."""
    cases = []
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and (entry / "project.gov").exists():
            cases.append(entry)
        elif entry.is_dir():
            cases.extend(find_cases(entry))
        elif entry.suffix == ".gov":
            cases.append(entry)
    return cases


def beside(case, suffix):
    return case.with_name(case.name.removesuffix(".gov") + suffix)


def commands(case, root):
    """The argument lists of a case."""
    own = beside(case, ".args")
    shared = (folder / "args" for folder in [*case.parents] if folder == root or root in folder.parents)
    file = next((f for f in (own, *shared) if f.exists()), None)
    if file is None:
        raise FileNotFoundError(f"no {own.name} and no args file for {case}")
    name = "." if case.is_dir() else case.name
    return [
        [word.replace("{}", name) for word in line.split()] for line in file.read_text().splitlines() if line.strip()
    ]


def run(gov, arguments, folder):
    environment = dict(os.environ, NO_COLOR="1", TERM="dumb", COLUMNS="120", LC_ALL="C.UTF-8", TZ="UTC", SOURCE_DATE_EPOCH="1795219200")
    done = subprocess.run(
        [gov, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
    )
    text = done.stdout.decode("utf-8", "backslashreplace")
    if done.stderr:
        text = end_line(text) + "-- stderr\n" + done.stderr.decode("utf-8", "backslashreplace")
    if done.returncode != 0:
        text = end_line(text) + f"-- exit {done.returncode}\n"
    return end_line(text)


def end_line(text):
    return text if not text or text.endswith("\n") else text + "\n"


def broken_promises(case, output):
    """What --errors asks of a case, as a list of complaints."""
    source = (case / "project.gov" if case.is_dir() else case).read_text(encoding="utf-8", errors="replace")
    code = re.match(r"G\d{4}", case.name)
    if not code:
        return [f"the name of {case.name} does not begin with a code such as G0301"]
    stated = re.match(r"-- reports:((?: G\d{4})*)\s*$", source.split("\n", 1)[0])
    wanted = stated.group(1).split() if stated else [code.group()]
    complaints = []
    seen = REPORT.findall(output)
    if seen != wanted:
        complaints.append(f"expected the reports {' '.join(wanted)}, got {' '.join(seen) or 'none'}")
    if code.group() not in wanted:
        complaints.append(f"the stated reports do not have {code.group()}")
    if len(PLACE.findall(output)) < len(wanted):
        complaints.append("a report without a place")
    return complaints


def judge(case, root, options):
    """(complaints, difference) of one case; both empty if it passes."""
    gov = os.path.abspath(options.gov) if os.sep in options.gov else options.gov
    folder = case if case.is_dir() else case.parent
    try:
        output = "".join(run(gov, arguments, folder) for arguments in commands(case, root))
    except (OSError, subprocess.TimeoutExpired) as problem:
        return [str(problem)], ""
    expected_file = beside(case, ".expected")
    expected = expected_file.read_text(encoding="utf-8") if expected_file.exists() else ""
    if options.accept and output != expected:
        expected_file.write_text(output, encoding="utf-8")
        print(f"# accepted {expected_file}")
        expected = output
    complaints = broken_promises(case, output) if options.errors else []
    if not expected_file.exists():
        complaints.append(f"there is no {expected_file.name}; `make accept` writes it")
    difference = "".join(difflib.unified_diff(expected.splitlines(True), output.splitlines(True), "expected", "seen"))
    return complaints, difference


def main():
    parser = argparse.ArgumentParser(description="golden tests of gov")
    parser.add_argument("--accept", action="store_true", help="write what was seen as what is expected")
    parser.add_argument("--errors", action="store_true", help="each case gives exactly one report, of its name's code")
    parser.add_argument("--gov", default="./gov", help="the program to run (default ./gov)")
    parser.add_argument("folders", nargs="+", type=Path, help="folders with cases, or single cases")
    options = parser.parse_args()

    cases = []
    for folder in options.folders:
        folder = folder.resolve()
        single = folder.is_file() or (folder / "project.gov").exists()
        root = next(p for p in [folder, *folder.parents] if p.name == "tests" or p.parent == p)
        cases.extend((case, root) for case in ([folder] if single else find_cases(folder)))
    if not cases:
        print("1..0 # SKIP no cases yet")
        return 0
    print(f"1..{len(cases)}")
    failed = 0
    for number, (case, root) in enumerate(cases, 1):
        complaints, difference = judge(case, root, options)
        failed += bool(complaints or difference)
        print(
            f"{'not ok' if complaints or difference else 'ok'} {number} - {case.relative_to(root.parent)}", flush=True
        )
        for line in [*complaints, *difference.splitlines()]:
            print(f"#   {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
