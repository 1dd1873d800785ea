"""The credit side of a movement: conversion, claims, repayment of an overdraft, and ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.tracing.lots import Lot, split
from analytics.tracing.movements import FEE_KINDS, End

if TYPE_CHECKING:
    from analytics.tracing.ledger import Ledger
    from analytics.tracing.movements import Movement, Number
    from analytics.tracing.state import Lots, State

RETURNED = "returned to the payer by a technical reversal"
PAID_OUT = "paid out of the traced ledgers, without evidence of where it went next"
SWALLOWED = "repaid an overdraft: the money is spent and the trace stops"
COMPETING = "this money already carries an earlier claim, which keeps it"
VANISHED = "converted into nothing"


def end_of(state: State, movement: Movement, original: Movement | None) -> End:
    """Return how the external credit side of a movement counts."""
    key = movement.credit or ""
    declared = state.input.ends.get(key)
    if declared is not None:
        return End(key, declared.kind, declared.reason)
    if movement.kind in FEE_KINDS:
        return End(key, "fees", f"{movement.kind} charged")
    if original is not None:
        return End(key, "held", RETURNED)
    return End(key, "spent", PAID_OUT)


def convert(state: State, movement: Movement, lots: Lots) -> Lots:
    """Turn lots into the asset of the credit side; fractions of ownership and principal stay.

    The result has one lot for each given, in order; an amount of 0 means that the lot is gone.
    """
    paid, received = state.input.paid_in(movement), state.input.received_in(movement)
    if movement.credited is None or paid == received:
        return lots
    credited = state.reckoning.inward(movement.received, received)
    place = movement.credit or ""
    state.proven = state.proven and state.rule.non_expansive
    if not credited:
        state.record.leg("lost", movement.id, place, paid, lots, VANISHED)
        return tuple(replace(lot, amount=0) for lot in lots)
    state.reckoning.carry(sum(lot.amount for lot in lots), credited, paid, received)
    parts = state.reckoning.apportion(
        credited, [lot.amount for lot in lots], [lot.owner for lot in lots], received
    )
    out = tuple(replace(lot, amount=part) for lot, part in zip(lots, parts, strict=True))
    state.record.round_away(movement.id, place, received, (x for x in out if not x.amount and x.principal))
    return out


def claim(state: State, movement: Movement, lots: Lots) -> Lots:
    """Give untraced money of a credit to those who claim it, in the order of the claims.

    Money that already carries a claim keeps it: what a later claim lacks is lost there, and said.
    """
    asset = state.input.received_in(movement)
    left = state.reckoning.inward(movement.received, asset)
    wanted: list[tuple[str, Number]] = []
    for one in state.claims.get(movement.id, ()):
        amount = left if one.amount is None else state.reckoning.inward(one.amount, asset)
        left -= amount
        wanted.append((one.claimant, amount))
        state.add_claim(one.claimant, amount)
    if not wanted:
        return lots
    state.proven = state.proven and movement.debit not in state.ledgers
    out: list[Lot] = []
    for lot in lots:
        rest: Lot | None = lot
        while rest is not None and not rest.traced and wanted:
            claimant, amount = wanted.pop(0)
            piece = min(amount, rest.amount)
            cut, rest = split(rest, piece, state.reckoning)
            out.append(Lot(claimant, piece, piece, movement.id, cut.entered))
            if piece < amount:
                wanted.insert(0, (claimant, amount - piece))
        if rest is not None:
            out.append(rest)
    _compete(state, movement, asset, wanted)
    return tuple(out)


def _compete(state: State, movement: Movement, asset: str, wanted: list[tuple[str, Number]]) -> None:
    if not wanted:
        return
    lots = tuple(Lot(claimant, amount, amount, movement.id) for claimant, amount in wanted)
    place = movement.credit or ""
    state.record.leg("lost", movement.id, place, asset, lots, COMPETING)
    state.record.notice("competing_claim", place, COMPETING, movement.id, lots)


def receive(state: State, movement: Movement, original: Movement | None, restored: Lots, drawn: Lots) -> None:
    """Put lots on the credit side: into a ledger, or to an external end where the trace stops."""
    ledger = state.ledgers.get(movement.credit) if movement.credit is not None else None
    if ledger is None:
        _leave(state, movement, original, (*restored, *drawn))
        return
    if ledger.overdraft:
        restored, drawn = _repay(state, ledger, movement, restored, drawn)
    ledger.put(restored, drawn, state.rule, movement.id)


def _repay(
    state: State, ledger: Ledger, movement: Movement, restored: Lots, drawn: Lots
) -> tuple[Lots, Lots]:
    mixed = len({lot.owner for lot in (*restored, *drawn)}) > 1
    state.proven = state.proven and (state.rule.non_expansive or not mixed)
    swallowed, restored, drawn = ledger.repay(restored, drawn, state.rule, state.reckoning)
    state.record.leg("swallowed", movement.id, ledger.key, ledger.asset, swallowed, SWALLOWED)
    return restored, drawn


def _leave(state: State, movement: Movement, original: Movement | None, lots: Lots) -> None:
    end = end_of(state, movement, original)
    asset = state.input.received_in(movement)
    state.record.leg(end.kind, movement.id, end.key, asset, lots, end.reason)
    if movement.id in state.referenced:
        state.parked[movement.id] = lots
    if end.kind == "held" and any(lot.traced for lot in lots):
        state.held.add(end.key)
