#!/usr/bin/env python3
"""gen.py -- one synthetic warehouse, many back-ends.

usage: gen.py N OUTDIR [--seed 7] [--backends gov,json,dbt,sqlmesh,dataform] [--db duckdb|postgres] [--tags none|sources|tenth] [--roles 0]

build(N, seed) returns a Project: sources + models, tool independent.  A model's
SQL body uses placeholders  @ref(name)  and  @src(name) ; a back-end maps these.
To add one: write  def be_xxx(p, out)  and register it in BACKENDS.
"""
import argparse, json, os, random, re, shutil
from dataclasses import dataclass, field, asdict

@dataclass
class Col:
    name: str
    type: str            # bigint varchar decimal(18,2) double date timestamp boolean
    desc: str = ""
    pii: bool = False

@dataclass
class Source:
    name: str
    cols: list
    desc: str = ""

@dataclass
class Test:
    kind: str            # not_null | unique | relationships
    col: str
    to: str = ""
    to_col: str = ""

@dataclass
class Model:
    name: str
    layer: str           # staging | intermediate | marts
    refs: list           # model names
    srcs: list           # source names
    cols: list
    sql: str
    tests: list = field(default_factory=list)
    desc: str = ""
    owner: str = ""
    mat: str = "view"    # view | table

@dataclass
class Project:
    n: int
    seed: int
    sources: list
    models: list

ENT = "customer order payment invoice shipment product account session campaign refund ticket visit lead contract subscription vendor stock price click employee store device coupon review basket return delivery plan usage event".split()
ADJ = "active daily enriched ranked filtered latest monthly scored cleaned open merged split rolling net gross first last joined typed known".split()
OWN = "finance growth ops platform marketing risk".split()
DEC = "amount net_amount tax_amount discount fee cost revenue margin unit_price balance".split()
TXT = "status country channel segment currency category tier region source_system".split()
PII = "email full_name phone address".split()
TSP = "created_at updated_at ordered_at closed_at".split()
DAT = "order_date due_date start_date".split()
BOL = "is_active is_deleted is_test has_refund".split()
FK  = "customer_id order_id account_id product_id store_id".split()
DT, DEC_T = "date", "decimal(18,2)"

def pick(r, cols, ty, k=1):
    c = [x for x in cols if x.type == ty]
    return c[0] if k == 1 and len(c) == 1 else (r.choice(c) if k == 1 else r.sample(c, min(k, len(c))))

class Out:
    """ordered list of select items with unique names"""
    def __init__(s): s.items, s.cols, s.used = [], [], set()
    def add(s, expr, name, ty, desc="", pii=False):
        n, i = name, 2
        while n in s.used: n, i = f"{name}_{i}", i + 1
        s.used.add(n)
        tail = expr.rsplit(".", 1)[-1]
        s.items.append(expr if re.fullmatch(r"\w+\.\w+", expr) and tail == n else f"{expr} as {n}")
        s.cols.append(Col(n, ty, desc or f"{n.replace('_',' ')} of the row", pii))
        return n
    def text(s, ind="        "): return (",\n" + ind).join(s.items)

def mk_source(r, i):
    e = ENT[i % len(ENT)]
    c = [Col("id", "bigint", f"key of {e}")]
    c += [Col(x, "bigint", "foreign key") for x in r.sample(FK, 2)]
    c += [Col(x, "varchar") for x in r.sample(TXT, 3)]
    c += [Col(r.choice(PII), "varchar", "personal data", True)]
    c += [Col(x, DEC_T) for x in r.sample(DEC, 2)]
    c += [Col("quantity", "bigint")]
    c += [Col(x, "timestamp") for x in r.sample(TSP, 2)]
    c += [Col(x, "date") for x in r.sample(DAT, 1)]
    c += [Col(x, "boolean") for x in r.sample(BOL, 1)]
    return Source(f"raw_{e}_{i:05d}", c, f"raw {e} table as loaded")

