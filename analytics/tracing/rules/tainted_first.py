"""Tainted money first: proceeds leave before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.rule import Draw, take_by_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Number


class TaintedFirst:
    """A debit consumes claimants' money first, pro rata among them, then untraced money.

    The prosecutor's reading when following money out ("drugs in, first out").
    """

    code = "tainted_first"
    title = "Tainted money first"
    version = "1"
    source = "United States v Banco Cafetero Panama, 797 F.2d 1154 (2d Cir. 1986)"
    ordered = False
    non_expansive = False

    def draw(self, lots: Sequence[Lot], amount: Number, reckoning: Reckoning, asset: str) -> Draw:
        """Consume the claimants' lots in proportion, then untraced ones."""
        return take_by_class(lots, amount, reckoning, asset, lambda lot: lot.traced)

    def restore(self, lots: Sequence[Lot], returned: Sequence[Lot]) -> tuple[Lot, ...]:
        """Put back; the place does not matter."""
        return (*lots, *returned)


RULE = TaintedFirst()
