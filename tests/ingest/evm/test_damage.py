"""Answers that were damaged or forged: every one is read, rejected with its place, or refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import FuatiliaError
from graph.model.locators import Locator
from graph.model.tables import FACTS, ROWS
from graph.stores.ledger.row_checks import check_facts, check_rows
from ingest.source import Options
from ingest.sources.evm import SOURCE
from tests.ingest.evm.practice_blocks import (
    address,
    asked,
    coin_page,
    log,
    name,
    receipt,
    saved,
    token_answers,
    transaction,
    word,
)

TREE = {
    "type": "CALL",
    "from": address("A"),
    "to": address("B"),
    "value": "0x1",
    "calls": [{"type": "CALL", "from": address("B"), "to": address("C"), "value": "0x2"}],
}
FLAT = {
    "type": "call",
    "traceAddress": [0],
    "transactionHash": name("t"),
    "blockNumber": 5,
    "blockHash": name("block 5"),
    "transactionPosition": 0,
    "action": {"callType": "call", "from": address("B"), "to": address("C"), "value": "0x5"},
}


def sound() -> list[Any]:
    """Return a page with everything in it that the reader knows."""
    unique = log(index=1, topics=[*log()["topics"], "0x" + word(7)], data="0x")
    lines = coin_page(
        [transaction(), transaction(tx="u", index=1, to=None)],
        [
            receipt(logs=[log(), unique]),
            receipt(tx="u", index=1, contractAddress=address("made"), status="0x0"),
        ],
        *token_answers(),
        asked("trace_block", ["0x5"], [FLAT]),
        asked("debug_traceBlockByNumber", ["0x5", {}], [{"txHash": name("u"), "result": TREE}]),
    )
    lines[0]["question"]["addresses"] = [address("A")]
    lines[1]["answer"]["result"]["withdrawals"] = [{"index": "0x1", "address": address("V"), "amount": "0x9"}]
    return copy.deepcopy(lines)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    branches = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, one in branches:
        found += places(one, (*path, key))
    return found


PLACES = places(sound())
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**300),
    st.sampled_from(
        ["", "0x", "0x0", "0xzz", "0x" + "f" * 64, "0x" + "f" * 65, "-1", "\ud800", "\u202e", "1e9"]
    ),
    st.text(max_size=8),
    st.lists(st.integers(0, 3), max_size=3),
    st.just([[]]),
    st.just([{}]),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def put(lines: list[Any], path: tuple[Any, ...], junk: Any) -> None:
    at: Any = lines
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = junk


def read(lines: list[Any]) -> tuple[int, int]:
    """Read lines and hold what comes out to the store's own checks; returns rows and rejects."""
    rows = rejected = 0
    with TemporaryDirectory() as folder:
        for piece in SOURCE.read(saved(Path(folder), lines), Options("ab" * 32, values={"chain": "1"})):
            if piece.rows is not None:
                assert piece.rows.schema == ROWS
                check_rows(piece.rows, "batch", 0)
                rows += piece.rows.num_rows
            if piece.facts is not None:
                assert piece.facts.schema == FACTS
                check_facts(piece.facts, "batch", 0)
            for reject in (*piece.rejected, *piece.left_out):
                assert str(Locator.parse(reject.locator)) == reject.locator
                json.dumps([reject.reason, reject.hint, reject.raw]).encode()
                rejected += 1
    return rows, rejected


def test_the_sound_page_is_read_whole() -> None:
    assert read(sound()) == (8, 0)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(PLACES), junk=JUNK)
def test_one_damaged_value_never_breaks_the_reader(path: tuple[Any, ...], junk: Any) -> None:
    lines = sound()
    put(lines, path, junk)
    try:
        read(lines)
    except FuatiliaError as fault:
        assert fault.what  # noqa: PT017 - whichever error it is, it says what is wrong


@settings(max_examples=60)
@given(keep=st.integers(0, 5_000))
def test_a_page_that_is_cut_gives_what_stands_before_the_cut(keep: int) -> None:
    whole, _ = read(sound())
    with TemporaryDirectory() as folder:
        path = saved(Path(folder), sound())
        path.write_bytes(path.read_bytes()[:keep])
        try:
            pieces = list(SOURCE.read(path, Options("ab" * 32, values={"chain": "1"})))
        except FuatiliaError:
            return
    assert sum(p.rows.num_rows for p in pieces if p.rows is not None) <= whole
