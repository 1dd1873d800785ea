"""Cypher from a mapping: names are quoted, values are parameters, and every statement only reads.

Pages are cut by the business identifier (keyset paging): no internal id, no SKIP, so that a page
stays the same page whatever else changes. In Cypher a text never compares with a number, so the two
sorts are asked for apart; what is neither identifies nothing and is asked for as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.fetchers.neo4j.errors import FetchError
from ingest.neo4j_graph.mapping import can_be_quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.neo4j_graph.mapping import GraphMapping, Instrument, Tie
    from ingest.neo4j_graph.sections import Section

SORTS = ("text", "number")
NONE = "none"
LONGEST_KEY = 1000
_ENDS_SEEN = 3


def quoted(name: str) -> str:
    """Return a label, type or property as it stands in Cypher.

    Examples
    --------
    >>> quoted("Paid To")
    '`Paid To`'
    """
    if not can_be_quoted(name):
        raise FetchError("a name that cannot be quoted", found=repr(name)[:60])
    return f"`{name}`"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is asked for one section: a pattern, the key that cuts pages, and the columns of a row.

    ``columns`` are Cypher expressions by name;
    """

    pattern: str
    key: str
    columns: tuple[tuple[str, str], ...]

    def page(self, sort: str, *, first: bool, bounded: bool) -> str:
        """Return the statement of a page: parameters ``after``, ``upto`` and ``most``."""
        where = self._within(sort, first=first, bounded=bounded)
        return f"{self.pattern} WHERE {where} RETURN {self._row()} ORDER BY key LIMIT $most"

    def count(self, sort: str, *, first: bool, bounded: bool) -> str:
        """Return the statement that counts what a page covers."""
        return f"{self.pattern} WHERE {self._within(sort, first=first, bounded=bounded)} RETURN count(*) AS n"

    def nameless(self) -> str:
        """Return the statement of rows whose key is neither text nor number."""
        return f"{self.pattern} WHERE {self._nameless()} RETURN {self._row()} LIMIT $most"

    def nameless_count(self) -> str:
        """Return the statement that counts those."""
        return f"{self.pattern} WHERE {self._nameless()} RETURN count(*) AS n"

    def least(self, sort: str) -> str:
        """Return the statement for the least of ``keys`` that is not below ``at``, as the server sorts."""
        at = _least(sort)
        return f"UNWIND $keys AS key WITH key WHERE key >= coalesce($at, {at}) RETURN min(key) AS least"

    def _within(self, sort: str, *, first: bool, bounded: bool) -> str:
        where = f"{self.key} >= {_least(sort)}" if first else f"{self.key} > $after"
        where += f" AND {self.key} <= $upto" if bounded else ""
        return where + (f" AND {self._short()}" if sort == "text" else "")

    def _short(self) -> str:
        """Longer texts identify nothing, and no page can be cut by them."""
        return f"size(toStringOrNull({self.key})) <= {LONGEST_KEY}"

    def _nameless(self) -> str:
        text = f"coalesce({self.key} >= {_least('text')} AND {self._short()}, false)"
        return f"NOT ({text} OR coalesce({self.key} >= {_least('number')}, false))"

    def _row(self) -> str:
        return ", ".join(f"{said} AS {name}" for name, said in (("key", self.key), *self.columns))


def _least(sort: str) -> str:
    return "''" if sort == "text" else "(-1.0 / 0.0)"


def statement_of(mapping: GraphMapping, section: Section) -> Statement:
    """Return what is asked for a section."""
    ends = tuple(dict.fromkeys(p for one in mapping.instruments for p in one.properties))
    if section.holders is not None and section.instrument is not None:
        return _holders(section, section.instrument, ends)
    if section.transfers is None:
        label = quoted(section.subject)
        names = section.instrument.name if section.instrument else ()
        named = (("of", properties("n", names)), ("instrument", _node("n", ends)))
        return Statement(f"MATCH (n:{label})", _key("n", section), named)
    if section.transfers.node:
        return _transaction(section, ends)
    of = properties("r", section.transfers.properties)
    columns = (("of", of), ("start", f"[{_node('a', ends)}]"), ("end", f"[{_node('b', ends)}]"))
    return Statement(f"MATCH (a)-[r:{quoted(section.subject)}]->(b)", _key("r", section), columns)


def _transaction(section: Section, ends: Sequence[str]) -> Statement:
    one = section.transfers
    if one is None:
        raise FetchError("a section without transfers", section=section.name)
    columns = [("of", properties("t", one.properties))]
    for name, tie in (("paid_by", one.paid_by), ("paid_to", one.paid_to)):
        columns.append((name, _tied(tie, ends) if tie else "[]"))
    return Statement(f"MATCH (t:{quoted(section.subject)})", _key("t", section), tuple(columns))


def _tied(tie: Tie, ends: Sequence[str]) -> str:
    """Return the nodes on one side of a transaction: enough of them to see that there are several."""
    relation = f"-[:{quoted(tie.relationship)}]-"
    arrow = f"(e){relation}>(t)" if tie.to == "transaction" else f"(e)<{relation}(t)"
    return f"[{arrow} | {_node('e', ends)}][..{_ENDS_SEEN}]"


def _holders(section: Section, instrument: Instrument, ends: Sequence[str]) -> Statement:
    one = section.holders
    if one is None:
        raise FetchError("a section without holders", section=section.name)
    arrow = ("-", "->") if one.points == "instrument" else ("<-", "-")
    tie = f"{arrow[0]}[r:{quoted(one.relationship)}]{arrow[1]}"
    pattern = f"MATCH (p:{quoted(one.party)}){tie}(n:{quoted(instrument.label)})"
    columns = (
        ("of", properties("r", one.properties)),
        ("instrument", _node("n", ends)),
        ("party", _node("p", one.name)),
    )
    return Statement(pattern, _key("n", section), columns)


def _key(variable: str, section: Section) -> str:
    return f"{variable}.{quoted(section.id)}"


def properties(variable: str, names: Sequence[str]) -> str:
    """Return a map of some properties."""
    return f"{variable} {{{', '.join(f'.{quoted(name)}' for name in dict.fromkeys(names))}}}"


def _node(variable: str, names: Sequence[str]) -> str:
    return f"{{labels: labels({variable}), properties: {properties(variable, names)}}}"
