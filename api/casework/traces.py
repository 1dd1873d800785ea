"""One trace as the product runs it: followed, computed under every rule, with and without each assertion.

The command line, the pack and later the pages all show this one record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analytics.tracing.band import Comparison, compare
from analytics.tracing.following import Budget, Following, Seed, follow
from analytics.tracing.movements import UNTRACED
from analytics.tracing.order import both_orders
from analytics.tracing.result import OUTCOMES, principal_by_owner
from analytics.tracing.rule import rule_of
from api.casework.places import place_text
from graph.model.results import CASEWORK, AssertionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.movements import Number
    from analytics.tracing.policy import Policy
    from analytics.tracing.result import TraceResult
    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import View


FOLLOWED = frozenset({AssertionKind.SAME_EVENT, AssertionKind.PAID_FOR, AssertionKind.REVERSES})
"""Kinds of assertion that can move a figure."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where more of the claim ends than before: outcome, place, who paid there, claim units.

    Places have the id of their instrument, empty where there is none, and a label.
    """

    outcome: str
    place: tuple[str, str]
    payer: tuple[str, str]
    claim: Number


@dataclass(frozen=True, slots=True)
class Without:
    """What a trace comes to, in claim units, when one assertion is not accepted.

    ``totals`` is by rule and outcome; ``held`` by rule and place; ``stops`` by rule: the place where most
    of what then goes another way comes to its end.
    """

    assertion: Assertion
    totals: Mapping[str, Mapping[str, Number]]
    held: Mapping[str, Mapping[str, Number]]
    stops: Mapping[str, Stopped]


@dataclass(frozen=True, slots=True)
class TraceRun:
    """A trace with everything that belongs beside it.

    Attributes
    ----------
    comparison : Comparison
        Results of the rules that were run, and their band.
    without : tuple of Without
        The same rules, leaving out one assertion at a time.
    order_matters : mapping
        For rules whose figures depend on an order that no source states: the totals with credits
        first and with debits first, in claim units.
    inputs : str
        Content hash of the evidence.
    left_out : tuple of str
        Ids of standing assertions that were not accepted.
    budget : Budget
        How far the walk might go.
    """

    seeds: tuple[Seed, ...]
    policy: Policy
    following: Following
    comparison: Comparison
    without: tuple[Without, ...]
    order_matters: Mapping[str, tuple[Mapping[str, Number], Mapping[str, Number]]]
    inputs: str
    left_out: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)

    @property
    def chosen(self) -> TraceResult:
        """Return the result of the rule that the policy names."""
        return self.comparison.results[self.policy.rule]


def run_trace(
    view: View,
    scope: Scope,
    seeds: Sequence[Seed],
    policy: Policy,
    *,
    codes: Sequence[str] = (),
    assertions: Sequence[Assertion] = (),
    left_out: Sequence[str] = (),
    budget: Budget | None = None,
) -> TraceRun:
    """Follow the seeds and compute every rule asked for.

    Parameters
    ----------
    codes : sequence of str
        Rules besides the policy's own; the band is over all of them.
    assertions : sequence of Assertion
        Standing assertions of the case that are accepted; each is also left out once. What was said of
        the work on the case is none of a trace's business.
    left_out : sequence of str
        Ids of those that are not; kept with the result, so that it can be run again.
    """
    rule_of(policy.rule)
    assertions = [a for a in assertions if a.kind not in CASEWORK]
    wanted = sorted({policy.rule, *codes})
    following = follow(view, scope, seeds, assertions=assertions, budget=budget)
    comparison = compare(following.trace_input, policy, wanted)
    used = [a for a in assertions if a.kind in FOLLOWED]
    without = []
    for doubted in used:
        rest = [a for a in assertions if a.id != doubted.id]
        other = follow(view, scope, seeds, assertions=rest, budget=budget)
        results = compare(other.trace_input, policy, wanted).results
        without.append(
            Without(
                doubted,
                {code: totals(result) for code, result in results.items()},
                {code: held(result) for code, result in results.items()},
                _stops(other, comparison, results),
            )
        )
    return TraceRun(
        tuple(seeds),
        policy,
        following,
        comparison,
        tuple(without),
        _orders(following, policy, wanted),
        view.version(scope),
        tuple(sorted(left_out)),
        budget or Budget(),
    )


def _stops(
    following: Following, comparison: Comparison, without: Mapping[str, TraceResult]
) -> dict[str, Stopped]:
    """Say, by rule, at which place the claim grows most when an assertion is left out."""
    payers = {m.id: m.debit or "" for m in following.trace_input.movements}
    found = {}
    for code, result in without.items():
        before, after = ended(comparison.results[code]), ended(result)
        more = {place: n - before.get(place, 0) for place, n in after.items()}
        place = max(more, key=lambda p: (more[p], p), default=None)
        if place is not None and more[place] > 0:
            brought = [
                leg.movement for leg in result.outcome(place[0]) if leg.place == place[1] and leg.movement
            ]
            payer = payers.get(brought[0], "") if brought else ""
            found[code] = Stopped(
                place[0], _called(following, place[1]), _called(following, payer), more[place]
            )
    return found


def _called(following: Following, place: str) -> tuple[str, str]:
    where = following.places.get(place)
    return "" if where is None else where.instrument, place_text(following, place) if place else ""


def ended(result: TraceResult) -> dict[tuple[str, str], Number]:
    """Sum what ended at each outcome and place, in claim units, over all claimants."""
    sums: dict[tuple[str, str], Number] = {}
    for name in OUTCOMES:
        for leg in result.outcome(name):
            if leg.owner not in UNTRACED:
                sums[name, leg.place] = sums.get((name, leg.place), 0) + leg.principal
    return sums


def totals(result: TraceResult) -> dict[str, Number]:
    """Sum each outcome over its own legs, in claim units, over all claimants."""
    return {name: sum(principal_by_owner(result.outcome(name)).values(), 0) for name in OUTCOMES}


def held(result: TraceResult) -> dict[str, Number]:
    """Sum what is held at each place, in claim units, over all claimants."""
    sums: dict[str, Number] = {}
    for leg in result.holdings:
        if leg.owner not in UNTRACED:
            sums[leg.place] = sums.get(leg.place, 0) + leg.principal
    return {place: sums[place] for place in sorted(sums)}


def _orders(
    following: Following, policy: Policy, codes: Sequence[str]
) -> dict[str, tuple[dict[str, Number], dict[str, Number]]]:
    found = {}
    for code in codes:
        both = both_orders(following.trace_input, replace(policy, rule=code))
        if both is not None:
            found[code] = (totals(both[0]), totals(both[1]))
    return found
