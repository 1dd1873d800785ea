"""ST-05: money goes through several instruments and comes back to where it started, little diminished.

Own accounts, loans paid back and savings groups do so too. Two instruments that pay each other count
only when money came back three times.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.bands import at_least
from analytics.kernels.cycles import cycles
from analytics.kernels.pairs import pair_keys
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import DAY
from analytics.surprise.closing import cycle_surprise
from analytics.wording import days, no_record, order_unknown, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.material import Ints, Material

ID = "ST-05"


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find round trips in the order of time, each once."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        window = int(values["days"]) * DAY
        least = at_least(table.amount, Fraction(values["kept"]))
        found = cycles(
            *table.outgoing,
            (table.src, table.dst),
            table.lo,
            (table.amount, least),
            window,
            longest=int(values["hops"]),
        )
        if found.cut.size:
            yield NotEvaluated(ID, f"{found.cut.size} searches had too many ways to follow them all")
        for row in found.rows.tolist():
            yield _round(table, tuple(p for p in row if p >= 0))
        pairs = list(_there_and_back(table, least, window, int(values["repeats"])))
        often = sorted(len(places) for places in pairs)
        for places in pairs:
            as_often = len(often) - bisect_left(often, len(places))
            yield _returns(table, places, as_often)


def _round(table: Dealings, places: tuple[int, ...]) -> Candidate:
    lo, hi = int(table.lo[places[0]]), int(table.lo[places[-1]])
    holders = [int(table.src[p]) for p in places]
    start, _ = table.outgoing
    pays = [
        (int(start[node + 1] - start[node]), table.within(table.outgoing, node, lo, hi) - 1)
        for node in holders[1:]
    ]
    takes = int(table.incoming[0][holders[0] + 1] - table.incoming[0][holders[0]])
    chance = cycle_surprise(hi - lo + table.precision(*places), table.period, pays, takes)
    return _candidate(table, places, holders, chance + math.log10(table.tables))


def _returns(table: Dealings, places: tuple[int, ...], as_often: int) -> Candidate:
    """Return two who pay each other back and forth: a habit, so E is how many pairs here do so as often."""
    holders = [int(table.src[places[0]]), int(table.dst[places[0]])]
    return _candidate(table, places, holders, math.log10(as_often * table.tables))


def _candidate(table: Dealings, places: tuple[int, ...], holders: list[int], chance: float) -> Candidate:
    material = table.material
    positions = table.positions(places)
    amounts = [int(table.amount[p]) for p in places]
    steps = list(pairwise(positions))
    return Candidate(
        holders[0],
        tuple(holders),
        positions,
        {
            "hops": len(holders),
            "days": days(int(table.lo[places[-1]] - table.lo[places[0]])),
            "least_share": percent(min(amounts), amounts[0]),
        },
        chance,
        (
            "whether the instruments belong to different people",
            *order_unknown(material, steps),
            *no_record(material, holders),
        ),
    )


def _there_and_back(table: Dealings, least: Ints, window: int, repeats: int) -> Iterator[tuple[int, ...]]:
    """Give payments of two accounts that went there and came back so often, each return in its time."""
    keys = pair_keys(table.src, table.dst, len(table.material.nodes))
    often = [key for key, count in Counter(keys.tolist()).items() if count >= 2 * repeats]
    for key in sorted(often):
        places = np.flatnonzero(keys == key).tolist()
        found: list[int] = []
        out = -1
        for p in places:
            if out >= 0 and table.src[p] == table.dst[out]:
                if table.lo[p] - table.lo[out] < window and table.amount[p] >= least[out]:
                    found += [out, p]
                out = -1
            elif out < 0 and (not found or table.src[p] == table.src[found[0]]):
                out = p
        if len(found) >= 2 * repeats:
            yield tuple(found)


TYPOLOGY = Typology(
    id=ID,
    slug="round-trip",
    version="1",
    title="Money that comes back to where it started",
    severity=Severity.REVIEW,
    references=(
        "Altman et al., Realistic synthetic financial transactions, NeurIPS 2023: simple cycle",
        "Oztas et al., SAML-D, IEEE ICEBE 2023: cycle",
    ),
    preconditions=("transfers between instruments of persons, with their order in time",),
    parameters=(
        Parameter("days", 14, "days", "half a pay cycle: longer trips are ordinary dealing"),
        Parameter("hops", 6, "instruments", "more cannot be read, and cost grows with each"),
        Parameter(
            "kept", Fraction(4, 5), "share of the first payment", "a middleman's part of up to a fifth"
        ),
        Parameter("repeats", 3, "returns", "two who pay each other once are lending"),
    ),
    detect=detect,
    chance="Time-ordered cycles among receivers drawn by their degree in the span; of two, such pairs.",
)
