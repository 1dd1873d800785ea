"""Saved answers of a TRON service about two addresses, as our fetchers save them.

With the transfers of the story stand the nuisances that every real history has: transfers of nothing
and of a token that only bears the name, sent from and to addresses that look like those just used.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.demo.cast import FIRST_DAY, LAST_DAY
from api.demo.crime import Sent
from api.demo.exchange_file import EAT
from graph.model.identifiers.base58 import decode_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.demo.cast import Cast
    from api.demo.crime import Roles

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
FETCHED = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
_TOKEN = {"symbol": "USDT", "address": USDT, "decimals": 6, "name": "Tether USD"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A transfer as a history lists it; ``token`` is the contract, empty for the real one."""

    sent: Sent
    token: str = ""


@dataclass(frozen=True, slots=True)
class Histories:
    """What each address's history lists without the crime, and what the first address holds then."""

    wallet: tuple[Entry, ...]
    deposit: tuple[Entry, ...]
    own: int


def background(cast: Cast, who: Roles, day: dt.date) -> Histories:
    """Draw two honest histories: 20 to 80 tokens at the first address, small payments at the deposit."""
    eve = day - dt.timedelta(days=2)
    own = cast.between(20_000_000, 80_000_000, 10_000)
    payer, payee = cast.address(), cast.address()
    spent = cast.between(60_000_000, 140_000_000, 10_000)
    first = _sent(cast, cast.days(FIRST_DAY, eve, 1)[0], (8, 12), payer, who.wallet, own + spent)
    second = Sent(
        first.when + dt.timedelta(hours=7, seconds=41), cast.transaction(), who.wallet, payee, spent
    )
    customers = [
        _sent(cast, on, (8, 20), cast.address(), who.deposit, cast.between(15_000_000, 120_000_000, 10_000))
        for on in (*cast.days(FIRST_DAY, eve, 2), *cast.days(day + dt.timedelta(days=5), LAST_DAY, 2))
    ]
    fake = cast.address()
    wallet = [Entry(first), Entry(second), *_poison(cast, [second], fake)]
    return Histories(tuple(wallet), tuple(Entry(one) for one in customers), own)


def with_crime(
    cast: Cast, who: Roles, plain: Histories, withdrawal: Sent, onward: Sequence[Sent]
) -> Histories:
    """Add the story's transfers, and the spam that follows them, to both histories."""
    deposits = [one for one in onward if one.receiver == who.deposit]
    spam = _poison(cast, deposits, cast.address())
    wallet = (*plain.wallet, Entry(withdrawal), *(Entry(one) for one in onward), *spam)
    dust = [
        Entry(
            Sent(
                one.when + dt.timedelta(minutes=7),
                cast.transaction(),
                _like(cast, who.wallet),
                who.deposit,
                0,
            )
        )
        for one in deposits
    ]
    return Histories(wallet, (*plain.deposit, *(Entry(one) for one in deposits), *dust), plain.own)


def _sent(
    cast: Cast, day: dt.date, hours: tuple[int, int], sender: str, receiver: str, quantity: int
) -> Sent:
    when = cast.moment(day, (hours[0], 0), (hours[1], 0))
    return Sent(when, cast.transaction(), sender, receiver, quantity)


def _like(cast: Cast, address: str) -> str:
    return cast.look_alike(decode_check(address) or b"")


def _poison(cast: Cast, real: Iterable[Sent], fake: str) -> list[Entry]:
    """Follow each transfer by one of nothing and one of a fake token, to a look-alike of its receiver."""
    found = []
    for one in real:
        like = _like(cast, one.receiver)
        soon, later = (one.when + dt.timedelta(minutes=m) for m in (3, 11))
        found.append(Entry(Sent(soon, cast.transaction(), one.sender, like, 0)))
        found.append(Entry(Sent(later, cast.transaction(), one.sender, like, one.quantity), fake))
    return found


def chain_file(address: str, entries: Iterable[Entry]) -> bytes:
    """Return the saved answer about an address, newest first, with what was asked."""
    asked = int(FETCHED.timestamp()) * 1000
    listed = sorted(entries, key=lambda e: (-_milliseconds(e.sent), e.sent.transaction))
    rows = [_entry(one) for one in listed]
    saved = {
        "request": {"address": address, "min_timestamp": 0, "max_timestamp": asked, "only_confirmed": True},
        "answer": {"data": rows, "success": True, "meta": {"at": asked, "page_size": len(rows)}},
    }
    return (json.dumps(saved, indent=1) + "\n").encode()


def _entry(one: Entry) -> dict[str, Any]:
    sent = one.sent
    return {
        "transaction_id": sent.transaction,
        "token_info": _TOKEN | ({"address": one.token} if one.token else {}),
        "block_timestamp": _milliseconds(sent),
        "from": sent.sender,
        "to": sent.receiver,
        "type": "Transfer",
        "value": str(sent.quantity),
    }


def _milliseconds(sent: Sent) -> int:
    """Return the instant in milliseconds; blocks come every three seconds."""
    seconds = int((sent.when - EAT).replace(tzinfo=dt.UTC).timestamp())
    return (seconds - seconds % 3) * 1000
