"""Sources of random programs: few rows over few values, so that equal ones meet often.

A column is (tag or None, whether the tag is `as key`, whether it may be null). All are whole numbers, so that every expression
fits every place.
"""

VALUES = range(5)
KEYS = range(7)
TEXTS = ["a", "ab", "b", "ba"]


class Source:
    """`otherwise`: what is said of columns without a tag; `whole`: of all. `references`: (column, source that holds the key, whether the column is not null). `check`: (column, operator, number),
    by which rows are quarantined. `payload`: a source of JSON arrays, one column of numbers a row."""

    untagged, keys, sizes, texts = frozenset(), KEYS, (2, 6), ()  # keys and numbers of rows are drawn from these; `texts`: columns
    subject, history = None, False

    def __init__(self, name, columns, key, references=None, presence=None, check=None, payload=False,
                 otherwise="public", whole=None):
        self.name, self.columns, self.key, self.references = name, columns, key, references
        self.presence, self.check, self.payload = presence, check, payload
        self.otherwise, self.whole = otherwise, whole
        if whole or otherwise != "public":
            self.untagged = {name for name, (tag, _, _) in columns.items() if not tag}
            self.columns = {name: (tag or "q", as_key, nullable) for name, (tag, as_key, nullable) in columns.items()}

    def column_text(self, name):
        tag, as_key, nullable = self.columns[name]
        words = [name, "json" if self.payload and name == "payload" else "text" if name in self.texts else "int4"]
        if name == self.key:
            words.append("key")
        elif not nullable:
            words.append("not null")
        if self.references and name == self.references[0]:
            words.append(f"references {self.references[1].name} (id)")
        if tag and name not in self.untagged:
            words.append(f"tag {tag}" + (" as key" if as_key else ""))
        if self.check and self.check[0] == name:
            words.append(f"check ({name} {self.check[1]} {self.check[2]})")
        return " ".join(words)

    def text(self):
        lines = [self.column_text(name) for name in self.columns]
        text = f"source {self.name} (\n  " + ",\n  ".join(lines) + f"\n) otherwise {self.otherwise}"
        if self.whole:
            text += f"\n  tag {self.whole}"
        if self.subject:
            text += f"\n  subject {self.subject}"
        if self.presence:
            text += f"\n  presence {self.presence}"
        if self.check:
            text += "\n  on invalid quarantine"
        return text + ("\n  keeping history" if self.history else "") + f"\n  from csv '{self.name}.csv';\n"

    def keeps(self, row):
        """Whether the contract lets the row in: else it is quarantined."""
        if not self.check:
            return True
        if any(row[name] is None for name, (_, _, nullable) in self.columns.items() if not nullable):
            return False
        column, operator, number = self.check
        if row[column] is None:
            return True
        return row[column] < number if operator == "<" else row[column] != number


def people(random, prefix):
    key = random.choices([("p", True, False), (None, False, False), ("p", False, False)], [6, 3, 1])[0]
    check = random.choice([("s", "<", 3), ("t", "<>", 1), ("a", "<>", 0)]) if random.random() < 0.12 else None
    return Source(f"raw.{prefix}_people", {
        "id": key,
        "s": ("p", False, random.random() < 0.5),
        "t": (random.choice(("q", "p", None)), False, True),
        "a": (None, False, random.random() < 0.5),
    }, "id", presence="q" if random.random() < 0.12 else None, check=check)  # fmt: skip


def orders(random, prefix, parent):
    nullable = random.random() < 0.25
    tag, as_key, _ = parent.columns["id"]
    return Source(f"raw.{prefix}_orders", {
        "oid": random.choice([(None, False, False), (None, False, False), ("q", True, False)]),
        "id": (tag, as_key, nullable),
        "x": (random.choice(("p", "q", None, None)), False, True),
        "y": (None, False, False),
    }, "oid", references=("id", parent, not nullable), presence="q" if random.random() < 0.08 else None)  # fmt: skip


def numbers(random, prefix):
    tagged = random.choices([{}, {"otherwise": "tag q"}, {"whole": "q"}], [8, 1, 1])[0]
    return Source(f"raw.{prefix}_numbers", {"k": (None, False, False), "w": (None, False, True)}, "k", **tagged)


def payloads(prefix):
    return Source(f"raw.{prefix}_log", {"lid": (None, False, False), "payload": ("p", False, True)}, "lid", payload=True)


def crowd(prefix):
    """So many people that there are groups of ten, and groups of fewer; with a text, for masks."""
    source = Source(f"raw.{prefix}_crowd", {"id": ("p", True, False), "g": (None, False, False), "s": ("p", False, True), "n": ("p", False, True)}, "id")
    source.keys, source.sizes, source.texts, source.subject = range(24), (8, 22), ("n",), "id"
    return source


def sources(random, prefix):
    """People, what they ordered, a table of numbers that everybody knows; sometimes a log of payloads."""
    given = [people(random, prefix)]
    given += [orders(random, prefix, given[0]), numbers(random, prefix)]
    if random.random() < 0.1:
        given.append(payloads(prefix))
    return given
