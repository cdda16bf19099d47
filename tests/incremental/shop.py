"""A shop whose files change, its models built in parts, and the comparison with a full rebuild."""

import datetime
import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb

SRCDIR = Path(os.environ["srcdir"]).resolve()
BUILD = Path.cwd()
FIRST_DAY = datetime.date(2024, 1, 25)

SOURCES = """
project shop timezone 'UTC';
{targets}
owner team (name = 'Team', email = 'team@example.com');
layer raw owner team;
layer staging reads raw, staging owner team stored as view;
layer marts reads raw, staging, marts owner team stored as table;
source raw.orders (order_id int key, customer_id int not null, bought_on date not null, paid_at timestamp, status text not null) otherwise public
  from csv 'data/orders.csv';
source raw.items (order_id int not null, line int not null, product_id int, value decimal(12,2) not null, key (order_id, line)) otherwise public
  from csv 'data/items.csv';
source raw.products (product_id int key, category text, supplier_id int) otherwise public from csv 'data/products.csv';
source raw.suppliers (supplier_id int key, country text not null) otherwise public from csv 'data/suppliers.csv';
source raw.rates (rated_on date key, rate decimal(10,4) not null) otherwise public from csv 'data/rates.csv';
model staging.orders as select order_id, customer_id, bought_on, paid_at, status from raw.orders;
model staging.items as select order_id, line, product_id, value from raw.items;
model staging.priced stored as inline as select i.order_id, i.line, i.value, p.category from raw.items i left join raw.products p using (product_id);
"""

# A model for each way in which a query may read what changes.
MODELS = {
    "orders": """(order_id key, bought_on not null, ...) stored as table built by bought_on per day lookback 3 days as
with lines as (select order_id, count(*) as line_count, sum(value) as total from staging.items group by order_id)
select o.order_id, o.bought_on, o.status, coalesce(l.line_count, 0) as line_count, l.total from staging.orders o left join lines l using (order_id)""",
    "sales": """(bought_on key, category key, ...) stored as table built by bought_on per month as
select o.bought_on, coalesce(p.category, 'none') as category, count(*) as line_count, sum(i.value) as total, count(distinct o.customer_id) as customer_count
from staging.orders o join staging.items i using (order_id) left join raw.products p using (product_id) group by all""",
    "months": """(month key, ...) stored as table built by month per month as
select date_trunc('month', bought_on)::date as month, count(*) as order_count, sum(total) as total from marts.orders group by all""",
    "countries": """(bought_on key, country key, ...) stored as table built by bought_on per day as
select o.bought_on, s.country, sum(i.value) as total from staging.items i join staging.orders o using (order_id)
join raw.products p using (product_id) join raw.suppliers s using (supplier_id) where o.status <> 'canceled' group by all""",
    "rated": """(order_id key, ...) stored as table built by bought_on per day as
select o.order_id, o.bought_on, r.rate from staging.orders o asof left join raw.rates r on r.rated_on <= o.bought_on""",
    "ranked": """(order_id key, ...) stored as table built by bought_on per day as
select order_id, bought_on, row_number() over (partition by bought_on order by order_id desc) as place,
  sum(customer_id) over (partition by bought_on) as customers from staging.orders""",
    "biggest": """(order_id key, ...) stored as table built by bought_on per day as
select i.order_id, o.bought_on, i.line, i.value from staging.items i join staging.orders o using (order_id)
qualify row_number() over (partition by i.order_id order by i.value desc, i.line) = 1""",
    "paid": """(order_id key, ...) stored as table built by paid_at per day as
select order_id, paid_at, status from staging.orders""",
    "without_lines": """(order_id key, ...) stored as table built by bought_on per month as
select o.order_id, o.bought_on from staging.orders o left join staging.items i using (order_id) where i.line is null""",
    "great_days": """(bought_on key, ...) stored as table built by bought_on per day as
select o.bought_on, sum(i.value) as total from staging.orders o join staging.items i using (order_id) group by o.bought_on having sum(i.value) > 20""",
    "everything": """(...) stored as table built by day per day as
select bought_on as day, 'order' as what, order_id from staging.orders
union all select o.bought_on as day, 'line' as what, i.order_id from staging.items i join staging.orders o using (order_id)
  where i.value > 5""",
    "with_lines": """(order_id key, ...) stored as table built by bought_on per day as
select o.order_id, o.bought_on from staging.orders o where exists (select 1 from staging.items i where i.order_id = o.order_id)""",
    "inlined": """(...) stored as table built by bought_on per day as
select o.bought_on, o.order_id, q.line, q.value, q.category from staging.orders o left join staging.priced q using (order_id)""",
    "chosen": """(...) stored as table built by bought_on per day as
with totals as (select order_id, sum(value) as total from staging.items group by order_id having count(*) > 1)
select o.bought_on, o.order_id, t.total from staging.orders o join totals t using (order_id) where t.total > 3""",
    "firsts": """(bought_on key, ...) stored as table built by bought_on per day as
select distinct on (bought_on) bought_on, order_id, status from staging.orders order by bought_on, order_id""",
    "categories": """(...) stored as table built by bought_on per day as
select distinct o.bought_on, p.category, s.country from staging.orders o join staging.items i using (order_id)
left join raw.products p using (product_id) left join raw.suppliers s on s.supplier_id = p.supplier_id""",
    "customers": """(customer_id key, ...) stored as table built by key as
select customer_id, count(*) as order_count, min(bought_on) as first_day, max(paid_at) as last_paid from staging.orders group by customer_id""",
    "last_orders": """(customer_id key, ...) stored as table built by key as
select customer_id, order_id, bought_on, status from staging.orders qualify row_number() over (partition by customer_id order by bought_on desc, order_id desc) = 1""",
}


