"""The network of a case: the bounded part that is looked at, with conversions and what people stated.

It begins where the records are: the accounts whose statements the case holds, and the payments that
traces start from. From there a person opens what is of interest; ``graph.walk`` keeps it readable.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from api.casework.network_drawing import Drawing, together
from api.casework.network_layout import places
from api.casework.network_stated import paid_for
from api.casework.network_through import through
from graph.counting import Filter, inside, kept, number_of, units_at
from graph.model.intervals import DAY, HOUR
from graph.model.network import Day, Edge, EdgeKind, LeftOut, Network, Payment
from graph.model.results import ResultKind
from graph.store import Selection
from graph.walk import BUDGET, Opening, reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graph.counting import Positions
    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import Snapshot, View

STARTS = 12
"""Instruments opened at first, when nobody has said which."""
EAT = 3 * HOUR
"""What East Africa Time is ahead of UTC."""


@dataclass(frozen=True, slots=True)
class NetworkQuery:
    """Which part of the network is wanted; the same query gives the same picture.

    Parameters
    ----------
    opened : tuple of Opening
        Empty: where the records are.
    wanted : Filter
        Window, asset and least amount.
    pinned, ungrouped : tuple of str
        Instruments that stay single; hubs whose counterparties are drawn one by one.
    budget : int
    leaves : int, optional
        As the picture that this one grew from; see ``graph.walk.reach``.
    steady : bool
        Draw for a person who moves the window: groups and places are those of the whole time, so that
        a window only hides.
    charges : bool
        Tell a charge with its payment, not as a payment of its own.
    through : str
        A node; only what leads to it and what leads on from it is shown.
    """

    opened: tuple[Opening, ...] = ()
    wanted: Filter = field(default_factory=Filter)
    pinned: tuple[str, ...] = ()
    ungrouped: tuple[str, ...] = ()
    budget: int = BUDGET
    leaves: int | None = None
    steady: bool = False
    charges: bool = False
    through: str = ""


@dataclass(frozen=True, slots=True)
class Framed:
    """What is shown, and all that a window moved over it may show.

    Attributes
    ----------
    shown : Network
        Within the window, through the node that was asked for.
    whole : Network
        Whatever the window: its payments, and where every node stands.
    bought : tuple of Edge
        Conversions of the whole, each its own.
    between : int
        Transfers between what is drawn, whatever the filter.
    away : mapping
        By node, by day of East Africa Time (its beginning): transfers that touch it and are not drawn.
    complete : bool
        Whether the whole holds every payment, with nothing left out.
    """

    shown: Network
    whole: Network
    bought: tuple[Edge, ...]
    between: int
    away: Mapping[str, Mapping[int, int]]
    complete: bool

    @property
    def hidden(self) -> int:
        """How many transfers between what is drawn the filter hides."""
        return self.between - sum(e.events for e in self.shown.edges if e.kind is EdgeKind.PAID)


def case_network(
    view: View,
    scope: Scope,
    query: NetworkQuery,
    *,
    assertions: Sequence[Assertion] = (),
) -> Network:
    """Return the part of a case's network that a query names.

    Parameters
    ----------
    assertions : sequence of Assertion
        Standing assertions of the case, as they may be shown; who paid for whom is drawn as stated.
    """
    return framed_network(view, scope, query, assertions=assertions).shown


def framed_network(
    view: View, scope: Scope, query: NetworkQuery, *, assertions: Sequence[Assertion] = ()
) -> Framed:
    """Return the part of a case's network that a query names, with what a moved window needs."""
    snapshot = view.snapshot(scope)
    told = paid_for(view, scope, assertions)
    lasting = replace(query.wanted, window=None) if query.steady else query.wanted
    found = reach(
        snapshot,
        query.opened or tuple(Opening(i) for i in starts(view, scope, snapshot)),
        lasting,
        budget=query.budget,
        keep_single=[*query.pinned, *(end for one in told for end in (one.payer, one.customer))],
        ungrouped=query.ungrouped,
        leaves=query.leaves,
    )
    drawing = Drawing(view, scope, snapshot, found, lasting, charges=query.charges)
    picture = _Picture(drawing, query, tuple(drawing.stated(told)))
    whole = picture.network(None)
    at = places(whole)
    whole = replace(whole, nodes=tuple(replace(n, x=at[n.id][0], y=at[n.id][1]) for n in whole.nodes))
    window = query.wanted.window if query.steady else None
    shown = whole if window is None else picture.network(window)
    shown = replace(shown, nodes=tuple(replace(n, x=at[n.id][0], y=at[n.id][1]) for n in shown.nodes))
    if query.through:
        shown = through(shown, query.through)
    return Framed(
        shown,
        whole,
        picture.bought,
        _between(drawing),
        _away(drawing) if query.steady else {},
        drawing.complete and not whole.left_out,
    )


