"""Where the parts of a Sankey stand: columns, heights, and labels that never cover one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from api.evidence.display import money
from api.evidence.figures.svg import Length, width_of
from graph.model.amounts import Asset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.flows import Node
    from api.evidence.figures.flows import Flows

THIN = Fraction(3, 2)
"""Least width of a ribbon and height of a bar, in pixels."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide a Sankey is and where its columns begin; ``height`` is that of all claims together.

    ``left`` is the bar of the claimants, ``bars`` that of the ends, ``amounts`` where these end,
    ``legend`` where the rules are named.
    """

    width: int
    left: int
    bars: int
    names: int
    amounts: int
    dots: int
    dots_wide: int
    height: int
    legend: int


SHEET = Measure(880, 112, 424, 440, 688, 704, 70, 240, 112)
"""For paper: scaled to the text width of A4."""
SCREEN = Measure(1132, 112, 514, 530, 842, 860, 138, 300, 500)
"""For the width that a page leaves beside its rail."""


@dataclass(slots=True)
class Box:
    """A bar: its column, top and height; ``out`` and ``into`` are how far its sides are used up."""

    column: int
    top: Fraction
    height: Fraction
    out: Fraction = Fraction(0)
    into: Fraction = Fraction(0)

    @property
    def middle(self) -> Fraction:
        """Return the middle of the bar."""
        return self.top + self.height / 2


@dataclass(slots=True)
class Labels:
    """Places already taken by text."""

    taken: list[tuple[Fraction, Fraction, Fraction, Fraction]] = field(default_factory=list)

    def claim(
        self,
        words: Sequence[str],
        x: Length,
        tops: Sequence[Fraction],
        size: int,
        line: int,
        anchor: str = "middle",
    ) -> Fraction | None:
        """Take the first of the tops at which the lines cover nothing; None where all do."""
        wide = max(width_of(w, size) for w in words)
        left = Fraction(x) - (wide / 2 if anchor == "middle" else wide if anchor == "end" else 0)
        for top in tops:
            box = (left, top, left + wide, top + line * len(words))
            if all(
                box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]
                for other in self.taken
            ):
                self.taken.append(box)
                return top
        return None


STEPS = 3
"""Most steps of a scale after its nothing."""


def ticks(most: Fraction, asset: str) -> list[tuple[Fraction, str]]:
    """Return round steps from nothing up to ``most`` base units, with their words.

    Examples
    --------
    >>> [(str(value), words) for value, words in ticks(Fraction(26000000), "KES:2")]
    [('0', '0'), ('10000000', '100 k'), ('20000000', '200 k')]
    """
    base = 10 ** (Asset.from_key(asset).exponent or 0)
    whole = most / base
    power = 1
    while whole > 50 * power:
        power *= 10
    step = next((n * power for n in (1, 2, 5, 10) if whole <= (STEPS + 1) * n * power - 1), 20 * power)
    count = int(whole // step)
    if whole < 1 or not count:
        return [(Fraction(0), "0"), (most, money(most, asset))] if most else [(Fraction(0), "0")]
    return [(Fraction(n * step * base), _tick(n * step)) for n in range(count + 1)]


def _tick(value: int) -> str:
    for size, least, mark in ((10**9, 10**9, " bn"), (10**6, 10**6, " m"), (10**3, 10**4, " k")):
        if value >= least and not value % size:
            return f"{value // size:,}{mark}"
    return f"{value:,}"


def columns(found: Flows) -> dict[Node, int]:
    """Give each account a column after every account that feeds it; a payment back is no step forward."""
    order = {node: i for i, node in enumerate(found.ledgers)}
    column = dict.fromkeys(order, 1)
    for node, place in order.items():
        fed = [s for s, t in found.links if t == node and order.get(s, place) < place]
        column[node] = max((column[s] + 1 for s in fed), default=1)
    return column


def scale_of(found: Flows, height: int) -> Fraction:
    """Return pixels per claim unit, so that all claims together have a given height."""
    return Fraction(height) / found.total if found.total else Fraction(0)


def weight(found: Flows, node: Node) -> Fraction:
    """Return what passes through a node."""
    into = sum((v for (_, t), v in found.links.items() if t == node), Fraction(0))
    out = sum((v for (s, _), v in found.links.items() if s == node), Fraction(0))
    return max(into, out)


def place_column(
    nodes: Sequence[Node], boxes: dict[Node, Box], wanted: Mapping[Node, Fraction], gap: int, top: int
) -> Fraction:
    """Stack the nodes of one column near where they want to be, ``gap`` apart; return the lower edge."""
    ranked = sorted(nodes, key=lambda n: (wanted[n], n))
    at = Fraction(top)
    for node in ranked:
        box = boxes[node]
        box.top = max(at, wanted[node] - box.height / 2)
        at = box.top + box.height + gap
    return at


def pull(found: Flows, node: Node, boxes: Mapping[Node, Box]) -> Fraction:
    """Return the mean height of what a node pays into, weighted by amount."""
    after = [(boxes[t].middle, v) for (s, t), v in found.links.items() if s == node and t in boxes]
    whole = sum((v for _, v in after), Fraction(0))
    return sum((m * v for m, v in after), Fraction(0)) / whole if whole else Fraction(40)
