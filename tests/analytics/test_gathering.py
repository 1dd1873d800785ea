"""What detectors are given of a store: arrays and codes; every text stays behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pytest

from analytics.gathering import gather
from api.settings import Settings
from api.workbench import Workbench
from graph.model.scope import Clearance, Scope
from tests.api.demo.demo_runs import demo_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analytics.material import Material

ENDS = {"cash", "unknown"}
"""Ends that nobody owns: what they are called is a code."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    demo = demo_in(tmp_path_factory.mktemp("gathering") / "demo", 1)
    facts = demo.scenario.facts
    settings = Settings(store=str(demo.folder / "store"), case=facts.case, actor="tester")
    with Workbench.open(settings, purpose="test") as opened:
        yield opened


@pytest.fixture(scope="module")
def material(bench: Workbench) -> Material:
    return gather(bench.store, bench.scope)


def test_only_principal_rows_that_move_money(bench: Workbench, material: Material) -> None:
    shot = bench.store.snapshot(bench.scope)
    table = bench.store.rows_at(bench.scope, shot.version, shot.row.tolist())
    principal = pc.equal(table["kind"], "principal").to_numpy(zero_copy_only=False)
    assert np.array_equal(material.row, shot.row[principal & (shot.amount > 0)])
    assert 0 < len(material) < len(shot.row)
    assert set(table["kind"].to_pylist()) > {"principal"}


def test_every_row_is_what_its_observation_shows(bench: Workbench, material: Material) -> None:
    rows: dict[str, list[dict[str, object]]] = {}
    for row in bench.store.rows(bench.scope, list(material.observation)).to_pylist():
        rows.setdefault(row["observation"], []).append(row)
    printed = 0
    for i, observation in enumerate(material.observation):
        row = next(
            r
            for r in rows[observation]
            if r["kind"] == "principal"
            and r["asset"] == material.assets[material.asset[i]]
            and r["amount"] == int(material.amount[i])
        )
        if material.balance_of[i] >= 0:
            printed += 1
            assert row["statement"] == material.nodes[material.balance_of[i]]
            assert row["balance"] == int(material.balance[i])
        assert material.channel[i] == (row["channel"] or "")
    assert printed > 100


def test_no_field_holds_a_name_or_a_number_of_a_person(bench: Workbench, material: Material) -> None:
    named = Workbench(bench.store, replace(bench.scope, clearance=Clearance.CASE), bench._now)
    known = named.store.instruments(named.scope, list(material.nodes))
    assert any(i.label for i in known.values())
    labels = {text for i in known.values() if i.kind not in ENDS for text in (i.label, i.holder)}
    told = {*material.channel, *material.kind, *(t for tags in material.tags.values() for t in tags)}
    assert not (told & labels) - {""}
    assert "PRACTICE" not in repr((material.channel, material.tags, material.held)).upper()


def test_coded_facts_arrive(material: Material) -> None:
    assert len(material.covered) >= 6
    assert {c for tags in material.tags.values() for c in tags} >= {"exchange_hot_wallet", "exchange_deposit"}
    assert material.institutions
    assert material.rates
    assert material.held, "the demo's trace shows what is held"
    assert {"msisdn", "agent", "till", "exchange"} <= set(material.kind)


def test_as_of_is_an_input(bench: Workbench, material: Material) -> None:
    assert material.at == int(bench.store.snapshot(bench.scope).hi.max())
    assert gather(bench.store, bench.scope, at=5).at == 5


def test_a_scope_without_cases_has_nothing(bench: Workbench) -> None:
    assert not len(gather(bench.store, Scope("tester", (), "test")))
