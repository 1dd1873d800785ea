"""What was done and when: each thing once, on its day, up to the instant asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from api.casework.checklist import state_step
from api.casework.question import ask
from api.casework.restraining import give_back, restrain
from api.casework.steps_taken import ZONE, instant_of, steps_taken
from graph.store import Selection
from tests.api.casework.worked_case import NOW, filled, opened

if TYPE_CHECKING:
    from pathlib import Path

LAST_SECOND = 86_400_000_000 - 1_000_000


def test_steps_stand_on_their_days_in_their_order(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        filled(bench, tmp_path)
        ask(bench, "Where is it?", "letter", asked_by="P. 02", on="2026-11-02")
        row = bench.store.select(bench.scope, Selection(statuses=())).table.to_pylist()[0]
        held = row["debit"] or row["credit"]
        restrain(bench, held, "asked", "by letter", on="2026-11-04", by="Example Bank", reference="R-1")
        restrain(bench, held, "held_until", "they hold", on="2026-11-05", until="2026-11-27")
        restrain(bench, held, "ordered", "the court did", on="2026-11-18", reference="M-118/2026")
        give_back(bench, "V1", "70000.00", "KES", "receipt", on="2026-11-19")
        state_step(bench, "A1", "done", "met")
        state_step(bench, "A3", "done", "file 17")
        bench.role(held, "suspect", "named by both families")
        found = steps_taken(bench, NOW)
    days = [datetime.fromtimestamp(s.at // 1_000_000, ZONE).date().isoformat()[5:] for s in found]
    assert list(zip(days, (s.label for s in found), strict=True)) == [
        ("11-02", "question of P. 02"),
        ("11-04", "hold asked R-1, Example Bank"),
        ("11-05", "hold to 27 Nov"),
        ("11-18", "order M-118/2026"),
        ("11-19", "70,000.00 KES to V1"),
        ("11-20", "1 role"),
        ("11-20", "2 steps"),
    ]
    assert [s.until for s in found if s.until] == [instant_of("2026-11-27") + LAST_SECOND]


def test_nothing_after_the_instant_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        ask(bench, "Where is it?", "letter", on="2026-11-02")
        assert [s.label for s in steps_taken(bench, NOW)] == ["question"]
        assert steps_taken(bench, NOW - timedelta(days=30)) == ()
