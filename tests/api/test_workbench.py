"""The facade over a real store: what it refuses, what it keeps, and what it never shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from api.casework.trace_document import trace_document
from api.demo.scenario import Scenario
from api.errors import UsageError
from api.settings import Settings
from api.workbench import Workbench, examine
from graph.errors import FuatiliaError
from graph.model.results import AssertionKind
from graph.model.scope import Clearance
from ingest.runner import Intake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.model.provenance import Receipt

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SCENARIO = Scenario.make(1)
FACTS = SCENARIO.facts
READ = ("mobile-statement-collector.pdf", "mobile-statement-runner.pdf")


def settings(folder: Path) -> Settings:
    return Settings(store=str(folder / "store"), case="KE-1", actor="A. Analyst")


def files(folder: Path) -> list[Path]:
    return [one.path for one in SCENARIO.write(folder / "files") if one.name in READ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbench")


@pytest.fixture(scope="module")
def receipts(folder: Path) -> list[Receipt]:
    with Workbench.open(settings(folder), purpose="test", now=lambda: NOW, create=True) as bench:
        intake = Intake(supplier="Example Mobile Money", authority="order 1", passwords=dict(FACTS.passwords))
        return bench.ingest(files(folder), intake)


@pytest.fixture
def bench(folder: Path, receipts: list[Receipt]) -> Iterator[Workbench]:
    assert receipts
    with Workbench.open(settings(folder), purpose="test", now=lambda: NOW) as found:
        yield found


def test_files_go_in_with_a_receipt_each_and_the_sources_name_their_supplier(
    bench: Workbench, receipts: list[Receipt]
) -> None:
    assert [(r.name, str(r.verdict)) for r in receipts] == [
        (f"file {r.sha256[:6]}….pdf", "accepted") for r in receipts
    ]
    named = bench.with_clearance(Clearance.CASE).sources()
    assert {s.name for s in named} == set(READ)
    assert {s.supplier for s in bench.sources()} == {"Example Mobile Money"}
    assert {s.sha256 for s in bench.sources()} == {r.sha256 for r in receipts}


def test_a_dry_run_reads_without_any_store(tmp_path: Path) -> None:
    found = examine(settings(tmp_path), files(tmp_path), Intake(passwords=dict(FACTS.passwords)))
    assert [str(r.verdict) for r in found] == ["accepted", "accepted"]
    assert not (tmp_path / "store").exists()


def test_a_store_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(FuatiliaError):
        Workbench.open(settings(tmp_path), purpose="test")
    assert not (tmp_path / "store").exists()


def test_a_trace_is_kept_and_the_same_trace_is_the_same_record(bench: Workbench) -> None:
    traced = bench.trace([f"V2={FACTS.second_receipt}"])
    again = bench.trace([f"V2={FACTS.second_receipt}"])
    assert traced.result == again.result
    assert trace_document(traced.run) == trace_document(again.run)
    assert [r.id for r in bench.store.results(bench.scope, "trace")].count(traced.result) == 1
    kept = next(r for r in bench.store.results(bench.scope, "trace") if r.id == traced.result)
    assert kept.fields == trace_document(traced.run)
    assert sum(h.principal for h in traced.sheet) == sum(
        leg.principal for leg in traced.run.chosen.holdings if leg.owner == "V2"
    )
    sharing = bench.allocate(traced, NOW)
    assert sharing.pool.total > 0
    assert any(r.parameters["trace"] == traced.result for r in bench.store.results(bench.scope, "allocation"))


def test_rules_are_compared_as_asked(bench: Workbench) -> None:
    seeds = [f"V2={FACTS.second_receipt}"]
    assert len(bench.trace(seeds).run.comparison.results) == 5
    one = bench.trace(seeds, rule="fifo", compare=(), arithmetic="exact")
    assert list(one.run.comparison.results) == ["fifo"]
    assert one.run.policy.arithmetic == "exact"
    two = bench.trace(seeds, rule="fifo", compare=["lifo"])
    assert list(two.run.comparison.results) == ["fifo", "lifo"]


def test_an_assertion_needs_a_reason_a_kind_and_one_payment(bench: Workbench) -> None:
    first, second = FACTS.receipt, FACTS.second_receipt
    with pytest.raises(UsageError, match="reason"):
        bench.assert_("same_event", first, second, "  ")
    with pytest.raises(UsageError, match="no such assertion"):
        bench.assert_("hunch", first, second, "because")
    with pytest.raises(UsageError, match="no payment"):
        bench.assert_("same_event", first, "NOSUCHREF1", "because")
    with pytest.raises(UsageError, match="not unambiguous"):
        bench.assert_("paid_for", first, "nobody at all", "because")
    assert bench.assertions() == []


def test_a_retraction_needs_a_reason(bench: Workbench, receipts: list[Receipt]) -> None:
    with pytest.raises(UsageError, match="reason"):
        bench.retract(receipts[0].sha256, "")


def test_labels_are_masked_unless_the_clearance_says_otherwise(bench: Workbench) -> None:
    number = SCENARIO.truth.roles.collector.partition(" ")[0]
    (masked,) = bench.search(number)
    assert number not in masked.label
    assert masked.label.endswith(number[-4:])
    (clear,) = bench.with_clearance(Clearance.CASE).search(number)
    assert clear.id == masked.id
    assert number in clear.label
    assert bench.scope.clearance is Clearance.MASKED


def test_what_is_stated_and_taken_back_stands_in_its_own_store(tmp_path: Path) -> None:
    with Workbench.open(settings(tmp_path), purpose="test", now=lambda: NOW, create=True) as bench:
        receipts = bench.ingest(files(tmp_path), Intake(passwords=dict(FACTS.passwords)))
        runner = SCENARIO.truth.roles.runner.partition(" ")[0]
        said = bench.assert_("paid_for", FACTS.receipt, runner, "the bank says so")
        assert (said.kind, said.author) == (AssertionKind.PAID_FOR, "A. Analyst")
        assert said.made == NOW.isoformat(timespec="seconds")
        assert bench.assertions() == [said]
        seeds = [f"V2={FACTS.second_receipt}"]
        assert [w.assertion for w in bench.trace(seeds).run.without] == [said]
        left_out = bench.trace(seeds, without=[said.id])
        assert left_out.run.following.assertions == ()
        fallen = bench.retract(receipts[0].sha256, "seized without an order")
        assert left_out.result in {f.id for f in fallen}
        with pytest.raises(UsageError, match="no payment"):
            bench.trace(seeds)
