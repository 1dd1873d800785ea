"""Rolling pro rata: every debit takes the same share of everybody's money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import Draw, take_in_proportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Number


class ProRataRolling:
    """A debit w of a balance B takes w/B of every owner (the rolling charge; "haircut" on chains).

    Later contributors do not carry losses that came before them.
    """

    code = "pro_rata_rolling"
    title = "Rolling pro rata (North American rolling charge)"
    version = "1"
    source = (
        "Re Ontario Securities Commission and Greymac Credit Corp (1986) 55 OR (2d) 673 (CA); "
        "Boughner v Greyhawk Equity Partners, 2013 ONCA 26"
    )
    ordered = False
    non_expansive = True

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:
        """Consume in proportion."""
        return take_in_proportion(lots, amount, reckoning, asset)

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back; the place does not matter."""
        return (*lots, *returned)


RULE = ProRataRolling()
