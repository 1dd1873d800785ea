"""From a trace to what can be drawn: claimants, accounts and ends, with the claims that pass between.

Everything is in claim units, so that what enters an account leaves it again, also after a conversion.
Small accounts, claimants and ends are taken together, and how many stands beside them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED
from analytics.tracing.result import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.tracing.band import Comparison
    from analytics.tracing.movements import TraceInput
    from analytics.tracing.result import Hop, Leg, Part, TraceResult

Node = tuple[str, str]
"""(``claimant`` | ``ledger`` | one of ``ENDS``, key)."""
ENDS = ("held", "spent", "fees", "swallowed", "lost")
"""How money can end, in the order in which it is drawn."""
MOST_CLAIMANTS, MOST_LEDGERS, MOST_ENDS = 10, 9, 8
SMALL, FEW = 200, 3
"""Ends below one part in ``SMALL`` of the claim under every rule are taken together from ``FEW`` on."""
REST = "_rest"


@dataclass(frozen=True, slots=True)
class Ending:
    """One row of ends: an outcome at a place, or at several taken together; claim units by rule."""

    node: Node
    values: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Flow:
    """What a figure can hold: nodes in order of arrival, links, rows of ends.

    ``together`` says of a node that stands for several how many.
    """

    claimants: tuple[Node, ...]
    ledgers: tuple[Node, ...]
    rows: tuple[Ending, ...]
    links: Mapping[tuple[Node, Node], Fraction]
    total: Fraction
    chosen: str
    together: Mapping[Node, int]


def word_of(outcome: str) -> str:
    """Return how an outcome is called where it is drawn.

    Examples
    --------
    >>> word_of("holdings"), word_of("spent")
    ('held', 'spent')
    """
    return "held" if outcome == "holdings" else outcome


def flow_of(given: TraceInput, comparison: Comparison, chosen: str) -> Flow:
    """Reduce a trace under the chosen rule to what a figure can hold.

    Parameters
    ----------
    given : TraceInput
        As it was given to ``compare``.
    chosen : str
        Code of a rule that was run.

    Returns
    -------
    Flow
        Rows in the order of ``ENDS``, the largest first.

    Examples
    --------
    >>> from analytics.tracing.band import compare
    >>> from analytics.tracing.movements import Claim, Movement, Opening, TraceInput
    >>> from analytics.tracing.policy import Policy
    >>> moves = (Movement("t1", "A", "M", 60), Movement("t2", "M", "shop", 50))
    >>> given = TraceInput(("M",), moves, (Opening("M", "_own", 40),), (Claim("t1", "A"),))
    >>> found = flow_of(given, compare(given, Policy()), "own_first")
    >>> [(row.node, str(row.values["own_first"])) for row in found.rows]
    [(('held', 'M'), '50'), (('spent', 'shop'), '10')]
    """
    result = comparison.results[chosen]
    links = _links(given, result)
    arrival: dict[Node, int] = {}
    through: dict[Node, Fraction] = defaultdict(Fraction)
    for i, ((source, target), value) in enumerate(links.items()):
        for node in (source, target):
            arrival.setdefault(node, i)
        through[target] += value
        if source[0] == "claimant":
            through[source] += value
    total = Fraction(sum(result.claims.values(), 0))
    values = _values(comparison)
    joined: dict[Node, Node] = {}
    claimants = _named([n for n in arrival if n[0] == "claimant"], through, MOST_CLAIMANTS, joined)
    ledgers = _named([n for n in arrival if n[0] == "ledger"], through, MOST_LEDGERS, joined)
    rows: list[Ending] = []
    for outcome in ENDS:
        rows += _rows({n: v for n, v in values.items() if n[0] == outcome}, chosen, total, joined)
    merged: dict[tuple[Node, Node], Fraction] = defaultdict(Fraction)
    for (source, target), value in links.items():
        one, other = joined.get(source, source), joined.get(target, target)
        if one != other:
            merged[one, other] += value
    return Flow(
        tuple(sorted(claimants, key=lambda n: (n[1] == REST, n))),
        tuple(ledgers),
        tuple(rows),
        {link: value for link, value in merged.items() if value > 0},
        total,
        chosen,
        dict(sorted(Counter(joined.values()).items())),
    )


def _links(given: TraceInput, result: TraceResult) -> dict[tuple[Node, Node], Fraction]:
    legs: dict[str, list[tuple[str, Leg]]] = defaultdict(list)
    for name in OUTCOMES:
        for leg in result.outcome(name):
            if leg.owner not in UNTRACED:
                legs[leg.movement].append((word_of(name), leg))
    links = _Links(frozenset(given.ledgers))
    for opening in given.openings:
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
                self.add(self._payer(debit, leg), ("swallowed", leg.place), Fraction(leg.principal))
            elif outcome == "lost" and leg.origin == hop.movement:
                self.add(("claimant", leg.owner), ("lost", leg.place), Fraction(leg.principal))
            elif outcome == "lost" and debit in self._ledgers:
                self.add(("ledger", debit), ("lost", leg.place), Fraction(leg.principal))

    def _payer(self, debit: str, leg: Leg) -> Node:
        """Return what a swallowed payment leaves: the overdrawn ledger itself, else who paid the lender."""
        if leg.place in self._ledgers:
            return "ledger", leg.place
        return ("ledger", debit) if debit in self._ledgers else ("claimant", leg.owner)

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


def _values(comparison: Comparison) -> dict[Node, dict[str, Fraction]]:
    codes = sorted(comparison.results)
    found: dict[Node, dict[str, Fraction]] = {}
    for code in codes:
        result = comparison.results[code]
        for name in OUTCOMES:
            for leg in result.outcome(name):
                if leg.owner not in UNTRACED:
                    node = (word_of(name), leg.place)
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


def _rows(
    values: Mapping[Node, Mapping[str, Fraction]], chosen: str, total: Fraction, joined: dict[Node, Node]
) -> list[Ending]:
    """Return the rows of one outcome: the places that matter, and the small ones taken together."""
    most = {n: max(v.values()) for n, v in values.items()}
    ranked = sorted(values, key=lambda n: (-values[n][chosen], -most[n], n))
    small = [n for n in ranked if most[n] * SMALL < total]
    kept = [n for n in ranked if n not in small] if len(small) >= FEW else ranked
    room = MOST_ENDS if ranked and ranked[0][0] in {"held", "spent"} else 1
    if len(kept) + (len(kept) < len(ranked)) > room:
        kept = kept[: room - 1]
    rows = [Ending(n, dict(values[n])) for n in kept]
    rest = [n for n in ranked if n not in kept]
    if rest:
        node = (rest[0][0], REST)
        joined.update(dict.fromkeys(rest, node))
        rows.append(Ending(node, _added(values[n] for n in rest)))
    return rows


def _added(rows: Iterable[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        for code, value in row.items():
            sums[code] += value
    return dict(sums)
