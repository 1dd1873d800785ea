"""The two arithmetics of tracing, as policy: ``exact`` fractions or ``fixed`` scaled integers.

Both conserve to the last unit. ``exact`` is the truth but its denominators grow with every pro-rata
debit, so it stops at a stated size. ``fixed`` never stops: it rounds shares to sub-units by the
largest remainder, counts what that can have moved, and books to ``_rounding`` the principal of a
share too small for one sub-unit. See ADR-0005.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from analytics.errors import ExactnessError
from analytics.tracing.movements import UNTRACED, Number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIGITS = 2_000
"""Digits of a denominator beyond which ``exact`` stops."""
SCALE = 1_000_000
"""Sub-units per unit of an asset in ``fixed`` when none is stated."""


class Reckoning(Protocol):
    """One run of an arithmetic: works in inner units and counts what rounding moved."""

    def inward(self, amount: Number, asset: str) -> Number:
        """Convert an amount in units of its asset to inner units."""

    def outward(self, amount: Number, asset: str) -> Number:
        """Convert inner units back to units of the asset."""

    def apportion(
        self, amount: Number, weights: Sequence[Number], owners: Sequence[str], asset: str
    ) -> list[Number]:
        """Share ``amount`` by ``weights``; the shares sum to it and each stays within its weight."""

    def share(self, principal: Number, part: Number, lot: Number) -> Number:
        """Return the principal of ``part`` of a ``lot`` (amounts), at most ``principal``."""

    def carry(self, amount: Number, credited: Number, paid: str, received: str) -> None:
        """Note that ``amount`` of one asset became ``credited`` of another (inner units)."""

    def bounds(self) -> dict[str, Number]:
        """Return, per asset in its units, the most that rounding can have moved between owners."""


class Arithmetic(Protocol):
    """An arithmetic as the policy names it."""

    @property
    def code(self) -> str:
        """Return ``exact`` or ``fixed``."""

    def begin(self) -> Reckoning:
        """Start one run."""

    def canonical(self) -> dict[str, object]:
        """Return what must be stored to run again: JSON-ready, no floats."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Fractions without rounding, up to a stated size of denominator.

    Parameters
    ----------
    digits : int
        Largest number of decimal digits of any denominator.
    """

    digits: int = DIGITS
    code: str = field(default="exact", init=False)

    def begin(self) -> Reckoning:
        """Start one run."""
        return _ExactReckoning(self.digits)

    def canonical(self) -> dict[str, object]:
        """Return the parameters."""
        return {"arithmetic": self.code, "denominator_digits": self.digits}


@dataclass(frozen=True, slots=True)
class Fixed:
    """Integers in sub-units of each asset; largest remainder, ties by owner id.

    Parameters
    ----------
    scale : int
        Sub-units per unit of an asset.
    scales : mapping
        Where an asset differs.
    """

    scale: int = SCALE
    scales: Mapping[str, int] = field(default_factory=dict)
    code: str = field(default="fixed", init=False)

    def begin(self) -> Reckoning:
        """Start one run."""
        return _FixedReckoning(self.scale, self.scales)

    def canonical(self) -> dict[str, object]:
        """Return the parameters."""
        return {
            "arithmetic": self.code,
            "sub_units": self.scale,
            "sub_units_by_asset": {k: self.scales[k] for k in sorted(self.scales)},
        }


def whole(value: Number) -> Number:
    """Return an int where a fraction is one: ints are faster and print plainly.

    >>> whole(Fraction(4, 2)), whole(Fraction(1, 3))
    (2, Fraction(1, 3))
    """
    return value.numerator if value.denominator == 1 else value


class _ExactReckoning:
    __slots__ = ("_bits", "_digits")

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._bits = (10**digits).bit_length()

    def inward(self, amount: Number, asset: str) -> Number:  # noqa: ARG002
        return whole(amount)

    def outward(self, amount: Number, asset: str) -> Number:  # noqa: ARG002
        return amount

    def apportion(
        self,
        amount: Number,
        weights: Sequence[Number],
        owners: Sequence[str],  # noqa: ARG002
        asset: str,  # noqa: ARG002
    ) -> list[Number]:
        rate = Fraction(amount) / sum(weights, Fraction())
        return [self._sized(whole(weight * rate)) for weight in weights]

    def share(self, principal: Number, part: Number, lot: Number) -> Number:
        if principal == lot:
            return part
        return self._sized(whole(principal * Fraction(part) / lot))

    def carry(self, amount: Number, credited: Number, paid: str, received: str) -> None:
        """Nothing to note: exact."""

    def bounds(self) -> dict[str, Number]:
        return {}

    def _sized(self, value: Number) -> Number:
        if value.denominator.bit_length() > self._bits:
            raise ExactnessError(
                "the exact fractions of this trace have grown beyond the stated size",
                digits=self._digits,
                hint="choose the arithmetic 'fixed': it conserves too and prints its bound",
            )
        return value


class _FixedReckoning:
    __slots__ = ("_moved", "_scale", "_scales")

    def __init__(self, scale: int, scales: Mapping[str, int]) -> None:
        self._scale = scale
        self._scales = scales
        self._moved: dict[str, int] = {}

    def inward(self, amount: Number, asset: str) -> Number:
        inner = amount * self._of(asset)
        if inner.denominator != 1:
            raise ExactnessError(
                "an amount is no whole number of sub-units",
                amount=str(amount),
                asset=asset,
                sub_units=self._of(asset),
                hint="state a finer scale for the asset, or choose the arithmetic 'exact'",
            )
        return inner.numerator

    def outward(self, amount: Number, asset: str) -> Number:
        units, rest = divmod(int(amount), self._of(asset))
        return Fraction(int(amount), self._of(asset)) if rest else units

    def apportion(
        self, amount: Number, weights: Sequence[Number], owners: Sequence[str], asset: str
    ) -> list[Number]:
        """Share among owners first, then among the lots of each owner (ties: the earlier lot)."""
        held: dict[str, int] = {}
        for owner, weight in zip(owners, weights, strict=True):
            held[owner] = held.get(owner, 0) + int(weight)
        ranked = sorted(held, key=lambda owner: (owner in UNTRACED, owner))
        shares = self._shared(int(amount), [held[owner] for owner in ranked], asset)
        parts: list[Number] = [0] * len(weights)
        for owner, part in zip(ranked, shares, strict=True):
            places = [i for i, name in enumerate(owners) if name == owner]
            inner = self._shared(part, [int(weights[i]) for i in places], asset)
            for i, value in zip(places, inner, strict=True):
                parts[i] = value
        return parts

    def share(self, principal: Number, part: Number, lot: Number) -> Number:
        return int(principal) * int(part) // int(lot)

    def carry(self, amount: Number, credited: Number, paid: str, received: str) -> None:
        """Let what was moved upstream follow a conversion: it cannot exceed the amount converted."""
        moved = min(self._moved.get(paid, 0), int(amount))
        if moved and paid != received:
            self._note(received, -(-moved * int(credited) // int(amount)))

    def bounds(self) -> dict[str, Number]:
        return {asset: self.outward(self._moved[asset], asset) for asset in sorted(self._moved)}

    def _shared(self, amount: int, weights: list[int], asset: str) -> list[int]:
        """Largest remainder; at equal remainders the earlier one gets the unit."""
        if len(weights) == 1:
            return [amount]
        whole_sum = sum(weights)
        parts = [amount * weight // whole_sum for weight in weights]
        left = amount - sum(parts)
        if left:
            rest = [amount * weight % whole_sum for weight in weights]
            ranked = sorted(range(len(weights)), key=lambda i: (-rest[i], i))
            for i in ranked[:left]:
                parts[i] += 1
            uneven = sum(1 for value in rest if value)
            self._note(asset, -(-left * (uneven - left) // uneven))
        return parts

    def _note(self, asset: str, units: int) -> None:
        self._moved[asset] = self._moved.get(asset, 0) + units

    def _of(self, asset: str) -> int:
        return self._scales.get(asset, self._scale)
