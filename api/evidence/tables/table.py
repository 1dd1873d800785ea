"""The shape of a table in a pack: a header, and rows of texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table; ``what`` is its description in the manifest."""

    what: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
