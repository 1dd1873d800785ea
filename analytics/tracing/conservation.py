"""An independent check that a finished trace neither made nor lost money.

It knows nothing of lots or rules. It replays only running balances from the input and compares them
with the legs of the result: claims by owner, every ledger at the end, every repayment of an
overdraft, and every movement into or out of an external end. Without any one leg it fails.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from analytics.errors import ConservationError
from analytics.tracing.movements import UNTRACED, Movement, Number, TraceInput
from analytics.tracing.receiving import COMPETING, VANISHED
from analytics.tracing.result import OUTCOMES, Leg, TraceResult, principal_by_owner

if TYPE_CHECKING:
    from collections.abc import Iterable


def claims_of(trace_input: TraceInput) -> dict[str, Number]:
    """Return what each claimant claims, from the input alone, in claim units.

    >>> from analytics.tracing.movements import Claim
    >>> moves = (Movement("t1", None, "M", 100),)
    >>> claims_of(TraceInput(("M",), moves, claims=(Claim("t1", "A", 30), Claim("t1", "B"))))
    {'A': 30, 'B': 70}
    """
    sums: dict[str, Number] = defaultdict(int)
    for opening in trace_input.openings:
        if opening.owner not in UNTRACED:
            sums[opening.owner] += opening.amount
    left = {movement.id: movement.received for movement in trace_input.movements}
    for claim in trace_input.claims:
        amount = left[claim.movement] if claim.amount is None else claim.amount
        left[claim.movement] -= amount
        sums[claim.claimant] += amount
    return {owner: sums[owner] for owner in sorted(sums) if sums[owner]}


def faults(trace_input: TraceInput, result: TraceResult) -> tuple[str, ...]:
    """Return every way in which the legs of a result disagree with its input; none when it conserves."""
    return (
        *_claim_faults(trace_input, result),
        *_Replay(trace_input, result).faults(),
    )


def require_conserved(trace_input: TraceInput, result: TraceResult) -> None:
    """Check a finished trace.

    Raises
    ------
    ConservationError
        With the first disagreement and their number.
    """
    found = faults(trace_input, result)
    if found:
        raise ConservationError(found[0], disagreements=len(found), rule=result.rule)


def _claim_faults(trace_input: TraceInput, result: TraceResult) -> list[str]:
    legs = [leg for name in OUTCOMES for leg in result.outcome(name)]
    found = principal_by_owner((*legs, *result.rounding.legs))
    claims = claims_of(trace_input)
    return [
        f"{owner} claims {claims.get(owner, 0)} but legs carry {found.get(owner, 0)}"
        for owner in sorted({*claims, *found})
        if claims.get(owner, 0) != found.get(owner, 0) or result.claims.get(owner, 0) != claims.get(owner, 0)
    ]


class _Replay:
    """Running balances of the input against the legs of the result."""

    def __init__(self, trace_input: TraceInput, result: TraceResult) -> None:
        self._input = trace_input
        self._result = result
        self._by_id = {movement.id: movement for movement in trace_input.movements}
        self._balance: dict[str, Number] = dict.fromkeys(trace_input.ledgers, 0)
        for opening in trace_input.openings:
            self._balance[opening.ledger] += opening.amount
        self._outside: dict[str, Number] = {}
        self._expected: dict[tuple[str, str, str], Number] = defaultdict(int)

    def faults(self) -> list[str]:
        claimed = {claim.movement for claim in self._input.claims}
        for movement in self._input.movements:
            inside = movement.debit in self._balance or movement.credit in self._balance
            if movement.amount and (inside or movement.id in claimed or movement.reverses in self._outside):
                self._post(movement)
        for ledger, balance in self._balance.items():
            self._expected["held at the end", "", ledger] += max(balance, 0)
            self._expected["overdrawn", "", ledger] += max(-balance, 0)
        found = self._found()
        return [
            f"{what} {movement} {place}: expected {self._expected.get(key, 0)}, legs say {found.get(key, 0)}"
            for key in sorted({*self._expected, *found})
            for what, movement, place in [key]
            if self._expected.get(key, 0) != found.get(key, 0)
        ]

    def _post(self, movement: Movement) -> None:
        self._debit(movement)
        if not movement.received:
            self._expected["converted into nothing", movement.id, movement.credit or ""] += movement.amount
        elif movement.credit in self._balance:
            before = self._balance[movement.credit]
            self._balance[movement.credit] = before + movement.received
            repaid = min(movement.received, max(-before, 0))
            self._expected["swallowed", movement.id, movement.credit] += repaid
        else:
            self._expected["left", movement.id, movement.credit or ""] += movement.received
        if movement.credit not in self._balance:
            self._outside[movement.id] = movement.received

    def _debit(self, movement: Movement) -> None:
        if movement.debit not in self._balance:
            self._expected["taken back", movement.id, movement.debit or ""] -= self._taken_back(movement)
            return
        balance = self._balance[movement.debit] - movement.amount
        gaps = self._result.policy.data_gaps
        outside = gaps == "outside_money" or (gaps == "declared" and movement.debit in self._input.incomplete)
        if outside:
            short = max(0, movement.amount - max(self._balance[movement.debit], 0))
            self._expected["gap", movement.id, movement.debit] += short
            balance += short
        self._balance[movement.debit] = balance

    def _taken_back(self, movement: Movement) -> Number:
        original = self._by_id.get(movement.reverses) if movement.reverses else None
        if original is None or self._result.policy.reversal_policy != "restore":
            return 0
        if (original.debit, original.credit) != (movement.credit, movement.debit):
            return 0
        back = min(movement.amount, self._outside.get(original.id, 0))
        if back:
            self._outside[original.id] -= back
        return back

    def _found(self) -> dict[tuple[str, str, str], Number]:
        found: dict[tuple[str, str, str], Number] = defaultdict(int)
        result = self._result
        for leg in result.holdings:
            found[_what(leg), leg.movement, leg.place] += leg.amount
        for leg in (*result.spent, *result.fees, *_without(result.lost, COMPETING, VANISHED)):
            found[_what(leg), leg.movement, leg.place] += leg.amount
        for leg in result.lost:
            if leg.reason == VANISHED:
                found["converted into nothing", leg.movement, leg.place] += leg.amount
        for leg in result.swallowed:
            what = "swallowed" if leg.place in self._balance else _what(leg)
            found[what, leg.movement, leg.place] += leg.amount
        for gap in result.gaps:
            found["gap", gap.movement, gap.ledger] += gap.amount
        for ledger, amount in result.overdrafts.items():
            found["overdrawn", "", ledger] += amount
        return found


def _without(legs: Iterable[Leg], *reasons: str) -> list[Leg]:
    return [leg for leg in legs if leg.reason not in reasons]


def _what(leg: Leg) -> str:
    if not leg.movement:
        return "held at the end"
    return "left" if leg.amount > 0 else "taken back"
