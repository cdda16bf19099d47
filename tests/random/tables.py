"""What stands in FROM: sources, queries, functions, joins, pivots."""

from scope import Column, Scope
from text import Sql, join, optional

SOURCES = {
    "raw.items": ([("id", "int"), ("code", "text"), ("kind", "text"), ("price", "decimal"), ("rate", "decimal"), ("n", "int"), ("small", "int"),
                   ("big", "int8"), ("ratio", "double"), ("ok", "bool"), ("day", "date"), ("at", "timestamp"), ("seen", "timestamptz"),
                   ("clock", "time"), ("labels", "text[]"), ("numbers", "int[]"), ("info", "json"), ("token", "uuid")], ["id"]),
    "raw.lines": ([("item_id", "int"), ("line", "int"), ("code", "text"), ("n", "int"), ("price", "decimal"), ("day", "date"), ("status", "text")], ["item_id", "line"]),
    "raw.rates": ([("code", "text"), ("day", "date"), ("rate", "decimal")], ["code", "day"]),
    "raw.nothing": ([("id", "int"), ("code", "text"), ("price", "decimal"), ("day", "date")], ["id"]),
    "raw.tree": ([("id", "int"), ("parent", "int"), ("code", "text")], ["id"]),
}  # fmt: skip
MOSTLY = ["raw.items"] * 6 + ["raw.lines"] * 4 + ["raw.rates"] * 2 + ["raw.tree"] * 2 + ["raw.nothing"]


class Table:
    """A table in FROM: how its columns are reached, the columns, those that are its key if it is known.

    It has `ties` if rows may differ in columns that do not sort, `doubles` if two may be alike."""

    def __init__(self, name, columns, keys=(), ties=False):
        self.name, self.columns, self.keys, self.doubles = name, columns, keys, ties
        self.ties = ties and any(not Column("", type).sorts() for _, type in columns)

    def reached(self, bare=False):
        keys = self.keys or [column for column, _ in self.columns]
        return [Column(column if bare else f"{self.name}.{column}", type, column in keys) for column, type in self.columns]


