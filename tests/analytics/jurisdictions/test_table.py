"""The tables say what held on a day, from where, and how well that is known."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.jurisdictions.table import (
    FOLDER,
    JurisdictionError,
    LimitKind,
    Mark,
    jurisdiction,
    jurisdictions,
    of_asset,
)

KES, USD = "KES:2", "USD:2"

# typologies.md section 2: country, kind, day, asset, whole units
FIGURES = [
    ("KE", LimitKind.CASH_REPORT, "2023-08-31", USD, 10_000),
    ("KE", LimitKind.CASH_REPORT, "2023-09-01", USD, 15_000),
    ("KE", LimitKind.WALLET_PAYMENT, "2019-01-01", KES, 70_000),
    ("KE", LimitKind.WALLET_PAYMENT, "2022-06-01", KES, 150_000),
    ("KE", LimitKind.WALLET_PAYMENT, "2026-10-12", KES, 250_000),
    ("KE", LimitKind.WALLET_BALANCE, "2023-07-31", KES, 300_000),
    ("KE", LimitKind.WALLET_BALANCE, "2026-10-12", KES, 500_000),
    ("KE", LimitKind.WALLET_DAILY, "2026-10-12", KES, 500_000),
    ("UG", LimitKind.CASH_REPORT, "2026-10-12", "UGX:0", 20_000_000),
    ("UG", LimitKind.WALLET_PAYMENT, "2022-03-01", "UGX:0", 5_000_000),
    ("UG", LimitKind.WALLET_DAILY, "2026-10-12", "UGX:0", 20_000_000),
    ("ET", LimitKind.CASH_REPORT, "2012-01-01", "ETB:2", 200_000),
    ("ET", LimitKind.CASH_REPORT, "2026-10-12", "ETB:2", 300_000),
    ("ET", LimitKind.WALLET_BALANCE, "2024-01-01", "ETB:2", 75_000),
    ("ET", LimitKind.WALLET_DAILY, "2026-10-12", "ETB:2", 300_000),
    ("ET", LimitKind.WALLET_DAILY_TO_PERSONS, "2026-10-12", "ETB:2", 75_000),
    ("DJ", LimitKind.CASH_REPORT, "2026-10-12", "DJF:0", 2_000_000),
]


@pytest.mark.parametrize(("country", "kind", "day", "asset", "whole"), FIGURES)
def test_the_limit_of_a_day(country: str, kind: LimitKind, day: str, asset: str, whole: int) -> None:
    found = jurisdictions()[country].limit(kind, dt.date.fromisoformat(day))
    assert found is not None
    assert (found.asset, found.units) == (asset, whole * 10 ** int(asset[-1]))


@pytest.mark.parametrize(
    ("country", "kind", "day"),
    [
        ("UG", LimitKind.WALLET_PAYMENT, "2022-02-28"),
        ("ET", LimitKind.WALLET_DAILY, "2022-01-01"),
        ("ET", LimitKind.CASH_REPORT, "2010-02-28"),
        ("DJ", LimitKind.WALLET_PAYMENT, "2026-10-12"),
    ],
)
def test_where_none_is_known_none_is_given(country: str, kind: LimitKind, day: str) -> None:
    assert jurisdictions()[country].limit(kind, dt.date.fromisoformat(day)) is None


def test_every_figure_has_a_source_and_a_mark() -> None:
    rows = [row for table in jurisdictions().values() for dated in table.limits.values() for row in dated]
    assert len(rows) == sum(e.read_text().count("[[limit]]") for e in files(FOLDER).iterdir() if e.is_file())
    assert all(row.source and row.units > 0 for row in rows)
    recalled = [row for row in rows if row.mark is Mark.RECALL]
    assert [(row.kind, row.units) for row in recalled] == [(LimitKind.CASH_REPORT, 30_000_000)]
    assert all(row.mark is not Mark.VERIFIED for row in rows), "nothing was read in the original yet"


def test_a_country_is_found_by_its_own_currency() -> None:
    assert {a: getattr(of_asset(a), "country", None) for a in ("KES:2", "UGX:0", "ETB:2", "DJF:0", USD)} == {
        "KES:2": "KE",
        "UGX:0": "UG",
        "ETB:2": "ET",
        "DJF:0": "DJ",
        USD: None,
    }


@given(st.sampled_from(sorted(jurisdictions())), st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)))
def test_a_later_day_never_meets_an_older_limit(country: str, day: dt.date) -> None:
    table = jurisdictions()[country]
    for kind in table.limits:
        place = [
            -1 if found is None else table.limits[kind].index(found)
            for found in (table.limit(kind, day), table.limit(kind, day + dt.timedelta(1)))
        ]
        assert all(a <= b for a, b in pairwise(place))


def test_days_are_local() -> None:
    kenya = jurisdictions()["KE"]
    evening = int(dt.datetime(2026, 10, 12, 20, 59, 59, tzinfo=dt.UTC).timestamp()) * 10**6
    assert kenya.day(evening) == dt.date(2026, 10, 12)
    assert kenya.day(evening + 10**6) == dt.date(2026, 10, 13)


GOOD = """
country = "XX"
name = "Nowhere"
currency = "KES"
zone = "Africa/Nairobi"
fiu = ""
report_delay = ""
[[limit]]
kind = "cash_report"
currency = "USD"
amount = "10.50"
since = 2020-01-01
precise_to = "day"
mark = "seen"
source = "a source"
"""


def test_a_table_is_read_exactly() -> None:
    (row,) = jurisdiction(GOOD, "x").limits[LimitKind.CASH_REPORT]
    assert (row.units, row.since) == (1050, dt.date(2020, 1, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('amount = "10.50"', 'amount = "10.505"'),
        ('amount = "10.50"', 'amount = "1e3"'),
        ('kind = "cash_report"', 'kind = "cash"'),
        ('mark = "seen"', 'mark = "sure"'),
        ('precise_to = "day"', 'precise_to = ""'),
        ('precise_to = "day"', 'precise_to = "century"'),
        ("since = 2020-01-01", "since = 2020-01-01T00:00:00"),
        ('source = "a source"', ""),
        ('currency = "KES"', 'currency = "KE"'),
        ('name = "Nowhere"', ""),
        ("[[limit]]", "[limit]"),
        ("[[limit]]", "]"),
    ],
)
def test_a_broken_table_is_refused(old: str, new: str) -> None:
    assert old in GOOD
    with pytest.raises(JurisdictionError):
        jurisdiction(GOOD.replace(old, new, 1), "x")


def test_limits_out_of_order_are_refused() -> None:
    row = GOOD[GOOD.index("[[limit]]") :]
    with pytest.raises(JurisdictionError, match="order"):
        jurisdiction(GOOD + row, "x")
