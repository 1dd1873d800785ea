"""Last in, first out: the newest money leaves first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import Draw, take_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Number


class Lifo:
    """A debit consumes the newest lots; a reversed debit goes back to the top of the stack."""

    code = "lifo"
    title = "Last in, first out"
    version = "1"
    source = (
        "put to the court as one of three methods in Boughner v Greyhawk Equity Partners, 2012 ONSC 3185, "
        "affd 2013 ONCA 26; used in United States forfeiture practice"
    )
    ordered = True
    non_expansive = True

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:  # noqa: ARG002
        """Consume from the top."""
        draw = take_in_order(lots[::-1], amount, reckoning)
        return Draw(draw.taken, draw.left[::-1])

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back on top, the first drawn uppermost."""
        return (*lots, *returned[::-1])


RULE = Lifo()
