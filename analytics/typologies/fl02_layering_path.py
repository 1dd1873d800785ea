"""FL-02: money goes on four times or more, each time within a day and nearly whole.

Supply chains and money sent on to relatives in the country look alike. Short open chains cannot be
told from ordinary dealing by amounts and times alone, and E says so where it is the case.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.bands import at_least
from analytics.kernels.passing import chains
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import HOUR
from analytics.surprise.passing import log_of, soon
from analytics.surprise.tails import product_tail
from analytics.wording import hours, no_record, order_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.material import Material

ID = "FL-02"


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find paths that nothing continues backwards, each along its longest continuation."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        least = at_least(table.amount, Fraction(values["least"]))
        count, following = chains(
            *table.outgoing,
            (table.src, table.dst),
            table.lo,
            (table.amount, least, table.amount),
            int(values["hours"]) * HOUR,
        )
        continued = set(following[following >= 0].tolist())
        for first in (count >= int(values["hops"])).nonzero()[0].tolist():
            if first in continued:
                continue
            path = _path(table, first, following.tolist(), Fraction(values["left"]))
            if len(path) >= values["hops"]:
                yield _candidate(table, path)


def _path(table: Dealings, first: int, following: list[int], left: Fraction) -> tuple[int, ...]:
    """Return the path until it meets an instrument again, or much stayed behind at one."""
    path = [first]
    met = {int(table.src[first]), int(table.dst[first])}
    while (onward := following[path[-1]]) >= 0:
        balance = table.balance(onward)
        if int(table.dst[onward]) in met or (
            balance is not None and balance > left * int(table.amount[path[-1]])
        ):
            break
        path.append(onward)
        met.add(int(table.dst[onward]))
    return tuple(path)


def _chance(table: Dealings, path: tuple[int, ...]) -> float:
    """Return log10 of E: any first transfer, followed as often, as soon and as nearly whole."""
    start, _ = table.outgoing
    logs = 0.0
    for a, b in pairwise(path):
        node = int(table.dst[a])
        unit = table.precision(a, b)
        amount = int(table.amount[a])
        logs += log_of(table.amounts.share(int(table.amount[b]), amount))
        payments = int(start[node + 1] - start[node])
        logs += log_of(soon(payments, int(table.lo[b] - table.lo[a]), unit, table.period))
    return math.log10(len(table)) + product_tail(logs, 2 * (len(path) - 1)) + math.log10(table.tables)


def _candidate(table: Dealings, path: tuple[int, ...]) -> Candidate:
    material = table.material
    positions = table.positions(path)
    holders = [int(table.src[path[0]]), *(int(table.dst[p]) for p in path)]
    middles = holders[1:-1]
    missing = [
        *order_unknown(material, list(pairwise(positions))),
        *no_record(material, middles),
    ]
    unprinted = sum(table.balance(p) is None for p in path[1:])
    if unprinted:
        missing.append(
            f"what stayed behind at {unprinted} of {len(middles)} instruments: no balance is printed"
        )
    return Candidate(
        middles[0],
        tuple(dict.fromkeys((middles[0], *holders))),
        positions,
        {
            "hops": len(path),
            "first": material.money(int(table.amount[path[0]]), table.asset),
            "last": material.money(int(table.amount[path[-1]]), table.asset),
            "hours": hours(int(table.lo[path[-1]] - table.lo[path[0]])),
        },
        _chance(table, path),
        tuple(missing),
    )


TYPOLOGY = Typology(
    id=ID,
    slug="layering-path",
    version="1",
    title="Money handed on again and again",
    severity=Severity.PRIORITY,
    references=(
        "Altman et al., Realistic synthetic financial transactions, NeurIPS 2023: random and stack",
        "FATF and APG, Financial Flows from Human Trafficking (2018): layering",
    ),
    preconditions=("transfers between instruments of persons, with their order in time",),
    parameters=(
        Parameter("hops", 4, "transfers", "fewer are ordinary relaying"),
        Parameter("hours", 24, "hours", "what waits longer is a holding"),
        Parameter("least", Fraction(17, 20), "share handed on", "a fee of up to 15 % at each hop"),
        Parameter("left", Fraction(1, 10), "share of the receipt", "what may stay behind at a middle"),
    ),
    detect=detect,
    chance="A random payment so soon after a receipt and so nearly whole, hop after hop, from any transfer.",
)
