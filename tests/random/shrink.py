"""The smallest query that fails as another does."""

from text import shrink


def smallest(run, tree, ordered, outcome):
    def fails(text):
        other = run.judge(text, ordered)
        return other.kind == "found" and other.like() == outcome.like()

    return shrink(tree, fails)
