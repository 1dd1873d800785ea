"""What ingesting a file did, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.casework.intake import receipt_document
from api.cli.layout import NONE, amount, table, visible
from graph.model.amounts import Asset
from graph.model.printing import code_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["receipt_document", "receipts_text"]

_SCREEN = 20


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
