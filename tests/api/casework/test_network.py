from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from api.casework.network import NetworkQuery, case_network, starts, sums_of
from api.casework.network_document import asset_names, network_document
from graph.counting import Filter
from graph.model.network import EdgeKind, Network
from graph.model.parties import Instrument
from graph.model.results import AssertionKind, Result, ResultKind, instrument_at
from graph.walk import GUARD, Opening
from tests.analytics.tracing.following.evidence import DAY, KES, SCOPE, SECOND, USDT
from tests.api.casework.drawn_evidence import DrawnEvidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.scope import Scope


def bought() -> DrawnEvidence:
    """M gets 500.00 from each of twelve payers, buys 10 tokens of U's exchange, and W gets 6 of them."""
    e = DrawnEvidence({"U": "exchange", "T": "exchange", "W": "tron", "H": "tron", "shop": "till"})
    for i in range(12):
        e.row("m", i, f"payer{i:02}", "M", 50_000 + i, 100 + i)
    e.row("m", 20, "M", "shop", 10_000, 300)
    paid = e.row("m", 21, "M", "S", 130_000, 400)
    order = e.row("x", 1, "M", "S", 130_000, 400)
    e.row("x", 1, "T", "U", 10_000_000, 400, asset=USDT)
    e.stored = [r for r in e.stored if not (r["observation"] == order and r["asset"] == KES)] + [
        r for r in e.stored if r["observation"] == order and r["asset"] == KES
    ]
    e.link(paid, order)
    sent = e.row("w", 1, "H", "W", 6_000_000, 900, asset=USDT)
    e.state(AssertionKind.PAID_FOR, sent, instrument_at(order, "credit", USDT))
    e.fact("statement", "M")
    e.fact("statement", "W")
    return e


def drawn(e: DrawnEvidence, query: NetworkQuery | None = None) -> Network:
    return case_network(e.drawn, SCOPE, query or NetworkQuery(), assertions=e.stated)


def test_a_network_begins_where_the_statements_are() -> None:
    e = bought()
    assert starts(e.drawn, SCOPE, e.snapshot(SCOPE)) == ("M", "W")
    assert {n.id for n in drawn(e).nodes if n.opened} == {"M", "W"}


def test_seeds_of_a_trace_are_where_it_begins_too() -> None:
    e = bought()
    seed = next(r["observation"] for r in e.stored if r["debit"] == "payer03")
    e.concluded.append(
        Result(ResultKind.TRACE, "c", "trace", {}, {"seeds": [{"observation": seed}]}, "v", (seed,))
    )
    assert "payer03" in starts(e.drawn, SCOPE, e.snapshot(SCOPE))


def test_a_conversion_joins_who_gave_the_money_with_who_got_the_tokens() -> None:
    (edge,) = [x for x in drawn(bought()).edges if x.kind is EdgeKind.CONVERSION and x.source == "M"]
    assert (edge.target, edge.asset, edge.units) == ("U", USDT, 10_000_000)
    assert (edge.given, edge.given_asset, edge.events) == (130_000, KES, 1)
    document = next(d for d in network_document(drawn(bought()))["edges"] if d["id"] == edge.id)
    assert (document["amount"], document["given"], document["price"]) == ("10.000000", "1300.00", "130")


def test_a_statement_of_a_person_is_drawn_as_one_with_its_author() -> None:
    (edge,) = [x for x in drawn(bought()).edges if x.kind is EdgeKind.ASSERTED]
    assert (edge.source, edge.target, edge.events, edge.asset) == ("U", "H", 0, "")
    assert edge.note == "officer: reason 0"


def test_every_sum_is_that_of_its_payments() -> None:
    network = drawn(bought())
    for edge in network.edges:
        if edge.kind is EdgeKind.PAID:
            mine = [
                p
                for p in network.payments
                if (p.source, p.target, p.asset) == (edge.source, edge.target, edge.asset)
            ]
            assert (edge.units, edge.events) == (sum(p.units for p in mine), len(mine))
            assert (edge.first, edge.last) == (mine[0].lo, mine[-1].lo)
    total = sum(50_000 + i for i in range(12)) + 10_000 + 130_000 * 2
    assert sums_of(network) == {KES: total, USDT: 6_000_000}


def test_a_window_and_an_asset_leave_the_rest_out_and_the_bars_stay() -> None:
    e = bought()
    window = (105 * SECOND, 301 * SECOND)
    cut = drawn(e, NetworkQuery(wanted=Filter(window, KES)))
    assert {p.lo for p in cut.payments} == {*(s * SECOND for s in range(105, 112)), 300 * SECOND}
    assert cut.days == drawn(e, NetworkQuery(wanted=Filter(asset=KES))).days
    assert sum(d.units for d in cut.days) == sum(50_000 + i for i in range(12)) + 10_000 + 130_000 * 2


