"""The debit side of a movement: which lots leave, and what a shortfall means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.ledger import Ledger, pick, undo
from analytics.tracing.lots import Lot, total
from analytics.tracing.movements import BANK, OWN
from analytics.tracing.receiving import end_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.tracing.ledger import Taking
    from analytics.tracing.movements import Movement, Number
    from analytics.tracing.state import Lots, State


def reversed_by(state: State, movement: Movement) -> Movement | None:
    """Return the movement that this one technically reverses, if the policy restores it."""
    if movement.reverses is None or state.policy.reversal_policy != "restore":
        return None
    original = state.by_id[movement.reverses]
    if (original.debit, original.credit) == (movement.credit, movement.debit):
        return original
    reason = "the reversal does not run between the ends of what it reverses; taken as a new payment"
    state.record.notice("reversal_not_matched", movement.credit or "", reason, movement.id)
    return None


def pay(state: State, movement: Movement, original: Movement | None) -> tuple[Lots, Lots]:
    """Return the lots that leave the debit side: those a reversal restores, and all others.

    Both are in draw order and in inner units; together they are the amount of the movement.
    """
    amount = state.reckoning.inward(movement.amount, state.input.paid_in(movement))
    ledger = state.ledgers.get(movement.debit) if movement.debit is not None else None
    if ledger is None:
        restored = _unpark(state, movement, original, amount) if original else ()
        rest = amount - total(restored)
        _warn_of_return(state, movement, rest)
        return restored, (Lot(OWN, rest),) if rest else ()
    restored = _take_back(state, ledger, movement, original, amount) if original else ()
    amount -= total(restored)
    drawn = _take_match(state, ledger, movement, amount)
    drawn += ledger.take(amount - total(drawn), _by_rule(state, ledger), movement.id)
    short = amount - total(drawn)
    if short:
        drawn += (_beyond(state, ledger, movement, short),)
    return restored, drawn


def _by_rule(state: State, ledger: Ledger) -> Taking:
    return lambda lots, amount: state.rule.draw(lots, amount, state.reckoning, ledger.asset)


def _undoing(state: State, asset: str) -> Taking:
    return lambda lots, amount: undo(lots, amount, state.rule, state.reckoning, asset)


def _came_by(movement: str) -> Callable[[Lot], bool]:
    return lambda lot: lot.entered[-1:] == (movement,)


def _unpark(state: State, movement: Movement, original: Movement, amount: Number) -> Lots:
    """Take back from an external end what a reversed payment had brought there."""
    pot = state.parked.get(original.id, ())
    amount = min(amount, total(pot))
    if not amount:
        return ()
    asset = state.input.paid_in(movement)
    draw = undo(pot, amount, state.rule, state.reckoning, asset)
    state.parked[original.id] = draw.left
    end = end_of(state, original, None)
    state.record.leg(end.kind, movement.id, end.key, asset, draw.taken, end.reason, sign=-1)
    return draw.taken


def _take_back(state: State, ledger: Ledger, movement: Movement, original: Movement, amount: Number) -> Lots:
    """Take what is left in a ledger of the payment that is reversed."""
    came = _came_by(original.id)
    amount_there = min(amount, total(lot for lot in ledger.lots if came(lot)))
    undoing = _undoing(state, ledger.asset)
    taken = ledger.take(amount_there, lambda lots, w: pick(lots, came, w, undoing), movement.id)
    if amount_there < amount:
        reason = "the money of a reversed payment had moved on; the rest of the reversal is drawn by the rule"
        state.record.notice("reversal_short", ledger.key, reason, movement.id)
    return taken


def _take_match(state: State, ledger: Ledger, movement: Movement, amount: Number) -> Lots:
    """Take what is left of the credit that this debit is asserted to follow."""
    if movement.follows is None or state.policy.direct_matches != "asserted":
        return ()
    came = _came_by(movement.follows)
    amount_there = min(amount, total(lot for lot in ledger.lots if came(lot)))
    if amount_there < amount:
        reason = "less is left of the matched credit than the debit needs; the rest is drawn by the rule"
        state.record.notice("match_short", ledger.key, reason, movement.id)
    drawing = _by_rule(state, ledger)
    return ledger.take(amount_there, lambda lots, w: pick(lots, came, w, drawing), movement.id)


def _beyond(state: State, ledger: Ledger, movement: Movement, short: Number) -> Lot:
    """Return the part of a debit beyond the balance: the bank's money, or outside money not seen."""
    gaps = state.policy.data_gaps
    if gaps == "outside_money" or (gaps == "declared" and ledger.key in state.input.incomplete):
        state.record.gap(movement.id, ledger, short)
        return Lot(OWN, short)
    ledger.overdraft += short
    return Lot(BANK, short)


def _warn_of_return(state: State, movement: Movement, amount: Number) -> None:
    end = state.input.ends.get(movement.debit) if movement.debit is not None else None
    if end is None or end.kind != "held" or not amount or end.key not in state.held:
        return
    reason = "an end that holds traced money pays again and is not followed: declare it as a ledger"
    state.record.notice("untraced_return", end.key, reason, movement.id)
