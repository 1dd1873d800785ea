from __future__ import annotations

from itertools import pairwise, permutations, product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.metrics import MOST, fewest_in_time, measures
from graph.model.network import Edge, EdgeKind
from tests.graph.networks import network
from tests.graph.snapshots import Paid

NAMES = ["a", "b", "c", "d", "e"]
PAID = st.lists(
    st.builds(
        Paid,
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(0, 999),
        st.integers(0, 9),
        st.just("KES:2"),
    ),
    min_size=1,
    max_size=8,
)


def value(paid: list[Paid], code: str, node: str) -> str:
    return {m.code: m for m in measures(network(paid))}[code].values[node]


def test_a_worked_example() -> None:
    paid = [
        Paid("a", "m", 150),
        Paid("b", "m", 250),
        Paid("m", "x", 300),
        Paid("m", "x", 50),
        Paid("x", "y", 1),
    ]
    assert value(paid, "payers", "m") == "2"
    assert value(paid, "payees", "m") == "1"  # two payments, one neighbour
    assert value(paid, "received", "m") == "4.00 KES:2"
    assert value(paid, "paid", "m") == "3.50 KES:2"
    # of 12 ordered pairs of others, the shortest chains a-x, a-y, b-x, b-y run through m
    assert value(paid, "betweenness", "m") == "0.3333"
    assert value(paid, "core", "m") == "1"
    assert (value(paid, "cut_point", "m"), value(paid, "cut_point", "a")) == ("yes", "no")
    assert value(paid, "part", "y") == "1"


def test_assets_are_never_added() -> None:
    paid = [Paid("a", "m", 100), Paid("a", "m", 7, asset="tron:T/USDT:6")]
    assert value(paid, "received", "m") == "1.00 KES:2; 0.000007 tron:T/USDT:6"


def test_statements_of_persons_are_no_links() -> None:
    said = Edge(source="a", target="z", asset="", units=0, events=0, kind=EdgeKind.ASSERTED, note="n")
    found = {m.code: m for m in measures(network([Paid("a", "b", 1)], joined=[said]))}
    assert found["payers"].values["z"] == "0"
    assert found["part"].values["z"] == "2"


def test_every_measure_says_what_it_does_not_mean() -> None:
    for m in measures(network([Paid("a", "b", 1)])):
        assert m.means.endswith(".")
        assert m.does_not_mean.endswith(".")
        assert m.source


def test_what_is_too_large_is_said_and_not_guessed() -> None:
    found = {m.code: m for m in measures(network([Paid("hub", f"n{i}", 1) for i in range(MOST)]))}
    assert not found["betweenness"].values
    assert "more than" in found["betweenness"].why_not


@given(paid=PAID)
def test_cores_and_parts_agree_with_their_definitions(paid: list[Paid]) -> None:
    drawn = network(paid)
    found = {m.code: m for m in measures(drawn)}
    g = nx.Graph([(p.src, p.dst) for p in paid if p.src != p.dst])
    g.add_nodes_from(n.id for n in drawn.nodes)
    for a, b in product([n.id for n in drawn.nodes], repeat=2):
        assert (found["part"].values[a] == found["part"].values[b]) == nx.has_path(g, a, b)
    for n in drawn.nodes:
        k = int(found["core"].values[n.id])
        assert n.id in nx.k_core(g, k)
        assert n.id not in nx.k_core(g, k + 1)


def possible(chain: tuple[Paid, ...]) -> bool:
    at = -1
    for p in chain:
        if p.at + 1 <= at:
            return False
        at = max(at, p.at)
    return True


@given(paid=PAID)
def test_chains_are_the_shortest_that_run_forward_in_time(paid: list[Paid]) -> None:
    found = fewest_in_time(network(paid), "a")
    fewest: dict[str, int] = {"a": 0}
    for length in range(1, 5):
        for chain in permutations(paid, length):
            joined = chain[0].src == "a" and all(p.dst == q.src for p, q in pairwise(chain))
            if joined and possible(chain):
                fewest.setdefault(chain[-1].dst, length)
    assert {n: len(chain) for n, chain in found.items()} == fewest
    for node, way in found.items():
        assert not way or (way[0].debit, way[-1].credit) == ("a", node)
        assert all(p.credit == q.debit for p, q in pairwise(way))


@pytest.mark.parametrize(("second", "reached"), [(5, True), (4, False)])
def test_money_cannot_leave_before_it_came(second: int, reached: bool) -> None:
    found = fewest_in_time(network([Paid("a", "b", 1, 5), Paid("b", "c", 1, second)]), "a")
    assert ("c" in found) == reached
