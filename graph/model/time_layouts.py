"""Fixed layouts of printed times, read for whole columns by arithmetic on their bytes.

One pattern prints a few widths (``3/9/2026``, ``13/09/2026``). Each is a layout: the place of every
field in the text. A row is read by a layout only where every byte is what the layout wants, and the
layouts of one pattern never disagree; what no layout reads is left to the scalar reader.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graph.model.intervals import DAY, HOUR, MINUTE, SECOND
from graph.model.time_patterns import FIRST_YEAR, LAST_YEAR, MONTHS

if TYPE_CHECKING:
    from graph.model.time_patterns import Pattern, Token

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
NO_DAY = np.iinfo(np.int32).min
_FREE = {"f": range(1, 7), "z": (1, 5, 6)}
_FIXED = {"b": 3, "p": 2}
_GRAINS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY}
_ZERO, _LOWER = ord("0"), 0x20
_MOST_LAYOUTS = 1024
_NOON = 12


@dataclass(slots=True)
class Reading:
    """Fields of ``n`` rows: days since 1970, microseconds of the day, printed offset, and what is sure.

    ``offset`` is in microseconds, or None where the pattern prints none; ``width`` is the precision.
    """

    days: Ints
    time: Ints
    offset: Ints | None
    width: int
    ok: Flags


@dataclass(frozen=True, slots=True)
class Layout:
    """One width of a pattern: ``(token, start, end)`` for every piece."""

    places: tuple[tuple[Token, int, int], ...]
    width: int


@lru_cache(maxsize=64)
def layouts(pattern: Pattern) -> dict[int, tuple[Layout, ...]]:
    """Return the layouts of a pattern by width of text; empty where it has no fixed layouts."""
    choices = [_widths(token) for token in pattern.tokens]
    count = int(np.prod([len(c) for c in choices]))
    if count == 0 or count > _MOST_LAYOUTS:
        return {}
    found: defaultdict[int, list[Layout]] = defaultdict(list)
    for widths in itertools.product(*choices):
        ends = list(itertools.accumulate(widths))
        places = zip(pattern.tokens, [0, *ends[:-1]], ends, strict=True)
        found[ends[-1]].append(Layout(tuple(places), ends[-1]))
    return {width: tuple(sorted(some, key=_padding)) for width, some in found.items()}


def _padding(layout: Layout) -> int:
    """Sort layouts with padded numbers first: they are what machines print."""
    return -sum(end - start for token, start, end in layout.places if token.most)


def _widths(token: Token) -> tuple[int, ...]:
    if not token.name:
        return (1,) if token.sign.isascii() else ()
    if token.name in _FREE:
        return tuple(_FREE[token.name])
    if token.name in _FIXED:
        return (_FIXED[token.name],)
    if token.name in ("M", "S"):
        return (token.most,)
    return tuple(range(token.least, token.most + 1)) if token.most else ()


@dataclass(slots=True)
class _Rows:
    """Bytes of rows of one width, and the fields read from them so far."""

    data: Bytes
    starts: Ints
    ok: Flags
    fields: dict[str, Ints] = field(default_factory=dict)

    def at(self, j: int) -> Bytes:
        """Byte ``j`` of every row."""
        return self.data[self.starts + j]

    def number(self, start: int, end: int) -> Ints:
        """Read ASCII digits; rows that hold anything else are marked."""
        value = np.zeros(len(self.starts), np.int64)
        for j in range(start, end):
            digit = self.at(j) - np.uint8(_ZERO)
            self.ok &= digit <= 9  # noqa: PLR2004
            value = value * 10 + digit
        return value

    def word(self, start: int, end: int) -> Ints:
        """Return letters, in lower case, as one number."""
        value = np.zeros(len(self.starts), np.int64)
        for j in range(start, end):
            value = value << 8 | (self.at(j) | np.uint8(_LOWER))
        return value


def read_layout(layout: Layout, data: Bytes, starts: Ints, grain: str) -> Reading:
    """Read the rows that start at ``starts`` of ``data`` by one layout."""
    rows = _Rows(data, starts, np.ones(len(starts), np.bool_))
    for token, start, end in layout.places:
        _read_token(rows, token, start, end)
    got = rows.fields
    nothing, one = np.zeros(len(starts), np.int64), np.ones(len(starts), np.int64)
    days = _days(got["Y"], got.get("m", one), got.get("d", one))
    hour, minute, second = (got.get(c, nothing) for c in "HMS")
    rows.ok &= (
        (days != NO_DAY) & (hour < DAY // HOUR) & (minute < HOUR // MINUTE) & (second < MINUTE // SECOND)
    )
    time = hour * HOUR + minute * MINUTE + second * SECOND + got.get("f", nothing)
    return Reading(days, time, got.get("z"), _width(layout, grain), rows.ok)


def _width(layout: Layout, grain: str) -> int:
    digits = [end - start for token, start, end in layout.places if token.name == "f"]
    return (
        10 ** (6 - digits[0])
        if digits
        else {"second": SECOND, "minute": MINUTE, "hour": HOUR}.get(grain, DAY)
    )


def _read_token(rows: _Rows, token: Token, start: int, end: int) -> None:
    match token.name:
        case "":
            _literal(rows, token.sign, start)
        case "y":
            short = rows.number(start, end)
            rows.fields["Y"] = short + np.where(short < 69, 2000, 1900)  # noqa: PLR2004
        case "b":
            rows.fields["m"] = _choice(rows, MONTHS, start, end) + 1
        case "p":
            _noon(rows, _choice(rows, ("am", "pm"), start, end))
        case "I":
            rows.fields["I"] = rows.number(start, end)
            _noon(rows, None)
        case "f":
            rows.fields["f"] = rows.number(start, end) * 10 ** (6 - (end - start))
        case "z":
            rows.fields["z"] = _offset(rows, start, end)
        case name:
            rows.fields[name] = rows.number(start, end)


def _literal(rows: _Rows, sign: str, j: int) -> None:
    byte = rows.at(j)
    if sign == " ":
        rows.ok &= (byte == ord(" ")) | (byte == ord("\t"))
    elif sign.isalpha():
        rows.ok &= (byte | np.uint8(_LOWER)) == ord(sign.lower())
    else:
        rows.ok &= byte == ord(sign)


def _choice(rows: _Rows, words: tuple[str, ...], start: int, end: int) -> Ints:
    """Return which of the words each row holds; rows that hold none are marked."""
    codes = np.array([int.from_bytes(w.encode("ascii"), "big") for w in words], np.int64)
    order = np.argsort(codes)
    word = rows.word(start, end)
    place = np.minimum(np.searchsorted(codes[order], word), len(words) - 1)
    rows.ok &= codes[order][place] == word
    return order[place].astype(np.int64)


def _noon(rows: _Rows, half: Ints | None) -> None:
    """Join hour of the dial and half of the day, whichever is printed first."""
    if half is not None:
        rows.fields["half"] = half
    if "I" in rows.fields and "half" in rows.fields:
        dial = rows.fields["I"]
        rows.ok &= (dial >= 1) & (dial <= _NOON)
        rows.fields["H"] = dial % _NOON + _NOON * rows.fields["half"]


def _offset(rows: _Rows, start: int, end: int) -> Ints:
    if end - start == 1:
        rows.ok &= (rows.at(start) | np.uint8(_LOWER)) == ord("z")
        return np.zeros(len(rows.starts), np.int64)
    sign, colon = rows.at(start), end - start - 5
    rows.ok &= (sign == ord("+")) | (sign == ord("-"))
    if colon:
        rows.ok &= rows.at(start + 3) == ord(":")
    hours, minutes = rows.number(start + 1, start + 3), rows.number(end - 2, end)
    rows.ok &= (hours <= 14) & (minutes < HOUR // MINUTE)  # noqa: PLR2004
    shift = hours * HOUR + minutes * MINUTE
    return np.where(sign == ord("-"), -shift, shift)


@lru_cache(maxsize=1)
def _calendar() -> NDArray[np.int32]:
    """Return days since 1970 by ``(year - 1900, month, day)``; ``NO_DAY`` where there is none."""
    table = np.full((LAST_YEAR - FIRST_YEAR + 1, 13, 32), NO_DAY, np.int32)
    first, epoch = dt.date(FIRST_YEAR, 1, 1), dt.date(1970, 1, 1)
    for i in range((dt.date(LAST_YEAR + 1, 1, 1) - first).days):
        day = first + dt.timedelta(days=i)
        table[day.year - FIRST_YEAR, day.month, day.day] = (day - epoch).days
    return table


def _days(year: Ints, month: Ints, day: Ints) -> Ints:
    """Return days since 1970, ``NO_DAY`` where year, month or day do not exist."""
    right = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month <= 12) & (day <= 31)  # noqa: PLR2004
    table = _calendar().ravel()
    place = ((year - FIRST_YEAR) * 13 + month) * 32 + day
    return np.where(right, table[np.where(right, place, 0)], NO_DAY).astype(np.int64)
