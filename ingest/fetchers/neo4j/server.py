"""One database of one server, only ever read: patient with what passes, plain about the rest.

Every question is one transaction in read mode, with a time limit. Only the address that the user
named is reached. Who asks and the password are in nothing that is stated, stored or printed; the
server's sentences are not repeated either, because they may quote values.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from neo4j import READ_ACCESS, GraphDatabase, NotificationMinimumSeverity, Query
from neo4j.exceptions import (
    AuthError,
    BrokenRecordError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from ingest.fetchers.neo4j.errors import AwayError, FetchError, TooMuchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from neo4j import Record

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
FETCH = 1000
_TOO_MUCH = ("OutOfMemory", "MemoryLimit", "StackOverFlow")
_SLOW = ("TransactionTimedOut", "Terminated", "LockClientStopped", "TransactionMarkedAsFailed")
_PASSING = ("DatabaseUnavailable", "NotALeader")
_LONGEST_PAUSE = 8.0


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks; the password is in no representation of it."""

    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """Attempts at one question, seconds before the second (then doubled), and seconds of one attempt."""

    tries: int = 8
    pause: float = 0.5
    statement: float = 120.0
    connect: float = 10.0


class Server:
    """A database that is only read.

    Parameters
    ----------
    address : str
        ``neo4j://host[:port]`` and the like, without user or password.
    database : str
        Empty: the account's own.
    masked : bool
        State nothing of the address in what is saved.
    sleep : callable
        Waits; replaced in tests.
    """

    def __init__(
        self,
        address: str,
        login: Login = Login(),
        database: str = "",
        *,
        masked: bool = False,
        patience: Patience = Patience(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        stated = checked_address(address)
        self.stated = "" if masked else stated
        self.database = database
        self.retried = 0
        self._patience, self._sleep = patience, sleep
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        with _telling():
            self._driver = GraphDatabase.driver(
                address,
                auth=(login.user, login.password) if login.user else None,
                user_agent="fuatilia",
                telemetry_disabled=True,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                connection_timeout=patience.connect,
                connection_acquisition_timeout=2 * patience.connect,
                max_connection_pool_size=2,
            )

    def rows(self, statement: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Return all rows of a short answer."""
        found: list[dict[str, Any]] = []

        def take(record: dict[str, Any]) -> bool:
            found.append(record)
            return True

        self.each(statement, parameters, take, found.clear)
        return found

    def each(
        self,
        statement: str,
        parameters: dict[str, Any],
        take: Callable[[dict[str, Any]], bool],
        again: Callable[[], None],
    ) -> None:
        """Give rows to ``take`` until it says that it has enough; ``again`` comes before another attempt.

        Raises
        ------
        FetchError
            The server refuses, or is away for good.
        TooMuchError
            It took too long or too much memory: less may do.
        """
        for attempt in range(1, self._patience.tries + 1):
            try:
                return self._once(statement, parameters, take)
            except AwayError:
                if attempt == self._patience.tries:
                    raise
                again()
                self.retried += 1
                self._sleep(min(self._patience.pause * 2 ** (attempt - 1), _LONGEST_PAUSE))
        return None

    def _once(
        self, statement: str, parameters: dict[str, Any], take: Callable[[dict[str, Any]], bool]
    ) -> None:
        query = Query(statement, timeout=self._patience.statement)
        with (
            _telling(),
            self._driver.session(
                database=self.database or None, default_access_mode=READ_ACCESS, fetch_size=FETCH
            ) as session,
        ):
            for record in session.run(query, parameters):
                if not take(_values(record)):
                    break

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def checked_address(address: str) -> str:
    """Return an address as it may be stated.

    Raises
    ------
    FetchError
        Not the address of a Neo4j server, or one that holds a user or a password.

    Examples
    --------
    >>> checked_address("neo4j+s://Graph.example")
    'neo4j+s://graph.example:7687'
    """
    hint = "write it as neo4j://host[:port]; schemes: " + ", ".join(SCHEMES)
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError as cause:
        raise FetchError("this is no address of a Neo4j server", hint=hint) from cause
    if "@" in parts.netloc:
        raise FetchError("an address may not hold a user or a password", hint="--user and --password-file")
    if parts.scheme not in SCHEMES or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise FetchError("this is no address of a Neo4j server", hint=hint)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}:{port or 7687}"


def _values(record: Record) -> dict[str, Any]:
    """Return the columns of a row; one whose value this program cannot hold is said to be unreadable."""
    found: dict[str, Any] = {}
    for name in record.keys():  # noqa: SIM118 - iterating a record gives values
        try:
            found[name] = record[name]
        except BrokenRecordError:
            found.setdefault("unreadable", []).append(name)
    return found


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except AuthError as error:
        raise FetchError(
            "the server does not let this account in", hint="check --user and the password's file"
        ) from error
    except (ServiceUnavailable, SessionExpired, OSError) as error:
        raise AwayError(
            "the server cannot be reached", hint="is it running? the same command goes on where it stopped"
        ) from error
    except Neo4jError as error:
        raise _refused(error) from error
    except ConfigurationError as error:
        raise FetchError("the driver cannot be set up so", hint=str(error)[:200]) from error
    except DriverError as error:
        if error.is_retryable():
            raise AwayError("the server cannot answer now") from error
        raise FetchError("the driver gave up", kind=type(error).__name__) from error


def _refused(error: Neo4jError) -> FetchError:
    code = error.code or ""
    title = code.rpartition(".")[2]
    if title.startswith(_SLOW):
        return TooMuchError("the server took too long", status=title)
    if any(word in title for word in _TOO_MUCH):
        return TooMuchError("it is too much for the server's memory", status=title)
    if code.startswith("Neo.ClientError.Security."):
        return FetchError("the server does not let this account do that", status=title)
    if title == "DatabaseNotFound":
        return FetchError("the server has no such database", hint="name it with --database")
    if code.startswith("Neo.TransientError.") or title.startswith(_PASSING):
        return AwayError("the server cannot answer now", status=title)
    return FetchError("the server refused a question", status=title or "unknown")
