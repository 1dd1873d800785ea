"""Own money first: the wrongdoer is presumed to spend his own money before that of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import Draw, take_by_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Number


class OwnFirst:
    """A debit consumes untraced money first, then claimants' money, pro rata among them.

    With one claimant this is the lowest-intermediate-balance ratchet of Roscoe v Winder: the traced
    part is cut to the balance left, and later own deposits never revive it.
    """

    code = "own_first"
    title = "Own money first (lowest intermediate balance)"
    version = "1"
    source = "Re Hallett's Estate (1880) 13 Ch D 696 (CA); James Roscoe (Bolton) Ltd v Winder [1915] 1 Ch 62"
    ordered = False
    non_expansive = False

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:
        """Consume untraced lots, then the claimants' in proportion."""
        return take_by_class(lots, amount, reckoning, asset, lambda lot: not lot.traced)

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back; the place does not matter."""
        return (*lots, *returned)


RULE = OwnFirst()
