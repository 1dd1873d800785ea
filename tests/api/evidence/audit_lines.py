"""Lines of an audit log with a sound chain, written as the store writes them."""

from __future__ import annotations

from dataclasses import replace

from graph.stores.ledger.audit import AuditRow, as_lines


def audit_lines(count: int) -> tuple[tuple[str, ...], str]:
    """Return ``count`` chained lines and the head."""
    rows: list[AuditRow] = []
    last = ""
    for number in range(1, count + 1):
        at = f"2026-09-{number:02d}T08:00:00+00:00"
        row = AuditRow(number, last, at, "analyst-07", "cli", "investigation", "trace", "{}", "ok", "", "")
        row = replace(row, hash=row.expected)
        rows.append(row)
        last = row.hash
    return tuple(line.rstrip("\n") for line in as_lines(rows)), last
