"""A real server with the practice case, and a page of a real browser that forgives nothing.

The browser is the system's Chromium. A test fails on any request that leaves this machine, any
violation of the content policy, any console error and any uncaught exception.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from api.settings import Settings
from api.workbench import Workbench
from tests.api.web.seeded_leads import plant
from tests.conftest import ROOT, required

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

CASE = "PRACTICE-2026-001"
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
SCREEN: ViewportSize = {"width": 1366, "height": 768}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs: the link that it printed, where it is, what it serves."""

    link: str
    base: str
    case: str
    store: str
    leads: tuple[str, ...]

    def at(self, *parts: str) -> str:
        """Return the address of a page of the practice case."""
        return "/".join((self.base, "cases", self.case, *parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


def _absent(what: str) -> None:
    if required("browser"):
        pytest.fail(what)
    pytest.skip(what)


def _environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "NUMBA_CACHE_DIR")}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "USER": "analyst-07"}


def serve(store: str, home: Path, *options: str) -> Iterator[tuple[str, str]]:
    """Run a server on a free port until the generator is closed; yields its link and its base address."""
    command = [sys.executable, "-m", "api.cli", "--store", store, "--actor", "Analyst 07", *options]
    with (
        (home / "server.log").open("w") as log,
        subprocess.Popen(
            [*command, "serve", "--port", "0", "--json"],
            cwd=ROOT,
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            told = ""
            for line in server.stdout or ():
                told += line
                if line.startswith("}"):
                    break
            if not told:
                pytest.fail(f"the server did not start: {(home / 'server.log').read_text()}")
            link = str(json.loads(told)["url"])
            parts = urlsplit(link)
            yield link, f"{parts.scheme}://{parts.netloc}"
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The practice case with leads of every kind, served to whoever has the link; names may be shown."""
    home = tmp_path_factory.mktemp("home")
    demo = home / "demo"
    command = [sys.executable, "-m", "api.cli", "--quiet", "demo", "--out", str(demo)]
    subprocess.run(command, cwd=ROOT, env=_environment(home), check=True, capture_output=True)
    store = str(demo / "store")
    settings = Settings(store=store, case=CASE, actor="detector")
    with Workbench.open(settings, purpose="leads for the pages") as bench:
        leads = tuple(plant(bench))
    for link, base in serve(store, home, "--unmask"):
        yield Running(link, base, CASE, store, leads)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _absent("playwright is not installed")
    place = (
        os.environ.get("FUATILIA_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not place:
        _absent("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=place, args=list(FLAGS))
        yield opened
        opened.close()


class Watch:
    """Everything that a page may not do."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.allowed: tuple[str, ...] = ()

    def over(self, context: BrowserContext) -> None:
        """Watch a context from its first request on."""
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOCAL:
            self.faults.append(f"a request left this machine: {request.url[:200]}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(a in message.text for a in self.allowed):
            self.faults.append(f"console {message.type}: {message.text[:400]}")


@pytest.fixture
def watch() -> Watch:
    """What the page of this test did wrong so far."""
    return Watch()


@pytest.fixture
def page(browser: Browser, workbench: Running, watch: Watch) -> Iterator[Page]:
    """A page with a session of its own."""
    context = browser.new_context(viewport=SCREEN)
    watch.over(context)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.goto(workbench.link)
    yield opened
    context.close()
    assert watch.faults == []


@pytest.fixture
def plain_page(browser: Browser, workbench: Running, watch: Watch) -> Iterator[Page]:
    """A page of a browser without scripts."""
    context = browser.new_context(viewport=SCREEN, java_script_enabled=False)
    watch.over(context)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.goto(workbench.link)
    yield opened
    context.close()
    assert watch.faults == []
