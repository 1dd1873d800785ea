"""The sheet of what can be frozen now: what is sent to banks, operators, exchanges and issuers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.assets.identify import holdings
from api.casework.places import place_text
from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.assets.identify import Holding
    from api.casework.traces import TraceRun
    from graph.model.provenance import Source


def freezing_sheet(run: TraceRun, sources: Sequence[Source]) -> tuple[Holding, ...]:
    """List what is held under any rule of the run, most urgent first."""
    return holdings(run.following, run.comparison.results, run.policy.rule, sources)


def sheet_document(run: TraceRun, sheet: Sequence[Holding]) -> dict[str, Any]:
    """Return the sheet as texts, lists and mappings: the contract of ``fuatilia assets --json``."""
    claim_asset = run.following.trace_input.claim_asset
    return {
        "rule": run.policy.rule,
        "rules": sorted(run.comparison.results),
        "inputs": run.inputs,
        "claim_asset": claim_asset,
        "assets": [
            {
                "instrument": h.instrument,
                "label": place_text(run.following, h.place),
                "kind": h.kind,
                "institution": h.institution,
                "holder": h.holder,
                "asset": h.asset,
                "amount": exact_text(h.traced, h.asset),
                "least": exact_text(h.least, h.asset),
                "most": exact_text(h.most, h.asset),
                "claim": exact_text(h.principal, claim_asset),
                "owners": {o: exact_text(n, h.asset) for o, n in sorted(h.owners.items())},
                "balance": None if h.balance is None else exact_text(h.balance, h.asset),
                "as_of": iso_text(h.as_of),
                "basis": str(h.basis),
                "urgency": str(h.urgency),
                "why": h.why,
            }
            for h in sheet
        ],
        "claim": exact_text(sum((h.principal for h in sheet), 0), claim_asset),
    }
