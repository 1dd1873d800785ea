"""One chain transaction: which outputs the tainted inputs reach under each rule; the fee comes last.

Poison is a lead and nothing more: it names outputs that tainted money touches and has no amounts,
because three stolen coins would become ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.errors import TraceInputError
from analytics.tracing.lots import Lot
from analytics.tracing.movements import UNTRACED, Number
from analytics.tracing.rule import TracingRule, rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.tracing.arithmetic import Arithmetic

FEE = "fee"
"""Name of the fee among the outputs."""
HAIRCUT = "pro_rata_rolling"
"""The rule that chain literature calls haircut."""


@dataclass(frozen=True, slots=True)
class ChainTransaction:
    """Inputs as (owner, amount) in their order, outputs as (id, amount) in theirs, and the fee.

    Raises
    ------
    TraceInputError
        When inputs differ from outputs and fee, or an amount is negative.
    """

    inputs: tuple[tuple[str, Number], ...]
    outputs: tuple[tuple[str, Number], ...]
    fee: Number = 0

    def __post_init__(self) -> None:
        amounts = [amount for _, amount in (*self.inputs, *self.outputs)] + [self.fee]
        if min(amounts) < 0:
            raise TraceInputError("an amount of a chain transaction is negative")
        paid, received = sum(a for _, a in self.inputs), sum(a for _, a in self.outputs) + self.fee
        if paid != received:
            raise TraceInputError(
                "inputs differ from outputs and fee", inputs=str(paid), outputs=str(received)
            )

    def taking(self) -> tuple[tuple[str, Number], ...]:
        """Return outputs in the order in which they consume inputs: theirs, then the fee."""
        return (*self.outputs, (FEE, self.fee))


def spread(
    transaction: ChainTransaction, rule: TracingRule | str, arithmetic: Arithmetic
) -> dict[str, dict[str, Number]]:
    """Return the owner composition of every output and of the fee; owners with nothing are left out.

    Parameters
    ----------
    transaction : ChainTransaction
    rule : TracingRule or str
        A rule or its code; ``HAIRCUT`` for the haircut.
    arithmetic : Arithmetic
        ``Exact()`` or ``Fixed()``.

    References
    ----------
    Anderson, Shumailov, Ahmed, Bitcoin Redux (WEIS 2018), and the Taintchain convention that the fee
    is the last output.

    Examples
    --------
    >>> from analytics.tracing.arithmetic import Exact
    >>> given = ChainTransaction((("Thief", 3), ("_own", 7)), (("o1", 2), ("o2", 8)))
    >>> spread(given, "fifo", Exact())["o2"]
    {'Thief': 1, '_own': 7}
    """
    chosen = rule_of(rule) if isinstance(rule, str) else rule
    reckoning = arithmetic.begin()
    lots = tuple(
        Lot(owner, reckoning.inward(amount, ""), origin=f"input:{place}")
        for place, (owner, amount) in enumerate(transaction.inputs)
        if amount
    )
    out: dict[str, dict[str, Number]] = {}
    for output, amount in transaction.taking():
        parts: dict[str, Number] = {}
        if amount:
            draw = chosen.draw(lots, reckoning.inward(amount, ""), reckoning, "")
            lots = draw.left
            for lot in draw.taken:
                parts[lot.owner] = parts.get(lot.owner, 0) + lot.amount
        out[output] = {owner: reckoning.outward(parts[owner], "") for owner in sorted(parts)}
    return out


def poison(transaction: ChainTransaction) -> Mapping[str, tuple[str, ...]]:
    """Return, for every output and the fee, which claimants' money could be in it. A lead, not a trace.

    References
    ----------
    Moeser, Boehme, Breuker, Towards Risk Scoring of Bitcoin Transactions (2014).

    >>> poison(ChainTransaction((("Thief", 3), ("_own", 7)), (("o1", 10),)))
    {'o1': ('Thief',), 'fee': ()}
    """
    owners = tuple(sorted({owner for owner, amount in transaction.inputs if amount} - UNTRACED))
    return {output: owners if amount else () for output, amount in transaction.taking()}
