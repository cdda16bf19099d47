#!/usr/bin/env python3
"""The Olist example run for real, and everything that it built held against plain SQL of our own. Speaks TAP.

    marts.py --gov PROGRAM [--keep FOLDER]

The project is copied to a folder of its own; its data are the shared files where they are found (GOV_SHARED_DATA, else
../shared/data beside the repository), otherwise generated ones; the central bank is the stand-in of the example's
tools. `oracle/RELATION.sql` is a query over the files themselves (oracle/inputs.sql) that gives what the relation
must hold: the two are compared cell by cell, in both directions.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOOLS = ROOT / "examples" / "olist" / "tools"

# What is known of the real files (and of nothing else).
REAL = {
    "select count(*) from raw.orders": 99_441,
    "select count(*) from raw.order_items": 112_650,
    "select count(distinct customer_unique_id) from raw.customers": 96_096,
    "select sum(payment_value) from raw.order_payments": Decimal("16008872.12"),
    "select sum(price) from raw.order_items": Decimal("13591643.70"),
    "select sum(freight_value) from raw.order_items": Decimal("2251909.54"),
    "select count(*) from raw.order_reviews": 99_223,
    "select count(*) from quarantine.raw__order_reviews": 1,
    "select count(*) from raw.category_translation": 71,
    "select count(*) from raw.bcb_series": 750 + 36 + 1096,
    "select valor from raw.bcb_series where serie = 1 and data = date '2016-01-04'": Decimal("4.0387"),
    "select usd_brl from staging.indicators where day = date '2016-01-04'": Decimal("4.0387"),
    "select count(*) from marts.fct_orders_with_economics": 99_441,
    "select count(distinct order_id) from marts.fct_orders_with_economics": 99_441,
    "select count(*) from marts.fct_customer_purchases_economics": 99_441,
}
# What holds of any data of this shape: each query gives true.
LAWS = {
    "one row an order": "select count(*) = count(distinct order_id) and count(*) = (select count(*) from raw.orders) from marts.fct_orders_with_economics",
    "a Saturday has Friday's rate": "select bool_and(s.usd_brl = f.usd_brl) from staging.indicators s join staging.indicators f on f.day = s.day - 1 where dayofweek(s.day) = 6 and s.is_carried and not f.is_carried",
    "no order without a rate": "select count(*) = 0 from marts.fct_orders_with_economics where usd_brl is null",
    "read = accepted + quarantined": "select bool_and(read = accepted + quarantined + duplicates) and count(*) >= 9 from gov.loads",
}


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def say(self, fine, name, detail=""):
        self.number += 1
        self.failed += not fine
        print(f"{'ok' if fine else 'not ok'} {self.number} - {name}")
        for line in detail.splitlines()[:20] if not fine else []:
            print(f"# {line}")
        sys.stdout.flush()


def find_data(work):
    """(folder of the tables, folder of the series, whether they are the real ones)."""
    shared = Path(os.environ.get("GOV_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if (shared / "olist").is_dir() and (shared / "bcb").is_dir():
        return shared / "olist", shared / "bcb", True
    made = work / "generated"
    subprocess.run([sys.executable, TOOLS / "generate.py", "--small", made], check=True, stdout=subprocess.DEVNULL)
    return made / "olist", made / "bcb", False


def copy_project(work, data):
    project = work / "olist"
    shutil.copytree(ROOT / "examples" / "olist", project, ignore=shutil.ignore_patterns("build", "data", "tools"))
    (project / "data").mkdir()
    for file in [*data.glob("*.csv"), *data.glob("*.csv.gz")]:
        (project / "data" / file.name).symlink_to(file.resolve())
    return project


def start_bank(work, bcb):
    url_file = work / "bcb.url"
    server = subprocess.Popen([sys.executable, TOOLS / "bcb.py", "--data", bcb, "--url-file", url_file, "--with-parent",
                               "--first", "ok,429,503"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (url_file.exists() and url_file.read_text().strip()):
        if server.poll() is not None:
            sys.exit("marts.py: the stand-in of the central bank did not start")
    return server, url_file.read_text().strip()


def compare(connection, relation):
    """"" if the relation holds exactly what its oracle gives, else what differs."""
    query = (HERE / "oracle" / f"{relation}.sql").read_text()
    columns = [row[0] for row in connection.execute(f"describe select * from built.{relation}").fetchall()]
    expected = [row[0] for row in connection.execute(f"describe {query}").fetchall()]
    if columns != expected:
        return f"columns {columns}\nexpected {expected}"
    connection.execute(f"create or replace temp table oracle as {query}")
    differences = []
    for name, left, right in (("unexpected", f"built.{relation}", "oracle"), ("missing", "oracle", f"built.{relation}")):
        rows = connection.execute(f"select * from {left} except all select * from {right}").fetchall()
        differences += [f"{len(rows)} rows {name}", *map(str, rows[:3])] if rows else []
    return "\n".join(differences)


def check_all(tap, project, data, bcb, real):
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach '{project / 'build' / 'olist.duckdb'}' as built (read_only)")
    connection.execute((HERE / "oracle" / "inputs.sql").read_text().format(data=data, bcb=bcb))
    for file in sorted((HERE / "oracle").glob("*.*.sql")):
        relation = file.name.removesuffix(".sql")
        difference = compare(connection, relation)
        tap.say(not difference, f"{relation} is what plain SQL gives, cell by cell", difference)
    connection.execute("use built")
    for name, query in LAWS.items():
        tap.say(connection.execute(query).fetchone()[0] is True, name, query)
    for query, expected in REAL.items() if real else ():
        seen = connection.execute(query).fetchone()[0]
        tap.say(seen == expected, f"{query} is {expected}", f"saw {seen}")
    connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gov", required=True)
    parser.add_argument("--keep", help="work here and leave everything, to look at")
    options = parser.parse_args()
    gov, tap = os.path.abspath(options.gov), Tap()
    work = Path(options.keep or tempfile.mkdtemp(prefix="gov-olist-"))
    work.mkdir(parents=True, exist_ok=True)
    data, bcb, real = find_data(work)
    project = copy_project(work, data)
    server, url = start_bank(work, bcb)
    try:
        environment = dict(os.environ, BCB_URL=url, NO_COLOR="1")
        for name in ("the example runs", "it runs again"):
            done = subprocess.run([gov, "run"], cwd=project, env=environment, text=True, capture_output=True)
            tap.say(done.returncode == 0, name, (done.stdout + done.stderr)[-3000:])
        if not tap.failed:
            check_all(tap, project, data, bcb, real)
    finally:
        server.terminate()
        server.wait()
        if not options.keep:
            shutil.rmtree(work)
    print(f"1..{tap.number}")
    return tap.failed > 0


if __name__ == "__main__":
    sys.exit(main())
