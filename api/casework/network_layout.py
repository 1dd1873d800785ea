"""Where the nodes of a network stand: money runs from the reading side to the other, the same each time.

A drawing that is different at every look cannot be spoken about. So places are computed from the
network alone, in whole numbers: layers by the direction of the payments, few crossings, and columns
short enough for a wide, low canvas.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graph.model.network import Network

COLUMN, ROW = 108, 68
SHAPE = (726, 325)
"""Of the canvas without its margins: the drawing is as wide to its height as that, or more."""
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class _Links:
    """Distinct neighbours of each node, in both directions, without loops."""

    out: Mapping[str, tuple[str, ...]]
    come: Mapping[str, tuple[str, ...]]

    def both(self, node: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.out[node], *self.come[node]]))


def places(network: Network) -> dict[str, tuple[int, int]]:
    """Return the place of each node as whole pixels, by node id."""
    nodes = [n.id for n in network.nodes]
    links = _links(nodes, [(e.source, e.target) for e in network.edges])
    layers = _layered(nodes, links)
    order = _untangled(layers, links)
    return _spread(order, rows=max(4, isqrt(len(nodes)) + 1))


def _links(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> _Links:
    out: dict[str, dict[str, None]] = {n: {} for n in nodes}
    come: dict[str, dict[str, None]] = {n: {} for n in nodes}
    for a, b in edges:
        if a != b:
            out[a][b] = None
            come[b][a] = None
    return _Links({n: tuple(out[n]) for n in nodes}, {n: tuple(come[n]) for n in nodes})


def _layered(nodes: Sequence[str], links: _Links) -> list[list[str]]:
    """Give each node a layer: the core by longest path, ends with one neighbour beside it."""
    core = [n for n in nodes if len(links.both(n)) > 1]
    before = {n: i for i, n in enumerate(_forward(core, links))}
    layer: dict[str, int] = {}
    for n, place in before.items():  # in order, so that everything upstream is known
        upstream = [layer[m] for m in links.come[n] if m in layer and before[m] < place]
        layer[n] = max(upstream, default=0) + 1 if upstream else 1
    for n in nodes:
        if n in layer:
            continue
        hubs = links.both(n)
        hub = layer.get(hubs[0], 0) if hubs else 0
        layer[n] = max(0, hub - 1) if n not in before and links.out[n] and hubs else hub + 1
    used = sorted({*layer.values()})
    return [[n for n in nodes if layer[n] == wanted] for wanted in used]


def _forward(core: Sequence[str], links: _Links) -> list[str]:
    """Order nodes so that few payments run against the order (Eades, Lin and Smyth 1993)."""
    left, right, rest = [], [], dict.fromkeys(core)
    while rest:
        sinks = [n for n in rest if not any(m in rest for m in links.out[n])]
        sources = [n for n in rest if not any(m in rest for m in links.come[n])]
        if sinks:
            right += sinks
        elif sources:
            left += sources
        else:
            surplus = {
                n: sum(m in rest for m in links.out[n]) - sum(m in rest for m in links.come[n]) for n in rest
            }
            left.append(max(rest, key=lambda n: surplus[n]))
        for n in sinks or sources or left[-1:]:
            rest.pop(n, None)
    return [*left, *reversed(right)]


def _untangled(layers: list[list[str]], links: _Links) -> list[list[str]]:
    """Order each layer by the mean place of its neighbours, to and fro; the least tangled order wins."""
    order = [list(layer) for layer in layers]
    best, least = [list(layer) for layer in order], _crossings(order, links)
    for sweep in range(SWEEPS):
        at = {n: (2 * i + 1) / (2 * len(layer)) for layer in order for i, n in enumerate(layer)}
        for layer in order if sweep % 2 == 0 else reversed(order):
            ranked = {
                n: sum(at[m] for m in near) / len(near) if (near := links.both(n)) else 1.0 for n in layer
            }
            layer.sort(key=lambda n: (ranked[n], n))
            at |= {n: (2 * i + 1) / (2 * len(layer)) for i, n in enumerate(layer)}
        if (now := _crossings(order, links)) < least:
            best, least = [list(layer) for layer in order], now
    return best


def _crossings(order: Sequence[Sequence[str]], links: _Links) -> int:
    """Count the pairs of payments between the same two layers that cross."""
    at = {n: (number, i) for number, layer in enumerate(order) for i, n in enumerate(layer)}
    between: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for n, (layer, i) in at.items():
        for m in links.both(n):
            other, j = at[m]
            if layer < other:
                between.setdefault((layer, other), []).append((i, j))
    found = 0
    for pairs in between.values():
        before: list[int] = []
        for _, j in sorted(pairs):
            found += len(before) - bisect_right(before, j)
            insort(before, j)
    return found


def _spread(order: list[list[str]], rows: int) -> dict[str, tuple[int, int]]:
    """Turn layers into columns of at most ``rows`` over the whole of a wide, low canvas.

    A longer layer becomes several columns. Neighbouring layers stand half a row apart, so that a
    payment from one to the next runs aslant and has room for its words.
    """
    columns = [-(-len(layer) // rows) for layer in order]
    tallest = max((-(-len(layer) // c) for layer, c in zip(order, columns, strict=True)), default=1)
    wide = max(1, sum(columns) - 1)
    high = max(tallest * ROW, wide * COLUMN * SHAPE[1] // SHAPE[0])
    step = max(COLUMN, high * SHAPE[0] // SHAPE[1] // wide)
    found: dict[str, tuple[int, int]] = {}
    first = 0
    for number, (layer, many) in enumerate(zip(order, columns, strict=True)):
        aside = 3 if number % 2 else 1
        for i, n in enumerate(layer):
            found[n] = ((first + i % many) * step, high * (4 * i + aside) // (4 * len(layer)))
        first += many
    return found
