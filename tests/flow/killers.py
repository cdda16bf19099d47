"""Killers: for a term of the rules, a small program and two states that a reader can tell apart if the term is switched off.

A killer is a pair of files, TERM.gov and TERM.json: the project, and {clearance, relation, columns, states, replaced, where}:
`replaced` is SQL of relations for which gov emits none, `where` the row filter of the project's grant by which the reader reads.
"""

import json
import re
from pathlib import Path

from compiled import head, labels, queries, readable, run_gov

FOLDER = Path(__file__).resolve().parent / "killers"


def needed(models, name):
    """The models that the named one is made of, itself last."""
    wanted, kept = {name}, []
    for model in reversed(models):
        if model.name in wanted:
            kept.insert(0, model)
            wanted |= set(re.findall(r"\bm\.\w+", model.query))
    return kept


class Killer:
    """`states`: of each what the sources hold, run after run. `whole`: it can be written, for all of it is in one run."""

    def __init__(self, program, difference, states):
        sources, models, given = program
        self.models = needed(models, difference.name)
        self.whole = not any(model.name in given.kept or model.name in given.endorsed for model in self.models)
        text = " ".join(model.text() for model in self.models)
        used = [source for source in sources if source.name in text]
        parents = [source.references[1] for source in used if source.references]
        self.sources = [source for source in sources if source in used or source in parents]
        self.relation, self.columns, self.cut, self.clearance = difference.name, difference.columns, difference.cut, difference.clearance
        self.states = [{source.name: [dict(row) for row in runs[-1][source.name]] for source in self.sources} for runs in states]

    def text(self):
        return "".join([head("duckdb", []), *(source.text() for source in self.sources), *(model.text() for model in self.models)])

    def size(self):
        return sum(len(model.text()) for model in self.models) + 40 * len(self.models)

    def write(self, term, folder=FOLDER):
        folder.mkdir(exist_ok=True)
        prefix = re.search(r"raw\.(p\d+_)", self.text())
        plain = lambda text: text.replace(prefix.group(1), "") if prefix else text  # noqa: E731
        (folder / f"{term}.gov").write_text(plain(self.text()), encoding="utf-8")
        told = {"clearance": self.clearance, "relation": self.relation, "columns": self.columns, "states": self.states,
                "replaced": {model.name: model.sql for model in self.models if model.sql}}  # fmt: skip
        rows = json.dumps(told["states"])
        rest = json.dumps({name: value for name, value in told.items() if name != "states"}, indent=1)
        (folder / f"{term}.json").write_text(plain(rest[:-2] + ',\n "states": ' + rows.replace("}], ", "}],\n   ") + "\n}\n"), encoding="utf-8")


class Stored:
    """A killer that is checked in, as an engine takes it."""

    def __init__(self, term, folder=FOLDER):
        self.text = (folder / f"{term}.gov").read_text(encoding="utf-8")
        told = json.loads((folder / f"{term}.json").read_text(encoding="utf-8"))
        self.clearance, self.relation, self.columns = told["clearance"], told["relation"], told["columns"]
        self.states, self.replaced, self.where = told["states"], told["replaced"], told.get("where")
        self.names = re.findall(r"^model (\S+)", self.text, re.M)

    def reads(self, gov, off=None):
        """Whether the reader may read these columns, by the labels of gov with a term switched off."""
        if self.where:
            return run_gov(gov, ["check"], self.text, off)[0] == 0
        code, flow, errors = run_gov(gov, ["dump", "--stage=flow"], self.text, off)
        assert code == 0, errors
        cut = readable(labels(flow), self.relation, self.columns, self.clearance)
        return cut is not None and len(cut) == len(self.columns)

    def sources(self):
        return re.findall(r"^source (raw\.\w+) \((.*?)^\)(.*?);", self.text, re.M | re.S)

    def differs(self, gov, connection):
        """Whether the two states differ in what the reader reads."""
        code, sql, errors = run_gov(gov, ["dump", "--stage=sql"], self.without_replaced())
        assert code == 0, errors
        emitted = {**queries(sql), **self.replaced}
        seen = []
        for state in self.states:
            connection.execute("begin")
            for name, body, rest in self.sources():
                fill(connection, name, body, rest, state[name])
            for name in self.names:
                connection.execute(f"create table {name} as {emitted[name]}")
            rows = connection.execute(f"select {', '.join(self.columns) or '1'} from {self.relation} where {self.where or 'true'}").fetchall()
            seen.append(sorted(rows, key=repr))
            connection.execute("rollback")
        return seen[0] != seen[1]

    def without_replaced(self):
        text = re.sub(r"^(role|grant) .*\n", "", self.text, flags=re.M)
        for name in self.replaced:
            columns = re.search(rf"^model {re.escape(name)} \((.*?)\) (as|unpacking|built)\b", text, re.M | re.S).group(1)
            columns = re.sub(r"path '[^']*'", "", columns)
            text = re.sub(rf"^model {re.escape(name)} .*?;$", lambda _, c=columns, n=name: f"source {n} ({c}) otherwise public from csv 'x.csv';", text, count=1, flags=re.M | re.S)
        return text


def fill(connection, name, body, rest, rows):
    columns = [line.split()[:2] for line in body.strip().split("\n")]
    types = ", ".join(f"{column} {'int4[]' if kind.startswith('json') else 'int4'}" for column, kind in columns)
    check = re.search(r"check \((\w+) (\S+) (\d+)\)", body) if "quarantine" in rest else None
    connection.execute(f"create table {name} ({types})")
    for row in rows:
        if check and row[check.group(1)] is not None:
            number, operator, limit = row[check.group(1)], check.group(2), int(check.group(3))
            if not (number < limit if operator == "<" else number != limit):
                continue
        connection.execute(f"insert into {name} values ({', '.join('?' * len(columns))})", [row[column] for column, _ in columns])

