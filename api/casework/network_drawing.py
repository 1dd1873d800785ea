"""A bounded neighbourhood with its names: what is drawn of it as nodes, edges and payments."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.tracing.following.conversions import conversions
from analytics.tracing.following.events import merge, regroup, rows_of
from api.casework.network_charges import with_charges
from api.casework.places import WORDS
from graph.counting import inside, kept, number_of, sums_at, touching, units_at
from graph.model.network import Edge, EdgeKind, LeftOut, Node, Payment
from graph.model.provenance import LinkKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from api.casework.network_stated import Stated
    from graph.counting import Filter, Positions
    from graph.model.parties import Instrument
    from graph.model.scope import Scope
    from graph.store import Snapshot, View
    from graph.walk import Group, Reach

ROWS = 2_000
"""Payments listed one by one; sums are over all of them."""


class Drawing:
    """A reach with its names: what each dense number is called in the picture.

    Parameters
    ----------
    wanted : Filter
        As the reach was made with.
    charges : bool
        Whether charges are told with their payments. Only where every payment is listed; else each
        charge stays a payment.

    Attributes
    ----------
    positions : ndarray of int64
        Transfers drawn, of charges only those that stand alone.
    payments : tuple of Payment
        The first ``ROWS`` of them.
    """

    def __init__(
        self, view: View, scope: Scope, snapshot: Snapshot, found: Reach, wanted: Filter, *, charges: bool
    ) -> None:
        self.view, self.scope, self.snapshot, self.found, self.wanted = view, scope, snapshot, found, wanted
        self.groups: dict[str, Group] = {}
        self.name_of: dict[int, str] = {n: snapshot.nodes[n] for n in found.single}
        for group in found.groups:
            name = f"group:{snapshot.nodes[group.hub]}:{group.side}"
            self.groups[name] = group
            self.name_of |= dict.fromkeys(group.members, name)
        self.positions = found.positions
        self.charged: Positions = found.positions[:0]
        self.payments = self.listed(self.positions)
        if charges and self.complete:
            self._fold()
        self.names = {*self.name_of.values()}

    @property
    def complete(self) -> bool:
        """Whether every transfer drawn is listed."""
        return len(self.positions) <= ROWS

    def _fold(self) -> None:
        self.payments, folded = with_charges(self.payments)
        mask = np.zeros(len(self.positions), bool)
        mask[sorted(folded)] = True
        self.charged, self.positions = self.positions[mask], self.positions[~mask]
        s, opened = self.snapshot, {*self.found.opened}
        left = {*s.src[self.positions].tolist(), *s.dst[self.positions].tolist()}
        charged = {*s.dst[self.charged].tolist()}
        gone = charged - left - opened
        self.name_of = {n: name for n, name in self.name_of.items() if n not in gone}

    def listed(self, at: Positions) -> tuple[Payment, ...]:
        """Return the first ``ROWS`` transfers of those, with their places."""
        at = at[:ROWS]
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
                statement=row["statement"] or "",
                seq=row["seq"] or 0,
            )
            for row, (src, dst, units) in zip(table.to_pylist(), ends, strict=True)
        )

    def edges(self, at: Positions) -> list[Edge]:
        """Return one edge for each pair of drawn ends and asset, over every one of the transfers."""
        s = self.snapshot
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

    def conversions(self, payments: Sequence[Payment], asset: str) -> tuple[Edge, ...]:
        """Return exchanges of one asset for another that an opened instrument took part in, each its own."""
        links = [(link.a, link.b) for link in self.view.links(self.scope) if link.kind is LinkKind.SAME_EVENT]
        wanted = {p.observation for p in payments}
        wanted |= {n for pair in links if wanted & {*pair} for n in pair}
        rows = rows_of(self.view.rows(self.scope, sorted(wanted)))
        joins = [pair for pair in links if {*pair} <= wanted]
        ends = sorted({e for r in rows for e in (r.debit, r.credit) if e})
        kinds = {i: what.kind for i, what in self.view.instruments(self.scope, ends).items()}
        opened = {self.snapshot.nodes[n] for n in self.found.opened}
        return tuple(
            Edge(
                source=self.drawn(c.payer),
                target=self.drawn(c.taker),
                asset=c.received.asset,
                units=c.received.units,
                events=1,
                first=event.lo,
                last=event.lo,
                kind=EdgeKind.CONVERSION,
                given=c.paid.units,
                given_asset=c.paid.asset,
                citations=tuple(sorted({r.observation for r in event.rows})),
            )
            for event in merge(rows, regroup(rows, joins), kinds)
            for c in conversions(event)
            if opened & {c.payer, c.taker} and (not asset or asset in {c.paid.asset, c.received.asset})
        )

    def stated(self, told: Iterable[Stated]) -> list[Edge]:
        """Return who, as a person states, paid for whom: from the customer to the paying instrument."""
        return [
            Edge(
                source=self.drawn(one.customer),
                target=self.drawn(one.payer),
                asset="",
                units=0,
                events=0,
                kind=EdgeKind.ASSERTED,
                note=f"{one.said.author}: {one.said.reason}",
                citations=tuple(sorted({one.said.subject, one.said.object.partition("#")[0]})),
            )
            for one in told
            if {self.drawn(one.payer), self.drawn(one.customer)} & self.names
        ]

    def nodes(
        self, names: Sequence[str], window: tuple[int, int] | None, active: Collection[str] | None = None
    ) -> tuple[Node, ...]:
        """Describe nodes as far as the clearance allows, counting what a window holds of them.

        Parameters
        ----------
        active : collection of str, optional
            Instruments that count as members of their groups; all of them when not given.
        """
        members = {name: self._members(name, active) for name in names if name in self.groups}
        ids = [n for n in names if n not in self.groups] + [
            m for inside_ in members.values() for m in inside_
        ]
        described = self.view.instruments(self.scope, ids)
        drawn, opened = self._touched(window), {self.snapshot.nodes[n] for n in self.found.opened}
        events = self.events(window)
        return tuple(
            self._group(name, members[name], described, drawn)
            if name in members
            else self._single(name, described.get(name), drawn, events, opened)
            for name in names
        )

    def _members(self, name: str, active: Collection[str] | None) -> tuple[str, ...]:
        ids = [self.snapshot.nodes[n] for n in self.groups[name].members if n in self.name_of]
        return tuple(i for i in ids if active is None or i in active)

    @staticmethod
    def _group(
        name: str, members: tuple[str, ...], described: Mapping[str, Instrument], drawn: Mapping[str, int]
    ) -> Node:
        known = [described[m] for m in members if m in described]
        kinds = sorted({i.kind for i in known})
        kind = kinds[0] if len(kinds) == 1 else "mixed"
        return Node(
            id=name,
            kind=kind,
            label=WORDS.get(kind, "instrument"),
            members=members,
            events=drawn.get(name, 0),
            protected=any(i.protected for i in known),
        )

    def _single(
        self,
        name: str,
        what: Instrument | None,
        drawn: Mapping[str, int],
        counted: Mapping[int, int],
        opened: Collection[str],
    ) -> Node:
        number = number_of(self.snapshot, name)
        events = counted.get(-1 if number is None else number, 0)
        return Node(
            id=name,
            kind="unknown" if what is None else what.kind,
            label="" if what is None else what.label,
            institution="" if what is None else what.institution,
            holder="" if what is None else what.holder,
            masked=what is not None and what.masked,
            protected=what is not None and what.protected,
            opened=name in opened,
            events=events,
            unseen=max(0, events - drawn.get(name, 0)),
        )

    def events(self, window: tuple[int, int] | None) -> dict[int, int]:
        """Return how many transfers of the filter touch each single node in a window, charges apart."""
        keep = kept(self.snapshot, replace(self.wanted, window=window or self.wanted.window))
        keep[self.charged] = False
        return touching(self.snapshot, keep, self.found.single)

    def left_out(self, window: tuple[int, int] | None, rest: Positions) -> tuple[LeftOut, ...]:
        """Say what is not drawn, and what is drawn and not listed, with exact sums."""
        found = []
        for o in self.found.omitted:
            at = inside(self.snapshot, o.positions, window)
            node = self.snapshot.nodes[o.node] if o.node >= 0 else ""
            sums = sums_at(self.snapshot, at)
            found.append(
                LeftOut(node=node, reason=o.reason, instruments=o.instruments, events=len(at), sums=sums)
            )
        if len(rest):
            sums = sums_at(self.snapshot, rest)
            found.append(LeftOut(node="", reason="rows", instruments=0, events=len(rest), sums=sums))
        return tuple(found)

    def drawn(self, instrument: str) -> str:
        """Return what an instrument is drawn as; its own id where it is not drawn."""
        number = number_of(self.snapshot, instrument)
        return instrument if number is None else self.name_of.get(number, instrument)

    def _touched(self, window: tuple[int, int] | None) -> Counter[str]:
        """Return how many drawn transfers touch each node; one to itself counts once."""
        s = self.snapshot
        at = inside(s, self.positions, window)
        counted: Counter[str] = Counter()
        for src, dst in zip(s.src[at].tolist(), s.dst[at].tolist(), strict=True):
            counted.update({self.name_of[src], self.name_of[dst]})
        return counted


def together(edges: Iterable[Edge]) -> list[Edge]:
    """Return conversions between two ends in one pair of assets as one edge each."""
    joined: dict[tuple[str, str, str, str], Edge] = {}
    for one in edges:
        key = (one.source, one.target, one.asset, one.given_asset)
        before = joined.get(key)
        joined[key] = (
            one
            if before is None
            else replace(
                before,
                units=before.units + one.units,
                events=before.events + one.events,
                first=min(before.first, one.first),
                last=max(before.last, one.last),
                given=before.given + one.given,
                citations=tuple(sorted({*before.citations, *one.citations})),
            )
        )
    return list(joined.values())
