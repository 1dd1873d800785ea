"""The rows that were read, as a table: each points to the original and the place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.evidence.tables.table import Table

if TYPE_CHECKING:
    from api.evidence.contents import PackInput

COLUMNS = (
    "observation",
    "source",
    "locator",
    "lo",
    "hi",
    "kind",
    "status",
    "debit",
    "credit",
    "amount",
    "asset",
)


def ledger_tables(pack: PackInput) -> dict[str, Table]:
    """Return the tables of rows, of originals and of refused rows by file name."""
    return {
        "rows.csv": Table(
            "every row read, with the original (sha256) and the place in it",
            COLUMNS,
            tuple(tuple(str(getattr(row, name)) for name in COLUMNS) for row in pack.rows),
        ),
        "originals.csv": Table(
            "the originals and what is known of how they came in",
            ("sha256", "name", "supplier", "authority", "received"),
            tuple(
                (o.sha256, o.name, o.supplier, o.authority, o.received)
                for o in sorted(pack.originals, key=lambda o: (o.sha256, o.name))
            ),
        ),
        "rejects.csv": Table(
            "rows that a reader refused; they take part in nothing",
            ("source", "locator", "reason"),
            tuple((r.source, r.locator, r.reason) for r in pack.rejects),
        ),
    }
