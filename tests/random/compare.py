"""One model on both engines, and what was inferred of it against its rows."""

import re
from collections import Counter

from engines import Failed, rows_of

DUCKDB_TYPES = {
    "bool": "BOOLEAN", "int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT", "float4": "FLOAT", "double": "DOUBLE", "text": "VARCHAR",
    "bytes": "BLOB", "timestamptz": "TIMESTAMP WITH TIME ZONE", "null": '"NULL"',
}  # fmt: skip
# Errors of the rows' values, not of the SQL: an engine that never evaluates the value has none. Both word them differently.
OF_VALUES = re.compile(r"overflow|out of range|OutOfRange|Conversion|cannot cast|too large|NumericValueOutOfRange|InvalidTextRepresentation|DatetimeFieldOverflow|"
                       r"InvalidDatetimeFormat|Could not parse|timestamp too large|Could not (cast|convert)|exceed|DivisionByZero|logarithm|log\(\) to base 1|acosh\(\) of less", re.I)  # fmt: skip


def duckdb_type(written):
    array = re.fullmatch(r"array<(.+)>", written)
    struct = re.fullmatch(r"struct<(.+)>", written)
    if array:
        return duckdb_type(array[1]) + "[]"
    if struct:
        return "STRUCT(" + ", ".join(f"{part.split()[0]} {duckdb_type(part.split(None, 1)[1])}" for part in re.split(r", (?=\w+ )", struct[1])) + ")"
    return DUCKDB_TYPES.get(written, written.upper())


class Outcome:
    """kind: `same`, `skipped` (rule says why) or `found` (what is wrong, for whom)."""

    def __init__(self, kind, rule="", rows=(), words="", part=""):
        self.kind, self.rule, self.rows, self.words, self.part = kind, rule, rows, words, part

    def like(self):
        """What outcomes of one cause have in common, as far as words tell."""
        lines = [line for line in self.words.splitlines() if self.part[:5] != "error" or re.match("duckdb|postgres", line)][:2]
        if self.part in ("rows", "broken"):
            return self.part
        return self.part + ": " + " | ".join(re.sub(r"`[^`]*`|'[^']*'|\d+|\"[^\"]*\"|\([^()]*\)|\[[^\]]*\]", "_", line)[:100] for line in lines)


def key_columns(text):
    return [name.strip().strip('"') for name in re.findall(r'"(?:[^"]|"")+"|[^,\s]+', text)]


def broken_facts(model, names, types, rows):
    """What was promised and is not so: words, or None."""
    promised = [(name, duckdb_type(type)) for name, type, _ in model.columns]
    seen = [(name, type) for name, type in zip(names, types)]
    if [name.replace('""', '"') for name, _ in promised] != [name for name, _ in seen]:
        return f"columns {[n for n, _ in seen]}, promised {[n for n, _ in promised]}"
    for (name, type), (_, wanted) in zip(seen, promised):
        if type.replace('"', "") != wanted.replace('"', ""):
            place = names.index(name)
            empty = " of nothing but null" if all(row[place] is None for row in rows) else ""
            return f"type of {name}{empty}: {type}, promised {wanted}"
    for i, (name, _, not_null) in enumerate(model.columns):
        if not_null and any(row[i] is None for row in rows):
            return f"{name} is null, promised not null"
    place = {name.replace('""', '"'): i for i, name in enumerate(names)}
    for columns, written in model.keys:
        listed = key_columns(columns)
        if any(name not in place for name in listed):
            continue
        values = [repr([row[place[name]] for name in listed]) for row in rows if "declared" not in written or all(row[place[name]] is not None for name in listed)]
        if len(set(values)) != len(values):
            return f"key {written} has a duplicate"
    return None


def judge(model, engines):
    """What becomes of a model: Outcome."""
    outcome = judged(model, engines)
    rule = known(outcome, model.text) if outcome.kind == "found" else None
    return Outcome("skipped", f"known: {rule}", words=outcome.words) if rule else outcome


