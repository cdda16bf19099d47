"""What some programs have beside their models: ways down (masks, releases, endorsements), and models that keep rows of earlier
runs. Whoever draws them draws the rest of the program as if they were not there."""

from programs import Grant, Model
from sources import crowd

MASKS = """mask token(value text) returns text to pseudonym as hmac_sha256(value, secret('K'));
mask first(value text) returns text to partial as left(value, 1);
mask gone(value text) returns text to none as case when true then 'x' end;
"""
SECRET = "the key of the tokens"
TO_NOTHING = ("null", "gone")  # masks of which a reader learns nothing
BECAUSE = "\n  because 'it was looked through' approved by team on date '2026-01-01' until date '2099-01-01';\n"
AGGREGATE, PARTIAL, PSEUDONYM = 7, 8, 6  # of compare.CLEARANCES

class More:
    """Adds to a program. `counts`: how many of each kind."""

    def __init__(self, random, program, prefix):
        self.random, self.program, self.prefix, self.count = random, program, prefix, 0

    def model(self, items, place, scope, group="", head=""):
        """A model of a place (what stands behind FROM) with its columns by alias, {alias: names}; its choices of rows have probes."""
        self.count += 1
        columns = [f"c{i}" for i in range(len(items))]
        shown = ", ".join(f"{item} as {name}" for item, name in zip(items, columns))
        everything = [f"{alias}.{name}" for alias, names in scope.items() for name in names]
        probes = [everything] + ([[group]] if group else [])
        grouped = f" group by {group}" if group else ""
        texts = [f"select {', '.join(f'{one} as q{i}' for i, one in enumerate(of))} from {place}" for of in probes]
        if grouped:
            texts[1] += grouped
        model = Model(f"m.{self.prefix}_k{self.count}", f"select {shown} from {place}{grouped}", columns, [(text, len(of)) for text, of in zip(texts, probes)], head=head)
        self.program.models.append(model)
        return model

    def own(self, model):
        """A probe of what a model gives."""
        model.probes.append((f"select {', '.join(f'own.{name} as q{i}' for i, name in enumerate(model.columns))} from {model.name} own", len(model.columns)))

    def reads(self, model, items, where=""):
        """A model of another one, as `b`."""
        return self.model(items, f"{model.name} b{where}", {"b": model.columns})

    def said(self, kind, model=None, text=""):
        self.program.kinds.add(kind)
        if text:
            self.program.said.append((model.name, text))

    def crowd(self):
        there = [source for source in self.program.sources if source.subject]
        if not there:
            self.program.sources.append(crowd(self.prefix))
        return self.program.sources[-1] if not there else there[0]

    def numbers(self):
        return self.program.sources[2].name

    # ------------------------------------------------------------- ways down

    def released(self):
        """Groups of the crowd, to who is cleared for totals; and what is built of the same table, which is released to nobody."""
        source, where = self.crowd(), self.random.choice(["", " where r.g = 0"])
        total = self.random.choice(["sum(r.s)", "avg(r.s)", "count(r.s)"])
        model = self.model(["r.g", "count(*)", total], f"{source.name} r{where}", {"r": source.columns}, group="r.g")
        if total.startswith("count"):
            model.probes.append((f"select r.id as q0, r.g as q1, r.n as q2, (r.s is null)::int4 as told from {source.name} r{where}", 4))
        self.said("releases", model, f"release {model.name} (p) to aggregate when at least 10 distinct id{BECAUSE}")
        self.program.grants.append(Grant(model, AGGREGATE, hiding=False))
        value = self.random.choice(["b.c2", "case when b.c2 > 3 then 1 end", "b.c1"])
        self.reads(model, ["b.c0", value], self.random.choice(["", " where b.c2 > 2", " where b.c1 > 9"]))

    def masked(self):
        """A text, to roles that may not know it."""
        source, key, scope = self.crowd(), self.random.choice(["r.id", "r.g"]), {}
        tail = self.random.choice(["", " where r.g = 0", " where r.s > 1", f" join {self.numbers()} k on k.k = r.g", f" left join {self.numbers()} k on k.k = r.s"])
        if "join" in tail:
            scope["k"] = ["k", "w"]
        model = self.model([key, "r.n", "r.s"], f"{source.name} r{tail}", {"r": source.columns, **scope})
        for role, mask in ((0, "gone"), (0, "null"), (PARTIAL, "first"), (PSEUDONYM, "token"), (4, "gone"), (3, "gone"), (AGGREGATE, "null")):
            if self.random.random() < 0.5 and not any(grant.model is model and grant.role == role for grant in self.program.grants):
                self.program.grants.append(Grant(model, role, masks={"c1": mask}))
                self.said(f"masks with {mask}")

    def nulled(self):
        """Any column of any model, masked with nothing."""
        model = self.random.choice(self.program.models)
        role = self.random.randrange(PSEUDONYM)
        if not any(grant.model is model and grant.role == role for grant in self.program.grants):
            self.program.grants.append(Grant(model, role, masks={self.random.choice(model.columns): "null"}))
            self.said("masks with null")

    def endorsed(self):
        """A model of which less is told than can be followed, by what is said of it; and one that is built of it."""
        model, tag = self.random.choice(self.program.models), self.random.choice("pq")
        if model.head or model.sql or any(name == model.name for name, _ in self.program.said):
            return
        self.said("endorsements", model, f"endorse {model.name} ({tag}) to {self.random.choice(['none', 'none', 'pseudonym'])}{BECAUSE}")
        self.own(model)
        self.program.endorsed.add(model.name)
        scope = {"e": model.columns, "k": ["k", "w"]}
        place = f"{model.name} e join {self.numbers()} k on k.k = e.{self.random.choice(model.columns)}"
        self.model([f"e.{self.random.choice(model.columns)}"], place, scope)

    # ------------------------------------------------------------------ kept

    def kept(self):
        """Rows by key, those of earlier runs too; and what is built of it."""
        told = lambda source: 5 if source.columns[source.key][0] and not source.columns[source.key][1] else 1  # noqa: E731: by a secret
        source = self.random.choices(self.program.sources[:3], list(map(told, self.program.sources[:3])))[0]
        where = f" where r.{self.random.choice(list(source.columns))} {self.random.choice(['>', '<', '=', '<>'])} {self.random.randrange(5)}" if self.random.random() < 0.6 else ""
        group, value, by = "", f"r.{self.random.choice(list(source.columns))}", f"r.{source.key}"
        if self.random.random() < 0.3:
            group = by = "r." + self.random.choice([name for name, (_, _, nullable) in source.columns.items() if not nullable])
            value = f"max({value})"
        model = self.model([by, value], f"{source.name} r{where}", {"r": source.columns}, group, " (c0 key, ...) stored as table built by key as\n")
        self.own(model)
        self.said("models built by key")
        self.program.kept.add(model.name)
        self.program.runs = 2
        items = self.random.choice([["b.c0", "b.c1"], ["b.c1", "(b.c0 > 2)::int4"], ["count(*)::int4", "max(b.c1)"]])
        self.reads(model, items, self.random.choice(["", " where b.c1 > 1", " where b.c0 < 3"]))


    def remembered(self):
        """Of all versions of a source's rows."""
        source = self.random.choice(self.program.sources[:3])
        source.history = True
        names, place = list(source.columns), f"history({source.name}) h"
        items = self.random.choice([[f"h.{self.random.choice(names)}"], ["count(*)::int4"], [f"h.{self.random.choice(names)}", "(h.known_to is null)::int4"],
                                    ["h.known_from"], [f"max(h.{self.random.choice(names)})", "count(h.known_to)::int4"]])  # fmt: skip
        if self.random.random() < 0.3:
            place += f" where h.{self.random.choice(names)} {self.random.choice(['>', '<', '='])} {self.random.randrange(5)}"
        model = self.model(items, place, {"h": names}, head=" stored as view as\n")
        model.probes.append((f"select {', '.join(f'h.{name} as q{i}' for i, name in enumerate(names))}, (h.known_to is null)::int4 as told from history({source.name}) h", len(names) + 1))
        self.said("histories")
        self.program.remembered.add(model.name)
        self.program.runs = 2


def extend(random, program, prefix):
    """Adds to about every third program."""
    if random.random() > 0.35:
        return
    more = More(random, program, prefix)
    program.roles = PARTIAL + 1
    for _ in range(random.randint(1, 3)):
        random.choice([more.released, more.masked, more.nulled, more.endorsed, more.kept, more.remembered])()
