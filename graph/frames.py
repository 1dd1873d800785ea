"""What a sub-network looks like to other libraries; they are imported where they are used, not before.

Amounts travel as exact texts and base units as decimal digits: a float never holds money, not even on
its way to another program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.model.instants import iso_text
from graph.model.printing import exact_text

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyarrow as pa

    from graph.model.network import Edge, Network, Node, Payment


def to_networkx(network: Network, *, each_payment: bool = False) -> nx.MultiDiGraph[str]:
    """Return a sub-network as a directed multigraph.

    Parameters
    ----------
    network : Network
    each_payment : bool
        One edge for each payment, its key the observation with its place among equals; else one for
        each pair of nodes and asset, its key the edge's id. Conversions and statements always are one.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes and edges in the order of the network. Attributes are texts, integers and booleans.

    Examples
    --------
    >>> from graph.model.network import Edge, Network, Node
    >>> ends = (Node(id="a", kind="msisdn", label="x"), Node(id="b", kind="till", label="y"))
    >>> paid = Edge(source="a", target="b", asset="KES:2", units=12345, events=2)
    >>> g = to_networkx(Network(version="v", nodes=ends, edges=(paid,), payments=()))
    >>> g.nodes["b"]["rail"], g.edges["a", "b", "paid:a:b:KES:2"]["amount"]
    ('mobile', '123.45')
    """
    import networkx as nx

    g: nx.MultiDiGraph[str] = nx.MultiDiGraph(version=network.version)
    for node in network.nodes:
        g.add_node(node.id, **_node(node))
    for edge in network.edges:
        if not each_payment or edge.kind != "paid":
            g.add_edge(edge.source, edge.target, key=edge.id, **_edge(edge))
    if each_payment:
        for number, payment in enumerate(network.payments):
            key = f"{payment.observation}:{number}"
            g.add_edge(payment.source, payment.target, key=key, **_payment(payment))
    return g


def _node(node: Node) -> dict[str, Any]:
    return {
        "label": node.label,
        "kind": node.kind,
        "rail": str(node.rail),
        "institution": node.institution,
        "holder": node.holder,
        "masked": node.masked,
        "protected": node.protected,
        "opened": node.opened,
        "members": max(1, len(node.members)),
        "events": node.events,
        "not_drawn": node.unseen,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": str(edge.kind),
        "asset": edge.asset,
        "amount": exact_text(edge.units, edge.asset) if edge.asset else "",
        "units": str(edge.units),
        "events": edge.events,
        "first": iso_text(edge.first) if edge.events else "",
        "last": iso_text(edge.last) if edge.events else "",
    }
    if edge.given_asset:
        found |= {"given": exact_text(edge.given, edge.given_asset), "given_asset": edge.given_asset}
    if edge.note:
        found["note"] = edge.note
    return found


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "kind": payment.kind,
        "asset": payment.asset,
        "amount": exact_text(payment.units, payment.asset),
        "units": str(payment.units),
        "events": 1,
        "first": iso_text(payment.lo),
        "last": iso_text(payment.lo),
        "observation": payment.observation,
        "source": payment.origin,
        "locator": payment.locator,
    }


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a data frame whose amounts stay exact decimals.

    Columns are backed by Arrow: an integer with a gap stays an integer, a decimal never becomes a float.

    Examples
    --------
    >>> import pyarrow as pa
    >>> frame = to_pandas(pa.table({"amount": pa.array([10**30, None], pa.decimal128(38, 0))}))
    >>> str(frame["amount"].sum())
    '1000000000000000000000000000000'
    """
    import pandas as pd

    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
