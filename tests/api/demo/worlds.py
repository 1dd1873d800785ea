"""Practice cases kept in a store as the program keeps them, but read in this process: forty in a minute.

The sandbox that reads files in the product is proved elsewhere; what is looked at here is what
detection makes of the evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.model.provenance import Batch
from graph.store import Content
from ingest.mappings.loading import load_mapping
from ingest.runner import Intake, source_of
from ingest.sandbox.choosing import readers
from ingest.source import Options
from tests.api.demo.demo_runs import open_bench

if TYPE_CHECKING:
    from pathlib import Path

    from api.demo.facts import DemoFile
    from api.demo.scenario import Scenario
    from api.workbench import Workbench


def world(folder: Path, scenario: Scenario) -> Workbench:
    """Write a case's files and keep them; nothing is stated and nothing is traced."""
    bench = open_bench(folder, scenario)
    for one in scenario.write(folder / "files"):
        _keep(bench, one)
    return bench


def _keep(bench: Workbench, one: DemoFile) -> None:
    intake = Intake(supplier=one.supplier, authority=one.authority, received=one.received)
    source = source_of(one.path, intake)
    bench.store.admit(bench.scope, bench.case, one.path, source)
    reader: Any = readers()[one.reader]
    mapping = load_mapping(one.mapping) if one.mapping else {}
    pieces = list(reader.read(one.path, Options(source.sha256, mapping, {}, one.password)))
    content = Content(
        [batch for p in pieces if p.rows is not None for batch in _batches(p.rows)],
        [batch for p in pieces if p.facts is not None for batch in _batches(p.facts)],
        sum(p.records for p in pieces),
        tuple(r for p in pieces for r in p.rejected),
        tuple(r for p in pieces for r in p.left_out),
        tuple(r for p in pieces for r in p.reconciliation),
    )
    bench.store.ingest(bench.scope, Batch(source.sha256, reader.code, reader.version), content)


def _batches(rows: Any) -> list[Any]:
    found: list[Any] = rows.to_batches() if hasattr(rows, "to_batches") else [rows]
    return found
