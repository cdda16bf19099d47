"""What a random query can name where it is, and the words that it uses as names."""


class Column:
    """A column in reach: how it is written there, its type; whether it is needed to sort all rows of its table."""

    def __init__(self, written, type, orders=True):
        self.written, self.type, self.orders = written, type, orders

    def is_named(self):
        """Whether it is a name and no expression, which a query within could not repeat."""
        return "(" not in self.written

    def sorts(self):
        return self.type not in ("json", "int[]", "text[]", "struct", "inexact", "interval")


class Scope:
    """Columns in reach. `within` is the scope of the rows that an aggregate is of, where aggregates may stand;
    `windows` says whether window functions may; `ties` whether rows that agree in `order` may differ otherwise."""

    def __init__(self, columns, outer=None, within=None, windows=False, ties=False, named=()):
        self.columns, self.outer, self.within, self.windows, self.ties = columns, outer, within, windows, ties
        self.named = list(named)         # windows with names: (name, is there a frame)
        self.tables = set(outer.tables) if outer else set()       # names that are taken
        self.doubles = self.windowed = False                      # two rows may be alike; a window function was written
        self.only = None                 # the table, if it is one of the sources by itself: its columns, its key

    def of_type(self, type):
        found = [column for column in self.columns if column.type == type]
        if self.outer and not found:
            found = [column for column in self.outer.columns if column.type == type and column.is_named()]
        return found

    def order(self):
        return [column.written for column in self.columns if column.orders and column.sorts()]

    def plain(self):
        """The same rows where neither aggregates nor windows may stand."""
        scope = Scope(self.columns, self.outer, ties=self.ties)
        scope.only, scope.tables = self.only, self.tables
        return scope


class Words:
    """Names of random queries: plain ones, and words of the language wherever the grammar lets them be names."""

    PLAIN = ["x", "y", "z", "total", "größe", "a1", "_b", "name2"]
    CLASSES = ("label", "asname", "slabel", "talias", "name")

    def __init__(self, grammar):
        self.of = {kind: grammar.words(kind) for kind in self.CLASSES}
        self.kinds = {kind: grammar.kinds(kind) for kind in self.CLASSES}
        self.no_columns = set(self.of["label"]) - set(self.of["name"])   # words that are no columns by themselves

    def choose(self, random, kind, taken):
        """A word of the class that is not taken, and takes it."""
        for _ in range(50):
            word = random.choice(self.PLAIN)
            if random.random() < 0.7:    # words of small classes as often as those of large ones
                word = random.choice(self.of[kind] if random.random() < 0.3 else random.choice(self.kinds[kind]))
            if random.random() < 0.05:
                word = random.choice(['"Upper Case"', '"a""b"', '"select"', '"ção"', '"1"'])
            if not taken & {word, word.strip('"')}:
                taken.update((word, word.strip('"')))
                return word
        word = f"w{len(taken)}"
        taken.add(word)
        return word
