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
        sources = given.sources
        places, made, refused = {source.name: i for i, source in enumerate(sources)}, [], []
        job = [{"columns": [[name, type_of(source, name)] for name in source.columns]} for source in sources]
        for name, columns in given.relations:
            try:
                query = re.sub(r"\b(?:raw|m)\.\w+", lambda found: f"rows_of({places[found.group()]})", given.queries[name])
            except KeyError:  # of what gov emits nothing for, or reads such
                refused.append(name)
                continue
            places[name] = len(job)
            job.append(kept(query, columns[0], len(job)) if name in given.kept else {"sql": query})
            made.append(name)
        shared = [of for of in given.shares if of[1] in made]
        job += [{"sql": re.sub(r"\bm\.\w+", lambda found: f"rows_of({places[found.group()]})", given.shares[of])} for of in shared]
        held = [[[[[row[name] for name in source.columns] for row in loaded(source, run)] for source in sources] for run in runs] for runs in states]
        answer = self.ask({"relations": job, "states": held})
        if not answer:
            return Ran(refused, [None] * len(states))
        refused += [made[i - len(sources)] for i in answer["refused"] if i < len(sources) + len(made)]
        rows = [None if None in runs else [{name: of for name, of in zip(made, run) if of is not None} for run in runs] for runs in answer["states"]]
        read = [None if None in runs else by_role(shared, runs[-1][len(made):]) for runs in answer["states"]]
        return Ran(refused, [runs and runs[-1] for runs in rows], [runs and runs[:-1] for runs in rows], None, read)

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
