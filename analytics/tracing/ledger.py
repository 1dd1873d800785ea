"""One traced ledger while a trace runs, and the check that nothing appears or vanishes in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.errors import ConservationError
from analytics.tracing.lots import Lot, blend, join, total
from analytics.tracing.movements import BANK, Number
from analytics.tracing.rule import Draw, take_in_order, take_in_proportion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.rule import TracingRule

    Taking = Callable[[tuple[Lot, ...], Number], Draw]


class Ledger:
    """Lots in queue order (oldest first) and what is owed to the bank; never both."""

    __slots__ = ("_owned", "asset", "balance", "key", "lots", "overdraft")

    def __init__(self, key: str, asset: str, lots: tuple[Lot, ...], overdraft: Number) -> None:
        self.key = key
        self.asset = asset
        self.lots = lots
        self.balance = total(lots)
        self.overdraft = overdraft
        self._owned: dict[str, Number] = {}
        self._count(lots, 1)

    def owned(self) -> dict[str, Number]:
        """Return what each owner has here; what is owed to the bank is the bank's, and negative."""
        sums = {owner: amount for owner, amount in self._owned.items() if amount}
        return {**sums, BANK: sums.get(BANK, 0) - self.overdraft} if self.overdraft else sums

    def _count(self, lots: Sequence[Lot], sign: int) -> None:
        """Keep the sums by owner up to date, so that nobody walks a long queue to know them."""
        for lot in lots:
            self._owned[lot.owner] = self._owned.get(lot.owner, 0) + sign * lot.amount

    def take(self, amount: Number, taking: Taking, movement: str) -> tuple[Lot, ...]:
        """Remove up to ``amount`` as ``taking`` says and return what was taken, in draw order."""
        amount = min(amount, self.balance)
        if not amount:
            return ()
        draw = taking(self.lots, amount)
        if total(draw.taken) != amount:
            raise ConservationError("a draw differs from its debit", movement=movement, ledger=self.key)
        require_conserved(self.lots, draw.left, draw.taken, movement, self.key)
        self.lots = draw.left
        self.balance -= amount
        self._count(draw.taken, -1)
        return draw.taken

    def put(
        self, restored: tuple[Lot, ...], entering: tuple[Lot, ...], rule: TracingRule, movement: str
    ) -> None:
        """Add lots: ``restored`` to the place they came from, ``entering`` as the newest."""
        lots = rule.restore(self.lots, restored) if restored else self.lots
        lots = join(lots, entering)
        if not rule.ordered:
            lots = blend(lots)
        moved = (*restored, *entering)
        require_conserved(lots, self.lots, moved, movement, self.key)
        self.lots = lots
        self.balance += total(moved)
        self._count(moved, 1)

    def repay(
        self,
        restored: tuple[Lot, ...],
        entering: tuple[Lot, ...],
        rule: TracingRule,
        reckoning: Reckoning,
    ) -> tuple[tuple[Lot, ...], tuple[Lot, ...], tuple[Lot, ...]]:
        """Let a credit repay the bank first: (swallowed, restored left, entering left).

        The bank's own money in a reversed debit goes back to the bank before anything else. Then the
        repayment takes the front of the credit under ordered rules, and its composition elsewhere.
        """
        swallowed: tuple[Lot, ...] = ()
        for part in (tuple(lot for lot in restored if lot.owner == BANK), None):
            lots = (*restored, *entering) if part is None else part
            due = min(self.overdraft, total(lots))
            if not due:
                continue
            fresh = len(restored)
            tagged = tuple(replace(lot, entered=(*lot.entered, str(i))) for i, lot in enumerate(lots))
            if rule.ordered or part is not None:
                draw = take_in_order(tagged, due, reckoning)
            else:
                draw = take_in_proportion(tagged, due, reckoning, self.asset)
            self.overdraft -= due
            swallowed += tuple(replace(lot, entered=()) for lot in draw.taken)
            left = [(int(lot.entered[-1]), replace(lot, entered=lot.entered[:-1])) for lot in draw.left]
            if part is None:
                restored = tuple(lot for i, lot in left if i < fresh)
                entering = tuple(lot for i, lot in left if i >= fresh)
            else:
                restored = (*(lot for _, lot in left), *(lot for lot in restored if lot.owner != BANK))
        return swallowed, restored, entering


def pick(lots: tuple[Lot, ...], chosen: Callable[[Lot], bool], amount: Number, taking: Taking) -> Draw:
    """Take from the chosen lots of a queue only; the others, and what is left, keep their places."""
    tagged = tuple(replace(lot, entered=(*lot.entered, str(i))) for i, lot in enumerate(lots) if chosen(lot))
    amount = min(amount, total(tagged))
    if not amount:
        return Draw((), lots)
    draw = taking(tagged, amount)
    stay = {int(lot.entered[-1]): replace(lot, entered=lot.entered[:-1]) for lot in draw.left}
    left = [stay.get(i) if chosen(lot) else lot for i, lot in enumerate(lots)]
    taken = tuple(replace(lot, entered=lot.entered[:-1]) for lot in draw.taken)
    return Draw(taken, tuple(lot for lot in left if lot is not None))


def undo(lots: Sequence[Lot], amount: Number, rule: TracingRule, reckoning: Reckoning, asset: str) -> Draw:
    """Take back what a debit had drawn (in draw order), as if the debit had been smaller."""
    if not rule.ordered:
        return take_in_proportion(lots, amount, reckoning, asset)
    draw = take_in_order(tuple(lots)[::-1], amount, reckoning)
    return Draw(draw.taken[::-1], draw.left[::-1])


def require_conserved(
    before: tuple[Lot, ...], after: tuple[Lot, ...], moved: tuple[Lot, ...], movement: str, ledger: str
) -> None:
    """Check, owner by owner, that ``before`` less ``after`` is ``moved`` and that no lot is negative.

    Raises
    ------
    ConservationError
        Naming the movement and the ledger.
    """
    before, after = _changed(before, after)
    sums: dict[tuple[str, str], tuple[Number, Number]] = {}
    for sign, lots in ((1, before), (-1, after), (-1, moved)):
        for lot in lots:
            if lot.amount <= 0 or lot.principal < 0:
                raise ConservationError("a lot is not positive", movement=movement, ledger=ledger)
            key = (lot.owner, lot.origin)
            amount, principal = sums.get(key, (0, 0))
            sums[key] = (amount + sign * lot.amount, principal + sign * lot.principal)
    wrong = [key for key, both in sums.items() if any(both)]
    if wrong:
        raise ConservationError(
            "money appeared or vanished", movement=movement, ledger=ledger, owner=min(wrong)[0]
        )


def _changed(before: tuple[Lot, ...], after: tuple[Lot, ...]) -> tuple[tuple[Lot, ...], tuple[Lot, ...]]:
    """Leave out a common head or tail, so that a long queue is not summed at every event."""
    for same in (min(len(before), len(after)), min(len(before), len(after)) - 1):
        if same < 1:
            break
        if before[:same] == after[:same]:
            return before[same:], after[same:]
        if before[-same:] == after[-same:]:
            return before[:-same], after[:-same]
    return before, after
