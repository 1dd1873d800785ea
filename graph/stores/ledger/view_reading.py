"""One content version as it is read: its files, its events, its index, each made when first needed.

A reading never changes. When a batch is added, retracted or linked, the next question gets another.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from graph.errors import NotFoundError
from graph.model.provenance import LinkKind, digest
from graph.stores.ledger import query
from graph.stores.ledger.index import Index, Limits
from graph.stores.ledger.index_arrays import id_order
from graph.stores.ledger.index_events import NOTHING_LINKED, Linked
from graph.stores.ledger.index_files import FORMAT, load_index, save_index
from graph.stores.ledger.index_read import opaque, read_nodes, read_transfers
from graph.stores.ledger.view_protection import protection
from graph.stores.ledger.view_rows import Nodes, raw_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from graph.model.protection import Protected
    from graph.model.provenance import Link
    from graph.model.results import Assertion
    from graph.stores.ledger.layout import Layout
    from graph.stores.ledger.query import Engine, Evidence

    Ids = NDArray[np.bytes_]


@dataclass(slots=True)
class Members:
    """Which visible observations tell of one event, and what each event is called."""

    linked: Linked
    events: dict[int, str]


@dataclass
class Reading:
    """What the cases of one scope admit, at one version."""

    layout: Layout
    engine: Engine
    evidence: Evidence
    told: list[Link]
    ever: Evidence
    stated: list[Assertion]
    cases: tuple[str, ...]
    version: str
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    _own: dict[int, Ids] = field(default_factory=dict)
    _sorted: dict[int, tuple[NDArray[np.int64], Ids]] = field(default_factory=dict)
    _observations: dict[int, tuple[Ids, NDArray[np.int64]]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def own(self, place: int) -> Ids:
        """Return the opaque ids of a batch's nodes, by node number."""
        if place not in self._own:
            files = self.evidence.batches[place].of("nodes")
            self._own[place], _ = read_nodes([self.evidence.path(file) for file in files])
        return self._own[place]

    def nodes_of(self, ids: Sequence[bytes]) -> list[tuple[int, int]]:
        """Return where opaque ids occur, as pairs of batch place and node number."""
        wanted = np.unique(np.array(ids, "S16"))
        found = []
        for place in range(len(self.evidence.batches) if len(wanted) else 0):
            order, ordered = self._sorted_of(place)
            first, last = np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right")
            found += [
                (place, int(n)) for i in np.flatnonzero(last > first) for n in order[first[i] : last[i]]
            ]
        return found

    def _sorted_of(self, place: int) -> tuple[NDArray[np.int64], Ids]:
        if place not in self._sorted:
            own = self.own(place)
            order = id_order(own)
            self._sorted[place] = (order, own[order])
        return self._sorted[place]

    def locate(self, observations: Iterable[str]) -> dict[str, list[int]]:
        """Return the packed numbers of observation ids that occur in visible rows."""
        raw = np.unique(np.array(raw_ids(observations), "S16"))
        wanted = Nodes(raw)
        found: dict[str, list[int]] = {}
        for place in range(len(self.evidence.batches) if len(raw) else 0):
            ids, numbers = self._ids_of(place)
            first, last = np.searchsorted(ids, raw), np.searchsorted(ids, raw, side="right")
            for i in np.flatnonzero(last > first):
                found.setdefault(wanted[int(i)], []).extend(int(n) for n in numbers[first[i] : last[i]])
        return found

    def _ids_of(self, place: int) -> tuple[Ids, NDArray[np.int64]]:
        if place not in self._observations:
            table = query.observations(self.engine, self.evidence, place)
            raw = opaque(table["id"].cast(pa.binary(16)))
            self._observations[place] = (raw, table["number"].to_numpy())
        return self._observations[place]

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Links whose two observations are both visible; a person may have joined others."""
        here = self.locate(o for k in self.told if k.author for o in (k.a, k.b))
        return tuple(k for k in self.told if not k.author or (k.a in here and k.b in here))

    @cached_property
    def members(self) -> Members:
        """Events that several visible observations tell of."""
        pairs = sorted({(k.a, k.b) for k in self.links if k.kind == LinkKind.SAME_EVENT})
        located = self.locate(o for pair in pairs for o in pair)
        pairs = [(a, b) for a, b in pairs if a in located and b in located]
        least = _components(pairs)
        if not least:
            return Members(NOTHING_LINKED, {})
        ids = sorted(least)
        rank = {o: i for i, o in enumerate(ids)}
        event = {o: i for i, o in enumerate(sorted(set(least.values())))}
        rows = sorted((number, event[least[o]], rank[o]) for o in ids for number in located[o])
        linked = Linked(
            np.array([r[0] for r in rows], np.int64),
            np.array([r[1] for r in rows], np.int32),
            np.array([r[2] for r in rows], np.int32),
        )
        return Members(linked, {number: least[ids[r]] for number, _, r in rows})

    @property
    def protected(self) -> Protected:
        """Whom the cases protect, looked up in everything that they ever admitted."""
        with self._lock:
            return self._protected

    @cached_property
    def _protected(self) -> Protected:
        whole = replace(self, evidence=self.ever, _own={}, _sorted={}, _observations={})
        return protection(whole, self.stated)

    @cached_property
    def reverses(self) -> dict[int, str]:
        """For the packed number of an observation, the one that its rail says it reverses."""
        pairs = sorted({(k.a, k.b) for k in self.links if k.kind == LinkKind.REVERSES})
        located = self.locate(o for pair in pairs for o in pair)
        return {n: b for a, b in reversed(pairs) if b in located for n in located.get(a, ())}

    @property
    def index(self) -> Index:
        """The transfers as arrays: opened where kept, else read from the segments."""
        with self._lock:
            return self._index

    @cached_property
    def _index(self) -> Index:
        folder = self.layout.index(self.index_name)
        kept = load_index(folder, self.limits)
        if kept is not None:
            return kept
        built = Index(
            read_transfers(self.evidence.batches, self.evidence.path, self.members.linked), limits=self.limits
        )
        if len(built.transfers.lo) >= self.limits.keep_from:
            save_index(built, folder, self.cases, [b.batch for b in self.evidence.batches])
        return built

    def positions_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the positions of transfers that are named by their stored rows."""
        order, ordered = self._by_row
        at = np.minimum(np.searchsorted(ordered, rows), max(len(ordered) - 1, 0))
        if len(rows) and (not len(ordered) or bool(np.any(ordered[at] != rows))):
            raise NotFoundError("a row is no transfer of this snapshot")
        return order[at]

    @cached_property
    def _by_row(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        rows = self.index.transfers.row
        order = np.argsort(rows, kind="stable")
        return order, rows[order]

    @property
    def index_name(self) -> str:
        """Hash of exactly what the index is made from."""
        same = sorted(f"{k.a}{k.b}" for k in self.links if k.kind == LinkKind.SAME_EVENT)
        files = [f.sha256 for b in self.evidence.batches for role in ("rows", "nodes") for f in b.of(role)]
        return digest("index", str(FORMAT), *(b.batch for b in self.evidence.batches), "", *files, "", *same)[
            :32
        ]

    @property
    def conflicting(self) -> NDArray[np.int64]:
        """Packed rows whose event's observations disagree about the amount."""
        if not len(self.members.linked.observation):
            return np.zeros(0, np.int64)
        return self.index.transfers.conflicting


def _components(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return for each observation the least of those it is joined with.

    Examples
    --------
    >>> _components([("b", "c"), ("d", "c"), ("x", "y")])
    {'b': 'b', 'c': 'b', 'd': 'b', 'x': 'x', 'y': 'x'}
    """
    parent: dict[str, str] = {}

    def root(o: str) -> str:
        parent.setdefault(o, o)
        while parent[o] != o:
            parent[o] = parent[parent[o]]
            o = parent[o]
        return o

    for a, b in pairs:
        least, other = sorted((root(a), root(b)))
        parent[other] = least
    return {o: root(o) for o in sorted(parent)}
