"""Text of a query as a tree, so that what fails can be made smaller."""


class Sql:
    """A piece of text: `parts` are strings and pieces. `type` is that of an expression, None of all else.

    `binds` is how tightly an expression binds, `b` whether it may stand before AND of BETWEEN.
    `without` is what may stand in its place when it is made smaller; a piece of a list has "" there.
    """

    __slots__ = ("parts", "type", "binds", "b", "without", "between")

    def __init__(self, *parts, type=None, binds=99, b=True, without=None):
        self.parts, self.type, self.binds, self.b, self.without = list(parts), type, binds, b, without
        self.between = ""                # what stands between its parts: those of a list

    def __str__(self):
        return self.between.join(map(str, self.parts))

    def pieces(self):
        """Itself and all below it, the outer before the inner."""
        yield self
        for part in self.parts:
            if isinstance(part, Sql):
                yield from part.pieces()


def join(items, between=", "):
    """A list; all of its items but one may go when it is made smaller."""
    made = Sql(*items)
    made.between = between
    return made


def optional(*parts):
    return Sql(*parts, without="")


SIMPLEST = {
    "bool": "true", "int": "1", "int8": "1::int8", "decimal": "1.5", "double": "1.5::double", "text": "'a'",
    "date": "date '2024-01-31'", "timestamp": "timestamp '2024-01-31 10:00:00'",
    "timestamptz": "timestamptz '2024-01-31 10:00:00+00'", "time": "time '10:00:00'", "interval": "interval '1 day'",
    "json": "'{}'::json", "int[]": "[1]", "text[]": "['a']",
}  # fmt: skip


def candidates(piece):
    """Parts that may stand in place of the piece's own, the smallest first."""
    if piece.without is not None and piece.parts:
        yield [piece.without]
    if piece.between and len(piece.parts) > 1:
        for i in range(len(piece.parts)):
            yield piece.parts[:i] + piece.parts[i + 1:]
    if piece.type is None:
        return
    if piece.type in SIMPLEST and str(piece) != SIMPLEST[piece.type]:
        yield [SIMPLEST[piece.type]]
    below = [other for part in piece.parts if isinstance(part, Sql) for other in part.pieces() if other.type == piece.type]
    yield from ([other] for other in sorted(below, key=lambda other: len(str(other)))[:4])


def shrink(tree, still_fails, most=120):
    """Makes `tree` smaller as long as `still_fails(text)`; tries at most so many texts. Gives the smallest text found."""
    tries, smaller = 0, True
    while smaller and tries < most:
        smaller = False
        for piece in list(tree.pieces()):
            before, length = piece.parts, len(str(piece))
            for parts in list(candidates(piece)):
                piece.parts = parts
                if len(str(piece)) < length and tries < most:
                    tries += 1
                    if still_fails(str(tree)):
                        smaller, before, length = True, parts, len(str(piece))
                        break
                piece.parts = before
    return str(tree)
