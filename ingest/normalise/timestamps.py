"""Printed times of a table into intervals: several patterns tried in turn, counters, an assumed zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import FuatiliaError, InstantError
from graph.model.instant_columns import parse_instant_column
from graph.model.instants import parse_instant, parse_iso

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

CELL_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")  # as spreadsheet cells are printed
_ISO_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", *CELL_FORMATS)
_UNITS = {"second": 10**6, "minute": 60 * 10**6, "hour": 3600 * 10**6, "day": 86400 * 10**6}


@dataclass(frozen=True, slots=True)
class Times:
    """Intervals by row, the pattern that read each, doubts (row to text) and refusals (row to reason)."""

    lo: np.ndarray[Any, Any]
    hi: np.ndarray[Any, Any]
    refused: dict[int, tuple[str, str]]
    doubts: dict[int, str]
    patterns: tuple[str, ...]


def read_times(column: pa.Array, formats: Sequence[str], zone: str) -> Times:
    """Read a column of printed times; of several patterns the first that reads a text wins.

    Patterns that would read one text differently (day and month swapped) must not stand in one list:
    the order of the list decides.

    Examples
    --------
    >>> t = read_times(pa.array(["2026-02-03", "31/31/2026"]), ["%Y-%m-%d"], "UTC")
    >>> t.lo.tolist(), t.refused[1][0]
    ([1770076800000000, 0], 'time does not follow its pattern')
    """
    patterns = [p for f in formats for p in (_ISO_FORMATS if f == "iso" else (f,))]
    n = len(column)
    lo, hi, done = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, bool)
    used = []
    for pattern in patterns:
        left = np.flatnonzero(~done)
        if not len(left):
            break
        texts = column if len(left) == n else column.take(pa.array(left))
        a, b, ok = parse_instant_column(texts, pattern, zone)
        if ok.any():
            used.append(pattern)
            lo[left[ok]], hi[left[ok]] = a[ok], b[ok]
            done[left[ok]] = True
    refused: dict[int, tuple[str, str]] = {}
    doubts: dict[int, str] = {}
    for row in np.flatnonzero(~done).tolist():
        _second_look(str(column[row]), row, patterns, zone, (lo, hi), refused, doubts)
    return Times(lo, hi, refused, doubts, tuple(used))


def _second_look(
    text: str,
    row: int,
    patterns: Sequence[str],
    zone: str,
    bounds: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]],
    refused: dict[int, tuple[str, str]],
    doubts: dict[int, str],
) -> None:
    problem: FuatiliaError = InstantError("no pattern for times", text=text)
    if not text.strip():
        problem = InstantError("no date or time in the row")
        patterns = ()
    for pattern in patterns:
        try:
            found = parse_instant(text, pattern, zone)
        except FuatiliaError as cause:
            problem = cause
            continue
        bounds[0][row], bounds[1][row] = found.lo, found.hi
        if found.alternatives:
            doubts[row] = "; ".join(why for _, _, why in found.alternatives)
        return
    hint = problem.hint or (f"expected: {' or '.join(patterns)}" if text.strip() else "")
    refused[row] = (problem.what, hint)


def count_times(column: pa.Array, unit: str, origin: str, zone: str) -> Times:
    """Read a counter of hours or days since ``origin`` as intervals of that width.

    Raises
    ------
    InstantError
        A unit that is not known, or an origin that is no ISO date or time.

    Examples
    --------
    >>> count_times(pa.array(["1", "x"]), "hour", "2017-01-01", "UTC").refused
    {1: ('no whole number of hours', 'digits only')}
    """
    if unit not in _UNITS:
        raise InstantError("unknown unit of time", unit=unit, hint=", ".join(_UNITS))
    start, width = parse_iso(origin, zone).lo, _UNITS[unit]
    plain = pc.match_substring_regex(column, r"^[0-9]{1,9}$")
    numbers = pc.if_else(plain, column, "0").cast(pa.int64()).to_numpy(zero_copy_only=False)
    refused = {
        int(r): (f"no whole number of {unit}s", "digits only")
        for r in np.flatnonzero(~plain.to_numpy(zero_copy_only=False))
    }
    lo = start + numbers * width
    return Times(lo, lo + width, refused, {}, (f"{unit}s since {origin}",))
