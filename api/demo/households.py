"""The honest background: what any wallet and any salary account shows in two months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.demo.cast import FIRST_DAY, LAST_DAY
from api.demo.wallet import Operation, net, receive, send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.demo.cast import Cast

_SHOPS = ("GROCER", "KIOSK", "PHARMACY", "BUTCHERY", "BAKERY", "HARDWARE")
_EARLY, _LATE = (7, 0), (21, 0)
_BEFORE = ("receive", "deposit", "shop", "receive", "airtime", "shop", "send", "bill")
_AFTER = ("receive", "shop", "deposit", "bill", "airtime")  # nobody is paid who would look like part of it


@dataclass(frozen=True, slots=True)
class Background:
    """A wallet's opening balance in cents and its honest operations."""

    opening: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class BankRow:
    """One row of the family's account: cents, positive in."""

    day: dt.date
    narration: str
    reference: str
    units: int
    balance: int = 0


def shop(cast: Cast, when: dt.datetime, low: int, high: int) -> Operation:
    """Return a payment to a till of ``low`` to ``high`` shillings."""
    details = f"Merchant Payment to {cast.till(cast.choice(_SHOPS))}"
    return Operation(when, cast.receipt(when.date()), details, -100 * cast.between(low, high, 10))


def airtime(cast: Cast, when: dt.datetime) -> Operation:
    """Return a purchase of airtime."""
    return Operation(when, cast.receipt(when.date()), "Airtime Purchase", -100 * cast.choice((20, 50, 100)))


def deposit(cast: Cast, when: dt.datetime, low: int, high: int) -> Operation:
    """Return a deposit of ``low`` to ``high`` shillings at an agent."""
    details = f"Deposit of Funds at Agent Till {cast.till('AGENT')}"
    return Operation(when, cast.receipt(when.date()), details, 100 * cast.between(low, high, 50))


def everyday(cast: Cast, first: dt.date, last: dt.date, turns: Sequence[str]) -> list[Operation]:
    """Return small operations between two days, one of each kind in ``turns``."""
    days = cast.days(first, last, len(turns))
    return [_one(cast, kind, cast.moment(day, _EARLY, _LATE)) for kind, day in zip(turns, days, strict=True)]


def _one(cast: Cast, kind: str, when: dt.datetime) -> Operation:
    receipt = cast.receipt(when.date())
    if kind == "receive":
        return receive(when, receipt, cast.party(), 100 * cast.between(400, 1_400, 50))
    if kind == "deposit":
        return deposit(cast, when, 300, 900)
    if kind == "shop":
        return shop(cast, when, 80, 600)
    if kind == "airtime":
        return airtime(cast, when)
    if kind == "send":
        return send(when, receipt, cast.party(), 100 * cast.between(200, 900, 50))
    bill = f"Pay Bill to {cast.till('WATER')} Acc. {cast.reference('P', 6)}"
    return Operation(when, receipt, bill, -100 * cast.between(300, 900, 10))


def settled(cast: Cast, first: dt.date, last: dt.date, turns: Sequence[str], most: int) -> list[Operation]:
    """Return operations that come to at most ``most`` cents either way and dip to twice that at most."""
    while True:
        found = everyday(cast, first, last, turns)
        total, lowest = net(found)
        if abs(total) <= most and lowest >= -2 * most:
            return found


