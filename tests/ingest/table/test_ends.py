"""Identifiers by column: read as the scalar reader reads them, and never shared by strangers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from graph.model.identifiers import Identifier, parse_identifier
from graph.model.locators import expand
from ingest.errors import MappingError
from ingest.table.ends import own_stem, resolve
from ingest.table.grid import Grid
from ingest.table.mapping import End
from ingest.table.words import Words, pick, with_own_ends

SOURCE = "ab" * 32


def grid(texts: list[str], scopes: list[str] | None = None) -> Grid:
    columns = (pa.array(texts, pa.string()), pa.array(scopes or [""] * len(texts), pa.string()))
    return Grid(("No", "Bank"), columns, "line:{a}", np.arange(2, 2 + len(texts)))


@given(some.lists(some.from_regex(r"[A-Z]?[0-9]{1,14}", fullmatch=True), min_size=1, max_size=20))
def test_plain_account_numbers_have_the_key_the_scalar_reader_gives(texts: list[str]) -> None:
    found = resolve(grid(texts), [End(column="No")], "Example Bank", SOURCE)
    wanted = [parse_identifier("account", t, scope="Example Bank", source=SOURCE).key for t in texts]
    assert [found.keys.word(i) for i in range(len(texts))] == wanted


def test_the_institution_may_stand_in_a_column() -> None:
    found = resolve(
        grid(["12", "12", "12"], ["A", "B", ""]), [End(column="No", scope_column="Bank")], "OWN", SOURCE
    )
    assert [found.keys.word(i) for i in range(3)] == ["account:A:12", "account:B:12", "account:OWN:12"]


def test_the_first_end_that_identifies_wins_and_names_come_along() -> None:
    ends = [
        End(column="No", kind="msisdn", pattern=r"^(?P<id>[0-9*]{9,})\s*-\s*(?P<name>.+)$", optional=True),
        End(column="No", kind="name", optional=True),
    ]
    found = resolve(
        grid(["0700000111 - PRACTICE A", "2547****0222 - PRACTICE B", "SHOP", ""]), ends, "", SOURCE
    )
    keys = [found.keys.word(i) for i in range(4)]
    assert keys == ["msisdn::+254700000111", f"msisdn:{SOURCE}:+2547****0222", f"name:{SOURCE}:SHOP", ""]
    assert [found.names.word(i) for i in range(4)] == ["PRACTICE A", "PRACTICE B", "", ""]


def test_text_that_is_no_identifier_is_refused_with_its_row() -> None:
    found = resolve(
        grid(["T", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"]), [End(column="No", kind="tron")], "", SOURCE
    )
    assert set(found.refused) == {0}


@pytest.mark.parametrize(
    "end",
    [
        End(column="No", kind="cash"),
        End(column="No", kind="nosuch"),
        End(column="No", pattern="(x"),
        End(column="No", pattern="(?P<what>x)"),
    ],
)
def test_a_mapping_cannot_ask_for_the_impossible(end: End) -> None:
    with pytest.raises(MappingError):
        resolve(grid(["1"]), [end], "B", SOURCE)


@given(some.sampled_from(["line:{a}", "sheet:My%21Sheet!cell:{a},{b}"]), some.integers(1, 10**7))
def test_an_end_of_its_own_has_the_identifier_of_its_place(form: str, place: int) -> None:
    words = with_own_ends(
        Words.constant("", 1), own_stem("unknown", SOURCE, form), np.array([place]), np.array([True])
    )
    found = Identifier.from_key(words.word(0))
    assert (found.kind.value, found.scope, found.value) == ("unknown", SOURCE, expand(form, place, 1))


@given(
    some.lists(some.tuples(some.booleans(), some.sampled_from("abc"), some.sampled_from("bcd")), min_size=1)
)
def test_picking_keeps_every_word_and_repeats_none(rows: list[tuple[bool, str, str]]) -> None:
    yes, no = (Words.of(pa.array([r[i] for r in rows])) for i in (1, 2))
    found = pick(np.array([r[0] for r in rows]), yes, no)
    assert [found.word(i) for i in range(len(rows))] == [r[1] if r[0] else r[2] for r in rows]
    assert len(set(found.vocabulary)) == len(found.vocabulary)
    assert sorted(found.array().dictionary.to_pylist()) == sorted({found.word(i) for i in range(len(rows))})
