"""The one tracing engine: a conserving pass over movements in the given order.

Rules say which lots a debit consumes; everything else is here and the same under every rule:
overdrafts, fees, technical reversals, conversions, transfers between ledgers, claims, and the check
after every event that each owner's money is neither made nor lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.tracing.checks import require_sound
from analytics.tracing.paying import pay, reversed_by
from analytics.tracing.receiving import claim, convert, receive
from analytics.tracing.result import Rounding, TraceResult
from analytics.tracing.rule import rule_of
from analytics.tracing.state import opening_state

if TYPE_CHECKING:
    from collections.abc import Collection

    from analytics.tracing.lots import Lot
    from analytics.tracing.movements import Movement, TraceInput
    from analytics.tracing.policy import Policy
    from analytics.tracing.rule import TracingRule
    from analytics.tracing.state import Lots, State


def run(
    trace_input: TraceInput,
    policy: Policy,
    *,
    rule: TracingRule | None = None,
    watch: Collection[str] = (),
) -> TraceResult:
    """Trace every claim through every ledger under one policy.

    Parameters
    ----------
    trace_input : TraceInput
        Movements in their resolved order (see ``order.reorder`` for what is not resolved).
    policy : Policy
        Stored with the result.
    rule : TracingRule, optional
        The rule itself, when it is not to be found by ``policy.rule``.
    watch : collection of str
        Movements after which the composition of every ledger is noted.

    Returns
    -------
    TraceResult

    Raises
    ------
    TraceInputError
        When the input contradicts itself.
    ExactnessError
        When the arithmetic of the policy cannot hold a result.
    ConservationError
        When money appears or vanishes, which is a fault of the program or of a plug-in rule.

    References
    ----------
    Re Hallett's Estate (1880) 13 Ch D 696; Bishopsgate Investment Management v Homan [1995] Ch 211
    (overdrawn accounts); see the methods page for each rule.

    Examples
    --------
    >>> from analytics.tracing.movements import TraceInput, Movement, Claim
    >>> from analytics.tracing.policy import Policy
    >>> moves = (Movement("t1", "victim", "W", 455), Movement("t2", "W", "shop", 430))
    >>> result = run(TraceInput(("W",), moves, claims=(Claim("t1", "Roscoe"),)), Policy("own_first"))
    >>> result.at("W")["Roscoe"].amount, result.spent[0].amount
    (25, 430)
    """
    require_sound(trace_input)
    state = opening_state(trace_input, policy, rule or rule_of(policy.rule))
    for movement in trace_input.movements:
        _step(state, movement)
        if movement.id in watch:
            state.record.checkpoint(movement.id, state.ledgers.values())
    return _result(state)


def _step(state: State, movement: Movement) -> None:
    inside = movement.debit in state.ledgers or movement.credit in state.ledgers
    if not movement.amount or not (
        inside or movement.id in state.claims or movement.reverses in state.parked
    ):
        return
    original = reversed_by(state, movement)
    payer = state.ledgers.get(movement.debit or "")
    near = payer or state.ledgers.get(movement.credit or "")
    before = near.owned() if near else {}
    restored, drawn = pay(state, movement, original)
    left = payer.owned() if payer else {}
    paid = (*restored, *drawn)
    both = convert(state, movement, paid)
    restored, drawn = _live(both[: len(restored)]), claim(state, movement, _live(both[len(restored) :]))
    moved = (*restored, *drawn)
    mark = (movement.id,) if movement.id in state.referenced else ()
    restored = tuple(_entering(lot, lot.entered[:-1] + mark) for lot in restored)
    drawn = tuple(_entering(lot, lot.entered + mark if mark else ()) for lot in drawn)
    receive(state, movement, original, restored, drawn)
    state.record.hop(movement, paid, moved, before, left if payer else near.owned() if near else {})


def _entering(lot: Lot, entered: tuple[str, ...]) -> Lot:
    """Note by which movements a lot came, for those to which a later one refers."""
    return lot if lot.entered == entered else replace(lot, entered=entered)


def _live(lots: Lots) -> Lots:
    return tuple(lot for lot in lots if lot.amount)


def _result(state: State) -> TraceResult:
    record, ledgers = state.record, tuple(state.ledgers.values())
    outward, claim_asset = state.reckoning.outward, state.input.claim_asset
    bounds = state.reckoning.bounds()
    return TraceResult(
        policy=state.policy,
        rule=state.rule.code,
        rule_version=state.rule.version,
        claim_asset=claim_asset,
        claims={o: outward(state.claimed[o], claim_asset) for o in sorted(state.claimed)},
        holdings=record.holdings(ledgers),
        spent=tuple(record.legs["spent"]),
        fees=tuple(record.legs["fees"]),
        swallowed=tuple(record.legs["swallowed"]),
        lost=tuple(record.legs["lost"]),
        hops=tuple(record.hops),
        stops=record.stops(),
        gaps=tuple(record.gaps),
        overdrafts={one.key: outward(one.overdraft, one.asset) for one in ledgers if one.overdraft},
        rounding=Rounding(tuple(record.rounded), bounds, state.proven or not any(bounds.values())),
        checkpoints=record.checkpoints,
    )