def judged(model, engines):
    if "all" in model.refused:
        code, message = model.refused["all"]
        if code == "broken":
            return Outcome("found", words=message, part="broken")
        rule = expected(code, message)
        return Outcome("skipped" if rule else "found", f"{code}: {rule}", words=f"{code} {message}", part=f"refused {code}")
    lacking = [(engine, report) for engine, report in model.refused.items()]
    for engine, (code, message) in lacking:
        if expected(code, message):
            return Outcome("skipped", f"{code}: {expected(code, message)}")
        if code != "G0701":
            return Outcome("found", words=f"{engine}: {code} {message}", part=f"refused {code}")
        what = re.sub(r"`[^`]*`", "…", message.split(",")[0])
        return Outcome("skipped", f"{engine}: {what}")
    answers = {}
    for engine in engines:
        try:
            answers[engine.name] = engine.run(model.sql[engine.name])
        except Failed as failed:
            answers[engine.name] = failed
    ours, theirs = answers["duckdb"], answers["postgres"]
    failed = {name: answer for name, answer in answers.items() if isinstance(answer, Failed)}
    if failed:
        if all(OF_VALUES.search(str(answer)) for answer in failed.values()):
            return Outcome("skipped", "a value that does not fit: an error of " + (" and ".join(sorted(failed)) if len(failed) == 1 else "both"), words=str(failed))
        return Outcome("found", words="\n".join(f"{name}: {answer}" for name, answer in failed.items()), part="error " + " ".join(sorted(failed)))
    wrong = broken_facts(model, *ours)
    if wrong:
        return Outcome("found", words=wrong, part="facts", rows=ours[2])
    kinds = [type for _, type, _ in model.columns]
    left, right = rows_of(ours[2], kinds), rows_of(theirs[2], kinds)
    if left != right if model.ordered else Counter(left) != Counter(right):
        only_left, only_right = list((Counter(left) - Counter(right)).elements())[:3], list((Counter(right) - Counter(left)).elements())[:3]
        return Outcome("found", words=f"DuckDB only: {only_left}\nPostgreSQL only: {only_right}" if only_left or only_right else "another order", part="rows", rows=ours[2])
    for i, ((name, type, _), seen) in enumerate(zip(model.columns, theirs[1])):
        if seen == "decimal" and all(row[i] is None for row in theirs[2]):
            continue                     # PostgreSQL's planner made a null of it, which has forgotten its digits
        if seen != type and not seen.isdigit():
            return Outcome("found", words=f"PostgreSQL: type of {name}: {seen}, promised {type}", part="types", rows=ours[2])
    return Outcome("same", rows=ours[2])


# Refusals with reason of queries each part of which is fine, and which the generator does not avoid: (what the report holds, the rule).
EXPECTED = [
    ("G0307 an aggregate of nothing but the outer", "an aggregate of outer columns alone"),
    ("G0342 the step gives", "a recursion whose step does not fit its start by accident"),
    ("G0702", "a pattern, path or format that engines do not share"),
    ("G0305 the (format|path|pattern) must be a constant", "an argument that must be a constant"),
    ("G0233 an? .* has no", "a part that the date does not have"),
]


def expected(code, message):
    return next((name for words, name in EXPECTED if re.match(words, f"{code} {message}")), None)


# What is found and not mended: (part, what its words or its query hold, the rule's name with the smallest case and why SQL cannot say it otherwise).
KNOWN = [
    ("error duckdb", "INTERNAL Error|Unsupported join type for flattening", "DuckDB fails by itself: an assertion of its planner, or a correlated query that it cannot flatten"),
    ("error", "InFailedSqlTransaction|canceling statement|INTERRUPT", "it takes too long"),
]


def known(outcome, text):
    """The rule that a thing found falls under, or None."""
    for part, words, name in KNOWN:
        if outcome.part.startswith(part) and re.search(words, f"{outcome.words}\n{text}"):
            return name
    return None
