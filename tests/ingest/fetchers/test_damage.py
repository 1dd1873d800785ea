"""A node that answers nonsense: the fetch stops with an error that says so, or keeps what was answered."""

from __future__ import annotations

import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import FuatiliaError
from ingest.fetchers.evm import Question, walk
from tests.ingest.evm.practice_blocks import block, log, receipt, token_answers, transaction
from tests.ingest.evm.test_damage import JUNK, places, put

ANSWERS: dict[str, Any] = {
    "eth_chainId": "0x1",
    "eth_blockNumber": "0x5",
    "eth_getBlockByNumber": block(5, transaction()),
    "eth_getLogs": [log()],
    "eth_getBlockReceipts": [receipt(logs=[log()])],
    "trace_block": [],
    "eth_call": token_answers()[0]["answer"]["result"],
}


class Scripted:
    """Answers from a table; block 5 is all there is."""

    stated = ""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
        return {"result": copy.deepcopy(self.answers[method])}


def fetch(answers: dict[str, Any], **asked: Any) -> int:
    with TemporaryDirectory() as folder:
        question = Question(5, 5, finality=0, **asked)
        return len(list(walk(Scripted(answers), question, Path(folder), fetched="2026-11-24")))


def test_the_sound_node_gives_a_page_either_way() -> None:
    assert fetch(ANSWERS) == fetch(ANSWERS, whole=True, traces=True) == 1


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(places(ANSWERS)), junk=JUNK, whole=st.booleans())
def test_one_damaged_answer_never_breaks_the_fetch(path: tuple[Any, ...], junk: Any, whole: bool) -> None:
    answers: Any = copy.deepcopy(ANSWERS)
    put(answers, path, junk)
    try:
        fetch(answers, whole=whole, traces=whole)
    except FuatiliaError as fault:
        assert fault.what  # noqa: PT017 - whichever error it is, it says what is wrong
