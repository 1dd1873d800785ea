"""From a trace to the sheet, the sharing and the records that a store keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.following.following import rates_of
from analytics.tracing.policy import Policy
from api.casework.allocations import Sharing, share, sharing_document
from api.casework.freezing import freezing_sheet, sheet_document
from api.casework.records import allocation_result, trace_result
from graph.model.results import ResultKind
from tests.analytics.tracing.following.evidence import DAY, SCOPE, USDT, Evidence
from tests.api.casework.small_case import SOURCES, run, small_case

if TYPE_CHECKING:
    from api.casework.traces import TraceRun


def shared(evidence: Evidence, found: TraceRun, received: dict[str, Fraction] | None = None) -> Sharing:
    rates = rates_of(evidence.view, SCOPE)
    return share(found, freezing_sheet(found, SOURCES), rates, 30 * DAY, received=received)


def test_the_sheet_adds_up_to_what_the_trace_holds() -> None:
    found = run(small_case())
    document = sheet_document(found, freezing_sheet(found, SOURCES))
    assert document == json.loads(json.dumps(document))
    held = sum(
        (leg.principal for leg in found.chosen.holdings if leg.owner in found.chosen.claims), Fraction(0)
    )
    assert Fraction(document["claim"]) * 100 == held
    assert sum(Fraction(a["claim"]) for a in document["assets"]) == Fraction(document["claim"])
    for line in document["assets"]:
        assert Fraction(line["least"]) <= Fraction(line["amount"]) <= Fraction(line["most"])
    by_place = {a["instrument"]: a for a in document["assets"]}
    assert by_place["M"]["institution"] == "Example Mobile Money"
    assert by_place["W"]["asset"] == USDT


def test_tokens_count_at_the_dated_rate_and_everybody_is_paid_from_the_pool() -> None:
    evidence = small_case()
    found = run(evidence)
    sharing = shared(evidence, found)
    lines = {h.place: h for h in freezing_sheet(found, SOURCES)}
    tokens = sum((h.traced for h in lines.values() if h.asset == USDT), Fraction(0))
    shillings = sum((h.traced for h in lines.values() if h.asset != USDT), Fraction(0))
    exact = shillings + tokens * 12_500 / 1_000_000
    assert abs(sharing.pool.total - exact) < 1
    assert sharing.left_out == {}
    for schedule in sharing.comparison.schedules:
        assert schedule.reconciles
        paid = sum(line.units for line in schedule.lines)
        assert paid + schedule.residual_units + schedule.costs_units == sharing.pool.total
        for line in schedule.lines:
            assert line.units <= found.chosen.claims[line.claimant]
    assert {s.scheme for s in sharing.comparison.schedules} == {
        "net_loss",
        "pari_passu",
        "rising_tide",
        "traced_first",
    }


def test_what_no_rate_values_stays_out_of_the_pool_and_is_named() -> None:
    evidence = small_case(priced=False)
    found = run(evidence)
    sharing = shared(evidence, found)
    assert set(sharing.left_out) == {f"U|{USDT}", f"W|{USDT}"}
    assert all("no rate" in why for why in sharing.left_out.values())
    assert [p.id for p in sharing.pool.properties] == ["M|KES:2"]
    told = sharing_document(sharing)["left_out"]
    assert [one["why"] for one in told] == [sharing.left_out[place] for place in sorted(sharing.left_out)]
    assert all("|" not in one["place"] for one in told)


def test_what_came_back_is_no_loss_any_more() -> None:
    evidence = small_case()
    found = run(evidence)
    sharing = shared(evidence, found, {"V2": Fraction(50_000)})
    document = sharing_document(sharing)
    assert document["losses"]["V2"] == {"paid_in": "500.00", "loss": "0.00"}
    assert document["losses"]["V1"] == {"paid_in": "1000.00", "loss": "1000.00"}
    for scheme in document["schemes"].values():
        assert Fraction(scheme["payments"].get("V2", "0")) == 0 or scheme["title"].startswith("Traced")


def test_under_rules_that_go_by_date_the_traced_shares_differ() -> None:
    evidence = small_case()
    found = run(evidence)
    paid = {}
    for code in ("fifo", "lifo"):
        other = replace(found, policy=replace(found.policy, rule=code))
        schedules = {s.scheme: s for s in shared(evidence, other).comparison.schedules}
        paid[code] = {line.claimant: line.units for line in schedules["traced_first"].lines}
    assert paid["fifo"] != paid["lifo"]


def test_a_trace_is_recorded_by_what_ran_over_what() -> None:
    evidence = small_case()
    result = trace_result(run(evidence), "c")
    assert result.kind is ResultKind.TRACE
    assert result.id == trace_result(run(small_case()), "c").id
    assert result.fields == json.loads(json.dumps(result.fields))
    seen = {r["observation"] for r in evidence.stored}
    assert set(result.citations) - seen == {f["observation"] for f in evidence.told}
    others = [run(evidence, rule="fifo"), run(evidence, arithmetic="fixed"), run(evidence, codes=("fifo",))]
    ids = {result.id, trace_result(run(evidence), "d").id, *(trace_result(o, "c").id for o in others)}
    assert len(ids) == 5
    fewer = small_case()
    fewer.stated.pop()
    assert trace_result(run(fewer), "c").id not in ids


def test_an_allocation_is_recorded_with_the_trace_it_falls_with() -> None:
    evidence = small_case()
    found = run(evidence)
    sharing = shared(evidence, found)
    result = allocation_result(sharing, found, "c", at=0, received={}, general_costs=0, terms=None)
    assert result.kind is ResultKind.ALLOCATION
    assert result.parameters["trace"] == trace_result(found, "c").id
    assert result.citations == trace_result(found, "c").citations
    assert result.fields == sharing_document(sharing)
    assert found.policy == Policy(rule="own_first", arithmetic="exact")
