"""A network as tables of texts: nodes, edges, payments, and what is not in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.evidence.tables.table import Table
from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from graph.model.network import Edge, Network


def network_tables(network: Network) -> dict[str, Table]:
    """Return the tables of a network by file name."""
    return {
        "network_nodes.csv": Table(
            "instruments and groups of the network",
            (
                "node",
                "kind",
                "rail",
                "label",
                "institution",
                "holder",
                "masked",
                "protected",
                "instruments",
                "transfers",
                "transfers_not_drawn",
                "members",
            ),
            tuple(
                (
                    n.id,
                    n.kind,
                    str(n.rail),
                    n.label,
                    n.institution,
                    n.holder,
                    _yes(n.masked),
                    _yes(n.protected),
                    str(max(1, len(n.members))),
                    str(n.events),
                    str(n.unseen),
                    " ".join(n.members),
                )
                for n in network.nodes
            ),
        ),
        "network_edges.csv": Table(
            "sums between two nodes, per asset; conversions and statements of persons",
            (
                "from",
                "to",
                "kind",
                "asset",
                "amount",
                "transfers",
                "first",
                "last",
                "given",
                "given_asset",
                "note",
                "observations",
            ),
            tuple(_edge(e) for e in network.edges),
        ),
        "network_payments.csv": Table(
            "payments of the network, each with its place",
            (
                "observation",
                "source_sha256",
                "locator",
                "time_from",
                "time_to",
                "from",
                "to",
                "debit",
                "credit",
                "kind",
                "amount",
                "asset",
                "reference",
                "mark",
            ),
            tuple(
                (
                    p.observation,
                    p.origin,
                    p.locator,
                    iso_text(p.lo),
                    iso_text(p.hi),
                    p.source,
                    p.target,
                    p.debit,
                    p.credit,
                    p.kind,
                    exact_text(p.units, p.asset),
                    p.asset,
                    p.ref,
                    p.mark,
                )
                for p in network.payments
            ),
        ),
        "network_left_out.csv": Table(
            "what is not drawn, where, why, and its sum per asset",
            ("node", "reason", "instruments", "transfers", "asset", "amount"),
            tuple(
                (o.node, o.reason, str(o.instruments), str(o.events), asset, amount)
                for o in network.left_out
                for asset, amount in ([(a, exact_text(u, a)) for a, u in o.sums.items()] or [("", "")])
            ),
        ),
    }


def _edge(edge: Edge) -> tuple[str, ...]:
    return (
        edge.source,
        edge.target,
        str(edge.kind),
        edge.asset,
        exact_text(edge.units, edge.asset) if edge.asset else "",
        str(edge.events),
        iso_text(edge.first) if edge.events else "",
        iso_text(edge.last) if edge.events else "",
        exact_text(edge.given, edge.given_asset) if edge.given_asset else "",
        edge.given_asset,
        edge.note,
        " ".join(edge.citations),
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"
