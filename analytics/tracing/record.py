"""Writes down what a running trace does, in units of each asset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.tracing.lots import Lot, blend
from analytics.tracing.movements import UNTRACED, Movement, Number, TraceInput
from analytics.tracing.result import Drawn, Gap, Hop, Leg, Part, Stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analytics.tracing.arithmetic import Reckoning
    from analytics.tracing.ledger import Ledger


class Record:
    """Legs by outcome, hops, gaps, checkpoints and stops of one run."""

    def __init__(self, trace_input: TraceInput, reckoning: Reckoning) -> None:
        self._input = trace_input
        self._ledgers = frozenset(trace_input.ledgers)
        self._reckoning = reckoning
        self.legs: dict[str, list[Leg]] = {"held": [], "spent": [], "fees": [], "swallowed": [], "lost": []}
        self.rounded: list[Leg] = []
        self.hops: list[Hop] = []
        self.gaps: list[Gap] = []
        self.checkpoints: dict[str, Mapping[str, Mapping[str, Part]]] = {}
        self._notices: list[tuple[str, str, str, str, Mapping[str, Number]]] = []

    def leg(
        self,
        outcome: str,
        movement: str,
        place: str,
        asset: str,
        lots: Iterable[Lot],
        reason: str,
        sign: int = 1,
    ) -> None:
        """Add one leg per owner and origin; ``sign`` -1 takes back what a reversal undoes."""
        for made in self._legs(movement, place, asset, lots, reason, sign):
            self.legs[outcome].append(made)

    def round_away(self, movement: str, place: str, asset: str, lots: Iterable[Lot]) -> None:
        """Book the principal of shares too small for one sub-unit."""
        reason = "share below one sub-unit of the asset"
        self.rounded += self._legs(movement, place, asset, lots, reason, 1)

    def notice(self, kind: str, place: str, reason: str, movement: str, lots: Iterable[Lot] = ()) -> None:
        """Say that something limits the trace here."""
        sums: dict[str, Number] = {}
        for lot in lots:
            sums[lot.owner] = sums.get(lot.owner, 0) + self._principal(lot)
        self._notices.append((kind, place, reason, movement, sums))

    def gap(self, movement: str, ledger: Ledger, amount: Number) -> None:
        """Note outside money that was not seen coming in."""
        out = self._reckoning.outward(amount, ledger.asset)
        self.gaps.append(Gap(movement, ledger.key, ledger.asset, out))

    def hop(
        self,
        movement: Movement,
        paid: Sequence[Lot],
        received: Sequence[Lot],
        before: Mapping[str, Number],
        after: Mapping[str, Number],
    ) -> None:
        """Note one movement with the ownership it carried, and the ledger around it where claims moved."""
        paid_in, received_in = self._input.paid_in(movement), self._input.received_in(movement)
        moves = any(lot.traced for lot in (*paid, *received))
        side = paid_in if movement.debit in self._ledgers else received_in
        self.hops.append(
            Hop(
                movement.id,
                movement.debit,
                movement.credit,
                paid_in,
                movement.amount,
                self.parts(paid, paid_in),
                received_in,
                movement.received,
                self.parts(received, received_in),
                self._sums(before, side) if moves else {},
                self._sums(after, side) if moves else {},
                self._drawn(paid, paid_in) if moves else (),
            )
        )

    def _sums(self, owned: Mapping[str, Number], asset: str) -> dict[str, Number]:
        return {owner: self._reckoning.outward(owned[owner], asset) for owner in sorted(owned)}

    def _drawn(self, lots: Sequence[Lot], asset: str) -> tuple[Drawn, ...]:
        found: list[Drawn] = []
        for lot in lots:
            amount = self._reckoning.outward(lot.amount, asset)
            if found and (found[-1].owner, found[-1].origin) == (lot.owner, lot.origin):
                found[-1] = replace(found[-1], amount=found[-1].amount + amount)
            else:
                found.append(Drawn(lot.owner, lot.origin, amount))
        return tuple(found)

    def checkpoint(self, movement: str, ledgers: Iterable[Ledger]) -> None:
        """Note the composition of every ledger right after a movement."""
        self.checkpoints[movement] = {one.key: self.parts(one.lots, one.asset) for one in ledgers}

    def parts(self, lots: Iterable[Lot], asset: str) -> dict[str, Part]:
        """Sum lots by owner, in units of the asset and of the claim, sorted by owner."""
        sums: dict[str, tuple[Number, Number]] = {}
        for lot in lots:
            amount, principal = sums.get(lot.owner, (0, 0))
            sums[lot.owner] = (amount + lot.amount, principal + lot.principal)
        outward, claim = self._reckoning.outward, self._input.claim_asset
        return {o: Part(outward(sums[o][0], asset), outward(sums[o][1], claim)) for o in sorted(sums)}

    def holdings(self, ledgers: Iterable[Ledger]) -> tuple[Leg, ...]:
        """Return what is held: in ledgers at the end, and at ends that count as held."""
        made: list[Leg] = []
        for one in ledgers:
            made += self._legs("", one.key, one.asset, one.lots, "held in the ledger at the end", 1)
        return (*made, *self.legs["held"])

    def stops(self) -> tuple[Stop, ...]:
        """Return where and why tracing stopped, ends first, each place once per reason."""
        found: dict[tuple[str, str, str], tuple[list[str], dict[str, Number]]] = {}
        for kind, legs in self.legs.items():
            for leg in legs:
                if leg.owner not in UNTRACED:
                    _add(found, (kind, leg.place, leg.reason), leg.movement, {leg.owner: leg.principal})
        for kind, place, reason, movement, sums in self._notices:
            _add(found, (kind, place, reason), movement, sums)
        return tuple(
            Stop(kind, place, reason, tuple(movements), {o: sums[o] for o in sorted(sums)})
            for (kind, place, reason), (movements, sums) in found.items()
        )

    def _legs(
        self, movement: str, place: str, asset: str, lots: Iterable[Lot], reason: str, sign: int
    ) -> list[Leg]:
        bare = blend(Lot(lot.owner, lot.amount, lot.principal, lot.origin) for lot in lots)
        return [
            Leg(
                movement,
                place,
                lot.owner,
                asset,
                sign * self._reckoning.outward(lot.amount, asset),
                sign * self._principal(lot),
                lot.origin,
                reason,
            )
            for lot in bare
        ]

    def _principal(self, lot: Lot) -> Number:
        return self._reckoning.outward(lot.principal, self._input.claim_asset)


def _add(
    found: dict[tuple[str, str, str], tuple[list[str], dict[str, Number]]],
    key: tuple[str, str, str],
    movement: str,
    sums: Mapping[str, Number],
) -> None:
    movements, held = found.setdefault(key, ([], {}))
    if movement not in movements[-1:]:
        movements.append(movement)
    for owner, value in sums.items():
        held[owner] = held.get(owner, 0) + value
