"""RA-01: relatives pool money in one of their wallets, and it leaves at once to somebody new.

Those who are seen here are more often victims than anything else: the rule speaks of a payment that
may save a life, goes first in the queue, and scores nobody.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dollars import DollarRates
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import DAY
from analytics.pooling import Terms, Wallet, busy, pools

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.catalogue import Value
    from analytics.dollars import DollarRate
    from analytics.material import Material
    from analytics.pooling import Pool

ID = "RA-01"
COLLECTS = frozenset({"msisdn", "account", "iban", "card", "name"})
"""Kinds of instrument in which families pool; what gathers on a chain is another pattern's."""
NO_RECEIVER = frozenset({"cash", "agent"})


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find pools whose sum in dollars lies in the range of ransoms.

    Parameters
    ----------
    material : Material
    values : mapping
        Thresholds, see ``PARAMETERS``.
    """
    if not np.any(material.person[material.src] & material.person[material.dst]):
        yield NotEvaluated(ID, "the evidence shows no payment between persons")
        return
    rates = DollarRates(material.rates)
    terms = _terms(values)
    for asset, key in enumerate(material.assets):
        unmeasured = 0
        for wallet in _wallets(material, asset, terms):
            for pool in pools(wallet, terms):
                at = int(material.lo[pool.releases[0]])
                rate = rates.at(key, at, int(values["rate_days"]) * DAY)
                if rate is None:
                    unmeasured += 1
                elif values["least_dollars"] <= rate.dollars(pool.pooled) <= values["most_dollars"]:
                    yield _candidate(material, pool, asset, rate, terms)
        if unmeasured:
            yield NotEvaluated(
                ID, f"{unmeasured} pools cannot be measured: no dated rate of {key} in dollars"
            )


def _terms(values: Mapping[str, Value]) -> Terms:
    return Terms(
        int(values["window_days"]) * DAY,
        int(values["senders"]),
        int(values["times_usual"]),
        Fraction(values["left_share"]),
        int(values["receivers"]),
        int(values["leaving_days"]) * DAY,
        int(values["base_days"]) * DAY,
        int(values["base_least_days"]) * DAY,
    )


def _wallets(material: Material, asset: int, terms: Terms) -> Iterator[Wallet]:
    person, of_asset = material.person, material.asset == asset
    between = person[material.src] & person[material.dst] & of_asset & (material.src != material.dst)
    for node in busy(material.dst, material.lo, between, terms):
        if material.kind[node] not in COLLECTS:
            continue
        took = [int(i) for i in material.into(node) if of_asset[i] and material.src[i] != node]
        paid = [int(i) for i in material.out_of(node) if of_asset[i] and material.dst[i] != node]
        first = min(int(material.lo[i]) for i in (took[0], *paid[:1]))
        yield Wallet(
            node,
            took,
            [i for i in took if between[i]],
            [i for i in paid if material.kind[int(material.dst[i])] not in NO_RECEIVER],
            material.covered.get(node, (first, 0))[0],
            material.src,
            material.dst,
            material.lo,
            material.amount,
        )


def _candidate(material: Material, pool: Pool, asset: int, rate: DollarRate, terms: Terms) -> Candidate:
    rows = tuple(sorted({*pool.credits, *pool.releases}))
    senders = sorted({int(material.src[i]) for i in pool.credits})
    span = int(material.lo[rows[-1]] - material.lo[rows[0]])
    known = pool.usual is not None
    figures: dict[str, str | int] = {
        "days": span // DAY + 1,
        "senders": pool.senders,
        "total": material.money(pool.pooled, asset),
        "window": terms.window // DAY,
        "usual": material.money(int(pool.usual or 0), asset) if known else "?",
        "share": f"{min(100, 100 * pool.released // pool.pooled)} %",
        "receivers": len(pool.receivers),
        "dollars": int(rate.dollars(pool.pooled)),
        "rate_of": rate.of,
    }
    return Candidate(
        subject=pool.organiser,
        instruments=(pool.organiser, *senders, *pool.receivers),
        transfers=rows,
        figures=figures,
        missing=_missing(material, pool, rows),
        observations=(rate.observation,) if rate.observation else (),
        severity=None if known else Severity.PRIORITY,
    )


def _missing(material: Material, pool: Pool, rows: Sequence[int]) -> tuple[str, ...]:
    found = ["whether the senders are kin, and where the receivers are"]
    if pool.usual is None:
        found.append("what the instrument usually takes: too little before the pool is on record")
    if any(material.kind[r] == "unknown" for r in pool.receivers):
        found.append("who the receiver is, and whether he is new")
    if any(material.unsure(a, b) for a, b in pairwise(rows)):
        found.append("the order of payments of one day")
    return tuple(found)


PARAMETERS = (
    Parameter("window_days", 10, "days", "press cases: a family has days, not weeks"),
    Parameter("senders", 6, "senders", "more than a household"),
    Parameter(
        "least_dollars", 500, "USD", "below the lowest demand in the press (Yemen landing, over USD 1,000)"
    ),
    Parameter(
        "most_dollars",
        20_000,
        "USD",
        "above the highest (Sinai, USD 17,000; one person's payments, USD 18,400)",
    ),
    Parameter("times_usual", 5, "times", "what an organiser never handles otherwise; engineering start"),
    Parameter(
        "left_share",
        Fraction(4, 5),
        "of the pool",
        "a pool for a purpose leaves nearly whole; engineering start",
    ),
    Parameter("receivers", 2, "receivers", "one collector, or two where one is at his limit"),
    Parameter("leaving_days", 3, "days", "payments at the limit of a wallet are spread over days (GSMA)"),
    Parameter("base_days", 90, "days", "own previous quarter"),
    Parameter("base_least_days", 14, "days", "below this nothing is usual yet"),
    Parameter("rate_days", 31, "days", "an older rate does not measure a currency that moves"),
)

TYPOLOGY = Typology(
    id=ID,
    slug="family-pooling-burst",
    version="1",
    title="Family pooling burst",
    severity=Severity.DANGER,
    references=(
        "Press on ransoms in Yemen, Libya, Sinai and Sudan (HRW 2014, Reuters 2016, AP 2019, TIME 2019)",
        "GSMA, mobile money fraud typologies: kidnapping for ransom (2024; seen in summary)",
        "SOAS and Sahan, Human smuggling finance (2019; seen in summary)",
    ),
    preconditions=(
        "payments between persons with instants",
        "the record of the instrument in which money is pooled, from 14 days before",
        "dated rates of the currency in dollars, or in a dollar token",
    ),
    parameters=PARAMETERS,
    detect=detect,
    innocent=("harambee", "chama", "agents"),
    lowered_by={"harambee": Severity.PRIORITY},
)
