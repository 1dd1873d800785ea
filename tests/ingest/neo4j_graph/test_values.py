"""What saved values mean: whole or rejected, never rounded in silence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import AmountError, InstantError
from graph.model.amounts import fiat
from graph.model.instants import iso_text
from ingest.neo4j_graph.mapping import AssetOf, Money, When
from ingest.neo4j_graph.values import asset_of, instant_of, units_of, word_of

KES = fiat("KES")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_gives_exactly_what_it_prints_or_nothing(value: float) -> None:
    exact = Fraction(repr(value)) * 100
    try:
        units, mark = units_of({"float": repr(value)}, Money("a"), KES)
    except AmountError:
        assert exact.denominator > 1
        return
    assert units == exact
    assert mark == f"float source {value!r}"


@given(st.integers(-(10**17), 10**17))
def test_noise_of_floats_is_taken_off_only_where_the_mapping_says_so(units: int) -> None:
    noisy = units / 100
    found, _ = units_of({"float": repr(noisy)}, Money("a", floats="nearest"), KES)
    assert abs(found - Fraction(repr(noisy)) * 100) < Fraction(1, 1000)


def test_a_real_fraction_is_rejected_even_then() -> None:
    with pytest.raises(AmountError, match="more decimals"):
        units_of({"float": "12.345"}, Money("a", floats="nearest"), KES)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_are_themselves(value: int) -> None:
    assert units_of(value, Money("a", unit="minor"), KES) == (value, "")
    assert units_of(value, Money("a"), KES) == (value * 100, "")


@pytest.mark.parametrize(
    ("value", "options", "lo", "width"),
    [
        ({"datetime": "2026-03-01T09:14:07.000000000+03:00"}, {}, "2026-03-01T06:14:07+00:00", 10**6),
        ({"datetime": "2026-03-01T09:14:07.123456789+03:00", "zone": "Africa/Nairobi"}, {},
         "2026-03-01T06:14:07.123456+00:00", 1),
        ({"localdatetime": "2026-03-01T09:14:07.250000000"}, {}, "2026-03-01T06:14:07.250000+00:00", 10**4),
        ({"localdatetime": "2026-03-01T09:14:07.000000000"}, {"zone": "UTC"},
         "2026-03-01T09:14:07+00:00", 10**6),
        ({"date": "2026-03-01"}, {}, "2026-02-28T21:00:00+00:00", 86_400 * 10**6),
        ("01/03/2026 09:14", {"formats": ("%d/%m/%Y %H:%M",)}, "2026-03-01T06:14:00+00:00", 60 * 10**6),
        (1_772_345_647, {"unit": "s"}, "2026-03-01T06:14:07+00:00", 10**6),
        (1_772_345_647_250, {"unit": "ms"}, "2026-03-01T06:14:07.250000+00:00", 1000),
        ({"datetime": "2026-03-01T00:00:00.000000000+03:00"}, {"precision": "day"},
         "2026-02-28T21:00:00+00:00", 86_400 * 10**6),
        ({"datetime": "2026-03-01T09:14:07.123000000+03:00"}, {"precision": "minute"},
         "2026-03-01T06:14:00+00:00", 60 * 10**6),
        ({"date": "2026-03-01"}, {"precision": "second"}, "2026-02-28T21:00:00+00:00", 86_400 * 10**6),
    ],
)  # fmt: skip
def test_times_are_intervals_of_the_precision_they_have(
    value: Any, options: dict[str, Any], lo: str, width: int
) -> None:
    found = instant_of(value, When("at", **options))
    assert (iso_text(found.lo), found.hi - found.lo) == (lo, width)


def test_a_time_the_clock_showed_twice_keeps_both_readings() -> None:
    found = instant_of({"localdatetime": "2026-10-25T01:30:00.000000000"}, When("at", zone="Europe/London"))
    assert len(found.alternatives) == 1
    with pytest.raises(InstantError, match="skipped"):
        instant_of({"localdatetime": "2026-03-29T01:30:00.000000000"}, When("at", zone="Europe/London"))


def test_words_of_every_sort_are_texts() -> None:
    long = {"long text": {"characters": 9, "sha256": "ab", "start": "x"}}
    point = {"point": {"coordinates": ["1.0", "2.0"], "srid": 7203}}
    said = [long, [1, None, "a"], True, {"date": "2026-01-01"}, point]
    assert [word_of(v) for v in said] == [
        "x [… 9 characters, sha256 ab]", "1, , a", "true", "2026-01-01", "1.0, 2.0, 7203",
    ]  # fmt: skip


def test_assets_are_currencies_or_named_tokens() -> None:
    spec = AssetOf("c", "KES", {"Shillings": "KES"}, {"USDT": {"chain": "tron", "exponent": 6}})
    assert [asset_of(v, spec).key for v in (None, "Shillings", "ugx", "USDT")] == [
        "KES:2", "KES:2", "UGX:0", "tron:/USDT:6",
    ]  # fmt: skip
    with pytest.raises(AmountError):
        asset_of("nothing", spec)
    with pytest.raises(AmountError, match="no currency"):
        asset_of(None, AssetOf("c"))
