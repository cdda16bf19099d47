"""The forms of models: each gives a query and the names of its columns."""

from programs import Grant, Model, Place, Relation, Writer
from sources import sources


class Forms(Writer):
    def form(self):
        forms = [self.plain] * 5 + [self.grouped] * 4 + [self.united] * 3 + [self.windowed] * 2 + [self.totals] * 2 + [
            self.distinct, self.qualified, self.limited, self.limited_by, self.first_of_each, self.recursive, self.unnested, self.pivoted,
            self.unpivoted, self.lateral, self.with_cte, self.using, self.of_scalars, self.counted_keys,
            self.flagged, self.left_open]  # fmt: skip
        return self.random.choice(forms)()

    def copies(self, place):
        """Columns as they are, under their own names where these are not taken."""
        items, names = [], []
        for alias, columns in place.scope:
            for name in columns:
                if self.chance(0.6) and name not in names:
                    items.append(f"{alias}.{name}")
                    names.append(name)
        return items, names

    def plain(self):
        place = self.joined()
        items, names = self.copies(place)
        for _ in range(self.random.randint(0 if items else 1, 2)):
            self.count += 1
            items.append(f"{self.value(place)} as v{self.count}")
            names.append(f"v{self.count}")
        return f"select {', '.join(items)} from {place.text}{self.where(place)}", names

    def of_scalars(self):
        place = self.table()
        items, names = self.items([self.column(place), self.scalar(place, 1), self.scalar(place, 1)])
        return f"select {items} from {place.text}", names

    def flagged(self):
        """What a condition says, as a value."""
        place = self.table()
        relation, alias, within = self.inner(place)
        where = self.inner_where(within, 1) if self.chance(0.4) else ""
        told = self.one(f"{self.column(place)} in (select {alias}.{self.random.choice(relation.columns)} from {relation.name} {alias}{where})",
                        f"exists (select 1 from {relation.name} {alias}{self.inner_where(within, 1)})", self.is_null(place))  # fmt: skip
        items, names = self.items([self.column(place), f"({told})::int4"])
        return f"select {items} from {place.text}", names

    def left_open(self):
        """An order that leaves rows open, of a table whose rows lie as a secret says: see `lying`."""
        lying = [relation for relation in self.relations if relation.columns[-1] == "w0"]
        relation, alias = self.random.choice(lying or self.relations), self.alias()
        place = Place(f"{relation.name} {alias}", [(alias, relation.columns)])
        self.open = True
        first, group, shown = (f"{alias}.{self.random.choice(relation.columns[:-1] or relation.columns)}" for _ in range(3))
        rest = self.one(f" order by {first} limit {self.one(1, 2)}", "", "")
        if rest:
            self.probe(place, rest)
            return f"select {shown} as c0 from {place.text}{rest}", ["c0"]
        if self.chance(0.3):
            return self.own_result(f"select distinct on ({group}) {shown} as c0 from {place.text} order by {group}", ["c0"])
        if self.chance(0.5):
            self.probes.append((f"select {group} as q0 from {place.text} group by 1", 1))
            return f"select array_agg({shown} order by {first})[1] as c0 from {place.text} group by {group}", ["c0"]
        call = self.one("row_number()::int4", f"first_value({shown})", f"lag({shown})", f"sum({shown})::int4")
        name, cast, rest = call.partition("::")
        frame = " rows between 1 preceding and current row" if name.startswith("sum") else ""
        return f"select {shown} as c0, ({name} over (order by {first}{frame})){cast}{rest} as c1 from {place.text}", ["c0", "c1"]

    def lying(self):
        """All of a table in an order of its own: the window's."""
        relation, alias = self.random.choice(self.relations[:2]), self.alias()
        items = ", ".join(f"{alias}.{name}" for name in relation.columns)
        self.open = True
        return (f"select {items}, (row_number() over (order by {alias}.{self.random.choice(relation.columns)}, {alias}.{relation.key}))::int4 as w0 "
                f"from {relation.name} {alias}"), [*relation.columns, "w0"]  # fmt: skip

    def grouped(self):
        place = self.joined()
        keys = [self.column(place) if self.chance(0.8) else self.value(place, 1) for _ in range(self.random.randint(1, 2))]
        where = self.where(place)
        items, names = self.items(keys + [self.aggregate(place) for _ in range(self.random.randint(1, 2))])
        ordinals = ", ".join(str(i + 1) for i in range(len(keys)))
        groups = ", ".join(f"{key} as q{i}" for i, key in enumerate(keys))
        self.probes.append((f"select {groups} from {place.text}{where} group by {ordinals}", len(keys)))
        having = f" having {self.aggregate(place)} {self.one('>', '=', '<')} {self.literal()}" if self.chance(0.3) else ""
        if having:
            self.probes.append((f"select {items.replace(' as c', ' as q')} from {place.text}{where} group by {ordinals}{having}", len(names)))
        return f"select {items} from {place.text}{where} group by {ordinals}{having}", names

    def counted_keys(self):
        """Groups of a key: nothing but the key tells them apart."""
        relation, alias = self.relations[0], self.alias()
        place = self.join(Place(f"{relation.name} {alias}", [(alias, relation.columns)]))
        items, names = self.items([f"{alias}.{relation.key}", self.aggregate(place)])
        self.probes.append((f"select {alias}.{relation.key} as q0 from {place.text} group by 1", 1))
        return f"select {items} from {place.text} group by 1", names

    def totals(self):
        place = self.joined()
        items, names = self.items([self.aggregate(place) for _ in range(self.random.randint(1, 3))])
        return f"select {items} from {place.text}{self.where(place)}", names

    def own_result(self, query, names):
        """Of a choice by all that it gives: its result is its probe."""
        self.probes.append((f"select {', '.join(f'own.{name} as q{i}' for i, name in enumerate(names))} from ({query}) own", len(names)))
        return query, names

    def distinct(self):
        place = self.joined()
        items, names = self.items([self.column(place) for _ in range(self.random.randint(1, 3))])
        return self.own_result(f"select distinct {items} from {place.text}{self.where(place)}", names)

    def side(self, width):
        place = self.joined() if self.chance(0.5) else self.table()
        items, names = self.items([self.column(place) if self.chance(0.8) else self.literal() for _ in range(width)])
        return f"select {items} from {place.text}{self.where(place, 0.4)}", names

    def united(self):
        width = self.one(1, 1, 2)
        left, names = self.side(width)
        right, _ = self.side(width)
        return self.own_result(f"{left} {self.one('union all', 'union all', 'union', 'intersect', 'except', 'except')} {right}", names)

    def windowed(self):
        place = self.joined()
        items, names = self.items([self.column(place), self.window(place)])
        return f"select {items} from {place.text}{self.where(place)}", names

    def qualified(self):
        place = self.joined()
        items, names = self.items([self.column(place) for _ in range(2)])
        rest = f"{self.where(place)} qualify {self.window(place)} {self.one('=', '<=')} 1"
        self.probe(place, rest)
        return f"select {items} from {place.text}{rest}", names

    def limited(self):
        place = self.joined()
        items, names = self.items([self.column(place) for _ in range(2)])
        rest = f"{self.where(place)} order by {self.order(place)} limit {self.random.randint(1, 2)}"
        self.probe(place, rest)
        return f"select {items} from {place.text}{rest}", names

    def limited_by(self):
        place, relation, alias = self.table(), self.relation(), self.alias()
        own = Place(f"{relation.name} {alias}", [(alias, relation.columns)])
        items, names = self.items([self.column(place)])
        counted = self.column(own)
        self.probe(own, more=f", ({counted} is null)::int4 as told")
        rest = f" order by {self.order(place)} {self.one('limit', 'limit', 'offset')} (select {self.one('count({})', 'greatest(max({}), 0)').format(counted)} from {own.text}{self.where(own)})"
        self.probe(place, rest)
        return f"select {items} from {place.text}{rest}", names

    def first_of_each(self):
        place = self.joined()
        key = self.column(place)
        items, names = self.items([self.column(place), self.column(place)])
        order = f" order by {key + ', ' if self.chance(0.6) else ''}{self.key_order(place) if self.chance(0.4) else self.order(place)}"
        where = self.where(place)
        every = ", ".join(f"{name} as q{i}" for i, name in enumerate(place.all()))
        self.probes.append((f"select distinct on ({key}) {every} from {place.text}{where}{order}", len(place.all())))
        return f"select distinct on ({key}) {items} from {place.text}{where}{order}", names

    def recursive(self):
        start, step, again = self.table(), self.alias(), self.table()
        both = Place(f"{again.text} cross join (select {self.column(start)} as c0 from {start.text}) {step}", again.scope + [(step, ["c0"])])
        base = f"select {self.column(start)} as c0 from {start.text}{self.where(start, 0.3)}"
        kept = len(self.probes)
        on = self.condition(both, 1)
        del self.probes[kept:]  # a step lowers nothing
        return (f"with recursive {step} as ({base} union select {self.column(again)} from {step} "
                f"join {again.text} on {on}) select {step}.c0 from {step}"), ["c0"]  # fmt: skip

    def unnested(self):
        place, item = self.table(), self.alias()
        array = f"[{self.column(place)}, {self.value(place, 1)}]" if self.chance(0.5) else f"case when {self.condition(place, 1)} then [1, 2] else [1] end"
        if self.chance(0.3):
            array = f"range(0, greatest(0, {self.column(place)}))"
            return f"select {self.column(place)} as c0, {item}.e::int4 as c1 from {place.text}, {array} as {item}(e)", ["c0", "c1"]
        return f"select {self.column(place)} as c0, {item}.e as c1 from {place.text}, unnest({array}) as {item}(e)", ["c0", "c1"]

    def pivoted(self):
        relation = self.relation()
        if len(relation.columns) < 3:
            return self.plain()
        group, asked, summed = self.random.sample(relation.columns, 3)
        alias, pivot = self.alias(), self.alias()
        inner = f"(select {alias}.{group} as g, {alias}.{asked} as asked, {alias}.{summed} as summed from {relation.name} {alias}{self.where(Place(f'{relation.name} {alias}', [(alias, relation.columns)]), 0.3)})"
        query = f"select {pivot}.g, {pivot}.one::int4 as one, {pivot}.two::int4 as two from {inner} pivot (sum(summed) for asked in (1 as one, 2 as two)) as {pivot}"
        self.probes.append((f"select {pivot}.g as q0 from {inner} pivot (sum(summed) for asked in (1 as one, 2 as two)) as {pivot}", 1))
        return query, ["g", "one", "two"]

    def unpivoted(self):
        relation = self.relation()
        if len(relation.columns) < 2:
            return self.plain()
        a, b = self.random.sample(relation.columns, 2)
        alias = self.alias()
        return self.own_result(f"select w, (n = 'a1')::int4 as c1 from (select {alias}.{a} as a1, {alias}.{b} as b1 from {relation.name} {alias}) unpivot {self.one('', 'include nulls ')}(w for n in (a1, b1))", ["w", "c1"])

    def lateral(self):
        place = self.table()
        relation, alias, within = self.inner(place)
        sub = self.alias()
        query = f"select {alias}.{self.random.choice(relation.columns)} as l from {relation.name} {alias}{self.inner_where(within, 1)}"
        if self.chance(0.4):
            query += f" order by {', '.join(f'{alias}.{name}' for name in relation.columns)} limit 1"
            self.probe(Place(f"{place.text} cross join lateral ({query}) {sub}", place.scope + [(sub, ["l"])]))
        return f"select {self.column(place)} as c0, {sub}.l as c1 from {place.text} cross join lateral ({query}) {sub}", ["c0", "c1"]

    def using(self):
        """A column that two tables have, merged."""
        left, right = self.table(), self.table()
        (one, names), (other, others) = left.scope[0], right.scope[0]
        shared = [name for name in names if name in others]
        if not shared or self.chance(0.3):
            name = "w0"
            left_text = f"(select {one}.{self.random.choice(names)} as w0 from {left.text}) {one}"
            right_text = f"(select {other}.{self.random.choice(others)} as w0 from {right.text}) {other}"
        else:
            name, left_text, right_text = self.random.choice(shared), left.text, right.text
        kind = self.one("full join", "full join", "left join", "join", "right join")
        query = f"select {name} as c0 from {left_text} {kind} {right_text} using ({name})"
        return self.own_result(query, ["c0"])

    def with_cte(self):
        name = self.alias()
        query, columns = self.one(self.plain, self.grouped, self.united)()
        before = len(self.probes)
        self.relations.append(Relation(name, columns))
        outer, names = self.one(self.plain, self.grouped)()
        self.relations.pop()
        if name not in outer:
            return outer, names
        self.probes[before:] = [(f"with {name} as ({query}) {probe}", count) for probe, count in self.probes[before:]]
        return f"with {name} as ({query}) {outer}", names

    # --------------------------------------------- what gov emits nothing for

    def native(self, name):
        relation, alias = self.relation(), self.alias()
        column, other = self.random.choice(relation.columns), self.random.choice(relation.columns)
        query = f"select {alias}.{column} as c0 from {relation.name} {alias} where {alias}.{other} {self.one('>', '<', '=')} {self.literal()}"
        self.probe(Place(f"{relation.name} {alias}", [(alias, relation.columns)]))
        return Model(name, f"$$ {query} $$ reads ({relation.name})", ["c0"], [], query, " (c0 int4) as native duckdb ")

    def unpacked(self, name, log):
        head = " (\n  lid int4, e int4 path '$'\n) unpacking "
        sql = f"select lid, e from {log.name}, unnest(payload) as u(e)"
        return Model(name, f"{log.name}.payload each '[*]'", ["lid", "e"], [(f"select u.lid as q0 from {name} u", 1)], sql, head)


