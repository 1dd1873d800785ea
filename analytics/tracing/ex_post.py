"""Sharing a final pool without tracing it: pari passu ex post, and cap-then-share.

These are computations that courts also call tracing or "LIBR". They attribute no flow, so they stand
apart from the rules of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.errors import TraceInputError
from analytics.tracing.arithmetic import whole
from analytics.tracing.movements import OWN, UNTRACED, Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.tracing.movements import Movement, TraceInput


@dataclass(frozen=True, slots=True)
class PoolShares:
    """Shares of a pool by owner (``_own`` is what no claimant takes), and the cap of each claimant."""

    pool: Number
    shares: Mapping[str, Number]
    caps: Mapping[str, Number]


def pari_passu_ex_post(trace_input: TraceInput, ledger: str, after: str | None = None) -> PoolShares:
    """Share what is left of a ledger by contributions, whatever their dates.

    Parameters
    ----------
    trace_input : TraceInput
        One pooled ledger; claims on its credits are the contributions.
    ledger : str
        Its key.
    after : str, optional
        Movement after which the pool is taken; the end when left out.

    Returns
    -------
    PoolShares
        Nobody gets more than was contributed; the caps are the contributions.

    References
    ----------
    Charity Commission for England and Wales v Framjee [2014] EWHC 2507 (Ch).
    """
    return _Pool(trace_input, ledger, ratchet=False).replay(after).shared()


def libr_cap_then_share(trace_input: TraceInput, ledger: str, after: str | None = None) -> PoolShares:
    """Cap each claimant by the lowest balance after the contribution, then share the pool by caps.

    Each claimant is taken alone: a deposit raises the cap, and the cap is cut to the balance whenever
    that falls below. Several deposits of one claimant therefore count together.

    References
    ----------
    Law Society of Upper Canada v Toronto-Dominion Bank (1998) 42 OR (3d) 257 (CA) names the method;
    it is not the rolling charge, with which it is often confused.

    Examples
    --------
    >>> from analytics.tracing.movements import Claim, Movement, TraceInput
    >>> moves = (Movement("d1", "a", "F", 10), Movement("w", "F", None, 6), Movement("d2", "b", "F", 10))
    >>> given = TraceInput(("F",), moves, claims=(Claim("d1", "A"), Claim("d2", "B")))
    >>> libr_cap_then_share(given, "F").shares, libr_cap_then_share(given, "F").caps
    ({'A': 4, 'B': 10}, {'A': 4, 'B': 10})
    """
    return _Pool(trace_input, ledger, ratchet=True).replay(after).shared()


def assessed_value(value: Number, paid_in: Number, returned: Number = 0) -> Number:
    """Return the confiscation cap of intermingled property: its value, or the proceeds still in it.

    References
    ----------
    United Nations Convention against Transnational Organized Crime, article 12(4).

    >>> assessed_value(1_000, 700, 200)
    500
    """
    return max(0, min(value, paid_in - returned))


class _Pool:
    """Running balance of one ledger and what each claimant stands at in it."""

    def __init__(self, trace_input: TraceInput, ledger: str, *, ratchet: bool) -> None:
        if ledger not in trace_input.ledgers:
            raise TraceInputError("the pool is no traced ledger", ledger=ledger)
        self._input = trace_input
        self._ledger = ledger
        self._ratchet = ratchet
        self._balance: Number = 0
        self._standing: dict[str, Number] = {}
        for opening in trace_input.openings:
            if opening.ledger == ledger:
                self._add(opening.amount, {opening.owner: opening.amount})

    def replay(self, after: str | None) -> _Pool:
        for movement in self._input.movements:
            if movement.debit == self._ledger:
                self._add(-movement.amount, {})
            if movement.credit == self._ledger:
                self._add(movement.received, self._claimed(movement))
            if movement.id == after:
                return self
        if after is not None:
            raise TraceInputError("no movement has that id", movement=after)
        return self

    def shared(self) -> PoolShares:
        pool = max(self._balance, 0)
        caps = {owner: self._standing[owner] for owner in sorted(self._standing) if self._standing[owner]}
        claimed = sum(caps.values(), Fraction())
        rate = min(Fraction(1), Fraction(pool) / claimed) if claimed else Fraction()
        shares = {owner: whole(cap * rate) for owner, cap in caps.items()}
        shares[OWN] = whole(pool - sum(shares.values(), Fraction()))
        return PoolShares(pool, {owner: shares[owner] for owner in sorted(shares) if shares[owner]}, caps)

    def _add(self, amount: Number, claimed: Mapping[str, Number]) -> None:
        self._balance += amount
        for owner in claimed.keys() - UNTRACED:
            self._standing[owner] = self._standing.get(owner, 0) + claimed[owner]
        if self._ratchet:
            floor = max(self._balance, 0)
            self._standing = {owner: min(cap, floor) for owner, cap in self._standing.items()}

    def _claimed(self, movement: Movement) -> dict[str, Number]:
        left = movement.received
        sums: dict[str, Number] = {}
        for claim in self._input.claims:
            if claim.movement == movement.id:
                amount = left if claim.amount is None else claim.amount
                left -= amount
                sums[claim.claimant] = sums.get(claim.claimant, 0) + amount
        return sums
