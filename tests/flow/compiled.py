"""What gov says of many programs at once: the labels of their relations, which grants it lets through, and their SQL."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from engines import probe_models
from lowered import MASKS, SECRET
from states import LEVELS

HEAD = """project flow;
target dev on {engine};
owner team (name = 'Team');
layer raw owner team;
layer m reads raw owner team stored as table;
tag p 'A category';
tag q 'Another';

"""
ENGINES = {"duckdb": "duckdb (path = 'flow.duckdb')", "postgres": "postgres (dsn = env('DSN', ''))"}


class Refused(Exception):
    pass


def run_gov(program, arguments, text, off=None):
    """(exit code, output, errors) of gov on a project of one file; `off`: the term of the rules to switch off."""
    environment = dict(os.environ, GOV_FLOW_OFF=off) if off else None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "project.gov").write_text(text, encoding="utf-8")
        done = subprocess.run([program, *arguments, "-C", folder], capture_output=True, text=True, timeout=600, env=environment)
    return done.returncode, done.stdout, done.stderr


def cleared(clearance):
    parts = [tag if level == "raw" else f"{tag} up to {level}" for tag, level in clearance.items()]
    return f" cleared for {', '.join(parts)}" if parts else ""


def head(engine, clearances):
    roles = [f"role c{number}{cleared(clearance)};\n" for number, clearance in enumerate(clearances)]
    return HEAD.format(engine=ENGINES[engine]) + "".join(roles)


def with_pads(sql):
    """With the halves of the masks' key where the plan says which parameter is which."""
    block = SECRET.encode().ljust(64, b"\0")
    for number, half in re.findall(r"^-- (\$\d) is the (outer|inner) pad of secret K\n", sql, re.M):
        sql = sql.replace(number, "'" + bytes(byte ^ (0x5C if half == "outer" else 0x36) for byte in block).hex() + "'")
    return re.sub(r"^--.*\n", "", sql, flags=re.M)


class Compiled:
    """A batch of programs, without what gov refuses. `labels`: {relation: (labels by column, label of the rows, unknown)};
    `queries`: {relation: SQL}; probes are relations too, models whose probes are refused are in `unprobed`."""

    def __init__(self, gov, programs, clearances, engine="duckdb"):
        self.gov, self.engine, self.clearances = gov, engine, clearances
        self.programs = [(given.sources, list(given.models), given) for given in programs]
        self.unprobed, self.refusals, self.plan, self.shares = set(), {}, None, {}
        if engine == "postgres":  # what gov emits nothing for cannot be published
            self.take_out({model.name for _, models, program in self.programs for model in models if model.sql or model.name in program.remembered})
        flow = self.settle(["dump", "--stage=flow"])
        self.known = {}
        self.labels = labels(flow, self.known)
        self.native = {model.name for _, models, _ in self.programs for model in models if model.sql}
        sql = self.settle(["dump", "--stage=sql"], without=self.native)
        self.queries = queries(sql)
        for _, models, _ in self.programs:
            self.queries.update({model.name: model.sql for model in models if model.sql})

    def labels_without(self, term):
        """The labels of the models where a term of the rules is switched off; none if gov refuses then."""
        code, flow, _ = run_gov(self.gov, ["dump", "--stage=flow"], self.text(probes=False), term)
        return labels(flow, self.known) if code == 0 else {}

    def text(self, without=(), probes=True):
        """The project; models `without` a query that gov could emit stand as sources of the same columns."""
        parts = [head(self.engine, self.clearances)] + [MASKS for _, _, program in self.programs[:1] if any(one.kinds for _, _, one in self.programs)]
        for sources, models, program in self.programs:
            parts += [source.text() for source in sources]
            for model in models:
                if model.name in without:
                    parts.append(f"source {model.name} ({', '.join(f'{name} int4' for name in model.columns)}) otherwise public from csv 'x.csv';\n")
                else:
                    parts.append(model.text())
                if probes and model.name not in self.unprobed:
                    parts += [f"model {name} as\n{query};\n" for name, query, _ in probe_models(model)]
            parts += [text for name, text in program.said if any(model.name == name for model in models)]
        return "".join(parts)

    def settle(self, arguments, without=()):
        """The output, once everything that gov refuses is taken out."""
        for _ in range(20):
            text = self.text(without)
            code, output, errors = run_gov(self.gov, arguments, text)
            if code == 0:
                return output
            names = refused(text, errors)
            for line in re.findall(r"^error\[(G\d+)\]", errors, re.M):
                self.refusals[line] = self.refusals.get(line, 0) + 1
            if not names:
                raise Refused(errors[:3000])
            self.take_out(names)
        raise Refused("gov always refuses something else")

    def grants(self, off=None):
        """[(grant, the columns that its role is shown)] of the grants that gov lets through."""
        models = {model.name for _, models, _ in self.programs for model in models}
        asked = [grant for _, _, given in self.programs for grant in given.grants if grant.model.name in models]
        for _ in range(10):
            text = self.text(probes=False) + "".join(grant.text() for grant in asked)
            code, _, errors = run_gov(self.gov, ["check"], text, off)
            if code == 0:
                break
            lines = text.split("\n")
            places = {lines[int(number) - 1] + "\n" for number in re.findall(r"^error\[G\d+\].*\n\s*--> project\.gov:(\d+)", errors, re.M)}
            kept = [grant for grant in asked if grant.text() not in places]
            if len(kept) == len(asked):
                raise Refused(errors[:3000])
            asked = kept
        _, output, _ = run_gov(self.gov, ["access", "--format", "csv"], text, off)
        cells = {tuple(line.split(",")[:3]) for line in output.split("\n") if line.split(",")[3:4] in (["whole"], ["masked"], ["released"])}
        return [(grant, [column for column in grant.model.columns if (f"c{grant.role}", grant.model.name, column) in cells]) for grant in asked]

    def publish(self, grants):
        """Takes in how gov would publish what every role may read: by these grants, and at a server of all other relations what is
        cleared; `shares`: {(role, relation): SQL} of these grants where the engine has no roles."""
        given = [grant.text() for grant, _ in grants]
        filtered = {(grant.role, grant.model.name) for grant, _ in grants}
        if self.engine == "duckdb":
            given += [f"share {name} to c{role} as csv to 'out/c{role}.{name}.csv';\n" for role, name in filtered]
        else:
            given += [f"grant select on {model.name} to c{number} hiding what is not cleared;\n" for number, clearance in enumerate(self.clearances)
                      for _, models, program in self.programs if number < program.roles for model in models
                      if (number, model.name) not in filtered and readable(self.labels, model.name, model.columns, clearance)]  # fmt: skip
        text = self.text(without=self.native if self.engine == "duckdb" else (), probes=False) + "".join(given)
        code, self.plan, errors = run_gov(self.gov, ["dump", "--stage=plan"], text)
        if code:
            raise Refused(errors[:3000])
        for name, role, sql in re.findall(r"^-- ==== share (\S+) to (\w+) as csv .*\n((?:.+\n)+)", self.plan, re.M):
            self.shares[role, name] = with_pads(sql).rstrip().rstrip(";")

    def take_out(self, names):
        """Models, with those that read them; of probes the probes of that model; of `said NAME` what is said of a model."""
        probes = {name.rpartition("_q")[0] for name in names if re.search(r"_q\d+$", name)}
        self.unprobed |= probes
        said = {name.removeprefix("said ") for name in names if name.startswith("said ")}
        names = {name for name in names if not name.startswith("said ") and not re.search(r"_q\d+$", name)}
        for i, (sources, models, given) in enumerate(self.programs):
            gone, rest = set(names), []
            for model in models:
                if model.name in gone or any(re.search(rf"\b{re.escape(one)}\b", model.query) for one in gone):
                    gone.add(model.name)
                else:
                    rest.append(model)
            given.said = [(name, text) for name, text in given.said if name not in said]
            self.programs[i] = (sources, rest, given)
        self.programs = [one for one in self.programs if one[1]]


