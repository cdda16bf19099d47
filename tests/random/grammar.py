"""The grammar as bison reads it: its productions, which of them a query can reach, and the classes of words."""

import subprocess
import xml.etree.ElementTree as Xml
from pathlib import Path


class Grammar:
    def __init__(self, parse_y, folder):
        """Lets bison read `parse_y` and write its report into `folder`."""
        report = Path(folder) / "parse.xml"
        subprocess.run(["bison", f"--xml={report}", "-o", Path(folder) / "parse.c", parse_y], check=True, capture_output=True)
        grammar = Xml.parse(report).getroot().find("grammar")
        self.rules = {}                  # number: (left, [right...])
        for rule in grammar.find("rules"):
            right = [symbol.text for symbol in rule.find("rhs") if symbol.tag == "symbol"]
            self.rules[int(rule.get("number"))] = (rule.find("lhs").text, right)
        self.by_left = {}
        for number, (left, _) in self.rules.items():
            self.by_left.setdefault(left, []).append(number)

    def reachable(self, start="query"):
        """Numbers of all productions that a text of `start` may hold."""
        seen, found, waiting = {start}, set(), [start]
        while waiting:
            for number in self.by_left[waiting.pop()]:
                found.add(number)
                for symbol in self.rules[number][1]:
                    if symbol in self.by_left and symbol not in seen:
                        seen.add(symbol)
                        waiting.append(symbol)
        return found

    def kinds(self, left):
        """The classes that a class of words is made of, each the list of its words."""
        symbols = [self.rules[number][1][0] for number in self.by_left[left]]
        return [words for words in (self.words(symbol) for symbol in symbols if symbol in self.by_left) if words]

    def words(self, left):
        """All words that a class of words has, those of classes within it too."""
        found = []
        for number in self.by_left[left]:
            (symbol,) = self.rules[number][1]
            found += self.words(symbol) if symbol in self.by_left else [symbol.strip('"')]
        return [word for word in found if word != "a name"]

    def written(self, number):
        left, right = self.rules[number]
        return f"{left}: {' '.join(right) or '%empty'}"
