"""Damaged tables: whatever the bytes, the answer is columns or an error of ours, never another."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from graph.errors import FuatiliaError
from ingest.source import Head, Options
from ingest.sources.mapped_table import SOURCE
from tests.contracts.source import rows_hold
from tests.ingest.tables_made_up import (
    ORDERS,
    ORDERS_TEXT,
    SHA,
    STATEMENT,
    STATEMENT_TEXT,
    TRANSFERS,
)

if TYPE_CHECKING:
    from pathlib import Path

TRANSFERS_TEXT = "Time,From,To,Amount,Charge,Currency\n2026-09-01T10:00:00,111,222,100.00,1.50,KES\n"
TIMES = 150
_EDITS = ("flip", "cut", "double", "insert")
_BYTES = b'\0\x1f"\n\r,;\t-(9Ee\xff\xc3\xf0'


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Change a file in one to four places."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed) or 1)
        match rng.choice(_EDITS):
            case "flip" if changed:
                changed[at] ^= 1 << rng.randrange(8)
            case "cut":
                del changed[at : at + rng.randint(1, 40)]
            case "double":
                changed[at:at] = changed[at : at + 60]
            case _:
                changed[at:at] = bytes(rng.choices(_BYTES, k=rng.randint(1, 5)))
    return bytes(changed)


def survives(path: Path, mapping: dict[str, Any]) -> bool:
    """Read a file; True where it gave columns, False where it was refused."""
    SOURCE.sniff(Head(path.name, path.stat().st_size, path.read_bytes()))
    try:
        for piece in SOURCE.read(path, Options(SHA, mapping)):
            if piece.rows is not None:
                rows_hold(piece.rows)
            assert all(r.reason and r.locator for r in piece.rejected)
    except FuatiliaError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "mapping"),
    [(STATEMENT_TEXT, STATEMENT), (ORDERS_TEXT, ORDERS), (TRANSFERS_TEXT, TRANSFERS), (STATEMENT_TEXT, {})],
)
def test_damaged_text(tmp_path: Path, text: str, mapping: dict[str, Any]) -> None:
    rng = random.Random(text + str(len(mapping)))  # noqa: S311 - damage, reproducible
    path = tmp_path / "table.csv"
    read = 0
    for _ in range(TIMES):
        path.write_bytes(mutated(text.encode(), rng))
        read += survives(path, mapping)
    assert read > 0 or not mapping


def test_damaged_workbooks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in STATEMENT_TEXT.replace('"', "").splitlines():
        sheet.append(line.split(","))
    path = tmp_path / "book.xlsx"
    book.save(path)
    whole = path.read_bytes()
    rng = random.Random(7)  # noqa: S311 - damage, reproducible
    for _ in range(TIMES):
        path.write_bytes(mutated(whole, rng))
        survives(path, STATEMENT)
