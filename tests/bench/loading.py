#!/usr/bin/env python3
"""What a contract costs: a CSV file loaded by gov with types, `not null`, `in` and a check, against the engine's own reader with the
same types and nothing asked. Seven interleaved pairs; prints the median of their ratios and its spread. Run in a plain build folder
(`make tests/ingest/load_source`), on a machine that does nothing else.

    python/bin/python tests/bench/loading.py [ROWS]"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
PROGRAM = os.path.join(os.getcwd(), "tests", "ingest", "load_source")
COLUMNS = (("id", "BIGINT"), ("customer", "VARCHAR"), ("status", "VARCHAR"), ("amount", "DECIMAL(15,2)"), ("day", "DATE"), ("at", "TIMESTAMP"))


def write(path):
    duckdb.sql(f"""copy (select range as id, 'customer ' || (range * 7919 % 99991) as customer, ['paid', 'open', 'void'][range % 3 + 1] as status,
        (range % 1000000 / 100)::decimal(15,2) as amount, date '2020-01-01' + (range % 1500)::int as day,
        timestamp '2020-01-01' + to_seconds(range % 90000000) as at from range({ROWS})) to '{path}' (header)""")  # fmt: skip


def engine(folder):
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS)
    with duckdb.connect(f"{folder}/engine.duckdb") as database:
        begun = time.perf_counter()
        database.execute(f"create or replace table t as select * from read_csv('{folder}/in.csv', auto_detect = false, header = true, delim = ',', "
                         f"quote = '\"', escape = '\"', columns = {{{types}}})")  # fmt: skip
        return time.perf_counter() - begun


def gov(folder):
    source = {"kind": "csv", "words": "csv 'in.csv'", "place": "in.csv", "columns": [{"name": name, "type": kind} for name, kind in COLUMNS],
              "checks": [{"column": "id", "words": "not null", "predicate": '"id" is not null'},
                         {"column": "status", "words": "in", "predicate": "\"status\" in ('paid', 'open', 'void')"},
                         {"column": "amount", "words": "check", "predicate": '"amount" >= 0'}], "key": ["id"]}  # fmt: skip
    spec = json.dumps({"source": source, "queries": [], "folder": folder, "database": f"{folder}/gov.duckdb"})
    begun = time.perf_counter()
    done = subprocess.run([PROGRAM], input=spec, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begun
    assert json.loads(done.stdout)["accepted"] == ROWS, done.stdout
    return seconds


with tempfile.TemporaryDirectory(prefix="gov-loading-") as folder:
    write(f"{folder}/in.csv")
    pairs = [(engine(folder), gov(folder)) for _ in range(7)]
ratios = sorted(bare / ours for bare, ours in pairs)
print(f"{ROWS:,} rows, engine {statistics.median(bare for bare, _ in pairs):.2f} s, gov {statistics.median(ours for _, ours in pairs):.2f} s: "
      f"gov at {statistics.median(ratios):.2f} of the engine's own reader ({ratios[0]:.2f} to {ratios[-1]:.2f})")  # fmt: skip
