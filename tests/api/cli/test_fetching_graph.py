"""``fetch neo4j``: asks only the graph that is named, goes on where it stopped, says what is not covered."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import typer

from api.cli.main import app
from tests.api.cli.talking import talk
from tests.conftest import ROOT
from tests.ingest.fetchers.neo4j.agency import MAPPING, fill

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.talking import Said
    from tests.neo4j_server import RunningServer

NOBODY = ("--address", "bolt://127.0.0.1:1", "--mapping", "example_agency")


def fetch(store: Path, *more: object) -> Said:
    return talk("--store", store, "--case", "KE-1", "--json", "fetch", "neo4j", *more)


@pytest.mark.neo4j
def test_a_fetch_says_what_is_held_and_what_is_not_covered(
    tmp_path: Path, neo4j_server: RunningServer
) -> None:
    store, secret, said = tmp_path / "store", tmp_path / "secret.txt", tmp_path / "practice.yaml"
    secret.write_text(neo4j_server.credentials.password + "\n", encoding="utf-8")
    said.write_text(MAPPING, encoding="utf-8")
    with neo4j_server.connect() as server:
        fill(server, 30, 20)
    who = ("--address", neo4j_server.url, "--user", "neo4j", "--password-file", secret)
    first = fetch(store, *who, "--mapping", said)
    assert first.code == 0, first
    held = {h["of"]: h["rows"] for h in first.document["held"]}
    assert held == {
        "relationships PAID; DROP //": 30,
        "nodes Transaction": 20,
        "names on nodes Account": 100,
        "OWNS between Person and Account": 10,
    }
    assert first.document["unmapped"] == {
        "unmapped labels": "Device (1)",
        "unmapped properties": "PAID; DROP //.device (30)",
    }
    assert {f["reader"] for f in first.document["files"]} == {"neo4j_graph"}
    assert "nodes Transaction: 20 of 20 rows held" in first.err
    again = fetch(store, *who, "--mapping", said)
    assert (again.document["files"], again.document["pages_standing"]) == ([], len(first.document["files"]))
    told = first.out + first.err + talk("--store", store, "--case", "KE-1", "--json", "sources").out
    assert neo4j_server.credentials.password not in told

    with neo4j_server.connect() as server:
        server.write("MATCH (t:Transaction {txid: 'T3'}) DETACH DELETE t")
    text = talk("--store", store, "--case", "KE-1", "--quiet", "fetch", "neo4j", *who, "--mapping", said)
    assert "nodes Transaction: 19 rows held" in text.out
    assert "the graph holds 19 of these now, and held 20 when they were fetched" in text.out

    with neo4j_server.connect() as server:
        server.write("MATCH (t:Transaction) DETACH DELETE t")  # the example calls their identifier otherwise
    group: Any = typer.main.get_command(app)
    words = shlex.split(group.commands["fetch"].commands["neo4j"].epilog.removeprefix("Example: fuatilia "))
    real = {"neo4j://localhost:7687": neo4j_server.url, "reader": "neo4j", "password.txt": secret}
    example = talk("--store", tmp_path / "other", *(real.get(word, word) for word in words))
    assert (example.code, example.out.startswith("names on nodes Account: 100 rows held")) == (0, True), (
        example
    )


def test_a_line_that_names_no_graph_is_refused_before_a_store_is_made(tmp_path: Path) -> None:
    for more in (
        ("--address", "http://127.0.0.1:1", "--mapping", "example_agency"),
        ("--address", "bolt://reader:secret@127.0.0.1:1", "--mapping", "example_agency"),
        (*NOBODY, "--user", "reader"),
        (*NOBODY, "--password-file", __file__),
        (*NOBODY, "--page-rows", 0),
        ("--address", "bolt://127.0.0.1:1"),
    ):
        said = fetch(tmp_path / "store", *more)
        assert said.code == 2, said
        assert "secret" not in said.out + said.err
    none = fetch(tmp_path / "store", "--address", "bolt://127.0.0.1:1", "--mapping", tmp_path / "none.yaml")
    assert (none.code, none.error["code"]) == (3, "mapping")
    assert not (tmp_path / "store").exists()


def test_starting_up_does_not_import_the_driver() -> None:
    script = "import sys, api.cli.main, api.casework.fetching_graph, ingest.sources.neo4j_graph\n"
    script += "import ingest.neo4j_graph.reading\nprint('neo4j' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "False"
