"""Detection on the practice cases, published defaults: the ransom comes first, and only where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analytics.detection import detect
from analytics.gathering import gather
from analytics.lead import Severity, Verdict
from api.demo.scenario import Scenario
from graph.model.identifiers import Kind, parse_identifier
from tests.api.demo.practice import SEEDS, case, crime_of, number
from tests.api.demo.worlds import world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analytics.detection import Detection
    from analytics.material import Material
    from api.workbench import Workbench

QUICK = (1,)
"""Seeds of the quick run; the others are ``slow``."""
every_seed = pytest.mark.parametrize(
    "seed", [s if s in QUICK else pytest.param(s, marks=pytest.mark.slow) for s in SEEDS]
)
FIRST = 5


def instrument(bench: Workbench, party: str) -> str:
    (found,) = bench.search(parse_identifier(Kind.MSISDN, number(party)).key)
    return found.id


def found_in(bench: Workbench) -> Detection:
    return detect(bench.store, bench.scope)


@every_seed
def test_the_ransom_is_among_the_first_leads(seed: int, tmp_path: Path) -> None:
    scenario, done = case(seed), crime_of(seed)
    who = scenario.truth.roles
    with world(tmp_path, scenario) as bench:
        found = found_in(bench)
        ransom = next(lead for lead in found.leads[:FIRST] if lead.typology == "RA-01")
        family, collector = instrument(bench, who.second_family), instrument(bench, who.collector)
        (paid, *_) = bench.store.references(bench.scope, done.second.receipt)
        events = bench.store.rows(bench.scope, [paid, *ransom.observations]).to_pylist()
    assert ransom.severity is Severity.DANGER
    assert ransom.instruments[0] == family
    assert ransom.instruments[-1] == collector
    assert len(ransom.instruments) >= 8 + 2
    told = {r["event"] for r in events if r["observation"] in ransom.observations}
    assert {r["event"] for r in events if r["observation"] == paid} <= told
    assert {i.pattern: i.verdict for i in ransom.innocent}["harambee"] is Verdict.NOT_SUPPORTED
    assert [lead.severity for lead in found.leads].count(Severity.DANGER) == 1


def texts(value: Any) -> Iterator[str]:
    """Give every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from texts(key)
            yield from texts(one)
    elif isinstance(value, Iterable) and not isinstance(value, np.ndarray):
        for one in value:
            yield from texts(one)


def test_what_detectors_see_names_nobody_and_tells_no_role(tmp_path: Path) -> None:
    scenario = case(1)
    with world(tmp_path, scenario) as bench:
        material = gather(bench.store, bench.scope)
    seen = "\n".join(texts(material)).casefold()
    parts = {part for party in texts(scenario.truth.roles) for part in party.split(" - ")}
    numbers = {n for line in scenario.collector.lines for n in re.findall(r"\d{6,}", line.details)}
    told = {*parts, *numbers, "practice", "ransom"}
    printed = {row.narration for row in scenario.bank} | {line.details for line in scenario.collector.lines}
    assert len(seen) > 10_000
    assert [text for text in sorted(told | printed) if len(text) > 3 and text.casefold() in seen] == []
    assert not re.search(r"\b2547\d{8}\b|\b07\d{8}\b|\bT[1-9A-HJ-NP-Za-km-z]{33}\b", _but_assets(material))


def _but_assets(material: Material) -> str:
    return "\n".join(t for t in texts(material) if t not in material.assets and not t.startswith("tron:"))


@every_seed
def test_without_the_crime_nobody_seems_to_be_in_danger(seed: int, tmp_path: Path) -> None:
    with world(tmp_path, case(seed, without_crime=True)) as bench:
        found = found_in(bench)
    assert [lead for lead in found.leads if lead.severity is Severity.DANGER] == []
    assert "RA-01" not in {one.typology for one in found.not_evaluated}


def test_the_same_evidence_gives_the_same_leads(tmp_path: Path) -> None:
    """Another store has another key, and so other ids; what is said and cited is the same."""
    told = []
    for name in ("a", "b"):
        with world(tmp_path / name, Scenario.make(2)) as bench:
            found = found_in(bench)
            told.append(
                [
                    (x.typology, x.severity, x.observations, x.figures, x.sentence, x.innocent)
                    for x in found.leads
                ]
            )
            assert found == found_in(bench)
    assert told[0]
    assert told[0] == told[1]
