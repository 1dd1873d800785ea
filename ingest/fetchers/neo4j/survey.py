"""What a graph is and holds besides: server, database, what the account may do, what no mapping covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.fetchers.neo4j.errors import FetchError, TooMuchError
from ingest.fetchers.neo4j.statements import quoted
from ingest.neo4j_graph.sections import sections_of

if TYPE_CHECKING:
    from ingest.fetchers.neo4j.server import Server
    from ingest.neo4j_graph.mapping import GraphMapping

OLDEST = (5, 26)
SAMPLED = 100_000
"""Nodes and relationships of each kind in which unmapped properties are looked for."""
_MOST_NAMES = 500
_WRITING = (
    "write", "create", "delete", "set_", "remove", "merge", "token", "drop", "alter", "assign",
    "all_", "graph_actions", "database_actions", "dbms_actions", "execute_boosted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where pages come from: ``database`` and ``server`` and ``account`` as they stand in a page."""

    server: dict[str, str]
    database: dict[str, str]
    account: dict[str, str]


def origin_of(server: Server) -> Origin:
    """Ask a server who it is, and whether this account could change anything.

    Raises
    ------
    FetchError
        Older than 5.26.
    """
    said = server.rows(
        "CALL dbms.components() YIELD name, versions, edition RETURN name, versions[0] AS version, edition"
    )
    kernel = next((row for row in said if row["name"] == "Neo4j Kernel"), said[0])
    numbers = tuple(int(n) for n in str(kernel["version"]).split("-")[0].split(".")[:2] if n.isdigit())
    if numbers < OLDEST:
        raise FetchError("the server is too old", version=kernel["version"], hint="Neo4j 5.26 LTS or later")
    (known,) = server.rows("CALL db.info() YIELD id, name RETURN id, name")
    about = {"version": str(kernel["version"]), "edition": str(kernel["edition"])}
    writes, why = _may_write(server, about["edition"], str(known["name"]))
    return Origin(about, {"id": str(known["id"]), "name": str(known["name"])}, {"writes": writes, "why": why})


def _may_write(server: Server, edition: str, database: str) -> tuple[str, str]:
    """Say whether the account could write, without trying to: ``yes``, ``no`` or ``unknown``, and why."""
    if _read_only(server, database):
        return "no", "the database is read-only"
    if edition == "community":
        return "yes", "the community edition has no roles: every account may write"
    try:
        granted = server.rows("SHOW USER PRIVILEGES YIELD access, action RETURN access, action")
    except FetchError as fault:
        return "unknown", f"the server does not tell this account's privileges: {fault.what}"
    actions = sorted({str(row["action"]) for row in granted if str(row["access"]).upper() == "GRANTED"})
    writing = [action for action in actions if action.startswith(_WRITING)]
    if writing:
        return "yes", f"it is granted {', '.join(writing)[:200]}"
    return "no", f"it is granted {', '.join(actions)[:200] or 'nothing that writes'}"


def _read_only(server: Server, database: str) -> bool:
    try:
        found = server.rows("SHOW DATABASES YIELD name, access RETURN name, access")
    except FetchError:
        return False  # not told to this account, so nothing is proven by it
    return any(row["name"] == database and row["access"] == "read-only" for row in found)


def total_of(server: Server, mapping: GraphMapping, subject: str) -> int:
    """Return how many relationships or nodes a section has, from the server's own counters."""
    types = {s.subject for s in sections_of(mapping) if _is_type(s)}
    (found,) = server.rows(_count(subject, is_type=subject in types))
    return int(found["n"])


def _is_type(section: Any) -> bool:
    return bool(section.holders or (section.transfers and section.transfers.relationship))


def _count(name: str, *, is_type: bool) -> str:
    what = f"()-[r:{quoted(name)}]->()" if is_type else f"(n:{quoted(name)})"
    return f"MATCH {what} RETURN count(*) AS n"


