"""Plans for tests: described in Python, printed as the C that `gov compile` would write, compiled with the runtime."""

import datetime
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

SRCDIR = Path(os.environ["srcdir"]).resolve()
BUILD = Path.cwd()
# A query that runs for minutes and can be interrupted.
SLOW = "select count(*) as n from range(1000000) a, range(1000000) b where (a.range * b.range) % 7 = 3"


@dataclass
class Test:
    name: str
    sql: str
    severity: str = "ERROR"
    warn_above: int = 0
    relation: str = None  # null: the step's own


@dataclass
class Csv:
    """Columns are (name, type); checks are (column, words, predicate)."""

    place: str
    columns: tuple
    checks: tuple = ()
    on_invalid: str = "FAIL"


@dataclass
class Http:
    """Daily values `data` and `valor` of one series a year, asked for from 2016 on."""

    url: str
    from_date: str = "2016-01-01"
    lookback: int = 10


@dataclass
class Step:
    """A table `main.<name>` built from `sql`, whose publication is a rename, as the compiler does it on DuckDB."""

    name: str
    sql: str
    after: tuple = ()
    tests: tuple = ()
    kind: str = "BUILD"
    publish: tuple = None
    reason: str = "new"
    build: tuple = None
    source: object = None


@dataclass
class UnitTest:
    name: str
    relation: str
    actual: str
    expected: str
    columns: tuple


@dataclass
class Plan:
    steps: list
    unit_tests: tuple = ()
    path: str = "target.duckdb"
    settings: str = ""  # further settings of the target, in C
    abi: str = "GOV_PLAN_ABI"
    fields: dict = field(default_factory=dict)


def text(value):
    return "NULL" if value is None else json.dumps(value, ensure_ascii=False)


def texts(values):
    return f"{{(const char *const[]){{{', '.join(map(text, values))}}}, {len(values)}}}" if values else "{0}"


def c_test(step, test):
    return (
        f'{{.name = {text(test.name)}, .relation = "{test.relation or step.name}", .severity = GOV_SEVERITY_{test.severity}, '
        f'.warn_above = {test.warn_above}, .sql = {text(test.sql)}, .place = {{"models.gov", 3, 1}}}}'
    )


def c_columns(columns, formats=()):
    items = [f'{{.name = "{name}", .type = "{kind}"{more}}}' for (name, kind), more in zip(columns, [*formats, *[""] * 99])]
    return f".columns = (const GovColumn[]){{{', '.join(items)}}}, .column_count = {len(columns)}"


def c_csv(source, name):
    checks = ", ".join(
        f'{{.column = "{column}", .words = {text(words)}, .predicate = {text(predicate)}}}'
        for column, words, predicate in source.checks
    )
    quarantine = f'.quarantine = "{name}__quarantine", .quarantine_staged = "{name}__quarantine__next", '
    return (
        f"&(const GovSource){{.kind = GOV_ORIGIN_CSV, .words = {text(f'csv {source.place!r}')}, .place = {text(source.place)}, "
        f"{c_columns(source.columns)}, .checks = (const GovRowCheck[]){{{checks or '{0}'}}}, .check_count = {len(source.checks)}, "
        f"{quarantine if source.on_invalid == 'QUARANTINE' else ''}"
        f".on_invalid = GOV_INVALID_{source.on_invalid}, .at_most_percent = -1}}"
    )


def c_http(source, name):
    columns = c_columns((("data", "DATE"), ("valor", "DECIMAL(18,6)")), (', .format = "DD/MM/YYYY"',))
    return (
        f"&(const GovSource){{.kind = GOV_ORIGIN_HTTP, .words = {text(f'http get {source.url!r}')}, .place = {text(source.url)}, "
        f"{columns}, .key = {texts(['data'])}, .at_most_percent = -1, "
        '.http = &(const GovHttp){.method = "get", .parameters = {(const GovSetting[]){'
        '{"start", {GOV_VALUE_TEXT, "{start}", NULL}}, {"end", {GOV_VALUE_TEXT, "{end}", NULL}}}, 2}, '
        f'.window_column = "data", .window_from = "{source.from_date}", .window_per = {{10, "year"}}, '
        f'.lookback = {{{source.lookback}, "day"}}, .rows_at = "$[*]", .retries = 1, .timeout = {{60, "second"}}}}}}'
    )


