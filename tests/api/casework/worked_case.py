"""A case in a store of its own, with one small file, in which the work is put on record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.settings import Settings
from api.workbench import Workbench
from ingest.runner import Intake
from tests.ingest.tables_made_up import STATEMENT, STATEMENT_TEXT

if TYPE_CHECKING:
    from pathlib import Path

CASE = "KE-2026-0417"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def opened(folder: Path, *, actor: str = "Analyst 07", case: str = CASE) -> Workbench:
    """Open the case, made where it is missing; the clock stands at ``NOW``."""
    settings = Settings(store=str(folder / "store"), case=case, actor=actor)
    return Workbench.open(settings, purpose="test", now=lambda: NOW, create=True)


def filled(bench: Workbench, folder: Path, authority: str = "Order 9") -> Workbench:
    """Read one statement of three rows into the case."""
    path = folder / "statement.csv"
    path.write_text(STATEMENT_TEXT, encoding="utf-8")
    (receipt,) = bench.ingest([path], Intake("Example Bank", authority, "2026-11-03", mapping=STATEMENT))
    assert receipt.accepted
    return bench
