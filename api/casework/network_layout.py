"""Where the nodes of a network stand: money runs from the reading side to the other, the same each time.

A drawing that is different at every look cannot be spoken about. So places are computed from the
network alone, in whole numbers: layers by the direction of the payments, few crossings, and columns
short enough for a wide, low canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graph.model.network import Network

COLUMN, ROW = 190, 136
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
    return _spread(order, links, rows=max(4, isqrt(len(nodes)) + 1))


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
    """Order each layer by the mean place of its neighbours, to and fro."""
    order = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        at = {n: (2 * i + 1) / (2 * len(layer)) for layer in order for i, n in enumerate(layer)}
        for layer in order if sweep % 2 == 0 else reversed(order):
            ranked = {
                n: sum(at[m] for m in near) / len(near) if (near := links.both(n)) else 1.0 for n in layer
            }
            layer.sort(key=lambda n: (ranked[n], n))
            at |= {n: (2 * i + 1) / (2 * len(layer)) for i, n in enumerate(layer)}
    return order


def _spread(order: list[list[str]], links: _Links, rows: int) -> dict[str, tuple[int, int]]:
    """Turn layers into columns of at most ``rows``; a longer one becomes several, in zigzag."""
    found: dict[str, tuple[int, int]] = {}
    x = 0
    for number, layer in enumerate(order):
        columns = -(-len(layer) // rows)
        step = ROW * 2 // 3 if columns > 1 else ROW
        height = (len(layer) - 1) * step // columns
        wanted = [found[m][1] for n in layer for m in links.both(n) if m in found]
        middle = sum(wanted) // len(wanted) if wanted else 0
        aside = ROW // 4 if number % 2 else -ROW // 4  # labels of neighbouring columns stand apart
        top = middle // 2 - height // 2 + aside
        for i, n in enumerate(layer):
            found[n] = (x + (i % columns) * COLUMN * 3 // 4, top + i * step // columns)
        x += COLUMN + (columns - 1) * COLUMN * 3 // 4
    return found
