"""First in, first out: the oldest money leaves first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import Draw, take_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Number


class Fifo:
    """A debit consumes the oldest lots; a reversed debit goes back to the head of the queue.

    The English default between innocent claimants on a running account, displaced where it is
    impracticable, unjust or contrary to intention.
    """

    code = "fifo"
    title = "First in, first out"
    version = "1"
    source = "Devaynes v Noble, Clayton's Case (1816) 1 Mer 572; Barlow Clowes v Vaughan [1992] 4 All ER 22"
    ordered = True
    non_expansive = True

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:  # noqa: ARG002
        """Consume from the head."""
        return take_in_order(lots, amount, reckoning)

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back at the head, the first drawn first."""
        return (*returned, *lots)


RULE = Fifo()
