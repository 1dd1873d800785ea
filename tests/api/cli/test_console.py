"""What goes to a terminal: one document, harmless text, the right exit code."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ConservationError, PolicyError
from api.cli.console import exit_code, foreseen, json_text
from api.cli.layout import table, visible
from api.errors import NotPermittedError, PackError, UsageError
from graph.errors import FuatiliaError, IntegrityError, NotFoundError, StoreBusyError
from ingest.errors import MappingError, UnreadableError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FuatiliaError, 1),
        (NotFoundError, 1),
        (StoreBusyError, 1),
        (PackError, 1),
        (ConservationError, 1),
        (UsageError, 2),
        (PolicyError, 2),
        (UnreadableError, 3),
        (MappingError, 3),
        (IntegrityError, 4),
        (NotPermittedError, 5),
        (PermissionError, 5),
        (OSError, 1),
    ],
)
def test_each_error_has_its_exit_code(error: type[Exception], code: int) -> None:
    assert exit_code(error("x")) == code


@given(st.text())
def test_a_document_holds_every_text_and_no_character_that_acts(text: str) -> None:
    printed = json_text({"name": text})
    assert json.loads(printed) == {"name": text}
    assert all(c.isprintable() or c == "\n" for c in printed)


@given(st.text())
def test_a_cell_is_one_line_without_control_characters(text: str) -> None:
    shown = visible(text)
    assert not any(
        ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202a\u202b\u202d\u202e\u2066" for c in shown
    )
    assert shown.splitlines() in ([shown], [])


@given(st.lists(st.tuples(st.text("ab ", max_size=60), st.integers()), max_size=6))
def test_a_table_widens_and_never_wraps(rows: list[tuple[str, int]]) -> None:
    lines = table(["NAME", "N"], [[a, str(n)] for a, n in rows], right=[1]).split("\n")
    assert len(lines) == 1 + len(rows)
    assert len({len(line) for line in lines}) == 1
    assert all(line.endswith(str(n)) for line, (_, n) in zip(lines[1:], rows, strict=True))


def test_a_table_of_long_identifiers_keeps_them_whole() -> None:
    hashes = ["0x" + "ab" * 200, "T" + "x" * 33]
    lines = table(["ID", "N"], [[h, "1"] for h in hashes]).split("\n")
    assert [line.split()[0] for line in lines[1:]] == hashes


def test_an_error_that_nobody_foresaw_is_told_with_its_place() -> None:
    try:
        "".encode("gone")
    except LookupError as error:
        told = foreseen(error)
    assert "LookupError: unknown encoding: gone" in told.what
    assert told.fields()["at"].startswith("tests.api.cli.test_console:")
    assert "doctor" in told.hint


def test_a_damaged_catalogue_is_an_integrity_failure_whenever_it_shows() -> None:
    told = foreseen(sqlite3.DatabaseError("database disk image is malformed"))
    assert exit_code(told) == 4
    assert "store verify" in told.hint