def project(targets, models=MODELS):
    text = SOURCES.format(targets=targets)
    return text + "".join(f"model marts.{name} {body};\n" for name, body in models.items())


class Shop:
    """Rows as dictionaries by key; a change is any of those that a source of data makes to its files."""

    def __init__(self, folder, seed, targets=None, models=MODELS):
        self.folder, self.random = Path(folder), random.Random(seed)
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self.models, self.servers = models, {}  # servers: dsn by target
        self.targets = targets or "target dev on duckdb (path = 'build/dev.duckdb');\ntarget fresh on duckdb (path = 'build/fresh.duckdb');"
        (self.folder / "project.gov").write_text(project(self.targets, models))
        self.next_order, self.today = 1, FIRST_DAY
        self.orders, self.items, self.products, self.suppliers, self.rates = {}, {}, {}, {}, {}
        for key in range(1, 9):
            self.products[key] = [self.random.choice(["a", "b", ""]), self.random.randint(1, 4)]
        for key in range(1, 4):
            self.suppliers[key] = [self.random.choice(["br", "de"])]
        for _ in range(12):
            self.new_day()
        self.write()

    def day(self):
        return self.today - datetime.timedelta(days=self.random.randint(0, 30))

    def add_order(self, day):
        order, self.next_order = self.next_order, self.next_order + 1
        paid = f"{day + datetime.timedelta(days=self.random.randint(0, 3))} 13:{self.random.randint(10, 59)}:00" if self.random.random() < 0.8 else ""
        self.orders[order] = [self.random.randint(1, 9), day, paid, self.random.choice(["new", "sent", "canceled"])]
        for line in range(self.random.choice([0, 1, 1, 2, 3])):
            self.items[order, line] = [self.random.choice([*range(1, 11), ""]), self.random.randint(50, 900) / 100]

    def new_day(self):
        self.today += datetime.timedelta(days=self.random.choice([1, 1, 1, 2]))
        for _ in range(self.random.randint(0, 5)):
            self.add_order(self.today)
        if self.random.random() < 0.5:
            self.rates[self.today] = [self.random.randint(40000, 60000) / 10000]

    def late_order(self):
        self.add_order(self.day())

    def change_order(self):
        order = self.random.choice(list(self.orders))
        if self.random.random() < 0.5:
            self.orders[order][1] = self.day()
        else:
            self.orders[order][3] = self.random.choice(["new", "sent", "canceled"])

    def delete_order(self):
        order = self.random.choice(list(self.orders))
        del self.orders[order]
        if self.random.random() < 0.7:
            for key in [key for key in self.items if key[0] == order]:
                del self.items[key]

    def change_item(self):
        if self.items:
            key = self.random.choice(list(self.items))
            self.items[key][self.random.choice([0, 1])] = self.random.randint(1, 9)

    def delete_item(self):
        if self.items:
            del self.items[self.random.choice(list(self.items))]

    def change_product(self):
        key = self.random.randint(1, 10)
        if key in self.products and self.random.random() < 0.3:
            del self.products[key]
        else:
            self.products[key] = [self.random.choice(["a", "b", "c", ""]), self.random.choice([1, 2, 3, 4, ""])]

    def change_supplier(self):
        key = self.random.randint(1, 5)
        if key in self.suppliers and self.random.random() < 0.3:
            del self.suppliers[key]
        else:
            self.suppliers[key] = [self.random.choice(["br", "de", "fr"])]

    def change_rate(self):
        if self.rates:
            self.rates[self.random.choice(list(self.rates))] = [self.random.randint(40000, 60000) / 10000]

    def same_again(self):
        """The file comes again, its rows in another order."""
        rows = list(self.orders.items())
        self.random.shuffle(rows)
        self.orders = dict(rows)

    CHANGES = (new_day, new_day, late_order, change_order, delete_order, change_item, delete_item, change_product, change_supplier, change_rate,
               same_again)  # fmt: skip

    def change(self):
        names = []
        for _ in range(self.random.choice([1, 1, 2, 4])):
            change = self.random.choice(self.CHANGES)
            change(self)
            names.append(change.__name__)
        self.write()
        return names

    def write(self):
        def file(name, head, rows):
            lines = [head, *(",".join(str(cell) for cell in row) for row in rows)]
            path = self.folder / "data" / f"{name}.csv"
            text = "\n".join(lines) + "\n"
            if not path.exists() or path.read_text() != text:
                path.write_text(text)

        file("orders", "order_id,customer_id,bought_on,paid_at,status", ([key, *row] for key, row in self.orders.items()))
        file("items", "order_id,line,product_id,value", ([*key, *row] for key, row in self.items.items()))
        file("products", "product_id,category,supplier_id", ([key, *row] for key, row in self.products.items()))
        file("suppliers", "supplier_id,country", ([key, *row] for key, row in self.suppliers.items()))
        file("rates", "rated_on,rate", ([key, *row] for key, row in self.rates.items()))

    def gov(self, *arguments, environment=None):
        done = subprocess.run([BUILD / "gov", *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=300, env={**os.environ, **(environment or {})})  # fmt: skip
        return done.returncode, done.stdout

    def run(self, *arguments):
        code, output = self.gov("run", *arguments)
        assert code == 0, output
        return output

    def replace(self, old, new):
        path = self.folder / "project.gov"
        text = path.read_text()
        assert old in text, old
        path.write_text(text.replace(old, new))

    def database(self, target="dev"):
        return duckdb.connect(str(self.folder / "build" / f"{target}.duckdb"), read_only=True)

    def ask(self, sql, target="dev"):
        if target in self.servers:
            import psycopg

            with psycopg.connect(self.servers[target]) as connection:
                return connection.execute(sql).fetchall()
        with self.database(target) as database:
            return database.execute(sql).fetchall()

    def rows(self, model, target="dev"):
        return sorted(self.ask(f"select * from marts.{model}", target), key=repr)

    def differences(self, target="dev"):
        """Of each model the rows that a full rebuild has otherwise."""
        code, output = self.gov("run", "--target", "fresh", "--full-refresh")
        assert code == 0, output
        found = {}
        for name in self.models:
            here, there = self.rows(name, target), self.rows(name, "fresh")
            if here != there:
                found[name] = {"built in parts": [row for row in here if row not in there][:5], "whole": [row for row in there if row not in here][:5],
                               "counts": (len(here), len(there))}  # fmt: skip
        return found


def run_tests(tests):
    """TAP of functions that take a folder."""
    import tempfile
    import traceback

    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        with tempfile.TemporaryDirectory(prefix="gov-incremental-") as folder:
            try:
                test(Path(folder))
                print(f"ok {number} - {name}", flush=True)
            except Exception:  # noqa: BLE001: a test that breaks has failed
                failed += 1
                print(f"not ok {number} - {name}")
                print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="", flush=True)
    sys.exit(1 if failed else 0)
