"""A charge told with the payment that it was taken for, not as a payment to somebody of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graph.model.intervals import SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graph.model.network import Payment

CHARGES = frozenset({"fee", "tax", "commission"})
"""Kinds of leg that a provider takes for a payment."""


def with_charges(payments: Sequence[Payment]) -> tuple[tuple[Payment, ...], frozenset[int]]:
    """Return payments with the charges taken for them, and the places of the charges among those given.

    A charge belongs to a payment of the same payer in the same second and asset: to the only one, else
    to the nearest before it in the same statement. References that are both printed must agree. A
    charge of a day without a clock time belongs to none and stays a payment.
    """
    near: dict[tuple[str, str, int, int], list[int]] = {}
    for place, p in enumerate(payments):
        if p.kind not in CHARGES and p.hi - p.lo <= SECOND:
            near.setdefault((p.debit, p.asset, p.lo, p.hi), []).append(place)
    told = list(payments)
    folded = set()
    for place, charge in enumerate(payments):
        if charge.kind not in CHARGES:
            continue
        found = _paid(charge, payments, near.get((charge.debit, charge.asset, charge.lo, charge.hi), []))
        if found is not None:
            mine = told[found]
            first = mine.fee_observation or charge.observation
            told[found] = replace(mine, fee=mine.fee + charge.units, fee_observation=first)
            folded.add(place)
    return tuple(p for n, p in enumerate(told) if n not in folded), frozenset(folded)


def _paid(charge: Payment, payments: Sequence[Payment], near: Sequence[int]) -> int | None:
    """Return the place of the payment that a charge was taken for."""
    fit = [n for n in near if not (payments[n].ref and charge.ref and payments[n].ref != charge.ref)]
    if len(fit) > 1:
        mine = [n for n in fit if _before(payments[n], charge)]
        fit = sorted(mine, key=lambda n: -payments[n].seq)[:1]
    return fit[0] if fit else None


def _before(payment: Payment, charge: Payment) -> bool:
    same = payment.origin == charge.origin and payment.statement == charge.statement
    return same and payment.seq < charge.seq
