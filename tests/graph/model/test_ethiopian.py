from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InstantError
from graph.model.ethiopian import ethiopian_reading


@pytest.mark.parametrize(
    ("ethiopian", "gregorian"),
    [
        ((1, 1, 2017), (2024, 9, 11)),
        ((1, 1, 2016), (2023, 9, 12)),  # the year before had a sixth day of Pagume
        ((6, 13, 2015), (2023, 9, 11)),
        ((5, 13, 2016), (2024, 9, 10)),
        ((1, 1, 2000), (2007, 9, 12)),  # the Ethiopian millennium
        ((29, 4, 2016), (2024, 1, 8)),  # Genna, a day after 7 January in the year that follows a leap year
        ((23, 6, 1888), (1896, 3, 1)),  # battle of Adwa
    ],
)
def test_known_dates(ethiopian: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert ethiopian_reading(*ethiopian) == dt.date(*gregorian)


@given(st.integers(1, 2500))
def test_days_of_a_year_follow_each_other(year: int) -> None:
    days = [(d, m, year) for m in range(1, 14) for d in range(1, 31 if m < 13 else 6 + (year % 4 == 3))]
    read = [ethiopian_reading(*d) for d in [*days, (1, 1, year + 1)]]
    assert all(b - a == dt.timedelta(days=1) for a, b in itertools.pairwise(read))


@pytest.mark.parametrize(
    "day", [(6, 13, 2016), (31, 1, 2016), (0, 1, 2016), (1, 14, 2016), (1, 0, 2016), (1, 1, 0)]
)
def test_days_that_do_not_exist_are_refused(day: tuple[int, int, int]) -> None:
    with pytest.raises(InstantError):
        ethiopian_reading(*day)
