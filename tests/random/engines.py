"""The engines, and their rows in one form."""

import datetime
import json
import math
import os
import sys
import threading
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
import psycopg
from psycopg.types.json import set_json_loads

os.environ.setdefault("srcdir", str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engines"))
set_json_loads(lambda data: data.decode() if isinstance(data, bytes) else data)  # JSON as its text, as DuckDB gives it
SECONDS = 10                             # that a query may take


class Failed(Exception):
    """The engine's error."""


class DuckDB:
    name = "duckdb"

    def __init__(self):
        self.connection = duckdb.connect(":memory:", config={"threads": 1})
        self.connection.execute("set timezone = 'UTC'")

    def run(self, sql):
        """(names, types, rows)."""
        timer = threading.Timer(SECONDS, self.connection.interrupt)
        timer.start()
        try:
            cursor = self.connection.execute(sql)
            rows = cursor.fetchall()
            return [d[0] for d in cursor.description or []], [str(d[1]) for d in cursor.description or []], rows
        except (duckdb.Error, OverflowError, ValueError, UnicodeDecodeError) as error:
            raise Failed(f"{type(error).__name__}: {error}") from None
        finally:
            timer.cancel()

    def close(self):
        self.connection.close()


class Postgres:
    name = "postgres"

    def __init__(self, cluster):
        self.connection = psycopg.connect(host=cluster.folder, user="gov", dbname="postgres", autocommit=True)
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute(f"set statement_timeout = '{SECONDS}s'")
        self.connection.execute("set jit = off")

    def run(self, sql):
        try:
            cursor = self.connection.execute(sql.encode())
            if not cursor.description:
                return [], [], []
            return [d.name for d in cursor.description], [written_type(d) for d in cursor.description], cursor.fetchall()
        except (psycopg.Error, OverflowError, ValueError) as error:
            raise Failed(f"{type(error).__name__}: {error}") from None

    def close(self):
        self.connection.close()


NUMBER = {16: "bool", 21: "int2", 23: "int4", 20: "int8", 1700: "decimal", 700: "float4", 701: "double", 25: "text", 17: "bytes", 1082: "date",
          1083: "time", 1114: "timestamp", 1184: "timestamptz", 1186: "interval", 2950: "uuid", 3802: "json", 1009: "array<text>", 1007: "array<int4>",
          1016: "array<int8>", 1231: "array<decimal>", 1000: "array<bool>", 1182: "array<date>", 1115: "array<timestamp>", 1022: "array<double>"}  # fmt: skip


def written_type(column):
    name = NUMBER.get(column.type_code, str(column.type_code))
    return f"decimal({column.precision},{column.scale})" if name == "decimal" and column.precision else name


def value(of):
    """A value in the form that both engines share."""
    if isinstance(of, bool) or of is None:
        return of
    if isinstance(of, float):
        return "nan" if math.isnan(of) else float(f"{of:.9g}") + 0.0
    if isinstance(of, Decimal):
        return format(of.normalize() + 0, "f")
    if isinstance(of, datetime.datetime) and of.tzinfo:
        return of.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(of, (datetime.datetime, datetime.date, datetime.time)):
        return of.isoformat()
    if isinstance(of, datetime.timedelta):
        return of.total_seconds()
    if isinstance(of, (bytes, memoryview)):
        return bytes(of).hex()
    if isinstance(of, UUID):
        return str(of)
    if isinstance(of, (list, tuple)):
        return [value(one) for one in of]
    if isinstance(of, dict):
        return {key: value(one) for key, one in sorted(of.items())}
    return of


def rows_of(rows, types):
    """Rows whose values can be compared; `types` are the promised ones, by which JSON is known from text."""
    made = []
    for row in rows:
        cells = []
        for cell, kind in zip(row, types):
            if kind == "json" and isinstance(cell, str):
                cell = json.loads(cell)
            cells.append(cell if kind == "json" else value(cell))
        made.append(repr(cells))
    return made
