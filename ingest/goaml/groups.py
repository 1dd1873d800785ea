"""Sorts the leaves of an element into groups: the transaction, its sides, accounts, persons, things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.goaml.leaves import own_leaves
from ingest.goaml.vocabulary import vocabulary

if TYPE_CHECKING:
    from ingest.goaml.elements import Element
    from ingest.goaml.leaves import Account, Leaf

_PERSON = "person"


@dataclass(slots=True)
class Group:
    """What is said of one thing: texts by XPath within it, apart by whether they may name someone."""

    category: str
    element: Element
    path: str
    around: Group | None = None
    plain: dict[str, str] = field(default_factory=dict)
    identifying: dict[str, str] = field(default_factory=dict)

    @property
    def is_end(self) -> bool:
        """Whether this account, person or entity is itself what a side names."""
        return self.around is not None and self.around.category == "side" and self.named != "t_conductor"

    @property
    def named(self) -> str:
        """Name of its element."""
        return self.element.name

    @property
    def text(self) -> str:
        """What may name someone, as one text that can be searched."""
        return "; ".join(f"{path}: {value}" for path, value in self.identifying.items())

    def take(self, leaf: Leaf) -> None:
        """Keep a leaf; a blank one says nothing."""
        if not leaf.text:
            return
        known = vocabulary()
        path = leaf.path.removeprefix(self.path).removeprefix("/") or leaf.name
        open_ = leaf.name in known.plain and self.category != _PERSON
        (self.plain if open_ else self.identifying)[path] = leaf.text


def groups(element: Element, path: str, account: Account, category: str) -> list[Group]:
    """Return the groups within an element, the outermost first, in the order of the document.

    Parameters
    ----------
    account : Account
        Every leaf is counted in it.
    category : str
        Of the element itself.
    """
    found = [Group(category, element, path)]
    _sort(element, path, found[0], found, account)
    return found


def _sort(element: Element, path: str, group: Group, found: list[Group], account: Account) -> None:
    known = vocabulary()
    for leaf in own_leaves(element, path):
        if known.knows(leaf.name):
            account.mapped += 1
            group.take(leaf)
        else:
            account.miss(leaf)
    for child, place in element.inside(path):
        category = known.groups.get(child.name)
        below = group
        if category and child.children:
            below = Group(category, child, place, group)
            found.append(below)
        _sort(child, place, below, found, account)
