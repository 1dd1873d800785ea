"""What statements, transfers and orders have in common: times, kinds, ends, rows left out."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from graph.model.provenance import Reject
from ingest.errors import MappingError
from ingest.normalise.timestamps import CELL_FORMATS, Times, count_times, read_times
from ingest.table.columns import Kinds, matching, read_kinds
from ingest.table.ends import own_stem
from ingest.table.mapping import AssetOf, End, Fee, Money, Rail, RowRule, Table, When
from ingest.table.output import raw_text
from ingest.table.words import Words, pick, with_own_ends

if TYPE_CHECKING:
    from ingest.table.grid import Grid
    from ingest.table.mapping import Mapping
    from ingest.table.statements import Array

_COLUMN_KEYS = {
    Money: ("column", "paid_in", "paid_out", "direction"),
    When: ("columns",),
    End: ("column", "scope_column", "name"),
    AssetOf: ("column",),
    RowRule: ("column",),
    Rail: ("column",),
    Fee: ("column",),
}
_TOP = ("balance", "status", "ref", "channel", "text", "label", "rate")


def columns_used(grid: Grid, mapping: Mapping) -> set[int]:
    """Return the numbers of the columns that a mapping mentions."""
    names = [*_names(mapping, _TOP), *mapping.facts.values()]
    return {grid.index(n) for n in names if n and not n.startswith("=")}


def _names(part: Any, keys: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = getattr(part, key)
        found.extend(value if isinstance(value, tuple) else [value])
    for f in fields(part):
        value = getattr(part, f.name)
        for item in value if isinstance(value, tuple) else (value,):
            if is_dataclass(item) and not isinstance(item, Table):
                found.extend(_names(item, _COLUMN_KEYS[type(item)]))
    return found


def without_left_out(grid: Grid, mapping: Mapping) -> tuple[Grid, tuple[Reject, ...]]:
    """Take out rows that are no movements by a rule of the mapping, each with its reason."""
    out: dict[int, str] = {}
    for rule in mapping.rows:
        if rule.leave_out:
            for row in np.flatnonzero(matching(grid, rule.column, rule.matches)).tolist():
                out.setdefault(row, rule.leave_out)
    if not out:
        return grid, ()
    keep = np.ones(grid.rows, dtype=bool)
    keep[list(out)] = False
    said = tuple(
        Reject(grid.locator(r), out[r], "left out by the mapping", raw_text(grid, r)) for r in sorted(out)
    )
    return grid.take(keep), said


def read_when(grid: Grid, when: When) -> Times:
    """Read the times of the rows."""
    if not when.columns:
        raise MappingError(
            "the mapping does not say where the time is", hint="when: {columns: …, formats: …}"
        )
    texts = [grid.texts(c) for c in when.columns]
    column = texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, " ")
    if when.unit:
        return count_times(column, when.unit, when.origin, when.zone)
    if not when.formats:
        raise MappingError(
            "the mapping does not say how times are printed", hint="formats: ['%d/%m/%Y'], or iso"
        )
    return read_times(
        column, (*when.formats, *(CELL_FORMATS if grid.form.startswith("sheet") else ())), when.zone
    )


def time_notes(when: When, times: Times) -> dict[str, str]:
    """Say what was assumed about times."""
    notes = {"zone": when.zone, "time pattern": " or ".join(times.patterns)}
    if when.unit:
        notes["time origin"] = f"assumed: counter of {when.unit}s since {when.origin}"
    return {k: v for k, v in notes.items() if v}


@dataclass(frozen=True, slots=True)
class TimesAndKinds:
    """Times and kinds of rows."""

    times: Times
    kinds: Kinds


def read_times_and_kinds(grid: Grid, mapping: Mapping) -> TimesAndKinds:
    """Read what every payment has."""
    return TimesAndKinds(read_when(grid, mapping.when), read_kinds(grid, mapping))


def own_ends(known: Words, end: Words, source: str, form: str, place: Array, side: str = "") -> Words:
    """Give every row without a known end one of its own: cash where a rule says so, else unknown.

    Never one node for all: that would join strangers (and trace one's money to another).
    """
    cash = np.array([w == "cash" for w in end.vocabulary] + [False])[end.codes]
    forced = np.array([w in ("cash", "unknown") for w in end.vocabulary] + [False])[end.codes]
    bare = pick(~forced, known, Words.constant("", len(place)))
    open_rows = bare.codes < 0
    out = with_own_ends(bare, own_stem("cash", source, form, side), place, open_rows & cash)
    return with_own_ends(out, own_stem("unknown", source, form, side), place, open_rows & ~cash)
