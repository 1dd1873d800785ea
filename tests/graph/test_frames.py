from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.frames import to_networkx
from graph.model.amounts import Asset, parse_units
from graph.model.network import Edge, EdgeKind
from tests.graph.networks import network
from tests.graph.snapshots import Paid

NAMES = ["a", "b", "c", "d"]
PAID = st.lists(
    st.builds(
        Paid,
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(0, 10**37),
        st.integers(0, 99),
        st.sampled_from(["KES:2", "UGX:0", "tron:T/USDT:6"]),
    ),
    max_size=25,
)


def back(amount: str, asset: str) -> int:
    return parse_units(amount, Asset.from_key(asset).exponent or 0)


@given(paid=PAID)
def test_each_pair_and_asset_is_one_edge_with_the_exact_sum(paid: list[Paid]) -> None:
    drawn = network(paid)
    g = to_networkx(drawn)
    assert list(g.nodes) == [n.id for n in drawn.nodes]
    sums: dict[tuple[str, str, str], int] = {}
    for p in paid:
        sums[p.src, p.dst, p.asset] = sums.get((p.src, p.dst, p.asset), 0) + p.units
    found = {(a, b, d["asset"]): back(d["amount"], d["asset"]) for a, b, d in g.edges(data=True)}
    assert found == sums
    assert g.number_of_edges() == len(sums)


@given(paid=PAID)
def test_each_payment_can_be_an_edge_of_its_own_with_its_place(paid: list[Paid]) -> None:
    g = to_networkx(network(paid), each_payment=True)
    assert g.number_of_edges() == len(paid)
    assert sorted(back(d["amount"], d["asset"]) for *_, d in g.edges(data=True)) == sorted(
        p.units for p in paid
    )
    assert all(d["locator"].startswith("line:") and d["observation"] for *_, d in g.edges(data=True))


@given(paid=PAID)
def test_no_float_travels(paid: list[Paid]) -> None:
    for each in (False, True):
        g = to_networkx(network(paid), each_payment=each)
        values = [v for _, d in g.nodes(data=True) for v in d.values()]
        values += [v for *_, d in g.edges(data=True) for v in d.values()]
        assert not any(isinstance(v, float) for v in values)


def test_a_conversion_carries_both_amounts_and_a_statement_its_words() -> None:
    bought = Edge(
        source="a",
        target="b",
        asset="tron:T/USDT:6",
        units=1_500_000,
        events=1,
        kind=EdgeKind.CONVERSION,
        given=20_000,
        given_asset="KES:2",
    )
    said = Edge(
        source="b", target="a", asset="", units=0, events=0, kind=EdgeKind.ASSERTED, note="X: because"
    )
    g = to_networkx(network([], joined=[bought, said]))
    assert g.edges["a", "b", bought.id]["given"] == "200.00"
    assert g.edges["a", "b", bought.id]["amount"] == "1.500000"
    assert g.edges["b", "a", said.id]["note"] == "X: because"
    assert g.edges["b", "a", said.id]["first"] == ""
