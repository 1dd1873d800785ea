"""BE-01: cash in or out in parts that each stay below what must be reported, and together exceed it.

The line is that of the day and the country of the currency. No single payment of a Kenyan or Ugandan
wallet reaches it, so wallets are seen here only through their sum; their own caps are BE-02's.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analytics.catalogue import Parameter, Typology
from analytics.dollars import DOLLAR, DollarRates
from analytics.jurisdictions.table import LimitKind, Mark, of_asset
from analytics.lead import Candidate, NotEvaluated, Severity
from analytics.material import DAY
from graph.model.printing import code_of, exact_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.catalogue import Value
    from analytics.jurisdictions.table import Jurisdiction, Limit
    from analytics.material import Material

ID = "BE-01"
CENTS = 100
CASH = frozenset({"cash", "agent"})
"""Ends at which money becomes or was notes: a counter or a machine, or an agent."""


@dataclass(frozen=True, slots=True)
class Cash:
    """One cash payment: its position, instant in microseconds, amount and threshold of its day.

    ``threshold`` is in the units of ``units``, exact where a rate was needed; ``limit`` is what it is
    made from, and ``rate`` the observation of the rate.
    """

    place: int
    at: int
    units: int
    threshold: Fraction
    limit: Limit | None = None
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """How many payments within how long (microseconds)."""

    payments: int
    window: int


def split(paid: Sequence[Cash], spans: Sequence[Span], least: Fraction, most: Fraction) -> list[list[Cash]]:
    """Return runs of cash payments that are split, of one instrument and direction, none sharing a payment.

    Parameters
    ----------
    paid : sequence of Cash
        In order of time.
    spans : sequence of Span
        Any of them makes a run; a run that is part of another is not given.
    least, most : Fraction
        Part of the threshold: at least, and below.

    Examples
    --------
    >>> paid = [Cash(n, n * DAY, units, Fraction(100)) for n, units in enumerate((60, 40, 70, 90))]
    >>> found = split(paid, [Span(3, 4 * DAY)], Fraction(1, 2), Fraction(99, 100))
    >>> [[one.place for one in run] for run in found]
    [[0, 2, 3]]
    """
    near = [c for c in paid if least * c.threshold <= c.units <= most * c.threshold]
    found: list[tuple[int, int]] = []
    for span in spans:
        found += _runs(near, span)
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return [near[first : last + 1] for first, last in joined]


def _runs(near: Sequence[Cash], span: Span) -> list[tuple[int, int]]:
    """Return first and last of every window that holds enough payments and more than the threshold."""
    found, last = [], -1
    for first, one in enumerate(near):
        last = max(last, first)
        while last + 1 < len(near) and near[last + 1].at - one.at < span.window:
            last += 1
        within = near[first : last + 1]
        reached = sum(c.units for c in within) >= max(c.threshold for c in within)
        if len(within) >= span.payments and reached:
            found.append((first, last))
    return found


def detect(material: Material, values: Mapping[str, Value]) -> Iterator[Candidate | NotEvaluated]:
    """Find instruments whose cash payments are split below the line of the day."""
    legs = _legs(material)
    if not legs:
        yield NotEvaluated(ID, "the evidence shows no cash payment of anybody's own instrument")
        return
    rates = DollarRates(material.rates)
    spans = (
        Span(int(values["payments"]), int(values["window_days"]) * DAY),
        Span(int(values["long_payments"]), int(values["long_window_days"]) * DAY),
    )
    for asset in sorted({asset for _, _, asset in legs}):
        country = of_asset(material.assets[asset])
        if country is None:
            yield NotEvaluated(ID, f"no country's reporting line is known for {material.assets[asset]}")
            continue
        unknown = 0
        for node, way in sorted({(n, w) for n, w, a in legs if a == asset}):
            paid = [_cash(material, country, rates, values, i) for i in legs[node, way, asset]]
            known = [c for c in paid if c is not None]
            unknown += len(paid) - len(known)
            for run in split(known, spans, Fraction(values["least"]), Fraction(values["most"])):
                yield _candidate(material, node, way, run, asset, country)
        if unknown:
            yield NotEvaluated(
                ID, f"{unknown} cash payments in {country.name}: the line of their day is not known"
            )


def _legs(material: Material) -> dict[tuple[int, str, int], list[int]]:
    """Return positions of cash payments by own instrument, way (in or out) and asset."""
    found: dict[tuple[int, str, int], list[int]] = {}
    cash = np.array([k in CASH for k in material.kind], np.bool_)
    for way, ends, own in (("in", material.src, material.dst), ("out", material.dst, material.src)):
        for i in np.flatnonzero(cash[ends] & material.person[own]).tolist():
            found.setdefault((int(own[i]), way, int(material.asset[i])), []).append(i)
    return found


def _cash(
    material: Material, country: Jurisdiction, rates: DollarRates, values: Mapping[str, Value], place: int
) -> Cash | None:
    """Return a cash payment with the line of its day; ``None`` where that is not known."""
    at = int(material.lo[place])
    limit = country.limit(LimitKind.CASH_REPORT, country.day(at))
    if limit is None:
        return None
    threshold, rated = Fraction(limit.units), ""
    if limit.asset != country.asset:
        rate = rates.at(country.asset, at, int(values["rate_days"]) * DAY)
        if rate is None or not limit.asset.startswith(DOLLAR + ":"):
            return None
        threshold, rated = rate.units * Fraction(limit.units, CENTS), rate.observation
    return Cash(place, at, int(material.amount[place]), threshold, limit, rated)


def _candidate(
    material: Material, node: int, way: str, run: Sequence[Cash], asset: int, country: Jurisdiction
) -> Candidate:
    shares = [100 * c.units // c.threshold for c in run]
    limit = run[-1].limit
    rows = tuple(c.place for c in run)
    others = sorted({int(material.src[i] if way == "in" else material.dst[i]) for i in rows})
    missing = ["other instruments of the same holder"]
    if limit is not None and limit.mark is Mark.RECALL:
        missing.append("the reporting line in the original: it is given from memory")
    return Candidate(
        subject=node,
        instruments=(node, *others),
        transfers=rows,
        figures={
            "days": (run[-1].at - run[0].at) // DAY + 1,
            "payments": len(run),
            "total": material.money(sum(c.units for c in run), asset),
            "least_share": f"{min(shares)} %",
            "most_share": f"{max(shares)} %",
            "threshold": "" if limit is None else _stated(limit),
            "way": way,
            "country": country.country,
        },
        missing=tuple(missing),
        observations=tuple(sorted({c.rate for c in run if c.rate})),
    )


def _stated(limit: Limit) -> str:
    return f"{exact_text(limit.units, limit.asset)} {code_of(limit.asset)}"


TYPOLOGY = Typology(
    id=ID,
    slug="cash-structuring",
    version="1",
    title="Cash structuring",
    severity=Severity.PRIORITY,
    references=(
        "FinCEN FIN-2014-A008 (deposits below the reporting line; seen in a summary)",
        "FinCEN FIN-2020-A008, flag 20 (avoids reporting; list seen in a public copy)",
        "SAML-D, structuring and smurfing (labels read)",
    ),
    preconditions=(
        "cash payments that the record shows as cash",
        "the reporting line of the country and the day",
        "dated rates in dollars where the line is stated in dollars",
    ),
    parameters=(
        Parameter("payments", 3, "payments", "two can be chance; engineering start"),
        Parameter("window_days", 3, "days", "linked payments of a few days are counted together"),
        Parameter("long_payments", 5, "payments", "a slower rhythm needs more of them"),
        Parameter("long_window_days", 30, "days", "Djibouti counts linked payments within 30 days"),
        Parameter("least", Fraction(1, 2), "of the line", "smaller parts are everyday money"),
        Parameter("most", Fraction(99, 100), "of the line", "just below, and not at it"),
        Parameter("rate_days", 31, "days", "an older rate does not measure a currency that moves"),
    ),
    detect=detect,
    innocent=("agents", "payroll", "chama"),
)
