"""Rows of a range of identifiers as saved texts, in an order that is the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.fetchers.neo4j.encoding import saved
from ingest.fetchers.neo4j.errors import FetchError, TooMuchError
from ingest.neo4j_graph.page import row_text

if TYPE_CHECKING:
    from ingest.fetchers.neo4j.server import Server
    from ingest.fetchers.neo4j.statements import Statement

PAGE_ROWS = 20_000
PAGE_BYTES = 16 << 20
_MOST_TIED = 8 * PAGE_ROWS
_PATIENCE = 8


class PageSize:
    """How many rows are asked for at once: halved when the server cannot, grown back when it can.

    Examples
    --------
    >>> size = PageSize(1000)
    >>> size.halve(), size.rows
    (True, 500)
    >>> for _ in range(8): size.went_well()
    >>> size.rows
    1000
    """

    def __init__(self, rows: int) -> None:
        self.rows = self._most = max(1, rows)
        self._well = 0

    def halve(self) -> bool:
        """Ask for less from now on; False where it was one row already."""
        self._well = 0
        if self.rows == 1:
            return False
        self.rows //= 2
        return True

    def went_well(self) -> None:
        """Ask for more after eight pages that went well, up to what was wanted at first."""
        self._well += 1
        if self._well >= _PATIENCE and self.rows < self._most:
            self.rows, self._well = min(2 * self.rows, self._most), 0


@dataclass(frozen=True, slots=True)
class Span:
    """Identifiers after one and up to another, both as saved values; None: no edge."""

    sort: str
    after: Any = None
    upto: Any = None

    def parameters(self) -> dict[str, Any]:
        """Return the edges as the server takes them."""
        return {"after": given(self.after), "upto": given(self.upto)}


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows as texts, with the last identifier among them; ``whole``: nothing of the span is left."""

    texts: list[str]
    upto: Any
    whole: bool
    asked: str
    most: int


class _Taking:
    """Rows as they come, until there are enough of them or they are too large."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most, self._most_bytes = most, most_bytes
        self.clear()

    def clear(self) -> None:
        self.keys: list[Any] = []
        self.texts: list[str] = []
        self.bytes = 0
        self.cut = False
        self._next: Any = None

    def take(self, record: dict[str, Any]) -> bool:
        if len(self.texts) >= self._most or self.bytes >= self._most_bytes:
            self.cut, self._next = True, record.get("key")
            return False
        key = record.pop("key", None)
        text = row_text({name: saved_part(value) for name, value in record.items()})
        self.keys.append(key)
        self.texts.append(text)
        self.bytes += len(text)
        return True

    def ordered(self) -> list[str]:
        """Return the texts; those of one identifier, which come in any order, by their text."""
        found: list[str] = []
        start = 0
        for at in range(1, len(self.keys) + 1):
            if at == len(self.keys) or self.keys[at] != self.keys[start]:
                found += sorted(self.texts[start:at])
                start = at
        return found

    def without_what_goes_on(self) -> None:
        """Drop the rows of an identifier of which there are more beyond the cut."""
        while self.keys and self.keys[-1] == self._next:
            self.keys.pop()
            self.texts.pop()


def rows_of(server: Server, statement: Statement, span: Span, size: PageSize) -> Answer:
    """Ask for the next rows of a span: as many whole identifiers as fit a page.

    Raises
    ------
    FetchError
        One identifier stands for more rows than a page can hold, or the server fails.
    """
    text = statement.page(span.sort, first=span.after is None, bounded=span.upto is not None)
    most, most_bytes = size.rows, PAGE_BYTES
    while True:
        taking = _Taking(most, most_bytes)
        try:
            server.each(text, {**span.parameters(), "most": most + 1}, taking.take, taking.clear)
        except TooMuchError:
            if most > size.rows or not size.halve():
                raise
            most = size.rows
            continue
        size.went_well()
        if taking.cut:
            taking.without_what_goes_on()
        if taking.texts or not taking.cut:
            upto = saved(taking.keys[-1]) if taking.keys else span.upto
            return Answer(taking.ordered(), upto, not taking.cut, text, most)
        if most >= _MOST_TIED or most_bytes > 2 * PAGE_BYTES:
            raise FetchError(
                "one identifier stands for more rows than a page can hold",
                hint="map a property that tells transfers apart as the first of id",
            )
        most, most_bytes = 4 * most, 2 * most_bytes


def count_of(server: Server, statement: Statement, span: Span) -> int:
    """Count the rows of a span."""
    text = statement.count(span.sort, first=span.after is None, bounded=span.upto is not None)
    (found,) = server.rows(text, **span.parameters())
    return int(found["n"])


def nameless_of(server: Server, statement: Statement, most: int) -> tuple[list[str], int]:
    """Return rows that no identifier names, as sorted texts, and how many more there are."""
    taking = _Taking(most, PAGE_BYTES)
    server.each(statement.nameless(), {"most": most + 1}, taking.take, taking.clear)
    beyond = 0
    if taking.cut:
        (found,) = server.rows(statement.nameless_count())
        beyond = int(found["n"]) - len(taking.texts)
    return sorted(taking.texts), beyond


def saved_part(value: Any) -> Any:
    """Return a column as it is saved: the objects of a row keep their shape, properties say their type."""
    if isinstance(value, list):
        return [saved_part(v) for v in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"labels", "properties"}:
        return {"labels": sorted(value["labels"]), "properties": _properties(value["properties"])}
    return _properties(value)


def _properties(value: dict[str, Any]) -> dict[str, Any]:
    return {name: saved(v) for name, v in value.items() if v is not None}


def given(value: Any) -> Any:
    """Return a saved identifier as the server takes it."""
    return float(value["float"]) if isinstance(value, dict) else value
