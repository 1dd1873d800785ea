"""A push that is killed, or whose server is, goes on where it was; the graph then equals the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.graph.stores.neo4j.interrupting import kill_pusher, kill_server, make_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.neo4j_server import LocalServer

pytestmark = pytest.mark.neo4j
SIZE = 12_000


def test_killed_twice_and_its_server_twice_it_goes_on(neo4j_of_own: LocalServer, tmp_path: Path) -> None:
    make_ledger(tmp_path / "store", tmp_path, SIZE)
    rounds = [
        kill_pusher(tmp_path / "store", neo4j_of_own, 0.3),
        kill_pusher(tmp_path / "store", neo4j_of_own, 2.5),
        kill_server(tmp_path / "store", neo4j_of_own, 0.5, gently=False),
        kill_server(tmp_path / "store", neo4j_of_own, 2.0, gently=True),
    ]
    assert all(one.sound for one in rounds), rounds
    assert any(one.rows for one in rounds) or any(one.resumed > 1 for one in rounds)
    neo4j_of_own.stop()
    checked = neo4j_of_own.admin("database", "check", "neo4j")
    neo4j_of_own.start()
    assert checked.returncode == 0, checked.stdout + checked.stderr
