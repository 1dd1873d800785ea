"""A tracing rule: the largest lot first. It has no authority; it shows how a rule is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import Draw, take_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Number


class LargestFirst:
    """A debit consumes the largest lot, then the next."""

    code = "largest_first"
    title = "Largest lot first"
    version = "1"
    source = "None: a sample for the authors of plug-ins"
    ordered = True

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:
        """Consume in order of size; among equals, the older lot."""
        ranked = sorted(lots, key=lambda lot: -lot.amount)
        draw = take_in_order(ranked, amount, reckoning)
        return Draw(
            draw.taken, tuple(sorted(draw.left, key=lambda lot: lots.index(lot) if lot in lots else -1))
        )

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back at the front, where the oldest lots are."""
        return (*returned, *lots)


RULE = LargestFirst()
