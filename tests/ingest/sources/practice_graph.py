"""Made-up pages of a fetched graph, written as the fetcher writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.neo4j_graph.page import row_text, rows_hash, write_page
from tests.ingest.fetchers.neo4j.agency import mapping

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.neo4j_graph.saved_mapping import MappingText

AT = {"datetime": "2026-03-01T09:14:07.000000000+03:00"}


def account(number: Any, label: str = "Account") -> dict[str, Any]:
    """Return a node as the end of a transfer."""
    return {"labels": [label], "properties": {} if number is None else {"number": number}}


def paid(**properties: Any) -> dict[str, Any]:
    """Return a relationship; ``c`` is its amount in cents."""
    of = {"ref": "R1", "at": AT, "amount (c)": properties.pop("c", 1250)} | properties
    known = {name: value for name, value in of.items() if value is not None}
    return {"of": known, "start": [account("AC1000")], "end": [account("AC1001")]}


def page(
    folder: Path, *rows: dict[str, Any], section: str = "transfers:0", said: MappingText | None = None
) -> Path:
    """Write rows as one page."""
    used = said or mapping()
    texts = [row_text(row) for row in rows]
    about = {
        "account": {"writes": "no", "why": "practice"},
        "beyond": 0,
        "count": len(texts),
        "database": {"id": "practice", "name": "neo4j"},
        "endpoint": "bolt://practice:7687",
        "fetched": "2026-11-24T12:00:00+00:00",
        "mapping": {"name": used.name, "sha256": used.sha256, "text": used.text},
        "question": "practice",
        "range": {"after": None, "sort": "text", "upto": "R9"},
        "rows_sha256": rows_hash(texts),
        "section": section,
        "server": {"edition": "community", "version": "5.26.30"},
        "subject": "PAID",
        "survey": {
            "labels": {"Device": 3},
            "properties": {"PAID.x": None},
            "relationship types": {},
            "without an index": ["PAID"],
        },
        "total": len(texts),
    }
    return write_page(folder, about, texts)
