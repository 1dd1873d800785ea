"""CSV that a spreadsheet can open without running anything, and that reads back to the same texts.

A cell that begins like a formula is given an apostrophe in front, and so is one that begins with an
apostrophe; taking one leading apostrophe off restores the text. The rule stands in the manifest.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PREFIX = "'"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
RULE = (
    "a cell that begins with one of `characters`, or with the prefix itself, has the prefix in front; "
    "take one leading prefix off to read it"
)


def rule() -> dict[str, object]:
    """Return the rule as data, for the manifest."""
    return {"prefix": PREFIX, "characters": [f"U+{ord(c):04X}" for c in DANGEROUS], "rule": RULE}


def guarded(text: str) -> str:
    """Put the prefix before a text that a spreadsheet could run.

    >>> guarded("=1+1"), guarded("12.50"), guarded("'quoted")
    ("'=1+1", '12.50', "''quoted")
    """
    return PREFIX + text if text.startswith((*DANGEROUS, PREFIX)) else text


def unguarded(text: str) -> str:
    """Read a guarded cell back.

    >>> unguarded("'=1+1")
    '=1+1'
    """
    return text[1:] if text.startswith(PREFIX) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    r"""Write a table: UTF-8, comma, line feed, guarded cells.

    >>> csv_bytes(("a", "b"), [("1", "-2")])
    b"a,b\n1,'-2\n"
    """
    lines = [",".join(_quoted(guarded(cell)) for cell in row) for row in (header, *rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def _quoted(cell: str) -> str:
    # csv.writer leaves a lone carriage return unquoted, and readers end the row there.
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\r\n') else cell


def read_csv(data: bytes) -> list[dict[str, str]]:
    """Read a table that ``csv_bytes`` wrote."""
    rows = csv.reader(io.StringIO(data.decode(), newline=""))
    header = next(rows)
    return [dict(zip(header, map(unguarded, row), strict=True)) for row in rows]
