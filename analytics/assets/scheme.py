"""What a plug-in of `analytics.assets.allocation` must offer: one way of sharing a pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.assets.claims import Position
    from analytics.assets.terms import Pool, Terms


class Basis(StrEnum):
    """What a scheme must know of every claimant before it can be evaluated."""

    PAID_IN = "paid_in"
    ADMITTED = "admitted"
    LOSS = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What a scheme gives, exactly, in base units.

    Parameters
    ----------
    dividends : mapping
        Claimant to share of the pool; every claimant is there, zeros included.
    traced : mapping
        Claimant to what was paid out of property by right, before any charge for general costs.
    charged : mapping
        Claimant to the general costs borne out of the traced payment.
    costs_paid : Fraction
        Costs that the pool bore.
    residual : Fraction
        What is left after every claimant is paid in full.
    figures : mapping
        The scheme's own figures, as ``level``, ``rate`` or ``dividend``.
    """

    dividends: Mapping[str, Fraction]
    costs_paid: Fraction
    residual: Fraction
    traced: Mapping[str, Fraction] = field(default_factory=dict)
    charged: Mapping[str, Fraction] = field(default_factory=dict)
    figures: Mapping[str, Fraction] = field(default_factory=dict)

    def total(self, claimant: str) -> Fraction:
        """Everything one claimant is given."""
        zero = Fraction(0)
        by_right = self.traced.get(claimant, zero) - self.charged.get(claimant, zero)
        return self.dividends.get(claimant, zero) + by_right


class Allocation(Protocol):
    """One scheme; a file ``allocation/<code>.py`` exposes an instance as ``ALLOCATION``.

    ``also`` are other names under which it is asked for; ``source`` is its legal authority.
    """

    @property
    def code(self) -> str:
        """Name of the scheme and of its file."""

    @property
    def also(self) -> tuple[str, ...]:
        """Other names under which the scheme is asked for."""

    @property
    def version(self) -> str:
        """Changes whenever a figure may change."""

    @property
    def title(self) -> str:
        """One line for people."""

    @property
    def source(self) -> str:
        """Legal authority or literature."""

    @property
    def basis(self) -> Basis:
        """What must be known of every claimant."""

    def share(self, pool: Pool, claimants: Sequence[Position], terms: Terms) -> Award:
        """Share the pool exactly; sums to pool less costs less residual."""


def rateable(weights: Mapping[str, Fraction], available: Fraction) -> tuple[Fraction, dict[str, Fraction]]:
    """Pay every weight at one rate, never above 100 per cent.

    Returns
    -------
    tuple
        The rate and the payments. Where nothing is owed the rate is zero.

    Examples
    --------
    >>> rate, paid = rateable({"A": Fraction(90), "B": Fraction(270)}, Fraction(60))
    >>> str(rate), {k: str(v) for k, v in paid.items()}
    ('1/6', {'A': '15', 'B': '45'})
    """
    owed = sum(weights.values(), Fraction(0))
    rate = min(Fraction(1), available / owed) if owed else Fraction(0)
    return rate, {claimant: weight * rate for claimant, weight in weights.items()}


def beyond_net_loss(
    claimants: Sequence[Position], dividends: Mapping[str, Fraction], available: Fraction
) -> tuple[dict[str, Fraction], Fraction]:
    """Spend what net losses left over on what was admitted beyond them, before there is a residual.

    Parameters
    ----------
    claimants : sequence of Position
        Where nothing was admitted beyond the net loss, nothing is added.
    dividends : mapping
        What the scheme itself pays.
    available : Fraction
        What it had to share.

    Returns
    -------
    tuple
        The dividends with what is added, and the residual.
    """
    left = available - sum(dividends.values(), Fraction(0))
    _, more = rateable({p.claimant: p.loss - p.entitled for p in claimants}, left)
    paid = {claimant: dividends[claimant] + more[claimant] for claimant in dividends}
    return paid, left - sum(more.values(), Fraction(0))
