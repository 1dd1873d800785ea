"""What a sum is in dollars on a day: for thresholds that the sources state in dollars.

A dollar token stands for the dollar only where the evidence itself prices the currency in it, and a
lead says so. No constant rate is ever used.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from graph.errors import AmountError
from graph.model.amounts import Asset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analytics.tracing.following.conversions import Rate

DOLLAR = "USD"
TOKENS = ("USDT", "USDC")
"""Tokens that promise a dollar each; a symbol proves nothing, so only a priced one counts."""


@dataclass(frozen=True, slots=True)
class DollarRate:
    """What one dollar cost: base units of a currency, by whom, when, and the fact that says so."""

    units: Fraction
    of: str
    at: int
    observation: str

    def dollars(self, units: int) -> Fraction:
        """Return base units in dollars, exactly.

        >>> DollarRate(Fraction(12_900), "USD", 0, "").dollars(25_800_000)
        Fraction(2000, 1)
        """
        return units / self.units


class DollarRates:
    """Dated rates against the dollar by currency; where both are there, the dollar before its tokens."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        found: dict[tuple[str, bool], dict[tuple[int, str], DollarRate]] = defaultdict(dict)
        for rate in rates:
            for dollar, other, per_unit in (
                (rate.base, rate.quote, rate.per_unit),
                (rate.quote, rate.base, 1 / rate.per_unit),
            ):
                code, whole = _dollar(dollar)
                if whole:
                    one = DollarRate(per_unit * whole, code, rate.lo, rate.observation)
                    found[other, code == DOLLAR][rate.lo, rate.observation] = one
        self._rates = {key: [by[k] for k in sorted(by)] for key, by in found.items()}

    def at(self, asset: str, at: int, oldest: int) -> DollarRate | None:
        """Return the newest rate of a currency not after an instant and not older than ``oldest``.

        Parameters
        ----------
        asset : str
            Key of the currency.
        at, oldest : int
            Microseconds: the instant, and the greatest age.
        """
        code, whole = _dollar(asset)
        if whole and code == DOLLAR:
            return DollarRate(Fraction(whole), DOLLAR, at, "")
        for own in (True, False):
            dated = self._rates.get((asset, own), [])
            place = bisect_right(dated, at, key=lambda rate: rate.at)
            if place and at - dated[place - 1].at <= oldest:
                return dated[place - 1]
        return None


def _dollar(asset: str) -> tuple[str, int]:
    """Return the code and the base units of one dollar; nothing where the asset is none."""
    try:
        found = Asset.from_key(asset)
    except AmountError:
        return "", 0
    fiat = found.code == DOLLAR and not found.chain
    if found.exponent is None or not (fiat or (found.code in TOKENS and found.chain)):
        return "", 0
    return found.code, 10**found.exponent
