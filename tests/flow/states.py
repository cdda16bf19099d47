"""States of sources: rows that keep the contracts, and variants in which what some reader must not know is different.

A state is {source name: [row, …]}, a row {column: number, null or, of a payload, a list}. Beside it stands how its opaque keys
were renamed: {domain: {old: new}}; a domain is the name of the source that holds the key.
"""

from sources import TEXTS, VALUES

LEVELS = ["none", "aggregate", "influence", "pseudonym", "partial", "raw"]


def clears(clearance, tag, level):
    return tag is None or LEVELS.index(clearance.get(tag, "none")) >= LEVELS.index(level)


def reads(clearance, column):
    """Whether a reader of the clearance knows a source's column."""
    tag, as_key, _ = column
    return clears(clearance, tag, "pseudonym" if as_key else "raw")


def cell(random, source, name):
    if source.payload and name == "payload":
        return random.choice([None, [], *([random.choice(VALUES) for _ in range(n)] for n in (1, 1, 2, 2, 3))])
    if name in source.texts:
        return random.choice([*TEXTS, None])
    if source.subject and name == "g":
        return random.choice([0, 0, 0, 1])
    if source.check and not source.columns[name][2] and random.random() < 0.15:
        return None  # which the contract does not let in
    return random.choice(list(VALUES) + ([None, None] if source.columns[name][2] else []))


def drawn_row(random, source, key, parents):
    row = {name: cell(random, source, name) for name in source.columns}
    row[source.key] = key
    if source.references:
        column, _, required = source.references
        if not parents and required:
            return None
        row[column] = random.choice(parents)["id"] if parents and (required or random.random() < 0.8) else None
    return row


def loaded(source, state):
    """The rows that the contract lets in."""
    return [row for row in state[source.name] if source.keeps(row)]


def rows_of(random, source, state):
    if source.name.endswith("_numbers"):
        return [{"k": k, "w": random.choice([None, *VALUES])} for k in VALUES]
    parents = loaded(source.references[1], state) if source.references else None
    rows = [drawn_row(random, source, key, parents) for key in random.sample(list(source.keys), random.randint(*source.sizes))]
    return [row for row in rows if row]


def first_state(random, sources):
    state = {}
    for source in sources:
        state[source.name] = rows_of(random, source, state)
    return state


# ---------------------------------------------------------------- variants


def domain(source, name):
    """The source whose key an opaque key is of; None: it is no opaque key."""
    if not source.columns[name][1]:
        return None
    return source.references[1].name if source.references and source.references[0] == name else source.name


def redraw(random, source, rows, names):
    """Draws cells of the named columns again, in one of several ways that readers may tell apart."""
    way = random.randrange(8)
    if not rows or not names:
        return
    if way == 0:  # one cell
        random.choice(rows).update({name: cell(random, source, name) for name in [random.choice(names)]})
    elif way == 1:  # permuted among all rows
        shuffled(random, rows, names)
    elif way == 2:  # permuted inside groups
        by = random.choice([name for name in source.columns if name not in names] or names)
        for value in {str(row[by]) for row in rows}:
            shuffled(random, [row for row in rows if str(row[by]) == value], names)
    elif way == 3:  # all the same
        for name in names:
            value = cell(random, source, name)
            for row in rows:
                row[name] = value
    elif way == 4 and not source.payload and not source.texts:  # a step up or down
        name, step = random.choice(names), random.choice([-1, 1])
        for row in rows:
            if row[name] is not None and random.random() < 0.6:
                row[name] = min(4, max(0, row[name] + step))
    else:
        for row in rows:
            for name in names:
                if random.random() < 0.7:
                    row[name] = cell(random, source, name)


def shuffled(random, rows, names):
    values = [[row[name] for name in names] for row in rows]
    random.shuffle(values)
    for row, drawn in zip(rows, values):
        row.update(zip(names, drawn))


def renaming(random, sources, clearance):
    """New names of the opaque keys that the reader does not know."""
    renamed = {}
    for source in sources:
        for name, column in source.columns.items():
            if column[1] and name == source.key and not reads(clearance, column) and random.random() < 0.8:
                renamed[source.name] = dict(zip(source.keys, random.sample(list(source.keys), len(source.keys))))
    return renamed


def redrawn_keys(random, source, rows, again):
    """Keys and references that are secret as any value is."""
    names = [name for name, column in source.columns.items() if column[0] and not column[1]]
    if source.key in names and random.random() < 0.7:
        for row, key in zip(rows, random.sample(list(source.keys), len(rows))):
            row[source.key] = key
    if source.references and source.references[0] in names:
        parents = loaded(source.references[1], again)
        for row in rows:
            if row[source.references[0]] is not None and parents:
                row[source.references[0]] = random.choice(parents)["id"]


