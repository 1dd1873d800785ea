"""A question over a snapshot survives writes beside it, and gives up when they do not end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.casework.steady import TRIES, steady
from graph.errors import EvidenceChangedError

if TYPE_CHECKING:
    from collections.abc import Callable


def asked(failures: int) -> tuple[list[int], Callable[[], str]]:
    calls: list[int] = []

    def ask() -> str:
        calls.append(1)
        if len(calls) <= failures:
            raise EvidenceChangedError("the evidence changed since the snapshot")
        return "answer"

    return calls, ask


@pytest.mark.parametrize("failures", range(TRIES))
def test_the_answer_comes_after_a_few_writes(failures: int) -> None:
    calls, ask = asked(failures)
    assert steady(ask) == "answer"
    assert len(calls) == failures + 1


def test_endless_writes_are_said() -> None:
    calls, ask = asked(TRIES)
    with pytest.raises(EvidenceChangedError):
        steady(ask)
    assert len(calls) == TRIES
