"""How a case stands, in one document: what the case page, REST and ``fuatilia case`` all show."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from api.casework.masking import receipts_by_source
from api.casework.question import asked_in, asked_words
from graph.model.parties import Role
from graph.model.printing import exact_text
from graph.model.provenance import Balance
from graph.model.results import ResultKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.masking import Masking
    from api.casework.roles import Standing
    from api.casework.triage import Triaged
    from graph.model.provenance import Receipt, Source
    from graph.model.results import Assertion, Result

NOT_READ = "not read"
RETRACTED = "retracted"


def case_document(
    case: str,
    sources: Sequence[Source],
    receipts: Sequence[Receipt],
    retracted: Mapping[str, str],
    stated: Sequence[Assertion],
    results: Sequence[Result],
    leads: Sequence[Triaged],
    roles: Sequence[Standing],
    masking: Masking,
) -> dict[str, Any]:
    """Return how a case stands, without its content hash and its audit chain.

    Parameters
    ----------
    sources, receipts : sequences
        As the view shows them for the reader's clearance.
    retracted : mapping
        Sources taken out of sight, with the reason.
    """
    readings = receipts_by_source(list(receipts))
    verdicts = Counter(str(c.verdict) for r in receipts for c in r.reconciliation)
    kinds = Counter(str(r.kind) for r in results)
    held = Counter(role for one in roles for role in one.roles)
    asked = asked_in(stated, masking)
    return {
        "case": case,
        "question": asked_words(asked[-1]) if asked else "",
        "files": len(receipts),
        "records": sum(r.records for r in receipts),
        "accepted": sum(r.accepted for r in receipts),
        "rejected": sum(len(r.rejected) for r in receipts),
        "statements": {v.value: verdicts[v.value] for v in Balance},
        "assertions": len(stated),
        "results": len(results),
        "results_by_kind": {k.value: kinds[k.value] for k in ResultKind},
        "leads": dict(sorted(Counter(t.state for t in leads).items())),
        "roles": {r.value: held[r] for r in Role},
        "sources": [
            source_document(s, readings.get(s.sha256, []), retracted.get(s.sha256), masking) for s in sources
        ],
    }


def source_document(
    source: Source, readings: Sequence[Receipt], retracted: str | None, masking: Masking
) -> dict[str, Any]:
    """Return one file with its state: its reader's verdict, ``retracted`` or ``not read``."""
    state = str(readings[0].verdict) if readings else RETRACTED if retracted is not None else NOT_READ
    checks = Counter(str(c.verdict) for r in readings for c in r.reconciliation)
    return {
        "sha256": source.sha256,
        "name": source.name,
        "size": source.size,
        "media": source.media,
        "supplier": source.supplier,
        "authority": source.authority,
        "received": source.received,
        "state": state,
        "retracted": "" if retracted is None or readings else masking.words(retracted),
        "readers": sorted({r.reader for r in readings}),
        "records": sum(r.records for r in readings),
        "accepted": sum(r.accepted for r in readings),
        "rejected": sum(len(r.rejected) for r in readings),
        "statements": {v.value: checks[v.value] for v in Balance if checks[v.value]},
        "sums": [
            {"asset": asset, **{way: exact_text(int(units), asset) for way, units in sorted(sums.items())}}
            for r in readings
            for asset, sums in sorted(r.sums.items())
        ],
    }
