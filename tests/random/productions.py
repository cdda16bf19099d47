"""How often each production of the grammar was used: tests/random/productions, which is the parser itself, counts."""

import subprocess
from pathlib import Path

PROGRAM = Path.cwd() / "tests" / "random" / "productions"
# No query that is compiled and compared can hold these: what uses them is refused, or is no query of a model's.
UNREACHED = {
    'table_primary: ref "as" "of" moment alias_opt': "reads history, which needs a run before",
    "moment: \"a string\"": "as above", "moment: typed_literal": "as above", "moment: '(' a_expr ')'": "as above",
    "primary: '{' '}'": "a struct without fields is refused",
    "table_primary: table_primary \"tablesample\" '(' sampled ')'": "samples are refused",
    "table_primary: table_primary \"tablesample\" name '(' sampled ')'": "as above",
    "sampled: a_expr": "as above", 'sampled: a_expr "percent"': "as above", 'sampled: a_expr "rows"': "as above",
    "sampled: a_expr '%'": "as above",
    'simple_type: "any"': "a type of stdlib's parameters",
    "func_name: dotted": "functions have no namespaces",
    "arg: name \"=>\" '(' ')'": "an argument of templates",
}  # fmt: skip


def count(texts):
    """{number of a production: how often the texts reduce by it}."""
    done = subprocess.run([PROGRAM], input="\0".join(f"{text};" for text in texts) + "\0", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return {int(line.split()[0]): int(line.split()[1]) for line in done.stdout.splitlines()}


def table(grammar, texts):
    """[(count, production)] of all that a query may use, the rarest first; those of UNREACHED left out."""
    counted = count(texts)
    rows = [(counted.get(number, 0), grammar.written(number)) for number in grammar.reachable()]
    return sorted(row for row in rows if row[1] not in UNREACHED)
