"""What a Sankey draws, with the names of its parts: from a trace, or from what was stored of one.

Both give the same drawing: a stored trace holds its flows, so that a page need not follow the payments
again to show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.tracing.flows import Node, flow_of
from api.evidence.figures.marks import in_order
from api.evidence.figures.wording import several
from graph.model.amounts import Asset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from api.evidence.contents import Trace


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
    """Reduce the trace under the chosen rule to what a figure can hold; see ``analytics.tracing.flows``."""
    found = flow_of(trace.given, trace.comparison, trace.policy.rule)

    def label(node: Node) -> str:
        if node in found.together:
            return several(node[0], found.together[node])
        return node[1] if node[0] == "claimant" else trace.label(node[1])

    return Flows(
        {n: label(n) for n in found.claimants},
        {n: label(n) for n in found.ledgers},
        tuple(EndRow(r.node, label(r.node), r.values) for r in found.rows),
        found.links,
        found.total,
        found.chosen,
        tuple(in_order(trace.comparison.results)),
    )


def flows_of(
    stored: Mapping[str, Any],
    asset: str,
    label: Callable[[str, str], str],
    together: Callable[[str, int], str] = several,
) -> Flows:
    """Return the flows that a stored trace holds.

    Parameters
    ----------
    stored : mapping
        ``flows`` of the document of a trace; its amounts are texts in whole units.
    asset : str
        Of the claim.
    label : callable
        What a place is called: of the id of its instrument (empty where there is none) and the label
        that was stored.
    together : callable
        What several are called that are drawn as one: of their kind and number.
    """
    scale: int = 10 ** (Asset.from_key(asset).exponent or 0)

    def units(text: str) -> Fraction:
        return Fraction(text) * scale

    def called(one: Mapping[str, Any]) -> str:
        if one.get("together"):
            return together(one["kind"], int(one["together"]))
        return label(one.get("instrument", ""), one["label"])

    rows = tuple(
        EndRow(_node(one), called(one), {code: units(v) for code, v in one["rules"].items()})
        for one in stored["ends"]
    )
    return Flows(
        {_node(one): called(one) for one in stored["claimants"]},
        {_node(one): called(one) for one in stored["ledgers"]},
        rows,
        {(_node(one["from"]), _node(one["to"])): units(one["claim"]) for one in stored["links"]},
        units(stored["total"]),
        stored["chosen"],
        tuple(in_order(sorted({code for row in rows for code in row.values}))),
    )


def _node(one: Mapping[str, Any]) -> Node:
    return str(one["kind"]), str(one["key"])
