"""Whether readers can tell states apart that they must not be able to tell apart."""

from compiled import readable
from engines import Job, probe_models, relations_of
from lowered import TO_NOTHING

# What readers may be cleared for. Who is cleared up to influence, or to keys, is promised the same of two states only if what
# choices leave is the same to them too: of those the probes are compared first.
CLEARANCES = [{}, {"q": "raw"}, {"p": "raw"}, {"p": "influence"}, {"p": "influence", "q": "raw"}, {"q": "influence"}, {"p": "pseudonym", "q": "influence"},
              {"p": "aggregate"}, {"p": "partial"}]  # fmt: skip


def judges_choices(clearance):
    return any(level in ("influence", "pseudonym", "partial") for level in clearance.values())


class Outcome:
    """The rows of every relation of a program in every state; where there are roles, as each role reads them."""

    def __init__(self, engine, program, compiled, variants, probes=False):
        self.sources, self.models, self.given = program
        self.compiled, self.variants, self.bags = compiled, variants, {}
        relations = relations_of(self.models, compiled.unprobed, probes)
        names = {model.name for model in self.models}
        shares = {of: sql for of, sql in compiled.shares.items() if of[1] in names}
        job = Job(self.sources, relations, compiled.queries, compiled.plan, self.given.kept, shares)
        self.refused, self.rows, self.earlier, self.columns, self.read = engine.run(job, [runs for runs, _, _ in variants.states])

    def bag(self, name, number, cut):
        """What there is of the columns `cut` of a relation in a state, as text; None if the engine failed on it or refused it."""
        key = (name, number, tuple(cut))
        if key not in self.bags:
            rows = self.rows[number]
            self.bags[key] = None if rows is None or name not in rows else repr(sorted([repr([row[i] for i in cut]) for row in rows[name]]))
        return self.bags[key]

    def bag_of_runs(self, name, number, cut):
        """What there is of the columns after each run."""
        last = self.bag(name, number, cut)
        if last is None or not self.earlier:
            return last
        return (last, *(repr(sorted([repr([row[i] for i in cut]) for row in run.get(name, ())])) for run in self.earlier[number]))

    def seen(self, name, number, cut, role):
        """What a role (by its number) reads of them without a grant of its own."""
        if self.columns is None or role is None:
            return self.bag(name, number, cut)
        return self.granted_bag(name, number, None, role)

    def granted_bag(self, name, number, cut, role):
        """What a role reads, by the number of columns that it is shown, of a relation that is granted to it."""
        rows = self.read[number] and self.read[number].get(f"c{role}", {}).get(name)
        return None if rows is None else repr(sorted(repr(row if cut is None else [row[i] for i in cut]) for row in rows))

    def granted_apart(self, grant, cut, groups):
        """Two states in which what is read by a grant is not the same, or None."""
        return next(filter(None, (apart([(number, self.granted_bag(grant.model.name, number, cut, grant.role)) for number in group]) for group in groups)), None)

    def told_apart(self, name, cut, group, role=None):
        """Two states of a group in which what is read of the relation is not the same, or None."""
        return apart([(number, self.seen(name, number, cut, role)) for number in group])


def apart(bags):
    """The first two states, by number, whose bags are there and not the same."""
    there = [(number, bag) for number, bag in bags if bag is not None]
    return next(((there[0][0], number) for number, bag in there if bag != there[0][1]), None)


class Difference:
    """A relation of which a reader of the clearance reads something else in the second state of the pair."""

    grant = None

    def __init__(self, model, cut, clearance, pair, role=None):
        self.name, self.columns, self.cut = model.name, [model.columns[i] for i in cut], cut
        self.clearance, self.pair, self.role = clearance, pair, role


def agreeing(outcome, labels, clearance, groups):
    """The groups split by what the probes show to a reader of the clearance; none if a probe is missing."""
    if any(model.name in outcome.compiled.unprobed for model in outcome.models) or any("_q" in name for name in outcome.refused):
        return []
    probes = [(name, readable(labels, name, columns, clearance)) for model in outcome.models for name, _, columns in probe_models(model)]
    split = []
    for group in groups:
        parts = {}
        for number in group:
            seen = tuple(outcome.bag_of_runs(name, number, cut) for name, cut in probes if cut is not None)
            if None not in seen:
                parts.setdefault(seen, []).append(number)
        split += [part for part in parts.values() if len(part) > 1]
    return split


