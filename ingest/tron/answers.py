"""Reads a file of saved TronGrid answers into pages, whatever its outer form.

Forms: one answer; a JSON array of answers; JSON Lines, an answer on each line. Each answer stands
bare, or in our fetchers' wrapper with what was asked::

    {"request": {"address": "T…", "contract": "T…", "min_timestamp": 0, "max_timestamp": 0,
                 "only_confirmed": true, "fingerprint": "…"},
     "answer": {"data": […], "success": true, "meta": {…}}}

``contract``, the times (milliseconds) and ``fingerprint`` (the cursor of the page before) may be
absent. Places are JSON pointers; a JSON Lines file is read as the array of its physical lines, so
``pointer:/4/data/0`` is the first entry on the fifth line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.model.provenance import Reject
from ingest.errors import UnreadableError
from ingest.normalise.json_text import Twice, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_JSON = 64 * 2**20  # bytes of one JSON text: a whole file, or one line of JSON Lines
_RAW = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of an account's history, and what was asked for it (empty where it does not say)."""

    request: dict[str, Any]
    entries: list[Any]
    meta: dict[str, Any]
    form: str  # locator form of an entry
    place: str  # locator of what was asked, or of the answer where it does not say
    index: int | None  # first number of the form, where it has two

    def at(self, n: int) -> tuple[int, int]:
        """Return ``a`` and ``b`` of entry ``n``."""
        return (n, 0) if self.index is None else (self.index, n)

    def locator(self, n: int) -> str:
        """Canonical place of entry ``n``."""
        a, b = self.at(n)
        return self.form.replace("{a}", str(a)).replace("{b}", str(b))

    @property
    def next(self) -> str:
        """Cursor of the page that follows, empty on the last."""
        return _text(self.meta.get("fingerprint"))

    @property
    def cursor(self) -> str:
        """Cursor with which this page was asked for, empty for the first."""
        return _text(self.request.get("fingerprint"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def answers(path: Path) -> Iterator[Answer | Reject]:
    """Yield the answers of a file in order, and a reject for what is none.

    Raises
    ------
    UnreadableError
        Not JSON, too large, or without any answer in it.
    """
    lines = _is_lines(path)
    found = _of_lines(path) if lines else _of_document(path)
    some = False
    rejects: list[Reject] = []
    for one in found:
        if isinstance(one, Answer):
            some = True
        else:
            rejects.append(one)
        yield one
    if not some:
        why = rejects[0].reason if rejects else "the file holds no answer"
        raise UnreadableError(
            why, at=rejects[0].locator if rejects else None, hint="save the answer as it came"
        )


def _is_lines(path: Path) -> bool:
    """Say whether the first line is a whole JSON object and others follow."""
    with path.open("rb") as file:
        first = file.readline(MAX_JSON + 1)
        while first and not first.strip():
            first = file.readline(MAX_JSON + 1)
        more = any(line.strip() for line in iter(lambda: file.readline(MAX_JSON + 1), b""))
    if not more or not first.strip().endswith(b"}"):
        return False
    try:
        return isinstance(parse(first), dict)
    except ValueError:
        return False


def _of_lines(path: Path) -> Iterator[Answer | Reject]:
    with path.open("rb") as file:
        for index, line in enumerate(iter(lambda: file.readline(MAX_JSON + 1), b"")):
            if len(line) > MAX_JSON:
                raise UnreadableError("a line is too long", line=index + 1, limit=MAX_JSON)
            if not line.strip():
                continue
            try:
                value = parse(line)
            except ValueError as fault:
                yield Reject(f"line:{index + 1}", str(fault), "the line is cut or damaged", _raw(line))
                continue
            yield _answer(value, index)


def _of_document(path: Path) -> Iterator[Answer | Reject]:
    size = path.stat().st_size
    if size > MAX_JSON:
        raise UnreadableError(
            "too large for one JSON text",
            bytes=size,
            limit=MAX_JSON,
            hint="save one answer per line (JSON Lines)",
        )
    try:
        value = parse(path.read_bytes())
    except ValueError as fault:
        raise UnreadableError(str(fault), hint="the file is cut or damaged: save the answer again") from None
    if isinstance(value, list):
        yield from (_answer(one, n) for n, one in enumerate(value))
    else:
        yield _answer(value, None)


def _answer(value: Any, index: int | None) -> Answer | Reject:
    place = "" if index is None else f"/{index}"
    request: dict[str, Any] = {}
    below = place
    if (
        isinstance(value, dict)
        and isinstance(value.get("answer"), dict)
        and isinstance(value.get("request"), dict)
    ):
        request, value, below = value["request"], value["answer"], f"{place}/answer"
    if isinstance(value, Twice) or isinstance(request, Twice):
        return Reject(f"pointer:{below}", "a key stands twice in the answer", "ask which is meant")
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        return Reject(
            f"pointer:{below}", "no TronGrid answer: no list called data", "save the answer as it came"
        )
    if value.get("success") is False:
        return Reject(
            f"pointer:{below}", f"the service refused: {value.get('error', 'no reason')}", "ask it again"
        )
    meta = value.get("meta")
    form = f"pointer:{below}/data/{{a}}"
    if index is not None:
        form = f"pointer:/{{a}}{below.removeprefix(place)}/data/{{b}}"
    asked = f"pointer:{place}/request" if request else f"pointer:{below}"
    return Answer(request, value["data"], meta if isinstance(meta, dict) else {}, form, asked, index)


def _raw(line: bytes) -> str:
    return line[:_RAW].decode("utf-8", "replace")
