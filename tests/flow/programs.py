"""Random programs with labels: models of every form that has a rule of flow. What a program means is gov's to say.

Beside a model stand its probes: for each choice of rows in it a query of all columns of what the choice leaves. Readers who may
know what choices tell are promised that two states look the same only if these look the same to them.
"""

from sources import VALUES


class Relation:
    def __init__(self, name, columns, key=None):
        self.name, self.columns, self.key = name, columns, key


class Place:
    """What stands in FROM, and the columns of it by alias: [(alias, [column])]."""

    def __init__(self, text, scope):
        self.text, self.scope = text, scope

    def all(self):
        return [f"{alias}.{name}" for alias, names in self.scope for name in names]


class Model:
    """`query` for gov; `sql`: what an engine runs instead of what gov emits, where it emits nothing yet."""

    def __init__(self, name, query, columns, probes, sql=None, head=""):
        self.name, self.query, self.columns, self.probes, self.sql, self.head = name, query, columns, probes, sql, head

    def text(self):
        return f"model {self.name}{self.head}{self.query};\n" if self.head else f"model {self.name} as\n{self.query};\n"


class Grant:
    """To the role of a clearance, by its number: perhaps of the rows in which a column compares so with a number (`where`), with
    columns masked ({column: mask}), and without the columns that the role may not know (`hiding`)."""

    def __init__(self, model, role, where=None, masks=None, hiding=True):
        self.model, self.role, self.where, self.masks, self.hiding = model, role, where, masks or {}, hiding

    def text(self):
        masks = ", ".join(f"{column} with {mask}" for column, mask in self.masks.items())
        return (f"grant select on {self.model.name} to c{self.role}" + (" where {} {} {}".format(*self.where) if self.where else "")
                + (f" mask {masks}" if masks else "") + (" hiding what is not cleared" if self.hiding else "") + ";\n")  # fmt: skip