class Program:
    """`open`: rows of sources must come in the same order in every state, for an order was left open. What lowered.py adds: `said`,
    statements about models, [(model, text)]; `kinds` of what was added; models that are `kept` from run to run, that
    read what is `remembered`, and that are `endorsed`."""

    roles, runs = 7, 1

    def __init__(self, given, models, grants, open_order):
        self.sources, self.models, self.grants, self.open = given, models, grants, open_order
        self.said, self.kinds, self.kept, self.endorsed, self.remembered = [], set(), set(), set(), set()


def program(random, prefix, roles):
    """Sources, and models in order; grants to roles 0 … roles - 1."""
    given = sources(random, prefix)
    relations = [Relation(one.name, [name for name in one.columns if name != "payload"], one.key) for one in given]
    writer = Forms(random, relations)
    models = []
    for i in range(random.randint(3, 6)):
        name = f"m.{prefix}_m{i}"
        writer.probes = []
        if given[-1].payload and random.random() < 0.4:
            model = writer.unpacked(name, given[-1])
        elif random.random() < 0.03:
            model = writer.native(name)
        else:
            query, columns = writer.lying() if i == 0 and random.random() < 0.15 else writer.form()
            model = Model(name, query, columns, writer.probes)
        models.append(model)
        relations.append(Relation(name, model.columns))
    grants = []
    for model in models:
        if random.random() < 0.5:
            role = random.randrange(roles)
            grants.append(Grant(model, role, (random.choice(model.columns), random.choice("=<>"), random.randrange(5))))
    return Program(given, models, grants, writer.open)
