"""Demos that were run through the whole product, and traces without the pack, each once a session."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from api.demo.run import _read, run_demo
from api.demo.scenario import Scenario
from api.settings import Settings
from api.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from api.demo.facts import DemoFile
    from api.demo.run import DemoDone

RULES = ("fifo", "lifo", "own_first", "pro_rata_rolling", "tainted_first")
OUTCOMES = ("held", "spent", "fees", "swallowed", "lost")


@dataclass(frozen=True, slots=True)
class Demo:
    """One run of the demo."""

    seed: int
    folder: Path
    done: DemoDone

    @property
    def scenario(self) -> Scenario:
        return Scenario.make(self.seed)

    @property
    def trace(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.done.document["trace"]
        return found

    @property
    def names(self) -> dict[str, str]:
        """File name by sha256, as the files were written; the pack shows none."""
        files = sorted((self.folder / "files").iterdir())
        return {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in files}


def demo_in(folder: Path, seed: int) -> Demo:
    """Run the demo whole."""
    return Demo(seed, folder, run_demo(folder, seed))


def table(path: Path) -> list[dict[str, str]]:
    """Read one table of a pack; a leading apostrophe only guards a cell against spreadsheets."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines)
        return [dict(zip(header, (c.removeprefix("'") for c in line), strict=True)) for line in lines]


def open_bench(folder: Path, scenario: Scenario) -> Workbench:
    """Open a new store for a case."""
    facts = scenario.facts
    settings = Settings(store=str(folder / "store"), case=facts.case, actor=facts.actor)
    now = datetime.fromisoformat(facts.sealed)
    return Workbench.open(settings, purpose="test", now=lambda: now, create=True)


def read_all(bench: Workbench, files: Sequence[DemoFile]) -> list[str]:
    """Read files into a case; return their verdicts."""
    return [str(_read(bench, one).verdict) for one in files]


def state_all(bench: Workbench, scenario: Scenario) -> None:
    """Record what the analyst states."""
    for one in scenario.facts.stated:
        bench.assert_(one.kind, one.subject, one.object, one.reason, made=one.made)


def claimed(places: Sequence[Mapping[str, Any]]) -> Fraction:
    """Sum the claim that a list of places carries, from its owners."""
    return sum((Fraction(part["claim"]) for p in places for part in p["owners"].values()), Fraction(0))
