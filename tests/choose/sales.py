"""A small project with places that can be written otherwise, run on a real DuckDB, and its tables held against a full rebuild."""

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import duckdb

BUILD = Path.cwd()

# A place is `{{name: as it is | otherwise | …}}`; the first text is that of the base.
TEXT = """project sales;
target dev on duckdb (path = 'sales.duckdb');
owner team (name = '{{owner: Team | Crew}}', email = 'team@example.com');
layer raw owner team;
layer staging reads raw owner team;
layer marts reads raw, staging owner team stored as table;
const kept = {{const: ('paid', 'sent') | ('sent', 'paid') | ('paid', 'void')}};
type price as decimal({{type: 18,2 | 20,3}});
function twice({{parameter: x | value}} decimal) returns decimal as {{parameter: x | value}} * {{function: 2 | 3}};
source raw.orders (
  order_id int key public,
  customer_id int public,
  amount price public,
  discount decimal(18,2) public,
  status text public,
  ordered_on date public,
  note text public {{note: | check (value <> 'bad')}},
  weight double public
) from csv 'orders.csv';
source raw.customers (customer_id int key public, city text public, state text public, name text public) from csv 'customers.csv';
model staging.orders as
  select *, amount - {{net: discount | 2 * discount | (discount)}} as net from raw.orders
  where status {{paid: in kept | = 'paid'}};
model staging.customers as
  select customer_id, {{city: upper | lower}}(city) as city, state{{name:  | , name}} from raw.customers;
model staging.cities stored as inline as
  select city, count({{count: * | distinct state}}) as customers from staging.customers group by city;
{{order: | model marts.by_day as select ordered_on, {{day: sum | max}}(doubled) as doubled from marts.sales group by ordered_on; }}
-- {{comment: one | another}}
model marts.sales as
with {{cte: paid | those}} as (
  select {{alias: o | ord}}.order_id, {{alias: o | ord}}.customer_id, {{alias: o | ord}}.net, {{alias: o | ord}}.ordered_on
  from staging.orders as {{alias: o | ord}} where net > {{positive: 0 | 3}}
), joined as (
  select p.*, c.city, c.state from {{cte: paid | those}} as p left join staging.customers as c using (customer_id)
)
select
  {{doc: --- The order. | --- Which order.}}
  order_id, ordered_on, city, state, {{qualified: net | joined.net}}, {{twice: twice(net) | net + net}} as doubled
from joined;
model marts.by_city as
  select city, sum(net) as net, count(*) as orders{{added:  | , max(ordered_on) as last}} from marts.sales {{group: group by city | group by 1}};
{{order: model marts.by_day as select ordered_on, {{day: sum | max}}(doubled) as doubled from marts.sales group by ordered_on; | }}
model marts.everything as select {{star: * | city, net, orders}} from marts.by_city;
model marts.pairs as
  select a.order_id as one, b.order_id as other, {{side: b.net | a.net}} as net
  from marts.sales a join marts.sales b on a.city = b.city and a.order_id < b.order_id{{on:  |  and a.state = b.state}};
model marts.latest as
  select order_id, city, net from marts.sales
  qualify row_number() over (partition by city order by ordered_on {{desc: desc | asc}}, order_id) = 1;
model marts.loose as
  select order_id, row_number() over (order by city) as n, net * {{loose: 1 | 2}} as net from marts.sales;
model marts.of_loose as select sum(n) as n, max(order_id) as last from marts.loose;
model marts.sizes as
  select s.city, s.orders, c.customers from marts.by_city s join staging.cities c on s.city = c.city;
model marts.notes as select order_id, note from staging.orders {{limit: | order by order_id limit 5}};
model marts.steady {{stored: | stored as view}} as select order_id, note as words, weight from staging.orders where exists (
    select 1 from raw.customers as c where c.customer_id = staging.orders.customer_id and c.{{exists: state = 'SP' | state <> 'SP'}});
model marts.words as select words from marts.steady;
model marts.heavy as select sum(weight) as weight, count(*) as orders from marts.steady {{having: | where words is not null}};
model marts.both as select order_id, {{union: net | net + 1}} as net from marts.sales union all select order_id, {{right: net | -net}} from marts.latest;
model marts.both_ids as select distinct order_id from marts.both;
test 'every city has orders' on marts.by_city as select city from marts.by_city where orders < {{test: 0 | 1}};
"""

