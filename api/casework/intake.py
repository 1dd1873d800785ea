"""What ingesting a file did, as one document: the contract of ``fuatilia ingest --json`` and of REST."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from graph.errors import IdentifierError
from graph.model.identifiers import Identifier
from graph.model.printing import exact_text
from graph.model.protection import file_label
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.provenance import Receipt, Reject, Source

_WORST_FIRST = ("breaks", "incomplete", "none", "reconciles")
_NOTHING = {
    "verdict": "none",
    "statement": "",
    "locator": "",
    "expected": "",
    "found": "",
    "why": "no statement",
}


def receipt_document(receipt: Receipt, path: str, clearance: Clearance) -> dict[str, Any]:
    """Return one receipt as the contract of ``ingest --json`` has it; identifiers by clearance.

    Parameters
    ----------
    receipt : Receipt
        As the workbench returns it: names and quoted text already masked.
    path : str
        As it was given; shown only where the file's name is.
    """
    checks = [
        {
            "verdict": str(c.verdict),
            "statement": statement_text(c.statement, clearance),
            "locator": c.locator,
            "expected": c.expected,
            "found": c.found,
            "why": c.why,
        }
        for c in receipt.reconciliation
    ]
    return {
        "path": _path(receipt, path, clearance),
        "name": receipt.name,
        "sha256": receipt.sha256,
        "reader": receipt.reader,
        "verdict": str(receipt.verdict),
        "batch": receipt.batch,
        "records": receipt.records,
        "accepted": receipt.accepted,
        "rejected": [_reject(r) for r in receipt.rejected],
        "left_out": [_reject(r) for r in receipt.left_out],
        "sums": {
            asset: {way: exact_text(int(units), asset) for way, units in sorted(sums.items())}
            for asset, sums in sorted(receipt.sums.items())
        },
        "reconciliation": worst(checks),
        "statements": checks,
        "assumptions": dict(sorted(receipt.assumptions.items())),
    }


def statement_text(statement: str, clearance: Clearance) -> str:
    """Return what a statement is called: an opaque id as it is, a literal identifier by clearance.

    A dry run has no store and so no opaque ids; its identifiers are masked unless asked for.

    Examples
    --------
    >>> statement_text("msisdn::+254700000606", Clearance.MASKED)
    '••0606'
    """
    if not statement or ":" not in statement or clearance >= Clearance.CASE:
        return statement
    try:
        return Identifier.from_key(statement).short
    except IdentifierError:
        return ""


def worst(checks: Sequence[dict[str, str]]) -> dict[str, str]:
    """Return the least favourable balance check of a file, which speaks for the file."""
    return min(
        checks,
        key=lambda c: (_WORST_FIRST.index(c["verdict"]), c["statement"], c["locator"]),
        default=dict(_NOTHING),
    )


def sources_document(sources: Sequence[Source]) -> dict[str, Any]:
    """Return the files of a case as one document: the contract of ``fuatilia sources --json``."""
    return {
        "sources": [
            {
                "sha256": s.sha256,
                "name": s.name,
                "size": s.size,
                "supplier": s.supplier,
                "authority": s.authority,
                "received": s.received,
            }
            for s in sources
        ]
    }


def _path(receipt: Receipt, path: str, clearance: Clearance) -> str:
    if clearance is Clearance.MASKED or PurePath(path).name != receipt.name:
        return file_label(path, receipt.sha256)
    return path


def _reject(reject: Reject) -> dict[str, str]:
    return {"locator": reject.locator, "reason": reject.reason, "hint": reject.hint}
