"""An answer that shows itself: a table first, figures after it, nothing loaded from anywhere.

Amounts are exact decimals in a frame and exact texts on the page; texts from evidence are escaped and
their unseen characters made visible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from api.evidence.display import shown
from api.evidence.figures.figure import Line, Twin, html_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

MOST = 60
"""Rows that a page shows; the frame has all of them."""
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")
_DIGITS = 38


@dataclass(frozen=True, slots=True)
class Shown:
    """A table with its figures.

    Attributes
    ----------
    title : str
    columns : tuple of str
    rows : tuple of mapping
        Texts, integers or None by column.
    amounts : tuple of str
        Columns that hold exact amounts as texts.
    notes : tuple of str
        What the table rests on, and what was left out of it.
    figures : tuple of str
        SVG, drawn by us.
    cited : tuple of str
        Observations behind the table.
    document : mapping
        The same answer as ``--json`` gives it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    amounts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    source: Callable[[Sequence[str]], Shown] | None = field(default=None, repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the table as a data frame; amounts are exact decimals.

        An amount that is no finite decimal (a third of a cent, under exact arithmetic) keeps its column as
        text.

        Examples
        --------
        >>> Shown("t", ("amount",), ({"amount": "0.10"}, {"amount": "0.20"}), ("amount",)).to_frame()[
        ...     "amount"
        ... ].sum()
        Decimal('0.30')
        """
        from graph.frames import to_pandas

        columns = {name: self._column(name) for name in self.columns}
        return to_pandas(pa.table(columns))

    def records(self) -> Shown:
        """Return the source rows behind the table, each with file, place and hash."""
        if self.source is None:
            return Shown("No source rows", (), ())
        return self.source(self.cited)

    def explain(self) -> str:
        """Return in words what the table rests on."""
        return "\n".join([self.title, *(f"- {note}" for note in self.notes)])

    def _column(self, name: str) -> pa.Array:
        values = [row.get(name) for row in self.rows]
        if name not in self.amounts:
            return pa.array(values, None if any(v is not None for v in values) else pa.string())
        texts = [str(v) for v in values if v is not None]
        if all(_DECIMAL.fullmatch(t) for t in texts):
            places = max((len(t.partition(".")[2]) for t in texts), default=0)
            whole = max((len(t.partition(".")[0].lstrip("-")) for t in texts), default=1)
            if whole + places <= _DIGITS:
                kind = pa.decimal128(_DIGITS, places)
                return pa.array([None if v is None else Decimal(str(v)) for v in values], kind)
        return pa.array([None if v is None else str(v) for v in values], pa.string())

    def _repr_html_(self) -> str:
        words = [c for c in self.columns if c not in self.amounts and not self._counts(c)]
        numbers = [c for c in self.columns if c not in words]
        order = (*words, *numbers)
        lines = tuple(Line(tuple(self._cell(row, c) for c in order)) for row in self.rows[:MOST])
        table = html_table(Twin(shown(self.title, 400), order, lines, words=len(words)))
        said = [*self.notes]
        if len(self.rows) > MOST:
            said.append(f"{MOST} of {len(self.rows):,} rows shown; to_frame() has all of them.")
        notes = "".join(f"<li>{_escaped(note)}</li>" for note in said)
        figures = "".join(f'<figure class="fuatilia">{svg}</figure>' for svg in self.figures)
        return f"{table}{f'<ul>{notes}</ul>' if notes else ''}{figures}"

    def __str__(self) -> str:
        """Return the first rows as text."""
        lines = ["  ".join(self.columns)]
        lines += ["  ".join(self._cell(row, c) for c in self.columns) for row in self.rows[:MOST]]
        return "\n".join([self.title, *lines, *self.notes])

    def _cell(self, row: Mapping[str, Any], column: str) -> str:
        value = row.get(column)
        if column in self.amounts and value is not None and _DECIMAL.fullmatch(str(value)):
            return f"{Decimal(str(value)):,f}"
        return _cell(value)

    def _counts(self, column: str) -> bool:
        values = [row.get(column) for row in self.rows if row.get(column) is not None]
        return bool(values) and all(isinstance(v, int) and not isinstance(v, bool) for v in values)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else shown(value, 200)


def _escaped(text: str) -> str:
    from html import escape

    return escape(shown(text, 2_000))
