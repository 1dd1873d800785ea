"""A word keeps the number of its first appearance, however the words come and however they collide."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.stores.ledger import vocabulary
from graph.stores.ledger.vocabulary import LONGEST, Vocabulary

_WORDS = st.one_of(
    st.sampled_from(["", "a", "a\0", "\0", "é", "aaaaaaa", "aaaaaaaa", "b" * LONGEST]),
    st.text(max_size=9),
)
_PARTS = st.lists(st.lists(_WORDS, max_size=12), max_size=5)


def numbered(parts: list[list[str]]) -> tuple[list[int], list[str]]:
    """Number the words as a dictionary does."""
    known: dict[str, int] = {}
    return [known.setdefault(word, len(known)) for part in parts for word in part], list(known)


def told(known: Vocabulary, parts: list[list[str]]) -> tuple[list[int], list[str]]:
    """Return the vocabulary's numbers for the same parts."""
    found = [n for part in parts for n in known.numbers(pa.array(part, pa.string())).tolist()]
    assert len(known) == len(known.words())
    return found, known.words().to_pylist()


@given(parts=_PARTS)
def test_numbers_are_those_of_first_appearance(parts: list[list[str]]) -> None:
    assert told(Vocabulary(), parts) == numbered(parts)


@given(parts=_PARTS)
def test_words_that_all_begin_at_one_slot_are_told_apart(parts: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vocabulary, "_home", lambda self, rows: np.full(len(rows), len(self._slots) - 1))
        assert told(Vocabulary(), parts) == numbered(parts)


@given(parts=_PARTS, at=st.integers(0, 5))
def test_a_long_word_changes_nothing_but_the_time(parts: list[list[str]], at: int) -> None:
    parts = [*parts[:at], ["x", "y" * (LONGEST + 1), "x"], *parts[at:]]
    assert told(Vocabulary(), parts) == numbered(parts)


def test_a_slice_is_numbered_as_its_own_words() -> None:
    words = pa.array(["x", "one", "three", "y"]).slice(1, 2)
    known = Vocabulary()
    assert known.numbers(words).tolist() == [0, 1]
    assert known.words().to_pylist() == ["one", "three"]


def test_many_words_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as fill the table several times over, half of them known before."""
    known, size = Vocabulary(), 20_000
    for start in range(0, 4 * size, size // 2):
        words = pa.array([f"account:BANK:{n:09d}" for n in range(start, start + size)])
        assert known.numbers(words).tolist() == list(range(start, start + size))
    monkeypatch.setattr(vocabulary, "LONGEST", 0)
    assert known.numbers(pa.array(["account:BANK:000000007"])).tolist() == [7]