def differences(outcome, clearance, groups, wanted, role=None):
    """The relations of which the reader may read something that differs within a group; `wanted`: {name: columns by number}.
    `role`: by whose number the reader looks where there are roles."""
    found = []
    for model in outcome.models:
        cut = wanted.get(model.name)
        pairs = [outcome.told_apart(model.name, cut, group, role) for group in groups] if cut is not None else []
        pair = next((pair for pair in pairs if pair), None)
        if pair:
            found.append(Difference(model, cut, clearance, pair, role))
    return found


def compared_by(grant, shown, cut):
    """Which of the columns that a grant shows must be the same: those that the role is cleared for, and those of which the mask
    leaves nothing. What another mask or a release shows is what the promise asks for, not what it promises."""
    known = {grant.model.columns[i] for i in cut}
    return [i for i, column in enumerate(shown) if (grant.masks[column] in TO_NOTHING if column in grant.masks else column in known)]


def by_grants(outcome, number, clearance, groups, grants):
    """The grants to the role of a clearance by which it reads something that differs within a group. A filter by what the role
    may not read is a choice of its own: what it leaves is then what the promise asks for, too."""
    found = []
    for grant, shown in grants:
        cut = readable(outcome.compiled.labels, grant.model.name, grant.model.columns, clearance)
        if grant.role != number or cut is None or not any(grant.model is model for model in outcome.models):
            continue
        if judges_choices(clearance) and grant.where and grant.model.columns.index(grant.where[0]) not in cut:
            continue
        pair = outcome.granted_apart(grant, compared_by(grant, shown, cut), groups)
        if pair:
            found.append(Difference(grant.model, cut, clearance, pair, number))
            found[-1].grant = grant
    return found


def wanted(labels, models, clearance):
    """{relation: the columns that a reader of the clearance may read, by number}."""
    cuts = {model.name: readable(labels, model.name, model.columns, clearance) for model in models}
    return {name: cut for name, cut in cuts.items() if cut is not None}


def misread(outcome, grants):
    """Where roles are published something else than the labels say: of a grant of its own by that, else by what is readable."""
    by_grant = {(f"c{grant.role}", grant.model.name): shown for grant, shown in grants}
    found = []
    for (role, name), columns in (outcome.columns or {}).items():
        model = next(model for model in outcome.models if model.name == name)
        cut = readable(outcome.compiled.labels, name, model.columns, CLEARANCES[int(role[1:])])
        expected = by_grant.get((role, name)) or [model.columns[i] for i in cut or ()]
        if columns != expected:
            found.append(f"{role} reads {columns} of {name}, not {expected}\n{model.text()}")
    return found


def shown(difference, outcome):
    """A difference with its program and both states."""
    compiled, models = outcome.compiled, outcome.models
    (one, _, _), (other, _, _) = (outcome.variants.states[number] for number in difference.pair)
    lines = [f"{difference.name}: a reader cleared for {difference.clearance or 'nothing'} tells two states apart by {difference.columns or 'its rows'}"]
    if difference.grant:
        bags = [outcome.granted_bag(difference.name, number, None, difference.role) for number in difference.pair]
        lines += [difference.grant.text(), f"it shows {bags[0]}", f"and then {bags[1]}"]
    lines += [source.text() for source in outcome.sources]
    lines += [f"{model.text()}   -- {compiled.labels.get(model.name)}\n   -- {compiled.queries.get(model.name)}" for model in models]
    lines += [text for name, text in outcome.given.said]
    lines += [f"{source.name}: {before[source.name]}\n{' ' * len(source.name)}  {after[source.name]}"
              for before, after in zip(one, other) for source in outcome.sources]  # fmt: skip
    lines += [f"{name}: {outcome.seen(difference.name, number, difference.cut, difference.role)}" for name, number in zip(("before", "after"), difference.pair)]
    return "\n".join(lines)
