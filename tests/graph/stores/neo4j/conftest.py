"""The practice case, made once a session: leads, a trace and shares, restraints, and one who is protected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from api.demo.scenario import Scenario
from api.demo.work_done import record_work
from graph.model.scope import Clearance, Scope
from tests.api.demo.demo_runs import open_bench, read_all, state_all

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PracticeStore:
    """A ledger with the practice case; to be read only: copy ``place`` to write to it."""

    place: Path
    case: str
    actor: str
    trace: str
    protected: str

    @property
    def scope(self) -> Scope:
        return Scope(self.actor, (self.case,), "test", Clearance.PROTECTED)


@pytest.fixture(scope="session")
def practice_store(tmp_path_factory: pytest.TempPathFactory) -> PracticeStore:
    folder = tmp_path_factory.mktemp("practice")
    scenario = Scenario.make(1)
    facts = scenario.facts
    with open_bench(folder, scenario) as bench:
        assert set(read_all(bench, scenario.write(folder / "files"))) == {"accepted"}
        state_all(bench, scenario)
        record_work(bench, facts)
        traced = bench.trace([c.seed for c in facts.claimants])
        bench.allocate(traced, datetime.fromisoformat(facts.valued))
        bench.detect()
        sender = bench.search("+254700015455") or bench.search("PRACTICE PERSON E")
        bench.role(sender[0].id, "victim", "a family that paid")
    return PracticeStore(folder / "store", facts.case, facts.actor, traced.result, sender[0].id)
