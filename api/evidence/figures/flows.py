"""From a trace to what a Sankey draws: claimants, accounts and ends, with the claims that pass between.

Everything is in claim units, so that what enters an account leaves it again, also after a conversion.
Small accounts, claimants and ends are drawn together, and the label says how many.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from analytics.tracing.result import OUTCOMES
from api.evidence.figures.marks import ENDS, in_order
from api.evidence.tables.trace import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.tracing.result import Hop, Leg, Part, TraceResult
    from api.evidence.contents import Trace

Node = tuple[str, str]
"""(``claimant`` | ``ledger`` | an outcome, key)."""
MOST_CLAIMANTS, MOST_LEDGERS, MOST_ENDS = 10, 9, 8
REST = "_rest"


@dataclass(frozen=True, slots=True)
class EndRow:
    """One row of ends: an outcome at a place, or at several drawn together; claim units by rule."""

    node: Node
    label: str
    values: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Flows:
    """What is drawn: labels of claimants and accounts in order of arrival, links and rows of ends."""

    claimants: Mapping[Node, str]
    ledgers: Mapping[Node, str]
    rows: tuple[EndRow, ...]
    links: Mapping[tuple[Node, Node], Fraction]
    total: Fraction
    chosen: str
    rules: tuple[str, ...]


def flows(trace: Trace) -> Flows:
    """Reduce the trace under the chosen rule to what a figure can hold.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    Flows
        Rows in the order held, spent, fees, swallowed, lost, the largest first.
    """
    chosen = trace.policy.rule
    result = trace.comparison.results[chosen]
    links = _links(trace, result)
    arrival: dict[Node, int] = {}
    through: dict[Node, Fraction] = defaultdict(Fraction)
    for i, ((source, target), value) in enumerate(links.items()):
        for node in (source, target):
            arrival.setdefault(node, i)
        through[target] += value
        if source[0] == "claimant":
            through[source] += value
    values = _values(trace)
    joined: dict[Node, Node] = {}
    claimants = _named([n for n in arrival if n[0] == "claimant"], through, MOST_CLAIMANTS, joined)
    ledgers = _named([n for n in arrival if n[0] == "ledger"], through, MOST_LEDGERS, joined)
    rows: list[EndRow] = []
    for outcome in ENDS:
        rows += _rows(trace, outcome, {n: v for n, v in values.items() if n[0] == outcome}, joined)
    merged: dict[tuple[Node, Node], Fraction] = defaultdict(Fraction)
    for (source, target), value in links.items():
        one, other = joined.get(source, source), joined.get(target, target)
        if one != other:
            merged[one, other] += value
    return Flows(
        {
            n: _several(n, joined, n[1], "claimants")
            for n in sorted(claimants, key=lambda n: (n[1] == REST, n))
        },
        {n: _several(n, joined, trace.label(n[1]), "accounts") for n in ledgers},
        tuple(rows),
        {link: value for link, value in merged.items() if value > 0},
        Fraction(sum(result.claims.values(), 0)),
        chosen,
        tuple(in_order(trace.comparison.results)),
    )


def _links(trace: Trace, result: TraceResult) -> dict[tuple[Node, Node], Fraction]:
    legs: dict[str, list[tuple[str, Leg]]] = defaultdict(list)
    for name in OUTCOMES:
        for leg in result.outcome(name):
            if leg.owner not in UNTRACED:
                legs[leg.movement].append((WORDS.get(name, name), leg))
    links = _Links(frozenset(trace.given.ledgers))
    for opening in trace.given.openings:
        if opening.owner not in UNTRACED:
            links.add(("claimant", opening.owner), ("ledger", opening.ledger), Fraction(opening.amount))
    for hop in result.hops:
        links.hop(hop, legs.get(hop.movement, []))
    for outcome, leg in legs.get("", []):
        links.add(("ledger", leg.place), (outcome, leg.place), Fraction(leg.principal))
    return {link: value for link, value in links.sums.items() if value}


class _Links:
    """Sums of claims that pass between two nodes."""

    def __init__(self, ledgers: frozenset[str]) -> None:
        self._ledgers = ledgers
        self.sums: dict[tuple[Node, Node], Fraction] = defaultdict(Fraction)

    def add(self, source: Node, target: Node, value: Fraction) -> None:
        """Add to what passes from one node to another."""
        self.sums[source, target] += value

    def hop(self, hop: Hop, legs: list[tuple[str, Leg]]) -> None:
        """Add what one movement carried, what it brought in, and what ended with it."""
        carried, arrived = _sums(hop.composition), _sums(hop.received)
        debit, credit = hop.debit or "", hop.credit or ""
        target = self._target(credit, legs)
        for owner in sorted(arrived):
            new = arrived[owner] - carried.get(owner, Fraction(0))
            if new > 0 and target is not None:
                self.add(("claimant", owner), target, new)
        moved = sum((min(arrived.get(o, Fraction(0)), v) for o, v in carried.items()), Fraction(0))
        if debit not in self._ledgers:
            self._undo(debit, credit, moved)
        elif target is not None and debit != credit:
            self.add(("ledger", debit), target, moved)
        for outcome, leg in legs:
            if outcome == "swallowed":
                self.add(("ledger", leg.place), ("swallowed", leg.place), Fraction(leg.principal))
            elif outcome == "lost" and leg.origin == hop.movement:
                self.add(("claimant", leg.owner), ("lost", leg.place), Fraction(leg.principal))
            elif outcome == "lost" and debit in self._ledgers:
                self.add(("ledger", debit), ("lost", leg.place), Fraction(leg.principal))

    def _target(self, credit: str, legs: list[tuple[str, Leg]]) -> Node | None:
        """Return where the movement arrives; what is lost or swallowed with it is added apart."""
        if credit in self._ledgers:
            return "ledger", credit
        ends = {(outcome, leg.place) for outcome, leg in legs if leg.amount > 0}
        return min((e for e in ends if e[1] == credit and e[0] not in {"swallowed", "lost"}), default=None)

    def _undo(self, end: str, ledger: str, value: Fraction) -> None:
        """Take a returned payment off the ribbon that had brought it to its end."""
        for outcome in ENDS:
            link = (("ledger", ledger), (outcome, end))
            if value and self.sums.get(link, 0) >= value:
                self.sums[link] -= value
                return


def _sums(parts: Mapping[str, Part]) -> dict[str, Fraction]:
    return {o: Fraction(p.principal) for o, p in parts.items() if o not in UNTRACED and p.principal}


def _values(trace: Trace) -> dict[Node, dict[str, Fraction]]:
    codes = sorted(trace.comparison.results)
    found: dict[Node, dict[str, Fraction]] = {}
    for code in codes:
        result = trace.comparison.results[code]
        for name in OUTCOMES:
            for leg in result.outcome(name):
                if leg.owner not in UNTRACED:
                    node = (WORDS.get(name, name), leg.place)
                    row = found.setdefault(node, dict.fromkeys(codes, Fraction(0)))
                    row[code] += Fraction(leg.principal)
    return {node: row for node, row in found.items() if any(row.values())}


def _named(
    nodes: list[Node], weight: Mapping[Node, Fraction], most: int, joined: dict[Node, Node]
) -> list[Node]:
    """Keep the largest nodes in their order; the rest are joined into one."""
    if len(nodes) <= most:
        return nodes
    kept = set(sorted(nodes, key=lambda n: (-weight[n], n))[: most - 1])
    rest = (nodes[0][0], REST)
    joined.update({n: rest for n in nodes if n not in kept})
    return [n for n in nodes if n in kept] + [rest]


def _several(node: Node, joined: Mapping[Node, Node], label: str, what: str) -> str:
    return f"{sum(1 for n in joined.values() if n == node)} other {what}" if node[1] == REST else label


def _rows(
    trace: Trace, outcome: str, values: Mapping[Node, Mapping[str, Fraction]], joined: dict[Node, Node]
) -> list[EndRow]:
    weight = {n: (v[trace.policy.rule], max(v.values())) for n, v in values.items()}
    ranked = sorted(values, key=lambda n: (-weight[n][0], -weight[n][1], n))
    most = MOST_ENDS if outcome in {"held", "spent"} else 1
    kept = ranked if len(ranked) <= most else ranked[: most - 1]
    rows = [EndRow(n, trace.label(n[1]), dict(values[n])) for n in kept]
    rest = [n for n in ranked if n not in kept]
    if rest:
        node = (outcome, REST)
        joined.update(dict.fromkeys(rest, node))
        label = f"{len(rest)} {'other ' if kept else ''}places"
        rows.append(EndRow(node, label, _added(values[n] for n in rest)))
    return rows


def _added(rows: Iterable[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        for code, value in row.items():
            sums[code] += value
    return dict(sums)
