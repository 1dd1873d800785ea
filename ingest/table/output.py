"""Columns of observations in the store's schemas, from a table's arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.provenance import Reject, canonical
from graph.model.tables import FACTS, ROWS
from ingest.errors import MappingError
from ingest.table.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from graph.model.provenance import Reconciliation
    from ingest.table.columns import Refused
    from ingest.table.grid import Grid
    from ingest.table.mapping import Rail
    from ingest.table.statements import Array

_RAW = 500
EVER = (-2_208_988_800_000_000, 4_133_980_800_000_000)  # 1900 to 2100: all years that instants have


@dataclass(frozen=True, slots=True)
class Piece:
    """What one table gave."""

    rows: pa.Table | None = None
    facts: pa.Table | None = None
    rejected: tuple[Reject, ...] = ()
    left_out: tuple[Reject, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    assumptions: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Legs:
    """Rows to be: arrays of one length n, in file order.

    ``debit`` and ``credit`` hold identifier keys; ``amount`` is not negative. ``step`` is the row's
    order in its statement or file.
    """

    obs: Array
    lo: Array
    hi: Array
    step: Array
    place: Array
    form: str
    status: Words
    kind: Words
    channel: Words
    debit: Words
    credit: Words
    amount: pa.Array
    asset: Words
    digits: pa.Array | None = None
    statement: Words | None = None
    balance: pa.Array | None = None
    rail: pa.Array | None = None
    reverses: pa.Array | None = None
    ref: pa.Array | None = None
    text: pa.Array | None = None
    mark: Words | None = None


def rows_table(legs: Legs) -> pa.Table:
    """Return legs in the schema ``ROWS``."""
    n = len(legs.obs)
    columns: dict[str, Any] = {
        "obs": pa.array(legs.obs.astype(np.int32)),
        "lo": pa.array(legs.lo),
        "hi": pa.array(legs.hi),
        "seq": pa.array(legs.step.astype(np.int64)),
        "form": Words.constant(legs.form, n).array(),
        "a": pa.array(legs.place),
        "b": pa.array(np.ones(n, np.int64)),
        "amount": legs.amount,
    }
    for name in ("status", "kind", "channel", "debit", "credit", "asset", "statement", "mark"):
        words = getattr(legs, name)
        columns[name] = (Words.constant("", n) if words is None else words).array()
    for name in ("digits", "balance", "rail", "reverses", "ref", "text"):
        given = getattr(legs, name)
        columns[name] = pa.nulls(n, ROWS.field(name).type) if given is None else given
    return pa.table([columns[f.name] for f in ROWS], schema=ROWS)


@dataclass(slots=True)
class Facts:
    """Facts collected one by one."""

    form: str
    items: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        kind: str,
        obs: int,
        place: int,
        window: tuple[int, int],
        subject: str | None,
        fields: Dict[str, Any],
        text: str = "",
        other: str | None = None,
    ) -> None:
        """Add one fact; ``fields`` hold nothing identifying, ``text`` does."""
        self.items.append(
            {
                "obs": obs,
                "lo": window[0],
                "hi": window[1],
                "form": self.form,
                "a": place,
                "b": 1,
                "kind": kind,
                "subject": subject,
                "object": other,
                "fields": canonical(dict(fields)),
                "text": text or None,
            }
        )

    def table(self) -> pa.Table | None:
        """Return them in the schema ``FACTS``; none: None."""
        if not self.items:
            return None
        columns = []
        for f in FACTS:
            values = [item[f.name] for item in self.items]
            column = pa.array(values, pa.string() if pa.types.is_dictionary(f.type) else f.type)
            columns.append(column.dictionary_encode() if pa.types.is_dictionary(f.type) else column)
        return pa.table(columns, schema=FACTS)


def holders(facts: Facts, keys: Words, names: Words, legs: tuple[Array, Array, Array, Array]) -> None:
    """Add one holder fact per identifier and name, dated by the first row that prints both.

    ``legs`` are obs, place, lo and hi of the rows.
    """
    both = np.flatnonzero((keys.codes >= 0) & (names.codes >= 0))
    if not len(both):
        return
    pair = keys.codes[both].astype(np.int64) * (len(names.vocabulary) + 1) + names.codes[both]
    _, first = np.unique(pair, return_index=True)
    obs, place, lo, hi = legs
    for row in both[np.sort(first)].tolist():
        window = (int(lo[row]), int(hi[row]))
        facts.add(
            "holder",
            int(obs[row]),
            int(place[row]),
            window,
            keys.word(row),
            {"role": "holder"},
            names.word(row),
        )


def rejects(grid: Grid, refused: Sequence[Refused]) -> tuple[Array, tuple[Reject, ...]]:
    """Return the mask of rows that stay, and the rejected ones with their first reason.

    Reasons and hints repeat no text of the row, which may name someone: stores keep them for good,
    while ``raw`` is only shown.
    """
    reasons: Refused = {}
    for part in refused:
        for row, problem in part.items():
            reasons.setdefault(row, problem)
    keep = np.ones(grid.rows, dtype=bool)
    keep[list(reasons)] = False
    return keep, tuple(Reject(grid.locator(r), *reasons[r], raw_text(grid, r)) for r in sorted(reasons))


def raw_text(grid: Grid, row: int) -> str:
    """Return a row's cells as one text, cut where it is long."""
    return ",".join(str(c[row]) for c in grid.columns)[:_RAW]


