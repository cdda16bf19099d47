"""Whether readers can tell states apart that they must not be able to tell apart."""

from compiled import probe_models, readable
from engines import relations_of

# What readers may be cleared for. Who is cleared up to influence, or to keys, is promised the same of two states only if what
# choices leave is the same to them too: of those the probes are compared first.
CLEARANCES = [{}, {"q": "raw"}, {"p": "raw"}, {"p": "influence"}, {"p": "influence", "q": "raw"}, {"q": "influence"}, {"p": "pseudonym", "q": "influence"}]


def judges_choices(clearance):
    return any(level in ("influence", "pseudonym", "partial") for level in clearance.values())


class Outcome:
    """The rows of every relation of a program in every state."""

    def __init__(self, engine, program, compiled, variants, probes=False):
        self.sources, self.models, self.given = program
        self.compiled, self.variants, self.bags = compiled, variants, {}
        self.refused = engine.open(self.sources, relations_of(self.models, compiled.unprobed, probes), compiled.queries)
        self.rows = [engine.run(state) for state, _, _ in variants.states]
        engine.close()

    def bag(self, name, number, cut):
        """What is read of the columns `cut` of a relation in a state, as text; None if the engine failed on it or refused it."""
        key = (name, number, tuple(cut))
        if key not in self.bags:
            rows = self.rows[number]
            self.bags[key] = None if rows is None or name not in rows else repr(sorted([repr([row[i] for i in cut]) for row in rows[name]]))
        return self.bags[key]

    def granted_bag(self, grant, number, cut):
        """The same of the rows that a grant lets through."""
        rows = self.rows[number]
        if rows is None or grant.model.name not in rows:
            return None
        return repr(sorted(repr([row[i] for i in cut]) for row in rows[grant.model.name] if grant.keeps(row)))

    def granted_apart(self, grant, cut, groups):
        """Two states in which what is read by a grant is not the same, or None."""
        for group in groups:
            bags = [(number, self.granted_bag(grant, number, cut)) for number in group]
            bags = [(number, bag) for number, bag in bags if bag is not None]
            for number, bag in bags:
                if bag != bags[0][1]:
                    return bags[0][0], number
        return None

    def told_apart(self, name, cut, group):
        """Two states of a group in which what is read of the relation is not the same, or None."""
        first = None
        for number in group:
            bag = self.bag(name, number, cut)
            if bag is not None and first is None:
                first = number
            elif bag is not None and bag != self.bag(name, first, cut):
                return first, number
        return None


class Difference:
    """A relation of which a reader of the clearance reads something else in the second state of the pair."""

    grant = None

    def __init__(self, name, columns, cut, clearance, pair):
        self.name, self.columns, self.cut, self.clearance, self.pair = name, columns, cut, clearance, pair


def agreeing(outcome, labels, clearance, groups):
    """The groups split by what the probes show to a reader of the clearance; none if a probe is missing."""
    if any(model.name in outcome.compiled.unprobed for model in outcome.models) or any("_q" in name for name in outcome.refused):
        return []
    probes = [(name, readable(labels, name, columns, clearance)) for model in outcome.models for name, _, columns in probe_models(model)]
    split = []
    for group in groups:
        parts = {}
        for number in group:
            seen = tuple(outcome.bag(name, number, cut) for name, cut in probes if cut is not None)
            if None not in seen:
                parts.setdefault(seen, []).append(number)
        split += [part for part in parts.values() if len(part) > 1]
    return split


def differences(outcome, clearance, groups, wanted):
    """The relations of which the reader may read something that differs within a group; `wanted`: {name: columns by number}."""
    found = []
    for model in outcome.models:
        cut = wanted.get(model.name)
        pairs = [outcome.told_apart(model.name, cut, group) for group in groups] if cut is not None else []
        pair = next((pair for pair in pairs if pair), None)
        if pair:
            found.append(Difference(model.name, [model.columns[i] for i in cut], cut, clearance, pair))
    return found


def by_grants(outcome, number, clearance, groups, grants):
    """The grants to the role of a clearance by which it reads something that differs within a group. A filter by what the role
    may not read is a choice of its own: what it leaves is then what the promise asks for, not what it promises."""
    found = []
    for grant, cut in grants:
        if grant.role != number or not any(grant.model is model for model in outcome.models):
            continue
        if judges_choices(clearance) and grant.model.columns.index(grant.column) not in cut:
            continue
        pair = outcome.granted_apart(grant, cut, groups)
        if pair:
            found.append(Difference(grant.model.name, [grant.model.columns[i] for i in cut], cut, clearance, pair))
            found[-1].grant = grant
    return found


def wanted(labels, models, clearance):
    """{relation: the columns that a reader of the clearance may read, by number}."""
    cuts = {model.name: readable(labels, model.name, model.columns, clearance) for model in models}
    return {name: cut for name, cut in cuts.items() if cut is not None}


def shown(difference, outcome):
    """A difference with its program and both states."""
    compiled, models = outcome.compiled, outcome.models
    (one, _, _), (other, _, _) = (outcome.variants.states[number] for number in difference.pair)
    lines = [f"{difference.name}: a reader cleared for {difference.clearance or 'nothing'} tells two states apart by {difference.columns or 'its rows'}"]
    lines += [difference.grant.text()] if difference.grant else []
    lines += [source.text() for source in outcome.sources]
    lines += [f"{model.text()}   -- {compiled.labels.get(model.name)}\n   -- {compiled.queries.get(model.name)}" for model in models]
    lines += [f"{source.name}: {one[source.name]}\n{' ' * len(source.name)}  {other[source.name]}" for source in outcome.sources]
    lines += [f"{name}: {outcome.bag(difference.name, number, difference.cut)}" for name, number in zip(("before", "after"), difference.pair)]
    return "\n".join(lines)
