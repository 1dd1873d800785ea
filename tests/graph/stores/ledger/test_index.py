"""The index against the definitions: both ways of running its loops, every limit, every file."""

from __future__ import annotations

# ruff: noqa: S311 - chance from a seed, so that a failure can be repeated
import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IntegrityError
from graph.stores.ledger.index import Index, Limits
from graph.stores.ledger.index_arrays import Transfers, is_ordered, stable_order, total_order
from graph.stores.ledger.index_files import load_index, save_index
from tests.contracts import view_oracle as oracle
from tests.contracts.view_cases import Row

if TYPE_CHECKING:
    from pathlib import Path

WAYS = {"interpreted": Limits(), "compiled": Limits(interpreted=-1)}
DIRECTIONS = ("out", "in", "both")


def random_transfers(seed: int, size: int = 14) -> tuple[Transfers, list[oracle.Told], list[str]]:
    """Return arrays and the same transfers as the oracle reads them."""
    r = random.Random(seed)
    nodes = [f"{i:016x}" for i in range(r.randint(1, 6))]
    rows = sorted(
        (
            r.randrange(4),
            r.randrange(3),
            i,
            r.choice(nodes[: r.choice((2, 6))]),
            r.choice(nodes),
            r.choice((1, 2, 9)),
        )
        for i in range(r.randrange(size + 1))
    )
    told = [
        oracle.Told(Row(i, lo, lo + width, seq, a, b, 1), "s", str(i), str(i), (lo, seq, "s", i, 0))
        for lo, seq, i, a, b, width in rows
    ]
    number = {node: i for i, node in enumerate(nodes)}
    long = {
        "lo": [t.row.lo for t in told],
        "hi": [t.row.hi for t in told],
        "seq": [t.row.seq for t in told],
        "row": list(range(len(told))),
        "amount": [1] * len(told),
        "merged": [],
        "conflicting": [],
    }
    short = {
        "src": [number[str(t.row.debit)] for t in told],
        "dst": [number[str(t.row.credit)] for t in told],
        "asset": [0] * len(told),
    }
    arrays: dict[str, Any] = {name: np.array(values, np.int64) for name, values in long.items()}
    arrays |= {name: np.array(values, np.int32) for name, values in short.items()}
    ids = np.array([node.encode() for node in nodes], "S16")
    return Transfers(ids=ids, assets=("KES:2",), amount_hi=None, **arrays), told, nodes


@pytest.mark.parametrize("limits", WAYS.values(), ids=WAYS)
def test_expand_is_what_breadth_first_search_says(limits: Limits) -> None:
    for seed in range(150):
        transfers, told, nodes = random_transfers(seed)
        r = random.Random(seed)
        guard = r.choice((1, 3, 1000))
        index = Index(transfers, limits=replace(limits, guard=guard))
        for direction in DIRECTIONS:
            hops, starts = r.randint(1, 3), r.sample(nodes, r.randint(1, min(2, len(nodes))))
            window = r.choice((None, (1, 3)))
            wanted = oracle.expand(told, starts, direction, hops, window, guard)
            numbers = index.nodes([s.encode() for s in starts])
            found = index.expand(numbers, direction, hops, window)  # type: ignore[arg-type]
            assert [told[p] for p in found.positions] == wanted, (seed, direction, hops, window)


