"""ST-08: a ring of payments between instruments that have no other dealing with each other at all.

Rings that are made for laundering need not pass money round in the order of time, nor keep amounts:
in the labelled sets they do neither. What they have is that their members are strangers otherwise.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.cycles import cycles
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import DAY
from analytics.surprise.closing import cycle_surprise
from analytics.wording import days, no_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.material import Material

ID = "ST-08"
STEPS = 1e8
"""Steps that a search may take: about a second."""


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find rings of one-off dealings in the order of their first payment, each once."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        strange = replace(table, at=table.at[table.one_off])
        if not len(strange):
            continue
        longest, wanted = int(values["hops"]), int(values["days"]) * DAY
        window = _searched(strange, wanted, table.period, longest)
        if window < wanted:
            yield NotEvaluated(ID, f"rings slower than {days(window)} days: too many ways to follow them all")
        nothing = np.zeros(len(strange), np.int64)
        found = cycles(
            *strange.outgoing,
            (strange.src, strange.dst),
            strange.lo,
            (strange.amount, nothing),
            window,
            longest=longest,
            ordered=False,
        )
        if found.cut.size:
            yield NotEvaluated(ID, f"{found.cut.size} searches had too many ways to follow them all")
        for row in found.rows.tolist():
            yield _candidate(strange, tuple(p for p in row if p >= 0), table.period)


def _searched(table: Dealings, window: int, period: int, longest: int) -> int:
    """Halve the window until all rings in it can be followed: where many are, slow ones surprise least."""
    pays, takes = (np.diff(lists[0]).astype(np.float64) for lists in (table.outgoing, table.incoming))
    onward = float((pays * takes).sum()) / len(table)
    while len(table) * max(1.0, onward * min(1.0, window / period)) ** (longest - 1) > STEPS and window > DAY:
        window //= 2
    return window


def _candidate(table: Dealings, ring: tuple[int, ...], period: int) -> Candidate:
    material = table.material
    lo, hi = (int(end) for end in (table.lo[list(ring)].min(), table.lo[list(ring)].max()))
    holders = [int(table.src[p]) for p in ring]
    start, _ = table.outgoing
    pays = [
        (int(start[node + 1] - start[node]), table.within(table.outgoing, node, lo, hi) - 1)
        for node in holders[1:]
    ]
    takes = int(table.incoming[0][holders[0] + 1] - table.incoming[0][holders[0]])
    ordered = all(a < b for a, b in pairwise(ring))
    chance = cycle_surprise(hi - lo + table.precision(*ring), period, pays, takes, ordered=ordered)
    positions = table.positions(ring)
    return Candidate(
        holders[0],
        tuple(holders),
        tuple(sorted(positions)),
        {
            "hops": len(holders),
            "days": days(hi - lo),
            "total": material.money(material.sum(positions), table.asset),
        },
        chance + math.log10(table.tables),
        ("whether the instruments belong to different people", *no_record(material, holders)),
    )


TYPOLOGY = Typology(
    id=ID,
    slug="ring-of-strangers",
    version="1",
    title="A ring of payments between strangers",
    severity=Severity.REVIEW,
    references=(
        "Own measurement on AMLSim and AMLGentex: members of planted rings have no other dealing",
        "Altman et al., Realistic synthetic financial transactions, NeurIPS 2023: simple cycle",
    ),
    preconditions=("transfers between instruments of persons, with their times",),
    parameters=(
        Parameter("days", 56, "days", "two pay cycles; E uses the true span"),
        Parameter("hops", 6, "instruments", "more cannot be read, and cost grows with each"),
    ),
    detect=detect,
    chance="Cycles of one-off dealings among receivers drawn by their degree in the span.",
)
