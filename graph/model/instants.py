"""When something happened, as far as the source says: an interval, never a false point.

A row that prints a day spans its day. The raw text and the assumed zone stay with the interval, and
where the calendar or the clock is in doubt the other readings stay too.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.errors import InstantError
from graph.model.amounts import BLANK
from graph.model.ethiopian import ethiopian_reading
from graph.model.intervals import DAY, HOUR, MINUTE, SECOND, Instant, Window, certain_order
from graph.model.time_patterns import FIRST_YEAR, LAST_YEAR, MONTHS, Clock, compile_pattern, read

__all__ = [
    "Instant",
    "Window",
    "certain_order",
    "epoch_instant",
    "ethiopian_reading",
    "iso_text",
    "parse_instant",
    "parse_iso",
    "text",
    "zone_of",
]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WIDTHS = {"second": SECOND, "minute": MINUTE, "hour": HOUR}
_UNITS = {"s": 10**6, "ms": 10**3, "us": 1}
_ETHIOPIAN_GAP = (7, 8)
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d|\d{8})"
    r"(?:[T ](?P<time>\d\d(?::\d\d(?::\d\d)?)?|\d{6}|\d{4})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


def parse_instant(
    text: str,
    format: str,  # noqa: A002
    zone: str = "Africa/Nairobi",
    reference: dt.date | None = None,
) -> Instant:
    """Read a printed time by a strptime pattern; the pattern's finest field gives the precision.

    Parameters
    ----------
    text, format : str
        See ``time_patterns.compile_pattern``; a printed ``%z`` wins over ``zone``.
    zone : str
        IANA zone that the source prints in.
    reference : datetime.date, optional
        Date of the source. A year seven or eight below it may be Ethiopian: that reading becomes an
        alternative, and the only one where the month is 13.

    Raises
    ------
    InstantError
        Trailing text, an impossible date, a year outside 1900 to 2100, a local time that the clock
        skipped, or a 60th second where no leap second can be. A local time that the clock passed
        twice is read as the first, with the second as an alternative.

    Examples
    --------
    >>> i = parse_instant("03/09/2026 09:14", "%d/%m/%Y %H:%M")
    >>> i.precision, iso_text(i.lo, "UTC")
    ('minute', '2026-09-03T06:14:00+00:00')
    """
    pattern = compile_pattern(format)
    return _instant(read(text, pattern), pattern.grain, text, zone, reference)


def parse_iso(text: str, zone: str = "UTC") -> Instant:
    """Read an ISO 8601 date or date-time, with its offset or in ``zone``; ``24:00:00`` ends a day.

    Examples
    --------
    >>> parse_iso("2026-09-03T09:14:07.5+03:00").precision, parse_iso("2026-09-03").precision
    ('interval', 'day')
    """
    found = _ISO.fullmatch(text.strip(BLANK))
    if found is None:
        raise InstantError("no ISO 8601 date or time", text=text)
    day, time = found["day"].replace("-", ""), (found["time"] or "").replace(":", "")
    fraction, offset = found["fraction"], found["zone"] or ""
    ends = time.startswith("24") and not (time[2:] + (fraction or "")).strip("0")
    time = "00" + time[2:] if ends else time
    offset += "00" if len(offset) == len("+03") else ""
    fields = "%Y%m%d%H%M%S"[: 6 + len(time)] + (".%f" if fraction else "") + ("%z" if offset else "")
    pattern = compile_pattern(fields)
    joined = day + time + (f".{fraction}" if fraction else "") + offset
    instant = _instant(read(joined, pattern), pattern.grain, text, zone, None)
    return replace(instant, lo=instant.lo + DAY, hi=instant.hi + DAY) if ends else instant


def epoch_instant(value: int, unit: str = "s", raw: str = "") -> Instant:
    """Return the instant of a Unix time, as chains and application interfaces give it.

    Parameters
    ----------
    value : int
        Count since 1970. ``unit``: ``s``, ``ms`` or ``us``, which is also the precision.

    Examples
    --------
    >>> iso_text(epoch_instant(1_700_000_000).lo, "UTC")
    '2023-11-14T22:13:20+00:00'
    """
    if unit not in _UNITS:
        raise InstantError("unknown unit of Unix time", unit=unit, hint="s, ms or us")
    lo = value * _UNITS[unit]
    latest = _us(dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC))
    if not 0 <= lo < latest:
        raise InstantError(
            "Unix time outside 1970 to 2100", value=value, unit=unit, hint="is it in another unit?"
        )
    return Instant(lo, lo + _UNITS[unit], raw or str(value), "UTC")


def _instant(clock: Clock, grain: str, raw: str, zone: str, reference: dt.date | None) -> Instant:
    other = _ethiopian(clock, grain, reference)
    if other is not None and clock.month > 12:  # noqa: PLR2004
        return _gregorian(other, grain, raw, zone)
    instant = _gregorian(clock, grain, raw, zone)
    if other is None:
        return instant
    reading = _gregorian(other, grain, raw, zone)
    doubts = (*instant.alternatives, (reading.lo, reading.hi, "Ethiopian calendar"))
    return replace(instant, alternatives=doubts)


def _ethiopian(clock: Clock, grain: str, reference: dt.date | None) -> Clock | None:
    if reference is None or reference.year - clock.year not in _ETHIOPIAN_GAP or grain in ("month", "year"):
        return None
    try:
        day = ethiopian_reading(clock.day, clock.month, clock.year)
    except InstantError:
        return None  # the 31st of a month: only the Gregorian reading exists
    return replace(clock, year=day.year, month=day.month, day=day.day)


def _gregorian(clock: Clock, grain: str, raw: str, zone: str) -> Instant:
    place = zone_of(zone) if clock.offset is None else dt.timezone(dt.timedelta(minutes=clock.offset))
    name = zone if clock.offset is None else str(place)
    if grain in ("day", "month", "year"):
        start, end = _span(clock, grain, raw)
        return Instant(_us(start.replace(tzinfo=place)), _us(end.replace(tzinfo=place)), raw, name)
    leap = clock.second == 60  # noqa: PLR2004
    local = _local(replace(clock, second=59) if leap else clock, raw)
    readings = _readings(local, place, raw)
    fraction = clock.fraction[:6]
    width = _WIDTHS.get(grain) or 10 ** (6 - len(fraction))
    shift = int(fraction.ljust(6, "0")) + (_leap(readings[0], raw) if leap else 0)
    (lo, hi), *again = [(us + shift, us + shift + width) for us in readings]
    return Instant(
        lo, hi, raw, name, tuple((a, b, "clock set back: the time passed twice") for a, b in again)
    )


def _readings(local: dt.datetime, place: dt.tzinfo, raw: str) -> list[int]:
    """Return the UTC moments at which the local clock showed ``local``: one, or two."""
    moments = sorted({_us(local.replace(tzinfo=place, fold=fold)) for fold in (0, 1)})
    shown = [us for us in moments if _at(us, place).replace(tzinfo=None, fold=0) == local]
    if not shown:
        raise InstantError("the local clock skipped this time", text=raw, zone=str(place))
    return shown


def _local(clock: Clock, raw: str) -> dt.datetime:
    _check_year(clock.year, raw)
    try:
        return dt.datetime(clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second)  # noqa: DTZ001
    except ValueError as problem:
        raise _impossible(clock, raw) from problem


def _span(clock: Clock, grain: str, raw: str) -> tuple[dt.datetime, dt.datetime]:
    start = _local(replace(clock, hour=0, minute=0, second=0), raw)
    if grain == "day":
        return start, start + dt.timedelta(days=1)
    if grain == "month":
        return start, (start + dt.timedelta(days=31)).replace(day=1)
    return start, start.replace(year=start.year + 1)


def _leap(us: int, raw: str) -> int:
    """POSIX time has no leap second: it is the same number as the second that follows."""
    moment = _at(us, dt.UTC)
    if (moment.month, moment.day, moment.hour, moment.minute) not in {(6, 30, 23, 59), (12, 31, 23, 59)}:
        raise InstantError("no leap second can be at this time", text=raw)
    return SECOND


def _impossible(clock: Clock, raw: str) -> InstantError:
    hint = "month first? or an Ethiopian date?" if clock.month > 12 else ""  # noqa: PLR2004
    return InstantError("no such date or time", text=raw, hint=hint)


def _check_year(year: int, raw: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InstantError("year outside 1900 to 2100", text=raw, year=year)


@lru_cache(maxsize=64)
def zone_of(name: str) -> dt.tzinfo:
    """Return an IANA zone; an unknown name is an InstantError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise InstantError(
            "unknown time zone",
            zone=name,
            hint="an IANA name such as Africa/Nairobi; install tzdata if it is one",
        ) from problem


def _us(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def _at(us: int, place: dt.tzinfo) -> dt.datetime:
    return (_EPOCH + dt.timedelta(microseconds=us)).astimezone(place)


def text(us: int, zone: str = "Africa/Nairobi") -> str:
    """Return a moment for print, in English, with its zone.

    Examples
    --------
    >>> text(1788416047_000000)
    '3 Sep 2026 09:14:07 EAT'
    """
    moment = _at(us, zone_of(zone))
    month = MONTHS[moment.month - 1].capitalize()
    fraction = f".{moment.microsecond:06d}" if moment.microsecond else ""
    return f"{moment.day} {month} {moment.year} {moment:%H:%M:%S}{fraction} {moment.tzname()}"


def iso_text(us: int, zone: str = "UTC") -> str:
    """Return a moment as ISO 8601 with its offset.

    Examples
    --------
    >>> iso_text(1788416047_000000, "Africa/Nairobi")
    '2026-09-03T09:14:07+03:00'
    """
    return _at(us, zone_of(zone)).isoformat()
