"""Reading a ledger: every answer under a scope, every question in the audit log.

Catalogue for what is visible, index for neighbourhoods and paths, DuckDB over segments for rows.
What the cases of a scope do not admit does not exist here: not in a count, not in a hash, not in an
error.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from graph.errors import EvidenceChangedError, NotFoundError
from graph.model.scope import Clearance
from graph.store import Answer, Selection, Snapshot
from graph.stores.ledger import query, view_instruments, walk
from graph.stores.ledger.audit import as_lines
from graph.stores.ledger.checking import checked
from graph.stores.ledger.content import content_hash
from graph.stores.ledger.index import Limits
from graph.stores.ledger.query import Asked, Engine, Evidence
from graph.stores.ledger.view_protection import without_protected, without_protected_assets
from graph.stores.ledger.view_reading import Reading
from graph.stores.ledger.view_rows import Nodes, outward_facts, raw_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from graph.model.parties import Instrument
    from graph.model.protection import Protected
    from graph.model.provenance import Link, Receipt, Source
    from graph.model.results import Assertion, Disposition, Result
    from graph.model.scope import Scope
    from graph.store import Direction, PathMode
    from graph.stores.ledger.catalogue import Catalogue
    from graph.stores.ledger.keys import StoreKey
    from graph.stores.ledger.layout import Layout

READINGS_KEPT = 4
_T = TypeVar("_T")


class LedgerView:
    """The reading half of a ledger; ``graph.store.View`` says what each method answers."""

    def __init__(
        self,
        layout: Layout,
        catalogue: Catalogue,
        key: StoreKey,
        *,
        memory: str = "1GB",
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        self._layout, self._catalogue, self._key = layout, catalogue, key
        self._limits = limits
        self._engine = Engine((layout.root / "segments", layout.root / "identities"), memory)
        self._readings: dict[tuple[object, ...], Reading] = {}
        self._guard = threading.Lock()

    def close(self) -> None:
        """Let go of the engine and of mapped files."""
        self._engine.close()
        self._readings.clear()

    def version(self, scope: Scope) -> str:
        """Return the content hash of what the scope's cases admit."""
        version = self._reading(scope).version
        self._catalogue.note(scope, "version", {"version": version})
        return version

    def snapshot(self, scope: Scope) -> Snapshot:
        """Return all transfers as arrays in the total order."""
        reading = self._reading(scope)
        t = reading.index.transfers
        assets, asset = t.assets, t.asset
        if scope.clearance < Clearance.PROTECTED:
            assets, asset = without_protected_assets(assets, asset, reading.protected)
        self._catalogue.note(scope, "snapshot", {"version": reading.version, "transfers": len(t.lo)})
        return Snapshot(
            reading.version,
            Nodes(t.ids),
            assets,
            t.src,
            t.dst,
            t.lo,
            t.hi,
            t.seq,
            t.amount,
            asset,
            t.row,
            t.amount_hi,
        )

    def rows_at(self, scope: Scope, version: str, rows: Sequence[int] | NDArray[np.int64]) -> pa.Table:
        """Return ``VIEW_ROWS`` of rows named by a snapshot's ``row``, in the order given.

        Raises
        ------
        EvidenceChangedError
            When the scope's content has changed since the snapshot was taken.
        """
        reading = self._reading(scope)
        if reading.version != version:
            raise EvidenceChangedError(
                "the evidence changed since the snapshot", version=version, hint="take a new one"
            )
        self._catalogue.note(scope, "rows_at", {"rows": len(rows)})
        return walk.standing(reading, scope.clearance, reading.positions_of(np.asarray(rows, np.int64)))

    def select(self, scope: Scope, selection: Selection) -> Answer:
        """Return rows (``VIEW_ROWS``) in the total order."""
        reading = self._reading(scope)
        limit = selection.limit
        asked = Asked(
            numbers=_flat(reading.locate(selection.observations)) if selection.observations else None,
            nodes=reading.nodes_of(raw_ids(list(selection.instruments))) if selection.instruments else None,
            sources=selection.sources,
            window=selection.window,
            statuses=selection.statuses,
            limit=None if limit is None else limit + 1,
        )
        table = walk.observed(reading, scope.clearance, asked)
        self._catalogue.note(scope, "select", {"selection": _told(selection), "rows": table.num_rows})
        return _cut(table, limit)

    def facts(self, scope: Scope, kinds: tuple[str, ...] = (), subjects: tuple[str, ...] = ()) -> pa.Table:
        """Return observations without legs (``VIEW_FACTS``), ordered by ``(lo, source, place)``."""
        reading = self._reading(scope)
        nodes = reading.nodes_of(raw_ids(list(subjects))) if subjects else None
        stored = query.facts(self._engine, reading.evidence, Asked(kinds=kinds, nodes=nodes))
        table = outward_facts(self._engine, reading.evidence, stored, reading.own, scope.clearance)
        if scope.clearance < Clearance.PROTECTED:
            table = without_protected(table, reading.protected, ("subject", "object"))
        self._catalogue.note(
            scope, "facts", {"kinds": list(kinds), "subjects": list(subjects), "rows": table.num_rows}
        )
        return table

    def expand(
        self,
        scope: Scope,
        instruments: Sequence[str],
        direction: Direction = "out",
        hops: int = 1,
        window: tuple[int, int] | None = None,
        limit: int | None = None,
    ) -> Answer:
        """Return the transfers within ``hops`` (1 to 3) of the instruments, each once.

        A transfer counts when the end from which it is met is fewer than ``hops`` transfers away
        from a start, going in the direction within the window. Instruments met on the way with more
        transfers than the store's guard are named in ``left_out`` and not expanded.
        """
        reading = self._reading(scope)
        answer = walk.expand(reading, scope.clearance, instruments, direction, hops, window, limit)
        asked = {"instruments": list(instruments), "direction": direction, "hops": hops, "limit": limit}
        told = {"window": list(window or ()), "rows": answer.table.num_rows}
        self._catalogue.note(scope, "expand", asked | told)
        return answer

    def paths(
        self,
        scope: Scope,
        a: str,
        b: str,
        max_hops: int,
        mode: PathMode = "shortest",
        window: tuple[int, int] | None = None,
        limit: int = 100,
    ) -> Answer:
        """Return trails from ``a`` to ``b``: columns ``path, hop`` and those of ``VIEW_ROWS``.

        ``shortest``: every trail of the least length; ``all``: every trail; ``time_respecting``:
        trails along which instants can be chosen, one in each interval, that never go back. Where
        that rests on overlapping intervals, the later row is marked ``order unknown``. Shorter
        trails come first, then the total order of their transfers decides.
        """
        reading = self._reading(scope)
        answer = walk.paths(reading, scope.clearance, (a, b), max_hops, mode, window, limit)
        asked = {"a": a, "b": b, "max_hops": max_hops, "mode": mode, "limit": limit}
        told = {"window": list(window or ()), "rows": answer.table.num_rows}
        self._catalogue.note(scope, "paths", asked | told)
        return answer

    def rows(self, scope: Scope, observations: Sequence[str]) -> pa.Table:
        """Return the rows of observations in the total order, with text by clearance."""
        reading = self._reading(scope)
        asked = Asked(numbers=_flat(reading.locate(observations)))
        table = walk.observed(reading, scope.clearance, asked)
        self._catalogue.note(scope, "rows", {"observations": len(observations), "rows": table.num_rows})
        return table

    def instruments(self, scope: Scope, ids: Sequence[str]) -> dict[str, Instrument]:
        """Say what opaque ids stand for, as far as the clearance allows."""
        reading = self._reading(scope)
        self._catalogue.note(scope, "instruments", {"ids": len(ids)})
        return view_instruments.describe(self._engine, reading, scope, list(ids))

    def find(self, scope: Scope, text: str, limit: int = 50) -> list[Instrument]:
        """Search identifiers, names and references of the cases in scope."""
        reading = self._reading(scope)
        found = view_instruments.find(self._engine, reading, scope, text, self._key.rail_of)[:limit]
        self._catalogue.note(scope, "find", {"found": len(found)})
        described = view_instruments.describe(self._engine, reading, scope, found)
        return [described[i] for i in found]

    def references(self, scope: Scope, text: str) -> list[str]:
        """Return observations whose receipt or printed reference is ``text``, in the total order."""
        reading = self._reading(scope)
        rails = view_instruments.hashed_rails(text.strip(), self._key.rail_of)
        rows = view_instruments.referred(self._engine, reading, text.strip(), rails)
        return self._listed(scope, "references", list(dict.fromkeys(rows["observation"].to_pylist())))

    def sources(self, scope: Scope) -> list[Source]:
        """Return sources admitted to the cases in scope, by sha256; names of files by clearance."""
        found = self._catalogue.sources(scope.cases)
        if scope.clearance < Clearance.PROTECTED:
            named, hidden = scope.clearance >= Clearance.CASE, self._reading(scope).protected
            found = [hidden.source(s, named=named) for s in found]
        return self._listed(scope, "sources", found)

    def receipts(self, scope: Scope) -> list[Receipt]:
        """Return the receipts of all batches in scope, by batch id; names and quoted text by clearance."""
        found = self._catalogue.receipts(scope.cases)
        if scope.clearance < Clearance.PROTECTED:
            named, hidden = scope.clearance >= Clearance.CASE, self._reading(scope).protected
            found = [hidden.receipt(r, named=named) for r in found]
        return self._listed(scope, "receipts", found)

    def links(self, scope: Scope) -> list[Link]:
        """Return links between observations in scope, sorted."""
        return self._listed(scope, "links", list(self._reading(scope).links))

    def assertions(self, scope: Scope) -> list[Assertion]:
        """Return standing (not retracted) assertions of the cases in scope, by time and id."""
        return self._listed(scope, "assertions", self._catalogue.assertions(scope.cases))

    def results(self, scope: Scope, kind: str = "") -> list[Result]:
        """Return results of the cases in scope that still stand, by id."""
        return self._listed(scope, "results", self._catalogue.results(scope.cases, kind))

    def result(self, scope: Scope, name: str) -> Result:
        """Return one result of the cases in scope, also one that fell with its evidence."""
        found = self._catalogue.result(scope.cases, name)
        self._catalogue.note(scope, "result", {"id": found.id})
        return found

    def retracted(self, scope: Scope) -> dict[str, str]:
        """Return sources of which nothing is seen because they were retracted, with the reason."""
        found = self._catalogue.retracted(scope.cases)
        self._catalogue.note(scope, "retracted", {"sources": len(found)})
        return found

    def dispositions(self, scope: Scope) -> list[Disposition]:
        """Return what was decided about results of the cases in scope, in the order of deciding."""
        return self._listed(scope, "dispositions", self._catalogue.dispositions(scope.cases))

    def protected(self, scope: Scope) -> Protected:
        """Return whom the cases in scope protect: to hide them in free text, never to show them."""
        return self._reading(scope).protected

    def audit(self, scope: Scope) -> tuple[tuple[str, ...], str]:
        """Return the audit log as JSON lines, oldest first and this question last, and its head."""
        self._catalogue.note(scope, "audit", {})
        chain = self._catalogue.audit_rows()
        return tuple(line.rstrip("\n") for line in as_lines(chain)), chain[-1].hash

    def original(self, scope: Scope, sha256: str) -> Path:
        """Return the path of an original whose bytes were just checked against its hash.

        Raises
        ------
        NotFoundError
            The cases in scope admit no such source.
        IntegrityError
            The bytes are not those that came in.
        """
        if sha256 not in {source.sha256 for source in self._catalogue.sources(scope.cases)}:
            raise NotFoundError("no such source in these cases", sha256=sha256)
        self._catalogue.note(scope, "original", {"sha256": sha256})
        return checked(self._layout.original(sha256), sha256)

    def _listed(self, scope: Scope, what: str, found: list[_T]) -> list[_T]:
        self._catalogue.note(scope, what, {what: len(found)})
        return found

    def reading(self, scope: Scope) -> Reading:
        """Return what the scope's cases admit, as it is read: for what is made from a ledger."""
        return self._reading(scope)

    def _reading(self, scope: Scope) -> Reading:
        cases = tuple(sorted(set(scope.cases)))
        with self._guard:
            while (key := (cases, self._catalogue.stamp())) not in self._readings:
                reading = Reading(
                    self._layout,
                    self._engine,
                    Evidence(self._layout.root, self._catalogue.batches(cases), checked),
                    self._catalogue.links(cases),
                    Evidence(self._layout.root, self._catalogue.admitted_batches(cases), checked),
                    self._catalogue.assertions(cases),
                    cases,
                    content_hash(self._catalogue, cases),
                    self._limits,
                )
                if self._catalogue.stamp() == key[1]:  # nobody wrote in between
                    self._readings[key] = reading
            while len(self._readings) > READINGS_KEPT:
                del self._readings[next(iter(self._readings))]
            return self._readings[key]


def _flat(located: dict[str, list[int]]) -> list[int]:
    return sorted({n for numbers in located.values() for n in numbers})


def _told(selection: Selection) -> dict[str, Any]:
    return {
        "instruments": list(selection.instruments),
        "observations": len(selection.observations),
        "sources": list(selection.sources),
        "window": list(selection.window or ()),
        "statuses": list(selection.statuses),
        "limit": selection.limit,
    }


def _cut(table: pa.Table, limit: int | None) -> Answer:
    if limit is None or table.num_rows <= limit:
        return Answer(table)
    return Answer(table.slice(0, limit), truncated=True, left_out=f"rows beyond the limit of {limit}")
