"""Runs the models of a program on states of its sources."""

import os

import duckdb

from compiled import probe_models
from states import loaded


def literal(value):
    if value is None:
        return "null"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def type_of(source, name):
    return "int4[]" if source.payload and name == "payload" else "int4"


def filled(source, rows, array=literal):
    lines = [f"({', '.join(array(row[name]) for name in source.columns)})" for row in rows]
    return f"insert into {source.name} values {', '.join(lines)}" if lines else None


class Engine:
    """One statement a model: prepared once a program, run once a state, all of which is rolled back."""

    def open(self, sources, relations, queries):
        """`relations`: [(name, columns)], in order. Returns the names that the engine refuses to prepare."""
        self.sources, self.relations, self.made = sources, [], [source.name for source in sources]
        refused = []
        for source in sources:
            columns = ", ".join(f"{name} {type_of(source, name)}" for name in source.columns)
            self.connection.execute(f"drop table if exists {source.name}")
            self.connection.execute(f"create table {source.name} ({columns})")
        for name, columns in relations:
            plan = name.replace(".", "_")
            try:
                self.make(name, plan, queries[name])
            except (self.error, KeyError):
                refused.append(name)
                continue
            self.relations.append((name, plan))
            self.made.append(name)
        return refused

    def run(self, state):
        """{relation: its rows}; None if the engine fails on this state (an overflow, say)."""
        found = {}
        self.connection.execute("begin")
        try:
            for source in self.sources:
                text = filled(source, loaded(source, state), self.literal)
                if text:
                    self.connection.execute(text)
            for name, plan in self.relations:
                found[name] = self.connection.execute(f"execute {plan}").fetchall()
        except self.error:
            found = None
        self.connection.execute("rollback")
        return found

    def close(self):
        for _, plan in self.relations:
            self.connection.execute(f"deallocate {plan}")
        for name in reversed(self.made):
            self.connection.execute(f"drop table {name}")


class DuckDB(Engine):
    """A database in memory."""

    error, literal = duckdb.Error, staticmethod(literal)

    def __init__(self):
        self.connection = duckdb.connect(config={"threads": 1})
        for schema in ("raw", "m"):
            self.connection.execute(f"create schema {schema}")
        # Plans outlive the rows that they were made for: none may rest on statistics of them.
        self.connection.execute("set disabled_optimizers = 'statistics_propagation'")

    def make(self, name, plan, query):
        self.connection.execute(f"create or replace table {name} as from ({query}) limit 0")
        self.connection.execute(f"prepare {plan} as insert into {name} {query} returning *")


class PostgreSQL(Engine):
    """A database at a server, as its owner."""

    literal = staticmethod(lambda value: f"array[{', '.join(map(str, value))}]::int4[]" if isinstance(value, list) else literal(value))

    def __init__(self, folder):
        import psycopg

        self.error = psycopg.Error
        self.connection = psycopg.connect(f"host={folder} user=gov dbname=postgres", autocommit=True, prepare_threshold=None)
        self.connection.execute(f"create database flow_{os.getpid()}")
        self.connection.close()
        self.connection = psycopg.connect(f"host={folder} user=gov dbname=flow_{os.getpid()}", autocommit=True, prepare_threshold=None)
        for schema in ("raw", "m"):
            self.connection.execute(f"create schema {schema}")

    def make(self, name, plan, query):
        self.connection.execute(f"drop table if exists {name}")
        self.connection.execute(f"create table {name} as select * from ({query}) q limit 0")
        self.connection.execute(f"prepare {plan} as insert into {name} {query} returning *")


def relations_of(models, unprobed, probes):
    """[(name, columns)] of the models and, if wanted, of their probes."""
    found = []
    for model in models:
        found.append((model.name, model.columns))
        if probes and model.name not in unprobed:
            found += [(name, columns) for name, _, columns in probe_models(model)]
    return found
