"""The account of leaves: every place in the document that says something is counted once.

A leaf is an element without elements in it, an attribute, or text beside elements. Each is mapped
(its value, if it has one, stands in a fact) or unmapped (its path is named in the receipt).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.goaml.elements import Element

_NUMBER = re.compile(r"\[\d+\]")
_MOST_NAMED = 200
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: its name, its XPath with numbers, its text."""

    name: str
    path: str
    text: str


def own_leaves(element: Element, path: str) -> Iterator[Leaf]:
    """Yield the leaves of one element itself, without those of the elements in it."""
    for name, value in sorted(element.attributes.items()):
        yield Leaf(f"@{name}", f"{path}/@{name}", value)
    if not element.children:
        yield Leaf(element.name, path, element.text)
    elif element.text:
        yield Leaf("text()", f"{path}/text()", element.text)


def count_leaves(element: Element) -> int:
    """Return how many leaves an element holds, its own included."""
    own = len(element.attributes) + (not element.children or bool(element.text))
    return own + sum(count_leaves(child) for child in element.children)


@dataclass(slots=True)
class Account:
    """How many leaves went where."""

    mapped: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    unnamed: int = 0  # unmapped ones beyond the paths that are named

    @property
    def total(self) -> int:
        """All leaves of the document."""
        return self.mapped + self.unmapped.total() + self.unnamed

    def miss(self, leaf: Leaf) -> None:
        """Count a leaf that nothing was made of."""
        path = _NUMBER.sub("", leaf.path)[:_LONGEST]
        if path in self.unmapped or len(self.unmapped) < _MOST_NAMED:
            self.unmapped[path] += 1
        else:
            self.unnamed += 1

    def notes(self) -> dict[str, str]:
        """Return the account in words.

        Examples
        --------
        >>> one = Account(mapped=2)
        >>> one.miss(Leaf("x", "/report/transaction[3]/x", ""))
        >>> one.notes()["leaves"]
        '3 in all: 2 mapped, 1 unmapped'
        >>> one.notes()["unmapped leaves"]
        '/report/transaction/x (1)'
        """
        missed = self.unmapped.total() + self.unnamed
        named = [f"{path} ({count})" for path, count in sorted(self.unmapped.items())]
        named += [f"other paths ({self.unnamed})"] if self.unnamed else []
        notes = {"leaves": f"{self.total} in all: {self.mapped} mapped, {missed} unmapped"}
        return notes | ({"unmapped leaves": ", ".join(named)} if named else {})
