#!/usr/bin/env python3
"""Ratios on the Olist example: what gov adds to what the engine needs. Speaks TAP.

    olist.py --gov PROGRAM [--pairs N]

- `gov run` against the engine alone, doing the same in one process: the loads as bare read_csv() with the declared
  types, then every statement and test of the plan (`gov dump --stage=plan`), then the publication. The series of the
  central bank are left out on both sides: its limit of a request a second is not the engine's work.
- `gov check`: whole process, in milliseconds of wall time.

Figures are medians of interleaved pairs, with their spread. A ratio fails only if it is above its target by more than
a tenth in three tries, because machines are noisy.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "olist"))
from marts import copy_project, find_data, start_bank

RUN_TARGET = 1.15
CHECK_TARGET = 0.030
SLACK = 1.1


def sections(plan):
    """[(heading, body)] of a dumped plan: `-- build`, `-- test …`, `-- publish`, `-- from csv '…'` of each step."""
    found = []
    for step in re.split(r"^-- ==== ", plan, flags=re.M):
        head = step.split("\n", 1)[0]
        parts = re.split(r"^-- (setup|build|test .*|in parts: .*|publish|comments|discard|from .*)$", step, flags=re.M)
        found += [(head, parts[i], parts[i + 1]) for i in range(1, len(parts), 2)]
    return found


def bare_load(relation, origin, body, folder):
    """The load of a CSV source as one statement of the engine."""
    place = re.match(r"from csv '(.*)'", origin).group(1)
    file = next(f for f in (folder / place, folder / (place + ".gz")) if f.exists())
    columns = re.findall(r"^--   (\w+) ([A-Z][A-Z0-9_(), ]*?)(?: as .*)?$", body, re.M)
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns)
    reject = ", ignore_errors = true" if "order_reviews" in relation else ""
    return (f"create or replace table {relation}__next as select * from read_csv('{file}', header = true, delim = ',', "
            f"quote = '\"', escape = '\"', auto_detect = false, columns = {{{types}}}{reject})")


def bare_statements(plan, folder):
    """What the engine is asked to do, step by step, and what publishes it."""
    work, publish = [], []
    for head, kind, body in sections(plan):
        words = head.split()
        relation = words[2] if len(words) > 2 else ""
        if relation == "raw.bcb_series":
            continue
        if kind.startswith("from csv"):
            work.append(bare_load(relation, kind, body, folder))
        elif kind.startswith("test "):
            work.append("select count(*) from (" + body.strip().removesuffix(";") + ")")
        elif kind in ("setup", "build"):
            work.append(body)
            if words[1:2] == ["incremental"]:  # of a model that is built in parts, whole here, tests read a view
                work.append(f"create or replace view {relation}__next_view as from {relation}__next")
        elif kind in ("publish", "comments"):
            publish.append("\n".join(line for line in body.splitlines() if "quarantine." not in line))
    return [text.replace("raw.bcb_series__next", "raw.bcb_series") for text in work], publish


def run_bare(target, work, publish):
    """Seconds in which the engine alone does it."""
    started = time.perf_counter()
    connection = duckdb.connect(str(target))
    connection.execute("set timezone = 'UTC'; set variable gov_run_time = now()")
    for statement in work:
        connection.execute(statement).fetchall() if statement.startswith("select") else connection.execute(statement)
    connection.execute("begin")
    for statement in publish:
        connection.execute(statement)
    connection.execute("commit")
    connection.close()
    return time.perf_counter() - started


def run_gov(gov, project):
    started = time.perf_counter()
    subprocess.run([gov, "run", "--full-refresh", "--exclude", "raw.bcb_series"], cwd=project, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def spread(values):
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def measure_run(gov, project, pairs):
    """(median ratio, words)"""
    plan = subprocess.run([gov, "dump", "--stage=plan"], cwd=project, check=True, capture_output=True, text=True).stdout
    work, publish = bare_statements(plan, project)
    with tempfile.TemporaryDirectory() as other:
        target = Path(other) / "bare.duckdb"
        connection = duckdb.connect(str(target))
        connection.execute(f"attach '{project / 'build' / 'olist.duckdb'}' as built (read_only)")
        connection.execute("create schema raw; create table raw.bcb_series as from built.raw.bcb_series")
        connection.close()
        bare, whole = [], []
        for _ in range(pairs):
            drop_published(target)
            bare.append(run_bare(target, work, publish))
            whole.append(run_gov(gov, project))
    ratios = [a / b for a, b in zip(whole, bare)]
    return statistics.median(ratios), f"gov run {spread(whole)} s, the engine alone {spread(bare)} s, ratio {spread(ratios)}"


def drop_published(target):
    """So that the publication is the first each time: renames onto nothing."""
    connection = duckdb.connect(str(target))
    for schema, name, kind in connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables where table_name <> 'bcb_series'").fetchall():
        connection.execute(f'drop {"view" if kind == "VIEW" else "table"} "{schema}"."{name}"')
    connection.close()


def measure_check(gov, project, runs):
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run([gov, "check"], cwd=project, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times), f"gov check {spread([t * 1000 for t in times])} ms"


def try_three_times(measure, target):
    for _ in range(3):
        seen, words = measure()
        print(f"# {words}", flush=True)
        if seen <= target * SLACK:
            return True
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gov", required=True)
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    gov = os.path.abspath(options.gov)
    print("1..2")
    with tempfile.TemporaryDirectory(prefix="gov-bench-") as folder:
        data, bcb, _ = find_data(Path(folder))
        project = copy_project(Path(folder), data)
        server, url = start_bank(Path(folder), bcb)
        try:
            subprocess.run([gov, "run"], cwd=project, env=dict(os.environ, BCB_URL=url), check=True, stdout=subprocess.DEVNULL)
        finally:
            server.terminate()
            server.wait()
        failed = 0
        for number, (name, target, measure) in enumerate((
                ("gov check on Olist in at most 30 ms", CHECK_TARGET, lambda: measure_check(gov, project, 15)),
                (f"gov run in at most {RUN_TARGET} times what the engine needs alone", RUN_TARGET,
                 lambda: measure_run(gov, project, options.pairs))), 1):
            fine = try_three_times(measure, target)
            failed += not fine
            print(f"{'ok' if fine else 'not ok'} {number} - {name}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
