"""Random queries as the models of a project: what the compiler says of each."""

import re
import subprocess
from dataclasses import dataclass, field

REPORT = re.compile(r"^(error|warning)\[(G\d+)\]: (.*)\n +--> (\S+?):(\d+):(\d+)", re.M)
TARGETS = {"duckdb": "dev", "postgres": "other"}


@dataclass
class Model:
    """A query and what the compiler made of it: SQL of each engine, columns, keys; why it was refused, if it was."""

    name: str
    text: str
    ordered: bool = False
    refused: dict = field(default_factory=dict)       # engine, or "all": (code, message)
    sql: dict = field(default_factory=dict)           # engine: SQL
    columns: list = field(default_factory=list)       # (name, type, not null)
    keys: list = field(default_factory=list)          # lists of columns


class Broken(Exception):
    """The compiler did not do its work: it died, or said nothing that could be understood."""


class Project:
    def __init__(self, gov, schema, folder):
        self.gov, self.schema, self.folder = gov, schema.read_text(), folder
        self.path = folder / "random.gov"

    def write(self, models):
        """The project with these models; gives the line of each."""
        text, lines = self.schema, []
        for model in models:
            lines.append(text.count("\n") + 1)
            text += f"model q.{model.name} as\n{model.text};\n"
        self.path.write_text(text)
        return lines

    def dump(self, stage, engine):
        done = subprocess.run([self.gov, "dump", f"--stage={stage}", "--target", TARGETS[engine], str(self.path)], capture_output=True, text=True, timeout=120)
        if done.returncode not in (0, 1) or (done.returncode == 1 and "error[" not in done.stderr):
            raise Broken(f"gov dump --stage={stage} ends with {done.returncode}\n{done.stderr[-3000:]}")
        return done

    def compile(self, models):
        """Fills in what the compiler says; models that it refuses are put aside until the others are fine."""
        for model in models:
            model.refused, model.sql, model.columns, model.keys = {}, {}, [], []
        fine = self.settle(models, "types", "duckdb", "all")
        self.columns(fine, self.dump("types", "duckdb").stdout)
        self.keys(fine, self.dump("keys", "duckdb").stdout)
        for engine in TARGETS:
            left = self.settle(fine, "sql", engine, engine)
            self.sections(left, self.dump("sql", engine).stdout, engine)

    def settle(self, models, stage, engine, refused_by):
        while True:
            lines = self.write(models)
            done = self.dump(stage, engine)
            if done.returncode == 0:
                return models
            bad = {}
            for kind, code, message, _, line, _ in REPORT.findall(done.stderr):
                if kind == "error":
                    owner = max((i for i, begin in enumerate(lines) if begin <= int(line)), default=None)
                    if owner is None:
                        raise Broken(f"the report is not of a model: {code} {message} line {line}")
                    bad.setdefault(owner, (code, message))
            if not bad:
                raise Broken(done.stderr[-3000:])
            for owner, report in bad.items():
                models[owner].refused[refused_by] = report
            models = [model for i, model in enumerate(models) if i not in bad]
            if not models:
                return []

    def columns(self, models, text):
        by_name, now = {f"q.{model.name}": model for model in models}, None
        for line in text.splitlines():
            column = re.fullmatch(r"  (.+?) ((?:decimal|float4|double|int\d|text|bool|bytes|date|time|timestamp|timestamptz|interval|uuid|json|array|map|struct|unknown|null)\b.*?)( not null)?( unit .*)?", line)
            if column and now:
                now.columns.append((column[1].strip('"'), column[2], bool(column[3])))
            elif not line.startswith(" "):
                now = by_name.get(line.split(" ")[0])

    def keys(self, models, text):
        by_name, now = {f"q.{model.name}": model for model in models}, None
        for line in text.splitlines():
            key = re.match(r"  \((.*?)\) ", line)
            if not line.startswith(" "):
                now = by_name.get(line.split(" ")[0])
            elif key and now:
                now.keys.append((key[1], line.strip()))

    def sections(self, models, text, engine, layer="q"):
        by_name, now = {f"{layer}.{model.name}": model for model in models}, None
        for line in text.splitlines():
            if line.startswith("-- "):
                now = by_name.get(line[3:].split(" ")[0].rstrip(","))
                if now:
                    now.sql[engine] = ""
                    continue
            if now:
                now.sql[engine] += line + "\n"
        for model in models:
            model.sql[engine] = model.sql.get(engine, "").strip().rstrip(";")
