"""Small parts of the projection: nodes with the relationships that go out from them, kept by comparing.

Everything of a part is read, compared with what should be there, and only what differs is written; so a
push that was interrupted, or that somebody disturbed, is gone on with by doing it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graph.errors import IntegrityError
from graph.stores.neo4j.hashing import row_hash, together
from graph.stores.neo4j.model import Label, Type
from graph.stores.neo4j.schema import NODES, RELATIONS
from graph.stores.neo4j.statements import columns_of, merge, relate, sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from graph.stores.neo4j.sections import Claim
    from graph.stores.neo4j.server import Server, Transaction

CHUNK = 2_000
RELATIONS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Joined:
    """One relationship that goes out from an owner."""

    type: Type
    id: str
    label: Label
    key: str
    properties: dict[str, Any] = field(default_factory=dict)

    def told(self) -> tuple[Any, ...]:
        """Return it as something to compare."""
        said = {name: value for name, value in self.properties.items() if value is not None}
        return (self.type.value, self.id, self.label.value, self.key, *sorted(said.items()))


@dataclass(frozen=True, slots=True)
class Owner:
    """One node and what goes out from it; properties with None are absent, the key is among them."""

    label: Label
    properties: dict[str, Any]
    joined: tuple[Joined, ...] = ()

    @property
    def key(self) -> str:
        """What is unique of it among its label."""
        return str(self.properties[NODES[self.label].key])

    @property
    def name(self) -> tuple[str, str]:
        """Label and key."""
        return self.label.value, self.key

    def said(self) -> dict[str, Any]:
        """Return its properties that are there."""
        return {name: value for name, value in sorted(self.properties.items()) if value is not None}

    def told(self) -> tuple[Any, ...]:
        """Return it, with what goes out from it, as something to compare."""
        joined = sorted((j.told() for j in self.joined), key=ascii)
        return (*self.name, *self.said().items(), *joined)

    def hash(self) -> int:
        """Return the hash of all of that."""
        return row_hash(self.told())


@dataclass(frozen=True, slots=True)
class OwnedSection:
    """One small part: how it is named, what it is made from, what it should hold and where that is found.

    Attributes
    ----------
    labels : tuple of Label
        Of its nodes.
    where : tuple
        Property and value that its nodes have and no others of those labels; empty for all of them.
    gone : frozenset of str, optional
        Keys that the ledger knows and wants no longer: what else is there may be another ledger's, and
        stays. None: everything else there goes.
    """

    id: str
    made_from: str
    build: Callable[[], list[Owner]]
    labels: tuple[Label, ...]
    where: tuple[str, Any] | tuple[()] = ()
    gone: frozenset[str] | None = None


def out_of(label: Label) -> list[str]:
    """Return the types of relationships that go out from nodes of a label.

    Examples
    --------
    >>> out_of(Label.CASE)
    ['ADMITS']
    """
    return sorted({k.type.value for k in RELATIONS.values() for one, _ in k.ends if one is label})


def found_owners(server: Server, section: OwnedSection) -> list[Owner]:
    """Read what the graph holds of a section."""
    found: list[Owner] = []
    for label in section.labels:
        key, value = section.where or ("", None)
        test = ""
        if key:
            test = f"WHERE n.{key} IN $value" if isinstance(value, list) else f"WHERE n.{key} = $value"
        statement = f"""
            MATCH (n:{label}) {test}
            RETURN properties(n) AS n, [(n)-[r]->(m) WHERE type(r) IN $types |
                   [type(r), properties(r), labels(m), coalesce(m.id, m.sha256)]] AS out"""
        for row in server.stream(statement, value=value, types=out_of(label)):
            if label is Label.BATCH:
                row["n"].pop("state", None)  # says how far a push is, not what the ledger says
            found.append(Owner(label, row["n"], tuple(_joined(*out) for out in row["out"])))
    return found


def _joined(kind: str, properties: dict[str, Any], labels: list[str], key: Any) -> Joined:
    ours = [Label(name) for name in sorted(labels) if name in set(Label)]
    named = str(properties.pop("id", ""))
    return Joined(Type(kind), named, ours[0] if ours else Label.GRAPH, str(key), properties)


def reconcile(claim: Claim, section: OwnedSection, wanted: list[Owner]) -> tuple[int, int]:
    """Make the graph hold exactly these owners in a section; return their hash and number."""
    there = found_owners(claim.server, section)
    names = {owner.name for owner in wanted}
    extra = [owner.name for owner in there if "id" in owner.properties or "sha256" in owner.properties]
    extra = [
        name for name in extra if name not in names and (section.gone is None or name[1] in section.gone)
    ]
    same = {owner.name: owner.told() for owner in there if NODES[owner.label].key in owner.properties}
    differing = [owner for owner in wanted if same.get(owner.name) != owner.told()]
    for label, gone in groupby(sorted(extra), key=lambda name: name[0]):
        ids = [key for _, key in gone]
        for part in _parts(ids, CHUNK):
            claim.step(partial(_remove, label=Label(label), ids=part))
    for step in _steps(section, differing):
        claim.step(step)
    return together(owner.hash() for owner in wanted), len(wanted)


def written_at_once(section: OwnedSection, wanted: list[Owner]) -> Callable[[Transaction], None] | None:
    """Return what writes a section in one transaction where nothing of it is there; None for a long one."""
    if len(wanted) > CHUNK or sum(len(owner.joined) for owner in wanted) > RELATIONS_AT_ONCE:
        return None

    def work(run: Transaction) -> None:
        for step in _steps(section, wanted):
            step(run)

    return work


def _steps(section: OwnedSection, owners: list[Owner]) -> Iterator[Callable[[Transaction], None]]:
    """Yield what writes owners: their nodes first, then what goes out from them."""
    for label in section.labels:
        for some in _parts([o for o in owners if o.label is label], CHUNK):
            yield partial(_write_nodes, label=label, owners=some)
    every = [(owner, joined) for owner in owners for joined in owner.joined]
    every.sort(key=lambda pair: (pair[1].type, pair[0].label, pair[1].label, pair[1].key))
    for _, alike in groupby(every, key=lambda pair: (pair[1].type, pair[0].label, pair[1].label)):
        for several in _parts(list(alike), RELATIONS_AT_ONCE):
            yield partial(_write_relations, pairs=several)


def _remove(run: Transaction, label: Label, ids: Sequence[str]) -> None:
    run.run(f"UNWIND $ids AS id MATCH (n:{label} {{{NODES[label].key}: id}}) DETACH DELETE n", ids=list(ids))


def _write_nodes(run: Transaction, label: Label, owners: Sequence[Owner]) -> None:
    key = NODES[label].key
    names = [p.name for p in NODES[label].properties]
    columns = columns_of([owner.properties for owner in owners], names)
    kept = sent(columns, names)
    if key != "id":
        kept["id"] = kept.pop(key)
    run.run(merge(label, list(kept)), **kept)
    run.run(
        f"UNWIND $id AS id MATCH (n:{label} {{{key}: id}})-[r]->() WHERE type(r) IN $types DELETE r",
        id=kept["id"],
        types=out_of(label),
    )


def _write_relations(run: Transaction, pairs: Sequence[tuple[Owner, Joined]]) -> None:
    """Create relationships of one type between two labels, after those of an earlier try are gone."""
    kind, one, other = pairs[0][1].type, pairs[0][0].label, pairs[0][1].label
    names = [p.name for p in RELATIONS[kind].properties if p.name != "id"]
    rows = [{**j.properties, "id": j.id, "x": o.key, "y": j.key} for o, j in pairs]
    columns = columns_of(rows, ["id", "x", "y", *names])
    kept = sent(columns, ["id", "x", "y", *names])
    run.run(f"UNWIND $id AS id MATCH ()-[r:{kind} {{id: id}}]->() DELETE r", id=kept["id"])
    said = [name for name in kept if name not in ("x", "y")]
    made = run.run(relate(kind, (one, other), ("x", "y"), said), **kept).relations_made
    if made != len(pairs):
        raise IntegrityError(
            "what a relationship goes to is not in the shared graph",
            type=kind.value,
            first=pairs[0][1].id,
            expected=str(len(pairs)),
            found=str(made),
            hint="fuatilia store rebuild mends it",
        )


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
