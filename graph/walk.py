"""Bounded neighbourhoods over a snapshot's arrays: what is drawn, grouped, asked about or left out.

Why not simply expand: one agent till has thirty thousand payments, and nobody reads thirty thousand
lines. A neighbourhood here has a budget of nodes; an instrument with too many counterparties asks
which ones are wanted; counterparties that deal with nobody else become one group; and whatever is
not drawn is counted and summed where it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from graph.counting import Filter, inside, kept, number_of, units_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from graph.store import Direction, Snapshot

    Positions = NDArray[np.int64]

Choice = Literal["", "all", "value", "count", "window"]
Side = Literal["in", "out", "both"]

BUDGET, WARN, HARD_STOP = 300, 1_000, 2_000
"""Nodes drawn by default, from which a warning is due, and beyond which nothing is drawn."""
GUARD = 100
"""Counterparties beyond which an instrument asks which of them are wanted."""
TOP = 25
"""How many are drawn when the largest, or the most frequent, are wanted."""
LEAVES = 8
"""Counterparties without other neighbours that are drawn one by one, per hub and side."""
CALM = 26
"""Nodes that a picture has at most before such counterparties are grouped further."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An instrument whose counterparties are wanted.

    Parameters
    ----------
    choice : str
        ``value`` or ``count``: the ``TOP`` counterparties by it; ``all``; ``window``: those of
        ``window``; empty: all unless there are more than ``GUARD``.
    window : tuple of int, optional
        Half-open; whatever is looked at later, these counterparties stay drawn.
    """

    instrument: str
    direction: Direction = "both"
    choice: Choice = ""
    window: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Counterparties of one hub that deal with nobody else drawn; dense numbers, rising."""

    hub: int
    side: Side
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Omission:
    """What is not drawn beside a node: dense number (-1: as a whole), why, and what it comes to."""

    node: int
    reason: str
    instruments: int
    positions: Positions


@dataclass(frozen=True, slots=True)
class Reach:
    """A bounded neighbourhood, in the snapshot's dense numbers.

    Attributes
    ----------
    opened, single : tuple of int, rising
        Opened nodes, and all nodes drawn one by one (the opened among them).
    groups : tuple of Group
    positions : ndarray of int64
        Transfers with both ends drawn (in a group counts), rising.
    asked : tuple of int
        Opened nodes that need a choice first.
    omitted : tuple of Omission
    events : mapping
        Drawn single node to its number of transfers within the filter.
    leaves : int
        How many counterparties without other neighbours were drawn one by one.
    """

    opened: tuple[int, ...]
    single: tuple[int, ...]
    groups: tuple[Group, ...]
    positions: Positions
    asked: tuple[int, ...]
    omitted: tuple[Omission, ...]
    events: Mapping[int, int]
    leaves: int = LEAVES


def reach(
    snapshot: Snapshot,
    openings: Sequence[Opening],
    wanted: Filter = Filter(),  # noqa: B008 - frozen
    *,
    budget: int = BUDGET,
    keep_single: Iterable[str] = (),
    ungrouped: Iterable[str] = (),
    leaves: int | None = None,
) -> Reach:
    """Return the bounded neighbourhood of what was opened.

    Parameters
    ----------
    snapshot : Snapshot
    openings : sequence of Opening
        Ids without a transfer are passed over.
    wanted : Filter
    budget : int
        Most nodes, groups counted as one; at most ``HARD_STOP``.
    keep_single : iterable of str
        Instruments that never disappear into a group (pinned, selected); drawn when they have a
        transfer with something that is drawn.
    ungrouped : iterable of str
        Hubs whose counterparties are drawn one by one as far as the budget goes.
    leaves : int, optional
        How many counterparties without other neighbours are drawn one by one, per hub and side; a
        picture that grows keeps the number that it began with. Chosen by ``CALM`` when not given.

    Returns
    -------
    Reach
        Deterministic: ties fall to the transfer that comes first in the total order.
    """
    walk = _Walk(snapshot, kept(snapshot, wanted), min(budget, HARD_STOP), leaves)
    return walk.run(openings, set(keep_single), set(ungrouped))


