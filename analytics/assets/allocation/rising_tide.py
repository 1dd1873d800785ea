"""Rising tide: raise whoever recovered least first, until all stand at one level of recovery."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.scheme import Award, Basis, beyond_net_loss

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.assets.claims import Position
    from analytics.assets.terms import Pool, Terms

ZERO = Fraction(0)


class RisingTide:
    """Rising tide.

    Find the level ``L`` at which the sum over claimants of ``max(0, L * paid in - received)`` is the pool,
    no payment above the loss. The sum is piecewise linear in ``L``: its corners are sorted and filled
    segment by segment, so the level is an exact fraction and nothing is iterated.

    References
    ----------
    SEC v. Huber, 702 F.3d 903 (7th Cir. 2012): discretionary, not mandatory.
    """

    code = "rising_tide"
    also = ()
    version = "1"
    title = "Rising tide, one level of recovery"
    source = "SEC v. Huber, 702 F.3d 903 (7th Cir. 2012)"
    basis = Basis.PAID_IN

    def share(self, pool: Pool, claimants: Sequence[Position], terms: Terms) -> Award:  # noqa: ARG002
        """Share what is left after all costs up to one level of recovery."""
        available = Fraction(pool.distributable)
        owed = sum((p.entitled for p in claimants), ZERO)
        found = level(claimants, min(available, owed))
        raised = {p.claimant: payment(p, found) for p in claimants}
        dividends, residual = beyond_net_loss(claimants, raised, available)
        return Award(
            dividends=dividends,
            costs_paid=Fraction(pool.costs_paid),
            residual=residual,
            figures={"level": found},
        )


def payment(position: Position, at: Fraction) -> Fraction:
    """Pay one claimant up to a level of recovery, never above the loss."""
    lifted = at * (position.paid_in or ZERO) - position.received
    return max(ZERO, min(lifted, position.entitled))


def level(claimants: Sequence[Position], available: Fraction) -> Fraction:
    """Find the level of recovery that uses up the money, exactly.

    Parameters
    ----------
    claimants : sequence of Position
        With what each paid in and received.
    available : Fraction
        Base units to share, at most the sum of losses.

    Returns
    -------
    Fraction
        Share of what was paid in that everybody raised holds afterwards; zero where nobody lost anything.
        Of several such levels the lowest.
    """
    corners: dict[Fraction, Fraction] = {}
    for p in claimants:
        if p.paid_in and p.entitled:
            starts, ends = p.received / p.paid_in, (p.received + p.entitled) / p.paid_in
            corners[starts] = corners.get(starts, ZERO) + p.paid_in
            corners[ends] = corners.get(ends, ZERO) - p.paid_in
    slope, filled, at = ZERO, ZERO, ZERO
    for corner in sorted(corners):
        reached = filled + slope * (corner - at)
        if slope and reached >= available:
            break
        at, filled = corner, reached
        slope += corners[corner]
    return at + (available - filled) / slope if slope else at


ALLOCATION = RisingTide()
