"""The whole product at the address of a graph: every command gives the document that it gives on a ledger."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.demo.scenario import Scenario
from api.workbench import Workbench
from tests.api.cli.talking import talk
from tests.graph.stores.neo4j.workstations import founded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.graph.stores.neo4j.conftest import PracticeStore
    from tests.neo4j_server import RunningServer

pytestmark = pytest.mark.neo4j
FACTS = Scenario.make(1).facts
SEEDS = tuple(c.seed for c in FACTS.claimants)
LEAD, RESULT, RECEIPT, OBSERVATION = "<lead>", "<trace>", FACTS.receipt, "<observation>"

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("case",),
    ("sources",),
    ("search", RECEIPT),
    ("search", "+254700015455"),
    ("--unmask", "search", "PRACTICE"),
    ("--unmask-protected", "search", "PRACTICE PERSON E"),
    ("leads",),
    ("roles",),
    ("assertions",),
    ("checklist",),
    ("restraints",),
    ("catalogue",),
    ("store", "info"),
    ("trace", *SEEDS, "--compare", "none"),
    ("assets", *SEEDS),
    ("detect",),
    ("assert", "same_event", OBSERVATION, OBSERVATION, "--reason", "one payment"),
    ("role", "+254700015455", "witness", "--reason", "came forward"),
    ("lead", "confirm", LEAD, "--reason", "seen"),
    ("lead", "dismiss", LEAD, "--reason", "known_relation", "--note", "sisters"),
    ("leads",),
    ("case",),
    ("--unmask", "roles"),
)
SLOW: tuple[tuple[str, ...], ...] = (
    ("trace", *SEEDS, "--compare", "all"),
    ("allocate", *SEEDS, "--at", FACTS.valued),
    ("rerun", RESULT),
)
APART = frozenset({"store", "head", "rows", "cache"})
"""What names the place, and the audit log: each workstation keeps its own."""


OF_THE_LOG = {
    "bag-info.txt",
    "data/log/audit.jsonl",
    "data/manifest.json",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
}
"""Files of a pack that hold the audit log, or a hash of it: each workstation keeps its own."""


class Clock:
    """One second later at each look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="module")
def places(
    neo4j_server: RunningServer, practice_store: PracticeStore, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, Path]:
    """Address of a ledger and of a graph that hold the practice case, and the cache folder."""
    folder = tmp_path_factory.mktemp("places")
    for name in ("ledger", "moved"):
        shutil.copytree(practice_store.place, folder / name)
    founded(neo4j_server, folder / "cache" / "fuatilia", folder / "moved", practice_store.scope).close()
    return str(folder / "ledger"), neo4j_server.url, folder / "cache"


@pytest.fixture
def told(
    places: tuple[str, str, Path],
    practice_store: PracticeStore,
    neo4j_server: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str, tuple[str, ...]], Any]:
    """Run a command at a place, under a clock that starts anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(places[2]))
    for name, value in neo4j_server.environment.items():
        monkeypatch.setenv(name, value)
    plain = Workbench.open.__func__  # type: ignore[attr-defined]

    def open_at(kind: Any, settings: Any, /, **more: Any) -> Workbench:
        bench: Workbench = plain(kind, settings, **{**more, "now": Clock()})
        return bench

    monkeypatch.setattr(Workbench, "open", classmethod(open_at))

    def run(place: str, command: tuple[str, ...]) -> Any:
        said = talk("--json", "--store", place, "--case", practice_store.case, "--actor", "ann", *command)
        assert said.code == 0, (command, said)
        return json.loads(said.out)

    return run


def filled(
    command: tuple[str, ...], leads: list[str], trace: str, observations: list[str]
) -> tuple[str, ...]:
    """Put ids that both stores know into a command."""
    rest = iter(observations)
    known = {LEAD: lambda: leads[-1], RESULT: lambda: trace, OBSERVATION: lambda: next(rest)}
    return tuple(known[word]() if word in known else word for word in command)


def without_places(document: Any) -> Any:
    if isinstance(document, dict):
        return {k: without_places(v) for k, v in document.items() if k not in APART}
    return [without_places(one) for one in document] if isinstance(document, list) else document


@pytest.mark.parametrize(
    "command",
    [*COMMANDS, *(pytest.param(command, marks=pytest.mark.slow) for command in SLOW)],
    ids=lambda command: " ".join(command)[:40],
)
def test_a_command_says_the_same_of_a_graph_and_of_a_ledger(
    command: tuple[str, ...],
    places: tuple[str, str, Path],
    told: Callable[[str, tuple[str, ...]], Any],
    practice_store: PracticeStore,
) -> None:
    ledger, address, _ = places
    leads = [one["id"] for one in told(ledger, ("leads",))["leads"]] if LEAD in command else [""]
    observations = [seed.rpartition("=")[2] for seed in SEEDS]
    given = filled(command, leads, practice_store.trace, observations)
    one, other = told(ledger, given), told(address, given)
    assert without_places(one) == without_places(other)


@pytest.mark.slow
def test_a_pack_of_the_graph_holds_what_one_of_the_ledger_holds(
    places: tuple[str, str, Path], told: Callable[[str, tuple[str, ...]], Any], tmp_path: Path
) -> None:
    packs = []
    for at, place in enumerate(places[:2]):
        out = tmp_path / f"pack{at}"
        sealed = ("--sealed", FACTS.sealed, "--at", FACTS.valued)
        told(place, ("export", str(out), *SEEDS, *sealed))
        assert told(place, ("verify", str(out)))["sound"]
        packs.append({p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert packs[0].keys() == packs[1].keys()
    apart = {name for name in packs[0] if packs[0][name] != packs[1][name]}
    assert apart == OF_THE_LOG


def test_somebody_with_nothing_but_the_address_and_the_key_has_everything(
    places: tuple[str, str, Path],
    told: Callable[[str, tuple[str, ...]], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = told(places[1], ("case",))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    refused = talk("--json", "--store", places[1], "--case", FACTS.case, "case")
    assert refused.code != 0
    assert "FUATILIA_IDENTITY_KEY" in refused.error["hint"]
    monkeypatch.setenv("FUATILIA_IDENTITY_KEY", f"{places[0]}/identity.key")
    assert without_places(told(places[1], ("case",))) == without_places(wanted)
    assert told(places[1], ("store", "verify"))["sound"]
    secret = "not-the-password"
    monkeypatch.setenv("FUATILIA_NEO4J_PASSWORD", secret)
    wrong = talk("--json", "--store", places[1], "--case", FACTS.case, "case")
    assert wrong.code != 0
    assert secret not in wrong.out + wrong.err
