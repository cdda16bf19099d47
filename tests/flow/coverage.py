"""Which constructs a program has, of those that rules of flow are about."""

import re

WRITTEN = {  # in queries
    "WHERE": r" where ",
    "HAVING": r" having ",
    "QUALIFY": r" qualify ",
    "inner joins": r"(?<!left )(?<!right )(?<!full )(?<!semi )(?<!anti )(?<!cross )(?<!asof )join ",
    "left joins": r"(?<!asof )left join ",
    "right joins": r"right join ",
    "full joins": r"full join ",
    "semi joins": r"semi join ",
    "anti joins": r"anti join ",
    "cross joins": r"cross join (?!lateral)",
    "ASOF joins": r"asof (?:left )?join ",
    "USING": r" using \(",
    "tables by comma": r" from (?:raw|m)\.\w+ r\d+, (?:raw|m)",
    "subqueries as values": r"(?:,|select|when|then|else|[<>=+-]|coalesce\(|greatest\(|nullif\() ?\(select ",
    "EXISTS": r"exists \(",
    "IN of a query": r" in \(select",
    "IN of a list": r" in \(\d",
    "ANY and ALL": r" (?:any|all) \(select",
    "IS NULL": r" is (?:not )?null",
    "CASE": r"case when ",
    "aggregates": r"\b(?:sum|min|max|count)\(",
    "FILTER": r" filter \(",
    "ordered aggregates": r"array_agg\(",
    "GROUP BY": r" group by ",
    "DISTINCT": r"select distinct (?!on)",
    "DISTINCT ON": r"distinct on ",
    "count(distinct)": r"count\(distinct ",
    "windows": r" over \(",
    "PARTITION BY": r"partition by ",
    "frames": r" rows between ",
    "UNION": r" union (?!all)",
    "UNION ALL": r" union all ",
    "INTERSECT": r" intersect ",
    "EXCEPT": r" except ",
    "LIMIT": r" limit ",
    "LIMIT by a query": r" limit \(select",
    "OFFSET": r" offset ",
    "LATERAL": r" lateral ",
    "unnest": r" unnest\(",
    "range": r" range\(",
    "PIVOT": r" pivot \(",
    "UNPIVOT": r" unpivot ",
    "WITH": r"^with r",
    "WITH RECURSIVE": r"^with recursive",
}  # fmt: skip
DECLARED = {  # of sources
    "opaque keys": lambda source: any(as_key for _, as_key, _ in source.columns.values()), "references": lambda source: source.references,
    "presence": lambda source: source.presence, "quarantine": lambda source: source.check, "a tag of the whole": lambda source: source.whole,
    "a tag otherwise": lambda source: source.otherwise != "public", "payloads": lambda source: source.payload,
}  # fmt: skip
ADDED = ("releases", "endorsements", "models built by key", "masks with null", "masks with gone", "masks with first", "masks with token", "row filters")
NATIVE = ("native queries", "unpacked JSON", "histories")  # which the tester does not run at a server


def constructs(sources, models, program, grants):
    """The names of the constructs that are left of a program once gov refused what it refuses."""
    found = {name for name, pattern in WRITTEN.items() if any(re.search(pattern, model.query) for model in models)}
    found |= {name for name, has in DECLARED.items() if any(has(source) for source in sources)}
    names = {model.name for model in models}
    mine = [grant for grant, _ in grants if grant.model.name in names and grant.model in models]
    found |= {f"masks with {mask}" for grant in mine for mask in grant.masks.values()}
    found |= {"row filters" for grant in mine if grant.where} | {"releases" for grant in mine if not grant.hiding}
    found |= {"endorsements" for name in program.endorsed if name in names and any(name == said for said, _ in program.said)}
    found |= {"models built by key" for name in program.kept if name in names} | {"histories" for name in program.remembered if name in names}
    return found | {"unpacked JSON" if " unpacking " in model.head else "native queries" for model in models if model.sql}


def table(said):
    """A line a construct: in how many programs it is."""
    return [f"{said[f'with {name}']:6} {name}" for name in sorted([*WRITTEN, *DECLARED, *ADDED, *NATIVE], key=str.lower)]


def lacking(said, engine):
    """The constructs that are in less than one program of a hundred."""
    wanted = [*WRITTEN, *DECLARED, *ADDED] + ([] if engine == "postgres" else list(NATIVE))
    return [name for name in wanted if said[f"with {name}"] * 100 < said["programs run"]]
