"""What a running trace remembers between two movements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analytics.tracing.ledger import Ledger
from analytics.tracing.lots import Lot
from analytics.tracing.movements import BANK, OWN, Claim, Movement, Number, TraceInput
from analytics.tracing.record import Record

if TYPE_CHECKING:
    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.policy import Policy
    from analytics.tracing.rule import TracingRule

Lots = tuple[Lot, ...]


@dataclass(slots=True)
class State:
    """Ledgers, parked lots of payments to which a later movement refers, and the record.

    ``proven`` falls when something happens under which the rounding bound is first-order only.
    """

    input: TraceInput
    policy: Policy
    rule: TracingRule
    reckoning: Reckoning
    record: Record
    ledgers: dict[str, Ledger]
    by_id: dict[str, Movement]
    referenced: frozenset[str]
    claims: dict[str, list[Claim]]
    claimed: dict[str, Number] = field(default_factory=dict)
    parked: dict[str, Lots] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    proven: bool = True

    def add_claim(self, claimant: str, amount: Number) -> None:
        """Add to what a claimant claims, in inner units of the claim's asset."""
        self.claimed[claimant] = self.claimed.get(claimant, 0) + amount


def opening_state(trace_input: TraceInput, policy: Policy, rule: TracingRule) -> State:
    """Set up ledgers with their opening lots."""
    reckoning = policy.reckoner().begin()
    referenced = set()
    for movement in trace_input.movements:
        if movement.reverses and policy.reversal_policy == "restore":
            referenced.add(movement.reverses)
        if movement.follows and policy.direct_matches == "asserted":
            referenced.add(movement.follows)
    claims: dict[str, list[Claim]] = {}
    for claim in trace_input.claims:
        claims.setdefault(claim.movement, []).append(claim)
    state = State(
        trace_input,
        policy,
        rule,
        reckoning,
        Record(trace_input, reckoning),
        {key: Ledger(key, trace_input.asset(key), (), 0) for key in trace_input.ledgers},
        {m.id: m for m in trace_input.movements},
        frozenset(referenced),
        claims,
        proven=rule.ordered or not referenced,
    )
    _open(state)
    return state


def _open(state: State) -> None:
    for opening in state.input.openings:
        ledger = state.ledgers[opening.ledger]
        amount = state.reckoning.inward(opening.amount, ledger.asset)
        if opening.owner == BANK:
            ledger.overdraft -= amount
        elif opening.owner == OWN and amount:
            ledger.put((), (Lot(OWN, amount),), state.rule, "")
        elif amount:
            state.add_claim(opening.owner, amount)
            lot = Lot(opening.owner, amount, amount, f"opening:{opening.ledger}")
            ledger.put((), (lot,), state.rule, "")
