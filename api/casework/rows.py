"""Rows of the evidence as one document: ends by opaque id, amounts exact, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def rows_document(rows: Sequence[Mapping[str, Any]], left_out: str = "") -> dict[str, Any]:
    """Return rows (``VIEW_ROWS``, as the reader's clearance gives them) in their order.

    Parameters
    ----------
    left_out : str
        What was cut, in words; empty when nothing was.
    """
    return {"rows": [_row(row) for row in rows], "truncated": bool(left_out), "left_out": left_out}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "observation": row["observation"],
        "event": row["event"],
        "source": row["source"],
        "locator": row["locator"],
        "at": iso_text(row["lo"]),
        "until": iso_text(row["hi"]),
        "kind": row["kind"],
        "status": row["status"],
        "debit": row["debit"],
        "credit": row["credit"],
        "amount": row["digits"] if row["amount"] is None else exact_text(int(row["amount"]), row["asset"]),
        "asset": row["asset"],
        "balance": None if row["balance"] is None else exact_text(int(row["balance"]), row["asset"]),
        "reference": row["ref"],
        "text": row["text"],
        "mark": row["mark"],
    }
