"""Calls of the standard library's functions, as `stdlib/*.gov` declares them."""

import re

from expressions import COMPARED, DATES, PARTS, REGEXES, TIME_PARTS, WHOLE
from scope import Words
from text import Sql, join, optional

OURS = {
    "bool": "bool", "int2": "int", "int4": "int", "int8": "int8", "decimal": "decimal", "double": "double", "text": "text",
    "date": "date", "timestamp": "timestamp", "timestamptz": "timestamptz", "time": "time", "interval": "interval", "uuid": "uuid",
    "json": "json", "array<text>": "text[]", "array<int4>": "int[]", "any": "any", "any2": "any2", "array<any>": "any[]",
}  # fmt: skip
# Binary fractions whose last digits engines do not share; all others are exact on the values of data.gov.
EXACT = {"abs", "ceil", "ceiling", "floor", "round", "trunc", "sum", "min", "max", "sign", "percent_rank", "cume_dist", "median"}
# Not a value of the row alone, or of no use without a program around them.
LEFT_OUT = {"hmac_sha256", "random", "now", "current_date", "current_timestamp", "run_date", "run_time", "run_id", "unnest", "grouping", "position"}
# What may be given to a parameter: by its name, or by function and name. All others take any value of their type.
GIVEN = {
    "pattern": REGEXES, "path": ["'$.a'", "'$.c'", "'$.c[0]'"], "format": ["'%Y-%m-%d'", "'%d/%m/%Y'", "'%Y%m%d'"], "flags": ["'g'"], "by": ["'z'", "''"], "separator": ["','", "' '", "'b'"], "position": ["1", "2", "3"],
    "count": ["0", "1", "2", "5"], "group_number": ["0"], "digits": ["0", "1", "2"], "code": ["65", "231", "26085"], "distance": ["1", "2", "0"],
    "parts": ["2", "3"], "fill": ["'x'", "'çz'"], "start": ["1", "2"], "stop": ["3", "5"], "step": ["1", "2"], "year": ["2024", "1999"],
    "month": ["1", "12"], "day": ["1", "28"], "seconds": ["0", "86400.5", "1e9"], "fraction": ["0.5", "0.25", "1"], "exponent": ["2", "0", "3"],
    "zone": ["'UTC'", "'America/Sao_Paulo'"], "characters": ["'a'", "'xçb'"], "radix": ["2", "16"], "hour": ["0", "23"], "minute": ["0", "59"], "second": ["0", "59"],
}  # fmt: skip
SAFE = {                                # a function that is not defined everywhere: its arguments are brought to where it is
    "sqrt": "abs({})", "ln": "abs({}) + 1", "log": "abs({}) + 1", "log10": "abs({}) + 1", "log2": "abs({}) + 1",
    "exp": "least(abs({}), 10)", "power": "least(abs({}), 10)", "pow": "least(abs({}), 10)", "asin": "0.5", "acos": "0.5", "atanh": "0.5", "acosh": "1.5",
}  # fmt: skip
SIGNATURE = re.compile(r"^function ([a-z0-9_]+)\((.*?)\) returns ([^\n;]+?)(?: by \w+)?$((?:\n  .*)*)", re.M)


class Function:
    def __init__(self, name, parameters, result, body):
        self.name, self.result = name, OURS.get(result.strip())
        self.parameters = [(part.split()[0], part.split(None, 1)[1]) for part in re.split(r", (?=\w+ )", parameters) if part]
        self.types = [OURS.get(type.replace(" ...", "")) for _, type in self.parameters]
        self.variadic = parameters.endswith("...")
        words = re.search(r"properties \(([^)]*)\)", body)
        self.properties = set(words[1].replace(" ", "").split(",")) if words else set()
        self.usable = "as native" in body and self.result and None not in self.types and "volatile" not in self.properties and name not in LEFT_OUT
        self.usable = self.usable and "table" not in self.properties
        if self.result == "double" and name not in EXACT:
            self.result = "inexact"

    def gives(self, type):
        """What `any` is, if it gives that type, else None; `-` where it has no `any`."""
        if self.result == type:
            return "-"
        if self.result == "any" and "any[]" in self.types:
            return type if type in ("int", "text") else None
        if self.result == "any" and type not in ("inexact", "struct"):
            return type if "comparable" not in self.properties or type in COMPARED else None
        if self.result == "any[]" and type in ("int[]", "text[]"):
            return type[:-2]
        return None


