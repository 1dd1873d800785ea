"""Pari passu on admitted claims: a common misfortune, one rate for everybody, dates ignored."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.scheme import Award, Basis, rateable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.assets.claims import Position
    from analytics.assets.terms import Pool, Terms


class PariPassu:
    """Pari passu on admitted claims.

    References
    ----------
    Charity Commission v Framjee [2014] EWHC 2507 (Ch); Barlow Clowes International v Vaughan [1992] 4 All
    ER 22, for setting the order of payments aside where it would be unjust or impracticable.
    """

    code = "pari_passu"
    also = ()
    version = "1"
    title = "Admitted claims, one rate for all"
    source = "Charity Commission v Framjee [2014] EWHC 2507 (Ch)"
    basis = Basis.ADMITTED

    def share(self, pool: Pool, claimants: Sequence[Position], terms: Terms) -> Award:  # noqa: ARG002
        """Share what is left after all costs in proportion to admitted claims."""
        owed = {p.claimant: p.loss for p in claimants}
        available = Fraction(pool.distributable)
        rate, dividends = rateable(owed, available)
        return Award(
            dividends=dividends,
            costs_paid=Fraction(pool.costs_paid),
            residual=max(Fraction(0), available - sum(owed.values(), Fraction(0))),
            figures={"rate": rate},
        )


ALLOCATION = PariPassu()
