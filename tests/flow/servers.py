"""Runs the queries of a program at a PostgreSQL server, and reads what they give as gov lets its roles read it.

A program's relations are made once, with the views and privileges of `gov dump --stage=plan`; then each state is written into them
and committed, and each role looks by a connection of its own.
"""

import os
import re

from compiled import with_pads
from engines import Ran, type_of
from states import loaded


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, str):
        return f"'{value}'"
    return f"array[{', '.join(map(str, value))}]::int4[]" if isinstance(value, list) else str(value)


def plan_parts(plan):
    """({relation: its table's columns as SQL}, statements that make roles and schemas, {relation: [(role, view, statements, what fills
    it or None)]}, {relation or view: [privileges]}) of `gov dump --stage=plan`."""
    tables, views, privileges = {}, {}, {}
    for layer, name, columns in re.findall(r"^create table gov_build\.(\w+?)__(\w+) (\(\n.*?\n\));", plan, re.M | re.S):
        tables[f"{layer}.{name}"] = columns
    blocks = re.split(r"^-- ==== ", plan, flags=re.M)[1:]
    prepare = next((block.partition("\n")[2] for block in blocks if block.startswith("roles and schemas")), "")
    for block in blocks:
        made = re.match(r"role (\w+) reads (\S+) as (\S+)\n\n-- make\n(.*)", block, re.S)
        if made:
            make, pads, fill = re.fullmatch(r"(.*?)((?:-- \$\d is [^\n]*\n)*)(?:-- fill\n(.*))?", made[4], re.S).groups()
            statements = [one for one in re.split(r";\n", make) if one.strip() and not one.startswith("comment on")]
            views.setdefault(made[2], []).append((made[1], made[3], statements, fill and with_pads(pads + fill).strip().rstrip(";")))
    for statement, place in re.findall(r"^(grant SELECT on (\S+) to \w+);$", plan, re.M):
        privileges.setdefault(place, []).append(statement)
    grants = next((block.partition("\n")[2] for block in blocks if block.startswith("grants")), "")
    rights = "".join(line + "\n" for line in grants.split("\n") if not line.startswith("grant SELECT"))
    return tables, prepare + rights, views, privileges


def plain(sql):
    """Sources of all programs have the same shapes: they are the same tables."""
    return re.sub(r"\braw\.p\d+_", "raw.", sql)


