"""Random programs with labels: sources of few rows over few values, and models of every form that has a rule of flow.

A program is text; what it means is gov's to say. All columns are whole numbers, so that every expression fits every place;
values are 0 to 4 and null, so that equal ones meet often.
"""

VALUES = range(5)


class Source:
    def __init__(self, name, columns, key, references=None, presence=None, quarantine=False):
        self.name, self.columns, self.key, self.references = name, columns, key, references
        self.presence, self.quarantine = presence, quarantine

    def text(self):
        lines = []
        for name, (tag, as_key, nullable) in self.columns.items():
            words = [name, "int4"]
            if name == self.key:
                words.append("key")
            elif not nullable:
                words.append("not null")
            if self.references and name == self.references[0]:
                words.append(f"references {self.references[1]} (id)")
            if tag:
                words.append(f"tag {tag}" + (" as key" if as_key else ""))
            lines.append(" ".join(words))
        text = f"source {self.name} (\n  " + ",\n  ".join(lines) + "\n) otherwise public"
        if self.presence:
            text += f"\n  presence {self.presence}"
        return text + f"\n  from csv '{self.name}.csv';\n"


def sources(random, prefix):
    """People, what they ordered, a table of numbers that everybody knows, and one with what is left."""
    tag = lambda *odds: random.choice(odds)  # noqa: E731
    people = Source(f"raw.{prefix}_people", {
        "id": ("p", True, False) if random.random() < 0.7 else (None, False, False),
        "s": ("p", False, random.random() < 0.5),
        "t": (tag("q", "p", None), False, True),
        "a": (None, False, random.random() < 0.5),
    }, "id", presence=random.choice([None, None, None, None, "q"]))  # fmt: skip
    orders = Source(f"raw.{prefix}_orders", {
        "oid": (None, False, False),
        "id": people.columns["id"],
        "x": (tag("p", "q", None, None), False, True),
        "y": (None, False, False),
    }, "oid", references=("id", people.name))  # fmt: skip
    numbers = Source(f"raw.{prefix}_numbers", {"k": (None, False, False), "w": (None, False, True)}, "k")
    return [people, orders, numbers]


class Relation:
    def __init__(self, name, columns):
        self.name, self.columns = name, columns


