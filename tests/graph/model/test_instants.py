from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InstantError
from graph.model.instants import (
    Instant,
    Window,
    certain_order,
    epoch_instant,
    iso_text,
    parse_instant,
    parse_iso,
    text,
)

NAIROBI, CAIRO = "Africa/Nairobi", "Africa/Cairo"
MOMENTS = st.datetimes(dt.datetime.fromisoformat("1990-01-01"), dt.datetime.fromisoformat("2099-12-31"))
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def us(iso: str) -> int:
    return (dt.datetime.fromisoformat(iso) - EPOCH) // dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("printed", "pattern", "lo", "precision"),
    [
        ("2026-09-03 09:14:07", "%Y-%m-%d %H:%M:%S", "2026-09-03T06:14:07+00:00", "second"),
        ("03/09/2026 09:14", "%d/%m/%Y %H:%M", "2026-09-03T06:14:00+00:00", "minute"),
        ("3/9/26 9:14 pm", "%d/%m/%y %I:%M %p", "2026-09-03T18:14:00+00:00", "minute"),
        ("12:05 AM 03-SEP-2026", "%I:%M %p %d-%b-%Y", "2026-09-02T21:05:00+00:00", "minute"),
        ("03 September 2026", "%d %B %Y", "2026-09-02T21:00:00+00:00", "day"),
        ("20260903091407", "%Y%m%d%H%M%S", "2026-09-03T06:14:07+00:00", "second"),
        ("03.09.2026 09", "%d.%m.%Y %H", "2026-09-03T06:00:00+00:00", "hour"),
        ("Thu 03 Sep 2026", "%a %d %b %Y", "2026-09-02T21:00:00+00:00", "day"),
        ("09/2026", "%m/%Y", "2026-08-31T21:00:00+00:00", "month"),
        ("2026", "%Y", "2025-12-31T21:00:00+00:00", "year"),
        ("2026-09-03 09:14:07.123", "%Y-%m-%d %H:%M:%S.%f", "2026-09-03T06:14:07.123+00:00", "millisecond"),
        (
            "2026-09-03 09:14:07.123456789",
            "%Y-%m-%d %H:%M:%S.%f",
            "2026-09-03T06:14:07.123456+00:00",
            "microsecond",
        ),
        ("2026-09-03T09:14:07-0130", "%Y-%m-%dT%H:%M:%S%z", "2026-09-03T10:44:07+00:00", "second"),
    ],
)
def test_printed_times(printed: str, pattern: str, lo: str, precision: str) -> None:
    found = parse_instant(printed, pattern)
    assert (found.lo, found.precision, found.raw) == (us(lo), precision, printed)
    assert not found.alternatives


@pytest.mark.parametrize(
    ("printed", "pattern"),
    [
        ("2026-02-30", "%Y-%m-%d"),
        ("2026-13-01", "%Y-%m-%d"),
        ("2026-09-03 ", "%Y-%m-%d %H:%M"),
        ("2026-09-03x", "%Y-%m-%d"),
        ("2026-09-03 24:00", "%Y-%m-%d %H:%M"),
        ("2026-09-03 09:60", "%Y-%m-%d %H:%M"),
        ("03-09-2026 13:00 PM", "%d-%m-%Y %I:%M %p"),
        ("03-09-2026 00:10 AM", "%d-%m-%Y %I:%M %p"),
        ("Fri 03 Sep 2026", "%a %d %b %Y"),
        ("2026130", "%Y%m%d"),
        ("1899-12-31", "%Y-%m-%d"),
        ("2101-01-01", "%Y-%m-%d"),
        ("٢٠٢٦-09-03", "%Y-%m-%d"),
        ("2026-09-03 12:30:60", "%Y-%m-%d %H:%M:%S"),
        ("2026-09-03 12:30:61", "%Y-%m-%d %H:%M:%S"),
        ("", "%Y-%m-%d"),
    ],
)
def test_what_names_no_instant_is_refused(printed: str, pattern: str) -> None:
    with pytest.raises(InstantError):
        parse_instant(printed, pattern)


