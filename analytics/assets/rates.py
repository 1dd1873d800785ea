"""Dated rates between assets: what one was worth in the other, when, and who says so."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.errors import AnalyticsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph.model.amounts import Asset


@dataclass(frozen=True, slots=True)
class Rate:
    """One published price: whole units of ``quote`` for one whole unit of ``base``.

    Parameters
    ----------
    base, quote : Asset
        What is priced, and in what.
    price : Fraction
        Middle price; above zero.
    at : int
        UTC microseconds from which it holds.
    source : str
        Who published it, and where it can be read again.
    spread : Fraction, optional
        Distance between the selling and the buying price, in the unit of ``price``; None if not stated.
    """

    base: Asset
    quote: Asset
    price: Fraction
    at: int
    source: str
    spread: Fraction | None = None

    def __post_init__(self) -> None:
        """Refuse a price that is none, and a rate without its source."""
        spread = self.spread or Fraction(0)
        if self.price <= 0 or not 0 <= spread < 2 * self.price:
            raise AnalyticsError(
                "a rate has no price above zero, or a spread wider than its price",
                base=self.base.key,
                quote=self.quote.key,
                price=str(self.price),
            )
        if not self.source or self.base.key == self.quote.key:
            raise AnalyticsError(
                "a rate names no source, or prices an asset in itself",
                base=self.base.key,
                quote=self.quote.key,
            )


class Rates:
    """A table of dated rates, in any order of entry.

    Parameters
    ----------
    rates : iterable of Rate
        Several sources may price one pair.

    Raises
    ------
    AnalyticsError
        When one source gives two prices for one pair at one time.
    """

    def __init__(self, rates: Iterable[Rate]) -> None:
        held: dict[tuple[str, str], dict[tuple[int, str], Rate]] = {}
        for rate in rates:
            pair = held.setdefault((rate.base.key, rate.quote.key), {})
            known = pair.setdefault((rate.at, rate.source), rate)
            if known != rate:
                raise AnalyticsError(
                    "one source gives two rates for one time",
                    base=rate.base.key,
                    quote=rate.quote.key,
                    source=rate.source,
                    at=rate.at,
                )
        self._rates = {pair: [by[key] for key in sorted(by)] for pair, by in held.items()}

    def latest(self, base: Asset, quote: Asset, at: int, source: str | None = None) -> tuple[Rate, ...]:
        """Return the latest rate not after a time: several where sources published at one instant.

        Parameters
        ----------
        base, quote : Asset
            In this direction only.
        at : int
            UTC microseconds; a rate of this very instant counts.
        source : str, optional
            Only rates of this source.
        """
        rates = self._rates.get((base.key, quote.key), [])
        if source is not None:
            rates = [rate for rate in rates if rate.source == source]
        found = rates[: bisect_right(rates, at, key=lambda rate: rate.at)]
        return tuple(rate for rate in found if rate.at == found[-1].at)
