"""Runs a practice wallet: operations in, printed statement rows out, never below zero.

The behaviour is that of the trade: a charge follows its payment under the same receipt, an overdraft
covers what is short and is repaid by the next money that comes in, a failed operation moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.demo.statement_pdf import Line
from graph.errors import ModelError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

MOST_PAID = 25_000_000  # cents: one operation
MOST_HELD = 50_000_000  # cents: a wallet's balance
ACCESS = 101  # per cent of an overdraft that is paid back
_SEND = (
    (10_000, 0),
    (50_000, 700),
    (100_000, 1_300),
    (150_000, 2_300),
    (250_000, 3_300),
    (350_000, 5_300),
    (500_000, 5_700),
    (750_000, 7_800),
    (1_000_000, 9_000),
    (1_500_000, 10_000),
    (2_000_000, 10_500),
    (MOST_PAID, 10_800),
)
_WITHDRAW = (
    (250_000, 2_900),
    (500_000, 6_900),
    (1_000_000, 11_500),
    (1_500_000, 16_700),
    (2_000_000, 18_500),
    (3_500_000, 19_700),
    (MOST_PAID, 30_900),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that happens to a wallet.

    Attributes
    ----------
    when : datetime
        East Africa Time.
    units : int
        Cents: positive in, negative out.
    charge : int
        Cents, posted after the payment under its receipt; ``charged_as`` is its text.
    overdraw : bool
        An overdraft covers what is short.
    failed : bool
        Printed, but moves nothing.
    """

    when: dt.datetime
    receipt: str
    details: str
    units: int
    charge: int = 0
    charged_as: str = ""
    overdraw: bool = False
    failed: bool = False


def sending_charge(units: int) -> int:
    """Return the charge in cents for sending an amount to a person (a practice tariff).

    Examples
    --------
    >>> sending_charge(100_00), sending_charge(200_000_00)
    (0, 10800)
    """
    return next(charge for up_to, charge in _SEND if units <= up_to)


def withdrawal_charge(units: int) -> int:
    """Return the charge in cents for taking an amount out at an agent (a practice tariff)."""
    return next(charge for up_to, charge in _WITHDRAW if units <= up_to)


def send(when: dt.datetime, receipt: str, to: str, units: int) -> Operation:
    """Return a payment of ``units`` cents to a person, with its charge."""
    return Operation(
        when,
        receipt,
        f"Customer Transfer to {to}",
        -units,
        sending_charge(units),
        "Customer Transfer of Funds Charge",
    )


def withdraw(when: dt.datetime, receipt: str, agent: str, units: int) -> Operation:
    """Return a cash withdrawal of ``units`` cents at an agent, with its charge."""
    details = f"Customer Withdrawal At Agent Till {agent}"
    return Operation(when, receipt, details, -units, withdrawal_charge(units), "Withdrawal Charge")


def receive(when: dt.datetime, receipt: str, sender: str, units: int) -> Operation:
    """Return a payment of ``units`` cents from a person."""
    return Operation(when, receipt, f"Funds received from {sender}", units)


def run(opening: int, operations: Iterable[Operation]) -> tuple[Line, ...]:
    """Return the printed rows, oldest first.

    Parameters
    ----------
    opening : int
        Cents.

    Raises
    ------
    ModelError
        An operation beyond the balance or beyond the operator's limits.
    """
    rows: list[Line] = []
    balance, owed = opening, 0
    for one in sorted(operations, key=lambda o: o.when):
        time = f"{one.when:%Y-%m-%d %H:%M:%S}"
        if one.failed:
            rows.append(Line(one.receipt, time, one.details, one.units, balance, "Failed"))
            continue
        parts = [(one.details, one.units)]
        short = -(balance + one.units - one.charge)
        if short > 0 and one.overdraw:
            parts.insert(0, ("OverDraft of Credit Party", short))
            owed += short * ACCESS // 100
        if one.charge:
            parts.append((one.charged_as, -one.charge))
        back = min(owed, balance + one.units) if one.units > 0 else 0
        if back:
            parts.append(("OD Loan Repayment to 232323 - EXAMPLE OVERDRAFT", -back))
            owed -= back
        for details, units in parts:
            balance += units
            rows.append(Line(one.receipt, time, details, units, balance))
        if min(row.balance or 0 for row in rows) < 0 or balance > MOST_HELD or abs(one.units) > MOST_PAID:
            raise ModelError(
                "a practice wallet cannot do this", at=time, details=one.details, balance=balance
            )
    return tuple(rows)


def net(operations: Iterable[Operation]) -> tuple[int, int]:
    """Return what operations come to in cents, and the lowest point on the way; failed ones count not.

    Examples
    --------
    >>> net([])
    (0, 0)
    """
    total = lowest = 0
    for one in sorted(operations, key=lambda o: o.when):
        total += 0 if one.failed else one.units - one.charge
        lowest = min(lowest, total)
    return total, lowest
