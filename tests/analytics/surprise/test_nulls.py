"""Each null, where it holds, gives about one candidate as surprising as E = 1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.surprise.closing import cycle_surprise
from analytics.surprise.passing import AmountTable, soon
from analytics.surprise.stars import star_null


def test_a_star_null_finds_the_mean_and_the_clusters_that_were_drawn() -> None:
    chance = np.random.default_rng(3)
    mean, rho = 0.3, 0.1
    share = chance.beta(mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho, 5_000)
    size = chance.integers(2, 20, 5_000)
    null = star_null(zip(size.tolist(), chance.binomial(size, share).tolist(), strict=True))
    assert null.mean == pytest.approx(mean, abs=0.02)
    assert null.rho == pytest.approx(rho, abs=0.02)


def test_windows_of_its_own_null_surprise_it_once() -> None:
    counts = []
    for seed in range(30):
        chance = np.random.default_rng(seed)
        share = chance.beta(2, 6, 400)
        size = chance.integers(2, 25, 400)
        windows = list(zip(size.tolist(), chance.binomial(size, share).tolist(), strict=True))
        null = star_null(windows)
        counts.append(sum(null.surprise(n, k) <= 0 for n, k in windows))
    assert 5 <= sum(counts) <= 60, "about one a table"


def test_one_account_of_strangers_among_habits_surprises() -> None:
    null = star_null([*[(10, 0)] * 300, *[(10, 1)] * 100, (10, 10)])
    assert null.surprise(10, 10) < -3


def test_where_all_are_strangers_nobody_surprises() -> None:
    null = star_null([(n, n) for n in range(2, 40)] * 10)
    assert null.surprise(39, 39) > 0


def test_cycles_of_random_transfers_are_as_many_as_expected() -> None:
    """Count quick time-ordered triangles among accounts that are equally busy."""
    accounts, size, within, runs, seen = 12, 600, 60, 4, 0
    for seed in range(runs):
        chance = np.random.default_rng(seed)
        src = chance.integers(0, accounts, size)
        dst = (src + chance.integers(1, accounts, size)) % accounts
        for i in range(size - within):
            for j in range(i + 1, i + within):
                if src[j] == dst[i] and dst[j] != src[i]:
                    later = slice(j + 1, i + within)
                    seen += int(np.count_nonzero((src[later] == dst[j]) & (dst[later] == src[i])))
    each = size // accounts
    expected = 10 ** cycle_surprise(within, size, [(each, 0), (each, 0)], each)
    assert seen / runs == pytest.approx(expected, rel=0.25)


def test_the_share_of_amounts_is_that_of_the_table() -> None:
    table = AmountTable.of(np.array([100, 200, 200, 300, 900]))
    assert table.share(200, 300) == 0.6
    assert table.share(901, 999) == 0.2, "never zero: the payment itself is one"
    assert table.closeness(200, 200, 0.2) == 0.4
    assert table.closeness(900, 880, 0.2) == 0.2


def test_soon_is_certain_for_who_pays_all_the_time() -> None:
    assert soon(10_000, 3600, 1, 86_400) == 1.0
    assert math.isclose(soon(2, 99, 1, 10_000), 0.02)
