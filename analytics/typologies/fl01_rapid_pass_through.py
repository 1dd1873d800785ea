"""FL-01: what comes in leaves again within hours, nearly whole, to somebody else, on several days.

Version 1 matches one payment to one receipt; a receipt that is passed on in parts is not seen here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from statistics import median_low
from typing import TYPE_CHECKING

from analytics.catalogue import Parameter, Typology
from analytics.dealings import dealings
from analytics.kernels.bands import at_least, at_most
from analytics.kernels.passing import passed_on
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import HOUR
from analytics.surprise.passing import log_of, soon
from analytics.surprise.tails import product_tail
from analytics.wording import clock, no_record, order_unknown, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analytics.catalogue import Value
    from analytics.dealings import Dealings
    from analytics.material import Ints, Material

ID = "FL-01"
BANK = frozenset({"account", "iban", "card"})
_BAND = 0.2


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find pass-throughs, one lead an instrument."""
    tables = dealings(material)
    if not tables:
        yield NotEvaluated(ID, "no transfers between instruments of persons are in evidence")
    for table in tables:
        by_node: dict[int, list[tuple[int, int]]] = defaultdict(list)
        bands = _bands(table, values)
        for hours, bank in ((values["hours"], False), (values["bank_hours"], True)):
            matched = passed_on(*table.outgoing, (table.src, table.dst), table.lo, bands, int(hours) * HOUR)
            for taken, paid in enumerate(matched.tolist()):
                node = int(table.dst[taken])
                if paid >= 0 and (material.kind[node] in BANK) == bank:
                    by_node[node].append((taken, paid))
        for node in sorted(by_node):
            kept = [pair for pair in by_node[node] if _emptied(table, pair, Fraction(values["left"]))]
            if len({material.day(int(table.at[taken])) for taken, _ in kept}) >= values["days"]:
                yield _candidate(table, node, kept)


def _bands(table: Dealings, values: Mapping[str, Value]) -> tuple[Ints, Ints, Ints]:
    least, most = (Fraction(values[name]) for name in ("least", "most"))
    return table.amount, at_least(table.amount, least), at_most(table.amount, most)


def _emptied(table: Dealings, pair: tuple[int, int], left: Fraction) -> bool:
    """Say whether little stayed behind, where the record prints what stayed."""
    balance = table.balance(pair[1])
    return balance is None or balance <= left * int(table.amount[pair[0]])


def _chance(table: Dealings, node: int, pairs: list[tuple[int, int]]) -> float:
    """Return log10 of E: as many receipts followed as closely, at any account."""
    receipts, payments = (
        int(lists[0][node + 1] - lists[0][node]) for lists in (table.incoming, table.outgoing)
    )
    logs = 0.0
    for taken, paid in pairs:
        gap = int(table.lo[paid] - table.lo[taken])
        near = table.amounts.closeness(int(table.amount[taken]), int(table.amount[paid]), _BAND)
        logs += log_of(near) + log_of(soon(payments, gap, table.precision(taken, paid), table.period))
    chosen = _log_choose(max(receipts, len(pairs)), len(pairs))
    return math.log10(table.accounts) + chosen + product_tail(logs, 2 * len(pairs)) + math.log10(table.tables)


def _log_choose(of: int, some: int) -> float:
    return (math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)) / math.log(10)


def _candidate(table: Dealings, node: int, pairs: list[tuple[int, int]]) -> Candidate:
    material = table.material
    took, paid = (table.positions(tuple(p[side] for p in pairs)) for side in (0, 1))
    came, left = material.sum(took), material.sum(paid)
    gaps = [int(table.lo[b] - table.lo[a]) for a, b in pairs]
    others = dict.fromkeys(n for a, b in pairs for n in (int(table.src[a]), int(table.dst[b])) if n != node)
    missing = [*order_unknown(material, list(zip(took, paid, strict=True))), *no_record(material, [node])]
    unprinted = sum(table.balance(b) is None for _, b in pairs)
    if unprinted:
        missing.append(
            f"what stayed behind after {unprinted} of {len(pairs)} payments: no balance is printed"
        )
    return Candidate(
        node,
        (node, *others),
        tuple(sorted({*took, *paid})),
        {
            "days": len({material.day(p) for p in took}),
            "share": percent(left, came),
            "total": material.money(came, table.asset),
            "hold": clock(median_low(gaps)),
        },
        _chance(table, node, pairs),
        tuple(missing),
    )


TYPOLOGY = Typology(
    id=ID,
    slug="rapid-pass-through",
    version="1",
    title="What comes in leaves at once",
    severity=Severity.REVIEW,
    references=(
        "FATF and APG, Financial Flows from Human Trafficking (2018): pass-through accounts",
        "FATF, Virtual Assets Red Flag Indicators (2020), transaction patterns",
    ),
    preconditions=("transfers between instruments of persons, with their times",),
    parameters=(
        Parameter("hours", 6, "hours", "a wallet: within the same half day"),
        Parameter("bank_hours", 48, "hours", "a bank account: clearing takes until the next working day"),
        Parameter("least", Fraction(9, 10), "share passed on", "a tenth at most stays as a fee"),
        Parameter("most", Fraction(51, 50), "share passed on", "charges and small own money"),
        Parameter("left", Fraction(1, 20), "share of the receipt", "what may stay behind"),
        Parameter("days", 3, "days", "once or twice is a relayed bill"),
    ),
    detect=detect,
    chance="Random payments so soon after receipts and so near their amounts, as often as seen.",
)
