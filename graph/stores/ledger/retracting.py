"""Observations taken out of sight, and the results that rested on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.stores.ledger.catalogue_reads import FALLEN
from graph.stores.ledger.observed import observed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph.stores.ledger.catalogue import Catalogue, Change
    from graph.stores.ledger.layout import Layout, VisibleBatch
    from graph.stores.ledger.query import Engine


def fall(engine: Engine, layout: Layout, catalogue: Catalogue, batch: VisibleBatch) -> tuple[str, ...]:
    """Return ids of standing results, of every case, that cite an observation of ``batch``."""
    citations = {result.id: result.citations for result in catalogue.results(None)}
    cited = {observation for observations in citations.values() for observation in observations}
    if not cited:
        return ()
    gone = {name for found in observed(engine, layout, batch, cited).values() for _, name in found}
    return tuple(sorted(result for result, names in citations.items() if gone & set(names)))


def retract_batch(
    change: Change, batch: str, reason: str, replaced_by: str, falling: Iterable[str]
) -> tuple[str, ...]:
    """Retract one batch inside a change; return the results that fell by it."""
    change.put("retractions", batch=batch, reason=reason, replaced_by=replaced_by)
    for result in falling:
        if change.one(f"SELECT 1 FROM ({FALLEN}) WHERE result = ?", result) is None:  # noqa: S608
            change.put("fallen", result=result, batch=batch)
    return tuple(falling)
