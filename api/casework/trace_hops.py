"""One hop of a trace as a document: what moved, whose it was before and after, and what the rule consumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.tracing.movements import UNTRACED
from api.casework.places import place_text
from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.tracing.following import Following
    from analytics.tracing.result import Hop, Part

MOST_DRAWN = 24
"""Lots of one draw that are kept; the amount of the rest is kept as one line without an origin."""


def hop_document(following: Following, hop: Hop, claim_asset: str) -> dict[str, Any]:
    """Return one hop as texts, lists and mappings.

    ``before`` and ``after`` are by owner (``_own`` untraced, ``_bank`` the bank, negative where something
    is owed to it) and of the paying side; for a payment from outside, of the receiving side, and then
    ``outside`` is true. ``drawn`` lists the lots consumed in the order of the rule.
    """
    rows = following.cites[hop.movement]
    first = min(rows, key=lambda r: (r.hi - r.lo, r.source, r.locator))
    outside = hop.debit not in following.trace_input.ledgers
    side = hop.received_asset if outside else hop.asset
    traced = [n for owner, n in hop.before.items() if owner not in UNTRACED]
    return {
        "movement": hop.movement,
        "at": iso_text(first.lo),
        "until": iso_text(first.hi),
        "observation": first.observation,
        "source": first.source,
        "locator": first.locator,
        "rows": [
            {"observation": observation, "source": source, "locator": locator}
            for source, locator, observation in sorted({(r.source, r.locator, r.observation) for r in rows})
        ],
        "from": place_text(following, hop.debit or ""),
        "to": place_text(following, hop.credit or ""),
        "debit": _instrument(following, hop.debit),
        "credit": _instrument(following, hop.credit),
        "asset": hop.asset,
        "amount": exact_text(hop.amount, hop.asset),
        "received_asset": hop.received_asset,
        "received": exact_text(hop.received_amount, hop.received_asset),
        "traced": exact_text(sum((p.amount for p in hop.traced.values()), 0), hop.received_asset),
        "owners": owners_document(hop.traced, hop.received_asset, claim_asset),
        "outside": outside,
        "balance_before": exact_text(sum(hop.before.values(), 0), side),
        "traced_before": exact_text(sum(traced, 0), side),
        "before": {owner: exact_text(n, side) for owner, n in sorted(hop.before.items())},
        "paid": {owner: exact_text(p.amount, hop.asset) for owner, p in sorted(hop.composition.items())},
        "after": {owner: exact_text(n, side) for owner, n in sorted(hop.after.items())},
        "drawn": _drawn(hop),
    }


def owners_document(parts: Mapping[str, Part], asset: str, claim_asset: str) -> dict[str, dict[str, str]]:
    """Return what each owner has of a sum: in its asset, and as the part of the claim that it carries."""
    return {
        owner: {"amount": exact_text(part.amount, asset), "claim": exact_text(part.principal, claim_asset)}
        for owner, part in sorted(parts.items())
    }


def _instrument(following: Following, place: str | None) -> str:
    where = following.places.get(place or "")
    return "" if where is None else where.instrument


def _drawn(hop: Hop) -> list[dict[str, str]]:
    kept, rest = hop.drawn[:MOST_DRAWN], hop.drawn[MOST_DRAWN:]
    told = [
        {"owner": lot.owner, "origin": lot.origin, "amount": exact_text(lot.amount, hop.asset)}
        for lot in kept
    ]
    by_owner: dict[str, list[Any]] = {}
    for lot in rest:
        by_owner.setdefault(lot.owner, []).append(lot.amount)
    return told + [
        {"owner": owner, "origin": "", "amount": exact_text(sum(amounts, 0), hop.asset)}
        for owner, amounts in sorted(by_owner.items())
    ]