class Writer:
    """Writes the queries of one program. A scope is a list of (alias, columns)."""

    def __init__(self, random, relations):
        self.random, self.relations, self.count = random, relations, 0

    def alias(self):
        self.count += 1
        return f"r{self.count}"

    def one(self, *choices):
        return self.random.choice(choices)

    def chance(self, part):
        return self.random.random() < part

    def literal(self):
        return str(self.random.choice(VALUES))

    def column(self, scope):
        alias, columns = self.random.choice(scope)
        return f"{alias}.{self.random.choice(columns)}"

    def relation(self):
        weights = [1 + i for i in range(len(self.relations))]
        return self.random.choices(self.relations, weights)[0]

    # ------------------------------------------------------------ expressions

    def value(self, scope, depth=2):
        if depth <= 0 or self.chance(0.45):
            return self.column(scope) if self.chance(0.85) else self.literal()
        form = self.random.randrange(7)
        if form == 0:
            return f"({self.value(scope, depth - 1)} {self.one('+', '-', '*')} {self.value(scope, depth - 1)})"
        if form == 1:
            return f"case when {self.condition(scope, depth - 1)} then {self.value(scope, depth - 1)} else {self.value(scope, depth - 1)} end"
        if form == 2:
            return f"coalesce({self.value(scope, depth - 1)}, {self.value(scope, depth - 1)})"
        if form == 3:
            return f"case when {self.condition(scope, depth - 1)} then 1 end"
        if form == 4:
            return self.scalar(scope, depth - 1)
        if form == 5:
            return f"nullif({self.value(scope, depth - 1)}, {self.value(scope, depth - 1)})"
        return f"greatest({self.value(scope, depth - 1)}, {self.value(scope, depth - 1)})"

    def scalar(self, scope, depth):
        relation, alias = self.relation(), self.alias()
        inner = [(alias, relation.columns)]
        aggregate = self.one("max({})", "min({})", "sum({})::int4", "count({})::int4").format(self.column(inner))
        where = f" where {self.condition(inner + scope, depth)}" if self.chance(0.7) else ""
        return f"(select {aggregate} from {relation.name} {alias}{where})"

    def condition(self, scope, depth=2):
        form = self.random.randrange(9)
        if form <= 2 or depth <= 0:
            right = self.column(scope) if self.chance(0.4) else self.literal()
            return f"{self.column(scope)} {self.one('=', '=', '<>', '<', '<=', '>')} {right}"
        if form == 3:
            return f"{self.column(scope)} is {self.one('', 'not ')}null"
        if form == 4:
            return f"{self.column(scope)} in ({self.literal()}, {self.literal()})"
        if form == 5:
            relation, alias = self.relation(), self.alias()
            where = f" where {self.condition([(alias, relation.columns)] + scope, depth - 1)}" if self.chance(0.5) else ""
            return f"{self.column(scope)} in (select {alias}.{self.random.choice(relation.columns)} from {relation.name} {alias}{where})"
        if form == 6:
            relation, alias = self.relation(), self.alias()
            return (f"{self.one('', 'not ')}exists (select 1 from {relation.name} {alias} "
                    f"where {self.condition([(alias, relation.columns)] + scope, depth - 1)})")  # fmt: skip
        if form == 7:
            return f"({self.condition(scope, depth - 1)} {self.one('and', 'or')} {self.condition(scope, depth - 1)})"
        return f"not ({self.condition(scope, depth - 1)})"

    def order(self, scope, least=1):
        """Some columns, and then all others: rows that are equal in all of them may come in any order."""
        every = [f"{alias}.{name}" for alias, columns in scope for name in columns]
        first = [self.column(scope) + self.one("", " desc") for _ in range(self.random.randint(least, 2))]
        return ", ".join(first + [name for name in every if name not in first])

    # -------------------------------------------------------------------- FROM

    def table(self, scope):
        relation, alias = self.relation(), self.alias()
        scope.append((alias, relation.columns))
        return f"{relation.name} {alias}"

    def joined(self):
        scope = []
        text = self.table(scope)
        for _ in range(self.random.choices([0, 1, 2], [4, 5, 1])[0]):
            kind = self.one("join", "join", "left join", "left join", "right join", "full join", "semi join", "anti join", "cross join", "asof left join", "asof join")
            before = list(scope)
            if kind.startswith("asof"):  # to a table of one row a moment
                numbers = self.relations[2]
                scope.append((self.alias(), numbers.columns))
                alias = scope[-1][0]
                text += f" {kind} {numbers.name} {alias} on {self.column(before)} >= {alias}.k"
                continue
            right = self.table(scope)
            if kind == "cross join":
                text += f" cross join {right}"
                continue
            alias, columns = scope[-1]
            if self.chance(0.6):
                text += f" {kind} {right} on {self.equality(before, alias, columns)}"
            else:
                text += f" {kind} {right} on {self.condition(scope, 1)}"
            if kind in ("semi join", "anti join"):
                scope.pop()
        return text, scope

    def equality(self, before, alias, columns):
        shared = [(left, name) for left, names in before for name in names if name in columns]
        if shared and self.chance(0.7):
            left, name = self.random.choice(shared)
            return f"{left}.{name} = {alias}.{name}"
        return f"{self.column(before)} = {alias}.{self.random.choice(columns)}"

    def where(self, scope):
        return f" where {self.condition(scope)}" if self.chance(0.5) else ""

    # ------------------------------------------------------------------ models

    def model(self):
        """A query and the names of its columns."""
        forms = [self.plain] * 5 + [self.grouped] * 4 + [self.distinct, self.united, self.united, self.windowed, self.windowed, self.qualified,
                                                         self.limited, self.first_of_each, self.recursive, self.unnested, self.pivoted,
                                                         self.unpivoted, self.lateral, self.totals, self.with_cte]
        return self.random.choice(forms)()

    def items(self, expressions):
        names = [f"c{i}" for i in range(len(expressions))]
        return ", ".join(f"{e} as {n}" for e, n in zip(expressions, names)), names

    def copies(self, scope):
        """Columns as they are, under their own names where these are not taken."""
        items, names = [], []
        for alias, columns in scope:
            for name in columns:
                if self.chance(0.6) and name not in names:
                    items.append(f"{alias}.{name}")
                    names.append(name)
        return items, names

    def plain(self):
        text, scope = self.joined()
        items, names = self.copies(scope)
        for _ in range(self.random.randint(0 if items else 1, 2)):
            self.count += 1
            items.append(f"{self.value(scope)} as v{self.count}")
            names.append(f"v{self.count}")
        return f"select {', '.join(items)} from {text}{self.where(scope)}", names

    def aggregate(self, scope):
        form = self.one("count(*)::int4", "count({})::int4", "sum({})::int4", "min({})", "max({})", "count(distinct {})::int4", "array_agg({0} order by {0})[1]")
        text = form.format(self.column(scope) if self.chance(0.8) else self.value(scope, 1))
        if self.chance(0.25) and "::int4" in text and "array" not in text:
            text = text.replace("::int4", f" filter (where {self.condition(scope, 1)})") + "::int4"
        return text

    def grouped(self):
        text, scope = self.joined()
        keys = [self.column(scope) if self.chance(0.8) else self.value(scope, 1) for _ in range(self.random.randint(1, 2))]
        where = self.where(scope)
        items, names = self.items(keys + [self.aggregate(scope) for _ in range(self.random.randint(1, 2))])
        having = f" having {self.aggregate(scope)} {self.one('>', '=', '<')} {self.literal()}" if self.chance(0.3) else ""
        ordinals = ", ".join(str(i + 1) for i in range(len(keys)))
        return f"select {items} from {text}{where} group by {ordinals}{having}", names

    def totals(self):
        text, scope = self.joined()
        items, names = self.items([self.aggregate(scope) for _ in range(self.random.randint(1, 3))])
        return f"select {items} from {text}{self.where(scope)}", names

    def distinct(self):
        text, scope = self.joined()
        items, names = self.items([self.column(scope) for _ in range(self.random.randint(1, 3))])
        return f"select distinct {items} from {text}{self.where(scope)}", names

    def side(self, width):
        text, scope = self.joined()
        items, names = self.items([self.column(scope) if self.chance(0.8) else self.literal() for _ in range(width)])
        return f"select {items} from {text}{self.where(scope)}", names

    def united(self):
        width = self.random.randint(1, 2)
        left, names = self.side(width)
        right, _ = self.side(width)
        return f"{left} {self.one('union all', 'union', 'intersect', 'except', 'except')} {right}", names

    def window(self, scope):
        partition = f"partition by {self.column(scope)} " if self.chance(0.5) else ""
        order = "order by " + self.order(scope)
        call = self.one("row_number()::int4", "rank()::int4", "count(*)::int4", "sum({})::int4", "lag({})", "first_value({})", "max({})", "ntile(2)::int4")
        call = call.format(self.column(scope))
        over = f"over ({partition}{order}{self.one('', '', ' rows between 1 preceding and current row')})"
        name, cast, rest = call.partition("::")
        if "ntile" in call or "row_number" in call or "rank" in call:
            over = f"over ({partition}{order})"
        return f"({name} {over}){cast}{rest}"

    def windowed(self):
        text, scope = self.joined()
        items, names = self.items([self.column(scope), self.window(scope)])
        return f"select {items} from {text}{self.where(scope)}", names

    def qualified(self):
        text, scope = self.joined()
        items, names = self.items([self.column(scope) for _ in range(2)])
        return f"select {items} from {text}{self.where(scope)} qualify {self.window(scope)} {self.one('=', '<=')} 1", names

    def limited(self):
        text, scope = self.joined()
        items, names = self.items([self.column(scope) for _ in range(2)])
        return f"select {items} from {text}{self.where(scope)} order by {self.order(scope)} limit {self.random.randint(1, 2)}", names

    def first_of_each(self):
        text, scope = self.joined()
        key = self.column(scope)
        items, names = self.items([self.column(scope), self.column(scope)])
        return f"select distinct on ({key}) {items} from {text}{self.where(scope)} order by {key}, {self.order(scope)}", names

    def recursive(self):
        relation, alias, step, other = self.relation(), self.alias(), self.alias(), self.relation()
        again = self.alias()
        start = f"select {self.column([(alias, relation.columns)])} as c0 from {relation.name} {alias}"
        scope = [(step, ["c0"]), (again, other.columns)]
        return (f"with recursive {step} as ({start} union select {self.column([(again, other.columns)])} from {step} "
                f"join {other.name} {again} on {self.condition(scope, 1)}) select c0 from {step}"), ["c0"]  # fmt: skip

    def unnested(self):
        relation, alias, item = self.relation(), self.alias(), self.alias()
        scope = [(alias, relation.columns)]
        array = f"[{self.column(scope)}, {self.value(scope, 1)}]" if self.chance(0.5) else f"case when {self.condition(scope, 1)} then [1, 2] else [1] end"
        return f"select {self.column(scope)} as c0, {item}.e as c1 from {relation.name} {alias}, unnest({array}) as {item}(e)", ["c0", "c1"]

    def pivoted(self):
        relation = self.relation()
        if len(relation.columns) < 3:
            return self.plain()
        group, asked, summed = self.random.sample(relation.columns, 3)
        alias, pivot = self.alias(), self.alias()
        inner = f"(select {alias}.{group} as g, {alias}.{asked} as asked, {alias}.{summed} as summed from {relation.name} {alias})"
        return f"select {pivot}.g, {pivot}.one::int4 as one, {pivot}.two::int4 as two from {inner} pivot (sum(summed) for asked in (1 as one, 2 as two)) as {pivot}", ["g", "one", "two"]

    def unpivoted(self):
        relation = self.relation()
        if len(relation.columns) < 2:
            return self.plain()
        a, b = self.random.sample(relation.columns, 2)
        alias = self.alias()
        return f"select w from (select {alias}.{a} as a1, {alias}.{b} as b1 from {relation.name} {alias}) unpivot (w for n in (a1, b1))", ["w"]

    def lateral(self):
        relation, alias, other, inner, sub = self.relation(), self.alias(), self.relation(), self.alias(), self.alias()
        scope = [(inner, other.columns), (alias, relation.columns)]
        query = f"select {self.column([(inner, other.columns)])} as l from {other.name} {inner} where {self.condition(scope, 1)}"
        return f"select {self.column([(alias, relation.columns)])} as c0, {sub}.l as c1 from {relation.name} {alias} cross join lateral ({query}) {sub}", ["c0", "c1"]

    def with_cte(self):
        name = self.alias()
        query, columns = self.one(self.plain, self.grouped, self.united)()
        self.relations.append(Relation(name, columns))
        outer, names = self.one(self.plain, self.grouped)()
        self.relations.pop()
        return f"with {name} as ({query}) {outer}" if name in outer else (outer, names)[0], names


def program(random, prefix):
    """Sources, and (name, query, columns) of models in order."""
    given = sources(random, prefix)
    relations = [Relation(one.name, list(one.columns)) for one in given]
    writer = Writer(random, relations)
    models = []
    for i in range(random.randint(3, 6)):
        query, columns = writer.model()
        name = f"m.{prefix}_m{i}"
        models.append((name, query, columns))
        relations.append(Relation(name, columns))
    return given, models


HEAD = """project flow;
target dev on duckdb (path = 'flow.duckdb');
owner team (name = 'Team');
layer raw owner team;
layer m reads raw owner team stored as table;
tag p 'A category';
tag q 'Another';

"""
