"""What a ledger held before its first record: known, derived or assumed, and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.tracing.movements import BANK, OWN, Opening

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.tracing.following.closure import Place
    from analytics.tracing.following.events import Row
    from analytics.tracing.movements import Movement

BASES: dict[str, str] = {
    "known": "its history begins with nothing",
    "derived": "what it held before is taken from the first printed balance",
    "assumed": "what it held before is not known: the least that its payments need is assumed",
}
"""Each basis in words."""


def opening(
    place: Place,
    rows: Sequence[Row],
    movements: Sequence[Movement],
    cites: Mapping[str, Sequence[Row]],
    *,
    complete: bool,
) -> Opening:
    """Work out a ledger's opening balance.

    A printed running balance gives it (``derived``): the first statement row's balance less that
    row's own movement, and less whatever other sources moved before the statement begins. A history
    that is complete from its beginning opens at zero (``known``). Otherwise the smallest opening is
    assumed under which no debit exceeds what was there (``assumed``): outside money, no claimant's.

    Parameters
    ----------
    place : Place
    rows : sequence of Row
        Every row that names the instrument.
    movements : sequence of Movement
        Those of the ledger, in the resolved order.
    cites : mapping
        Movement id to the rows it rests on.
    complete : bool
        Whether a source states that the history is whole.
    """
    own = sorted(
        (r for r in rows if r.statement == place.instrument and r.asset == place.asset),
        key=lambda r: (r.lo, r.seq),
    )
    if own and own[0].balance is not None:
        return _derived(place, own[0], own[0].balance, movements, cites)
    if complete:
        return Opening(place.key, OWN, 0, "known")
    return Opening(place.key, OWN, _needed(place, movements), "assumed")


def _derived(
    place: Place, first: Row, balance: int, movements: Sequence[Movement], cites: Mapping[str, Sequence[Row]]
) -> Opening:
    before = balance - (first.units if first.credit == place.instrument else 0)
    before += first.units if first.debit == place.instrument else 0
    earlier: list[Movement] = []
    for m in movements:
        if any(r.observation == first.observation for r in cites[m.id]):
            break
        earlier.append(m)
    if not earlier:
        return Opening(place.key, OWN if before >= 0 else BANK, before, "derived")
    at_first = before - sum(_signed(place, m) for m in earlier)
    least = _needed(place, earlier)
    if at_first < least:
        # The statement begins with less than earlier payments left there: the rest went unseen.
        return Opening(place.key, OWN, least, "assumed")
    return Opening(place.key, OWN, at_first, "derived")


def _needed(place: Place, movements: Sequence[Movement]) -> int:
    balance = least = 0
    for m in movements:
        balance += _signed(place, m)
        least = min(least, balance)
    return -least


def _signed(place: Place, m: Movement) -> int:
    return (int(m.received) if m.credit == place.key else 0) - (int(m.amount) if m.debit == place.key else 0)
