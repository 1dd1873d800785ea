"""Walking a chain: every final block once, whatever was refused, forgotten or replaced meanwhile."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetchers.evm import FetchError, PageHead, Question, Saved, Stale, covered, page_head, walk
from ingest.sources.evm import SOURCE
from tests.ingest.fetchers.scripted_chain import ScriptedChain
from tests.ingest.sources.practice_statements import read_whole

AT = "2026-11-24T12:00:00+00:00"


class Shelf:
    """Pages kept between walks, as a case keeps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages: dict[str, PageHead] = {}
        self.replaced: list[Stale] = []

    def fetch(self, node: Any, question: Question, **options: Any) -> list[Saved]:
        found = []
        for step in walk(node, question, self.folder, fetched=AT, kept=list(self.pages.values()), **options):
            if isinstance(step, Saved):
                found.append(step)
                self.pages[step.head.name] = step.head
            else:
                self.replaced.append(step)
                del self.pages[step.page.name]
        return found

    def units(self) -> list[int]:
        """Return what the kept pages move, in the order of the blocks."""
        rows = [row for name in self.pages for row in read_whole(SOURCE, self.folder / name).rows]
        return [int(row["amount"]) for row in sorted(rows, key=lambda row: row["seq"])]


def truth(chain: ScriptedChain, last: int, first: int = 0) -> list[int]:
    return [chain.units(n) for n in range(first, last + 1)]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_only_final_blocks_are_fetched_and_the_next_fetch_goes_on_after_them(shelf: Shelf) -> None:
    chain = ScriptedChain(20)
    question = Question(3, finality=5)
    shelf.fetch(chain, question, at_once=4)
    assert covered(shelf.pages.values()) == [(3, 14)]
    assert shelf.units() == truth(chain, 14, 3)
    chain.grow(6)
    new = shelf.fetch(chain, question, at_once=4)
    assert [(s.head.first, s.head.last) for s in new] == [(15, 18), (19, 20)]
    assert shelf.fetch(chain, question) == []
    assert shelf.replaced == []


def test_an_end_that_is_named_is_kept_to(shelf: Shelf) -> None:
    shelf.fetch(ScriptedChain(20), Question(3, 7, finality=0))
    assert covered(shelf.pages.values()) == [(3, 7)]


def test_a_chain_that_is_too_short_gives_nothing_yet(shelf: Shelf) -> None:
    assert shelf.fetch(ScriptedChain(5), Question(0, finality=12)) == []


def test_pages_of_another_question_cover_nothing(shelf: Shelf) -> None:
    chain = ScriptedChain(5)
    shelf.fetch(chain, Question(0, finality=0))
    assert len(shelf.fetch(chain, Question(0, finality=0, addresses=("0x" + "11" * 20,)))) == 1


def test_a_reorganisation_replaces_the_pages_it_touches_and_no_others(shelf: Shelf) -> None:
    chain = ScriptedChain(20)
    shelf.fetch(chain, Question(0, finality=0), at_once=4)
    chain.fork(3, 5, salt=1)
    new = shelf.fetch(chain, Question(0, finality=0), at_once=4)
    assert [(s.page.first, s.page.last) for s in shelf.replaced] == [(16, 19)]
    assert "block 19 had the hash" in shelf.replaced[0].reason
    assert new[0].head.first == 16
    assert shelf.units() == truth(chain, chain.head)


def test_a_node_that_is_behind_takes_nothing_back(shelf: Shelf) -> None:
    chain = ScriptedChain(20)
    shelf.fetch(chain, Question(0, finality=0), at_once=4)
    newest = chain.salts[-3:]
    del chain.salts[-3:]
    with pytest.raises(FetchError, match="fewer blocks than are saved"):
        shelf.fetch(chain, Question(0, finality=0))
    chain.salts += newest
    shelf.fetch(chain, Question(0, finality=0))
    assert shelf.replaced == []
    assert shelf.units() == truth(chain, 19)


def test_a_shorter_chain_is_waited_for_until_it_names_other_blocks(shelf: Shelf) -> None:
    chain = ScriptedChain(20)
    shelf.fetch(chain, Question(0, finality=0), at_once=4)
    chain.fork(6, 1, salt=1)
    with pytest.raises(FetchError, match="fewer blocks than are saved"):
        shelf.fetch(chain, Question(0, finality=0))
    chain.grow(8, salt=1)
    shelf.fetch(chain, Question(0, finality=0))
    assert [(r.page.first, r.page.last) for r in shelf.replaced] == [(16, 19), (12, 15)]
    assert shelf.units() == truth(chain, chain.head)


