"""Whole columns of printed times, exactly as ``parse_instant`` reads each one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import InstantError
from graph.model.amount_columns import string_array
from graph.model.amounts import BLANK
from graph.model.instants import parse_instant, zone_of
from graph.model.intervals import DAY
from graph.model.time_layouts import Bytes, Flags, Ints, Layout, layouts, read_layout
from graph.model.time_patterns import Pattern, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 16
_EPOCH = dt.date(1970, 1, 1)
_UNSURE = np.iinfo(np.int64).min


@dataclass(slots=True)
class _Column:
    lo: Ints
    hi: Ints
    ok: Flags


def parse_instant_column(
    values: pa.Array | pa.ChunkedArray,
    format: str,  # noqa: A002
    zone: str = "Africa/Nairobi",
) -> tuple[Ints, Ints, Flags]:
    """Read a column of printed times of one pattern.

    Parameters
    ----------
    values : pyarrow.StringArray or ChunkedArray, length n
        As printed; null stands for an empty cell.
    format, zone : str
        As for ``parse_instant``.

    Returns
    -------
    lo, hi : numpy.ndarray of int64, length n
        Half-open intervals in microseconds UTC; 0 where ``ok`` is false.
    ok : numpy.ndarray of bool, length n
        True where ``parse_instant`` reads the text and has one reading of it. What is false needs a
        second look, one by one: the error says why, and a time that the clock passed twice has
        alternatives, which a column cannot hold.

    Examples
    --------
    >>> lo, hi, ok = parse_instant_column(pa.array(["03/09/2026", "31/02/2026"]), "%d/%m/%Y", "UTC")
    >>> lo.tolist(), ok.tolist()
    ([1788393600000000, 0], [True, False])
    """
    pattern = compile_pattern(format)
    text = pc.utf8_trim(string_array(values), characters=BLANK)
    n = len(text)
    column = _Column(np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.bool_))
    if pattern.grain not in ("month", "year"):
        _by_layout(text, pattern, zone, column)
    _one_by_one(text, pattern, zone, column)
    return column.lo, column.hi, column.ok


def _by_layout(text: pa.Array, pattern: Pattern, zone: str, column: _Column) -> None:
    """Read what fixed layouts read for sure; ``column.ok`` says which rows that were."""
    data, starts, lengths = _bytes(text)
    offsets = _Offsets(zone)
    for layout, rows in _rows_by_layout(lengths, pattern, column.ok):
        got = read_layout(layout, data, starts[rows], pattern.grain)
        shift = offsets.of(got.days, got.ok) if got.offset is None else got.offset
        sure = got.ok & (shift != _UNSURE)
        done = rows[sure]
        lo = (got.days * DAY + got.time - np.where(sure, shift, 0))[sure]
        column.lo[done], column.hi[done], column.ok[done] = lo, lo + got.width, True


def _bytes(text: pa.Array) -> tuple[Bytes, Ints, Ints]:
    """Return the bytes of a string array, and where each row starts and how long it is (null: -1)."""
    _, offsets, data = text.buffers()
    n, at = len(text), text.offset
    bounds = (
        np.frombuffer(offsets, np.int32)[at : at + n + 1].astype(np.int64) if n else np.zeros(1, np.int64)
    )
    flat = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    lengths = np.diff(bounds)
    if text.null_count:
        lengths = np.where(np.asarray(text.is_valid()), lengths, -1)
    return flat, bounds[:-1], lengths


def _rows_by_layout(lengths: Ints, pattern: Pattern, ok: Flags) -> Iterator[tuple[Layout, Ints]]:
    """Give each layout the rows of its width that none has read, a cache-sized chunk at a time."""
    for width, some in layouts(pattern).items():
        rows = np.flatnonzero(lengths == width)
        for layout in some:
            for i in range(0, len(rows), _CHUNK):
                chunk = rows[i : i + _CHUNK]
                left = chunk if layout is some[0] else chunk[~ok[chunk]]
                if len(left):
                    yield layout, left


class _Offsets:
    """UTC offset by local day, in microseconds; ``_UNSURE`` on a day when the clock changes."""

    def __init__(self, zone: str) -> None:
        self._place = zone_of(zone)
        self._known: dict[int, int] = {}

    def of(self, days: Ints, ok: Flags) -> Ints:
        """Return the offset of each local day; rows that are not ok get any."""
        real = days[ok]
        if not len(real):
            return np.zeros(len(days), np.int64)
        first, last = int(real.min()), int(real.max())
        present = np.zeros(last - first + 1, np.bool_)
        present[real - first] = True
        table = np.zeros(last - first + 1, np.int64)
        for i in np.flatnonzero(present).tolist():
            table[i] = self._day(first + i)
        return table[np.clip(days, first, last) - first]

    def _day(self, day: int) -> int:
        if day not in self._known:
            self._known[day] = self._look_up(day)
        return self._known[day]

    def _look_up(self, day: int) -> int:
        date = _EPOCH + dt.timedelta(days=day)
        start = dt.datetime(date.year, date.month, date.day, tzinfo=self._place)
        hours = [start + dt.timedelta(hours=h) for h in (-3, 0, 12, 24, 27)]
        found = {moment.replace(fold=fold).utcoffset() for moment in hours for fold in (0, 1)}
        (offset, *others) = found
        if others or offset is None:
            return _UNSURE
        return offset // dt.timedelta(microseconds=1)


def _one_by_one(text: pa.Array, pattern: Pattern, zone: str, column: _Column) -> None:
    """Read the rest by the scalar reader: each distinct text once, and only what can follow the pattern."""
    left = pa.array(~column.ok)
    likely = pc.match_substring_regex(text, f"^(?:{pattern.expression.pattern})$", ignore_case=True)
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.and_(left, likely), fill_value=False)))
    if not len(rows):
        return
    coded = text.take(pa.array(rows)).dictionary_encode()
    read = [_scalar(printed, pattern, zone) for printed in coded.dictionary.to_pylist()]
    table = np.array(read, np.int64)[np.asarray(coded.indices)]
    column.lo[rows], column.hi[rows] = table[:, 0], table[:, 1]
    column.ok[rows] = table[:, 0] < table[:, 1]


def _scalar(printed: str, pattern: Pattern, zone: str) -> tuple[int, int]:
    try:
        found = parse_instant(printed, pattern.text, zone)
    except InstantError:
        return 0, 0
    return (0, 0) if found.alternatives else (found.lo, found.hi)
