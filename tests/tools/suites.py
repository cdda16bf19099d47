#!/usr/bin/env python3
"""Runs the test suites of the table tests/suites, a line per suite with its time and its time budget.

    suites.py [--table FILE] [--build KIND=FOLDER]... [SUITE...]

Without names all suites run, else those named. Each runs in the build folder of its kind (plain, sanitized); its
whole output is kept in FOLDER/suites/NAME.tap and shown if something in it failed. The last line, alone, is `N
passed, N failed`; the exit code is 0 if none failed.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
SRCDIR = TESTS.parent
BUDGET_OF_ALL = 40 * 60
ALLOWANCE = 1.5


def read_table(table):
    """{name: (seconds, kind of build, command)} in the table's order."""
    suites = {}
    for line in table.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, seconds, kind, command = line.split(None, 3)
            suites[name] = (int(seconds), kind, command)
    total = sum(seconds for seconds, _, _ in suites.values())
    if table.name == "suites" and total > BUDGET_OF_ALL:
        sys.exit(f"suites.py: the budgets add up to {total} s, more than {BUDGET_OF_ALL} s")
    return suites


def sanitizer_options():
    """What the sanitizers are told; the suppressions say why each is there."""
    folder = SRCDIR / "tests" / "sanitizers"
    return {
        "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
        "LSAN_OPTIONS": f"suppressions={folder / 'leaks.supp'}:print_suppressions=0",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    }


def run(command, folder, seconds, output):
    """Exit code and time of a command, whose output goes to a file. It is ended after twice its budget."""
    environment = dict(os.environ, srcdir=str(SRCDIR), **sanitizer_options())
    start = time.monotonic()
    with open(output, "wb") as file:
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=seconds * 2)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = -signal.SIGKILL
            file.write(f"\nBail out! ended after {seconds * 2} s\n".encode())
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    return code, time.monotonic() - start


def count(tap, code):
    """(passed, failed, skipped) of TAP text, which may have several plans. What is missing counts as failed."""
    passed = failed = skipped = planned = 0
    for line in tap.splitlines():
        line = re.sub(r"^\s+", "", line) if line.startswith("    ") else line
        plan = re.match(r"1\.\.(\d+)", line)
        result = re.match(r"(not )?ok\b(?:.*?# *(skip|todo))?", line, re.I)
        if plan:
            planned += int(plan.group(1))
        elif result and result.group(2):
            skipped += 1
        elif result:
            failed += bool(result.group(1))
            passed += not result.group(1)
    missing = max(planned - passed - failed - skipped, 0)
    nothing = code != 0 and failed + missing == 0 or "1.." not in tap
    return passed, failed + missing + nothing, skipped


def run_suite(name, suite, folder):
    """Runs one suite, says how it went, and gives (passed, failed)."""
    seconds, _, command = suite
    (folder / "suites").mkdir(exist_ok=True)
    output = folder / "suites" / f"{name}.tap"
    code, took = run(command, folder, seconds, output)
    tap = output.read_text(encoding="utf-8", errors="replace")
    passed, failed, skipped = count(tap, code)
    late = took > seconds * ALLOWANCE
    words = [f"{passed} passed"] + [f"{failed} failed"] * bool(failed) + [f"{skipped} skipped"] * bool(skipped)
    words += ["over its time budget"] * late
    print(
        f"{'FAIL' if failed or late else 'ok  '}  {name:<12} {took:7.1f} s of {seconds:4} s   {', '.join(words)}",
        flush=True,
    )
    if failed:
        show_failures(tap, output)
    return passed, failed + late


def show_failures(tap, output, most=100):
    """The failed tests with their comments, or the end of the output if none is marked so."""
    shown, inside = [], False
    for line in tap.splitlines():
        if re.match(r"\s*(not )?ok\b", line):
            inside = line.lstrip().startswith("not ok")
        if inside:
            shown.append(line)
    for line in (shown[:most] if shown else tap.splitlines()[-most:]):
        print(f"      {line}")
    print(f"      all of it: {output}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="the test suites of gov")
    parser.add_argument(
        "--table", type=Path, default=TESTS / "suites", help="the table of suites (default tests/suites)"
    )
    parser.add_argument(
        "--build",
        action="append",
        default=[],
        metavar="KIND=FOLDER",
        help="the build folder of a kind of build; * is all kinds",
    )
    parser.add_argument("names", nargs="*", metavar="SUITE")
    options = parser.parse_args()
    suites = read_table(options.table)
    unknown = [name for name in options.names if name not in suites]
    if unknown:
        sys.exit(f"suites.py: no suite `{unknown[0]}`; there are {', '.join(suites)}")
    builds = dict(build.split("=", 1) for build in options.build)
    start = time.monotonic()
    passed = failed = 0
    for name in options.names or suites:
        folder = builds.get(suites[name][1]) or builds["*"]
        results = run_suite(name, suites[name], Path(folder).resolve())
        passed, failed = passed + results[0], failed + results[1]
    print(f"      all suites   {time.monotonic() - start:7.1f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
