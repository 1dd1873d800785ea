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

    Covered are visible batches with the key-free hashes of their files, which case admits which
    source, links and assertions that persons made about the evidence. Automatic links follow from the
    rows. What was said of the work on a case (its question, a step, a restraint) is left out: no figure
    rests on it, so that ticking a step makes no result old. A source of
    which everything was retracted counts as one that never came in: a store that took it back and a
    store that never had it hold the same evidence.
    """
    visible = catalogue.batches(cases)
    batches = [
        [b.batch, b.source, *([f.role, f.content] for role in _ROLES for f in b.of(role))] for b in visible
    ]
    gone = set(catalogue.retracted(cases))
    admitted = [(case, source) for case, source in catalogue.admissions(cases) if source not in gone]
    links = sorted({(k.a, k.b, k.kind.value) for k in catalogue.links(cases) if k.author})
    told = {
        "admitted": admitted,
        "assertions": catalogue.evidence_assertions(cases),
        "batches": batches,
        "links": links,
    }
    return digest("content", canonical(told))
