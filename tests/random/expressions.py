"""Random expressions of a type over a scope. Each method of `Expressions` named `TYPE_…` is a way to write one."""

from text import Sql, join, optional

OR, AND, NOT, IS, COMPARE, LIKE, CONCAT, ADD, MUL, POW, ARROW, AT, COLLATE, SIGN, CAST, WHOLE = range(1, 17)
NUMBERS = ("int", "int8", "decimal", "double")
COMPARED = ("int", "int8", "decimal", "double", "text", "date", "timestamp", "timestamptz", "time", "bool", "uuid")
WRITTEN = {
    "int": ("int4", "int", "integer", "of"), "int8": ("int8", "bigint"), "decimal": ("decimal(20,4)", "numeric(12, 2)", "over"),
    "double": ("double", "double precision", "float8"), "text": ("text", "varchar", "semi", "character varying", "character varying(2000)"), "bool": ("bool", "boolean"),
    "date": ("date",), "time": ("time", "time without time zone"), "uuid": ("uuid",), "json": ("json", "jsonb"),
    "timestamp": ("timestamp", "timestamp without time zone", "timestamp(6) without time zone", "datetime"),
    "timestamptz": ("timestamptz", "timestamp with time zone", "timestamp(6) with time zone"),
    "interval": ("interval",), "int[]": ("int4[]", "array<int4>", "int[3]"), "text[]": ("text[]", "array<text>"),
    "struct": ("struct<x int4, y text>", "struct(x int4, y text)"),
}  # fmt: skip
# Ways that are written more often than the others of their type: what they hold stands nowhere else.
OFTEN = {"bool_between_sums": 4, "bool_between_others": 4, "bool_regex": 3, "bool_unit": 3, "bool_like": 6, "bool_operator_like": 2, "bool_near": 6, "bool_any": 3, "timestamp_add": 2, "bool_function": 2, "double_power": 2, "bool_is": 2, "ints_lambda": 2, "int_lambda": 2, "text_lambda": 2,
         "interval_written": 2, "int_field": 2, "text_field": 2}  # fmt: skip
STRUCTS = True
TEXTS = ["''", "'a'", "'b'", "'B'", "'ção'", "'日本'", "'it''s'", "'a_b%'", "$$dollar 's$$", "'x'", "'10'", "'root'"]
PATTERNS = ["'a%'", "'%ã%'", "'_'", "'%'", "'B%'", "''", "'%b'"]
REGEXES = ["'^[a-z]+$'", "'a|b'", "'^.?$'", "'[^a]'", r"'\d+'", "'ç'", "'^(a|b)'", "'x*y?'"]
DATES = ["date '2024-01-31'", "date '2024-02-29'", "date '1999-12-31'", "date '2024-02-01'"]
PARTS = ["year", "quarter", "month", "week", "day"]
TIME_PARTS = PARTS + ["hour", "minute", "second"]


