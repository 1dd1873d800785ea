"""Lines of words and the seven columns that a table head fixes on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.mpesa.pages import Word

NAMES = ("receipt", "time", "details", "status", "paid_in", "withdrawn", "balance")
MONEY = re.compile(r"[-+(]?(?:KSH?\.? ?)?\d[\d,]*\.\d{1,4}\)?", re.IGNORECASE)
_CLOCK = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d\d:\d\d")
_FUSED = re.compile(r"(?:-?\d[\d,]*\.\d\d){2,}")
_ONE = re.compile(r"-?\d[\d,]*\.\d\d")
_STARTS = ("receipt", "completion", "details", "transaction", "paid", "withdraw", "balance")
_HEAD_WORDS = frozenset(
    [
        "receipt",
        "no",
        "no.",
        "completion",
        "time",
        "details",
        "transaction",
        "status",
        "paid",
        "in",
        "withdrawn",
        "withdraw",
        "n",
    ]
)
_SAME_LINE = 2.5  # points
_HEAD_REACH = 14.0  # a head of two printed lines
_ALIGNED = 3.0
_SLACK = 2.0
_TEXTS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one printed line, left to right."""

    top: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The line as read."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Columns:
    """Left and right edges of the seven titles, in the order of ``NAMES``."""

    left: tuple[float, ...]
    right: tuple[float, ...]

    def place(self, word: Word) -> str:
        """Return the column of a word.

        Cells are aligned with their title on the left, on the right or at the middle, so a text
        may start before its title does. Dates and times are known by their form; other words right
        of the time's title are Details, up to the status; amounts stand right of the status.
        """
        middle = (word.x0 + word.x1) / 2
        _, time, details, status = self.left[:_TEXTS]
        if middle >= status and MONEY.fullmatch(word.text):
            return NAMES[self._money(word, middle)]
        if word.x0 >= status - _SLACK:
            return "status"
        if _CLOCK.match(word.text) and middle < details:
            return "time"
        if word.x0 >= self.right[1] - _SLACK or word.x0 >= details - _SLACK:
            return "details"
        return "time" if word.x0 >= time - _SLACK else "receipt"

    def _money(self, word: Word, middle: float) -> int:
        columns = range(_TEXTS, len(NAMES))
        for edge, own in ((word.x1, self.right), (word.x0, self.left)):
            near = [n for n in columns if abs(edge - own[n]) <= _ALIGNED]
            if len(near) == 1:
                return near[0]
        below = [n for n in columns if middle >= self.left[n] - _SLACK]
        return below[-1] if below else _TEXTS


def lines_of(words: Sequence[Word]) -> list[Line]:
    """Group words into printed lines, top to bottom."""
    groups: list[list[Word]] = []
    parts = [part for word in words for part in _unfused(word)]
    for word in sorted(parts, key=lambda w: (w.top, w.x0)):
        if groups and word.top - groups[-1][0].top <= _SAME_LINE:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [Line(group[0].top, tuple(sorted(group, key=lambda w: w.x0))) for group in groups]


def _unfused(word: Word) -> list[Word]:
    """Part amounts that two columns print without a gap; every sign takes an equal share of the width."""
    if not _FUSED.fullmatch(word.text):
        return [word]
    share = (word.x1 - word.x0) / len(word.text)
    return [
        replace(word, text=m[0], x0=word.x0 + m.start() * share, x1=word.x0 + m.end() * share)
        for m in _ONE.finditer(word.text)
    ]


def table_head(lines: Sequence[Line], at: int) -> tuple[Columns, int] | None:
    """Return the columns and the number of lines of a table head that starts at line ``at``.

    A title may be broken over two lines; the first line of the head holds at least one title.
    """
    band = []
    for line in lines[at:]:
        if line.top - lines[at].top > _HEAD_REACH or not _is_head(line.words):
            break
        band.append(line)
    if not band:
        return None
    words = [word for line in band for word in line.words]
    starts = [
        min((w for w in words if w.text.lower().startswith(s)), key=lambda w: w.x0, default=None)
        for s in _STARTS
    ]
    left = tuple(word.x0 for word in starts if word is not None)
    if len(left) < len(NAMES) or any(a >= b for a, b in pairwise(left)):
        return None
    return Columns(left, _rights(words, left)), len(band)


def _is_head(words: Iterable[Word]) -> bool:
    return all(word.text.lower() in _HEAD_WORDS or word.text.lower() == "balance" for word in words)


def _rights(words: list[Word], left: tuple[float, ...]) -> tuple[float, ...]:
    edges = [*left, float("inf")]
    return tuple(
        max(w.x1 for w in words if edges[n] - _SLACK <= w.x0 < edges[n + 1] - _SLACK)
        for n in range(len(left))
    )
