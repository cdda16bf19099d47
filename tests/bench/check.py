#!/usr/bin/env python3
"""Checking a warehouse of N models: gov with one and two threads, one edited file, and the rivals where they are installed.

    check.py --gov PROGRAM [--rivals FOLDER] [--sizes 100,1000,10000] [--runs 3] [--rival-limit 1000] [--keep FOLDER]

`./dev bench` installs the rivals, in the versions of tests/bench/rivals, and runs this. Every tool gets the same warehouse
(gen.py). gov does everything that `gov check` does: types, keys, lineage, tests. Figures are medians of --runs; a rival is
run once and not above --rival-limit models, because it takes minutes.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lsp")]
from client import Client
from measure import measure

QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1"}


def generate(size, folder, backends):
    subprocess.run([sys.executable, HERE / "gen.py", str(size), folder, "--backends", ",".join(backends)], check=True,
                   stdout=subprocess.DEVNULL)


def show(size, what, cost, note=""):
    failed = "" if not cost.code else f" (exit {cost.code})"
    print(f"| {size:,} | {what} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.megabytes:.0f} | {note}{failed}", flush=True)


def median(costs):
    middle = sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]
    spread = f"CPU {min(c.cpu for c in costs):.2f} to {max(c.cpu for c in costs):.2f} in {len(costs)} runs"
    return middle._replace(megabytes=max(c.megabytes for c in costs)), spread


def bench_gov(gov, folder, size, runs):
    costs = {1: [], 2: []}
    for _ in range(runs):
        for threads in costs:
            costs[threads].append(measure([gov, "check", "--threads", str(threads)], folder))
    for threads in costs:
        show(size, f"gov check, {threads} thread{'s' if threads > 1 else ''}", *median(costs[threads]))


def bench_edit(gov, folder, size, edits=21):
    """One file of the middle layer, edited and edited back, in a resident server; milliseconds until all is published."""
    files = sorted((folder / "intermediate").glob("*.gov"))
    path = str(files[len(files) // 2].relative_to(folder))
    text = (folder / path).read_text()
    client = Client(gov, folder)
    client.wait_checked()
    client.open(path, text)
    took = []
    for i in range(edits):
        told = client.change(path, re.sub(r"< \d+ then", f"< {i} then", text, count=1))
        assert told["files"] and not told["whole"], told
        took.append(told["milliseconds"])
    client.close()
    print(f"| {size:,} | gov lsp, one file edited | {statistics.median(took) / 1e3:.4f} | | | "
          f"{min(took):.1f} to {max(took):.1f} ms, {edits} edits", flush=True)


def rivals_of(folder):
    """{name: (backend, [(what, command)])} of those that are installed."""
    def dbt(name):
        program = folder / name / "bin" / "dbt"
        return ("dbt", [(f"{name} {what}", [program, what, "--profiles-dir", "."]) for what in ("parse", "compile")]) if program.exists() else None
    found = {name: dbt(name) for name in ("dbt2", "dbt-core2", "dbt-core1")}
    sqlmesh, dataform = folder / "sqlmesh/bin/python", folder / "node_modules/.bin/dataform"
    if sqlmesh.exists():
        found["sqlmesh"] = ("sqlmesh", [("SQLMesh load with types", [sqlmesh, HERE / "rivals/load_sqlmesh.py", "."])])
    if dataform.exists():
        found["dataform"] = ("dataform", [("Dataform compile", [dataform, "compile", ".", "--timeout=10m"])])
    return {name: rival for name, rival in found.items() if rival}


def bench_rivals(folder, rivals, base, size):
    for name, (backend, commands) in rivals.items():
        project = base / backend
        if backend == "dataform":
            shutil.copytree(folder / "node_modules/@dataform/core", project / "node_modules/@dataform/core", dirs_exist_ok=True)
        for what, command in commands:
            for left in ("target", ".cache"):
                shutil.rmtree(project / left, ignore_errors=True)
            with open(base / f"{name}.log", "w") as log:
                show(size, what, measure([str(part) for part in ["nice", *command]], project, QUIET, log), "once, cold")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gov", required=True)
    parser.add_argument("--rivals", type=Path, default=Path("/nonexistent"))
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rival-limit", type=int, default=1000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    gov = os.path.abspath(options.gov)
    rivals = rivals_of(options.rivals.resolve())
    print("| models | what | wall s | CPU s | peak MB | |\n| ---: | --- | ---: | ---: | ---: | --- |", flush=True)
    with tempfile.TemporaryDirectory(prefix="gov-bench-") as temporary:
        for size in map(int, options.sizes.split(",")):
            base = (options.keep or Path(temporary)).resolve() / str(size)
            asked = rivals if size <= options.rival_limit else {}
            generate(size, base, ["gov"] + sorted({backend for backend, _ in asked.values()}))
            bench_gov(gov, base / "gov", size, options.runs)
            bench_edit(gov, base / "gov", size)
            bench_rivals(options.rivals.resolve(), asked, base, size)


if __name__ == "__main__":
    main()