@pytest.mark.parametrize(
    "pattern",
    ["%d/%m", "%H:%M", "%Y %Y", "%Y-%d", "%Y-%m-%d %M", "%Y-%m-%d %I", "%Y %Q", "%Y%", ""],
)
def test_patterns_with_gaps_are_refused(pattern: str) -> None:
    with pytest.raises(InstantError):
        parse_instant("2026", pattern)


@given(
    MOMENTS, st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d/%m/%y %H:%M", "%d %B %Y", "%I:%M:%S %p %a %d-%b-%Y"])
)
def test_the_start_agrees_with_strptime(moment: dt.datetime, pattern: str) -> None:
    printed = moment.strftime(pattern)
    expected = dt.datetime.strptime(printed, pattern).replace(tzinfo=dt.UTC)
    assert parse_instant(printed, pattern, "UTC").lo == us(expected.isoformat())


def test_unknown_zones_are_refused() -> None:
    for zone in ("Africa/Nowhere", "", "../etc/passwd"):
        with pytest.raises(InstantError):
            parse_instant("2026", "%Y", zone)


@given(MOMENTS)
def test_nairobi_is_three_hours_ahead(moment: dt.datetime) -> None:
    found = parse_instant(moment.isoformat(" "), "%Y-%m-%d %H:%M:%S" + (".%f" if moment.microsecond else ""))
    assert iso_text(found.lo, NAIROBI) == moment.isoformat() + "+03:00"


@given(MOMENTS, st.sampled_from(["+00:00", "Z", "+03:00", "-0930", "+05"]))
def test_iso_times_agree_with_the_standard_library(moment: dt.datetime, offset: str) -> None:
    printed = moment.isoformat(timespec="microseconds") + offset
    found = parse_iso(printed)
    expected = dt.datetime.fromisoformat(printed)
    assert (found.lo, found.hi) == (us(expected.isoformat()), us(expected.isoformat()) + 1)


@pytest.mark.parametrize(
    ("printed", "lo", "precision"),
    [
        ("2026-09-03", "2026-09-03T00:00:00+00:00", "day"),
        ("20260903T0914Z", "2026-09-03T09:14:00+00:00", "minute"),
        ("2026-09-03T24:00:00", "2026-09-04T00:00:00+00:00", "second"),
        ("2026-09-03T09:14:07,5+03", "2026-09-03T06:14:07.5+00:00", "interval"),
        ("2026-09-03+03:00", "2026-09-02T21:00:00+00:00", "day"),
    ],
)
def test_iso_forms(printed: str, lo: str, precision: str) -> None:
    found = parse_iso(printed)
    assert (found.lo, found.precision) == (us(lo), precision)


@pytest.mark.parametrize(
    "printed",
    ["2026-9-3", "2026-09-03T24:00:01", "2026-09-03T09:14:07+15:00", "2026-09-03T", "2026-W36"],
)
def test_other_iso_texts_are_refused(printed: str) -> None:
    with pytest.raises(InstantError):
        parse_iso(printed)


def test_a_skipped_hour_is_refused() -> None:
    # Cairo went from 00:00 to 01:00 on 26 April 2024.
    with pytest.raises(InstantError, match="skipped"):
        parse_instant("2024-04-26 00:30", "%Y-%m-%d %H:%M", CAIRO)
    day = parse_instant("2024-04-26", "%Y-%m-%d", CAIRO)
    assert (day.hi - day.lo, day.precision) == (23 * 3600 * 10**6, "day")


def test_a_repeated_hour_keeps_both_readings() -> None:
    # Cairo went from 24:00 back to 23:00 on 31 October 2024.
    found = parse_instant("2024-10-31 23:30", "%Y-%m-%d %H:%M", CAIRO)
    (again,) = found.alternatives
    assert iso_text(found.lo) == "2024-10-31T20:30:00+00:00"
    assert iso_text(again[0]) == "2024-10-31T21:30:00+00:00"
    assert parse_instant("2024-10-31", "%Y-%m-%d", CAIRO).precision == "day"


