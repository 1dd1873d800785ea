"""Ethiopian calendar dates.

Thirteen months, and a year count seven or eight below the Gregorian one: a statement from Addis
Ababa read as Gregorian lands years before the crime.
"""

from __future__ import annotations

import datetime as dt

from graph.errors import InstantError

_EPOCH = 2796  # proleptic Gregorian ordinal of 1 Meskerem 1: 29 August 8 of the Julian calendar
_MONTHS, _DAYS = 13, 30


def ethiopian_reading(day: int, month: int, year: int) -> dt.date:
    """Return the Gregorian date of a date in the Ethiopian calendar (Amete Mihret).

    Twelve months of 30 days, and a thirteenth of 5, or 6 in the year before each leap day.

    Raises
    ------
    InstantError
        No such day in that calendar.

    References
    ----------
    Reingold and Dershowitz, Calendrical Calculations, the Ethiopic calendar.

    Examples
    --------
    >>> ethiopian_reading(1, 1, 2017)
    datetime.date(2024, 9, 11)
    """
    leap = year % 4 == 3  # noqa: PLR2004
    longest = _DAYS if month < _MONTHS else 5 + leap
    if year < 1 or not 1 <= month <= _MONTHS or not 1 <= day <= longest:
        raise InstantError("no such day in the Ethiopian calendar", day=day, month=month, year=year)
    days = 365 * (year - 1) + year // 4 + _DAYS * (month - 1) + day - 1
    return dt.date.fromordinal(_EPOCH + days)
