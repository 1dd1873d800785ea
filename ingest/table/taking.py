"""Some rows of records that hold columns and what was noted by row number."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
_WHOLE = frozenset({"assets", "vocabulary", "patterns"})


def taken(record: T, rows: np.ndarray[Any, Any]) -> T:
    """Return a record with the given rows of every column it holds; notes by row are renumbered.

    Refusals are dropped: a row that was refused is not among ``rows``.

    Examples
    --------
    >>> from ingest.table.words import Words
    >>> taken(Words(np.array([0, 1, 0]), ["a", "b"]), np.array([1, 2])).codes.tolist()
    [1, 0]
    """
    if not is_dataclass(record) or isinstance(record, type):
        return record
    number = {int(r): i for i, r in enumerate(rows)} if any(_by_row(record)) else {}
    changed: dict[str, Any] = {}
    for f in fields(record):
        value = getattr(record, f.name)
        if f.name in _WHOLE:
            continue
        if isinstance(value, np.ndarray):
            changed[f.name] = value[rows]
        elif isinstance(value, dict):
            changed[f.name] = {number[r]: v for r, v in value.items() if r in number}
        elif is_dataclass(value) and not isinstance(value, type):
            changed[f.name] = taken(value, rows)
    return replace(record, **changed)


def _by_row(record: Any) -> list[bool]:
    return [
        isinstance(getattr(record, f.name), dict) and bool(getattr(record, f.name)) for f in fields(record)
    ]