class _Walk:
    def __init__(self, snapshot: Snapshot, keep: NDArray[np.bool_], budget: int, given: int | None) -> None:
        self.snapshot, self.budget, self.given = snapshot, budget, given
        self.used = 0
        self.at: Positions = np.flatnonzero(keep)
        self.src, self.dst = snapshot.src[self.at], snapshot.dst[self.at]

    def run(self, openings: Sequence[Opening], keep_single: set[str], ungrouped: set[str]) -> Reach:
        opened: dict[int, Opening] = {}
        for opening in openings:
            number = number_of(self.snapshot, opening.instrument)
            if number is not None:
                opened.setdefault(number, opening)
        asked: list[int] = []
        omitted: list[Omission] = []
        found: dict[int, None] = dict.fromkeys(list(opened)[: self.budget])
        if len(opened) > self.budget:
            omitted.append(self._omission(-1, "budget", list(opened)[self.budget :]))
            opened = {n: opened[n] for n in found}
        for number, opening in opened.items():
            others, left, reason = self._counterparties(number, opening)
            if reason == "guard":
                asked.append(number)
            if len(left):
                omitted.append(self._omission(number, reason, left))
            found.update(dict.fromkeys(others))
        singles = {n for s in keep_single if (n := number_of(self.snapshot, s)) is not None}
        wide = {n for s in ungrouped if (n := number_of(self.snapshot, s)) is not None}
        single, groups, cut = self._fit(list(found), set(opened), singles, wide)
        if cut:
            omitted.append(self._omission(-1, "budget", cut))
        drawn = np.array(sorted({*single, *(m for g in groups for m in g.members)}), np.int64)
        inside = np.isin(self.src, drawn) & np.isin(self.dst, drawn)
        return Reach(
            tuple(sorted(opened)),
            tuple(sorted(single)),
            tuple(groups),
            self.at[inside],
            tuple(sorted(asked)),
            tuple(omitted),
            self._events(single),
            self.used,
        )

    def _touching(self, number: int, direction: str) -> tuple[Positions, NDArray[np.int32]]:
        """Return places in ``self.at`` of a node's transfers, and their other ends."""
        out, come = self.src == number, self.dst == number
        mask = out if direction == "out" else come if direction == "in" else out | come
        here = np.flatnonzero(mask)
        others = np.where(self.src[here] == number, self.dst[here], self.src[here])
        apart = others != number
        return here[apart], others[apart]

    def _counterparties(self, number: int, opening: Opening) -> tuple[list[int], list[int], str]:
        """Return counterparties to draw, those left out, and the reason."""
        here, others = self._touching(number, opening.direction)
        if opening.choice == "window":
            now = np.isin(self.at[here], inside(self.snapshot, self.at[here], opening.window))
            near = list(dict.fromkeys(others[now].tolist()))
            away = list(dict.fromkeys(others[~np.isin(others, np.array(near, others.dtype))].tolist()))
            return near, away, "window"
        distinct, first, count = np.unique(others, return_index=True, return_counts=True)
        order = np.argsort(first, kind="stable")
        everyone = distinct[order].tolist()
        if opening.choice in ("", "all"):
            if opening.choice == "" and len(everyone) > GUARD:
                return [], everyone, "guard"
            return everyone, [], ""
        if opening.choice == "count":
            often = dict(zip(distinct.tolist(), count.tolist(), strict=True))
            ranked = sorted(everyone, key=lambda n: -often[n])
        else:
            ranked = self._by_value(here, others, everyone)
        return ranked[:TOP], ranked[TOP:], "top"

    def _by_value(self, here: Positions, others: NDArray[np.int32], everyone: list[int]) -> list[int]:
        """Rank by what passed in the asset that passes most often here; assets are never added."""
        positions = self.at[here]
        assets = self.snapshot.asset[positions]
        if not len(assets):
            return everyone
        usual = int(np.argmax(np.bincount(assets)))
        sums: dict[int, int] = dict.fromkeys(everyone, 0)
        mine = assets == usual
        for other, units in zip(others[mine].tolist(), units_at(self.snapshot, positions[mine]), strict=True):
            sums[other] += units
        return sorted(everyone, key=lambda n: -sums[n])

    def _fit(
        self, found: list[int], opened: set[int], singles: set[int], wide: set[int]
    ) -> tuple[list[int], list[Group], list[int]]:
        """Group leaves as far as needed; what still passes the budget is cut, the least first."""
        leaves, sides = self._leaves(found, opened, singles)
        rest = [n for n in found if n not in sides]
        room = dict.fromkeys(wide, self.budget)
        calm = min(CALM + len(wide) * GUARD, self.budget)
        for most, bound in self._attempts(calm):
            single, groups = self._grouped(rest, leaves, room, most)
            if len(single) + len(groups) <= bound:
                self.used = most
                return single, groups, []
        single, groups = self._grouped(rest, leaves, {}, 0)
        space = max(0, self.budget - len(opened))
        groups = groups[:space]
        others = [n for n in single if n not in opened]
        often = self._events(others)
        ranked = sorted(others, key=lambda n: -often[n])
        kept_here = set(ranked[: max(0, space - len(groups))])
        drawn = [n for n in single if n in opened or n in kept_here]
        shown = {*drawn, *(m for g in groups for m in g.members)}
        return drawn, groups, [n for n in found if n not in shown]

    def _attempts(self, calm: int) -> list[tuple[int, int]]:
        """Return how many leaves to draw one by one, and the bound within which that is good."""
        if self.given is not None:
            return [(most, self.budget) for most in range(self.given, -1, -1)]
        return [*((most, calm) for most in range(LEAVES, -1, -1)), (0, self.budget)]

    def _leaves(
        self, found: list[int], opened: set[int], singles: set[int]
    ) -> tuple[dict[tuple[int, Side], list[int]], dict[int, Side]]:
        """Return, by hub and side, found nodes whose only neighbour among the found is that hub."""
        drawn = np.array(sorted(found), np.int64)
        inside = np.isin(self.src, drawn) & np.isin(self.dst, drawn) & (self.src != self.dst)
        pairs = {*zip(self.src[inside].tolist(), self.dst[inside].tolist(), strict=True)}
        neighbours: dict[int, set[int]] = {n: set() for n in found}
        for a, b in pairs:
            neighbours[a].add(b)
            neighbours[b].add(a)
        leaves: dict[tuple[int, Side], list[int]] = {}
        sides: dict[int, Side] = {}
        for n in found:
            if n in opened or n in singles or len(neighbours[n]) != 1:
                continue
            (hub,) = neighbours[n]
            if hub not in opened:
                continue
            pays, paid = (n, hub) in pairs, (hub, n) in pairs
            sides[n] = "both" if pays and paid else "in" if pays else "out"
            leaves.setdefault((hub, sides[n]), []).append(n)
        return {key: self._ranked(*key, members) for key, members in leaves.items()}, sides

    def _ranked(self, hub: int, side: Side, members: list[int]) -> list[int]:
        here, others = self._touching(hub, side)
        mine = np.isin(others, np.array(members))
        return self._by_value(here[mine], others[mine], members)

    @staticmethod
    def _grouped(
        rest: list[int],
        leaves: Mapping[tuple[int, Side], list[int]],
        room: Mapping[int, int],
        most: int,
    ) -> tuple[list[int], list[Group]]:
        single, groups = list(rest), []
        for (hub, side), ranked in leaves.items():
            few = room.get(hub, most)
            cut = few if len(ranked) > few + 1 else len(ranked)  # a group of one hides nothing
            single += ranked[:cut]
            if cut < len(ranked):
                groups.append(Group(hub, side, tuple(sorted(ranked[cut:]))))
        return single, sorted(groups, key=lambda g: (g.hub, g.side))

    def _events(self, nodes: Iterable[int]) -> dict[int, int]:
        """Return how many transfers of the filter touch each node; one to itself counts once."""
        size = len(self.snapshot.nodes)
        both = self.src == self.dst
        count = np.bincount(self.src, minlength=size) + np.bincount(self.dst[~both], minlength=size)
        return {n: int(count[n]) for n in sorted(nodes)}

    def _omission(self, node: int, reason: str, left: Sequence[int]) -> Omission:
        away = np.array(sorted(left), np.int64)
        touching: NDArray[Any] = np.isin(self.src, away) | np.isin(self.dst, away)
        if node >= 0:
            touching &= (self.src == node) | (self.dst == node)
        return Omission(node, reason, len(left), self.at[touching])
