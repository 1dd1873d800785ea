"""The lot: the unit of ownership that moves through ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analytics.tracing.arithmetic import Reckoning


@dataclass(frozen=True, slots=True)
class Lot:
    """An amount of one owner in one ledger.

    Parameters
    ----------
    owner : str
        Claimant, ``_own`` or ``_bank``.
    amount : int or Fraction
        In the ledger's asset.
    principal : int or Fraction
        The part of the claim that this lot carries, in claim units. A conversion changes
        ``amount`` and leaves ``principal``, so the sums still equal the claim. 0 for untraced money.
    origin : str
        Movement (or ``opening:LEDGER``) that carried the claim; empty for untraced money.
    entered : tuple of str
        Movements through which the lot came here, last one last; kept only for movements to which
        a reversal or an asserted direct match refers.
    """

    owner: str
    amount: Number
    principal: Number = 0
    origin: str = ""
    entered: tuple[str, ...] = ()

    @property
    def traced(self) -> bool:
        """Say whether the lot belongs to a claimant."""
        return self.owner not in UNTRACED

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """Return what two lots must share to be one."""
        return (self.owner, self.origin, self.entered)


def total(lots: Iterable[Lot]) -> Number:
    """Sum the amounts."""
    return sum((lot.amount for lot in lots), 0)


def split(lot: Lot, amount: Number, reckoning: Reckoning) -> tuple[Lot, Lot | None]:
    """Cut ``amount`` off a lot; its principal goes along in proportion, the rest stays.

    Raises nothing: ``0 < amount <= lot.amount`` is the caller's duty and is checked by the engine.
    """
    if amount == lot.amount:
        return lot, None
    principal = reckoning.share(lot.principal, amount, lot.amount)
    return (
        Lot(lot.owner, amount, principal, lot.origin, lot.entered),
        Lot(lot.owner, lot.amount - amount, lot.principal - principal, lot.origin, lot.entered),
    )


def blend(lots: Iterable[Lot]) -> tuple[Lot, ...]:
    """Merge lots of equal key, in order of first appearance."""
    merged: dict[tuple[str, str, tuple[str, ...]], Lot] = {}
    for lot in lots:
        key = lot.key
        seen = merged.get(key)
        merged[key] = lot if seen is None else _sum(seen, lot)
    return tuple(merged.values())


def join(front: Sequence[Lot], back: Sequence[Lot]) -> tuple[Lot, ...]:
    """Concatenate two queues, merging the two lots that meet when they have one key."""
    if front and back and front[-1].key == back[0].key:
        return (*front[:-1], _sum(front[-1], back[0]), *back[1:])
    return (*front, *back)


def _sum(one: Lot, other: Lot) -> Lot:
    amount, principal = one.amount + other.amount, one.principal + other.principal
    return Lot(one.owner, amount, principal, one.origin, one.entered)
