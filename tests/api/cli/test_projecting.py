"""The shared graph from the command line: pushed, verified, spoilt, rebuilt, pulled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graph.stores import open_store
from tests.api.cli.talking import talk
from tests.graph.stores.ledger.evidence import BOOK, OTHER, add

if TYPE_CHECKING:
    from pathlib import Path

    from tests.neo4j_server import RunningServer


def test_without_an_address_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUATILIA_NEO4J", raising=False)
    said = talk("--json", "--store", tmp_path / "store", "store", "push")
    assert said.code == 2
    assert "FUATILIA_NEO4J" in said.error["hint"]


def test_files_for_the_import_tool_are_written_and_its_command_said(tmp_path: Path) -> None:
    store: Any = open_store(str(tmp_path / "store"), create=True)
    add(store, BOOK, tmp_path)
    store.close()
    told = ("--json", "--store", tmp_path / "store", "--case", "c", "store", "push", "--import-files")
    said = talk(*told, tmp_path / "files")
    assert said.code == 0
    assert said.document["command"].startswith("neo4j-admin database import full neo4j ")
    assert (tmp_path / "files" / "transfer-instrument-instrument.csv").is_file()
    assert talk(*told, tmp_path / "files").code == 1


@pytest.mark.neo4j
def test_pushed_verified_spoilt_rebuilt_and_pulled(
    neo4j_server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**neo4j_server.environment, "FUATILIA_NEO4J": neo4j_server.url}.items():
        monkeypatch.setenv(name, value)
    store: Any = open_store(str(tmp_path / "store"), create=True)
    for file in (BOOK, OTHER):
        add(store, file, tmp_path)
    store.close()
    mine = ("--json", "--store", tmp_path / "store", "--case", "c", "store")
    pushed = talk(*mine, "push")
    assert (pushed.code, pushed.document["graph"]) == (0, neo4j_server.url)
    assert pushed.document["written"] == pushed.document["parts"] > 5
    assert neo4j_server.credentials.password not in pushed.out + pushed.err
    assert "rows/s" in pushed.err
    assert talk(*mine, "push").document["written"] == 0
    sound = talk(*mine, "verify", "--shared")
    assert (sound.code, sound.document["sound"], sound.document["differences"]) == (0, True, [])
    with neo4j_server.connect() as server:
        server.write("MATCH ()-[t:TRANSFER {amount: '300'}]->() SET t.amount = '301'")
        server.write("MATCH (n:Instrument) WITH n ORDER BY n.id LIMIT 1 SET n.label = '+254711222333'")
    spoilt = talk(*mine, "verify", "--graph", neo4j_server.url)
    assert spoilt.code == 4
    assert {(d["property"], d["found"]) for d in spoilt.document["differences"]} == {
        ("amount", "301"),
        ("label", "••2333"),
    }
    mended = talk(*mine, "rebuild", "--only-differences")
    assert (mended.code, mended.document["sound"]) == (0, True)
    whole = talk(*mine, "rebuild")
    assert whole.document["written"] == whole.document["parts"]
    monkeypatch.setenv("FUATILIA_IDENTITY_KEY", str(tmp_path / "store" / "identity.key"))
    theirs = ("--json", "--store", tmp_path / "other", "--case", "c", "store")
    assert talk(*theirs, "pull").document["batches"] == 2
    assert talk(*theirs, "info").document["content"] == talk(*mine, "info").document["content"]
