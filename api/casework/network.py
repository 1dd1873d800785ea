"""The network of a case: the bounded part that is looked at, with conversions and what people stated.

It begins where the records are: the accounts whose statements the case holds, and the payments that
traces start from. From there a person opens what is of interest; ``graph.walk`` keeps it readable.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.tracing.following.conversions import conversions
from analytics.tracing.following.events import merge, regroup, rows_of
from api.casework.network_layout import places
from api.casework.places import WORDS
from graph.model.intervals import DAY, HOUR
from graph.model.network import Day, Edge, EdgeKind, LeftOut, Network, Node, Payment
from graph.model.provenance import LinkKind
from graph.model.results import AssertionKind, ResultKind
from graph.store import Selection
from graph.walk import BUDGET, Filter, Opening, kept, number_of, reach, sums_at, units_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import Snapshot, View
    from graph.walk import Group, Positions, Reach

STARTS = 12
"""Instruments opened at first, when nobody has said which."""
EAT = 3 * HOUR
"""What East Africa Time is ahead of UTC."""
ROWS = 2_000
"""Payments listed one by one; sums are over all of them."""


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
    """

    opened: tuple[Opening, ...] = ()
    wanted: Filter = field(default_factory=Filter)
    pinned: tuple[str, ...] = ()
    ungrouped: tuple[str, ...] = ()
    budget: int = BUDGET
    leaves: int | None = None


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
    snapshot = view.snapshot(scope)
    opened = query.opened or tuple(Opening(i) for i in starts(view, scope, snapshot))
    told = paid_for(view, scope, assertions)
    found = reach(
        snapshot,
        opened,
        query.wanted,
        budget=query.budget,
        keep_single=[*query.pinned, *(end for one in told for end in (one.payer, one.customer))],
        ungrouped=query.ungrouped,
        leaves=query.leaves,
    )
    drawn = _Drawing(view, scope, snapshot, found)
    payments = drawn.payments()
    joined = drawn.conversions(payments, query.wanted.asset) + drawn.stated(told)
    room = query.budget - len(found.single) - len(found.groups)
    added = list(dict.fromkeys(n for e in joined for n in (e.source, e.target) if n not in drawn.names))
    shown = {*drawn.names, *added[: max(0, room)]}
    whole = [e for e in joined if {e.source, e.target} <= shown]
    left_out = drawn.left_out(payments)
    if len(whole) < len(joined):
        left_out = (
            *left_out,
            LeftOut(node="", reason="budget", instruments=len(added) - room, events=0, sums={}),
        )
    network = Network(
        version=snapshot.version,
        nodes=drawn.nodes(sorted(shown)),
        edges=tuple(sorted([*drawn.edges(), *whole], key=lambda e: (e.source, e.target, e.asset, e.kind))),
        payments=payments,
        left_out=left_out,
        asks=tuple(snapshot.nodes[n] for n in found.asked),
        budget=query.budget,
        window=query.wanted.window,
        asset=query.wanted.asset,
        least=query.wanted.least,
        leaves=found.leaves,
        days=days(snapshot, found.opened, query.wanted.asset),
    )
    at = places(network)
    return replace(network, nodes=tuple(replace(n, x=at[n.id][0], y=at[n.id][1]) for n in network.nodes))


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


@dataclass(frozen=True, slots=True)
class Passed:
    """What one instrument received or paid within a filter: exact sum per asset, times and neighbours."""

    sums: Mapping[str, int]
    events: int
    others: int


