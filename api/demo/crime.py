"""The crime of the practice case: two ransoms, two wallets, an exchange account, a chain.

All of it is drawn here, once, and everything else (files, facts, truth) follows from it. Ratios are
such that under every tracing rule some of the victims' money reaches the last address: little stays
behind at each place, and little of what is there is the holder's own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.demo.wallet import Operation, receive, send, sending_charge, withdraw

if TYPE_CHECKING:
    from api.demo.cast import Cast
    from api.demo.households import Background

BANK_PAYS = "Business Payment from 300600 - EXAMPLE BANK VIA API"


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is who, as statements print them, and the addresses of the chain."""

    family_name: str
    collector: str
    runner: str
    second_family: str
    seller: str
    user: str
    merchant: str
    wallet: str
    hot_wallet: str
    deposit: str
    other: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A payment of the runner for tokens: cents, millionths of a token, price in cents a token."""

    paid_at: dt.datetime
    receipt: str
    units: int
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A token transfer: millionths; ``when`` in East Africa Time."""

    when: dt.datetime
    transaction: str
    sender: str
    receiver: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Crime:
    """Every act, with its figures (cents and millionths)."""

    day: dt.date
    ransom: Operation
    second: Operation
    handed_on: tuple[Operation, ...]
    collected: tuple[Operation, ...]
    received: tuple[Operation, ...]
    paid: tuple[Operation, ...]
    purchases: tuple[Purchase, ...]
    withdrawal: Sent
    onward: tuple[Sent, ...]
    stays_at_exchange: int


def roles(cast: Cast) -> Roles:
    """Draw the people and the addresses."""
    names = [cast.person(), *(cast.party() for _ in range(4))]
    ids = [cast.reference("40", 7), cast.reference("40", 7)]
    return Roles(*names, *ids, *(cast.address() for _ in range(4)))


def crime(
    cast: Cast,
    who: Roles,
    day: dt.date,
    collector: Background,
    runner: Background,
    price: int,
    own_tokens: int,
) -> Crime:
    """Draw the crime into what the two wallets hold without it.

    Parameters
    ----------
    price : int
        Cents a token at which the runner buys.
    own_tokens : int
        Millionths of a token at the first address before the crime.
    """
    morrow = day + dt.timedelta(days=1)
    ransom = Operation(
        cast.moment(day, (16, 40), (17, 30)),
        cast.receipt(day),
        BANK_PAYS,
        100 * cast.between(200_000, 245_000, 500),
    )
    second = receive(
        cast.moment(day, (18, 10), (18, 50)),
        cast.receipt(day),
        who.second_family,
        100 * cast.between(100_000, 150_000, 500),
    )
    spent = _spent(cast, day)
    own = _held(collector, morrow)
    loose = own + ransom.units + second.units + sum(one.units - one.charge for one in spent)
    handed = _handed_on(cast, who.runner, day, loose - 100 * cast.between(12_000, 22_000))
    arrived = tuple(receive(one.when, one.receipt, who.collector, -one.units) for one in handed)
    put_in = next(
        o.units for o in runner.operations if o.details.startswith("Deposit") and o.when.date() == morrow
    )
    purchases = _purchases(cast, morrow, sum(one.units for one in arrived) + put_in, price)
    paid = tuple(send(one.paid_at, one.receipt, who.seller, one.units) for one in purchases)
    bought = sum(one.quantity for one in purchases)
    stays = cast.between(15_000_000, 60_000_000)
    withdrawal = Sent(
        cast.moment(morrow, (12, 0), (12, 40)), cast.transaction(), who.hot_wallet, who.wallet, bought - stays
    )
    onward = _onward(cast, who, morrow, withdrawal.quantity + own_tokens)
    return Crime(
        day,
        ransom,
        second,
        handed,
        (ransom, second, *spent, *handed),
        arrived,
        (*arrived, *paid),
        purchases,
        withdrawal,
        onward,
        stays,
    )


def _held(background: Background, until: dt.date) -> int:
    """Return what a wallet holds at the start of a day without the crime, in cents."""
    before = [one for one in background.operations if one.when.date() < until and not one.failed]
    return background.opening + sum(one.units - one.charge for one in before)


def _spent(cast: Cast, day: dt.date) -> tuple[Operation, ...]:
    """Return what the collector takes for himself: cash, a shop, airtime."""
    morrow = day + dt.timedelta(days=1)
    cash = 100 * cast.between(15_000, 25_000, 500)
    shop = f"Merchant Payment to {cast.till('ELECTRONICS')}"
    return (
        withdraw(cast.moment(day, (20, 0), (20, 20)), cast.receipt(day), cast.till("AGENT"), cash),
        Operation(
            cast.moment(morrow, (10, 0), (10, 20)),
            cast.receipt(morrow),
            shop,
            -100 * cast.between(1_200, 2_900, 10),
        ),
        Operation(cast.moment(morrow, (10, 25), (10, 40)), cast.receipt(morrow), "Airtime Purchase", -25_000),
    )


def _handed_on(cast: Cast, to: str, day: dt.date, loose: int) -> tuple[Operation, ...]:
    """Split what the collector hands on into three payments of whole shillings, charges included."""
    morrow = day + dt.timedelta(days=1)
    first = loose * cast.between(40, 45) // 100 // 100_000 * 100_000
    middle = loose * cast.between(30, 34) // 100 // 100_000 * 100_000
    last = (loose - first - middle - 3 * sending_charge(first)) // 10_000 * 10_000
    times = [
        cast.moment(day, (20, 30), (21, 0)),
        cast.moment(morrow, (8, 0), (8, 20)),
        cast.moment(morrow, (9, 0), (9, 20)),
    ]
    return tuple(
        send(when, cast.receipt(when.date()), to, units)
        for when, units in zip(times, (first, middle, last), strict=True)
    )


def _purchases(cast: Cast, day: dt.date, held: int, price: int) -> tuple[Purchase, ...]:
    """Return the runner's two payments for tokens, out of what is there less the overdraft and a rest."""
    first = 100 * cast.between(180_000, 200_000, 500)
    rest = 100 * cast.between(9_000, 13_000)
    second = (held - first - 2 * sending_charge(first) - rest) // 10_000 * 10_000
    times = cast.moment(day, (9, 40), (10, 0)), cast.moment(day, (10, 20), (10, 45))
    return tuple(
        Purchase(when, cast.receipt(day), units, price, units * 1_000_000 // price)
        for when, units in zip(times, (first, second), strict=True)
    )


def _onward(cast: Cast, who: Roles, day: dt.date, held: int) -> tuple[Sent, ...]:
    """Return what leaves the first address: 75 to 90 per cent in two parts to the deposit, some elsewhere."""
    deposited = held * cast.between(75, 90) // 100 // 10_000 * 10_000
    other = cast.between(100_000_000, min(300_000_000, held - deposited - 40_000_000), 10_000)
    first = deposited * cast.between(45, 60) // 100 // 10_000 * 10_000
    morrow = day + dt.timedelta(days=1)
    return (
        Sent(cast.moment(day, (13, 0), (13, 30)), cast.transaction(), who.wallet, who.deposit, first),
        Sent(cast.moment(day, (15, 0), (15, 40)), cast.transaction(), who.wallet, who.other, other),
        Sent(
            cast.moment(morrow, (9, 0), (9, 40)),
            cast.transaction(),
            who.wallet,
            who.deposit,
            deposited - first,
        ),
    )
