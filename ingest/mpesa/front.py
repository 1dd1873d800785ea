"""What stands above the rows: whose statement, of which number and period, and the summary by type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import AmountError, IdentifierError, InstantError
from graph.model.amounts import fiat, parse_units
from graph.model.identifiers import Identifier, Kind, parse_identifier
from graph.model.instants import parse_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMATS = ("%d %b %Y", "%d %B %Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d")
_NAME = re.compile(
    r"customer name\s*:?\s*(?P<value>\S.*?)(?=\s+(?:mobile|phone|e-?mail|statement|date|request|period)\b|$)",
    re.IGNORECASE,
)
_DAY = r"\d{1,2} [A-Za-z]{3,9} \d{4}|\d{4}-\d\d-\d\d|\d\d[/-]\d\d[/-]\d{4}"
_NUMBER = re.compile(r"(?:mobile|phone) (?:number|no\.?)\s*:?\s*(?P<value>[+\d*Xx][\d*Xx ]+)", re.IGNORECASE)
_PERIOD = re.compile(rf"period\s*:?\s*(?P<first>{_DAY})\s*(?:-|\u2013|to)\s*(?P<last>{_DAY})", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:grand )?total\s*:?\s*(?P<into>[\d,]+\.\d\d)\s+-?(?P<out>[\d,]+\.\d\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Front:
    """Facts of a statement's head.

    Attributes
    ----------
    holder : str
        Name as printed, empty where none is.
    wallet : Identifier or None
        The customer's number, masked or whole.
    period : tuple of int or None
        ``[lo, hi)`` in microseconds UTC; both printed days are within.
    totals : tuple of int or None
        Cents paid in and paid out by the summary.
    """

    holder: str = ""
    wallet: Identifier | None = None
    period: tuple[int, int] | None = None
    totals: tuple[int, int] | None = None

    @property
    def empty(self) -> bool:
        """Whether the page carries no head of a statement."""
        return not self.holder and self.wallet is None and self.period is None

    def filled(self, other: Front) -> Front:
        """Return these facts, what they lack taken from a later page."""
        return Front(
            self.holder or other.holder,
            self.wallet or other.wallet,
            self.period or other.period,
            self.totals or other.totals,
        )


def front_of(lines: Sequence[str], source: str, zone: str) -> Front:
    """Read the lines above a table.

    Examples
    --------
    >>> found = front_of(["Customer Name: PRACTICE PERSON A", "Mobile Number 254700000999"], "ab", "UTC")
    >>> found.holder, found.wallet.key
    ('PRACTICE PERSON A', 'msisdn::+254700000999')
    """
    holder = _first(_NAME, lines)
    number = _first(_NUMBER, lines)
    period = _first(_PERIOD, lines)
    total = _first(_TOTAL, lines)
    return Front(
        holder["value"].strip() if holder else "",
        _wallet(number["value"], source) if number else None,
        _period(period["first"], period["last"], zone) if period else None,
        _totals(total["into"], total["out"]) if total else None,
    )


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> re.Match[str] | None:
    return next((found for line in lines if (found := pattern.search(line))), None)


def _wallet(text: str, source: str) -> Identifier | None:
    try:
        return parse_identifier(Kind.MSISDN, text, source=source)
    except IdentifierError:
        return None


def _period(first: str, last: str, zone: str) -> tuple[int, int] | None:
    lo, hi = _day(first, zone), _day(last, zone)
    return (lo[0], hi[1]) if lo and hi and lo[0] < hi[1] else None


def _day(text: str, zone: str) -> tuple[int, int] | None:
    for form in _FORMATS:
        try:
            day = parse_instant(" ".join(text.split()), form, zone)
        except InstantError:
            continue
        return day.lo, day.hi
    return None


def _totals(into: str, out: str) -> tuple[int, int] | None:
    places = fiat("KES").exponent or 0
    try:
        return parse_units(into, places), parse_units(out, places)
    except AmountError:
        return None