def passed(view: View, scope: Scope, instrument: str, wanted: Filter) -> tuple[Passed, Passed]:
    """Return what an instrument received and what it paid, whatever is drawn; zeros where nothing."""
    snapshot = view.snapshot(scope)
    number = number_of(snapshot, instrument)
    if number is None:
        return Passed({}, 0, 0), Passed({}, 0, 0)
    keep = kept(snapshot, wanted)
    found = []
    for mine, other in ((snapshot.dst, snapshot.src), (snapshot.src, snapshot.dst)):
        at = np.flatnonzero(keep & (mine == number))
        found.append(Passed(sums_at(snapshot, at), len(at), len(np.unique(other[at]))))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that an instrument paid for another, by the opaque ids of both."""

    said: Assertion
    payer: str
    customer: str


def paid_for(view: View, scope: Scope, assertions: Iterable[Assertion]) -> tuple[Stated, ...]:
    """Return the statements of who paid for whom whose both ends the evidence names."""
    found = []
    for said in assertions:
        if said.kind is AssertionKind.PAID_FOR:
            shown, _, rest = said.object.partition("#")
            side, _, asset = rest.partition(":")
            payer, customer = _end(view, scope, said.subject, "debit"), _end(view, scope, shown, side, asset)
            if payer and customer:
                found.append(Stated(said, payer, customer))
    return tuple(found)


def _end(view: View, scope: Scope, observation: str, side: str, asset: str = "") -> str:
    for row in view.rows(scope, [observation]).to_pylist():
        if row["kind"] == "principal" and (not asset or row["asset"] == asset):
            return str(row.get(side) or "")
    return ""


class _Drawing:
    """A reach with its names: what each dense number is called in the picture."""

    def __init__(self, view: View, scope: Scope, snapshot: Snapshot, found: Reach) -> None:
        self.view, self.scope, self.snapshot, self.found = view, scope, snapshot, found
        self.groups: dict[str, Group] = {}
        self.name_of: dict[int, str] = {n: snapshot.nodes[n] for n in found.single}
        for group in found.groups:
            name = f"group:{snapshot.nodes[group.hub]}:{group.side}"
            self.groups[name] = group
            self.name_of |= dict.fromkeys(group.members, name)
        self.names = {*self.name_of.values()}

    def payments(self) -> tuple[Payment, ...]:
        """Return the first ``ROWS`` transfers drawn, with their places."""
        at = self.found.positions[:ROWS]
        s = self.snapshot
        table = self.view.rows_at(self.scope, s.version, s.row[at].tolist())
        ends = zip(s.src[at].tolist(), s.dst[at].tolist(), units_at(s, at), strict=True)
        return tuple(
            Payment(
                observation=row["observation"],
                origin=row["source"],
                locator=row["locator"],
                lo=row["lo"],
                hi=row["hi"],
                source=self.name_of[src],
                target=self.name_of[dst],
                debit=s.nodes[src],
                credit=s.nodes[dst],
                asset=row["asset"],
                units=units,
                kind=row["kind"],
                ref=row["ref"] or "",
                mark=row["mark"] or "",
            )
            for row, (src, dst, units) in zip(table.to_pylist(), ends, strict=True)
        )

    def edges(self) -> list[Edge]:
        """Return one edge for each pair of drawn ends and asset, over every transfer drawn."""
        s, at = self.snapshot, self.found.positions
        sums: dict[tuple[str, str, str], list[int]] = {}
        columns = (s.src[at], s.dst[at], s.asset[at], s.lo[at])
        for src, dst, asset, lo, units in zip(*(c.tolist() for c in columns), units_at(s, at), strict=True):
            key = (self.name_of[src], self.name_of[dst], s.assets[asset])
            one = sums.setdefault(key, [0, 0, lo, lo])
            one[0] += units
            one[1] += 1
            one[3] = lo
        return [
            Edge(source=a, target=b, asset=asset, units=units, events=events, first=first, last=last)
            for (a, b, asset), (units, events, first, last) in sums.items()
        ]

    def conversions(self, payments: Sequence[Payment], asset: str) -> list[Edge]:
        """Return exchanges of one asset for another that an opened instrument took part in.

        Conversions of all events between two ends in one pair of assets are one edge.
        """
        links = [(link.a, link.b) for link in self.view.links(self.scope) if link.kind is LinkKind.SAME_EVENT]
        wanted = {p.observation for p in payments}
        wanted |= {n for pair in links if wanted & {*pair} for n in pair}
        rows = rows_of(self.view.rows(self.scope, sorted(wanted)))
        joins = [pair for pair in links if {*pair} <= wanted]
        ends = sorted({e for r in rows for e in (r.debit, r.credit) if e})
        kinds = {i: what.kind for i, what in self.view.instruments(self.scope, ends).items()}
        opened = {self.snapshot.nodes[n] for n in self.found.opened}
        joined: dict[tuple[str, str, str, str], Edge] = {}
        for event in merge(rows, regroup(rows, joins), kinds):
            for c in conversions(event):
                if not opened & {c.payer, c.taker} or (
                    asset and asset not in {c.paid.asset, c.received.asset}
                ):
                    continue
                source, target = self._drawn(c.payer), self._drawn(c.taker)
                key = (source, target, c.received.asset, c.paid.asset)
                before = joined.get(key)
                cited = tuple(sorted({r.observation for r in event.rows}))
                joined[key] = Edge(
                    source=source,
                    target=target,
                    asset=c.received.asset,
                    units=c.received.units + (before.units if before else 0),
                    events=1 + (before.events if before else 0),
                    first=min(event.lo, before.first) if before else event.lo,
                    last=max(event.lo, before.last) if before else event.lo,
                    kind=EdgeKind.CONVERSION,
                    given=c.paid.units + (before.given if before else 0),
                    given_asset=c.paid.asset,
                    citations=tuple(sorted({*cited, *(before.citations if before else ())})),
                )
        return list(joined.values())

    def stated(self, told: Iterable[Stated]) -> list[Edge]:
        """Return who, as a person states, paid for whom: from the customer to the paying instrument."""
        return [
            Edge(
                source=self._drawn(one.customer),
                target=self._drawn(one.payer),
                asset="",
                units=0,
                events=0,
                kind=EdgeKind.ASSERTED,
                note=f"{one.said.author}: {one.said.reason}",
                citations=tuple(sorted({one.said.subject, one.said.object.partition("#")[0]})),
            )
            for one in told
            if {self._drawn(one.payer), self._drawn(one.customer)} & self.names
        ]

    def nodes(self, names: Sequence[str]) -> tuple[Node, ...]:
        """Describe every drawn node, as far as the clearance allows."""
        described = self.view.instruments(self.scope, [n for n in names if n not in self.groups])
        drawn = self._touched()
        opened = {self.snapshot.nodes[n] for n in self.found.opened}
        nodes = []
        for name in names:
            if name in self.groups:
                members = tuple(self.snapshot.nodes[n] for n in self.groups[name].members)
                inside = self.view.instruments(self.scope, members).values()
                kinds = sorted({i.kind for i in inside})
                kind = kinds[0] if len(kinds) == 1 else "mixed"
                nodes.append(
                    Node(
                        id=name,
                        kind=kind,
                        label=WORDS.get(kind, "instrument"),
                        members=members,
                        events=drawn[name],
                        protected=any(i.protected for i in inside),
                    )
                )
                continue
            what = described.get(name)
            number = number_of(self.snapshot, name)
            events = self.found.events.get(-1 if number is None else number, 0)
            nodes.append(
                Node(
                    id=name,
                    kind="unknown" if what is None else what.kind,
                    label="" if what is None else what.label,
                    institution="" if what is None else what.institution,
                    holder="" if what is None else what.holder,
                    masked=what is not None and what.masked,
                    protected=what is not None and what.protected,
                    opened=name in opened,
                    events=events,
                    unseen=max(0, events - drawn[name]),
                )
            )
        return tuple(nodes)

    def left_out(self, payments: Sequence[Payment]) -> tuple[LeftOut, ...]:
        """Say what is not drawn, with its exact sums."""
        found = [
            LeftOut(
                node=self.snapshot.nodes[o.node] if o.node >= 0 else "",
                reason=o.reason,
                instruments=o.instruments,
                events=len(o.positions),
                sums=sums_at(self.snapshot, o.positions),
            )
            for o in self.found.omitted
        ]
        rest: Positions = self.found.positions[len(payments) :]
        if len(rest):
            sums = sums_at(self.snapshot, rest)
            found.append(LeftOut(node="", reason="rows", instruments=0, events=len(rest), sums=sums))
        return tuple(found)

    def _touched(self) -> Counter[str]:
        """Return how many drawn transfers touch each node; one to itself counts once."""
        s, at = self.snapshot, self.found.positions
        counted: Counter[str] = Counter()
        for src, dst in zip(s.src[at].tolist(), s.dst[at].tolist(), strict=True):
            counted.update({self.name_of[src], self.name_of[dst]})
        return counted

    def _drawn(self, instrument: str) -> str:
        number = number_of(self.snapshot, instrument)
        return instrument if number is None else self.name_of.get(number, instrument)


def sums_of(network: Network) -> Mapping[str, int]:
    """Return the exact sum of everything drawn, by asset."""
    sums: dict[str, int] = {}
    for edge in network.edges:
        if edge.kind is EdgeKind.PAID:
            sums[edge.asset] = sums.get(edge.asset, 0) + edge.units
    return {key: sums[key] for key in sorted(sums)}
