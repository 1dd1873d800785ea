"""Evidence written by hand that also answers what a network asks: a snapshot, its rows, results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from graph.model.tables import VIEW_FACTS, VIEW_ROWS
from tests.analytics.tracing.following.evidence import Evidence
from tests.graph.snapshots import Paid, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.results import Result
    from graph.model.scope import Scope
    from graph.store import Snapshot, View


@dataclass(slots=True)
class DrawnEvidence(Evidence):
    """Rows with both ends are transfers, in the order of time and then as written."""

    concluded: list[Result] = field(default_factory=list)

    def _transfers(self) -> list[dict[str, Any]]:
        both = [r for r in self.stored if r["debit"] and r["credit"]]
        return sorted(both, key=lambda r: r["lo"])

    def snapshot(self, scope: Scope) -> Snapshot:
        return snapshot(
            [
                Paid(r["debit"], r["credit"], r["amount"], r["lo"] // 1_000_000, r["asset"])
                for r in self._transfers()
            ]
        )

    def rows_at(self, scope: Scope, version: str, rows: Sequence[int]) -> pa.Table:
        found = [self._transfers()[n] for n in rows]
        return pa.Table.from_pylist([{n: r.get(n) for n in VIEW_ROWS.names} for r in found], schema=VIEW_ROWS)

    def results(self, scope: Scope, kind: str = "") -> list[Result]:
        return [r for r in self.concluded if kind in ("", r.kind)]

    def facts(self, scope: Scope, kinds: tuple[str, ...] = (), subjects: tuple[str, ...] = ()) -> pa.Table:
        told = [f for f in self.told if not kinds or f["kind"] in kinds]
        return pa.Table.from_pylist(
            [{n: f.get(n) for n in VIEW_FACTS.names} for f in told], schema=VIEW_FACTS
        )

    @property
    def drawn(self) -> View:
        """Return the evidence as a view."""
        return cast("View", self)
