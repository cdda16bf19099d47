"""Helpers of the ingest tests: a source described in Python goes through tests/ingest/load_source, and TAP comes out."""
import gzip
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHARED = os.environ.get("GOV_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
PROGRAM = os.environ.get("GOV_LOAD_SOURCE", os.path.join(os.getcwd(), "tests", "ingest", "load_source"))

failures = []
count = 0


def ok(condition, name, detail=None):
    """One line of TAP; `detail` is shown when the condition does not hold."""
    global count
    count += 1
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)
    if not condition:
        failures.append(name)
        for line in str(detail).splitlines() if detail is not None else []:
            print(f"#   {line}")


def same(got, expected, name):
    ok(got == expected, name, f"got      {got!r}\nexpected {expected!r}")


def skip(name, reason):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}", flush=True)


def done():
    print(f"1..{count}")
    sys.exit(1 if failures else 0)


def column(name, kind="VARCHAR", **more):
    return {"name": name, "type": kind, **more}


def not_null(name):
    return {"column": name, "words": "not null", "predicate": f'"{name}" is not null'}


def check(words, predicate, name=None):
    return {"column": name, "words": words, "predicate": predicate}


def load(source, queries=(), folder=None, environment=None, timeout=120, **spec):
    """Runs one load; gives the driver's answer (see load_source.c). The staged table is `main.it__next`."""
    spec = {"source": source, "queries": list(queries), "folder": folder, **spec}
    process = subprocess.run([PROGRAM], input=json.dumps(spec), capture_output=True, text=True, timeout=timeout,
                             env={**os.environ, **(environment or {})})
    if process.returncode != 0:
        return {"ok": False, "error": f"exit {process.returncode}: {process.stderr}", "rows": []}
    if process.stderr:
        print("# " + process.stderr.replace("\n", "\n# "))
    return json.loads(process.stdout)


ROWS = "select * from it__next"
QUARANTINE = "select file, line, column_name, reason, row from quarantine__next order by file, line"


class Folder:
    """A temporary folder of files."""

    def __init__(self):
        self.holder = tempfile.TemporaryDirectory(prefix="gov-ingest-")
        self.path = self.holder.name

    def write(self, name, content):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        content = content.encode() if isinstance(content, str) else content
        with open(path, "wb") as file:
            file.write(gzip.compress(content) if name.endswith(".gz") and content[:2] != b"\x1f\x8b" else content)
        return path
