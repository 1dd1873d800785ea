"""Every command's help ends with an example, and every example runs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest
import typer

from api.cli.main import app
from api.settings import Settings
from api.workbench import Workbench
from graph.model.results import Result, ResultKind
from tests.api.cli.talking import spawn, talk
from tests.api.cli.test_receiving import MAPPING
from tests.ingest.tables_made_up import STATEMENT_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.api.cli.conftest import Practice

START = "Example: fuatilia "


def commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in sorted(group.commands.items()):
        here = f"{path} {name}".strip()
        yield here, command
        if hasattr(command, "commands"):
            yield from commands(command, here)


ALL = dict(commands(typer.main.get_command(app)))


def test_the_commands_are_those_of_the_contract() -> None:
    named = (
        "allocate assert assertions assets case catalogue demo doctor export ingest retract search sources"
    )
    assert sorted(ALL) == sorted(
        [
            *named.split(),
            *(
                "checklist",
                "detect",
                "fetch",
                "fetch evm",
                "fetch neo4j",
                "lead",
                "lead confirm",
                "lead dismiss",
                "leads",
            ),
            *("rerun", "restraints", "role", "roles", "serve"),
            *("store", "store info", "store pull", "store push", "store queries", "store rebuild"),
            *("store verify", "trace"),
            *("verify", "withdraw"),
        ]
    )


@pytest.mark.parametrize("name", sorted(ALL))
def test_help_says_what_it_does_and_ends_with_an_example(name: str) -> None:
    said = talk(*name.split(), "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: fuatilia {name}")
    epilog = ALL[name].epilog
    assert epilog.startswith(START)
    assert " ".join(said.out.split()).endswith(" ".join(epilog.split()))
    assert all(p.help for p in ALL[name].params if p.name != "help"), "every option says what it is"


ASK_A_NODE = {
    "fetch",
    "fetch evm",
    "fetch neo4j",
    "store pull",
    "store push",
    "store rebuild",
}  # see test_fetching, test_fetching_graph, test_shared


SERVES = {"serve"}  # its example never ends; a server is started in test_serving


def a_lead(practice: Practice) -> str:
    """Record a lead, and return how it is named."""
    place = Settings(store=str(practice.store), case=practice.facts.case)
    with Workbench.open(place, purpose="test") as bench:
        lead = Result(ResultKind.LEAD, bench.case, "detect ST-01/1", {}, {}, "v", (), {"typology": "ST-01"})
        return bench.store.record(bench.scope, lead)[:8]


@pytest.mark.parametrize("name", sorted(set(ALL) - ASK_A_NODE - SERVES - {"demo"}))
def test_every_example_runs(name: str, own_practice: Practice, tmp_path: Path) -> None:
    practice = own_practice
    (tmp_path / "statement.csv").write_text(STATEMENT_TEXT, encoding="utf-8")
    (tmp_path / "bank.yaml").write_text(MAPPING, encoding="utf-8")
    sha = practice.document("sources")["sources"][0]["sha256"]
    pack = practice.pack if name == "verify" else tmp_path / "pack"
    real = {
        "SGH1234567": practice.facts.claimants[0].reference,
        "SGH7654321": practice.facts.claimants[1].reference,
        "REF-1": practice.facts.receipt,
        "0700000123": "0" + next(iter(practice.facts.names)).rpartition("+254")[2],
        "3f2a9c": sha[:6],
        "7c41d0b5": a_lead(practice),
        "9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6": practice.made.document["trace"]["id"],
        "5e6f7a8c": practice.document("assertions")["assertions"][0]["id"][:8],
        "statement.csv": f"{tmp_path}/statement.csv",
        "pack": str(pack),
        "FINGERPRINT": practice.made.document["pack"]["fingerprint"],
    }
    words = shlex.split(ALL[name].epilog.removeprefix(START))
    for placeholder, meant in real.items():
        words = [w.replace(placeholder, meant) if w != str(pack) else w for w in words]
    place = [] if "--case" in words else ["--case", practice.facts.case]
    more = ["--mapping", f"{tmp_path}/bank.yaml"] if name == "ingest" else []
    said = talk("--store", practice.store, *place, *words, *more)
    assert said.code == 0, said
    assert said.out


def test_the_example_of_the_demo_is_how_the_practice_case_was_made() -> None:
    assert ALL["demo"].epilog == "Example: fuatilia demo --out demo-case"
    assert typer.main.get_command(app).epilog == ALL["demo"].epilog


def test_a_line_without_a_command_is_answered_by_the_help() -> None:
    for line in ([], ["store"]):
        said = talk(*line)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("Usage: fuatilia")
        told = talk(*line, "--json")
        assert (told.code, told.error["what"]) == (2, "Missing command")


def test_a_slip_is_answered_with_what_was_meant() -> None:
    said = talk("sorces", "--json")
    assert said.code == 2
    assert "'sources'" in said.error["what"]
    assert said.error["hint"] == "see `fuatilia --help`"
    assert talk("search", "x", "--verbose").code == 2
    assert talk("search").err == "error: Missing argument 'text' - see `fuatilia search --help`\n"


def test_help_and_version_need_no_store() -> None:
    said = spawn("--help", env={"COLUMNS": "80", "NO_COLOR": "1"})
    assert (said.code, said.err) == (0, "")
    assert "\x1b" not in said.out
    assert all(f"\n  {name} " in said.out for name in ALL if " " not in name)
    assert "130 interrupted" in " ".join(said.out.split())
    assert spawn("--version").code == 0