class _Picture:
    """One drawing looked at in one window or another."""

    def __init__(self, drawing: Drawing, query: NetworkQuery, stated: tuple[Edge, ...]) -> None:
        self.drawing, self.query = drawing, query
        asset = query.wanted.asset
        self.bought = drawing.conversions(drawing.payments, asset)
        joined = [*together(self.bought), *stated]
        self.room = query.budget - len(drawing.names)
        self.added = list(
            dict.fromkeys(n for e in joined for n in (e.source, e.target) if n not in drawing.names)
        )
        self.shown = {*drawing.names, *self.added[: max(0, self.room)]}
        self.stated = tuple(e for e in stated if {e.source, e.target} <= self.shown)
        self.left = any(not {e.source, e.target} <= self.shown for e in joined)
        self.bought = tuple(e for e in self.bought if {e.source, e.target} <= self.shown)

    def network(self, window: tuple[int, int] | None) -> Network:
        """Return what is drawn of a window; of the whole time without one."""
        drawing, query, s = self.drawing, self.query, self.drawing.snapshot
        at = inside(s, drawing.positions, window)
        payments = self._payments(window, at)
        bought = self._bought(window, payments)
        edges = [*drawing.edges(at), *together(bought), *self.stated]
        names, active = self.shown, None
        if window is not None:
            opened = {s.nodes[n] for n in drawing.found.opened}
            names = {n for e in edges for n in (e.source, e.target)} | opened
            active = {s.nodes[n] for ends in (s.src[at], s.dst[at]) for n in ends.tolist()}
        left_out = drawing.left_out(window, at[len(payments) :])
        if self.left:
            missing = len(self.added) - self.room
            left_out = (*left_out, LeftOut(node="", reason="budget", instruments=missing, events=0, sums={}))
        return Network(
            version=s.version,
            nodes=drawing.nodes(sorted(names), window, active),
            edges=tuple(sorted(edges, key=lambda e: (e.source, e.target, e.asset, e.kind))),
            payments=payments,
            left_out=left_out,
            asks=tuple(s.nodes[n] for n in drawing.found.asked),
            budget=query.budget,
            window=query.wanted.window,
            asset=query.wanted.asset,
            least=query.wanted.least,
            leaves=drawing.found.leaves,
            days=days(s, drawing.found.opened, query.wanted.asset),
        )

    def _payments(self, window: tuple[int, int] | None, at: Positions) -> tuple[Payment, ...]:
        if window is None:
            return self.drawing.payments
        if self.drawing.complete:
            return tuple(p for p in self.drawing.payments if window[0] <= p.lo < window[1])
        return self.drawing.listed(at)

    def _bought(self, window: tuple[int, int] | None, payments: Sequence[Payment]) -> Sequence[Edge]:
        """Return the conversions of which something is in the window."""
        if window is None:
            return self.bought
        seen = {p.observation for p in payments}
        known = self.bought
        if not self.drawing.complete:
            found = self.drawing.conversions(payments, self.query.wanted.asset)
            known = tuple(e for e in found if {e.source, e.target} <= self.shown)
        return [e for e in known if seen & {*e.citations}]


