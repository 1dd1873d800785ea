"""What ingesting did, as it is stored with the batch and printed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graph.model.provenance import Receipt, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.model.provenance import Batch
    from graph.store import Content
    from graph.stores.ledger.segments import Written


def receipt_of(
    batch: Batch, name: str, content: Content, written: Written, opaque: Callable[[str], bytes]
) -> Receipt:
    """Return the receipt of a reading, free of identifying text.

    A statement is named by its instrument's opaque id, and the raw text of a rejected row is left
    out: its locator re-opens the original.

    ``accepted`` counts the records that were not rejected; where the reader counts no records, the
    observations of its rows.
    """
    rejected = len(content.rejected)
    accepted = content.records - rejected if content.records else written.observations
    verdict = Verdict.ACCEPTED
    if rejected:
        verdict = Verdict.PARTIAL if written.files else Verdict.QUARANTINED
    return Receipt(
        sha256=batch.source,
        name=name,
        reader=batch.reader,
        verdict=verdict,
        batch=batch.id,
        records=content.records or written.observations + rejected,
        accepted=max(accepted, 0),
        rejected=tuple(replace(r, raw="") for r in content.rejected),
        sums=written.sums,
        reconciliation=tuple(
            replace(c, statement=opaque(c.statement).hex() if c.statement else "")
            for c in content.reconciliation
        ),
        left_out=tuple(replace(r, raw="") for r in content.left_out),
        assumptions=dict(sorted(content.assumptions.items())),
    )
