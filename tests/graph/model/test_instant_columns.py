from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InstantError
from graph.model.instant_columns import parse_instant_column
from graph.model.instants import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

PATTERNS = (
    "%Y-%m-%d %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d-%b-%Y %I:%M %p",
    "%I:%M %p %d/%m/%y",
    "%Y%m%d%H%M%S",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%d.%m.%Y %H",
    "%d %B %Y",
    "%a %d %b %Y",
    "%m/%Y",
)
ZONES = ("Africa/Nairobi", "Africa/Cairo", "UTC", "America/New_York")
CLOCK_CHANGES = ("2024-04-26T00:30", "2024-10-31T23:30", "2024-02-29T12:00", "2024-11-03T01:30")
MOMENTS = st.datetimes(
    dt.datetime.fromisoformat("1895-01-01"), dt.datetime.fromisoformat("2105-01-01")
) | st.sampled_from([dt.datetime.fromisoformat(t) for t in CLOCK_CHANGES])
SPOILS: tuple[Callable[[str], str], ...] = (
    lambda t: t,
    lambda t: t,
    lambda t: t,
    lambda t: t.lower(),
    lambda t: f" {t}\n",
    lambda t: t + "0",
    lambda t: t[:-1],
    lambda t: t.replace("0", "", 1),
    lambda t: t.replace("/0", "/").replace(" 0", " "),
    lambda t: t.replace("1", "9"),
    lambda t: t.replace("2", "٢"),
    lambda t: t.replace(" ", "  "),
    lambda t: t.replace(":", "-"),
)


def printed(moment: dt.datetime, pattern: str) -> str:
    return moment.replace(tzinfo=dt.timezone(dt.timedelta(hours=3))).strftime(pattern)


def one_by_one(text: str | None, pattern: str, zone: str) -> tuple[int, int, bool]:
    try:
        found = parse_instant(text or "", pattern, zone)
    except InstantError:
        return 0, 0, False
    return (0, 0, False) if found.alternatives else (found.lo, found.hi, True)


@given(
    st.lists(st.none() | st.tuples(MOMENTS, st.sampled_from(SPOILS)), max_size=30),
    st.sampled_from(PATTERNS),
    st.sampled_from(ZONES),
)
def test_a_column_reads_as_each_of_its_rows(
    rows: list[tuple[dt.datetime, Callable[[str], str]] | None], pattern: str, zone: str
) -> None:
    texts = [None if row is None else row[1](printed(row[0], pattern)) for row in rows]
    lo, hi, ok = parse_instant_column(pa.array(texts, pa.string()), pattern, zone)
    expected = [one_by_one(t, pattern, zone) for t in texts]
    assert list(zip(lo.tolist(), hi.tolist(), ok.tolist(), strict=True)) == expected


@given(
    st.lists(st.text(alphabet="0123456789:-/ TZ+.apmAPM", max_size=26), max_size=20),
    st.sampled_from(PATTERNS),
)
def test_arbitrary_texts_read_as_one_by_one(texts: list[str], pattern: str) -> None:
    lo, hi, ok = parse_instant_column(pa.array(texts, pa.string()), pattern, "UTC")
    expected = [one_by_one(t, pattern, "UTC") for t in texts]
    assert list(zip(lo.tolist(), hi.tolist(), ok.tolist(), strict=True)) == expected


@pytest.mark.parametrize("pattern", PATTERNS)
def test_printed_fractions_and_offsets_read_alike(pattern: str) -> None:
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    moments = [start + dt.timedelta(minutes=977 * i, microseconds=i * 1001) for i in range(2_000)]
    texts = [m.strftime(pattern) for m in moments]
    if "%z" in pattern:
        ends = ("Z", "+03:00", "-0930", "+15:00", "+03:60")
        texts = [
            m.strftime("%Y-%m-%dT%H:%M:%S.") + str(m.microsecond + 1)[: 1 + i % 6] + ends[i % 5]
            for i, m in enumerate(moments)
        ]
    lo, hi, ok = parse_instant_column(pa.array(texts), pattern)
    expected = [one_by_one(t, pattern, "Africa/Nairobi") for t in texts]
    assert list(zip(lo.tolist(), hi.tolist(), ok.tolist(), strict=True)) == expected
    assert ok.sum() >= len(texts) // 2


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_every_string_layout_is_read(kind: pa.DataType) -> None:
    whole = pa.array(["2024-01-01", "2024-01-02", None, "x"]).cast(kind)
    for values in (whole, pa.chunked_array([whole.slice(0, 1), whole.slice(1)])):
        lo, hi, ok = parse_instant_column(values, "%Y-%m-%d", "UTC")
        assert {lo.dtype, hi.dtype} == {np.dtype(np.int64)}
        assert ok.tolist() == [True, True, False, False]
        assert (lo[1], hi[1]) == (hi[0], hi[0] + 86_400_000_000)