def refused(text, errors):
    """The models in which an error stands, `said NAME` if it is in what is said of one: the generator is not always right about what may be written."""
    lines, names = text.split("\n"), set()
    for number in re.findall(r"^error\[G\d+\].*\n\s*--> project\.gov:(\d+)", errors, re.M):
        for at in range(int(number) - 1, -1, -1):
            found = re.match(r"(model|release|endorse) (\S+) ", lines[at])
            if found:
                names.add(found.group(2) if found.group(1) == "model" else f"said {found.group(2)}")
            if found or lines[at].startswith("source"):
                break
    return names


def labels(flow, known=None):
    """{relation: ({column: {tag: level}}, {tag: level} of the rows, not followed)} of `gov dump --stage=flow`. `known`: what was
    worked out of the same lines before."""
    known, found = {} if known is None else known, {}
    for block in re.split(r"\n(?! )", flow.strip()):
        if block not in known:
            known[block] = label_of(block.split("\n"))
        found[block.partition("\n")[0].split(" ")[0]] = known[block]
    return found


def label_of(lines):
    by_column, rows = {}, {}
    for line in lines[1:]:
        name, _, rest = line.strip().partition(": ")
        label = dict(part.split(" ") for part in rest.split(";")[0].removesuffix(" as key").split(", "))
        if name == "(rows)":
            rows = label
        else:
            by_column[name] = label
    return by_column, rows, "(not followed)" in lines[0]


def queries(sql):
    """{relation: SQL} of `gov dump --stage=sql`."""
    found = {}
    for part in re.split(r"^-- (?=m\.)", sql, flags=re.M)[1:]:
        name, _, query = part.partition("\n")
        found[name.split(" ")[0]] = query.strip().rstrip(";")
    return found


def within(label, clearance):
    return all(LEVELS.index(clearance.get(tag, "none")) >= LEVELS.index(level) for tag, level in label.items())


def readable(found, name, columns, clearance):
    """The columns that a reader of the clearance may read, by their number; None: not even which rows there are."""
    by_column, rows, unknown = found.get(name, ({}, {}, False))
    if unknown or not within(rows, clearance):
        return None
    return [i for i, column in enumerate(columns) if within(by_column.get(column, {}), clearance)]
