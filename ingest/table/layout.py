"""Which row is the header, and which saved mapping it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.errors import MappingError
from ingest.table.grid import same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEARCHED = 60
_FIGURE = re.compile(r"[\s\d.,:/+\-()%]+")
_FEW = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A saved mapping that fits: its name, and the index of the header among the rows looked at."""

    name: str
    index: int


def header_index(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> int | None:
    """Return the index of the first row that holds every wanted name, else None."""
    names = {same(w) for w in wanted}
    for i, cells in enumerate(rows[:SEARCHED]):
        if names <= {same(c) for c in cells}:
            return i
    return None


def guess_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the first row of several different words that rows of its width follow."""
    for i, cells in enumerate(rows[:SEARCHED]):
        named = [c.strip() for c in cells if c.strip()]
        words = [c for c in named if not _FIGURE.fullmatch(c)]
        below = [r for r in rows[i + 1 : i + 4] if any(c.strip() for c in r)]
        wide = all(len(r) >= len(named) for r in below)
        if len(named) >= _FEW and len(words) == len(named) == len({same(c) for c in named}) and wide:
            return i
    return None


def saved_match(rows: Sequence[Sequence[str]], saved: Mapping[str, Mapping[str, Any]]) -> Found | None:
    """Return the saved mapping whose header the rows hold; the one with most names wins.

    Raises
    ------
    MappingError
        Two mappings fit equally well.
    """
    fits: list[tuple[int, str, int]] = []
    for name, mapping in saved.items():
        wanted = [str(w) for w in mapping.get("header", ())]
        at = header_index(rows, wanted) if wanted else None
        if at is not None:
            fits.append((len(wanted), name, at))
    if not fits:
        return None
    most = max(n for n, _, _ in fits)
    best = [(name, at) for n, name, at in fits if n == most]
    if len(best) > 1:
        raise MappingError(
            "several saved mappings fit this header",
            mappings=", ".join(n for n, _ in best),
            hint="say --mapping",
        )
    return Found(*best[0])
