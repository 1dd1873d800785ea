"""What a figure of a trace draws, kept with the trace: nobody need follow the payments again to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.tracing.flows import flow_of
from api.casework.places import place_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from analytics.tracing.flows import Node
    from api.casework.traces import TraceRun


def flows_document(run: TraceRun) -> dict[str, Any]:
    """Return claimants, accounts, ends and links under the chosen rule; amounts are texts in claim units.

    A node that stands for several says how many in ``together`` and names none of them.
    """
    following = run.following
    asset = following.trace_input.claim_asset
    found = flow_of(following.trace_input, run.comparison, run.policy.rule)

    def named(node: Node) -> dict[str, Any]:
        kind, key = node
        told: dict[str, Any] = {"kind": kind, "key": key}
        if node in found.together:
            return {**told, "label": "", "together": found.together[node]}
        if kind == "claimant":
            return {**told, "label": key}
        where = following.places.get(key)
        return {
            **told,
            "label": place_text(following, key),
            "instrument": "" if where is None else where.instrument,
        }

    return {
        "chosen": found.chosen,
        "total": exact_text(found.total, asset),
        "claimants": [named(n) for n in found.claimants],
        "ledgers": [named(n) for n in found.ledgers],
        "ends": [
            {**named(r.node), "rules": {c: exact_text(v, asset) for c, v in sorted(r.values.items())}}
            for r in found.rows
        ],
        "links": [
            {
                "from": {"kind": source[0], "key": source[1]},
                "to": {"kind": target[0], "key": target[1]},
                "claim": exact_text(value, asset),
            }
            for (source, target), value in found.links.items()
        ],
    }
