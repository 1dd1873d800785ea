"""What an account may do is found out by asking, never by trying; too old a server is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from ingest.fetchers.neo4j import FetchError
from ingest.fetchers.neo4j.survey import origin_of

if TYPE_CHECKING:
    from ingest.fetchers.neo4j.server import Server


class Told:
    """Answers what a server of some edition tells an account."""

    def __init__(self, version: str, edition: str, access: str = "read-write", **more: Any) -> None:
        self.kernel = {"name": "Neo4j Kernel", "version": version, "edition": edition}
        self.access, self.granted = access, more.get("granted")
        self.asked: list[str] = []

    def rows(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        assert not parameters
        self.asked.append(statement)
        if "components" in statement:
            return [{"name": "Cypher", "version": "5", "edition": ""}, self.kernel]
        if "db.info" in statement:
            return [{"id": "AB12", "name": "cases"}]
        if "DATABASES" in statement:
            return [{"name": "cases", "access": self.access}, {"name": "system", "access": "read-write"}]
        if self.granted is None:
            raise FetchError("the server does not let this account do that")
        return [{"access": access, "action": action} for access, action in self.granted]


def account(told: Told) -> tuple[str, str]:
    found = origin_of(cast("Server", told)).account
    return found["writes"], found["why"]


READER = [("GRANTED", "access"), ("GRANTED", "match"), ("DENIED", "write"), ("GRANTED", "show_index")]


@pytest.mark.parametrize(
    ("told", "writes", "why"),
    [
        (Told("5.26.30", "community"), "yes", "no roles"),
        (Told("5.26.30", "community", "read-only"), "no", "the database is read-only"),
        (Told("2026.08.1", "enterprise", granted=READER), "no", "granted access, match, show_index"),
        (Told("5.26.0", "enterprise", granted=[*READER, ("GRANTED", "write")]), "yes", "granted write"),
        (Told("5.26.0", "enterprise", granted=[("GRANTED", "set_property")]), "yes", "granted set_property"),
        (Told("5.26.0", "enterprise", granted=[("GRANTED", "graph_actions")]), "yes", "graph_actions"),
        (Told("5.26.0", "enterprise"), "unknown", "does not tell"),
    ],
)
def test_an_account_is_said_to_write_or_not_or_unknown(told: Told, writes: str, why: str) -> None:
    found = account(told)
    assert found[0] == writes
    assert why in found[1]
    assert all(text.startswith(("CALL", "SHOW")) for text in told.asked)


@pytest.mark.parametrize("version", ["5.25.1", "4.4.40", "5.9.0"])
def test_an_older_server_is_refused(version: str) -> None:
    with pytest.raises(FetchError, match="too old"):
        account(Told(version, "community"))
