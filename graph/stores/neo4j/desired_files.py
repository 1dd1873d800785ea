"""What the graph should hold of cases, sources, batches, events and facts: small parts, compared whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graph.model.events import FactKind
from graph.model.provenance import digest
from graph.model.scope import Clearance
from graph.stores.ledger import query
from graph.stores.ledger.query import Asked
from graph.stores.ledger.view_rows import outward_facts
from graph.stores.neo4j.model import FORMAT, Label, Type
from graph.stores.neo4j.owners import Joined, OwnedSection, Owner

if TYPE_CHECKING:
    from graph.stores.ledger.catalogue import Catalogue
    from graph.stores.ledger.view_reading import Reading
    from graph.stores.neo4j.hiding import Hiding

_SAID = ("name", "media", "supplier", "authority", "received")


def case_sections(
    catalogue: Catalogue, readings: dict[str, Reading], whole: Reading, hiding: Hiding
) -> list[OwnedSection]:
    """Return sources, cases, batches and events: in this order, since each goes out to what came before."""
    cases = [case for case, _ in catalogue.cases()]
    sources = _sources(catalogue, cases, hiding)
    found = {
        Label.SOURCE: sources,
        Label.CASE: _cases(catalogue, hiding),
        Label.BATCH: _batches(catalogue, whole),
        Label.EVENT: _events(readings),
    }
    linked = {o for pair in catalogue.fetch("SELECT a, b FROM links") for o in pair}
    gone = {
        Label.BATCH: {b.batch for b in catalogue.stored_batches()}
        - {b.batch for b in whole.evidence.batches},
        Label.EVENT: linked - {owner.key for owner in found[Label.EVENT]},
    }
    return [
        OwnedSection(
            f"label:{label}",
            digest("owners", label, *(ascii(owner.told()) for owner in owners))[:32],
            lambda o=owners: o,  # type: ignore[misc]
            (label,),
            gone=frozenset(gone.get(label, ())),
        )
        for label, owners in found.items()
    ]


def _sources(catalogue: Catalogue, cases: list[str], hiding: Hiding) -> list[Owner]:
    """Return sources as the least of their admissions tells of them, without the protected."""
    found = []
    for source in catalogue.sources(cases):
        shown = hiding.source(source)
        told = {name: getattr(shown, name) or None for name in _SAID}
        found.append(Owner(Label.SOURCE, {"sha256": shown.sha256, "size": shown.size, **told}))
    return found


def _cases(catalogue: Catalogue, hiding: Hiding) -> list[Owner]:
    admitted: dict[str, list[Joined]] = {}
    for case, source in catalogue.admissions(None):
        joined = Joined(Type.ADMITS, f"{case}/{source}", Label.SOURCE, source)
        admitted.setdefault(case, []).append(joined)
    return [
        Owner(Label.CASE, {"id": case, "title": hiding.words(title) or None}, tuple(admitted.get(case, ())))
        for case, title in catalogue.cases()
    ]


def _batches(catalogue: Catalogue, whole: Reading) -> list[Owner]:
    read = {
        name: (reader, version)
        for name, reader, version in catalogue.fetch("SELECT id, reader, version FROM batches ORDER BY id")
    }
    return [
        Owner(
            Label.BATCH,
            {
                "id": b.batch,
                "source": b.source,
                "reader": read[b.batch][0],
                "version": read[b.batch][1],
                "rows": sum(file.rows for file in b.of("rows")),
            },
            (Joined(Type.READ_FROM, b.batch, Label.SOURCE, b.source),),
        )
        for b in whole.evidence.batches
    ]


def _events(readings: dict[str, Reading]) -> list[Owner]:
    """Return payments of which several observations tell, with every one that does so in any case."""
    members: dict[str, set[str]] = {}
    for _, reading in sorted(readings.items()):
        for event, observations in reading_events(reading).items():
            members.setdefault(event, set()).update(observations)
    return [
        Owner(Label.EVENT, {"id": event, "observations": sorted(found)})
        for event, found in sorted(members.items())
    ]


def reading_events(reading: Reading) -> dict[str, list[str]]:
    """Return the observations of each payment that several visible ones tell of, by the least of them."""
    numbers = reading.members.events
    if not numbers:
        return {}
    linked = {o for link in reading.links for o in (link.a, link.b)}
    located = reading.locate(linked)
    found: dict[str, set[str]] = {}
    for observation, places in located.items():
        for number in places:
            if number in numbers:
                found.setdefault(numbers[number], set()).add(observation)
    return {event: sorted(names) for event, names in sorted(found.items())}


def fact_section(whole: Reading, place: int, hiding: Hiding) -> OwnedSection:
    """Return the parties and tags that one batch prints."""
    batch = whole.evidence.batches[place]
    files = [file.sha256 for role in ("facts", "nodes", "texts") for file in batch.of(role)]
    made = digest("facts", str(FORMAT), batch.batch, *files, hiding.mark())[:32]
    return OwnedSection(
        f"facts:{batch.batch}",
        made,
        lambda: _facts(whole, place, hiding),
        (Label.PARTY, Label.TAG),
        ("batch", batch.batch),
    )


def _facts(whole: Reading, place: int, hiding: Hiding) -> list[Owner]:
    batch = whole.evidence.batches[place]
    if not batch.of("facts"):
        return []
    kinds = (FactKind.HOLDER.value, FactKind.TAG.value)
    stored = query.facts(whole.engine, whole.evidence, Asked(kinds=kinds, sources=(batch.source,)))
    stored = stored.filter(stored["place"].to_numpy() == place)
    table = outward_facts(whole.engine, whole.evidence, stored, whole.own, Clearance.CASE)
    rows, nth = table.to_pylist(), dict[str, int]()
    parties: dict[str, tuple[str, list[Joined]]] = {}
    tags = []
    for row in rows:
        part = nth.get(row["observation"], 0)
        nth[row["observation"]] = part + 1
        name = f"{row['observation']}/{part}"
        if row["kind"] == FactKind.TAG.value:
            tags.append(_tag(name, row, hiding))
        elif row["text"] and row["subject"]:
            opaque = hiding.key.id_of(f"holder:{batch.source}:{row['text']}").hex()
            parties.setdefault(opaque, (row["text"], []))[1].append(_holds(name, row))
    return [*(_party(opaque, *told, batch.batch, hiding) for opaque, told in parties.items()), *tags]


def _party(opaque: str, name: str, holds: list[Joined], batch: str, hiding: Hiding) -> Owner:
    known = {j.key for j in holds} & hiding.protected.instruments
    shown, mine = hiding.name(name, opaque, protected=bool(known))
    return Owner(
        Label.PARTY, {"id": opaque, "name": shown, "protected": mine or None, "batch": batch}, tuple(holds)
    )


def _holds(name: str, row: dict[str, Any]) -> Joined:
    told = {
        "as": _said(row, "as"),
        "since": row["lo"],
        "until": row["hi"],
        "observation": row["observation"],
        "batch": row["batch"],
    }
    return Joined(Type.HOLDS, name, Label.INSTRUMENT, row["subject"], told)


def _tag(name: str, row: dict[str, Any], hiding: Hiding) -> Owner:
    joined = () if row["subject"] is None else (Joined(Type.TAGS, name, Label.INSTRUMENT, row["subject"]),)
    mine = row["subject"] in hiding.protected.instruments
    told = {
        "id": name,
        "category": hiding.words(_said(row, "category") or "") or None,
        "label": None if mine or hiding.all else hiding.words(row["text"] or "") or None,
        "batch": row["batch"],
        "locator": hiding.word("locator")(row["locator"]),
    }
    return Owner(Label.TAG, told, joined)


def _said(row: dict[str, Any], name: str) -> str | None:
    told = json.loads(row["fields"]).get(name)
    return told if isinstance(told, str) else None