def _between(drawing: Drawing) -> int:
    """Count the transfers between what is drawn, whatever the filter; charges told apart do not count."""
    s = drawing.snapshot
    ends = np.array(sorted(drawing.name_of), np.int64)
    both = np.isin(s.src, ends) & np.isin(s.dst, ends)
    both[drawing.charged] = False
    return int(both.sum())


def _away(drawing: Drawing) -> dict[str, dict[int, int]]:
    """Count, by drawn instrument and day, the transfers of the filter that are not drawn."""
    s = drawing.snapshot
    keep = kept(s, drawing.wanted)
    keep[drawing.positions] = False
    keep[drawing.charged] = False
    found: dict[str, dict[int, int]] = {}
    single = np.array(drawing.found.single, np.int64)
    at = np.flatnonzero(keep & (np.isin(s.src, single) | np.isin(s.dst, single)))
    mine = {*drawing.found.single}
    for src, dst, lo in zip(s.src[at].tolist(), s.dst[at].tolist(), s.lo[at].tolist(), strict=True):
        day = (lo + EAT) // DAY * DAY - EAT
        for n in {src, dst} & mine:
            one = found.setdefault(s.nodes[n], {})
            one[day] = one.get(day, 0) + 1
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def days(snapshot: Snapshot, opened: Sequence[int], asset: str = "") -> tuple[Day, ...]:
    """Sum what the opened instruments paid and received a day, over all time, in one asset.

    Days are East Africa Time, which has no summer time. Without an asset, the one with the most
    transfers there.
    """
    nodes = np.array(opened, np.int64)
    at = np.flatnonzero(np.isin(snapshot.src, nodes) | np.isin(snapshot.dst, nodes))
    if not len(at):
        return ()
    usual = int(np.argmax(np.bincount(snapshot.asset[at])))
    number = snapshot.assets.index(asset) if asset in snapshot.assets else usual
    at = at[snapshot.asset[at] == number]
    found: dict[int, list[int]] = {}
    for lo, units in zip(snapshot.lo[at].tolist(), units_at(snapshot, at), strict=True):
        one = found.setdefault((lo + EAT) // DAY * DAY - EAT, [0, 0])
        one[0] += units
        one[1] += 1
    key = snapshot.assets[number]
    return tuple(Day(lo=lo, asset=key, units=units, events=n) for lo, (units, n) in sorted(found.items()))


def starts(view: View, scope: Scope, snapshot: Snapshot) -> tuple[str, ...]:
    """Return where a case's network begins: seeds of its traces, then accounts it has statements of.

    Of more than ``STARTS``, those with the most transfers; of a case without either, likewise.
    """
    seeds = [
        seed["observation"]
        for result in view.results(scope, ResultKind.TRACE)
        for seed in result.parameters.get("seeds", ())
    ]
    ends: list[str] = []
    if seeds:
        rows = view.select(scope, Selection(observations=tuple(sorted(set(seeds))))).table
        ends = [end for row in rows.select(["debit", "credit"]).to_pylist() for end in row.values() if end]
    facts = view.facts(scope, ("statement",))["subject"].to_pylist()
    known = dict.fromkeys([*ends, *sorted({f for f in facts if f})])
    events = _busiest(snapshot)
    numbers = [n for i in known if (n := number_of(snapshot, i)) is not None and events[n]]
    ranked = sorted(numbers or list(events), key=lambda n: -events[n])
    return tuple(snapshot.nodes[n] for n in ranked[:STARTS])


def _busiest(snapshot: Snapshot) -> Counter[int]:
    return Counter(snapshot.src.tolist()) + Counter(snapshot.dst.tolist())


def sums_of(network: Network) -> Mapping[str, int]:
    """Return the exact sum of everything drawn, by asset."""
    sums: dict[str, int] = {}
    for edge in network.edges:
        if edge.kind is EdgeKind.PAID:
            sums[edge.asset] = sums.get(edge.asset, 0) + edge.units
    return {key: sums[key] for key in sorted(sums)}
