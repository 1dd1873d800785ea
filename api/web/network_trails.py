"""Trails from the selected instrument to another: every payment on the way, in an order that time allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.web.addresses import case_url
from api.web.rows import ends_of
from graph.model.printing import code_of, exact_text

if TYPE_CHECKING:
    from api.web.network_state import NetworkState
    from api.web.rows import End
    from api.workbench import Workbench

HOPS = 6
TRAILS = 20


@dataclass(frozen=True, slots=True)
class Hop:
    """One payment of a trail."""

    payer: End | None
    payee: End | None
    lo: int
    hi: int
    amount: str
    code: str
    url: str
    mark: str


@dataclass(frozen=True, slots=True)
class Trails:
    """Trails to ``target``, the shortest first; ``more`` where there are others.

    ``pairs`` are payer and payee of every payment on them, for the canvas.
    """

    target: End | None
    trails: tuple[tuple[Hop, ...], ...]
    more: bool
    pairs: tuple[str, ...]
    clear_url: str


def trails_of(bench: Workbench, state: NetworkState, start: str) -> Trails:
    """Return the trails of at most six payments, within the window, that never go back in time."""
    scope, target = bench.scope, state.trail
    answer = bench.store.paths(
        scope, start, target, HOPS, mode="time_respecting", window=state.window(), limit=TRAILS
    )
    rows = answer.table.to_pylist()
    ends = ends_of(bench, {i for r in rows for i in (r["debit"], r["credit"]) if i} | {target})
    trails: dict[int, list[Hop]] = {}
    for r in rows:
        hop = Hop(
            ends.get(r["debit"]),
            ends.get(r["credit"]),
            r["lo"],
            r["hi"],
            exact_text(int(r["amount"]), r["asset"]),
            code_of(r["asset"]),
            case_url(bench.case, "observations", r["observation"]),
            r["mark"] or "",
        )
        trails.setdefault(r["path"], []).append(hop)
    return Trails(
        ends.get(target),
        tuple(tuple(trail) for _, trail in sorted(trails.items())),
        answer.truncated,
        tuple(sorted({f"{r['debit']} {r['credit']}" for r in rows})),
        state.url(bench.case, trail=""),
    )
