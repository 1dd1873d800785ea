"""What the driver and the server complain of, told in our tree of errors.

The server's own sentence may quote values of a statement, so it is never repeated; its code is.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from neo4j.exceptions import ConfigurationError as DriverConfigurationError
from neo4j.exceptions import ConnectionPoolError, DriverError, Neo4jError, UnsupportedServerProduct

from graph.errors import (
    IntegrityError,
    NotFoundError,
    StoreAwayError,
    StoreError,
    StoreFormatError,
    StoreRefusedError,
)

if TYPE_CHECKING:
    from graph.stores.neo4j.address import Address

RETRY_AFTER = 5
_REACHED = "is the server running, and is the address right?"
_BELIEVED = " Is its certificate of an authority that is known here (FUATILIA_NEO4J_AUTHORITY)?"
_TOO_MUCH = ("OutOfMemory",)
_TIMED_OUT = ("TransactionTimedOut", "LockClientStopped", "Terminated", "TransactionMarkedAsFailed")
_FOR_A_WHILE = ("DatabaseUnavailable", "ReadOnly", "NotALeader", "ForbiddenOnReadOnlyDatabase")


def silent(address: Address) -> StoreAwayError:
    """Return our error for a server that took the connection and says nothing."""
    return StoreAwayError("the shared graph does not answer", address=str(address), retry_after=RETRY_AFTER)


def told(error: Exception, address: Address) -> StoreError:
    """Return our error for what a driver raised; the caller raises it from the original."""
    where = str(address)
    if isinstance(error, UnsupportedServerProduct):
        return StoreFormatError("this is no Neo4j server", address=where)
    if isinstance(error, DriverConfigurationError):
        return StoreError("the driver cannot be set up so", address=where, hint=str(error)[:200])
    if isinstance(error, Neo4jError):
        return _from_server(error, where)
    if _unbelieved(error):
        return StoreError(
            "the certificate of the shared graph is not believed",
            address=where,
            hint="name the authority that signed it: FUATILIA_NEO4J_AUTHORITY=authority.crt",
        )
    if isinstance(error, (DriverError, ConnectionPoolError, OSError)):
        return StoreAwayError(
            "the shared graph cannot be reached",
            address=where,
            retry_after=RETRY_AFTER,
            hint=_REACHED + (_BELIEVED if address.encrypted else ""),
        )
    return StoreError("the shared graph failed", address=where, code=type(error).__name__)


def _unbelieved(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _from_server(error: Neo4jError, where: str) -> StoreError:
    code = error.code or ""
    title = code.rpartition(".")[2]
    if code.startswith("Neo.ClientError.Security."):
        return StoreRefusedError(
            "the shared graph does not let this account do that",
            address=where,
            status=title,
            hint="check FUATILIA_NEO4J_USER and its password, or ask for the right",
        )
    if title == "ConstraintValidationFailed":
        return IntegrityError("the shared graph already holds another one of that id", address=where)
    if title == "DatabaseNotFound":
        return NotFoundError("the server has no such database", address=where)
    return _for_now(code, title, where) or StoreError(
        "the shared graph refused a statement",
        address=where,
        status=title or "unknown",
        hint=str(error.message)[:300] if title == "SyntaxError" else "",  # quotes the text, never a value
    )


def _for_now(code: str, title: str, where: str) -> StoreError | None:
    if title.startswith(_TIMED_OUT):
        return StoreAwayError(
            "the shared graph answers too late", address=where, retry_after=RETRY_AFTER, status=title
        )
    if any(word in title for word in _TOO_MUCH):
        return StoreError(
            "the shared graph has too little memory for one transaction",
            address=where,
            status=title,
            hint="raise server.memory.heap.max_size, or ask for less",
        )
    if code.startswith("Neo.TransientError.") or title.startswith(_FOR_A_WHILE):
        return StoreAwayError(
            "the shared graph cannot answer now", address=where, retry_after=RETRY_AFTER, status=title
        )
    return None
