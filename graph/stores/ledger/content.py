"""What a store holds, as one hash: the same evidence gives the same hash in every store.

It does not depend on the order of arrival, on the store's key, on the clock, on how often a file was
offered or on how often the work was interrupted. Results rest on it as their ``inputs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.model.provenance import canonical, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.stores.ledger.catalogue import Catalogue

_ROLES = ("facts", "instruments", "nodes", "rows", "texts")


def content_hash(catalogue: Catalogue, cases: Sequence[str] | None = None) -> str:
    """Return the hash of what the cases admit (``None``: all that is stored).

    Covered are visible batches with the key-free hashes of their files, which batches were
    retracted, which case admits which source, links and assertions made by persons. Automatic links
    follow from the rows.
    """
    batches = [
        [b.batch, b.source, *([f.role, f.content] for role in _ROLES for f in b.of(role))]
        for b in catalogue.batches(cases)
    ]
    admitted = catalogue.admissions(cases)
    sources = {source for _, source in admitted}
    retracted = [
        batch
        for batch, source in catalogue.fetch(
            "SELECT batch, source FROM retractions JOIN batches ON id = batch ORDER BY batch"
        )
        if source in sources
    ]
    links = sorted({(k.a, k.b, k.kind.value) for k in catalogue.links(cases) if k.author})
    told = {
        "admitted": admitted,
        "assertions": catalogue.all_assertions(cases),
        "batches": batches,
        "links": links,
        "retracted": retracted,
    }
    return digest("content", canonical(told))
