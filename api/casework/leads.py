"""Leads as the store keeps them and as ``fuatilia detect --json`` prints them.

They are recorded with masked labels whoever ran the detection; every reader gets the labels that his
own clearance allows (``api.casework.triage``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analytics.catalogue import benign, typologies, typology_of, value_text
from analytics.detection import CAP, SHARE
from graph.model.provenance import canonical, digest
from graph.model.results import Result, ResultKind
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.detection import Detection
    from analytics.lead import Lead
    from graph.model.parties import Instrument
    from graph.model.scope import Scope
    from graph.store import Store, View


def keep_leads(store: Store, scope: Scope, detection: Detection, case: str) -> list[Result]:
    """Record the leads of a detection and return them; those that are there already stay as they are."""
    results = lead_results(store, scope, detection, case)
    for result in results:
        store.record(scope, result)
    return results


def run_ids(names: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the typologies that are run when these are asked for; all when none is."""
    return tuple(typology_of(name).id for name in names) or tuple(t.id for t in typologies().values())


def lead_results(view: View, scope: Scope, detection: Detection, case: str) -> list[Result]:
    """Return the leads of a detection as records, in the order of the queue.

    A lead is addressed by its rule, thresholds, observations and evidence: the same detection over the
    same evidence gives the same ids in every store.
    """
    masked = replace(scope, clearance=Clearance.MASKED)
    leads = detection.leads
    instruments = view.instruments(masked, sorted({i for lead in leads for i in lead.instruments}))
    cited = sorted({o for lead in leads for o in lead.observations})
    places = _places(view, masked, cited)
    policy = {
        "list_ends_where_E_exceeds": f"min({value_text(SHARE)} x rank, {CAP})",
        "families": detection.families,
        "innocent": {code: pattern.version for code, pattern in benign().items()},
    }
    found: list[Result] = []
    met: dict[str, int] = {}
    for lead in leads:
        address = digest(lead.typology, *lead.observations, canonical(dict(lead.figures)))[:32]
        met[address] = met.get(address, 0) + 1
        parameters = {"thresholds": dict(lead.parameters), "lead": address, "place": met[address]}
        found.append(
            Result(
                ResultKind.LEAD,
                case,
                f"detect {lead.typology}/{lead.version}",
                policy,
                parameters,
                detection.version,
                tuple(sorted(lead.observations)),
                _fields(lead, instruments, places),
            )
        )
    return found


def _fields(
    lead: Lead, instruments: Mapping[str, Instrument], places: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "typology": lead.typology,
        "version": lead.version,
        "severity": str(lead.severity),
        "instruments": [
            {
                "id": i,
                "kind": instruments[i].kind if i in instruments else "unknown",
                "label": instruments[i].label if i in instruments else i[:8],
            }
            for i in lead.instruments
        ],
        "observations": [{"id": o, **places.get(o, {})} for o in lead.observations],
        "window": list(lead.window),
        "figures": dict(lead.figures),
        "expected_by_chance": lead.expected_by_chance,
        "innocent": [
            {"pattern": i.pattern, "verdict": str(i.verdict), "tests": dict(sorted(i.tests.items()))}
            for i in lead.innocent
        ],
        "missing": list(lead.missing),
        "sentence": lead.sentence,
        "parameters": dict(lead.parameters),
    }


def _places(view: View, scope: Scope, observations: list[str]) -> dict[str, dict[str, str]]:
    """Say where each observation stands; those without legs are found among the facts."""
    names = {s.sha256: s.name for s in view.sources(scope)}
    tables = [view.rows(scope, observations)]
    lacking = set(observations) - set(tables[0]["observation"].to_pylist())
    if lacking:
        tables.append(view.facts(scope))
    found: dict[str, dict[str, str]] = {}
    for table in tables:
        for row in table.select(["observation", "source", "locator"]).to_pylist():
            if row["observation"] not in found and (table is tables[0] or row["observation"] in lacking):
                source = row["source"]
                found[row["observation"]] = {
                    "source": source,
                    "path": names.get(source, ""),
                    "locator": row["locator"],
                }
    return found


def detection_document(detection: Detection, leads: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a detection as one document.

    Parameters
    ----------
    leads : list of dict
        Documents of the leads, labels as the reader may see them.
    """
    return {
        "leads": leads,
        "not_evaluated": [{"typology": n.typology, "why": n.why} for n in detection.not_evaluated],
        "beyond": detection.beyond,
        "content": detection.version,
    }