@pytest.mark.parametrize("request_number", range(1, 24))
def test_a_reorganisation_at_any_moment_of_a_fetch_is_noticed(request_number: int, shelf: Shelf) -> None:
    chain = ScriptedChain(16)
    asked = 0

    class Reorganising:
        stated = ""

        def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
            nonlocal asked
            asked += 1
            if asked == request_number:
                chain.fork(5, 6, salt=7)
            return chain.ask(method, params)

    shelf.fetch(Reorganising(), Question(0, finality=0), at_once=5)
    shelf.fetch(chain, Question(0, finality=0))
    assert shelf.units() == truth(chain, chain.head)


def test_with_enough_finality_a_reorganisation_replaces_nothing(shelf: Shelf) -> None:
    chain = ScriptedChain(30)
    shelf.fetch(chain, Question(0, finality=6), at_once=4)
    chain.fork(6, 8, salt=1)
    shelf.fetch(chain, Question(0, finality=6), at_once=4)
    assert shelf.replaced == []
    assert shelf.units() == truth(chain, chain.head - 6)


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 8), st.integers(1, 7), st.integers(0, 3)), max_size=6
    )
)
def test_whatever_happens_the_pages_tell_the_chain(steps: list[tuple[int, int, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        shelf, chain = Shelf(Path(folder)), ScriptedChain(8)
        for salt, (depth, blocks, at_once, finality) in enumerate(steps, 1):
            with suppress(FetchError):  # the chain may be shorter than what is saved
                shelf.fetch(chain, Question(0, finality=finality), at_once=at_once)
            chain.fork(min(depth, len(chain.salts) - 1), blocks, salt)
        chain.grow(40)
        shelf.fetch(chain, Question(0, finality=0))
        assert shelf.units() == truth(chain, chain.head)
        assert covered(shelf.pages.values()) == [(0, chain.head)]


def test_pages_are_the_same_bytes_for_the_same_answers(tmp_path: Path) -> None:
    chain = ScriptedChain(9)
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        steps = list(walk(chain, Question(0, finality=2), tmp_path / name, fetched=AT, at_once=3))
        made.append([(s.path.name, s.path.read_bytes()) for s in steps if isinstance(s, Saved)])
    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_a_file_that_is_no_page_has_no_head(tmp_path: Path) -> None:
    for text in (b"", b"{}", b"[]\n", b"\xff\n", b'{"page":"evm 1"}\n', b'{"page":"other"}\n'):
        path = tmp_path / "x"
        path.write_bytes(text)
        assert page_head(path) is None


def test_a_node_of_another_chain_is_refused(shelf: Shelf) -> None:
    chain = ScriptedChain(5)
    shelf.fetch(chain, Question(0, finality=0))
    (head,) = shelf.pages.values()
    other = PageHead(head.first, head.last, head.parent, head.hash, Question(0).id(1), 5, "x")
    with pytest.raises(FetchError, match="of another chain"):
        list(walk(chain, Question(0, finality=0), shelf.folder, fetched=AT, kept=[other]))


@pytest.mark.parametrize(
    "answer", [{"result": None}, {"result": "x"}, {"error": {"message": "no"}}, {"result": {}}]
)
@pytest.mark.parametrize("method", ["eth_chainId", "eth_blockNumber", "eth_getBlockByNumber", "eth_getLogs"])
def test_an_answer_that_is_none_is_an_error_that_says_so(
    method: str, answer: dict[str, Any], shelf: Shelf
) -> None:
    chain = ScriptedChain(3)

    class Odd:
        stated = ""

        def ask(self, asked: str, params: list[Any]) -> dict[str, Any]:
            return answer if asked == method else chain.ask(asked, params)

    with pytest.raises(FetchError):
        shelf.fetch(Odd(), Question(0, finality=0))
    assert shelf.pages == {}


def test_a_chain_that_never_rests_is_given_up(shelf: Shelf) -> None:
    chain = ScriptedChain(6)

    class Restless:
        stated = ""
        turns = 0

        def ask(self, method: str, params: list[Any]) -> dict[str, Any]:
            if method == "eth_getLogs":
                self.turns += 1
                chain.fork(2, 2, salt=self.turns)
            return chain.ask(method, params)

    with pytest.raises(FetchError, match="does not come to rest"):
        shelf.fetch(Restless(), Question(0, finality=0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": -1},
        {"first": 5, "last": 4},
        {"first": 0, "traces": True},
        {"first": 0, "contracts": ("0x12",)},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FetchError):
        Question(**wrong)
