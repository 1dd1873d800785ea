"""Where a shared graph is and who asks: an address that never holds a secret, and what proves who one is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from graph.errors import StoreError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
PORT = 7687
DATABASE = "neo4j"
_DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9.-]{2,62}")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of one database of one server or cluster.

    Attributes
    ----------
    scheme : str
        One of ``SCHEMES``: ``neo4j`` finds the members of a cluster, ``bolt`` asks one server; ``+s``
        is TLS with a checked certificate, ``+ssc`` TLS with any.
    database : str
        Empty means the server's own default.
    """

    scheme: str
    host: str
    port: int = PORT
    database: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``neo4j://host[:port][/database]``.

        Raises
        ------
        StoreError
            Another scheme, no host, or anything an address has no place for, such as a password.

        Examples
        --------
        >>> str(Address.parse("neo4j+s://Graph.fiu.example/case-work"))
        'neo4j+s://graph.fiu.example:7687/case-work'
        >>> str(Address.parse("bolt://[::1]:7688"))
        'bolt://[::1]:7688'
        """
        try:
            parts = urlsplit(text.strip())
            host, port = parts.hostname, parts.port
        except ValueError as cause:
            raise StoreError("this is no address of a shared graph", hint=_SHAPE) from cause
        if "@" in parts.netloc:
            raise StoreError(
                "an address may not hold a user or a password",
                hint="set FUATILIA_NEO4J_USER and FUATILIA_NEO4J_PASSWORD_FILE",
            )
        database = parts.path.strip("/")
        known = parts.scheme in SCHEMES and host and not (parts.query or parts.fragment)
        if not known or (database and not _DATABASE.fullmatch(database)) or "%" in (host or ""):
            raise StoreError("this is no address of a shared graph", url=text, hint=_SHAPE)
        return cls(parts.scheme, str(host), PORT if port is None else port, database)

    @property
    def server(self) -> str:
        """The address without the database, as the driver wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def encrypted(self) -> bool:
        """Whether the connection is TLS."""
        return "+" in self.scheme

    def __str__(self) -> str:
        return f"{self.server}/{self.database}" if self.database else self.server


_SHAPE = f"write it as neo4j://host[:port][/database]; schemes: {', '.join(SCHEMES)}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks; the password is in no representation of the object.

    Attributes
    ----------
    authority : str
        Path of a PEM file with the certificate authority of an address with ``+s``; empty means the
        system's own.

    Examples
    --------
    >>> Credentials("neo4j", "a secret")
    Credentials(user='neo4j', authority='')
    """

    user: str
    password: str = field(repr=False)
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds.

    Attributes
    ----------
    connect : float
        For one connection, and for a free one.
    retry : float
        How long a transaction that failed for a passing reason is tried again.
    statement : float
        How long the server works on one transaction before it gives up.
    """

    connect: float = 2.0
    retry: float = 1.0
    statement: float = 60.0


AT_THE_DOOR = Patience()
UNATTENDED = Patience(connect=10.0, retry=30.0, statement=600.0)