def mk_staging(r, s, i):
    o = Out()
    for c in s.cols:
        if c.type == "varchar" and not c.pii and r.random() < .6: o.add(f"lower(trim(src.{c.name}))", c.name, c.type, c.desc)
        elif c.type == DEC_T and r.random() < .6: o.add(f"cast(coalesce(src.{c.name}, 0) as decimal(18, 2))", c.name, c.type)
        elif c.type == "date": o.add(f"cast(src.{c.name} as date)", c.name, c.type)
        else: o.add(f"src.{c.name}", c.name, c.type, c.desc, c.pii)
    d, b, t = pick(r, s.cols, "date").name, pick(r, s.cols, "boolean").name, pick(r, s.cols, "timestamp").name
    o.add(f"row_number() over (partition by src.id order by src.{t} desc)", "version_no", "bigint")
    sql = f"""with src as (
    select *
    from @src({s.name})
),

renamed as (
    select
        {o.text()}
    from src
    where src.{b} is not null
      and src.{d} >= date '2019-01-01'
)

select
    {(","+chr(10)+"    ").join("renamed."+c.name for c in o.cols)}
from renamed
where renamed.version_no = 1"""
    m = Model(f"stg_{s.name[4:]}", "staging", [], [s.name], o.cols, sql)
    return m

def mk_int(r, i, pool, names):
    n = r.choices([1, 2, 3], [25, 50, 25])[0]
    ms = []
    while len(ms) < min(n, len(pool)):
        # locality: mostly recent models, sometimes any
        m = r.choice(pool[-200:]) if r.random() < .6 else r.choice(pool)
        if m not in ms: ms.append(m)
    a = ms[0]
    A = a.cols
    txt, dec, ts, dt, bl = (pick(r, A, t).name for t in ("varchar", DEC_T, "timestamp", "date", "boolean"))
    pii = [c for c in A if c.pii]
    fk = r.choice([c.name for c in A if c.type == "bigint" and c.name != "id"])
    o = Out()
    o.add("base.id", "id", "bigint", "key")
    o.add(f"base.{fk}", fk, "bigint", "foreign key")
    o.add(f"base.{txt}", txt, "varchar")
    if pii and r.random() < .25: o.add(f"base.{pii[0].name}", pii[0].name, "varchar", "personal data", True)
    o.add(f"base.{dec}", dec, DEC_T)
    o.add(f"base.{ts}", ts, "timestamp")
    o.add(f"base.{dt}", dt, "date")
    o.add(f"base.{bl}", bl, "boolean")
    lo = r.randint(5, 90); hi = lo * r.randint(5, 20)
    o.add(f"case\n            when base.{dec} < {lo} then 'low'\n            when base.{dec} < {hi} then 'mid'\n            when base.{dec} is null then 'none'\n            else 'high'\n        end", f"{dec}_band", "varchar")
    if r.random() < .7: o.add(f"row_number() over (\n            partition by base.{fk}\n            order by base.{ts} desc\n        )", "recency_rank", "bigint")
    else: o.add(f"sum(base.{dec}) over (\n            partition by base.{fk}\n            order by base.{ts}\n        )", f"running_{dec}", "decimal(38,2)")
    ctes = [f"""base as (
    select
        {(","+chr(10)+"        ").join("x."+c.name for c in A if c.name in {"id",fk,txt,dec,ts,dt,bl} or c.pii)}
    from @ref({a.name}) as x
    where x.{bl} or x.{dec} > {r.randint(0,9)}
)"""]
    joins = []
    for k, b in enumerate(ms[1:], 1):
        B = b.cols
        bt, bd, bts = pick(r, B, "varchar").name, pick(r, B, DEC_T).name, pick(r, B, "timestamp").name
        bk = r.choice([c.name for c in B if c.type == "bigint" and c.name != "id"])
        if r.random() < .6:
            ctes.append(f"""agg_{k} as (
    select
        y.{bk} as join_key,
        count(*) as n_rows,
        sum(case when y.{bt} = 'open' then y.{bd} else 0 end) as open_total,
        max(y.{bts}) as last_seen_at
    from @ref({b.name}) as y
    group by y.{bk}
)""")
            o.add(f"coalesce(agg_{k}.n_rows, 0)", f"n_{bt}_rows", "bigint")
            o.add(f"cast(coalesce(agg_{k}.open_total, 0) as decimal(18, 2))", f"open_{bd}", DEC_T)
            o.add(f"agg_{k}.last_seen_at", "last_seen_at", "timestamp")
            joins.append(f"    left join agg_{k} on agg_{k}.join_key = base.{fk}")
        else:
            ctes.append(f"""dim_{k} as (
    select
        y.id as join_key,
        y.{bt} as dim_label,
        y.{bd} as dim_value
    from @ref({b.name}) as y
    where y.{bts} >= timestamp '2020-01-01 00:00:00'
)""")
            o.add(f"coalesce(dim_{k}.dim_label, 'unknown')", f"{bt}_label", "varchar")
            o.add(f"cast(base.{dec} - coalesce(dim_{k}.dim_value, 0) as decimal(18, 2))", f"{dec}_delta", DEC_T)
            joins.append(f"    left join dim_{k} on dim_{k}.join_key = base.{fk}")
    extra = [(f"cast(date_trunc('month', base.{ts}) as date)", "month_start", "date"),
             (f"upper(base.{txt})", f"{txt}_upper", "varchar"),
             (f"cast(base.{dec} * 1.2 as decimal(20, 3))", f"{dec}_gross", "decimal(20,3)"),
             (f"base.{txt} in ('open', 'new')", "is_open", "boolean"),
             (f"nullif(base.{dec}, 0)", f"{dec}_or_null", DEC_T)]
    r.shuffle(extra)
    while len(o.cols) < 12 and extra: o.add(*extra.pop())
    ctes.append("final as (\n    select\n        " + o.text() + "\n    from base\n" + "\n".join(joins) + ("\n" if joins else "") + ")")
    tail = "select * from final" if r.random() < .7 else "select\n    " + ",\n    ".join("final."+c.name for c in o.cols) + "\nfrom final"
    e = re.sub(r"^(stg|int|mart)_", "", a.name); e = re.sub(r"_\d+$", "", e).split("_")[-1]
    return Model(f"int_{r.choice(ADJ)}_{e}_{i:05d}", "intermediate", [m.name for m in ms], [], o.cols,
                 "with " + ",\n\n".join(ctes) + "\n\n" + tail)

