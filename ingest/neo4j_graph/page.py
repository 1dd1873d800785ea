"""A saved page: one JSON document whose first line is all that was asked, whose other lines are answers.

::

    {"page":"neo4j graph 1","about":{…},"rows":[
    {…},
    {…}
    ]}

``about`` holds the question (section of the mapping, range of identifiers, Cypher and parameters),
the mapping's text and hash, endpoint, server, database, time, what the graph holds besides, and the
hash of the rows. One row is one line; its place is ``pointer:/rows/N``. A row of transfers is
``{"of": {…}, "start": [ends], "end": [ends]}`` or, of a node, ``{"of", "paid_by", "paid_to"}``; an end
is ``{"labels": […], "properties": {…}}``. Absent properties are absent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.errors import UnreadableError
from ingest.normalise.json_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PAGE = "neo4j graph 1"
START = b'{"page":"neo4j graph 1","about":'
_HEAD_END = b',"rows":['
_LONGEST_HEAD = 1 << 20
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page covers: a section's identifiers after one and up to another, both as saved values.

    ``after`` is None from the first one on. ``name`` is what its keeper calls it: the sha256 of the
    original, or a file name. ``subject`` is the type or label that was asked for. ``beyond`` counts
    what identifies nothing and is not even in the page.
    """

    question: str
    database: str
    section: str
    subject: str
    sort: str
    after: Any
    upto: Any
    rows: int
    rows_sha256: str
    mapping: str
    beyond: int = 0
    name: str = ""


def row_text(row: dict[str, Any]) -> str:
    r"""Return the one text of a row; ASCII, so that no sign in it can break a line.

    Examples
    --------
    >>> row_text({"of": {"é": 1}})
    '{"of":{"\\u00e9":1}}'
    """
    return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False)


def rows_hash(texts: Iterable[str]) -> str:
    """Return the sha256 of rows, whatever was asked around them."""
    h = hashlib.sha256()
    for text in texts:
        h.update(text.encode())
        h.update(b"\n")
    return h.hexdigest()


def write_page(folder: Path, about: dict[str, Any], texts: list[str]) -> Path:
    """Write a page under a name that tells its question and the hash of its rows."""
    path = folder / f"neo4j-{about['question']}-{about['rows_sha256'][:12]}.json"
    with path.open("wb") as file:
        file.write(START + row_text(about).encode() + _HEAD_END + b"\n")
        file.write(",\n".join(texts).encode() + b"\n]}\n")
    return path


def page_head(path: Path, name: str = "") -> PageHead | None:
    """Read what a saved page covers; nothing where the file is no page of a graph."""
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEAD).rstrip()
    if not line.startswith(START) or not line.endswith(_HEAD_END):
        return None
    try:
        about = json.loads(line.removesuffix(_HEAD_END) + b"}")["about"]
        asked = about["range"]
        return PageHead(
            str(about["question"]), str(about["database"]["id"]), str(about["section"]),
            str(about["subject"]), str(asked["sort"]), asked["after"], asked["upto"], int(about["count"]),
            str(about["rows_sha256"]), str(about["mapping"]["sha256"]), int(about["beyond"]),
            name or path.name,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


def read_page(path: Path) -> tuple[dict[str, Any], list[Any]]:
    """Return ``about`` and the rows of a page.

    Raises
    ------
    UnreadableError
        Not a page, cut, changed, or too large.
    """
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableError("the page is too large", most=MOST_BYTES)
    raw = path.read_bytes()
    try:
        found = parse(raw)
    except ValueError as cause:
        raise UnreadableError(f"the page cannot be read: {cause}", hint="fetch it again") from cause
    about, rows = (found.get("about"), found.get("rows")) if isinstance(found, dict) else (None, None)
    if not isinstance(about, dict) or not isinstance(rows, list) or found.get("page") != PAGE:
        raise UnreadableError("this is no page of a fetched graph", hint="see ingest.neo4j_graph.page")
    lines = [line.removesuffix(b",").decode() for line in raw.splitlines()[1:-1]]
    if about.get("rows_sha256") != rows_hash(lines if rows else []) or len(rows) != about.get("count"):
        raise UnreadableError("the rows are not those that were saved", hint="fetch the page again")
    return about, rows
