"""The instrument that a node is: by its labels, and by the identifier that people know it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import IdentifierError
from graph.model.identifiers import Identifier, Kind, parse_identifier
from ingest.neo4j_graph.mapping import OWN_ENDS
from ingest.neo4j_graph.values import identifier_text, word_of

if TYPE_CHECKING:
    from ingest.neo4j_graph.mapping import GraphMapping, Instrument

_AT_INSTITUTION = frozenset({Kind.ACCOUNT, Kind.TILL, Kind.PAYBILL, Kind.AGENT, Kind.EXCHANGE})
_SHOWN = 60


class Ends:
    """Nodes of one page as identifiers; each is read once."""

    def __init__(self, mapping: GraphMapping, source: str) -> None:
        self._mapping = mapping
        self._source = source
        self._known: dict[tuple[str, str, str], str] = {}

    def only(self, nodes: Any, side: str, place: str) -> str:
        """Return the key of the one node on a side; with none, an end of this transfer alone.

        Raises
        ------
        IdentifierError
            Several nodes, or one that is no instrument.
        """
        if not isinstance(nodes, list) or not nodes:
            return own_end(Kind.UNKNOWN_END, place, side, self._source)
        if len(nodes) > 1:
            raise IdentifierError(
                f"{len(nodes)} nodes or more are tied to it as its {side}",
                hint="which of them paid how much is not in the graph: map the relationships as transfers",
            )
        return self.key(nodes[0], side, place)

    def key(self, node: Any, side: str, place: str) -> str:
        """Return the key of a node."""
        labels = node.get("labels") if isinstance(node, dict) else None
        rule = self._rule(labels if isinstance(labels, list) else [], side)
        if rule.kind in OWN_ENDS:
            return own_end(Kind(rule.kind), place, side, self._source)
        properties = node.get("properties")
        values = properties if isinstance(properties, dict) else {}
        if rule.id not in values:
            raise IdentifierError(f"the {side} has no {rule.id!r}", hint="nothing else may stand for it")
        return self._read(
            rule, identifier_text(values[rule.id], rule.id), word_of(values.get(rule.scope_property))
        )

    def _rule(self, labels: list[Any], side: str) -> Instrument:
        for one in self._mapping.instruments:
            if one.label in labels:
                return one
        shown = ", ".join(str(label)[:_SHOWN] for label in labels[:3]) or "none"
        raise IdentifierError(
            f"the {side} has no label that the mapping knows", labels=shown, hint=f"map the label: {shown}"
        )

    def _read(self, rule: Instrument, text: str, said: str) -> str:
        asked = (rule.label, text, said)
        if asked not in self._known:
            kind = Kind(rule.kind)
            scope = said or rule.scope or (self._mapping.institution if kind in _AT_INSTITUTION else "")
            found = parse_identifier(kind, text, scope=scope, region=rule.region, source=self._source)
            self._known[asked] = found.key
        return self._known[asked]


def own_end(kind: Kind, place: str, side: str, source: str) -> str:
    """Return the key of an end that one transfer has of its own, so that no two are joined by it."""
    return Identifier(kind, f"{place};{side}", source).key
