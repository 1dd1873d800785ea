"""Counts equal transfers so that pages that overlap never double one, and two real ones stay two.

The account interface gives no log index, so equal transfers of one transaction (same contract,
sender, receiver and value) are told apart by an ordinal, from 0. It is counted within one *chain of
pages*: the answers to one question, each asked with the cursor of the one before. The cursor starts
after the last entry of its page, so within a chain nothing repeats and every equal entry is a
further transfer. Another chain (the question asked again, another window, the other party's
account) tells of the same transfers again: its n-th equal entry *is* the n-th transfer.

Bare answers do not say what was asked; one continues the answer before it if that one announced a
next page and time does not turn back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graph.model.provenance import canonical

if TYPE_CHECKING:
    from ingest.tron.answers import Answer


@dataclass(slots=True)
class PageChain:
    """Pages that answer one question, in order."""

    key: str
    pages: list[Answer] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    assets: set[str] = field(default_factory=set)
    rejected: int = 0
    latest: int = 0

    def ordinal(self, told: str) -> int:
        """Return the number of a new entry among its equals, from 0."""
        self.counts[told] += 1
        return self.counts[told] - 1

    @property
    def head(self) -> Answer:
        """The first page."""
        return self.pages[0]

    @property
    def complete(self) -> bool:
        """Whether it starts at the first page, ends at the last, and every entry could be read."""
        return not self.head.cursor and not self.pages[-1].next and not self.rejected


class Chains:
    """All chains of a file."""

    def __init__(self) -> None:
        self.all: list[PageChain] = []

    def take(self, answer: Answer) -> PageChain:
        """Add a page to the chain that it continues, or start one."""
        found = self._continued(answer)
        if found is None:
            found = PageChain(_question(answer))
            self.all.append(found)
        found.pages.append(answer)
        return found

    def _continued(self, answer: Answer) -> PageChain | None:
        if answer.request:
            key = _question(answer)
            waiting = [
                c for c in self.all if c.key == key and c.pages[-1].next and c.pages[-1].next == answer.cursor
            ]
            return waiting[-1] if waiting else None
        last = self.all[-1] if self.all else None
        if last is None or last.head.request or not last.pages[-1].next:
            return None
        return last if _times_go_on(_times(last.pages), _times([answer])) else None


def _question(answer: Answer) -> str:
    """Return what was asked, without the cursor: equal for the pages of one chain."""
    asked = {key: str(value) for key, value in answer.request.items() if key != "fingerprint"}
    return canonical(asked)


def _times(pages: list[Answer]) -> list[int]:
    found = [_time(entry) for page in pages for entry in page.entries]
    return [time for time in found if time is not None]


def _time(entry: Any) -> int | None:
    value = entry.get("block_timestamp") if isinstance(entry, dict) else None
    return value if type(value) is int else None


def _times_go_on(before: list[int], after: list[int]) -> bool:
    if not before or not after:
        return True
    if before[0] >= before[-1] >= after[0] >= after[-1]:
        return True
    return before[0] <= before[-1] <= after[0] <= after[-1]
