"""Leads as records: the same again is the same record, every citation has its place, labels are masked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from analytics.detection import detect
from api.casework.leads import lead_results
from api.settings import Settings
from api.workbench import Workbench
from graph.model.results import ResultKind
from graph.model.scope import Clearance
from tests.api.demo.demo_runs import demo_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTRACT = {
    *("id", "typology", "version", "severity", "case", "instruments", "observations", "window", "figures"),
    *("expected_by_chance", "innocent", "missing", "sentence"),
}


def opened(folder: Path, case: str, clearance: Clearance = Clearance.MASKED) -> Workbench:
    settings = Settings(store=str(folder / "store"), case=case, actor="tester")
    return Workbench.open(settings, purpose="test", clearance=clearance)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    demo = demo_in(tmp_path_factory.mktemp("leads") / "demo", 1)
    return demo.folder, demo.scenario.facts.case


@pytest.fixture
def bench(place: tuple[Path, str]) -> Iterator[Workbench]:
    with opened(*place) as found:
        yield found


def test_the_document_is_the_contract(bench: Workbench) -> None:
    document = bench.detect()
    assert set(document) == {"leads", "not_evaluated", "beyond", "content"}
    assert document["leads"]
    for lead in document["leads"]:
        assert set(lead) >= CONTRACT
        for one in lead["observations"]:
            assert all(one[name] for name in ("id", "source", "path", "locator")), one
        assert all(one["id"] and one["label"] for one in lead["instruments"])
        lo, hi = lead["window"]
        assert lo < hi or not lead["observations"]
    assert all(set(one) == {"typology", "why"} for one in document["not_evaluated"])
    assert json.loads(json.dumps(document)) == document


def test_the_same_detection_twice_is_the_same_records(bench: Workbench) -> None:
    first = bench.detect()
    before = bench.store.results(bench.scope, ResultKind.LEAD)
    assert bench.detect() == first
    assert bench.store.results(bench.scope, ResultKind.LEAD) == before
    ids = [lead["id"] for lead in first["leads"]]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {r.id for r in before}


def test_records_are_masked_whoever_detects(place: tuple[Path, str]) -> None:
    with opened(*place) as masked:
        plain = masked.detect()
    with opened(*place, Clearance.CASE) as named:
        told = named.detect()
        stored = named.store.results(named.scope, ResultKind.LEAD)
    assert [x["id"] for x in told["leads"]] == [x["id"] for x in plain["leads"]]
    assert told != plain, "who may see names sees them"
    kept = json.dumps([dict(r.fields) for r in stored])
    shown = {i["label"] for lead in told["leads"] for i in lead["instruments"] if "•" not in i["label"]}
    assert shown
    assert not [label for label in shown if f'"{label}"' in kept]


def test_other_thresholds_make_another_record(bench: Workbench) -> None:
    (usual,) = bench.detect(["RA-01"])["leads"]
    (other,) = bench.detect(["RA-01"], parameters={"RA-01": {"senders": 5}})["leads"]
    assert usual["id"] != other["id"]
    assert usual["parameters"]["senders"] != other["parameters"]["senders"]


def test_what_was_decided_stays_beside_the_lead(bench: Workbench) -> None:
    (lead,) = bench.detect(["RA-01"])["leads"]
    assert lead["state"] == "open"
    bench.dispose(lead["id"], "confirmed", "the sister was called")
    (again,) = bench.detect(["RA-01"])["leads"]
    assert again["id"] == lead["id"]
    assert again["state"] == "confirmed"


def test_sentences_come_in_four_languages(bench: Workbench) -> None:
    said = {code: bench.detect(["RA-01"], language=code)["leads"][0] for code in ("en", "fr", "sw", "am")}
    assert len({lead["sentence"] for lead in said.values()}) == 4
    assert len({lead["id"] for lead in said.values()}) == 1


def test_a_retracted_source_takes_its_leads_away(place: tuple[Path, str], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(place[0], tmp_path / "own")
    with opened(tmp_path / "own", place[1]) as bench:
        (lead,) = bench.detect(["RA-01"])["leads"]
        source = lead["observations"][0]["source"]
        fallen = {f.id for f in bench.retract(source, "of another customer")}
        assert lead["id"] in fallen
        assert not bench.detect(["RA-01"])["leads"]


def test_two_leads_of_one_address_stay_two(bench: Workbench) -> None:
    found = detect(bench.store, bench.scope, ["RA-01"])
    doubled = replace(found, leads=found.leads * 2)
    first, second = lead_results(bench.store, bench.scope, doubled, bench.case)
    assert first.id != second.id
    assert not any(_floats(dict(r.fields)) for r in (first, second)), "figures are texts and whole numbers"


def _floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_floats(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return any(_floats(v) for v in value)
    return isinstance(value, float)
