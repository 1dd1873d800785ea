"""A real Neo4j server for tests: started on loopback, emptied for each file, stopped and killed at will."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from graph.errors import StoreError
from graph.stores.neo4j.address import UNATTENDED, Address, Credentials, Patience
from graph.stores.neo4j.server import Server
from tests.neo4j_certificate import CERTIFICATE, KEY, write_certificate
from tests.neo4j_files import LTS, LackingError, files, java

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "fuatilia-test"
_OPENS = [f"--add-opens=java.base/{part}=ALL-UNNAMED" for part in ("java.nio", "java.io", "sun.nio.ch")]
_LEAN = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
_ADMIN = "org.neo4j.server.startup.Neo4jAdminCommand"
_STARTS = {"5": "org.neo4j.server.CommunityEntryPoint", "2": "org.neo4j.server.Neo4jCommunity"}
_PATIENCE = 120
_EMPTYING = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"


class RunningServer:
    """A server somewhere: its address, and a connection to it."""

    version = ""

    def __init__(self, url: str, password: str = PASSWORD, user: str = "neo4j") -> None:
        self.url = url
        self.address = Address.parse(url)
        self.credentials = Credentials(user, password)

    @property
    def environment(self) -> dict[str, str]:
        """What a program of ours reads to get in."""
        return {
            "FUATILIA_NEO4J_USER": self.credentials.user,
            "FUATILIA_NEO4J_PASSWORD": self.credentials.password,
        }

    def connect(self, patience: Patience = UNATTENDED) -> Server:
        """Return a connection; the caller closes it."""
        return Server(self.address, self.credentials, patience)

    def empty(self) -> None:
        """Remove every node and relationship; constraints and indexes stay."""
        with self.connect() as server:
            server.alone(_EMPTYING)

    def close(self) -> None:
        """Let go of it."""


class LocalServer(RunningServer):
    """A Community server of our own, in a folder of its own, on a free port."""

    def __init__(self, home: Path, version: str = LTS) -> None:
        self.home, self.version = home, version
        self.port = _free_port()
        super().__init__(f"bolt://127.0.0.1:{self.port}")
        self._java, self._class_path = java(version), f"{files(version)}/*"
        self._process: subprocess.Popen[bytes] | None = None
        (home / "conf").mkdir(parents=True)
        write_certificate(home / "certificates")
        self.settings = home / "conf" / "neo4j.conf"
        self.settings.write_text(_configuration(self.port, home / "certificates"))

    def start(self) -> None:
        """Start it, and wait until it answers."""
        entry = _STARTS[self.version[0]]
        places = [f"--home-dir={self.home}", f"--config-dir={self.home}/conf"]
        command = [*_ends_with_parent(), self._java, *_OPENS, *_LEAN, "-cp", self._class_path, entry, *places]
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=self._environment())
        self._wait()

    def stop(self) -> None:
        """Stop it as an operator does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Take it away in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: connections stay, nothing answers."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self._process:
            self._process.send_signal(signal.SIGCONT)

    def restore(self) -> None:
        """Let it run again, whatever was done to it."""
        self.resume()
        usual = _configuration(self.port, self.home / "certificates")
        if self.settings.read_text() != usual:
            self.settings.write_text(usual)
            self.stop()
        if self._process is None:
            self.start()

    def admin(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``neo4j-admin`` on the server's files; it should be stopped."""
        command = [self._java, *_OPENS, "-Xmx384m", "-cp", self._class_path, _ADMIN, *words]
        return subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)

    def close(self) -> None:
        """End it for good."""
        if self._process:
            self.kill()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": f"{self.home}/conf"}

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._process = None

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            if _listens(self.port) and self._lets_in():
                return
            time.sleep(0.2)
        told = (self.home / "server.log").read_text("utf-8", "replace")[-2000:]
        message = f"Neo4j {self.version} did not answer on its port:\n{told}"
        raise RuntimeError(message)

    def _lets_in(self) -> bool:
        try:
            with self.connect(Patience(connect=5, retry=1)) as server:
                return bool(server.edition.version)
        except StoreError:
            self._first_password()
        return False

    def _first_password(self) -> None:
        """Change the password that a new server has; asking it costs less than another Java."""
        change = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
        try:
            with GraphDatabase.driver(self.url, auth=("neo4j", "neo4j")) as driver:
                driver.execute_query(change, old="neo4j", new=PASSWORD, database_="system")
        except (Neo4jError, DriverError):
            return  # not yet up, or no longer new: it is asked again


def _configuration(port: int, certificates: Path) -> str:
    return "\n".join(
        (
            f"server.bolt.listen_address=127.0.0.1:{port}",
            "server.http.enabled=false",
            "server.https.enabled=false",
            "dbms.usage_report.enabled=false",
            "dbms.security.auth_max_failed_attempts=0",
            "server.memory.pagecache.size=64m",
            "db.tx_log.preallocate=false",
            "server.bolt.tls_level=OPTIONAL",
            "dbms.ssl.policy.bolt.enabled=true",
            f"dbms.ssl.policy.bolt.base_directory={certificates}",
            f"dbms.ssl.policy.bolt.private_key={KEY}",
            f"dbms.ssl.policy.bolt.public_certificate={CERTIFICATE}",
            "dbms.ssl.policy.bolt.client_auth=NONE",
            "",
        )
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ends_with_parent() -> list[str]:
    """Return what ends a child with us, also when we are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def lacking(reason: str) -> NoReturn:
    """Skip for want of a server, or fail where a server is required."""
    if "neo4j" in os.environ.get("FUATILIA_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def local_server(version: str = LTS) -> Iterator[LocalServer]:
    """Run a server of our own for a while; skips where the machine has not what it needs."""
    with tempfile.TemporaryDirectory(prefix="fuatilia-neo4j-") as home:
        try:
            server = LocalServer(Path(home) / "home", version)
        except LackingError as reason:
            lacking(str(reason))
        try:
            server.start()
            yield server
        finally:
            server.close()


@pytest.fixture(scope="session")
def neo4j_running() -> Iterator[RunningServer]:
    """One server a process: the one that ``FUATILIA_TEST_NEO4J`` names, else one of our own."""
    named = os.environ.get("FUATILIA_TEST_NEO4J")
    if named:
        yield RunningServer(named, os.environ.get("FUATILIA_TEST_NEO4J_PASSWORD", PASSWORD))
        return
    with local_server() as server:
        yield server


@pytest.fixture(scope="module")
def neo4j_server(neo4j_running: RunningServer) -> Iterator[RunningServer]:
    """A server that this test file has to itself, empty at its begin."""
    name = sha256(neo4j_running.url.encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"fuatilia-neo4j-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        neo4j_running.empty()
        yield neo4j_running


@pytest.fixture(scope="module")
def neo4j_of_own(neo4j_running: RunningServer) -> Iterator[LocalServer]:
    """A server that this test file may stop, kill and restart; it is empty at its begin."""
    if not isinstance(neo4j_running, LocalServer):
        with local_server() as server:
            yield server
        return
    neo4j_running.empty()
    yield neo4j_running
    neo4j_running.restore()
