"""Random queries: SELECT and all that it is made of."""

from expressions import COMPARED, WHOLE, Expressions
from scope import Column, Scope, Words
from tables import Tables
from text import Sql, join, optional

ITEM_TYPES = ["int", "int", "text", "text", "decimal", "decimal", "bool", "date", "timestamp", "timestamptz", "int8", "double", "time",
              "uuid", "json", "inexact", "int[]", "text[]"]  # fmt: skip
KEY_TYPES = ["text", "text", "int", "date", "bool", "decimal"]


def quoted(name):
    return name if name.startswith('"') else f'"{name}"'


class Queries(Tables):
    def __init__(self, random, grammar_words, calls):
        self.random, self.words, self.e = random, grammar_words, Expressions(random, calls)
        self.e.queries = self
        self.pick, self.chance = self.e.pick, self.e.chance
        self.ctes = []                   # [(name, columns)] in reach

    # --- where an expression wants a query

    def scalar(self, type, scope, depth):
        """`( query )` of one row and column at most."""
        if depth <= 0 or type not in COMPARED:
            return self.e.leaf(type, scope)
        from_, inner = self.from_(depth - 1, scope)
        if self.chance(0.6):
            rows = Scope(inner.columns)
            rows.tables = inner.tables
            inner = Scope([], None, within=rows)
            item = self.e.calls.aggregate(self.e, type, inner, 1)
            if not (item.parts and isinstance(item.parts[0], Sql)):
                item = Sql("max(", item, ")") if type in COMPARED else self.e.literal(type)
            return Sql("(select ", item, from_, self.where(inner.within, depth - 1), ")", type=type, binds=WHOLE)
        item = self.e.expr(type, inner, depth - 1)
        order = Sql(" order by 1", self.pick("", " desc", " asc nulls first"))
        return Sql("(select ", item, self.pick(" as x", ""), from_, self.where(inner, depth - 1), order, self.pick(" limit 1", " fetch first 1 row only"), ")",
                   type=type, binds=WHOLE)  # fmt: skip

    def parens(self, types, scope, depth):
        """`( query )` of columns of these types, one level down; now and then in two pairs."""
        query, _, _ = self.query(max(depth - 1, 0), types, scope)
        return Sql("((", query, "))") if self.chance(0.1) else Sql("(", query, ")")

    def array(self, type, scope, depth):
        if depth <= 0:
            return self.e.leaf(f"{type}[]", scope)
        from_, inner = self.from_(0, scope)
        item = Column(f"(select {self.e.leaf(type, inner)}{from_})", type)
        return Sql("array(select ", self.e.leaf(type, inner), " as x", from_, " order by 1)", binds=WHOLE) if item else None

    # --- queries

    def query(self, depth, types=None, outer=None, names=None):
        """(text, [(name, type)], whether its order is whole): of columns of these types, if they are given."""
        before, types_free = list(self.ctes), types is None
        types = types or [self.random.choice(ITEM_TYPES) for _ in range(self.pick(1, 2, 3, 4))]
        with_ = self.with_(depth - 1, outer) if depth > 0 and self.chance(0.25) else ""
        body, columns = self.body(depth, types, outer, names)
        if types_free and not outer and not names and self.chance(0.08):
            body, columns = self.stars(depth)
        tail, ordered = self.tail(columns, body) if self.chance(0.3) else (self.pick("", "", "", "", " limit all", " offset 0 rows"), False)
        self.ctes = before
        query = Sql(with_, body, tail)
        return query, columns, ordered

    def body(self, depth, types, outer, names):
        if depth > 0 and self.chance(0.2) and not set(types) & {"json", "inexact", "struct"}:
            return self.set_operation(depth - 1, types, outer, names)
        if self.chance(0.05) and not set(types) & {"inexact", "struct", "json"} and not names:
            return self.values(types, depth, outer)
        if self.chance(0.1):
            body, columns = self.select(depth, types, outer, names)
            return Sql("(", body, ")"), columns
        return self.select(depth, types, outer, names)

    def values(self, types, depth, outer):
        rows = [self.row(types, depth, outer) for _ in range(self.pick(1, 2, 3))]
        return Sql("values ", join(rows)), [(f"column{i + 1}", type) for i, type in enumerate(types)]

    def row(self, types, depth, outer):
        scope = Scope(outer.columns if outer else [])
        return Sql("(", join([self.e.expr(type, scope, 0) for type in types]), ")", without="")

    def set_operation(self, depth, types, outer, names):
        operator = self.pick("union", "union", "intersect", "except") + self.pick("", " all", " distinct")
        by_name = self.chance(0.25)
        left, columns = self.operand(depth, types, outer, names)
        if by_name:
            order = list(range(len(types)))
            self.random.shuffle(order)
            right, _ = self.operand(depth, [types[i] for i in order], outer, [columns[i][0] for i in order])
            operator += " by name"
        else:
            right, _ = self.operand(depth, types, outer, None)
        return Sql(left, f" {operator} ", right), columns

    def operand(self, depth, types, outer, names):
        if self.chance(0.3):
            query, columns, _ = self.query(depth, types, outer, names)
            return Sql("(", query, ")"), columns
        body, columns = self.select(depth, types, outer, names)
        return (Sql("(", body, ")") if self.chance(0.2) else body), columns

    def tail(self, columns, body):
        """ORDER BY and LIMIT. The order is of all columns, so that what is cut off is known."""
        if any(not Column("", type).sorts() for _, type in columns):
            return "", False
        how = lambda: self.pick("", "", " desc", " asc", " nulls first", " desc nulls last", " asc nulls last")  # noqa: E731
        if self.chance(0.4):
            order = Sql(" order by all", how())
        elif self.chance(0.5):
            order = Sql(" order by ", ", ".join(f"{i + 1}{how()}" for i in range(len(columns))))
        else:
            order = Sql(" order by ", ", ".join(f"{quoted(name)}{how()}" for name, _ in columns))
        limit = self.pick(" limit 3", " limit 5", " limit 2 + 2", " fetch first 3 rows only", " fetch next 4 row only", " fetch first row only", " fetch first 3 rows with ties")
        offset = self.pick(" offset 1", " offset 1 row", " offset 2 rows")
        if "ties" in limit:
            return Sql(order, limit), True
        cut = self.pick(limit, limit, limit + offset, offset + limit, offset, " limit all", "")
        return Sql(order, cut), any(character.isdigit() for character in cut)

    def with_(self, depth, outer):
        recursive = self.chance(0.35)
        ctes = []
        for _ in range(self.pick(1, 1, 2)):
            taken = {name for name, _ in self.ctes}
            name = self.words.choose(self.random, "talias", taken)
            doc = f"\n--- About {len(name)}.\n" if self.chance(0.1) else ""
            if doc and self.chance(0.3):
                doc += "--- More.\n"
            how = self.pick("", "", "", "materialized ", "not materialized ")
            if recursive and self.chance(0.7):
                cte, columns = self.recursive(name)
                ctes.append(Sql(doc, cte))
            else:
                query, columns, _ = self.query(depth, None, None)
                names = ""
                if self.chance(0.3):
                    taken_names = set()
                    columns = [(self.words.choose(self.random, "name", taken_names), type) for _, type in columns]
                    names = f" ({', '.join(name for name, _ in columns)})"
                ctes.append(Sql(doc, name, names, f" as {how}(", query, ")"))
            self.ctes.append((name, columns))
        return Sql("with ", "recursive " if recursive else "", join(ctes), " ")

    def recursive(self, name):
        if self.chance(0.5):
            text = self.pick("'r'", "'é'")
            all_ = self.pick(" all", "", " distinct")
            return Sql(f"{name} (n, path) as (select 1, {text} union{all_} select n + 1, path || '/' || n::text from {name} where n < 4)"), [("n", "int"), ("path", "text")]
        root = self.pick("parent is null", "id = 1")
        return (Sql(f"{name} as (select id, code, 0 as depth from raw.tree where {root} union all "
                    f"select t.id, t.code, r.depth + 1 from raw.tree t join {name} r on t.parent = r.id)"),
                [("id", "int"), ("code", "text"), ("depth", "int")])  # fmt: skip

    # --- SELECT

    def select(self, depth, types, outer, names):
        if self.chance(0.03) and depth > 0 and not outer:
            return self.no_from(types, names)
        from_, scope = self.from_(depth, outer)
        shape = self.random.random()
        groupable = not set(types) & {"json", "int[]", "text[]", "struct"}
        if shape < 0.3 and groupable:
            return self.grouped(depth, types, from_, scope, names)
        if shape < 0.36 and not set(types) & {"json", "inexact", "struct"}:
            return self.distinct_on(depth, types, from_, scope, names)
        scope.windows = shape > 0.5 and not scope.ties and not outer
        windows = self.named_windows(scope) if scope.windows and self.chance(0.3) else ""
        comparable = all(Column("", type).sorts() for type in types)
        word = self.pick("select distinct ", "select distinct ", "select all ") if comparable and self.chance(0.2) else "select "
        items, columns = self.items(types, scope, depth, names)
        where = self.where(scope, depth)
        qualify = optional(" qualify ", self.e.expr("bool", scope, 2)) if scope.windows and word != "select distinct " and self.chance(0.15) else ""
        return Sql(word, items, from_, where, windows, qualify), columns

    def stars(self, depth):
        """`*` of a source, with what may stand behind it; a `for` of items."""
        taken = set()
        source, table = self.source(taken, self.pick("raw.items", "raw.lines", "raw.tree", "raw.rates"))
        name = table.name if table.name.count(".") or table.name not in self.words.no_columns else quoted(table.name)
        columns = list(table.columns)
        gone = self.random.sample(columns[1:], 1 if self.chance(0.5) else 2) if self.chance(0.5) else []
        exclude = f" exclude ({', '.join(column for column, _ in gone)})" if len(gone) > 1 else f" exclude {gone[0][0]}" if gone else ""
        kept = [column for column in columns if column not in gone]
        replaced = self.random.sample(kept, min(len(kept), self.pick(0, 1, 2)))
        scope = Scope([column for column in table.reached() if column.sorts()])
        scope.tables = taken
        values = [Sql(self.e.expr(type, scope, 1), f" as {column}") for column, type in replaced if Column("", type).sorts()]
        replace = Sql(" replace (", join(values), ")") if values else ""
        names = {column for column, _ in columns}
        renamed = {column: self.words.choose(self.random, "label", names) for column, _ in kept if self.chance(0.15) and (column, _) not in replaced}
        rename = f" rename ({', '.join(f'{a} as {b}' for a, b in renamed.items())})" if renamed else ""
        columns = [(renamed.get(column, column), type) for column, type in kept]
        more = ""
        if self.chance(0.3):
            (values, written), prefix = self.pick(("steps", (1, 2, 3)), ("(1, 2, 3)", (1, 2, 3)), ("(5, 7)", (5, 7))), self.pick("step", "m")
            more = Sql(f", for k in {values} (", self.e.leaf("int", scope), f" * {{k}} as {prefix}_{{k}})")
        star = self.pick("*", f"{name}.*") if not more else f"{name}.*"
        return Sql("select ", star, exclude, replace, rename, more, " from ", source), columns if not more else columns + [(f"{prefix}_{k}", "int") for k in written]

    def no_from(self, types, names):
        items, columns = self.items(types, Scope([]), 1, names)
        return Sql("select ", items), columns

    def where(self, scope, depth):
        if not self.chance(0.4):
            return ""
        condition = self.e.expr("bool", scope.plain(), min(depth, 2) + 1)
        return optional(" where ", condition)

    def items(self, types, scope, depth, names):
        """Items of these types under names, given or chosen; the last may use the name of one before."""
        taken, items, columns = set(names or ()), [], []
        for i, type in enumerate(types):
            value = self.e.expr(type, scope, min(depth, 2) + 1)
            items.append(self.item(value, names[i] if names else None, taken, columns, type))
        return join(items), columns

    def item(self, value, given, taken, columns, type):
        text = str(value)
        bare = value.binds == WHOLE and not text[-1].isdigit() and not given and self.chance(0.3) and not text.endswith((" w", "over"))
        doc = "\n--- What it is.\n" if self.chance(0.03) else ""
        kind = "slabel" if bare else "label"
        name = given or self.words.choose(self.random, kind, taken)
        columns.append((name, type))
        return Sql(doc, value, f" {name}" if bare else f" as {name}")

    def named_windows(self, scope):
        made, taken = [], set()
        for _ in range(self.pick(1, 2)):
            name = self.words.choose(self.random, "name", taken)
            framed = self.chance(0.3)
            window = self.e.calls.window(self.e, scope, True, framed, 1)
            text = str(window)
            made.append(Sql(name, " as ", window))
            scope.named.append((name, framed and any(unit in text for unit in ("rows ", "range ", "groups "))))
        return Sql(" window ", join(made))

    def distinct_on(self, depth, types, from_, scope, names):
        items, columns = self.items(types, scope, depth, names)
        on = self.key(scope)
        how = lambda: self.pick("", " desc", " nulls first")  # noqa: E731
        order = ", ".join([f"{on}{how()}"] + [written + how() for written in scope.order()])
        body = Sql("(select distinct on (", on, ") ", items, from_, self.where(scope, depth), " order by ", order, ")")
        taken = {name for name, _ in columns} & {str(on), *scope.order()}       # the names of the list come first there
        return (body, columns) if not scope.ties and not taken else self.select(depth, types, scope.outer, names)

    def grouped(self, depth, types, from_, scope, names):
        keys = [self.key(scope) for _ in range(self.pick(0, 1, 1, 2, 2))]
        sets, group, grouping = False, "", None
        where = self.where(scope, depth)
        if keys:
            group, sets = self.group(keys)
        elif self.chance(0.3):
            group = " group by ()"
        columns = [Column(str(key), key.type) for key in keys]
        if sets and columns:
            grouping = Column(f"grouping({', '.join(column.written for column in columns)})", "int8")
        inner = Scope(columns, None, within=scope, windows=not sets and not scope.outer and self.chance(0.3), ties=sets)
        if grouping:
            inner.columns = columns + [grouping]
        if not keys:
            inner.windows = False
        items, made = self.items(types, inner, min(depth, 1), names)
        having = ""
        if self.chance(0.2):
            having = optional(" having ", self.e.expr("bool", Scope(columns, None, within=scope), 2))
        if group == "all":
            # every item that holds no aggregate is a key: only keys and aggregates by themselves are written
            pairs = []
            taken, made = set(names or ()), []
            for i, type in enumerate(types):
                same = [column for column in columns if column.type == type]
                value = Sql(same[0].written, type=type, binds=WHOLE) if same else self.e.calls.aggregate(self.e, type, Scope([], None, within=scope), 1)
                pairs.append(self.item(value, names[i] if names else None, taken, made, type))
            items, group, having = join(pairs), " group by all", ""
        qualify = ""
        if inner.windows and group != " group by all" and self.chance(0.2):
            qualify = optional(" qualify ", self.e.expr("bool", inner, 2))
        return Sql("select ", items, from_, where, group, having, qualify), made

    def key(self, scope):
        type = self.random.choice(KEY_TYPES)
        found = [column for column in scope.columns if column.type == type]
        if found and self.chance(0.7):
            return Sql(self.random.choice(found).written, type=type, binds=WHOLE)
        key = self.e.expr(type, scope.plain(), 1)
        if not any(column.written in str(key) for column in scope.columns) or "(select" in str(key):
            column = next((column for column in scope.columns if column.sorts()), None)    # a constant is no key
            if column:
                return Sql(column.written, type=column.type, binds=WHOLE)
            key = Sql("nullif(", key, ", ", key, ")", binds=WHOLE)     # which is no number of an item
        return Sql("(", key, ")", type=type, binds=WHOLE) if key.binds < WHOLE else key

    def group(self, keys):
        """(text of GROUP BY, whether there are several sets of keys)."""
        written = [str(key) for key in keys]
        # a constant, or a subquery, is no key that engines agree on
        listed = ", ".join(written)
        shape = self.pick("list", "list", "list", "all", "rollup", "cube", "sets", "mixed", "empty")
        if shape == "list" or any(text.lstrip("(-").replace(".", "").isdigit() for text in written):
            return Sql(" group by ", listed), False
        if shape == "all":
            return "all", False
        if shape == "empty":
            return Sql(f" group by grouping sets (({listed}), ())"), True
        if shape in ("rollup", "cube"):
            return Sql(f" group by {shape} ({listed})"), True
        if shape == "mixed":
            return Sql(f" group by {written[0]}, {self.pick('rollup', 'cube')} ({listed})"), True
        return Sql(f" group by grouping sets ({', '.join(written)}, ({listed}), {self.pick('()', f'rollup ({listed})', written[0])})"), True
