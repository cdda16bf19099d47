"""A project of a few sources in a folder of its own, run by the real gov, and what tests ask of it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

BUILD = Path.cwd()
SRCDIR = Path(os.environ.get("srcdir", Path(__file__).parent.parent.parent)).resolve()

HEAD = """project lake timezone 'America/Sao_Paulo';
target dev on duckdb (path = 'lake.duckdb');
owner data (name = 'Data', email = 'data@example.com');
layer raw owner data;
layer marts reads raw owner data stored as table;
"""


class Project:
    def __init__(self, folder, text, head=HEAD):
        self.folder, self.head, self.environment = Path(folder), head, {}
        self.declare(text)

    def declare(self, text):
        self.write("project.gov", self.head + text)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def start(self, *arguments):
        return subprocess.Popen([BUILD / "gov", *arguments], cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env=dict(os.environ, NO_COLOR="1", **self.environment))  # fmt: skip

    def gov(self, *arguments):
        """(exit code, output)"""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def run(self, *arguments):
        code, output = self.gov("run", *arguments)
        assert code == 0, output
        return output

    def fails(self, *arguments):
        code, output = self.gov("run", *arguments)
        assert code == 1, f"exit {code}\n{output}"
        return output

    def finished(self, *arguments, fails=False):
        """What the events of a run say of each step that ended."""
        code, output = self.gov("run", "--format", "json", *arguments)
        assert code == (1 if fails else 0), output
        events = [json.loads(line) for line in output.splitlines()]
        return {event["step"]: event for event in events if event["event"] == "step_finished"}

    def ask(self, sql):
        with duckdb.connect(str(self.folder / "lake.duckdb"), read_only=True) as database:
            database.execute("set timezone = 'UTC'")
            return database.execute(sql).fetchall()

    def tell(self, sql):
        with duckdb.connect(str(self.folder / "lake.duckdb")) as database:
            database.execute(sql)


def reconciled(project):
    """Every load of the ledger: read = accepted + quarantined + duplicates. Gives what was read in all."""
    wrong = project.ask("select * from gov.loads where read <> accepted + quarantined + duplicates and published")
    assert not wrong, wrong
    return project.ask("select coalesce(sum(read), 0) from gov.loads where published")[0][0]


def run_tests(tests):
    """Runs functions of one argument, a fresh folder, and speaks TAP. Gives the exit code."""
    wanted = sys.argv[1:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        problem = None
        with tempfile.TemporaryDirectory(prefix="gov-sources-") as folder:
            try:
                test(Path(folder))
            except Exception as error:  # whatever goes wrong is the test's failure, and the next one runs
                problem = f"{type(error).__name__}: {error}"
        failed += problem is not None
        print(f"{'not ok' if problem else 'ok'} {number} - {test.__name__.replace('_', ' ')}", flush=True)
        for line in problem.splitlines() if problem else []:
            print(f"#   {line}", flush=True)
    return failed > 0
