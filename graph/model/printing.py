"""Exact numbers as text, and rounded ones that still add up."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from graph.model.amounts import Asset, largest_remainder

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from typing import TypeVar

    Key = TypeVar("Key", bound=Hashable)


def exact_text(units: int | Fraction, asset: str) -> str:
    """Write base units as a decimal of whole units, without rounding; ``p/q`` where no decimal ends.

    Parameters
    ----------
    units : int or Fraction
        Base units.
    asset : str
        Asset key; its exponent places the decimal sign and is the least number of decimals.

    Examples
    --------
    >>> exact_text(100050, "KES:2"), exact_text(Fraction(1, 8), "KES:2"), exact_text(Fraction(1, 3), "KES:2")
    ('1000.50', '0.00125', '1/300')
    """
    places = Asset.from_key(asset).exponent or 0
    value = Fraction(units) / 10**places
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    decimals = max(places, twos, fives)
    digits = str(abs(value.numerator) * 10**decimals // value.denominator).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def rounded(values: Mapping[Key, int | Fraction], total: int | None = None) -> dict[Key, int]:
    """Round exact base units to whole ones so that their sum is the rounded sum, to the last unit.

    Parameters
    ----------
    values : mapping
        Exact base units; none negative.
    total : int, optional
        What they must sum to; the sum itself, rounded half up, when not given.

    Examples
    --------
    >>> rounded({"a": Fraction(1, 2), "b": Fraction(1, 2), "c": 1})
    {'a': 1, 'b': 0, 'c': 1}
    """
    keys = sorted(values, key=repr)
    exact = {f"{i:09d}": Fraction(values[k]) for i, k in enumerate(keys)}
    whole = (2 * sum(exact.values(), Fraction(0)) + 1) // 2 if total is None else total
    parts = largest_remainder(exact, whole)
    return {k: parts[f"{i:09d}"] for i, k in enumerate(keys)}


def grouped(units: int, asset: str) -> str:
    """Write whole base units for people: thousands comma, a true minus, every decimal of the asset.

    Examples
    --------
    >>> grouped(123456789, "KES:2"), grouped(-5, "UGX:0")
    ('1,234,567.89', '−5')
    """
    places = Asset.from_key(asset).exponent or 0
    whole, part = divmod(abs(units), 10**places)
    text = f"{whole:,}" + (f".{part:0{places}d}" if places else "")
    return ("\u2212" if units < 0 else "") + text


def code_of(asset: str) -> str:
    """Return the code that people know an asset by.

    Examples
    --------
    >>> code_of("tron:TXYZ/USDT:6")
    'USDT'
    """
    return Asset.from_key(asset).code