def c_source(step):
    return (c_csv if isinstance(step.source, Csv) else c_http)(step.source, step.name)


def c_step(step, steps):
    staged, published = f'"{step.name}__next"', f'"{step.name}"'
    loads = step.kind == "LOAD"
    builds = step.kind == "BUILD" or loads
    build = step.build or ((f"create or replace table {staged} as {step.sql}",) if builds and not loads else ())
    publish = step.publish or (
        (f"drop table if exists {published}", f"alter table {staged} rename to {published}") if builds else ()
    )
    discard = [f"drop table if exists {staged}"]
    if loads and getattr(step.source, "on_invalid", "") == "QUARANTINE":
        quarantine = f"{step.name}__quarantine"
        publish += (f"drop table if exists {quarantine}", f"alter table {quarantine}__next rename to {quarantine}")
        discard.append(f"drop table if exists {quarantine}__next")
    after = [[other.name for other in steps].index(name) for name in step.after]
    fields = [
        f".kind = GOV_STEP_{step.kind}",
        f".name = {text(step.name)}",
        f".materialization = {text({'BUILD': 'table', 'TEST': 'test', 'NOT_RUN': 'delivery', 'LOAD': 'source'}[step.kind])}",
        '.owner = "team"',
        '.fingerprint = "f1"',
        f".reason = {text(step.reason)}",
        f".build = {texts(build)}",
        f".publish = {texts(publish)}",
        '.place = {"models.gov", 1, 1}',
    ]
    if builds:
        fields += [f".staged = {text(staged)}", f".published = {text(published)}"]
        fields += [f".discard = {texts(discard)}"]
    if loads:
        fields.append(f".source = {c_source(step)}")
    if after:
        fields.append(f".after = (const size_t[]){{{', '.join(map(str, after))}}}, .after_count = {len(after)}")
    if step.tests:
        tests = ", ".join(c_test(step, test) for test in step.tests)
        fields.append(f".tests = (const GovTest[]){{{tests}}}, .test_count = {len(step.tests)}")
    return "{" + ", ".join(fields) + "}"


def c_unit_test(test):
    return (
        f"{{.name = {text(test.name)}, .relation = {text(test.relation)}, .actual = {text(test.actual)}, "
        f'.expected = {text(test.expected)}, .columns = {texts(test.columns)}, .place = {{"tests.gov", 1, 1}}}}'
    )


def c_plan(plan):
    steps = ",\n    ".join(c_step(step, plan.steps) for step in plan.steps)
    unit_tests = ",\n    ".join(map(c_unit_test, plan.unit_tests))
    return f"""#include "runtime/plan.h"
#include "runtime/run/run.h"

static const GovSetting settings[] = {{{{"path", {{GOV_VALUE_TEXT, {text(plan.path)}, NULL}}}}, {plan.settings}}};
static const GovStep steps[] = {{
    {steps}
}};
{f"static const GovUnitTest unit_tests[] = {{{unit_tests}}};" if unit_tests else ""}
static const GovPlan plan = {{
    .abi = {plan.abi}, .gov_version = "0.1.0", .project = "shop", .timezone = "America/Sao_Paulo",
    .source_hash = "s1", .hash = "h1",
    .target = {{"dev", "duckdb", {{settings, sizeof settings / sizeof *settings}}}},
    .steps = steps, .step_count = {len(plan.steps)},
    {f".unit_tests = unit_tests, .unit_test_count = {len(plan.unit_tests)}," if unit_tests else ""}
}};

int main(int argc, char **argv)
{{
    return gov_plan_main(&plan, argc, argv);
}}
"""


