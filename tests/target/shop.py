"""A copy of the shop at a PostgreSQL server of its own, and what tests ask of it."""

import datetime
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent / "engines"))
from harness import BUILD, SRCDIR

GOV = BUILD / "gov"


class Shop:
    """The project, at database `name` of the cluster."""

    def __init__(self, cluster, folder, name):
        self.cluster, self.name = cluster, name
        self.folder = Path(shutil.copytree(SRCDIR / "tests" / "target" / "shop", Path(folder) / name))
        with psycopg.connect(f"host={cluster.folder} user=gov dbname=postgres", autocommit=True) as admin:
            admin.execute(f'create database "{name}"')

    def dsn(self, user="gov"):
        return f"host={self.cluster.folder} user={user} dbname={self.name}"

    def environment(self, dsn=None):
        return dict(os.environ, SHOP_DSN=dsn or self.dsn(), NO_COLOR="1")

    def gov(self, *arguments, dsn=None, program=GOV):
        """(exit code, output)"""
        done = subprocess.run([program, *arguments], cwd=self.folder, env=self.environment(dsn), timeout=120, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        return done.returncode, done.stdout

    def run(self, *arguments, target="prod", **options):
        code, output = self.gov("run", "--target", target, *arguments, **options)
        assert code == 0, output
        return output

    def fails(self, *arguments, **options):
        code, output = self.gov("run", "--target", "prod", *arguments, **options)
        assert code == 1, f"exit {code}\n{output}"
        return output

    def start(self):
        """A run beside the test; end() gives exit code and output."""
        return subprocess.Popen([GOV, "run", "--target", "prod"], cwd=self.folder, env=self.environment(), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip

    def connect(self, **options):
        connection = psycopg.connect(self.dsn(), **options)
        connection.execute("set timezone = 'UTC'")
        return connection

    def ask(self, sql):
        with self.connect(autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def tell(self, sql):
        with self.connect(autocommit=True) as connection:
            connection.execute(sql)

    def write(self, file, text):
        (self.folder / file).write_text(text)

    def replace(self, old, new, file="project.gov"):
        text = (self.folder / file).read_text()
        assert old in text, (file, old)
        self.write(file, text.replace(old, new))

    def wait_until(self, sql, words):
        """Until the query gives a row."""
        for _ in range(400):
            if self.ask(sql):
                return
            time.sleep(0.05)
        raise AssertionError(f"never seen: {words}")


def end(process):
    output, _ = process.communicate(timeout=120)
    return process.returncode, output


def short(name):
    """As PostgreSQL has it (docs/how-to/run-on-postgresql.md), computed anew."""
    raw = name.encode()
    if len(raw) <= 63:
        return name
    return raw[:54].decode(errors="ignore") + "_" + hashlib.sha256(raw).hexdigest()[:8]


def plain(row):
    """The drivers know UTC as different objects."""
    return repr([cell.isoformat() if isinstance(cell, datetime.datetime) else cell for cell in row])


def differences(database, dsn, schemas, skip=()):
    """What of the relations of a DuckDB file is not the same at the server: texts, empty if nothing."""
    embedded, found = duckdb.connect(str(database), read_only=True), []
    embedded.execute("set timezone = 'UTC'")
    names = embedded.execute("select table_schema, table_name from information_schema.tables where list_contains(?, table_schema) order by all",
                             [list(schemas)]).fetchall()  # fmt: skip
    with psycopg.connect(dsn) as server:
        server.execute("set timezone = 'UTC'")
        for schema, name in names:
            if f"{schema}.{name}" in skip:
                continue
            columns = [row[0] for row in embedded.execute(f'describe {schema}."{name}"').fetchall()]
            quote = lambda names: ", ".join('"' + name.replace('"', '""') + '"' for name in names)
            ours = embedded.execute(f'select {quote(columns)} from {schema}."{name}"').fetchall()
            theirs = server.execute(f'select {quote(map(short, columns))} from {schema}."{short(name)}"').fetchall()
            left, right = sorted(map(plain, ours)), sorted(map(plain, theirs))
            if left != right:
                first = next((pair for pair in zip(left, right) if pair[0] != pair[1]), (len(left), len(right)))
                found.append(f"{schema}.{name}: DuckDB {first[0]}, PostgreSQL {first[1]}")
    embedded.close()
    assert len(names) >= 5, names
    return "\n".join(found)
