"""Questions over a snapshot of the evidence, asked anew when somebody writes in the middle of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from graph.errors import EvidenceChangedError

if TYPE_CHECKING:
    from collections.abc import Callable

Answered = TypeVar("Answered")

TRIES = 3


def steady(ask: Callable[[], Answered]) -> Answered:
    """Ask, and ask again when something was written since the snapshot that the answer began with.

    Raises
    ------
    EvidenceChangedError
        Somebody writes faster than this can be answered.
    """
    for _ in range(TRIES - 1):
        try:
            return ask()
        except EvidenceChangedError:
            continue
    return ask()
