"""ST-01: many strangers pay one person's instrument within days.

One collection says little by itself: chamas, funerals, landlords and traders collect too. What speaks
is how many of the payers never dealt with the collector at any other time, beside what is usual here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.fans import fans
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import DAY
from analytics.surprise.stars import star_null, windows_of
from analytics.wording import days, no_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.material import Ints, Material

ID = "ST-01"


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find collectors: the most surprising windows of each instrument that share no payment."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        yield from _collectors(table, values)


@dataclass(frozen=True, slots=True)
class _Window:
    """A window of one account, the most surprising first; ``opened`` to ``last`` are list places."""

    chance: float
    window: int
    fewer: int
    opened: int
    last: int
    fresh: int


_ORDER = attrgetter("chance", "window", "fewer", "opened")


def _collectors(table: Dealings, values: Mapping[str, Value]) -> Iterator[Candidate]:
    """Look in windows that double until they span the record; of overlapping ones the most surprising."""
    scales = _scales(int(values["days"]) * DAY, table.period)
    trials = math.log10(table.tables * len(scales))
    found: list[_Window] = []
    for window in scales:
        found += _apart(_windows(table, window, trials, values))
    kept = [w for w in found if _density(table, w) < Fraction(values["density"])]
    for w in _apart(kept):
        yield _candidate(table, w)


def _windows(table: Dealings, window: int, trials: float, values: Mapping[str, Value]) -> list[_Window]:
    """Return the windows of one length that have enough senders, enough of them new."""
    start, order = table.incoming
    wide = fans(start, order, table.src, table.lo, window)
    size, strange = windows_of(wide.opened, order, table.one_off)
    enough = (wide.parties >= int(values["senders"])) & (wide.fresh >= _needed(wide.parties, values))
    if not enough.any():
        return []
    null = star_null(zip(size.tolist(), strange.tolist(), strict=True))
    chance = cache(null.surprise)
    return [
        _Window(
            round(chance(int(size[last]), int(strange[last])) + trials, 9),
            window,
            -int(wide.parties[last]),
            int(wide.opened[last]),
            last,
            int(wide.fresh[last]),
        )
        for last in np.flatnonzero(enough).tolist()
    ]


def _apart(windows: list[_Window]) -> list[_Window]:
    """Keep of windows that share a payment the most surprising."""
    taken: set[int] = set()
    kept = []
    for w in sorted(windows, key=_ORDER):
        places = range(w.opened, w.last + 1)
        if taken.isdisjoint((w.opened, w.last)) and taken.isdisjoint(places):
            taken.update(places)
            kept.append(w)
    return kept


def _scales(shortest: int, period: int) -> list[int]:
    """Return window lengths, each twice the one before, until one spans the record."""
    found = [shortest]
    while found[-1] <= period:
        found.append(2 * found[-1])
    return found


def _needed(parties: Ints, values: Mapping[str, Value]) -> Ints:
    share = Fraction(values["new"])
    return np.asarray(-(-parties * share.numerator // share.denominator))


def _density(table: Dealings, window: _Window) -> Fraction:
    """Return the share of pairs of senders that ever dealt with each other."""
    members = table.incoming[1][window.opened : window.last + 1]
    senders = sorted({int(table.src[p]) for p in members})
    return Fraction(table.linked(senders), max(1, len(senders) * (len(senders) - 1) // 2))


def _candidate(table: Dealings, window: _Window) -> Candidate:
    material = table.material
    members = table.incoming[1][window.opened : window.last + 1]
    positions = table.positions(tuple(members.tolist()))
    subject = int(table.dst[members[0]])
    senders = list(dict.fromkeys(int(table.src[p]) for p in members))
    opened = int(table.lo[members[0]])
    missing = list(no_record(material, [subject]))
    if opened - int(material.lo[0]) < window.window:
        missing.append("what came before: the evidence begins too shortly before to say who was new")
    return Candidate(
        subject,
        (subject, *senders),
        positions,
        {
            "days": days(int(table.lo[members[-1]]) - opened),
            "senders": len(senders),
            "new": window.fresh,
            "total": material.money(material.sum(positions), table.asset),
        },
        window.chance,
        tuple(missing),
    )


TYPOLOGY = Typology(
    id=ID,
    slug="fan-in-collector",
    version="1",
    title="Many strangers pay one instrument",
    severity=Severity.REVIEW,
    references=(
        "FinCEN FIN-2014-A008: many unrelated senders, one beneficiary",
        "Altman et al., Realistic synthetic financial transactions, NeurIPS 2023: fan-in",
    ),
    preconditions=("transfers between instruments of persons, with their times",),
    parameters=(
        Parameter("senders", 8, "senders", "above the size of a family that pools"),
        Parameter("days", 7, "days", "a week, one round of collecting; doubled until the record ends"),
        Parameter("new", Fraction(3, 5), "share of senders", "most of them never paid it before"),
        Parameter(
            "density", Fraction(1, 10), "share of pairs", "senders who deal among themselves know each other"
        ),
    ),
    detect=detect,
    chance="One-off dealings among an account's receipts in a window, beta-binomial, fitted to its peers.",
)