def compiler_flags():
    """As a user gets them: from pkg-config, of the build folder."""
    environment = dict(os.environ, PKG_CONFIG_PATH=f"{BUILD / 'runtime'}:{os.environ.get('PKG_CONFIG_PATH', '')}")
    command = ["pkg-config", "--cflags", "--libs", "govrt-uninstalled"]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def compile_c(source, program):
    flags = compiler_flags()
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu17", "-Wall", "-Wextra", "-Werror", source, "-o", program, *flags],
                   check=True)  # fmt: skip


class Project:
    """A folder with a plan program and its target."""

    query_program = None

    def __init__(self, folder, plan):
        self.folder = Path(folder)
        self.program = self.folder / "plan"
        self.replace(plan)

    def replace(self, plan):
        """Takes another plan, at the same target."""
        source = self.folder / "plan.c"
        source.write_text(c_plan(plan))
        compile_c(source, self.program)
        self.plan = plan
        return self

    def start(self, *arguments, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, text=True, **options)

    def run(self, *arguments, **options):
        """(exit code, output)."""
        process = self.start(*(arguments or ("run",)), **options)
        output = process.communicate(timeout=120)[0]
        return process.returncode, output

    def query(self, sql, path=None):
        """Rows of a query at the target, as lists of texts; null is an empty text."""
        command = [query_program(), str(self.folder / (path or self.plan.path)), sql]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [line.split(",") for line in done.stdout.splitlines()[1:]]

    def value(self, sql):
        return self.query(sql)[0][0]

    def relations(self):
        """Names of everything that is not the ledger's."""
        sql = "select table_name from information_schema.tables where table_schema <> 'gov' order by 1"
        return [row[0] for row in self.query(sql)]


QUERY_SOURCE = """#include "runtime/run/run.h"

int main(int argc, char **argv)
{
    const GovSetting path = {"path", {GOV_VALUE_TEXT, argc == 3 ? argv[1] : "", NULL}};
    const GovPlan plan = {.target = {"dev", "duckdb", {&path, 1}}};
    const GovRunOptions options = {0};
    return gov_query(&plan, argv[2], NULL, 0, (GovTexts){0}, GOV_ROWS_CSV, &options);
}
"""


def query_program():
    """A program that shows the rows of a query; compiled once."""
    if Project.query_program is None:
        Project.query_folder = tempfile.TemporaryDirectory()
        source = Path(Project.query_folder.name) / "query.c"
        source.write_text(QUERY_SOURCE)
        Project.query_program = source.with_suffix("")
        compile_c(source, Project.query_program)
    return Project.query_program


class Server:
    """Serves daily values on loopback: every day of the window asked for has one, its number since 2016-01-01. `asked`
    holds the windows; with `hang`, no request is ever answered."""

    def __init__(self, hang=False):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
                start, end = (datetime.date.fromisoformat(query[name][0]) for name in ("start", "end"))
                asked.append((start, end))
                if hang:
                    time.sleep(30)
                first = datetime.date(2016, 1, 1)
                days = [start + datetime.timedelta(n) for n in range((end - start).days + 1)]
                body = json.dumps([{"data": f"{day:%d/%m/%Y}", "valor": str((day - first).days)} for day in days]).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.server.handle_error = lambda *_: None  # a client that was killed has hung up
        self.url = f"http://127.0.0.1:{self.server.server_port}/values"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Skip(Exception):
    """A test that cannot run here, and why."""


def run_tests(tests):
    """Runs functions of one argument, a fresh folder, and speaks TAP. Gives the exit code."""
    wanted = sys.argv[1:]
    tests = [test for test in tests if not wanted or test.__name__ in wanted]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        problem = skipped = None
        with tempfile.TemporaryDirectory(prefix="gov-run-") as folder:
            try:
                test(Path(folder))
            except Skip as skip:
                skipped = skip
            except Exception as error:  # whatever goes wrong is the test's failure, and the next one runs
                problem = f"{type(error).__name__}: {error}"
        failed += problem is not None
        words = f" # SKIP {skipped}" if skipped else ""
        print(f"{'not ok' if problem else 'ok'} {number} - {test.__name__.replace('_', ' ')}{words}", flush=True)
        if problem:
            print("\n".join(f"#   {line}" for line in problem.splitlines()), flush=True)
    return failed > 0
