"""Random projects with grants of every kind, and what is found of them by asking: as a role at a PostgreSQL server, or by gov.

Names are awkward on purpose: reserved words, capitals, longer than a server takes.
"""

import csv
import hashlib
import hmac
import json
import os
import re
import subprocess

LONG = "a_name_that_is_longer_than_the_sixty_three_bytes_that_a_server_takes_of_it"
KEY = "the-key-of-the-masks"
ROLES = {
    "nobody": "",
    "neighbour": "cleared for place",
    "analyst": "cleared for personal up to pseudonym, place up to partial",
    "clerk": "cleared for personal, place",
    "lead": "cleared for place includes neighbour",
}
COLUMNS = {  # of people: type, tag
    "id": ("text", "personal as key"),
    "name": ("text", "personal"),
    "city": ("text", "place"),
    "score": ("int4", None),
    '"order"': ("int4", None),
    '"Mixed Case"': ("text", None),
}
MASKS = {"name": ["null", "pseudonym"], "city": ["null", "initial"], "score": ["null"], '"Mixed Case"': ["null"]}
HEAD = """project shop timezone 'America/Sao_Paulo';
target embedded on duckdb (path = 'shop.duckdb');
target server on postgres (dsn = env('DSN', ''));
owner team (name = 'Team', email = 'team@example.com');
layer raw owner team;
layer marts reads raw owner team;
tag personal 'Who a person is';
tag place 'Where';
mask pseudonym(value text) returns text to pseudonym as hmac_sha256(value, secret('PSEUDONYM_KEY'));
mask initial(value text) returns text to partial as left(value, 1);
"""
MODELS = [
    ("people", "select * from raw.people"),
    ("rich", "select id, name, city, score, \"order\" from raw.people where score > 2"),
    ("sales", "select s.sale, s.amount, p.city, p.name, p.id from raw.sales s join raw.people p on p.id = s.person"),
    ("by_score", "select score, count(*) as people from raw.people group by score"),
    (LONG, "select sale, amount as " + LONG + " from raw.sales"),
    ('"select"', 'select "order", "Mixed Case", city from raw.people'),
]


def declarations(random):
    """All but the grants, and {relation: its columns}."""
    lines = [f"  {name} {kind}{' key' if name == 'id' else ''}{' tag ' + tag if tag else ''}" for name, (kind, tag) in COLUMNS.items()]
    text = HEAD + "".join(f"role {name} {clearance};\n" for name, clearance in ROLES.items())
    text += "source raw.people (\n" + ",\n".join(lines) + "\n) otherwise public subject id from csv 'people.csv';\n"
    text += ("source raw.sales (sale text key, person text not null references raw.people (id) tag personal as key, amount int4 not null)\n"
             "  otherwise public from csv 'sales.csv';\n")  # fmt: skip
    found = {"raw.people": list(COLUMNS), "raw.sales": ["sale", "person", "amount"]}
    columns = {"people": list(COLUMNS), "rich": ["id", "name", "city", "score", '"order"'], "sales": ["sale", "amount", "city", "name", "id"],
               "by_score": ["score", "people"], LONG: ["sale", LONG], '"select"': ['"order"', '"Mixed Case"', "city"]}  # fmt: skip
    for name, query in MODELS:
        stored = random.choice(["", " stored as table", " stored as view", " stored as table"])
        text += f"model marts.{name}{stored} as\n{query};\n"
        found[f"marts.{name}"] = columns[name]
    return text, found


def grant(random, role, relation, columns):
    chosen = [name for name in columns if random.random() < 0.6] or [columns[0]]
    if random.random() < 0.4:
        chosen = columns
    some = "" if chosen == columns and random.random() < 0.7 else f" ({', '.join(chosen)})"
    text = f"grant select{some} on {relation} to {role}"
    if "score" in columns and random.random() < 0.25:
        text += " where score > 1"
    masked = [name for name in chosen if name in MASKS and random.random() < 0.4]
    if masked:
        text += " mask " + ", ".join(f"{name} with {random.choice(MASKS[name])}" for name in masked)
    if random.random() < 0.4:
        text += " hiding what is not cleared"
    if random.random() < 0.15:
        text += " until date '2099-12-31'"
    return text + ";\n"


def grants(random, relations):
    lines = []
    for role in ROLES:
        if random.random() < 0.4:
            lines.append(f"grant select on marts.* to {role} hiding what is not cleared;\n")
        lines += [grant(random, role, relation, columns) for relation, columns in relations.items() if random.random() < 0.5]
    return lines


def gov(program, folder, *arguments, environment=None, **more):
    return subprocess.run([program, *arguments, "-C", folder], capture_output=True, text=True, env=environment or os.environ, timeout=120, **more)


def write_project(program, folder, text, lines):
    """Without those of the grants that gov refuses; gives how many are left."""
    while True:
        (folder / "project.gov").write_text(text + "".join(lines), encoding="utf-8")
        done = gov(program, folder, "check")
        if done.returncode == 0:
            return len(lines)
        first = text.count("\n") + 1
        refused = {int(line) - first for line in re.findall(r"^error\[G04[0-9]+\].*\n *--> project.gov:(\d+)", done.stderr, re.M)}
        assert refused and min(refused) >= 0, done.stderr
        lines = [line for index, line in enumerate(lines) if index not in refused]


def write_rows(random, folder):
    people = [f"p{i}" for i in range(random.randint(8, 20))]
    with open(folder / "people.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(name.strip('"') for name in COLUMNS)
        out.writerows([p, f"Name of {p}", random.choice(["Itu", "Assis"]), random.randrange(5), random.randrange(9), f"text {p}"] for p in people)
    with open(folder / "sales.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["sale", "person", "amount"])
        out.writerows([f"s{i}", random.choice(people), random.randrange(100)] for i in range(40))


def matrix(program, folder):
    """{(role, relation): [row of `gov access` a column]}."""
    done = gov(program, folder, "access", "--format", "json")
    assert done.returncode == 0, done.stderr
    cells = {}
    for cell in json.loads(done.stdout):
        if cell["column"]:
            cells.setdefault((cell["role"], cell["relation"]), []).append(cell)
    return cells


def fitted(name):
    """As a server takes it: 63 bytes."""
    return name if len(name.encode()) <= 63 else name.encode()[:54].decode() + "_" + hashlib.sha256(name.encode()).hexdigest()[:8]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def token(value):
    return None if value is None else hmac.new(KEY.encode(), value.encode(), hashlib.sha256).hexdigest()