def mk_mart(r, i, pool):
    n = r.choices([2, 3, 4], [50, 35, 15])[0]
    ms = r.sample(pool, min(n, len(pool)))
    a, A = ms[0], ms[0].cols
    txt, dec, ts = pick(r, A, "varchar").name, pick(r, A, DEC_T).name, pick(r, A, "timestamp").name
    fk = r.choice([c.name for c in A if c.type == "bigint" and c.name != "id"])
    o = Out()
    o.add(f"m0.{txt}", txt, "varchar")
    o.add(f"cast(date_trunc('month', m0.{ts}) as date)", "month_start", "date")
    grp = [f"m0.{txt}", f"cast(date_trunc('month', m0.{ts}) as date)"]
    o.add("count(*)", "n_rows", "bigint")
    o.add(f"count(distinct m0.{fk})", f"n_{fk}", "bigint")
    o.add(f"sum(m0.{dec})", f"total_{dec}", "decimal(38,2)")
    o.add(f"cast(avg(m0.{dec}) as double precision)", f"avg_{dec}", "double")
    joins = []
    for k, b in enumerate(ms[1:], 1):
        B = b.cols
        bt, bd = pick(r, B, "varchar").name, pick(r, B, DEC_T).name
        how = r.choice(["left join", "left join", "inner join"])
        joins.append(f"{how} @ref({b.name}) as m{k}\n    on m{k}.id = m0.{fk}")
        if r.random() < .4:
            o.add(f"m{k}.{bt}", f"{bt}", "varchar"); grp.append(f"m{k}.{bt}")
        o.add(f"max(coalesce(m{k}.{bd}, 0))", f"most_{bd}", DEC_T) # a sum would count its rows several times
        o.add(f"sum(case when m{k}.{bt} = 'closed' then 1 else 0 end)", f"n_closed", "hugeint")
    sql = ("select\n    " + o.text("    ") + f"\nfrom @ref({a.name}) as m0\n" + "\n".join(joins)
           + f"\nwhere m0.{ts} >= timestamp '2021-01-01 00:00:00'\n  and m0.{dec} is not null\ngroup by\n    " + ",\n    ".join(grp)
           + f"\nhaving count(*) > {r.randint(1,5)}")
    e = re.sub(r"_\d+$", "", a.name).split("_")[-1]
    return Model(f"mart_{e}_{r.choice(ADJ)}_{i:05d}", "marts", [m.name for m in ms], [], o.cols, sql, mat="table")