def rail_texts(grid: Grid, rail: Rail | None) -> pa.Array | None:
    """Return ``prefix:VALUE`` per row, null where the cell is blank or does not match."""
    if rail is None:
        return None
    texts = grid.texts(rail.column)
    if rail.pattern:
        try:
            found = pc.extract_regex(texts, rail.pattern)
        except pa.ArrowInvalid as cause:
            raise MappingError("not a pattern with (?P<id>…)", pattern=rail.pattern) from cause
        if "id" not in {f.name for f in found.type}:
            raise MappingError("a pattern of a rail names (?P<id>…)", pattern=rail.pattern)
        texts = pc.struct_field(found, "id")
    blank = pc.equal(texts, "")
    full = pc.binary_join_element_wise(f"{rail.prefix}:", pc.utf8_upper(texts), "")
    return pc.if_else(pc.fill_null(blank, fill_value=True), pa.scalar(None, pa.string()), full)


def texts_or_null(grid: Grid, names: Sequence[str]) -> pa.Array | None:
    """Return columns joined by `` | ``, blank parts left out; null where all are blank."""
    if not names:
        return None
    parts = [pc.if_else(pc.equal(t, ""), None, t) for t in (grid.texts(n) for n in names)]
    if len(parts) == 1:
        return parts[0]
    joined = pc.binary_join_element_wise(*parts, " | ", null_handling="skip")
    return pc.if_else(pc.equal(joined, ""), None, joined)


def marks(grid: Grid, *said: Dict[int, str]) -> Words:
    """Return what a reader should know of each row, joined by ``; ``."""
    n = grid.rows
    words = Words.constant("", n) if grid.marks is None else Words.of(grid.marks)
    rows = sorted({r for part in said for r in part})
    if not rows:
        return words
    vocabulary = {w: i for i, w in enumerate(words.vocabulary)}
    codes = words.codes.copy()
    for r in rows:
        text = "; ".join(t for t in (words.word(r), *(part.get(r, "") for part in said)) if t)
        codes[r] = vocabulary.setdefault(text, len(vocabulary))
    return Words(codes, list(vocabulary))


def unmapped(grid: Grid, used: set[int], drop: Sequence[str]) -> dict[str, str]:
    """List columns that were dropped on purpose and columns that the mapping does not mention."""
    dropped = [grid.index(d) for d in drop]
    rest = [n for i, n in enumerate(grid.names) if i not in used and i not in dropped]
    said = {"dropped columns": ", ".join(grid.names[i] for i in dropped), "unmapped columns": ", ".join(rest)}
    return {k: v for k, v in said.items() if v}
