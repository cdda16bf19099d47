"""A project that keeps history, at DuckDB or PostgreSQL, and what tests ask of it."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "engines"))
from harness import BUILD, Cluster

GOV = BUILD / "gov"
HEAD = """project shop;
{target}
owner team (name = 'Team', email = 'team@example.com');
layer raw owner team;
layer marts reads raw, marts owner team;
"""
TARGETS = {
    "duckdb": "target here on duckdb (path = 'shop.duckdb');",
    "postgres": "target here on postgres (dsn = env('SHOP_DSN'));",
}


class Project:
    """In a folder of its own; at PostgreSQL in a database of its own."""

    def __init__(self, engine, folder, name, cluster=None):
        self.engine, self.folder, self.name, self.cluster = engine, Path(folder) / name, name, cluster
        (self.folder / "data").mkdir(parents=True)
        if cluster:
            cluster.ask(f'create database "{name}"')

    @property
    def environment(self):
        dsn = f"host={self.cluster.folder} user=gov dbname={self.name}" if self.cluster else ""
        return dict(os.environ, SHOP_DSN=dsn, NO_COLOR="1")

    def write(self, text):
        (self.folder / "project.gov").write_text(HEAD.format(target=TARGETS[self.engine]) + text)

    def data(self, name, columns, rows):
        """Rows are dicts; None is an empty field."""
        with open(self.folder / "data" / f"{name}.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    def gov(self, *arguments, program=GOV):
        """(exit code, standard output, standard error)"""
        done = subprocess.run([program, *map(str, arguments)], cwd=self.folder, env=self.environment, timeout=120, text=True, capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments):
        code, out, error = self.gov("run", *arguments)
        assert code == 0, out + error
        return out + error

    def ask(self, query, *arguments):
        """Rows as dicts of texts; null is None."""
        code, out, error = self.gov("query", "--format", "json", *arguments, query)
        assert code == 0, f"{query}\n{out}{error}"
        return json.loads(out, parse_int=str, parse_float=str)  # -0 is not 0, 0.10 not 0.1

    def refused(self, *arguments):
        code, out, error = self.gov(*arguments)
        assert code != 0, f"not refused: {arguments}\n{out}"
        return error or out

    def sql(self, statement, role=None):
        """A statement of the engine's own, behind gov's back, at a server as a role; rows as tuples."""
        if self.cluster:
            import psycopg

            with psycopg.connect(self.environment["SHOP_DSN"], autocommit=True) as connection:
                if role:
                    connection.execute(f"set role {role}")
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        import duckdb

        with duckdb.connect(str(self.folder / "shop.duckdb")) as connection:
            return connection.execute(statement).fetchall()


def table(rows):
    """Rows in an order of their own, to compare."""
    return sorted((tuple(row.items()) for row in rows), key=repr)