def test_days_are_those_of_east_africa() -> None:
    e = DrawnEvidence()
    e.row("m", 1, "A", "M", 100, 21 * 3600 - 1)  # 23:59:59 EAT
    e.row("m", 2, "B", "M", 10, 21 * 3600)  # 00:00:00 EAT of the next day
    e.fact("statement", "M")
    first, second = drawn(e).days
    assert (first.units, second.units, second.lo - first.lo) == (100, 10, DAY)
    assert second.lo == 21 * 3600 * SECOND


def test_an_instrument_with_too_many_counterparties_asks_and_says_what_is_missing() -> None:
    e = DrawnEvidence({"till": "till"})
    for i in range(GUARD + 5):
        e.row("t", i, f"c{i:04}", "till", 100, i)
    e.fact("statement", "till")
    network = drawn(e)
    assert network.asks == ("till",)
    (node,) = network.nodes
    assert (node.events, node.unseen) == (GUARD + 5, GUARD + 5)
    (left,) = network.left_out
    assert (left.reason, left.instruments, left.sums) == ("guard", GUARD + 5, {KES: 100 * (GUARD + 5)})
    chosen = drawn(e, NetworkQuery(opened=(Opening("till", choice="value"),)))
    assert not chosen.asks
    unseen = next(n.unseen for n in chosen.nodes if n.id == "till")
    assert unseen == sum(o.events for o in chosen.left_out) == GUARD + 5 - 25


def test_a_group_says_who_is_in_it_and_keeps_the_sum() -> None:
    e = DrawnEvidence()
    for i in range(60):
        e.row("m", i, f"p{i:02}", "M", 100, i)
    e.fact("statement", "M")
    network = drawn(e)
    (group,) = [n for n in network.nodes if n.is_group]
    (edge,) = [x for x in network.edges if x.source == group.id]
    assert edge.units == 100 * len(group.members)
    assert (group.kind, group.label) == ("msisdn", "wallet")
    apart = drawn(e, NetworkQuery(ungrouped=("M",)))
    assert not any(n.is_group for n in apart.nodes)
    assert sums_of(apart) == sums_of(network)


def test_protected_instruments_are_marked_alone_and_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    e = bought()

    def told(_: DrawnEvidence, scope: Scope, ids: Sequence[str]) -> dict[str, Instrument]:
        return {i: Instrument(i, "msisdn", f"••{i}", protected=i in {"M", "payer00"}) for i in ids}

    monkeypatch.setattr(DrawnEvidence, "instruments", told)
    marked = [n for n in drawn(e).nodes if n.protected]
    assert {"M", "payer00"} <= {i for n in marked for i in (n.id, *n.members)}
    assert len(marked) == 2


def test_tokens_of_one_code_are_told_apart() -> None:
    e = DrawnEvidence()
    e.row("w", 1, "A", "W", 5, 1, asset="tron:TREALREAL1/USDT:6")
    e.row("w", 2, "A", "W", 5, 2, asset="tron:TFAKEFAKE2/USDT:6")
    e.fact("statement", "W")
    assert sorted(asset_names(drawn(e)).values()) == ["USDT TFAK…AKE2", "USDT TREA…EAL1"]


def test_the_same_query_gives_the_same_bytes_and_nothing_in_it_is_a_float() -> None:
    def walk(value: object) -> list[object]:
        if isinstance(value, dict):
            return [v for x in value.values() for v in walk(x)]
        return [v for x in value for v in walk(x)] if isinstance(value, list) else [value]

    one, two = (network_document(drawn(bought())) for _ in range(2))
    assert json.dumps(one) == json.dumps(two)
    assert not [v for v in walk(one) if isinstance(v, float)]


def test_no_two_nodes_stand_in_one_place() -> None:
    e = bought()
    for i in range(30):
        e.row("m", 100 + i, "M", f"q{i:02}", 7, 500 + i)
    places = sorted((n.x, n.y) for n in drawn(e, NetworkQuery(ungrouped=("M",))).nodes)
    assert all(a != b for a, b in pairwise(places))


@pytest.mark.parametrize("budget", [1, 3, 8])
def test_the_budget_also_holds_for_what_conversions_add(budget: int) -> None:
    network = drawn(bought(), NetworkQuery(budget=budget))
    assert len(network.nodes) <= budget
    assert network.left_out