def build(N, seed=7):
    r = random.Random(seed * 1000003 + N)
    ns = max(1, N // 10); ni = N * 6 // 10; nm = N - ns - ni
    sources = [mk_source(r, i) for i in range(ns)]
    stg = [mk_staging(r, s, i) for i, s in enumerate(sources)]
    pool = list(stg); ints = []
    for i in range(ni):
        m = mk_int(r, i, pool, None); pool.append(m); ints.append(m)
    marts = [mk_mart(r, i, pool) for i in range(nm)]
    models = stg + ints + marts
    for m in models:
        m.desc = f"{m.layer} model {m.name.replace('_', ' ')} built from {len(m.refs) or 1} inputs"
        m.owner = r.choice(OWN)
        if m.layer == "marts":
            m.tests = [Test("not_null", m.cols[0].name), Test("not_null", "month_start")]
        else:
            m.tests = [Test("not_null", "id")]
            if m.layer == "staging" or r.random() < .5: m.tests.append(Test("unique", "id"))
            if m.layer == "intermediate" and r.random() < .6:
                fk = next(c.name for c in m.cols if c.type == "bigint" and c.name != "id")
                m.tests.append(Test("relationships", fk, r.choice(stg).name, "id"))
    return Project(N, seed, sources, models)

# ------------------------------------------------------------------ helpers
def w(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f: f.write(text)
REF = re.compile(r"@(ref|src)\((\w+)\)")
def subst(sql, ref, src): return REF.sub(lambda k: (ref if k[1] == "ref" else src)(k[2]), sql)
def chunks(l, k):
    for i in range(0, len(l), k): yield i // k, l[i:i+k]

# ------------------------------------------------------------------ back-ends
def be_json(p, out, db):
    w(f"{out}/project.json", json.dumps(asdict(p), indent=0))

def be_dbt(p, out, db):
    out += "/dbt"
    w(f"{out}/dbt_project.yml", "name: wh\nversion: '1.0'\nconfig-version: 2\nprofile: wh\nmodel-paths: [models]\nmodels:\n  wh:\n    +materialized: view\n    marts:\n      +materialized: table\n")
    w(f"{out}/profiles.yml", ("wh:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: wh.duckdb\n      threads: 2\n" if db == "duckdb" else
      "wh:\n  target: dev\n  outputs:\n    dev:\n      type: postgres\n      host: 127.0.0.1\n      port: 5432\n      user: wh\n      password: wh\n      dbname: wh\n      schema: wh\n      threads: 2\n"))
    for k, ch in chunks(p.sources, 50):
        t = "version: 2\nsources:\n"
        t += f"  - name: raw_{k}\n    schema: raw\n    tables:\n"
        for s in ch:
            t += f"      - name: {s.name}\n        description: {s.desc}\n        columns:\n"
            for c in s.cols: t += f"          - name: {c.name}\n            data_type: {c.type}\n"
        w(f"{out}/models/staging/_sources_{k}.yml", t)
    grp = {s.name: f"raw_{i // 50}" for i, s in enumerate(p.sources)}
    for m in p.models:
        w(f"{out}/models/{m.layer}/{m.name}.sql", subst(m.sql, lambda x: "{{ ref('%s') }}" % x, lambda x: "{{ source('%s', '%s') }}" % (grp[x], x)) + "\n")
    for layer in ("staging", "intermediate", "marts"):
        for k, ch in chunks([m for m in p.models if m.layer == layer], 25):
            t = "version: 2\nmodels:\n"
            for m in ch:
                t += f"  - name: {m.name}\n    description: {m.desc}\n    config:\n      meta:\n        owner: {m.owner}\n    columns:\n"
                for c in m.cols:
                    t += f"      - name: {c.name}\n        description: {c.desc}\n        data_type: {c.type}\n"
                    ts = [x for x in m.tests if x.col == c.name]
                    if ts:
                        t += "        data_tests:\n"
                        for x in ts:
                            t += (f"          - {x.kind}\n" if x.kind != "relationships" else
                                  f"          - relationships:\n              arguments:\n                to: ref('{x.to}')\n                field: {x.to_col}\n")
            w(f"{out}/models/{layer}/_models_{k}.yml", t)

def q(s): return "'" + s.replace("'", "''") + "'"
def be_sqlmesh(p, out, db):
    out += "/sqlmesh"
    w(f"{out}/config.yaml", "gateways:\n  local:\n    connection:\n      type: duckdb\n      database: wh.duckdb\ndefault_gateway: local\nmodel_defaults:\n  dialect: duckdb\n  start: 2024-01-01\n  cron: '@daily'\nlinter:\n  enabled: false\ndisable_anonymized_analytics: true\n")
    t = ""
    for s in p.sources:
        t += f"- name: raw.{s.name}\n  description: {s.desc}\n  columns:\n"
        for c in s.cols: t += f"    {c.name}: {c.type}\n"
    w(f"{out}/external_models.yaml", t)
    for m in p.models:
        aud = []
        for x in m.tests:
            if x.kind == "not_null": aud.append(f"not_null(columns := ({x.col}))")
            elif x.kind == "unique": aud.append(f"unique_values(columns := ({x.col}))")
            else: aud.append(f"forall(criteria := ({x.col} is not null))")   # no built-in relationships audit
        cd = ",\n    ".join(f"{c.name} = {q(c.desc)}" for c in m.cols)
        kind = "FULL" if m.mat == "table" else "VIEW"
        body = subst(m.sql, lambda x: f"wh.{x}", lambda x: f"raw.{x}")
        w(f"{out}/models/{m.layer}/{m.name}.sql", f"MODEL (\n  name wh.{m.name},\n  kind {kind},\n  owner {m.owner},\n  description {q(m.desc)},\n  column_descriptions (\n    {cd}\n  ),\n  audits (\n    " + ",\n    ".join(aud) + f"\n  )\n);\n\n{body}\n")

def be_dataform(p, out, db):
    out += "/dataform"
    w(f"{out}/workflow_settings.yaml", "defaultProject: wh\ndefaultLocation: US\ndefaultDataset: wh\ndefaultAssertionDataset: wh_assert\n")
    w(f"{out}/package.json", '{"name":"wh","dependencies":{"@dataform/core":"3.0.62"}}\n')
    for s in p.sources:
        cols = ",\n    ".join(f"{c.name}: {json.dumps(c.desc or c.name)}" for c in s.cols)
        w(f"{out}/definitions/sources/{s.name}.sqlx", f"config {{\n  type: \"declaration\",\n  schema: \"raw\",\n  name: \"{s.name}\",\n  description: \"{s.desc}\",\n  columns: {{\n    {cols}\n  }}\n}}\n")
    for m in p.models:
        cols = ",\n    ".join(f"{c.name}: {json.dumps(c.desc)}" for c in m.cols)
        nn = [x.col for x in m.tests if x.kind in ("not_null",)]; un = [x.col for x in m.tests if x.kind == "unique"]
        rc = [f"{x.col} IS NOT NULL" for x in m.tests if x.kind == "relationships"]
        a = [f"nonNull: {json.dumps(nn)}"] + ([f"uniqueKey: {json.dumps(un)}"] if un else []) + ([f"rowConditions: {json.dumps(rc)}"] if rc else [])
        body = subst(m.sql, lambda x: '${ref("%s")}' % x, lambda x: '${ref("%s")}' % x)
        w(f"{out}/definitions/{m.layer}/{m.name}.sqlx", f"config {{\n  type: \"{m.mat}\",\n  description: \"{m.desc}\",\n  tags: [\"{m.owner}\"],\n  columns: {{\n    {cols}\n  }},\n  assertions: {{ {', '.join(a)} }}\n}}\n\n{body}\n")

GOV_TYPES = {"bigint": "int8", "varchar": "text", "decimal(18,2)": "decimal(18,2)", "double": "double", "date": "date", "timestamp": "timestamp", "boolean": "bool"}
GOV_NAMES = set("select from with as lateral case when not between null true false distinct all any some for array both leading trailing where group having order union intersect except on using then else and or in".split())
def gov_name(n): return f'"{n}"' if n in GOV_NAMES else n
CATEGORIES = "personal contact place money health behaviour staff".split()

def tag_columns(p, how):
    """{(relation, column): tag}. sources: of each source what tells who a person is; tenth: besides, of all columns of all
    relations so many that a tenth is tagged."""
    tags = {} if how == "none" else {(s.name, c.name): "personal" for s in p.sources for c in s.cols if c.pii}
    if how == "tenth":
        r = random.Random(p.seed * 7919 + p.n)
        all_columns = [(x.name, c.name) for x in p.sources + p.models for c in x.cols if (x.name, c.name) not in tags]
        for column in r.sample(all_columns, (len(all_columns) + len(tags)) // 10 - len(tags)): tags[column] = r.choice(CATEGORIES)
    return tags

def gov_roles(p, tags, count):
    """Roles with grants of five kinds in turn: two whole layers; relations by name; some of their columns; with a mask and a
    filter of rows; hiding what is not cleared. All are cleared for what they read, so that nothing is wrong."""
    r = random.Random(p.seed * 104729 + p.n)
    everything = ", ".join(CATEGORIES)
    text = "".join(f"tag {c} 'What it is about: {c}';\n" for c in CATEGORIES)
    for i in range(count):
        kind, name = i % 5, f"role_{i:02d}"
        text += f"\nrole {name} cleared for {everything};\n"
        if kind == 0:
            text += f"grant select on marts.*, intermediate.* to {name};\n"
            continue
        for m in r.sample([m for m in p.models if m.layer == "intermediate"], min(20, p.n * 6 // 10)):
            on = f"{m.layer}.{m.name} to {name}"
            columns = ", ".join(gov_name(c.name) for c in r.sample(m.cols, 4))
            text += {1: f"grant select on {on};\n", 2: f"grant select ({columns}) on {on};\n",
                     3: f"grant select on {on} where id > {i} mask {gov_name(r.choice(m.cols).name)} with null;\n",
                     4: f"grant select on {on} hiding what is not cleared;\n"}[kind]
    return text

def be_gov(p, out, db, tagging="sources", roles=0):
    """A .gov project: sources with types and tags, models with words, owner and tests, as the other tools get them; the tags
    and roles of which no other tool knows as asked for."""
    out += "/gov"
    layer = {m.name: m.layer for m in p.models}
    tags = tag_columns(p, tagging)
    tagged = lambda x, c: f" tag {tags[x.name, c.name]}" if (x.name, c.name) in tags else ""
    target = "duckdb (path = 'wh.duckdb')" if db == "duckdb" else "postgres (dsn = secret('WH_DSN'))"
    head = f"--- A synthetic warehouse of {len(p.models)} models.\nproject wh;\n\ntarget dev on {target};\n\n"
    head += "".join(f"owner {o} (name = '{o}');\n" for o in OWN)
    head += "\nlayer raw owner platform requires classification;\nlayer staging reads raw owner platform;\nlayer intermediate reads staging owner platform;\n"
    head += "layer marts reads intermediate, staging owner platform requires description;\n"
    w(f"{out}/project.gov", head)
    if tagging == "tenth" or roles: w(f"{out}/roles.gov", gov_roles(p, tags, roles))
    for k, ch in chunks(p.sources, 50):
        t = ""
        for s in ch:
            cols = ",\n".join((f"  --- {c.desc}\n" if c.desc else "") + f"  {gov_name(c.name)} {GOV_TYPES[c.type]}" + tagged(s, c) for c in s.cols)
            t += f"--- {s.desc}\nsource raw.{s.name} (\n{cols}\n) otherwise public\n  from csv 'data/{s.name}.csv';\n\n"
        w(f"{out}/raw/sources_{k}.gov", t)
    for m in p.models:
        cols = []
        for c in m.cols:
            t = f"  --- {c.desc}\n  {gov_name(c.name)}"
            for x in m.tests:
                if x.col == c.name:
                    t += {"not_null": " not null", "unique": " unique"}.get(x.kind) or f" references {layer[x.to]}.{x.to} ({x.to_col})"
            cols.append(t + tagged(m, c))
        body = subst(m.sql, lambda x: f"{layer[x]}.{x}", lambda x: f"raw.{x}")
        w(f"{out}/{m.layer}/{m.name}.gov", f"--- {m.desc}\nmodel {m.layer}.{m.name} (\n" + ",\n".join(cols) + f"\n)\n  owner {m.owner} stored as {m.mat}\nas\n{body};\n")

BACKENDS = {"gov": be_gov, "json": be_json, "dbt": be_dbt, "sqlmesh": be_sqlmesh, "dataform": be_dataform}

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("n", type=int); ap.add_argument("out"); ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--backends", default=",".join(BACKENDS)); ap.add_argument("--db", default="duckdb")
    ap.add_argument("--tags", default="sources", choices=["none", "sources", "tenth"], help="of the gov back end")
    ap.add_argument("--roles", type=int, default=0, help="of the gov back end")
    a = ap.parse_args()
    p = build(a.n, a.seed)
    BACKENDS["gov"] = lambda *what: be_gov(*what, a.tags, a.roles)
    for b in a.backends.split(","): BACKENDS[b](p, a.out, a.db)
    L = [m.sql.count("\n") + 1 for m in p.models]
    by = {l: [m for m in p.models if m.layer == l] for l in ("staging", "intermediate", "marts")}
    dep = {}
    for m in p.models: dep[m.name] = 1 + max([dep[x] for x in m.refs] or [0])
    print(f"N={a.n} sources={len(p.sources)} " + " ".join(f"{k}={len(v)}" for k, v in by.items()) +
          f" edges={sum(len(m.refs) for m in p.models)} tests={sum(len(m.tests) for m in p.models)} cols={sum(len(m.cols) for m in p.models)}"
          f" sql_lines={sum(L)} avg={sum(L)/len(L):.1f} bytes={sum(len(m.sql) for m in p.models)} max_depth={max(dep.values())}")
