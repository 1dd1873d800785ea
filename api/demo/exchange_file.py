"""The production of Example Exchange: a workbook with the user, the P2P orders and the withdrawals.

A spreadsheet library stamps the hour into what it writes; the stamps are set to a fixed one, so that
the same case gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook

from api.demo.cast import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.demo.cast import Cast
    from api.demo.crime import Purchase, Roles, Sent

EXCHANGE = "Example Exchange"
EAT = dt.timedelta(hours=3)
MARKET_PARTS = 10_000
_STAMP = dt.datetime(2026, 11, 3, 9, 0)  # noqa: DTZ001 - what is written is a naive stamp
_ZIP_TIME = (2026, 11, 3, 9, 0, 0)
ORDERS = (
    "Order No.",
    "Created (UTC)",
    "Completed (UTC)",
    "Buyer UID",
    "Seller UID",
    "Fiat",
    "Fiat amount",
    "Asset",
    "Quantity",
    "Price",
    "Payment method",
    "Payer number",
    "Payee number",
    "Payment reference",
    "Status",
)
WITHDRAWALS = ("Time (UTC)", "UID", "Asset", "Network", "Amount", "To address", "TxID", "Status")


@dataclass(frozen=True, slots=True)
class Order:
    """A P2P order; ``units`` and ``price`` in cents, ``quantity`` in millionths, times in UTC."""

    number: str
    created: dt.datetime
    completed: dt.datetime
    buyer: str
    seller: str
    units: int
    quantity: int
    price: int
    payer: str
    payee: str
    receipt: str
    status: str = "Completed"


def tokens(quantity: int) -> str:
    """Return millionths as a decimal text.

    Examples
    --------
    >>> tokens(1_500_000)
    '1.500000'
    """
    return f"{quantity // 1_000_000}.{quantity % 1_000_000:06d}"


def above_market(cast: Cast, rate: int) -> int:
    """Return a price in cents, half to one per cent above a rate in ten-thousandths."""
    return rate * cast.between(10_050, 10_100) // MARKET_PARTS // 100 + 1


def honest_orders(cast: Cast, rates: dict[dt.date, int]) -> list[Order]:
    """Return twenty-five orders of other users, and one that was cancelled."""
    found = []
    for n, day in enumerate(cast.days(FIRST_DAY, LAST_DAY, 26)):
        paid = cast.moment(day, (8, 0), (20, 0))
        units, price = 100 * cast.between(1_500, 90_000, 50), above_market(cast, rates[day])
        cancelled = n == 12  # noqa: PLR2004 - somewhere in the middle
        found.append(
            Order(
                cast.reference("EX26", 12),
                paid - EAT - dt.timedelta(minutes=6),
                paid - EAT + dt.timedelta(minutes=7),
                cast.reference("40", 7),
                cast.reference("40", 7),
                units,
                units * 1_000_000 // price,
                price,
                cast.number(),
                cast.number(),
                "" if cancelled else cast.receipt(day),
                "Cancelled" if cancelled else "Completed",
            )
        )
    return found


def orders_of(cast: Cast, who: Roles, purchases: Sequence[Purchase]) -> list[Order]:
    """Return the orders that the runner's payments settled."""
    payer, payee = who.runner.partition(" ")[0], who.seller.partition(" ")[0]
    return [
        Order(
            cast.reference("EX26", 12),
            one.paid_at - EAT - dt.timedelta(minutes=cast.between(3, 8)),
            one.paid_at - EAT + dt.timedelta(minutes=cast.between(4, 9)),
            who.user,
            who.merchant,
            one.units,
            one.quantity,
            one.price,
            payer,
            payee,
            one.receipt,
        )
        for one in purchases
    ]


def exchange_file(who: Roles, orders: Sequence[Order], withdrawals: Sequence[Sent]) -> bytes:
    """Return the workbook; the same input gives the same bytes."""
    book = Workbook()
    book.properties.creator = f"{EXCHANGE} (invented)"
    book.properties.created = _STAMP
    account = book.worksheets[0]
    account.title = "Account"
    number, _, name = who.runner.partition(" - ")
    for row in (
        (f"{EXCHANGE} (invented, for practice): production under order",),
        ("UID", who.user),
        ("Registered name", name),
        ("Registered number", number),
        ("Verified", "2026-05-11"),
        ("Times", "UTC"),
        ("Withdrawals", "leave from the exchange's hot wallet, one transaction for one customer"),
    ):
        account.append(row)
    sheet = book.create_sheet("P2P orders")
    sheet.append(ORDERS)
    for one in sorted(orders, key=lambda o: (o.created, o.number)):
        sheet.append(_cells(one))
    out = book.create_sheet("Withdrawals")
    out.append(WITHDRAWALS)
    for sent in withdrawals:
        when = f"{sent.when - EAT:%Y-%m-%d %H:%M:%S}"
        out.append(
            (
                when,
                who.user,
                "USDT",
                "TRC20",
                tokens(sent.quantity),
                sent.receiver,
                sent.transaction,
                "Completed",
            )
        )
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue())


def _cells(one: Order) -> tuple[str, ...]:
    return (
        one.number,
        f"{one.created:%Y-%m-%d %H:%M:%S}",
        f"{one.completed:%Y-%m-%d %H:%M:%S}",
        one.buyer,
        one.seller,
        "KES",
        f"{one.units // 100}.{one.units % 100:02d}",
        "USDT",
        tokens(one.quantity),
        f"{one.price // 100}.{one.price % 100:02d}",
        "M-PESA",
        one.payer,
        one.payee,
        one.receipt,
        one.status,
    )


def _without_clock(book: bytes) -> bytes:
    """Set every stamp of a workbook to a fixed one."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                stamp = rf"\g<1>{_STAMP:%Y-%m-%dT%H:%M:%SZ}\g<2>".encode()
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(<)", stamp, part)
            target.writestr(zipfile.ZipInfo(name, _ZIP_TIME), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