class Expressions:
    def __init__(self, random, calls):
        """`calls` knows the functions of the standard library: calls.py."""
        self.random, self.calls = random, calls
        self.rules = {type: [] for type in WRITTEN}
        for name in dir(self):
            type, _, rest = name.partition("_")
            if rest and type in WRITTEN and (rest != "field" or STRUCTS):
                self.rules[type] += [getattr(self, name)] * OFTEN.get(name, 1)
        for type, ways in {"int[]": "ints", "text[]": "texts"}.items():
            self.rules[type] = [getattr(self, name) for name in dir(self) if name.startswith(ways + "_") for _ in range(OFTEN.get(name, 1))]

    # --- choices

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, of):
        return self.random.random() < of

    def expr(self, type, scope, depth):
        """An expression of the type; `depth` bounds its height."""
        if type == "inexact":
            return self.calls.expr(self, "inexact", scope, depth) or self.expr("double", scope, depth)
        if depth <= 0 or self.chance(0.15):
            return self.leaf(type, scope)
        special = self.special(type, scope, depth)
        if special:
            return special
        if self.chance(0.3):
            call = self.calls.expr(self, type, scope, depth)
            if call:
                return call
        made = self.way(type, scope, depth - 1)
        made.type = type
        return made

    def way(self, type, scope, depth):
        ways = self.rules.get(type, [])
        index = self.random.randrange(len(ways) + len(self.SHARED))
        return ways[index](scope, depth) if index < len(ways) else getattr(self, self.SHARED[index - len(ways)])(type, scope, depth)

    def special(self, type, scope, depth):
        """Aggregates and window functions, where they may stand."""
        if scope.within and self.chance(0.5):
            return self.calls.aggregate(self, type, scope, depth - 1)
        if scope.windows and self.chance(0.3):
            return self.calls.windowed(self, type, scope, depth - 1)
        return None

    def wrap(self, piece, least, b=False):
        """In parentheses where it binds too loosely, and sometimes elsewhere; `b`: before AND of BETWEEN."""
        if piece.binds < least or (b and not piece.b) or self.chance(0.1):
            return Sql("(", piece, ")", type=piece.type, binds=WHOLE)
        return piece

    def binary(self, left, operator, right, binds, b=False):
        left, right = self.wrap(left, binds), self.wrap(right, binds + 1)
        return Sql(left, f" {operator} ", right, binds=binds, b=b and left.b and right.b)

    def leaf(self, type, scope):
        columns = scope.of_type(type)
        if columns and self.chance(0.85):
            return Sql(self.random.choice(columns).written, type=type, binds=WHOLE)
        return self.literal("double" if type == "inexact" else type)

    def literal(self, type):
        random = self.random
        written = {
            "int": lambda: self.pick("0", "1", "2", "3", "5", "7", "10", "-1"),
            "int8": lambda: self.pick("0::int8", "4::bigint", "3000000000", "cast(12 as int8)"),
            "decimal": lambda: self.pick("0.5", "1.25", "10.00", "-3.1", "100.001", ".5", "2.", "7::decimal(10, 2)"),
            "double": lambda: self.pick("1e0", "2.5e-1", "0.5::double", "-2::double precision", "4::float8", "1.5E1", "double precision '0.25'"),
            "text": lambda: random.choice(TEXTS) if random.random() < 0.97 else self.pick("char varying 'a'", "character varying 'ç'"),
            "bool": lambda: self.pick("true", "false"),
            "date": lambda: random.choice(DATES),
            "timestamp": lambda: self.pick("timestamp '2024-02-29 12:34:56.789'", "timestamp '1999-12-31 00:00:00'"),
            "timestamptz": lambda: self.pick("timestamptz '2024-03-10 01:02:03+00'", "timestamptz '2000-01-01 00:00:00-03'", "timestamp with time zone '2024-01-31 10:00:00+00'"),
            "time": lambda: self.pick("time '10:20:30'", "time without time zone '23:00:00'", "time '00:00:00'"),
            "uuid": lambda: self.pick("uuid '123e4567-e89b-12d3-a456-426614174000'", "'00000000-0000-0000-0000-000000000001'::uuid"),
            "json": lambda: self.pick("""'{"a": 1, "b": "x"}'::json""", "'[1, 2, 3]'::json", """json '{"c": {"a": [true]}}'"""),
            "interval": self.interval,
            "int[]": lambda: self.pick("[1, 2]", "array[3]", "[]::int4[]", "array[]::int[]", "[5, 5, 7]"),
            "text[]": lambda: self.pick("['a', 'b']", "array['ção']", "[]::text[]", "['', 'x']"),
            "struct": lambda: self.pick("{x: 1, y: 'a'}", "{'x': 2, 'y': 'ç'}"),
        }[type]()  # fmt: skip
        binds = SIGN if written.startswith("-") else CAST if "::" in written else WHOLE
        return Sql(written, type=type, binds=binds)

    def interval(self):
        n, unit = self.pick(0, 1, 2, 3), self.unit()
        return self.pick(f"interval '{n} {unit}'", f"interval '{n}' {unit}", f"interval {n} {unit}", f"{n} {unit}", f"interval ({n}) {unit}")

    def unit(self):
        return self.pick("year", "quarter", "month", "week", "day", "hour", "minute", "second") + self.pick("", "s")

    # --- ways to write any type

    SHARED = ["any_case", "any_simple_case", "any_cast", "any_coalesce", "any_subquery", "any_leaf", "any_parens", "any_null", "any_element"]

    def any_leaf(self, type, scope, depth):
        return self.leaf(type, scope)

    def any_parens(self, type, scope, depth):
        return Sql("(", self.expr(type, scope, depth), ")", type=type, binds=WHOLE)

    def any_case(self, type, scope, depth):
        whens = [optional(" when ", self.expr("bool", scope, depth), " then ", self.expr(type, scope, depth)) for _ in range(self.pick(0, 0, 1))]
        first = Sql(" when ", self.expr("bool", scope, depth), " then ", self.expr(type, scope, depth))
        other = [optional(" else ", self.expr(type, scope, depth))] if self.chance(0.7) else []
        return Sql("case", first, *whens, *other, " end", binds=WHOLE)

    def any_simple_case(self, type, scope, depth):
        of = self.pick("int", "text", "date", "bool")
        operand, value = self.expr(of, scope, depth), self.expr(of, scope, depth)
        other = [optional(" else ", self.expr(type, scope, depth))] if self.chance(0.7) else []
        return Sql("case ", operand, " when ", value, " then ", self.expr(type, scope, depth), *other, " end", binds=WHOLE)

    def any_cast(self, type, scope, depth):
        narrower = {"int8": "int", "decimal": "int", "double": "int", "timestamp": "date", "date": "timestamp", "text": "int"}
        operand = self.expr(narrower.get(type, type) if self.chance(0.6) else type, scope, depth)
        to = self.random.choice(WRITTEN[type])
        if self.chance(0.5):
            operand = self.wrap(operand, CAST)
            return Sql(operand, "::", to, binds=CAST, b=operand.b)
        return Sql(self.pick("cast(", "cast(", "try_cast(", "safe_cast("), operand, " as ", to, ")", binds=WHOLE)

    def any_null(self, type, scope, depth):
        return Sql(self.pick("null::", "null ::"), self.random.choice(WRITTEN[type]), binds=CAST)

    def any_coalesce(self, type, scope, depth):
        return Sql("coalesce(", self.expr(type, scope, depth), ", ", self.expr(type, scope, depth), ")", binds=WHOLE)

    def any_subquery(self, type, scope, depth):
        return self.queries.scalar(type, scope, depth)

    def any_element(self, type, scope, depth):
        if type not in ("int", "text"):
            return self.leaf(type, scope)
        array = self.wrap(self.expr(type + "[]", scope, depth), WHOLE)
        return Sql(array if array.binds == WHOLE and not str(array).startswith("array[]") else Sql("(", array, ")"), "[", self.pick("1", "2", "10"), "]", binds=WHOLE)

    # --- bool

    def bool_compare(self, scope, depth):
        type = self.random.choice(COMPARED)
        operator = self.pick("=", "<>", "<", ">", "<=", ">=", "!=")
        left, right = self.wrap(self.expr(type, scope, depth), LIKE), self.wrap(self.expr(type, scope, depth), LIKE)
        return Sql(left, f" {operator} ", right, binds=COMPARE, b=False)

    def bool_numbers(self, scope, depth):
        left, right = self.expr(self.pick(*NUMBERS), scope, depth), self.expr(self.pick(*NUMBERS), scope, depth)
        return Sql(self.wrap(left, LIKE), self.pick(" < ", " = ", " >= "), self.wrap(right, LIKE), binds=COMPARE, b=False)

    def bool_and(self, scope, depth):
        return self.binary(self.expr("bool", scope, depth), "and", self.expr("bool", scope, depth), AND)

    def bool_or(self, scope, depth):
        return self.binary(self.expr("bool", scope, depth), "or", self.expr("bool", scope, depth), OR)

    def bool_not(self, scope, depth):
        return Sql("not ", self.wrap(self.expr("bool", scope, depth), NOT), binds=NOT, b=False)

    def bool_is(self, scope, depth):
        what = self.pick("null", "not null", "true", "not true", "false", "not false", "unknown", "not unknown")
        type = "bool" if "null" not in what else self.pick("bool", "int", "text", "json", "int[]", "date", "decimal")
        return Sql(self.wrap(self.expr(type, scope, depth), COMPARE), " is ", what, binds=IS, b=False)

    def bool_distinct(self, scope, depth):
        type = self.random.choice(COMPARED)
        left, right = self.wrap(self.expr(type, scope, depth), COMPARE), self.wrap(self.expr(type, scope, depth), COMPARE)
        return Sql(left, self.pick(" is distinct from ", " is not distinct from "), right, binds=IS, b=False)

    def bool_between(self, scope, depth):
        type = self.random.choice(COMPARED)
        low = self.wrap(self.expr(type, scope, depth), CONCAT, b=True)
        high = self.wrap(self.expr(type, scope, depth), CONCAT)
        return Sql(self.wrap(self.expr(type, scope, depth), CONCAT), self.pick(" between ", " not between "), low, " and ", high, binds=LIKE, b=False)

    def bool_in(self, scope, depth):
        type = self.random.choice(COMPARED)
        operand, negated = self.wrap(self.expr(type, scope, depth), CONCAT), self.pick(" in ", " not in ")
        if self.chance(0.3):
            return Sql(operand, negated, self.queries.parens([type], scope, depth), binds=LIKE, b=False)
        items = [self.expr(type, scope, depth - 1) for _ in range(self.pick(1, 2, 3))]
        return Sql(operand, negated, "(", join(items), ")", binds=LIKE, b=False)

    def bool_in_named(self, scope, depth):
        type, name = self.pick(("text", "kinds"), ("int", "steps"))
        return Sql(self.wrap(self.expr(type, scope, depth), CONCAT), self.pick(" in ", " not in "), name, binds=LIKE, b=False)

    def bool_rows(self, scope, depth):
        types = [self.pick("int", "text", "date") for _ in range(2)]
        row = lambda: Sql("(", join([self.expr(type, scope, depth - 1) for type in types]), ")")  # noqa: E731
        if self.chance(0.3):
            return Sql(row(), self.pick(" in ", " not in "), self.queries.parens(types, scope, depth), binds=LIKE, b=False)
        if self.chance(0.4):
            return Sql(row(), self.pick(" in ", " not in "), "(", join([row(), row()]), ")", binds=LIKE, b=False)
        return Sql(row(), self.pick(" = ", " <> ", " < ", " >= "), row(), binds=COMPARE, b=False)

    def bool_any(self, scope, depth):
        type, operator = self.random.choice(("int", "text", "decimal", "date")), self.pick("=", "<", ">", "<=", ">=", "<>")
        left, how = self.wrap(self.expr(type, scope, depth), LIKE), self.pick("any", "some", "all")
        if type in ("int", "text") and self.chance(0.4):
            right = Sql("(", self.expr(type + "[]", scope, depth), ")")
        else:
            right = self.queries.parens([type], scope, depth)
        return Sql(left, f" {operator} {how} ", right, binds=COMPARE, b=False)

    def bool_exists(self, scope, depth):
        return Sql("exists ", self.queries.parens([self.pick("int", "text")], scope, depth), binds=WHOLE)

    def bool_like(self, scope, depth):
        negated, operator = self.pick("", "not "), self.pick("like", "ilike")
        pattern = self.random.choice(PATTERNS)
        escape = ""
        if self.chance(0.3):
            pattern, escape = self.pick("'a!_b%'", "'%!%%'"), " escape '!'"
        return Sql(self.wrap(self.expr("text", scope, depth), CONCAT), f" {negated}{operator} {pattern}{escape}", binds=LIKE, b=False)

    def bool_like_any(self, scope, depth):
        how = self.pick("like any", "ilike all", "like some", "ilike any")
        return Sql(self.wrap(self.expr("text", scope, depth), CONCAT), f" {how} ({', '.join(self.random.sample(PATTERNS, 2))})", binds=LIKE, b=False)

    def bool_operator_like(self, scope, depth):
        operator = self.pick("~~", "~~*", "!~~", "!~~*")
        return Sql(self.wrap(self.expr("text", scope, depth), CONCAT), f" {operator} {self.random.choice(PATTERNS)}", binds=LIKE, b=False)

    def bool_isnull(self, scope, depth):
        return Sql(self.wrap(self.expr("text", scope, depth), LIKE), self.pick(" isnull", " notnull"), binds=IS, b=False)

    def bool_unit(self, scope, depth):
        what = self.pick("n::unit percent", "null::map<text, int4>", "null::map(text, int4)", "null::struct(x int4, y text)", "null::struct<x int4, y text>", "null::interval", "null::char varying")
        if what.startswith("n"):
            what = what.replace("n::unit", f"({self.leaf('decimal', scope)})::unit", 1) if what.startswith("n::") else what
        return Sql("(", what, ") is ", self.pick("null", "not null"), binds=IS, b=False)

    def bool_between_sums(self, scope, depth):
        operator = self.pick("+", "-", "*", "*", "div", "%", "/", "/", "//")
        low = Sql(self.pick("", "", "-", "+"), self.pick("2", "1"), f" {operator} ", self.pick("3", "1"))
        return Sql(self.wrap(self.expr("int", scope, 0), CONCAT), " between ", low, " and ", self.expr("int", scope, 0), binds=LIKE, b=False)

    def bool_between_others(self, scope, depth):
        operand, low = self.pick(("1e0", "2e0 ** 2"), ("1e0", "2e0 ^ 2"), ("'b'", "'a' || 'b'"), ("'x'", """'{"b": "x"}'::json ->> 'b'"""), ("'x'", """'{"b": {"c": "x"}}'::json -> 'b' ->> 'c'"""))
        return Sql(f"{operand} between {low} and {operand}", binds=LIKE, b=False)

    def bool_near(self, scope, depth):
        moment = self.pick("date", "timestamp")
        return Sql(self.expr(moment, scope, 0), " < ", self.near(moment, scope), self.pick(" + ", " - "), self.interval(), binds=COMPARE, b=False)

    def bool_similar(self, scope, depth):
        return Sql(self.wrap(self.expr("text", scope, depth), CONCAT), self.pick(" similar to ", " not similar to "),
                   self.pick("'(a|b)%'", "'_'", "'[a-z]*'", "'ç%'"), binds=LIKE, b=False)  # fmt: skip

    def bool_regex(self, scope, depth):
        operator = self.pick(" matches ", " not matches ", " ~ ", " !~ ", " ~* ", " !~* ")
        return Sql(self.wrap(self.expr("text", scope, depth), CONCAT), operator, self.random.choice(REGEXES), binds=LIKE, b=False)

    def bool_function(self, scope, depth):
        """`not like(…)` is NOT before a call, which is not x NOT LIKE y."""
        call = self.pick("like(", "matches(")
        return Sql(self.pick("", "not "), call, self.expr("int", scope, depth), ")", binds=NOT, b=False)

    def bool_json(self, scope, depth):
        return Sql(self.wrap(self.expr("json", scope, depth), ARROW), " ->> 'a' is not null", binds=IS, b=False)

    # --- numbers

    def int_add(self, scope, depth):
        return self.arithmetic("int", ("+", "-"), ADD, scope, depth)

    def int_multiply(self, scope, depth):
        return self.arithmetic("int", ("*",), MUL, scope, 0)

    def int_divide(self, scope, depth):
        return self.arithmetic("int", ("%", "div", "//"), MUL, scope, depth)

    def int_sign(self, scope, depth):
        return self.signed("int", scope, depth)

    def int_days(self, scope, depth):
        return self.binary(self.expr("date", scope, depth), "-", Sql(self.random.choice(DATES), binds=WHOLE), ADD, b=True)

    def int_function(self, scope, depth):
        return Sql(self.pick("of(", "over("), self.expr("int", scope, depth), ")", binds=WHOLE)

    def int_json(self, scope, depth):
        value = Sql(self.wrap(self.expr("json", scope, depth), ARROW), " ->> 'a'", binds=ARROW)
        return Sql("try_cast(", value, " as int)", binds=WHOLE)

    def int8_add(self, scope, depth):
        return self.arithmetic("int8", ("+", "-"), ADD, scope, depth)

    def int8_extract(self, scope, depth):
        type = self.pick("date", "timestamp")
        return Sql("extract(", self.random.choice(PARTS if type == "date" else TIME_PARTS), " from ", self.expr(type, scope, depth), ")", binds=WHOLE)

    def int8_position(self, scope, depth):
        low = self.wrap(self.expr("text", scope, depth), CONCAT, b=True)
        high = self.wrap(self.expr("text", scope, depth), CONCAT, b=True)
        return Sql("position(", low, " in ", high, ")", binds=WHOLE)

    def decimal_add(self, scope, depth):
        return self.arithmetic("decimal", ("+", "-"), ADD, scope, depth)

    def decimal_multiply(self, scope, depth):
        return self.arithmetic("decimal", ("*",), MUL, scope, min(depth, 1))

    def decimal_remainder(self, scope, depth):
        return self.arithmetic("decimal", ("%",), MUL, scope, min(depth, 1))

    def decimal_divide(self, scope, depth):
        type = self.pick("int", "decimal")
        quotient = self.arithmetic(type, ("/",), MUL, scope, 0)
        return Sql("round(", quotient, ", ", self.pick("0", "2", "4"), ")", binds=WHOLE) if self.chance(0.5) else quotient

    def decimal_sign(self, scope, depth):
        return self.signed("decimal", scope, depth)

    def double_add(self, scope, depth):
        return self.arithmetic("double", ("+", "-", "*"), ADD, scope, depth)

    def double_divide(self, scope, depth):
        return Sql(self.wrap(self.expr("double", scope, depth), MUL), " / ", self.pick("2", "4.0", "0", "0.5::double"), binds=MUL)

    def double_power(self, scope, depth):
        return Sql(self.wrap(self.expr("double", scope, 0), POW), self.pick(" ^ ", " ** "), self.pick("2", "3", "0"), binds=POW)

    def arithmetic(self, type, operators, binds, scope, depth):
        return self.binary(self.expr(type, scope, depth), self.random.choice(operators), self.expr(type, scope, depth), binds, b=True)

    def signed(self, type, scope, depth):
        operand = self.wrap(self.expr(type, scope, depth), SIGN)
        return Sql(self.pick("- ", "+ ", "-"), Sql("(", operand, ")") if str(operand).startswith("-") else operand, binds=SIGN, b=operand.b)

    # --- text

    def text_concat(self, scope, depth):
        return self.binary(self.expr("text", scope, depth), "||", self.expr("text", scope, depth), CONCAT, b=True)

    def text_json(self, scope, depth):
        return Sql(self.wrap(self.expr("json", scope, depth), ARROW), " ->> ", self.pick("'a'", "'b'", "'d e'", "0", "1"), binds=ARROW)

    def text_collate(self, scope, depth):
        return Sql(self.wrap(self.expr("text", scope, depth), COLLATE), ' collate "C"', binds=COLLATE, b=False)

    def text_function(self, scope, depth):
        if self.chance(0.7):
            return Sql(self.pick("unit(", "asof(", "pivot("), self.expr("text", scope, depth), ")", binds=WHOLE)
        return Sql("full(", self.expr("text", scope, depth), ", ", self.expr("text", scope, depth), ")", binds=WHOLE)

    def text_trim(self, scope, depth):
        side, text = self.pick("both", "leading", "trailing"), self.expr("text", scope, depth)
        return Sql(f"trim({side} ", self.pick("from ", "'a' from "), text, ")", binds=WHOLE)

    def text_substring(self, scope, depth):
        return Sql("substring(", self.expr("text", scope, depth), self.pick(" from 1", " from 1 for 2", " from 2 for 1", " for 2"), ")", binds=WHOLE)

    def text_field(self, scope, depth):
        struct = Sql("(", self.expr("struct", scope, depth), ")")
        return Sql(struct, ".y", binds=WHOLE)

    def int_field(self, scope, depth):
        return Sql("(", self.expr("struct", scope, depth), ").x", binds=WHOLE)

    def struct_literal(self, scope, depth):
        return Sql(self.pick("{x: ", "{'x': "), self.expr("int", scope, depth), ", y: ", self.expr("text", scope, depth), "}", binds=WHOLE)

    # --- time

    def date_add(self, scope, depth):
        return self.binary(self.near("date", scope), self.pick("+", "-"), Sql(self.pick("1", "30", "7"), binds=WHOLE), ADD, b=True)

    def near(self, type, scope):
        """A moment that is not at the end of all time."""
        return Sql(self.pick(*DATES) if type == "date" else self.literal(type), type=type, binds=WHOLE)

    def date_trunc(self, scope, depth):
        return Sql(f"date_trunc('{self.random.choice(PARTS)}', ", self.expr("date", scope, depth), ")", binds=WHOLE)

    def date_of(self, scope, depth):
        return Sql(self.wrap(self.expr("timestamp", scope, depth), CAST), "::date", binds=CAST)

    def timestamp_add(self, scope, depth):
        type = self.pick("date", "timestamp")
        moment = self.expr(type, scope, 0) if self.chance(0.2) else self.near(type, scope)
        return self.binary(moment, self.pick("+", "-"), self.expr("interval", scope, depth), ADD, b=True)

    def timestamp_zone(self, scope, depth):
        zone = self.pick("'UTC'", "'America/Sao_Paulo'", "'Asia/Tokyo'")
        return Sql(self.wrap(self.expr("timestamptz", scope, depth), AT + 1), " at time zone ", zone, binds=AT, b=False)

    def timestamptz_zone(self, scope, depth):
        zone = self.pick("'UTC'", "'America/Sao_Paulo'")
        return Sql(self.wrap(self.expr("timestamp", scope, 0), AT + 1), " at time zone ", zone, binds=AT, b=False)

    def interval_written(self, scope, depth):
        n = self.pick("1", "2", "n")
        unit = self.unit()
        small = [column for column in scope.columns if column.type == "int" and column.written.endswith(("line", "item_id"))]
        if n == "n" and small:
            return Sql("interval (", small[0].written, f") {unit}", binds=WHOLE)
        return Sql(f"interval (1 + {n.replace('n', '1')}) {unit}", binds=WHOLE)

    # --- json and arrays

    def json_part(self, scope, depth):
        return Sql(self.wrap(self.expr("json", scope, depth), ARROW), " -> ", self.pick("'a'", "'c'", "'d e'", "0", "1"), binds=ARROW)

    def ints_list(self, scope, depth):
        return Sql(self.pick("[", "array["), join([self.expr("int", scope, depth - 1) for _ in range(self.pick(1, 2, 3))]), "]", binds=WHOLE)

    def ints_lambda(self, scope, depth):
        body = self.pick("lambda e: e % 2", "e -> e % 3", "lambda e: case when e > 1 then 1 else 0 end")
        return Sql("list_transform(", self.expr("int[]", scope, depth), f", {body})", binds=WHOLE)

    def int_lambda(self, scope, depth):
        body, start = self.pick("lambda a, b: greatest(a, b)", "lambda so_far, more: case when more > so_far then more else so_far end"), self.pick("", ", 1")
        return Sql("list_reduce(", self.expr("int[]", scope, depth), f", {body}{start})", binds=WHOLE)

    def text_lambda(self, scope, depth):
        body, start = self.pick("lambda a, b: a || b", "lambda a, b: coalesce(b, a)"), self.pick("", ", 'x'")
        return Sql("list_reduce(", self.expr("text[]", scope, depth), f", {body}{start})", binds=WHOLE)

    def texts_list(self, scope, depth):
        return Sql(self.pick("[", "array["), join([self.expr("text", scope, depth - 1) for _ in range(self.pick(1, 2, 3))]), "]", binds=WHOLE)

    def ints_query(self, scope, depth):
        return self.queries.array("int", scope, depth)

    def texts_query(self, scope, depth):
        return self.queries.array("text", scope, depth)

    def ints_slice(self, scope, depth):
        return self.slice("int[]", scope, depth)

    def texts_slice(self, scope, depth):
        return self.slice("text[]", scope, depth)

    def slice(self, type, scope, depth):
        array = self.wrap(self.expr(type, scope, depth), WHOLE)
        return Sql(array, "[", self.pick("1:2", "2:", ":1", "1:1", "3:10"), "]", binds=WHOLE)
