"""What ingesting a file did, as the contract of ``fuatilia ingest --json`` and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.cli.layout import NONE, amount, table, visible
from graph.errors import IdentifierError
from graph.model.amounts import Asset
from graph.model.identifiers import Identifier
from graph.model.printing import code_of, exact_text
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.provenance import Receipt, Reject

_WORST_FIRST = ("breaks", "incomplete", "none", "reconciles")
_NOTHING = {
    "verdict": "none",
    "statement": "",
    "locator": "",
    "expected": "",
    "found": "",
    "why": "no statement",
}
_SCREEN = 20


def receipt_document(receipt: Receipt, path: str, clearance: Clearance) -> dict[str, Any]:
    """Return one receipt as the contract of ``ingest --json`` has it; identifiers by clearance."""
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
        "path": path,
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


def receipts_text(files: Sequence[dict[str, Any]]) -> str:
    """Return receipts as a table, with what was rejected, what does not reconcile, and the sums."""
    head = ["FILE", "READER", "VERDICT", "ACCEPTED", "REJECTED", "BALANCE"]
    rows = [
        [
            f["name"],
            f["reader"] or NONE,
            f["verdict"],
            f"{f['accepted']:,}",
            f"{len(f['rejected']):,}",
            f["reconciliation"]["verdict"],
        ]
        for f in files
    ]
    notes = [visible(line) for f in files for line in _notes(f)]
    return "\n".join([table(head, rows, right=[3, 4]), *notes])


def _notes(file: dict[str, Any]) -> list[str]:
    name = file["name"]
    lines = [
        f"  {name}: {_token(asset)} in {amount(sums['in'], asset)}, out {amount(sums['out'], asset)}"
        for asset, sums in file["sums"].items()
    ]
    for word in ("rejected", "left_out"):
        for reject in file[word][:_SCREEN]:
            place = f" {reject['locator']}" if reject["locator"] else ""
            hint = f" - {reject['hint']}" if reject["hint"] else ""
            lines.append(f"  {name}{place}: {word.replace('_', ' ')}: {reject['reason']}{hint}")
        if len(file[word]) > _SCREEN:
            more = len(file[word]) - _SCREEN
            lines.append(f"  {name}: {more:,} more {word.replace('_', ' ')} rows, all in --json")
    told = [c for c in file["statements"] if c["verdict"] != "reconciles"] or file["statements"]
    for check in told[:_SCREEN]:
        place = f" {check['locator']}" if check["locator"] else ""
        figures = f", expected {check['expected']}, found {check['found']}" if check["expected"] else ""
        if check["verdict"] == "reconciles":
            figures = f", closing {check['found']}" if check["found"] else ""
        why = f" ({check['why']})" if check["why"] else ""
        lines.append(f"  {name}{place}: balance {check['verdict']}{figures}{why}")
    if file["verdict"] == "duplicate":
        lines.append(f"  {name}: read before, nothing changed")
    return lines


def _token(asset: str) -> str:
    """Name an asset; a token with its contract, because anybody can issue another of the same code."""
    contract = Asset.from_key(asset).contract
    return f"{code_of(asset)} ({contract})" if contract else code_of(asset)


def _reject(reject: Reject) -> dict[str, str]:
    return {"locator": reject.locator, "reason": reject.reason, "hint": reject.hint}
