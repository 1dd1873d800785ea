"""Net loss, pari passu: one rate on what each claimant paid in less what came back."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.assets.scheme import Award, Basis, beyond_net_loss, rateable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.assets.claims import Position
    from analytics.assets.terms import Pool, Terms


class NetLoss:
    """Net loss, pari passu.

    ``loss = max(0, paid in - received)``; every loss is paid at ``pool / sum of losses``. A claimant who
    already got back more than was paid in receives nothing, and may owe a claw-back, which is not computed.
    Where less than the net loss was admitted, that is the loss; where more, the rest comes after all net
    losses are paid.

    References
    ----------
    SEC v. Huber, 702 F.3d 903 (7th Cir. 2012), there called net loss.
    """

    code = "net_loss"
    also = ("net_loss_pari_passu",)
    version = "1"
    title = "Net loss, one rate for all"
    source = "SEC v. Huber, 702 F.3d 903 (7th Cir. 2012)"
    basis = Basis.PAID_IN

    def share(self, pool: Pool, claimants: Sequence[Position], terms: Terms) -> Award:  # noqa: ARG002
        """Share what is left after all costs in proportion to net losses."""
        owed = {p.claimant: p.entitled for p in claimants}
        available = Fraction(pool.distributable)
        rate, paid = rateable(owed, available)
        dividends, residual = beyond_net_loss(claimants, paid, available)
        return Award(
            dividends=dividends,
            costs_paid=Fraction(pool.costs_paid),
            residual=residual,
            figures={"rate": rate},
        )


ALLOCATION = NetLoss()
