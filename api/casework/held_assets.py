"""What a stored trace shows as held, with everything that decides what to do about it today.

The sheet is computed again from the stored question, over today's evidence and under one following:
a result keeps its figures, not the balances, dates and bases that a request for a freeze needs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median_low
from typing import TYPE_CHECKING

from analytics.assets.identify import Holding, Urgency, holdings
from analytics.tracing.band import compare
from analytics.tracing.following import follow
from analytics.tracing.following.following import rates_of
from analytics.typologies.as04_freezable_now import holds
from api.casework.allocations import Sharing, share
from api.casework.rerun import sharing_asked, trace_asked
from api.casework.running import labelled
from api.casework.traces import TraceRun, held
from graph.model.results import CASEWORK, ResultKind
from graph.model.scope import Clearance
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.assets.schedule import Schedule
    from api.casework.bench import Bench
    from graph.model.results import Result

TRACED_FIRST = "traced_first"
SOON = frozenset({Urgency.MINUTES, Urgency.HOURS})
"""How fast an asset may be gone for it to be able to leave within the day."""


@dataclass(frozen=True, slots=True)
class Stay:
    """How long money stayed where it came: the median in microseconds, and of how many parts."""

    median: int
    parts: int


@dataclass(frozen=True, slots=True)
class HeldAssets:
    """What one trace shows as held.

    Attributes
    ----------
    run : TraceRun
        Followed over today's evidence, labels by the reader's clearance; without the runs that leave
        an assertion out.
    sheet : tuple of Holding
        Most urgent first.
    values : mapping
        Place to rule to what the rule shows as held there, in claim units.
    totals : mapping
        Rule to what it shows as held in all, in claim units.
    stays : mapping
        Place to how long money stays there; absent where nothing is known to have left.
    """

    trace: Result
    run: TraceRun
    sheet: tuple[Holding, ...]
    values: Mapping[str, Mapping[str, Fraction]]
    totals: Mapping[str, Fraction]
    stays: Mapping[str, Stay]

    @property
    def asset(self) -> str:
        """Key of the asset of the claims."""
        return self.run.following.trace_input.claim_asset

    @property
    def stale(self) -> bool:
        """Whether the evidence is no longer what the trace was computed from."""
        return self.run.inputs != self.trace.inputs


def held_assets(bench: Bench, trace: Result) -> HeldAssets:
    """Follow a stored trace again and gather what it shows as held."""
    asked = trace_asked(trace)
    doubted = set(asked.without)
    least = replace(bench.scope, clearance=Clearance.MASKED)
    accepted = [a for a in bench.assertions() if a.id not in doubted and a.kind not in CASEWORK]
    following = follow(bench.store, least, asked.seeds, assertions=accepted, budget=asked.budget)
    codes = sorted({asked.policy.rule, *asked.codes})
    results = compare(following.trace_input, asked.policy, codes)
    inputs = bench.store.version(bench.scope)
    run = TraceRun(asked.seeds, asked.policy, following, results, (), {}, inputs, asked.without, asked.budget)
    seen = labelled(bench.store, bench.scope, run)
    sheet = holdings(seen.following, results.results, asked.policy.rule, bench.sources())
    per_rule = {code: held(result) for code, result in results.results.items()}
    values = {
        h.place: {code: Fraction(sums.get(h.place, 0)) for code, sums in per_rule.items()} for h in sheet
    }
    totals = {code: Fraction(sum(sums.values(), 0)) for code, sums in per_rule.items()}
    return HeldAssets(trace, seen, sheet, values, totals, stays(bench, sheet))


def sharing_of(bench: Bench, assets: HeldAssets) -> tuple[Result, Sharing] | None:
    """Return the allocation of a trace that was recorded last, computed again; None where there is none."""
    from api.casework.latest import latest_result

    found = [
        r
        for r in bench.store.results(bench.scope, ResultKind.ALLOCATION)
        if str(r.parameters["trace"]) == assets.trace.id
    ]
    last = latest_result(bench, ResultKind.ALLOCATION)
    if not found:
        return None
    result = last if last is not None and last.id in {r.id for r in found} else found[-1]
    asked = sharing_asked(result)
    sharing = share(
        assets.run,
        assets.sheet,
        rates_of(bench.store, bench.scope),
        asked.at,
        base=asked.base,
        received=asked.received,
        general_costs=asked.general_costs,
        terms=asked.terms,
    )
    return result, sharing


def traced_first(bench: Bench, assets: HeldAssets, allocation: Result) -> dict[str, Schedule]:
    """Share what each rule shows as held by traced claims first, on the terms of a stored allocation.

    Which money a claimant can follow decides this scheme alone, so it alone depends on the rule.
    """
    asked, rates, run = sharing_asked(allocation), rates_of(bench.store, bench.scope), assets.run
    found: dict[str, Schedule] = {}
    for code, result in run.comparison.results.items():
        other = replace(run, policy=replace(run.policy, rule=code))
        sheet = holdings(run.following, {code: result}, code, bench.sources())
        sharing = share(
            other,
            sheet,
            rates,
            asked.at,
            base=asked.base,
            received=asked.received,
            general_costs=asked.general_costs,
            terms=asked.terms,
        )
        for schedule in sharing.comparison.schedules:
            if schedule.scheme == TRACED_FIRST:
                found[code] = schedule
    return found


def stays(bench: Bench, sheet: Sequence[Holding]) -> dict[str, Stay]:
    """Say how long money stayed at each place, part by part: what came first is taken to leave first.

    The measure is that of typology AS-04 (``analytics.typologies.as04_freezable_now.holds``), over
    every completed payment that the case shows there in that asset.
    """
    wanted = Selection(instruments=tuple(sorted({h.instrument for h in sheet})))
    if not wanted.instruments:
        return {}
    table = bench.store.select(bench.scope, wanted).table
    columns = ["event", "kind", "asset", "amount", "debit", "credit", "lo"]
    seen: set[tuple[object, ...]] = set()
    moves: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in table.select(columns).to_pylist():
        # Two files may print one event; the same leg of it is one movement.
        leg = (row["event"], row["asset"], row["amount"], row["debit"], row["credit"])
        if row["kind"] != "principal" or row["amount"] is None or leg in seen:
            continue
        seen.add(leg)
        for side, sign in (("credit", 1), ("debit", -1)):
            if row[side] is not None and row["debit"] != row["credit"]:
                at = (int(row["lo"]), sign * int(row["amount"]))
                moves.setdefault((row[side], row["asset"]), []).append(at)
    found = {h.place: holds(moves.get((h.instrument, h.asset), [])) for h in sheet}
    return {place: Stay(median_low(parts), len(parts)) for place, parts in found.items() if parts}


def own_money(one: Holding) -> Fraction | None:
    """Return what is at a place besides traced money, in its own units; None where no record gives it."""
    return None if one.balance is None else one.balance - one.traced
