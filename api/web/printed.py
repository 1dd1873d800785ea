"""What an original prints at the place of a record, as far as the reader may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.casework.reopening import Printed, PrintedLine, printed_at
from api.web.masked import cleared
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.workbench import Workbench
    from graph.model.provenance import Receipt, Source

ENDS = ("debit", "credit", "statement", "subject", "object")


def printed_of(bench: Workbench, source: Source, row: Mapping[str, Any], receipt: Receipt | None) -> Printed:
    """Return what the original prints there: only where names may be shown, since it prints them.

    A place that tells of a protected person stays closed below that clearance.
    """
    if not cleared(bench):
        return Printed((), "masked")
    ids = [str(row[end]) for end in ENDS if row.get(end)]
    whose = bench.store.instruments(bench.scope, ids).values()
    if bench.scope.clearance < Clearance.PROTECTED and any(what.protected for what in whose):
        return Printed((), "protected")
    encoding = "" if receipt is None else receipt.assumptions.get("encoding", "").split(" ")[0]
    path = bench.store.original(bench.scope, source.sha256)
    found = printed_at(path, row["locator"], row.get("ref") or "", encoding)
    masking = bench.masking
    lines = (PrintedLine(line.number, masking.words(line.text), line.here) for line in found.lines)
    return Printed(tuple(lines), found.why)
