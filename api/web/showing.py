"""How templates write what comes from the evidence: visible, finite, exact, and never as markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from api.evidence.display import shown
from graph.model.intervals import DAY, MINUTE, SECOND
from graph.model.printing import code_of, grouped

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.web.language import Tongue

ZONE = "Africa/Nairobi"
_AMOUNT = re.compile(r"(?<![\w.,])\d{4,}\.\d+(?![\w.,]*\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def amount(units: int, asset: str) -> str:
    """Write base units: thousands commas, every decimal, a true minus."""
    return grouped(units, asset)


def decimal(text: str) -> str:
    """Group a decimal text by thousands and give it a true minus; anything else stays as it is.

    Examples
    --------
    >>> decimal("-1234567.5"), decimal("1/3"), decimal("n/a")
    ('−1,234,567.5', '1/3', 'n/a')
    """
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    if not whole.isdecimal() or (point and not rest.isdecimal()):
        return text
    return f"{sign}{int(whole):,}{point}{rest}"


def cents(text: str) -> str:
    """Write an exact text with two decimals, half up, for a column whose exact texts are a hover away.

    Examples
    --------
    >>> cents("326939.56441552"), cents("1/3"), cents("-0.005")
    ('326,939.56', '0.33', '−0.01')
    """
    value = Fraction(text)
    hundredths = (200 * abs(value) + 1) // 2
    return grouped(-hundredths if value < 0 else hundredths, "KES:2")


def moment(lo: int, tongue: Tongue, zone: str = ZONE) -> str:
    """Write the beginning of an instant with its zone, to the second."""
    at = (_EPOCH + timedelta(microseconds=lo)).astimezone(ZoneInfo(zone))
    return f"{tongue.moment(at)} {at.tzname()}"


def short_moment(lo: int, tongue: Tongue, zone: str = ZONE) -> str:
    """Write day and minute, for a narrow column under a header that names the zone."""
    at = (_EPOCH + timedelta(microseconds=lo)).astimezone(ZoneInfo(zone))
    return tongue.moment(at, "d MMM y HH:mm")


def day(lo: int, tongue: Tongue, zone: str = ZONE) -> str:
    """Write the day of an instant, where the source prints no more."""
    return tongue.day((_EPOCH + timedelta(microseconds=lo)).astimezone(ZoneInfo(zone)).date())


def brief_day(lo: int, tongue: Tongue, zone: str = ZONE) -> str:
    """Write day and month, where the year is clear from what stands around."""
    return tongue.moment((_EPOCH + timedelta(microseconds=lo)).astimezone(ZoneInfo(zone)), "d MMM")


def grouped_text(text: str) -> str:
    """Group by thousands the decimal amounts in a sentence; other digits stay as they are.

    Examples
    --------
    >>> grouped_text("paid 138000.00 KES in 2026 to 0712")
    'paid 138,000.00 KES in 2026 to 0712'
    """
    return _AMOUNT.sub(lambda m: decimal(m[0]), text)


def precision(lo: int, hi: int) -> str:
    """Return the key of what to say of a coarse instant; empty to the second or finer.

    Examples
    --------
    >>> precision(0, 10**6), precision(0, 60 * 10**6), precision(0, 86400 * 10**6)
    ('', 'time.minute', 'time.day')
    """
    width = hi - lo
    if width <= SECOND:
        return ""
    if width <= MINUTE:
        return "time.minute"
    return "time.day" if width <= DAY else "time.coarse"


def whole(number: int) -> str:
    """Group a count by thousands."""
    return f"{number:,}"


FILTERS: dict[str, Callable[..., Any]] = {
    "shown": shown,
    "amount": amount,
    "decimal": decimal,
    "cents": cents,
    "code": code_of,
    "moment": moment,
    "short_moment": short_moment,
    "day": day,
    "brief_day": brief_day,
    "grouped_text": grouped_text,
    "precision": precision,
    "whole": whole,
}
