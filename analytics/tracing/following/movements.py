"""Movements out of ordered events: what the engine posts, with the rows each posting rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analytics.tracing.following.closure import Place
from analytics.tracing.following.conversions import conversions, spread
from analytics.tracing.following.ends import classify
from analytics.tracing.movements import End, Movement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.following.closure import Reach
    from analytics.tracing.following.conversions import Conversion, Rate
    from analytics.tracing.following.events import Event, Posting, Row

ORDER_OF_KINDS = ("principal", "reversal", "fee", "tax", "commission", "interest", "overdraft")


@dataclass(slots=True)
class Posted:
    """What posting the events gave."""

    movements: list[Movement] = field(default_factory=list)
    cites: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    ends: dict[str, End] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    unpriced: list[str] = field(default_factory=list)


def posted(
    ordered: Sequence[Event],
    reach: Reach,
    rates: Sequence[Rate],
    tags: Mapping[str, str],
    doubtful: set[str],
    seeds: frozenset[str],
    reversals: Mapping[str, str] | None = None,
) -> Posted:
    """Post every event that touches a ledger.

    Parameters
    ----------
    ordered : sequence of Event
        In the resolved order.
    reach : Reach
        The ledgers, and what is known of each instrument.
    rates : sequence of Rate
        Dated market rates, to tell a conversion's spread.
    tags : mapping
        Institutions' labels by instrument id.
    doubtful : set of str
        Events whose order no source decides.
    seeds : frozenset of str
        Observations that carry claims: posted even where no ledger is touched.
    reversals : mapping, optional
        Observation of a reversal to the observation it reverses, as accepted assertions state.

    Returns
    -------
    Posted
        ``unpriced`` names the conversions whose spread no dated rate tells.
    """
    return _Poster(reach, rates, tags, doubtful, seeds, reversals or {}).post(ordered)


class _Poster:
    def __init__(
        self,
        reach: Reach,
        rates: Sequence[Rate],
        tags: Mapping[str, str],
        doubtful: set[str],
        seeds: frozenset[str],
        reversals: Mapping[str, str],
    ) -> None:
        self._reach = reach
        self._rates = rates
        self._tags = tags
        self._doubtful = doubtful
        self._seeds = seeds
        self._stated = reversals
        self._book = Posted()
        self._used: dict[str, Rate] = {}
        self._posted: dict[str, list[Movement]] = {}

    def post(self, ordered: Sequence[Event]) -> Posted:
        for place in self._reach.ledgers:
            self._book.assets[place.key] = place.asset
            self._book.places[place.key] = place
        for event in ordered:
            exchanged = conversions(event)
            for c in exchanged:
                self._exchange(event, c)
            skip = {id(c.paid) for c in exchanged}
            for p in sorted(event.postings, key=lambda p: (_kind_rank(p.kind), p.asset, p.units)):
                if id(p) not in skip:
                    self._transfer(event, p)
        self._book.rates = tuple(self._used[k] for k in sorted(self._used))
        return self._book

    def _transfer(self, event: Event, p: Posting) -> None:
        debit, credit = self._key(p.debit, p), self._key(p.credit, p)
        claimed = any(r.observation in self._seeds for r in p.rows)
        if not (claimed or self._is_ledger(debit) or self._is_ledger(credit)):
            return
        if not self._is_ledger(credit):
            credit = self._end(p.credit, p.asset, p.kind, event.id)
        back = self._reversed(p, debit, credit)
        if back is not None:
            # A source that names nobody at one end names nobody twice: it is the end of before.
            debit = debit if self._is_ledger(debit) else back.credit
            credit = credit if self._is_ledger(credit) else back.debit
        self._add(event, p.rows, debit, credit, p.units, p.kind, reverses=back.id if back else None)

    def _exchange(self, event: Event, c: Conversion) -> None:
        debit, credit = Place(c.payer, c.paid.asset), Place(c.taker, c.received.asset)
        if debit not in self._reach.ledgers and credit not in self._reach.ledgers:
            return
        for place in (debit, credit):
            self._book.assets[place.key], self._book.places[place.key] = place.asset, place
        key = credit.key
        if credit not in self._reach.ledgers:
            key = self._end(c.taker, credit.asset, "principal", event.id)
        over, rate = spread(c, self._rates, event.lo) or (0, None)
        if rate is None and debit in self._reach.ledgers:
            self._book.unpriced.append(event.id)
        rows = (*c.paid.rows, *(r for r in c.received.rows if r not in c.paid.rows))
        self._add(event, rows, debit.key, key, c.paid.units - over, "principal", credited=c.received.units)
        if rate is not None:
            self._used[rate.observation] = rate
            if over and debit in self._reach.ledgers:
                end = f"{event.id}|spread"
                self._book.ends[end] = End(
                    end, "lost", f"spread against the rate of {rate.source or 'its source'}"
                )
                self._book.assets[end] = debit.asset
                self._add(event, rows, debit.key, end, over, "spread")

    def _add(
        self,
        event: Event,
        rows: tuple[Row, ...],
        debit: str | None,
        credit: str | None,
        units: int,
        kind: str,
        *,
        credited: int | None = None,
        reverses: str | None = None,
    ) -> None:
        made = self._posted.setdefault(event.id, [])
        name = event.id if not made else f"{event.id}.{len(made)}"
        movement = Movement(
            name,
            debit,
            credit,
            units,
            credited,
            kind,
            reverses,
            None,
            event.lo,
            event.hi,
            event.id not in self._doubtful,
        )
        made.append(movement)
        self._book.movements.append(movement)
        self._book.cites[name] = rows
        self._book.events[name] = event.id

    def _reversed(self, p: Posting, debit: str | None, credit: str | None) -> Movement | None:
        """Find the posted movement that the rail, or a person, says is reversed.

        It has the same amount, the money goes back to its payer or comes from its payee, and nothing
        else reversed it before.
        """
        wanted = {r.reverses for r in p.rows} | {self._stated.get(r.observation) for r in p.rows}
        done = {m.reverses for m in self._book.movements}
        for m in self._book.movements:
            back = (m.debit is not None and m.debit == credit) or (m.credit is not None and m.credit == debit)
            told = any(r.observation in wanted for r in self._book.cites[m.id])
            if told and back and m.amount == p.units and m.kind != "fee" and m.id not in done:
                return m
        return None

    def _key(self, instrument: str | None, p: Posting) -> str | None:
        if instrument is None:
            return None
        place = Place(instrument, p.asset)
        self._book.places[place.key] = place
        self._book.assets[place.key] = place.asset
        return place.key

    def _is_ledger(self, key: str | None) -> bool:
        return key is not None and self._book.places.get(key) in self._reach.ledgers

    def _end(self, instrument: str | None, asset: str, kind: str, event: str) -> str:
        place = Place(instrument or f"nobody named in {event}", asset)
        key = place.key if kind == "principal" else f"{place.key}|{kind}"
        self._book.places[key] = place
        self._book.assets[key] = asset
        self._book.ends[key] = classify(key, self._reach.instruments.get(instrument or ""), kind, self._tags)
        return key


def _kind_rank(kind: str) -> int:
    return ORDER_OF_KINDS.index(kind) if kind in ORDER_OF_KINDS else len(ORDER_OF_KINDS)
