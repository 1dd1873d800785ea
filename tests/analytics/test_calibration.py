"""E means what it says: where only chance is left, about one lead a table is as surprising as E = 1."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.catalogue import typologies
from analytics.detection import detect_in
from tests.analytics.exchanged import BLOCK, exchanged, labelled, table, town

if TYPE_CHECKING:
    from pathlib import Path

    from analytics.detection import Detection
    from analytics.material import Material

RUNS = 20
FEW = 5
"""Of the labelled tables, which take ten seconds and more each."""
SETS = {
    "amlsim-generated": "amlsim-generated/tx_log.csv.gz",
    "amlgentex": "amlgentex/tx_log.csv.gz",
}


def run(material: Material) -> Detection:
    return detect_in(material, [t for t in typologies().values() if t.chance])


def most(runs: int) -> int:
    """One a table, and two standard deviations of such a Poisson count."""
    return runs + isqrt(4 * runs)


def surprising(found: Detection) -> int:
    return sum(float(lead.expected_by_chance or "inf") <= 1 for lead in found.leads)


def small_town(seed: int) -> Material:
    return town(seed, accounts=700, transfers=7_000)


def test_exchanging_keeps_degrees_times_and_amounts() -> None:
    before = small_town(0)
    after = exchanged(before, 0)
    for same in ("src", "lo", "hi", "amount"):
        assert np.array_equal(getattr(before, same), getattr(after, same))
    assert not np.array_equal(before.dst, after.dst)
    block = (before.lo - before.lo.min()) // BLOCK
    for one in np.unique(block):
        assert np.array_equal(np.sort(before.dst[block == one]), np.sort(after.dst[block == one]))


@pytest.mark.parametrize("runs", [3, pytest.param(RUNS, marks=pytest.mark.slow)])
def test_chance_alone_gives_about_one_lead_a_table(runs: int) -> None:
    assert sum(surprising(run(exchanged(small_town(s), s))) for s in range(runs)) <= most(runs)


def test_what_is_planted_among_habits_is_seen() -> None:
    """Else silence would prove nothing: forty strangers pay one quiet account in two days."""
    base = small_town(1)
    pays, takes = base.parties
    quiet = np.argsort(pays + takes, kind="stable")
    sender, receiver = quiet[1:41], quiet[0]
    day = (base.lo - base.lo.min()) // (BLOCK // 28)
    planted = table(
        np.concatenate([base.src, sender]),
        np.concatenate([base.dst, np.full(40, receiver)]),
        np.concatenate([day, 90 + np.arange(40) % 2]),
        np.concatenate([base.amount, np.full(40, 77_000)]),
    )
    first = run(planted).leads[0]
    assert first.typology == "ST-01"
    assert float(first.expected_by_chance or "inf") < 1
    assert first.instruments[0] == planted.nodes[int(receiver)]


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(SETS))
def test_chance_alone_on_labelled_tables_without_their_labels(name: str, shared_data: Path) -> None:
    material = labelled(shared_data / "aml-labelled" / SETS[name])
    assert sum(surprising(run(exchanged(material, seed))) for seed in range(FEW)) <= most(FEW)