def test_a_leap_second_is_the_second_that_follows() -> None:
    found = parse_instant("2017-01-01 02:59:60", "%Y-%m-%d %H:%M:%S")
    assert found.lo == us("2017-01-01T00:00:00+00:00")


def test_a_year_seven_or_eight_below_may_be_ethiopian() -> None:
    found = parse_instant("03/01/2017", "%d/%m/%Y", "Africa/Addis_Ababa", reference=dt.date(2024, 12, 1))
    assert iso_text(found.lo, "Africa/Addis_Ababa") == "2017-01-03T00:00:00+03:00"
    ((lo, hi, why),) = found.alternatives
    assert iso_text(lo, "Africa/Addis_Ababa") == "2024-09-13T00:00:00+03:00"
    assert (hi - lo, why) == (24 * 3600 * 10**6, "Ethiopian calendar")
    assert not parse_instant("03/01/2018", "%d/%m/%Y", reference=dt.date(2024, 12, 1)).alternatives


def test_month_thirteen_is_only_ethiopian() -> None:
    found = parse_instant("05/13/2016", "%d/%m/%Y", reference=dt.date(2024, 12, 1))
    assert iso_text(found.lo, NAIROBI) == "2024-09-10T00:00:00+03:00"
    with pytest.raises(InstantError, match="Ethiopian"):
        parse_instant("05/13/2016", "%d/%m/%Y")
    with pytest.raises(InstantError):
        parse_instant("07/13/2016", "%d/%m/%Y", reference=dt.date(2024, 12, 1))


def test_unix_times_carry_their_unit() -> None:
    assert epoch_instant(1, "s").precision == "second"
    assert epoch_instant(1_000, "ms").lo == epoch_instant(1).lo
    for value, unit in ((-1, "s"), (1_700_000_000_000, "s"), (1, "ns")):
        with pytest.raises(InstantError):
            epoch_instant(value, unit)


def test_times_in_print() -> None:
    lo = parse_iso("2026-09-03T09:14:07+03:00").lo
    assert text(lo) == "3 Sep 2026 09:14:07 EAT"
    assert text(lo + 5, "UTC") == "3 Sep 2026 06:14:07.000005 UTC"
    assert iso_text(lo) == "2026-09-03T06:14:07+00:00"


INTERVALS = st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1]))
INSTANTS = st.builds(
    lambda own, others: Instant(own[0], own[1], "", "UTC", tuple((a, b, "doubt") for a, b in others)),
    INTERVALS,
    st.lists(INTERVALS, max_size=2),
)


@given(INSTANTS, INSTANTS)
def test_an_order_is_certain_only_for_every_pair_of_moments(a: Instant, b: Instant) -> None:
    def points(i: Instant) -> list[int]:
        return [p for lo, hi in [(i.lo, i.hi), *(o[:2] for o in i.alternatives)] for p in range(lo, hi)]

    before = all(p < q for p in points(a) for q in points(b))
    after = all(p > q for p in points(a) for q in points(b))
    assert certain_order(a, b) == after - before
    assert certain_order(a, b) == -certain_order(b, a)


@given(INTERVALS, INTERVALS)
def test_windows_are_half_open(a: tuple[int, int], b: tuple[int, int]) -> None:
    common = set(range(*a)) & set(range(*b))
    assert Window(*a).overlaps(Window(*b)) == bool(common)
    assert Window(*a).overlaps(Instant(*b, "", "UTC")) == bool(common)
    assert [p for p in range(70) if Window(*a).contains(p)] == list(range(*a))


@pytest.mark.parametrize(("lo", "hi"), [(1, 1), (2, 1)])
def test_empty_intervals_are_refused(lo: int, hi: int) -> None:
    with pytest.raises(InstantError):
        Window(lo, hi)
    with pytest.raises(InstantError):
        Instant(lo, hi, "", "UTC")