def collector(cast: Cast, day: dt.date) -> Background:
    """Return the collector's wallet: 6,000 to 14,000 shillings on the eve of ``day``."""
    before = settled(cast, FIRST_DAY, day - dt.timedelta(days=1), (*_BEFORE, *_BEFORE, *_BEFORE[:4]), 150_000)
    after = settled(cast, day + dt.timedelta(days=3), LAST_DAY, _AFTER * 2, 150_000)
    morrow = day + dt.timedelta(days=1)
    taken = shop(cast, cast.moment(morrow, (11, 0), (11, 10)), 900, 1_400)
    when = cast.moment(morrow, (11, 25), (11, 40))
    returned = Operation(
        when,
        cast.receipt(morrow),
        f"Reversal of transaction {taken.receipt} - MERCHANT PAYMENT",
        -taken.units,
    )
    refused = cast.moment(morrow, (6, 30), (6, 50))
    bill = f"Pay Bill to {cast.till('POWER')} Acc. {cast.reference('P', 6)}"
    failed = Operation(refused, cast.receipt(morrow), bill, -90_000, failed=True)
    own = 100 * cast.between(6_000, 14_000, 10)
    return Background(own - net(before)[0], (*before, taken, returned, failed, *after))


def runner(cast: Cast, day: dt.date) -> Background:
    """Return the runner's wallet: spent into an overdraft on ``day``, 3,000 to 8,000 put in on the morrow."""
    before = settled(cast, FIRST_DAY, day - dt.timedelta(days=1), _BEFORE * 2, 150_000)
    opening = 100 * cast.between(4_000, 9_000, 10)
    left = opening + net(before)[0]
    noon = cast.moment(day, (12, 0), (14, 0))
    overdrawn = Operation(
        noon,
        cast.receipt(day),
        f"Merchant Payment to {cast.till('PHONE REPAIR')}",
        -(left + 100 * cast.between(1_000, 1_500, 10)),
        overdraw=True,
    )
    morrow = day + dt.timedelta(days=1)
    own = deposit(cast, cast.moment(morrow, (7, 10), (7, 30)), 3_000, 8_000)
    groceries = [
        shop(cast, cast.moment(day + dt.timedelta(days=n), (16, 0), (19, 0)), 80, 160) for n in (1, 2, 3)
    ]
    after = settled(cast, day + dt.timedelta(days=4), LAST_DAY, _AFTER, 40_000)
    return Background(opening, (*before, overdrawn, own, *groceries, *after))


def family(cast: Cast) -> tuple[int, list[BankRow]]:
    """Return the opening balance in cents and about forty rows of a salary account, oldest first."""
    rows: list[BankRow] = []

    def add(day: dt.date, narration: str, shillings: int) -> None:
        rows.append(BankRow(day, narration, cast.reference(f"FT26{day:%j}", 6), 100 * shillings))

    for month in (9, 10):
        salary = cast.between(88_000, 94_000, 10)
        add(dt.date(2026, month, 25), "SALARY EXAMPLE FLOWERS LTD", salary)
        add(dt.date(2026, month, 1), "STANDING ORDER RENT PRACTICE HOMES", -28_000)
        add(dt.date(2026, month, 5), "STANDING ORDER PRACTICE SACCO SAVINGS", -6_000)
        add(dt.date(2026, month, 5), "STANDING ORDER PRACTICE INSURANCE", -2_500)
        add(dt.date(2026, month, 12), "ELECTRICITY TOKENS PRACTICE POWER", -cast.between(1_000, 2_500, 50))
        add(dt.date(2026, month, 30), "ACCOUNT MAINTENANCE CHARGE", -150)
    for day in cast.days(FIRST_DAY, LAST_DAY, 4):
        add(day, "ATM WITHDRAWAL PRACTICE ROAD BRANCH", -cast.between(1_000, 4_000, 500))
    for day in cast.days(FIRST_DAY, LAST_DAY, 24):
        add(day, f"CARD PURCHASE PRACTICE {cast.choice(_SHOPS)}", -cast.between(200, 2_400))
    rows.sort(key=lambda row: row.day)
    return 100 * cast.between(330_000, 360_000), rows


def balanced(opening: int, rows: list[BankRow]) -> tuple[BankRow, ...]:
    """Return the rows, in order of days, with the balance after each."""
    found, balance = [], opening
    for row in sorted(rows, key=lambda one: one.day):
        balance += row.units
        found.append(BankRow(row.day, row.narration, row.reference, row.units, balance))
    return tuple(found)
