"""ST-03: one person's instrument gathers from many strangers, then pays out to many within days.

The two halves are judged apart, each beside what is usual here, and combined: an account that does
both at once is far rarer than one that does either.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.fans import fans
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import HOUR
from analytics.surprise.stars import StarNull, star_null, windows_of
from analytics.surprise.tails import product_tail
from analytics.wording import days, no_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.kernels.fans import Fans
    from analytics.material import Ids, Ints, Material

ID = "ST-03"


@dataclass(frozen=True, slots=True)
class _Side:
    """One direction of a table: windows of its lists, and what is usual in them."""

    start: Ints
    order: Ints
    party: Ids
    found: Fans
    null: StarNull
    busiest: Ints

    def own(self, node: int) -> list[int]:
        return [int(p) for p in self.order[self.start[node] : self.start[node + 1]]]


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find instruments that gathered and scattered; of each the windows that share no payment."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        window = int(values["hours"]) * HOUR
        took = _side(table, table.incoming, table.src, window)
        paid = _side(table, table.outgoing, table.dst, window)
        both = (took.busiest >= int(values["senders"])) & (paid.busiest >= int(values["receivers"]))
        for node in np.flatnonzero(both).tolist():
            yield from _of(table, node, (took, paid), values)


def _side(table: Dealings, lists: tuple[Ints, Ints], party: Ids, window: int) -> _Side:
    start, order = lists
    found = fans(start, order, party, table.lo, window)
    size, strange = windows_of(found.opened, order, table.one_off)
    null = star_null(zip(size.tolist(), strange.tolist(), strict=True))
    busiest = np.zeros(len(start) - 1, np.int64)
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    np.maximum.at(busiest, owner, found.parties)
    return _Side(start, order, party, found, null, busiest)


def _of(
    table: Dealings, node: int, sides: tuple[_Side, _Side], values: Mapping[str, Value]
) -> Iterator[Candidate]:
    """Judge an instrument's gatherings, the largest first; none is judged by a part of itself."""
    found = list(_windows(table, node, sides, int(values["hours"]) * HOUR))
    judged: set[int] = set()
    for took, paid in sorted(found, key=lambda w: (-len({int(sides[0].party[p]) for p in w[0]}), w)):
        if judged.isdisjoint(took):
            judged.update(took)
            if _is(table, took, paid, sides, values):
                chance = _chance(table, node, took, paid, sides)
                yield _candidate(table, node, took, paid, round(chance, 9))


def _windows(
    table: Dealings, node: int, sides: tuple[_Side, _Side], window: int
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Give what came in within a window from each receipt on, and what left in it after half had come."""
    received, spent = sides[0].own(node), sides[1].own(node)
    at_in, at_out = [int(table.lo[p]) for p in received], [int(table.lo[p]) for p in spent]
    for first, opened in enumerate(at_in):
        took = received[first : bisect_left(at_in, opened + window)]
        whole = sum(int(table.amount[p]) for p in took)
        running, half = 0, opened
        for p in took:
            running += int(table.amount[p])
            half = int(table.lo[p])
            if 2 * running >= whole:
                break
        paid = spent[bisect_right(at_out, half) : bisect_left(at_out, opened + window)]
        if took and paid:
            last = int(table.lo[paid[-1]])
            yield tuple(p for p in took if table.lo[p] <= last), tuple(paid)


def _is(
    table: Dealings,
    took: tuple[int, ...],
    paid: tuple[int, ...],
    sides: tuple[_Side, _Side],
    values: Mapping[str, Value],
) -> bool:
    senders = {int(sides[0].party[p]) for p in took}
    receivers = {int(sides[1].party[p]) for p in paid}
    came, left = (sum(int(table.amount[p]) for p in half) for half in (took, paid))
    return (
        len(senders) >= values["senders"]
        and len(receivers) >= values["receivers"]
        and 2 * len(senders & receivers) <= min(len(senders), len(receivers))
        and Fraction(values["least"]) * came <= left <= Fraction(values["most"]) * came
    )


def _chance(
    table: Dealings, node: int, took: tuple[int, ...], paid: tuple[int, ...], sides: tuple[_Side, _Side]
) -> float:
    """Return log10 of E: both halves as surprising as these, at any account."""
    logs = 0.0
    for half, side in zip((took, paid), sides, strict=True):
        strange = int(np.count_nonzero(table.one_off[list(half)]))
        windows = max(1, int(side.start[node + 1] - side.start[node]))
        logs += min(0.0, side.null.tail(len(half), strange) + math.log10(windows))
    return math.log10(max(1, table.accounts)) + product_tail(logs, 2) + math.log10(table.tables)


def _candidate(
    table: Dealings, node: int, took: tuple[int, ...], paid: tuple[int, ...], chance: float
) -> Candidate:
    material = table.material
    came, left = table.positions(took), table.positions(paid)
    senders = dict.fromkeys(int(table.src[p]) for p in took)
    receivers = dict.fromkeys(int(table.dst[p]) for p in paid)
    return Candidate(
        node,
        tuple(dict.fromkeys((node, *senders, *receivers))),
        tuple(sorted((*came, *left))),
        {
            "days": days(int(table.lo[paid[-1]] - table.lo[took[0]])),
            "senders": len(senders),
            "receivers": len(receivers),
            "gathered": material.money(material.sum(came), table.asset),
            "scattered": material.money(material.sum(left), table.asset),
        },
        chance,
        no_record(material, [node]),
    )


TYPOLOGY = Typology(
    id=ID,
    slug="gather-scatter",
    version="1",
    title="Gathered from many, paid out to many",
    severity=Severity.REVIEW,
    references=(
        "Altman et al., Realistic synthetic financial transactions, NeurIPS 2023: gather-scatter",
        "Oztas et al., SAML-D, IEEE ICEBE 2023: gather-scatter",
    ),
    preconditions=("transfers between instruments of persons, with their times",),
    parameters=(
        Parameter("senders", 8, "senders", "as ST-01"),
        Parameter("receivers", 8, "receivers", "as many as it took from"),
        Parameter("hours", 72, "hours", "what is gathered to be passed on does not wait"),
        Parameter("least", Fraction(17, 20), "share passed on", "a fee of up to 15 %"),
        Parameter("most", Fraction(51, 50), "share passed on", "charges and small own money"),
    ),
    detect=detect,
    chance="Both stars at one account, each beta-binomial beside its peers, combined as a product.",
)
