"""Measures of a sub-network that a person looks at, each with what it means and what it does not.

A number beside an account is read as a verdict unless it says otherwise. So every measure carries
its two sentences, none is a score, none is added to another, and all are of the picture as drawn:
what the case does not hold, or a group hides, they cannot see.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from graph.frames import to_networkx
from graph.model.network import EdgeKind
from graph.model.printing import exact_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from graph.model.network import Network, Payment

MOST = 1_000
"""Nodes beyond which no measure over all pairs is computed."""
SCOPE = "Of what is drawn only; a group counts as one, and what the case does not hold is not seen."


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of every node.

    Attributes
    ----------
    code, title : str
    means, does_not_mean : str
        Two sentences that are always shown with it.
    source : str
        Where the measure is defined.
    values : mapping
        Node id to its value as a text, in the order of the network; empty where not evaluated.
    why_not : str
        Why it was not evaluated.
    """

    code: str
    title: str
    means: str
    does_not_mean: str
    source: str
    values: Mapping[str, str]
    why_not: str = ""


def measures(network: Network) -> tuple[Measure, ...]:
    """Return every measure of a sub-network.

    Notes
    -----
    Payments and conversions count as links, statements of persons do not. Sums are per asset and exact;
    assets are never added together.

    References
    ----------
    Freeman, L. C. (1977), A set of measures of centrality based on betweenness. Sociometry 40.
    Seidman, S. B. (1983), Network structure and minimum degree. Social Networks 5.
    Tarjan, R. (1972), Depth-first search and linear graph algorithms. SIAM J. Comput. 1.
    """
    g = _simple(network)
    return (
        _counterparties(g, incoming=True),
        _counterparties(g, incoming=False),
        _sums(network, incoming=True),
        _sums(network, incoming=False),
        _betweenness(g),
        _core(g),
        _cut_points(g),
        _parts(g),
    )


def _simple(network: Network) -> nx.DiGraph[str]:
    import networkx as nx

    g: nx.DiGraph[str] = nx.DiGraph()
    drawn = to_networkx(network)
    g.add_nodes_from(drawn.nodes)
    stated = {e.id for e in network.edges if e.kind is EdgeKind.ASSERTED}
    g.add_edges_from((a, b) for a, b, key in drawn.edges(keys=True) if a != b and key not in stated)
    return g


def _counterparties(g: nx.DiGraph[str], *, incoming: bool) -> Measure:
    degree = g.in_degree if incoming else g.out_degree
    return Measure(
        "payers" if incoming else "payees",
        "Distinct payers" if incoming else "Distinct payees",
        "How many different neighbours "
        + ("paid it, whatever they paid." if incoming else "it paid, whatever it paid them."),
        "Many do not make it suspicious: shops, agents, employers and savings groups have many.",
        "degree of a directed graph without parallel edges",
        {n: str(degree[n]) for n in g},
    )


def _sums(network: Network, *, incoming: bool) -> Measure:
    found: dict[str, dict[str, int]] = {n.id: {} for n in network.nodes}
    for edge in network.edges:
        if edge.kind is EdgeKind.PAID:
            sums = found[edge.target if incoming else edge.source]
            sums[edge.asset] = sums.get(edge.asset, 0) + edge.units
    return Measure(
        "received" if incoming else "paid",
        "Received" if incoming else "Paid",
        "The exact sum, per asset, of the drawn payments " + ("to it." if incoming else "by it."),
        "It is no income, balance or benefit: money that only passed through is in it.",
        "sum over edges",
        {
            n: "; ".join(f"{exact_text(u, a)} {a}" for a, u in sorted(sums.items()))
            for n, sums in found.items()
        },
    )


def _betweenness(g: nx.DiGraph[str]) -> Measure:
    import networkx as nx

    values: dict[str, str] = {}
    if len(g) <= MOST:
        values = {n: f"{x:.4f}" for n, x in nx.betweenness_centrality(g).items()}
    return Measure(
        "betweenness",
        "On the shortest ways between others",
        "The share of shortest chains of payments between two other nodes that run through it.",
        "It does not say that any money took that way: order and amounts of the payments play no part.",
        "Freeman 1977, directed, normalised",
        values,
        "" if values or not len(g) else f"more than {MOST:,} nodes: draw less",
    )


def _core(g: nx.DiGraph[str]) -> Measure:
    import networkx as nx

    return Measure(
        "core",
        "Core number",
        "The largest k for which it belongs to a part where everybody deals with at least k others there.",
        "A dense part is no ring of offenders: a market, a family or a savings group is dense as well.",
        "Seidman 1983, directions left aside",
        {n: str(k) for n, k in nx.core_number(g.to_undirected()).items()},
    )


def _cut_points(g: nx.DiGraph[str]) -> Measure:
    import networkx as nx

    points = {*nx.articulation_points(g.to_undirected())}
    return Measure(
        "cut_point",
        "Holds parts together",
        "Without it, the drawn network falls into more parts: a place where records matter most.",
        "Often it only means that its statement is in the case and its neighbours' statements are not.",
        "Tarjan 1972, directions left aside",
        {n: "yes" if n in points else "no" for n in g},
    )


def _parts(g: nx.DiGraph[str]) -> Measure:
    import networkx as nx

    parts = sorted((sorted(part) for part in nx.weakly_connected_components(g)), key=lambda p: (-len(p), p))
    return Measure(
        "part",
        "Connected part",
        "Nodes of one number are joined by payments, directly or through others; 1 is the largest part.",
        "Being in one part is no connection between people: one shared shop is enough.",
        "weakly connected components",
        {n: str(number) for number, part in enumerate(parts, 1) for n in part},
    )


def fewest_in_time(network: Network, start: str) -> dict[str, tuple[Payment, ...]]:
    """Return, for each instrument, a chain of fewest payments from ``start`` that runs forward in time.

    Parameters
    ----------
    start : str
        Opaque instrument id.

    Returns
    -------
    dict
        Instrument to its chain, sorted by instrument; ``start`` itself has the empty chain. Of two
        chains equally long, the one that arrives earlier.

    Notes
    -----
    A chain is possible in time when instants can be chosen, one in each interval, that never go back.
    It says that money could have come this way, never that it did: amounts play no part.

    References
    ----------
    Wu, H. et al. (2014), Path problems in temporal graphs. PVLDB 7(9).
    """
    leaving: dict[str, list[Payment]] = {}
    for payment in network.payments:
        leaving.setdefault(payment.debit, []).append(payment)
    best: dict[str, tuple[Payment, ...]] = {}
    # An entry that is later but not longer can still be needed further on: Pareto over (length, time).
    latest: dict[str, int] = {}
    heap: list[tuple[int, int, int, str, tuple[Payment, ...]]] = [(0, -(2**63), 0, start, ())]
    number = 0
    while heap:
        length, at, _, node, chain = heappop(heap)
        if node in latest and latest[node] <= at:
            continue
        latest[node] = at
        best.setdefault(node, chain)
        for payment in leaving.get(node, ()):
            if payment.hi > at:  # some instant of [lo, hi) is not before `at`
                number += 1
                heappush(heap, (length + 1, max(at, payment.lo), number, payment.credit, (*chain, payment)))
    return {node: best[node] for node in sorted(best)}
