"""The second family's wallet: pooled by relatives, paid on, and honest about a hospital bill before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest

from api.demo.wallet import MOST_HELD
from tests.api.demo.practice import SEEDS, case, crime_of, moved, number

every_seed = pytest.mark.parametrize("seed", SEEDS)
both = pytest.mark.parametrize("without_crime", [False, True])


def senders(seed: int, first: str, last: str, *, without_crime: bool = False) -> Counter[str]:
    lines = moved(case(seed, without_crime=without_crime).second_family.lines)
    return Counter(
        line.details for line in lines if "Funds received" in line.details and first <= line.time < last
    )


@both
@every_seed
def test_the_wallet_never_goes_below_zero(seed: int, without_crime: bool) -> None:
    lines = case(seed, without_crime=without_crime).second_family.lines
    for before, line in pairwise(lines):
        assert line.balance == (before.balance or 0) + line.units
    assert all(0 <= (line.balance or 0) <= MOST_HELD for line in lines)


@every_seed
def test_relatives_raise_what_is_paid_and_hardly_more(seed: int) -> None:
    done, who = crime_of(seed), case(seed).truth.roles
    lines = moved(case(seed).second_family.lines)
    paid = next(
        line for line in lines if line.receipt == done.second.receipt and line.units == -done.second.units
    )
    assert number(who.collector) in paid.details
    first, last = (f"{done.day - dt.timedelta(days=n)}" for n in (4, 0))
    pooled = [line for line in lines if "received" in line.details and first <= line.time < last]
    names = {line.details for line in pooled}
    assert len(names) == len(pooled) >= 8
    assert Fraction(19, 20) <= Fraction(done.second.units, sum(line.units for line in pooled)) <= 1


@every_seed
def test_both_statements_tell_of_the_second_ransom_alike(seed: int) -> None:
    done, scenario = crime_of(seed), case(seed)
    came = next(line for line in scenario.collector.lines if line.receipt == done.second.receipt)
    paid = next(line for line in scenario.second_family.lines if line.receipt == done.second.receipt)
    assert (paid.time, paid.units) == (came.time, -came.units)
    assert number(scenario.truth.roles.second_family) == scenario.second_family.msisdn
    assert scenario.second_family.msisdn in came.details


@both
@every_seed
def test_the_same_family_once_pooled_for_a_hospital(seed: int, without_crime: bool) -> None:
    lines = moved(case(seed, without_crime=without_crime).second_family.lines)
    (bill,) = [line for line in lines if "HOSPITAL" in line.details]
    given = senders(seed, "2026-09-09", bill.time, without_crime=without_crime)
    assert len(given) >= 7
    assert -bill.units <= 7 * 3_000_00


@every_seed
def test_without_the_crime_the_large_pool_is_gone(seed: int) -> None:
    plain, real = case(seed, without_crime=True).second_family, case(seed).second_family
    assert {line.receipt for line in plain.lines} < {line.receipt for line in real.lines}
    assert plain.lines[0] == real.lines[0]
    assert all(abs(line.units) < 25_000_00 for line in plain.lines)