def survey_of(server: Server, mapping: GraphMapping) -> dict[str, Any]:
    """Return labels, relationship types and properties that the mapping does not cover, with counts.

    And the sections whose identifier no index orders.

    A count that the server does not give in time, or whose name cannot be quoted, is None.
    """
    labels = {one.label for one in mapping.instruments} | {t.node for t in mapping.transfers if t.node}
    labels |= {one.party for one in mapping.holders}
    types = {t.relationship for t in mapping.transfers if t.relationship}
    types |= {one.relationship for one in mapping.holders}
    types |= {tie.relationship for t in mapping.transfers for tie in (t.paid_by, t.paid_to) if tie}
    aside = set(mapping.ignore)
    found: dict[str, Any] = {
        "labels": _counts(server, "CALL db.labels() YIELD label AS name", labels | aside, is_type=False),
        "relationship types": _counts(
            server, "CALL db.relationshipTypes() YIELD relationshipType AS name", types | aside, is_type=True
        ),
        "properties": _properties(server, mapping),
        "sampled": SAMPLED,
        "without an index": _unordered(server, mapping),
    }
    return found


def _counts(server: Server, listing: str, known: set[str], *, is_type: bool) -> dict[str, int | None]:
    names = [
        str(row["name"]) for row in server.rows(f"{listing} RETURN name ORDER BY name LIMIT {_MOST_NAMES}")
    ]
    found: dict[str, int | None] = {}
    for name in names:
        if name not in known:
            n = _number(server, name, is_type=is_type)
            if n != 0:  # a name that nothing has any more is still listed by the server
                found[name] = n
    return found


def _number(server: Server, name: str, *, is_type: bool) -> int | None:
    try:
        (row,) = server.rows(_count(name, is_type=is_type))
    except FetchError:
        return None
    return int(row["n"])


def _properties(server: Server, mapping: GraphMapping) -> dict[str, int | None]:
    covered: dict[tuple[str, bool], set[str]] = {}
    for section in sections_of(mapping):
        own = section.transfers or section.holders
        is_type = _is_type(section)
        covered.setdefault((section.subject, is_type), set()).update(own.properties if own else ())
    for one in mapping.instruments:
        covered.setdefault((one.label, False), set()).update((*one.properties, *one.name))
    for held in mapping.holders:
        covered.setdefault((held.party, False), set()).update(held.name)
    found: dict[str, int | None] = {}
    for (name, is_type), known in sorted(covered.items()):
        for row in _other_keys(server, name, sorted(known), is_type=is_type):
            found[f"{name}.{row['key']}"] = row["n"]
    return found


def _other_keys(server: Server, name: str, known: list[str], *, is_type: bool) -> list[dict[str, Any]]:
    what = f"()-[x:{quoted(name)}]->()" if is_type else f"(x:{quoted(name)})"
    text = (
        f"MATCH {what} WITH x LIMIT {SAMPLED} UNWIND keys(x) AS key WITH key WHERE NOT key IN $known "
        "RETURN key, count(*) AS n ORDER BY key LIMIT 200"
    )
    try:
        return server.rows(text, known=known)
    except TooMuchError:
        return [{"key": "(not looked at: too slow)", "n": None}]


def _unordered(server: Server, mapping: GraphMapping) -> list[str]:
    """Name the sections whose identifier no index orders: each of their pages reads all of them."""
    try:
        found = server.rows(
            "SHOW INDEXES YIELD type, labelsOrTypes, properties, state "
            "WHERE type = 'RANGE' AND state = 'ONLINE' RETURN labelsOrTypes, properties"
        )
    except FetchError:
        return []  # not told to this account
    ordered = {
        (row["labelsOrTypes"][0], row["properties"][0])
        for row in found
        if row["labelsOrTypes"] and row["properties"]
    }
    slow = []
    for section in sections_of(mapping):
        label = section.instrument.label if section.instrument else section.subject
        if (label, section.id) not in ordered:
            slow.append(section.title)
    return slow
