"""What the canvas is given: everything that a moved window may show, once, so that moving asks nobody.

Nodes are numbered by their place in ``nodes``, assets by theirs in ``assets``; amounts are base units as
texts. With ``complete`` the browser sums what a window holds by itself, in whole numbers, as
``api.casework.network`` does; without it every window is asked for, and ``edges`` are what is shown now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.casework.network_document import price
from graph.model.amounts import Asset
from graph.model.institutions import institution_name
from graph.model.network import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.network import Framed
    from graph.model.network import Edge, Network, Node


def canvas(framed: Framed, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the drawing as numbers and texts, in a fixed order."""
    network = framed.whole if framed.complete else framed.shown
    at = {n.id: i for i, n in enumerate(network.nodes)}
    assets = sorted(names)
    number = {a: i for i, a in enumerate(assets)}
    members: dict[str, int] = {}
    payments = [
        [
            at[p.source],
            at[p.target],
            number[p.asset],
            str(p.units),
            p.lo,
            members.setdefault(_member(p.source, p.debit, p.target, p.credit), len(members)),
        ]
        for p in network.payments
    ]
    place = {p.observation: i for i, p in enumerate(network.payments)}
    return {
        "complete": framed.complete,
        "nodes": [_node(n) for n in network.nodes],
        "assets": [[a, names[a], Asset.from_key(a).exponent or 0] for a in assets],
        "payments": payments,
        "bought": [_bought(e, at, number, place) for e in (framed.bought if framed.complete else ())],
        "stated": [
            [at[e.source], at[e.target], e.note.partition(": ")[0]]
            for e in network.edges
            if e.kind is EdgeKind.ASSERTED
        ],
        "edges": [] if framed.complete else _edges(network, at, number),
        "away": {str(at[n]): [[d, c] for d, c in days.items()] for n, days in framed.away.items() if n in at},
        "beyond": framed.between - sum(e.events for e in framed.whole.edges if e.kind is EdgeKind.PAID),
    }


def _member(source: str, debit: str, target: str, credit: str) -> str:
    """Return which member of a group a payment is of; empty between two single instruments."""
    return debit if source != debit else credit if target != credit else ""


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "rail": str(node.rail),
        "label": node.label,
        "under": node.holder or institution_name(node.institution),
        "shield": node.masked or node.protected,
        "opened": node.opened,
        "group": node.is_group,
        "count": max(1, len(node.members)),
        "unseen": node.unseen,
        "x": node.x,
        "y": node.y,
    }


def _bought(
    edge: Edge, at: Mapping[str, int], number: Mapping[str, int], place: Mapping[str, int]
) -> list[Any]:
    cited = sorted(place[o] for o in edge.citations if o in place)
    given = [number[edge.given_asset], str(edge.given)]
    return [at[edge.source], at[edge.target], number[edge.asset], str(edge.units), *given, edge.first, cited]


def _edges(network: Network, at: Mapping[str, int], number: Mapping[str, int]) -> Sequence[dict[str, Any]]:
    return [
        {
            "id": e.id,
            "kind": str(e.kind),
            "from": at[e.source],
            "to": at[e.target],
            "asset": number.get(e.asset, -1),
            "units": str(e.units),
            "events": e.events,
            "first": e.first,
            "last": e.last,
            "price": price(e),
            "author": e.note.partition(": ")[0],
        }
        for e in network.edges
    ]
