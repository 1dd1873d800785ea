from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.counting import Filter, sums_at, units_at
from graph.walk import BUDGET, CALM, GUARD, TOP, Opening, reach
from tests.graph.snapshots import Paid, snapshot

if TYPE_CHECKING:
    from graph.store import Snapshot
    from graph.walk import Reach

NAMES = [f"n{i}" for i in range(9)]
PAID = st.lists(
    st.builds(
        Paid,
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(0, 10**37),
        st.integers(0, 30),
        st.sampled_from(["KES:2", "tron:T/USDT:6"]),
    ),
    min_size=1,
    max_size=40,
)


def drawn(found: Reach) -> set[int]:
    return {*found.single, *(m for g in found.groups for m in g.members)}


def touching(paid: list[Paid], name: str) -> int:
    return sum(name in (p.src, p.dst) for p in paid)


def named(view: Snapshot, numbers: tuple[int, ...]) -> set[str]:
    return {view.nodes[n] for n in numbers}


@given(paid=PAID, opened=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), budget=st.integers(1, 12))
def test_the_budget_holds_and_nothing_disappears_without_being_counted(
    paid: list[Paid], opened: list[str], budget: int
) -> None:
    view = snapshot(paid, wide=True)
    found = reach(view, [Opening(name) for name in opened], budget=budget)
    assert len(found.single) + len(found.groups) <= budget
    inside = drawn(found)
    expected = [i for i in range(len(view.lo)) if int(view.src[i]) in inside and int(view.dst[i]) in inside]
    assert found.positions.tolist() == expected
    hubs = {view.nodes[n] for n in found.opened}
    wanted = {n for p in paid if hubs & {p.src, p.dst} for n in (p.src, p.dst)}
    missing = {n for n in wanted if list(view.nodes).index(n) not in inside}
    assert bool(missing) <= bool(found.omitted)
    for number, events in found.events.items():
        assert events == touching(paid, view.nodes[number])


@given(paid=PAID)
def test_sums_are_exact_beyond_64_bits(paid: list[Paid]) -> None:
    view = snapshot(paid, wide=True)
    found = reach(view, [Opening(name) for name in NAMES])
    expected: dict[str, int] = {}
    for p in sorted(paid, key=lambda p: p.at):
        expected[p.asset] = expected.get(p.asset, 0) + p.units
    assert sums_at(view, found.positions) == dict(sorted(expected.items()))


@given(paid=PAID, window=st.tuples(st.integers(0, 15), st.integers(15, 31)), least=st.integers(0, 10**20))
def test_only_what_the_filter_keeps_is_drawn(paid: list[Paid], window: tuple[int, int], least: int) -> None:
    view = snapshot(paid, wide=True)
    lo, hi = (at * 1_000_000 for at in window)
    found = reach(view, [Opening(n) for n in NAMES], Filter((lo, hi), "KES:2", least))
    kept = [
        i
        for i, units in enumerate(units_at(view, reach(view, [Opening(n) for n in NAMES]).positions))
        if lo <= view.lo[i] < hi and view.assets[view.asset[i]] == "KES:2" and units >= least
    ]
    assert found.positions.tolist() == kept


def test_counterparties_of_one_neighbour_become_a_group_that_says_who_is_in_it() -> None:
    paid = [Paid(f"payer{i:02}", "hub", 100 + i, i) for i in range(60)] + [Paid("hub", "shop", 5, 99)]
    view = snapshot(paid)
    found = reach(view, [Opening("hub")])
    assert len(found.single) + len(found.groups) <= CALM
    (group,) = found.groups
    assert (view.nodes[group.hub], group.side) == ("hub", "in")
    single = named(view, found.single)
    assert {"payer59", "payer58", "hub", "shop"} <= single  # the largest stay
    assert named(view, group.members) == {f"payer{i:02}" for i in range(60)} - single
    assert len(found.positions) == len(paid)
    assert not found.omitted


def test_a_picture_that_grows_keeps_what_it_drew() -> None:
    paid = [Paid(f"a{i:02}", "hub", 100 + i, i) for i in range(30)]
    paid += [Paid("hub", "next", 1, 50), *(Paid("next", f"b{i:02}", 9, 60) for i in range(30))]
    view = snapshot(paid)
    first = reach(view, [Opening("hub")])
    second = reach(view, [Opening("hub"), Opening("next")], leaves=first.leaves)
    assert set(first.single) <= set(second.single)


def test_an_instrument_with_too_many_counterparties_asks_first() -> None:
    paid = [Paid("till", f"c{i:04}", (i % 7) + 1, i) for i in range(GUARD + 1)]
    paid += [Paid("till", "c0003", 10**6, 10**6), *(Paid("till", "c0004", 1, 10**6 + i) for i in range(9))]
    view = snapshot(paid)
    asking = reach(view, [Opening("till")])
    assert named(view, asking.asked) == {"till"}
    assert named(view, asking.single) == {"till"}
    (omission,) = asking.omitted
    assert (omission.reason, omission.instruments, len(omission.positions)) == ("guard", GUARD + 1, len(paid))
    for choice, first in (("value", "c0003"), ("count", "c0004")):
        found = reach(view, [Opening("till", choice=choice)])  # type: ignore[arg-type]
        assert not found.asked
        assert len(drawn(found)) == 1 + TOP
        assert first in named(view, found.single)
        assert found.omitted[0].instruments == GUARD + 1 - TOP
        assert len(found.positions) + len(found.omitted[0].positions) == len(paid)
    assert len(drawn(reach(view, [Opening("till", choice="all")], budget=BUDGET))) == GUARD + 2


@pytest.mark.parametrize(("direction", "expected"), [("out", {"hub", "b"}), ("in", {"hub", "a"})])
def test_a_direction_is_kept(direction: str, expected: set[str]) -> None:
    view = snapshot([Paid("a", "hub", 1), Paid("hub", "b", 1)])
    found = reach(view, [Opening("hub", direction)])  # type: ignore[arg-type]
    assert named(view, found.single) == expected


def test_what_is_pinned_or_ungrouped_stays_single() -> None:
    paid = [Paid(f"payer{i:02}", "hub", 100 + i, i) for i in range(60)]
    view = snapshot(paid)
    assert "payer00" in named(view, reach(view, [Opening("hub")], keep_single=["payer00"]).single)
    everyone = reach(view, [Opening("hub")], ungrouped=["hub"])
    assert not everyone.groups
    assert len(everyone.single) == 61


def test_an_unknown_instrument_draws_nothing() -> None:
    found = reach(snapshot([Paid("a", "b", 1)]), [Opening("nobody")])
    assert (found.single, found.positions.tolist()) == ((), [])
