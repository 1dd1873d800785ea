"""The practice case behind the server, asked in process: no socket, the same door."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from api.demo.run import run_demo
from api.desk import Desk
from api.serving import create_app
from api.settings import Settings
from graph.model.scope import Clearance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "t" * 43
CASE = "PRACTICE-2026-001"


class Client:
    """Asks under the prefix of the interface, with the token of the run."""

    def __init__(self, client: TestClient) -> None:
        self.plain = client

    def ask(self, method: str, path: str, **more: Any) -> Any:
        return self.plain.request(method, f"/api/v1{path}", **more)

    def get(self, path: str, **params: Any) -> Any:
        return self.ask("GET", path, params=params or None)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, json=body, **more)

    def done(self, path: str, body: Any = None, **more: Any) -> Any:
        """Post long work and return the document that came of it."""
        started = self.ask("POST", path, **(more or {"json": body or {}}))
        assert started.status_code == 202, started.text
        where = started.headers["location"].removeprefix("/api/v1")
        for _ in range(600):
            job = self.get(where).json()
            if job["state"] in ("done", "failed", "stopped"):
                assert job["state"] == "done", job
                return job["outcome"]
            time.sleep(0.1)
        pytest.fail("the job did not end in a minute")


@pytest.fixture(scope="session")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the practice case once."""
    out = tmp_path_factory.mktemp("practised") / "demo"
    assert run_demo(out, 1).sound
    return out


@pytest.fixture
def store(practised: Path, tmp_path: Path) -> Path:
    """Return a store of its own with the practice case."""
    return shutil.copytree(practised / "store", tmp_path / "store")


@pytest.fixture
def desk(store: Path) -> Iterator[Desk]:
    opened = Desk(Settings(store=str(store), case=CASE, actor="analyst"), most=Clearance.CASE)
    yield opened
    opened.close()


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    with TestClient(
        create_app(desk, TOKEN),
        base_url="http://127.0.0.1",
        headers={"Authorization": f"Bearer {TOKEN}"},
        raise_server_exceptions=False,
    ) as plain:
        yield Client(plain)
