"""Observations that a rail's guarantee joins, found when a batch is committed.

Only guarantees are used (settled: a UETR; chain, transaction and log; a receipt with instrument,
sign, amount and row kind; two exports of one statement). Everything else is a person's to judge.

Which links there are depends on the two batches alone, never on which came first: rows are counted
within their own batch, the n-th of equal rows pairs with the n-th, and whole batches are compared
by their spans. Two equal rows of one file are two facts and are never joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph.model.locators import expand
from graph.model.provenance import LinkKind, observation_id
from graph.stores.ledger import link_queries as ask
from graph.stores.ledger.checking import checked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from graph.stores.ledger.layout import Layout, VisibleBatch
    from graph.stores.ledger.query import Engine

MARGIN = 7 * 86_400 * 1_000_000
"""Microseconds by which two batches' spans may miss each other and still tell of one event."""


@dataclass(frozen=True, slots=True, order=True)
class FoundLink:
    """A link between observations of two batches (or of one)."""

    a: str
    b: str
    kind: LinkKind
    rule: str
    batch_a: str
    batch_b: str

    @property
    def values(self) -> tuple[object, ...]:
        """The link as a catalogue row."""
        return (self.a, self.b, self.kind.value, self.rule, "", "", self.batch_a, self.batch_b)


def automatic_links(
    engine: Engine, layout: Layout, new: VisibleBatch, others: Sequence[VisibleBatch]
) -> list[FoundLink]:
    """Return what joins the rows of ``new`` to those of ``others`` and to each other, sorted."""
    if not new.of("rows"):
        return []
    near = [other for other in others if other.batch != new.batch and _near(new, other)]
    return sorted(_by_rail(engine, layout, new, near) | _by_statement(engine, layout, new, near))


def _by_rail(
    engine: Engine, layout: Layout, new: VisibleBatch, near: Sequence[VisibleBatch]
) -> set[FoundLink]:
    own, told = _told(layout, new), [(other, _told(layout, other)) for other in near]
    if not own & {"rail", "reverses"}:
        return set()
    crossing = [b for b, has in told if "rail" in has or ("reverses" in has and "rail" in own)]
    files = _Files(engine, layout, [new, *crossing])
    rows = files.involved(ask.INVOLVED_RAILS)
    found = set(_links(files, files.over(rows, ask.RECEIPT), LinkKind.SAME_EVENT))
    found |= set(_links(files, files.over(rows, ask.ALONE), LinkKind.SAME_EVENT))
    return found | set(_links(files, files.over(rows, ask.REVERSES), LinkKind.REVERSES))


def _by_statement(
    engine: Engine, layout: Layout, new: VisibleBatch, near: Sequence[VisibleBatch]
) -> set[FoundLink]:
    if "balance" not in _told(layout, new):
        return set()
    crossing = [b for b in near if b.source != new.source and "balance" in _told(layout, b)]
    if not crossing:
        return set()
    files = _Files(engine, layout, [new, *crossing])
    rows = files.involved(ask.INVOLVED_STATEMENTS)
    if not rows.num_rows:
        return set()
    pairs = files.over(rows, ask.STATEMENT, texts=files.texts(rows))
    return set(_links(files, pairs, LinkKind.SAME_EVENT))


def _told(layout: Layout, batch: VisibleBatch) -> frozenset[str]:
    """Return which of the columns that can join its rows say anything."""
    return frozenset[str]().union(*(_columns_told(layout.root / f.path, f.sha256) for f in batch.of("rows")))


@lru_cache(maxsize=1 << 16)
def _columns_told(path: Path, sha256: str) -> frozenset[str]:
    about = pq.read_metadata(checked(path, sha256))
    names = {about.schema.column(i).name: i for i in range(about.num_columns)}
    groups = range(about.num_row_groups)
    return frozenset(
        name
        for name in ("rail", "reverses", "balance")
        if any(
            about.row_group(g).column(names[name]).statistics.null_count < about.row_group(g).num_rows
            for g in groups
        )
    )


def _near(new: VisibleBatch, other: VisibleBatch) -> bool:
    if not other.of("rows"):
        return False
    (lo, hi), (other_lo, other_hi) = _span(new), _span(other)
    return lo - MARGIN < other_hi and other_lo - MARGIN < hi


def _span(batch: VisibleBatch) -> tuple[int, int]:
    files = batch.of("rows")
    return min(f.lo for f in files), max(f.hi for f in files)


class _Files:
    """The files of a new batch (place 0) and of those near it, as tables of the query engine."""

    def __init__(self, engine: Engine, layout: Layout, batches: Sequence[VisibleBatch]) -> None:
        self.batches = batches
        self._engine = engine
        self._layout = layout
        sources = sorted({b.source for b in batches})
        self._sources = [sources.index(b.source) for b in batches]

    def involved(self, sql: str) -> pa.Table:
        """Return rows that may be joined, with their ends as opaque ids."""
        rows, files = self._list("rows", self.batches)
        nodes, node_files = self._list("nodes", self.batches)
        if not nodes:
            return pa.table({"place": pa.array([], pa.int32())})
        return self._engine.table(ask.ROWS + sql, [rows, nodes], {"files": files, "node_files": node_files})

    def over(self, rows: pa.Table, sql: str, texts: pa.Table | None = None) -> pa.Table:
        """Pair rows."""
        tables = {"involved": rows} if texts is None else {"involved": rows, "texts": texts}
        return self._engine.table(sql, [], tables) if rows.num_rows else rows

    def texts(self, rows: pa.Table) -> pa.Table:
        """Return the narration of the rows' observations, one text each."""
        paths, files = self._list("texts", self.batches)
        if not paths:
            return pa.table(
                {
                    "place": pa.array([], pa.int32()),
                    "obs": pa.array([], pa.int32()),
                    "text": pa.array([], pa.string()),
                }
            )
        return self._engine.table(ask.TEXTS, [paths], {"files": files, "involved": rows})

    def _list(self, role: str, batches: Sequence[VisibleBatch]) -> tuple[list[str], pa.Table]:
        paths: list[str] = []
        about: list[tuple[int, int, int, int]] = []
        for place, batch in enumerate(batches):
            start = 0
            for file in batch.of(role):
                about.append((len(paths), place, self._sources[place], start))
                paths.append(str(checked(self._layout.root / file.path, file.sha256)))
                start += file.rows
        columns: Iterable[Any] = zip(*about, strict=True) if about else [(), (), (), ()]
        names = ("file_index", "place", "source", "start")
        return paths, pa.table({n: pa.array(c, pa.int64()) for n, c in zip(names, columns, strict=True)})


def _links(files: _Files, pairs: pa.Table, kind: LinkKind) -> Iterable[FoundLink]:
    if "rule" not in pairs.column_names:
        return
    for pair in pairs.to_pylist():
        a, b = _end(files, pair, "x"), _end(files, pair, "y")
        if kind == LinkKind.SAME_EVENT:
            a, b = sorted((a, b))
        if a[0] != b[0]:
            yield FoundLink(a[0], b[0], kind, pair["rule"], a[1], b[1])


def _end(files: _Files, pair: dict[str, Any], side: str) -> tuple[str, str]:
    batch = files.batches[pair[f"{side}_place"]]
    locator = expand(pair[f"{side}_form"], pair[f"{side}_a"], pair[f"{side}_b"])
    return observation_id(batch.source, locator), batch.batch