@pytest.mark.parametrize("limits", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("mode", ["shortest", "all", "time_respecting"])
def test_paths_are_the_trails_of_the_definition(mode: str, limits: Limits) -> None:
    seen = 0
    for seed in range(120):
        transfers, told, nodes = random_transfers(seed, 9)
        r = random.Random(seed)
        index = Index(transfers, limits=limits)
        a, b = r.choice(nodes), r.choice(nodes)
        window = r.choice((None, None, (0, 3)))
        limit = r.choice((1, 3, 10_000))
        wanted = oracle.trails(told, a, b, 4, mode, window)
        found = index.paths(nodes.index(a), nodes.index(b), 4, mode, window, limit)  # type: ignore[arg-type]
        assert [[told[p] for p in trail] for trail in found.found] == wanted[:limit], (seed, a, b)
        assert found.cut == (len(wanted) > limit)
        seen += len(wanted)
    assert seen > 50


def test_a_search_that_is_given_up_says_so() -> None:
    transfers, _, _ = random_transfers(3)
    index = Index(transfers, limits=Limits(budget=0))
    found = index.paths(int(transfers.src[0]), int(transfers.dst[0]), 3, "all", None, 10)
    assert found.exhausted
    assert found.found == []


def test_a_guarded_node_is_named() -> None:
    transfers, told, _ = random_transfers(5)
    index = Index(transfers, limits=Limits(guard=0))
    start = next(t for t in range(len(told)) if transfers.src[t] != transfers.dst[t])
    found = index.expand(transfers.src[start : start + 1], "both", 2, None)
    assert len(found.guarded) > 0
    assert set(found.guarded.tolist()) <= {*transfers.src.tolist(), *transfers.dst.tolist()}


@given(st.lists(st.integers(0, 2**31 - 1)))
def test_stable_order_sorts_and_is_stable(values: list[int]) -> None:
    key = np.array(values, np.int32)
    assert stable_order(key).tolist() == sorted(range(len(values)), key=lambda i: values[i])


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-1, 1), st.integers(0, 3))))
def test_total_order_is_lexicographic(rows: list[tuple[int, int, int]]) -> None:
    keys = [np.array([row[i] for row in rows], np.int64) for i in range(3)]
    order = total_order(keys)
    assert [rows[i] for i in order] == sorted(rows)
    assert is_ordered(keys) == (rows == sorted(rows))
    assert order.tolist() == sorted(range(len(rows)), key=lambda i: rows[i])


def test_a_kept_index_is_the_index(tmp_path: Path) -> None:
    transfers, told, _ = random_transfers(8)
    index = Index(transfers)
    assert save_index(index, tmp_path / "index" / "v1", ["c"], ["b"])
    kept = load_index(tmp_path / "index" / "v1")
    assert kept is not None
    for name in ("ids", "src", "dst", "lo", "hi", "seq", "row", "amount", "asset", "merged", "conflicting"):
        assert getattr(kept.transfers, name).tolist() == getattr(transfers, name).tolist(), name
    assert kept.transfers.assets == transfers.assets
    assert kept.transfers.amount_hi is None
    start = transfers.src[:1]
    assert (
        kept.expand(start, "both", 3, None).positions.tolist()
        == index.expand(start, "both", 3, None).positions.tolist()
    )
    assert len(told) > 0


def test_an_older_index_of_the_same_cases_goes_and_others_stay(tmp_path: Path) -> None:
    index = Index(random_transfers(8)[0])
    for version, cases in (("v1", ["a"]), ("v2", ["b"]), ("v3", ["a"])):
        assert save_index(index, tmp_path / "index" / version, cases, [])
    assert sorted(p.name for p in (tmp_path / "index").iterdir()) == ["v2", "v3"]
    assert load_index(tmp_path / "index" / "v1") is None


def test_what_a_killed_process_left_of_an_index_goes(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    left, working = (tmp_path / f".new-{pid}-x" for pid in (int(ended.stdout), os.getpid()))
    for folder in (left, working):
        folder.mkdir()
    assert save_index(Index(random_transfers(8)[0]), tmp_path / "v1", ["a"], [])
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([working.name, "v1"])


def test_one_changed_bit_in_a_kept_index_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "index" / "v1"
    save_index(Index(random_transfers(8)[0]), folder, ["a"], [])
    for path in sorted(folder.glob("*.npy")):
        raw = path.read_bytes()
        path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
        with pytest.raises(IntegrityError):
            load_index(folder)
        path.write_bytes(raw)
    (folder / "src.npy").unlink()
    with pytest.raises(IntegrityError):
        load_index(folder)
