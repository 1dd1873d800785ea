"""Intervals of time: what a source says of a moment, and what a question selects.

A row that prints a day spans its day; two intervals that overlap have no known order.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import InstantError

SECOND, MINUTE, HOUR, DAY = 10**6, 60 * 10**6, 3600 * 10**6, 24 * 3600 * 10**6
_NAMES = {1: "microsecond", 10**3: "millisecond", SECOND: "second", MINUTE: "minute", HOUR: "hour"}
_SHIFT = 2 * HOUR  # a day on which the clock changes is shorter or longer
_SPANS = {"day": (1, 1), "month": (28, 31), "year": (365, 366)}


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment known to lie in ``[lo, hi)``, in microseconds UTC since 1970.

    Parameters
    ----------
    lo, hi : int
        Half-open interval; its width is the precision of the source.
    raw : str
        The text as printed.
    zone : str
        Zone in which it was read: assumed, or the offset that was printed.
    alternatives : tuple of (lo, hi, reason)
        Other readings of the same text, where calendar or clock are in doubt.
    """

    lo: int
    hi: int
    raw: str
    zone: str
    alternatives: tuple[tuple[int, int, str], ...] = ()

    def __post_init__(self) -> None:
        if self.lo >= self.hi:
            raise InstantError("an interval ends after it starts", lo=self.lo, hi=self.hi, raw=self.raw)

    @property
    def precision(self) -> str:
        """Name of the interval's width: microsecond to year, else ``interval``."""
        width = self.hi - self.lo
        if width in _NAMES:
            return _NAMES[width]
        for name, (least, most) in _SPANS.items():
            if least * DAY - _SHIFT <= width <= most * DAY + _SHIFT:
                return name
        return "interval"


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open interval ``[lo, hi)`` in microseconds UTC, to select by.

    Examples
    --------
    >>> Window(0, 10).contains(0), Window(0, 10).contains(10), Window(0, 10).overlaps(Window(10, 20))
    (True, False, False)
    """

    lo: int
    hi: int

    def __post_init__(self) -> None:
        if self.lo >= self.hi:
            raise InstantError("a window ends after it starts", lo=self.lo, hi=self.hi)

    def contains(self, us: int) -> bool:
        """Say whether a point lies within."""
        return self.lo <= us < self.hi

    def overlaps(self, other: Window | Instant) -> bool:
        """Say whether the two intervals share a point."""
        return self.lo < other.hi and other.lo < self.hi


def certain_order(a: Instant, b: Instant) -> int:
    """Return -1 where ``a`` is surely before ``b``, 1 where surely after, 0 where order is unknown.

    Every reading of both counts: an order that holds for one reading only is not known.

    Examples
    --------
    >>> day, noon, next_day = (Instant(*i, "", "UTC") for i in ((0, 24), (12, 13), (24, 48)))
    >>> certain_order(day, noon), certain_order(noon, next_day)
    (0, -1)
    """
    a_lo, a_hi = _hull(a)
    b_lo, b_hi = _hull(b)
    return -1 if a_hi <= b_lo else 1 if b_hi <= a_lo else 0


def _hull(instant: Instant) -> tuple[int, int]:
    others = instant.alternatives
    return min([instant.lo, *(o[0] for o in others)]), max([instant.hi, *(o[1] for o in others)])
