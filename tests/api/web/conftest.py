"""The practice case with leads of every kind, behind the door, asked in process."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from api.demo.run import run_demo
from api.desk import Desk
from api.serving import create_app
from api.settings import Settings
from api.workbench import Workbench
from graph.model.scope import Clearance
from tests.api.web.seeded_leads import plant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "t" * 32
CASE = "PRACTICE-2026-001"
BASE = "http://127.0.0.1:8017"


@dataclass(frozen=True, slots=True)
class Site:
    """A browser that opened the printed link, and the desk behind the pages."""

    client: TestClient
    desk: Desk
    leads: tuple[str, ...]

    def page(self, path: str) -> str:
        """Return a page's HTML."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text[:2000]
        return str(answer.text)

    def twin(self, path: str) -> Any:
        """Return a page's JSON twin."""
        before, _, query = path.partition("?")
        answer = self.client.get(f"{before}.json" + (f"?{query}" if query else ""))
        assert answer.status_code == 200, answer.text[:2000]
        return answer.json()

    @property
    def csrf(self) -> str:
        """The secret that forms of this session carry."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.page("/"))
        assert found
        return found[1]

    def post(self, path: str, **fields: str) -> Any:
        """Send a form as one of our own pages does."""
        return self.client.post(
            path, data={"csrf": self.csrf, **fields}, headers={"Origin": BASE}, follow_redirects=False
        )


def opened(desk: Desk) -> TestClient:
    """Return a browser that has not come in yet."""
    return TestClient(create_app(desk, TOKEN), base_url=BASE, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the practice case and its leads once."""
    out = tmp_path_factory.mktemp("practised") / "demo"
    assert run_demo(out, 1).sound
    with Workbench.open(_settings(out / "store"), purpose="leads for the pages") as bench:
        plant(bench)
    return out


def _settings(store: Path) -> Settings:
    return Settings(store=str(store), case=CASE, actor="Analyst 07")


def _site(store: Path) -> Iterator[Site]:
    desk = Desk(_settings(store), most=Clearance.CASE)
    bench = desk.bench(CASE, purpose="test")
    with opened(desk) as client:
        client.get(f"/?token={TOKEN}")
        yield Site(client, desk, tuple(t.lead.id for t in bench.leads()))
    desk.close()


@pytest.fixture(scope="session")
def site(practised: Path) -> Iterator[Site]:
    """Pages that a test only reads."""
    yield from _site(practised / "store")


@pytest.fixture
def own_site(practised: Path, tmp_path: Path) -> Iterator[Site]:
    """Pages that a test may change."""
    shutil.copytree(practised / "store", tmp_path / "store")
    yield from _site(tmp_path / "store")
