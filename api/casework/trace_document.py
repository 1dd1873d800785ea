"""A trace as one JSON document: the contract of ``fuatilia trace --json``. Amounts are texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.tracing.movements import UNTRACED
from analytics.tracing.result import OUTCOMES, by_owner
from api.casework.masking import Masking
from api.casework.places import place_text
from api.casework.trace_flows import flows_document
from api.casework.trace_hops import hop_document, owners_document
from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.following import Following
    from analytics.tracing.movements import Number
    from analytics.tracing.result import Leg, TraceResult
    from api.casework.traces import TraceRun


def trace_document(run: TraceRun, masking: Masking | None = None) -> dict[str, Any]:
    """Return the whole trace as texts, lists and mappings, in a fixed order.

    Parameters
    ----------
    run : TraceRun
        Its labels are as whoever ran it may see them.
    masking : Masking, optional
        What the reader may see of reasons and other free text; literal numbers are masked without it.
    """
    claim_asset = run.following.trace_input.claim_asset
    seen = masking or Masking()
    document = {
        "policy": _texts(run.policy.canonical()),
        "inputs": run.inputs,
        "claim": {
            "asset": claim_asset,
            "total": exact_text(sum(run.chosen.claims.values(), 0), claim_asset),
            "claimants": {o: exact_text(n, claim_asset) for o, n in sorted(run.chosen.claims.items())},
            "seeds": [{"observation": s.observation, "claimant": s.claimant} for s in run.seeds],
        },
        "rules": {
            code: rule_document(run, result) for code, result in sorted(run.comparison.results.items())
        },
        "band": _band(run),
        "flows": flows_document(run),
        "assertions": [
            {
                "id": a.id,
                "kind": str(a.kind),
                "author": a.author,
                "reason": seen.words(a.reason),
                "made": a.made,
            }
            for a in run.following.assertions
        ],
        "without": [
            {
                "assertion": w.assertion.id,
                "rules": {code: _sums(sums, claim_asset) for code, sums in sorted(w.totals.items())},
                "stops": {
                    code: {
                        "outcome": stop.outcome,
                        "instrument": stop.place[0],
                        "place": stop.place[1],
                        "payer": {"instrument": stop.payer[0], "label": stop.payer[1]},
                        "claim": exact_text(stop.claim, claim_asset),
                    }
                    for code, stop in sorted(w.stops.items())
                },
                "held": {
                    code: [
                        {"place": _label(run.following, p), "claim": exact_text(n, claim_asset)}
                        for p, n in found.items()
                    ]
                    for code, found in sorted(w.held.items())
                },
            }
            for w in run.without
        ],
        "order_matters": {
            code: {"credits_first": _sums(one, claim_asset), "debits_first": _sums(other, claim_asset)}
            for code, (one, other) in sorted(run.order_matters.items())
        },
        "ledgers": [
            {
                "id": note.instrument,
                "label": _label(run.following, key),
                "asset": note.asset,
                "opening": note.basis,
                "balance_check": note.balance_check,
                "incomplete": note.incomplete,
            }
            for key, note in sorted(run.following.notes.items())
        ],
        "gaps": list(run.following.gaps),
        "not_followed": [
            {"place": _label(run.following, key), "why": why}
            for key, why in sorted(run.following.cut.items())
        ],
        "rates": [
            {
                "base": r.base,
                "quote": r.quote,
                "at": iso_text(r.lo),
                "source": r.source,
                "observation": r.observation,
            }
            for r in run.following.rates
        ],
    }
    return {name: seen.document(part) for name, part in document.items()}


def rule_document(run: TraceRun, result: TraceResult) -> dict[str, Any]:
    """Return one rule's outcome: places with their legs, stops, and every hop with its rows."""
    asset = result.claim_asset
    legs = {name: [leg for leg in result.outcome(name) if leg.owner not in UNTRACED] for name in OUTCOMES}
    found: dict[str, Any] = {
        "version": result.rule_version,
        "holdings": _places(run.following, legs["holdings"], asset),
        "ends": {name: _places(run.following, legs[name], asset) for name in OUTCOMES[1:]},
    }
    for name in OUTCOMES:
        word = "held" if name == "holdings" else name
        found[word] = exact_text(sum((leg.principal for leg in legs[name]), 0), asset)
    found["stops"] = [
        {
            "kind": s.kind,
            "place": _label(run.following, s.place),
            "reason": s.reason,
            "movements": list(s.movements),
            "claim": {o: exact_text(n, asset) for o, n in sorted(s.principal.items())},
        }
        for s in result.stops
    ]
    found["hops"] = [hop_document(run.following, h, asset) for h in result.hops if h.traced]
    found["rounding"] = {
        "bounds": {a: exact_text(n, a) for a, n in sorted(result.rounding.bounds.items())},
        "proven": result.rounding.proven,
        "held": exact_text(sum((leg.principal for leg in result.rounding.legs), 0), asset),
    }
    return found


def _places(following: Following, legs: Sequence[Leg], claim_asset: str) -> list[dict[str, Any]]:
    by_place: dict[str, list[Leg]] = {}
    for leg in legs:
        if leg.owner not in UNTRACED:
            by_place.setdefault(leg.place, []).append(leg)
    return [
        {
            "instrument": following.places[place].instrument if place in following.places else "",
            "label": _label(following, place),
            "asset": found[0].asset,
            "amount": exact_text(sum((leg.amount for leg in found), 0), found[0].asset),
            "claim": exact_text(sum((leg.principal for leg in found), 0), claim_asset),
            "owners": owners_document(by_owner(found), found[0].asset, claim_asset),
            "reason": next((leg.reason for leg in found if leg.reason), ""),
        }
        for place, found in sorted(by_place.items())
    ]


def _band(run: TraceRun) -> list[dict[str, Any]]:
    asset = run.following.trace_input.claim_asset
    rows = [*run.comparison.totals, *run.comparison.band]
    return [
        {
            "outcome": r.outcome,
            "place": _label(run.following, r.place) if r.place else "",
            "instrument": run.following.places[r.place].instrument if r.place in run.following.places else "",
            "owner": r.owner,
            "unit": r.unit,
            "asset": r.asset or asset,
            "least": exact_text(r.low, asset if r.unit == "principal" else r.asset),
            "most": exact_text(r.high, asset if r.unit == "principal" else r.asset),
            "agreed": r.agreed,
            "rules": {
                code: exact_text(n, asset if r.unit == "principal" else r.asset)
                for code, n in sorted(r.values.items())
            },
        }
        for r in rows
    ]


def _sums(sums: Mapping[str, Number], asset: str) -> dict[str, str]:
    return {name: exact_text(sums[name], asset) for name in OUTCOMES}


def _label(following: Following, place: str) -> str:
    return place_text(following, place)


def _texts(value: object) -> Any:
    if isinstance(value, dict):
        return {k: _texts(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_texts(v) for v in value]
    return value if isinstance(value, (str, bool)) or value is None else str(value)
