"""What the tests of TPC-H and TPC-DS share: DuckDB's own extensions, their queries as models of one project, and how rows
are compared. Needs a Python that has duckdb and the extensions (tests/requirements.txt)."""

import importlib.metadata
import json
import os
import re
import subprocess
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
TYPES = {"BIGINT": "int8", "INTEGER": "int4", "VARCHAR": "text", "DATE": "date", "DOUBLE": "double", "HUGEINT": "hugeint"}
TYPES |= {"VARCHAR[]": "text[]", "BOOLEAN": "bool", "TIMESTAMP": "timestamp"}

# The primary keys of the specifications, and what else is never null there: all of TPC-H; of TPC-DS, business keys.
KEYS = {
    "tpch": {
        "customer": "c_custkey", "lineitem": "l_orderkey l_linenumber", "nation": "n_nationkey", "orders": "o_orderkey",
        "part": "p_partkey", "partsupp": "ps_partkey ps_suppkey", "region": "r_regionkey", "supplier": "s_suppkey",
    },
    "tpcds": {
        "call_center": "cc_call_center_sk", "catalog_page": "cp_catalog_page_sk",
        "catalog_returns": "cr_item_sk cr_order_number", "catalog_sales": "cs_item_sk cs_order_number",
        "customer": "c_customer_sk", "customer_address": "ca_address_sk", "customer_demographics": "cd_demo_sk",
        "date_dim": "d_date_sk", "household_demographics": "hd_demo_sk", "income_band": "ib_income_band_sk",
        "inventory": "inv_date_sk inv_item_sk inv_warehouse_sk", "item": "i_item_sk", "promotion": "p_promo_sk",
        "reason": "r_reason_sk", "ship_mode": "sm_ship_mode_sk", "store": "s_store_sk",
        "store_returns": "sr_item_sk sr_ticket_number", "store_sales": "ss_item_sk ss_ticket_number",
        "time_dim": "t_time_sk", "warehouse": "w_warehouse_sk", "web_page": "wp_web_page_sk",
        "web_returns": "wr_item_sk wr_order_number", "web_sales": "ws_item_sk ws_order_number",
        "web_site": "web_site_sk",
    },
}  # fmt: skip
NOT_NULL = {"tpch": r".", "tpcds": r"(customer|address|item|promo|reason|store|ship_mode|time|date|warehouse|page|site|center)_id$"}

# Where a query's text had to change: the number, what is searched for, what stands there instead.
CHANGES = {
    "tpch": [],
    # A text does not become a date by itself (G0325), so `date` stands before it.
    "tpcds": [(number, r"(d_date (?:BETWEEN|=) )(?=')", r"\1date ") for number in (16, 32, 58, 92, 94, 95)]
    + [(83, r"'(?=2000-\d\d-\d\d')", "date '")]
    # A model's columns have names (G0340).
    + [(61, r"(?<=\*100)(?=\n)", " AS ratio")],
}


def plain_connect():
    import duckdb

    if not hasattr(duckdb, "connect"):  # the folder of tests of that name
        raise ImportError("duckdb is not installed for this Python")
    return duckdb.connect()


def connect(suite):
    """A database in memory with the extension, which is installed as a package; ImportError if it is not."""
    database = plain_connect()
    try:
        files = importlib.metadata.files(f"duckdb-extension-{suite}")
    except importlib.metadata.PackageNotFoundError as error:
        raise ImportError(str(error)) from error
    database.execute(f"load '{next(file.locate() for file in files if file.name.endswith('.duckdb_extension'))}'")
    return database


def generate(database, suite, scale):
    """Makes the tables of `suite` in `main`, and views of them in `raw`; gives their names."""
    database.execute(f"call {'dbgen' if suite == 'tpch' else 'dsdgen'}(sf={scale})")
    tables = [row[0] for row in database.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()]
    database.execute("create schema raw")
    for table in tables:
        database.execute(f"create view raw.{table} as select * from main.{table}")
    return tables


def type_of(engine_type):
    return TYPES.get(str(engine_type), str(engine_type).lower())


def sources(database, suite):
    columns = database.execute(
        "select table_name, column_name, data_type from duckdb_columns() where not internal and schema_name = 'main' "
        "order by table_oid, column_index"
    ).fetchall()
    tables = {}
    for table, column, kind in columns:
        promise = " key" if column in KEYS[suite][table].split() else " not null" if re.search(NOT_NULL[suite], column) else ""
        tables.setdefault(table, []).append(f"  {column} {type_of(kind)}{promise}")
    return "".join(f"source raw.{table} (\n" + ",\n".join(c) + f"\n) from csv '{table}.csv';\n" for table, c in tables.items())


