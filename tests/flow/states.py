"""States of sources, and others that a reader must not be able to tell from them."""

from programs import VALUES

KEYS = range(6)


def column_values(random, source, name, literals):
    tag, as_key, nullable = source.columns[name]
    return random.choice(list(VALUES) + ([None] if nullable else []))


def rows_of(random, source, states):
    """Two to five rows that keep the contract: keys, not null, references."""
    count = random.randint(1, 5)
    if source.name.endswith("_numbers"):
        return [{"k": k, "w": random.choice([None, *VALUES])} for k in VALUES]
    keys = random.sample(list(KEYS), count)
    rows = []
    for key in keys:
        row = {name: column_values(random, source, name, None) for name in source.columns}
        row[source.key] = key
        if source.references:
            parents = states[source.references[1]]
            if not parents:
                continue
            row[source.references[0]] = random.choice(parents)["id"]
        rows.append(row)
    return rows


def state(random, sources):
    states = {}
    for source in sources:
        states[source.name] = rows_of(random, source, states)
    return states


LEVELS = ["none", "aggregate", "influence", "pseudonym", "partial", "raw"]


def clears(clearance, tag, level):
    return tag is None or LEVELS.index(clearance.get(tag, "none")) >= LEVELS.index(level)


def other_state(random, sources, states, clearance):
    """The same to a reader of this clearance: what it is not cleared for is drawn again, keys are renamed one to one."""
    renamed = dict(zip(KEYS, random.sample(list(KEYS), len(KEYS))))
    hides_keys = any(as_key and not clears(clearance, tag, "pseudonym") for one in sources for tag, as_key, _ in one.columns.values())
    again = {}
    for source in sources:
        rows = []
        if source.presence and not clears(clearance, source.presence, "raw") and random.random() < 0.7:
            again[source.name] = rows_of(random, source, again)
            continue
        secrets = [name for name, (tag, as_key, _) in source.columns.items() if tag and not as_key and not clears(clearance, tag, "raw")]
        permute = random.random() < 0.2
        for row in states[source.name]:
            row = dict(row)
            for name in secrets:
                if not permute and random.random() < 0.7:
                    row[name] = column_values(random, source, name, None)
            for name, (tag, as_key, _) in source.columns.items():
                if as_key and hides_keys:
                    row[name] = renamed[row[name]]
            rows.append(row)
        if permute and secrets:
            values = [[row[name] for name in secrets] for row in rows]
            random.shuffle(values)
            for row, drawn in zip(rows, values):
                row.update(zip(secrets, drawn))
        if source.references:
            parents = [row["id"] for row in again[source.references[1]]]
            rows = [row for row in rows if row[source.references[0]] in parents]
            if len(rows) != len(states[source.name]):
                return None  # a parent is gone: not the same to a reader of the child
        random.shuffle(rows)
        again[source.name] = rows
    return again