class Writer:
    """Writes the queries of one program."""

    def __init__(self, random, relations):
        self.random, self.relations, self.count = random, relations, 0
        self.probes, self.open = [], False  # an order was left open: rows must come in the same order in all states

    def alias(self):
        self.count += 1
        return f"r{self.count}"

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, part):
        return self.random.random() < part

    def literal(self):
        return str(self.random.choice(VALUES))

    def column(self, place):
        alias, columns = self.random.choice(place.scope)
        return f"{alias}.{self.random.choice(columns)}"

    def relation(self):
        weights = [1 + i for i in range(len(self.relations))]
        return self.random.choices(self.relations, weights)[0]

    def inner(self, place):
        """A table of a subquery; what the subquery sees, as if each row outside were joined with each of it."""
        relation, alias = self.relation(), self.alias()
        own = (alias, relation.columns)
        return relation, alias, Place(f"{place.text} cross join {relation.name} {alias}" if place.text else f"{relation.name} {alias}", place.scope + [own])

    def probe(self, place, rest="", more=""):
        """All columns of a place, where something holds, and perhaps one more."""
        items = ", ".join(f"{name} as q{i}" for i, name in enumerate(place.all()))
        self.probes.append((f"select {items}{more} from {place.text}{rest}", len(place.all()) + bool(more)))

    # ------------------------------------------------------------ expressions

    def value(self, place, depth=2):
        if depth <= 0 or self.chance(0.45):
            return self.column(place) if self.chance(0.85) else self.literal()
        form = self.random.randrange(8)
        if form == 0:
            return f"({self.value(place, depth - 1)} {self.one('+', '-')} {self.value(place, depth - 1)})"
        if form == 1:
            return f"case when {self.condition(place, depth - 1)} then {self.value(place, depth - 1)} else {self.value(place, depth - 1)} end"
        if form == 2:
            return f"coalesce({self.value(place, depth - 1)}, {self.value(place, depth - 1)})"
        if form == 3:
            return f"case when {self.condition(place, depth - 1)} then 1 end"
        if form == 4:
            return self.scalar(place, depth - 1)
        if form == 5:
            return f"nullif({self.value(place, depth - 1)}, {self.value(place, depth - 1)})"
        if form == 6:
            return f"({self.condition(place, depth - 1)})::int4"
        return f"greatest({self.value(place, depth - 1)}, {self.value(place, depth - 1)})"

    def scalar(self, place, depth):
        relation, alias, within = self.inner(place)
        own = Place("", within.scope[-1:])
        aggregate = self.one("max({})", "min({})", "sum({})::int4", "count({})::int4", "(count(*) + 0 * max({}))::int4")
        argument = self.column(own)
        if within.scope[:-1] and self.chance(0.2):
            argument += f" + {self.column(within)}"
        if aggregate.startswith("count("):
            self.probe(within, more=f", ({argument} is null)::int4 as told")
        aggregate = aggregate.format(argument)
        where = self.inner_where(within, depth) if self.chance(0.75) else ""
        if self.chance(0.2):  # one row or none
            key = relation.key or relation.columns[0]
            order = ", ".join(f"{alias}.{name}" for name in [key] + relation.columns)
            rest, first = f"from {relation.name} {alias}{where} order by {order} limit 1", self.alias()
            every = ", ".join(f"{alias}.{name}" for name in relation.columns)
            self.probe(Place(f"{place.text} cross join lateral (select {every} {rest}) {first}", [*place.scope, (first, relation.columns)]))
            return f"(select {alias}.{self.random.choice(relation.columns)} {rest})"
        return f"(select {aggregate} from {relation.name} {alias}{where})"

    def inner_where(self, within, depth):
        where = f" where {self.condition(within, depth)}"
        self.probe(within, where)
        return where

    def condition(self, place, depth=2):
        form = self.random.randrange(10)
        if form <= 2 or depth <= 0:
            right = self.column(place) if self.chance(0.4) else self.literal()
            return f"{self.column(place)} {self.one('=', '=', '<>', '<', '<=', '>')} {right}"
        if form == 3:
            return self.is_null(place)
        if form == 4:
            return f"{self.column(place)} in ({self.literal()}, {self.one(self.literal(), self.column(place))})"
        if form == 5:
            relation, alias, within = self.inner(place)
            where = self.inner_where(within, depth - 1) if self.chance(0.5) else ""
            return (f"{self.column(place)} {self.one('', '', 'not ')}in (select {alias}.{self.random.choice(relation.columns)} "
                    f"from {relation.name} {alias}{where})")  # fmt: skip
        if form == 6:
            relation, alias, within = self.inner(place)
            return f"{self.one('', 'not ')}exists (select 1 from {relation.name} {alias}{self.inner_where(within, depth - 1)})"
        if form == 7:
            return f"({self.condition(place, depth - 1)} {self.one('and', 'or')} {self.condition(place, depth - 1)})"
        if form == 8 and depth > 1:  # DuckDB takes none of these within ON
            relation, alias, within = self.inner(place)
            where = self.inner_where(within, depth - 1) if self.chance(0.5) else ""
            return f"{self.column(place)} {self.one('= any', '> all', '<= any')} (select {alias}.{self.random.choice(relation.columns)} from {relation.name} {alias}{where})"
        return f"not ({self.condition(place, depth - 1)})"

    def is_null(self, place):
        text = f"{self.column(place)} is {self.one('', 'not ')}null"
        self.probe(place, more=f", ({text})::int4 as told")
        return text

    def order(self, place):
        """Some columns; then all others, or the order is left open."""
        first = [self.column(place) + self.one("", " desc") for _ in range(self.random.randint(1, 2))]
        if self.chance(0.12):
            self.open = True
            return ", ".join(first)
        return ", ".join(first + [name for name in place.all() if name not in first])

    # -------------------------------------------------------------------- FROM

    def table(self):
        relation, alias = self.relation(), self.alias()
        return Place(f"{relation.name} {alias}", [(alias, relation.columns)])

    def joined(self):
        place = self.table()
        for _ in range(self.random.choices([0, 1, 2], [4, 5, 1])[0]):
            place = self.join(place)
        if len(place.scope) == 1 and self.chance(0.1):
            other = self.table()
            return Place(f"{place.text}, {other.text}", place.scope + other.scope)
        return place

    def join(self, left):
        kind = self.one("join", "join", "left join", "left join", "left join", "right join", "full join", "semi join", "anti join", "cross join", "asof left join", "asof join")
        if kind.startswith("asof"):  # to a table of one row a moment
            alias, relation = self.alias(), self.relations[2]
            right = Place(f"{relation.name} {alias}", [(alias, relation.columns)])
            on = f" on {self.column(left)} >= {alias}.{relation.key}"
        else:
            right = self.table()
            both = Place(f"{left.text} cross join {right.text}", left.scope + right.scope)
            on = "" if kind == "cross join" else f" on {self.equality(left, right) if self.chance(0.6) else self.condition(both, 1)}"
        kept = [] if kind in ("semi join", "anti join") else right.scope
        place = Place(f"{left.text} {kind} {right.text}{on}", left.scope + kept)
        if on:
            self.probe(place)
        return place

    def equality(self, left, right):
        alias, columns = right.scope[0]
        shared = [(one, name) for one, names in left.scope for name in names if name in columns]
        if shared and self.chance(0.7):
            one, name = self.random.choice(shared)
            return f"{one}.{name} = {alias}.{name}"
        return f"{self.column(left)} = {alias}.{self.random.choice(columns)}"

    def where(self, place, chance=0.5):
        if not self.chance(chance):
            return ""
        where = f" where {self.condition(place)}"
        self.probe(place, where)
        return where

    def items(self, expressions):
        names = [f"c{i}" for i in range(len(expressions))]
        return ", ".join(f"{e} as {n}" for e, n in zip(expressions, names)), names

    # -------------------------------------------------- aggregates and windows

    def aggregate(self, place):
        form = self.one("count(*)::int4", "count({})::int4", "sum({})::int4", "min({})", "max({})", "count(distinct {})::int4",
                        "array_agg({0} order by {1})[1]", "array_agg({0} order by {2})[1]")  # fmt: skip
        name = self.column(place) if self.chance(0.8) else self.value(place, 1)
        if form.startswith("count({"):
            self.probe(place, more=f", ({name} is null)::int4 as told")
        text = form.format(name, name, self.order(place) if "{2}" in form else "")
        if self.chance(0.3) and "::int4" in text and "array" not in text:
            text = text.replace("::int4", f" filter (where {self.condition(place, 1)})") + "::int4"
        return text

    def key_order(self, place):
        """An order that a key alone decides, where the place is one table that has one."""
        alias, columns = place.scope[0]
        keys = [relation.key for relation in self.relations if relation.columns == columns and relation.key]
        return f"{alias}.{keys[0]}{self.one('', ' desc')}" if len(place.scope) == 1 and keys else self.order(place)

    def window(self, place):
        partition = f"partition by {self.column(place)} " if self.chance(0.5) else ""
        order = "order by " + (self.key_order(place) if self.chance(0.4) else self.order(place))
        call = self.one("row_number()::int4", "rank()::int4", "count(*)::int4", "sum({})::int4", "sum({})::int4", "lag({})", "first_value({})", "max({})", "ntile(2)::int4")
        call = call.format(self.column(place))
        whole = call.startswith(("sum", "count", "max"))
        frame = self.one("", "", " rows between 1 preceding and current row")
        if whole and self.chance(0.3):
            order = frame = ""
        elif whole and self.chance(0.1):
            alias, relation = self.alias(), self.relations[0]
            chosen = f" where {alias}.{self.random.choice(relation.columns)} > {self.literal()}"
            self.probe(Place(f"{relation.name} {alias}", [(alias, relation.columns)]), chosen)
            frame = f" rows between (select count(*) from {relation.name} {alias}{chosen}) preceding and current row"
        if call.startswith(("ntile", "row_number", "rank")):
            frame = ""
        name, cast, rest = call.partition("::")
        chosen = f" filter (where {self.condition(place, 1)})" if whole and self.chance(0.3) else ""
        return f"({name}{chosen} over ({partition}{order}{frame})){cast}{rest}"
