"""One practice case, made by ``fuatilia demo`` once for all tests of the command line."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from api.demo.scenario import Scenario
from tests.api.cli.talking import Said, talk

if TYPE_CHECKING:
    from pathlib import Path

    from api.demo.facts import ScenarioFacts


@dataclass(frozen=True)
class Practice:
    """The folder of the practice case, and what is true in it."""

    folder: Path
    facts: ScenarioFacts
    made: Said
    said: dict[tuple[object, ...], Said] = field(default_factory=dict)
    changes: bool = False

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def pack(self) -> Path:
        return self.folder / "pack"

    @property
    def place(self) -> tuple[str, ...]:
        """The options that name store and case."""
        return ("--store", str(self.store), "--case", self.facts.case)

    @property
    def seeds(self) -> list[str]:
        return [c.seed for c in self.facts.claimants]

    def file(self, name: str) -> Path:
        return self.folder / "files" / name

    def talk(self, *arguments: object) -> Said:
        return talk(*self.place, *arguments)

    def once(self, *arguments: object) -> Said:
        """Run a command that changes nothing but the audit log, or say again what it said."""
        if self.changes or arguments not in self.said:
            self.said[arguments] = self.talk(*arguments)
        return self.said[arguments]

    def document(self, *arguments: object) -> Any:
        """Run a command that succeeds and return its document."""
        said = self.once("--json", *arguments)
        assert (said.code, said.err) == (0, ""), said
        return said.document


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """Made once; tests that change the store take ``own_practice``."""
    folder = tmp_path_factory.mktemp("practice") / "demo"
    made = talk("--json", "demo", "--out", folder)
    assert made.code == 0, made
    return Practice(folder, Scenario.make(1).facts, made)


@pytest.fixture
def own_practice(practice: Practice, tmp_path: Path) -> Practice:
    """Return a copy of the practice case that a test may change or damage."""
    folder = tmp_path / "demo"
    shutil.copytree(practice.folder, folder)
    return Practice(folder, practice.facts, practice.made, changes=True)
