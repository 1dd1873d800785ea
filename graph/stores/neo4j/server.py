"""The one way to the shared graph: parameters only, retried where that is safe, errors in our tree.

Transactions are managed by the driver, which runs them again after a passing failure: whatever is
written must be idempotent (``MERGE`` on a unique id). Within one ``Server`` what was written is seen
by what is read next, also in a cluster (bookmarks).
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from neo4j import GraphDatabase, NotificationMinimumSeverity, Query, TrustAll, TrustCustomCAs, unit_of_work
from neo4j.exceptions import DriverError, Neo4jError

from graph.errors import StoreFormatError
from graph.stores.neo4j.address import AT_THE_DOOR, Address, Credentials, Patience
from graph.stores.neo4j.pulse import Pulse
from graph.stores.neo4j.refusals import silent, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from neo4j import Driver, ManagedTransaction, Session

OLDEST = (5, 26)
FETCH = 5000
_FIRST_DELAY = 0.25
_COMPONENTS = "CALL dbms.components() YIELD name, versions, edition RETURN name, versions[0] AS v, edition"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Edition:
    """What answers: ``version`` as ``5.26.30`` or ``2026.08.1``, ``name`` as ``community``."""

    version: str
    name: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a statement changed, counted by the server, and the rows that it returned."""

    nodes_made: int
    nodes_gone: int
    relations_made: int
    relations_gone: int
    properties_set: int
    rows: list[dict[str, Any]]


class Transaction:
    """Several statements that stand or fall together; handed to the work of ``Server.within``."""

    def __init__(self, running: ManagedTransaction) -> None:
        self._running = running

    def run(self, statement: str, /, **parameters: Any) -> Changes:
        """Run one statement and take everything that it returns."""
        result = self._running.run(statement, parameters)
        rows = [dict(record) for record in result]
        made = result.consume().counters
        return Changes(
            made.nodes_created,
            made.nodes_deleted,
            made.relationships_created,
            made.relationships_deleted,
            made.properties_set,
            rows,
        )


class Server:
    """A connection to one database; safe in threads; nothing is sent before the first question.

    Parameters
    ----------
    address : Address
    credentials : Credentials
    patience : Patience
        ``AT_THE_DOOR`` where a person waits, ``UNATTENDED`` where a batch is pushed.
    """

    def __init__(self, address: Address, credentials: Credentials, patience: Patience = AT_THE_DOOR) -> None:
        self.address = address
        self.patience = patience
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        with self._telling():
            self._driver = _driver(address, credentials, patience)
        self._pulse = Pulse(self._least_question, patience.connect)

    def read(self, statement: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a reading statement, by column name."""
        return self.within(lambda run: run.run(statement, **parameters).rows, writing=False)

    def write(self, statement: str, /, **parameters: Any) -> Changes:
        """Run one writing statement; after a passing failure it is run again."""
        return self.within(lambda run: run.run(statement, **parameters))

    def within(self, work: Callable[[Transaction], _T], *, writing: bool = True) -> _T:
        """Run several statements in one transaction; the work may be run more than once."""

        @unit_of_work(timeout=self.patience.statement)
        def bounded(running: ManagedTransaction) -> _T:
            return work(Transaction(running))

        with self._asking() as session:
            return session.execute_write(bounded) if writing else session.execute_read(bounded)

    def stream(self, statement: str, /, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of a reading statement as they come; not tried again, not held in memory."""
        query = Query(statement, timeout=self.patience.statement)
        with self._asking(default_access_mode="READ", fetch_size=FETCH) as session:
            for record in session.run(query, parameters):
                yield dict(record)

    def alone(self, statement: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run a statement that manages its own transactions (schema, ``CALL … IN TRANSACTIONS``)."""
        query = Query(statement, timeout=self.patience.statement)
        with self._asking() as session:
            return [dict(record) for record in session.run(query, parameters)]

    @cached_property
    def edition(self) -> Edition:
        """What answers; asked once.

        Raises
        ------
        StoreFormatError
            Older than 5.26.
        """
        with self._telling(), self._session() as session:
            rows = session.execute_read(lambda run: [dict(r) for r in run.run(_COMPONENTS)])
        kernel = next((r for r in rows if r["name"] == "Neo4j Kernel"), rows[0])
        numbers = tuple(int(n) for n in re.findall(r"\d+", kernel["v"])[:2])
        if numbers < OLDEST:
            raise StoreFormatError(
                "the shared graph is too old",
                address=str(self.address),
                version=kernel["v"],
                hint="Neo4j 5.26 LTS or later",
            )
        return Edition(kernel["v"], kernel["edition"])

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _session(self, **options: Any) -> Session:
        return self._driver.session(
            database=self.address.database or None,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
            **options,
        )

    def _least_question(self) -> None:
        # An error is an answer too: the question that follows meets the same one and tells it.
        with suppress(Neo4jError, DriverError, OSError), self._session() as session:
            session.run("RETURN 1 AS one").consume()

    @contextmanager
    def _asking(self, **options: Any) -> Iterator[Session]:
        if not self._pulse.beats():
            raise silent(self.address)
        _ = self.edition
        with self._telling(), self._session(**options) as session:
            yield session
        self._pulse.felt()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (Neo4jError, DriverError, OSError) as error:
            raise told(error, self.address) from error


def _driver(address: Address, credentials: Credentials, patience: Patience) -> Driver:
    options: dict[str, Any] = {}
    url = address.server
    if address.encrypted and (credentials.authority or address.scheme.endswith("+ssc")):
        # The driver takes an authority of one's own only beside a scheme that says nothing of TLS.
        own = TrustCustomCAs(credentials.authority) if credentials.authority else TrustAll()
        options = {"encrypted": True, "trusted_certificates": own}
        url = url.replace(f"{address.scheme}://", f"{address.scheme.partition('+')[0]}://", 1)
    return GraphDatabase.driver(
        url,
        auth=(credentials.user, credentials.password),
        user_agent="fuatilia",
        telemetry_disabled=True,
        notifications_min_severity=NotificationMinimumSeverity.OFF,
        connection_timeout=patience.connect,
        connection_acquisition_timeout=patience.connect * 2,
        max_transaction_retry_time=patience.retry,
        initial_retry_delay=_FIRST_DELAY,
        keep_alive=True,
        **options,
    )
