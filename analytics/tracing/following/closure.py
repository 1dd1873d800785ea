"""Which instruments a trace must look into: everything that traced money can reach.

A breadth-first walk from the credits that carry the claims. An instrument becomes a *ledger* when
the evidence shows what left it, or holds its statement; otherwise it is an *end*. Budgets stop the
walk at hubs, and each stop is named.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from analytics.tracing.following.conversions import conversions
from analytics.tracing.following.ends import SPENT
from analytics.tracing.following.events import merge, regroup, rows_of
from graph.model.results import AssertionKind
from graph.store import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.tracing.following.events import Event, Row
    from graph.model.parties import Instrument
    from graph.model.results import Assertion
    from graph.model.scope import Scope
    from graph.store import View


class Place(NamedTuple):
    """An instrument in one asset: what may be a ledger."""

    instrument: str
    asset: str

    @property
    def key(self) -> str:
        """Ledger key of the engine."""
        return f"{self.instrument}|{self.asset}"


@dataclass(frozen=True, slots=True)
class Budget:
    """How far a walk may go; part of the policy, because it can change a result."""

    ledgers: int = 200
    rows: int = 20_000


@dataclass(slots=True)
class Reach:
    """What the walk found; filled by ``Walk`` and read afterwards."""

    ledgers: dict[Place, int] = field(default_factory=dict)
    cut: dict[Place, str] = field(default_factory=dict)
    rows: dict[tuple[str, str, str, str, int], Row] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)


class Walk:
    """One walk over one store, with some assertions accepted."""

    def __init__(
        self,
        view: View,
        scope: Scope,
        assertions: Sequence[Assertion],
        institutions: Iterable[str],
        budget: Budget,
    ) -> None:
        self._view = view
        self._scope = scope
        self._budget = budget
        self._institutions = frozenset(institutions)
        same = [a for a in assertions if a.kind is AssertionKind.SAME_EVENT]
        self.unresolved: list[str] = []
        self._acting: dict[str, str] = {}
        for stated in assertions:
            if stated.kind is AssertionKind.PAID_FOR:
                instrument = self._instrument_at(stated.object)
                if instrument is None:
                    self.unresolved.append(stated.id)
                else:
                    self._acting[stated.subject] = instrument
        self._acted_for: dict[str, list[str]] = defaultdict(list)
        for observation, instrument in self._acting.items():
            self._acted_for[instrument].append(observation)
        # What was asserted joins events in the store as well; here only accepted assertions do.
        said = {frozenset((a.subject, a.object)) for a in view.assertions(scope)}
        stored = [
            (link.a, link.b)
            for link in view.links(scope)
            if link.kind == "same_event" and frozenset((link.a, link.b)) not in said
        ]
        self._joins = sorted({*stored, *((a.subject, a.object) for a in same)})
        self._members: dict[str, set[str]] = defaultdict(set)
        for a, b in self._joins:
            self._members[a].add(b)
            self._members[b].add(a)
        self._loaded: dict[str, bool] = {}
        self._merged: list[Event] | None = None
        self.reach = Reach()

    def _instrument_at(self, named: str) -> str | None:
        """Return the instrument that stands on that side of that observation, if any still does."""
        observation, _, place = named.partition("#")
        rows = self._view.rows(self._scope, [observation]).to_pylist()
        found = {
            str(row[side])
            for row in rows
            for side in ("debit", "credit")
            if row[side] is not None and place == f"{side}:{row['asset']}"
        }
        return min(found) if len(found) == 1 else None

    def observation(self, observation: str) -> list[Event]:
        """Load one observation with its event and return that event."""
        self._fetch([observation])
        return [e for e in self.events() if any(r.observation == observation for r in e.rows)]

    def walk(self, starts: Sequence[tuple[Place, int]]) -> Reach:
        """Follow money from each place onwards from the instant at which it arrived there."""
        queue: deque[tuple[Place, int]] = deque()
        for place, lo in starts:
            if not self._load(place.instrument):
                self._too_many_rows(place)
            elif not self._vague(place) or self._stated(place):
                self.reach.ledgers[place] = min(lo, self.reach.ledgers.get(place, lo))
                queue.append((place, lo))
        while queue:
            place, arrived = queue.popleft()
            self._load(place.instrument)
            for target, lo in self._leaving(place, arrived):
                known = self.reach.ledgers.get(target)
                if target in self.reach.cut or (known is not None and known <= lo):
                    continue
                if known is None and not self._opens(target, lo):
                    continue
                self.reach.ledgers[target] = lo
                queue.append((target, lo))
        return self.reach

    def events(self) -> list[Event]:
        """Every event loaded so far, merged under the accepted assertions."""
        if self._merged is None:
            rows = list(self.reach.rows.values())
            kinds = {i: found.kind for i, found in self.reach.instruments.items()}
            self._merged = [self._paid_for(e) for e in merge(rows, regroup(rows, self._joins), kinds)]
        return self._merged

    def _paid_for(self, event: Event) -> Event:
        """Put whom it acted for in the payer's place, whatever the payer's own record says."""
        acted = next((self._acting[r.observation] for r in event.rows if r.observation in self._acting), None)
        if acted is None:
            return event
        postings = (replace(p, debit=acted) if p.kind == "principal" else p for p in event.postings)
        return replace(event, postings=tuple(postings))

    def _leaving(self, place: Place, arrived: int) -> list[tuple[Place, int]]:
        found: list[tuple[Place, int]] = []
        for event in self.events():
            if event.hi <= arrived:
                continue
            exchanged = conversions(event)
            found.extend(
                (Place(c.taker, c.received.asset), event.lo)
                for c in exchanged
                if (c.payer, c.paid.asset) == place
            )
            found.extend(
                (Place(p.credit, p.asset), event.lo)
                for p in (() if exchanged else event.postings)
                if (p.debit, p.asset) == place and p.credit is not None and p.kind == "principal"
            )
        return found

    def _opens(self, target: Place, arrived: int) -> bool:
        """Say whether the evidence lets the trace go on there; remember why not where it was cut."""
        if target.instrument in self._institutions:
            return False
        if not self._load(target.instrument):
            self._too_many_rows(target)
            return False
        if self._stated(target):
            return self._within(target)
        if self._vague(target) or not self._leaving(target, arrived):
            return False
        return self._within(target)

    def _vague(self, place: Place) -> bool:
        """Say whether money is gone from sight there unless the place has a statement of its own."""
        what = self.reach.instruments.get(place.instrument)
        return what is None or what.kind in SPENT

    def _stated(self, place: Place) -> bool:
        return any(r.statement == place.instrument for r in self.reach.rows.values())

    def _too_many_rows(self, place: Place) -> None:
        self.reach.cut[place] = f"more than {self._budget.rows} rows; not followed"

    def _within(self, target: Place) -> bool:
        if len(self.reach.ledgers) < self._budget.ledgers:
            return True
        self.reach.cut[target] = f"budget of {self._budget.ledgers} ledgers reached; not followed"
        return False

    def _load(self, instrument: str) -> bool:
        """Load every row of an instrument; False where it has more than the budget allows."""
        if instrument not in self._loaded:
            answer = self._view.select(
                self._scope, Selection(instruments=(instrument,), limit=self._budget.rows)
            )
            self._loaded[instrument] = not answer.truncated
            acted = self._acted_for.get(instrument, [])
            self._fetch([*answer.table.column("observation").to_pylist(), *acted])
        return self._loaded[instrument]

    def _fetch(self, observations: Iterable[str]) -> None:
        wanted: set[str] = set()
        todo = list(observations)
        while todo:
            current = todo.pop()
            if current not in wanted:
                wanted.add(current)
                todo.extend(self._members.get(current, ()))
        have = {key[0] for key in self.reach.rows}
        fresh = sorted(wanted - have)
        if not fresh:
            return
        self._merged = None
        parts: dict[tuple[str, str, str, int], int] = defaultdict(int)
        for row in rows_of(self._view.rows(self._scope, fresh)):
            same = (row.observation, row.kind, row.asset, row.units)
            acted = self._acting.get(row.observation)
            kept = replace(row, debit=acted) if acted and row.kind == "principal" else row
            self.reach.rows[(*same[:3], str(row.units), parts[same])] = kept
            parts[same] += 1
        ends = {e for r in self.reach.rows.values() for e in (r.debit, r.credit) if e}
        unknown = sorted(ends - set(self.reach.instruments))
        if unknown:
            self.reach.instruments.update(self._view.instruments(self._scope, unknown))
