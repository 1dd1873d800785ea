"""From lines to printed rows: what each row's cells say, and where it stands.

A row has one line that carries its receipt and date. The lines around it that carry neither
(wrapped Details, a time below its date) belong to the row above or below: cells are printed at the
top, the middle or the bottom of their row, and the widest gap between two such lines is where one
row ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.mpesa.columns import MONEY, NAMES, Columns, Line, lines_of, table_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.mpesa.pages import Page, Word

PAGE_OF = re.compile(r"\bpage\s*:?\s*(\d{1,5})\s*(?:of|/)\s*(\d{1,5})\b", re.IGNORECASE)
HEAD_INSIDE = "table head inside the rows"
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_RECEIPT = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{8,12}")
_NEXT_LINE = 2.2  # of a word's height
_WIDER = 1.1
_MONEY_COLUMNS = ("paid_in", "withdrawn", "balance")


@dataclass(slots=True)
class Printed:
    """A row as printed: page in the file, row on that page (both from 1), its words by column."""

    page: int
    row: int
    words: dict[str, list[Word]]
    marks: list[str] = field(default_factory=list)

    @property
    def locator(self) -> str:
        """Canonical place."""
        return f"page:{self.page},row:{self.row}"

    def cell(self, column: str) -> str:
        """Text of a cell, its lines joined by blanks."""
        return " ".join(word.text for word in self.words[column])

    @property
    def raw(self) -> str:
        """The whole row, cells separated by bars."""
        return " | ".join(self.cell(name) for name in NAMES)

    @property
    def fonts(self) -> frozenset[str]:
        """Fonts of the amounts."""
        return frozenset(word.font for column in _MONEY_COLUMNS for word in self.words[column])

    def take(self, line: _CellLine, *, above: bool = False) -> None:
        """Add a line of wrapped cells, below what is there or above it."""
        for name, words in line.cells.items():
            own = self.words[name]
            own[:] = [*words, *own] if above else [*own, *words]


@dataclass(slots=True)
class Sheet:
    """One page read: the lines above the table, its rows, and the page number that is printed."""

    page: int
    front: list[str] = field(default_factory=list)
    rows: list[Printed] = field(default_factory=list)
    number: int | None = None
    of: int | None = None
    has_head: bool = False


@dataclass(frozen=True, slots=True)
class _CellLine:
    """A line by columns."""

    top: float
    height: float
    cells: dict[str, list[Word]]

    @property
    def starts_row(self) -> bool:
        """Whether it carries a receipt and a date, or one of them and an amount."""
        dated = any(_DATE.match(word.text) for word in self.cells["time"][:1])
        receipt = any(_RECEIPT.fullmatch(word.text) for word in self.cells["receipt"][:1])
        paid = any(MONEY.fullmatch(word.text) for name in _MONEY_COLUMNS for word in self.cells[name])
        return (dated and (receipt or paid)) or (receipt and paid)


class TableReader:
    """Reads page after page; the columns of the last table head hold until the next one."""

    def __init__(self) -> None:
        self.columns: Columns | None = None
        self._last: Printed | None = None  # of the page before
        self._above: _CellLine | None = None  # the head or the row's line that is printed above
        self._between: list[_CellLine] = []  # lines since then that start no row
        self._inside = False

    def read(self, page: Page) -> Sheet:
        """Read one page."""
        sheet = Sheet(page.number)
        lines = lines_of(page.words)
        self._above, self._between, self._inside = None, [], False
        at = 0
        while at < len(lines):
            head = table_head(lines, at)
            if head:
                self._close(sheet, None)
                self.columns, deep = head
                at += deep
                self._inside, sheet.has_head = bool(sheet.rows), True
                self._above = _CellLine(lines[at - 1].top, lines[at - 1].words[0].height, {})
            else:
                self._line(sheet, lines[at])
                at += 1
        self._close(sheet, None)
        self._last = sheet.rows[-1] if sheet.rows else self._last
        return sheet

    def _line(self, sheet: Sheet, line: Line) -> None:
        cells = self._cells(line)
        if cells.starts_row:
            row = Printed(sheet.page, len(sheet.rows) + 1, cells.cells)
            self._close(sheet, (row, cells))
            if self._inside:
                row.marks.append(HEAD_INSIDE)
                self._inside = False
            sheet.rows.append(row)
            self._above = cells
            return
        numbered = PAGE_OF.search(line.text)
        if numbered:
            sheet.number, sheet.of = int(numbered[1]), int(numbered[2])
        if numbered or self._above is None or cells.cells["receipt"]:
            self._close(sheet, None)
            self._above = None
            if not sheet.rows and not numbered:
                sheet.front.append(line.text)
            return
        self._between.append(cells)

    def _cells(self, line: Line) -> _CellLine:
        cells: dict[str, list[Word]] = {name: [] for name in NAMES}
        if self.columns:
            for word in line.words:
                cells[self.columns.place(word)].append(word)
        return _CellLine(line.top, line.words[0].height, cells)

    def _close(self, sheet: Sheet, below: tuple[Printed, _CellLine] | None) -> None:
        """Give the lines since the row above to it, or to the row below."""
        above, between = self._above, self._between
        self._between = []
        if above is None or not between:
            return
        upper, lower = _parted(above, between, below[1] if below else None)
        row = sheet.rows[-1] if sheet.rows else self._last
        for line in upper:
            if row:
                row.take(line)
        for line in reversed(lower):
            if below:
                below[0].take(line, above=True)


def _parted(
    above: _CellLine, between: Sequence[_CellLine], below: _CellLine | None
) -> tuple[list[_CellLine], list[_CellLine]]:
    """Part lines at the widest gap; at the first one too wide for a wrapped cell where no row follows."""
    tops = [above.top, *(line.top for line in between)]
    gaps = [b - a for a, b in pairwise(tops)]
    if below is None:
        wide = [n for n, gap in enumerate(gaps) if gap > _NEXT_LINE * above.height]
        return list(between[: wide[0] if wide else None]), []
    gaps.append(below.top - tops[-1])
    widest = max(range(len(gaps)), key=lambda n: (gaps[n], n))
    others = [gap for n, gap in enumerate(gaps) if n != widest]
    if others and gaps[widest] < _WIDER * max(others):
        widest = len(gaps) - 1  # no gap stands out: cells are printed from the top
    return list(between[:widest]), list(between[widest:])
