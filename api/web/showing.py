"""How templates write what comes from the evidence: visible, finite, exact, and never as markup."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from api.evidence.display import middle_cut, shown
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


def rounded(text: str) -> str:
    """Write an exact text in whole units, half up, where a band stands beside exact figures.

    Examples
    --------
    >>> rounded("326939.56441552"), rounded("2/3")
    ('326,940', '1')
    """
    value = Fraction(text)
    return f"{(2 * value + 1) // 2:,}".replace("-", "−")


def at_most(text: str) -> str:
    """Write a bound with two decimals, rounded up: never less than it is.

    Examples
    --------
    >>> at_most("0.000028"), at_most("0"), at_most("1.5")
    ('0.01', '0.00', '1.50')
    """
    hundredths = -(-100 * Fraction(text) // 1)
    return grouped(int(hundredths), "KES:2")


def said_at(text: str, tongue: Tongue, zone: str = ZONE) -> str:
    """Write day and minute of an instant that is kept as ISO text; another text as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return shown(text, 40)
    if at.tzinfo is None:
        return tongue.day(at.date())
    return tongue.moment(at.astimezone(ZoneInfo(zone)), "d MMM y HH:mm")


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


def isoday(text: str, tongue: Tongue) -> str:
    """Write an ISO day as the language does; anything else stays as it is."""
    try:
        return tongue.day(date.fromisoformat(text))
    except ValueError:
        return text


def brief_moment(lo: int, tongue: Tongue, hi: int = 0, zone: str = ZONE) -> str:
    """Write day and minute without the year, which stands around; the day alone where no more is known."""
    at = (_EPOCH + timedelta(microseconds=lo)).astimezone(ZoneInfo(zone))
    return tongue.moment(at, "d MMM" if hi - lo > MINUTE else "d MMM HH:mm")


def month(lo: int, tongue: Tongue, zone: str = ZONE) -> str:
    """Write month and year, for how long something goes back."""
    return tongue.moment((_EPOCH + timedelta(microseconds=lo)).astimezone(ZoneInfo(zone)), "MMM y")


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
    "middle_cut": middle_cut,
    "amount": amount,
    "decimal": decimal,
    "cents": cents,
    "rounded": rounded,
    "at_most": at_most,
    "said_at": said_at,
    "code": code_of,
    "moment": moment,
    "short_moment": short_moment,
    "day": day,
    "brief_day": brief_day,
    "brief_moment": brief_moment,
    "month": month,
    "isoday": isoday,
    "grouped_text": grouped_text,
    "precision": precision,
    "whole": whole,
}
