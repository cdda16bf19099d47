"""The shop at its two targets, and what tests do to its ledger."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import duckdb
import psycopg

sys.path[:0] = [str(Path(__file__).parent.parent / name) for name in ("engines", "run")]
from harness import BUILD, SRCDIR, Cluster, has_postgres
from plans import Server

GOV = BUILD / "gov"


class Place:
    """The project, in a folder of its own, at one of its targets."""

    def __init__(self, folder, target, server, cluster=None, name="shop"):
        self.target, self.server, self.cluster, self.name = target, server, cluster, name
        self.folder = Path(shutil.copytree(SRCDIR / "tests" / "ledger" / "shop", Path(folder) / name))
        self.schema = "gov"
        if cluster:
            cluster.ask(f'create database "{name}"')

    def dsn(self):
        return f"host={self.cluster.folder} user=gov dbname={self.name}"

    def environment(self, **more):
        dsn = self.dsn() if self.cluster else "host=/nowhere"
        return {**os.environ, "SHOP_DSN": dsn, "RATES_URL": self.server.url, "NO_COLOR": "1", **more}

    def start(self, *arguments, program=GOV, **more):
        return subprocess.Popen([program, *map(str, arguments), *(["--target", self.target] if program == GOV else [])], cwd=self.folder,
                                env=self.environment(**more), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip

    def gov(self, *arguments, **more):
        """(exit code, output)"""
        return end(self.start(*arguments, **more))

    def answer(self, *arguments):
        """(exit code, standard output, standard error)"""
        done = subprocess.run([GOV, *arguments, "--target", self.target], cwd=self.folder, env=self.environment(), text=True, capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments, **more):
        code, output = self.gov("run", *arguments, **more)
        assert code == 0, output
        return output

    def connect(self):
        if self.cluster:
            return psycopg.connect(self.dsn(), autocommit=True)
        return duckdb.connect(str(self.folder / "shop.duckdb"))

    def ask(self, sql):
        connection = self.connect()
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def tell(self, *statements):
        connection = self.connect()
        for sql in statements:
            connection.execute(sql)
        connection.close()

    def write(self, file, text):
        (self.folder / file).write_text(text)

    def replace(self, old, new, file="project.gov"):
        text = (self.folder / file).read_text()
        assert old in text, (file, old)
        self.write(file, text.replace(old, new))

    def columns(self, table):
        """(name, type) in order"""
        return self.ask(f"select column_name, data_type from information_schema.columns where table_schema = 'gov' and table_name = '{table}' "
                        "order by ordinal_position")  # fmt: skip

    def tables(self):
        return [row[0] for row in self.ask("select table_name from information_schema.tables where table_schema = 'gov' order by 1")]


def end(process):
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def tables_of_the_chain():
    """{table: its key}, as runtime/ledger/canonical.c has them."""
    text = (SRCDIR / "runtime" / "ledger" / "canonical.c").read_text()
    found = dict(re.findall(r'^    \{"(\w+)", "([\w ]+)"\},$', text, re.M))
    assert len(found) >= 10, found
    return found


def run_tests(tests):
    """Runs functions of one argument, a place, at each target; speaks TAP."""
    wanted = sys.argv[1:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    targets = ["dev", "prod"] if has_postgres() else ["dev"]
    print(f"1..{len(tests) * len(targets)}")
    failed = number = 0
    with tempfile.TemporaryDirectory(prefix="gov-ledger-") as folder, Server() as server:
        os.chmod(folder, 0o755)
        cluster = None
        if "prod" in targets:
            cluster = Cluster(tempfile.mkdtemp(dir=folder))
            cluster.__enter__()
        try:
            for test in tests:
                for target in targets:
                    number += 1
                    problem = words = None
                    try:
                        place = Place(folder, target, server, cluster if target == "prod" else None, f"{test.__name__[:40]}_{target}")
                        words = test(place)
                    except Exception as error:  # whatever goes wrong is the test's failure, and the next one runs
                        problem = f"{type(error).__name__}: {error}"
                    failed += problem is not None
                    told = f": {words}" if words else ""
                    print(f"{'not ok' if problem else 'ok'} {number} - {test.__name__.replace('_', ' ')} ({target}){told}", flush=True)
                    if problem:
                        print("\n".join(f"#   {line}" for line in problem.splitlines()), flush=True)
        finally:
            if cluster:
                cluster.__exit__()
    return failed > 0