class Tables:
    """A part of Queries: what it needs of it is pick, chance, random, words, e, ctes and query()."""

    def from_(self, depth, outer):
        """(text, scope): FROM and what it brings into reach."""
        taken = set(outer.tables) if outer else set()
        text, tables, merged = self.table(depth, outer, taken)
        if depth > 0 and self.chance(0.1):
            more, others, also = self.table(0, outer, taken)
            text, tables, merged = Sql(text, ", ", more), tables + others, []
        columns = [column for table in tables for column in table.reached()] + merged
        if len(tables) == 1 and self.chance(0.5):
            bare = [column for column in tables[0].reached(bare=True) if column.written not in self.words.no_columns]
            columns = bare or columns
        scope = Scope(columns, outer, ties=any(table.ties for table in tables))
        scope.tables, scope.doubles = taken, any(table.doubles for table in tables)
        if len(tables) == 1 and len(tables[0].keys) == 1:
            scope.only = f"{tables[0].name}.{tables[0].keys[0]}"
        return Sql(" from ", text), scope

    def table(self, depth, outer, taken):
        """(text, tables in reach, columns merged by USING)."""
        if depth > 0 and self.chance(0.4):
            return self.joined(depth - 1, outer, taken)
        text, table = self.primary(depth, outer, taken)
        return text, [table], []

    def alias(self, taken):
        """(text, name): an alias, with or without AS."""
        if self.chance(0.5):
            name = self.words.choose(self.random, "asname", taken)
            return f" as {name}", name
        name = self.words.choose(self.random, "talias", taken)
        return f" {name}", name

    def primary(self, depth, outer, taken):
        choice = self.random.random()
        if self.ctes and choice < 0.35:
            return self.common(taken)
        if depth > 0 and choice < 0.5:
            return self.random.choice((self.derived, self.derived, self.values_table, self.series, self.pivot, self.unpivot, self.latest))(depth - 1, outer, taken)
        return self.source(taken)

    def source(self, taken, name=None):
        name = name or self.random.choice(MOSTLY)
        columns, keys = SOURCES[name]
        short = name.split(".")[1]
        if self.chance(0.2) and short not in taken:
            taken.add(short)
            return Sql(name), Table(self.pick(short, name), columns, keys)
        alias, short = self.alias(taken)
        if self.chance(0.1):
            count = self.random.randrange(1, len(columns))
            names = set(column for column, _ in columns)
            renamed = [(self.words.choose(self.random, "name", names), type) for _, type in columns[:count]]
            listed = ", ".join(column for column, _ in renamed)
            return Sql(name, alias, f" ({listed})"), Table(short, renamed + columns[count:])
        return Sql(name, alias), Table(short, columns, keys)

    def common(self, taken):
        name, columns = self.random.choice(self.ctes)
        if self.chance(0.5) and name not in taken:
            taken.add(name)
            return Sql(name), Table(name, columns, ties=True)
        alias, short = self.alias(taken)
        return Sql(name, alias), Table(short, columns, ties=True)

    def derived(self, depth, outer, taken):
        lateral = ""
        query, columns, _ = self.query(depth, None, None)
        alias, name = self.alias(taken)
        if self.chance(0.3):
            names = set()
            columns = [(self.words.choose(self.random, "name", names), type) for _, type in columns]
            alias += f" ({', '.join(column for column, _ in columns)})"
        return Sql(lateral, "(", query, ")", alias), Table(name, columns, ties=True)

    def values_table(self, depth, outer, taken):
        types = [self.pick("int", "text", "decimal", "date", "bool") for _ in range(self.pick(1, 2, 3))]
        rows = [Sql("(", join([self.e.literal(type) for type in types]), ")", without="") for _ in range(self.pick(2, 3, 4))]
        alias, name = self.alias(taken)
        names = set()
        columns = [(self.words.choose(self.random, "name", names), type) for type in types]
        return Sql("(values ", join(rows), ")", alias, f" ({', '.join(column for column, _ in columns)})"), Table(name, columns, ties=True)

    def series(self, depth, outer, taken):
        call, type = self.pick(("generate_series(1, 4)", "int8"), ("unnest([3, 1, null, 2])", "int"), ("unnest(['a', 'ç', 'b'])", "text"),
                               ("generate_series(2, 8, 3)", "int8"), ("range(3)", "int8"))  # fmt: skip
        if "series" in call or "range" in call:
            call = f"unnest({call})" if self.chance(0.7) else call
        alias, name = self.alias(taken)
        names = set()
        column = self.words.choose(self.random, "name", names)
        if self.chance(0.4):
            number = self.words.choose(self.random, "name", names)
            return Sql(call, " with ordinality", alias, f" ({column}, {number})"), Table(name, [(column, type), (number, "int8")])
        return Sql(call, alias, f" ({column})"), Table(name, [(column, type)])

    def latest(self, depth, outer, taken):
        alias, name = self.alias(taken)
        return Sql("newest(raw.items, keys => (id), latest => day)", alias), Table(name, SOURCES["raw.items"][0])

    def pivot(self, depth, outer, taken):
        alias, name = self.alias(taken)
        shape = self.pick(1, 2, 3, 4)
        over = "(select kind, n, code from raw.items) as s"
        if shape == 1:
            return Sql(over, " pivot (sum(n) for kind in ('a', 'b' as bee))", alias), Table(name, [("code", "text"), ("a", "int8"), ("bee", "int8")])
        if shape == 2:
            return Sql(over, " pivot (count(*) as many, max(n) most for kind in ('a' as a, 'ç' as c) group by code)", alias), Table(
                name, [("code", "text"), ("a_many", "int8"), ("a_most", "int"), ("c_many", "int8"), ("c_most", "int")])  # fmt: skip
        if shape == 3:
            return Sql("raw.lines pivot (sum(price) filter (where n > 0) for status in ('new', 'paid') group by item_id, day)", alias), Table(
                name, [("item_id", "int"), ("day", "date"), ("new", "decimal"), ("paid", "decimal")])  # fmt: skip
        return Sql("(select status, line, n from raw.lines) as s pivot (sum(n) for status in ('new' as new, 'paid' as paid) line in (1 as one, 2 as two))", alias), Table(
            name, [("new_one", "int8"), ("paid_two", "int8")])  # fmt: skip

    def unpivot(self, depth, outer, taken):
        alias, name = self.alias(taken)
        nulls = self.pick("", " include nulls")
        if self.chance(0.5):
            return Sql(f"(select id, code, kind from raw.items) as s unpivot{nulls} (v for k in (code, kind as other))", alias), Table(
                name, [("id", "int"), ("k", "text"), ("v", "text")])  # fmt: skip
        return Sql(f"(select id, price, rate from raw.items) as s unpivot{nulls} (amount for what in (price, rate))", alias), Table(
            name, [("id", "int"), ("what", "text"), ("amount", "decimal")])  # fmt: skip

    # --- joins

    def joined(self, depth, outer, taken):
        kind = self.random.choice((self.cross, self.on, self.on, self.on, self.using, self.using, self.natural, self.asof, self.lateral, self.half,
                                   self.nested, self.named))  # fmt: skip
        text, tables, merged = kind(depth, outer, taken)
        if self.chance(0.25) and ", " not in str(text):
            right, table = self.primary(0, outer, taken)
            condition = self.condition([c for t in tables for c in t.reached()], table)
            text, tables = Sql(text, self.pick(" join ", " left join "), right, " on ", condition), tables + [table]
            merged = [column for column in merged if column.written not in dict(table.columns)]
        return text, tables, merged

    def condition(self, columns, right):
        """An equality of two columns, and now and then more."""
        pairs = [(a, b) for a in columns for b in right.reached() if a.type == b.type and a.type in ("int", "text", "date", "int8")]
        if not pairs:
            return Sql("true")
        a, b = self.random.choice(pairs)
        likely = [(x, y) for x, y in pairs if x.written.split(".")[-1].endswith("id") and y.written.split(".")[-1].endswith("id")]
        if likely and self.chance(0.5):
            a, b = self.random.choice(likely)
        scope = Scope(columns + right.reached())
        more = optional(" and ", self.e.wrap(self.e.expr("bool", scope, 1), 3)) if self.chance(0.25) else ""
        return Sql(a.written, " = ", b.written, more)

    SIDES = ["join", "inner join", "left join", "left outer join", "right join", "right outer join", "full join", "full outer join"]

    def two(self, depth, outer, taken):
        left, one = self.primary(depth, outer, taken)
        right, other = self.primary(depth, outer, taken)
        return left, one, right, other

    def cross(self, depth, outer, taken):
        left, one = self.source(taken, self.pick("raw.rates", "raw.tree", "raw.items"))
        right, other = self.primary(0, outer, taken)
        return Sql(left, " cross join ", right), [one, other], []

    def on(self, depth, outer, taken):
        left, one, right, other = self.two(depth, outer, taken)
        condition = self.condition(one.reached(), other)
        return Sql(left, f" {self.random.choice(self.SIDES)} ", right, " on ", condition), [one, other], []

    def named(self, depth, outer, taken):
        """Joined tables in parentheses, under a name of their own or none."""
        text, tables, merged = self.on(0, outer, taken)
        if self.chance(0.3):
            text = Sql("(", text, ")")
        names = [name for table in tables for name, _ in table.columns]
        if len(set(names)) == len(names) and self.chance(0.7):
            alias, name = self.alias(taken)
            return Sql("(", text, ")", alias), [Table(name, [column for table in tables for column in table.columns])], []
        return Sql("(", text, ")"), tables, merged

    def nested(self, depth, outer, taken):
        """a join b join c on … on …"""
        a, one = self.source(taken)
        b, two = self.source(taken)
        c, three = self.source(taken)
        inner, after = self.condition(two.reached(), three), self.condition(one.reached(), two)
        return Sql(a, self.pick(" join ", " left join "), b, " join ", c, " on ", inner, " on ", after), [one, two, three], []

    def using(self, depth, outer, taken):
        left, one = self.source(taken, self.pick("raw.items", "raw.lines", "raw.rates"))
        right, other = self.source(taken, self.pick("raw.lines", "raw.rates", "raw.tree", "raw.items"))
        common = [name for name, type in one.columns if (name, type) in other.columns and type in ("text", "date", "int")]
        if not common:
            return self.cross(depth, outer, taken)
        names = self.random.sample(common, self.pick(1, min(2, len(common))))
        merged = [Column(name, type) for name, type in one.columns if name in names]
        return Sql(left, f" {self.random.choice(self.SIDES)} ", right, f" using ({', '.join(names)})"), [one, other], merged

    def natural(self, depth, outer, taken):
        kept = self.pick("code", "day")
        columns = {"code": ("code", "text"), "day": ("day", "date")}[kept]
        first, second = self.words.choose(self.random, "talias", taken), self.words.choose(self.random, "talias", taken)
        left, right = f"(select {kept}, id from raw.items) {first}", f"(select {kept}, line, status from raw.lines) {second}"
        return (Sql(left, f" natural {self.random.choice(self.SIDES)} ", right),
                [Table(first, [("id", "int")]), Table(second, [("line", "int"), ("status", "text")], ties=True)], [Column(*columns)])  # fmt: skip

    def asof(self, depth, outer, taken):
        left, one = self.source(taken, self.pick("raw.items", "raw.lines"))
        right, other = self.source(taken, "raw.rates")
        if len(one.columns) and ("code", "text") not in one.columns or ("day", "date") not in one.columns or ("day", "date") not in other.columns or ("code", "text") not in other.columns:
            return self.cross(depth, outer, taken)
        how = self.pick("asof join", "asof inner join", "asof left join", "asof left outer join")
        if self.chance(0.25):
            return Sql(left, f" {how} ", right, " using (code, day)"), [one, other], []
        operator = self.pick("<=", "<", ">=", ">")
        condition = f"{other.name}.day {operator} {one.name}.day"
        if self.chance(0.3):
            condition = f"{one.name}.day {operator} {other.name}.day"
        same = f"{other.name}.code = {one.name}.code"
        return Sql(left, f" {how} ", right, " on ", self.pick(f"{same} and {condition}", f"{condition} and {same}")), [one, other], []

    def lateral(self, depth, outer, taken):
        left, one = self.source(taken, self.pick("raw.items", "raw.items", "raw.tree"))
        scope = Scope(one.reached())
        alias, name = self.alias(taken)
        lists = [c for c in one.reached() if c.type in ("int[]", "text[]")]
        if lists and self.chance(0.5):
            array = self.random.choice(lists)
            column = self.words.choose(self.random, "name", set())
            how = self.pick(", unnest({})", ", lateral unnest({})", " cross join unnest({})", " cross join lateral unnest({})")
            number = ", i" if self.chance(0.3) else ""
            ordinality = " with ordinality" if number else ""
            columns = [(column, array.type[:-2])] + ([("i", "int8")] if number else [])
            return Sql(left, how.format(array.written), ordinality, alias, f" ({column}{number})"), [one, Table(name, columns, ties=not number)], []
        if self.chance(0.5):
            types = [self.pick("int", "text", "decimal") for _ in range(2)]
            item = [self.e.calls.aggregate(self.e, type, Scope([], None, within=Scope([Column("l." + n, t) for n, t in SOURCES["raw.lines"][0]])), 1) for type in types]
            query = Sql("(select ", item[0], " as a, ", item[1], " as b from raw.lines l where l.item_id = ", f"{one.name}.id)")
            if "id" not in dict(one.columns):
                return self.cross(depth, outer, taken)
            columns = [("a", types[0]), ("b", types[1])]
        else:
            value = self.e.expr("int", scope, 1)
            query, columns = Sql("(select ", value, " as a, ", self.e.expr("text", scope, 1), " as b)"), [("a", "int"), ("b", "text")]
        how = self.pick(", lateral ", " cross join lateral ", " join lateral ", " left join lateral ")
        return Sql(left, how, query, alias, " on true" if " join" in how and "cross" not in how else ""), [one, Table(name, columns, ties=True)], []

    def half(self, depth, outer, taken):
        left, one = self.source(taken, self.pick("raw.items", "raw.lines", "raw.tree"))
        right, other = self.primary(0, outer, taken)
        how = self.pick("semi join", "anti join", "left semi join", "left anti join")
        common = [name for name, type in one.columns if (name, type) in other.columns and type in ("text", "date", "int")]
        if common and self.chance(0.4):
            return Sql(left, f" {how} ", right, f" using ({self.random.choice(common)})"), [one], []
        return Sql(left, f" {how} ", right, " on ", self.condition(one.reached(), other)), [one], []
