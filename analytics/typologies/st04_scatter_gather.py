"""ST-04: one instrument pays several, and each of them pays nearly all of it on to one and the same.

A family may relay to one hospital bill in this way. What speaks is that the two ends meet through so
many middles at once, beside how often money is passed on here at all.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.bands import at_least
from analytics.kernels.passing import through
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import HOUR
from analytics.surprise.relaying import relay_surprise
from analytics.wording import days, no_record, order_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.material import Material

ID = "ST-04"
Pair = tuple[int, int]


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find pairs of instruments that many middles join within days; of each the fullest windows."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        window = int(values["hours"]) * HOUR
        least = at_least(table.amount, Fraction(values["least"]))
        bands = (table.amount, least, table.amount)
        found = through(*table.outgoing, (table.src, table.dst), table.lo, bands, window)
        onward = len(found) / len(table)
        for pairs in _joined(table, [(int(a), int(b)) for a, b in found.tolist()], int(values["middles"])):
            for kept in _windows(table, pairs, window, int(values["middles"])):
                yield _candidate(table, kept, window, onward)


def _joined(table: Dealings, pairs: Sequence[Pair], middles: int) -> Iterator[list[Pair]]:
    """Give the ways from one instrument to another where they are many enough, the earliest first."""

    def ends(pair: Pair) -> Pair:
        return int(table.src[pair[0]]), int(table.dst[pair[1]])

    for _, group in groupby(sorted(pairs, key=lambda p: (ends(p), p)), key=ends):
        listed = list(group)
        if len(listed) >= middles:
            yield listed


def _windows(table: Dealings, pairs: list[Pair], window: int, middles: int) -> Iterator[tuple[Pair, ...]]:
    """Give windows from first payment to last, one way through each middle; none shares a payment."""
    used: set[int] = set()
    for first, _ in pairs:
        opened = int(table.lo[first])
        by_middle: dict[int, Pair] = {}
        for a, b in pairs:
            inside = opened <= table.lo[a] and table.lo[b] - opened < window
            if inside and a not in used and b not in used:
                by_middle.setdefault(int(table.dst[a]), (a, b))
        if len(by_middle) >= middles:
            kept = tuple(sorted(by_middle.values()))
            used.update(p for pair in kept for p in pair)
            yield kept


def _candidate(table: Dealings, pairs: tuple[Pair, ...], window: int, onward: float) -> Candidate:
    material = table.material
    out, back = table.positions(tuple(a for a, _ in pairs)), table.positions(tuple(b for _, b in pairs))
    first, last = int(table.src[pairs[0][0]]), int(table.dst[pairs[0][1]])
    middles = [int(table.dst[a]) for a, _ in pairs]
    lo, hi = min(int(table.lo[a]) for a, _ in pairs), max(int(table.lo[b]) for _, b in pairs)
    chance = relay_surprise(
        len(middles),
        table.within(table.outgoing, first, lo, lo + window),
        table.within(table.incoming, last, lo, lo + window),
        int(np.searchsorted(table.lo, lo + window, "right") - np.searchsorted(table.lo, lo, "left")),
        onward,
        table.accounts,
        table.period / window,
    )
    return Candidate(
        last,
        (last, first, *middles),
        tuple(sorted((*out, *back))),
        {
            "days": days(hi - lo),
            "middles": len(middles),
            "scattered": material.money(material.sum(out), table.asset),
            "gathered": material.money(material.sum(back), table.asset),
        },
        chance + math.log10(table.tables),
        (
            *order_unknown(material, list(zip(out, back, strict=True))),
            *no_record(material, middles),
        ),
    )


TYPOLOGY = Typology(
    id=ID,
    slug="scatter-gather",
    version="1",
    title="Paid to several, who all pay the same one",
    severity=Severity.PRIORITY,
    references=(
        "Altman et al., Realistic synthetic financial transactions, NeurIPS 2023: scatter-gather",
        "Oztas et al., SAML-D, IEEE ICEBE 2023: scatter-gather",
    ),
    preconditions=("transfers between instruments of persons, with their order in time",),
    parameters=(
        Parameter("middles", 3, "middles", "two who relay are a couple"),
        Parameter("hours", 72, "hours", "what is split to be joined again does not wait"),
        Parameter("least", Fraction(17, 20), "share passed on", "fees and commission of up to 15 %"),
    ),
    detect=detect,
    chance="Poisson number of ways through middles, from how often money here is passed on at all.",
)
