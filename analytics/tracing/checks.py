"""Refuses a trace input that contradicts itself, before any money moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.errors import TraceInputError
from analytics.tracing.movements import BANK, UNTRACED

if TYPE_CHECKING:
    from analytics.tracing.movements import Movement, TraceInput


def require_sound(trace_input: TraceInput) -> None:
    """Check ids, sides, amounts, openings and claims.

    Raises
    ------
    TraceInputError
        Naming the first movement, opening or claim at fault.
    """
    earlier: dict[str, Movement] = {}
    if len(set(trace_input.ledgers)) != len(trace_input.ledgers):
        raise TraceInputError("a ledger is named twice")
    for movement in trace_input.movements:
        if movement.id in earlier:
            raise TraceInputError("two movements have one id", movement=movement.id)
        _require_movement(trace_input, movement)
        for other in (movement.reverses, movement.follows):
            if other is not None and other not in earlier:
                raise TraceInputError(
                    "a movement refers to one that is not before it", movement=movement.id, other=other
                )
        earlier[movement.id] = movement
    _require_openings(trace_input)
    _require_claims(trace_input, earlier)


def _require_movement(trace_input: TraceInput, movement: Movement) -> None:
    if movement.amount < 0 or movement.received < 0:
        raise TraceInputError("an amount is negative", movement=movement.id, hint="swap the two sides")
    if movement.amount == 0 and movement.received != 0:
        raise TraceInputError("something is received for nothing", movement=movement.id)
    if (
        trace_input.paid_in(movement) == trace_input.received_in(movement)
        and movement.amount != movement.received
    ):
        raise TraceInputError(
            "paid and received differ in one asset",
            movement=movement.id,
            hint="a fee or spread is a movement of its own",
        )
    if movement.credited is None and trace_input.paid_in(movement) != trace_input.received_in(movement):
        raise TraceInputError(
            "the sides are in different assets and the amount received is missing", movement=movement.id
        )


def _require_openings(trace_input: TraceInput) -> None:
    overdrawn = {o.ledger for o in trace_input.openings if o.owner == BANK}
    for opening in trace_input.openings:
        if opening.ledger not in trace_input.ledgers:
            raise TraceInputError("an opening is of no traced ledger", ledger=opening.ledger)
        if (opening.owner == BANK) != (opening.amount < 0):
            raise TraceInputError(
                "an opening is negative exactly when its owner is _bank", ledger=opening.ledger
            )
        if opening.owner != BANK and opening.amount and opening.ledger in overdrawn:
            raise TraceInputError("a ledger opens both overdrawn and in funds", ledger=opening.ledger)
        if opening.owner not in UNTRACED and trace_input.asset(opening.ledger) != trace_input.claim_asset:
            raise TraceInputError("an opening claim is not in the asset of the claim", ledger=opening.ledger)


def _require_claims(trace_input: TraceInput, movements: dict[str, Movement]) -> None:
    left = {key: movement.received for key, movement in movements.items()}
    for claim in trace_input.claims:
        if claim.movement not in movements:
            raise TraceInputError("a claim is on no movement of the trace", movement=claim.movement)
        if claim.claimant in UNTRACED or not claim.claimant:
            raise TraceInputError("a claimant needs a name of its own", claimant=claim.claimant)
        amount = left[claim.movement] if claim.amount is None else claim.amount
        if amount <= 0 or amount > left[claim.movement]:
            raise TraceInputError(
                "the claims on a movement exceed what it brought, or claim nothing",
                movement=claim.movement,
                claimant=claim.claimant,
            )
        left[claim.movement] -= amount
        asset = trace_input.received_in(movements[claim.movement])
        if asset != trace_input.claim_asset:
            raise TraceInputError(
                "a claim is not in the asset in which claims are stated",
                movement=claim.movement,
                asset=asset,
                hint="trace claims of each asset apart; amounts of two assets are never added",
            )