class PostgreSQL:
    """At a database of this process: filled as its owner, read as the roles of the clearances, by connections of their own."""

    def __init__(self, folder, roles):
        import psycopg

        self.psycopg, self.folder, self.database = psycopg, folder, f"flow_{os.getpid()}"
        self.roles, self.readers, self.published, self.sources = roles, {}, None, set()
        with self.connect("gov", "postgres") as connection:
            connection.execute(f"create database {self.database}")
        self.connection = self.connect("gov", self.database)
        self.connection.execute("create schema raw; create schema m; set plan_cache_mode = force_generic_plan; set synchronous_commit = off")

    def connect(self, user, database):
        return self.psycopg.connect(f"host={self.folder} user={user} dbname={database}", autocommit=True, prepare_threshold=None)

    def results(self, connection, statements):
        """The rows of each statement, all sent at once."""
        if not statements:
            return []
        cursor, found = connection.execute("; ".join(statements)), []
        while True:
            found.append(cursor.fetchall() if cursor.description else [])
            if not cursor.nextset():
                return found

    # ------------------------------------------------------------ what is published

    def publish(self, plan):
        """Roles and schemas of a batch, and a connection of each role."""
        if plan is self.published:
            return
        self.tables, statements, self.views, self.privileges = plan_parts(plan)
        self.connection.execute("select pg_advisory_lock(1)")  # roles are of all databases of the cluster
        self.connection.execute(statements)
        there = {name for (name,) in self.connection.execute("select rolname from pg_roles").fetchall()}
        for role in self.roles:
            if f"flow_{role}" in there and f"login_{role}" not in there:
                self.connection.execute(f"create role login_{role} login; grant flow_{role} to login_{role}")
        self.connection.execute("select pg_advisory_unlock(1)")
        for role in self.roles:
            if f"flow_{role}" in there and role not in self.readers:
                self.readers[role] = self.connect(f"login_{role}", self.database)
                self.readers[role].execute("set plan_cache_mode = force_generic_plan")
        self.published = plan

    def open(self, job):
        """Makes what is published of a program, and `places`: {role: [(relation, where it reads it)]}. What is not, probes, is read
        by the owner of the server. Gives the names that the server refuses."""
        self.fills, self.shown, self.masked, self.made, self.places = [], [], [], [], {role: [] for role in self.readers}
        tables = []
        for source in job.sources:
            if plain(source.name) not in self.sources:
                columns = ", ".join(f"{name} {type_of(source, name)}" for name in source.columns)
                tables += [f"create unlogged table {plain(source.name)} ({columns})", f"alter table {plain(source.name)} owner to flow_owner"]
                self.sources.add(plain(source.name))
        made = [(name, self.statements(name, job.queries[name], columns[0] if name in job.kept else None)) for name, columns in job.relations]
        try:
            self.results(self.connection, ["begin", *tables, *(one for _, statements in made for one in statements), "commit"])
            refused = set()
        except self.psycopg.Error:
            self.connection.execute("rollback; deallocate all")
            self.results(self.connection, tables)
            refused = {name for name, statements in made if not self.makes(statements)}
        (self.fills, self.shown) = ([name for name, _ in made if name not in refused and (name in self.tables) == stored] for stored in (True, False))
        self.masked, self.made = ([statement for name, statement in of if name not in refused] for of in (self.masked, self.made))
        self.places = {role: [place for place in places if place[0] not in refused] for role, places in self.places.items()}
        for role, reader in self.readers.items():
            self.results(reader, [f"prepare look{i} as select * from {place}" for i, (_, place) in enumerate(self.places[role])])
        return sorted(refused)

    def makes(self, statements):
        """Whether the server takes them."""
        try:
            self.results(self.connection, ["begin", *statements, "commit"])
            return True
        except self.psycopg.Error as error:
            self.failed(error, statements)
            return False

    def failed(self, error, statements):
        self.connection.execute("rollback")
        if os.environ.get("GOV_VERBOSE"):
            print(f"# {error}\n# {statements}", flush=True)

    def statements(self, name, query, key):
        """What makes a relation, readable to whom it is granted, and prepares its query; `key`: by which it is built, if it is."""
        make, plan = [], name.replace(".", "_")
        if name in self.tables:
            make = [f"create unlogged table {name} {self.tables[name]}", f"alter table {name} owner to flow_owner", *self.rights(name, name)]
        for _, view, statements, fill in self.views.get(name, []):
            make += [*map(plain, statements), *self.rights(name, view)]
            self.made.append((name, f"drop {'table' if fill else 'view'} {view}"))
            if fill:
                self.masked += [(name, f"delete from {view}"), (name, fill)]
        query = plain(query)
        if key:
            query = f"with new as materialized ({query}), gone as (delete from {name} old using new where new.{key} = old.{key}) insert into {name} select * from new"
        elif make:
            query = f"insert into {name} {query}"
        return [*make, f"prepare {plan} as {query}", f"explain execute {plan}"]  # some are refused only when they are planned

    def rights(self, name, place):
        granted = self.privileges.get(place, [])
        for statement in granted:
            self.places[statement.rpartition("flow_")[2]].append((name, place))
        return granted

    def close(self):
        for role, reader in self.readers.items():
            self.results(reader, [f"deallocate look{i}" for i in range(len(self.places[role]))])
        names = [name.replace(".", "_") for name in self.fills + self.shown]
        tables = [f"drop table {', '.join(self.fills)}"] if self.fills else []
        self.results(self.connection, [f"deallocate {name}" for name in names] + self.made + tables)

    # ------------------------------------------------------------------- states

    def write(self, job, state):
        """The statements that run the program on a state of the sources."""
        names = [plain(source.name) for source in job.sources]
        write = [f"delete from {name}" for name in names + [name for name in self.fills if name not in job.kept]]
        for name, source in zip(names, job.sources):
            lines = [f"({', '.join(literal(row[column]) for column in source.columns)})" for row in loaded(source, state)]
            write += [f"insert into {name} values {', '.join(lines)}"] if lines else []
        return write + [f"execute {name.replace('.', '_')}" for name in self.fills]

    def fill(self, job, runs):
        """The rows of what is not published, after the last run; None if the server fails on the state."""
        empty = [f"delete from {name}" for name in self.fills if name in job.kept]
        try:
            self.results(self.connection, ["begin", *empty, *(one for state in runs for one in self.write(job, state)), *self.masked, "commit"])
            return dict(zip(self.shown, self.results(self.connection, [f"execute {name.replace('.', '_')}" for name in self.shown])))
        except self.psycopg.Error as error:
            self.failed(error, runs)
            return None

    def look(self):
        """{role: {relation: rows}} as each role reads it."""
        found = {}
        for role, reader in self.readers.items():
            rows = self.results(reader, [f"execute look{i}" for i in range(len(self.places[role]))])
            found[role] = {name: of for (name, _), of in zip(self.places[role], rows)}
        return found

    def columns(self):
        """{(role, relation): the columns that it has for the role}."""
        found = {}
        for role, reader in self.readers.items():
            for name, place in self.places[role]:
                found[role, name] = [column.name for column in reader.execute(f"select * from {place} limit 0").description]
        return found

    def run(self, job, states):
        """engines.Ran of an engines.Job."""
        self.publish(job.plan)
        refused = self.open(job)
        columns, rows, read = self.columns(), [], []
        for state in states:
            rows.append(self.fill(job, state))
            read.append(None if rows[-1] is None else self.look())
        self.close()
        return Ran(refused, rows, None, columns, read)
