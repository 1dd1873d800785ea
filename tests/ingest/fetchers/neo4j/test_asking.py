"""Pages of whole identifiers: ties never split, sizes that shrink and grow, values that keep their type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from neo4j.spatial import WGS84Point
from neo4j.time import Date, DateTime, Duration, Time

from ingest.fetchers.neo4j import FetchError
from ingest.fetchers.neo4j.asking import Answer, PageSize, Span, rows_of
from ingest.fetchers.neo4j.encoding import saved
from ingest.fetchers.neo4j.errors import TooMuchError
from ingest.fetchers.neo4j.server import Login, Server, checked_address
from ingest.fetchers.neo4j.statements import statement_of
from ingest.neo4j_graph.sections import sections_of
from tests.ingest.fetchers.neo4j.agency import mapping

if TYPE_CHECKING:
    from collections.abc import Callable

PRACTICE = mapping().mapping
STATEMENT = statement_of(PRACTICE, sections_of(PRACTICE)[0])


class Scripted:
    """Answers from a list of keys; refuses what is more than it can."""

    def __init__(self, keys: list[str], most: int = 10**9) -> None:
        self.keys, self.most = keys, most
        self.asked: list[int] = []

    def each(
        self,
        statement: str,
        parameters: dict[str, Any],
        take: Callable[[dict[str, Any]], bool],
        again: Callable[[], None],
    ) -> None:
        self.asked.append(parameters["most"])
        if parameters["most"] > self.most:
            raise TooMuchError("the server took too long")
        after = parameters["after"]
        left = [(k, n) for n, k in enumerate(self.keys) if after is None or k > after]
        for key, n in left[: parameters["most"]]:
            if not take({"key": key, "of": {"n": -n}}):
                return


def walked(server: Scripted, rows: int) -> list[Answer]:
    found: list[Answer] = []
    span, size = Span("text"), PageSize(rows)
    while not found or not found[-1].whole:
        found.append(rows_of(cast("Server", server), STATEMENT, span, size))
        span = Span("text", found[-1].upto)
    return found


def test_rows_of_one_identifier_are_never_split() -> None:
    answers = walked(Scripted(["a", "b", "b", "b", "c", "d", "d"]), 3)
    assert [a.upto for a in answers] == ["a", "b", "d"]
    assert [len(a.texts) for a in answers] == [1, 3, 3]
    assert answers[1].texts == sorted(answers[1].texts)


def test_one_identifier_for_everything_is_no_identifier() -> None:
    with pytest.raises(FetchError, match="more rows than a page can hold"):
        walked(Scripted(["a"] * 400_000), 20_000)


def test_a_server_that_cannot_is_asked_for_less_and_later_for_more() -> None:
    server = Scripted([f"{n:04}" for n in range(300)], most=9)
    answers = walked(server, 32)
    assert sum(len(a.texts) for a in answers) == 300
    assert server.asked[:3] == [33, 17, 9]
    assert server.asked[10:12] == [17, 9]
    with pytest.raises(TooMuchError):
        walked(Scripted(["a", "b"], most=0), 8)


def test_values_keep_their_type_and_their_digits() -> None:
    values = [
        None,
        True,
        2**62,
        "é",
        0.1,
        [1.5, "x"],
        Date(2026, 1, 2),
        Time(9, 14),
        Duration(days=1),
        bytearray(b"\x01"),
    ]
    assert [saved(v) for v in values] == [
        None, True, 2**62, "é", {"float": "0.1"}, [{"float": "1.5"}, "x"], {"date": "2026-01-02"},
        {"localtime": "09:14:00.000000000"}, {"duration": "P1D"}, {"bytes": "01"},
    ]  # fmt: skip
    assert saved(DateTime(2026, 1, 2, 3, 4, 5, 6)) == {"localdatetime": "2026-01-02T03:04:05.000000006"}
    assert saved(WGS84Point((36.8, -1.3))) == {"point": {"coordinates": ["36.8", "-1.3"], "srid": 4326}}
    assert saved({"b": 1.0}) == {"map": {"b": {"float": "1.0"}}}
    assert saved("y" * (1 << 21))["long text"]["characters"] == 1 << 21


@pytest.mark.parametrize(
    "address",
    ["http://x", "neo4j://", "bolt://u:p@host", "bolt://host/db", "bolt://host:port", "bolt://h?x=1", ""],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(address: str) -> None:
    with pytest.raises(FetchError) as caught:
        checked_address(address)
    assert "u:p" not in str(caught.value)


def test_nothing_shows_a_password() -> None:
    assert "secret" not in repr(Login("reader", "secret"))
    assert checked_address("bolt://[::1]") == "bolt://[::1]:7687"
