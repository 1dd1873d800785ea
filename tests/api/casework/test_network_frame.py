"""A window moved over a drawing hides and never adds; charges, paths through a node, an account's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.casework.network import Framed, NetworkQuery, framed_network, sums_of
from api.casework.network_account import FEE, IN, OUT, account, figures
from api.casework.network_charges import with_charges
from api.casework.network_through import through
from graph.counting import Filter
from graph.model.network import Edge, EdgeKind, Network, Payment
from graph.model.provenance import Balance, Receipt, Reconciliation, Verdict
from graph.walk import GUARD, Opening
from tests.analytics.tracing.following.evidence import KES, SCOPE, SECOND, USDT
from tests.api.casework.drawn_evidence import DrawnEvidence
from tests.api.casework.test_network import bought

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOWS = st.tuples(st.integers(90, 1000), st.integers(0, 900)).map(
    lambda w: (w[0] * SECOND, (w[0] + w[1]) * SECOND)
)
ROWS = (
    ("A", "M", 700, "principal"),
    ("M", "B", 300, "principal"),
    ("M", "end", 10, "fee"),
    ("C", "M", 40, "principal"),
)
RECEIPT = Receipt("f", "f", "r", Verdict.ACCEPTED, reconciliation=(Reconciliation(Balance.RECONCILES, "M"),))


def framed(
    e: DrawnEvidence, window: tuple[int, int] | None = None, node: str = "", asset: str = ""
) -> Framed:
    query = NetworkQuery(wanted=Filter(window, asset), steady=True, charges=True, through=node)
    return framed_network(e.drawn, SCOPE, query, assertions=e.stated)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(window=WINDOWS)
def test_a_window_shows_exactly_what_lies_in_it_and_moves_nothing(window: tuple[int, int]) -> None:
    found = framed(bought(), window)
    whole, shown = found.whole, found.shown
    inside = [p for p in whole.payments if window[0] <= p.lo < window[1]]
    assert list(shown.payments) == inside
    sums: dict[str, int] = {}
    for p in inside:
        sums[p.asset] = sums.get(p.asset, 0) + p.units
    assert sums_of(shown) == dict(sorted(sums.items()))
    places = {n.id: (n.x, n.y) for n in whole.nodes}
    assert {n.id: (n.x, n.y) for n in shown.nodes}.items() <= places.items()
    ends = {end for e in shown.edges for end in (e.source, e.target)}
    assert {n.id for n in shown.nodes} == ends | {n.id for n in whole.nodes if n.opened}
    assert found.hidden == len(whole.payments) - len(inside)
    for node in shown.nodes:
        if node.is_group:
            assert set(node.members) == {
                i for p in inside for i, at in ((p.debit, p.source), (p.credit, p.target)) if at == node.id
            }
    conversions = {e.id for e in shown.edges if e.kind is EdgeKind.CONVERSION}
    seen = {p.observation for p in inside}
    assert conversions == {b.id for b in found.bought if seen & {*b.citations}}


def test_the_whole_time_is_the_window_of_everything() -> None:
    e = bought()
    assert framed(e).shown.edges == framed(e, (0, 2**53)).shown.edges
    assert framed(e).hidden == 0
    e.row("m", 90, "payer00", "M", 7, 800)
    query = NetworkQuery(wanted=Filter(None, KES, 40_000), steady=True)
    assert framed_network(e.drawn, SCOPE, query).hidden == 1


def test_what_is_not_drawn_is_counted_by_day_and_a_picture_that_lacks_some_says_so() -> None:
    e = DrawnEvidence()
    e.row("m", 1, "A", "M", 100, 10)
    e.row("m", 2, "A", "X", 100, 20)
    e.row("m", 3, "A", "X", 100, 90_000)
    e.fact("statement", "M")
    found = framed(e)
    assert {name: sum(days.values()) for name, days in found.away.items()} == {"A": 2}
    assert len(found.away["A"]) == 2
    assert found.complete
    for i in range(GUARD + 5):
        e.row("m", 10 + i, f"c{i:04}", "M", 100, 100 + i)
    assert not framed(e).complete


def test_a_hub_may_be_opened_for_those_of_a_window_who_then_stay() -> None:
    e = DrawnEvidence()
    for i in range(GUARD + 5):
        e.row("t", i, f"c{i:04}", "M", 100, i)
    e.fact("statement", "M")
    opening = Opening("M", choice="window", window=(10 * SECOND, 14 * SECOND))
    for window in (None, (0, 11 * SECOND)):
        query = NetworkQuery(opened=(opening,), wanted=Filter(window), steady=True)
        whole = framed_network(e.drawn, SCOPE, query).whole
        drawn = {i for n in whole.nodes for i in (n.members or (n.id,))}
        assert drawn == {"M", *(f"c{i:04}" for i in range(10, 14))}
        (left,) = whole.left_out
        assert (left.reason, left.instruments) == ("window", GUARD + 1)


def payment(n: int, debit: str, kind: str, **more: object) -> Payment:
    given_ = {"lo": 5 * SECOND, "hi": 6 * SECOND, "units": 10 + n, "seq": n, "statement": debit, **more}
    return Payment(
        observation=f"o{n}", origin="f", locator=f"line:{n}", source=debit, target=f"t{n}", debit=debit,
        credit=f"t{n}", asset=KES, kind=kind, **given_,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([payment(1, "A", "principal"), payment(2, "A", "fee")], [("o1", 12)]),
        ([payment(1, "A", "principal"), payment(2, "A", "fee"), payment(3, "A", "tax")], [("o1", 25)]),
        ([payment(1, "A", "principal"), payment(2, "B", "fee")], [("o1", 0), ("o2", 0)]),
        ([payment(1, "A", "principal", ref="X"), payment(2, "A", "fee", ref="Y")], [("o1", 0), ("o2", 0)]),
        (
            [payment(1, "A", "principal"), payment(3, "A", "principal"), payment(4, "A", "fee")],
            [("o1", 0), ("o3", 14)],
        ),
        (
            [payment(1, "A", "principal", hi=9**9 * SECOND), payment(2, "A", "fee", hi=9**9 * SECOND)],
            [("o1", 0), ("o2", 0)],
        ),
    ],
)
def test_a_charge_goes_with_the_payment_it_was_taken_for(
    rows: Sequence[Payment], told: list[tuple[str, int]]
) -> None:
    found, folded = with_charges(rows)
    assert [(p.observation, p.fee) for p in found] == told
    assert len(found) + len(folded) == len(rows)
    assert sum(p.units + p.fee for p in found) == sum(p.units for p in rows)


def test_charges_are_neither_nodes_nor_edges_of_their_own() -> None:
    e = DrawnEvidence()
    for i in range(6):
        e.row("m", 2 * i, "M", f"shop{i}", 1000 + i, 100 + i)
        e.row("m", 2 * i + 1, "M", f"end{i}", 7, 100 + i, kind="fee")
    e.fact("statement", "M")
    found = framed(e)
    drawn = {i for n in found.whole.nodes for i in (n.members or (n.id,))}
    assert drawn == {"M", *(f"shop{i}" for i in range(6))}
    assert sum(p.fee for p in found.whole.payments) == 6 * 7
    assert next(n.events for n in found.whole.nodes if n.id == "M") == 6
    apart = framed_network(e.drawn, SCOPE, NetworkQuery(steady=True)).whole
    assert sum(x.units for x in apart.edges) == sum(x.units for x in found.whole.edges) + 6 * 7


def test_through_a_node_goes_what_leads_to_it_and_on_from_it() -> None:
    pairs = [("a", "b"), ("b", "hub"), ("hub", "c"), ("c", "d"), ("a", "x"), ("y", "d"), ("d", "d2")]
    edges = tuple(Edge(source=a, target=b, asset=KES, units=1, events=1) for a, b in pairs)
    network = Network(version="v", nodes=(), edges=edges, payments=())
    kept = {(e.source, e.target) for e in through(network, "hub").edges}
    assert kept == {("a", "b"), ("b", "hub"), ("hub", "c"), ("c", "d"), ("d", "d2")}


def test_an_account_adds_up_from_balance_to_balance_in_every_window() -> None:
    e = DrawnEvidence()
    balance = 5_000
    for n, (debit, credit, units, kind) in enumerate(ROWS):
        balance += units if credit == "M" else -units
        e.row("m", n, debit, credit, units, 100 + n, kind=kind, statement="M", balance=balance)
    known = account(e.drawn, SCOPE, "M", [RECEIPT])
    assert known.verdict is Balance.RECONCILES
    for lo in range(98, 106):
        for hi in range(lo, 107):
            (one,) = figures(known, (lo * SECOND, hi * SECOND))
            assert one.opening is not None
            assert one.closing is not None
            assert one.other == 0
            assert {n.part for n in known.lines} == {IN, OUT, FEE}
    (whole,) = figures(known)
    assert whole.opening
    assert (whole.opening.units, whole.received.units, whole.received.others) == (5_000, 740, 2)
    assert (whole.paid.units, whole.charged.units, whole.charged.events) == (300, 10, 1)
    assert account(e.drawn, SCOPE, "nobody").lines == ()
    assert figures(account(e.drawn, SCOPE, "A"))[0].opening is None


def test_assets_are_told_apart() -> None:
    e = bought()
    assert [f.asset for f in figures(account(e.drawn, SCOPE, "W"))] == [USDT]
    assert {f.asset for f in figures(account(e.drawn, SCOPE, "M"), None, KES)} == {KES}