def variant(random, sources, state, clearance, shuffle, renamed):
    """A state that is the same to a reader of the clearance, mostly: whoever compares looks whether it is."""
    again = {}
    for source in sources:
        if source.presence and not clears(clearance, source.presence, "raw") and random.random() < 0.7:
            again[source.name] = rows_of(random, source, again)
            continue
        rows = [dict(row) for row in state[source.name]]
        fixed = {source.key} | ({source.references[0]} if source.references else set())
        secrets = [name for name, column in source.columns.items() if not reads(clearance, column)]
        redraw(random, source, rows, [name for name in secrets if not source.columns[name][1] and name not in fixed])
        for name in source.columns:
            names = renamed.get(domain(source, name))
            for row in rows if names else ():
                row[name] = names.get(row[name])
        if any(name in fixed and not source.columns[name][1] for name in secrets):
            redrawn_keys(random, source, rows, again)
        if shuffle:
            random.shuffle(rows)
        again[source.name] = rows
    return again


def keeps_references(sources, state):
    for source in sources:
        if source.references:
            keys = {row["id"] for row in loaded(source.references[1], state)}
            if any(row[source.references[0]] is not None and row[source.references[0]] not in keys for row in loaded(source, state)):
                return False
    return True


def known_of(source, clearance):
    """(columns that a reader of the clearance knows, with the domain of those that it knows up to renaming; whether it knows which
    rows the contract lets in); None: not even which rows there are."""
    if source.presence and not clears(clearance, source.presence, "raw"):
        return None
    columns = [(name, None if reads(clearance, column) else domain(source, name))
               for name, column in source.columns.items() if column[1] or reads(clearance, column)]  # fmt: skip
    return columns, source.check and clears(clearance, source.columns[source.check[0]][0], "influence")


def seen(columns, rows, back):
    """Rows cut to the columns, opaque keys by their old names."""
    cut = [[back[of].get(row[name]) if of in back else row[name] for name, of in columns] for row in rows]
    return tuple(sorted(map(repr, cut)))


def known(knowing, state, renamed):
    """What a reader knows of a state; `knowing`: [(source, known_of it)]."""
    back, parts = {name: {new: old for old, new in names.items()} for name, names in renamed.items()}, []
    for source, told in knowing:
        if told is None:
            continue
        columns, chosen = told
        parts.append(seen(columns, state[source.name], back))
        if chosen:
            parts.append(seen(columns, loaded(source, state), back))  # what the contract chose, to who may know what choices tell
    return tuple(parts)


def evolved(random, sources, state):
    """What the sources hold in the next run: mostly the same, some cells another, some rows gone."""
    again = {source.name: [dict(row) for row in state[source.name]] for source in sources}
    for source in sources:
        rows, fixed = again[source.name], {source.key} | ({source.references[0]} if source.references else set())
        names = [name for name in source.columns if name not in fixed]
        if rows and random.random() < 0.6:
            name = random.choice(names)
            random.choice(rows)[name] = cell(random, source, name)
        if rows and random.random() < 0.4:
            rows.pop(random.randrange(len(rows)))
    return again if keeps_references(sources, again) else state


class Variants:
    """`states`: (runs, renaming, base): what the sources hold run after run, how its keys were renamed, which it was made from."""

    def __init__(self, random, sources, clearances, bases, others, shuffle, runs=1):
        self.sources, self.states = sources, []
        for base in range(bases):
            start = [first_state(random, sources)]
            while len(start) < runs:
                start.append(evolved(random, sources, start[-1]))
            self.states.append((start, {}, base))
            for _ in range(others):
                for _ in range(8):
                    clearance = random.choice(clearances)
                    renamed = renaming(random, sources, clearance)
                    again = [variant(random, sources, state, clearance, shuffle, renamed) for state in start]
                    if all(keeps_references(sources, state) for state in again):
                        self.states.append((again, renamed, base))
                        break

    def alike(self, clearance):
        """The states, by number, in groups that a reader of the clearance must not be able to tell apart."""
        groups, knowing = {}, [(source, known_of(source, clearance)) for source in self.sources]
        for number, (runs, renamed, base) in enumerate(self.states):
            groups.setdefault((base, *(known(knowing, state, renamed) for state in runs)), []).append(number)
        return [group for group in groups.values() if len(group) > 1]
