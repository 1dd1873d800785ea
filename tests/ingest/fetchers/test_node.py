"""Asking a node on loopback: patience, limits, and nothing of the key in what is said."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from ingest.fetchers.evm import FetchError, Node, Question, Saved, walk
from ingest.fetchers.evm.span import Span
from ingest.normalise.json_text import parse
from tests.ingest.fetchers.loopback_node import Manners, serving
from tests.ingest.fetchers.scripted_chain import ScriptedChain

if TYPE_CHECKING:
    from pathlib import Path


def quick(url: str, waited: list[float] | None = None, **options: Any) -> Node:
    return Node(url, sleep=(waited if waited is not None else []).append, timeout=5.0, **options)


def test_dropped_connections_and_busy_answers_are_asked_again_after_longer_and_longer() -> None:
    manners = Manners(ScriptedChain(3).ask)
    manners.drop = lambda n: n in (1, 3)
    manners.busy = lambda n: n == 2
    waited: list[float] = []
    with serving(manners) as url:
        assert quick(url, waited).ask("eth_blockNumber", []) == {"result": "0x2"}
    assert waited == [0.5, 1.0, 2.0]


def test_a_node_that_stays_silent_is_given_up_without_telling_its_key() -> None:
    manners = Manners(ScriptedChain(3).ask)
    manners.drop = lambda n: True
    with serving(manners) as url, pytest.raises(FetchError) as raised:
        quick(url, tries=3).ask("eth_blockNumber", [])
    told = str(raised.value) + repr(raised.value.fields()) + repr(raised.value.__cause__)
    assert "key-that-nobody-may-read" not in told
    assert raised.value.fields()["endpoint"].startswith("http://127.0.0.1:")


def test_a_redirect_to_a_node_that_nobody_named_is_not_followed() -> None:
    other, manners = Manners(ScriptedChain(3).ask), Manners(ScriptedChain(3).ask)
    with serving(other) as elsewhere, serving(manners) as url:
        manners.redirect = elsewhere
        with pytest.raises(FetchError):
            quick(url, tries=2).ask("eth_blockNumber", [])
    assert other.asked == []


def test_a_limit_by_time_is_waited_for_and_not_taken_for_a_refusal() -> None:
    manners = Manners(ScriptedChain(3).ask)
    limited: dict[str, Any] = {"error": {"code": -32005, "message": "rate limit exceeded"}}
    answers = iter([limited, {"result": "0x9"}])
    manners.answer = lambda method, params: next(answers)
    with serving(manners) as url:
        assert quick(url).ask("eth_blockNumber", []) == {"result": "0x9"}


def test_an_error_is_an_answer_and_no_number_becomes_a_float() -> None:
    manners = Manners(lambda method, params: {"error": {"code": 3, "message": "no", "data": 1.5}})
    with serving(manners) as url:
        assert quick(url).ask("eth_call", []) == {"error": {"code": 3, "message": "no", "data": "1.5"}}


def test_a_client_leaves_the_depth_at_which_a_nested_answer_is_refused() -> None:
    depth = sys.getrecursionlimit()
    Node("http://127.0.0.1:1")
    assert sys.getrecursionlimit() == depth
    with pytest.raises(ValueError, match="nested too deep"):
        parse(b"[" * 100_000)


@pytest.mark.parametrize("endpoint", ["", "localhost:8545", "ftp://node", "http://", "file:///x"])
def test_an_endpoint_is_named_and_there_is_no_default(endpoint: str) -> None:
    with pytest.raises(FetchError, match="http or https"):
        Node(endpoint)


def test_only_scheme_and_host_of_an_endpoint_are_stated() -> None:
    assert Node("https://user:secret@node.example:8443/v3/KEY?k=KEY").stated == "https://node.example:8443"
    assert Node("https://node.example/KEY", masked=True).stated == ""


def blocks_of(params: list[Any]) -> int:
    return int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1


def ranges(manners: Manners) -> list[int]:
    return [blocks_of(params) for method, params in manners.asked if method == "eth_getLogs"]


def test_a_node_that_refuses_more_than_fifty_blocks_is_asked_for_fifty(tmp_path: Path) -> None:
    manners = Manners(ScriptedChain(230).ask)
    manners.most_blocks = 50
    with serving(manners) as url:
        steps = list(walk(quick(url), Question(0, finality=0), tmp_path, fetched="2026-11-24"))
    assert [s.head.last - s.head.first + 1 for s in steps if isinstance(s, Saved)] == [50, 50, 50, 50, 30]
    assert ranges(manners) == [230, 50, 50, 50, 50, 30]  # one refusal teaches the rule


def test_too_many_results_halve_the_range_until_it_is_taken(tmp_path: Path) -> None:
    manners = Manners(ScriptedChain(64).ask)
    manners.most_logs = 10
    with serving(manners) as url:
        steps = list(walk(quick(url), Question(0, finality=0), tmp_path, fetched="2026-11-24", at_once=64))
    taken = [s.head.last - s.head.first + 1 for s in steps if isinstance(s, Saved)]
    assert sum(taken) == 64
    assert max(taken) <= 10
    assert taken[0] == 8


def test_a_range_that_takes_too_long_is_halved(tmp_path: Path) -> None:
    chain = ScriptedChain(40)
    manners = Manners(chain.ask)
    manners.slow = lambda method, params: method == "eth_getLogs" and blocks_of(params) > 12
    with serving(manners) as url:
        steps = list(walk(quick(url), Question(0, finality=0), tmp_path, fetched="2026-11-24"))
    taken = [s.head.last - s.head.first + 1 for s in steps if isinstance(s, Saved)]
    assert sum(taken) == 40
    assert max(taken) <= 12


def test_a_node_that_refuses_one_block_is_an_error(tmp_path: Path) -> None:
    manners = Manners(ScriptedChain(8).ask)
    manners.most_logs = 0
    with serving(manners) as url, pytest.raises(FetchError, match="refuses even one block"):
        list(walk(quick(url), Question(0, finality=0), tmp_path, fetched="2026-11-24"))


def test_a_span_grows_back_after_it_went_well_but_not_over_a_rule() -> None:
    span = Span(64)
    assert span.refused("too many results", 64)
    assert span.size == 32
    for _ in range(7):
        span.went_well()
    assert span.size == 63
    span.went_well()
    assert span.size == 64
    assert span.refused("exceed maximum block range: 10 blocks", 64)
    for _ in range(30):
        span.went_well()
    assert span.size == 10
    assert not span.refused("no", 1)
