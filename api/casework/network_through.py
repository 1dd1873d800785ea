"""What of a picture lies on a way through one node: everything that leads to it, and on from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graph.model.network import Network


def through(network: Network, node: str) -> Network:
    """Return what leads to a node of the picture and what leads on from it, by the direction of the edges.

    Directions count, instants do not: that a payment lies on a way does not say that its money went it.
    """
    edges = [(e.source, e.target) for e in network.edges]
    before = _reached(node, _near((b, a) for a, b in edges))
    after = _reached(node, _near(edges))
    keep = tuple(e for e in network.edges if e.target in before or e.source in after)
    pairs = {(e.source, e.target) for e in keep}
    named = {node, *(n for pair in pairs for n in pair)}
    return replace(
        network,
        nodes=tuple(n for n in network.nodes if n.id in named),
        edges=keep,
        payments=tuple(p for p in network.payments if (p.source, p.target) in pairs),
    )


def _near(edges: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for a, b in edges:
        near.setdefault(a, set()).add(b)
    return near


def _reached(start: str, near: Mapping[str, set[str]]) -> set[str]:
    """Return a node and everything that can be reached from it."""
    found, rest = {start}, [start]
    while rest:
        for n in near.get(rest.pop(), ()):
            if n not in found:
                found.add(n)
                rest.append(n)
    return found