class Calls:
    def __init__(self, folder):
        self.plain, self.aggregates, self.windows = [], [], []
        for path in sorted(folder.glob("*.gov")):
            if path.stem in ("ledger", "governance"):
                continue
            for found in SIGNATURE.finditer(path.read_text()):
                function = Function(*found.groups())
                if function.usable:
                    kind = function.properties & {"aggregate", "window"}
                    (self.aggregates if "aggregate" in kind else self.windows if kind else self.plain).append(function)

    def names(self):
        return {function.name for function in self.plain + self.aggregates + self.windows}

    def choose(self, e, functions, type):
        found = [function for function in functions if function.gives(type)]
        return e.random.choice(found) if found else None

    def arguments(self, e, function, type, scope, depth):
        """Arguments; `type` is the result's. A part of a date comes from its own list, as a constant."""
        any_type = function.gives(type)
        if any_type == "-":
            any_type = e.random.choice([t for t in COMPARED if t != "uuid"] if "comparable" in function.properties else list(COMPARED))
        if "any[]" in function.types and function.gives(type) == "-":
            any_type = e.pick("int", "text")
        types = function.types + (function.types[-1:] * e.pick(0, 1, 2) if function.variadic else [])
        made = []
        for i, wanted in enumerate(types):
            name = function.parameters[min(i, len(function.parameters) - 1)][0]
            wanted = {"any": any_type, "any2": "int", "any[]": f"{any_type}[]"}.get(wanted, wanted)
            given = GIVEN["zone"] if name.endswith("zone") or function.name == "convert_timezone" and wanted == "text" else GIVEN.get(name)
            if wanted == "interval" and function.name in ("time_bucket", "date_bin"):
                given = ["interval '2 days'"]
            if name == "part" and wanted == "text":
                made.append(Sql("'", e.random.choice(PARTS if "date" in function.types else TIME_PARTS), "'"))
            elif given and wanted == ("interval" if given[0][:8] == "interval" else "text" if given[0][0] == "'" else wanted if wanted in ("int", "int8", "double", "decimal") else None):
                made.append(Sql(e.random.choice(given)))
            elif wanted == "date" and e.chance(0.3):
                made.append(Sql(e.random.choice(DATES)))
            else:
                made.append(e.expr(wanted, scope, depth))
        if function.name in SAFE:
            before, _, after = SAFE[function.name].partition("{}")
            made[0] = Sql(before, made[0], after) if after else Sql(before)
        return made

    def expr(self, e, type, scope, depth):
        function = self.choose(e, self.plain, type)
        if not function:
            return None
        return Sql(function.name, "(", join(self.named(e, function, self.arguments(e, function, type, scope, depth - 1))), ")", type=type, binds=WHOLE)

    def named(self, e, function, arguments):
        """The arguments, now and then the last of them by name."""
        if function.variadic or not arguments or not e.chance(0.1):
            return arguments
        first = e.random.randrange(len(arguments))
        by_name = [Sql(name, e.pick(" := ", " => "), value) for (name, _), value in zip(function.parameters[first:], arguments[first:])]
        e.random.shuffle(by_name)
        return arguments[:first] + by_name

    # --- aggregates

    def aggregate(self, e, type, scope, depth):
        """A call of an aggregate over the rows within the groups, or a column of the groups."""
        function = self.choose(e, self.aggregates, type)
        within = scope.within.plain()
        if not function:
            return e.leaf(type, scope)
        call = self.aggregated(e, function, type, scope, within, depth)
        if call is None:
            return e.leaf(type, scope)
        filtered = [optional(" filter (where ", e.expr("bool", within, depth - 1), ")")] if e.chance(0.25) and function.name != "any_value" else []
        return Sql(call, *filtered, type=type, binds=WHOLE)

    def aggregated(self, e, function, type, scope, within, depth):
        name = function.name
        if name == "count" and not function.parameters:
            return Sql(e.pick("count(*)", "count()"))
        if name == "any_value":
            keys = [column for column in scope.columns if column.type == type and column.written.replace(".", "").isidentifier() and not scope.ties]
            return Sql(f"any_value({e.random.choice(keys).written})") if keys else None
        arguments = self.arguments(e, function, type, within, depth)
        if name in ("arg_max", "arg_min", "max_by", "min_by"):
            if not within.only:
                return None
            arguments[1] = Sql(within.only)
        columns = [column for column in within.columns if column.type == (type if name != "percentile_cont" else "double")]
        if name.startswith("percentile"):
            if not columns:              # a constant is no order
                return None
            value = e.random.choice(columns).written
            return Sql(name, "(", e.pick("0.5", "0.25", "1"), ") within group (order by ", value, ")")
        if name in ("string_agg", "array_agg", "mode") or "ordered" in function.properties and not name.endswith(("max", "min", "_by")):
            columns = [column for column in within.columns if column.type == arguments[0].type]
            if arguments[0].type not in COMPARED or not columns:
                return None
            arguments[0] = Sql(e.random.choice(columns).written)
            if name == "mode":
                return Sql("mode(", arguments[0], ")")
            return Sql(name, e.pick("(", "(distinct "), join(arguments), " order by ", arguments[0], e.pick("", " desc", " asc nulls first"), ")")
        distinct = e.pick("distinct ", "all ", "", "", "") if name in ("count", "sum", "avg", "min", "max") else ""
        if distinct == "distinct " and arguments[0].type not in COMPARED:
            distinct = ""
        return Sql(name, "(", distinct, join(arguments), ")")

    # --- windows

    def windowed(self, e, type, scope, depth):
        over_rows = [f for f in self.aggregates if f.name in ("sum", "count", "min", "max", "avg", "bool_and", "bool_or", "count_if")]
        functions = self.windows if e.chance(0.6) else over_rows
        function = self.choose(e, functions, type) or self.choose(e, self.windows, type)
        if not function or ("ordered" in function.properties and scope.ties) or not scope.order():
            return e.leaf(type, scope)
        if scope.doubles:
            if scope.windowed:           # of rows that are alike two windows may tell apart which is which
                return e.leaf(type, scope)
            scope.windowed = True
        inner = scope.plain()
        inner.within = scope.within
        star = function.name == "count" and not function.parameters
        arguments = ["*"] if star else self.arguments(e, function, type, inner, depth)
        filtered = [" filter (where ", e.expr("bool", inner, depth - 1), ")"] if "aggregate" in function.properties and e.chance(0.2) else []
        nulls = e.pick(" ignore nulls", " respect nulls") if function.name in ("first_value", "last_value", "nth_value", "lag", "lead") and e.chance(0.25) else ""
        exact = "ordered" in function.properties
        return Sql(function.name, "(", join(arguments) if arguments else "", ")", *filtered, nulls, " over ", self.over(e, scope, exact, function, depth), type=type, binds=WHOLE)

    def over(self, e, scope, exact, function, depth):
        named = [name for name, has_frame in scope.named]
        if named and e.chance(0.4):
            return Sql(e.random.choice(named))
        plain = [name for name, has_frame in scope.named if not has_frame and name in Words.PLAIN]
        framed = not function.properties & {"window"} or function.name in ("first_value", "last_value", "nth_value")
        if plain and e.chance(0.3):
            return Sql("(", e.random.choice(plain), " ", self.frame(e, False, False) if framed else "", ")")
        return self.window(e, scope, exact, framed, depth)

    def window(self, e, scope, exact, framed, depth):
        """`( partition by … order by … frame )`; `exact`: the order leaves no two rows equal."""
        inner = scope.plain()
        inner.within = scope.within
        parts = []
        if e.chance(0.5):
            parts.append(Sql("partition by ", join([e.expr(e.pick("int", "text", "bool"), inner, 1) for _ in range(e.pick(1, 1, 2))])))
        if not exact and e.chance(0.15):
            return Sql("(", join(parts, " "), ")")
        value = None
        first = []
        if not exact and e.chance(0.4):
            value = e.pick("int", "date", "decimal") if e.chance(0.8) else None
        if value and scope.of_type(value):
            sort = Sql("order by ", e.leaf(value, inner), e.pick("", " desc", " nulls first"))
            if framed and e.chance(0.7):
                parts += [sort, self.frame_of_values(e, value)]
                return Sql("(", join(parts, " "), ")")
            parts.append(sort)
            if framed and not scope.ties and e.chance(0.5):
                parts.append(self.frame(e, True, True))
            return Sql("(", join(parts, " "), ")")
        how = lambda: e.pick("", "", " desc", " asc", " nulls first", " desc nulls last")  # noqa: E731
        if e.chance(0.3):
            first = [Sql(e.expr(e.pick("int", "text", "date"), inner, 1), how())]
        parts.append(Sql("order by ", join(first + [Sql(written, how()) for written in scope.order()])))
        if framed and e.chance(0.7):
            parts.append(self.frame(e, False, scope.ties))
        return Sql("(", join(parts, " "), ")")

    EXCLUDE = ["", "", "", " exclude current row", " exclude group", " exclude ties", " exclude no others"]

    def frame(self, e, groups, ties):
        """A frame in rows, in groups, or of all that sorts alike. Where rows sort alike, none in rows."""
        exclude = e.random.choice(self.EXCLUDE)
        if ties and not groups:
            return Sql(f"range between unbounded preceding and {e.pick('current row', 'unbounded following')}{e.pick('', ' exclude no others')}")
        unit = e.pick("groups", "range") if groups else e.pick("rows", "rows", "groups")
        if unit == "range":
            between = e.pick("between unbounded preceding and current row", "unbounded preceding", "between current row and unbounded following",
                             "between unbounded preceding and unbounded following", "current row")  # fmt: skip
            return Sql(f"range {between}{exclude}")
        between = e.pick("between 1 preceding and 1 following", "2 preceding", "between current row and 2 following", "current row",
                         "between 2 preceding and 1 preceding", "between 1 following and unbounded following", "unbounded preceding",
                         "between unbounded preceding and current row", "between unbounded preceding and unbounded following")  # fmt: skip
        return Sql(f"{unit} {between}{exclude}")

    def frame_of_values(self, e, type):
        near = {"int": "1", "decimal": "2.5", "date": "interval '3 days'"}[type]
        between = e.pick(f"between {near} preceding and {near} following", f"between {near} preceding and current row", f"{near} preceding")
        return Sql(f"range {between}{e.random.choice(self.EXCLUDE)}")