PLACE = re.compile(r"\{\{(\w+):((?:[^{}]|\{\{[^{}]*\}\})*?)\}\}")
VOLATILE = {"loose"}  # tables that the engine may fill otherwise each time


def places():
    """name -> how many ways it can be written"""
    found, text = {}, TEXT
    while PLACE.search(text):
        for name, ways in PLACE.findall(text):
            inner = re.sub(r"\{\{.*?\}\}", "", ways)
            found[name] = inner.count("|") + 1
        text = PLACE.sub(lambda match: match[2].replace("|", " ") if "{{" in match[2] else "", text)
    return found


def written(choice):
    """The project's text; `choice`: name of a place -> index of what is written there"""

    def way(match):
        parts, depth, part = [], 0, ""
        for piece in re.split(r"(\{\{|\}\}|\|)", match[2]):
            depth += {"{{": 1, "}}": -1}.get(piece, 0)
            if piece == "|" and depth == 0:
                parts.append(part)
                part = ""
            else:
                part += piece
        return (parts + [part])[choice.get(match[1], 0)].removeprefix(" ").removesuffix(" ")

    text = TEXT
    while PLACE.search(text):
        text = PLACE.sub(way, text)
    return text


class Sales:
    """The project in a folder of its own"""

    def __init__(self, folder, seed=1, rows=60):
        self.folder = folder
        folder.mkdir(parents=True)
        self.random = random.Random(seed)
        self.customers, self.orders = 12, rows
        self.write({})
        self.write_customers()
        self.write_orders()

    def write(self, choice):
        (self.folder / "project.gov").write_text(written(choice))

    def write_customers(self):
        lines = [f"{i},{self.random.choice(['Recife', 'Natal', 'Belo'])},{self.random.choice(['SP', 'RJ'])},n{i}" for i in range(self.customers)]
        (self.folder / "customers.csv").write_text("customer_id,city,state,name\n" + "\n".join(lines) + "\n")

    def write_orders(self):
        draw = self.random
        lines = [
            f"{i},{draw.randrange(self.customers + 2)},{draw.randrange(900)}.50,{draw.randrange(5)}.25,{draw.choice(['paid', 'sent', 'void'])},"
            f"2026-0{draw.randrange(1, 4)}-1{draw.randrange(3)},{draw.choice(['', 'x', 'y'])},{draw.random()}"
            for i in range(self.orders)
        ]
        (self.folder / "orders.csv").write_text("order_id,customer_id,amount,discount,status,ordered_on,note,weight\n" + "\n".join(lines) + "\n")

    def gov(self, *arguments, fine=True):
        done = subprocess.run([BUILD / "gov", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=120)
        assert not fine or done.returncode == 0, f"gov {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def would_run(self, *arguments):
        """The relations that a run would load or build"""
        plan = json.loads(self.gov("plan", "--format", "json", *arguments).stdout)
        return {step["name"] for step in plan["steps"] if step["action"] in ("load", "create", "rebuild")}

    def ran(self):
        """The relations that the last run loaded or built"""
        with self.open() as database:
            rows = database.execute("select step from gov.steps where run_id = (select max(run_id) from gov.runs) and kind <> 'not run'").fetchall()
        return {row[0] for row in rows}

    def open(self):
        return duckdb.connect(str(self.folder / "sales.duckdb"), read_only=True)

    def copy(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        other = Sales.__new__(Sales)
        other.__dict__ = {**self.__dict__, "folder": folder}
        return other

    def contents(self):
        """relation -> its rows, sorted; of what may be filled otherwise each time only how many"""
        with self.open() as database:
            names = database.execute(
                "select table_schema || '.' || table_name from information_schema.tables where table_schema in ('raw', 'staging', 'marts')"
            ).fetchall()
            rows = {}
            for (name,) in names:
                table = database.execute(f"select * from {name}")
                columns = [column[0] for column in table.description]
                cells = [[round(cell, 9) if isinstance(cell, float) else cell for cell in row] for row in table.fetchall()]
                rows[name] = columns, sorted(map(repr, cells))
        for name in VOLATILE:
            rows[f"marts.{name}"] = rows[f"marts.{name}"][0], len(rows[f"marts.{name}"][1])
        return rows

    def of_full_rebuild(self, folder):
        fresh = self.copy(folder)
        (folder / "sales.duckdb").unlink()
        fresh.gov("run")
        return fresh.contents()