def table_places(node, tables, found):
    """Where DuckDB's parser saw a table of the data, not a common table expression."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node["table_name"].lower() in tables:
            found.add(node["query_location"])
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            table_places(child, tables, found)
    return found


def qualified(database, query, tables):
    """The query with each table named by its layer."""
    tree = json.loads(database.execute("select json_serialize_sql(?)", [query]).fetchone()[0])
    assert not tree["error"], tree
    for place in sorted(table_places(tree, tables, set()), reverse=True):
        query = f"{query[:place]}raw.{query[place:]}"
    return query


def originals(database, suite):
    """{number: the text of the query}"""
    rows = database.execute(f"select query_nr, query from {suite}_queries() order by 1").fetchall()
    return {number: query.strip().rstrip(";").strip() for number, query in rows}


def changed(suite, number, query):
    for where, pattern, text in CHANGES[suite]:
        if where == number:
            query, count = re.subn(pattern, text, query)
            assert count, f"{pattern} of the changes is not in query {number}"
    return query


def model(suite, number):
    return f"q.q{number:02d}"


def program(database, suite, target=""):
    """The whole suite as the text of one project; the tables must be there, rows need not."""
    tables = set(KEYS[suite])
    text = f"project {suite};\n{target}owner oracle (name = 'Oracle');\nlayer raw owner oracle;\nlayer q reads raw owner oracle;\n"
    text += sources(database, suite)
    for number, query in originals(database, suite).items():
        text += f"model {model(suite, number)} as\n{changed(suite, number, qualified(database, query, tables))};\n"
    return text


# ---------------------------------------------------------------- what gov says


def run_gov(folder, *arguments):
    return subprocess.run([os.path.abspath("gov"), *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def sections(text, head):
    """Parts of a dump: {relation: its lines}."""
    found, lines = {}, []
    for line in text.splitlines():
        match = re.fullmatch(head, line)
        if match:
            lines = found.setdefault(match.group(1), [])
        else:
            lines.append(line)
    return found


def dumped(folder, stage, *arguments):
    done = run_gov(folder, "dump", f"--stage={stage}", *arguments)
    return sections(done.stdout, r"-- (\S+)" if stage == "sql" else r"(\S+)")


def column_of(line):
    """`  name type [not null] [unit …]` of `gov dump --stage=types`: (name, type, not null)."""
    match = re.fullmatch(r"  (.+?) (\S+?)( not null)?( unit .*)?", line)
    return match.group(1), match.group(2), bool(match.group(3))


def keys_of(lines):
    """`  (a, b) why` of `gov dump --stage=keys`: lists of names."""
    return [re.match(r"  \((.*?)\)", line).group(1).split(", ") if not line.startswith("  ()") else [] for line in lines]


# ---------------------------------------------------------------- deliberate differences


def differences(suite):
    """{(query, column): (our type, DuckDB's type)} of differences.txt."""
    found = {}
    for line in (HERE / "differences.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, query, column, ours, theirs, _ = line.split("\t")
            if name == suite:
                found[int(query), column] = ours, theirs
    return found


def check_types(suite, number, ours, described, deliberate):
    assert len(ours) == len(described), f"{len(ours)} columns, DuckDB has {len(described)}"
    names = [name for name, _, _ in ours]
    for (name, kind, _), (original, original_type) in zip(ours, described):
        expected = deliberate.get((number, name), (type_of(original_type),) * 2)
        assert (kind, type_of(original_type)) == expected, f"{name}: {kind} and {type_of(original_type)}, not as listed"
        if not original.endswith(")"):  # `sum(x)`: a result without an alias is named as PostgreSQL names it, `sum`
            assert name in (original, original.lower()), f"{name}, DuckDB: {original}"
    assert len(set(names)) == len(names), f"{names}"


# ---------------------------------------------------------------- rows


def close_enough(ours, theirs):
    if ours is None or theirs is None or isinstance(ours, int):
        return ours == theirs
    scale = -ours.as_tuple().exponent if isinstance(ours, Decimal) else 400
    return abs(float(ours) - float(theirs)) <= max(abs(float(theirs)) * 1e-9, 0.51 * 10**-scale)


def check_rows(mine, theirs, names, loose, other="DuckDB"):
    """Rows in any order: `loose` columns agree nearly, all others exactly."""

    def exact(row):
        return [str(cell) for cell, is_loose in zip(row, loose) if not is_loose]

    def order(row):
        return exact(row), [-1e300 if cell is None else round(float(cell), 4) for cell, is_loose in zip(row, loose) if is_loose]

    mine, theirs = sorted(mine, key=order), sorted(theirs, key=order)
    assert len(mine) == len(theirs), f"{len(mine)} rows, {other} has {len(theirs)}"
    for row, other_row in zip(mine, theirs):
        assert exact(row) == exact(other_row), f"{row}, {other}: {other_row}"
        for name, cell, value, is_loose in zip(names, row, other_row, loose):
            assert not is_loose or close_enough(cell, value), f"{name}: {cell}, {other}: {value}"


def check_nulls(ours, rows):
    for index, (name, _, not_null) in enumerate(ours):
        assert not not_null or all(row[index] is not None for row in rows), f"{name} is inferred not null, and is null"


def check_keys(names, keys, rows):
    for key in keys:
        places = [names.index(name) for name in key]
        values = [tuple(row[place] for place in places) for row in rows]
        assert len(set(values)) == len(values), f"({', '.join(key)}) is inferred a key, and repeats"


# ---------------------------------------------------------------- the test of a suite on DuckDB


def check_query(database, suite, number, original, ours, keys, sql):
    """Names, types, rows, nulls and keys of one query; gives words for its line."""
    deliberate, names = differences(suite), [name for name, _, _ in ours]
    described = [row[:2] for row in database.execute(f"describe {original}").fetchall()]
    check_types(suite, number, ours, described, deliberate)
    mine = database.execute("\n".join(sql)).fetchall()
    loose = [(number, name) in deliberate for name in names]
    check_rows(mine, database.execute(original).fetchall(), names, loose)
    check_nulls(ours, mine)
    check_keys(names, keys, mine)
    return len(mine), sum(loose)


def check_data(database, suite):
    """The data keep what the sources say of them."""
    for table, key in KEYS[suite].items():
        columns = ", ".join(key.split())
        rows, distinct = database.execute(f"select count(*), count(distinct ({columns})) from {table}").fetchone()
        assert rows == distinct, f"({columns}) of {table} repeats"
        every = [row[0] for row in database.execute(f"select column_name from (describe {table})").fetchall()]
        for column in filter(lambda name: name in key.split() or re.search(NOT_NULL[suite], name), every):
            nulls = database.execute(f"select count(*) from {table} where {column} is null").fetchone()[0]
            assert not nulls, f"{column} of {table} is null"


def test(suite, title, scale=0.01):
    """All queries of the suite on DuckDB, as TAP, at a scale factor; gives the exit status."""
    import tempfile

    try:
        database = connect(suite)
    except ImportError as error:
        print(f"1..0 # SKIP duckdb and duckdb-extension-{suite} are not installed for this Python ({error})")
        return 0
    generate(database, suite, scale)
    queries = originals(database, suite)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "project.gov").write_text(program(database, suite), encoding="utf-8")
        types, keys, sql = dumped(folder, "types"), dumped(folder, "keys"), dumped(folder, "sql")
        checked = run_gov(folder, "check")
    print(f"1..{len(queries) + 2}")
    failed = report(1, f"{title}: `gov check` of all", lambda: compiled(checked))
    failed |= report(2, f"{title}: the data keep their keys", lambda: check_data(database, suite))
    counts = []
    for place, (number, original) in enumerate(queries.items(), 3):
        name = model(suite, number)

        def one(name=name, number=number, original=original):
            ours = [column_of(line) for line in types[name]]
            found = keys_of(keys.get(name, []))
            rows, loose = check_query(database, suite, number, original, ours, found, sql[name])
            counts.append((rows, len(ours), loose, sum(not_null for _, _, not_null in ours), len(found)))
            return f"{len(ours)} columns, {rows} rows, {len(found)} keys"

        failed |= report(place, f"{title} {number}", one)
    totals = [sum(column) for column in zip(*counts)] or [0] * 5
    print(f"# {title}: {len(counts)} of {len(queries)} compile and equal DuckDB; {totals[0]} rows ({sum(not c[0] for c in counts)} queries")
    print(f"# give none); {totals[1]} columns, {totals[2]} of them differ on purpose, {totals[3]} not null; {totals[4]} keys")
    return failed


def compiled(done):
    assert done.returncode == 0, done.stdout + done.stderr


def report(place, name, run, todo=None):
    """One line of TAP; `run` gives words for it, or raises, which is no failure where it is `todo`."""
    try:
        words = run()
    except Exception as error:  # also what the engine says of SQL
        if todo:
            print(f"ok {place} - {name} # TODO {todo}")
            return 0
        print(f"not ok {place} - {name}\n# " + f"{type(error).__name__}: {error}".replace("\n", "\n# "))
        return 1
    print(f"ok {place} - {name}" + (f": {words}" if words else ""))
    return 0
