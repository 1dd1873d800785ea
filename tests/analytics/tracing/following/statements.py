"""Following what was written by hand, and reading what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.band import compare
from analytics.tracing.following import Budget, Following, Seed, follow
from analytics.tracing.movements import UNTRACED
from analytics.tracing.policy import Policy
from tests.analytics.tracing.following.evidence import SCOPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.movements import Number
    from graph.model.results import Assertion
    from tests.analytics.tracing.following.evidence import Evidence


def followed(
    evidence: Evidence,
    *seeds: str,
    assertions: Sequence[Assertion] = (),
    budget: Budget | None = None,
) -> Following:
    """Follow seeds claimed by V1, V2 … in the order given."""
    wanted = [Seed(seed, f"V{n}") for n, seed in enumerate(seeds, 1)]
    return follow(evidence.view, SCOPE, wanted, assertions=assertions, budget=budget)


def where(found: Following, rule: str = "own_first") -> dict[tuple[str, str], Number]:
    """Return the claimants' money by outcome and instrument, under one rule, in claim units."""
    result = compare(found.trace_input, Policy(rule=rule), [rule]).results[rule]
    sums: dict[tuple[str, str], Number] = {}
    for outcome in ("holdings", "spent", "fees", "swallowed", "lost"):
        for leg in result.outcome(outcome):
            if leg.owner not in UNTRACED:
                place = found.places.get(leg.place)
                key = (outcome, "" if place is None else place.instrument)
                sums[key] = sums.get(key, 0) + leg.principal
    return {key: n for key, n in sums.items() if n}


def moves(found: Following) -> list[tuple[str, str, Number]]:
    """Return the movements as paying instrument, receiving instrument and amount, in order."""

    def name(places: Mapping[str, object], key: str | None) -> str:
        return "" if key is None else key.partition("|")[0]

    return [
        (name(found.places, m.debit), name(found.places, m.credit), m.amount)
        for m in found.trace_input.movements
    ]
