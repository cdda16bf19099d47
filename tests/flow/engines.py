"""Runs the queries of a program on states of its sources."""

import json
import os
import re
import subprocess
from collections import namedtuple

from states import loaded

# What an engine runs of a program: its relations in order, [(name, columns)]; {name: SQL}; where there are roles, the plan by which
# gov publishes them.
Job = namedtuple("Job", "sources relations queries plan")
# What it gave: the names that the engine refuses; of each state {relation: rows}, None where the engine fails on it; where there are
# roles, {(role, relation): columns} of what each may read, and of each state {role: {relation: rows}} as they read it.
Ran = namedtuple("Ran", "refused rows columns read", defaults=[None, None])


def type_of(source, name):
    return "int4[]" if source.payload and name == "payload" else "int4"


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


class DuckDB:
    """In a process of its own, which run_states.c describes."""

    def __init__(self, program="tests/flow/run_states"):
        self.program = os.path.abspath(program)
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, given, states):
        """`Ran` of a `Job`. A state is what the sources hold: {name: rows}."""
        sources = given.sources
        places, made, refused = {source.name: i for i, source in enumerate(sources)}, [], []
        job = [{"columns": [[name, type_of(source, name)] for name in source.columns]} for source in sources]
        for name, _ in given.relations:
            try:
                job.append({"sql": re.sub(r"\b(?:raw|m)\.\w+", lambda found: f"rows_of({places[found.group()]})", given.queries[name])})
            except KeyError:  # of what gov emits nothing for, or reads such
                refused.append(name)
                continue
            places[name] = len(job) - 1
            made.append(name)
        runs = [[[[[row[name] for name in source.columns] for row in loaded(source, state)] for source in sources]] for state in states]
        answer = self.ask({"relations": job, "states": runs})
        if not answer:
            return Ran(refused, [None] * len(states))
        refused += [made[i - len(sources)] for i in answer["refused"]]
        return Ran(refused, [rows and {name: of for name, of in zip(made, rows) if of is not None} for rows in answer["states"]])

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
