"""Counting over a snapshot agrees with counting one payment at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.counting import Filter, inside, kept, touching
from tests.graph.snapshots import Paid, snapshot

PAID = st.lists(
    st.builds(Paid, st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 9), st.integers(0, 50)),
    min_size=1,
    max_size=40,
)
SECOND = 1_000_000


@given(PAID, st.integers(0, 50), st.integers(0, 50))
def test_a_window_keeps_what_begins_in_it(paid: list[Paid], a: int, b: int) -> None:
    s, window = snapshot(paid), (a * SECOND, b * SECOND)
    wanted = [n for n, lo in enumerate(s.lo.tolist()) if window[0] <= lo < window[1]]
    every = np.arange(len(s.lo))
    assert inside(s, every, window).tolist() == wanted
    assert inside(s, every, None).tolist() == every.tolist()
    assert np.flatnonzero(kept(s, Filter(window))).tolist() == wanted


@given(PAID)
def test_one_to_itself_touches_once(paid: list[Paid]) -> None:
    s = snapshot(paid)
    found = touching(s, np.ones(len(s.lo), bool), range(len(s.nodes)))
    assert found == {n: sum(name in (p.src, p.dst) for p in paid) for n, name in enumerate(s.nodes)}
