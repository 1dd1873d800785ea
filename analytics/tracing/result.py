"""What a trace gives back: legs from which every sum is computed, hops, stops and what was rounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analytics.tracing.movements import UNTRACED, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.tracing.policy import Policy

OUTCOMES = ("holdings", "spent", "fees", "swallowed", "lost")
"""The five places in which a claim can be at the end."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One owner's part of one movement at the place where its trace ends.

    Parameters
    ----------
    movement : str
        Movement that brought it; empty for what a ledger holds at the end.
    place : str
        Ledger or end; empty for the outside.
    owner : str
        Claimant, ``_own`` or ``_bank``.
    asset : str
        Asset of ``amount``.
    amount : int or Fraction
        In units of the asset. A reversal out of an external end gives a negative leg there.
    principal : int or Fraction
        The part of the claim carried, in claim units; 0 for untraced owners.
    origin : str
        Movement (or ``opening:LEDGER``) that carried the claim.
    reason : str
        Why the trace ends here.
    """

    movement: str
    place: str
    owner: str
    asset: str
    amount: Number
    principal: Number
    origin: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one owner has of a sum."""

    amount: Number
    principal: Number


@dataclass(frozen=True, slots=True)
class Drawn:
    """A lot that a movement consumed: whose, by which movement its claim began, how much of it."""

    owner: str
    origin: str
    amount: Number


@dataclass(frozen=True, slots=True)
class Hop:
    """One movement with the ownership it carried; ``composition`` is in the debit side's asset.

    Where claims moved, ``before`` and ``after`` say what each owner had in the paying ledger just before
    and just after the debit (in the receiving ledger, for a payment from outside), a debt to the bank
    as the bank's negative part; ``drawn`` are the lots consumed, in the order of the rule.
    """

    movement: str
    debit: str | None
    credit: str | None
    asset: str
    amount: Number
    composition: Mapping[str, Part]
    received_asset: str
    received_amount: Number
    received: Mapping[str, Part]
    before: Mapping[str, Number] = field(default_factory=dict)
    after: Mapping[str, Number] = field(default_factory=dict)
    drawn: tuple[Drawn, ...] = ()

    @property
    def traced(self) -> dict[str, Part]:
        """Return the claimants' parts of what was received, in the credit side's asset."""
        return {owner: part for owner, part in self.received.items() if owner not in UNTRACED}


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and why tracing stopped, with the claimants' principal that stopped there.

    ``kind`` is an outcome (``held``, ``spent``, ``fees``, ``lost``, ``swallowed``) or a notice:
    ``competing_claim``, ``untraced_return``, ``reversal_not_matched``, ``match_not_found``.
    """

    kind: str
    place: str
    reason: str
    movements: tuple[str, ...]
    principal: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Gap:
    """Outside money that a ledger with an incomplete history must have had."""

    movement: str
    ledger: str
    asset: str
    amount: Number


@dataclass(frozen=True, slots=True)
class Rounding:
    """What rounding did.

    Parameters
    ----------
    legs : tuple of Leg
        Principal of shares too small for one sub-unit (owner as it was), held by ``_rounding``.
    bounds : mapping
        Per asset and in its units: the most that rounding can have moved between owners.
    proven : bool
        True where ``bounds`` holds for every figure of this trace; False where it is a first-order
        figure (own-first and tainted-first after a conversion or a mixed repayment, see ADR-0005).
    """

    legs: tuple[Leg, ...]
    bounds: Mapping[str, Number]
    proven: bool


@dataclass(frozen=True, slots=True)
class TraceResult:
    """The whole of one trace under one policy.

    ``claims`` is each claimant's claim in claim units. ``checkpoints`` holds, for each watched
    movement, the composition of every ledger right after it. ``overdrafts`` is what each ledger owes.
    """

    policy: Policy
    rule: str
    rule_version: str
    claim_asset: str
    claims: Mapping[str, Number]
    holdings: tuple[Leg, ...]
    spent: tuple[Leg, ...]
    fees: tuple[Leg, ...]
    swallowed: tuple[Leg, ...]
    lost: tuple[Leg, ...]
    hops: tuple[Hop, ...]
    stops: tuple[Stop, ...]
    gaps: tuple[Gap, ...]
    overdrafts: Mapping[str, Number]
    rounding: Rounding
    checkpoints: Mapping[str, Mapping[str, Mapping[str, Part]]]

    def outcome(self, name: str) -> tuple[Leg, ...]:
        """Return the legs of one of ``OUTCOMES``."""
        legs: tuple[Leg, ...] = getattr(self, name)
        return legs

    def at(self, place: str) -> dict[str, Part]:
        """Return what each owner holds in a ledger or a held end, in that place's asset."""
        return by_owner(leg for leg in self.holdings if leg.place == place)

    def hop(self, movement: str) -> Hop:
        """Return the hop of one movement."""
        return next(hop for hop in self.hops if hop.movement == movement)


def by_owner(legs: Iterable[Leg]) -> dict[str, Part]:
    """Sum legs of one asset by owner, sorted by owner; owners with nothing are left out."""
    sums: dict[str, tuple[Number, Number]] = {}
    for leg in legs:
        amount, principal = sums.get(leg.owner, (0, 0))
        sums[leg.owner] = (amount + leg.amount, principal + leg.principal)
    return {owner: Part(*sums[owner]) for owner in sorted(sums) if any(sums[owner])}


def principal_by_owner(legs: Iterable[Leg]) -> dict[str, Number]:
    """Sum the claimants' principal, in claim units, over any places and assets."""
    sums: dict[str, Number] = {}
    for leg in legs:
        if leg.owner not in UNTRACED:
            sums[leg.owner] = sums.get(leg.owner, 0) + leg.principal
    return {owner: sums[owner] for owner in sorted(sums)}
