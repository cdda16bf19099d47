"""Runs the queries of a program on states of its sources."""

import json
import os
import re
import subprocess
from collections import namedtuple
from pathlib import Path

from states import loaded

# What an engine runs of a program: its relations in order, [(name, columns)]; {name: SQL}; where there are roles, the plan by which
# gov publishes them; the names of those that are built by key, their first column; where there are no roles {(role, relation): SQL} of
# what is shared with them.
Job = namedtuple("Job", "sources relations queries plan kept shares", defaults=[frozenset(), {}])
# What it gave: the names that the engine refuses; of each state {relation: rows} after its last run, None where the engine fails on it;
# and after the runs before; where there are roles, {(role, relation): columns} of what each may read, and of each state {role: {relation: rows}} as they read it.
Ran = namedtuple("Ran", "refused rows earlier columns read", defaults=[None, None])


def type_of(source, name):
    return "int4[]" if source.payload and name == "payload" else "text" if name in source.texts else "int4"


def probe_models(model):
    return [(f"{model.name}_q{i}", query, [f"q{k}" for k in range(count)]) for i, (query, count) in enumerate(model.probes)]


def relations_of(models, unprobed, probes):
    """[(name, columns)] of the models and, if wanted, of their probes."""
    found = []
    for model in models:
        found.append((model.name, model.columns))
        if probes and model.name not in unprobed:
            found += [(name, columns) for name, _, columns in probe_models(model)]
    return found


def by_role(shared, rows):
    found = {}
    for (role, name), of in zip(shared, rows):
        found.setdefault(role, {})[name] = of
    return found


def kept(query, key, own):
    """Built by key: rows stay until their key comes again."""
    return {"like": query, "sql": f"with new as materialized ({query}) select * from new union all select * from rows_of({own}) old "
                                  f"where not exists (select 1 from new where new.{key} = old.{key})"}  # fmt: skip


def versions(source, own, publications):
    """The versions of a source's rows: which began with this publication, and which ended with it."""
    names = list(source.columns)
    same = " and ".join(f"old.{name} is not distinct from new.{name}" for name in names)
    new, number = f"rows_of({{}}) new", f"(select max(publication) from rows_of({publications}))"
    columns = lambda of: ", ".join(f"{of}.{name}" for name in names)  # noqa: E731
    return (f"select {columns('old')}, old.gov_from, case when old.gov_to is null and not exists (select 1 from {new} where {same}) then {number} else old.gov_to end as gov_to "
            f"from rows_of({own}) old union all select {columns('new')}, {number}, null from {new} "
            f"where not exists (select 1 from rows_of({own}) old where old.gov_to is null and {same})")  # fmt: skip


class Places:
    """Of a job which relation has which number: the sources, the publications and versions of those that keep history, then what is
    added. `hidden`: so many queries come before the first that is added."""

    def __init__(self, sources):
        self.sources, self.numbers, self.job, self.hidden = sources, {}, [], 0
        for source in sources:
            self.add(source.name, {"columns": [[name, type_of(source, name)] for name in source.columns]})
        self.remembered = [source for source in sources if source.history]
        if self.remembered:
            self.add("gov.publications", {"columns": [["publication", "int4"], ["committed_at", "int4"]]})
        for source in self.remembered:
            number = self.numbers[source.name]
            query = versions(source, len(self.job), self.numbers["gov.publications"]).replace("{}", str(number))
            self.add(f"gov_history.{source.name.replace('.', '__')}", {"sql": query, "like": f"select *, 1::int4 as gov_from, 1::int4 as gov_to from rows_of({number})"})
            self.hidden += 1

    def add(self, name, relation):
        self.numbers[name] = len(self.job)
        self.job.append(relation)

    def sql(self, query):
        return re.sub(r"\b(?:raw|m|gov|gov_history)\.\w+", lambda found: f"rows_of({self.numbers[found.group()]})", query)

    def rows(self, runs):
        """What the tables hold, run after run; a run is a publication."""
        found = []
        for number, run in enumerate(runs, 1):
            tables = [[[row[name] for name in source.columns] for row in loaded(source, run)] for source in self.sources]
            found.append(tables + ([[[i, i] for i in range(1, number + 1)]] if self.remembered else []))
        return found


class DuckDB:
    """In a process of its own, which run_states.c describes."""

    def __init__(self, program="tests/flow/run_states"):
        self.program = os.path.abspath(program)
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def seconds(self):
        """Of CPU that the process took so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def run(self, given, states):
        """`Ran` of a `Job`. A state is what the sources hold, run after run: [{name: rows}]."""
        places, made, refused = Places(given.sources), [], []
        first = len(places.job)
        for name, columns in given.relations:
            try:
                query = places.sql(given.queries[name])
            except KeyError:  # of what gov emits nothing for, or reads such
                refused.append(name)
                continue
            places.add(name, kept(query, columns[0], len(places.job)) if name in given.kept else {"sql": query})
            made.append(name)
        shared = [of for of in given.shares if of[1] in made]
        for of in shared:
            places.add(of, {"sql": places.sql(given.shares[of])})
        answer = self.ask({"relations": places.job, "states": [places.rows(runs) for runs in states]})
        if not answer:
            return Ran(refused, [None] * len(states))
        refused += [made[i - first] for i in answer["refused"] if first <= i < first + len(made)]
        runs = [None if None in runs else [run[places.hidden:] for run in runs] for runs in answer["states"]]
        rows = [of and [{name: found for name, found in zip(made, run) if found is not None} for run in of] for of in runs]
        read = [of and by_role(shared, of[-1][len(made):]) for of in runs]
        return Ran(refused, [of and of[-1] for of in rows], [of and of[:-1] for of in rows], None, read)

    def ask(self, job):
        """What the process answers; None if it is gone: the next job has another one."""
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            self.process.wait()
            self.start()
        return json.loads(line) if line else None
