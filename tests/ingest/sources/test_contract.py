"""The contract of readers, over every reader that discovery finds, each with a sample of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.demo.statement_pdf import Layout, statement_pdf
from graph.model.scope import Scope
from ingest.runner import Intake, ingest_files, readers
from tests.contracts.source import Sample, check
from tests.ingest.evm.practice_blocks import log, logs_page
from tests.ingest.evm.practice_blocks import saved as saved_page
from tests.ingest.sources import practice_graph, practice_portal
from tests.ingest.sources.practice_answers import answer, asked, entry, saved
from tests.ingest.sources.practice_reports import report, transaction
from tests.ingest.sources.practice_reports import saved as saved_report
from tests.ingest.sources.practice_statements import practice_lines, statement_of
from tests.ingest.store_in_memory import MemoryStore
from tests.ingest.tables_made_up import STATEMENT, STATEMENT_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _table(folder: Path) -> Sample:
    path = folder / "statement.csv"
    path.write_text(STATEMENT_TEXT, encoding="utf-8")
    return Sample("mapped_table", path, STATEMENT, chains=True)


def _wallet(folder: Path) -> Sample:
    path = folder / "statement.pdf"
    path.write_bytes(statement_pdf(statement_of(practice_lines(5)), Layout.APP))
    return Sample("mpesa_statement", path, chains=True)


def _tron(folder: Path) -> Sample:
    return Sample("tron", saved(folder, asked(answer(entry(1), entry(2)))))


def _portal(folder: Path) -> Sample:
    text = practice_portal.statement(practice_portal.MONTH)
    return Sample("mpesa_org", practice_portal.saved(folder, text), chains=True)


def _report(folder: Path) -> Sample:
    return Sample("goaml", saved_report(folder, report(transaction(1), transaction(2))))


def _chain(folder: Path) -> Sample:
    return Sample("evm", saved_page(folder, logs_page(log(), log(index=1, data="0x" + "f" * 31 + "1" * 33))))


def _graph(folder: Path) -> Sample:
    rows = (practice_graph.paid(), practice_graph.paid(ref="R2", c={"float": "1251.0"}))
    return Sample("neo4j_graph", practice_graph.page(folder, *rows))


SAMPLES: dict[str, Callable[[Path], Sample]] = {
    "evm": _chain,
    "goaml": _report,
    "mapped_table": _table,
    "mpesa_org": _portal,
    "mpesa_statement": _wallet,
    "neo4j_graph": _graph,
    "tron": _tron,
}


def test_every_reader_has_a_sample() -> None:
    assert set(readers()) == set(SAMPLES)


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_a_reader_keeps_the_contract(code: str, tmp_path: Path) -> None:
    check(SAMPLES[code](tmp_path))


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_reading_again_in_the_child_is_the_same_batch(code: str, tmp_path: Path) -> None:
    sample = SAMPLES[code](tmp_path)
    (tmp_path / "store").mkdir()
    store = MemoryStore(tmp_path / "store")
    intake = Intake(mapping=sample.mapping)
    scope = Scope("officer", ("case",), "test")
    one, two = ingest_files(store, scope, "case", [sample.path, sample.path], intake)
    assert (one.verdict.value, two.verdict.value) == ("accepted", "duplicate")
    assert one.batch == two.batch
    assert one.rejected == ()
