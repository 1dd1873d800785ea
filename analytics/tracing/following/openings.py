"""What a ledger held before its first record: known, derived or assumed, and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.movements import BANK, OWN, Opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.tracing.following.events import Row
    from analytics.tracing.movements import Movement


def opening(
    ledger: str,
    instrument: str,
    asset: str,
    rows: Sequence[Row],
    movements: Sequence[Movement],
    *,
    complete: bool,
) -> Opening:
    """Work out a ledger's opening balance.

    A printed running balance gives it: the first statement row's balance less that row's own
    movement (``derived``). A history that is complete from its beginning opens at zero
    (``known``). Otherwise the smallest opening is assumed under which no debit exceeds what was
    there (``assumed``): outside money, no claimant's.
    """
    own = sorted(
        (r for r in rows if r.statement == instrument and r.asset == asset), key=lambda r: (r.lo, r.seq)
    )
    first = next((r for r in own if r.balance is not None), None)
    if first is not None and first is own[0]:
        signed = (first.units if first.credit == instrument else 0) - (
            first.units if first.debit == instrument else 0
        )
        return _opening(ledger, int(first.balance or 0) - signed, "derived")
    if complete:
        return Opening(ledger, OWN, 0, "known")
    balance = least = 0
    for m in movements:
        balance += int(m.received) if m.credit == ledger else 0
        balance -= int(m.amount) if m.debit == ledger else 0
        least = min(least, balance)
    return Opening(ledger, OWN, -least, "assumed")


def _opening(ledger: str, amount: int, basis: str) -> Opening:
    owner = OWN if amount >= 0 else BANK
    return Opening(ledger, owner, amount, "derived" if basis == "derived" else "known")
