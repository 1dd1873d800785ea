"""What the graph should hold of results, statements and decisions."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from graph.model.provenance import canonical, digest
from graph.model.results import AssertionKind, Decision, ResultKind
from graph.stores.ledger.catalogue_reads import FALLEN
from graph.stores.neo4j.desired_traces import trace_joined, trace_told
from graph.stores.neo4j.model import FORMAT, Label, Type
from graph.stores.neo4j.owners import Joined, OwnedSection, Owner
from graph.stores.neo4j.shown_ends import ends_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.model.results import Assertion, Result
    from graph.stores.neo4j.desired import Desired

LABELS = {
    ResultKind.LEAD: Label.LEAD,
    ResultKind.TRACE: Label.TRACE,
    ResultKind.ASSET: Label.ASSET,
    ResultKind.ALLOCATION: Label.ALLOCATION,
    ResultKind.PROPOSAL: Label.PROPOSAL,
}
_OBSERVED = ("observation", "id")


def result_sections(desired: Desired) -> list[OwnedSection]:
    """Return one part for each result of each case, allocations last: they go out to traces."""
    catalogue = desired.ledger.catalogue
    fallen = {name for (name,) in catalogue.fetch(FALLEN)}
    decided = {d.result: d.decision for d in catalogue.dispositions(None)}
    evidence = digest("evidence", str(FORMAT), *(b.batch for b in desired.batches), desired.hiding.mark())
    links = digest("links", *(str(s.told()) for s in desired.standings.values() if s.touched))
    statements = digest("statements", *catalogue.all_assertions(None))
    results = [result for case in desired.cases for result in catalogue.every_result(case)]
    results.sort(key=lambda r: (r.kind is ResultKind.ALLOCATION, r.id))
    found = []
    for result in results:
        stands, decision = result.id not in fallen, decided.get(result.id, "")
        made = digest("result", result.id, str(stands), decision, evidence, links, statements)[:32]
        label = LABELS[result.kind]
        found.append(
            OwnedSection(
                f"result:{result.id}",
                made,
                lambda r=result, s=stands, d=decision: [_result(desired, r, s, d)],  # type: ignore[misc]
                (label,),
                ("id", result.id),
            )
        )
    return found


def _result(desired: Desired, result: Result, stands: bool, decision: str) -> Owner:
    fields = result.fields
    told: dict[str, Any] = {
        "id": result.id,
        "case": result.case,
        "ran": result.ran,
        "inputs": result.inputs,
        "stands": stands,
    }
    joined = list(_cites(desired, result))
    if result.kind is ResultKind.LEAD:
        told |= _lead(fields, desired) | {"decision": decision or None}
    if result.kind in (ResultKind.LEAD, ResultKind.ASSET, ResultKind.PROPOSAL):
        joined += _concerns(desired, result)
    if result.kind is ResultKind.TRACE:
        told |= trace_told(result)
        joined += trace_joined(desired, result)
    if result.kind is ResultKind.ASSET:
        told["asset"] = _text(fields.get("asset"))
    if result.kind is ResultKind.ALLOCATION:
        told |= {name: _text(fields.get(name)) for name in ("base", "asset", "pool")}
        told["schemes"] = sorted(fields.get("schemes", {})) or None
        joined += _divides(desired, result)
    return Owner(LABELS[result.kind], told, tuple(joined))


def _lead(fields: Any, desired: Desired) -> dict[str, Any]:
    window = fields.get("window") or (None, None)
    sentence = fields.get("sentence")
    return {
        "typology": _text(fields.get("typology")),
        "severity": _text(fields.get("severity")),
        "sentence": desired.hiding.words(sentence) if isinstance(sentence, str) and sentence else None,
        "since": window[0],
        "until": window[1],
    }


def _cites(desired: Desired, result: Result) -> Iterator[Joined]:
    """Yield what joins a result to the sources of what it cites."""
    admitted = {source.sha256 for source in desired.ledger.catalogue.sources(desired.cases)}
    known = dict(_sources(result.fields))
    others = [o for o in result.citations if o not in known]
    for observation, numbers in desired.whole.locate(others).items() if others else ():
        known[observation] = desired.batches[numbers[0] >> 32].source
    cited: dict[str, list[str]] = {}
    for observation in sorted(set(result.citations)):
        if known.get(observation) in admitted:
            cited.setdefault(known[observation], []).append(observation)
    for source, observations in sorted(cited.items()):
        told = {"observations": observations}
        yield Joined(Type.CITES, f"{result.id}/{source}", Label.SOURCE, source, told)


def _sources(fields: Any) -> Iterator[tuple[str, str]]:
    """Yield observation and source wherever a result prints both."""
    if isinstance(fields, dict):
        source = fields.get("source")
        for name in _OBSERVED:
            if isinstance(source, str) and isinstance(fields.get(name), str):
                yield fields[name], source
        for value in fields.values():
            yield from _sources(value)
    elif isinstance(fields, list | tuple):
        for value in fields:
            yield from _sources(value)


def _concerns(desired: Desired, result: Result) -> list[Joined]:
    told = result.fields.get("instruments", ())
    ids = {one["id"] for one in told if isinstance(one, dict) and isinstance(one.get("id"), str)}
    ids |= {one for one in (result.fields.get("instrument"),) if isinstance(one, str)}
    return [
        Joined(Type.CONCERNS, f"{result.id}/{opaque}", Label.INSTRUMENT, opaque)
        for opaque in desired.there(ids)
    ]


def _divides(desired: Desired, result: Result) -> list[Joined]:
    trace = result.parameters.get("trace")
    traces = {r.id for r in desired.ledger.catalogue.every_result(result.case) if r.kind is ResultKind.TRACE}
    return [Joined(Type.DIVIDES, result.id, Label.TRACE, trace)] if trace in traces else []


def judgement_sections(desired: Desired) -> tuple[OwnedSection, OwnedSection]:
    """Return the parts of what persons stated, and of what they decided about results."""
    catalogue = desired.ledger.catalogue
    made = [assertion for case in desired.cases for assertion in catalogue.every_assertion(case)]
    undone = {a.retracts for a in made if a.retracts}
    statements = sorted((_statement(desired, a, undone) for a in made), key=lambda o: o.key)
    results = {r.id: r for case in desired.cases for r in catalogue.every_result(case)}
    decisions: dict[str, Owner] = {}
    for disposition in catalogue.dispositions(None):
        result = results[disposition.result]
        told = asdict(disposition)
        name = digest("disposition", canonical(told))[:32]
        reason = desired.hiding.words(disposition.reason)
        decisions[name] = Owner(
            Label.JUDGEMENT,
            {
                "id": name,
                "case": result.case,
                "author": disposition.author,
                "made": disposition.made,
                "reason": reason,
                "kind": str(disposition.decision),
                "subject": disposition.result,
                "ground": disposition.ground or None,
                "stands": True,
            },
            (Joined(Type.JUDGES, name, LABELS[result.kind], result.id),),
        )
    kinds = [kind.value for kind in AssertionKind]
    return (
        _section("statements", statements, kinds),
        _section("decisions", list(decisions.values()), [kind.value for kind in Decision]),
    )


def _section(name: str, owners: list[Owner], kinds: list[str]) -> OwnedSection:
    made = digest("owners", name, *(ascii(owner.told()) for owner in owners))[:32]
    return OwnedSection(
        f"judgements:{name}", made, lambda: owners, (Label.JUDGEMENT,), ("kind", kinds), frozenset()
    )


def _statement(desired: Desired, said: Assertion, undone: set[str]) -> Owner:
    hide = desired.hiding.words
    told = {
        "id": said.id,
        "case": said.case,
        "author": said.author,
        "made": said.made,
        "reason": hide(said.reason),
        "kind": said.kind.value,
        "subject": hide(said.subject) or None,
        "object": hide(desired.hiding.word("asset")(said.object)) or None,
        "retracts": said.retracts or None,
        "stands": said.id not in undone and not said.retracts,
    }
    restrains = _restrains(desired, said) if said.kind is AssertionKind.RESTRAINT else ()
    return Owner(Label.JUDGEMENT, told, tuple(restrains))


def _restrains(desired: Desired, said: Assertion) -> list[Joined]:
    """Return what joins a restraint to the instrument that it speaks of."""
    observation, _, end = said.subject.partition("#")
    side, _, asset = end.partition(":")
    if said.case not in desired.readings or side not in ("debit", "credit"):
        return []
    shown = ends_of(desired.readings[said.case], [observation])
    ids = {row[side] for row in shown.get(observation, ()) if row["asset"] == asset and row[side]}
    told = json.loads(said.object)
    if not isinstance(told, dict):
        return []
    hide = desired.hiding.words
    fields = {name: told.get(name) for name in ("state", "amount", "until", "reference", "on")}
    fields["asset"] = desired.hiding.word("asset")(asset)
    kept = {n: hide(v) if n == "reference" else v for n, v in fields.items() if isinstance(v, str) and v}
    found = desired.there(ids)
    return [
        Joined(
            Type.RESTRAINS, said.id if len(found) == 1 else f"{said.id}/{one}", Label.INSTRUMENT, one, kept
        )
        for one in found
    ]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
