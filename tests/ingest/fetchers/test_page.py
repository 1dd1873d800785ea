"""Whole blocks as nodes offer them: receipts and traces in the ways that they know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ingest.fetchers.evm import FetchError, Node, Question, Saved, walk
from ingest.sources.evm import SOURCE
from tests.ingest.fetchers.chain import Chain, fresh_chain
from tests.ingest.fetchers.loopback_node import Manners, serving
from tests.ingest.sources.practice_statements import Whole, read_whole

if TYPE_CHECKING:
    from pathlib import Path


def paid() -> Chain:
    chain = fresh_chain()
    chain.pay(0, chain.accounts[1], 5_000)
    return chain


def fetched(manners: Manners, folder: Path, **asked: Any) -> tuple[dict[str, Any], Whole]:
    """Fetch block 1 whole; returns the page's header and what it is read as."""
    with serving(manners) as url:
        node = Node(url, sleep=lambda seconds: None)
        question = Question(1, whole=True, finality=0, **asked)
        (step,) = walk(node, question, folder, fetched="2026-11-24T12:00:00+00:00")
    assert isinstance(step, Saved)
    with step.path.open(encoding="utf-8") as file:
        return json.loads(file.readline()), read_whole(SOURCE, step.path)


def inside(chain: Chain) -> dict[str, Any]:
    """Return a flat trace of a payment that a contract might have made."""
    block = chain.answer("eth_getBlockByNumber", ["0x1", True])["result"]
    (transaction,) = block["transactions"]
    action = {"callType": "call", "from": chain.accounts[1], "to": chain.accounts[2], "value": "0x7"}
    return {
        "type": "call", "traceAddress": [0], "action": action, "transactionHash": transaction["hash"],
        "transactionPosition": 0, "blockNumber": 1, "blockHash": block["hash"],
    }  # fmt: skip


def test_receipts_are_asked_for_together_where_the_node_knows_how(tmp_path: Path) -> None:
    chain = paid()
    manners = Manners(chain.answer)
    name = chain.answer("eth_getBlockByNumber", ["0x1", False])["result"]["transactions"][0]
    receipts = [chain.answer("eth_getTransactionReceipt", [name])["result"]]
    manners.extra["eth_getBlockReceipts"] = lambda params: receipts
    (tmp_path / "together").mkdir()
    _, together = fetched(manners, tmp_path / "together")
    assert (manners.count("eth_getBlockReceipts"), manners.count("eth_getTransactionReceipt")) == (1, 0)
    manners = Manners(chain.answer)
    _, apart = fetched(manners, tmp_path)
    assert manners.count("eth_getTransactionReceipt") == 1
    kept = ("debit", "amount", "kind", "rail", "status")
    assert [[row[k] for k in kept] for row in apart.rows] == [[row[k] for k in kept] for row in together.rows]
    assert [int(row["amount"]) for row in apart.rows if row["kind"] == "principal"] == [5_000]


def test_receipts_of_other_transactions_are_never_saved(tmp_path: Path) -> None:
    manners = Manners(paid().answer)
    manners.extra["eth_getBlockReceipts"] = lambda params: []
    with serving(manners) as url, pytest.raises(FetchError, match="does not come to rest"):
        list(walk(Node(url), Question(1, whole=True, finality=0), tmp_path, fetched="2026-11-24"))
    assert list(tmp_path.iterdir()) == []


def test_flat_traces_are_saved_and_read(tmp_path: Path) -> None:
    chain = paid()
    manners = Manners(chain.answer)
    manners.extra["trace_block"] = lambda params: [inside(chain)]
    header, whole = fetched(manners, tmp_path, traces=True)
    assert header["unread"] == []
    assert [int(row["amount"]) for row in whole.rows if row["channel"] == "internal"] == [7]
    assert "internal" not in whole.assumptions["not read"]


def test_a_tree_of_calls_is_asked_for_where_there_are_no_flat_traces(tmp_path: Path) -> None:
    chain = paid()
    flat = inside(chain)
    call = {"type": "CALL", "from": flat["action"]["from"], "to": flat["action"]["to"], "value": "0x7"}
    top = {
        "type": "CALL",
        "from": chain.accounts[0],
        "to": chain.accounts[1],
        "value": "0x1388",
        "calls": [call],
    }
    manners = Manners(chain.answer)
    manners.extra["debug_traceBlockByNumber"] = lambda params: [
        {"txHash": flat["transactionHash"], "result": top}
    ]
    header, whole = fetched(manners, tmp_path, traces=True)
    assert header["unread"] == []
    assert [int(row["amount"]) for row in whole.rows if row["channel"] == "internal"] == [7]


def test_without_traces_internal_value_is_said_to_be_unread(tmp_path: Path) -> None:
    header, whole = fetched(Manners(paid().answer), tmp_path, traces=True)
    assert [text.partition(":")[0] for text in header["unread"]] == ["internal value"]
    assert "the node offers no traces" in whole.assumptions["not read"]
    assert whole.rejected == []
