"""What an amount is worth in another asset at a time: dated rates, exact, beside the record.

A valuation is a conversion record (rate, source, time, spread). It never touches a leg, and where no rate
is known it says "not evaluated" rather than guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from analytics.errors import AnalyticsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.assets.rates import Rate, Rates
    from graph.model.amounts import Amount, Asset


class Outcome(StrEnum):
    """How a valuation ended."""

    VALUED = "valued"
    STALE = "stale"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True)
class Step:
    """One rate as it was used: its age at the valuation, and whether it was read backwards."""

    rate: Rate
    age: int
    inverted: bool

    @property
    def factor(self) -> Fraction:
        """Whole units of the target for one whole unit of what is valued."""
        return 1 / self.rate.price if self.inverted else self.rate.price

    @property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """Least and most factor within the spread; equal where no spread is stated."""
        half = (self.rate.spread or Fraction(0)) / 2
        low, high = self.rate.price - half, self.rate.price + half
        return (1 / high, 1 / low) if self.inverted else (low, high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """The conversion record of one amount.

    Parameters
    ----------
    outcome : Outcome
        ``STALE`` has a value, from a rate older than the caller allowed.
    amount : Amount
        What was valued.
    into : Asset
        In what.
    at : int
        UTC microseconds of the valuation.
    value, least, most : Fraction, optional
        Base units of ``into``: at the middle price, and within the stated spreads.
    steps : tuple of Step
        The rates used, in order; none where the asset is the same.
    why : str
        Why it is stale or was not evaluated.
    """

    outcome: Outcome
    amount: Amount
    into: Asset
    at: int
    value: Fraction | None = None
    least: Fraction | None = None
    most: Fraction | None = None
    steps: tuple[Step, ...] = ()
    why: str = ""

    @property
    def age(self) -> int:
        """Microseconds from the oldest rate used to the valuation."""
        return max((step.age for step in self.steps), default=0)

    def record(self) -> dict[str, object]:
        """Return the conversion record as data; amounts and prices are exact strings."""
        figures = {"value": self.value, "least": self.least, "most": self.most}
        return {
            "outcome": str(self.outcome),
            "amount": str(self.amount.units),
            "asset": self.amount.asset.key,
            "into": self.into.key,
            "at": self.at,
            "age": self.age,
            "why": self.why,
            **{name: None if figure is None else str(figure) for name, figure in figures.items()},
            "steps": [
                {
                    "base": step.rate.base.key,
                    "quote": step.rate.quote.key,
                    "price": str(step.rate.price),
                    "at": step.rate.at,
                    "source": step.rate.source,
                    "spread": None if step.rate.spread is None else str(step.rate.spread),
                    "inverted": step.inverted,
                }
                for step in self.steps
            ],
        }


def value(
    amount: Amount,
    into: Asset,
    at: int,
    rates: Rates,
    *,
    through: Sequence[Asset] = (),
    source: str | None = None,
    max_age: int | None = None,
) -> Valuation:
    """Value an amount in another asset.

    Parameters
    ----------
    amount : Amount
        In base units of its asset.
    into : Asset
        The asset of the answer.
    at : int
        UTC microseconds.
    rates : Rates
        The latest not after ``at`` is used.
    through : sequence of Asset
        Assets to go through in this order, where no rate joins the two directly.
    source : str, optional
        Only rates of this source.
    max_age : int, optional
        Microseconds; with an older rate the outcome is ``STALE``.

    Returns
    -------
    Valuation
        Never an exception for want of a rate: ``NOT_EVALUATED`` says what is missing. A rate of the
        opposite pair is read backwards, and the step says so, only where none of the pair itself is
        known by then.

    Examples
    --------
    >>> from analytics.assets.rates import Rate, Rates
    >>> from graph.model.amounts import Amount, fiat
    >>> usd, kes = fiat("USD"), fiat("KES")
    >>> rates = Rates([Rate(usd, kes, Fraction("129.25"), 0, "central bank, daily list")])
    >>> found = value(Amount(1000, usd), kes, 86_400_000_000, rates)
    >>> str(found.value), found.age, str(found.outcome)
    ('129250', 86400000000, 'valued')
    >>> str(value(Amount(1000, usd), fiat("UGX"), 0, rates).outcome)
    'not_evaluated'
    """
    steps: list[Step] = []
    for base, quote in pairwise([amount.asset, *through, into]):
        if base.key == quote.key:
            continue
        step = _step(base, quote, at, rates, source)
        if isinstance(step, str):
            return Valuation(outcome=Outcome.NOT_EVALUATED, amount=amount, into=into, at=at, why=step)
        steps.append(step)
    return _valued(amount, into, at, tuple(steps), max_age)


def _step(base: Asset, quote: Asset, at: int, rates: Rates, source: str | None) -> Step | str:
    """Find the rate for one step, or say why there is none to use."""
    for one, two, inverted in ((base, quote, False), (quote, base, True)):
        found = rates.latest(one, two, at, source)
        if len({(rate.price, rate.spread) for rate in found}) > 1:
            names = ", ".join(rate.source for rate in found)
            return f"{names} give different rates of {one.key} in {two.key} for one time; name the source"
        if found:
            return Step(found[0], at - found[0].at, inverted)
    return f"no rate of {base.key} in {quote.key} by then"


def _valued(amount: Amount, into: Asset, at: int, steps: tuple[Step, ...], max_age: int | None) -> Valuation:
    """Multiply the steps, from base units to base units."""
    scale = Fraction(1)
    if amount.asset.key != into.key:
        if amount.asset.exponent is None or into.exponent is None:
            return Valuation(
                outcome=Outcome.NOT_EVALUATED, amount=amount, into=into, at=at, why="an exponent is unknown"
            )
        scale = Fraction(10) ** into.exponent / Fraction(10) ** amount.asset.exponent
    middle = least = most = amount.units * scale
    for step in steps:
        low, high = step.bounds
        middle, least, most = middle * step.factor, least * low, most * high
    age = max((step.age for step in steps), default=0)
    stale = max_age is not None and age > max_age
    return Valuation(
        outcome=Outcome.STALE if stale else Outcome.VALUED,
        amount=amount,
        into=into,
        at=at,
        value=middle,
        least=min(least, most),
        most=max(least, most),
        steps=steps,
        why=f"the oldest rate used is {age} microseconds old" if stale else "",
    )


def total(valuations: Iterable[Valuation]) -> Fraction | None:
    """Add valuations in one asset; None where any of them was not evaluated.

    Raises
    ------
    AnalyticsError
        When they stand in different assets.
    """
    rows = list(valuations)
    if len({row.into.key for row in rows}) > 1:
        raise AnalyticsError("values in different assets are never added together")
    values = [row.value for row in rows]
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(values) else None
