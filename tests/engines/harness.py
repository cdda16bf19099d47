"""What the tests of emitted SQL share: the engine, and what `gov dump` says."""

import glob
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

SRCDIR = Path(os.environ["srcdir"]).resolve()
BUILD = Path.cwd()
TYPES = {
    "bool": "BOOLEAN", "int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT", "float4": "FLOAT", "double": "DOUBLE",
    "text": "VARCHAR", "bytes": "BLOB", "timestamptz": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip


class Engine:
    """A database in memory, or a file, driven through tests/engines/run_sql."""

    def __init__(self, path=":memory:"):
        program = BUILD / "tests" / "engines" / "run_sql"
        self.process = subprocess.Popen([program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def run(self, sql):
        """Rows as lists of texts; null is \\N."""
        self.process.stdin.write(sql + "\n;;\n")
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline()
            assert line, "the engine is gone"
            if line == ";;\n":
                break
            lines.append(line[:-1])
        if lines and lines[-1].startswith("error: "):
            raise AssertionError(f"{lines[-1]}\n{sql}")
        return [line.split("\t") for line in lines]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def program(name):
    """The path of one of PostgreSQL's programs, or None."""
    installed = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return installed[-1] if installed else shutil.which(name)


def owner():
    """PostgreSQL does not run as root: then as somebody else."""
    if os.getuid():
        return {}
    name = "postgres" if any(user.pw_name == "postgres" for user in pwd.getpwall()) else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


class Cluster:
    """A private PostgreSQL that is gone afterwards. Its order of texts is not that of code points: ours must say so."""

    def __init__(self, folder):
        self.folder, self.user = folder, owner()
        if self.user:
            shutil.chown(folder, self.user["user"])

    def call(self, name, *arguments):
        return subprocess.run([program(name), *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, **self.user)  # fmt: skip

    def __enter__(self):
        made = self.call("initdb", "-D", os.path.join(self.folder, "data"), "-U", "gov", "-A", "trust", "-E", "UTF8", "--locale=C",
                         "--locale-provider=icu", "--icu-locale=en-US", "--no-sync")  # fmt: skip
        self.start(made.stdout)
        return self

    def start(self, said=""):
        data, log = os.path.join(self.folder, "data"), os.path.join(self.folder, "log")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c timezone=UTC"
        started = subprocess.run([program("pg_ctl"), "-D", data, "-l", log, "-w", "-o", options, "start"],
                                 cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, **self.user)  # fmt: skip
        if started.returncode:
            raise RuntimeError(said + Path(log).read_text(errors="replace") if os.path.exists(log) else said)

    def stop(self):
        """At once, as a server that dies."""
        self.call("pg_ctl", "-D", os.path.join(self.folder, "data"), "-m", "immediate", "stop")

    def __exit__(self, *_):
        self.stop()

    def ask(self, sql):
        return self.call("psql", "-h", self.folder, "-U", "gov", "-d", "postgres", "-X", "-A", "-t", "-c", sql).stdout.strip()


def parse_postgres(queries):
    """What PostgreSQL's parser says of each: None, or its error; no list at all where it was not there to build with."""
    program = BUILD / "tests" / "engines" / "parse_postgres"
    if not program.exists():
        return None
    text = "".join(f"{query}\n;;\n" for query in queries)
    said = subprocess.run([program], input=text, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True).stdout.splitlines()
    assert len(said) == len(queries), f"{len(said)} answers to {len(queries)} queries"
    return [None if line == "ok" else line for line in said]


def has_postgres():
    return all(map(program, ("initdb", "pg_ctl", "psql")))


def gov(*arguments, cwd=None):
    return subprocess.run([BUILD / "gov", *map(str, arguments)], capture_output=True, text=True, cwd=cwd)


def dump(stage, case):
    done = gov("dump", f"--stage={stage}", case, cwd=case.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sections(text):
    """{heading: what stands below it} of lines `-- layer.model`."""
    found, name = {}, None
    for line in text.splitlines():
        heading = re.fullmatch(r"-- ([a-z_]+\.[a-z_0-9]+)", line)
        if heading:
            name = heading[1]
            found[name] = ""
        elif name:
            found[name] += line + "\n"
    return {key: value.strip().rstrip(";") for key, value in found.items()}


def engine_type(written):
    if written.endswith("[]"):
        return engine_type(written[:-2]) + "[]"
    array = re.fullmatch(r"array<(.+)>", written)
    return engine_type(array[1]) + "[]" if array else TYPES.get(written, written.upper())


def promised_types(case):
    found, name = {}, None
    for line in dump("types", case).splitlines():
        column = re.fullmatch(r"  (\S+) (.+?)( not null)?( unit .*)?", line)
        if column:
            found[name].append([column[1], engine_type(column[2])])
        elif line.strip():
            name = line.strip()
            found[name] = []
    return found


def build(engine, queries):
    for schema in sorted({name.split(".")[0] for name in queries}):
        engine.run(f"create schema {schema}")
    for name, query in queries.items():
        engine.run(f"create table {name} as\n{query}")


def check_types(engine, queries, promised):
    """Each relation has exactly the columns and types that the compiler promised."""
    for name, query in queries.items():
        types = [row[:2] for row in engine.run(f"describe {name}")]
        assert types == promised[name], f"{name}: {types}, promised {promised[name]}\n{query}"


def run_tests(tests):
    """Runs (name, function) and says so in TAP; a function gives words for its line, or fails by an assertion."""
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            words = test()
            print(f"ok {number} - {name}" + (f": {words}" if words else ""))
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} - {name}")
            print("".join(f"# {line}\n" for line in str(error).splitlines()), end="")
    return failed != 0
