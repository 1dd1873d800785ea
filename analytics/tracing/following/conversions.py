"""Conversions: value that leaves as one asset and arrives as another.

An exchange order is one observation with two rows: shillings from buyer to seller, tether from
seller to buyer. The buyer's shillings *became* the buyer's tether; the seller's tether became the
seller's shillings. Ownership fractions pass unchanged; what the price takes beyond the dated market
rate is a separate debit, the spread. Without a rate the spread is not evaluated, and said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.following.events import Event, Posting


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of ``quote`` one unit of ``base`` cost at an instant, as a source says.

    ``per_unit`` is in base units of both assets: cents of shilling per millionth of tether.
    """

    base: str
    quote: str
    lo: int
    per_unit: Fraction
    observation: str
    source: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """One side of an exchange: ``payer`` gave ``paid``, and ``taker`` (the same side) received."""

    paid: Posting
    received: Posting
    payer: str
    taker: str


def conversions(event: Event) -> list[Conversion]:
    """Return both sides of an event that exchanges one asset for another, else nothing.

    Only the plain case is a conversion: two principal postings, two assets, both ends of each
    named. Anything else stays as it is and is not guessed at.
    """
    principal = [p for p in event.postings if p.kind == "principal"]
    if len(principal) != 2 or principal[0].asset == principal[1].asset:  # noqa: PLR2004 - a pair
        return []
    first, second = principal
    if None in (first.debit, first.credit, second.debit, second.credit):
        return []
    return [
        Conversion(first, second, str(first.debit), str(second.credit)),
        Conversion(second, first, str(second.debit), str(first.credit)),
    ]


def latest_rate(rates: Sequence[Rate], base: str, quote: str, at: int) -> Rate | None:
    """Return the newest rate of a pair that was published before ``at`` (microseconds UTC)."""
    known = [r for r in rates if (r.base, r.quote) == (base, quote) and r.lo <= at]
    return max(known, key=lambda r: (r.lo, r.observation), default=None)


def spread(conversion: Conversion, rates: Sequence[Rate], at: int) -> tuple[int, Rate] | None:
    """Return what was paid beyond the market, in units of the paid asset, and the rate used.

    Examples
    --------
    A price below the market leaves no loss, so the spread is never negative: with a rate of
    1/100 per unit, 10,000 units received are worth 100; 103 paid means a spread of 3.
    """
    rate = latest_rate(rates, conversion.received.asset, conversion.paid.asset, at)
    if rate is None:
        inverse = latest_rate(rates, conversion.paid.asset, conversion.received.asset, at)
        if inverse is None:
            return None
        worth = Fraction(conversion.received.units) / inverse.per_unit
        rate = inverse
    else:
        worth = conversion.received.units * rate.per_unit
    return max(0, conversion.paid.units - int(worth)), rate
